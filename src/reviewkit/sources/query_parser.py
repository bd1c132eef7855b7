"""One line of a search string, read into a tree in the order that its platform takes.

Operands and operators wait on two stacks, so that no length and no depth of a string is met by
recursion.  Errors do not stop the reading: they are noted, and what can be read is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from reviewkit._core.finding import Finding
from reviewkit.sources.query_combined import make_window
from reviewkit.sources.query_fields import Tag
from reviewkit.sources.query_operands import Level, Operand, is_no_list, join_words, set_fields
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_problems import Problems
from reviewkit.sources.query_tokens import Token, cut_line
from reviewkit.sources.query_tree import (
    MAX_DEPTH,
    MAX_TERMS,
    Group,
    Near,
    Node,
    Term,
    Without,
    iterate_nodes,
    join_nodes,
)  # fmt: skip

__all__ = ["ParsedLine", "parse_line"]


class ParsedLine(NamedTuple):
    """A line and what it says; no node where nothing could be read."""

    node: Node | None
    findings: tuple[Finding, ...]


def parse_line(
    text: str, platform: str, *, where: str = "", levels: Mapping[str, int] | None = None
) -> ParsedLine:
    """Read one line; `levels` stand in for the platform's own order of operators."""
    problems = Problems(where, platform)
    tokens = cut_line(text, platform, problems)
    reader = _Reader(text, platform, levels or PLATFORMS[platform].levels, problems)
    node = reader.read(tokens)
    return ParsedLine(node, tuple(problems.found))


