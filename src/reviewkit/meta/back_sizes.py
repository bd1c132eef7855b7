"""The sample size at which a pooled double arcsine is taken back to a proportion.

Freeman and Tukey's transformation depends on n, and a pooled effect has none of its
own.  Programs put one in its place: mostly the harmonic mean of the studies.  The choice
can move a result by more than its interval is wide where n varies much (Schwarzer
2019, doi:10.1002/jrsm.1348).  To add one, name it in :data:`BACK_SIZES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reviewkit._core.check import check_choice

__all__ = ["BACK_SIZES", "BackSize", "find_back_size"]

FloatArray = NDArray[np.float64]

#: So many people that an arcsine and a double arcsine are the same.
_NO_LIMIT = 1e15
_FEW = 2.0  # people with or without the event, below which Barendregt takes the arcsine


class BackSize(NamedTuple):
    """A sample size in the place of many."""

    label: str  # "the harmonic mean of n"
    #: Takes which studies each fit uses (B, k), n (k,), pooled effects and their standard
    #: errors (B,); returns (B,).
    find: Callable[[FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]


def find_back_size(
    total: ArrayLike,
    effect: ArrayLike,
    se: ArrayLike,
    *,
    name: str = "harmonic",
    used: ArrayLike | None = None,
) -> FloatArray:
    """Return the sample size behind each pooled effect.

    Parameters
    ----------
    total : array-like of shape (k,)
        People in each study.
    effect, se : array-like of shape (B,)
        Pooled double arcsines (halved, as metafor's ``PFT``) and their standard errors.
    name : {"harmonic", "geometric", "arithmetic", "total", "inverse-variance"}
        Three means of n; all people together; or 1/variance of the pooled effect as
        Barendregt proposed (MetaXL; Stata's ``metan, transform(ftukey, iv)``), who takes the
        plain arcsine where fewer than 2 people with or without the event follow.
    used : array-like of bool, shape (k,) or (B, k), optional
        Which studies a fit uses; left out, all.

    Returns
    -------
    ndarray of shape (B,)

    References
    ----------
    Barendregt et al. (2013). doi:10.1136/jech-2013-203104

    Examples
    --------
    >>> find_back_size([10, 90], [0.5], [0.04])
    array([18.])
    >>> find_back_size([10, 90], [0.5], [0.04], name="inverse-variance")
    array([156.25])
    """
    chosen = BACK_SIZES[check_choice("back_n", name, BACK_SIZES)]
    n, y, error = (np.atleast_1d(np.asarray(part, dtype=float)) for part in (total, effect, se))
    mask = np.ones(n.size) if used is None else np.asarray(used, dtype=float)
    return chosen.find(np.broadcast_to(mask, (y.size, n.size)), n, y, error)


def _harmonic(used: FloatArray, n: FloatArray, _: FloatArray, __: FloatArray) -> FloatArray:
    return np.asarray(used.sum(axis=1) / (used @ (1 / n)))


def _geometric(used: FloatArray, n: FloatArray, _: FloatArray, __: FloatArray) -> FloatArray:
    return np.asarray(np.exp(used @ np.log(n) / used.sum(axis=1)))


def _arithmetic(used: FloatArray, n: FloatArray, _: FloatArray, __: FloatArray) -> FloatArray:
    return np.asarray(used @ n / used.sum(axis=1))


def _total(used: FloatArray, n: FloatArray, _: FloatArray, __: FloatArray) -> FloatArray:
    return np.asarray(used @ n)


def _inverse_variance(
    used: FloatArray, n: FloatArray, effect: FloatArray, se: FloatArray
) -> FloatArray:
    """Return 1/variance of the sum of both arcsines, which is twice the effect."""
    size = 1 / (2 * np.maximum(se, _NO_LIMIT**-0.5)) ** 2
    share = np.sin(np.clip(effect, 0.0, np.pi / 2)) ** 2
    return np.where(size * np.minimum(share, 1 - share) < _FEW, _NO_LIMIT, size)


#: Sample sizes for the way back, by name.
BACK_SIZES: Mapping[str, BackSize] = MappingProxyType(
    {
        "harmonic": BackSize("the harmonic mean of n", _harmonic),
        "geometric": BackSize("the geometric mean of n", _geometric),
        "arithmetic": BackSize("the arithmetic mean of n", _arithmetic),
        "total": BackSize("the sum of n", _total),
        "inverse-variance": BackSize("1/variance of the pooled effect", _inverse_variance),
    }
)
