"""Nodes and links of a network, read from frames and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.present.lettering import clean_text

__all__ = ["Link", "Node", "read_links", "read_nodes"]


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the frame of nodes."""

    name: object
    label: str
    size: float
    group: int  # from 0, in order of first appearance


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the frame of edges; ends are positions of nodes."""

    left: int
    right: int
    weight: float


def read_nodes(frame: pd.DataFrame) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Return nodes with groups side by side, and the labels of the groups."""
    _require(frame, ("node", "label", "size", "group"), "nodes")
    if frame.empty:
        raise InputError("A network must have 1 node or more. Got none.")
    twice = frame["node"][frame["node"].duplicated()]
    if len(twice):
        raise InputError(
            f"Each node must be there once. Got twice: {list_some([*map(repr, twice)])}."
        )
    sizes = pd.to_numeric(frame["size"], errors="coerce").to_numpy(dtype=float)
    bad = [
        repr(node) for node, size in zip(frame["node"], sizes, strict=True) if not 0 <= size < 1e12
    ]
    if bad:
        raise InputError(f"The size of a node must be 0 or more. It is not for {list_some(bad)}.")
    groups = ["" if pd.isna(group) else clean_text(str(group)) for group in frame["group"]]
    known = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    rows = zip(frame["node"], frame["label"], sizes.tolist(), groups, strict=True)
    nodes = [
        Node(name, clean_text(str(label)).strip() or "–", size, known[group])
        for name, label, size, group in rows
    ]
    return tuple(sorted(nodes, key=lambda node: node.group)), tuple(known)


def read_links(frame: pd.DataFrame, nodes: Sequence[Node]) -> tuple[Link, ...]:
    """Return links between positions of nodes, the weakest first."""
    _require(frame, ("left", "right", "weight"), "edges")
    place = {node.name: at for at, node in enumerate(nodes)}
    links: dict[tuple[int, int], float] = {}
    for left, right, weight in zip(frame["left"], frame["right"], frame["weight"], strict=True):
        known = left in place and right in place and left != right
        pair = tuple(sorted((place[left], place[right]))) if known else ()
        if not known or pair in links or not 0 < weight < float("inf"):
            raise InputError(
                f"Each edge must join two nodes, once, with a weight above 0. "
                f"Got {left!r} – {right!r} with {weight!r}."
            )
        links[pair[0], pair[1]] = float(weight)
    found = [Link(left, right, weight) for (left, right), weight in links.items()]
    return tuple(sorted(found, key=lambda link: (link.weight, link.left, link.right)))


def _require(frame: pd.DataFrame, names: Sequence[str], what: str) -> None:
    missing = [name for name in names if name not in frame]
    if missing:
        raise InputError(
            f"`{what}` must have the columns {', '.join(names)}. Missing: {', '.join(missing)}."
        )
