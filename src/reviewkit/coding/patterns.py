r"""Keywords and patterns of a codebook, as expressions that find them in a text.

A keyword matches whole words in any case.  A space in it stands for any space or dash, a
dash also for nothing (``burn-out`` finds "burnout" and "burn out"), a star for letters
(``traumati*``).  A pattern is a regular expression, taken as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.coding.labels import read_labels
from reviewkit.coding.rules import Problem, refuse, require_columns

__all__ = ["Finder", "fold_text", "make_finders"]

_GAP = r"[\s\u00ad\u2010-\u2015\u2212-]"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_TOKEN = re.compile(r"\s+|[\u2010-\u2015\u2212-]|\*|['\u2019]|[^\s*'\u2010-\u2015\u2019\u2212-]+")
#: Scripts that are written without spaces: there, a word has no edges to look for.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class Finder(NamedTuple):
    """What finds a code, and how it is written in the codebook."""

    code: str
    written: str
    kind: str  # "keyword" or "pattern"
    expression: re.Pattern[str]
    anchor: str = ""  # what a folded text must hold for the expression to be found

    def places(self, text: str, folded: str) -> list[tuple[int, int]]:
        """Return start and end of each place in a text, whose folded form is at hand."""
        if self.anchor not in folded:
            return []
        return [
            found.span() for found in self.expression.finditer(text) if found.end() > found.start()
        ]


def make_finders(codebook: pd.DataFrame) -> list[Finder]:
    """Return the finders of a codebook: columns ``keywords`` (by semicolon) and ``pattern``.

    Raises
    ------
    InputError
        If the codebook has neither column, no entry in them, or a pattern that is no regular
        expression or matches nothing at all.
    """
    require_columns(codebook, ("code",), "`codebook`")
    if not {"keywords", "pattern"} & {*map(str, codebook.columns)}:
        raise InputError(
            "`codebook` must have a column 'keywords' (words, separated by semicolons) or "
            "'pattern' (a regular expression). It has neither. Add one."
        )
    codes = read_labels(codebook["code"])
    finders, problems = [], list[Problem]()
    for row, (code, words, pattern) in enumerate(
        zip(codes, _column(codebook, "keywords"), _column(codebook, "pattern"), strict=True)
    ):
        if not code and (words or pattern):
            problems.append(Problem(row, "no code"))
        for word in filter(None, (part.strip() for part in words.split(";"))):
            made = _from_keyword(word)
            if made is None:
                problems.append(Problem(row, f"the keyword {word!r} has no letter"))
            else:
                finders.append(Finder(code, word, "keyword", made, _find_anchor(word)))
        if pattern:
            compiled, problem = _compile(pattern)
            problems += [Problem(row, problem)] if problem else []
            finders += [Finder(code, pattern, "pattern", compiled)] if compiled else []
    if problems:
        raise refuse(
            problems, [f"index {label!r}" for label in codebook.index],
            "Keywords must hold letters, and patterns be regular expressions that match some text.",
            "Correct these rows.",
        )  # fmt: skip
    if not finders:
        raise InputError(
            "`codebook` must have a keyword or a pattern for 1 code or more. Got none."
        )
    return finders


def fold_text(text: str) -> str:
    """Return a text in which whatever matches in any case is written the same."""
    return (
        unicodedata.normalize("NFKC", text).casefold().replace("\u0131", "i").replace("\u0307", "")
    )


def _find_anchor(word: str) -> str:
    """Return the longest part of a keyword that stands in every match."""
    parts = [token for token in _TOKEN.findall(word) if token[0].isalnum()]
    return max(map(fold_text, parts), key=len, default="")


def _column(frame: pd.DataFrame, name: str) -> list[str]:
    return read_labels(frame[name]) if name in frame else [""] * len(frame)


def _compile(pattern: str) -> tuple[re.Pattern[str] | None, str]:
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        return None, f"the pattern {pattern!r} is no regular expression ({error})"
    if compiled.fullmatch(""):
        return None, f"the pattern {pattern!r} matches nothing at all, hence everywhere"
    return compiled, ""


def _from_keyword(word: str) -> re.Pattern[str] | None:
    forms = dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    bodies = [_body(form) for form in forms]
    if not any(letter.isalnum() for letter in word):
        return None
    found = re.compile("|".join(f"(?:{body})" for body in bodies), re.IGNORECASE)
    return None if found.fullmatch("") else found


def _body(word: str) -> str:
    """Return the expression of a keyword."""
    parts = list(_parts(_TOKEN.findall(word)))
    before = r"(?<![^\W_])" if _has_edge(word[0]) else ""
    after = r"(?![^\W_])" if _has_edge(word[-1]) else ""
    return before + "".join(parts) + after


def _parts(tokens: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if token.isspace():
            yield f"{_GAP}+"
        elif token in _DASHES:
            yield f"{_GAP}*"
        elif token == "*":
            yield r"[^\W_]*"
        elif token in ("'", "’"):
            yield "['’]"
        else:
            yield re.escape(token)


def _has_edge(letter: str) -> bool:
    return (letter.isalnum() or letter == "*") and not _UNSPACED.match(letter)
