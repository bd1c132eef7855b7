"""Checks of the studies: counted once, cited rightly, used in the themes, within the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit.integrity.overlaps import find_overlaps
from reviewkit.review.printed_tables import PrintedRow, list_printed_rows, read_count

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_cells", "check_overlaps", "check_secondary", "check_window", "merge_rows"]

_SECONDARY = re.compile(
    r"\b(?:literature|systematic|scoping|narrative|integrative|umbrella|rapid|critical) reviews?\b"
    r"|\bmeta-?analys[ie]s\b|\bmeta-?synthesis\b|^(?:an? )?editorial\b(?! (?:staff|work))|: editorial$"
    r"|^(?:an? )?(?:invited )?commentary\b|: (?:an? )?commentary$|^introduction\b|^review(?: article)?$"
    r"|\bletter to the editor\b|\bstudy protocol\b|: (?:an? )?protocol\b|^protocol\b",
    re.IGNORECASE,
)  # fmt: skip
_DESIGN = re.compile(
    r"\b(?:survey|cross-?sectional|analys[ie]s|interviews?|case stud(?:y|ies)|reviews?|trial|cohort"
    r"|longitudinal|questionnaire|qualitative|mixed methods?|observational)\b",
    re.IGNORECASE,
)  # fmt: skip
_TOOL = re.compile(
    r"\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*\b|\b(?i:scale|inventory|index|test|schedule|checklist)\b"
)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_LAST = re.compile(r"\b(?:last|past|previous|recent)\s+(\d+|[a-z]+)\s+years?\b", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|from|after|onwards?|present|today|now|date)\b|[-–]\s*$|≥", re.IGNORECASE
)
_UNTIL = re.compile(
    r"\b(?:until|till|up to|before|inception|through|to (?!date|present))", re.IGNORECASE
)
_NO_YEAR = 9999
_HYPHENED = re.compile(r"\b([a-z]+)-([a-z]+)\b", re.IGNORECASE)
#: Columns that may say what kind of paper a study is.
_SAYS_KIND = ("title", "design", "study_design", "type", "publication_type", "kind", "method",
              "instrument", "population")  # fmt: skip
_HEADS = frozenset({"self", "work", "co", "inter", "intra"})


def check_overlaps(review: Review) -> Iterator[Finding]:
    """Yield pairs of studies that are likely one, or rest on one sample."""
    computed = _computed_studies(review)
    if len(computed) > 1:
        yield from find_overlaps(computed).findings
    rows = merge_rows(list_printed_rows(review))
    if len(rows) > 1:
        cells = [{"authors": r.cells["study"], **r.cells, "study": r.name} for r in rows]
        found = find_overlaps(pd.DataFrame(cells)).findings
        # Where both tables are there, the faint signs of the one are those of the other.
        yield from (f for f in found if computed.empty or f.severity != "note")


def _computed_studies(review: Review) -> pd.DataFrame:
    """Return the extracted studies with all that is known of them."""
    frame = review.studies
    if frame is None or review.origin.get("studies") != "computed":
        return pd.DataFrame()
    outcomes = review.outcomes
    if outcomes is not None and "total" in outcomes:
        sizes = outcomes.groupby("study")["total"].max()
        frame = frame.assign(n=frame["study"].map(sizes)) if "n" not in frame else frame
        if "instrument" in outcomes and "instrument" not in frame:
            tools = outcomes.dropna(subset=["instrument"]).groupby("study")["instrument"].first()
            frame = frame.assign(instrument=frame["study"].map(tools))
    return frame


def merge_rows(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Leave out a row that shows a study of another table again, and contradicts it nowhere."""
    kept: list[PrintedRow] = []
    for row in rows:
        again = any(other.table != row.table and _is_same(other, row) for other in kept)
        if not again:
            kept.append(row)
    return kept


def _is_same(first: PrintedRow, second: PrintedRow) -> bool:
    """Return whether two rows name one study, share a fact of it and contradict each other nowhere."""
    if first.cells["study"].casefold() != second.cells["study"].casefold():
        return False
    pairs = [
        (one, two)
        for key in ("reference", "title", "location", "n", "year")
        if (one := first.cells.get(key, "")) and (two := second.cells.get(key, ""))
    ]
    facts = [
        key
        for key in ("reference", "title", "location", "n", "year")
        if first.cells.get(key) and second.cells.get(key)
    ]
    known = bool(facts) or bool(_YEAR.search(first.cells["study"]))
    return known and all(one == two for one, two in pairs)


