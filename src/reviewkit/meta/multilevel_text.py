"""Three-level results in words: the finding, its two variances, and how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.multilevel_fit import LIKELIHOODS

if TYPE_CHECKING:
    from reviewkit.meta.multilevel_results import MultilevelRegression, PooledMultilevel, Variances

__all__ = [
    "describe_levels",
    "describe_moderators",
    "describe_multilevel",
    "write_multilevel_notes",
    "write_multilevel_recipe",
]

_FEW = 10  # clusters: fewer, and normal quantiles and variances between them are rough


def describe_moderators(result: MultilevelRegression) -> str:
    """Return the test of moderators and the size in one line."""
    name = "QM" if np.isinf(result.df) else "F"
    told = f"{name} = {format_significant(result.qm)}, df = {result.qm_df}"
    residual = "" if np.isinf(result.df) else f" and {result.df:g}"
    return f"{result.formula}: {told}{residual}, {format_p(result.qm_p)}, {_tell_size(result)}"


def describe_multilevel(result: PooledMultilevel) -> str:
    """Return estimate, intervals and size in one line."""
    percent = result.method.transform is not None
    numbers = [result.estimate, result.ci_low, result.ci_high, result.pi_low, result.pi_high]
    factor, least = (100, 1) if percent else (1, 2)
    estimate, low, high, pi_low, pi_high = (factor * value for value in numbers)
    decimals = fit_decimals([low, high], least=least)
    shown = f"{format_number(estimate, decimals)}{' %' * percent}"
    ends = format_interval(low, high, decimals), format_interval(pi_low, pi_high, decimals)
    people = "" if result.n is None else f", N = {format_count(result.n)}"
    return f"{shown} ({_level(result)} CI {ends[0]}; prediction {ends[1]}), {_tell_size(result)}{people}"


def describe_levels(result: Variances) -> str:
    """Return both variances with their intervals, and I² by level."""
    parts = []
    for level in ("between", "within"):
        value, low, high, p = (
            getattr(result, f"sigma2_{level}{end}") for end in ("", "_ci_low", "_ci_high", "_p")
        )
        ends = f"{format_significant(low)}–{format_significant(high)}"
        parts.append(
            f"σ² {level} clusters = {format_significant(value)} ({_level(result)} CI {ends}; "
            f"{format_p(p)})"
        )
    shares = (
        f"{format_percent(result.i2_between)} between, {format_percent(result.i2_within)} within"
    )
    parts.append(f"I² = {format_percent(result.i2)} ({shares})")
    q = format_number(result.q, 1 if result.q >= 10 else 2)
    parts.append(f"Q = {q}, df = {result.q_df}, {format_p(result.q_p)}")
    return f"Heterogeneity: {', '.join(parts)}"


def write_multilevel_recipe(result: Variances) -> str:
    """Return how the numbers came about, in one sentence."""
    method = result.method
    scale = TRANSFORMS.get(method.transform or "")
    head = "Three-level random-effects model" + (f" on {scale.label}" if scale else "")
    quantiles = "normal quantiles" if np.isinf(result.df) else f"t, {result.df:g} df"
    parts = [
        f"{head}, both variances by {LIKELIHOODS[method.tau2]}",
        f"intervals of the model: {quantiles}",
        "those of variances by profile likelihood, their tests by likelihood ratio against half a χ² with 1 df",
        "I² = σ²/(σ² between + σ² within + typical sampling variance)",
    ]
    if scale:
        parts.append(
            f"back-transformed by {scale.back}" if scale.back else "no back-transformation"
        )
    return f"{'; '.join(parts)}; k = {result.k} in {result.n_clusters} clusters."


def write_multilevel_notes(result: PooledMultilevel, *, advice: bool = True) -> tuple[str, ...]:
    """Return a note for each thing that may mislead a reader; in print without advice."""
    notes, left_out = [], result.studies.left_out
    if left_out:
        rows = f"{format_count(len(left_out))} of {format_count(result.k + len(left_out))} rows"
        notes.append(f"{rows} left out, a number is missing: {list_some(left_out, sep=', ')}.")
    if result.n_clusters < _FEW and result.method.ci != "t-clusters":
        fact = (
            f"The degrees of freedom do not know that there are {result.n_clusters} clusters only."
        )
        notes.append(f"{fact} Compare ci='t-clusters' and robust_inference." if advice else fact)
    count = result.studies.corrected
    if count:
        rows = f"{format_count(count)} {'row' if count == 1 else 'rows'}"
        notes.append(
            f"0.5 added to events and non-events of {rows} in which nobody or everybody has the "
            f"event."
        )
    return tuple(notes)


def _tell_size(result: Variances) -> str:
    return f"k = {format_count(result.k)} in {format_count(result.n_clusters)} clusters"


def _level(result: Variances) -> str:
    return f"{100 * result.method.level:g} %"
