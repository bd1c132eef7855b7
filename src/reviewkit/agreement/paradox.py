"""Why a kappa can be low in spite of agreement: a plain sentence where it is so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reviewkit._core.format import format_number, format_percent

__all__ = ["explain_paradox"]

_HIGH_SHARE = 0.8  # agreed
_LOW_KAPPA = 0.61
_LOSS = 0.2  # by which prevalence takes kappa below PABAK


def explain_paradox(counts: Sequence[Sequence[int]], categories: Sequence[Any]) -> str:
    """Return a sentence if prevalence makes kappa low in spite of agreement; else nothing.

    References
    ----------
    Feinstein & Cicchetti (1990). doi:10.1016/0895-4356(90)90158-L

    Examples
    --------
    >>> explain_paradox([[1, 3], [2, 94]], ["include", "exclude"])
    "Kappa is low in spite of agreement: of all choices, 96.5 % were 'exclude', so 93.2 % agreement
    was to be expected by chance, and kappa rates only what goes beyond it; PABAK is 0.900."
    """
    table = np.array(counts, dtype=float)
    k = len(table)
    if k < 2 or not table.sum():
        return ""
    shares = table / table.sum()
    agreed, by_chance = float(shares.trace()), float(shares.sum(axis=0) @ shares.sum(axis=1))
    pabak = (k * agreed - 1) / (k - 1)
    if by_chance >= 1 or agreed < _HIGH_SHARE:
        return ""
    kappa = (agreed - by_chance) / (1 - by_chance)
    if kappa >= _LOW_KAPPA or pabak - kappa < _LOSS:
        return ""
    chosen = (shares.sum(axis=0) + shares.sum(axis=1)) / 2
    most = int(chosen.argmax())
    return (
        f"Kappa is low in spite of agreement: of all choices, {format_percent(chosen[most])} were "
        f"{categories[most]!r}, so {format_percent(by_chance)} agreement was to be expected by "
        f"chance, and kappa rates only what goes beyond it; PABAK is {format_number(pabak, 3)}."
    )
