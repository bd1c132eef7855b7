"""A meta-regression in words: the finding, how it came about, and what may mislead."""

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
from reviewkit.meta.engine import INTERVALS
from reviewkit.meta.models import MODELS, TAU2_INTERVALS

if TYPE_CHECKING:
    from reviewkit.meta.count_regression import RegressionLikelihood
    from reviewkit.meta.regression import MetaRegression

__all__ = [
    "describe_regression",
    "describe_residuals",
    "describe_test",
    "write_regression_notes",
    "write_regression_recipe",
]

_FEW = 10  # studies a coefficient, below which chance findings are common (Cochrane 10.11.4)
_INFLATED = 10  # variance inflation from which on moderators can hardly be told apart


def describe_regression(found: MetaRegression) -> str:
    """Return the finding in one line: the one slope, or the test of all moderators."""
    tested = found.design.tested
    parts = []
    if len(tested) == 1:
        row = found.to_frame().iloc[tested[0]]
        decimals = fit_decimals([row["ci_low"], row["ci_high"]], least=2)
        shown = format_interval(row["ci_low"], row["ci_high"], decimals)
        level = f"{100 * found.method.level:g} %"
        estimate = format_number(row["estimate"], decimals)
        parts.append(f"{row['coefficient']}: {estimate} ({level} CI {shown})")
    if tested:
        parts.append(describe_test(found))
    if found.likelihood is not None and not np.isnan(found.likelihood.ratio):
        parts.append(_tell_ratio(found.likelihood))
    if not np.isnan(found.r2):
        parts.append(f"R² = {format_percent(found.r2)}")
    return "; ".join([*parts, _size(found)])


def _tell_ratio(likelihood: RegressionLikelihood) -> str:
    value = format_number(likelihood.ratio, 2)
    test = f"df = {likelihood.ratio_df}, {format_p(likelihood.ratio_p)}"
    return f"likelihood ratio = {value}, {test}"


def describe_test(found: MetaRegression) -> str:
    """Return the test of all moderators with its degrees of freedom."""
    value = format_significant(found.qm) if found.qm >= 1e6 else format_number(found.qm, 2)
    what = "all moderators" if "intercept" in found.names else "all coefficients"
    if np.isnan(found.qm):
        return f"{what}: no test"
    if found.permutations is not None:
        return f"{what}: {format_p(found.qm_p)} by permutation"
    if np.isinf(found.qm_df_residual):
        return f"{what}: Q = {value}, df = {found.qm_df}, {format_p(found.qm_p)}"
    df = f"df = {found.qm_df} and {found.qm_df_residual:g}"
    return f"{what}: F = {value}, {df}, {format_p(found.qm_p)}"


def describe_residuals(found: MetaRegression) -> str:
    """Return what the moderators leave between studies."""
    level = f"{100 * found.method.level:g} %"
    tau2 = "τ² = 0 by assumption"
    if found.varies:
        ends = (format_significant(v) for v in (found.tau2_ci_low, found.tau2_ci_high))
        tau2 = f"τ² = {format_significant(found.tau2)} ({level} CI {'–'.join(ends)})"
    q = format_number(found.qe, 1 if found.qe >= 10 else 2)
    i2 = f"I² = {format_percent(found.i2)}"
    told = f"{tau2}, {i2}, Q = {q}, df = {found.qe_df}, {format_p(found.qe_p)}"
    if found.likelihood is not None:
        ratio = format_number(found.likelihood.tau2_ratio, 2)
        told += f", likelihood ratio of τ² = 0: {ratio}, {format_p(found.likelihood.tau2_ratio_p)}"
    return f"Residual heterogeneity: {told}"


def write_regression_recipe(found: MetaRegression) -> str:
    """Return how the numbers came about, in one sentence."""
    method = found.method
    scale = TRANSFORMS.get(method.transform or "")
    head = "Mixed-effects" if found.varies else "Common-effect"
    if found.likelihood is not None:
        head = MODELS[method.model].label
    head += f" meta-regression {found.formula.strip()}"
    parts = [f"{head}{f' on {scale.label}' if scale else ''}"]
    if found.varies:
        profile = TAU2_INTERVALS[method.tau2_ci].label
        way = (
            MODELS[method.model].estimation if found.likelihood else f"residual τ² by {method.tau2}"
        )
        parts.append(f"{way}, interval of τ² by {profile}")
    parts.append(_tell_test(found))
    if found.permutations is not None:
        parts.append(f"p-values: {found.permutations.recipe}")
    if not np.isnan(found.r2):
        explained = "τ²" if found.varies else "H²"
        parts.append(f"R² = share of {explained} that the moderators explain")
    if scale and scale.back:
        parts.append(f"predictions back-transformed by {scale.back}")
    return "; ".join([*parts, _size(found)]) + "."


