"""Which effects belong together: one sample, one laboratory, one paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.models import Studies

__all__ = ["Clusters", "read_clusters"]


class Clusters(NamedTuple):
    """The cluster of each row."""

    numbers: NDArray[np.intp]  # (k,); from 0, in the order in which clusters come
    labels: tuple[Any, ...]
    name: str  # of the column; "cluster" for bare values

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many rows each has."""
        return np.bincount(self.numbers, minlength=len(self.labels))


def read_clusters(studies: Studies, cluster: Any) -> Clusters:
    """Return the clusters of pooled rows: a column of their table, or values.

    Raises
    ------
    InputError
        If there is no such column, not that many values, or rows without a cluster.
    """
    k = len(studies.study)
    if isinstance(cluster, str):
        check_columns(studies.columns, {"cluster": cluster})
        found, name = studies.columns.series(cluster), cluster
    elif isinstance(cluster, Iterable):
        cells = cluster if hasattr(cluster, "dtype") else [*cluster]
        found = pd.Series(cells).reset_index(drop=True)
        name = str(getattr(cluster, "name", None) or "cluster")
        if len(found) == k + len(studies.left_out) > k:
            found = studies.columns.select(found)
    else:
        raise InputError(
            f"`cluster` must name a column of the pooled table, or hold one value a row. "
            f"Got {cluster!r}."
        )
    if len(found) != k:
        raise InputError(
            f"There must be one cluster for each of the {k} rows that are pooled. Got "
            f"{len(found)}. Give them in the order of the table."
        )
    gaps = np.asarray(found.isna() | (found.astype(str).str.strip() == ""))
    if gaps.any():
        rows = [f"{studies.study[at]!r} in row {at}" for at in np.flatnonzero(gaps).tolist()]
        raise InputError(
            f"Each row must have a cluster. {name!r} is missing for {list_some(rows)}. "
            f"Fill the extraction table; a row that stands alone is a cluster of its own."
        )
    numbers, labels = pd.factorize(found)
    return Clusters(np.asarray(numbers, dtype=np.intp), tuple(labels), name)
