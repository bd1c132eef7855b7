"""Codes that share studies, in communities that the network itself suggests.

Communities maximise modularity (Louvain); the seed decides between equals, so that the
same coding and seed give the same communities and the same places.

References
----------
Blondel, V. D. et al. (2008). Fast unfolding of communities in large networks. *Journal of
Statistical Mechanics*, P10008. doi:10.1088/1742-5468/2008/10/P10008
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number
from reviewkit.coding.code_network import draw_codes
from reviewkit.coding.incidence import Incidence
from reviewkit.coding.labels import count_of
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

__all__ = ["CodeCommunities", "find_communities"]

_ALONE = "No shared study"
_MOST_PLACED = 1000  # nodes; beyond, a layout is no picture
_STEPS = 60


@dataclass(frozen=True, slots=True)
class CodeCommunities(PicturedResult):
    """Codes (or themes) with the community that each belongs to."""

    title: ClassVar[str] = "Communities of codes that share studies"

    incidence: Incidence
    by: str
    theme_of: tuple[str, ...]
    community: tuple[int, ...]  # from 1, the largest first; 0 shares no study with another
    places: tuple[tuple[float, float], ...]
    modularity: float
    denominator: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a code: ``code, theme, community, n_studies, x, y``.

        Community 0 shares no study with another code; `x` and `y` are a layout by forces, in
        [-1, 1], for drawing the network elsewhere.
        """
        x, y = zip(*self.places, strict=True)
        return pd.DataFrame(
            {
                self.by: [*self.incidence.labels],
                "theme": [*self.theme_of],
                "community": [*self.community],
                "n_studies": self.incidence.n_studies,
                "x": [*x],
                "y": [*y],
            }
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the codes on a ring, grouped by community, with their links.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            Its label is a sentence for those who cannot see the picture.
        """
        groups = [_ALONE if not at else f"Community {at}" for at in self.community]
        last = max(self.community, default=0) + 1
        return draw_codes(
            self.incidence, groups, [at or last for at in self.community], ax=ax, width=width,
            title=self.title, text=self._headline(),
        )  # fmt: skip

    def _headline(self) -> str:
        count, alone = max(self.community, default=0), self.community.count(0)
        what = "community" if count == 1 else "communities"
        told = (
            f"{format_count(count)} {what} of {count_of(len(self.community) - alone, self.by)} "
            f"that share studies, from {self.denominator}; modularity "
            f"{format_number(self.modularity, 2)}."
        )
        return told + (f" Without a shared study: {format_count(alone)}." if alone else "")


def find_communities(
    found: Incidence, by: str, theme_of: tuple[str, ...], denominator: str, *, resolution: float,
    seed: int,
) -> CodeCommunities:  # fmt: skip
    """Return the communities of a network in which weights are numbers of shared studies."""
    import networkx as nx

    if not resolution > 0:
        raise InputError(f"`resolution` must be above 0. Got {resolution!r}. 1 is usual.")
    links = found.list_shared()
    graph: nx.Graph[int] = nx.Graph()  # of numbers: their order is the same in each run
    graph.add_nodes_from(sorted({end for link in links for end in link[:2]}))
    graph.add_weighted_edges_from(links)
    community, modularity = [0] * len(found.labels), float("nan")
    if links:
        parts = nx.community.louvain_communities(
            graph, weight="weight", resolution=resolution, seed=seed
        )
        parts.sort(key=lambda part: (-len(part), min(part)))
        for number, part in enumerate(parts, start=1):
            for node in part:
                community[node] = number
        modularity = _find_modularity(links, community, resolution)
    places = _place(found, seed)
    return CodeCommunities(found, by, theme_of, tuple(community), places, modularity, denominator)


def _find_modularity(
    links: list[tuple[int, int, int]], community: list[int], resolution: float
) -> float:
    """Return the share of links within communities, minus what chance would put there."""
    left, right, weight = np.array(links, dtype=float).T
    group = np.array(community)
    ends = group[left.astype(int)], group[right.astype(int)]
    total = weight.sum()
    within = weight[ends[0] == ends[1]].sum() / total
    degrees = sum(np.bincount(end, weights=weight, minlength=group.max() + 1) for end in ends)
    return float(within - resolution * ((degrees / (2 * total)) ** 2).sum())


def _place(found: Incidence, seed: int) -> tuple[tuple[float, float], ...]:
    """Return a layout by forces: links pull, all nodes push (Fruchterman and Reingold 1991)."""
    count = len(found.labels)
    if count > _MOST_PLACED:
        return ((float("nan"), float("nan")),) * count
    weights = found.count_shared().toarray().astype(float)
    np.fill_diagonal(weights, 0.0)
    weights /= max(weights.max(), 1.0)
    places = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    ideal = 2.0 / np.sqrt(count)
    for step in np.linspace(0.2, 0.0, _STEPS, endpoint=False):
        apart = places[:, None, :] - places[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-3)
        force = ideal**2 / distance**2 - weights * distance / ideal
        moved = (apart * force[:, :, None]).sum(axis=1) - 0.1 * places  # nothing drifts away
        length = np.maximum(np.sqrt((moved**2).sum(axis=1, keepdims=True)), 1e-9)
        places = places + moved / length * np.minimum(length, step)
    places = places - places.mean(axis=0)
    places = np.round(places / max(float(np.abs(places).max()), 1e-9), 6) + 0.0
    return tuple((float(x), float(y)) for x, y in places)
