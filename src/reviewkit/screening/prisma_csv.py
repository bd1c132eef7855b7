"""The csv of the R package PRISMA2020: one row a number, several parts in one cell.

A part is written ``Wrong population, 10``, parts are separated by semicolons, and ``xxx`` or
``NA`` stands for a number that is not there.  The rows of the template are all written, in its
order, so that the package reads the file back [1]_.

References
----------
.. [1] Haddaway NR, Page MJ, Pritchard CC, McGuinness LA. PRISMA2020: an R package and Shiny app
   for producing PRISMA 2020-compliant flow diagrams. Campbell Syst Rev 2022;18:e1230.
   doi:10.1002/cl2.1230
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.screening.flow import Flow, prisma_flow
from reviewkit.screening.flow_boxes import find_count
from reviewkit.screening.flow_counts import BLANK, read_counts
from reviewkit.screening.flow_keys import (
    KEYS,
    OTHER_STEPS,
    SOURCES,
    TEMPLATES,
    UPDATED,
    Counts,
)  # fmt: skip
from reviewkit.sources.spreadsheet import read_table, write_table

__all__ = ["ROWS", "read_prisma_csv", "write_prisma_csv"]

_PART = re.compile(r"(.*?)[,:]\s*(?:n\s*=\s*)?(\d{1,3}(?:,\d{3})+|\d+|xxx|NA|)\s*", re.IGNORECASE)


class Row(NamedTuple):
    """A row of the template; one without a key heads a column or a stage."""

    data: str
    node: str
    box: str
    text: str
    key: str = ""  # of the flow
    parts: bool = False  # several, in one cell


def read_prisma_csv(path: str | PathLike[str], *, template: str | None = None) -> Flow:
    r"""Read the counts of a flow from a csv of the R package PRISMA2020.

    Parameters
    ----------
    path : path-like
        A file with the columns ``data`` and ``n`` at least.
    template : {"new-v1", "new-v2", "updated-v1", "updated-v2"}, optional
        Which columns of the form are meant: the file has rows for all of them, with 0 where a
        review has none.  Without, all numbers of the file are taken as they stand.

    Returns
    -------
    Flow
        With its findings.  ``NA``, ``xxx`` and blank are not reported.

    Raises
    ------
    InputError
        If columns are missing, a row stands twice or is not known, or a value is no count.

    References
    ----------
    Haddaway NR, et al. Campbell Syst Rev 2022;18:e1230. doi:10.1002/cl2.1230

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "PRISMA.csv"
    >>> _ = path.write_text('data,n\nrecords_screened,"1,243"\n'
    ...                     'dbr_excluded,"Wrong population, 10; Wrong outcome, 5"\n')
    >>> flow = read_prisma_csv(path)
    >>> flow.counts["screened"], dict(flow.counts["reports_excluded"])
    (1243, {'Wrong population': 10, 'Wrong outcome': 5})
    """
    table = read_table(path, required=("data", "n"))
    data = table.frame["data"].str.strip()
    named = ~data.str.casefold().isin(BLANK)
    known = {row.data: row for row in ROWS if row.data}
    wrong = [f"{name!r} (line {line})" for name, line, is_row in
             zip(data, table.lines, named, strict=True) if is_row and name not in known]  # fmt: skip
    twice = data[named & data.duplicated()].unique().tolist()
    if wrong or twice:
        raise InputError(
            f"{Path(path).name!r} must hold the rows of PRISMA2020, each once. "
            f"Not known: {list_some(wrong, sep=', ') or 'none'}. "
            f"Twice: {list_some([*map(repr, twice)], sep=', ') or 'none'}. Correct `data`."
        )
    counts: dict[str, object] = {}
    for name, cell in zip(data[named], table.frame["n"][named], strict=True):
        row = known[name]
        if not row.key:
            continue
        counts |= _read_parts(row.key, cell) if row.parts else {row.key: _blank(cell)}
    return prisma_flow(_keep(_join_totals(counts), template))


def write_prisma_csv(counts: Counts, path: Path) -> Path:
    """Write counts with all rows of the template; warn of what has no row."""
    write_table(_make_frame([_write_cell(row, counts) for row in ROWS]), path)
    path.write_bytes(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))  # R reads it as a letter
    lost = list(_find_lost(counts))
    if lost:
        warnings.warn(
            f"The csv of PRISMA2020 has a row for each number of the form only. Changed or left "
            f"out: {list_some(lost, sep=', ')}. Save the flow as csv to keep all.",
            ReviewkitWarning,
            stacklevel=3,
        )
    return path


def _find_lost(counts: Counts) -> Iterator[str]:
    """Yield what the format cannot hold."""
    yield from (key for key in counts if key not in _WRITTEN)
    if isinstance(counts.get("excluded"), Mapping):
        yield "the parts of excluded"
    for row in ROWS:
        parts = counts.get(row.key)
        if not row.parts or not isinstance(parts, Mapping):
            continue
        if row.key.endswith("excluded") and find_count({row.key: parts}, row.key) != find_count(
            counts, row.key
        ):
            yield f"{row.key}_total"
        # A semicolon is what separates parts.
        yield from (f"the semicolon in {name!r}" for name in parts if ";" in name)


def _write_cell(row: Row, counts: Counts) -> str:
    value = counts.get(row.key)
    if row.parts and isinstance(value, Mapping):
        return "; ".join(_write_part(*part) for part in value.items())
    if row.parts and row.key in ("databases", "registers"):
        return "NA"  # their total has a row of its own
    n = find_count(counts, row.key.removesuffix("_total")) if row.key else 0
    return "NA" if n is None else str(n)


def _read_parts(key: str, cell: str) -> dict[str, object]:
    """Return what a cell of several parts holds: parts, or one number."""
    text = cell.strip()
    if text.casefold() in BLANK or re.fullmatch(r"[\d,]+", text):
        # Databases have a row of their own for the total.
        plain = key in ("databases", "registers")
        return {} if plain else {key: _blank(text)}
    found: dict[str, object] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _PART.fullmatch(part)
        name, n = match.groups() if match else (part, "")
        if f"{key}:{name.strip()}" in found:
            raise InputError(
                f"The parts of {key!r} must have names of their own. Got {name.strip()!r} twice, "
                f"in {text!r}. Add the two, or tell them apart."
            )
        found[f"{key}:{name.strip()}"] = _blank(n)
    return found


def _join_totals(counts: dict[str, object]) -> dict[str, object]:
    """Leave out totals that say no more than their parts."""
    for key in ("databases", "registers"):
        parts = [n for name, n in counts.items() if name.startswith(f"{key}:")]
        total = counts.get(f"{key}_total")
        if not parts:
            counts[key] = counts.pop(f"{key}_total", None)
        elif total is not None and _is_sum(total, parts):
            del counts[f"{key}_total"]
    return counts


def _is_sum(total: object, parts: list[object]) -> bool:
    known = read_counts({"databases_total": total, **{f"databases:{i}": n for i, n in
                                                      enumerate(parts)}})  # fmt: skip
    return None not in parts and known["databases_total"] == find_count(
        {"databases": known["databases"]}, "databases"
    )


def _blank(cell: str) -> str | None:
    return None if cell.strip().casefold() in BLANK | {"xxx"} else cell


def _keep(counts: Mapping[str, object], template: str | None) -> Mapping[str, object]:
    """Return the numbers that a template has a place for."""
    if template is None:
        return counts
    check_choice("template", template, TEMPLATES)
    away = {*(() if "updated" in template else UPDATED)}
    away |= {*(() if "v2" in template else (*SOURCES, *OTHER_STEPS))}
    return {key: n for key, n in counts.items() if key.partition(":")[0] not in away}


def _write_part(name: str, n: int | None) -> str:
    return f"{name.replace(';', ',')}, {'xxx' if n is None else n}"


def _make_frame(cells: list[str]) -> pd.DataFrame:
    """Return the table; each box has a tooltip and a page in its first row only."""
    rows, seen = [], set[str]()
    for row, cell in zip(ROWS, cells, strict=True):
        first = row.box not in seen
        seen.add(row.box)
        about = KEYS[row.key].label if row.key and not row.parts else row.text
        rows.append((row.data or "NA", row.node or "NA", row.box, about, row.text,
                     row.text if first else "NA", f"{row.data or row.box}.html", cell))  # fmt: skip
    names = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
    return pd.DataFrame(rows, columns=names, dtype=str)


#: All rows of the template, in its order.
ROWS: tuple[Row, ...] = (
    Row("", "node4", "prevstud", "Previous studies"),
    Row("previous_studies", "node5", "box1",
        "Studies included in previous version of review", "previous_studies"),
    Row("previous_reports", "", "box1",
        "Reports of studies included in previous version of review", "previous_reports"),
    Row("", "node6", "newstud", "Identification of new studies via databases and registers"),
    Row("database_results", "node7", "box2", "Databases", "databases_total"),
    Row("database_specific_results", "", "box2", "Specific Databases", "databases", True),
    Row("register_results", "", "box2", "Registers", "registers_total"),
    Row("register_specific_results", "", "box2", "Specific Registers", "registers", True),
    Row("", "node16", "othstud", "Identification of new studies via other methods"),
    Row("website_results", "node17", "box11", "Websites", "websites"),
    Row("organisation_results", "", "box11", "Organisations", "organisations"),
    Row("citations_results", "", "box11", "Citation searching", "citation_searching"),
    Row("duplicates", "node8", "box3", "Duplicate records", "duplicates_removed"),
    Row("excluded_automatic", "", "box3", "Records marked as ineligible by automation tools",
        "automation_removed"),
    Row("excluded_other", "", "box3", "Records removed for other reasons", "other_removed"),
    Row("records_screened", "node9", "box4", "Records screened", "screened"),
    Row("records_excluded", "node10", "box5", "Records excluded", "excluded"),
    Row("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval", "sought"),
    Row("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved", "not_retrieved"),
    Row("other_sought_reports", "node18", "box12", "Reports sought for retrieval", "other_sought"),
    Row("other_notretrieved_reports", "node19", "box13", "Reports not retrieved",
        "other_not_retrieved"),
    Row("dbr_assessed", "node13", "box8", "Reports assessed for eligibility", "assessed"),
    Row("dbr_excluded", "node14", "box9", "Reports excluded", "reports_excluded", True),
    Row("other_assessed", "node20", "box14", "Reports assessed for eligibility",
        "other_assessed"),
    Row("other_excluded", "node21", "box15", "Reports excluded", "other_reports_excluded", True),
    Row("new_studies", "node15", "box10", "New studies included in review", "new_studies"),
    Row("new_reports", "", "box10", "Reports of new included studies", "new_reports"),
    Row("total_studies", "node22", "box16", "Total studies included in review", "total_studies"),
    Row("total_reports", "", "box16", "Reports of total included studies", "total_reports"),
    Row("identification", "node1", "identification", "Identification"),
    Row("screening", "node2", "screening", "Screening"),
    Row("included", "node3", "included", "Included"),
    Row("total_studies_ma", "node23", "box17", "Total studies included in meta-analysis",
        "in_meta_analysis"),
    Row("total_reports_ma", "", "box17",
        "Reports of total included studies in meta-analysis", "reports_in_meta_analysis"),
)  # fmt: skip
#: The keys of flows that have a row.
_WRITTEN = {row.key for row in ROWS} | {row.key.removesuffix("_total") for row in ROWS} | {
    "excluded_total", "reports_excluded_total"}  # fmt: skip
