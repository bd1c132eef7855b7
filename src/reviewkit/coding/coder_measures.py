"""Coefficients of agreement for each code and for all, from who applied what."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.chance import CHANCE
from reviewkit.agreement.coefficients import COEFFICIENTS, measure
from reviewkit.agreement.intervals import wald_interval
from reviewkit.agreement.patterns import View
from reviewkit.agreement.tables import CrossTable
from reviewkit.coding.coder_units import Tally
from reviewkit.coding.labels import natural_key

__all__ = ["ALL", "COEFFICIENT", "CodeAgreement", "Value", "measure_codes"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ALL = "all codes"
#: Coefficients by the names of their columns; kappa is Conger's where there are more than two.
COEFFICIENT = ("kappa", "ac1", "alpha")
_OF_TWO = ("cohen_kappa", "gwet_ac1", "krippendorff_alpha")
_OF_MANY = ("conger_kappa", "gwet_ac1", "krippendorff_alpha")
_FEWEST = 3  # studies, from which an interval over all codes is told


class Value(NamedTuple):
    """A coefficient with its interval; NaN where undefined."""

    estimate: float
    low: float
    high: float


class CodeAgreement(NamedTuple):
    """How far coders agree on one code."""

    code: str
    n: int  # units with two verdicts or more
    n_applied: int  # those to which any coder applied the code
    n_agreed: int  # those to which all did
    percent_agreement: float
    positive_agreement: float  # of two coders: twice the agreed over all applications
    scores: tuple[Value, ...]  # in the order of COEFFICIENT
    note: str


class Counts(NamedTuple):
    """Units by pattern of verdicts: who worked on them, and who applied the code."""

    worked: IntArray  # (m,), bits
    applied: IntArray
    times: IntArray


def measure_codes(
    tally: Tally, n_coders: int, level: float, *, independent: bool
) -> list[CodeAgreement]:
    """Return a row for all codes, then one for each code."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    totals: dict[int, int] = {}
    for (_, worked), size in tally.units.items():
        if worked.bit_count() > 1:
            totals[worked] = totals.get(worked, 0) + size
    cells: dict[str, dict[tuple[int, int], int]] = {}
    for one in tally.verdicts:
        if one.worked.bit_count() > 1:
            own = cells.setdefault(one.code, {})
            own[one.worked, one.applied] = own.get((one.worked, one.applied), 0) + one.size
    codes = sorted(cells, key=natural_key)
    counts = [_complete(cells[code], totals) for code in codes]
    found = [
        _measure(code, count, n_coders, z, independent=independent)
        for code, count in zip(codes, counts, strict=True)
    ]
    return [_measure_all(tally, codes, n_coders, z), *found] if found else []


def _complete(cells: dict[tuple[int, int], int], totals: dict[int, int]) -> Counts:
    """Return the cells with the units to which nobody applied the code."""
    rest = dict(totals)
    for (worked, _), size in cells.items():
        rest[worked] -= size
    rows = [(worked, applied, size) for (worked, applied), size in cells.items()]
    rows += [(worked, 0, size) for worked, size in rest.items() if size]
    columns = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    return Counts(*columns)


def _view(counts: Counts, n_coders: int, times: FloatArray | None = None) -> View:
    """Return patterns of verdicts: 0 applied, 1 not, -1 missing."""
    bits = np.int64(1) << np.arange(n_coders, dtype=np.int64)
    worked, applied = ((mask[:, None] & bits) > 0 for mask in counts[:2])
    codes = np.where(worked, np.where(applied, 0, 1), -1).astype(np.int64)
    each = np.stack([(codes == 0).sum(axis=1), (codes == 1).sum(axis=1)], axis=1).astype(float)
    weights = counts.times[None, :].astype(float) if times is None else times
    return View(codes, each, weights, 1.0 - np.eye(2))


