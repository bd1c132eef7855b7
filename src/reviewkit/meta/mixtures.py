"""A pool of different things is refused, unless the caller says that it is meant."""

from __future__ import annotations

import warnings

import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.integrity.constructs import refuse_mix
from reviewkit.meta.cells import Table, require_table

__all__ = ["MIXES", "check_mix"]

#: What to do with rows that measure different things.
MIXES = ("refuse", "allow")
_CELLS = ("construct", "instrument", "cutoff")


def check_mix(data: Table, study: str, mix: str) -> None:
    """Refuse rows whose cells say that they measure different things, or warn of them.

    Only what is certain counts: different constructs, high with low scores of a scale on which
    high is good, raw with T scores.  A table without such cells passes.
    """
    check_choice("mix", mix, MIXES)
    require_table(data)
    named = [name for name in _CELLS if name in data]
    if not named or study not in data:
        return
    rows = pd.DataFrame({name: list(data[name]) for name in named})
    rows.insert(0, "study", [str(name) for name in data[study]])
    try:
        refuse_mix(rows)
    except InputError as error:
        if mix == "refuse":
            raise
        said = str(error).partition(" To pool them all the same")[0]
        warnings.warn(
            f"Pooled all the same, as mix='allow' says. {said}", ReviewkitWarning, stacklevel=3
        )
