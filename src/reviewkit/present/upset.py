"""Overlaps of sets: one column an exact combination, above it how many are in just that one.

Beside the sets stand their own sizes.  Where there are more combinations than a page has
room for, the largest are drawn and a note says how many are left out.

References
----------
Lex, A. et al. (2014). UpSet: visualization of intersecting sets. *IEEE Transactions on
Visualization and Computer Graphics*, 20, 1983-1992. doi:10.1109/TVCG.2014.2346248
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.path import Path

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, wrap_lines
from reviewkit.present.marks import draw_band, draw_rule
from reviewkit.present.page import (
    RIM,
    add_groups,
    fill_path,
    open_page,
    page_width,
    write_beside,
    write_lines,
)
from reviewkit.present.upset_plan import GAP, Plan, plan_overlaps

__all__ = ["draw_upset"]


def draw_upset(
    members: pd.DataFrame,
    counts: Sequence[int],
    *,
    sizes: Sequence[int],
    ax: Axes | None = None,
    width: float = 174.0,
    unit: str = "Studies",
    title: str = "Overlaps",
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw how sets overlap.

    Parameters
    ----------
    members : DataFrame
        One row a combination, the largest first, and one column a set: True where it belongs.
    counts : sequence of int
        How many are in just this combination.
    sizes : sequence of int
        How many are in each set.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm, 60 or more; its height follows from the labels.
    unit : str
        What is counted.
    title : str
        What the picture is called.
    text : str, optional
        The picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs below.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If there is no set or no combination, lengths differ, or the page is too small.

    Examples
    --------
    >>> members = pd.DataFrame({"Mind": [True, True], "Work": [True, False]})
    >>> draw_upset(members, [5, 2], sizes=[7, 5], width=84).get_label()
    'Overlaps of 2 sets in 2 combinations. The largest: Mind and Work, 5.'
    """
    if members.empty or len(counts) != len(members) or len(sizes) != members.shape[1]:
        raise InputError(
            f"Overlaps must have a set and a combination, with a count for each. Got shape "
            f"{members.shape}, {len(counts)} counts and {len(sizes)} sizes."
        )
    points = page_width(ax, width)
    plan = plan_overlaps(members, counts, sizes, points, footer)
    page = open_page(ax, points, plan.height, "all sets")
    add_groups(page, lambda: _groups(plan, [*map(str, members.columns)], unit, page))
    describe_axes(page, title=title, text=text or _describe(members, counts))
    return page


def _describe(members: pd.DataFrame, counts: Sequence[int]) -> str:
    names = _join([str(name) for name in members.columns[members.iloc[0].to_numpy(dtype=bool)]])
    sets, rows = members.shape[1], len(members)
    return (
        f"Overlaps of {sets} {'set' if sets == 1 else 'sets'} in {rows} "
        f"{'combination' if rows == 1 else 'combinations'}. The largest: {names}, "
        f"{format_count(counts[0])}."
    )


def _join(names: Sequence[str]) -> str:
    return " and ".join(names) or "none of them"


def _groups(plan: Plan, names: list[str], unit: str, ax: Axes) -> Iterator[Group]:
    starts = [*accumulate(plan.heights, initial=plan.top)]
    yield Group("upset-heads", _draw_heads(plan, unit, ax))
    for row, (top, tall) in enumerate(zip(starts, plan.heights, strict=False)):
        art = _draw_set(plan, row, (top, top + tall), ax)
        yield Group(f"upset-set-{row}", art, title=names[row], text=format_count(plan.sizes[row]))
    middles = [top + tall / 2 for top, tall in zip(starts, plan.heights, strict=False)]
    for at, x in enumerate(plan.columns):
        own = [name for name, has in zip(names, plan.members[at], strict=True) if has]
        art = _draw_combination(plan, at, x, middles, ax)
        yield Group(f"upset-{at}", art, title=_join(own), text=format_count(plan.counts[at]))
    soft = plan.style.change(colour="soft")
    base = starts[-1] + (0.8 + CAP_HEIGHT) * soft.size
    yield Group("upset-footer", write_lines(RIM, base, plan.footer, soft, ax))


def _draw_heads(plan: Plan, unit: str, ax: Axes) -> list[Artist]:
    """Return what the bars count, and the line on which they stand."""
    size, bold = plan.style.size, plan.style.change(bold=True)
    floor = plan.top - 0.6 * size
    aside = plan.start - 0.8 * size
    told = wrap_lines(f"{unit} in just these", bold, plan.start - RIM - size, 3)
    art = write_lines(aside, RIM + (1.6 + CAP_HEIGHT) * size, told, bold, ax, "right")
    base = plan.top - 0.5 * size
    right = RIM + plan.label + GAP * size
    art.append(write_text(right, base, unit, bold, ax))
    art.append(draw_rule(ax, (plan.start, floor), (plan.right, floor)))
    return art


def _draw_set(plan: Plan, row: int, down: tuple[float, float], ax: Axes) -> list[Artist]:
    """Return a set with its label, its size and the dots of all combinations."""
    size, middle = plan.style.size, sum(down) / 2
    base = middle + CAP_HEIGHT * size / 2
    art: list[Artist] = [draw_band(ax, (RIM, plan.right), down)] if row % 2 == 0 else []
    art += write_beside(RIM, middle, plan.labels[row], plan.style, ax)
    left = RIM + plan.label + GAP * size
    long = plan.bar * plan.sizes[row] / max(max(plan.sizes), 1)
    bar = _box(left, middle - 0.4 * size, long, 0.8 * size)
    art.append(fill_path(ax, bar, "mark", f"size-{row}"))
    number = format_count(plan.sizes[row])
    art.append(write_text(left + long + 0.4 * size, base, number, plan.style, ax))
    dots = [
        Path.circle((x, middle), 0.12 * size)
        for x, has in zip(plan.columns, plan.members[:, row], strict=True)
        if not has
    ]
    if dots:
        art.append(fill_path(ax, Path.make_compound_path(*dots), "faint", f"out-{row}"))
    return art


def _draw_combination(
    plan: Plan, at: int, x: float, middles: Sequence[float], ax: Axes
) -> list[Artist]:
    """Return a combination: its bar, its number, and its linked dots."""
    size = plan.style.size
    floor = plan.top - 0.6 * size
    tall = plan.tall * plan.counts[at] / max(plan.counts)
    half = 0.34 * plan.pitch
    inside = [y for y, has in zip(middles, plan.members[at], strict=True) if has]
    art: list[Artist] = [
        fill_path(ax, _box(x - half, floor - tall, 2 * half, tall), "mark", f"bar-{at}"),
        write_text(
            x, floor - tall - 0.35 * size, format_count(plan.counts[at]), plan.style, ax, "center"
        ),
    ]
    if len(inside) > 1:
        art.append(draw_rule(ax, (x, inside[0]), (x, inside[-1]), width=1.4, colour="mark"))
    if inside:
        dots = Path.make_compound_path(*(Path.circle((x, y), 0.38 * size) for y in inside))
        art.append(fill_path(ax, dots, "mark", f"in-{at}"))
    return art


def _box(left: float, top: float, wide: float, tall: float) -> Path:
    corners = [(left, top), (left + wide, top), (left + wide, top + tall), (left, top + tall)]
    return Path([*corners, corners[0]], [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY])
