"""The colours of every picture, by what they are for.

To add one, name it here; to change the look of all pictures, change it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COLOURS"]

#: Fills differ in lightness too, so that they survive a grey printer.
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1a1a1a",  # text, pooled results
        "soft": "#5c6670",  # footers, notes
        "faint": "#8d969f",  # what is not counted
        "line": "#404040",  # borders, rules, axes
        "grid": "#e4e8ec",
        "grid-on-band": "#c9d1d8",  # the same, where rows are shaded
        "band": "#f4f6f8",
        "paper": "#ffffff",
        "mark": "#47698c",  # studies
        "tint": "#b9c9d9",  # prediction
        "shade-1": "#dde6ee",  # how many fell there, from few to many
        "shade-2": "#b3c6d8",
        "shade-3": "#83a0bc",
        "shade-4": "#56789b",
        "shade-5": "#335472",
        "shade-6": "#16324c",
        "gold": "#fbe3a2",
        "grey": "#d2d2d2",
        "blue": "#adc3de",
        "pale": "#f2f2f2",
        "alarm": "#9c1c1c",
        "low": "#a9d3bf",  # judgements
        "some": "#f3dc9a",
        "high": "#b5523f",
        "none": "#dfe4e9",
    }
)
