"""Two people appraise: how far they agree on each item, where they differ, and what they settle.

Agreement comes from :func:`~reviewkit.agreement.raters.rater_agreement`; the unit is a study.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_interval, format_number, format_percent
from reviewkit._core.result import Result
from reviewkit.agreement.raters import rater_agreement
from reviewkit.appraisal.appraised import Appraisal
from reviewkit.appraisal.comparison_inputs import Answers, read_both
from reviewkit.appraisal.instruments import Instrument
from reviewkit.appraisal.reading import OVERALL
from reviewkit.appraisal.reconciling import settle, write_reconciliation

__all__ = ["AppraisalComparison", "compare_appraisals"]

#: What is measured of each item, and its name in the frame.
_COEFFICIENTS = {"percent_agreement": "agreement", "cohen_kappa": "kappa", "gwet_ac1": "ac1"}
_EVERY = "all items"


class _Row(NamedTuple):
    item: str
    title: str
    n: int
    same: int
    numbers: tuple[float, ...]  # estimate, low, high of each coefficient
    note: str


@dataclass(frozen=True, slots=True)
class AppraisalComparison(Result):
    """Agreement of two appraisers, item by item."""

    title: ClassVar[str] = "Comparison of two appraisals"

    appraisers: tuple[str, str]
    instrument: Instrument
    rows: tuple[_Row, ...]
    level: float
    only_first: tuple[str, ...]  # studies
    only_second: tuple[str, ...]
    first: Answers = field(repr=False, compare=False)
    second: Answers = field(repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, then all items together, then the overall judgement.

        Columns are ``item, title, n`` (studies that both answered), ``same``, and for
        ``agreement, kappa`` (Cohen) and ``ac1`` (Gwet) the estimate with ``_low`` and ``_high``.
        What is 0/0 is missing, and ``note`` says why.
        """
        names = [f"{c}{end}" for c in _COEFFICIENTS.values() for end in ("", "_low", "_high")]
        rows = [(r.item, r.title, r.n, r.same, *r.numbers, r.note) for r in self.rows]
        return pd.DataFrame(rows, columns=["item", "title", "n", "same", *names, "note"])

    @property
    def disagreements(self) -> pd.DataFrame:
        """One row a study and item with two answers: ``first, second``, and the notes of both.

        An answer that one of the two lacks is a disagreement too.
        """
        rows = []
        for key in dict.fromkeys([*self.first, *self.second]):
            (one, note), (two, other) = (side.get(key, ("", "")) for side in (self.first, self.second))  # fmt: skip
            lone = key[0] in (*self.only_first, *self.only_second)
            if one != two and not lone:
                title = _EVERY if key[1] == OVERALL else self.instrument.get(key[1]).title
                rows.append({
                    "study": key[0], "item": key[1],
                    "title": "Overall" if key[1] == OVERALL else title, "first": one or None,
                    "second": two or None, "note_first": note or None, "note_second": other or None,
                })  # fmt: skip
        columns = ["study", "item", "title", "first", "second", "note_first", "note_second"]
        frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns, "str"))
        order = {study: at for at, study in enumerate(dict.fromkeys(k[0] for k in self.first))}
        items = [*(item.id for item in self.instrument.items), OVERALL]
        keys = [(order.get(s, 0), items.index(i)) for s, i in zip(frame["study"], frame["item"], strict=True)]  # fmt: skip
        return frame.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the reconciliation sheet: each disagreement, with ``final`` and ``reason`` blank.

        Parameters
        ----------
        path : path-like
            Ends in csv or xlsx; what is there is replaced.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the ending is another.
        """
        return write_reconciliation(self.disagreements, self.appraisers, Path(path))

    def consensus(self, sheet: pd.DataFrame | str | PathLike[str]) -> pd.DataFrame:
        """Return the answers on which both agreed or agree now, to be given to ``appraise``.

        Parameters
        ----------
        sheet : DataFrame or path-like
            The reconciliation sheet with ``final`` filled in; ``reason`` becomes the note.

        Returns
        -------
        DataFrame
            In the form of ``read_appraisal``, of all studies that both appraised.

        Raises
        ------
        InputError
            If a disagreement is undecided, a final answer is not one of the instrument, or a row
            is of no disagreement.
        """
        shared = [k for k in dict.fromkeys([*self.first, *self.second]) if k[0] not in (*self.only_first, *self.only_second)]  # fmt: skip
        agreed = {k: self.first[k] for k in shared if self.first.get(k, ("", ""))[0] == self.second.get(k, ("", ""))[0] and k in self.first}  # fmt: skip
        return settle(self.disagreements, sheet, agreed, shared, self.instrument)

    def _headline(self) -> str:
        row = next(row for row in self.rows if row.item == _EVERY)
        share, low, high, kappa, kappa_low, kappa_high = row.numbers[:6]
        first, second = self.appraisers
        text = (
            f"{first} and {second} gave the same answer to {format_count(row.same)} of "
            f"{format_count(row.n)} items ({format_percent(share)}, {100 * self.level:g} % interval "
            f"{format_interval(100 * low, 100 * high, 1)})"
        )
        if not np.isnan(kappa):
            text += (
                f"; kappa {format_number(kappa, 2)} ({format_interval(kappa_low, kappa_high, 2)})"
            )
        lone = [*self.only_first, *self.only_second]
        more = f" One only appraised: {list_some(lone, most=5, sep=', ')}." if lone else ""
        return f"{text}. {len(self.disagreements)} to settle.{more}"


def compare_appraisals(
    first: pd.DataFrame | Appraisal | str | PathLike[str],
    second: pd.DataFrame | Appraisal | str | PathLike[str] | None = None,
    *,
    instrument: str | PathLike[str] | Instrument | None = None,
    level: float = 0.95,
) -> AppraisalComparison:
    """Compare the answers of two appraisers, item by item and overall.

    Parameters
    ----------
    first, second : DataFrame, Appraisal or path-like
        The answers of each, as for :func:`~reviewkit.appraisal.appraising.appraise`.  `first` alone
        may hold both, told apart by a column ``appraiser``.
    instrument : str, path-like or Instrument, optional
        As in :func:`~reviewkit.appraisal.reading.read_appraisal`.
    level : float in (0, 1), default 0.95
        Of all intervals.

    Returns
    -------
    AppraisalComparison
        ``.to_frame()`` per item, ``.disagreements``, ``.save(path)`` for the sheet that goes to a
        meeting, ``.consensus(sheet)`` for what comes back.

    Raises
    ------
    InputError
        If there are not two appraisers, they used different instruments or appraised no study in
        common.

    Notes
    -----
    Studies that one of them did not appraise, and items that one left blank, are not in the
    coefficients; the latter are disagreements to settle.  Categories are the answers that the
    instrument allows, used or not, which matters for AC1.  "All items" takes each study and item
    as a unit, which are not independent: its intervals are too narrow.  With few studies a kappa
    per item says little; intervals show how little.

    References
    ----------
    .. [1] Gwet (2008). doi:10.1348/000711006X126600

    Examples
    --------
    >>> rows = [("A", "low", "low"), ("B", "high", "low"), ("C", "low", "low"), ("D", "high", "high")]
    >>> domains = ["D1", "D2", "D3", "D4", "D5"]
    >>> ada, bo = (pd.DataFrame([(r[0], *[r[at]] * 5) for r in rows], columns=["study", *domains])
    ...     for at in (1, 2))
    >>> found = compare_appraisals(ada, bo, instrument="rob-2")
    >>> found.to_frame()[["item", "n", "same", "agreement", "kappa"]].head(1)
      item  n  same  agreement  kappa
    0    1  4     3       0.75    0.5
    >>> len(found.disagreements)
    5
    """
    check_level(level)
    one, sides, names = read_both(first, second, instrument)
    studies = [list(dict.fromkeys(study for study, _ in side)) for side in sides]
    both = [study for study in studies[0] if study in studies[1]]
    if not both:
        raise InputError(
            f"The two must have appraised a study in common. {names[0]} has "
            f"{list_some(studies[0], most=5, sep=', ')}; {names[1]} has "
            f"{list_some(studies[1], most=5, sep=', ')}. Name studies alike."
        )
    rows = [_measure(one, sides, both, (item.id,), level) for item in one.items]
    rows.append(_measure(one, sides, both, tuple(item.id for item in one.items), level))
    if any(key[1] == OVERALL for side in sides for key in side):
        rows.append(_measure(one, sides, both, (OVERALL,), level))
    return AppraisalComparison(
        names, one, tuple(rows), level,
        tuple(study for study in studies[0] if study not in both),
        tuple(study for study in studies[1] if study not in both), *sides,
    )  # fmt: skip


def _measure(
    one: Instrument,
    sides: Sequence[Answers],
    studies: Sequence[str],
    items: Sequence[str],
    level: float,
) -> _Row:
    """Return agreement on items, of the studies and items that both answered."""
    keys = [(study, item) for study in studies for item in items]
    pairs = [tuple(side.get(key, ("", ""))[0] for side in sides) for key in keys]
    pairs = [pair for pair in pairs if all(pair)]
    item = one.get(items[0]) if items[0] != OVERALL else None
    name = _EVERY if len(items) > 1 else items[0]
    title = {_EVERY: "All items", OVERALL: "Overall"}.get(name, item.title if item else "")
    same = sum(first == second for first, second in pairs)
    blank = (np.nan,) * (3 * len(_COEFFICIENTS))
    if not pairs:
        return _Row(name, title, 0, 0, blank, "no study that both answered")
    answers = one.overall_answers if item is None else one.answers
    categories = [answer.name for answer in answers]
    if len(items) == 1:
        categories = [*one.allowed(item)]
    columns = {
        str(at): pd.Categorical([pair[at] for pair in pairs], categories=categories)
        for at in range(2)
    }
    found = {row.coefficient: row for row in rater_agreement(pd.DataFrame(columns), level=level).rows}  # fmt: skip
    chosen = [found[coefficient] for coefficient in _COEFFICIENTS]
    numbers = tuple(v for row in chosen for v in (row.estimate, row.ci_low, row.ci_high))
    notes = [f"{n}: {row.note}" for n, row in zip(_COEFFICIENTS.values(), chosen, strict=True) if np.isnan(row.estimate)]  # fmt: skip
    return _Row(name, title, len(pairs), same, numbers, "; ".join(notes))
