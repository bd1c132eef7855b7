"""Names of authors as ``Family, Given``, whatever order a database has them in.

A name with a comma is taken at its word.  Without one, initials tell the given name from the
family name (``Griffin DK``, ``D. K. Griffin``), else the last word is the family name with the
particles before it (``Ludwig van Beethoven``).  Names of groups stay whole: they have a word
that no person's name has, or come in braces, or end in a comma, as reference managers mark
them.  To teach a word that makes a group, add it to :data:`GROUP_WORDS`.
"""

# ruff: noqa: RUF001 -- commas and hyphens of other scripts

from __future__ import annotations

import re

from reviewkit.sources.record_values import clean_text

__all__ = ["GROUP_WORDS", "PLAIN_NAMES", "tidy_name"]

_COMMAS = str.maketrans({"،": ",", "，": ",", "､": ","})
_NOBODY = re.compile(
    r"\W*(?:et\.? al\.?|and others|others|anon(?:ymous)?|no authors?(?: names?| ids?)?(?: listed| available| found)?|"
    r"no authorship indicated|unknown(?: author)?|n/?a|nan|none|null|undefined|author unknown)\W*",
    re.IGNORECASE,
)
_ET_AL = re.compile(r"(?<![\s,])[\s,]++(?:et\.? al\.?|and others)\s*\Z", re.IGNORECASE)
_ROLE = re.compile(r"\s*[(\[](?:eds?\.?|editors?|hrsg\.?|author|trans\.?)[)\]]\s*\Z", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?<=[^\W\d_.])[\d*†‡§¶¹²³⁴-⁹]+(?:,[\d*†‡§¶]+)*\Z")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|2nd|3rd|4th)\.?", re.IGNORECASE)
_INITIALS = re.compile(
    r"(?:[^\W\d_]\.(?:[-‐]?[^\W\d_]\.?)*|[A-ZÀ-ÖØ-Þ]{1,3}|[A-ZÀ-ÖØ-Þ](?:-[A-ZÀ-ÖØ-Þ])+)"
)
_WORDS = "[A-Za-z\u00c0-\u024f'’.-]++(?: [A-Za-z\u00c0-\u024f'’.-]++)*+"
_LATER = (" Jr", " Sr", " Jr.", " Sr.", " III", " al", " al.", " others")
_NOT_LATER = "".join(f"(?<!{re.escape(word)})" for word in _LATER)  # words that are no given name
#: Lines that are a family and a given name in plain letters, as nearly all are.
PLAIN_NAMES = re.compile(rf"(?:{_WORDS}, {_WORDS}{_NOT_LATER}\n)*+")
_PARTICLES = frozenset({
    "af", "al", "ap", "auf", "aus", "aw", "bin", "ben", "ibn", "bint", "d'", "da", "das", "de",
    "del", "della", "delle", "dello", "dem", "den", "der", "des", "di", "do", "dos", "du", "e",
    "el", "in", "la", "las", "le", "les", "li", "lo", "los", "mac", "op", "san", "santa", "st",
    "st.", "ten", "ter", "'t", "te", "tot", "und", "v", "v.", "van", "vander", "vom",
    "von", "vonder", "y", "zu", "zum", "zur",
})  # fmt: skip
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WHOLE = re.compile(r"\A\{+([^{}]*)\}+\Z")


