"""The axes of a bubble plot: a moderator from left to right, effects from the bottom up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reviewkit.present.lettering import TextStyle, wrap_lines
from reviewkit.present.rulers import MakeRuler, Ruler, plain_ruler
from reviewkit.present.scale import SCALES, Scale, make_axis

__all__ = ["BubbleLook", "rule_across", "rule_upwards"]

_LINES = 3  # of the name of a level
_PAD = 0.04  # of the range of a number, free at both ends, so that bubbles have room


@dataclass(frozen=True, slots=True)
class BubbleLook:
    """What the axes show."""

    scale: Scale
    heading: str
    levels: tuple[str, ...]


def rule_across(look: BubbleLook, points: pd.DataFrame) -> MakeRuler:
    """Return a maker of the horizontal axis."""
    x = np.asarray(points["x"], dtype=float)
    pad = _PAD * (float(np.ptp(x)) or max(1e-3, abs(float(x[0]))))
    ends = float(x.min()) - pad, float(x.max()) + pad

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        if not look.levels:
            axis = make_axis(SCALES["plain"], ends, span, style, ends)
            # Years have no comma; longer numbers keep theirs.
            short = max(map(abs, ends)) < 10_000
            labels = (text.replace(",", "") if short else text for text in axis.labels())
            return Ruler(look.heading, *ends, tuple(zip(axis.ticks, labels, strict=True)), *span)
        room = (span[1] - span[0]) / len(look.levels) - 0.6 * style.size
        texts = ("\n".join(wrap_lines(text, style, room, _LINES)) for text in look.levels)
        ticks = tuple((float(i), text) for i, text in enumerate(texts))
        return Ruler(look.heading, -0.5, len(look.levels) - 0.5, ticks, *span)

    return make


def rule_upwards(values: Sequence[float], scale: str) -> MakeRuler:
    """Return a maker of the vertical axis; panels run downwards, so it holds negatives."""
    plain = plain_ruler(SCALES[scale].heading, values, scale)

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        found = plain(span, style)
        ticks = tuple((-at, text) for at, text in found.ticks)
        return Ruler(found.title, -found.high, -found.low, ticks, *span)

    return make
