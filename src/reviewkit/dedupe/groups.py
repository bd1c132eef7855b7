"""From pairs to clusters: no cluster holds two records that contradict each other.

Likeness is not transitive: a paper without a part number is like part I and like part II.
Where sure pairs would bring together records that a rule or a person holds apart, the
better pairs are kept and the doubtful ones go to the unsure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.dedupe.pairs import Pairs
from reviewkit.dedupe.rules import Decision

__all__ = ["Grouped", "group_records", "list_components", "list_members", "list_uncompared"]

IntArray = NDArray[np.int64]
Link = tuple[int, int]

_WHOLE = 100  # records of a cluster that are all compared with each other
_TIE = 0.02  # scores closer than that do not tell which of two merges is right


class Grouped(NamedTuple):
    """Clusters of records."""

    labels: IntArray  # position of the first record of its cluster, for each record
    refused: (
        IntArray  # rows of pairs that were sure, and would bring contradicting records together
    )


def list_components(links: Iterable[Link]) -> list[list[int]]:
    """Return the sets of records that links hold together, in the order of the input.

    >>> list_components([(4, 2), (0, 1), (2, 3)])
    [[0, 1], [2, 3, 4]]
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(links)
    return sorted(sorted(part) for part in nx.connected_components(graph))


def list_members(labels: IntArray) -> dict[int, list[int]]:
    """Return the records of each cluster of two or more, by its label.

    >>> list_members(np.array([0, 0, 2, 0]))
    {0: [0, 1, 3]}
    """
    found: dict[int, list[int]] = {}
    sizes = np.bincount(labels, minlength=1)
    for at in np.flatnonzero(sizes[labels] > 1).tolist():
        found.setdefault(int(labels[at]), []).append(at)
    return found


def list_uncompared(pairs: Pairs) -> IntArray:
    """Return pairs of records that sure pairs bring together and nobody compared, shape (m, 2)."""
    sure = pairs.decision == Decision.SURE
    links = zip(pairs.left[sure].tolist(), pairs.right[sure].tolist(), strict=True)
    known = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    missing = [
        pair
        for members in list_components(links)
        if 2 < len(members) <= _WHOLE
        for pair in combinations(members, 2)
        if pair not in known
    ]
    return np.array(missing, dtype=np.int64).reshape(-1, 2)


def group_records(
    n: int, pairs: Pairs, *, together: Sequence[Link] = (), apart: Sequence[Link] = ()
) -> Grouped:
    """Return the clusters that sure pairs make, and those that a person made.

    Parameters
    ----------
    n : int
        Number of records.
    together, apart : sequence of (int, int)
        What a person decided, left before right and free of contradictions.  It goes before
        all rules: a rule no longer holds apart what a person put together.
    """
    bars = _list_bars(pairs)
    if together:
        before = group_records(n, pairs, apart=apart).labels
        joined = {_ordered(before[a], before[b]) for a, b in together}
        bars = {bar for bar in bars if _ordered(before[bar[0]], before[bar[1]]) not in joined}
    bars |= set(apart)
    sure = np.flatnonzero(pairs.decision == Decision.SURE)
    links = list(zip(pairs.left[sure].tolist(), pairs.right[sure].tolist(), strict=True))
    components = list_components([*links, *together])
    labels = np.arange(n, dtype=np.int64)
    for members in components:
        labels[members] = members[0]
    refused: list[int] = []
    troubled = {int(labels[a]) for a, b in bars if labels[a] == labels[b]}
    if troubled:
        rows, forced = defaultdict(list), defaultdict(list)
        for row, (a, _) in zip(sure.tolist(), links, strict=True):
            rows[int(labels[a])].append(row)
        for link in together:
            forced[int(labels[link[0]])].append(link)
        for members in [members for members in components if members[0] in troubled]:
            at = members[0]
            groups, left_out = _join_carefully(members, rows[at], forced[at], bars, pairs)
            refused += left_out
            for group in groups:
                labels[sorted(group)] = min(group)
    inside = [row for row in refused if labels[pairs.left[row]] != labels[pairs.right[row]]]
    return Grouped(labels, np.array(sorted(inside), dtype=np.int64))


def _ordered(one: int, two: int) -> Link:
    return (int(one), int(two)) if one < two else (int(two), int(one))


def _list_bars(pairs: Pairs) -> set[Link]:
    at = pairs.barred
    return set(zip(pairs.left[at].tolist(), pairs.right[at].tolist(), strict=True))


def _join_carefully(
    members: list[int], rows: list[int], forced: list[Link], bars: set[Link], pairs: Pairs
) -> tuple[list[set[int]], list[int]]:
    """Join records from the best pair to the worst, unless that brings contradictions together.

    Returns the groups, and the rows of the pairs that were refused.
    """
    barred: dict[int, set[int]] = defaultdict(set)
    inside = set(members)
    for one, two in bars:
        if one in inside and two in inside:
            barred[one].add(two)
            barred[two].add(one)
    group = {member: {member} for member in members}
    for one, two in forced:
        _merge(group, one, two)
    refused = []
    tied = _find_ties(rows, barred, pairs)
    for row in sorted(rows, key=lambda row: (-pairs.score[row], row)):
        one, two = int(pairs.left[row]), int(pairs.right[row])
        if group[one] is group[two]:
            continue
        if row in tied or any(not barred[member].isdisjoint(group[two]) for member in group[one]):
            refused.append(row)
        else:
            _merge(group, one, two)
    return list({id(part): part for part in group.values()}.values()), refused


def _merge(group: dict[int, set[int]], one: int, two: int) -> None:
    large, small = sorted((group[one], group[two]), key=len, reverse=True)
    if large is not small:
        large |= small
        for member in small:
            group[member] = large


def _find_ties(rows: list[int], barred: dict[int, set[int]], pairs: Pairs) -> set[int]:
    """Return pairs of a record that fits two others equally well, while these contradict each other."""
    near: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows:
        one, two = int(pairs.left[row]), int(pairs.right[row])
        near[one][two] = near[two][one] = row
    tied = set()
    for others in near.values():
        for one, row in others.items():
            for two in barred[one] & others.keys():
                if abs(pairs.score[row] - pairs.score[others[two]]) < _TIE:
                    tied |= {row, others[two]}
    return tied
