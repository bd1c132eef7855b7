"""The frame of a forest plot: what its rows may be, and checks of their numbers.

A row is of one ``kind``; :data:`KINDS` says how each looks.  A block runs from
a heading to the next heading or gap; its rows are indented.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.present.lettering import TextStyle
from reviewkit.present.scale import Scale

__all__ = [
    "KINDS", "Kind", "Row", "check_rows", "count_decimals", "describe_rows", "find_pooled",
    "read_rows",
]  # fmt: skip

NUMBERS = ("events", "total", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "weight")
TRIPLES = (("ci_low", "estimate"), ("estimate", "ci_high"), ("ci_low", "ci_high"),
           ("pi_low", "pi_high"), ("events", "total"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of row looks."""

    colour: str = "ink"
    bold: bool = False
    spans: bool = False  # the label runs on over columns that are empty
    height: float = 1.0  # in rows


@dataclass(frozen=True, slots=True)
class Row:
    """A row before it has a place: number `at` in the frame, indented in a block."""

    at: int
    kind: str
    study: str
    numbers: Mapping[str, float]
    style: TextStyle
    indent: float
    in_block: bool
    continued: tuple[str, ...] = ()  # lines of a heading that another page repeats


def check_rows(frame: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Return a copy with all agreed columns, or say which row breaks which rule."""
    if "study" not in frame or frame.empty:
        raise InputError(
            f"A forest plot needs a column 'study' and a row or more. Got {len(frame)} rows with "
            f"{', '.join(map(repr, frame.columns)) or 'no columns'}."
        )
    checked = frame.reset_index(drop=True)
    checked["kind"] = checked["kind"] if "kind" in frame else "study"
    names = ["" if pd.isna(name) else str(name) for name in checked["study"]]
    checked["study"] = pd.Series(
        names, index=checked.index, dtype=object
    )  # any text, half letters too
    _require(checked, "kind", f"one of {', '.join(KINDS)}", checked["kind"].isin(list(KINDS)))
    for name in NUMBERS:
        values = checked[name] if name in frame else np.nan
        checked[name] = pd.Series(values, index=checked.index).astype(float)
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        fine = ~((checked[name] < scale.low) | (checked[name] > scale.high))
        if scale.log:
            fine &= ~(checked[name] <= 0)
        _require(checked, name, f"between {scale.low:g} and {scale.high:g} on this scale", fine)
    for small, large in TRIPLES:
        fine = ~(checked[small] > checked[large] + 1e-9 * checked[large].abs())
        _require(checked, small, f"`{large}` at most", fine)
    _require(checked, "weight", "0 or more", ~(checked["weight"] < 0))
    return checked


def _require(frame: pd.DataFrame, name: str, rule: str, fine: pd.Series) -> None:
    """Raise an InputError that names the first row to break `rule`."""
    if fine.all():
        return
    at = int(np.flatnonzero(~fine)[0])
    more = int((~fine).sum()) - 1
    also = f", and in {more} more" if more else ""
    raise InputError(
        f"`{name}` must be {rule}. Got {frame[name][at]!r} in row {at} "
        f"({frame['study'][at]!r}){also}. Proportions are in [0, 1]; for other effects "
        f"choose another `scale`."
    )


def read_rows(frame: pd.DataFrame, size: float) -> list[Row]:
    """Return the rows of a checked frame with their styles and indents."""
    table = frame[list(NUMBERS)].to_numpy(dtype=float)
    rows, in_block = [], False
    for at, (name, study) in enumerate(zip(frame["kind"], frame["study"], strict=True)):
        kind = KINDS[name]
        in_block = name != "gap" and (in_block or name == "heading")
        indent = size if in_block and name != "heading" else 0.0
        numbers = dict(zip(NUMBERS, map(float, table[at]), strict=True))
        style = TextStyle(size, kind.bold, kind.colour)
        rows.append(Row(at, name, study, numbers, style, indent, in_block))
    return rows


def count_decimals(frame: pd.DataFrame, scale: Scale) -> int:
    """Return the decimals of estimates and intervals, those that tell the studies apart.

    On a scale without end, an interval from few studies may be so wide that decimals which
    suit it would round all studies to nothing.
    """
    numbers = frame[list(NUMBERS[2:7])].to_numpy(dtype=float)
    studies = numbers[(frame["kind"] == "study").to_numpy()]
    finite = studies[np.isfinite(studies)]
    endless = math.isinf(scale.high) and finite.size and np.ptp(finite) > 0
    return scale.decimals(finite if endless else numbers.ravel())


def find_pooled(rows: Sequence[Row]) -> Row | None:
    """Return the overall result: the last pooled row, outside of blocks if there is one."""
    pooled = [r for r in rows if r.kind == "pooled" and math.isfinite(r.numbers["estimate"])]
    outside = [r for r in pooled if not r.in_block]
    found = outside or pooled
    return found[-1] if found else None


def describe_rows(rows: Sequence[Row], scale: Scale, heading: str, decimals: int) -> str:
    """Return the picture in a few sentences, for those who cannot see it."""
    studies = [r.numbers["estimate"] for r in rows if r.kind == "study"]
    finite = [v for v in studies if math.isfinite(v)]
    parts = [f"Forest plot of {len(studies)} {'study' if len(studies) == 1 else 'studies'}."]
    if finite:
        low, high = (scale.show(v, decimals) for v in (min(finite), max(finite)))
        parts.append(f"{heading}: estimates from {low} to {high}.")
    pooled = find_pooled(rows)
    if pooled is not None:
        low, middle, high = (
            scale.show(pooled.numbers[n], decimals) for n in ("ci_low", "estimate", "ci_high")
        )
        parts.append(f"{pooled.study}: {middle} (confidence interval {low} to {high}).")
    for row in [r for r in rows if r.kind == "prediction"][-1:]:
        low, high = (scale.show(row.numbers[n], decimals) for n in ("pi_low", "pi_high"))
        parts.append(f"{row.study}: {low} to {high}.")
    return " ".join(parts).replace("\u00a0", " ")


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "study": Kind(),
        "excluded": Kind("faint"),
        "heading": Kind(bold=True, spans=True),
        "pooled": Kind(bold=True, spans=True),
        "prediction": Kind(spans=True),
        "note": Kind("soft", spans=True),
        "gap": Kind(spans=True, height=0.6),
    }
)
