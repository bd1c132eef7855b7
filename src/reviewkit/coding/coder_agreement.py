"""How far coders agree: on codes, on boundaries, and where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_interval, format_number, format_percent
from reviewkit._core.result import Result
from reviewkit.agreement.scales import Scale, choose_scale
from reviewkit.coding.coder_measures import COEFFICIENT, CodeAgreement, measure_codes
from reviewkit.coding.coder_units import UNITS, Coded, Row, Tally, take_coded
from reviewkit.coding.labels import count_of, find_lookalikes, natural_key, quote_lookalikes
from reviewkit.coding.stretches import Mark, count_masks

__all__ = ["CoderAgreement", "compare_coders"]

_MOST_ROWS = 60


class Disagreement(NamedTuple):
    """A unit to which some coders applied a code, and others did not."""

    study: str
    source: str
    code: str
    start: int | None
    end: int | None
    text: str
    applied_by: str
    not_applied_by: str


class Boundary(NamedTuple):
    """What two coders marked with one code in one source, in characters."""

    study: str
    source: str
    code: str
    first: str
    second: str
    n_first: int
    n_second: int
    n_shared: int

    @property
    def jaccard(self) -> float:
        """What both marked, of what either did."""
        return self.n_shared / (self.n_first + self.n_second - self.n_shared)


@dataclass(frozen=True, slots=True)
class CoderAgreement(Result):
    """Agreement of coders per code and over all codes."""

    title: ClassVar[str] = "Agreement of coders"

    rows: tuple[CodeAgreement, ...]
    differing: tuple[Disagreement, ...]
    marked: tuple[Boundary, ...]  # empty where segments have no places
    coders: tuple[str, ...]
    unit: str
    counted: str
    scale: str
    label: str  # of the kappa over all codes
    level: float
    alone: int  # units that one coder alone worked on
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for all codes, then one a code.

        Columns are ``code, n`` (units with two verdicts or more), ``n_applied`` (any coder),
        ``n_agreed`` (all coders applied it), ``percent_agreement, positive_agreement`` (of two
        coders), and ``kappa, ac1, alpha``, each with ``_low`` and ``_high``, and ``note``.
        """
        columns: dict[str, object] = {
            name: [getattr(row, name) for row in self.rows] for name in CodeAgreement._fields[:6]
        }
        for at, name in enumerate(COEFFICIENT):
            for end, part in (("", 0), ("_low", 1), ("_high", 2)):
                columns[name + end] = [row.scores[at][part] for row in self.rows]
        columns["note"] = [row.note for row in self.rows]
        return pd.DataFrame(columns)

    def disagreements(self) -> pd.DataFrame:
        """Return one row a unit and code on which coders differ, with its place and words."""
        frame = pd.DataFrame([*self.differing], columns=[*Disagreement._fields])
        for name in ("start", "end"):
            places = [getattr(one, name) for one in self.differing]
            cells = [pd.NA if place is None else place for place in places]
            frame[name] = pd.Series(cells, dtype="Int64")
        return frame

    def boundaries(self) -> pd.DataFrame:
        """Return one row a source, code and pair of coders, with the overlap of what they marked.

        Columns are ``study, source, code, first, second, n_first, n_second, n_shared`` (in
        characters) and ``jaccard``: what both marked, of what either did.
        """
        frame = pd.DataFrame([*self.marked], columns=[*Boundary._fields])
        return frame.assign(jaccard=[one.jaccard for one in self.marked])

    def summary(self) -> str:
        """Return headline, notes and the table of codes as plain text."""
        table = self.to_frame().drop(columns="note")
        text = table.to_string(float_format="{:.3f}".format, max_rows=_MOST_ROWS, index=False)
        notes = [f"Note: {note}" for note in self.notes]
        return "\n".join([self.title, self._headline(), *notes, "", text])

    def _headline(self) -> str:
        first = self.rows[0]
        kappa = first.scores[0]
        interval = ""
        if not np.isnan(kappa.low):
            ends = format_interval(kappa.low, kappa.high, 2)
            interval = f" ({format_percent(self.level, 0)} interval {ends})"
        told = f"{', '.join(self.coders)}: kappa {_tell(kappa.estimate)}{interval}"
        told += f", {self.label} on {self.scale}" if self.label else ""
        if len(self.coders) == 2:
            told += f"; positive agreement {_tell(first.positive_agreement)}"
        ac1, alpha = (_tell(value.estimate) for value in first.scores[1:])
        overlap = ""
        if self.marked:
            shared = sum(one.n_shared for one in self.marked)
            either = sum(one.n_first + one.n_second - one.n_shared for one in self.marked)
            share = format_percent(shared / either)
            overlap = f" Characters marked by both with one code: {share} of those by either."
        return (
            f"{told}; AC1 {ac1}, alpha {alpha}. Counted: {format_count(first.n)} "
            f"decision{'s' * (first.n != 1)} on "
            f"{self.counted}; text that nobody coded is not counted.{overlap}"
        )


