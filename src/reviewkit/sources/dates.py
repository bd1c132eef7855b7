"""Dates that were meant, and dates that a spreadsheet made of something else.

When a study collected its data is often known to the month or year only; a
full date would claim more than the paper says.  A date is therefore text in ISO
8601 form as far as it is known, ``2018``, ``2018-05`` or ``2018-05-17``, which
sorts as it should.

A spreadsheet turns ``3/12`` into the twelfth of March.  What stood there cannot
be told from the date, only what may have: :func:`spot_date` lists it.
"""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["read_date", "spot_date"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_DAY = r"(?P<day>\d{1,2})"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
        rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/]{_DAY}(?:[ T]00:00(?::00(?:\.0+)?)?)?",
        rf"{_NAME}[-/, ]+{_YEAR}",
        rf"{_DAY}[-/. ]+{_NAME}[-/, ]+{_YEAR}",
        rf"{_NAME}[-/ ]{_DAY},? +(?P<year>\d{{4}})",
        rf"{_DAY}\.(?P<month>\d{{1,2}})\.{_YEAR}",
        rf"(?P<either>\d{{1,2}})/{_DAY}/{_YEAR}",
    )
)
_DAMAGE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}[-/ ]{_NAME}(?:[-/ ]\d{{2,4}})?",
        rf"{_NAME}[-/ ]{_DAY}(?:[-/, ]+\d{{2,4}})?",
        rf"\d{{4}}-(?P<month>\d{{2}})-{_DAY}(?:[ T]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?)?",
        rf"(?P<month>\d{{1,2}})/{_DAY}/\d{{2,4}}",
    )
)
_PIVOT = 69  # as POSIX has it: 69 is 1969, 68 is 2068


def read_date(text: str) -> str | None:
    """Return a date in ISO form, as exact as it is given; None if it is none, or two.

    >>> read_date("May-18"), read_date("12 March 2020"), read_date("2018"), read_date("3/4/2020")
    ('2018-05', '2020-03-12', '2018', None)
    """
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _compose({key: value for key, value in found.groupdict().items() if value})
    return None


def _compose(parts: dict[str, str]) -> str | None:
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    month, day = _tell_month(parts), int(parts.get("day", 0))
    if "either" in parts:  # 3/12 or 12/3: only a number above 12 tells day from month
        first, second = int(parts["either"]), day
        if max(first, second) <= 12 and first != second:
            return None
        month, day = (second, first) if first > 12 else (first, second)
    length = 1 + bool({"name", "month", "either"} & parts.keys()) + ("day" in parts)
    try:
        dt.date(*(year, month, day)[:length], *(1, 1)[length - 1 :])
    except ValueError:
        return None
    return "-".join([f"{year:04d}", f"{month:02d}", f"{day:02d}"][:length])


def _tell_month(parts: dict[str, str]) -> int:
    name = parts.get("name")
    return _MONTHS.index(name.lower()) + 1 if name else int(parts.get("month", 0))


def spot_date(text: str) -> str:
    """Say what may have stood in a cell before a spreadsheet made a date of it, or nothing.

    >>> spot_date("12-Mar"), spot_date("2024-03-12 00:00:00"), spot_date("34")
    ('3/12, 12/3, 3-12 or 12-3', '3/12, 12/3, 3-12 or 12-3', '')
    """
    for form in _DAMAGE:
        found = form.fullmatch(text)
        if found:
            first, second = _tell_month(found.groupdict()), int(found["day"])
            return f"{first}/{second}, {second}/{first}, {first}-{second} or {second}-{first}"
    return ""
