"""The numbers of a flow from its boxes: each is the size of a box, so that it cannot be wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.screening.flow_keys import SOURCES
from reviewkit.screening.flow_ledger import Citation, Ledger
from reviewkit.screening.tally_fates import AWAITING, PEOPLE, TOOLS, Case, Trail
from reviewkit.screening.tally_input import Notebook

__all__ = ["count_boxes", "warn_of_waiting", "write_ledger"]


def count_boxes(
    case: Case, trail: Trail, deduplicated: bool, previous: Mapping[str, int],
    pooled: Collection[str] | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the numbers: each is the size of a box."""
    size = {box: len(entries) for box, entries in trail.boxes.items()}
    counts: dict[str, Any] = {"databases": 0, "registers": 0} | dict(previous)
    for key in ("databases", "registers", "reports_excluded", "other_reports_excluded",
                "excluded", "appraisal_excluded"):  # fmt: skip
        parts = {box.partition(":")[2]: n for box, n in size.items() if box.startswith(f"{key}:")}
        if key == "excluded" and case.has_tools:  # both ways, those without records too
            parts = {name: parts.get(name, 0) for name in (PEOPLE, TOOLS)}
        if parts:
            counts[key] = parts
        elif key in size:
            counts[key] = size[key]
    wanted = ["screened", "excluded", "sought"] if "title_abstract" in case.levels else ["sought"]
    wanted += ["titles_screened", "titles_excluded"] if "title" in case.levels else []
    wanted += ["duplicates_removed"] if deduplicated else []
    wanted += ["not_retrieved"] if case.not_retrieved is not None else []
    if any(stage == "full_text" for _, stage in case.verdicts):
        wanted += ["assessed", "reports_excluded", "new_reports"]
        wanted += ["appraised", "appraisal_excluded"] if "appraisal" in case.levels else []
        counts["new_studies"] = len({e.study for e in trail.boxes.get("new_studies", [])})
    if any(kind in SOURCES for kind in case.kinds.values()):
        wanted += [*SOURCES, "other_sought", "other_assessed", "other_reports_excluded"]
        wanted += ["other_not_retrieved"] if case.not_retrieved is not None else []
    counts |= {key: size.get(key, 0) for key in (*wanted, *case.removed) if key not in counts}
    counts |= {key: size[key] for key in AWAITING if key in size}
    for unit in ("studies", "reports"):
        if f"previous_{unit}" in previous and f"new_{unit}" in counts:
            counts[f"total_{unit}"] = previous[f"previous_{unit}"] + counts[f"new_{unit}"]
    return counts if pooled is None else counts | {"in_meta_analysis": len(pooled)}


def write_ledger(
    citations: tuple[Citation, ...], trail: Trail, counts: Mapping[str, Any], notes: Notebook
) -> Ledger:  # fmt: skip
    """Return the boxes with their records, and what was decided on the way.

    A box that is counted as empty is there too.
    """
    boxes = {box: tuple(entries) for box, entries in trail.boxes.items()}
    boxes["identified"] = tuple(
        entry
        for box, some in trail.boxes.items()
        if box.partition(":")[0] in ("databases", "registers")
        for entry in some
    )
    for key, n in counts.items():
        names = [f"{key}:{name}" for name in n] if isinstance(n, Mapping) else [key]
        if not key.startswith(("previous", "total")):
            boxes |= {name: () for name in names if name not in boxes}
    ends = tuple(trail.ends[citation.record] for citation in citations)
    return Ledger(citations, tuple(boxes.items()), ends, tuple(notes.lines))


def warn_of_waiting(ledger: Ledger) -> list[Finding]:
    """Return what a reader of the numbers must know: records without a verdict."""
    found = []
    for key in AWAITING:
        entries = dict(ledger.boxes).get(key, ())
        if entries:
            named = list_some([entry.record for entry in entries], most=8, sep=", ")
            found.append(Finding(
                "flow.awaiting", "warning", key,
                f"{format_count(len(entries))} without a verdict: {named}.",
                found=format_count(len(entries)), expected="0",
                fix="Decide on them, or report the review as ongoing.",
            ))  # fmt: skip
    return found
