"""A search string in the words of another platform, with a note for all that changes.

A tree is first brought into what the platform can say, then printed.  Each step that changes what
is found notes it; a translation without notes finds the same local records.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit._core.finding import Finding, findings_to_frame
from reviewkit._core.result import Result
from reviewkit.sources.query_fields import name_tag
from reviewkit.sources.query_notes import NOTES
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_print import print_node
from reviewkit.sources.query_tree import (
    TEXT_FIELDS,
    WILDCARD,
    Group,
    Near,
    Node,
    Term,
    Without,
    change_terms,
    iterate_terms,
    join_nodes,
    show_node,
)  # fmt: skip
from reviewkit.sources.query_values import split_years

if TYPE_CHECKING:
    from reviewkit.sources.queries import Query

__all__ = ["Translation", "translate_lines"]


@dataclass(frozen=True, slots=True)
class Translation(Result):
    """A search string for another platform.

    Attributes
    ----------
    source, target : str
        Keys of the platforms.
    text : str
        The string; numbered lines where the original has several.
    query : Query
        The same, read again by the rules of its platform.
    notes : tuple of Finding
        What could not be carried over as it was, and what stands in its place.
    """

    title: ClassVar[str] = "Translated search string"

    source: str
    target: str
    text: str
    query: Query
    notes: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a note: ``rule, severity, where, message, quote, expected, found, fix``."""
        return findings_to_frame(self.notes)

    def _headline(self) -> str:
        many = {0: "nothing changes", 1: "1 note"}.get(len(self.notes), f"{len(self.notes)} notes")
        return (
            f"{PLATFORMS[self.source].title} to {PLATFORMS[self.target].title}, {many}: {self.text}"
        )


def translate_lines(query: Query, target: str) -> Translation:
    """Translate all lines of a query."""
    from reviewkit.sources.queries import parse_query

    notes: list[Finding] = []
    printed = []
    for line in query.lines:
        where = f"line {line.name}" if len(query.lines) > 1 else "search string"
        node = line.node
        if target != query.platform:
            translator = _Translator(query.platform, target, where, notes)
            node = translator.change(node)
            untagged = [term for term in iterate_terms(node) if not term.fields]
            if untagged and target != "generic":
                translator.note("untagged", show_node(untagged[0]), severity="note")
        printed.append(f"{line.name}. {print_node(node, target)}")
    text = printed[0].partition(" ")[2] if len(printed) == 1 else "\n".join(printed)
    read = parse_query(text, platform=target)
    unique = tuple(dict.fromkeys(notes))
    return Translation(query.platform, target, text, read, unique)


