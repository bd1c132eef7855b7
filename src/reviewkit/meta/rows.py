"""Rows of a table as counts or as effects, whichever it holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit.meta.cells import Table, require_table
from reviewkit.meta.effects import TRANSFORMS, transform_counts
from reviewkit.meta.models import Studies
from reviewkit.meta.studies import read_counts, read_effects

__all__ = ["ColumnNames", "is_counted", "read_rows"]


class ColumnNames(NamedTuple):
    """Columns of a table; None is a name that the caller left out."""

    events: str | None
    total: str | None
    effect: str | None
    variance: str | None
    study: str


def is_counted(data: Table, names: ColumnNames) -> bool:
    """Say whether counts are meant: by the columns that are named, else by those there are."""
    require_table(data)
    counts, effects = names[:2], names[2:4]
    named = [any(name is not None for name in pair) for pair in (counts, effects)]
    if all(named):
        raise InputError(
            f"Either counts or effects must be named. Got columns {', '.join(filter(None, counts))} "
            f"and {', '.join(filter(None, effects))}. Leave one of the pairs out."
        )
    if any(named):
        return named[0]
    present = {str(column) for column in data}
    return {"events", "total"} <= present or not {"effect", "variance"} <= present


def read_rows(data: Table, names: ColumnNames, *, transform: str, missing: str) -> Studies:
    """Return checked rows, counts on the scale of `transform`."""
    if not is_counted(data, names):
        found = read_effects(
            data, effect=names.effect or "effect", variance=names.variance or "variance",
            study=names.study, missing=missing,
        )  # fmt: skip
        return Studies(
            found.study, found.effects, found.variances,
            left_out=found.left_out, columns=found.columns,
        )  # fmt: skip
    scale = TRANSFORMS[check_choice("transform", transform, TRANSFORMS)]
    rows = read_counts(
        data, events=names.events or "events", total=names.total or "total",
        study=names.study, missing=missing,
    )  # fmt: skip
    x, n = rows.events, rows.total
    effects, variances = transform_counts(x, n, scale)
    corrected = int(np.count_nonzero((x == 0) | (x == n))) if scale.corrected else 0
    return Studies(
        rows.study, effects, variances, x, n, corrected, rows.left_out, columns=rows.columns
    )
