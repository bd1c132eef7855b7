"""Checks of how many studies there are: in the flow, in the tables, in what is pooled.

The tables of one review must name the same studies, and say the same of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.integrity.overlap_titles import fold_letters
from reviewkit.review.printed_tables import list_printed_rows
from reviewkit.review.reference_checks import list_references
from reviewkit.review.reported import read_number
from reviewkit.review.study_checks import merge_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_counts", "check_names", "check_same", "count_included"]


def count_included(review: Review) -> dict[str, int]:
    """Return the numbers of the flow that a number of studies may be, by what they count."""
    counts = {} if review.flow is None else dict(review.flow.counts)

    def sum_of(*keys: str) -> int | None:
        numbers = [counts.get(key) for key in keys]
        whole = [n for n in numbers if isinstance(n, int)]
        return sum(whole) if len(whole) == len(numbers) else None

    found = {
        "included": sum_of("new_studies"),
        "in total": sum_of("total_studies"),
        "old and new": sum_of("previous_studies", "new_studies"),
        "with those added": sum_of("new_studies", "added_included"),
        "reports": sum_of("new_reports"),
        "reports in total": sum_of("total_reports"),
        "pooled": sum_of("in_meta_analysis"),
    }
    return {what: n for what, n in found.items() if n is not None}


def check_counts(review: Review) -> Iterator[Finding]:
    """Hold the number of studies included against the rows and the references of the tables."""
    known = count_included(review)
    included = known.get("included", known.get("in total"))
    if included is None:
        return
    studies = {
        n for what, n in known.items() if what not in ("reports", "reports in total", "pooled")
    }
    reports = {n for what, n in known.items() if what.startswith("reports")}
    if review.origin.get("studies") == "computed" and review.studies is not None:
        n = int(review.studies["study"].nunique())
        if n not in studies:
            # A table of what is pooled need not hold the others.
            severity = "note" if n == known.get("pooled") else "warning"
            yield _miscounted(f"extraction/studies names {n} studies", included, n, severity)
    rows = merge_rows(list_printed_rows(review))
    if not rows:
        return
    if len(rows) not in studies | reports:
        severity = "note" if len(rows) == known.get("pooled") else "warning"
        what = f"the tables hold {len(rows)} row{'s' * (len(rows) != 1)} of studies"
        yield _miscounted(what, included, len(rows), severity)
    refs = {ref for row in rows for ref in list_references(row.cells.get("reference", ""))}
    if refs and len(refs) < min(studies) and all(row.cells.get("reference") for row in rows):
        listed = ", ".join(sorted(refs, key=int))
        what = f"the tables cite {len(refs)} references ({listed})"
        yield _miscounted(what, included, len(refs), "warning")


def _miscounted(what: str, included: int, found: int, severity: str) -> Finding:
    return Finding(
        "studies.count", severity, "flow, tables",
        f"{format_count(included)} studies are included, but {what}.",
        "", format_count(included), format_count(found),
        "Say which rows are which studies; a study counts once.",
    )  # fmt: skip


def check_names(review: Review) -> Iterator[Finding]:
    """Find outcomes of a study that the table of studies does not name."""
    if review.outcomes is None or review.studies is None or review.origin["studies"] != "computed":
        return
    known = {fold_letters(str(name)): str(name) for name in review.studies["study"].dropna()}
    named = [str(name) for name in review.outcomes["study"].dropna().unique()]
    strangers = [name for name in named if fold_letters(name) not in known]
    for name in strangers[:20]:
        near = get_close_matches(fold_letters(name), known, n=1, cutoff=0.8)
        hint = f" Is it {known[near[0]]}?" if near else ""
        yield Finding(
            "outcomes.stranger", "warning", f"extraction/outcomes, {name}",
            f"{name} gives numbers, but is no study of extraction/studies.{hint}",
            name, "an included study", name, "Correct the name, or add the study.",
        )  # fmt: skip
    if len(strangers) > 20:
        yield Finding(
            "outcomes.stranger", "warning", "extraction/outcomes",
            f"{len(strangers) - 20} more are no studies of extraction/studies: "
            f"{list_some(strangers[20:], most=6)}.",
        )  # fmt: skip


def check_same(review: Review) -> Iterator[Finding]:
    """Hold year and sample of a printed row against those of the study in extraction/studies."""
    if review.origin.get("studies") != "computed" or review.studies is None:
        return
    by_key: dict[str, list[dict[str, str]]] = {}
    for cells in review.studies.astype(object).to_dict("records"):
        told = {str(k): "" if pd.isna(v) else str(v).removesuffix(".0") for k, v in cells.items()}
        for key in {_key(told.get(column, "")) for column in ("study", "title", "doi")} - {""}:
            by_key.setdefault(key, []).append(told)
    for row in list_printed_rows(review):
        keys = [_key(row.cells.get(column, "")) for column in ("doi", "title", "study")]
        found = next((by_key[key] for key in keys if key in by_key), [])
        if len(found) != 1:
            continue
        for column, what in (("n", "people"), ("year", "year")):
            one, two = (read_number(cells.get(column, "")) for cells in (row.cells, found[0]))
            if one is not None and two is not None and one != two:
                yield Finding(
                    "studies.differ", "warning", row.name,
                    f"{what.capitalize()}: {row.cells[column]} in the table, {found[0][column]} in "
                    f"extraction/studies, {found[0]['study']}.",
                    row.cells[column], found[0][column], row.cells[column],
                    "Look the number up in the source, and print the same in both.",
                )  # fmt: skip


def _key(text: str) -> str:
    folded = fold_letters(text)
    return folded if len(folded) > 4 else ""
