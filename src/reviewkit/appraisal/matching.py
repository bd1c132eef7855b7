"""Studies of an appraisal and studies of a pool, brought together by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.suggestions import suggest_name

__all__ = ["find_studies", "read_weights", "study_names"]


def study_names(given: Any) -> list[str]:
    """Return the studies of a pooled result, of a frame with ``study``, or of a list of names."""
    if hasattr(given, "to_frame") and not isinstance(given, pd.Series | pd.Index):
        given = given.to_frame()
    if isinstance(given, pd.DataFrame):
        check_columns(given.columns, {"study": "study"})
        given = given["study"]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(
            f"`studies` must be a pooled result, a frame with 'study', or names. Got {given!r}."
        )
    return [str(name).strip() for name in given]


def find_studies(wanted: Sequence[str], known: Sequence[str], *, missing: str = "error") -> list[int]:  # fmt: skip
    """Return where each wanted study stands among the appraised ones, -1 for none.

    Raises
    ------
    InputError
        If there are none and `missing` is "error"; near misses are named.
    """
    place = {name: at for at, name in enumerate(known)}
    lost = [name for name in dict.fromkeys(wanted) if name not in place]
    if lost and (missing == "error" or len(lost) == len(set(wanted))):
        told = [f"{name!r}{suggest_name(name, known)}" for name in lost]
        raise InputError(
            f"Each study must be appraised under the same name. {len(lost)} of "
            f"{len(set(wanted))} are not: {list_some(told)} Name them alike, or add their answers; "
            f"missing='keep' leaves them blank."
        )
    return [place.get(name, -1) for name in wanted]


def read_weights(given: Any, known: Sequence[str]) -> tuple[NDArray[np.float64], str]:
    """Return the weight of each appraised study, and in words what the weights are.

    Raises
    ------
    InputError
        If a weight is missing, below 0 or not finite, or of a study that is not appraised.
    """
    if given is None:
        return np.ones(len(known)), "Each study counts the same."
    if isinstance(given, Mapping):
        given = pd.Series(dict(given))
    if hasattr(given, "to_frame") and not isinstance(given, pd.Series | pd.DataFrame):
        given = given.to_frame()
    if isinstance(given, pd.DataFrame):
        check_columns(given.columns, {"study": "study", "weight": "weight"})
        names, values = [str(name).strip() for name in given["study"]], given["weight"]
    elif isinstance(given, pd.Series):
        names, values = [str(name).strip() for name in given.index], given
    else:
        raise InputError(
            f"`weights` must be a pooled result, a frame with 'study' and 'weight', or a mapping "
            f"from study to weight. Got {type(given).__name__}."
        )
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    bad = [name for name, v in zip(names, numbers, strict=True) if not (np.isfinite(v) and v >= 0)]
    if bad or not numbers.sum() > 0:
        raise InputError(
            f"Weights must be finite and 0 or more, and not all 0. Missing or wrong for "
            f"{list_some([*map(repr, bad)], sep=', ') or 'all'}. A model of counts has no weights: "
            f"leave `weights` out, or weigh by people."
        )
    found = np.zeros(len(known))
    np.add.at(found, find_studies(names, known), numbers)
    idle = int(np.count_nonzero(found == 0))
    told = f" {idle} of {len(known)} appraised studies have no weight." if idle else ""
    return found, f"Bars are shares of the weight of the studies; numbers are studies.{told}"
