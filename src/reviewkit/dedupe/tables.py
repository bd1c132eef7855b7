"""Pairs as a person reads them: those of a cluster, those that are open, records side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.groups import Grouped
from reviewkit.dedupe.pairs import Pairs, join_pairs, sort_pairs
from reviewkit.dedupe.rules import Decision
from reviewkit.dedupe.verdicts import Verdict

__all__ = ["lay_side_by_side", "list_cluster_pairs", "list_open_pairs"]

IntArray = NDArray[np.int64]

_WHOLE = 30  # records of a cluster whose pairs are all told
_SHOWN = ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "source")


def list_cluster_pairs(found: Pairs, labels: IntArray) -> Pairs:
    """Return the pairs of records that are in one cluster, in the order of the input."""
    direct = found.take(labels[found.left] == labels[found.right])
    direct = direct.take((direct.decision >= Decision.UNSURE) | direct.barred)
    members: dict[int, list[int]] = defaultdict(list)
    for at in np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1).tolist() if len(labels) else []:
        members[int(labels[at])].append(at)
    best = np.zeros(len(labels))
    np.maximum.at(best, direct.left, direct.score)
    np.maximum.at(best, direct.right, direct.score)
    known = set(zip(direct.left.tolist(), direct.right.tolist(), strict=True))
    implied = [
        pair
        for group in members.values()
        if len(group) <= _WHOLE
        for pair in combinations(group, 2)
        if pair not in known
    ]
    at = np.array(implied, dtype=np.int64).reshape(-1, 2)
    score = np.minimum(best[at[:, 0]], best[at[:, 1]])
    return sort_pairs(join_pairs([direct, _make(at, np.where(score > 0, score, 1.0), "in one cluster by way of other records or a verdict")]))


def _make(at: IntArray, score: NDArray[np.float64], reason: str) -> Pairs:
    n = len(at)
    return Pairs(
        left=at[:, 0], right=at[:, 1], score=score,
        decision=np.full(n, Decision.SURE, dtype=np.int8), barred=np.zeros(n, dtype=bool),
        reason=np.full(n, reason, dtype=object),
    )  # fmt: skip


def list_open_pairs(
    found: Pairs, grouped: Grouped, verdicts: Iterable[Verdict], decision: Decision
) -> Pairs:
    """Return unsure or linked pairs of different clusters, the likeliest first.

    Among the unsure are sure pairs that were refused, and none between clusters that a person
    held apart.
    """
    labels = grouped.labels
    rows = np.flatnonzero((found.decision == decision) & (labels[found.left] != labels[found.right]))
    pairs = found.take(rows)
    if decision == Decision.UNSURE:
        refused = found.take(grouped.refused)
        reason = ["would join records that contradict each other: " + text for text in refused.reason]
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
        ends = zip(labels[pairs.left].tolist(), labels[pairs.right].tolist(), strict=True)
        pairs = pairs.take(np.array([frozenset(end) not in settled for end in ends], dtype=bool))
    return pairs.take(np.lexsort((pairs.right, pairs.left, -pairs.score)))


def lay_side_by_side(frame: pd.DataFrame, records: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    """Add what both records of each pair hold, one column a field and side."""
    for name in _SHOWN:
        if name in records.columns:
            for side, at in (("left", pairs.left), ("right", pairs.right)):
                frame[f"{name}_{side}"] = records[name].take(at).to_numpy()
    return frame
