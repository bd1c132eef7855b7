"""What a pooled prevalence says about settings: on average, next time, in a team.

A pooled estimate on the logit (or another bent) scale is the prevalence of the median
setting.  The mean over settings is another number, nearer to 50 %, and it is the one
that planning asks for; so are the chance that the next setting exceeds a limit, and the
number of cases in a team.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.meta.back_sizes import find_back_size
from reviewkit.meta.betabinomial import predict_beta
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import PREDICTIONS
from reviewkit.meta.pooled import PooledPrevalence
from reviewkit.meta.predicted import PredictedPrevalence
from reviewkit.meta.predictive import BetaLaw, PredictiveLaw, ScaledLaw, average_normal
from reviewkit.meta.quantiles import find_quantile

__all__ = ["PredictedPrevalence", "predict_prevalence"]

FloatArray = NDArray[np.float64]

_MOST_PEOPLE = 1_000_000  # of a team; sums over its cases stay small


def predict_prevalence(
    pooled: PooledPrevalence,
    *,
    exceeds: float | Sequence[float] | None = None,
    team: int | Sequence[int] | None = None,
) -> PredictedPrevalence:
    """Say what a pooled prevalence means for settings that were not studied.

    Parameters
    ----------
    pooled : PooledPrevalence
        From :func:`~reviewkit.meta.pooling.pool_prevalence`, of any model.
    exceeds : float or sequence of float, optional
        Limits in (0, 1): how probable is a setting with a higher prevalence?
    team : int or sequence of int, optional
        Numbers of people in one setting, a million at most: how many cases are expected, and how many
        at least and at most?

    Returns
    -------
    PredictedPrevalence
        Median and mean over settings, with the confidence interval of the estimate; what
        was asked for; the recipe.

    Raises
    ------
    InputError
        If `pooled` is no pooled prevalence, a limit or a number of people is out of range,
        or a prediction is asked of a result that has no prediction interval (common-effect
        model, too few studies, no event at all).

    Notes
    -----
    The mean, or population-averaged prevalence, integrates over settings, tau² taken at its
    estimate [1]_; its interval are the limits of the median, integrated alike.  The median of a
    beta-binomial follows from its mean in the same way.

    Probabilities and cases come from the distribution whose quantiles are the prediction
    interval: exceeding its upper end has the probability of its tail.  The interval of cases
    holds them with that probability or more; its ends are whole numbers.  Expected cases are
    the number of people times the mean.

    References
    ----------
    .. [1] Zeger, Liang & Albert (1988). doi:10.2307/2531734

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {
    ...     "study": ["Coffey 1999", "Edwards 2006", "Simpson 2019", "Alamri 2024"],
    ...     "events": [35, 94, 81, 66],
    ...     "total": [80, 260, 443, 138],
    ... }
    >>> predicted = predict_prevalence(pool_prevalence(data), exceeds=0.5, team=20)
    >>> for line in predicted.summary().splitlines()[1:5]:
    ...     print(line)
    The median setting has 35.1 % (95 % CI 16.5–59.8).
    The mean over settings is 36.3 % (95 % CI 18.1–59.0).
    The next setting exceeds 50 % with a probability of 22.1 %.
    Among 20 people of one setting, 7.3 cases are expected (95 % prediction interval 0–17).
    """
    if not isinstance(pooled, PooledPrevalence):
        raise InputError(
            f"`pooled` must be a pooled prevalence. Got {type(pooled).__name__}. "
            f"Give what pool_prevalence returns."
        )
    limits, people = _check_limits(exceeds), _check_people(team)
    center = _describe_settings(pooled)
    law = _find_law(pooled) if limits or people else None
    tail = (1 - pooled.method.level) / 2
    return PredictedPrevalence(
        **center,
        pi_low=pooled.pi_low,
        pi_high=pooled.pi_high,
        exceeds=tuple((limit, law.exceed(limit)) for limit in limits) if law else (),
        teams=tuple(
            (n, n * center["mean"], law.find_cases(n, tail), law.find_cases(n, 1 - tail))
            for n in people
        )
        if law
        else (),
        level=pooled.method.level,
        recipe=_write_recipe(pooled, asked=law is not None),
    )


def _check_limits(exceeds: float | Sequence[float] | None) -> tuple[float, ...]:
    """Return the limits; all that are none are named."""
    given = _as_tuple(exceeds)
    wrong = [repr(limit) for limit in given if not (_is_number(limit) and 0 < limit < 1)]
    if wrong:
        raise InputError(
            f"`exceeds` must lie between 0 and 1. Got {list_some(wrong, sep=', ')}. "
            f"For 20 %, give 0.2."
        )
    return tuple(map(float, given))


def _check_people(team: int | Sequence[int] | None) -> tuple[int, ...]:
    """Return the numbers of people; all that are none are named."""
    given = _as_tuple(team)
    wrong = [repr(n) for n in given if not (_is_number(n) and n >= 1 and n % 1 == 0)]
    if wrong:
        raise InputError(
            f"`team` must be a number of people, 1 or more. Got {list_some(wrong, sep=', ')}. "
            f"Give a whole number."
        )
    if max(given, default=1) > _MOST_PEOPLE:
        raise InputError(
            f"`team` must be {_MOST_PEOPLE:,} people or fewer. Got {max(given):,.0f}. Of more, the "
            f"share of cases is as good as the prevalence: take its prediction interval."
        )
    return tuple(map(int, given))


def _is_number(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool)


def _as_tuple(given: float | Sequence[float] | None) -> tuple[Any, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _describe_settings(pooled: PooledPrevalence) -> dict[str, float]:
    """Return median and mean over settings, with confidence limits."""
    names = ("", "_ci_low", "_ci_high")
    shown = [pooled.estimate, pooled.ci_low, pooled.ci_high]
    places = [pooled.transformed_estimate, pooled.transformed_ci_low, pooled.transformed_ci_high]
    if pooled.method.model == "beta-binomial":
        other = [_find_median(pooled, share) for share in shown]
        median, mean = other, shown
    else:
        inverse, tau = _find_inverse(pooled), pooled.tau2**0.5
        median, mean = shown, [average_normal(inverse, place, tau) for place in places]
    found = {f"median{name}": value for name, value in zip(names, median, strict=True)}
    return found | {f"mean{name}": value for name, value in zip(names, mean, strict=True)}


def _find_median(pooled: PooledPrevalence, mean: float) -> float:
    """Return the median setting of a beta-binomial with a given mean."""
    assert pooled.likelihood is not None
    rho = pooled.likelihood.overdispersion
    if not 0 < rho < 1 or mean in (0.0, 1.0):
        return float(mean > 0.5) if rho == 1 else mean
    size = 1 / rho - 1
    return BetaLaw(mean * size, (1 - mean) * size).median()


def _find_inverse(pooled: PooledPrevalence) -> Callable[[FloatArray], FloatArray]:
    """Return the way back from the scale of the analysis."""
    assert pooled.studies.total is not None
    scale, size = TRANSFORMS[pooled.method.transform or "logit"], 0.0
    if scale.sized:
        place = pooled.transformed_estimate, pooled.transformed_se
        size = float(find_back_size(pooled.studies.total, *place, name=pooled.method.back_n)[0])
    return lambda effect: scale.inverse(effect, size)


def _find_law(pooled: PooledPrevalence) -> PredictiveLaw:
    """Return the distribution whose quantiles are the prediction interval."""
    low, high = pooled.transformed_pi_low, pooled.transformed_pi_high
    at = pooled.transformed_estimate
    if np.isnan(low) or np.isinf(at):
        raise InputError(
            f"A prediction must have a prediction interval to come from. Got none, of "
            f"{pooled.k} studies with {format_count(pooled.events)} events under "
            f"model={pooled.method.model!r} and prediction={pooled.method.prediction!r}. "
            f"Pool more studies with model='random' or 'glmm', or leave `exceeds` and `team` out."
        )
    df, tail = _find_df(pooled), (1 + pooled.method.level) / 2
    quantile = find_quantile(df, tail)
    if pooled.method.model == "beta-binomial":
        assert pooled.likelihood is not None
        variance, rho = pooled.transformed_se**2, pooled.likelihood.overdispersion
        place, spread, share = np.array([at]), np.array([variance]), np.array([rho])
        alpha, beta = predict_beta(place, spread, share, (quantile / ndtri(tail)) ** 2)
        return BetaLaw(float(alpha[0]), float(beta[0]))
    return ScaledLaw(_find_inverse(pooled), at, (high - low) / (2 * quantile), df)


def _find_df(pooled: PooledPrevalence) -> float:
    lost = PREDICTIONS[pooled.method.prediction].lost
    return np.inf if lost is None else float(pooled.k - lost)


def _write_recipe(pooled: PooledPrevalence, *, asked: bool) -> str:
    """Return how the numbers came about."""
    if pooled.method.model == "beta-binomial":
        parts = ["The mean is estimated; the median is that of the beta distribution"]
    else:
        parts = ["The median is estimated; the mean integrates over settings, with τ² as estimated"]
    if asked:
        parts.append("the next setting and its cases: the law of the prediction interval")
    return f"{'; '.join(parts)}. {pooled.recipe}"
