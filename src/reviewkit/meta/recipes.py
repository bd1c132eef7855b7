"""A pooled result in words: the finding, how it came about, and what may mislead.

Every number is shown with its recipe, because the same studies give 27.9, 28.7
or 29.4 % by three methods that all are in use.  I² is printed and not graded: it says
what share of the scatter is no sampling error, and not how far studies differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri

from reviewkit._core.check import list_some
from reviewkit._core.format import (
    fit_decimals,
    format_count,
    format_interval,
    format_number,
    format_p,
    format_percent,
    format_significant,
)
from reviewkit.meta.effects import TRANSFORMS, Transform, find_harmonic_mean
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.models import MODELS
from reviewkit.meta.study_intervals import PROPORTION_INTERVALS

if TYPE_CHECKING:
    from reviewkit.meta.pooled import Pooled

__all__ = [
    "Note",
    "describe_heterogeneity",
    "describe_result",
    "describe_size",
    "write_notes",
    "write_recipe",
    "write_warnings",
]

_WIDE_RANGE = 100  # largest over smallest n: from here on the double arcsine is commented


def describe_result(pooled: Pooled) -> str:
    """Return estimate, intervals and size in one line."""
    percent = pooled.method.transform is not None
    factor, least = (100, 1) if percent else (1, 2)
    estimate, low, high, pi_low, pi_high = (
        factor * value
        for value in (pooled.estimate, pooled.ci_low, pooled.ci_high, pooled.pi_low, pooled.pi_high)
    )
    decimals = fit_decimals([low, high], least=least)
    parts = [f"{_level(pooled)} CI {format_interval(low, high, decimals)}"]
    if not np.isnan(pi_low):
        parts.append(f"prediction {format_interval(pi_low, pi_high, decimals)}")
    shown = f"{format_number(estimate, decimals)}{' %' * percent}"
    return f"{shown} ({'; '.join(parts)}), {describe_size(pooled)}"


def describe_size(pooled: Pooled) -> str:
    """Return the numbers of studies and of people."""
    people = pooled.studies.total
    size = f"k = {format_count(pooled.k)}"
    return size if people is None else f"{size}, N = {format_count(people.sum())}"


def describe_heterogeneity(pooled: Pooled) -> str:
    """Return tau² and I² with their intervals, and Cochran's Q."""
    if pooled.k == 1:
        return "Heterogeneity: one study shows none"
    level = _level(pooled)
    tau2 = f"τ² = {format_significant(pooled.tau2)}"
    if MODELS[pooled.method.model].varies:
        ends = (format_significant(v) for v in (pooled.tau2_ci_low, pooled.tau2_ci_high))
        tau2 += f" ({level} CI {'–'.join(ends)})"
    else:
        tau2 += " by assumption"
    i2 = f"I² = {format_percent(pooled.i2)}"
    i2 += f" ({level} CI {format_interval(100 * pooled.i2_ci_low, 100 * pooled.i2_ci_high, 1)})"
    q = format_number(pooled.q, 1 if pooled.q >= 10 else 2)
    return f"Heterogeneity: {tau2}, {i2}, Q = {q}, df = {pooled.q_df}, {format_p(pooled.q_p)}"


def write_recipe(pooled: Pooled) -> str:
    """Return how the numbers came about, in one sentence."""
    method = pooled.method
    model, scale = MODELS[method.model], TRANSFORMS.get(method.transform or "")
    head = f"{model.label} on {scale.label}" if scale else model.label
    parts = [f"{head}, τ² by {method.tau2}" if model.varies else head, _tell_interval(pooled)]
    if model.varies:
        parts.append(_tell_prediction(pooled))
    if scale:
        parts += [_tell_way_back(pooled, scale), _tell_correction(pooled, scale)]
    if pooled.k > 1:
        share = "τ²/(τ² + typical sampling variance)" if model.varies else "(Q − df)/Q"
        parts.append(f"I² = {share}, intervals of heterogeneity by the Q-profile")
    own = PROPORTION_INTERVALS[method.study_ci].label if method.study_ci else "normal"
    parts += [f"study intervals: {own}", describe_size(pooled)]
    return "; ".join(parts) + "."


def _tell_interval(pooled: Pooled) -> str:
    """Return the method of the confidence interval with its degrees of freedom."""
    level, way = _level(pooled), INTERVALS[pooled.method.ci]
    if pooled.k == 1:
        return f"{level} CI: normal, of the one study"
    name = "classic"
    if way.scaled:
        name = "Hartung–Knapp, never narrower than classic," if way.floor else "Hartung–Knapp"
    return f"{level} CI: {name} with {f't, {pooled.k - 1} df' if way.t else 'normal quantiles'}"


def _tell_prediction(pooled: Pooled) -> str:
    """Return the method of the prediction interval with its degrees of freedom."""
    way = PREDICTIONS[pooled.method.prediction]
    if np.isnan(pooled.pi_low):
        return f"no prediction interval from {_count(pooled.k)}"
    error = "classic standard error" if way.classic else "standard error of the CI"
    quantiles = "normal quantiles" if way.lost is None else f"t, {pooled.k - way.lost} df"
    return f"prediction interval: {quantiles}, {error}"


def _tell_way_back(pooled: Pooled, scale: Transform) -> str:
    """Return how the pooled effect became a proportion."""
    if not scale.back:
        return "no back-transformation"
    assert pooled.studies.total is not None
    size = f", {find_harmonic_mean(pooled.studies.total):.4g}" if scale.sized else ""
    return f"back-transformed by {scale.back}{size}"


