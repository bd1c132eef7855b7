"""What counts say about a logit that is normal between studies, by adaptive Gauss–Hermite.

Study i draws its logit ``η = mu + tau·u``, u standard normal, and counts x events
among n people with probability expit(η).  The likelihood of mu and tau² integrates
u out.  The nodes of each study are centred on the peak of its own integrand
and spread by its curvature there [1]_, so that few suffice; with ``u = c + s·z`` and
mean and moments of z under the integrand, derivatives follow without more work:

* the first ones are means, ``E u/tau`` and ``(E u² - 1)/2tau²`` (Fisher's identity);
* the second ones are covariances besides (Louis's).

All differences that would cancel for tau² near 0, or for many people, are taken
apart by hand: ``1 - s² = tau²·w·s²`` with ``w = np(1 - p)``, and a log-likelihood is
measured from its value at the peak.

References
----------
.. [1] Liu & Pierce (1994). doi:10.1093/biomet/81.3.624
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, roots_hermitenorm

__all__ = ["LADDER", "Cells", "integrate_logits"]

FloatArray = NDArray[np.float64]

#: Numbers of nodes, from a first look to the last word.
LADDER = (9, 17, 33, 65, 129, 257, 513)

#: Numbers in a table of nodes: a processor keeps them at hand, and the product that sums
#: them is too small for BLAS to wake threads, which a busy machine makes wait.
_BLOCK = 2**15
_STEPS = 100
_NEAR = 1e-5  # of the peak, in units of its width; the nodes need not stand on it exactly
_FAR = 700.0  # e to more than this overflows; no mass is left out there


class Cells(NamedTuple):
    """The log-likelihood of each count and its derivatives by m and s; shape (rows, k)."""

    value: FloatArray
    m: FloatArray
    s: FloatArray
    mm: FloatArray
    ms: FloatArray
    ss: FloatArray


def integrate_logits(
    events: FloatArray, total: FloatArray, location: FloatArray, spread: FloatArray, nodes: int
) -> Cells:
    """Return the log-likelihood of each count and its derivatives by mu and tau².

    Parameters
    ----------
    events, total : ndarray of shape (rows, k) or (1, k)
    location : ndarray of shape (rows, 1) or (rows, k)
        mu, which may be one of each study.
    spread : ndarray of shape (rows, 1)
        tau², above 0.
    nodes : int
        Of the quadrature.

    Returns
    -------
    Cells
        The binomial coefficient is left out.
    """
    tau = np.sqrt(spread)
    c = _find_peaks(events, total, location, tau)
    eta = location + tau * c
    rare = expit(-np.abs(eta))  # the less likely of both outcomes: its logarithm is safe
    w = total * rare * (1 - rare)
    s2 = 1 / (1 + spread * w)
    s = np.sqrt(s2)
    lean = (tau * (events - total * expit(eta)) - c) * s  # slope that is left at the centre
    reach = np.where(eta > 0, -tau, tau) * s
    parts = np.broadcast_arrays(total, rare, reach, lean, 0.5 * spread * w * s2)
    mass, m1, m2, m3, m4 = _find_moments([part.ravel() for part in parts], nodes, c.shape)
    softplus = np.logaddexp(0, eta)
    top = events * (eta - softplus) - (total - events) * softplus - 0.5 * c * c
    return _to_terms(top + np.log(s * mass), (m1, m2, m3, m4), c, s, w, tau)


def _to_terms(
    value: FloatArray,
    moments: tuple[FloatArray, ...],
    c: FloatArray,
    s: FloatArray,
    w: FloatArray,
    tau: FloatArray,
) -> Cells:
    """Return derivatives by mu and tau² from the moments of z = (u - c)/s."""
    m1, m2, m3, m4 = moments
    s2, v = s * s, tau * tau
    variance, skew = m2 - m1 * m1, m3 - m1 * m2  # Var z, Cov(z, z²)
    known = v * w * s2  # 1 - s²
    less = known + s2 * (1 - variance)  # 1 - Var u
    third = 0.5 * s2 * s * skew
    by_s = c * c - known + 2 * c * s * m1 + s2 * (m2 - 1)  # E u² - 1
    by_ss = (
        0.5 * known**2
        - c * c * less
        - s2 * (m2 - 1)
        + 0.25 * s2 * s2 * (m4 - m2 * m2 - 2)
        - 2 * c * s * m1
        + 2 * c * third
    )
    return Cells(
        value=value,
        m=(c + s * m1) / tau,
        s=by_s / (2 * v),
        mm=-less / v,
        ms=(third - c * less - s * m1) / (tau * v),
        ss=by_ss / (v * v),
    )


def _find_peaks(
    events: FloatArray, total: FloatArray, location: FloatArray, tau: FloatArray
) -> FloatArray:
    """Return where each integrand peaks.

    The peak solves ``u = tau(x - np)``, whose right side falls: it lies between 0 and
    the value of that side at 0.  Newton's steps halve the bracket instead where they leave
    it, or where the last one did not halve the slope (they can swing about a bend).
    """
    y = np.log((events + 0.5) / (total - events + 0.5))
    w = (events + 0.5) * (total - events + 0.5) / (total + 1)
    end = tau * (events - total * expit(location))
    low, high = np.minimum(end, 0.0), np.maximum(end, 0.0)
    u = np.clip((y - location) * tau * w / (1 + tau * tau * w), low, high)
    before = np.full(u.shape, np.inf)
    for _ in range(_STEPS):
        p = expit(location + tau * u)
        slope = tau * (events - total * p) - u
        rising = slope > 0
        low, high = np.where(rising, u, low), np.where(rising, high, u)
        curve = 1 + tau * tau * total * p * (1 - p)
        there, size = u + slope / curve, np.abs(slope)
        near = size < _NEAR * np.sqrt(curve)
        good = near | ((there >= low) & (there <= high) & (size <= before / 2))
        u = np.where(good, there, (low + high) / 2)
        before = np.where(good, size, np.inf)
        if near.all():
            break
    return np.asarray(u)


def _find_moments(
    cells: list[FloatArray], nodes: int, shape: tuple[int, ...]
) -> tuple[FloatArray, ...]:
    """Return mass and first four moments of z in each cell, a block of cells at a time."""
    z, log_weight, powers = _hermite(nodes)
    table = np.empty((cells[0].size, 5))
    step = max(1, _BLOCK // nodes)
    for start in range(0, len(table), step):
        part = slice(start, start + step)
        total, rare, reach, lean, bend = (cell[part, None] for cell in cells)
        d = np.clip(reach * z, -_FAR, _FAR)
        change = np.log1p(rare * np.expm1(d))
        change -= rare * d
        change *= -total
        change += lean * z
        change += bend * (z * z) + log_weight
        table[part] = np.exp(change, out=change) @ powers
    mass, *sums = table.T.reshape(5, *shape)
    return (mass, *(moment / mass for moment in sums))


@cache
def _hermite(nodes: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return nodes, log weights and powers 0 to 4 of the nodes, for the standard normal."""
    z, weight = roots_hermitenorm(nodes)
    z, weight = z[weight > 0], weight[weight > 0]
    powers = z[:, None] ** np.arange(5)
    tables = z, np.log(weight / np.sqrt(2 * np.pi)), powers
    for table in tables:
        table.flags.writeable = False  # shared by all calls
    return tables
