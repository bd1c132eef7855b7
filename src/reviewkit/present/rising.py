"""Vertical axes whose values grow upwards, for panels, which run from the top down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reviewkit.present.lettering import TextStyle
from reviewkit.present.panel import MakeRuler, Ruler, plain_ruler

__all__ = ["rising_ruler"]


def rising_ruler(title: str, values: Iterable[float], scale: str = "plain") -> MakeRuler:
    """Return a maker of axes that hold all values, the largest at the top."""
    plain = plain_ruler(title, values, scale)

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        found = plain(span, style)
        return replace(found, low=found.high, high=found.low)

    return make
