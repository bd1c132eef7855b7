"""Codes that may be one: proposed with scores and reasons, for a person to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from os import PathLike
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number
from reviewkit._core.result import Result
from reviewkit.coding.labels import count_of, fold_label, natural_key, read_labels
from reviewkit.coding.likeness import (
    Pairs,
    Space,
    compare_texts,
    compare_words,
    find_pairs,
    plain_words,
    read_pairs,
    shared_terms,
)
from reviewkit.coding.rules import require_columns
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import write_table

__all__ = ["MergeSuggestions", "suggest_merges"]

_COLUMNS = (
    "left", "right", "score", "wording", "meaning", "kind", "reason", "segments_left",
    "segments_right", "group", "keep",
)  # fmt: skip


class Suggestion(NamedTuple):
    """Two codes that may be one."""

    left: str
    right: str
    score: float
    wording: float
    meaning: float  # NaN where one of them has no coded text
    kind: str
    reason: str
    segments_left: int
    segments_right: int
    group: int
    keep: str


@dataclass(frozen=True, slots=True)
class MergeSuggestions(Result):
    """Pairs of codes to look at; nothing is merged before a person says so."""

    title: ClassVar[str] = "Codes that may be one"

    rows: tuple[Suggestion, ...]
    n_codes: int
    n_found: int  # pairs above the limits; `rows` may hold fewer
    n_texts: int  # codes with coded text
    wording: float
    meaning: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair, the most alike first, with a blank column ``merge``.

        ``kind`` is ``near-duplicate`` (the same but for case, dashes and spaces), ``wording``,
        ``meaning`` or ``both``; ``group`` numbers what hangs together by pairs; ``keep`` is the
        name that would remain.
        """
        frame = pd.DataFrame([*self.rows], columns=[*_COLUMNS])
        for name in ("left", "right", "kind", "reason", "keep"):
            frame[name] = frame[name].astype(str)
        return frame.assign(merge=pd.Series([np.nan] * len(frame), dtype=str))

    def write(self, path: str | PathLike[str]) -> Path:
        """Write the pairs as csv or xlsx, to be confirmed in the column ``merge``.

        Write yes or no there, and another name under ``keep`` if you like;
        :func:`~reviewkit.coding.confirmed.read_merges` reads it back.
        """
        path = Path(path)
        ending = path.suffix.casefold()
        if ending not in (".csv", ".xlsx"):
            raise InputError(f"The name of the file must end in .csv or .xlsx. Got {path.name!r}.")
        (write_table if ending == ".csv" else write_sheet)(self.to_frame(), path)
        return path

    def _headline(self) -> str:
        kinds = Counter(row.kind for row in self.rows)
        told = ", ".join(f"{format_count(n)} by {kind}" for kind, n in kinds.items())
        more = self.n_found - len(self.rows)
        left_out = f" {format_count(more)} less alike pairs are left out." if more else ""
        texts = f"{format_count(self.n_texts)} of {count_of(self.n_codes, 'code')} with text."
        head = f"{count_of(self.n_found, 'pair')} of {count_of(self.n_codes, 'code')}"
        return f"{head}{': ' * bool(told)}{told}.{left_out} {texts}"


def suggest_merges(
    codes: pd.DataFrame | Iterable[object], *, wording: float = 0.6, meaning: float = 0.5,
    most: int = 1000,
) -> MergeSuggestions:  # fmt: skip
    """Propose codes that may be one: near-duplicates, and codes alike in wording or meaning.

    Parameters
    ----------
    codes : DataFrame or iterable of str
        Segments (``code`` and ``text``), a codebook (``code`` and ``definition``, which then
        stands for the text), or only the names of codes.
    wording, meaning : float in (0, 1], default 0.6 and 0.5
        Least likeness of the names, and of the coded text: cosines of TF-IDF weights of
        character trigrams, and of words.
    most : int, default 1000
        So many pairs at most, the most alike; the others are counted.

    Returns
    -------
    MergeSuggestions
        Its frame has the scores and a reason for each pair, and a blank column ``merge``;
        :meth:`MergeSuggestions.write` saves it, :func:`read_merges` reads it back.

    Raises
    ------
    InputError
        If there is no column ``code``, no code, or a limit is out of range.

    Notes
    -----
    Likeness of wording is not likeness of meaning: "low stress" and "high stress" are alike.
    A pair is a question to a person, never an answer.

    References
    ----------
    Salton, G. and Buckley, C. (1988). Term-weighting approaches in automatic text retrieval.
    *Information Processing & Management*, 24, 513-523. doi:10.1016/0306-4573(88)90021-0

    Examples
    --------
    >>> found = suggest_merges(["Burn-out", "burnout", "Work stress", "Stress at work", "Trust"])
    >>> found.to_frame()[["left", "right", "kind", "keep"]].to_numpy().tolist()
    [['Burn-out', 'burnout', 'near-duplicate', 'Burn-out'],
     ['Stress at work', 'Work stress', 'wording', 'Stress at work']]
    """
    for name, value in (("wording", wording), ("meaning", meaning)):
        if not 0 < value <= 1:
            raise InputError(f"`{name}` must be above 0 and at most 1. Got {value!r}.")
    if most < 1:
        raise InputError(f"`most` must be 1 or more. Got {most!r}.")
    counts, texts = _read(codes)
    names = sorted(counts, key=natural_key)
    by_words = compare_words(names)
    by_texts = compare_texts([texts[name] for name in names])
    pairs = _join(names, by_words, by_texts, wording, meaning)
    order = np.lexsort((pairs.right, pairs.left, -pairs.score))[:most]
    kept = Pairs(pairs.left[order], pairs.right[order], pairs.score[order])
    rows = _describe(names, counts, kept, by_words, by_texts, (wording, meaning))
    known = 0 if by_texts is None else int(by_texts.known.sum())
    return MergeSuggestions(rows, len(names), len(pairs.left), known, wording, meaning)


