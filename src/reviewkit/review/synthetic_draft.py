"""A synthetic review while it is made: what is true of it, its tables, and how it is printed.

Steps of :mod:`~reviewkit.review.synthetic` fill a :class:`Draft` in their order; each draws from
one generator, so that a seed gives one review.  Faults change the tables, never the truth.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

__all__ = ["Draft", "Habit", "Outcome", "Study", "draw_habit", "render_files"]

T = TypeVar("T")
Rows = list[dict[str, str]]


class Study(NamedTuple):
    """A study of the truth."""

    name: str  # "Müller 2019"
    authors: str
    year: int
    title: str
    journal: str
    doi: str
    country: str
    population: str
    design: str
    n: int
    subject: str
    finding: str
    reference: str


class Outcome(NamedTuple):
    """What one study counted."""

    study: str
    key: str
    events: int
    total: int


class Habit(NamedTuple):
    """How the authors of a review print numbers and fill tables."""

    sign: str  # after a percentage
    thousands: str
    decimals: int
    comma: bool  # instead of a decimal point
    where: bool  # whether places are told
    quote: bool
    delimiter: str
    mark: bool  # a byte order mark at the start of files
    sparse: float  # chance that a column that may be left out is


@dataclass
class Draft:
    """A review in the making."""

    rng: np.random.Generator
    wants: frozenset[str]  # parts that must be there
    habit: Habit
    settings: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)  # by path without ending
    studies: list[Study] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    flow: dict[str, int] = field(default_factory=dict)  # the whole truth, printed or not

    def pick(self, values: Sequence[T]) -> T:
        """Return one of several."""
        return values[int(self.rng.integers(len(values)))]

    def some(self, values: Sequence[T], n: int) -> list[T]:
        """Return `n` different ones, in their order."""
        chosen = self.rng.choice(len(values), size=min(n, len(values)), replace=False)
        return [values[i] for i in sorted(chosen.tolist())]

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, share: float) -> bool:
        """Return True that often."""
        return bool(self.rng.random() < share)

    def has(self, part: str, share: float) -> bool:
        """Return whether an optional part is there: always where it is wanted."""
        return self.chance(share) or part in self.wants

    def count(self, n: int) -> str:
        """Write a count as the authors do."""
        return f"{n:,}".replace(",", self.habit.thousands)

    def percent(self, events: int, total: int, decimals: int | None = None) -> str:
        """Write events of total in per cent as the authors do."""
        places = self.habit.decimals if decimals is None else decimals
        text = f"{100 * events / total:.{places}f}"
        return (text.replace(".", ",") if self.habit.comma else text) + self.habit.sign

    def place(self, text: str) -> dict[str, str]:
        """Return a cell that tells a place, if the authors tell places."""
        return {"where": text} if self.habit.where else {}

    def quoted(self, text: str) -> dict[str, str]:
        """Return a cell with a quote, if the authors give quotes."""
        return {"quote": text} if self.habit.quote else {}

    def thin(self, rows: Rows, optional: Iterable[str], keep: Iterable[str] = ()) -> Rows:
        """Leave out columns that authors may leave out."""
        kept = {*keep, *self.wants}
        gone = {c for c in optional if self.chance(self.habit.sparse) and c not in kept}
        return [{k: v for k, v in row.items() if k not in gone} for row in rows]


def draw_habit(rng: np.random.Generator) -> Habit:
    """Return the habits of one team of authors."""

    def pick(values: Sequence[T], shares: Sequence[float]) -> T:
        return values[int(rng.choice(len(values), p=shares))]

    comma = bool(rng.random() < 0.08)
    return Habit(
        sign=pick(("", "%", " %"), (0.6, 0.25, 0.15)),
        thousands=" " if comma else pick(("", ",", " "), (0.5, 0.4, 0.1)),
        decimals=pick((0, 1, 2), (0.2, 0.6, 0.2)),
        comma=comma,
        where=bool(rng.random() < 0.6),
        quote=bool(rng.random() < 0.3),
        delimiter=pick((",", ";", "\t"), (0.8, 0.15, 0.05)),
        mark=bool(rng.random() < 0.2),
        sparse=float(rng.choice([0.0, 0.2, 0.5])),
    )


def render_files(draft: Draft) -> dict[str, bytes]:
    """Return the files of a review by their path within its folder."""
    files = {"review.toml": _write_toml(draft.settings).encode()}
    for name, rows in draft.tables.items():
        ending = "tsv" if draft.habit.delimiter == "\t" else "csv"
        text = _write_csv(rows, draft.habit.delimiter)
        files[f"{name}.{ending}"] = ("\ufeff" * draft.habit.mark + text).encode()
    return files


def _write_csv(rows: Rows, delimiter: str) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _write_toml(settings: Mapping[str, Any]) -> str:
    """Write plain values first, then tables and lists of tables."""
    lines: list[str] = []
    _add_table(lines, "", settings)
    return "\n".join(lines) + "\n"


def _add_table(lines: list[str], name: str, table: Mapping[str, Any]) -> None:
    nested = {
        key: value
        for key, value in table.items()
        if isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], Mapping))
    }  # fmt: skip
    if name:
        lines += ["", f"[{name}]"]
    lines += [f"{_key(k)} = {_value(v)}" for k, v in table.items() if k not in nested]
    for key, value in nested.items():
        path = f"{name}.{_key(key)}" if name else _key(key)
        if isinstance(value, Mapping):
            _add_table(lines, path, value)
        else:
            for one in value:
                lines += ["", f"[[{path}]]"]
                lines += [f"{_key(k)} = {_value(v)}" for k, v in one.items()]


def _key(text: str) -> str:
    return text if text.isascii() and text.replace("_", "").isalnum() else _value(text)


def _value(value: Any) -> str:
    # The strings and lists of JSON are those of TOML.
    return json.dumps(value, ensure_ascii=False)