def _tell_correction(pooled: Pooled, scale: Transform) -> str:
    """Return to how many studies 0.5 was added."""
    count = pooled.studies.corrected
    if not scale.corrected:
        return "no continuity correction"
    if not count:
        return "no study needed a continuity correction"
    return f"0.5 added to events and non-events of {count} of {_count(pooled.k)}"


class Note(NamedTuple):
    """What may mislead a reader, and what to do about it in a call."""

    fact: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.fact} {self.advice}".rstrip()


def write_notes(pooled: Pooled) -> list[Note]:
    """Return a note for each thing that may mislead a reader, the gravest first."""
    return [*write_warnings(pooled), *_note_data(pooled), *_note_method(pooled)]


def write_warnings(pooled: Pooled) -> list[Note]:
    """Return a note for each reason to doubt the result itself."""
    found, studies = [], pooled.studies
    if studies.repeated:
        fact = (
            f"Several rows from one study are not independent, but are pooled as if they were: "
            f"{list_some(studies.repeated, sep=', ')}."
        )
        advice = "Keep one row a study, or rename the rows if they are separate samples."
        found.append(Note(fact, advice))
    if _has_no_width(pooled):
        fact = (
            "The Hartung–Knapp interval has no width, because the studies agree entirely; "
            "this says nothing about its precision."
        )
        found.append(Note(fact, "Use ci='HK-adhoc' or ci='z'."))
    if studies.events is not None and studies.total is not None:
        none, full = not studies.events.any(), bool((studies.events == studies.total).all())
        if (pooled.estimate == 0 and not none) or (pooled.estimate == 1 and not full):
            shown = format_percent(pooled.estimate, 0)
            fact = f"The back-transformed estimate is {shown}, which the counts contradict."
            found.append(Note(fact, "Use transform='logit'."))
    return found


def _note_data(pooled: Pooled) -> list[Note]:
    """Return what the studies do not allow."""
    left_out = pooled.studies.left_out
    notes = []
    if left_out:
        rows = f"{format_count(len(left_out))} of {format_count(pooled.k + len(left_out))} rows"
        names = list_some(left_out, sep=", ")
        notes.append(Note(f"{rows} left out, a number is missing: {names}."))
    if pooled.k == 1:
        notes.append(Note("One study: nothing is pooled, and the interval is its own."))
    return notes


def _note_method(pooled: Pooled) -> list[Note]:
    """Return what the method does to these studies."""
    notes, method = [], pooled.method
    model = MODELS[method.model]
    if pooled.k > 1 and INTERVALS[method.ci].scaled and not model.varies:
        fact = "Hartung and Knapp’s interval is made for random effects."
        notes.append(Note(fact, "ci='z' gives the customary one of the common-effect model."))
    elif _is_narrow(pooled) and not _has_no_width(pooled):
        fact = (
            "The Hartung–Knapp interval is narrower here than the classic one, "
            "as the studies scatter less than their sampling errors."
        )
        notes.append(Note(fact, "ci='HK-adhoc' prevents that."))
    if pooled.tau2 < pooled.tau2_ci_low or pooled.tau2 > pooled.tau2_ci_high:
        fact = (
            f"τ² by {method.tau2} lies outside of its interval: the Q-profile weighs the studies "
            f"otherwise."
        )
        notes.append(Note(fact, "Compare another estimator."))
    return notes + _note_scale(pooled)


def _note_scale(pooled: Pooled) -> list[Note]:
    """Return what the transformation does to these studies."""
    notes: list[Note] = []
    total, scale = pooled.studies.total, TRANSFORMS.get(pooled.method.transform or "")
    if scale is None or total is None:
        return notes
    limits = (pooled.ci_low, pooled.ci_high, pooled.pi_low, pooled.pi_high)
    if scale.bounded and any(end in (0, 1) and end != pooled.estimate for end in limits):
        fact = f"On the scale of {scale.label} an interval reaches beyond 0 or 100 %"
        notes.append(Note(f"{fact}; it is cut there."))
    smallest, largest = float(total.min()), float(total.max())
    if scale.sized and largest >= _WIDE_RANGE * smallest:
        effect = np.array(pooled.on_scale[0])
        few, many = (100 * float(scale.inverse(effect, n)) for n in (smallest, largest))
        decimals = fit_decimals([few, many])
        fact = (
            f"Sample sizes run from {format_count(smallest)} to {format_count(largest)}, and the "
            f"back-transformation of double arcsines depends on n: the same pooled effect reads "
            f"{format_number(few, decimals)} % at the smallest n and "
            f"{format_number(many, decimals)} % at the largest."
        )
        notes.append(Note(fact, "Compare transform='logit'."))
    return notes


def _has_no_width(pooled: Pooled) -> bool:
    """Say whether several studies gave an interval of no width."""
    low, high = pooled.on_scale[2:]
    return pooled.k > 1 and high - low <= 1e-9 * _classic_se(pooled)


def _is_narrow(pooled: Pooled) -> bool:
    """Say whether Hartung and Knapp's interval is narrower than the classic one."""
    way, (_, _, low, high) = INTERVALS[pooled.method.ci], pooled.on_scale
    z = ndtri((1 + pooled.method.level) / 2)
    return bool(way.scaled and (high - low) < 2 * z * _classic_se(pooled) * (1 - 1e-9))


def _classic_se(pooled: Pooled) -> float:
    """Return the standard error that takes the sampling variances at their word."""
    return float((1 / (pooled.studies.variances + pooled.tau2)).sum() ** -0.5)


def _count(k: int) -> str:
    return f"{format_count(k)} {'study' if k == 1 else 'studies'}"


def _level(pooled: Pooled) -> str:
    return f"{100 * pooled.method.level:g} %"
