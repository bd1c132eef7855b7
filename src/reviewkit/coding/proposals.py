"""A codebook's keywords and patterns applied to texts: first proposals, marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.result import Result
from reviewkit.coding.labels import count_of, read_labels
from reviewkit.coding.patterns import Finder, fold_text, make_finders
from reviewkit.coding.rules import require_columns
from reviewkit.coding.sentences import find_sentences, sentence_at
from reviewkit.sources.refi_offsets import plain_text

__all__ = ["PROPOSAL", "Proposals", "Text", "code_segments", "take_texts"]

PROPOSAL = "proposal"
_CODER = "codebook"
_MOST_ROWS = 60


class Text(NamedTuple):
    """A text to be coded."""

    study: str
    source: str
    text: str


class Hit(NamedTuple):
    """A place in a text that a code is proposed for."""

    study: str
    code: str
    text: str
    source: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    matched: str  # keywords and patterns, as the codebook writes them


@dataclass(frozen=True, slots=True)
class Proposals(Result):
    """Places that the codebook proposes codes for; a person has yet to look at them."""

    title: ClassVar[str] = "Proposed codes"

    hits: tuple[Hit, ...]
    n_texts: int
    n_empty: int  # texts without a word
    silent: tuple[str, ...]  # codes that found nothing

    def to_frame(self) -> pd.DataFrame:
        """Return one row a hit, as segments: ``study, code, coder, text, source, start, end``.

        Then ``sentence``, its place (``sentence_start, sentence_end``), ``matched`` (the keyword
        or pattern) and ``status``, which is "proposal" in all rows; ``coder`` is "codebook".
        """
        frame = pd.DataFrame([*self.hits], columns=[*Hit._fields])
        for name in ("study", "code", "text", "source", "sentence", "matched"):
            cells = [cell or np.nan for cell in frame[name].tolist()]
            frame[name] = pd.Series(cells, dtype=str)
        for name in ("start", "end", "sentence_start", "sentence_end"):
            frame[name] = frame[name].astype("Int64")
        frame.insert(2, "coder", pd.Series([_CODER] * len(frame), dtype=str))
        return frame.assign(status=pd.Series([PROPOSAL] * len(frame), dtype=str))

    def counts(self) -> pd.DataFrame:
        """Return one row a code: in how many texts and places it is proposed."""
        frame = self.to_frame()
        texts = frame.assign(where=frame["study"].fillna("") + "\0" + frame["source"].fillna(""))
        found = texts.groupby("code", sort=False).agg(
            n_texts=("where", "nunique"), n_hits=("where", "size")
        )
        idle = pd.DataFrame(
            {"n_texts": 0, "n_hits": 0}, index=pd.Index([*self.silent], name="code")
        )
        return pd.concat([found, idle]).sort_values("n_texts", ascending=False, kind="stable")

    def summary(self) -> str:
        """Return headline and the first hits as plain text."""
        frame = self.to_frame()[["study", "code", "text", "start", "end", "sentence"]]
        table = frame.to_string(max_rows=_MOST_ROWS, max_colwidth=60)
        return f"{self.title}\n{self._headline()}\n\n{table}"

    def _headline(self) -> str:
        codes = len({hit.code for hit in self.hits})
        empty = f" Without words: {count_of(self.n_empty, 'text')}." if self.n_empty else ""
        silent = f" Found nothing: {count_of(len(self.silent), 'code')}." if self.silent else ""
        return (
            f"{count_of(len(self.hits), 'place')} for {count_of(codes, 'code')} in "
            f"{count_of(self.n_texts, 'text')}; all are proposals.{empty}{silent}"
        )


def code_segments(
    findings: pd.DataFrame | Mapping[str, str] | str, codebook: pd.DataFrame
) -> Proposals:
    r"""Propose codes for texts by the keywords and patterns of a codebook.

    Parameters
    ----------
    findings : DataFrame, mapping or str
        Texts: a frame with the column ``text`` and if it has them ``study`` and ``source``, as
        from :func:`read_texts`; or texts by the name of their study; or one text.
    codebook : DataFrame
        Codes with a column ``keywords`` (separated by semicolons), ``pattern`` (a regular
        expression), or both.  Keywords match whole words in any case: a space stands for any
        space or dash, a dash also for nothing, a star for letters.

    Returns
    -------
    Proposals
        One row a place and code, with the sentence around it.  Places that overlap are one.
        Its frame has the columns of segments, so that it can be corrected, confirmed and read
        by :func:`build_themes`.

    Raises
    ------
    InputError
        If a column is missing, a pattern is no regular expression, or nothing is to be found.

    Notes
    -----
    A word is not what it is about: negations ("no burnout"), headings and references are found
    as well.  Places count characters after line ends are made one character.

    References
    ----------
    Krippendorff, K. (2018). *Content Analysis: An Introduction to Its Methodology*, 4th ed.
    ISBN 978-1-5063-9566-1

    Examples
    --------
    >>> codebook = pd.DataFrame({"code": ["Burnout", "Self-care"],
    ...                          "keywords": ["burn-out; emotional* exhaust*", "self-care"]})
    >>> found = code_segments({"Lee (10)": "Rest is rare. Burnout, or emotional\nexhaustion."}, codebook)
    >>> found.to_frame()[["code", "text", "start", "sentence"]].to_numpy().tolist()
    [['Burnout', 'Burnout', 14, 'Burnout, or emotional exhaustion.'],
     ['Burnout', 'emotional exhaustion', 26, 'Burnout, or emotional exhaustion.']]
    """
    finders = make_finders(codebook)
    texts = take_texts(findings)
    hits = [hit for text in texts for hit in _find(text, finders)]
    found = {hit.code for hit in hits}
    silent = tuple(dict.fromkeys(f.code for f in finders if f.code not in found))
    empty = sum(not text.text.strip() for text in texts)
    return Proposals(tuple(hits), len(texts), empty, silent)


def take_texts(findings: pd.DataFrame | Mapping[str, str] | str) -> list[Text]:
    """Return texts, whose missing ones are empty."""
    if isinstance(findings, str):
        findings = {"text": findings}
    if isinstance(findings, Mapping):
        wrong = [name for name, text in findings.items() if not isinstance(text, str)]
        if wrong:
            raise InputError(
                f"Texts must be text. Got {type(findings[wrong[0]]).__name__} for {wrong[0]!r}."
            )
        return [Text(str(name), "", plain_text(text)) for name, text in findings.items()]
    require_columns(findings, ("text",), "`findings`")
    columns = [
        read_labels(findings[name]) if name in findings else [""] * len(findings)
        for name in ("study", "source")
    ]
    texts = [
        plain_text(text) if isinstance(text, str) else "" for text in findings["text"].tolist()
    ]
    return [Text(*row) for row in zip(*columns, texts, strict=True)]


def _find(text: Text, finders: Sequence[Finder]) -> list[Hit]:
    """Return what is found in a text, in its order; overlapping places of a code are one."""
    places: dict[str, list[tuple[int, int, str]]] = {}
    folded = fold_text(text.text)
    for finder in finders:
        found = finder.places(text.text, folded)
        if found:
            places.setdefault(finder.code, []).extend((*span, finder.written) for span in found)
    joined = [
        (start, end, code, written)
        for code, spans_of in places.items()
        for start, end, written in _join(spans_of)
    ]
    spans = find_sentences(text.text) if joined else []
    hits = []
    for start, end, code, written in sorted(joined):
        first, last = sentence_at(spans, start, end)
        words, sentence = (
            " ".join(text.text[a:b].split()) for a, b in ((start, end), (first, last))
        )
        hits.append(
            Hit(text.study, code, words, text.source, start, end, sentence, first, last, written)
        )
    return hits


def _join(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    joined: list[tuple[int, int, str]] = []
    for start, end, written in sorted(found):
        if joined and start < joined[-1][1]:
            first, last, told = joined[-1]
            told = told if written in told.split("; ") else f"{told}; {written}"
            joined[-1] = (first, max(last, end), told)
        else:
            joined.append((start, end, written))
    return joined
