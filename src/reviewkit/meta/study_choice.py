"""Some of the studies of a pooled result, with all that belongs to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.models import Studies
from reviewkit.meta.studies import find_repeated

__all__ = ["choose_studies"]


def choose_studies(
    studies: Studies, chosen: NDArray[np.bool_], transform: str | None = None
) -> Studies:
    """Return the studies where `chosen` is true, in the same order; all of them as they are."""
    if chosen.all():
        return studies
    rows = np.flatnonzero(chosen)
    x, n = (None if part is None else part[rows] for part in (studies.events, studies.total))
    corrected = 0
    if transform is not None and TRANSFORMS[transform].corrected and x is not None:
        corrected = int(np.count_nonzero((x == 0) | (x == n)))
    labels = tuple(studies.study[at] for at in rows)
    return replace(
        studies,
        study=labels,
        effects=studies.effects[rows],
        variances=studies.variances[rows],
        events=x,
        total=n,
        corrected=corrected,
        repeated=find_repeated(labels),
        columns=studies.columns.choose(rows),
    )
