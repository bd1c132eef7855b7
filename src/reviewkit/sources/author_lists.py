# ruff: noqa: RUF001  the commas and semicolons of many scripts
"""Authors and keywords that stand in one cell, told apart.

A semicolon, a bar, a line break or ``and`` separates names whenever it is there.  A comma need
not, for it also stands within names; which it is follows from what stands between the commas.
Where that cannot be told, the cell stays whole and its reader notes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

__all__ = ["find_separator", "is_unclear", "split_authors", "split_keywords"]

#: What separates names beyond doubt, the surest first; the marks of other scripts beside ours.
_SURE = MappingProxyType(
    {
        ";": re.compile("[;؛；]"),
        "|": re.compile(r"\|"),
        "\n": re.compile(r"\n"),
        "and": re.compile(r"(?:^|(?<=\s))(?:and|AND|And)(?=\s|$)"),
    }
)
_EDGE = " \t\n;|"
_COMMA = re.compile("[,،，、]")
_CAPITAL = r"[^\W\da-z_]"  # a capital, or a letter of a script without capitals
_WORDS = r"[^\W\d_][^\s,.;]*(?: [^\s,.;]+){0,4}"  # "Yang", "van den Berg", "Pérez-de la Fuente"
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|2nd|3rd)\.?", re.IGNORECASE)
_TAIL = re.compile(rf"et al\.?|others|{_SUFFIX.pattern}", re.IGNORECASE)
#: A whole name between commas: "Yang Z.", "Z Yang", "Zixiao Yang"; in ideographs, one word.
_FAMILY_FIRST = re.compile(rf"{_WORDS} (?:{_CAPITAL}\.?[ -]?){{1,5}}")
_INITIALS_FIRST = re.compile(rf"(?:{_CAPITAL}\.?[ -]?){{1,4}} [^\W\d_].*")
_ONLY_INITIALS = re.compile(rf"(?:{_CAPITAL}(?:\.|\b)[ -]?){{1,5}}|{_CAPITAL}{{1,3}}\.?")
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,5}")
_PARTICLE = re.compile(
    r"(?:dos?|d[aei]s?|del|della|van|von|vom|zu|la|le|el|al|bin|ben|ibn|ter|ten)\b", re.IGNORECASE
)
_LONGEST_NAME = 100  # characters; what is longer is no name, and is not looked at


def find_separator(cells: Iterable[str]) -> str:
    """Return what separates the names in the cells of one column, or nothing.

    A cell with one name tells nothing; its column does.

    >>> find_separator(["García López, Ana", "Yang, Z.; Jiang, B."])
    ';'
    """
    cells = [cell.strip(_EDGE) for cell in cells]
    for name, sign in _SURE.items():
        if any(map(sign.search, cells)):
            return name
    return "," if any(map(_COMMA.search, cells)) else ""


def split_authors(cell: str, by: str = "") -> list[str]:
    """Return the names in a cell; `by` is what separates them in its column, if known.

    >>> split_authors("Troiano, L.P.; Dos Santos, H.B.")
    ['Troiano, L.P.', 'Dos Santos, H.B.']
    >>> split_authors("Griffin DK, Larkin DM, O'Connor RE.")
    ['Griffin DK', 'Larkin DM', "O'Connor RE."]
    >>> split_authors("Smith, J., Doe, A.B., Roe, C.")
    ['Smith, J.', 'Doe, A.B.', 'Roe, C.']
    >>> split_authors("Ada Lovelace, Grace Hopper"), split_authors("Lovelace, Ada")
    (['Ada Lovelace', 'Grace Hopper'], ['Lovelace, Ada'])
    >>> split_authors("García López, Ana", by=";")
    ['García López, Ana']
    """
    by = by or find_separator([cell])
    if by not in _SURE:
        return _split_commas(" ".join(cell.split()))
    if by != "and":
        names = [" ".join(part.split()).removeprefix("and ") for part in _SURE[by].split(cell)]
        return [name for part in names if (name := part.strip(_EDGE))]
    parts = [part.strip() for part in _SURE[by].split(" ".join(cell.split()))]
    names = [part for part in parts if part]
    if len(names) == 2 and "," in names[0] and "," not in names[1]:
        return [*_split_commas(names[0].rstrip(", ")), names[1]]  # "A Smith, B Jones and C Roe"
    return names


def _split_commas(cell: str) -> list[str]:
    parts = [part for text in _COMMA.split(cell) if (part := text.strip())]
    if len(parts) < 2:
        return [cell] if cell else []
    names = [part for part in parts if not _TAIL.fullmatch(part)]
    if _PARTICLE.match(parts[0]) and len(parts) == 2 and not _is_listed(parts[1]):
        return [cell]  # "dos Santos, Maria Clara"
    if names and all(map(_is_whole, names)):
        return _keep_suffixes(parts)
    if len(parts) % 2 == 0 and len(parts) > 2 and all(map(_is_initials, parts[1::2])):
        return [f"{one}, {two}" for one, two in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) % 2 and len(parts) > 3 and parts[-1].casefold().startswith("et al"):
        return [*_split_commas(", ".join(parts[:-1])), parts[-1]]
    return [cell]


def _is_whole(part: str) -> bool:
    """Return whether a text between commas can be a whole name."""
    if len(part) > _LONGEST_NAME:
        return False
    if _is_listed(part) or _IDEOGRAPHS.fullmatch(part):
        return True
    return 2 <= len(part.split()) <= 5 and not _is_initials(part)


def _is_listed(part: str) -> bool:
    return bool(_FAMILY_FIRST.fullmatch(part) or _INITIALS_FIRST.fullmatch(part))


def _is_initials(part: str) -> bool:
    return len(part) <= _LONGEST_NAME and bool(_ONLY_INITIALS.fullmatch(part))


def _keep_suffixes(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        else:
            names.append(part)
    return names


def is_unclear(names: list[str]) -> bool:
    """Return whether one name holds so many commas that it must be several.

    >>> is_unclear(["Smith, Jones, Brown, Roe"]), is_unclear(["Smith, John, Jr."])
    (True, False)
    """
    if len(names) != 1:
        return False
    parts = [part.strip() for part in _COMMA.split(names[0])]
    return len([part for part in parts if part and not _TAIL.fullmatch(part)]) > 2


def split_keywords(cell: str) -> list[str]:
    """Return the keywords in a cell; a comma separates only where nothing better is there.

    >>> split_keywords("Models, Biological; Phylogeny"), split_keywords("skull,phosphate")
    (['Models, Biological', 'Phylogeny'], ['skull', 'phosphate'])
    """
    separator = next((sign for sign in (";", "؛", "；", "|", "\n", ",", "،") if sign in cell), ";")
    return [word for part in cell.split(separator) if (word := part.strip())]
