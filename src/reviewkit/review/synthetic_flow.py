"""The flow of a synthetic review: first all of it, then what its authors print."""

from __future__ import annotations

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_words import DATABASES, REASONS

__all__ = ["add_flow"]

_REGISTERS = ("ClinicalTrials.gov", "ICTRP")
_OTHER = ("websites", "organisations", "citation_searching")


def add_flow(draft: Draft) -> None:
    """Draw a whole flow backwards from the included studies, and write ``reported/flow``."""
    updated = draft.has("updated", 0.15)
    others = draft.has("other methods", 0.25)
    boxes: dict[str, int] = {}
    k = len(draft.studies)
    old = draft.whole(1, k - 2) if updated else 0
    new, reports = k - old, k - old + (draft.whole(1, 3) if draft.chance(0.3) else 0)
    apart = draft.whole(1, max(1, min(4, new - 1))) if others else 0
    boxes |= {"new_studies": new, "new_reports": reports}
    if updated:
        before = old + draft.whole(0, 2)
        boxes |= {"previous_studies": old, "previous_reports": before}
        boxes |= {"total_studies": k, "total_reports": reports + before}
    _add_main(draft, boxes, reports - apart)
    if others:
        _add_other(draft, boxes, apart)
    if draft.outcomes and draft.has("in_meta_analysis", 0.3):
        boxes["in_meta_analysis"] = len({outcome.study for outcome in draft.outcomes})
    draft.flow = boxes
    if draft.has("flow", 0.9):
        draft.tables["reported/flow"] = _print(draft, _leave_out(draft, boxes))


def _add_main(draft: Draft, boxes: dict[str, int], included: int) -> None:
    """Add the way through databases and registers, from its end to its start."""
    reasons = draft.some(REASONS, draft.whole(1, 5))
    parts = {f"reports_excluded:{reason}": draft.whole(1, 25) for reason in reasons}
    out = sum(parts.values())
    lost = draft.whole(0, 6)
    boxes |= parts | {"reports_excluded_total": out, "assessed": included + out}
    boxes |= {"not_retrieved": lost, "sought": included + out + lost}
    excluded = draft.whole(40, 1800)
    boxes |= {"excluded": excluded, "screened": boxes["sought"] + excluded}
    removed = {"duplicates_removed": draft.whole(10, 700)}
    if draft.chance(0.2):
        removed["automation_removed"] = draft.whole(1, 60)
    if draft.chance(0.2):
        removed["other_removed"] = draft.whole(1, 60)
    boxes |= removed
    whole = boxes["screened"] + sum(removed.values())
    boxes["after_duplicates"] = whole - removed["duplicates_removed"]
    named = draft.settings.get("search", {}).get("databases") or draft.some(DATABASES, 3)
    registers = list(_REGISTERS[: draft.whole(1, 2)]) if draft.chance(0.25) else []
    sources = [f"databases:{n}" for n in named] + [f"registers:{n}" for n in registers]
    shares = draft.rng.dirichlet([3.0] * len(sources))
    counts = [max(1, int(whole * share)) for share in shares]
    counts[0] += whole - sum(counts)
    if counts[0] < 1:  # never in practice: the first database takes what rounding leaves
        counts = [whole - len(counts) + 1] + [1] * (len(counts) - 1)
    boxes |= dict(zip(sources, counts, strict=True))
    boxes["identified"] = whole
    boxes["databases_total"] = sum(counts[: len(named)])
    if registers:
        boxes["registers_total"] = sum(counts[len(named) :])


def _add_other(draft: Draft, boxes: dict[str, int], included: int) -> None:
    """Add the way through other methods."""
    out, lost = draft.whole(0, 9), draft.whole(0, 2)
    known = draft.whole(0, 4)  # records that the databases had found already
    boxes |= {"other_assessed": included + out, "other_reports_excluded": out}
    boxes |= {"other_not_retrieved": lost, "other_sought": included + out + lost}
    found = boxes["other_sought"] + known
    keys = draft.some(_OTHER, draft.whole(1, 3))
    parts = [found // len(keys)] * len(keys)
    parts[-1] += found - sum(parts)
    boxes |= dict(zip(keys, parts, strict=True))


def _leave_out(draft: Draft, boxes: dict[str, int]) -> dict[str, int]:
    """Return the boxes that are printed: all of the form, or what some authors print of it."""
    gone = set[str]()
    if not (old := draft.chance(0.1)) or "after_duplicates" in draft.wants:
        gone |= set() if "after_duplicates" in draft.wants else {"after_duplicates"}
    if old and "flow parts" not in draft.wants:  # PRISMA 2009: one number identified, one left
        gone |= {key for key in boxes if key.startswith(("databases", "registers"))}
        gone |= {"duplicates_removed"}
    elif draft.chance(0.5) and "flow parts" not in draft.wants:
        gone |= {"identified", "registers_total"} | (
            {"databases_total"} if draft.chance(0.5) else set()
        )
    elif draft.chance(0.3) and "flow parts" not in draft.wants:
        gone |= {key for key in boxes if key.startswith(("databases:", "registers:"))}
    if "flow parts" not in draft.wants:
        if draft.chance(0.4):
            gone |= {"reports_excluded_total"}
        elif draft.chance(0.3):
            gone |= {key for key in boxes if key.startswith("reports_excluded:")}
        if draft.chance(0.25) and not boxes["not_retrieved"]:
            gone |= {"sought", "not_retrieved"}
        if draft.chance(0.3) and boxes["new_reports"] == boxes["new_studies"]:
            gone |= {"new_reports", "total_reports", "previous_reports"}
    return {key: n for key, n in boxes.items() if key not in gone}


def _print(draft: Draft, boxes: dict[str, int]) -> list[dict[str, str]]:
    named = draft.chance(0.3)
    return [
        {
            "box": key,
            "n": f"n = {draft.count(n)}" if named else draft.count(n),
            **draft.place("Figure 1"),
            **draft.quoted(f"n = {draft.count(n)}"),
        }
        for key, n in boxes.items()
    ]
