"""Cluster-robust covariances: right in large samples whatever goes on within clusters.

The model says how far effects vary and so how they are weighted; the sandwich takes
from the residuals of whole clusters how far its coefficients vary.  With few
clusters residuals are too small, and each correction makes up for it in its own way:
CR2 multiplies those of a cluster by the matrix that would make the sandwich unbiased if
the model were true (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018,
doi:10.1080/07350015.2016.1247004).  Degrees of freedom are Satterthwaite's, one to each
coefficient.

To add a correction, write the matrices of a batch of clusters of one size, and name
it in :data:`CORRECTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.levels import Levels

__all__ = ["CORRECTIONS", "Correction", "Sandwich", "make_sandwich"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_BLOCK = 2**22  # numbers in the matrices of a batch of clusters (32 MB)
_ALONE = 1e-10  # share of what is known of a coefficient that the other clusters must hold
_RANK = 1e-12  # relative; smaller eigenvalues are of directions that a coefficient uses up


class Sandwich(NamedTuple):
    """How far coefficients vary, by the residuals of clusters."""

    coefficients: FloatArray  # (p,)
    covariance: FloatArray  # (p, p)
    df: FloatArray  # (p,); Satterthwaite's
    clusters: int
    alone: tuple[int, ...]  # numbers of clusters without which a coefficient has no answer


class Batch(NamedTuple):
    """Clusters of one size n; m of them."""

    design: FloatArray  # (m, n, p)
    weighted: FloatArray  # (m, n, p); rows of WX
    covariance: FloatArray  # (m, n, n); of the effects, as the model has it
    bread: FloatArray  # (p, p); (X'WX)⁻¹
    clusters: int  # in all


class Correction(NamedTuple):
    """What residuals of clusters are multiplied by."""

    label: str
    adjust: Callable[[Batch], FloatArray]  # (m, n, n)


def make_sandwich(
    levels: Levels, sigma2: FloatArray, groups: IntArray, correction: str
) -> Sandwich:
    """Return the sandwich of coefficients that weights by the model estimate.

    Parameters
    ----------
    levels : Levels
        Effects, sorted by the clusters of the model.
    sigma2 : ndarray of shape (2,)
        Its variances between and within these.
    groups : ndarray of shape (k,)
        Numbers, from 0, of the clusters that are independent: those of the model or unions
        of them.  In the order of `levels`.
    correction : str
        A key of :data:`CORRECTIONS`.
    """
    wx = levels.invert(sigma2).solve(levels.design)
    bread = np.asarray(np.linalg.inv(levels.design.T @ wx), dtype=float)
    coefficients = bread @ (wx.T @ levels.effects)
    residuals = levels.effects - levels.design @ coefficients
    p, count = len(bread), int(groups.max()) + 1
    meat, total, squares = np.zeros((p, p)), np.zeros(p), np.zeros(p)
    lost, cross = np.zeros(p), np.zeros((p, p, p))
    alone: list[int] = []
    for rows, batch in _batches(levels, sigma2, groups, wx, bread, count):
        adjusted = CORRECTIONS[correction].adjust(batch)
        given = adjusted.swapaxes(1, 2) @ batch.weighted @ bread  # (m, n, p)
        moved = np.einsum("mnp,mn->mp", given, residuals[rows])
        meat += moved.T @ moved
        # Under the model the squares of what a cluster moves have these means and products.
        own = (given * (batch.covariance @ given)).sum(axis=1)
        shared = np.einsum("mnq,mnp->mpq", batch.design, given)  # p coefficients
        taken = np.einsum("mpq,qr,mpr->mp", shared, bread, shared, optimize=True)
        total += (own - taken).sum(axis=0)
        squares += (own**2).sum(axis=0)
        lost += (own * taken).sum(axis=0)
        cross += np.einsum("mpq,mpr->pqr", shared, shared)
        alone += groups[rows[_is_alone(batch), 0]].tolist()
    turned = bread @ cross
    squares = squares - 2 * lost + np.einsum("pqr,prq->p", turned, turned)
    df = total**2 / np.where(squares > 0, squares, np.inf)
    return Sandwich(coefficients, meat, df, count, tuple(alone))


def _is_alone(batch: Batch) -> BoolArray:
    """Say which clusters hold all that is known of some combination of coefficients."""
    root = np.linalg.cholesky(batch.bread)
    known = root.T @ (batch.design.swapaxes(1, 2) @ batch.weighted) @ root
    return np.asarray(np.linalg.eigvalsh(known)[:, -1] > 1 - _ALONE)


def _batches(
    levels: Levels, sigma2: FloatArray, groups: IntArray, wx: FloatArray, bread: FloatArray,
    count: int,
) -> Iterator[tuple[IntArray, Batch]]:  # fmt: skip
    """Yield the rows of clusters of one size, of shape (m, n), and what belongs to them."""
    order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
    starts = np.cumsum(sizes) - sizes
    within = np.repeat(np.arange(levels.sizes.size), levels.sizes)
    for n in np.unique(sizes).tolist():
        first = starts[sizes == n]
        for at in range(0, first.size, step := max(1, _BLOCK // (n * n))):
            rows = order[first[at : at + step, None] + np.arange(n)]
            same = within[rows][:, :, None] == within[rows][:, None, :]
            own = levels.variances[rows] + sigma2[1]
            covariance = sigma2[0] * same + own[:, :, None] * np.eye(n)
            yield rows, Batch(levels.design[rows], wx[rows], covariance, bread, count)


def _leave(batch: Batch) -> FloatArray:
    """Take the residuals as they are."""
    m, n, _ = batch.design.shape
    return np.broadcast_to(np.eye(n), (m, n, n))


def _scale(batch: Batch) -> FloatArray:
    return np.asarray(_leave(batch) * np.sqrt(batch.clusters / (batch.clusters - 1)))


def _scale_by_coefficients(batch: Batch) -> FloatArray:
    share = batch.clusters / (batch.clusters - len(batch.bread))
    return np.asarray(_leave(batch) * np.sqrt(share))


def _unbias(batch: Batch) -> FloatArray:
    """Return A with A(Φ - X(X'WX)⁻¹X')A' = Φ, the symmetric one in units of Φ."""
    x, root = batch.design, np.linalg.cholesky(batch.covariance)  # lower: Φ = LL'
    left = batch.covariance - x @ batch.bread @ x.swapaxes(1, 2)
    values, vectors = np.linalg.eigh(root.swapaxes(1, 2) @ left @ root)
    kept = values > _RANK * values[:, -1:]
    inverse = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    middle = (vectors * inverse[:, None, :]) @ vectors.swapaxes(1, 2)
    return np.asarray(root @ middle @ root.swapaxes(1, 2))


def _leave_out(batch: Batch) -> FloatArray:
    """Return what residuals would be if their cluster had not been fitted (the jackknife)."""
    hat = batch.design @ batch.bread @ batch.weighted.swapaxes(1, 2)
    return np.asarray(np.linalg.pinv(np.eye(hat.shape[1]) - hat, rcond=_RANK))


#: Corrections for few clusters, by name.
CORRECTIONS: Mapping[str, Correction] = MappingProxyType(
    {
        "CR0": Correction("no correction", _leave),
        "CR1": Correction("J/(J − 1), with J clusters", _scale),
        "CR1p": Correction("J/(J − p), with J clusters and p coefficients", _scale_by_coefficients),
        "CR2": Correction("bias-reduced linearisation", _unbias),
        "CR3": Correction("jackknife over clusters", _leave_out),
    }
)