def check_window(review: Review) -> Iterator[Finding]:
    """Hold the years of the studies against the window that the review states, and its search."""
    span = _read_window(review)
    rows = _list_years(review)
    if span is None or not rows:
        return
    first, last = span
    settings = review.settings
    stated = settings.window or f"searched {settings.last_searched}"
    told = f"{first} to {last}" if first else f"up to {last}"
    for name, year in rows:
        if year is not None and not first <= year <= last:
            yield Finding(
                "studies.window", "warning", name,
                f"The year {year} lies outside the window, {stated}: {told}.",
                stated, told, str(year), "Correct the year, or state the exception.",
            )  # fmt: skip
    lacking = [name for name, year in rows if year is None]
    if lacking:
        yield Finding(
            "studies.window", "note", "studies",
            f"The window is {stated}; {len(lacking)} of {len(rows)} rows print no year and cannot "
            f"be checked: {list_some(lacking, most=6)}.",
            stated, "a year for each study", f"{len(lacking)} without", "Add the years.",
        )  # fmt: skip


def _read_window(review: Review) -> tuple[int, int] | None:
    """Return the first and last year that a study may have; None where nothing is stated."""
    settings = review.settings
    text = settings.window
    searched = _year_in(settings.last_searched)
    end = searched if searched is not None else _year_in(settings.citation.get("year", ""))
    # What is online before its issue bears a later year than its search.
    latest = end + 1 if end is not None else _NO_YEAR
    years = [int(year) for year in _YEAR.findall(text)]
    if len(years) >= 2:
        return min(years), max(years)
    last = _LAST.search(text)
    if last and end is not None:
        span = int(last[1]) if last[1].isdigit() else read_count(f"{last[1]} studies")
        return (end - span, end) if span else None
    if years and _UNTIL.search(text):
        return 0, years[0]
    if years and _SINCE.search(text):
        return years[0], end if end is not None else _NO_YEAR
    return (0, latest) if searched is not None else None


def _year_in(text: str) -> int | None:
    match = _YEAR.search(str(text))
    return int(match[1]) if match else None


def _list_years(review: Review) -> list[tuple[str, int | None]]:
    """Return the year of each study; of printed rows too, where these have a column for it."""
    found: list[tuple[str, int | None]] = []
    for name, cells in _describe_studies(review):
        if "year" in cells:
            match = _YEAR.search(cells["year"])
            found.append((name, int(match[1]) if match else None))
    return found


def check_secondary(review: Review) -> Iterator[Finding]:
    """Find reviews, editorials and protocols that are counted as studies."""
    for name, cells in _describe_studies(review):
        for key in _SAYS_KIND:
            match = _SECONDARY.search(cells.get(key, ""))
            if match:
                yield Finding(
                    "studies.secondary", "warning", name,
                    f"Counted as a study, but its {key} says {match[0]!r}.",
                    cells[key], "a primary study", match[0],
                    "Leave it out of counts and pools, or say that secondary literature counts.",
                )  # fmt: skip
                break


def _describe_studies(review: Review) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each study with its cells as text: the extracted ones, then the printed rows."""
    if review.origin.get("studies") == "computed" and review.studies is not None:
        for row in review.studies.astype(object).to_dict("records"):
            cells = {str(key): "" if pd.isna(cell) else str(cell) for key, cell in row.items()}
            yield cells["study"], cells
    for printed in list_printed_rows(review):
        yield printed.name, dict(printed.cells)


def check_cells(review: Review) -> Iterator[Finding]:
    """Find cells of a row that hold what belongs elsewhere, and terms that change within it."""
    designs = [
        row.name
        for row in list_printed_rows(review)
        if (tool := row.cells.get("instrument", ""))
        and _DESIGN.search(tool)
        and not _TOOL.search(tool)
    ]
    if designs:
        yield Finding(
            "studies.instrument", "note", "tables of studies",
            f"The instrument is a design or a way of asking, no instrument, in "
            f"{len(designs)} rows: {list_some(designs, most=8)}.",
            fix="Name the instrument of each study, and its version.",
        )  # fmt: skip
    for row in list_printed_rows(review):
        title, finding = (_terms(row.cells.get(key, "")) for key in ("title", "finding"))
        for head in sorted(_HEADS & set(title) & set(finding)):
            only, other = title[head] - finding[head], finding[head] - title[head]
            if only and other and not title[head] & finding[head]:
                yield Finding(
                    "studies.terms", "note", row.name,
                    f"The title says {_join(head, only)}, the finding {_join(head, other)}.",
                    f"{row.cells['title']} … {row.cells['finding']}", _join(head, only),
                    _join(head, other), "Look up which of the two the study measured.",
                )  # fmt: skip


def _terms(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for head, tail in _HYPHENED.findall(text.casefold()):
        found.setdefault(head, set()).add(tail)
    return found


def _join(head: str, tails: set[str]) -> str:
    return ", ".join(f"{head}-{tail}" for tail in sorted(tails))
