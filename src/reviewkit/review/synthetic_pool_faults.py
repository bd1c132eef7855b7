"""Faults in pooled results as printed: against arithmetic, against the studies, against the method."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_numbers import RECIPES, pool_outcome
from reviewkit.review.synthetic_planting import (
    Change,
    Fault,
    change_cell,
    exchange_digits,
    find_rows,
)

__all__ = ["POOL_FAULTS"]

_TABLE = "reported/pools"
_ENDS = ("ci_low", "estimate", "ci_high")
#: Words of a recipe, and the arguments that mean it.
_OTHER: tuple[tuple[dict[str, str], dict[str, str]], ...] = RECIPES[:6]


def _read(text: str) -> float:
    return float(text.replace(",", ".").strip(" %"))


def _write(draft: Draft, like: str, value: float) -> str:
    """Write a value as a printed one is written."""
    text = like.strip(" %")
    decimals = len(text.replace(",", ".").partition(".")[2])
    found = f"{value:.{decimals}f}"
    return (found.replace(".", ",") if draft.habit.comma else found) + like[len(text) :]


def _exchanged(draft: Draft) -> Change | None:
    """Exchange two digits of a number; it still lies where it may."""
    row = draft.pick(draft.tables[_TABLE])
    for column in draft.some(_ENDS, 3)[::-1]:
        for other in exchange_digits(row[column]):
            values = [_read(other if key == column else row[key]) for key in _ENDS]
            far = abs(_read(other) - _read(row[column])) > 0.08 * (values[2] - values[0])
            if values == sorted(values) and far:
                return change_cell(_TABLE, row, column, other)
    return None


def _outside(draft: Draft) -> Change | None:
    row = draft.pick(draft.tables[_TABLE])
    low, middle, high = (_read(row[key]) for key in _ENDS)
    beyond = high + 0.3 * (high - low) + 10.0 ** -len(row["estimate"])
    if beyond >= (100 if middle > 1 else 1) or high <= low:
        return None
    changed = change_cell(_TABLE, row, "estimate", _write(draft, row["estimate"], beyond))
    return changed if _read(row["estimate"]) > high + 10.0**-3 else None


def _off_centre(draft: Draft) -> Change | None:
    """Move an estimate towards an end of its interval, where no studies could tell."""
    row = draft.pick(find_rows(draft, _TABLE, "transform") or draft.tables[_TABLE])
    low, _, high = (_read(row[key]) for key in _ENDS)
    moved = _write(draft, row["estimate"], low + draft.pick((0.12, 0.9)) * (high - low))
    wide = (high - low) > 12 * 10.0 ** -len(moved.replace(",", ".").strip(" %").partition(".")[2])
    return change_cell(_TABLE, row, "estimate", moved) if wide else None


def _i2(draft: Draft) -> Change | None:
    """Print an I² that its Q does not give."""
    rows = find_rows(draft, _TABLE, "q", "i2", "k")
    if not rows:
        return None
    row = draft.pick(rows)
    i2 = _read(row["i2"])
    return change_cell(_TABLE, row, "i2", f"{i2 + 25 if i2 < 60 else i2 - 25:.1f}%")


def _other_i2(draft: Draft) -> Change | None:
    """Print an I² that the studies do not give; nothing beside it says so."""
    rows = [row for row in find_rows(draft, _TABLE, "i2", "transform") if "model" not in row]
    if not rows:
        return None
    row = draft.pick(rows)
    row.pop("q", None)
    i2 = _read(row["i2"])
    return change_cell(_TABLE, row, "i2", f"{i2 + 30 if i2 < 60 else i2 - 30:.1f}%")


def _i2_range(draft: Draft) -> Change:
    row = draft.pick(draft.tables[_TABLE])
    return change_cell(_TABLE, row, "i2", f"{draft.whole(101, 140)}%")


def _recipe(draft: Draft) -> Change | None:
    """State another method than the one that gave the numbers."""
    row = draft.pick(find_rows(draft, _TABLE, "transform", "tau2", "ci") or [{}])
    if not row:
        return None
    _, words = draft.pick(_OTHER)
    said = {key: row.get(key, "") for key in ("model", "transform", "tau2", "ci")}
    options = next(o for o, w in RECIPES if w == words)
    pooled: Any = pool_outcome(draft, row["outcome"], options)
    if pooled is None or "model" in row:
        return None
    unit = 100 if _read(row["ci_high"]) > 1 or "%" in row["ci_high"] else 1
    other = [_write(draft, row[key], unit * getattr(pooled, key)) for key in _ENDS]
    apart = [abs(_read(text) - _read(row[key])) for text, key in zip(other, _ENDS, strict=True)]
    if max(apart) < 3 * 10.0 ** -len(
        row["estimate"].strip(" %").replace(",", ".").partition(".")[2]
    ):
        return None
    row |= words
    return Change(f"{_TABLE}, {row['outcome']}, recipe", " ".join(said.values()).strip(),
                  " ".join(words.values()))  # fmt: skip


def _count(column: str) -> Any:
    def plant(draft: Draft) -> Change | None:
        rows = find_rows(draft, _TABLE, column)
        if not rows:
            return None
        row = draft.pick(rows)
        n = int("".join(letter for letter in row[column] if letter.isdigit()))
        return change_cell(_TABLE, row, column, draft.count(n + draft.whole(1, 3)))

    return plant


def _narrow(draft: Draft) -> Change | None:
    """Print a prediction interval that is narrower than the confidence interval."""
    rows = find_rows(draft, _TABLE, "pi_low", "pi_high")
    if not rows:
        return None
    row = draft.pick(rows)
    low, middle, high = (_read(row[key]) for key in _ENDS)
    ends = middle - 0.4 * (middle - low), middle + 0.4 * (high - middle)
    row["pi_high"] = _write(draft, row["ci_high"], ends[1])
    changed = change_cell(_TABLE, row, "pi_low", _write(draft, row["ci_low"], ends[0]))
    return changed if _read(row["pi_low"]) > low and _read(row["pi_high"]) < high else None


def _weights(draft: Draft) -> Change | None:
    """Print weights of the studies that sum to more than all."""
    rows = draft.tables["extraction/outcomes"]
    key = rows[0]["outcome"]
    own = [row for row in rows if row["outcome"] == key]
    if len(own) < 3:
        return None
    for row in own:
        row["weight"] = f"{100 / len(own):.1f}"
    other = f"{100 / len(own) + draft.pick((4.0, 7.5, 12.0)):.1f}"
    return change_cell("extraction/outcomes", own[0], "weight", other)


_POOLED = ("outcomes", "pools")
POOL_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "pools.exchanged": Fault("Two digits are exchanged.", _exchanged, _POOLED,
                                 ("pools.estimate", "pools.recipe", "pools.symmetry")),
        "pools.outside": Fault("The estimate lies outside its interval.", _outside, _POOLED,
                               ("pools.order",)),
        "pools.off_centre": Fault("The estimate is not the middle of its interval.", _off_centre,
                                  (*_POOLED, "transform"), ("pools.estimate", "pools.symmetry")),
        "pools.i2": Fault("I² does not follow from Q and k.", _i2, (*_POOLED, "q", "i2", "k"),
                          ("pools.i2",)),
        "pools.other_i2": Fault("The studies give another I².", _other_i2,
                                (*_POOLED, "i2", "transform"), ("pools.i2",)),
        "pools.i2_range": Fault("I² is above 100 %.", _i2_range, _POOLED, ("pools.i2",)),
        "pools.recipe": Fault("Another method gave the numbers.", _recipe,
                              (*_POOLED, "transform", "tau2", "ci"), ("pools.recipe", "pools.symmetry")),
        "pools.k": Fault("More studies are said to be pooled.", _count("k"), (*_POOLED, "k"),
                         ("pools.count",)),
        "pools.n": Fault("More people are said to be pooled.", _count("n"), (*_POOLED, "n"),
                         ("pools.count",)),
        "pools.prediction": Fault("The prediction interval is the narrower one.", _narrow,
                                  (*_POOLED, "pi", "pi_low", "pi_high"), ("pools.order",)),
        "pools.weights": Fault("Weights sum to more than all.", _weights, ("outcomes",),
                               ("pools.weights",)),
    }
)  # fmt: skip
