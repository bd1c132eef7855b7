"""The network figure of codes: what is drawn of it, and how it is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.format import format_count
from reviewkit.present.network import draw_network, fit_nodes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.coding.themes import Themes

__all__ = ["plot_codes"]

_MOST_CODES = 60  # on a wide page, else the legend fills pages
_MOST_NARROW = 40
_MOST_LINKS = 150

Links = list[tuple[int, int, int]]


def plot_codes(themes: Themes, *, ax: Axes | None, width: float) -> Axes:
    """Draw the codes of most studies, grouped by theme, and the links between them."""
    from reviewkit.present.axes import MM, use_points

    points = width if ax is None else use_points(ax)[0] / MM
    count = len(themes.theme_of)
    most = _MOST_CODES if points >= 120 else _MOST_NARROW
    kept = min(count, most, fit_nodes(points))
    links = themes.by_code.list_shared()
    inside = [link for link in links if link[0] < kept and link[1] < kept]
    least, drawn = _pick_strong(inside)
    footer = []
    if kept < count:
        footer.append(f"The {kept} codes of most studies, of {format_count(count)}.")
    if len(drawn) < len(inside):
        footer.append(
            f"Links of {least} or more studies: {len(drawn)} of {format_count(len(inside))}."
        )
    return draw_network(
        _list_nodes(themes, kept), pd.DataFrame(drawn, columns=["left", "right", "weight"]),
        ax=ax, width=width, title="Codes that share studies", text=_describe(themes, links),
        footer=[" ".join(footer)] if footer else (),
    )  # fmt: skip


def _pick_strong(links: Links) -> tuple[int, Links]:
    """Return the least weight with which links can be told apart, and the links that have it."""
    weights = sorted({weight for _, _, weight in links}) or [1]
    for least in weights:
        drawn = [link for link in links if link[2] >= least]
        if len(drawn) <= _MOST_LINKS:
            break
    return least, drawn


def _list_nodes(themes: Themes, kept: int) -> pd.DataFrame:
    """Return the codes by theme, themes of most studies first."""
    labels, theme_of = themes.by_code.labels[:kept], themes.theme_of[:kept]
    total = themes.n_studies
    counts = dict(zip(themes.by_theme.labels, themes.by_theme.n_studies.tolist(), strict=True))
    rank = {theme: at for at, theme in enumerate(themes.by_theme.labels)}
    grouped = themes.theme_of != themes.by_code.labels  # else each code is its own theme
    frame = pd.DataFrame(
        {
            "node": range(kept),
            "label": labels,
            "size": themes.by_code.n_studies[:kept],
            "group": [
                f"{theme}: {format_count(counts[theme])} of {format_count(total)} studies"
                if grouped
                else ""
                for theme in theme_of
            ],
            "rank": [rank[theme] for theme in theme_of],
        }
    )
    return frame.sort_values("rank", kind="stable") if grouped else frame


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
