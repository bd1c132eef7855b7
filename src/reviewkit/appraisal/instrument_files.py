"""Instruments in TOML: the shipped ones, and those of a review's own.

A file has ``name, title, items`` and ``answers``, the name of a set in
:data:`~reviewkit.appraisal.answers.ANSWER_SETS` or a table of answers and their levels.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit.appraisal.answers import ANSWER_SETS, LEVELS, OVERALL_SETS, Answer, make_answers
from reviewkit.appraisal.instrument_model import Instrument, Item
from reviewkit.sources.suggestions import suggest_name

__all__ = ["parse_instrument", "read_instrument"]

_TEXTS = ("name", "title", "source", "doi", "overall", "advice", "numbers", "prefix")
_LISTS = ("files", "overall_names")
_TABLES = ("words", "spellings", "assumed")
_KEYS = (*_TEXTS, *_LISTS, *_TABLES, "answers", "overall_answers", "by_design", "older", "items")
_ITEM_KEYS: Mapping[str, type] = {
    "id": str, "title": str, "text": str, "group": str, "reversed": bool, "stars": int,
}  # fmt: skip


def read_instrument(path: str | PathLike[str]) -> Instrument:
    """Read an instrument of your own from a TOML file.

    Parameters
    ----------
    path : path-like
        Keys are ``name``, ``title``, ``answers`` (a set of answers, as ``"yes-no"``, or a table
        from answer to level: low, some, high, critical, unclear, not applicable), ``[[items]]``
        with ``id, title`` and, if need be, ``text, group, reversed, stars``; optionally
        ``source, doi, overall`` ("worst"), ``overall_answers, advice, spellings, words``.

    Returns
    -------
    Instrument
        To be given to :func:`~reviewkit.appraisal.reading.read_appraisal`.

    Raises
    ------
    InputError
        If there is no such file, a key is unknown or missing, an item is there twice.
    ParseError
        If the file is no TOML.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "short.toml"
    >>> _ = path.write_text('''
    ... name = "short"
    ... title = "Short form"
    ... answers = {met = "low", partly = "some", unmet = "high"}
    ... [[items]]
    ... id = "1"
    ... title = "Sampling"
    ... ''')
    >>> read_instrument(path).items[0].title
    'Sampling'
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"An instrument must be a TOML file or a name. Found no file at {str(path)!r}."
        )
    return parse_instrument(path.read_text(encoding="utf-8-sig"), path.name)


def parse_instrument(text: str, where: str) -> Instrument:
    """Return the instrument of a TOML text; `where` is its name in messages."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParseError(f"{where!r} must hold an instrument in TOML. {error}.") from None
    _check_keys(content, _KEYS, repr(where))
    missing = [key for key in ("name", "title", "answers", "items") if not content.get(key)]
    if missing:
        raise InputError(f"{where!r} must have {', '.join(map(repr, missing))}. Add the key.")
    texts = {key: _typed(content, key, str, where) for key in _TEXTS if key in content}
    if texts.get("overall", "") not in ("", "worst"):
        raise InputError(f"`overall` of {where!r} may be 'worst'. Got {texts['overall']!r}.")
    lists = {key: tuple(map(str, content.get(key, ()))) for key in _LISTS}
    tables = {
        key: tuple((str(a), str(b)) for a, b in _typed(content, key, dict, where).items())
        for key in _TABLES
        if key in content
    }
    answers = _read_answers(content["answers"], "answers", where)
    key = content["answers"] if isinstance(content["answers"], str) else ""
    overall = OVERALL_SETS.get(key, OVERALL_SETS[""])
    if "overall_answers" in content:
        overall = _read_answers(content["overall_answers"], "overall_answers", where)
    parts: dict[str, Any] = {"source": "", **texts, **lists, **tables}
    parts |= {k: _typed(content, k, bool, where) for k in ("by_design", "older") if k in content}
    return Instrument(
        items=_read_items(content["items"], where),
        answers=answers,
        overall_answers=overall,
        **parts,
    )


def _read_answers(given: object, key: str, where: str) -> tuple[Answer, ...]:
    if isinstance(given, str):
        if given not in ANSWER_SETS:
            raise InputError(
                f"`{key}` of {where!r} must be a table, or one of "
                f"{', '.join(map(repr, ANSWER_SETS))}. Got {given!r}."
                f"{suggest_name(given, ANSWER_SETS)}"
            )
        return ANSWER_SETS[given]
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"`{key}` of {where!r} must be a table from answer to level.")
    wrong = [f"{name!r} = {level!r}" for name, level in given.items() if level not in LEVELS]
    if wrong:
        raise InputError(
            f"Each answer of {where!r} must have one of the levels {', '.join(LEVELS)}. "
            f"Got {list_some(wrong)}."
        )
    return make_answers(given)


def _read_items(given: object, where: str) -> tuple[Item, ...]:
    if not isinstance(given, Sequence) or not all(isinstance(one, Mapping) for one in given):
        raise InputError(f"`items` of {where!r} must be tables, each under [[items]].")
    items = []
    for number, one in enumerate(given, start=1):
        place = f"item {number} of {where!r}"
        _check_keys(one, _ITEM_KEYS, place)
        lacking = [key for key in ("id", "title") if not one.get(key)]
        if lacking:
            raise InputError(f"{place} must have {' and '.join(map(repr, lacking))}.")
        items.append(Item(**{k: _typed(one, k, kind, place) for k, kind in _ITEM_KEYS.items() if k in one}))  # fmt: skip
    for what in ("id", "title"):
        names = [getattr(item, what) for item in items]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(
                f"Each item of {where!r} must have {what} of its own. "
                f"Got {list_some([*map(repr, twice)])} twice."
            )
    return tuple(items)


def _typed(source: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = source[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        names = {str: "a text", bool: "true or false", int: "a whole number", dict: "a table"}
        raise InputError(f"`{key}` of {where} must be {names[kind]}. Got {value!r}.")
    return value


def _check_keys(source: Mapping[str, Any], known: Sequence[str] | Mapping[str, Any], where: str) -> None:  # fmt: skip
    for key in source:
        if key not in known:
            raise InputError(
                f"{where} may set {', '.join(known)}. Got {key!r}.{suggest_name(str(key), known)}"
            )
