"""Bars of judgements: for each item the shares of the studies, or of their weight.

A part of a bar bears its sign, so that nothing hangs on a colour, and the number of studies
where it is wide enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reviewkit._core.check import list_some
from reviewkit._core.format import format_percent
from reviewkit.present.axes import COLOURS, Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle
from reviewkit.present.marks import draw_rule
from reviewkit.present.page import (
    RIM,
    add_groups,
    open_page,
    page_width,
    write_beside,
    write_lines,
)
from reviewkit.present.traffic_bars_plan import BAR, GAP, BarPart, BarPlan, plan_bars, read_bars
from reviewkit.present.traffic_marks import LEGEND, LOOKS, draw_legend, draw_look

__all__ = ["draw_traffic_bars"]

_LEAST_SHARE = 0.08  # of a bar, from which on the number is written
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_traffic_bars(
    frame: pd.DataFrame,
    *,
    looks: Mapping[str, str] | None = None,
    overall: str | None = None,
    label: str = "Studies",
    ax: Axes | None = None,
    width: float = 174.0,
    title: str = "Summary of judgements",
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw the judgements of each item as a bar that is divided by their shares.

    Parameters
    ----------
    frame : DataFrame
        One row an item and judgement: ``item, judgement`` (missing: no answer), ``n`` (studies),
        ``share`` (in [0, 1]; those of an item sum to 1).
    looks : mapping, optional
        The level of each word, as in :func:`~reviewkit.present.traffic.draw_traffic`.
    overall : str, optional
        The item that is the overall judgement: the last bar, bold and apart.
    label : str
        What the shares are of, for the axis.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    title, text : str
        What the picture is called, and the picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs below: weights, rule of the overall judgement.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If there is no row, shares do not sum to 1, a word has no level, or the page is too small.

    Examples
    --------
    >>> frame = pd.DataFrame({"item": ["Sample", "Sample"], "judgement": ["yes", "no"],
    ...     "n": [3, 1], "share": [0.75, 0.25]})
    >>> draw_traffic_bars(frame, width=84).get_label()
    'Shares of judgements of 1 item. Sample: yes 75.0 % (3), no 25.0 % (1).'
    """
    points = page_width(ax, width)
    plan = plan_bars(read_bars(frame, looks, overall), looks, overall, label, points, footer)
    page = open_page(ax, points, plan.height, "the bars")
    add_groups(page, lambda: _groups(plan, page))
    describe_axes(page, title=title, text=text or _tell(plan))
    return page


def _groups(plan: BarPlan, ax: Axes) -> Iterator[Group]:
    yield Group("bars-axis", _draw_axis(plan, ax))
    for at, item in enumerate(plan.items):
        told = ", ".join(_say(part) for part in plan.parts[at])
        yield Group(f"bars-row-{at}", _draw_bar(plan, at, ax), title=item, text=told)
    size, soft = plan.style.size, plan.style.change(colour="soft")
    yield Group("bars-legend", draw_legend(plan.legend, RIM, plan.foot, plan.style, ax))
    top = plan.foot + LEGEND * size * len(plan.legend) + (0.5 + CAP_HEIGHT) * size
    yield Group("bars-foot", write_lines(RIM, top, plan.footer, soft, ax))


def _draw_axis(plan: BarPlan, ax: Axes) -> list[Artist]:
    """Return faint lines at the ticks, the axis, its numbers and what they are."""
    size, y = plan.style.size, plan.axis
    art: list[Artist] = [draw_rule(ax, (plan.left, y), (plan.right, y), gid="axis")]
    for at, tick in enumerate(_TICKS):
        x = plan.left + tick * (plan.right - plan.left)
        art.append(draw_rule(ax, (x, RIM), (x, y), width=0.5, colour="grid"))
        art.append(draw_rule(ax, (x, y), (x, y + 2.5), gid=f"tick-{at}"))
        base = y + 4.2 + CAP_HEIGHT * size
        art.append(write_text(x, base, f"{100 * tick:.0f}", plan.style, ax, "center"))
    middle, base = (plan.left + plan.right) / 2, y + (2.2 + CAP_HEIGHT) * size
    return [*art, *write_lines(middle, base, plan.label, plan.style, ax, "center")]


def _draw_bar(plan: BarPlan, at: int, ax: Axes) -> list[Artist]:
    """Return a bar: its name at the left, its parts with signs and numbers."""
    size, middle = plan.style.size, plan.middles[at]
    is_overall = plan.overall and at == len(plan.items) - 1
    style = plan.style.change(bold=is_overall)
    art = write_beside(plan.left - GAP * size, middle, plan.labels[at], style, ax, "right")
    x = plan.left
    for place, part in enumerate(plan.parts[at]):
        wide = part.share * (plan.right - plan.left)
        art.append(_draw_part(part, (x, middle, wide), size, f"cell-{at}-{place}", ax))
        art += _draw_sign(part, (x, middle, wide), plan.style, f"mark-{at}-{place}", ax)
        x += wide
    return art


def _draw_part(
    part: BarPart, place: tuple[float, float, float], size: float, gid: str, ax: Axes
) -> Artist:
    x, middle, wide = place
    fill = LOOKS[part.look].fill or "paper"
    return Rectangle(
        (x, middle - BAR * size / 2), wide, BAR * size, facecolor=COLOURS[fill],
        edgecolor=COLOURS["ink"], linewidth=0.5, antialiased=True, gid=f"part-{gid}",
        transform=ax.transData,
    )  # fmt: skip


def _draw_sign(
    part: BarPart, place: tuple[float, float, float], style: TextStyle, gid: str, ax: Axes
) -> list[Artist]:
    """Return the sign and the number of studies in a part, as far as there is room."""
    x, middle, wide = place
    size, number = style.size, str(part.n)
    ink = style.change(colour="paper" if part.look in ("high", "critical") else "ink")
    base = middle + CAP_HEIGHT * size / 2
    for sign, gap, air in ((size, 0.3 * size, 2.0), (0.7 * size, 0.15 * size, 1.0)):
        both = sign + gap + style.measure(number)
        if part.share >= _LEAST_SHARE and both <= wide - air:
            start = x + (wide - both) / 2
            art = draw_look(ax, start + sign / 2, middle, sign, part.look, gid)
            return [*art, write_text(start + sign + gap, base, number, ink, ax)]
    if part.share >= _LEAST_SHARE and style.measure(number) <= wide - 2:
        return [write_text(x + wide / 2, base, number, ink, ax, "center")]
    small = min(size, wide - 1.2)
    if small >= 0.4 * size:
        return draw_look(ax, x + wide / 2, middle, small, part.look, gid)
    return []


def _say(part: BarPart) -> str:
    return f"{part.word or 'no answer'} {format_percent(part.share)} ({part.n})"


def _tell(plan: BarPlan) -> str:
    """Return the shares in words."""
    told = [
        f"{item}: {', '.join(map(_say, parts))}"
        for item, parts in zip(plan.items, plan.parts, strict=True)
    ]
    count = len(plan.items) - plan.overall
    items = f"{count} item{'s' * (count != 1)}"
    return f"Shares of judgements of {items}. {list_some(told, most=25)}."