class _Translator:
    def __init__(self, source: str, target: str, where: str, notes: list[Finding]) -> None:
        self.source, self.target, self.where, self.notes = source, target, where, notes

    def note(self, rule: str, quote: str, *, found: str = "", severity: str = "warning") -> None:
        message = NOTES[rule].format(quote=quote, target=PLATFORMS[self.target].title, found=found)
        self.notes.append(
            Finding(
                f"translate.{rule}",
                severity,
                self.where,
                message,
                quote=quote,
                found=found,
                fix="Check the line on the platform.",
            )
        )

    def change(self, node: Node) -> Node:
        """Bring a tree into what the target can say."""
        if isinstance(node, Term):
            return self.change_term(node)
        if isinstance(node, Group):
            parts = self.leave_limits(node) if node.operator == "AND" else node.parts
            return join_nodes(node.operator, *map(self.change, parts))
        if isinstance(node, Without):
            return Without(self.change(node.keep), self.change(node.drop))
        if isinstance(node, Near):
            return self.change_near(node)
        return node

    def leave_limits(self, node: Group) -> tuple[Node, ...]:
        """Leave out limits that only their platform knows: as words they would lose nearly all."""
        kept = [
            part
            for part in node.parts
            if not (isinstance(part, Term) and part.fields == ("limit",))
        ]
        for part in node.parts:
            if part not in kept and kept:
                self.note("left_out", show_node(part))
        return tuple(kept) or node.parts

    def change_term(self, term: Term) -> Node:
        if term.exact and self.target not in ("scopus", "generic"):
            self.note("exact", show_node(term), severity="note")
            term = replace(term, exact=False)
        if term.fields == ("heading",):
            return self.change_heading(term)
        if term.fields == ("year",):
            return self.change_year(term)
        if set(term.fields) & {"limit", "other", "affiliation"} and self.target != "generic":
            return self.change_other(term)
        if term.tag:
            self.note("tag", show_node(term), found=term.tag, severity="note")
        spelled = self.spell(replace(term, tag=""))
        return change_terms(spelled, self.set_fields)

    def change_other(self, term: Term) -> Node:
        """Keep the words of a field that only its platform has, untagged, and say so."""
        tag = name_tag(self.target, term.fields)
        if tag and not term.tag and term.fields != ("limit",):
            return term
        self.note("field_lost", show_node(term), found=term.tag or ", ".join(term.fields))
        return Term(term.text, quoted=True)

    def change_year(self, term: Term) -> Node:
        if split_years(term.text) is None:
            self.note("field_lost", show_node(term), found="a date")
        if term.tag:
            self.note("tag", show_node(term), found=term.tag, severity="note")
        return replace(term, tag="")

    def change_heading(self, term: Term) -> Node:
        """Carry a heading over: as one where the target has them, else as words."""
        kept = {"pubmed": "MeSH", "ovid": "the thesaurus of the database",
                "ebsco": "the thesaurus of the database", "scopus": "index terms"}  # fmt: skip
        text = term.text
        if term.tag:
            self.note("tag", show_node(term), found=term.tag, severity="note")
        if self.target in ("pubmed", "ovid", "ebsco"):
            self.note("heading", show_node(term), found=kept[self.target])
            return replace(term, tag="")
        if self.target == "scopus":
            self.note(
                "explode" if term.explode else "heading", show_node(term), found=kept["scopus"]
            )
            return replace(term, tag="", explode=False, quoted=True)
        if self.target == "generic":
            return replace(term, tag="", explode=False)
        self.note("heading_words", show_node(term), found="title, abstract, keywords")
        return Term(text, TEXT_FIELDS, quoted=True)

    def spell(self, term: Term) -> Node:
        """Write wildcards that the target lacks in another way."""
        symbols = set(PLATFORMS[self.target].wildcards.values())
        found = WILDCARD.findall(term.text)
        if "$" in found and "$" not in symbols and "?" in symbols:
            none, one = (term.text.replace("$", form, 1) for form in ("", "?"))
            return join_nodes("OR", *(self.spell(replace(term, text=text)) for text in (none, one)))
        text = term.text
        if any(one.startswith("*{") for one in found) and self.target != "ovid":
            text = re.sub(r"\*\{\d+\}", "*", text)
        if any(one in "?$" and one not in symbols for one in found):
            # Cut the word there: all that begins so is more than what was asked for.
            text = re.sub(r"[?$]\S*", "*", text)
        if text != term.text:
            self.note("wildcard", show_node(term), found=text)
        return replace(term, text=text)

    def set_fields(self, term: Term) -> Node:
        """Give a term the nearest tag of the target; several terms where only several tags do."""
        if not term.fields or name_tag(self.target, term.fields):
            return term
        if self.target == "pubmed" and set(term.fields) <= set(TEXT_FIELDS):
            self.note("wider", show_node(term), found="[tiab], which adds keywords and more")
            return replace(term, fields=TEXT_FIELDS)
        singles = [(field,) for field in term.fields if name_tag(self.target, (field,))]
        lost = [field for field in term.fields if (field,) not in singles]
        if lost:
            self.note("field_lost", show_node(term), found=", ".join(lost))
        if not singles:
            return replace(term, fields=())
        return join_nodes("OR", *(replace(term, fields=single) for single in singles))

    def change_near(self, node: Near) -> Node:
        """Carry a proximity search over, or widen it to AND."""
        quote = show_node(node)
        parts = tuple(change_terms(part, self.change_part) for part in node.parts)
        if self.target == "pubmed":
            return self.change_near_pubmed(replace(node, parts=parts), quote)
        if node.window:
            if len(node.parts) > 2:
                self.note("window", quote)
            node = replace(node, window=False)
        if node.ordered and (self.target == "wos" or (self.target == "ovid" and node.distance)):
            self.note("order", quote)
            node = replace(node, ordered=False)
        if self.target == "wos" and node.distance > 15:
            self.note("distance", quote, found="AND")
            return join_nodes("AND", *(change_terms(part, self.set_fields) for part in parts))
        return self.spread_near(replace(node, parts=parts))

    def change_part(self, term: Term) -> Node:
        """Change a term within a proximity search; its fields wait until all is one tree."""
        if term.tag:
            self.note("tag", show_node(term), found=term.tag, severity="note")
        if term.exact and self.target != "scopus":
            self.note("exact", show_node(term), severity="note")
        return self.spell(replace(term, tag="", exact=term.exact and self.target == "scopus"))

    def spread_near(self, node: Near) -> Node:
        """Repeat a proximity search for each field where the target has no tag for all."""
        fields = {term.fields for term in iterate_terms(node)}
        if len(fields) != 1:
            return change_terms(node, self.set_fields)
        shared = fields.pop()
        if not shared or name_tag(self.target, shared):
            return node
        singles = [(field,) for field in shared if name_tag(self.target, (field,))]
        copies = [change_terms(node, _in_field(single)) for single in singles]
        return join_nodes("OR", *copies) if copies else change_terms(node, _in_field(()))

    def change_near_pubmed(self, node: Near, quote: str) -> Node:
        """PubMed knows single words in any order within a field, without truncation."""
        plain = all(
            isinstance(part, Term) and " " not in part.text and not WILDCARD.search(part.text)
            for part in node.parts
        )
        fields = {term.fields for term in iterate_terms(node)}
        if plain and len(fields) == 1 and (len(node.parts) == 2 or node.window):
            shared = fields.pop()
            if node.ordered:
                self.note("order", quote)
            if shared not in (("title",), TEXT_FIELDS):
                self.note("wider", quote, found="[tiab]")
                shared = TEXT_FIELDS
            words = change_terms(node, lambda term: Term(term.text, shared))
            return replace(words, window=True, ordered=False) if isinstance(words, Near) else words
        self.note("distance", quote, found="AND")
        return join_nodes("AND", *(change_terms(part, self.set_fields) for part in node.parts))


def _in_field(fields: tuple[str, ...]) -> Callable[[Term], Node]:
    return lambda term: replace(term, fields=fields)
