"""What ``review.toml`` says about a review: its question, search, criteria and wishes.

:data:`KEYS` names every table and key that may stand there, and the kind of its
value; one more line is one more key.  All of it is optional.  What is unknown or
of the wrong kind is one error that lists every place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from reviewkit._core.errors import InputError, ParseError

__all__ = ["KEYS", "PoolSettings", "SearchString", "Settings", "read_settings"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


class SearchString(NamedTuple):
    """A search string, and the database it went to if that is known."""

    database: str
    text: str


class PoolSettings(NamedTuple):
    """How an outcome is to be pooled: its title, and arguments of ``pool_prevalence``."""

    title: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a review says about itself; what it leaves out is empty."""

    title: str = ""
    question: str = ""
    citation: Mapping[str, str] = field(default_factory=_nothing)
    databases: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    window: str = ""
    last_searched: str = ""
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    strings: tuple[SearchString, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    constructs: Mapping[str, str] = field(default_factory=_nothing)
    raters: tuple[str, ...] = ()
    n_raters: int | None = None
    pools: Mapping[str, PoolSettings] = field(default_factory=_nothing)


def read_settings(path: str | Path) -> Settings:
    """Read a ``review.toml``.

    Raises
    ------
    ParseError
        If the file is no TOML in UTF-8; the message names the line.
    InputError
        If a key is unknown or a value is of the wrong kind; the message lists all.
    """
    path = Path(path)
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParseError(
            f"{path.name} must be text in UTF-8. Byte {error.start + 1} is not. "
            f"Save it again with that encoding."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ParseError(
            f"{path.name} must be TOML. {error}. Text stands in straight quotes, "
            f"a list in square brackets: https://toml.io shows how."
        ) from None
    faults: list[str] = []
    _check(found, KEYS, "", faults)
    if faults:
        raise InputError(
            f"{path.name} must hold known keys with values of their kind. "
            f"Got {'; '.join(faults)}. `reviewkit new` writes a file that shows all of them."
        )
    return _settings(found)


def _check(
    found: Mapping[str, Any], known: Mapping[str, Any], place: str, faults: list[str]
) -> None:
    """Add to `faults` what is unknown or of the wrong kind."""
    for key, value in found.items():
        where = f"{place}{key}"
        kind = known.get(key, known.get("*"))
        if kind is None:
            near = get_close_matches(key.lower(), known, n=2)
            hint = " or ".join(map(repr, near)) if near else None
            listed = f"known here: {', '.join(known)}"
            faults.append(
                f"the unknown key {where!r} ({f'did you mean {hint}?' if hint else listed})"
            )
        elif isinstance(kind, list):
            tables = value if isinstance(value, list) else [value]
            for number, table in enumerate(tables, 1):
                _check_table(table, kind[0], f"{where}[{number}]", faults)
        elif isinstance(kind, Mapping):
            _check_table(value, kind, where, faults)
        elif not kind.fits(value):
            faults.append(f"{where!r}, which must be {kind.words}, as {value!r}")


def _check_table(found: Any, known: Mapping[str, Any], where: str, faults: list[str]) -> None:
    if isinstance(found, Mapping):
        _check(found, known, f"{where}.", faults)
    else:
        faults.append(f"{where!r}, which must be a table, as {found!r}")


class _Kind(NamedTuple):
    """A kind of value: its words in a message, and a test."""

    words: str
    fits: Callable[[Any], bool]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_TEXT = _Kind("text in quotes", lambda value: isinstance(value, str))
_DATED = _Kind(
    "text, a year or a date", lambda value: isinstance(value, str | date) or _is_whole(value)
)
_TEXTS = _Kind(
    'a list of texts, as ["one", "two"]',
    lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
)
_COUNT = _Kind("a whole number", _is_whole)


def _settings(found: Mapping[str, Any]) -> Settings:
    """Return what was checked in its final form."""
    search, criteria, raters = (found.get(key, {}) for key in ("search", "criteria", "raters"))
    strings = search.get("strings", [])
    return Settings(
        title=found.get("title", "").strip(),
        question=found.get("question", "").strip(),
        citation=_texts(found.get("citation", {})),
        databases=tuple(search.get("databases", ())),
        registers=tuple(search.get("registers", ())),
        window=str(search.get("window", "")),
        last_searched=str(search.get("last_searched", "")),
        languages=tuple(search.get("languages", ())),
        keywords=tuple(search.get("keywords", ())),
        strings=tuple(SearchString(s.get("database", ""), s.get("text", "")) for s in strings),
        include=tuple(criteria.get("include", ())),
        exclude=tuple(criteria.get("exclude", ())),
        constructs=_texts(found.get("constructs", {})),
        raters=tuple(raters.get("names", ())),
        n_raters=raters.get("n", len(raters["names"]) if raters.get("names") else None),
        pools=MappingProxyType({key: _pool(key, v) for key, v in found.get("pools", {}).items()}),
    )


def _texts(table: Mapping[str, Any]) -> Mapping[str, str]:
    return MappingProxyType({key: str(value) for key, value in table.items() if value != ""})


def _pool(key: str, table: Mapping[str, str]) -> PoolSettings:
    options = {name: value for name, value in table.items() if name != "title"}
    return PoolSettings(table.get("title", key), MappingProxyType(options))


#: Every key of ``review.toml``: the kind of its value, the keys of a table ("*" is any name), or,
#: in a list, those of each of several tables.
KEYS: Mapping[str, Any] = MappingProxyType(
    {
        "title": _TEXT,
        "question": _TEXT,
        "citation": {"authors": _TEXT, "year": _DATED, "journal": _TEXT, "doi": _TEXT, "note": _TEXT},
        "search": {
            "databases": _TEXTS,
            "registers": _TEXTS,
            "window": _DATED,
            "last_searched": _DATED,
            "languages": _TEXTS,
            "keywords": _TEXTS,
            "strings": [{"database": _TEXT, "text": _TEXT}],
        },
        "criteria": {"include": _TEXTS, "exclude": _TEXTS},
        "constructs": {"*": _TEXT},
        "raters": {"names": _TEXTS, "n": _COUNT},
        "pools": {
            "*": {
                "title": _TEXT,
                "model": _TEXT,
                "transform": _TEXT,
                "tau2": _TEXT,
                "ci": _TEXT,
                "prediction": _TEXT,
                "tau2_ci": _TEXT,
                "mix": _TEXT,
            }
        },
    }
)  # fmt: skip
