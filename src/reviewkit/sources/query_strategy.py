"""A whole search strategy as plain data: databases, strings, dates, limits, keywords.

The keys are those of ``[search]`` in ``review.toml``, so that a review's own settings can be given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from reviewkit._core.errors import InputError

__all__ = ["SearchedDatabase", "SearchedString", "Strategy", "read_strategy"]

_KEYS = (
    "databases", "strings", "dates", "window", "limits", "languages", "keywords", "records",
)  # fmt: skip


class SearchedDatabase(NamedTuple):
    """A database, and what is said of it."""

    name: str
    platform: str = ""
    date: str = ""
    limits: str = ""
    records: int | None = None


class SearchedString(NamedTuple):
    """A string, and what is said of it; empty where nothing is said."""

    text: str
    database: str = ""
    platform: str = ""
    date: str = ""
    limits: str = ""
    records: int | None = None


class Strategy(NamedTuple):
    """All that is reported of a search."""

    databases: tuple[SearchedDatabase, ...]
    strings: tuple[SearchedString, ...]
    window: str = ""
    limits: str = ""
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    date: str = ""  # one date for all databases
    records: int | None = None  # of all databases

    def strings_of(self, database: SearchedDatabase) -> list[SearchedString]:
        """Return the strings that name a database."""
        return [one for one in self.strings if _same(one.database, database.name)]


def read_strategy(strategy: Mapping[str, Any] | Strategy) -> Strategy:
    """Read a strategy from plain data.

    Parameters
    ----------
    strategy : mapping
        Any of ``databases`` (names, or mappings with ``name, platform, date, limits, records``),
        ``strings`` (texts, lists of lines, or mappings with ``text, database, platform, date,
        limits, records``), ``dates`` (one for all, or {database: date}), ``window, limits`` (text),
        ``languages, keywords`` (lists), ``records`` (one number, or {database: number}).  A mapping
        with all of this under ``search``, as ``review.toml`` has it, is read too.

    Raises
    ------
    InputError
        If a key is not known or a value is of another kind.
    """
    if isinstance(strategy, Strategy):
        return strategy
    if not isinstance(strategy, Mapping):
        raise InputError(
            f"`strategy` must be a mapping, as [search] in review.toml. Got {type(strategy).__name__}."
        )
    if "search" in strategy and isinstance(strategy["search"], Mapping):
        strategy = strategy["search"]
    _check_keys(strategy, _KEYS, "`strategy`")
    dates, records = strategy.get("dates") or "", strategy.get("records")
    by_date = {_fold(k): str(v) for k, v in dates.items()} if isinstance(dates, Mapping) else {}
    by_count = {_fold(k): v for k, v in records.items()} if isinstance(records, Mapping) else {}
    databases = []
    for one in _as_list(strategy.get("databases"), "databases"):
        given = _read_database(one)
        date = given.date or by_date.get(_fold(given.name), "")
        count = by_count.get(_fold(given.name), given.records)
        databases.append(given._replace(date=date, records=_read_count(count, given.name)))
    strings = [_read_string(one) for one in _as_list(strategy.get("strings"), "strings")]
    return Strategy(
        tuple(databases), tuple(strings), str(strategy.get("window") or ""),
        str(strategy.get("limits") or ""), _read_texts(strategy, "languages"),
        _read_texts(strategy, "keywords"), "" if by_date else str(dates),
        None if isinstance(records, Mapping) else _read_count(records, "records"),
    )  # fmt: skip


def _fold(name: object) -> str:
    return " ".join(str(name).casefold().split())


def _same(left: str, right: str) -> bool:
    return bool(left) and _fold(left) == _fold(right)


def _check_keys(given: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    known = tuple(known)
    wrong = [str(key) for key in given if key not in known]
    if wrong:
        near = get_close_matches(wrong[0], known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise InputError(
            f"{where} must have only the keys {', '.join(map(repr, known))}. Got {wrong[0]!r}.{hint}"
        )


def _as_list(value: Any, key: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise InputError(f"`{key}` must be a list. Got {value!r}. Put it in brackets.")
    return list(value)


def _read_texts(strategy: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(one).strip() for one in _as_list(strategy.get(key), key) if str(one).strip())


def _read_database(one: Any) -> SearchedDatabase:
    if isinstance(one, str):
        return SearchedDatabase(one.strip())
    values = _read_mapping(one, SearchedDatabase._fields, "name", "databases")
    return SearchedDatabase(**values)


def _read_string(one: Any) -> SearchedString:
    if isinstance(one, str):
        return SearchedString(one.strip())
    if isinstance(one, (list, tuple)):  # numbered lines
        return SearchedString("\n".join(f"{n}. {line}" for n, line in enumerate(one, start=1)))
    return SearchedString(**_read_mapping(one, SearchedString._fields, "text", "strings"))


def _read_mapping(one: Any, known: Iterable[str], main: str, key: str) -> dict[str, Any]:
    if not isinstance(one, Mapping) or not str(one.get(main) or "").strip():
        raise InputError(
            f"Each of `{key}` must be a text, or a mapping with {main!r}. Got {one!r}."
        )
    _check_keys(one, known, f"Each of `{key}`")
    values: dict[str, Any] = {
        name: "" if value is None else str(value).strip() for name, value in one.items()
    }
    values["records"] = _read_count(one.get("records"), values[main][:40])
    return values


def _read_count(value: Any, where: str) -> int | None:
    """Return a number of records; None where it is not reported, which is never 0."""
    if value is None or str(value).strip().casefold() in ("", "nan", "na", "<na>"):
        return None
    text = str(value).replace(",", "").strip()
    if isinstance(value, bool) or not text.removesuffix(".0").isdigit():
        raise InputError(
            f"`records` must be a whole number, 0 or more. Got {value!r} for {where!r}."
        )
    return int(text.removesuffix(".0"))
