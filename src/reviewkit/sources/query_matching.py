"""Which local records a tree finds, and which it may find.

A record holds less than its database: headings with their hierarchy, full texts and limits are not
in an export.  What cannot be known is neither found nor missed: each answer has two masks, the
records that are found for sure and those that are possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit.sources.query_tree import (
    TEXT_FIELDS,
    Group,
    LineRef,
    Near,
    Node,
    Term,
    Without,
    iterate_terms,
    show_node,
)  # fmt: skip
from reviewkit.sources.query_values import split_years
from reviewkit.sources.query_words import Spans, WordIndex, fold_term, fold_words, join_spans

__all__ = ["Match", "Matcher", "read_text_columns"]

Mask = NDArray[np.bool_]
_COLUMNS = {"author": "authors"}  # fields that a frame calls otherwise
_FURTHEST = 500  # words between, at most: a whole abstract


class Match(NamedTuple):
    """The records that are found for sure, and those that are found or may be."""

    sure: Mask
    possible: Mask


class Matcher:
    """Some records, ready for many searches."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.n = len(frame)
        self.columns = {name: frame[name] for name in frame.columns}
        self.texts = read_text_columns(frame)
        self.index = WordIndex(self.texts)
        self.notes: dict[str, None] = {}  # in the order in which they arose
        self._indexes: dict[str, WordIndex] = {}
        self._known: dict[Term | Near, Match] = {}
        self._places: dict[Term, Spans] = {}
        self.lines: dict[str, Match] = {}

    def match(self, node: Node) -> Match:
        """Return what a tree finds."""
        if isinstance(node, (Term, Near)):
            if node not in self._known:
                self._known[node] = (
                    self._match_term(node) if isinstance(node, Term) else self._match_near(node)
                )
            return self._known[node]
        if isinstance(node, LineRef):
            return self._match_line(node)
        if isinstance(node, Without):
            keep, drop = self.match(node.keep), self.match(node.drop)
            return Match(keep.sure & ~drop.possible, keep.possible & ~drop.sure)
        masks = [self.match(part) for part in node.parts]
        join = np.logical_and if node.operator == "AND" else np.logical_or
        return Match(
            join.reduce([mask.sure for mask in masks]),
            join.reduce([mask.possible for mask in masks]),
        )

    def _match_line(self, node: LineRef) -> Match:
        if node.name not in self.lines:
            raise InputError(
                f"A line must refer to lines before it. Line {node.name} is not among them: "
                f"{', '.join(self.lines) or 'there are none'}. Correct the reference."
            )
        return self.lines[node.name]

    def _match_term(self, term: Term) -> Match:
        sure, possible = self._none(), self._none()
        fields = _spread(term.fields)
        text = [field for field in fields if field in self.texts]
        if text:
            sure |= self.index.records_of(self._find(term))
        for field in fields:
            if field in text or (text and field in TEXT_FIELDS):
                continue  # a text that no record has narrows a search; `notes` tell of it
            found = _FINDERS.get(field, Matcher._match_unknown)(self, term, field)
            sure |= found.sure
            possible |= found.possible
        return Match(sure, possible | sure)

    def _none(self) -> Mask:
        return np.zeros(self.n, dtype=bool)

    def _find(self, node: Node) -> Spans:
        """Return where a term, or one of a list, stands in the texts."""
        if isinstance(node, Term):
            if node not in self._places:
                fields = [field for field in _spread(node.fields) if field in self.texts]
                self._places[node] = self.index.find_phrase(fold_term(node.text), fields)
            return self._places[node]
        if isinstance(node, Group) and node.operator == "OR":
            return join_spans(*map(self._find, node.parts))
        if isinstance(node, Near):
            return self._find_near(node)
        raise InputError(
            f"A proximity operator joins words and lists of words under OR. Got {show_node(node)}. "
            f"Join it by AND instead."
        )

    def _find_near(self, node: Near) -> Spans:
        distance = min(node.distance, _FURTHEST)
        found = self._find(node.parts[0])
        for at, part in enumerate(node.parts[1:], start=2):
            other = self._find(part)
            found = self.index.find_near(found, other, distance, ordered=node.ordered)
            if node.window:  # the words of all parts, and so many others
                short = found.last - found.first + 1 <= at + distance
                found = Spans(found.first[short], found.last[short])
        return found

    def _match_near(self, node: Near) -> Match:
        sure = self.index.records_of(self._find_near(node))
        open_ended = False
        for term in iterate_terms(node):
            fields = _spread(term.fields)
            if not any(field in self.texts for field in fields):
                self._note(fields[0])
                open_ended = True
        return Match(sure, sure | open_ended)

    def _match_words(self, term: Term, field: str) -> Match:
        """Look for a name, a journal or a kind of publication in its column."""
        column = _COLUMNS.get(field, field)
        if column not in self.columns:
            return self._match_unknown(term, field)
        if field not in self._indexes:
            self._indexes[field] = WordIndex({field: _as_texts(self.columns[column])})
        index = self._indexes[field]
        sure = index.records_of(index.find_phrase(fold_term(term.text), [field]))
        return Match(sure, sure | self._blank(column))

    def _match_language(self, term: Term, field: str) -> Match:
        """Compare languages by three letters: exports say English, english or eng."""
        if field not in self.columns:
            return self._match_unknown(term, field)
        wanted = fold_words(term.text).strip()[:3]
        sure = np.array(
            [
                any(word[:3] == wanted for word in fold_words(text).split())
                for text in _as_texts(self.columns[field])
            ],
            dtype=bool,
        )
        return Match(sure, sure | self._blank(field))

    def _match_year(self, term: Term, field: str) -> Match:
        span = split_years(term.text)
        if field not in self.columns or span is None:
            return self._match_unknown(term, field)
        years = pd.to_numeric(self.columns[field], errors="coerce").astype(float).to_numpy()
        sure = (years >= span[0]) & (years <= span[1])
        return Match(sure, sure | np.isnan(years))

    def _match_id(self, term: Term, field: str) -> Match:
        column = "pmid" if field == "record" else field
        if column not in self.columns:
            return self._match_unknown(term, field)
        texts = _as_texts(self.columns[column])
        sure = np.array([text.casefold() == term.text.casefold() for text in texts], dtype=bool)
        return Match(sure, sure | self._blank(column))

    def _match_unknown(self, term: Term, field: str) -> Match:
        self._note(field)
        return Match(self._none(), ~self._none())

    def _note(self, field: str) -> None:
        if field in ("heading", "affiliation", "limit", "other"):
            what = {"heading": "Headings of a thesaurus", "affiliation": "Affiliations",
                    "limit": "Limits", "other": "Some fields"}[field]  # fmt: skip
            self.notes[
                f"{what} cannot be searched in exported records: their terms count as unknown."
            ] = None
        else:
            self.notes[f"The records have no column for {field}: its terms count as unknown."] = (
                None
            )

    def _blank(self, column: str) -> Mask:
        return np.array([not text.strip() for text in _as_texts(self.columns[column])], dtype=bool)


