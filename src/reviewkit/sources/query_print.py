"""A tree, written as a platform reads it.

What is written is read back as the same tree: every group within another has its parentheses, so
no platform's order of operators matters.  A tree must hold only what the platform can say; the
translation sees to that first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit.sources.query_fields import name_tag
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_tree import (
    WILDCARD,
    Group,
    LineRef,
    Near,
    Node,
    Term,
    Without,
    iterate_nodes,
    iterate_terms,
)  # fmt: skip
from reviewkit.sources.query_values import split_years

__all__ = ["print_node"]

_OPERATOR_WORD = re.compile(
    r"(?:and|or|not|same|near|adj\d*|[nw]\d+|(?:w|pre|near)/\d+)$", re.IGNORECASE
)


def print_node(node: Node, platform: str) -> str:
    """Write a tree for a platform.

    >>> words = ("title", "abstract", "keywords")
    >>> tree = Group("OR", (Term("burnout", words), Term("job stress", words, quoted=True)))
    >>> print_node(tree, "wos"), print_node(tree, "pubmed")
    ('TS=(burnout OR "job stress")', 'burnout[tiab] OR "job stress"[tiab]')
    """
    return _Printer(platform).write(node, outer=True)


class _Printer:
    def __init__(self, platform: str) -> None:
        self.platform = platform
        self.frame = _FRAMES.get(platform)
        self.symbols = {
            one: symbol for symbol, one in reversed(list(PLATFORMS[platform].wildcards.items()))
        }

    def write(self, node: Node, *, outer: bool = False) -> str:
        """Write a node, with its field around it where all of its terms share one."""
        if self.frame and not isinstance(node, (Term, LineRef)):
            tag = self.shared_tag(node)
            if tag:
                return self.frame(tag, self.write_bare(node, framed=True), True)
        if isinstance(node, Term) and self.frame:
            return self.write_framed(node)
        text = self.write_bare(node, framed=False)
        leaf = isinstance(node, (Term, LineRef)) or (isinstance(node, Near) and node.window)
        return text if outer or leaf else f"({text})"

    def shared_tag(self, node: Node) -> str:
        """Return the tag that all terms of a node share, if it may stand around them."""
        if any(isinstance(part, LineRef) for part in _leaves(node)):
            return ""
        tags = {self.tag_of(term) for term in iterate_terms(node)}
        special = any(
            term.fields in (("heading",), ("year",), ("limit",)) for term in iterate_terms(node)
        )
        return tags.pop() if len(tags) == 1 and not special else ""

    def tag_of(self, term: Term) -> str:
        if not term.fields:
            return ""
        if term.tag:
            return term.tag.upper() if self.platform in ("wos", "scopus", "ebsco") else term.tag
        return name_tag(self.platform, term.fields, explode=term.explode) or ""

    def write_framed(self, term: Term) -> str:
        if special := self.write_special(term):
            return special
        tag = self.tag_of(term)
        bare = self.write_term(term)
        assert self.frame is not None
        return self.frame(tag, bare, False) if tag else bare

    def write_special(self, term: Term) -> str:
        """Write headings and years, which some platforms spell in their own way."""
        if term.fields == ("limit",) and self.platform == "scopus":
            return f"{term.tag.upper() or 'LIMIT-TO'}({term.text})"
        if term.fields == ("year",) and not term.tag:
            return _write_years(term.text, self.platform)
        if term.fields != ("heading",) or term.tag in ("hw", "sh", "mh"):
            return ""
        if self.platform == "ovid":
            focus = "*" if "focus" in term.tag else ""
            name = f'"{term.text}"' if _needs_quotes(term.text) else term.text
            return f"{'exp ' if term.explode else ''}{focus}{name}/"
        if self.platform == "ebsco":
            return f'{self.tag_of(term)} "{term.text}{"+" * term.explode}"'
        return ""

    def write_bare(self, node: Node, *, framed: bool) -> str:
        """Write a node without a field around it; `framed` if one stands further out."""

        def inner(part: Node) -> str:
            if not framed:
                return self.write(part)
            if isinstance(part, Term):
                return self.write_term(part)
            return f"({self.write_bare(part, framed=True)})"

        if isinstance(node, Term):
            return self.write_term(node) if framed else self.write_suffixed(node)
        if isinstance(node, LineRef):
            return PLATFORMS[self.platform].reference + node.name
        if isinstance(node, Near) and node.window:
            return self.write_window(node)
        if isinstance(node, Near):
            return self.write_near(node).join(map(inner, node.parts))
        if self.platform == "ovid" and (limited := _write_limit(node)):
            return limited
        if isinstance(node, Without):
            return self.operator("NOT").join((inner(node.keep), inner(node.drop)))
        return self.operator(node.operator).join(map(inner, node.parts))

    def operator(self, name: str) -> str:
        if self.platform == "ovid":
            name = name.lower()
        return " AND NOT " if (self.platform, name) == ("scopus", "NOT") else f" {name} "

    def write_near(self, node: Near) -> str:
        word = "PRE" if node.ordered else "W"
        forms = {
            "wos": f"NEAR/{node.distance}", "scopus": f"{word}/{node.distance}",
            "ovid": "adj" if node.ordered else f"adj{node.distance + 1}",
            "ebsco": f"{'W' if node.ordered else 'N'}{node.distance}",
            "generic": f"{'PRE' if node.ordered else 'NEAR'}/{node.distance}",
        }  # fmt: skip
        return f" {forms[self.platform]} "

    def write_window(self, node: Near) -> str:
        """Write a proximity search of PubMed: one phrase, one tag with the distance."""
        terms = [part for part in node.parts if isinstance(part, Term)]
        tag = self.tag_of(terms[0]) or "tiab"
        return f'"{" ".join(term.text for term in terms)}"[{tag}:~{node.distance}]'

    def write_suffixed(self, term: Term) -> str:
        tag = self.tag_of(term)
        if term.fields == ("year",) and self.platform == "pubmed":
            return f"{_write_years(term.text, self.platform) or self.write_term(term)}[{tag}]"
        return f"{self.write_term(term)}[{tag}]" if tag else self.write_term(term)

    def write_term(self, term: Term) -> str:
        if term.exact:
            return f"{{{term.text}}}"
        text = WILDCARD.sub(self.write_wildcard, term.text.replace('"', ""))
        many = " " in term.text and PLATFORMS[self.platform].joins_words != "phrase"
        special = _OPERATOR_WORD.match(term.text) or re.fullmatch(r"[#Ss]?\d+|[A-Z]{2}", term.text)
        quoted = (
            term.quoted or (many and not self.takes_words(term)) or (special and not term.fields)
        )
        return f'"{text}"' if quoted else text

    def takes_words(self, term: Term) -> bool:
        """Return whether several words are one value without quotation marks: a name, a date."""
        return bool(term.fields) and not set(term.fields) & {"title", "abstract", "keywords", "all"}

    def write_wildcard(self, found: re.Match[str]) -> str:
        if found[0].startswith("*{"):
            return f"$${found[0][2:-1]}"[1:]
        return self.symbols.get(found[0], found[0])


def _leaves(node: Node) -> list[Node]:
    return [part for part in iterate_nodes(node) if isinstance(part, (Term, LineRef))]


def _write_limit(node: Node) -> str:
    """Return ``limit 3 to …`` where a tree says just that."""
    if not isinstance(node, Group) or len(node.parts) != 2 or node.operator != "AND":
        return ""
    line, limit = node.parts
    if not isinstance(line, LineRef) or not isinstance(limit, Term) or limit.fields != ("limit",):
        return ""
    return f"limit {line.name} to {limit.text}"


def _needs_quotes(text: str) -> bool:
    return bool(re.search(r"\b(?:and|or|not)\b|[()/\"]", text, re.IGNORECASE)) or text[:1].isdigit()


def _write_years(text: str, platform: str) -> str:
    years = split_years(text)
    if years is None:
        return ""
    first, last = years
    if platform == "scopus":
        low, high = f"PUBYEAR > {first - 1}", f"PUBYEAR < {last + 1}"
        if first == last:
            return f"PUBYEAR = {first}"
        return high if first == 0 else low if last == 9999 else f"({low} AND {high})"
    low_text, high_text = str(first or 1000), str(3000 if last == 9999 else last)
    if platform == "ovid":
        return f"{low_text}:{high_text}.(sa_year)." if first != last else f"{first}.yr."
    if platform == "pubmed":
        return str(first) if first == last else f"{low_text}:{high_text}"
    span = str(first) if first == last else f"{low_text}-{high_text}"
    return {"wos": f"PY={span}", "ebsco": f"PY {span}"}.get(platform, "")


def _frame_wos(tag: str, text: str, group: bool) -> str:
    return f"{tag}=({text})" if group else f"{tag}={text}"


def _frame_scopus(tag: str, text: str, group: bool) -> str:
    return f"{tag}({text})"


def _frame_ebsco(tag: str, text: str, group: bool) -> str:
    return f"{tag} ({text})" if group else f"{tag} {text}"


def _frame_ovid(tag: str, text: str, group: bool) -> str:
    return f"({text}).{tag}." if group else f"{text}.{tag}."


_FRAMES: Mapping[str, Callable[[str, str, bool], str]] = MappingProxyType(
    {"wos": _frame_wos, "scopus": _frame_scopus, "ebsco": _frame_ebsco, "ovid": _frame_ovid}
)