def _tell(value: float) -> str:
    return "undefined (0/0)" if np.isnan(value) else format_number(value, 2)


def compare_coders(
    segments: pd.DataFrame,
    *,
    unit: str = "study",
    overlap: float = 0.5,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
) -> CoderAgreement:
    """Compute how far coders agree, per code and over all codes.

    Parameters
    ----------
    segments : DataFrame
        One row a coded segment: ``study, code, coder``, and for segments and characters ``start,
        end`` (or ``text``) and ``source``.
    unit : {"study", "segment", "character"}, default "study"
        What is decided on.  "study": does the code apply to the study?  "segment": does it apply
        to a segment that any coder marked?  "character": the same of each character that any
        coder gave any code.  What nobody coded is not counted in any.
    overlap : float in (0, 1], default 0.5
        For segments: spans of different coders are one segment if what both cover is so much of
        what either does (Jaccard); 1 asks for the same boundaries.
    level : float in (0, 1), default 0.95
        Of all intervals.
    scale : str or Scale, default "landis-koch"
        Words for the kappa over all codes, as for :func:`rater_agreement`.

    Returns
    -------
    CoderAgreement
        Kappa (Cohen's of two coders, Conger's of more), Gwet's AC1 and Krippendorff's alpha
        (nominal), per code and over all; the overlap of boundaries; the disagreements.

    Raises
    ------
    InputError
        If a column or a coder's name is missing, there are fewer than two coders, none of them
        share a source, or the unit needs places that segments lack.

    Notes
    -----
    A coder has a verdict on a source (for unit="study", a study) in which they coded anything;
    elsewhere it is missing.  Codes that no two coders could have applied are left out.
    Intervals of a code are those of large samples of independent units.  Over all codes, the
    decisions on one study hang together: the interval is a jackknife that leaves out one study
    at a time.  Characters are not independent: per code they have no intervals.

    The overlap of boundaries is Jaccard's, over characters: what both coders gave a code, of
    what either did.  It is not Krippendorff's alpha for unitizing [1]_.

    References
    ----------
    .. [1] Krippendorff et al. (2016). doi:10.1007/s11135-015-0266-1
    .. [2] Conger (1980). doi:10.1037/0033-2909.88.2.322
    .. [3] Gwet (2008). doi:10.1348/000711006X126600

    Examples
    --------
    >>> rows = [("A", "Stress", "Ada"), ("A", "Stress", "Bo"), ("B", "Stress", "Ada"),
    ...         ("B", "Trust", "Bo"), ("C", "Trust", "Ada"), ("C", "Trust", "Bo")]
    >>> found = compare_coders(pd.DataFrame(rows, columns=["study", "code", "coder"]))
    >>> found.to_frame()[["code", "n", "n_applied", "n_agreed", "kappa"]].round(2).to_numpy().tolist()
    [['all codes', 6, 4, 2, 0.33], ['Stress', 3, 2, 1, 0.4], ['Trust', 3, 2, 1, 0.4]]
    >>> found.disagreements()[["study", "code", "applied_by"]].to_numpy().tolist()
    [['B', 'Stress', 'Ada'], ['B', 'Trust', 'Bo']]
    """
    check_choice("unit", unit, UNITS)
    check_level(level)
    words = choose_scale(scale)
    if not 0 < overlap <= 1:
        raise InputError(f"`overlap` must be above 0 and at most 1. Got {overlap!r}.")
    coded = take_coded(segments)
    collect, counted = UNITS[unit]
    tally = collect(coded, overlap)
    rows = measure_codes(tally, len(coded.coders), level, independent=unit != "character")
    if not rows:
        raise InputError(
            f"At least 2 coders must have coded in one {'study' if unit == 'study' else 'source'}. "
            f"{', '.join(coded.coders)} share none. Check that they name studies and sources alike."
        )
    kappa = rows[0].scores[0].estimate
    return CoderAgreement(
        tuple(rows), _list_disagreements(tally, coded.coders), _measure_boundaries(coded),
        coded.coders, unit, counted, words.name, "" if np.isnan(kappa) else words.label(kappa),
        level, sum(size for (_, worked), size in tally.units.items() if worked.bit_count() < 2),
        _write_notes(coded, tally),
    )  # fmt: skip


