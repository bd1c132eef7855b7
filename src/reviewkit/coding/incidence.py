"""Which study stands behind which code: the one table that all counts come from.

A study stands behind a code or not, however many segments say so.  Only the
cells that are filled are kept, so that 10,000 segments and 500 codes, or 5,000,
cost what is coded and not what could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.coding.labels import natural_key

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Incidence", "build_incidence"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Studies in natural order × labels, those of most studies first."""

    studies: tuple[str, ...]
    labels: tuple[str, ...]
    cells: tuple[tuple[int, int, int], ...]  # study, label, number of segments: 1 or more

    @property
    def _columns(self) -> IntArray:
        """The cells, as an array of shape (3, cells)."""
        return np.array(self.cells, dtype=np.int64).reshape(-1, 3).T

    @property
    def n_studies(self) -> IntArray:
        """Number of studies behind each label."""
        return np.bincount(self._columns[1], minlength=len(self.labels)).astype(np.int64)

    @property
    def n_segments(self) -> IntArray:
        """Number of segments under each label."""
        _, labels, segments = self._columns
        counts = np.zeros(len(self.labels), dtype=np.int64)
        np.add.at(counts, labels, segments)
        return counts

    @property
    def sets(self) -> list[tuple[str, ...]]:
        """The studies behind each label."""
        found: list[list[str]] = [[] for _ in self.labels]
        for study, label, _ in self.cells:  # in order of studies
            found[label].append(self.studies[study])
        return [*map(tuple, found)]

    def to_matrix(self) -> NDArray[np.bool_]:
        """Return whether study i stands behind label j, of shape (studies, labels)."""
        matrix = np.zeros((len(self.studies), len(self.labels)), dtype=bool)
        studies, labels, _ = self._columns
        matrix[studies, labels] = True
        return matrix

    def count_shared(self) -> csr_array[Any]:
        """Return the number of studies behind both labels, sparse, of shape (labels, labels)."""
        from scipy.sparse import csr_array

        studies, labels, _ = self._columns
        ones = np.ones(len(studies), dtype=np.int64)
        shape = len(self.studies), len(self.labels)
        matrix = csr_array((ones, (studies, labels)), shape=shape)
        return csr_array(matrix.T @ matrix)

    def list_shared(self) -> list[tuple[int, int, int]]:
        """Return left label, right label and number of studies behind both, left before right."""
        shared = self.count_shared().tocoo()
        above = shared.row < shared.col
        order = np.lexsort((shared.col[above], shared.row[above]))
        parts = (shared.row[above][order], shared.col[above][order], shared.data[above][order])
        return [*zip(*(part.tolist() for part in parts), strict=True)]

    def merge(self, groups: Sequence[str]) -> Incidence:
        """Return studies × groups, where `groups` has the group of each label."""
        at = {label: group for label, group in zip(self.labels, groups, strict=True)}
        _, labels, segments = self._columns
        return build_incidence(
            self.studies,
            [self.studies[study] for study, _, _ in self.cells],
            [at[self.labels[label]] for label in labels.tolist()],
            labels=groups,
            segments=segments,
        )


def build_incidence(
    all_studies: Iterable[str],
    studies: Sequence[str],
    codes: Sequence[str],
    *,
    labels: Iterable[str] = (),
    segments: IntArray | None = None,
) -> Incidence:
    """Count segments, one an entry of `studies` and `codes`, by study and code.

    `all_studies` and `labels` add what may have no segment; `segments` gives each entry a
    weight other than 1.
    """
    rows = sorted({*all_studies, *studies}, key=natural_key)
    columns = sorted({*labels, *codes}, key=natural_key)
    row, column = _index(studies, rows), _index(codes, columns)
    width = max(len(columns), 1)
    filled, place = np.unique(row * width + column, return_inverse=True)
    counts = np.bincount(place, weights=segments, minlength=len(filled)).astype(np.int64)
    row, column = filled // width, filled % width
    sizes = np.bincount(column, minlength=len(columns))
    order = np.lexsort((np.arange(len(columns)), -sizes))  # most studies first, then by name
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    cells = sorted(zip(row.tolist(), rank[column].tolist(), counts.tolist(), strict=True))
    return Incidence(tuple(rows), tuple(columns[at] for at in order), tuple(cells))


def _index(names: Sequence[str], known: Sequence[str]) -> IntArray:
    place = {name: at for at, name in enumerate(known)}
    return np.fromiter((place[name] for name in names), dtype=np.int64, count=len(names))


def frame_counts(found: Incidence, name: str, total: int) -> pd.DataFrame:
    """Return one row a label: its studies, their share of `total`, and its segments."""
    n_studies = found.n_studies
    share = n_studies / total if total else np.full(len(n_studies), np.nan)
    return pd.DataFrame(
        {
            name: [*found.labels],
            "n_studies": n_studies,
            "share": share,
            "n_segments": found.n_segments,
            "studies": pd.Series(found.sets, dtype=object),
        }
    )
