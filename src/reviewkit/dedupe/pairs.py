"""Pairs of records with what was decided on them and why, in words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.deciding import Decided
from reviewkit.dedupe.features import Features
from reviewkit.dedupe.rules import RULES, Decision
from reviewkit.dedupe.titles import TitleMatch

__all__ = ["Pairs", "describe_pairs", "join_pairs", "sort_pairs"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of records by their positions, the left one first in the input."""

    left: IntArray
    right: IntArray
    score: NDArray[np.float64]
    decision: NDArray[np.int8]
    barred: NDArray[np.bool_]
    reason: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: NDArray[Any]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(*(getattr(self, field.name)[rows] for field in fields(self)))


def join_pairs(parts: list[Pairs]) -> Pairs:
    """Return pairs of several lists as one list."""
    return Pairs(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Pairs))
    )


def sort_pairs(pairs: Pairs) -> Pairs:
    """Return pairs in the order of their records, each once, the graver decision first."""
    order = np.lexsort((-pairs.decision, pairs.right, pairs.left))
    sorted_ = pairs.take(order)
    new = np.ones(len(pairs), dtype=bool)
    new[1:] = (sorted_.left[1:] != sorted_.left[:-1]) | (sorted_.right[1:] != sorted_.right[:-1])
    return sorted_.take(new)


def describe_pairs(features: Features, decided: Decided, positions: IntArray) -> Pairs:
    """Return what is worth keeping of decided pairs: all but those that only chance brought together.

    Parameters
    ----------
    positions : array
        Position in the input of each record that was compared.
    """
    kept = np.flatnonzero((decided.decision > Decision.DISTINCT) | decided.barred)
    return Pairs(
        left=positions[features.left[kept]],
        right=positions[features.right[kept]],
        score=decided.score[kept],
        decision=decided.decision[kept],
        barred=decided.barred[kept],
        reason=_write_reasons(features, decided, kept),
    )


def _write_reasons(f: Features, decided: Decided, rows: IntArray) -> NDArray[np.object_]:
    """Return the reason of each pair; pairs with the same evidence share a text."""
    authors = np.nan_to_num(f.authors[rows], nan=-1)
    states = pd.DataFrame(
        {
            "rule": decided.rule[rows], "title": f.title[rows],
            "authors": np.select([authors < 0, authors < 0.4, authors < 0.85], [0, -1, 2], 1),
            "years": np.minimum(f.years[rows], 99),
            "journal": f.journal[rows], "volume": f.volume[rows], "page": f.page[rows],
            "doi": f.doi[rows], "pmid": f.pmid[rows], "abstract": f.abstract[rows],
        }
    )  # fmt: skip
    codes = states.groupby(list(states.columns), sort=False).ngroup().to_numpy()
    distinct = states.loc[~pd.Series(codes).duplicated().to_numpy()]
    texts = [_write_reason(row) for row in distinct.to_dict("records")]
    return np.array(texts, dtype=object)[codes] if texts else np.zeros(0, dtype=object)


_TITLES = {
    TitleMatch.SAME: "same title", TitleMatch.TYPO: "title but for spelling",
    TitleMatch.SHORTER: "title but for its end",
}  # fmt: skip
_FIELDS = {"journal": "journal", "volume": "volume", "page": "first page", "doi": "DOI", "pmid": "PMID",
           "abstract": "abstract"}  # fmt: skip


def _write_reason(state: dict[Any, int]) -> str:
    """Return one reason: the rule, what agrees, and what does not."""
    rule = [*RULES.values()][state["rule"]].reason if state["rule"] >= 0 else "too little agrees"
    agree, differ = [], []
    title = TitleMatch(state["title"])
    if title in _TITLES:
        agree.append(_TITLES[title])
    elif title != TitleMatch.UNKNOWN:
        differ.append("title")
    if state["authors"]:
        (differ if state["authors"] < 0 else agree).append(
            "authors" if state["authors"] != 2 else "most authors"
        )
    if state["years"] == 0:
        agree.append("year")
    elif state["years"] < 99:
        differ.append(f"year by {state['years']}")
    for name, label in _FIELDS.items():
        if state[name]:
            (agree if state[name] > 0 else differ).append(label)
    told = [f"agree: {', '.join(agree)}"] if agree else []
    told += [f"differ: {', '.join(differ)}"] if differ else []
    return f"{rule} ({'; '.join(told)})" if told else rule
