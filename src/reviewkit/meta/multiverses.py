"""Pool a table in every reasonable way, to see whether the answer depends on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.models import MODELS, Studies
from reviewkit.meta.multiverse_result import Multiverse
from reviewkit.meta.rows import ColumnNames, read_rows
from reviewkit.meta.specifications import EFFECTS_ONLY, expand_choices, fit_grid
from reviewkit.meta.studies import Table
from reviewkit.meta.study_filters import read_filters
from reviewkit.meta.tau2 import ESTIMATORS
from reviewkit.meta.zero_cells import ZERO_CELLS

__all__ = ["Multiverse", "multiverse"]

FloatArray = NDArray[np.float64]
Options = str | Sequence[str] | None


def multiverse(
    data: Table,
    *,
    events: str | None = None,
    total: str | None = None,
    effect: str | None = None,
    variance: str | None = None,
    study: str = "study",
    model: Options = None,
    transform: Options = None,
    tau2: Options = None,
    ci: Options = None,
    zero_cells: Options = None,
    filters: Mapping[str, Any] | None = None,
    prediction: str = "t",
    level: float = 0.95,
    missing: str = "error",
) -> Multiverse:
    """Pool a table under all combinations of choices.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study.
    events, total : str, optional
        Columns: people with the event, and people in all.
    effect, variance : str, optional
        Columns: effects and their sampling variances, in place of counts.  If no column is
        named, ``events`` and ``total`` are taken where the table has them,
        else ``effect`` and ``variance``.
    study : str
        Column: name of the study.
    model : str or sequence of str, optional
        Of "random", "common", "glmm", "beta-binomial"; left out, the first three (with effects,
        the first two).
    transform : str or sequence of str, optional
        Scales on which counts are pooled; left out, all of them.
    tau2 : str or sequence of str, optional
        Estimators of the between-study variance; left out, all that differ.
    ci : str or sequence of str, optional
        Confidence intervals; left out, all of them.
    zero_cells : str or sequence of str, optional
        What is done to studies with no or nothing but events: "affected" adds 0.5 to them,
        "all-if-any" to all studies if there is one, "all" in any case, "drop" leaves
        them out.  Left out, "affected", "all-if-any" and "drop".
    filters : mapping, optional
        Choices of studies by name: a query on the columns of `data`, as ``"year >= 2015"``, or
        True and False for each row.  All studies together are always one.
    prediction : {"t", "HTS", "z"}, default "t"
    level : float in (0, 1), default 0.95
        Of all intervals.
    missing : {"error", "drop"}, default "error"
        Whether a missing number is an error, or its row is left out.

    Returns
    -------
    Multiverse
        One row a specification; which choice moves the answer; a specification curve.

    Raises
    ------
    InputError
        If an option is unknown, choices of counts are made for effects, a filter leaves no
        study, or no specification has a result.

    Notes
    -----
    Combinations that are the same analysis appear once: a common-effect model has no
    estimator of tau², arcsines need no correction, models of counts have one scale, and
    Hartung and Knapp's names mean "t" to them.  What a choice explains is its main effect: the
    variance of the means of its options over that of all combinations, each with the
    same weight [1]_.  A specification without a study or without a peak of its likelihood is
    NaN, and counted in a note.  Specifications are not a sample; their share on one side of
    a value is no probability.

    References
    ----------
    .. [1] Simonsohn, Simmons & Nelson (2020). doi:10.1038/s41562-020-0912-z
    .. [2] Voracek, Kossmeier & Tran (2019). doi:10.1027/2151-2604/a000357

    Examples
    --------
    >>> data = {"study": ["Coffey 1999", "Edwards 2006", "Simpson 2019", "Alamri 2024"],
    ...         "events": [35, 94, 81, 66], "total": [80, 260, 443, 138],
    ...         "year": [1999, 2006, 2019, 2024]}
    >>> worlds = multiverse(data, tau2=["REML", "DL"], filters={"since 2000": "year >= 2000"})
    >>> print(worlds.summary().splitlines()[1])
    Estimates from 26.1 % to 36.1 % (median 33.2 %) by 124 specifications
    >>> worlds.to_shares().round(2)[:3]
          choice  estimate  width
    0      model      0.56   0.15
    1  transform      0.05   0.02
    2       tau2      0.00   0.00
    """
    names = ColumnNames(events, total, effect, variance, study)
    studies = read_rows(data, names, transform="logit", missing=missing)
    check_choice("prediction", prediction, PREDICTIONS)
    check_level(level)
    given = (model, transform, tau2, ci, zero_cells)
    options = _read_options(
        dict(zip(_DEFAULTS, given, strict=True)), counted=studies.events is not None
    )
    options["studies"], masks = read_filters(studies, filters)
    hits = np.asarray((masks & _find_empty(studies)).any(axis=1))
    grid = expand_choices(options, hits)
    found = fit_grid(grid, studies, masks, prediction=prediction, level=level)
    _finish(found)
    return Multiverse(
        grid=grid, numbers=MappingProxyType(found), percent=studies.total is not None,
        counted=studies.total is not None, prediction=prediction, level=level,
        left_out=studies.left_out,
    )  # fmt: skip


def _finish(found: Mapping[str, FloatArray]) -> None:
    """Make results unchangeable; raise an InputError if there are none."""
    estimates = found["estimate"]
    if np.isnan(estimates).all():
        raise InputError(
            f"A specification at least must have a result. None of {estimates.size} has: they "
            f"leave no study, or their likelihood has no peak. Give zero_cells='affected'."
        )
    for values in found.values():
        values.flags.writeable = False


def _read_options(chosen: Mapping[str, Options], *, counted: bool) -> dict[str, tuple[str, ...]]:
    """Return the options of each choice, checked, each once."""
    options: dict[str, tuple[str, ...]] = {}
    for name, (registry, default) in _DEFAULTS.items():
        given = chosen[name]
        if not counted and name in ("transform", "zero_cells"):
            if given is not None:
                raise InputError(
                    f"`{name}` must be left out where effects are pooled. Got {given!r}. "
                    f"Name the columns of counts, as in events='events', total='total'."
                )
            options[name] = EFFECTS_ONLY
            continue
        if given is not None and not isinstance(given, Iterable):
            raise InputError(f"`{name}` must be an option or a list of options. Got {given!r}.")
        values = [given] if isinstance(given, str) else [*(default if given is None else given)]
        if given is None and not counted:
            values = [value for value in values if name != "model" or not MODELS[value].counts]
        for value in values:
            check_choice(name, value, registry)
        if not values:
            raise InputError(
                f"`{name}` must have an option or more. Got none. Leave it out for all."
            )
        options[name] = tuple(dict.fromkeys(values))
    wrong = [value for value in options["model"] if not counted and MODELS[value].counts]
    if wrong:
        raise InputError(
            f"model={wrong[0]!r} must have counts. Got effects. Name the columns of counts, or "
            f"leave `model` out."
        )
    return options


def _find_empty(studies: Studies) -> NDArray[np.bool_]:
    """Return which studies have no event, or nothing else."""
    if studies.events is None:
        return np.zeros(len(studies.study), dtype=bool)
    return np.asarray((studies.events == 0) | (studies.events == studies.total))


def _find_estimators() -> tuple[str, ...]:
    """Return estimators of tau², of two names of one the first."""
    seen: dict[object, str] = {}
    for name, estimator in ESTIMATORS.items():
        seen.setdefault(estimator, name)
    return tuple(seen.values())


#: The registry of each choice, and what is taken where the caller says nothing.
_DEFAULTS: Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]] = MappingProxyType(
    {
        "model": (MODELS, ("random", "common", "glmm")),
        "transform": (TRANSFORMS, tuple(TRANSFORMS)),
        "tau2": (ESTIMATORS, _find_estimators()),
        "ci": (INTERVALS, tuple(INTERVALS)),
        "zero_cells": (ZERO_CELLS, ("affected", "all-if-any", "drop")),
    }
)
