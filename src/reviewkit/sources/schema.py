"""What the columns of an extraction table must hold, declared by the reviewer.

A schema is a dict or a TOML file.  It says for each column its type and, where
they matter, its unit, range and allowed values, under which headers the table
may carry it, and how the table writes that a value is missing::

    key = ["study", "outcome"]          # what makes a row: no two rows may share it
    missing = ["no mention"]            # in all columns, besides the usual spellings

    [columns]
    country = "text"
    events = { type = "count", from = ["proportion_count"] }
    age = { type = "number", unit = "years", minimum = 18, maximum = 99 }
    mbi = { type = "text", allowed = ["MBI", "Non-MBI"], required = true }

It adds to :data:`DEFAULT`, the columns that reviewkit itself knows; a column
that it declares again takes the place of the default.

This is our own and not pandera, because a message must name the cells of the
file, and each repair must be logged cell by cell while the column still is
text: a validator of typed frames comes too late for both, and types that have
been coerced no longer show the ``12,599`` that they were.  It is also one
dependency less.  To add a type, see :data:`~reviewkit.sources.cells.TYPES`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.cells import TYPES, CellType
from reviewkit.sources.suggestions import suggest_name

__all__ = ["DEFAULT", "MISSING", "Column", "Schema", "build_schema"]


@dataclass(frozen=True, slots=True)
class Column:
    """What one column must hold."""

    name: str
    type: str = "text"  # a key of TYPES
    unit: str = ""  # taken off the end of a cell that carries it
    minimum: float = -math.inf
    maximum: float = math.inf
    allowed: tuple[str, ...] = ()
    required: bool = False  # whether the table must have the column; a cell may be missing
    spellings: tuple[str, ...] = ()  # other headers of the column; "from" in a schema
    missing: tuple[str, ...] = ()  # further spellings of a missing value

    @property
    def kind(self) -> CellType:
        """The type, with its reader."""
        return TYPES[self.type]

    @property
    def headers(self) -> frozenset[str]:
        """All headers that name this column, without case and marks."""
        units = (f"{self.name} ({self.unit})", f"{self.name} {self.unit}")
        names = (self.name, *self.spellings, *(units if self.unit else ()))
        return frozenset(map(plain_name, names))


@dataclass(frozen=True, slots=True)
class Schema:
    """Declared columns by name, and what makes a row."""

    columns: Mapping[str, Column]
    key: tuple[str, ...] | None = None  # None: the study and what divides its rows
    missing: tuple[str, ...] = ()
    sheet: str | None = None
    declared: frozenset[str] = field(default=frozenset())  # columns of the user's own


def plain_name(header: str) -> str:
    """Return a header without case, spaces and marks.

    >>> plain_name("Sample size (n)") == plain_name("sample_size_N")
    True
    """
    return "_".join(re.findall(r"[^\W_]+", header.casefold())) or header


def build_schema(source: Mapping[str, Any] | str | PathLike[str] | None) -> Schema:
    """Return the schema of a dict or a TOML file, on top of the default one."""
    if source is None:
        return Schema(DEFAULT)
    if isinstance(source, Mapping):
        return _build(source, "`schema`")
    path = Path(source)
    if not path.is_file():
        raise InputError(f"`schema` must be a dict or a TOML file. Found no file at {str(path)!r}.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParseError(f"{path.name!r} must hold a schema in TOML. {error}.") from None
    return _build(content, repr(path.name))


def _build(source: Mapping[str, Any], where: str) -> Schema:
    _check_keys(source, ("columns", "key", "missing", "sheet"), where)
    columns = source.get("columns", {})
    if not isinstance(columns, Mapping):
        raise InputError(f"`columns` of {where} must map names to types. Got {columns!r}.")
    own = {name: _build_column(name, entry, where) for name, entry in columns.items()}
    key = source.get("key")
    sheet = source.get("sheet")
    if not isinstance(sheet, str | None):
        raise InputError(f"`sheet` of {where} must be the name of a sheet. Got {sheet!r}.")
    return Schema(
        columns=MappingProxyType(_add_defaults(own)),
        key=None if key is None else _texts(key, "key", where),
        missing=_texts(source.get("missing", ()), "missing", where),
        sheet=sheet,
        declared=frozenset(own),
    )


def _add_defaults(own: Mapping[str, Column]) -> dict[str, Column]:
    """Add the default columns, unless one of the own columns goes by the same header."""
    taken = {header for column in own.values() for header in column.headers}
    kept = {name: column for name, column in DEFAULT.items() if not column.headers & taken}
    return {**kept, **own}


def _build_column(name: str, entry: object, where: str) -> Column:
    place = f"column {name!r} of {where}"
    if isinstance(entry, str):
        entry = {"type": entry}
    if not isinstance(entry, Mapping):
        raise InputError(f"{place} must be a type or a table of settings. Got {entry!r}.")
    _check_keys(entry, _SETTINGS, place)
    kind = check_choice(f"type of {place}", entry.get("type", "text"), TYPES)
    if not isinstance(entry.get("required", False), bool):
        raise InputError(f"`required` of {place} must be true or false. Got {entry['required']!r}.")
    return Column(
        name=name,
        type=kind,
        unit=str(entry.get("unit", "")),
        allowed=_texts(entry.get("allowed", ()), "allowed", place),
        required=entry.get("required", False),
        spellings=_texts(entry.get("from", ()), "from", place),
        missing=_texts(entry.get("missing", ()), "missing", place),
        minimum=_number(entry.get("minimum", TYPES[kind].minimum), "minimum", place),
        maximum=_number(entry.get("maximum", TYPES[kind].maximum), "maximum", place),
    )


def _check_keys(source: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in source:
        if key not in known:
            raise InputError(
                f"{where} may set {', '.join(known)}. Got {key!r}.{suggest_name(str(key), known)}"
            )


def _texts(value: object, name: str, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Sequence) or not all(isinstance(one, str | int) for one in value):
        raise InputError(f"`{name}` of {where} must be a text or a list of texts. Got {value!r}.")
    return tuple(map(str, value))


def _number(value: object, name: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"`{name}` of {where} must be a number. Got {value!r}.")
    return float(value)


_SETTINGS = ("type", "unit", "minimum", "maximum", "allowed", "required", "from", "missing")

#: How tables write that a value is missing, in lower case.  What may be an answer, as
#: "unknown" or "none", is left to the schema.
MISSING = frozenset(
    {
        "n/a", "na", "n.a.", "n. a.", "n.a", "#n/a", "<na>", "nan", "null",
        "not reported", "not available", "not stated", "not given", "nr", "n.r.", "n/r",
        "missing", "missing value", "-", "–", "—", "−", "--", "---", ".", "..", "…",
    }
)  # fmt: skip


def _default(kind: str, *names: str, minimum: float | None = None) -> dict[str, Column]:
    low, high = TYPES[kind].minimum, TYPES[kind].maximum
    low = low if minimum is None else minimum
    return {name: Column(name, kind, minimum=low, maximum=high) for name in names}


#: The columns that reviewkit knows by name.
DEFAULT: Mapping[str, Column] = MappingProxyType(
    _default("text", "study", "outcome", "construct", "instrument", "cutoff", "group", "source")
    | _default("count", "events")
    | _default("count", "total", "n", "sample_size", "number_of_participants", minimum=1)
    | _default("percent", "percent")
    | _default("number", "estimate", "ci_low", "ci_high", "effect")
    | _default("number", "se", "variance", minimum=0)
    | _default("year", "year", "publication_year")
)
