"""The models: how checked studies become one pooled effect.

A model is a function of :class:`Studies` and :class:`Method` that returns a fit of
the engine, on the scale of the analysis.  To add one, write that function and
name it in :data:`MODELS`; the public functions, messages and recipes follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_level
from reviewkit.meta.engine import INTERVALS, PREDICTIONS, BatchFit, fit_batch
from reviewkit.meta.tau2 import ESTIMATORS

__all__ = ["MODELS", "Method", "Model", "Studies"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """How studies are pooled; every field but `level` is a key of a registry."""

    model: str
    tau2: str
    ci: str
    prediction: str
    level: float
    transform: str | None = None  # None: the effects came as they are
    study_ci: str | None = None

    def __post_init__(self) -> None:
        check_choice("model", self.model, MODELS)
        check_choice("tau2", self.tau2, ESTIMATORS)
        check_choice("ci", self.ci, INTERVALS)
        check_choice("prediction", self.prediction, PREDICTIONS)
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies that are pooled, in the order of the table; arrays of shape (k,)."""

    study: tuple[Any, ...]
    effects: FloatArray  # on the scale of the analysis
    variances: FloatArray
    events: FloatArray | None = None
    total: FloatArray | None = None
    corrected: int = 0  # studies to which 0.5 was added
    left_out: tuple[str, ...] = ()  # because a cell was missing
    repeated: tuple[str, ...] = ()  # labels of more than one row


class Model(NamedTuple):
    """A way from studies to a pooled effect."""

    label: str
    varies: bool  # true effects differ between studies, by tau²
    fit: Callable[[Studies, Method], BatchFit]


def _fit_random(studies: Studies, method: Method) -> BatchFit:
    return _fit_inverse_variance(studies, method, method.tau2)


def _fit_common(studies: Studies, method: Method) -> BatchFit:
    return _fit_inverse_variance(studies, method, None)


def _fit_inverse_variance(studies: Studies, method: Method, tau2: str | None) -> BatchFit:
    return fit_batch(
        studies.effects, studies.variances, tau2=tau2, ci=method.ci,
        prediction=method.prediction, level=method.level,
    )  # fmt: skip


#: Models by name.
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "random": Model("Random-effects model", True, _fit_random),
        "common": Model("Common-effect model", False, _fit_common),
    }
)