def _measure(
    code: str, counts: Counts, n_coders: int, z: float, *, independent: bool
) -> CodeAgreement:
    """Return the agreement on one code; intervals only where units are independent."""
    view = _view(counts, n_coders)
    values, notes = [], []
    table = _cross(view) if n_coders == 2 else None
    for two, many in zip(_OF_TWO, _OF_MANY, strict=True):
        if table is not None:
            got = measure(COEFFICIENTS[two], table, z)
            value, note = Value(got.value, got.low, got.high), got.note
        else:
            value, note = _of_many(view, many, z)
        if isnan(value.estimate):
            notes.append(note)
        values.append(value if independent else Value(value.estimate, nan, nan))
    return _row(code, counts, view, tuple(values), "; ".join(dict.fromkeys(filter(None, notes))))


def _cross(view: View) -> CrossTable:
    """Return the cross-table of two coders."""
    table = np.zeros((2, 2), dtype=np.int64)
    np.add.at(table, (view.codes[:, 0], view.codes[:, 1]), view.times[0].astype(np.int64))
    return CrossTable(table, ("applied", "not applied"), 0, 1, None)


def _of_many(view: View, name: str, z: float) -> tuple[Value, str]:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = CHANCE[name].find(view)
    value, n = float(found.values[0]), found.items
    if isnan(value):
        return Value(nan, nan, nan), "one category only: 0/0, not 0 or 1"
    se = sqrt(float(view.times[0] @ found.slope**2) / (n * (n - 1))) if n > 1 else nan
    low, high, _ = wald_interval(value, se, z, (-1.0, 1.0))
    return Value(value, low, high), ""


def _row(
    code: str, counts: Counts, view: View, values: tuple[Value, ...], note: str
) -> CodeAgreement:
    applied, times = counts.applied, counts.times
    any_, all_ = applied > 0, (applied == counts.worked) & (applied > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = float(CHANCE["percent_agreement"].find(view).values[0])
    positive = nan
    if view.codes.shape[1] == 2:
        both, some = int(times[all_].sum()), int(times[any_].sum())
        positive = 2 * both / (both + some) if some else nan
    return CodeAgreement(
        code, int(times.sum()), int(times[any_].sum()), int(times[all_].sum()), percent, positive,
        values, note,
    )  # fmt: skip


def _measure_all(tally: Tally, codes: Sequence[str], n_coders: int, z: float) -> CodeAgreement:
    """Return the agreement over all codes; its interval is a jackknife over studies."""
    studies = sorted(
        {study for study, worked in tally.units if worked.bit_count() > 1}, key=natural_key
    )
    place = {study: at for at, study in enumerate(studies)}
    cells: dict[tuple[int, int], IntArray] = {}

    def add(worked: int, applied: int, study: str, size: int) -> None:
        if worked.bit_count() > 1:
            row = cells.setdefault((worked, applied), np.zeros(len(studies), dtype=np.int64))
            row[place[study]] += size

    for (study, worked), size in tally.units.items():
        add(worked, 0, study, size * len(codes))
    for one in tally.verdicts:
        add(one.worked, one.applied, one.study, one.size)
        add(one.worked, 0, one.study, -one.size)
    keys = sorted(cells)
    by_study = np.array([cells[key] for key in keys]).T.astype(float)  # (studies, patterns)
    total = by_study.sum(axis=0)
    masks = np.array(keys, dtype=np.int64).T
    counts = Counts(masks[0], masks[1], total.astype(np.int64))
    several = len(studies) >= _FEWEST
    times = np.vstack([total, total - by_study]) if several else total[None, :]
    view = _view(counts, n_coders, times)
    values = []
    for name in _OF_MANY:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = CHANCE[name].find(view).values
        values.append(_jackknife(found, z) if several else Value(float(found[0]), nan, nan))
    note = "" if several else f"no interval from fewer than {_FEWEST} studies"
    return _row(ALL, counts, view._replace(times=total[None, :]), tuple(values), note)


def _jackknife(found: FloatArray, z: float) -> Value:
    """Return the first value with an interval from the others, each without one study."""
    estimate, left = float(found[0]), found[1:]
    if isnan(estimate) or np.isnan(left).any():
        return Value(estimate, nan, nan)
    k = left.size
    se = sqrt((k - 1) / k * float(((left - left.mean()) ** 2).sum()))
    low, high, _ = wald_interval(estimate, se, z, (-1.0, 1.0))
    return Value(estimate, low, high)
