"""A pooled result in words: the finding, and how it came about.

Every number is shown with its recipe, because the same studies give 27.9, 28.7
or 29.4 % by three methods that all are in use.  I² is printed and not graded: it says
what share of the scatter is no sampling error, and not how far studies differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reviewkit._core.format import (
    fit_decimals,
    format_count,
    format_interval,
    format_number,
    format_p,
    format_percent,
    format_significant,
)
from reviewkit.meta.back_sizes import BACK_SIZES, find_back_size
from reviewkit.meta.effects import TRANSFORMS, Transform
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.glmm import fit_glmm_batch
from reviewkit.meta.models import MODELS, TAU2_INTERVALS
from reviewkit.meta.study_intervals import PROPORTION_INTERVALS

if TYPE_CHECKING:
    from reviewkit.meta.pooled import Pooled

__all__ = [
    "describe_count",
    "describe_exact",
    "describe_heterogeneity",
    "describe_level",
    "describe_result",
    "describe_size",
    "is_extreme",
    "write_recipe",
]


_FEW = 5  # events or non-events: fewer, and a normal approximation of the study is poor


def describe_result(pooled: Pooled) -> str:
    """Return estimate, intervals and size in one line."""
    percent = pooled.method.transform is not None
    factor, least = (100, 1) if percent else (1, 2)
    estimate, low, high, pi_low, pi_high = (
        factor * value
        for value in (pooled.estimate, pooled.ci_low, pooled.ci_high, pooled.pi_low, pooled.pi_high)
    )
    decimals = fit_decimals([low, high], least=least)
    parts = [f"{describe_level(pooled)} CI {format_interval(low, high, decimals)}"]
    if not np.isnan(pi_low):
        parts.append(f"prediction {format_interval(pi_low, pi_high, decimals)}")
    shown = f"{format_number(estimate, decimals)}{' %' * percent}"
    return f"{shown} ({'; '.join(parts)}), {describe_size(pooled)}"


def describe_size(pooled: Pooled) -> str:
    """Return the numbers of studies and of people."""
    people = pooled.studies.total
    size = f"k = {format_count(pooled.k)}"
    return size if people is None else f"{size}, N = {format_count(people.sum())}"


def describe_exact(pooled: Pooled) -> str:
    """Return what the GLMM finds, in one line, where normal approximations of studies are poor."""
    x, n = pooled.studies.events, pooled.studies.total
    if x is None or n is None or pooled.likelihood is not None or pooled.k == 1:
        return ""
    least = np.minimum(x, n - x)
    count, told = int((least == 0).sum()), "no or all events"
    if not count:
        count, told = int((least < _FEW).sum()), f"fewer than {_FEW} events or non-events"
    if not count:
        return ""
    fit = fit_glmm_batch(x, n, ci=pooled.method.ci, level=pooled.method.level)
    limits = np.array([fit.estimate[0], fit.ci_low[0], fit.ci_high[0]])
    estimate, low, high = (100 * TRANSFORMS["logit"].inverse(limits, 0.0)).tolist()
    decimals = fit_decimals([low, high])
    shown = f"{format_number(estimate, decimals)} % ({describe_level(pooled)} CI "
    shown += f"{format_interval(low, high, decimals)})"
    shown = "no answer, its likelihood has no peak" if np.isnan(estimate) else shown
    verb = "has" if count == 1 else "have"
    return f"Exact likelihood (GLMM), as {describe_count(count)} {verb} {told}: {shown}"


def describe_heterogeneity(pooled: Pooled) -> str:
    """Return tau² and I² with their intervals, and tests of heterogeneity."""
    if pooled.k == 1:
        return "Heterogeneity: one study shows none"
    parts = []
    likelihood = pooled.likelihood
    if likelihood is not None and not np.isnan(likelihood.overdispersion):
        ends = likelihood.overdispersion_ci_low, likelihood.overdispersion_ci_high
        parts.append(
            f"overdispersion {format_significant(likelihood.overdispersion)}{_tell_ends(pooled, ends)}"
        )
    tau2 = f"τ² = {_tell_spread(pooled.tau2)}"
    if MODELS[pooled.method.model].varies:
        tau2 += _tell_ends(pooled, (pooled.tau2_ci_low, pooled.tau2_ci_high))
    else:
        tau2 += " by assumption"
    i2 = f"I² = {format_percent(pooled.i2)}"
    if not np.isnan(pooled.i2_ci_low):
        ends = 100 * pooled.i2_ci_low, 100 * pooled.i2_ci_high
        i2 += f" ({describe_level(pooled)} CI {format_interval(*ends, 1)})"
    parts += [tau2, i2, f"Q = {_tell_test(pooled.q)}, df = {pooled.q_df}, {format_p(pooled.q_p)}"]
    if likelihood is not None:
        test = f"{_tell_test(likelihood.ratio)}, {format_p(likelihood.ratio_p)}"
        parts.append(f"likelihood ratio of τ² = 0: {test}")
    return f"Heterogeneity: {', '.join(parts)}"


def _tell_ends(pooled: Pooled, ends: tuple[float, float]) -> str:
    """Return an interval in brackets; nothing where there is none."""
    if np.isnan(ends[0]):
        return ""
    return f" ({describe_level(pooled)} CI {'–'.join(_tell_spread(end) for end in ends)})"


def _tell_spread(value: float) -> str:
    return "∞" if np.isinf(value) else format_significant(value)


def _tell_test(statistic: float) -> str:
    return format_number(statistic, 1 if statistic >= 10 else 2)


def write_recipe(pooled: Pooled) -> str:
    """Return how the numbers came about, in one sentence."""
    method = pooled.method
    model, scale = MODELS[method.model], TRANSFORMS.get(method.transform or "")
    head = f"{model.label} on {scale.label}" if scale else model.label
    way = model.estimation or f"τ² by {method.tau2}"
    parts = [f"{head}, {way}" if model.varies else head, _tell_interval(pooled)]
    if model.varies:
        parts.append(_tell_prediction(pooled))
    if scale:
        parts += [_tell_way_back(pooled, scale), _tell_correction(pooled, scale)]
    if pooled.k > 1:
        share = "τ²/(τ² + typical sampling variance)" if model.varies else "(Q − df)/Q"
        profile = TAU2_INTERVALS[method.tau2_ci].label
        parts.append(f"I² = {share}, intervals of heterogeneity by {profile}")
        if model.counts:
            parts.append("Q: likelihood of one prevalence against one to each study")
    own = PROPORTION_INTERVALS[method.study_ci].label if method.study_ci else "normal"
    parts += [f"study intervals: {own}", describe_size(pooled)]
    return "; ".join(parts) + "."


def _tell_interval(pooled: Pooled) -> str:
    """Return the method of the confidence interval with its degrees of freedom."""
    level, way = describe_level(pooled), INTERVALS[pooled.method.ci]
    if is_extreme(pooled):
        return f"{level} CI: Clopper–Pearson, of all people together"
    if pooled.k == 1:
        return f"{level} CI: normal, of the one study"
    name = "classic"
    if pooled.likelihood is not None:
        name = "standard error of the joint likelihood"
    elif way.scaled:
        name = "Hartung–Knapp, never narrower than classic," if way.floor else "Hartung–Knapp"
    return f"{level} CI: {name} with {f't, {pooled.k - 1} df' if way.t else 'normal quantiles'}"


def _tell_prediction(pooled: Pooled) -> str:
    """Return the method of the prediction interval with its degrees of freedom."""
    way = PREDICTIONS[pooled.method.prediction]
    if np.isnan(pooled.pi_low):
        return f"no prediction interval from {describe_count(pooled.k)}"
    if is_extreme(pooled):
        return "prediction interval: that of the estimate"
    quantiles = "normal quantiles" if way.lost is None else f"t, {pooled.k - way.lost} df"
    if pooled.method.model == "beta-binomial":
        variance = "variance of settings and of the estimate"
        return f"prediction interval: beta with the {variance}, widened by {quantiles}"
    error = "classic standard error" if way.classic else "standard error of the CI"
    return f"prediction interval: {quantiles}, {error}"


def _tell_way_back(pooled: Pooled, scale: Transform) -> str:
    """Return how the pooled effect became a proportion."""
    if not scale.back:
        return "no back-transformation"
    assert pooled.studies.total is not None
    if not scale.sized:
        return f"back-transformed by {scale.back}"
    effect, se, *_ = pooled.on_scale
    name = pooled.method.back_n
    size = find_back_size(pooled.studies.total, effect, se, name=name)[0]
    return f"back-transformed by {scale.back} at {BACK_SIZES[name].label}, {size:.4g}"


def _tell_correction(pooled: Pooled, scale: Transform) -> str:
    """Return to how many studies 0.5 was added."""
    count = pooled.studies.corrected
    if not scale.corrected or pooled.likelihood is not None:
        return "no continuity correction"
    if not count:
        return "no study needed a continuity correction"
    return f"0.5 added to events and non-events of {count} of {describe_count(pooled.k)}"


def is_extreme(pooled: Pooled) -> bool:
    """Say whether a model of counts has met no event at all, or nothing but events."""
    return pooled.likelihood is not None and pooled.estimate in (0.0, 1.0)


def describe_count(k: int) -> str:
    """Return a number of studies."""
    return f"{format_count(k)} {'study' if k == 1 else 'studies'}"


def describe_level(pooled: Pooled) -> str:
    """Return the level of the intervals."""
    return f"{100 * pooled.method.level:g} %"
