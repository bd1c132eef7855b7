"""A number as people and spreadsheets write it, and what had to be assumed to read it.

``1,234`` is a thousand to one writer and one and a quarter to another.  A text
is therefore first taken apart into every number that it can be; the column, by
its type, its range and its other cells, then leaves one of them or none.
Nothing is guessed: what two readings survive is an error.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import decimal

__all__ = ["PLAIN", "WHOLE", "Numeral", "find_fraction", "read_numerals"]

#: A number that needs no reading at all, and a whole one.
PLAIN = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"-?\d+", re.ASCII)

_SPACE = " \u00a0\u2007\u2009\u202f"
#: Full-width signs, as East Asian keyboards write them.
_SIGNS = {0xFF0E: ".", 0xFF0C: ",", 0xFF05: "%", 0xFF0D: "-", 0xFF0F: "/"}
_MINUS = re.compile(r"^[\u2212\u2012\u2013\ufe63](?=[\d.])")
_GROUPED = re.compile(rf"-?\d{{1,3}}(?:[{_SPACE}'’]\d{{3}})+(?:[.,]\d+)?")
_ONLY_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_ONLY_EUROPEAN = re.compile(r"-?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})")
_EITHER = re.compile(r"-?[1-9]\d{0,2},\d{3}")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_MIDDLE_DOT = re.compile(r"-?\d+·\d+")
_FRACTION = re.compile(r"(\d[\d,' ]*?)\s*(?:/|of)\s*(\d[\d,' ]*)")


class Numeral(NamedTuple):
    """One number that a text can stand for."""

    text: str  # digits, point and sign only
    kind: str  # "", "thousands separator" or "decimal comma"
    is_sure: bool  # whether no other reading exists


def read_numerals(text: str) -> tuple[list[Numeral], list[str], bool]:
    """Return all readings of a text, what was done to it, and whether it ends in a percent sign.

    >>> read_numerals("12 599")
    ([Numeral(text='12599', kind='thousands separator', is_sure=True)], [], False)
    >>> [numeral.text for numeral in read_numerals("1,234")[0]]
    ['1234', '1.234']
    """
    done = []
    plain = text
    if not text.isascii():
        signs = text.translate(_SIGNS)
        plain = "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in signs)
        if plain != text:
            done.append("digits of another script")
    if plain.startswith("'") and plain[1:2].isdigit():
        plain = plain[1:]
        done.append("leading apostrophe")
    if _MINUS.match(plain):
        plain = "-" + plain[1:]
        done.append("minus sign")
    is_percent = plain.endswith("%")
    if is_percent:
        plain = plain[:-1].rstrip()
    return _take_apart(plain), done, is_percent


def _take_apart(text: str) -> list[Numeral]:
    if PLAIN.fullmatch(text):
        return [Numeral(text, "", True)]
    if _GROUPED.fullmatch(text):
        joined = re.sub(f"[{_SPACE}'’]", "", text).replace(",", ".")
        return [Numeral(joined, "thousands separator", True)]
    if _ONLY_THOUSANDS.fullmatch(text):
        return [Numeral(text.replace(",", ""), "thousands separator", True)]
    if _ONLY_EUROPEAN.fullmatch(text):
        joined = text.replace(".", "").replace(",", ".")
        kind = "decimal comma" if "," in text else "thousands separator"
        return [Numeral(joined, kind, True)]
    if _EITHER.fullmatch(text):
        thousands = Numeral(text.replace(",", ""), "thousands separator", False)
        return [thousands, Numeral(text.replace(",", "."), "decimal comma", False)]
    if _DECIMAL_COMMA.fullmatch(text):
        return [Numeral(text.replace(",", "."), "decimal comma", True)]
    if _MIDDLE_DOT.fullmatch(text):
        return [Numeral(text.replace("·", "."), "decimal point", True)]
    return []


def find_fraction(text: str) -> tuple[int, int] | None:
    """Return events and total of a text that holds both.

    >>> find_fraction("286/1,186"), find_fraction("12 of 40"), find_fraction("286")
    ((286, 1186), (12, 40), None)
    """
    found = _FRACTION.fullmatch(text)
    if not found:
        return None
    events, total = (int(re.sub("[,' ]", "", part)) for part in found.groups())
    return events, total
