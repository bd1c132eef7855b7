"""The parts that a search string is made of, whatever platform it was written for.

A string is a tree: :class:`Term` at its leaves, above them :class:`Group` (AND, OR),
:class:`Without` (NOT), :class:`Near` (proximity) and :class:`LineRef` (``#1``).  Wildcards of
all platforms have one spelling in a term: ``*`` any letters, ``*{4}`` four at most, ``?`` one
letter, ``$`` one or none.  Distances count the words between, whatever a platform counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

__all__ = [
    "MAX_DEPTH",
    "MAX_TERMS",
    "TEXT_FIELDS",
    "WILDCARD",
    "Group",
    "LineRef",
    "Near",
    "Node",
    "Term",
    "Without",
    "change_terms",
    "iterate_nodes",
    "iterate_terms",
    "join_nodes",
    "show_node",
]

MAX_DEPTH = 100  # levels of a tree; strings of published reviews have fewer than ten
MAX_TERMS = 10_000  # of one line; no platform takes more than 16,000

#: Fields of text that a bibliographic record has; a term without a field is sought in them.
TEXT_FIELDS = ("title", "abstract", "keywords")

WILDCARD = re.compile(r"\*\{\d+\}|[*?$]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several words that must stand beside each other."""

    text: str  # without quotation marks, wildcards in the one spelling
    fields: tuple[str, ...] = ()  # as ("title", "abstract"); none where none is named
    quoted: bool = False
    exact: bool = False  # no wildcards, no variants: {…} of Scopus
    explode: bool = False  # a heading with all narrower ones
    tag: str = ""  # of the platform, where it says more than `fields`


@dataclass(frozen=True, slots=True)
class LineRef:
    """The records of an earlier line."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Two parts or more under AND or OR."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What NOT keeps, and what it drops."""

    keep: Node
    drop: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Parts with `distance` words or fewer between one and the next."""

    parts: tuple[Node, ...]
    distance: int
    ordered: bool = False
    window: bool = False  # `distance` counts all words between the first part and the last


Node: TypeAlias = Term | LineRef | Group | Without | Near


def join_nodes(operator: str, *parts: Node) -> Node:
    """Join parts by AND or OR; parts under the same operator become one level.

    >>> inner = join_nodes("OR", Term("a"), Term("b"))
    >>> show_node(join_nodes("OR", inner, Term("c")))
    'a OR b OR c'
    """
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, Group) and part.operator == operator:
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Group(operator, tuple(flat))


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, from left to right."""
    if isinstance(node, (Group, Near)):
        return node.parts
    return (node.keep, node.drop) if isinstance(node, Without) else ()


def iterate_nodes(node: Node) -> Iterator[Node]:
    """Go through a tree from left to right, each node before its parts."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def iterate_terms(node: Node) -> Iterator[Term]:
    """Go through the terms of a tree from left to right."""
    return (part for part in iterate_nodes(node) if isinstance(part, Term))


def change_terms(node: Node, change: Callable[[Term], Node]) -> Node:
    """Return a tree in which each term has been changed."""
    if isinstance(node, Term):
        return change(node)
    if isinstance(node, Group):
        return join_nodes(node.operator, *(change_terms(part, change) for part in node.parts))
    if isinstance(node, Without):
        return Without(change_terms(node.keep, change), change_terms(node.drop, change))
    if isinstance(node, Near):
        return replace(node, parts=tuple(change_terms(part, change) for part in node.parts))
    return node


def show_node(node: Node, *, outer: bool = True) -> str:
    """Write a tree for reading: all parentheses, no platform's spelling.

    >>> show_node(Without(Group("AND", (Term("a"), Term("b c"))), LineRef("1")))
    '(a AND "b c") NOT line 1'
    """
    if isinstance(node, Term):
        return f'"{node.text}"' if " " in node.text or node.quoted else node.text
    if isinstance(node, LineRef):
        return f"line {node.name}"
    if isinstance(node, Without):
        link = " NOT "
    elif isinstance(node, Near):
        link = f" {'BEFORE' if node.ordered else 'NEAR'}/{node.distance} "
    else:
        link = f" {node.operator} "
    text = link.join(show_node(part, outer=False) for part in children(node))
    return text if outer else f"({text})"