def _list_disagreements(tally: Tally, coders: Sequence[str]) -> tuple[Disagreement, ...]:
    found = []
    for one in tally.verdicts:
        if one.worked.bit_count() > 1 and one.applied != one.worked:
            yes, no = (
                ", ".join(name for at, name in enumerate(coders) if mask >> at & 1)
                for mask in (one.applied, one.worked & ~one.applied)
            )
            start, end = (place if place >= 0 else None for place in (one.start, one.end))
            text = " ".join(one.text.split())
            found.append(Disagreement(one.study, one.source, one.code, start, end, text, yes, no))
    order = {study: natural_key(study) for study in {one.study for one in found}}
    return tuple(sorted(found, key=lambda d: (order[d.study], d.source, d.start or -1, d.code)))


def _measure_boundaries(coded: Coded) -> tuple[Boundary, ...]:
    """Return the overlap of what each pair of coders marked, where segments have places."""
    worked: dict[tuple[str, str], int] = {}
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in coded.rows:
        if row.start >= 0 and row.end > row.start:
            worked[row.document] = worked.get(row.document, 0) | 1 << row.coder
            groups.setdefault((row.study, row.source, row.code), []).append(row)
    found = []
    for (study, source, code), rows in groups.items():
        marks = [Mark(row.start, row.end, 1 << row.coder) for row in rows]
        one = marks[0]
        counts = count_masks(marks) if len(marks) > 1 else {one.coder: one.end - one.start}
        there = [at for at in range(len(coded.coders)) if worked[study, source] >> at & 1]
        for first, second in combinations(there, 2):
            sizes = [
                sum(size for mask, size in counts.items() if (mask & bits) == bits)
                for bits in (1 << first, 1 << second, 1 << first | 1 << second)
            ]
            if sizes[0] or sizes[1]:
                names = coded.coders[first], coded.coders[second]
                found.append(Boundary(study, source, code, *names, *sizes))
    order = {study: natural_key(study) for study in {one.study for one in found}}
    return tuple(sorted(found, key=lambda one: (order[one.study], *one[1:5])))


def _write_notes(coded: Coded, tally: Tally) -> tuple[str, ...]:
    notes = []
    alike = find_lookalikes(coded.coders)
    if alike:
        told = "; ".join(map(quote_lookalikes, alike))
        notes.append(
            f"Coders that differ by case, dashes and spaces only are counted apart: {told}."
        )
    if coded.repeats:
        notes.append(
            f"{count_of(coded.repeats, 'repeated row')} of the same coder, word by word, counted once. "
            f"Two coders of one name look like this."
        )
    single = sum(size for (_, worked), size in tally.units.items() if worked.bit_count() < 2)
    if single:
        notes.append(f"Left out: {count_of(single, 'unit')} of one coder alone.")
    return tuple(notes)
