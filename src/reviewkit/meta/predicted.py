"""Statements about settings that were not studied, and ways to read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from reviewkit._core.format import (
    fit_decimals,
    format_count,
    format_interval,
    format_number,
    format_percent,
)
from reviewkit._core.result import Result

__all__ = ["PredictedPrevalence"]

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class PredictedPrevalence(Result):
    """What is expected of settings that were not studied; shares in [0, 1].

    `exceeds` holds limits and the probability that a further setting exceeds them,
    `teams` numbers of people, the cases expected among them, and the limits of the
    prediction interval of that number.
    """

    title: ClassVar[str] = "Prevalence in further settings"

    median: float  # of the prevalences of settings
    median_ci_low: float
    median_ci_high: float
    mean: float  # of the same: the population-averaged prevalence
    mean_ci_low: float
    mean_ci_high: float
    pi_low: float  # prediction interval of one setting's prevalence; NaN without one
    pi_high: float
    exceeds: tuple[tuple[float, float], ...]
    teams: tuple[tuple[int, float, int, int], ...]
    level: float
    recipe: str

    def to_frame(self) -> pd.DataFrame:
        """Return ``quantity, at, estimate, ci_low, ci_high, pi_low, pi_high``, one row each."""
        median = (self.median, self.median_ci_low, self.median_ci_high)
        mean = (self.mean, self.mean_ci_low, self.mean_ci_high)
        none = (_NAN, _NAN)
        rows = [
            ("median prevalence", _NAN, *median, self.pi_low, self.pi_high),
            ("mean prevalence", _NAN, *mean, *none),
        ]
        rows += [
            ("probability of a higher prevalence", limit, share, *none, *none)
            for limit, share in self.exceeds
        ]
        rows += [
            ("expected cases among people", people, cases, *none, low, high)
            for people, cases, low, high in self.teams
        ]
        columns = ["quantity", "at", "estimate", "ci_low", "ci_high", "pi_low", "pi_high"]
        return pd.DataFrame(rows, columns=columns)

    def summary(self) -> str:
        """Return each statement as a sentence, and how it came about."""
        return "\n".join([self.title, *self._sentences(), self.recipe])

    def _headline(self) -> str:
        return " ".join(self._sentences())

    def _sentences(self) -> list[str]:
        level = f"{100 * self.level:g} %"
        told = []
        for name in ("median", "mean"):
            ends = [100 * getattr(self, f"{name}_ci_{end}") for end in ("low", "high")]
            decimals = fit_decimals(ends)
            share = format_number(100 * getattr(self, name), decimals)
            interval = format_interval(ends[0], ends[1], decimals)
            told.append(f"The {name} setting has {share} % ({level} CI {interval}).")
        told[1] = told[1].replace("The mean setting has", "The mean over settings is")
        told += [
            f"The next setting exceeds {100 * limit:g} % with a probability of "
            f"{format_percent(share)}."
            for limit, share in self.exceeds
        ]
        return told + [
            f"Among {format_count(people)} people of one setting, "
            f"{format_number(cases, 1)} cases are expected ({level} prediction interval "
            f"{format_interval(low, high, 0)})."
            for people, cases, low, high in self.teams
        ]
