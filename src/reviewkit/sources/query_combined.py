"""What one token of a search string stands for several nodes: sets of lines, limits, windows."""

from __future__ import annotations

import re

from reviewkit.sources.query_tree import LineRef, Near, Node, Term, join_nodes
from reviewkit.sources.query_values import read_years

__all__ = ["make_window", "read_limit", "read_sets"]


def read_sets(operator: str, listed: str) -> Node:
    """Return ``or/1-3,5`` as lines under one operator."""
    names: list[Node] = []
    for part in listed.split(","):
        first, _, last = part.strip().partition("-")
        end = min(int(last or first), int(first) + 1000)
        names += [LineRef(str(number)) for number in range(int(first), end + 1)]
    return join_nodes(operator.upper(), *names)


def read_limit(line: str, what: str) -> Node:
    """Return ``limit 3 to yr="2015-2024"`` as that line AND its limits."""
    inner = what.strip()
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    limits: list[Node] = []
    for part in re.split(r"\s+and\s+", inner.strip(), flags=re.IGNORECASE):
        if years := re.fullmatch(r'yr\s*=\s*"?([^"]+)"?', part):
            limits.append(Term(read_years(years[1]), ("year",)))
        elif language := re.fullmatch(r"(\w+) language", part):
            limits.append(Term(language[1], ("language",)))
        else:
            limits.append(Term(" ".join(part.split()), ("limit",), quoted=True, tag="limit"))
    return join_nodes("AND", LineRef(line), *limits)


def make_window(term: Term, distance: int) -> Node:
    """Return ``"a b"[tiab:~3]``: all words of a phrase, with so many others between."""
    words = tuple(Term(word, term.fields, tag=term.tag) for word in term.text.split())
    return Near(words, distance, window=True) if len(words) > 1 else term
