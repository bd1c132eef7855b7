"""Groups of studies, each pooled as the whole was, and the test between them.

All groups are one call of the engine: a row of a mask each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number, format_p, format_significant
from reviewkit.meta.effects import TRANSFORMS, find_harmonic_mean
from reviewkit.meta.engine import BatchFit, fit_batch
from reviewkit.meta.forest_result import ForestResult
from reviewkit.meta.kept_columns import read_moderator
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.recipes import describe_count, write_recipe
from reviewkit.meta.refits import require_pooled
from reviewkit.meta.regression_batch import fit_regressions

__all__ = ["GroupTest", "Subgroups", "split"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_VARIANCES = ("separate", "common")
_LIMITS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")


class GroupTest(NamedTuple):
    """Cochran's Q of the group estimates: chi² with `df` if the groups have one mean."""

    statistic: float  # NaN where a group has no standard error
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subgroups(ForestResult):
    """Groups of studies, pooled one by one; arrays of shape (G,), in the order of `groups`."""

    title: ClassVar[str] = "Subgroups"

    by: str  # what the groups are groups of
    groups: tuple[Any, ...]
    variances: str  # "separate" or "common": tau² of the groups
    members: BoolArray = field(repr=False)  # (G, k): which of the pooled studies a group has
    fit: BatchFit = field(repr=False)  # on the scale of the analysis
    test: GroupTest  # of the pooled model
    common_test: GroupTest  # of the common-effect model
    ratio_test: GroupTest | None = None  # by likelihoods, of counts with a common tau²
    left_out: tuple[str, ...] = ()  # studies without a group
    pooled: Pooled = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group.

        Columns ``group, k``, ``n, events`` for counts, ``estimate, ci_low, ci_high,
        pi_low, pi_high, tau2, i2, q, q_df, q_p, weight``, and for prevalence
        ``transformed_estimate, transformed_se``, else ``se``.  Limits of
        prediction that a group does not allow are NaN; the weight of a group is that of
        its studies in the overall result.
        """
        fit = self.fit
        columns: dict[str, Any] = {"group": [*self.groups], "k": self.members.sum(axis=1)}
        x, n = self.pooled.studies.events, self.pooled.studies.total
        if x is not None and n is not None:
            columns["n"] = (self.members @ n).astype(np.int64)
            columns["events"] = (self.members @ x).astype(np.int64)
        columns |= self._limits()
        columns |= {name: getattr(fit, name) for name in ("tau2", "i2", "q")}
        columns |= {"q_df": fit.q_df.astype(np.int64), "q_p": fit.q_p, "weight": self._weights()}
        if x is None:
            return pd.DataFrame(columns | {"se": fit.se})
        return pd.DataFrame(
            columns | {"transformed_estimate": fit.estimate, "transformed_se": fit.se}
        )

    @property
    def recipe(self) -> str:
        """How the numbers came about, in one paragraph."""
        model = MODELS[self.pooled.method.model]
        kind = f"{self.variances} τ²; " if model.varies else ""
        return (
            f"Groups by {self.by}, each pooled as the whole, {kind}tested by Q of the "
            f"group estimates. Overall: {write_recipe(self.pooled)}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        notes = []
        if self.left_out:
            names = list_some(self.left_out, sep=", ")
            count = describe_count(len(self.left_out))
            notes.append(f"{count} left out, a group is missing: {names}.")
        sizes = self.members.sum(axis=1)
        alone = [str(g) for g, size in zip(self.groups, sizes, strict=True) if size == 1]
        if alone:
            notes.append(
                f"One study alone stands for {list_some(alone, sep=', ')}: nothing is pooled there."
            )
        if np.isnan(self.test.statistic):
            notes.append("A group without a standard error allows no test between groups.")
        return tuple(notes)

    def _make_forest(self, order: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
        from reviewkit.meta.subgroup_forest import make_blocks

        return make_blocks(self, order)

    def describe_test(self) -> str:
        """Return the test between groups in words."""
        ratio = f"; likelihood ratio = {_tell(self.ratio_test)}" if self.ratio_test else ""
        if np.isnan(self.test.statistic):
            return f"none, as a group has no standard error{ratio}"
        return f"Q = {_tell(self.test)}{ratio}"

    def summary(self) -> str:
        """Return test, recipe, notes and groups as plain text."""
        table = self.to_frame().to_string(float_format=_write_cell, index=False)
        lines = [self.title, self._headline(), self.recipe]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes), "", table])

    def _headline(self) -> str:
        count = f"{format_count(len(self.groups))} groups by {self.by}"
        return f"{count}; test between groups: {self.describe_test()}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        table = self.to_frame().to_html(float_format=_write_cell, border=0, index=False)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}<p>{escape(self.recipe)}</p>{notes}{table}"

    def _limits(self) -> dict[str, FloatArray]:
        """Return estimates and intervals on the scale of the reader."""
        numbers = {name: getattr(self.fit, name) for name in _LIMITS}
        total = self.pooled.studies.total
        if total is None or self.pooled.method.transform is None:
            return numbers
        scale = TRANSFORMS[self.pooled.method.transform]
        table = np.array([*numbers.values()])
        sizes = [find_harmonic_mean(total[member]) for member in self.members]
        back = [scale.inverse(table[:, g], size) for g, size in enumerate(sizes)]
        return dict(zip(numbers, np.array(back).T, strict=True))

    def _weights(self) -> FloatArray:
        """Return the shares of the groups in the overall result."""
        if MODELS[self.pooled.method.model].counts is not None:
            return np.full(len(self.groups), np.nan)
        share = self.members @ (1 / (self.pooled.studies.variances + self.pooled.tau2))
        return np.asarray(share / share.sum())


def split(
    pooled: Pooled, by: str | Sequence[Any] | pd.Series | NDArray[Any], *, tau2: str, missing: str
) -> Subgroups:
    """Pool the groups of a result; see :func:`~reviewkit.meta.moderators.compare_subgroups`."""
    require_pooled(pooled, "Subgroups")
    check_choice("tau2", tau2, _VARIANCES)
    check_choice("missing", missing, ("error", "drop"))
    name, groups, members = _find_groups(pooled, by, missing)
    studies = pooled.studies
    some = members.any(axis=0)
    common = fit_batch(studies.effects, studies.variances, mask=members, tau2=None, ci="z")
    if MODELS[pooled.method.model].varies and tau2 == "common" and len(groups) >= some.sum():
        raise InputError(
            f"A common tau² needs more studies than groups. Got {some.sum()} studies in "
            f"{len(groups)} groups. Use tau2='separate', or join groups."
        )
    fit, test, ratio_test = _fit(pooled, members, tau2)
    return Subgroups(
        by=name, groups=groups, variances=tau2, members=members, fit=fit,
        test=test, common_test=_test(common.estimate, common.se), ratio_test=ratio_test,
        left_out=tuple(str(studies.study[at]) for at in np.flatnonzero(~some)),
        pooled=pooled,
    )  # fmt: skip


def _find_groups(pooled: Pooled, by: Any, missing: str) -> tuple[str, tuple[Any, ...], BoolArray]:
    """Return what is grouped by, the groups, and which studies each has."""
    cells = read_moderator(pooled, by)
    blank = cells.isna() | np.array([isinstance(c, str) and not c.strip() for c in cells])
    whole = ~blank.to_numpy()
    if not whole.all() and missing == "error":
        names = [str(pooled.studies.study[at]) for at in np.flatnonzero(~whole)]
        raise InputError(
            f"Each study must have a group. Missing for {list_some(names, sep=', ')}. Fill the "
            f"extraction table; missing='drop' leaves these studies out."
        )
    kept = cells[whole]
    if isinstance(kept.dtype, pd.CategoricalDtype):
        kept = kept.cat.remove_unused_categories()
        groups, codes = tuple(kept.cat.categories), kept.cat.codes.to_numpy()
    else:
        codes, found = pd.factorize(kept)
        groups = tuple(found.tolist())
    if len(groups) < 2:
        raise InputError(
            f"Two groups or more are needed for a comparison. Got "
            f"{list_some([*map(repr, groups)]) or 'no group'} for all studies. Choose another column for `by`."
        )
    name = by if isinstance(by, str) else str(cells.name or "group")
    members = np.zeros((len(groups), pooled.k), dtype=bool)
    members[codes, np.flatnonzero(whole)] = True
    return name, groups, members


def _fit(
    pooled: Pooled, members: BoolArray, tau2: str
) -> tuple[BatchFit, GroupTest, GroupTest | None]:
    """Pool all groups at once by the model of the whole, and test whether they differ."""
    studies, method, model = pooled.studies, pooled.method, MODELS[pooled.method.model]
    options: dict[str, Any] = {"ci": method.ci, "prediction": method.prediction}
    options |= {"level": method.level}
    between: Any = method.tau2 if model.varies else None
    if model.counts is not None and tau2 == "common":
        if model.group is None:
            raise InputError(
                f"model={method.model!r} must have tau2='separate' in subgroups. Got 'common'. "
                f"Pool with model='glmm' or 'random' to share τ² between groups."
            )
        found = model.group(studies.events, studies.total, members, **options)
        df = len(members) - 1
        wald, ratio = (GroupTest(v, df, float(chdtrc(df, v))) for v in (found.wald, found.ratio))
        return found.fit, wald, ratio
    if model.counts is not None:
        fit: BatchFit = model.counts(studies.events, studies.total, mask=members, **options)
    else:
        if model.varies and tau2 == "common":
            between = _share(pooled, members)
        options["mask"] = members
        fit = fit_batch(studies.effects, studies.variances, tau2=between, **options)
    return fit, _test(fit.estimate, _find_se(studies.variances, members, fit)), None


def _share(pooled: Pooled, members: BoolArray) -> FloatArray:
    """Return what a regression on the groups leaves between studies."""
    some = members.any(axis=0)
    y, v = pooled.studies.effects[some], pooled.studies.variances[some]
    design = members[:, some].T.astype(float)
    return fit_regressions(y, v, design, tau2=pooled.method.tau2, ci="z").tau2


def _find_se(variances: FloatArray, members: BoolArray, fit: BatchFit) -> FloatArray:
    """Return the standard errors of groups; 0 where Hartung and Knapp's is but rounding."""
    classic = np.vecdot(members, 1 / (variances + fit.tau2[:, None])) ** -0.5
    return np.where(fit.se > 1e-9 * classic, fit.se, 0.0)


def _test(estimate: FloatArray, se: FloatArray) -> GroupTest:
    """Return Q of estimates that differ by more than their standard errors allow."""
    df = len(estimate) - 1
    if not (np.isfinite(estimate) & np.isfinite(se) & (se > 0)).all():
        return GroupTest(np.nan, df, np.nan)
    w = (se.min() / se) ** 2  # so that no weight overflows
    away = (estimate - (w @ estimate) / w.sum()) / se
    return GroupTest(float(away @ away), df, float(chdtrc(df, away @ away)))


def _tell(test: GroupTest) -> str:
    return f"{format_number(test.statistic, 2)}, df = {test.df}, {format_p(test.p_value)}"


def _write_cell(value: float) -> str:
    """Write a number of the table; a small one keeps its digits."""
    return f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else format_significant(value, 2)