def tidy_name(name: str) -> str:
    """Return a name as ``Family, Given`` or as that of a group; nothing if it is nobody's.

    >>> [tidy_name(name) for name in ("Griffin DK", "Darren K. Griffin", "D. K. GRIFFIN")]
    ['Griffin, DK', 'Griffin, Darren K.', 'GRIFFIN, D. K.']
    >>> tidy_name("Ludwig van Beethoven"), tidy_name("Kennedy JF Jr"), tidy_name("et al.")
    ('van Beethoven, Ludwig', 'Kennedy, JF, Jr', '')
    >>> tidy_name("World Health Organization"), tidy_name("{Médecins Sans Frontières}")
    ('World Health Organization', 'Médecins Sans Frontières')
    """
    text = clean_text(name)
    whole = _WHOLE.match(text)
    if whole:
        return whole[1].strip()
    text = _ROLE.sub("", _ET_AL.sub("", text.translate(_COMMAS)))
    text = _FOOTNOTE.sub("", text).strip(" ;&*")
    if _NOBODY.fullmatch(text) or not re.search(r"[^\W\d_]", text):
        return ""
    if text.endswith(",") and text.count(",") == 1:  # a group, as reference managers mark it
        return text.rstrip(", ")
    if "," in text:
        parts = [part for part in (piece.strip() for piece in text.split(",")) if part]
        if len(parts) > 1 and _NOBODY.fullmatch(parts[-1]):
            parts.pop()
        return ", ".join(_split_suffix(parts))
    return _turn_name(text)


def _split_suffix(parts: list[str]) -> list[str]:
    """Return family, given, suffix where the suffix stands within one of the two."""
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[1]):  # as BibTeX has it
        return [parts[0], parts[2], parts[1]]
    if len(parts) != 2:
        return parts
    for place in (1, 0):
        words = parts[place].split()
        if len(words) > 1 and _SUFFIX.fullmatch(words[-1]) and not words[-1].isupper():
            rest = [*parts]
            rest[place] = " ".join(words[:-1]).rstrip(",")
            return [*rest, words[-1]]
    return parts


def _turn_name(text: str) -> str:
    """Return a name without a comma as Family, Given, if it is a person's."""
    words = text.split()
    if len(words) == 1 or any(word.strip("().,:'’").casefold() in GROUP_WORDS for word in words):
        return text
    suffix = ""
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        suffix = f", {words.pop()}"
    if _IDEOGRAPHS.search(text):  # the family name comes first
        return f"{words[0]}, {' '.join(words[1:])}{suffix}"
    last = len(words)
    while last > 1 and _INITIALS.fullmatch(words[last - 1]):
        last -= 1
    is_shouted = text.isupper() and len(words[-1]) > 1 and "." not in words[-1]
    if last < len(words) and not (is_shouted and _INITIALS.fullmatch(words[0])):
        return f"{' '.join(words[:last])}, {' '.join(words[last:])}{suffix}"
    first = len(words) - 1
    while (
        first > 1 and words[first - 1].casefold() in _PARTICLES and not words[first - 1].isupper()
    ):
        first -= 1
    if words[0].casefold() in _PARTICLES and (words[0].islower() or len(words) == 2):
        return text  # "de la Cruz", "Van Dyk": a family name alone
    return f"{' '.join(words[first:])}, {' '.join(words[:first])}{suffix}"


#: Words that make a name that of a group.
GROUP_WORDS = frozenset({
    "academy", "agency", "alliance", "assembly", "association", "associates", "authority",
    "board", "bureau", "campaign", "center", "centers", "centre", "centres", "club",
    "coalition", "collaboration", "collaborative", "collaborators", "college", "commission",
    "committee", "community", "company", "conference", "confederation", "consortium",
    "consultants", "corporation", "council", "department", "dept", "division", "école",
    "education", "establishment", "executive", "federation", "force", "forum", "foundation",
    "fund", "group", "government", "hospital", "hospitals", "household", "inc", "initiative",
    "inspectorate", "institut", "institute", "institutes", "institution", "instituto",
    "international", "investigators", "laboratory", "league", "library", "limited", "llc",
    "ltd", "gmbh", "ministry", "ministerium", "museum", "national", "network", "office",
    "organisation", "organization", "panel", "partnership", "press", "program", "programme",
    "project", "registry", "research", "school", "section", "sector", "service", "services",
    "society", "staff", "study", "subcommittee", "survey", "syndicate", "taskforce", "team",
    "trial", "trialists", "trust", "unicef", "union", "universidad", "universidade",
    "universität", "universita", "università", "université", "university", "unit", "werkgroep",
    "workgroup", "world", "of", "for", "the", "and", "für", "et", "des", "sobre", "سازمان",
    "دانشگاه", "وزارت", "گروه", "انجمن",
})  # fmt: skip
