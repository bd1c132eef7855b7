"""Checks that pictures of sets share: boxes of marks by the start of their gid."""

import numpy as np
from forest_cases import assert_nothing_collides, boxes, collisions
from matplotlib.patches import Patch

LONG = (
    "Affective well-being affected by individual-level and country-level factors",
    "Burnout due to psychological stress",
    "Secondary trauma and compassion fatigue",
    "Трудности на работе",
)


def mark_boxes(ax, *starts):
    """Return the boxes of filled marks whose gid starts so, in points."""
    ax.figure.set_dpi(600)
    renderer = ax.figure.canvas.get_renderer()
    found = [
        artist.get_window_extent(renderer).extents
        for artist in ax.findobj(Patch)
        if (artist.get_gid() or "").startswith(starts)
    ]
    return np.array(found).reshape(-1, 4) * 72 / ax.figure.dpi


def assert_clear(ax, *starts, but_numbers=False):
    """Say which texts overlap each other, the edge of the page, or such a mark."""
    assert_nothing_collides(ax)
    texts, _, _, names = boxes(ax)
    hits = [names[i] for i, _ in collisions(texts, mark_boxes(ax, *starts))]
    hits = [name for name in hits if not (but_numbers and name.replace(",", "").isdigit())]
    assert not hits, f"text on a mark: {hits}"
