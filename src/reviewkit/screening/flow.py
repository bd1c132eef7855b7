"""The PRISMA 2020 flow of a review: its numbers, whether they add up, and its figure.

:func:`prisma_flow` reads counts (:mod:`~reviewkit.screening.flow_counts`), holds them against
each other (:mod:`~reviewkit.screening.identities`) and gives a :class:`Flow`, which draws them
(:mod:`~reviewkit.screening.flow_drawing`).  What is not reported stays that: it is never 0, and
never worked out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.present.picture import PicturedResult
from reviewkit.screening.flow_boxes import find_count, list_entries
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_keys import (
    Counts,
    Frozen,
    choose_template,
    freeze_counts,
    thaw_counts,
)  # fmt: skip
from reviewkit.screening.flow_mappings import (
    AS_REPORTED,
    TITLES_BEFORE,
    TITLES_SCREENED,
    screen_titles,
)  # fmt: skip
from reviewkit.screening.identities import check_flow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.present.flow_parts import FlowChart

__all__ = ["Flow", "prisma_flow"]

_MM = 25.4  # in an inch
_NARROW = 84.0  # mm, for a phone
#: Under a figure that does not tell the steps as the review does.
_MOVED = (
    "Told as titles screened: what the review removed before screening for other reasons counts "
    "here among the records screened and excluded."
)
_PICTURES, _FILES = (".svg", ".pdf", ".png"), (".html", ".csv")


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
    """

    title: ClassVar[str] = "PRISMA 2020 flow"

    template: str
    findings: tuple[Finding, ...]
    mapping: str
    _counts: Frozen

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
        if not find_count(self.counts, "other_removed"):
            return MappingProxyType({AS_REPORTED: self})
        screened = _make_flow(screen_titles(self.counts), TITLES_SCREENED)
        return MappingProxyType({TITLES_BEFORE: self, TITLES_SCREENED: screened})

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number: ``box, key, label, n`` (missing if not reported), ``reported``.

        The key of a part carries its name, as ``databases:PubMed``; keys and numbers
        given to :func:`prisma_flow` make the same flow.
        """
        entries = list_entries(self.counts)
        return pd.DataFrame(
            {
                "box": pd.Series([entry.box for entry in entries], dtype=object),
                "key": pd.Series([entry.key for entry in entries], dtype=object),
                "label": pd.Series([entry.label for entry in entries], dtype=object),
                "n": pd.array([entry.n for entry in entries], dtype="Int64"),
                "reported": [entry.n is not None for entry in entries],
            }
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the flow diagram.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; must be high enough.  Without, a figure of the right height
            is made.
        width : float, default 174
            Of that figure, in mm.  Where the ways into the review do not fit side by
            side, as in a single column of a journal, they stand one below the other.

        Returns
        -------
        Axes
            A flow that contradicts itself is marked in the figure.
        """
        from reviewkit.present.flow_chart import draw_flow

        if ax is not None:
            width = ax.get_window_extent().width / ax.figure.dpi * _MM
        return draw_flow(self._chart(width), width_mm=width, ax=ax)

    def save(self, path: str | Path, *, width: float = 174.0, dpi: int = 300) -> Path:
        """Write the figure (svg, pdf, png), the numbers (csv) or both (html), as the ending says.

        Parameters
        ----------
        path : str or Path
            Where to write; its ending names the format.
        width : float, default 174
            Of the figure, in mm.
        dpi : int, default 300
            Dots per inch, for png.

        Returns
        -------
        Path
            Of the written file.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind in _PICTURES:
            return PicturedResult.save(self, path, width=width, dpi=dpi)
        if kind not in _FILES:
            known = ", ".join([*_PICTURES, *_FILES])
            raise InputError(f"The name of the file must end in one of {known}. Got {path.name!r}.")
        if kind == ".csv":
            from reviewkit.sources.spreadsheet import write_table

            write_table(self.to_frame(), path)
        else:
            from reviewkit.screening.flow_page import render_flow

            page = render_flow(
                (self._chart(width), width), (self._chart(_NARROW), _NARROW),
                lead=self._headline(), numbers=self.to_frame(), findings=self.findings,
            )  # fmt: skip
            path.write_text(page, encoding="utf-8", newline="\n")
        return path

    def _chart(self, width: float) -> FlowChart:
        """Return the description of the figure, as it is set at this width in mm."""
        from reviewkit.screening.flow_drawing import chart_flow, stacks_at

        moved = self.mapping != AS_REPORTED
        return chart_flow(
            self.counts,
            findings=self.findings,
            stacked=stacks_at(self.template, width),
            mapping=self.mapping if moved else "",
            notes=[_MOVED] if moved else [],
        )

    def _headline(self) -> str:
        steps = {
            "records identified": self._count_identified(),
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

    def _count_identified(self) -> int | None:
        whole = find_count(self.counts, "identified")
        parts = [find_count(self.counts, key) for key in ("databases", "registers")]
        known = [n for n in parts if n is not None]
        return whole if whole is not None else sum(known) if known else None


def prisma_flow(counts: Mapping[str, Any]) -> Flow:
    """Return the PRISMA 2020 flow of a review from its counts.

    Parameters
    ----------
    counts : mapping
        Whole numbers, 0 or more, by key; text such as ``"1,234"`` or ``"n = 12"`` is
        read.  A key that is absent, None, NaN, blank or ``"NA"`` is not reported,
        which is never 0.

        - Records: ``databases`` and ``registers`` ({name: n} or a number),
          ``duplicates_removed, automation_removed, other_removed, screened,
          excluded`` (a number or {reason: n}).
        - Reports: ``sought, not_retrieved, assessed, reports_excluded`` ({reason: n}
          or a number).
        - Other methods: ``websites, organisations, citation_searching``, then
          ``other_sought, other_not_retrieved, other_assessed,
          other_reports_excluded``.
        - Included: ``new_studies, new_reports``; in updated reviews
          ``previous_studies, previous_reports, total_studies, total_reports`` too.
        - Totals beside their parts: ``identified, databases_total, registers_total,
          excluded_total, reports_excluded_total``.
        - Steps that the form lacks: ``after_duplicates`` (records left),
          ``duplicates_removed_later, added_at_full_text, added_included,
          in_meta_analysis``.

        A part may also have a key of its own, as ``"databases:PubMed"``.

    Returns
    -------
    Flow
        Its `findings` say which numbers contradict each other.

    Raises
    ------
    InputError
        If a key is unknown or a value is no count; the message lists all of them.

    Notes
    -----
    Records, reports and studies are held apart [1]_.  Each box must hold what the boxes
    before it leave; a box that is not reported is bridged.  Where nothing is said of
    what left, fewer may arrive, with a warning; more can never arrive.

    References
    ----------
    .. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated
       guideline for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71

    Examples
    --------
    >>> import reviewkit as rk
    >>> flow = rk.prisma_flow({
    ...     "identified": 321, "other_removed": 78, "screened": 243, "excluded": 222,
    ...     "assessed": 21, "reports_excluded": 8, "new_studies": 13,
    ... })
    >>> flow.template, flow.is_consistent
    ('new-v1', True)
    >>> list(flow.mappings)
    ['titles removed before screening', 'titles screened']
    >>> screened = flow.mappings["titles screened"]
    >>> screened.counts["screened"], dict(screened.counts["excluded"])
    (321, {'titles': 78, 'abstracts': 222})
    """
    return _make_flow(read_counts(counts), AS_REPORTED)


def _make_flow(counts: Counts, mapping: str) -> Flow:
    return Flow(choose_template(counts), check_flow(counts), mapping, freeze_counts(counts))
