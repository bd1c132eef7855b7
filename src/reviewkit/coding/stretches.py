"""Stretches of text that several coders marked: who marked what, counted in characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Mark", "count_masks", "join_spans", "list_masks", "share_of"]


class Mark(NamedTuple):
    """A span, and the coder who marked it, as a bit."""

    start: int
    end: int
    coder: int


def list_masks(marks: Iterable[Mark]) -> list[tuple[int, int, int]]:
    """Return start, end and the coders (bits) of each elementary stretch that anyone marked.

    >>> list_masks([Mark(0, 10, 1), Mark(4, 12, 2)])
    [(0, 4, 1), (4, 10, 3), (10, 12, 2)]
    """
    events: dict[int, list[tuple[int, int]]] = {}
    for start, end, coder in marks:
        if end > start:
            events.setdefault(start, []).append((coder, 1))
            events.setdefault(end, []).append((coder, -1))
    depth: dict[int, int] = {}
    found: list[tuple[int, int, int]] = []
    for here, there in pairwise(sorted(events)):
        for coder, step in events[here]:
            depth[coder] = depth.get(coder, 0) + step
        mask = sum(coder for coder, open_ in depth.items() if open_)
        if mask and found and found[-1][1:] == (here, mask):
            found[-1] = (found[-1][0], there, mask)
        elif mask:
            found.append((here, there, mask))
    return found


def count_masks(marks: Iterable[Mark]) -> dict[int, int]:
    """Return how many characters each set of coders marked together.

    >>> count_masks([Mark(0, 10, 1), Mark(4, 12, 2)])
    {1: 4, 3: 6, 2: 2}
    """
    counts: dict[int, int] = {}
    for start, end, mask in list_masks(marks):
        counts[mask] = counts.get(mask, 0) + end - start
    return counts


def share_of(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return what two spans share, of what either covers (Jaccard).

    >>> share_of((0, 10), (5, 10))
    0.5
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    covered = max(one[1], other[1]) - min(one[0], other[0])
    if one == other:
        return 1.0
    return shared / covered if shared > 0 else 0.0


def join_spans(marks: Sequence[Mark], overlap: float) -> list[int]:
    """Return a number for each mark, the same for those that are one segment.

    Marks with the same boundaries are one, and marks of different coders that share at least
    `overlap`, and what hangs together by such pairs.
    """
    parent = list(range(len(marks)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    order = sorted(range(len(marks)), key=lambda at: marks[at])
    open_: list[int] = []
    for at in order:
        one = marks[at]
        open_ = [
            other for other in open_ if marks[other].end > one.start or marks[other][:2] == one[:2]
        ]
        for other in open_:
            two = marks[other]
            share = share_of(one[:2], two[:2])
            if share == 1 or (one.coder != two.coder and share >= overlap):
                parent[root(at)] = root(other)
        open_.append(at)
    return [root(at) for at in range(len(marks))]
