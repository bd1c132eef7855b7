r"""One value of a record in one form: text without markup, a year, pages ...

Each function takes a value as some database wrote it and returns it as all are to be written,
or nothing where the value says nothing.  A function that finds nothing to do returns the very
object it was given, so that what changed is told by identity.
"""

# ruff: noqa: RUF002 -- letters and dashes that look alike are told apart here

from __future__ import annotations

import html
import re
from collections.abc import Callable

from reviewkit._core.script import ascii_digits

__all__ = [
    "clean_number",
    "clean_pages",
    "clean_plain",
    "clean_text",
    "read_year",
]

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: Elements that only look; what is within them stays.
_LOOKS = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|inf|span|font|small|big|tt|sc|scp|italic|bold|underline|"
    r"monospace|a|ext-link|xref|styled-content|named-content|(?:jats|mml|ns\d|m):[\w-]+|math|mi|mn"
    r"|mo|mrow|msub|msup|mtext|formula|inline-formula)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
#: Elements that part their text from what is beside it.
_PARTS = re.compile(
    r"</?(?:p|br|hr|div|li|ul|ol|h[1-6]|title|sec|section|abstract|table|tr|td|th|"
    r"jats:(?:p|title|sec|abstract|list|list-item|label))(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_ACCENT = re.compile(r"\\[\"'`^~=.][{\\A-Za-z]|\\[uvHcdbrk]\{|\{\\|\\(?:ss|ae|oe|aa|o|l|text\w+)\b")
#: Control characters, half characters and what marks a byte order or an empty place.
_UNSEEN = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DATE = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)")
_HIJRI = re.compile(r"(?<!\d)(1[34]\d\d)(?!\d)")
_LAST_SOLAR, _LAST_HIJRI = 1420, 1449  # beyond, a year is none of an article

#: What stands for no pages.
_NO_PAGES = frozenset(
    [
        "no-specified",
        "no.pagination",
        "n.pag",
        "n.pag-n.pag",
        "no",
        "pagination",
        "specified",
        "none",
        "unpaginated",
        "no pagination",
        "no pagination specified",
        "no.pag",
        "no.pag-no.pag",
        "n.p.",
        "-",
        "0",
        "0-0",
    ]
)
_DASHES = re.compile(r"\s*(?:-{1,3}|[\u2010-\u2015\u2212\u00ad\ufe58\ufe63\uff0d])\s*")
_PAGE_WORDS = re.compile(r"\A(?:pp?\.?|pages?:?|Seiten?|S\.)\s*(?=[\dA-Za-z])|\s*(?:p|pp)\.\Z")
_RANGE = re.compile(r"([A-Za-z]{0,3})(\d+)-([A-Za-z]{0,3})(\d+)", re.ASCII)
_LONGEST_NUMBER = 60  # characters; some tools put addresses there
_NUMBER_WORDS = re.compile(
    r"\A(?:vol(?:ume)?|v|no|nr|number|issue|iss|bd|band|heft)(?:\.\s*|\s+|(?=\d))(?=\S)",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    [
        "",
        "-",
        "--",
        "n/a",
        "na",
        "nan",
        "none",
        "null",
        "undefined",
        "unknown",
        "[s.l.]",
        "n.a.",
        ".",
    ]
)


def clean_text(text: str) -> str:
    r"""Return text without markup, entities, control characters and superfluous blanks.

    >>> clean_text("H<sub>2</sub>O &amp; p&lt;0.05 in  <i>E. coli</i> (&#945; < 5 > 3)")
    'H2O & p<0.05 in E. coli (α < 5 > 3)'
    """
    if "&" in text and ";" in text:
        text = _repeat(lambda held: _ENTITY.sub(_unescape, held), text)
    if "<" in text:
        text = _repeat(lambda held: _LOOKS.sub("", _PARTS.sub(" ", held)), text)
    if "\\" in text and _ACCENT.search(text):
        from reviewkit.sources.latex import decode_latex

        text = decode_latex(text)
    if not text.isprintable():
        text = _UNSEEN.sub("", _HALF.sub("\ufffd", text))
    elif "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    joined = " ".join(text.split())
    return text if joined == text else joined


def _repeat(change: Callable[[str], str], text: str) -> str:
    """Change text until nothing is left to change: some was escaped twice."""
    for _ in range(5):
        before, text = text, change(text)
        if text == before:
            break
    return text


def clean_plain(text: str) -> str:
    """Return what :func:`clean_text` does, for text without odd blanks and control characters."""
    if text.isascii() and "&" not in text and "<" not in text and "\\" not in text:
        return text
    return clean_text(text)


def _unescape(found: re.Match[str]) -> str:
    sign = html.unescape(found[0])
    return " " if sign in "\r\n\t\0" else sign


def read_year(text: str) -> tuple[int | None, str]:
    """Return the year of publication in a date, and what had to be assumed.

    Years of the Iranian (1300 to 1420) and of the Islamic calendar (1421 to 1449) become the
    year of the common era in which they begin.

    >>> read_year("2019/09//"), read_year("20190325"), read_year("in press")
    ((2019, 'taken from a date'), (2019, 'taken from a date'), (None, 'no year'))
    >>> read_year("۱۳۹۸")
    (2019, 'year of the Iranian calendar')
    """
    plain = ascii_digits(text)
    found = _YEAR.search(plain) or _DATE.search(plain)
    if found:
        return int(found[1]), "" if found[1] == text else "taken from a date"
    found = _HIJRI.search(plain)
    if found:
        year = int(found[1])
        if year <= _LAST_SOLAR:
            return year + 621, "year of the Iranian calendar"
        if year <= _LAST_HIJRI:
            return int(year * 0.970229 + 621.5774), "year of the Islamic calendar"
    return None, "no year"


def clean_pages(text: str) -> str:
    """Return pages with a plain hyphen, the last page written in full; nothing for no pages.

    >>> clean_pages("1279‐97"), clean_pages("pp. S12–S15"), clean_pages("No-Specified")
    ('1279-1297', 'S12-S15', '')
    """
    if text.isascii() and text.isalnum():
        return "" if text.casefold() in _NO_PAGES | _NOTHING else text
    found = _RANGE.fullmatch(text)
    if (
        found
        and not found[1]
        and not found[3]
        and len(found[2]) <= len(found[4])
        and found[2] != found[4]
    ):
        return text
    plain = _PAGE_WORDS.sub("", _DASHES.sub("-", ascii_digits(" ".join(text.split()))))
    if plain.casefold() in _NO_PAGES | _NOTHING:
        return ""
    found = _RANGE.fullmatch(plain.strip("-., "))
    if found is None:
        plain = plain.rstrip("-,; ")
        return text if plain == text else plain
    first, last = found[2], found[4]
    if len(last) < len(first) and found[3] in ("", found[1]):
        last = first[: len(first) - len(last)] + last
    letters = found[3] or found[1]
    if first == last and letters == found[1]:
        return found[1] + first
    plain = f"{found[1]}{first}-{letters}{last}"
    return text if plain == text else plain


def clean_number(text: str) -> str:
    """Return the number of a volume or issue without the word for it; nothing for none.

    >>> clean_number("Vol. 12"), clean_number("1 January"), clean_number("undefined"), clean_number("0")
    ('12', '1 January', '', '')
    """
    plain = _NUMBER_WORDS.sub("", ascii_digits(clean_text(text)))
    if plain == "0" or plain.casefold() in _NOTHING or len(plain) > _LONGEST_NUMBER:
        return ""
    return text if plain == text else plain