class _Reader:
    def __init__(
        self, text: str, platform: str, levels: Mapping[str, int], problems: Problems
    ) -> None:
        self.text, self.platform, self.levels, self.problems = text, platform, levels, problems
        self.operands: list[Operand] = []
        self.open = [Level(None, [])]
        self.prefixes: list[Tag] = []
        self.has_left = False  # whether an operand stands to the left
        self.terms = 0

    def read(self, tokens: list[Token]) -> Node | None:
        tokens = join_words(tokens)
        for token, following in zip(tokens, [*tokens, None][1:], strict=True):
            self.take(token, following)
            if len(self.open) > MAX_DEPTH or self.terms > MAX_TERMS:
                deep = len(self.open) > MAX_DEPTH
                most, what = (MAX_DEPTH, "levels") if deep else (MAX_TERMS, "terms")
                self.problems.add("query.size", token.at, "", most=most, what=what)
                return None
        self.drop_dangling()
        while len(self.open) > 1:
            level = self.open[-1]
            at = level.token.at if level.token else 0
            self.problems.add(
                "query.parentheses", at, self.text[at : at + 40], what="one is not closed"
            )
            self.close(None)
        self.drop_dangling()
        self.reduce_all()
        if not self.operands:
            if not self.problems.errors:
                self.problems.add("query.empty", 0, self.text)
            return None
        node, depth, _ = self.operands[-1]
        if depth > MAX_DEPTH:
            self.problems.add("query.size", 0, "", most=MAX_DEPTH, what="levels")
            return None
        return node

    def take(self, token: Token, following: Token | None) -> None:
        if token.kind == "(":
            self.need_operator(token)
            self.open.append(Level(token, self.prefixes))
            self.prefixes, self.has_left = [], False
        elif token.kind == ")":
            self.take_closing(token)
        elif token.kind in ("operator", "near"):
            self.take_operator(token)
        elif token.kind == "prefix" and token.tag:
            self.need_operator(token)
            self.prefixes = [*self.prefixes, token.tag]
        elif token.kind == "suffix":
            self.take_suffix(token)
        else:
            self.need_operator(token)
            self.push(self.make_node(token, following), 0, token)

    def need_operator(self, token: Token) -> None:
        """Read AND where two operands meet."""
        if self.has_left and not self.prefixes:
            self.problems.add("query.missing_operator", token.at, token.text)
            self.take_operator(Token("operator", "AND", token.at))

    def make_node(self, token: Token, following: Token | None) -> Node:
        if token.node is not None:
            self.terms += 1
            return token.node
        text = token.text if token.kind == "phrase" else token.text.rstrip(",")
        words = [word.rstrip(",") for word in text.split()]
        self.terms += len(words)
        if token.kind == "phrase" or len(words) == 1:
            return Term(text, quoted=token.kind == "phrase")
        tags = [tag for tag in (following.tag if following and following.kind == "suffix" else None,
                                *self.prefixes[-1:]) if tag]  # fmt: skip
        as_phrase = PLATFORMS[self.platform].joins_words == "phrase"
        if tags and not set(tags[0].fields) & {"title", "abstract", "keywords", "all"}:
            return Term(text)  # a heading, a name, a date: one value
        if as_phrase:
            return Term(text)
        self.problems.add("query.unquoted_words", token.at, token.text)
        return join_nodes("AND", *(Term(word) for word in words))

    def push(self, node: Node, depth: int, token: Token) -> None:
        for tag in self.prefixes:
            node = set_fields(node, tag)
        self.prefixes, self.has_left = [], True
        self.operands.append(Operand(node, depth, token))

    def take_suffix(self, token: Token) -> None:
        if not self.has_left or token.tag is None:
            self.problems.add("query.unknown_tag", token.at, token.text)
            return
        node, depth, origin = self.operands.pop()
        if origin.kind == "(" and self.platform == "pubmed":
            self.problems.add("query.tag_on_group", token.at, token.text)
        node = set_fields(node, token.tag)
        if token.distance >= 0 and isinstance(node, Term):
            if "*" in node.text:
                self.problems.add("query.proximity_wildcard", token.at, node.text)
            node = make_window(node, token.distance)
        self.operands.append(Operand(node, depth, origin))

    def take_operator(self, token: Token) -> None:
        level = self.open[-1]
        if not self.has_left:
            waiting = level.operators[-1] if level.operators else None
            if token.text == "NOT" and waiting and waiting.text == "AND":
                level.operators.pop()  # AND NOT is NOT
                level.met.pop()
                self.push_operator(token)
                return
            self.problems.add(
                "query.operator",
                token.at,
                token.text,
                operator=token.text,
                what="Nothing stands before it",
            )
            return
        self.push_operator(token)

    def push_operator(self, token: Token) -> None:
        level = self.open[-1]
        binds = self.levels["NEAR" if token.kind == "near" else token.text]
        while level.operators and self.binds(level.operators[-1]) >= binds:
            if level.operators[-1].text == token.text and token.text in ("AND", "OR"):
                break  # a long list is joined at once
            self.reduce()
        level.operators.append(token)
        level.met.append("NEAR" if token.kind == "near" else token.text)
        self.has_left = False

    def binds(self, token: Token) -> int:
        return self.levels["NEAR" if token.kind == "near" else token.text]

    def drop_dangling(self) -> None:
        """Leave out an operator that nothing follows."""
        level = self.open[-1]
        if level.operators and not self.has_left:
            token = level.operators.pop()
            level.met.pop()
            self.problems.add(
                "query.operator",
                token.at,
                token.text,
                operator=token.text,
                what="Nothing stands after it",
            )
            self.has_left = True

    def take_closing(self, token: Token) -> None:
        if len(self.open) == 1:
            self.problems.add(
                "query.parentheses", token.at, ")", what="one closes that was never opened"
            )
            return
        self.drop_dangling()
        if not self.has_left:
            self.problems.add(
                "query.operator", token.at, "()", operator="()", what="It holds nothing"
            )
            self.open.pop()
            return
        self.close(token)

    def close(self, token: Token | None) -> None:
        """Close a parenthesis and give its fields to what stood within, if anything did."""
        self.drop_dangling()
        if not self.has_left:
            self.open.pop()
            return
        self.reduce_all()
        level = self.open.pop()
        if not self.operands or level.token is None:
            return
        node, depth, _ = self.operands.pop()
        self.prefixes = level.prefixes
        self.push(node, depth, level.token)

    def reduce_all(self) -> None:
        level = self.open[-1]
        while level.operators:
            self.reduce()
        self.check_mixture(level)

    def check_mixture(self, level: Level) -> None:
        met = set(level.met)
        if "OR" in met and met & {"AND", "NOT"}:
            other = "AND" if "AND" in met else "NOT"
        elif "NOT" in level.met and "AND" in level.met[level.met.index("NOT") :]:
            other = "AND after NOT"
        else:
            return
        at = level.token.at if level.token else 0
        message = "query.mixed_operators"
        self.problems.add(message, at, self.text[at:], other=other)

    def reduce(self) -> None:
        """Join the two operands on top by the operator that waits."""
        operator = self.open[-1].operators.pop()
        if len(self.operands) < 2:
            return
        operands = [self.operands.pop(), self.operands.pop()]
        waiting = self.open[-1].operators
        while operator.text in ("AND", "OR") and waiting and waiting[-1].text == operator.text:
            waiting.pop()
            operands.append(self.operands.pop())
        operands.reverse()
        parts = [operand.node for operand in operands]
        depth = 1 + max(operand.depth for operand in operands)
        if operator.kind == "near":
            node = self.join_near(operator, parts[0], parts[1])
        elif operator.text == "NOT":
            node = Without(parts[0], parts[1])
        else:
            node = join_nodes(operator.text, *parts)
            depth = max(
                operand.depth + (not _is_group(operand.node, operator.text)) for operand in operands
            )
        self.operands.append(Operand(node, depth, operator))

    def join_near(self, operator: Token, left: Node, right: Node) -> Node:
        # What stands to the left in a chain has been looked at.
        for part in (right,) if isinstance(left, Near) else (left, right):
            if any(is_no_list(inner) for inner in iterate_nodes(part)):
                quote = self.text[operator.at : operator.at + 40]
                self.problems.add("query.proximity", operator.at, quote)
                break
        same = isinstance(left, Near) and not left.window
        if isinstance(left, Near) and same and (left.distance, left.ordered) == (
            operator.distance, operator.ordered,
        ):  # fmt: skip
            return replace(left, parts=(*left.parts, right))
        return Near((left, right), operator.distance, operator.ordered)


def _is_group(node: Node, operator: str) -> bool:
    return isinstance(node, Group) and node.operator == operator
