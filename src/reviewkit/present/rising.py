"""Vertical axes whose values grow upwards, for panels, which run from the top down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reviewkit.present.lettering import TextStyle
from reviewkit.present.rulers import MakeRuler, Ruler, plain_ruler

__all__ = ["rising_ruler"]

FOOT = 3.0  # points below the least value, so that its label stays clear of those across


def rising_ruler(title: str, values: Iterable[float], scale: str = "plain") -> MakeRuler:
    """Return a maker of axes that hold all values, the largest at the top."""
    plain = plain_ruler(title, values, scale)

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        found = plain((span[0], span[1] - FOOT), style)
        below = FOOT * (found.high - found.low) / (span[1] - FOOT - span[0])
        return replace(found, low=found.high, high=found.low - below, end=span[1])

    return make
