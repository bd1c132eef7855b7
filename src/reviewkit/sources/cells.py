"""Types of cells: how each is read from text, and what cannot be read as it.

A reader takes the text of a cell and the column's declaration and returns a
value, the text that stands for it, and what was done; it raises
:class:`Unreadable` with a reason.  It sees odd cells only: what matches the
type's `plain` pattern is converted by the column at once.  To add a type, write
a reader and name it in :data:`TYPES`; schemas, messages and tests follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from reviewkit.sources.dates import read_date, spot_date
from reviewkit.sources.numerals import PLAIN, WHOLE, Numeral, find_fraction, read_numerals

__all__ = ["TYPES", "CellType", "Limits", "Reading", "Unreadable"]

_LARGEST = 2.0**53  # up to here every whole number is exact
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)


class Unreadable(Exception):
    """A cell that its type cannot read; the text is the reason."""


class Reading(NamedTuple):
    """What a cell says."""

    value: float | str
    text: str  # as it would be written without dirt
    what: str  # what was done to it


class Limits(NamedTuple):
    """What a reader must know of the column of a cell."""

    minimum: float
    maximum: float
    unit: str
    decimal: str  # how the column's other cells use a comma: "decimal comma" and so on, or ""


@dataclass(frozen=True, slots=True)
class CellType:
    """One type of column."""

    read: Callable[[str, Limits], Reading]
    dtype: Literal["Int64", "float64", "text"]  # of the column
    minimum: float = -float("inf")
    maximum: float = float("inf")
    plain: re.Pattern[str] = PLAIN  # cells that need no reader
    rule: str = "a number"  # what must hold, for messages


def _read_number(text: str, limits: Limits) -> Reading:
    numeral, done, is_percent = _settle(text, limits, whole=False)
    if is_percent and limits.unit != "%":
        raise Unreadable("a percentage where no percentage is declared")
    return _report(numeral, float(numeral.text), [*done, *["percent sign"] * is_percent])


def _read_percent(text: str, limits: Limits) -> Reading:
    return _read_number(text, limits._replace(unit="%"))


def _read_proportion(text: str, limits: Limits) -> Reading:
    wide = limits._replace(maximum=100 * limits.maximum)
    numeral, done, is_percent = _settle(text, wide if text.endswith("%") else limits, whole=False)
    if not is_percent:
        return _report(numeral, float(numeral.text), done)
    value = float(Decimal(numeral.text).scaleb(-2))  # 7.1 / 100 is not 0.071
    return _report(numeral._replace(text=repr(value)), value, [*done, "percent sign"])


def _read_count(text: str, limits: Limits) -> Reading:
    fraction = find_fraction(text)
    if fraction:
        raise Unreadable("a fraction where one count is declared")
    numeral, done, is_percent = _settle(text, limits, whole=True)
    value = float(numeral.text)
    if is_percent:
        raise Unreadable("a percentage where a count is declared")
    if not value.is_integer():
        raise Unreadable("not a whole number")
    if not WHOLE.fullmatch(numeral.text):
        numeral = numeral._replace(text=str(int(value)))
        done = [*done, "whole number with decimals"]
    return _report(numeral, value, done)


def _settle(text: str, limits: Limits, *, whole: bool) -> tuple[Numeral, list[str], bool]:
    """Return the only reading that the column allows."""
    done = []
    if limits.unit and limits.unit != "%" and text.casefold().endswith(limits.unit.casefold()):
        text = text[: -len(limits.unit)].rstrip()
        done.append("unit")
    readings, notes, is_percent = read_numerals(text)
    if not readings:
        lost = spot_date(text)
        if lost:
            raise Unreadable(f"a date that a spreadsheet may have made of {lost}")
        raise Unreadable("text in a number")
    if len(readings) > 1:
        readings = [one for one in readings if _fits(one, limits, whole)] or readings
    if len(readings) > 1:
        readings = [one for one in readings if one.kind == limits.decimal] or readings
    if len(readings) > 1:
        either = " or ".join(one.text for one in readings)
        raise Unreadable(f"{either}, and nothing in the column tells which")
    if not abs(float(readings[0].text)) < float("inf"):
        raise Unreadable("larger than any number")
    return readings[0], [*done, *notes], is_percent


def _fits(numeral: Numeral, limits: Limits, whole: bool) -> bool:
    value = float(numeral.text)
    # Nobody prints a count with three decimals: in a count, 8,000 is eight thousand.
    is_other = whole and numeral.kind == "decimal comma"
    return limits.minimum <= value <= limits.maximum and not is_other


def _report(numeral: Numeral, value: float, done: list[str]) -> Reading:
    kinds = [*done, *[numeral.kind] * bool(numeral.kind)]
    return Reading(value, numeral.text, ", ".join(kinds))


def _read_date(text: str, limits: Limits) -> Reading:
    found = read_date(text)
    if found is None:
        raise Unreadable("no date, or one with two readings; write 2024-03-12, 2024-03 or 2024")
    return Reading(found, found, "date" if found != text else "")


def _read_doi(text: str, limits: Limits) -> Reading:
    bare = _DOI_PREFIX.sub("", text).lower()
    if not _DOI.fullmatch(bare):
        raise Unreadable("no DOI; it starts with 10. and holds a slash and no space")
    return Reading(bare, bare, "bare DOI in lower case" if bare != text else "")


def _read_text(text: str, limits: Limits) -> Reading:
    return Reading(text, text, "")


_NEVER = re.compile(r"(?!)")

#: Types of columns by the name that a schema gives them.
TYPES: Mapping[str, CellType] = MappingProxyType(
    {
        "text": CellType(_read_text, "text", plain=re.compile(".*", re.DOTALL), rule="text"),
        "count": CellType(
            _read_count, "Int64", 0, _LARGEST, plain=WHOLE, rule="a whole number of 0 or more"
        ),
        "number": CellType(_read_number, "float64"),
        "proportion": CellType(_read_proportion, "float64", 0, 1, rule="a proportion from 0 to 1"),
        "percent": CellType(_read_percent, "float64", 0, 100, rule="a percentage from 0 to 100"),
        "year": CellType(_read_count, "Int64", 1800, 2100, plain=WHOLE, rule="a year as 2024"),
        "date": CellType(_read_date, "text", plain=_NEVER, rule="a date"),
        "doi": CellType(_read_doi, "text", plain=_NEVER, rule="a DOI"),
    }
)
