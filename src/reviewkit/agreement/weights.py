"""Weights: how much each pair of categories counts as disagreement.

To add a kind of weights, name its penalties in :data:`WEIGHTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError

__all__ = ["OWN", "WEIGHTS", "Weighting", "penalize", "read_weights"]

IntArray = NDArray[np.int64]

#: What weights of the caller's are called.
OWN = "own weights"


class Weighting(NamedTuple):
    """Weights by name, and the caller's penalties where they are of their own."""

    name: str | None
    penalties: NDArray[Any] | None = None

    def fit(self, k: int) -> NDArray[Any] | None:
        """Return the penalties if there is one for each pair of k categories."""
        if self.penalties is not None and len(self.penalties) != k:
            raise InputError(
                f"`weights` must have a row and a column for each category. Got "
                f"{len(self.penalties)} for {k} categories. Declare all categories that have weights."
            )
        return self.penalties


def read_weights(weights: str | ArrayLike | None) -> Weighting:
    """Return weights by name, or a matrix of them as penalties of disagreement.

    A matrix with 0 on its diagonal holds penalties of disagreement, one with 1 there
    and nothing above it holds weights of agreement.

    >>> read_weights([[1, 0.5], [0.5, 1]]).penalties.tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    if weights is None or isinstance(weights, str):
        return Weighting(None if weights is None else check_choice("weights", weights, WEIGHTS))
    try:
        values = np.array(weights, dtype=float)
    except (TypeError, ValueError):
        raise _unfit(f"{weights!r}") from None
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(values) < 2:
        raise _unfit(f"shape {values.shape}")
    if not np.isfinite(values).all() or (values < 0).any() or (values != values.T).any():
        raise _unfit(f"{values.tolist()}")
    diagonal = np.diag(values)
    if (diagonal == 1).all() and (values <= 1).all():
        values = 1 - values
    elif diagonal.any():
        raise _unfit(f"{diagonal.tolist()} on the diagonal")
    if not values.any():
        raise _unfit("no disagreement that counts")
    whole = values.astype(np.int64)
    return Weighting(OWN, whole if (whole == values).all() else values)


def _unfit(found: str) -> InputError:
    kinds = ", ".join(map(repr, WEIGHTS))
    return InputError(
        f"`weights` must be one of {kinds}, or a symmetric matrix of numbers from 0 up with 0 on "
        f"its diagonal (penalties of disagreement) or 1 (weights of agreement, at most 1). "
        f"Got {found}."
    )


def penalize(name: str | None, k: int, own: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the penalties of k categories in their order; 1 for any difference without weights."""
    if own is not None:
        return own
    places = np.arange(k)
    distance = np.abs(places[:, None] - places)
    return WEIGHTS[name](distance) if name is not None else np.minimum(distance, 1)


#: Penalties of disagreement by the distance of two categories in their order.
WEIGHTS: Mapping[str, Callable[[IntArray], IntArray]] = MappingProxyType(
    {"linear": lambda distance: distance, "quadratic": lambda distance: distance**2}
)
