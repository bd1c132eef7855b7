"""All subsets of the studies, pooled, to see whether the result is one or a mixture.

A graph of all of them (GOSH) shows groups of studies that disagree as clouds.  Fits go
through in blocks, each a task of its own; what is kept of a fit takes some
20 bytes, so that 2^20 of them are small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reviewkit._core.check import check_rng
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_percent
from reviewkit._core.progress import Progress, show_progress
from reviewkit.meta.influence import draw_subsets, number_subsets, unpack_subsets
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import fit_choices, require_several, to_reader
from reviewkit.meta.sensitivity import Sensitivity, print_lines, write_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AllSubsets", "all_subsets"]

FloatArray = NDArray[np.float64]
Packed = NDArray[np.uint8]

_MOST = 24  # studies of which all subsets are fitted: 16 million, in a minute
_BLOCK = 2**20  # cells of the mask of a block
_NUMBERED = 63  # studies up to which a subset is a whole number


class _Fitted(NamedTuple):
    """What is kept of the fits of a block; arrays of shape (B,)."""

    estimate: FloatArray
    tau2: NDArray[np.float32]
    i2: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllSubsets(Sensitivity):
    """Pooled results of subsets of the studies; arrays of shape (B,).

    Subset b uses study i where bit ``i % 8`` of byte ``i // 8`` of ``packed[b]`` is set.
    """

    title: ClassVar[str] = "Subsets of the studies"

    estimate: FloatArray  # on the scale of the reader
    tau2: NDArray[np.float32]
    i2: NDArray[np.float32]  # in [0, 1)
    packed: Packed = field(repr=False)  # (B, k/8 rounded up)
    complete: bool  # all subsets, and not a random choice

    @property
    def k(self) -> NDArray[np.int64]:
        """How many studies each subset has."""
        return np.asarray(np.bitwise_count(self.packed).sum(axis=1), dtype=np.int64)

    @property
    def masks(self) -> NDArray[np.bool_]:
        """Which studies each subset uses, of shape (B, k)."""
        return unpack_subsets(self.packed, self.pooled.k)

    def uses(self, study: int) -> NDArray[np.bool_]:
        """Say which subsets use the study in row `study` of the table, counted from 0."""
        if not 0 <= study < self.pooled.k:
            raise InputError(
                f"`study` must be the number of a row from 0 to {self.pooled.k - 1}. Got {study!r}."
            )
        return (self.packed[:, study // 8] >> (study % 8) & 1).view(np.bool_)

    def to_frame(self) -> pd.DataFrame:
        """Return ``subset, k, estimate, tau2, i2``, one row a subset.

        ``subset`` is a number whose bit i is set where study i is used; it is left out
        where there are more than 63 studies (see `masks`).
        """
        columns: dict[str, Any] = {"k": self.k, "estimate": self.estimate}
        frame = pd.DataFrame(columns | {"tau2": self.tau2, "i2": self.i2})
        if self.pooled.k <= _NUMBERED:
            bytes_ = np.zeros((len(self.packed), 8), dtype=np.uint8)
            bytes_[:, : self.packed.shape[1]] = self.packed
            frame.insert(0, "subset", bytes_.view("<i8")[:, 0])
        return frame

    def _headline(self) -> str:
        which = "All" if self.complete else "Random"
        text = f"{which} {format_count(len(self.estimate))} subsets of {self.pooled.k} studies"
        found = self.estimate[np.isfinite(self.estimate)]
        if not found.size:
            return f"{text}: none has an answer"
        values = np.quantile(found, [0.025, 0.5, 0.975])
        low, middle, high = (write_value(self.pooled, value, values) for value in values)
        i2 = [format_percent(v) for v in np.nanquantile(self.i2, [0.025, 0.5, 0.975])]
        return (
            f"{text}: median {middle}, 95 % of them from {low} to {high}; I² {i2[1]}, from {i2[0]} "
            f"to {i2[2]}"
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw how often each estimate comes with each I² (a GOSH plot).

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
        """
        from reviewkit.present.gosh import draw_gosh

        frame = pd.DataFrame({"estimate": self.estimate, "i2": self.i2})
        percent = self.pooled.method.transform is not None
        return draw_gosh(
            frame, scale="percent" if percent else "plain", ax=ax, width=width,
            whole=(self.pooled.estimate, self.pooled.i2),
            footer=print_lines([f"{self._headline()}.", self.recipe]),
        )  # fmt: skip


