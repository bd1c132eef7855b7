"""From evidence to a decision, and to a score that puts pairs in order."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from reviewkit.dedupe.features import Features
from reviewkit.dedupe.rules import RULES, Decision
from reviewkit.dedupe.titles import TitleMatch
from reviewkit.dedupe.view import View

__all__ = ["Decided", "decide_pairs"]

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Decisions on pairs, and which rule took them."""

    decision: NDArray[np.int8]
    rule: NDArray[np.int16]  # place in RULES; −1 where none held
    barred: BoolArray  # pairs that must not be in one cluster
    score: NDArray[np.float64]


def decide_pairs(features: Features) -> Decided:
    """Return the decision of the first rule that holds for each pair."""
    view = View(features)
    rule = np.full(len(features), -1, dtype=np.int16)
    for at, each in enumerate(RULES.values()):
        free = rule == -1
        if not free.any():
            break
        rule[free & each.holds(view, features)] = at
    rules = list(RULES.values())
    decisions = np.array([*(each.decision for each in rules), Decision.DISTINCT], dtype=np.int8)
    bars = np.array([*(each.bars for each in rules), False], dtype=bool)
    return Decided(decisions[rule], rule, bars[rule], _score(view, features))


_TITLE_POINTS = MappingProxyType(
    {
        TitleMatch.SAME: 4.5, TitleMatch.TYPO: 3.5, TitleMatch.SHORTER: 2.0, TitleMatch.NEAR: 0.5,
        TitleMatch.UNKNOWN: 0.0, TitleMatch.DIFFERENT: -4.0, TitleMatch.CONFLICT: -6.0,
    }
)  # fmt: skip


def _score(view: View, f: Features) -> NDArray[np.float64]:
    """Return how much speaks for a pair, in (0, 1): the sum of points for each field, as a share.

    The score puts pairs in order and settles which of two merges is the better one; it
    decides nothing by itself.
    """
    title = np.array([_TITLE_POINTS[TitleMatch(value)] for value in range(-2, 5)])[f.title + 2]
    points = -4.0 + title * np.where(f.generic, 0.3, 1.0)
    points += np.nan_to_num((f.authors - 0.5) * 5, nan=0.0)
    points += 5.0 * f.doi * ~view.mixed_ids + 5.0 * f.pmid * ~view.mixed_ids
    points += 2.5 * f.page + 1.2 * f.volume + 0.5 * f.issue + 1.2 * f.journal + 1.5 * f.abstract
    points += np.select([f.years == 0, f.years == 1, f.years < 99], [1.0, 0.3, -2.0], 0.0)
    points -= 7.0 * f.marks + 3.0 * f.kinds
    return np.asarray(1 / (1 + np.exp(-points / 2)))