def _read(codes: pd.DataFrame | Iterable[object]) -> tuple[Counter[str], dict[str, str]]:
    """Return how often each code stands, and its coded text or definition."""
    if isinstance(codes, str):
        raise InputError(f"`codes` must be names of codes. Got the text {codes!r}.")
    frame = (
        codes
        if isinstance(codes, pd.DataFrame)
        else pd.DataFrame({"code": pd.Series([*codes], dtype=object)})
    )
    require_columns(frame, ("code",), "`codes`")
    names = read_labels(frame["code"])
    missing = names.count("")
    if missing or not names:
        found = f"{missing} missing ones" if names else "none"
        raise InputError(
            f"`codes` must be names of codes, 1 or more. Got {found}. Leave these rows out."
        )
    column = next((name for name in ("text", "definition") if name in frame), None)
    said = read_labels(frame[column]) if column else [""] * len(names)
    parts: dict[str, list[str]] = {}
    for name, text in dict.fromkeys(zip(names, said, strict=True)):  # a quote of two coders is one
        parts.setdefault(name, []).append(text)
    return Counter(names), {name: " ".join(found) for name, found in parts.items()}


def _join(
    names: Sequence[str], by_words: Space, by_texts: Space | None, wording: float, meaning: float
) -> Pairs:
    """Return pairs that are alike in one way or the other."""
    keys: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        keys.setdefault(fold_label(name) or name, []).append(at)
    same = [(a, b) for group in keys.values() for n, a in enumerate(group) for b in group[n + 1 :]]
    found = [find_pairs(by_words, wording)]
    if by_texts is not None:
        found.append(find_pairs(by_texts, meaning))
    code = np.unique(
        np.concatenate(
            [np.array([a * len(names) + b for a, b in same], dtype=np.int64)]
            + [pairs.left * len(names) + pairs.right for pairs in found]
        )
    )
    left, right = code // len(names), code % len(names)
    scores = np.fmax(read_pairs(by_words, left, right), read_pairs(by_texts, left, right))
    folded = np.isin(code, [a * len(names) + b for a, b in same])
    return Pairs(left, right, np.where(folded, 1.0, scores))


def _describe(
    names: Sequence[str], counts: Counter[str], pairs: Pairs, by_words: Space,
    by_texts: Space | None, limits: tuple[float, float],
) -> tuple[Suggestion, ...]:  # fmt: skip
    words = read_pairs(by_words, pairs.left, pairs.right)
    texts = read_pairs(by_texts, pairs.left, pairs.right)
    groups = _number_groups(pairs)
    rows = []
    for at, (left, right) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
        one, other = names[left], names[right]
        kind, reason = _tell(one, other, float(words[at]), float(texts[at]), limits)
        if by_texts is not None and kind in ("meaning", "both"):
            terms = shared_terms(by_texts, left, right)
            reason += f": {', '.join(terms)}" if terms else ""
        keep = max((one, other), key=lambda name: counts[name])  # the first, of two as frequent
        rows.append(
            Suggestion(one, other, float(pairs.score[at]), float(words[at]), float(texts[at]), kind,
                       reason, counts[one], counts[other], groups[left], keep)
        )  # fmt: skip
    return tuple(rows)


def _tell(
    one: str, other: str, words: float, texts: float, limits: tuple[float, float]
) -> tuple[str, str]:
    """Return the kind of a pair and why it is one."""
    if fold_label(one) == fold_label(other):
        return "near-duplicate", "same but for case, dashes and spaces"
    shared = sorted({*plain_words(one).split()} & {*plain_words(other).split()})
    wording = f"wording {format_number(words, 2)}"
    wording += f", shared words: {', '.join(shared[:4])}" if shared else ", shared parts of words"
    meaning = "" if isnan(texts) else f"coded text {format_number(texts, 2)}"
    alike = words >= limits[0] - 1e-6
    if alike and meaning and texts >= limits[1] - 1e-6:
        return "both", f"{wording}; {meaning}"
    return ("wording", wording) if alike else ("meaning", meaning)


def _number_groups(pairs: Pairs) -> dict[int, int]:
    """Return a number for each code, the same for codes that hang together by pairs."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    found: dict[int, int] = {}
    parts = sorted(nx.connected_components(graph), key=min)
    for number, part in enumerate(parts, start=1):
        found |= dict.fromkeys(part, number)
    return found
