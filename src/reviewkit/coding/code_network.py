"""The network figure of codes: what is drawn of it, and how it is told in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import bidirectional

import pandas as pd

from reviewkit._core.format import format_count
from reviewkit.present.network import draw_network, fit_nodes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.coding.incidence import Incidence
    from reviewkit.coding.themes import Themes

__all__ = ["draw_codes", "plot_codes"]

_MOST_CODES = 60  # on a wide page, else the legend fills pages
_MOST_NARROW = 40
_MOST_LINKS = 150

Links = list[tuple[int, int, int]]


def plot_codes(themes: Themes, *, ax: Axes | None, width: float) -> Axes:
    """Draw the codes of most studies, grouped by theme, and the links between them."""
    counts = dict(zip(themes.by_theme.labels, themes.by_theme.n_studies.tolist(), strict=True))
    rank = {theme: at for at, theme in enumerate(themes.by_theme.labels)}
    grouped = themes.theme_of != themes.by_code.labels  # else each code is its own theme
    groups = [
        _head(theme, counts[theme], themes.n_studies) if grouped else ""
        for theme in themes.theme_of
    ]
    ranks = [rank[theme] if grouped else 0 for theme in themes.theme_of]
    text = _describe(themes, themes.by_code.list_shared())
    return draw_codes(
        themes.by_code, groups, ranks, ax=ax, width=width, title="Codes that share studies",
        text=text,
    )  # fmt: skip


def _head(theme: str, n: int, total: int) -> str:
    """Return a theme with its count and denominator.

    After letters that run from right to left a bare number joins them, away from its words.
    """
    said = f"{format_count(n)} of {format_count(total)} studies"
    leftward = any(bidirectional(letter) in ("R", "AL") for letter in theme)
    return f"{theme} (n = {said})" if leftward else f"{theme}: {said}"


def draw_codes(
    found: Incidence, groups: Sequence[str], ranks: Sequence[int], *, ax: Axes | None,
    width: float, title: str, text: str,
) -> Axes:  # fmt: skip
    """Draw the labels of most studies on a ring, by groups in the order of their ranks."""
    from reviewkit.present.axes import MM, use_points

    points = width if ax is None else use_points(ax)[0] / MM
    count = len(found.labels)
    most = _MOST_CODES if points >= 120 else _MOST_NARROW
    kept = min(count, most, fit_nodes(points))
    links = found.list_shared()
    inside = [link for link in links if link[0] < kept and link[1] < kept]
    least, drawn = _pick_strong(inside)
    footer = []
    if kept < count:
        footer.append(f"The {kept} codes of most studies, of {format_count(count)}.")
    if len(drawn) < len(inside):
        footer.append(
            f"Links of {least} or more studies: {len(drawn)} of {format_count(len(inside))}."
        )
    nodes = pd.DataFrame(
        {
            "node": range(kept),
            "label": found.labels[:kept],
            "size": found.n_studies[:kept],
            "group": [*groups[:kept]],
            "rank": [*ranks[:kept]],
        }
    ).sort_values("rank", kind="stable")
    return draw_network(
        nodes, pd.DataFrame(drawn, columns=["left", "right", "weight"]), ax=ax, width=width,
        title=title, text=text, footer=[" ".join(footer)] if footer else (),
    )  # fmt: skip


def _pick_strong(links: Links) -> tuple[int, Links]:
    """Return the least weight with which links can be told apart, and the links that have it."""
    weights = sorted({weight for _, _, weight in links}) or [1]
    for least in weights:
        drawn = [link for link in links if link[2] >= least]
        if len(drawn) <= _MOST_LINKS:
            break
    return least, drawn


def _describe(themes: Themes, links: Links) -> str:
    """Return the network in words: codes, themes, links, and the strongest link."""
    codes, groups = len(themes.theme_of), len(themes.by_theme.labels)
    told = (
        f"Network of {format_count(codes)} {'code' if codes == 1 else 'codes'} in "
        f"{format_count(groups)} {'theme' if groups == 1 else 'themes'}, from "
        f"{themes.denominator}. "
    )
    if not links:
        return told + "No two codes share a study."
    labels = themes.by_code.labels
    left, right, weight = max(links, key=lambda link: link[2])  # the first of several
    pairs = (
        "1 pair of codes shares" if len(links) == 1 else f"{format_count(len(links))} pairs share"
    )
    ties = sum(link[2] == weight for link in links) - 1
    studies = f"{format_count(weight)} {'study' if weight == 1 else 'studies'}"
    also = f", as {format_count(ties)} other pairs do" if ties > 1 else ", as 1 other pair does"
    return (
        f"{told}{pairs} studies; the strongest link: “{labels[left]}” and “{labels[right]}” "
        f"share {studies}{also if ties else ''}."
    )
