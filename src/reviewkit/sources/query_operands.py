"""Operands of a search string: their fields, the words that make one, what a proximity search takes."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reviewkit.sources.query_fields import Tag
from reviewkit.sources.query_tokens import Token
from reviewkit.sources.query_tree import Group, LineRef, Node, Term, Without, change_terms
from reviewkit.sources.query_values import read_years

__all__ = ["Level", "Operand", "is_no_list", "join_words", "set_fields"]


class Operand(NamedTuple):
    """A tree that waits for its operator, its depth, and the token it began with."""

    node: Node
    depth: int
    token: Token


class Level:
    """What is open: a parenthesis, the fields before it, the operators met within it."""

    def __init__(self, token: Token | None, prefixes: list[Tag]) -> None:
        self.token, self.prefixes = token, prefixes
        self.operators: list[Token] = []  # waiting
        self.met: list[str] = []


def is_no_list(node: Node) -> bool:
    """Return whether a node can be no part of a proximity search."""
    conjunction = isinstance(node, Group) and node.operator == "AND"
    return conjunction or isinstance(node, (LineRef, Without))


def set_fields(node: Node, tag: Tag) -> Node:
    """Give fields to all terms that have none of their own."""

    def change(term: Term) -> Node:
        if term.fields:
            return term
        kept = tag.name if tag.keep else ""
        heading = tag.fields == ("heading",)
        text, explode = term.text, tag.explode
        if heading and tag.name in ("mh", "mm", "mj", "de", "su") and text.endswith("+"):
            text, explode = text[:-1], True
        if tag.fields == ("year",):
            return Term(read_years(text), tag.fields, tag=kept)
        quoted = heading or term.quoted
        return replace(term, text=text, fields=tag.fields, explode=explode, tag=kept, quoted=quoted)

    return change_terms(node, change)


def join_words(tokens: list[Token]) -> list[Token]:
    """Make one token of words that follow each other."""
    joined: list[Token] = []
    for token in tokens:
        if token.kind == "words" and joined and joined[-1].kind == "words":
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text} {token.text}")
        else:
            joined.append(token)
    return joined
