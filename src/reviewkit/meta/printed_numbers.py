"""The result that a paper prints, as the exact numbers that can stand behind it.

A printed number stands for a closed interval: "28.70 %" for 28.695 to 28.705, both ends
included, since programs round halves either way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number
from reviewkit.sources.numerals import read_numerals

__all__ = ["Printed", "find_contradictions", "read_printed"]

FloatArray = NDArray[np.float64]

_PROPORTIONS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
_NAMES = (*_PROPORTIONS, "tau2", "i2")
_PAIRS = {"ci": ("ci_low", "ci_high"), "pi": ("pi_low", "pi_high")}
_RANGE = re.compile(r"([\d.,·]+ ?[%‰]?)\s*(?:-|–|—|−|to|;|,)\s*([\d.,·]+ ?[%‰]?)")
_PER_MILLE = "‰"
_SLACK = 1e-9  # of half a unit; what arithmetic does to a number that lies on the edge


class Printed(NamedTuple):
    """One number of a paper."""

    name: str
    value: float  # proportions and I² in [0, 1]
    unit: float  # of its last digit
    percent: bool  # how it is shown
    decimals: int  # as shown

    def fits(self, values: FloatArray) -> NDArray[np.bool_]:
        """Say which values can have been printed like this."""
        return np.asarray(np.abs(values - self.value) <= self.unit * (0.5 + _SLACK))

    def misses(self, values: FloatArray) -> FloatArray:
        """Return how far values lie off, in units of the last printed digit."""
        return np.asarray(np.abs(values - self.value) / self.unit)

    def show(self, value: float) -> str:
        """Write a value as the paper does."""
        return format_number(100 * value if self.percent else value, self.decimals)


class _Cell(NamedTuple):
    value: float
    decimals: int
    marked: bool  # with a sign of per cent, or of per mille
    per_mille: bool = False

    def to_percent(self) -> _Cell:
        """Return a number per mille as per cent."""
        return _Cell(self.value / 10, self.decimals + 1, True)


def read_printed(reported: Mapping[str, Any]) -> tuple[Printed, ...]:
    """Return the numbers of a report, or raise an InputError that names what is none.

    Keys are ``estimate, ci_low, ci_high, pi_low, pi_high, tau2, i2``, and ``ci`` and
    ``pi`` for both ends.  Proportions are per cent where one of them has the sign or is
    above 1, and per mille, then read as per cent, where one has that sign.

    >>> [p.show(p.value) for p in read_printed({"estimate": "28.70%", "ci": "22.39–35.46"})]
    ['28.70', '22.39', '35.46']
    """
    if not isinstance(reported, Mapping):
        raise InputError(
            f"`reported` must be a mapping such as {{'estimate': '28.70%', 'ci': '22.39–35.46'}}. "
            f"Got {type(reported).__name__}."
        )
    cells = {name: _read_cell(name, cell) for name, cell in _flatten(reported).items()}
    if any(cell.per_mille for cell in cells.values()):
        cells |= {name: cells[name].to_percent() for name in _PROPORTIONS if name in cells}
    shares = [cells[name] for name in _PROPORTIONS if name in cells]
    if not shares:
        raise InputError(
            f"`reported` must have 'estimate' or an end of its interval. Got "
            f"{', '.join(map(repr, reported)) or 'nothing'}. Give what the paper prints."
        )
    percent = any(cell.marked or abs(cell.value) > 1 for cell in shares)
    return tuple(_to_printed(name, cells[name], percent) for name in _NAMES if name in cells)


def find_contradictions(printed: tuple[Printed, ...]) -> tuple[str, ...]:
    """Return in words what no result whatever can have: ends that cross, an estimate outside.

    >>> find_contradictions(read_printed({"estimate": "50%", "ci": "60–70"}))
    ('The estimate 50 lies outside its confidence interval 60 to 70.',)
    """
    numbers = {p.name: p for p in printed}
    found = []
    for kind, words in (("ci", "confidence"), ("pi", "prediction")):
        ends = [numbers.get(f"{kind}_{end}") for end in ("low", "high")]
        low, high = ends
        if low is None or high is None:
            continue
        told = f"{words} interval {low.show(low.value)} to {high.show(high.value)}"
        estimate = numbers.get("estimate")
        if low.value > high.value:
            found.append(f"The {told} begins above its end.")
        elif estimate and not low.value - low.unit < estimate.value < high.value + high.unit:
            shown = estimate.show(estimate.value)
            found.append(f"The estimate {shown} lies outside its {told}.")
    return tuple(found)


def _flatten(reported: Mapping[str, Any]) -> dict[str, Any]:
    """Return one cell a number."""
    flat: dict[str, Any] = {}
    for name, cell in reported.items():
        check_choice("reported", name, (*_NAMES, *_PAIRS))
        if name not in _PAIRS:
            flat[name] = cell
            continue
        found = _RANGE.search(cell) if isinstance(cell, str) else None
        ends = found.groups() if found else cell
        if isinstance(ends, str) or not hasattr(ends, "__len__") or len(ends) != 2:
            raise InputError(
                f"`reported[{name!r}]` must be two numbers, as '22.39–35.46' or (22.39, 35.46). "
                f"Got {cell!r}."
            )
        flat |= dict(zip(_PAIRS[name], ends, strict=True))
    return {name: cell for name, cell in flat.items() if cell is not None}


def _read_cell(name: str, cell: Any) -> _Cell:
    """Return a number with its decimals; those of a text are the ones it shows."""
    if isinstance(cell, Real) and not isinstance(cell, bool) and np.isfinite(float(cell)):
        exponent = Decimal(repr(float(cell))).normalize().as_tuple().exponent
        return _Cell(float(cell), max(0, -int(exponent)), False)
    plain = cell.strip() if isinstance(cell, str) else ""
    per_mille = plain.endswith(_PER_MILLE)
    numerals, _, percent = read_numerals(plain.removesuffix(_PER_MILLE).rstrip())
    if not numerals:
        raise InputError(
            f"`reported[{name!r}]` must be a number as printed. Got {cell!r}. Write it as "
            f"'28.70%' or 0.287; a text keeps its last zeros."
        )
    text = numerals[-1].text  # of two readings, the one with a decimal comma
    exponent = Decimal(text).as_tuple().exponent
    return _Cell(float(text), max(0, -int(exponent)), percent or per_mille, per_mille)


def _to_printed(name: str, cell: _Cell, percent: bool) -> Printed:
    shown = name != "tau2" and (percent or (name == "i2" and (cell.marked or cell.value > 1)))
    factor = 100 if shown else 1
    value, unit = cell.value / factor, 10.0**-cell.decimals / factor
    if name == "tau2" and value < 0:
        raise InputError(f"`reported['tau2']` must be 0 or more. Got {cell.value:g}.")
    if name != "tau2" and not -unit <= value <= 1 + unit:
        raise InputError(
            f"`reported[{name!r}]` must lie between 0 and 100 %. Got {cell.value:g}. If numbers "
            f"are per cent, write the sign."
        )
    return Printed(name, value, unit, shown, cell.decimals)