def all_subsets(
    pooled: Pooled,
    *,
    n: int | None = None,
    rng: np.random.Generator | int | None = None,
    parallel: int | None = None,
    progress: Progress | None = None,
) -> AllSubsets:
    """Pool all subsets of the studies, or a random choice of them.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of any model; each subset is pooled by the same method.
    n : int, optional
        So many random subsets.  Left out, and where there are no more than n, all
        2^k - 1 are taken.
    rng : Generator or int, optional
        Source of chance, or its seed.
    parallel : int, optional
        Workers; -1 is as many as there are processors.  Blocks then go through joblib,
        and so to whatever backend ``joblib.parallel_config`` names (Dask, Ray).  Left out,
        this process takes a thread for each processor; 1 is one thread.
    progress : callable, optional
        Called with the number of subsets done and to do.  Left out, a bar
        appears after a second, on a terminal or in a notebook.

    Returns
    -------
    AllSubsets

    Raises
    ------
    InputError
        If there is one study only, more than 24 studies and no `n`, or `n` is no
        whole number above 0.

    Notes
    -----
    Random subsets are drawn independently, each of the 2^k - 1 as likely as any
    other; the same seed gives the same ones, however they are fitted.  A subset of one
    study is that study, with tau² = 0 and I² = 0.  A subset without an answer (a GLMM of
    studies that all have none or nothing but events) is NaN.

    References
    ----------
    Olkin, Dahabreh & Trikalinos (2012). doi:10.1002/jrsm.1053

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": list("ABCD"), "events": [35, 94, 81, 66], "total": [80, 260, 443, 138]}
    >>> found = all_subsets(pool_prevalence(data))
    >>> found.to_frame().tail(2).round(3)
        subset  k  estimate   tau2     i2
    13      14  3     0.327  0.493  0.962
    14      15  4     0.351  0.381  0.942
    """
    require_several(pooled, "All subsets")
    packed, complete = _choose(pooled.k, n, rng)
    size = max(1, _BLOCK // pooled.k)
    blocks = [packed[start : start + size] for start in range(0, len(packed), size)]
    parts, done = [], 0
    # Products are small here, and the threads of BLAS would wait for one another.
    alone = threadpool_limits(limits=1, user_api="blas")
    with alone, show_progress("Pooling subsets", progress) as report:
        for part in _fit_blocks(pooled, blocks, parallel):
            parts.append(part)
            done += len(part.estimate)
            report(done, len(packed))
    estimate, tau2, i2 = (np.concatenate(column) for column in zip(*parts, strict=True))
    return AllSubsets(
        pooled=pooled, estimate=estimate, tau2=tau2, i2=i2, packed=packed, complete=complete
    )


def _choose(k: int, n: int | None, rng: np.random.Generator | int | None) -> tuple[Packed, bool]:
    """Return the subsets to fit, and whether these are all there are."""
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1):
        raise InputError(f"`n` must be a whole number of subsets, 1 or more. Got {n!r}.")
    count = 2**k - 1
    if n is not None and n < count:
        return draw_subsets(k, int(n), check_rng(rng)), False
    if k > _MOST:
        raise InputError(
            f"All subsets must be of {_MOST} studies or fewer. Got {k}, which have {count:.1e}. "
            f"Give `n`, as n=100_000, for a random choice of them."
        )
    return number_subsets(k, 1, count + 1), True


def _fit_blocks(pooled: Pooled, blocks: list[Packed], parallel: int | None) -> Iterator[_Fitted]:
    """Yield the fits of each block, in their order."""
    if parallel is None and len(blocks) == 1:
        yield _fit_block(pooled, blocks[0])
        return
    how: dict[str, Any] = {"n_jobs": parallel, "prefer": "threads"}
    if parallel is None:  # whatever backend is registered, the threads of this process
        how = {"n_jobs": cpu_count(), "backend": "threading"}
    elif isinstance(parallel, bool) or not isinstance(parallel, int) or parallel == 0:
        raise InputError(
            f"`parallel` must be a number of workers, or -1 for as many as there are processors. "
            f"Got {parallel!r}."
        )
    tasks = (delayed(_fit_block)(pooled, block) for block in blocks)
    yield from Parallel(**how, return_as="generator")(tasks)


def _fit_block(pooled: Pooled, packed: Packed) -> _Fitted:
    """Return the fits of a block; of intervals the simplest, as none is kept."""
    mask = unpack_subsets(packed, pooled.k)
    simple = {"prediction": "z"}
    if pooled.method.back_n != "inverse-variance":  # which takes the error of the interval
        simple["ci"] = "z"
    fit = fit_choices(pooled, mask, **simple)
    estimate = to_reader(pooled, fit.estimate, fit, mask)
    return _Fitted(estimate, fit.tau2.astype(np.float32), fit.i2.astype(np.float32))
