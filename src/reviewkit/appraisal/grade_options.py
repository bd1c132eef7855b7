"""What a review says of its outcomes beside their numbers: one value for all, or by outcome."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.grade_domains import Facts
from reviewkit.appraisal.grade_inputs import Body
from reviewkit.sources.suggestions import suggest_name

__all__ = ["Options"]


class Options(NamedTuple):
    """Options of :func:`~reviewkit.appraisal.grade.grade_prevalence`, as they were given."""

    start: str | Mapping[str, str]
    thresholds: Sequence[float] | Mapping[str, Sequence[float]]
    indirectness: Mapping[str, Sequence[str]]
    small_study_p: Mapping[str, Any]

    def spread(
        self, bodies: Sequence[Body], levels: Mapping[str, str] | None, limits: Mapping[str, float]
    ) -> Iterator[tuple[str, Facts, Body]]:
        """Yield the start and the facts of each outcome."""
        names = [body.outcome for body in bodies]
        for what, given in zip(self._fields, self, strict=True):
            if isinstance(given, Mapping):
                _check_names(given, names, what)
        for body in bodies:
            name = body.outcome
            start = self.start.get(name, "high") if isinstance(self.start, Mapping) else self.start
            own = self.thresholds.get(name, ()) if isinstance(self.thresholds, Mapping) else self.thresholds  # fmt: skip
            listed = self.indirectness.get(name)
            departures = [listed] if isinstance(listed, str) else listed
            told = None if departures is None else tuple(map(str, departures))
            p = _p_value(self.small_study_p.get(name))
            yield start, Facts(levels, _check_thresholds(own), told, p, limits), body


def _check_names(given: Mapping[str, Any], names: Sequence[str], what: str) -> None:
    unknown = [f"{name!r}.{suggest_name(str(name), names)}" for name in given if name not in names]
    if unknown:
        raise InputError(
            f"`{what}` must be by outcome: {', '.join(map(repr, names))}. Got {list_some(unknown)}"
        )


def _check_thresholds(given: Sequence[float]) -> tuple[float, ...]:
    found = tuple(sorted(float(value) for value in given))
    if any(not 0 < value < 1 for value in found) or len(set(found)) < len(found):
        raise InputError(
            f"`thresholds` must lie between 0 and 1, no two alike. Got {list(given)}. "
            f"For 10 %, give 0.1."
        )
    return found


def _p_value(given: Any) -> float:
    if given is None:
        return math.nan
    value = float(getattr(given, "p_value", given))
    if not 0 <= value <= 1:
        raise InputError(f"`small_study_p` must hold p-values from 0 to 1. Got {value!r}.")
    return value
