"""The bubble plot: effects of studies over a moderator, with the fitted line and its bands.

The area of a bubble is the weight of its study.  A moderator that is a factor has a
place for each level, with a bar for the expected effect instead of a line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns, check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.bubble_axes import BubbleLook, rule_across, rule_upwards
from reviewkit.present.lettering import TextStyle
from reviewkit.present.page import add_groups
from reviewkit.present.panel import Panel, draw_area, draw_dot, draw_frame, draw_path, open_panel
from reviewkit.present.point_labels import cover_line, place_labels
from reviewkit.present.scale import SCALES

__all__ = ["draw_bubble"]

FloatArray = NDArray[np.float64]
Point = tuple[float, float]

_LARGEST = (0.014, 5.0)  # radius of the heaviest bubble: share of the width, points at least
_SMALLEST = 1.0  # points
_HALF = 0.32  # of the bar of a level, where levels are 1 apart
_MANY = 400  # bubbles from which on they have no title of their own
_BANDS = (("pi", "band", True), ("ci", "tint", False))  # interval, fill, dotted edge


def draw_bubble(
    points: pd.DataFrame,
    line: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    scale: str = "percent",
    heading: str = "",
    levels: Sequence[str] = (),
    label: Sequence[str] = (),
    level: float = 0.95,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw studies over a moderator as bubbles.

    Parameters
    ----------
    points : DataFrame
        One row a study: ``study``, ``x`` (the moderator; for a factor 0, 1, 2 …),
        ``y`` (its effect; a proportion in [0, 1]), ``weight`` (above 0).
    line : DataFrame
        One row a place on the line: ``x, estimate, ci_low, ci_high, pi_low,
        pi_high``; prediction limits may be NaN.
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    scale : str
        A key of :data:`~reviewkit.present.scale.SCALES`, for the vertical axis.
    heading : str
        Name of the moderator.
    levels : sequence of str
        Names of the places of a factor; empty for a number.
    label : sequence of str
        Studies to name.
    level : float
        Level of the intervals, for the description.
    footer : sequence of str
        Paragraphs of the caption.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for
        those who cannot see the picture.

    Raises
    ------
    InputError
        If a column is missing, or a number is not finite.

    Examples
    --------
    >>> points = pd.DataFrame({"study": list("AB"), "x": [1999, 2020], "y": [0.2, 0.4],
    ...                        "weight": [0.5, 0.5]})
    >>> line = pd.DataFrame({"x": [1999, 2020], "estimate": [0.2, 0.4], "ci_low": [0.1, 0.2],
    ...                      "ci_high": [0.4, 0.6], "pi_low": [0.1, 0.2], "pi_high": [0.4, 0.6]})
    >>> draw_bubble(points, line, heading="year").get_label()
    'Bubble plot of 2 studies by year. Prevalence, %: expected 20.0 at 1999 and 40.0 at 2020.'
    """
    check_level(level)
    look = BubbleLook(SCALES[check_choice("scale", scale, SCALES)], heading, tuple(levels))
    _check(points, line)
    ends = line[["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]].to_numpy(dtype=float)
    y_values = [*points["y"], *ends[np.isfinite(ends)]]
    page, panel = open_panel(
        ax, width, rule_across(look, points), rule_upwards(y_values, scale), footer
    )
    places = np.array([_at(panel, *pair) for pair in zip(_spread(points, look), points["y"],
                                                         strict=True)])  # fmt: skip
    radii = _radii(points["weight"].to_numpy(dtype=float), panel)
    names = [str(name) for name in points["study"]]
    lines = [edge for pair in _edges(panel, line, "pi", look) for edge in pair]
    lines += _parts(panel, line, look)
    add_groups(page, lambda: [
        Group("bands", _bands(page, panel, line, look)),
        *draw_frame(page, panel),
        Group("line", _trend(page, _parts(panel, line, look))),
        *_bubbles(page, places, radii, names),
        Group("names", _labels(page, panel, places, radii, names, label, lines)),
    ])  # fmt: skip
    describe_axes(page, title=f"Bubble plot by {heading}", text=_tell(len(points), line, look))
    return page


def _check(points: pd.DataFrame, line: pd.DataFrame) -> None:
    """Raise an InputError unless both frames have what is drawn."""
    check_columns(points.columns, {name: name for name in ("study", "x", "y", "weight")})
    needed = ("x", "estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    check_columns(line.columns, {name: name for name in needed})
    numbers = points[["x", "y", "weight"]].to_numpy(dtype=float)
    wrong = ~np.isfinite(numbers).all(axis=1) | (numbers[:, 2] <= 0)
    whole = np.isfinite(line[["x", "estimate", "ci_low", "ci_high"]].to_numpy(dtype=float)).all()
    if wrong.any() or not len(points) or not whole:
        listed = list_some([str(points["study"].iloc[at]) for at in np.flatnonzero(wrong)])
        raise InputError(
            f"A bubble plot must have finite numbers and weights above 0. Got "
            f"{listed or 'none for the studies' if whole else 'others on the line'}. "
            f"Leave these rows out."
        )


def _at(panel: Panel, x: float, y: float) -> Point:
    """Return the place of a value of the moderator and an effect."""
    return panel.at(x, -y)


def _spread(points: pd.DataFrame, look: BubbleLook) -> FloatArray:
    """Return places on the axis; studies of one level stand beside one another."""
    x = np.asarray(points["x"], dtype=float)
    if not look.levels:
        return x
    rank = points.groupby("x")["y"].rank(method="first").to_numpy(dtype=float)
    return np.asarray(x + 0.1 * ((2 * rank) % 5 - 2))


def _radii(weight: FloatArray, panel: Panel) -> FloatArray:
    """Return the radius of each bubble: its area follows the weight."""
    largest = max(_LARGEST[1], _LARGEST[0] * panel.width)
    return np.asarray(np.maximum(_SMALLEST, largest * np.sqrt(weight / weight.max())))


def _bands(ax: Axes, panel: Panel, line: pd.DataFrame, look: BubbleLook) -> list[Artist]:
    """Return the prediction and the confidence band, or a bar of each for every level."""
    art: list[Artist] = []
    for name, fill, dotted in _BANDS:
        kept = line[np.isfinite(line[f"{name}_low"]) & np.isfinite(line[f"{name}_high"])]
        for i, (low, high) in enumerate(_edges(panel, kept, name, look)):
            art.append(draw_area(ax, [*low, *reversed(high)], fill, f"{name}-{i}"))
            for side, edge in (("low", low), ("high", high)) if dotted else ():
                gid = f"{name}-{side}-{i}"
                art.append(draw_path(ax, edge, colour="soft", dotted=True, gid=gid))
    return art


def _edges(
    panel: Panel, line: pd.DataFrame, name: str, look: BubbleLook
) -> list[tuple[list[Point], list[Point]]]:
    """Return the lower and the upper edge of each part of a band."""
    x = line["x"].to_numpy(dtype=float)
    sides = [line[f"{name}_{side}"].to_numpy(dtype=float) for side in ("low", "high")]
    if not x.size:
        return []
    if not look.levels:
        low, high = ([_at(panel, *pair) for pair in zip(x, y, strict=True)] for y in sides)
        return [(low, high)]
    reach = _HALF + (0.06 if name == "pi" else 0.0)
    return [
        ([_at(panel, i - reach, a), _at(panel, i + reach, a)],
         [_at(panel, i - reach, b), _at(panel, i + reach, b)])
        for i, a, b in zip(x, *sides, strict=True)
    ]  # fmt: skip


def _parts(panel: Panel, line: pd.DataFrame, look: BubbleLook) -> list[list[Point]]:
    """Return the line of expected effects; of a factor, a bar for each level."""
    pairs = [*zip(line["x"], line["estimate"], strict=True)]
    if look.levels:
        return [[_at(panel, x - _HALF, y), _at(panel, x + _HALF, y)] for x, y in pairs]
    return [[_at(panel, *pair) for pair in pairs]]


def _trend(ax: Axes, parts: Sequence[list[Point]]) -> list[Artist]:
    return [
        draw_path(ax, part, colour="ink", dotted=False, gid=f"trend-{i}", width=1.2)
        for i, part in enumerate(parts)
    ]


def _bubbles(ax: Axes, places: FloatArray, radii: FloatArray, names: list[str]) -> list[Group]:
    """Return the bubbles, the large ones first, so that none is hidden."""
    art = [
        (
            i,
            draw_dot(
                ax, (places[i, 0], places[i, 1]), float(radii[i]), open=False, gid=f"mark-{i}"
            ),
        )
        for i in np.argsort(-radii, kind="stable").tolist()
    ]
    if len(names) > _MANY:
        return [Group("bubbles", [dot for _, dot in art])]
    return [Group(f"bubble-{i}", [dot], title=names[i]) for i, dot in art]


def _labels(
    ax: Axes, panel: Panel, places: FloatArray, radii: FloatArray, names: list[str],
    label: Sequence[str], lines: Sequence[list[Point]],
) -> list[Artist]:  # fmt: skip
    """Return the names that were asked for, where there is room beside all lines."""
    order = [i for i, name in enumerate(names) if name in set(label)]
    style = TextStyle(panel.style.size - 1)
    finite = ([place for place in line if np.isfinite(place).all()] for line in lines)
    placed = place_labels(
        places, names, order, radius=radii, style=style, box=panel.box,
        lines=[box for line in finite for box in cover_line(line)],
    )  # fmt: skip
    return [write_text(p.x, p.baseline, p.text, style, ax) for p in placed]


def _tell(count: int, line: pd.DataFrame, look: BubbleLook) -> str:
    """Return the picture in a few sentences, for those who cannot see it."""
    ordered = line.sort_values("x")
    decimals = look.scale.decimals(ordered[["ci_low", "ci_high"]].to_numpy().ravel())
    shown = [look.scale.show(value, decimals) for value in ordered["estimate"]]
    if look.levels:
        expected = list_some(
            [f"{text} at {name}" for text, name in zip(shown, look.levels, strict=True)], sep=", "
        )
    else:
        low, high = (f"{value:g}" for value in ordered["x"].iloc[[0, -1]])
        expected = f"{shown[0]} at {low} and {shown[-1]} at {high}"
    noun = "study" if count == 1 else "studies"
    head = f"Bubble plot of {format_count(count)} {noun} by {look.heading}."
    return f"{head} {look.scale.heading}: expected {expected}."
