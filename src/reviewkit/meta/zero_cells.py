"""What is done to studies in which nobody, or everybody, has the event.

Their logit and logarithm are infinite, and their raw variance is 0; arcsines need
nothing.  To add a way, name it in :data:`ZERO_CELLS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ZERO_CELLS", "ZeroCells"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class ZeroCells(NamedTuple):
    """A way to treat such studies."""

    label: str
    add: Callable[[BoolArray], FloatArray]  # to events and others of each study
    drops: bool = False  # the studies are left out


#: Ways by name; each takes which studies are affected.
ZERO_CELLS: Mapping[str, ZeroCells] = MappingProxyType(
    {
        "affected": ZeroCells("0.5 added to affected studies", lambda hit: hit * np.float64(0.5)),
        "all-if-any": ZeroCells(
            "0.5 added to all studies, as some are affected",
            lambda hit: np.full(hit.size, 0.5 * hit.any()),
        ),
        "all": ZeroCells("0.5 added to all studies", lambda hit: np.full(hit.size, 0.5)),
        "drop": ZeroCells(
            "affected studies left out", lambda hit: hit * np.float64(0.5), drops=True
        ),
    }
)