def _tell_test(found: MetaRegression) -> str:
    """Return the method of tests and intervals with its degrees of freedom."""
    way = INTERVALS[found.method.ci]
    name = "classic standard errors"
    if found.likelihood is not None:
        kind = f"t, {found.df:g} df" if way.t else "normal quantiles"
        name = "standard errors of the joint likelihood"
        return f"tests and {100 * found.method.level:g} % CI: {name} with {kind}"
    if way.scaled:
        name = "Hartung–Knapp" + (", never narrower than classic" if way.floor else "")
    kind = f"t, {found.df:g} df" if way.t else "normal quantiles"
    return f"tests and {100 * found.method.level:g} % CI: {name} with {kind}"


def _size(found: MetaRegression) -> str:
    total = found.studies.total
    size = f"k = {format_count(found.k)}"
    return size if total is None else f"{size}, N = {format_count(total.sum())}"


def write_regression_notes(found: MetaRegression) -> tuple[str, ...]:
    """Return a note for each thing that may mislead a reader, the gravest first."""
    return (
        *_note_dependence(found),
        *_note_left_out(found),
        *_note_single(found),
        *_note_few(found),
        *_note_overlap(found),
        *_note_model(found),
    )


def _note_dependence(found: MetaRegression) -> list[str]:
    notes = []
    if found.studies.repeated:
        names = list_some(found.studies.repeated, sep=", ")
        notes.append(
            f"Several rows from one study are not independent, but are taken as if they were: "
            f"{names}."
        )
    if not found.se.all():
        notes.append(
            "The moderators fit the studies entirely, so that Hartung–Knapp intervals have no "
            "width and there is no test; this says nothing about their precision. "
            "Use test='HK-adhoc' or test='z'."
        )
    return notes


def _note_left_out(found: MetaRegression) -> list[str]:
    if not found.left_out:
        return []
    count, names = len(found.left_out), list_some(found.left_out, sep=", ")
    rows = f"{format_count(count)} of {format_count(found.k + count)} studies"
    return [f"{rows} left out, a moderator is missing: {names}."]


def _note_single(found: MetaRegression) -> list[str]:
    """Name the levels of factors that only one study has."""
    frame, studies = found.design.frame, found.studies.study
    single = []
    for name, levels in found.design.levels.items():
        cells = frame[name].to_numpy()
        for level in levels:
            rows = np.flatnonzero(cells == level)
            if rows.size == 1:
                single.append(f"{name} {level} ({studies[rows[0]]})")
    if not single:
        return []
    return [f"One study alone stands for {list_some(single, sep=', ')}: nothing is pooled there."]


def _note_few(found: MetaRegression) -> list[str]:
    count = len(found.names) - 1  # without an intercept, one level stands for it
    if not count or found.k >= _FEW * count:
        return []
    plural = "s" * (count > 1)
    size = f"{found.k} studies for {count} coefficient{plural} of moderators"
    return [f"{size}, fewer than {_FEW} each: chance findings are likely."]


def _note_overlap(found: MetaRegression) -> list[str]:
    high = [
        f"{name} ({format_number(value, 0)})"
        for name, value in zip(found.names, found.vif, strict=True)
        if value > _INFLATED
    ]
    if not high:
        return []
    shown = list_some(high, sep=", ")
    return [f"Moderators overlap, so that each alone says little; variance inflation: {shown}."]


def _note_model(found: MetaRegression) -> list[str]:
    notes: list[str] = []
    if found.likelihood is not None:
        return notes
    if MODELS[found.pooled_by].counts is not None:
        label = MODELS[found.pooled_by].label
        notes.append(f"The regression is of the two-step kind on logits, unlike the {label}.")
    x, n, scale = found.studies.events, found.studies.total, found.method.transform
    if x is not None and scale is not None and TRANSFORMS[scale].corrected:
        count = int(np.count_nonzero((x == 0) | (x == n)))
        if count:
            notes.append(f"0.5 was added to events and non-events of {count} of {found.k} studies.")
    return notes
