"""A flow as a result: its numbers, whether they add up, its records and its files.

Made from counts by :func:`~reviewkit.screening.flow.prisma_flow`, from records by
:func:`~reviewkit.screening.tallies.tally_flow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit._core.format import format_count
from reviewkit.present.picture import PicturedResult
from reviewkit.screening.flow_boxes import count_identified, find_count, list_entries
from reviewkit.screening.flow_keys import (
    Counts,
    Frozen,
    choose_template,
    freeze_counts,
    thaw_counts,
)  # fmt: skip
from reviewkit.screening.flow_ledger import Ledger
from reviewkit.screening.flow_mappings import (
    AS_REPORTED,
    TITLES_BEFORE,
    TITLES_SCREENED,
    screen_titles,
)  # fmt: skip
from reviewkit.screening.guidelines import PRISMA
from reviewkit.screening.identities import check_flow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.present.flow_parts import FlowChart
    from reviewkit.screening.excluded_reports import ExcludedReports

__all__ = ["Flow", "make_flow"]

_MM = 25.4  # in an inch
#: Under a figure that does not tell the steps as the review does.
_MOVED = (
    "Told as titles screened: what the review removed before screening for other reasons counts "
    "here among the records screened and excluded."
)


@dataclass(frozen=True, slots=True)
class Flow(PicturedResult):
    """The flow of records, reports and studies through a review.

    Attributes
    ----------
    template : str
        The form of PRISMA 2020 that has a place for all numbers: ``new-v1``,
        ``new-v2``, ``updated-v1`` or ``updated-v2``.
    findings : tuple of Finding
        What is impossible, doubtful or not reported; the gravest first.
    mapping : str
        How the steps of the review are told: ``as reported``, or a key of `mappings`.
    guideline : str
        Whose words the figure has: ``PRISMA 2020`` or ``PRISMA-ScR``.
    skipped : tuple of str
        Levels that the review does not have.
    """

    title: ClassVar[str] = "PRISMA 2020 flow"

    template: str
    findings: tuple[Finding, ...]
    mapping: str
    _counts: Frozen
    guideline: str = PRISMA
    skipped: tuple[str, ...] = ()
    _ledger: Ledger | None = None

    @property
    def counts(self) -> Counts:
        """What is reported, by key, in the order of the form; read-only."""
        return thaw_counts(self._counts)

    @property
    def is_consistent(self) -> bool:
        """Whether no number contradicts another."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def mappings(self) -> Mapping[str, Flow]:
        """The ways to tell this review's steps as those of PRISMA 2020, by name; read-only.

        Where records were removed for other reasons there are two:
        ``titles removed before screening``, as printed, and ``titles screened``, in
        which these records count as screened and excluded.  If they were excluded by
        their titles, PRISMA 2020 prefers the second: to judge a title is to screen.
        """
        # From records it is known what happened, and titles that were screened are told as such.
        told = self.has_records or "screened" in self.skipped or "titles_screened" in self.counts
        if told or not find_count(self.counts, "other_removed"):
            return MappingProxyType({AS_REPORTED: self})
        screened = make_flow(
            screen_titles(self.counts), TITLES_SCREENED, guideline=self.guideline,
            skipped=self.skipped,
        )  # fmt: skip
        return MappingProxyType({TITLES_BEFORE: self, TITLES_SCREENED: screened})

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number: ``box, key, label, n`` (missing if not reported), ``reported``.

        The key of a part carries its name, as ``databases:PubMed``; keys and numbers
        given to :func:`prisma_flow` make the same flow.
        """
        entries = list_entries(self.counts, self.skipped, self.guideline)
        return pd.DataFrame(
            {
                "box": pd.Series([entry.box for entry in entries], dtype=object),
                "key": pd.Series([entry.key for entry in entries], dtype=object),
                "label": pd.Series([entry.label for entry in entries], dtype=object),
                "n": pd.array([entry.n for entry in entries], dtype="Int64"),
                "reported": [entry.n is not None for entry in entries],
            }
        )

    @property
    def headline(self) -> str:
        """The flow in one line: its main numbers, and what contradicts."""
        return self._headline()

    @property
    def has_records(self) -> bool:
        """Whether the flow was made from records, and not from counts."""
        return self._ledger is not None

    @property
    def log(self) -> pd.DataFrame:
        """What was decided on the way from records to numbers: ``what, n, records, rule``."""
        return self._open_ledger("log").to_log()

    def records(self, box: str | None = None) -> pd.DataFrame:
        """Return the records in a box, or all records with the box in which each ended.

        Parameters
        ----------
        box : str, optional
            A key of `counts`, a part of it as ``databases:PubMed`` or
            ``reports_excluded:Wrong population``, or a name that people use, as
            ``excluded_full_text``.

        Returns
        -------
        DataFrame
            ``record, source, title, authors, year, journal, doi, reason, study,
            duplicate_of``, one row a record; of studies, one row a study and report.

        Raises
        ------
        InputError
            If the flow was made from counts, or has no such box; near names are told.
        """
        ledger = self._open_ledger("records")
        return ledger.list_ends() if box is None else ledger.find(box)

    def excluded_reports(self) -> ExcludedReports:
        """Return the reports excluded at full text with their reasons: item 16b of PRISMA 2020."""
        from reviewkit.screening.excluded_reports import list_excluded

        return list_excluded(self._open_ledger("excluded_reports"))

    def _open_ledger(self, what: str) -> Ledger:
        if self._ledger is None:
            raise InputError(
                f"`{what}` needs the records behind the numbers. This flow was made from counts. "
                f"Make it with tally_flow(records, duplicates, decisions)."
            )
        return self._ledger

    def plot(
        self, *, ax: Axes | None = None, width: float = 174.0, unmarked: str = ""
    ) -> Axes:  # fmt: skip
        """Draw the flow diagram.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; must be high enough.  Without, a figure of the right height
            is made.
        width : float, default 174
            Of that figure, in mm.  In a single column the ways into the review stand
            one below the other.
        unmarked : str, optional
            Why a flow that contradicts itself shall bear no mark; the reason becomes part
            of the description of the figure.

        Returns
        -------
        Axes
            A flow that contradicts itself is marked in the figure, unless told otherwise.
        """
        from reviewkit.present.flow_chart import draw_flow

        if ax is not None:
            width = ax.get_window_extent().width / ax.figure.dpi * _MM
        return draw_flow(self.chart(width, unmarked=unmarked), width_mm=width, ax=ax)

    def save(
        self, path: str | Path, *, width: float = 174.0, dpi: int = 300, unmarked: str = ""
    ) -> Path:  # fmt: skip
        """Write the figure (svg, pdf, png, docx), the numbers (csv) or both (html).

        Parameters
        ----------
        path : str or Path
            Where to write; its ending names the format.  A docx holds the flow as table
            cells that Word can edit; in an html made from records a click on a box lists
            them.
        width : float, default 174
            Of the figure, in mm.
        dpi : int, default 300
            Dots per inch, for png.
        unmarked : str, optional
            As for :meth:`plot`.

        Returns
        -------
        Path
            Of the written file.
        """
        from reviewkit.screening.flow_files import save_flow

        return save_flow(self, Path(path), width=width, dpi=dpi, unmarked=unmarked)

    def save_prisma_csv(self, path: str | Path) -> Path:
        """Write the counts as the csv of the R package PRISMA2020.

        What that format has no row for is named in a warning.

        Returns
        -------
        Path
            Of the written file.
        """
        from reviewkit.screening.prisma_csv import write_prisma_csv

        return write_prisma_csv(self.counts, Path(path))

    def chart(self, width: float, *, unmarked: str = "", fit: bool = True) -> FlowChart:
        """Return the description of the figure, as it is set at this width in mm.

        With `fit`, long lists of reasons take the whole width where a page would be too low.
        """
        from reviewkit.screening.flow_drawing import fit_chart

        if not isinstance(unmarked, str):
            raise InputError(f"`unmarked` must be the reason, in words. Got {unmarked!r}.")
        moved = self.mapping != AS_REPORTED
        return fit_chart(
            width,
            self.counts,
            findings=self.findings,
            skipped=self.skipped,
            guideline=self.guideline,
            mapping=self.mapping if moved else "",
            notes=[_MOVED] if moved else [],
            unmarked=" ".join(unmarked.split()).rstrip("."),
            fit=fit,
        )

    def _headline(self) -> str:
        steps = {
            "records identified": count_identified(self.counts),
            "screened": find_count(self.counts, "screened"),
            "reports assessed": find_count(self.counts, "assessed"),
            "studies included": find_count(self.counts, "new_studies"),
        }
        told = [f"{format_count(n)} {what}" for what, n in steps.items() if n is not None]
        listed = ", ".join(told) or "nothing reported"
        said = {
            severity: " ".join(f.message for f in self.findings if f.severity == severity)
            for severity in ("error", "warning")
        }
        verdict = f"Contradictions: {said['error']}" if said["error"] else "No contradictions."
        doubts = f" Doubts: {said['warning']}" if said["warning"] else ""
        return f"Template {self.template}, {self.mapping}: {listed}. {verdict}{doubts}"


def make_flow(
    counts: Counts, mapping: str = AS_REPORTED, *, guideline: str = PRISMA,
    skipped: tuple[str, ...] = (), ledger: Ledger | None = None, more: Iterable[Finding] = (),
) -> Flow:  # fmt: skip
    """Return a flow with all that its checks find, and `more` findings."""
    found = sorted((*check_flow(counts, skipped), *more),
                   key=lambda finding: SEVERITIES.index(finding.severity))  # fmt: skip
    return Flow(choose_template(counts), tuple(found), mapping, freeze_counts(counts), guideline,
                skipped, ledger)  # fmt: skip
