"""Checks of a search string that could be read.

To add a check, write a function that goes through a query and yields findings, and add it to
:data:`RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit.sources.queries import Query, read_text
from reviewkit.sources.query_advice import ask_linter
from reviewkit.sources.query_tree import (
    TEXT_FIELDS,
    Group,
    LineRef,
    Near,
    Node,
    Term,
    Without,
    iterate_nodes,
    iterate_terms,
    show_node,
)  # fmt: skip
from reviewkit.sources.query_words import fold_term

__all__ = ["RULES", "check_query"]

_TEXT = {*TEXT_FIELDS, "all"}


def check_query(
    query: str | Sequence[str] | Query, *, platform: str | None = None
) -> tuple[Finding, ...]:
    """Check a search string, whole or broken.

    Parameters
    ----------
    query : str, sequence of str or Query
        As :func:`~reviewkit.sources.queries.parse_query` takes or returns it.
    platform : str, optional
        As there.

    Returns
    -------
    tuple of Finding
        In the order of the string: what does not pair, operators without terms, mixed operators
        without parentheses, tags and wildcards of other platforms, terms that are there twice,
        an OR that nothing joins to, NOT, lines that are missing or never used.  For PubMed, Web of
        Science and EBSCOhost the linter of search-query adds what only it knows.

    Raises
    ------
    InputError
        If the platform is not known.

    Examples
    --------
    >>> import reviewkit as rk
    >>> for finding in rk.check_query('("Counselor injury" OR "Therapist burnout"'):
    ...     print(finding.severity, finding.rule)
    error query.parentheses
    warning query.unjoined_or
    """
    if isinstance(query, Query):
        found, findings = query, query.findings
    else:
        read, findings = read_text(query, platform)
        if read is None:
            return findings
        found = read
    return (*findings, *(finding for rule in RULES for finding in rule(found)))


def _place(query: Query, name: str) -> str:
    return f"line {name}" if len(query.lines) > 1 else "search string"


def find_drops(query: Query) -> Iterator[Finding]:
    """Find each NOT that takes away what speaks of both sides."""
    for line in query.lines:
        for node in iterate_nodes(line.node):
            if not isinstance(node, Without) or not _speaks(node.drop):
                continue
            keep, drop = _shorten(show_node(node.keep)), _shorten(show_node(node.drop))
            yield Finding(
                "query.not_drops_both", "warning", _place(query, line.name),
                f"NOT {drop} drops every record on both: those on {keep} that also name {drop}.",
                quote=f"NOT {drop}",
                fix="Leave the NOT out and exclude at screening, or look at what it loses with search_records.",
            )  # fmt: skip


def _speaks(node: Node) -> bool:
    """Return whether a tree holds words of a text, not only limits and headings."""
    return any(not term.fields or set(term.fields) & _TEXT for term in iterate_terms(node))


def _shorten(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"


def find_unjoined(query: Query) -> Iterator[Finding]:
    """Find a whole search that is one list of terms, joined to no second concept."""
    last = query.lines[-1]
    if not isinstance(last.node, Group) or last.node.operator != "OR":
        return
    nodes = {line.name: line.node for line in query.lines}
    seen: set[str] = set()
    waiting: list[Node] = [last.node]
    while waiting:
        for part in iterate_nodes(waiting.pop()):
            if isinstance(part, (Without, Near)) or (
                isinstance(part, Group) and part.operator == "AND"
            ):
                return
            if isinstance(part, LineRef) and part.name in nodes and part.name not in seen:
                seen.add(part.name)
                waiting.append(nodes[part.name])
    shown = _shorten(show_node(last.node))
    yield Finding(
        "query.unjoined_or", "warning", _place(query, last.name),
        f"{shown}: terms under OR alone, joined to no population and no topic by AND.",
        quote=shown, fix="Join the list to the other concepts of the question by AND.",
    )  # fmt: skip


def find_duplicates(query: Query) -> Iterator[Finding]:
    """Find terms that a line holds twice in the same fields."""
    for line in query.lines:
        counts: dict[tuple[object, ...], list[Term]] = {}
        for term in iterate_terms(line.node):
            key = (tuple(fold_term(term.text)), frozenset(term.fields), term.tag)
            counts.setdefault(key, []).append(term)
        for terms in counts.values():
            if len(terms) > 1 and terms[0].fields != ("year",):
                shown = show_node(terms[0])
                yield Finding(
                    "query.duplicate_term", "note", _place(query, line.name),
                    f"{shown} is there {len(terms)} times.", quote=shown,
                    found=str(len(terms)), expected="1", fix="Keep it once.",
                )  # fmt: skip


def find_quoted_truncation(query: Query) -> Iterator[Finding]:
    """Find truncation within quotation marks, where no platform is named that reads it."""
    if query.platform != "generic":
        return
    for line in query.lines:
        terms = (term for term in iterate_terms(line.node) if term.quoted and "*" in term.text)
        for term in dict.fromkeys(terms):
            yield Finding(
                "query.truncation_in_quotes", "note", _place(query, line.name),
                f"{show_node(term)} is truncated within quotation marks; not every platform reads that.",
                quote=show_node(term), fix="Name the platform, or write out the forms.",
            )  # fmt: skip


def find_unused_lines(query: Query) -> Iterator[Finding]:
    """Find lines that no later line uses."""
    used = {
        node.name
        for line in query.lines
        for node in iterate_nodes(line.node)
        if isinstance(node, LineRef)
    }
    unused = [line.name for line in query.lines[:-1] if line.name not in used]
    if unused:
        yield Finding(
            "query.line_unused", "warning", f"line {unused[0]}",
            f"No later line uses line {list_some(unused, sep=', ')}; the last line is the whole search.",
            quote=", ".join(unused[:20]), fix="Join the lines in the last one, or delete what is not used.",
        )  # fmt: skip


def ask_library(query: Query) -> Iterator[Finding]:
    """Ask the linter of search-query about lines without references."""
    for line in query.lines:
        if not any(isinstance(node, LineRef) for node in iterate_nodes(line.node)):
            many = sum(1 for _ in iterate_terms(line.node))
            yield from ask_linter(line.text, query.platform, _place(query, line.name), many)


RULES: tuple[Callable[[Query], Iterator[Finding]], ...] = (
    find_drops, find_unjoined, find_duplicates, find_quoted_truncation, find_unused_lines, ask_library,
)  # fmt: skip