def read_text_columns(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return title, abstract and keywords, as far as a frame has them."""
    texts = {name: _as_texts(frame[name]) for name in TEXT_FIELDS if name in frame.columns}
    if not texts:
        raise InputError(
            f"`records` must have one of the columns {', '.join(map(repr, TEXT_FIELDS))}. "
            f"Its columns are {', '.join(map(repr, map(str, frame.columns))) or 'none'}. Rename one."
        )
    return texts


def _as_texts(column: pd.Series) -> list[str]:
    blank = column.isna().to_numpy(dtype=bool)
    return ["" if empty else str(cell) for cell, empty in zip(column.tolist(), blank, strict=True)]


def _spread(fields: Sequence[str]) -> tuple[str, ...]:
    """Return fields with those for "all" or none written out."""
    if not fields:
        return TEXT_FIELDS
    spread = [name for field in fields for name in (TEXT_FIELDS if field == "all" else (field,))]
    return tuple(dict.fromkeys(spread))


_FINDERS: Mapping[str, Callable[[Matcher, Term, str], Match]] = MappingProxyType(
    {
        "author": Matcher._match_words, "journal": Matcher._match_words,
        "kind": Matcher._match_words, "language": Matcher._match_language,
        "year": Matcher._match_year, "doi": Matcher._match_id, "record": Matcher._match_id,
    }
)  # fmt: skip
