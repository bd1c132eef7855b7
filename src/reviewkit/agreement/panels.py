"""From a frame of verdicts to the patterns of more than two raters.

An item with one verdict stays: it tells how its rater chooses.  One without is counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit.agreement.categories import MAYBE, sort_categories
from reviewkit.agreement.patterns import Patterns, find_patterns
from reviewkit.agreement.verdicts import Ratings

__all__ = ["Panel", "read_panel"]


class Panel(NamedTuple):
    """What many raters chose, and what is not in it."""

    patterns: Patterns
    categories: tuple[Any, ...]
    ordered: bool
    n_items: int  # with two verdicts or more
    n_single: int
    n_undecided: int


def read_panel(ratings: Ratings, *, maybe: str) -> Panel:
    """Return the verdicts of more than two raters.

    Raises
    ------
    InputError
        If a verdict is not known, a rater has none, or no item has two.
    """
    check_choice("maybe", maybe, MAYBE)
    places, categories, ordered = sort_categories(
        ratings.verdicts, ratings.declared, is_decisions=ratings.is_decisions, maybe=maybe
    )
    codes = np.append(places, -1)[ratings.codes]
    decided = (codes >= 0).sum(axis=1)
    silent = [repr(name) for name, column in zip(ratings.raters, codes.T, strict=True)
              if not (column >= 0).any()]  # fmt: skip
    if silent:
        raise InputError(
            f"Each rater must have a verdict. Got none of {list_some(silent, sep=', ')}. "
            f"Leave these raters out."
        )
    n, single = int((decided > 1).sum()), int((decided == 1).sum())
    if not n:
        raise InputError(
            f"At least 1 item must have verdicts of two raters. Got none: {single} items with "
            f"one, of {list_some([*ratings.raters], sep=', ')}. Check that all name items alike."
        )
    patterns = find_patterns(codes, len(categories))
    rest = decided.size - n - single
    return Panel(patterns, categories, ordered, n, single, rest)
