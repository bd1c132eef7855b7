"""Why a line finds a record or misses it, and what a NOT takes away, in terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from reviewkit._core.check import list_some
from reviewkit.sources.query_matching import Mask, Matcher
from reviewkit.sources.query_tree import (
    Group,
    Near,
    Node,
    Without,
    iterate_nodes,
    show_node,
)  # fmt: skip

__all__ = ["Lost", "find_lost", "name_found", "name_lacking"]

_MOST = 12  # terms named of one list


class Lost(NamedTuple):
    """A record that a line would find without one of its NOTs."""

    record: int
    sure: bool  # False where a field that is not known decides
    kept_by: str
    lost_by: str


def name_found(matcher: Matcher, node: Node, at: int) -> str:
    """Name the terms of a tree, those after NOT left out, that a record holds."""
    found = [show_node(term) for term in _wanted(node) if matcher.match(term).sure[at]]
    return list_some(list(dict.fromkeys(found)), most=_MOST)


def _wanted(node: Node) -> Iterable[Node]:
    """Return terms, proximity searches and lines that a tree asks for, from left to right."""
    if isinstance(node, Without):
        return _wanted(node.keep)
    if isinstance(node, Group):
        return [part for inner in node.parts for part in _wanted(inner)]
    return [node]


def name_lacking(matcher: Matcher, node: Node, at: int) -> str:
    """Say what would have to be in a record for a tree to find it."""
    if matcher.match(node).sure[at]:
        return ""
    if isinstance(node, Group) and node.operator == "AND":
        parts = [name_lacking(matcher, part, at) for part in node.parts]
        return "; ".join(part for part in parts if part)
    if isinstance(node, Group):
        listed = list_some(
            [show_node(part, outer=False) for part in node.parts], most=_MOST, sep=", "
        )
        return f"none of {listed}"
    if isinstance(node, Without):
        if not matcher.match(node.keep).sure[at]:
            return name_lacking(matcher, node.keep, at)
        return (
            f"dropped by NOT: {name_found(matcher, node.drop, at) or 'a field that is not known'}"
        )
    unknown = " (not known)" if matcher.match(node).possible[at] else ""
    return f"no {show_node(node, outer=not isinstance(node, Near))}{unknown}"


def find_lost(matcher: Matcher, node: Node) -> list[Lost]:
    """Return the records that each NOT of a line takes from what the line finds."""
    present = matcher.match(node)
    lost: list[Lost] = []
    for inner in iterate_nodes(node):
        if not isinstance(inner, Without):
            continue
        full = matcher.match(_without(node, inner))
        gone = full.sure & ~present.sure
        if not gone.any():
            continue
        kept = _name_all(matcher, list(_wanted(inner.keep)), gone)
        by = _name_all(matcher, list(_wanted(inner.drop)), gone)
        lost += [
            Lost(at, not present.possible[at], kept[at], by[at] or "a field that is not known")
            for at in np.flatnonzero(gone).tolist()
        ]
    return lost


def _without(node: Node, gone: Without) -> Node:
    """Return a tree without one NOT; a tree may hold equal ones, so it is known by identity."""
    if node is gone:
        return gone.keep
    if isinstance(node, Group):
        return replace(node, parts=tuple(_without(part, gone) for part in node.parts))
    if isinstance(node, Without):
        return Without(_without(node.keep, gone), _without(node.drop, gone))
    return node


def _name_all(matcher: Matcher, parts: list[Node], rows: Mask) -> dict[int, str]:
    """Name the parts that each of some records holds."""
    named: dict[int, list[str]] = {int(at): [] for at in np.flatnonzero(rows)}
    for part in dict.fromkeys(parts):
        text = show_node(part)
        for at in np.flatnonzero(matcher.match(part).sure & rows):
            named[int(at)].append(text)
    return {at: list_some(texts, most=_MOST) for at, texts in named.items()}
