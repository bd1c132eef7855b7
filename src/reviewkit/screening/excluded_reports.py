"""The list of reports that were excluded at full text, each with its reason.

PRISMA 2020, item 16b, asks to cite reports that might appear to meet the criteria but were
excluded, and to say why [1]_.

References
----------
.. [1] Page MJ, Moher D, Bossuyt PM, et al. PRISMA 2020 explanation and elaboration. BMJ
   2021;372:n160. doi:10.1136/bmj.n160
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.screening.flow_ledger import Citation, Ledger
from reviewkit.screening.table_files import TablePage, save_page
from reviewkit.screening.tally_fates import NO_REASON

__all__ = ["ExcludedReports", "cite", "list_excluded"]

_MOST = 6  # authors who are all named
_BOXES = ("reports_excluded", "appraisal_excluded", "other_reports_excluded")
_WHERE = ("databases and registers", "quality appraisal", "other methods")


@dataclass(frozen=True, slots=True)
class ExcludedReports(Result):
    """Reports excluded at full text, by reason, each with its citation."""

    title: ClassVar[str] = "Reports excluded at full text"

    rows: tuple[tuple[str, str, Citation], ...]  # reason, way into the review, citation

    def to_frame(self) -> pd.DataFrame:
        """Return one row a report, with its reason and citation.

        Columns: ``reason, citation, title, authors, year, journal, doi, record, found_by``.
        """
        columns = ("reason", "citation", "title", "authors", "year", "journal", "doi", "record",
                   "found_by")  # fmt: skip
        cells = [(reason, cite(c), c.title, c.authors, c.year, c.journal, c.doi, c.record, found)
                 for reason, found, c in self.rows]  # fmt: skip
        frame = pd.DataFrame(cells, columns=list(columns), dtype=object)
        texts = {name: str for name in columns if name != "year"}
        return frame.astype({**texts, "year": "Int64"})

    def save(self, path: str | Path) -> Path:
        """Write the list as docx, csv or html, as the ending of the name says.

        Returns
        -------
        Path
            Of the written file.
        """
        frame = self.to_frame()
        shown = pd.DataFrame({
            "No.": [str(n) for n in range(1, len(frame) + 1)],
            "Report": frame["citation"], "Reason": frame["reason"],
        }, dtype=str)  # fmt: skip
        page = TablePage(self.title, (self._headline(),), shown, (12.0, 112.0, 50.0))
        return save_page(page, frame, path)

    def _headline(self) -> str:
        n = {reason: sum(row[0] == reason for row in self.rows)
             for reason in dict.fromkeys(row[0] for row in self.rows)}  # fmt: skip
        told = "; ".join(f"{reason} (n = {format_count(m)})" for reason, m in n.items())
        return f"{format_count(len(self.rows))} excluded. {told}".strip()


def list_excluded(ledger: Ledger) -> ExcludedReports:
    """Return the reports excluded at full text: the most frequent reason first, then by author."""
    cited = {citation.record: citation for citation in ledger.citations}
    rows = []
    for key, entries in ledger.boxes:
        box = key.partition(":")[0]
        if box in _BOXES:
            where = _WHERE[_BOXES.index(box)]
            rows += [(e.reason or NO_REASON, where, cited[e.record]) for e in entries]
    often = pd.Series([row[0] for row in rows], dtype=object).value_counts().to_dict()
    rows.sort(key=lambda row: (row[0] == NO_REASON, -often[row[0]], row[0], row[2].authors,
                               row[2].year or 0, row[2].title, row[2].record))  # fmt: skip
    return ExcludedReports(tuple(rows))


def cite(record: Citation) -> str:
    """Return a record as a reference; what is not known is left out, as is who is seventh.

    >>> cite(Citation("7", "", "Burnout in nurses", "Doe, Jane; Roe, Jo", 2020, "J Burn", "10.1/x"))
    'Doe, Jane; Roe, Jo. Burnout in nurses. J Burn. 2020. doi:10.1/x'
    >>> cite(Citation("7", "", "", "", None, "", ""))
    'Record 7'
    """
    year = "" if record.year is None else str(record.year)
    names = record.authors.split("; ")
    authors = "; ".join(names) if len(names) <= _MOST else f"{'; '.join(names[:3])}; et al"
    parts = [part.rstrip(".") for part in (authors, record.title, record.journal, year)]
    said = ". ".join(filter(None, parts))
    doi = f"doi:{record.doi}" if record.doi else ""
    return ". ".join(filter(None, (said, doi))) or f"Record {record.record}"
