"""What a forest plot shows beside texts: squares, shaded clusters, a marked value."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.present.scale import Scale

__all__ = ["find_clusters", "read_mark", "square_sides", "tell_mark"]


def read_mark(mark: float | tuple[float, str] | None, scale: Scale) -> tuple[float, str] | None:
    """Return a value to mark and what it is, checked."""
    if mark is None:
        return None
    value, text = mark if isinstance(mark, tuple) else (mark, "marked value")
    low = max(scale.low, 1e-300) if scale.log else scale.low
    if not (isinstance(value, Real) and math.isfinite(value) and low <= value <= scale.high):
        raise InputError(
            f"`mark` must be a number between {scale.low:g} and {scale.high:g} on this scale, or "
            f"such a number and a text. Got {mark!r}. For 30 %, give 0.3 or (0.3, 'as reported')."
        )
    return float(value), str(text)


def tell_mark(mark: tuple[float, str], scale: Scale) -> str:
    """Return what the dashed line is."""
    unit = "%" if scale.factor == 100 else ""
    return f"Dashed line: {mark[1]}, {scale.factor * mark[0]:.4g}{unit}."


def find_clusters(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the cluster of each study that shares one with another study, else ""."""
    none = ("",) * len(frame)
    if "cluster" not in frame:
        return none
    studies = frame["kind"].isin(["study", "excluded"]) & frame["cluster"].notna()
    names = frame["cluster"].where(studies).map(str, na_action="ignore")
    counts = names.value_counts()
    return tuple(str(n) if counts.get(n, 0) > 1 else "" for n in names)


def square_sides(frame: pd.DataFrame, size: float) -> tuple[float, ...]:
    """Return the side of each row's square: its area follows weight, or else sample size.

    The largest has 0.85 em, or less where all weigh much the same; none is
    smaller than 0.34 em.
    """
    studies = frame["kind"] == "study"
    mass = next(
        (frame[n] for n in ("weight", "total") if (frame[n].where(studies) > 0).any()), None
    )
    mass = pd.Series(1.0, index=frame.index) if mass is None else mass
    mass = mass.where(studies)
    share = (mass / mass.sum()).to_numpy(dtype=float)
    full = max(np.max(share, initial=0.0, where=~np.isnan(share)), 1.6 / max(1, studies.sum()))
    sides = 0.85 * np.sqrt(share / full)
    kept = np.where(np.isnan(sides), 0.45, np.clip(sides, 0.34, None))
    return tuple(float(side) for side in size * kept)
