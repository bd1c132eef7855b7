"""Text of any script in one form for matching; what is shown stays as it was written.

The same Persian word is typed with the yeh and kaf of either keyboard, with or
without a zero-width joint, and its digits come in three scripts; Latin names lose their
accents on the way through databases.  :func:`matching_text` gives all of these one form.
Marks that change a word where they stand (Indic vowels, Japanese voicing) stay.

To unify one more letter, add it to :data:`LETTERS`.
"""

# ruff: noqa: RUF001, RUF002 -- letters that look alike are what this module is about

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

__all__ = ["LETTERS", "ascii_digits", "matching_text"]

#: Combining marks that carry no word: Latin, Greek and Cyrillic accents, Hebrew and Arabic points.
_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2),
    (0x05C4, 0x05C5), (0x05C7, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08FF), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
#: What joins or hides and is not seen: soft hyphen, tatweel, zero-width space and joiner, marks
#: of direction, byte order mark, variation selectors.
_UNSEEN = frozenset(
    chain(
        (0x00AD, 0x0640, 0x200B, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF),
        chain(range(0x202A, 0x202F), range(0x2066, 0x206A), range(0xFE00, 0xFE10)),
    )
)
_APOSTROPHES = frozenset("'’‘ʼʹ′`´＇")  # within a name or a genitive: no end of a word


class _Forms(dict[int, str]):
    """The form for matching of each character, made when it is first met."""

    def __missing__(self, code: int) -> str:
        form = self[code] = _form_of(chr(code))
        return form


def matching_text(text: str) -> str:
    """Return letters and digits in one form, with one blank for all that stands between them.

    >>> matching_text("Müller‐O’Neill:  the β-effect"), matching_text("كتاب ٢٠٢٤")
    ('muller oneill the β effect', 'کتاب 2024')
    >>> matching_text("می\u200cشود") == matching_text("مي شود")
    True
    """
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(_FORMS).split())


def ascii_digits(text: str) -> str:
    """Return text with the digits of every script as 0 to 9.

    >>> ascii_digits("۱۳۹۸"), ascii_digits("pp. ٣-٧")
    ('1398', 'pp. 3-7')
    """
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )


def _form_of(sign: str) -> str:
    """Return the form of one character: "" where it is not seen, " " where it separates."""
    code = ord(sign)
    if code in _UNSEEN or sign in _APOSTROPHES or _is_mark(code):
        return ""
    if sign in LETTERS:
        return LETTERS[sign]
    parts = unicodedata.normalize("NFKD", sign)
    if len(parts) > 1 or parts != sign:
        kept = "".join(part for part in parts if not _is_mark(ord(part)))
        whole = unicodedata.normalize("NFC", kept)  # Hangul and kana are put together again
        return _fold(sign) if whole == sign else "".join(_form_of(part) for part in whole)
    return _fold(sign)


def _fold(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    # Vowel signs of Indic scripts are no letters by their category, and yet part of the word.
    return sign.casefold() if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " "


def _is_mark(code: int) -> bool:
    return code > 0x02FF and any(first <= code <= last for first, last in _MARKS)


_FORMS = _Forms()

#: Letters that are one for matching though Unicode holds them apart.
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی", "ئ": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ۀ": "ه",
        "ۂ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و",
        "ء": "", "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
        "ı": "i", "İ": "i", "ħ": "h", "Ħ": "h", "ŋ": "n", "Ŋ": "n", "ĸ": "k", "ſ": "s",
        "ґ": "г", "Ґ": "г",
        "µ": "μ",  # the micro sign
    }
)  # fmt: skip
