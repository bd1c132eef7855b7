"""Scales on which prevalences are pooled, and the words that papers use for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

__all__ = ["SCALES", "find_scale"]


def find_scale(text: str) -> str | None:
    """Return the scale that a word for a transformation means; None if it is not known."""
    plain = text.strip().casefold().replace("–", "-").replace(" ", "-")
    if not plain:
        return None
    for name, words in _NAMES.items():
        if any(word in plain for word in words):
            return name
    return None


def _logit(p: float) -> float:
    return math.log(p / (1 - p)) if 0 < p < 1 else _no_place(p)


def _log(p: float) -> float:
    return math.log(p) if p > 0 else _no_place(p)


def _arcsine(p: float) -> float:
    return math.asin(math.sqrt(min(max(p, 0.0), 1.0)))


def _no_place(p: float) -> float:
    raise ValueError(f"{p} has no place on this scale")


#: Scales on which an interval may be symmetric.  The double arcsine is the arcsine but for n.
SCALES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {"logit": _logit, "log": _log, "arcsine": _arcsine, "raw": float}
)
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "logit": ("logit", "plo", "log-odds"),
        "arcsine": ("arcsin", "freeman", "tukey", "pft", "pas", "ft"),
        "log": ("log", "pln"),
        "raw": ("raw", "none", "untransformed", "identity", "praw"),
    }
)
