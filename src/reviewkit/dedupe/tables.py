"""Pairs as a person reads them: those of a cluster, those that are open, records side by side."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.groups import Grouped, list_members
from reviewkit.dedupe.pairs import Pairs, join_pairs, sort_pairs
from reviewkit.dedupe.rules import Decision
from reviewkit.dedupe.verdicts import Verdict

__all__ = ["lay_side_by_side", "list_cluster_pairs", "list_open_pairs", "number_questions"]

IntArray = NDArray[np.int64]

_WHOLE = 30  # records of a cluster whose pairs are all told
_SHOWN = ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "source")


def list_cluster_pairs(found: Pairs, labels: IntArray) -> Pairs:
    """Return the pairs of records that are in one cluster, in the order of the input."""
    direct = found.take(labels[found.left] == labels[found.right])
    direct = direct.take((direct.decision >= Decision.UNSURE) | direct.barred)
    known = set(zip(direct.left.tolist(), direct.right.tolist(), strict=True))
    implied = [
        pair
        for group in list_members(labels).values()
        if len(group) <= _WHOLE
        for pair in combinations(group, 2)
        if pair not in known
    ]
    best = np.zeros(len(labels))
    np.maximum.at(best, direct.left, direct.score)
    np.maximum.at(best, direct.right, direct.score)
    return sort_pairs(join_pairs([direct, _imply(implied, best)]))


def _imply(links: list[tuple[int, int]], best: NDArray[np.float64]) -> Pairs:
    """Return pairs that nothing but their cluster holds together; the weaker end gives the score."""
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    score = np.minimum(best[ends[:, 0]], best[ends[:, 1]])
    return Pairs(
        left=ends[:, 0],
        right=ends[:, 1],
        score=np.where(score > 0, score, 1.0),  # by a verdict alone
        decision=np.full(len(ends), Decision.SURE, dtype=np.int8),
        barred=np.zeros(len(ends), dtype=bool),
        reason=np.full(len(ends), "in one cluster by way of others or a verdict", dtype=object),
    )


def list_open_pairs(
    found: Pairs, grouped: Grouped, verdicts: Iterable[Verdict], decision: Decision
) -> Pairs:
    """Return unsure or linked pairs, the likeliest first; linked ones once for two clusters.

    Among the unsure are sure pairs that were refused, and none between clusters that a person
    held apart.
    """
    labels = grouped.labels
    rows = np.flatnonzero(
        (found.decision == decision) & (labels[found.left] != labels[found.right])
    )
    pairs = found.take(rows)
    if decision == Decision.UNSURE:
        refused = found.take(grouped.refused)
        reason = [
            "would join records that contradict each other: " + text for text in refused.reason
        ]
        refused = Pairs(
            refused.left, refused.right, refused.score, refused.decision, refused.barred,
            np.array(reason, dtype=object),
        )  # fmt: skip
        pairs = join_pairs([pairs, refused])
        settled = {
            frozenset((int(labels[one]), int(labels[two])))
            for one, two, duplicate in verdicts
            if not duplicate
        }
        both = zip(labels[pairs.left].tolist(), labels[pairs.right].tolist(), strict=True)
        pairs = pairs.take(np.array([frozenset(two) not in settled for two in both], dtype=bool))
    pairs = pairs.take(np.lexsort((pairs.right, pairs.left, -pairs.score)))
    question = number_questions(pairs, labels)
    if decision == Decision.LINKED:
        return pairs.take(np.sort(np.unique(question, return_index=True)[1]))  # the best of several
    return pairs.take(np.argsort(question, kind="stable"))


def number_questions(pairs: Pairs, labels: IntArray) -> IntArray:
    """Return the number, from 1, of the two clusters of each pair: one answer settles them."""
    ends = np.sort(np.column_stack([labels[pairs.left], labels[pairs.right]]), axis=1)
    codes = ends[:, 0] * max(len(labels), 1) + ends[:, 1]
    return np.asarray(pd.factorize(codes)[0] + 1, dtype=np.int64)


def lay_side_by_side(frame: pd.DataFrame, records: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Add what both records of each pair hold, one column a field and side."""
    for name in _SHOWN:
        if name in records.columns:
            for side, at in (("left", pairs.left), ("right", pairs.right)):
                frame[f"{name}_{side}"] = records[name].take(at).to_numpy()
    return frame
