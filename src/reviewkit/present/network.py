"""A network of things that share something: nodes on a ring, links, and a legend.

Everything is measured first (:mod:`~reviewkit.present.network_plan`); where the
nodes stand is told by a formula (:mod:`~reviewkit.present.network_ring`) and not
by a search, so that no layout hides a node behind a link or depends on chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT
from reviewkit.present.network_marks import draw_band_of, draw_link, draw_shape
from reviewkit.present.network_plan import (
    Entry,
    Plan,
    fit_nodes,
    plan_network,
    scale_rows,
    write_count,
)
from reviewkit.present.network_ring import bend_link
from reviewkit.present.page import LEADING, RIM, add_groups, open_page, page_width, write_lines

__all__ = ["draw_network", "fit_nodes"]

_THICK = 4.5  # points: the strongest link, unless all are weak
_STEP = 1.1  # points for a weight of 1, at most
_THIN = 0.3


def draw_network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    title: str = "Network",
    text: str = "",
    unit: tuple[str, str] = ("study", "studies"),
    footer: Sequence[str] = (),
) -> Axes:
    """Draw nodes on a ring, group by group, with the links between them.

    Parameters
    ----------
    nodes : DataFrame
        One row a node: ``node`` (unique), ``label`` (any length; it stands in the legend),
        ``size`` (0 or more; the area is in proportion to it), ``group`` (text; empty in all
        rows for no groups).  Nodes stand in the order of the frame, group by group.
    edges : DataFrame
        One row a link: ``left, right`` (nodes), ``weight`` (above 0; the width is in
        proportion to it).
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm, 60 or more; its height follows from the labels.
    title : str
        What the picture is called.
    text : str, optional
        The picture in words; by default its numbers.
    unit : tuple of str
        What sizes and weights count, for one and for many.
    footer : sequence of str
        Paragraphs below.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for those who cannot see
        the picture.

    Raises
    ------
    InputError
        If there are no nodes, or more than :func:`fit_nodes` allows; if a node is there twice,
        a size or weight breaks its range, or an edge joins what is no node; if the axes are
        too low.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node": [1, 2], "label": ["Stress", "Trust"], "size": [3, 2],
    ...     "group": ["Mind", "Work"]})
    >>> edges = pd.DataFrame({"left": [1], "right": [2], "weight": [2]})
    >>> draw_network(nodes, edges, width=84).get_label()
    'Network of 2 nodes in 2 groups and 1 link. The strongest: Stress – Trust, 2 studies.'
    """
    points = page_width(ax, width)
    plan = plan_network(nodes, edges, points, footer)
    page = open_page(ax, points, plan.height, "the legend")
    add_groups(page, lambda: _groups(plan, unit, page))
    describe_axes(page, title=title, text=text or _describe(plan, unit))
    return page


def _describe(plan: Plan, unit: tuple[str, str]) -> str:
    """Return the network in words."""
    parts = [f"{len(plan.nodes)} {'node' if len(plan.nodes) == 1 else 'nodes'}"]
    if len(plan.groups) > 1:
        parts[0] += f" in {len(plan.groups)} groups"
    parts.append(f"{len(plan.links)} {'link' if len(plan.links) == 1 else 'links'}")
    told = f"Network of {' and '.join(parts)}."
    if plan.links:
        link = max(plan.links, key=lambda one: one.weight)
        ends = " – ".join(plan.nodes[at].label for at in (link.left, link.right))
        told += f" The strongest: {ends}, {write_count(link.weight, unit)}."
    return told


def _groups(plan: Plan, unit: tuple[str, str], ax: Axes) -> Iterator[Group]:
    """Yield all that is drawn, links first, so that no node is covered."""
    x, y = plan.middle
    ring = plan.ring
    for at, link in enumerate(plan.links):
        ends = [(x + dx, y + dy) for dx, dy in bend_link(ring, link.left, link.right)]
        art = draw_link(ax, ends, _thickness(plan, link.weight), f"link-{at}")
        title = f"{link.left + 1} – {link.right + 1}: {write_count(link.weight, unit)}"
        yield Group(f"network-link-{at}", [art], title=title)
    for at, span in enumerate(ring.spans):
        art = draw_band_of(ax, plan.middle, ring.outer, span, at, f"band-{at}")
        yield Group(f"network-group-{at}", [art], title=plan.groups[at])
    for at, node in enumerate(plan.nodes):
        dx, dy = ring.place(ring.angles[at], ring.radius)
        art = draw_shape(
            ax,
            (x + dx, y + dy),
            ring.radii[at],
            node.group,
            hollow=not node.size,
            gid=f"shape-{at}",
        )
        dx, dy = ring.place(ring.angles[at], ring.keys)
        style = plan.style.change(bold=True)
        down = CAP_HEIGHT * style.size / 2
        key = write_text(x + dx, y + dy + down, str(at + 1), style, ax, "center")
        told = write_count(node.size, unit)
        yield Group(f"network-node-{at + 1}", [art, key], title=node.label, text=told)
    yield Group("network-scale", _draw_scale(plan, unit, ax))
    for entry in plan.entries:
        yield _draw_entry(entry, plan, ax)
    size, soft = plan.style.size, plan.style.change(colour="soft")
    base = plan.bottom + 0.8 * size + (LEADING + CAP_HEIGHT) / 2 * size
    yield Group("network-footer", write_lines(RIM, base, plan.footer, soft, ax))


def _thickness(plan: Plan, weight: float) -> float:
    most = max(link.weight for link in plan.links)
    return max(weight * min(_STEP, _THICK / most), _THIN)


def _draw_entry(entry: Entry, plan: Plan, ax: Axes) -> Group:
    """Return a line of the legend: a number and a label, or the sign and name of a group."""
    size, is_head = plan.style.size, entry.node is None
    style = plan.style.change(bold=is_head)
    first = entry.y + (LEADING + CAP_HEIGHT) / 2 * size
    art: list[Artist] = []
    if entry.node is None:
        middle = (entry.x + 0.55 * size, first - CAP_HEIGHT / 2 * size)
        art.append(draw_shape(ax, middle, 0.38 * size, entry.group, hollow=False))
        gid, title = f"network-head-{entry.group}", plan.groups[entry.group]
    else:
        number = str(entry.node + 1)
        right = entry.x + plan.indent - 0.6 * size
        art.append(write_text(right, first, number, style.change(bold=True), ax, "right"))
        gid, title = f"network-label-{number}", plan.nodes[entry.node].label
    art += write_lines(entry.x + plan.indent, first, entry.lines, style, ax)
    return Group(gid, art, title=title)


def _draw_scale(plan: Plan, unit: tuple[str, str], ax: Axes) -> list[Artist]:
    """Return what areas and widths mean, in two lines below the ring."""
    size, ring = plan.style.size, plan.ring
    sizes = sorted({node.size for node in plan.nodes})
    weights = sorted({link.weight for link in plan.links})
    shown = [*sizes[:1] * (not sizes[0]), *_ends([one for one in sizes if one])]
    areas = [(one, ring.radius_of(one, sizes[-1]), write_count(one, unit)) for one in shown]
    widths = [(one, size, f"{write_count(one, unit)} shared") for one in _ends(weights)]
    style, art = plan.style.change(colour="soft"), list[Artist]()
    bottom = plan.middle[1] + ring.outer
    for down, row in zip(scale_rows(ring, size), (areas, widths), strict=False):
        y, gap = bottom + down, 1.2 * size
        wide = sum(2 * reach + 0.5 * size + style.measure(told) + gap for _, reach, told in row)
        x = plan.middle[0] - (wide - gap) / 2
        for value, reach, told in row:
            if row is areas:
                mark = draw_shape(
                    ax, (x + reach, y), reach, None, hollow=not value, gid=f"shape-scale-{value:g}"
                )
            else:
                ends = [(x, y), (x + 2 * reach, y)]
                mark = draw_link(ax, ends, _thickness(plan, value))
            x += 2 * reach + 0.5 * size
            art += [mark, write_text(x, y + CAP_HEIGHT * size / 2, told, style, ax)]
            x += style.measure(told) + gap
    return art


def _ends(values: Sequence[float]) -> list[float]:
    """Return the smallest and the largest, once if they are the same."""
    return [*dict.fromkeys((values[0], values[-1]))] if values else []
