"""Reference answers of metafor and meta on moderators, and how they are compared."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from meta_cases import read_golden
from numpy.testing import assert_allclose

from reviewkit._core.errors import ReviewkitWarning
from reviewkit.meta.moderators import compare_subgroups, meta_regression
from reviewkit.meta.pooling import pool_effects, pool_prevalence

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

RTOL = 1e-9  # closed forms; R's answers carry 15 digits
R_STOPS = 1e-13  # metafor's climb stops at a step of this size in tau² itself, whatever its scale
ITERATIVE = {"PM", "EB", "ML", "REML"}
CI = {"z": "z", "knha": "HK", "classic": "z", "HK": "HK"}
PREDICTION = {"z": "z", "knha": "t"}


GOLDENS = read_golden("moderators")


def read_reference(name, kinds):
    """Return the cases of some kinds from the full reference, or skip."""
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"the full reference answers are not here: {path}")
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if case["kind"] in kinds]


def read_inputs():
    """Return effects, variances and moderators of the full reference by key."""
    path = REFERENCE / "regression_inputs.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return {case["key"]: case for case in cases}


def pool_input(data, method, test):
    """Pool the effects of an input as a case says, its moderators kept."""
    table = {name: values for name, values in data.items() if isinstance(values, list)}
    table["study"] = [f"Study {i}" for i in range(len(data["yi"]))]
    model = {"model": "common"} if method == "EE" else {"tau2": method}
    return pool_quietly(
        pool_effects, table, effect="yi", variance="vi", ci=CI[test],
        prediction=PREDICTION[test], **model,
    )  # fmt: skip


def pool_quietly(pool, data, **options):
    """Pool without the warnings that reference data deserve."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        return pool(data, **options)


def tolerance(method, variances):
    """Return what a tau² that is off by R_STOPS does to a number."""
    slack = 1000 * R_STOPS / np.min(variances) if method in ITERATIVE else 0
    return RTOL + min(1e-5, slack)


def check_regression(case, data):
    """Compare a meta-regression with metafor's ``rma(mods=…)``."""
    pooled = pool_input(data, case["method"], case["test"])
    found = meta_regression(pooled, case["mods"], missing="drop")
    expected = case["result"]
    rtol = tolerance(case["method"], data["vi"])
    frame = found.to_frame()
    assert found.k == expected["k"]
    assert_allclose(found.tau2, expected["tau2"], rtol=1e-9, atol=1e-12)
    pairs = {"estimate": "beta", "se": "se", "statistic": "stat", "p_value": "pval"}
    pairs |= {"ci_low": "ci_lb", "ci_high": "ci_ub"}
    for ours, theirs in pairs.items():
        assert_allclose(frame[ours], expected[theirs], rtol=10 * rtol, atol=1e-11)
    if "vcov" in expected:
        assert_allclose(found.covariance, expected["vcov"], rtol=10 * rtol, atol=1e-12)
    heterogeneity = (100 * found.i2, found.h2)
    assert_allclose(heterogeneity, (expected["I2"], expected["H2"]), rtol=rtol, atol=1e-9)
    assert_allclose(found.qe, expected["QE"], rtol=RTOL)
    # A p-value moves by half as many times as much as chi² is large.
    assert_allclose(found.qe_p, expected["QEp"], rtol=RTOL * max(1, expected["QE"]), atol=1e-15)
    assert_allclose(found.qm, expected["QM"], rtol=10 * rtol)
    assert_allclose(found.qm_p, expected["QMp"], rtol=10 * rtol * max(1, found.qm), atol=1e-15)
    df = expected["QMdf"]
    assert (found.qm_df, found.qm_df_residual) == (df[0], df[1] or np.inf)
    r2 = np.nan if expected["R2"] is None else expected["R2"] / 100
    assert_allclose(found.r2, r2, rtol=1e-7, atol=1e-7)
    if "tau2_ci_QP" in expected:
        ends = (found.tau2_ci_low, found.tau2_ci_high)
        assert_allclose(ends, expected["tau2_ci_QP"], rtol=1e-5, atol=1e-12)
    if case["method"] == "EE":
        assert found.predict()["pi_low"].isna().all()
    elif "fitted" in expected:
        # metafor solves normal equations: its rounding is relative to the terms of the sum.
        terms = np.abs(found.design.matrix * found.coefficients).max()
        check_predictions(found.predict(), expected["fitted"], rtol, terms)


def check_predictions(frame, expected, rtol, terms=1.0):
    """Compare expected effects and their intervals."""
    pairs = {"estimate": "pred", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub"}
    pairs |= {"pi_low": "pi_lb", "pi_high": "pi_ub"}
    for ours, theirs in pairs.items():
        assert_allclose(frame[ours], expected[theirs], rtol=10 * rtol, atol=1e-10 * max(1, terms))


def check_separate_groups(case, data):
    """Compare groups with their own tau² with metafor, and the test between them."""
    pooled = pool_input(data, case["method"], case["test"])
    found = compare_subgroups(pooled, by=case["subgroup"])
    expected, frame = case["result"], found.to_frame()
    order = [[*map(str, found.groups)].index(str(level)) for level in expected["levels"]]
    frame = frame.iloc[order]
    rtol = tolerance(case["method"], data["vi"])
    pairs = {"k": "k", "estimate": "estimate", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub"}
    pairs |= {"tau2": "tau2", "q": "Q", "q_p": "Qp"}
    for ours, theirs in pairs.items():
        assert_allclose(frame[ours], expected[theirs], rtol=rtol, atol=1e-12)
    assert_allclose(100 * frame["i2"], expected["I2"], rtol=rtol, atol=1e-8)
    test = (expected["Q_between"], expected["df"], expected["p_between"])
    assert_allclose(found.test, test, rtol=10 * rtol, atol=1e-12)
    if case["method"] == "EE":
        assert_allclose(found.common_test, test, rtol=rtol, atol=1e-12)


def check_common_groups(case, data):
    """Compare groups that share tau² with metafor's regressions on the groups."""
    pooled = pool_input(data, case["method"], case["test"])
    by, expected = case["subgroup"], case["result"]
    rtol = tolerance(case["method"], data["vi"])
    means = meta_regression(pooled, f"~ factor({by}) - 1").to_frame()
    assert [name.split("[")[1][:-1] for name in means["coefficient"]] == [
        str(level) for level in expected["levels"]
    ]
    pairs = {"estimate": "estimate", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub"}
    for ours, theirs in pairs.items():
        assert_allclose(means[ours], expected[theirs], rtol=rtol, atol=1e-12)
    slopes = meta_regression(pooled, f"~ factor({by})")
    assert_allclose((slopes.qm, slopes.qm_p), (expected["QM"], expected["QMp"]), rtol=10 * rtol)
    assert_allclose(slopes.tau2, expected["tau2"], rtol=1e-9, atol=1e-12)
    if case["test"] == "z":  # Hartung and Knapp's scaling is by group here, as in R's meta
        found = compare_subgroups(pooled, by=by, tau2="common")
        frame = found.to_frame()
        order = [[*map(str, found.groups)].index(str(level)) for level in expected["levels"]]
        for ours, theirs in pairs.items():
            assert_allclose(frame[ours].iloc[order], expected[theirs], rtol=rtol, atol=1e-12)
        assert_allclose(found.test.statistic, expected["QM"], rtol=10 * rtol)


def name_case(case):
    """Return a short name of a case."""
    parts = ("key", "dataset", "mods", "subgroup", "tag", "method", "test")
    return "-".join(str(case[part]) for part in parts if part in case)


def check_prevalence_groups(case, data):
    """Compare groups with R's meta, ``metaprop(subgroup=…)``."""
    data = data | {"study": [f"Study {i}" for i in range(len(data["total"]))]}
    expected = case["result"]
    tau2 = expected["method_tau"]
    inner = expected["subgroup"]
    glmm = expected["method"] == "GLMM"
    transform = {"PLOGIT": "logit", "PFT": "freeman-tukey", "PAS": "arcsine"}[expected["sm"]]
    ci = CI[expected["method_random_ci"]]
    model = {"model": "glmm", "ci": ci} if glmm else {"tau2": tau2, "ci": ci}
    pooled = pool_quietly(pool_prevalence, data, transform=transform, **model)
    variance = "common" if inner["tau_common"] else "separate"
    found = compare_subgroups(pooled, by="subgroup", tau2=variance)
    frame = found.to_frame()
    # meta integrates the GLMM by lme4's quadrature, good to about 1e-4.
    rtol = 1e-4 if glmm else 1e-5 if tau2 == "REML" else 1e-8
    assert [*found.groups] == inner["levels"]
    assert frame["k"].tolist() == inner["k_w"]
    pairs = {"transformed_estimate": "TE_random_w", "transformed_se": "seTE_random_w"}
    pairs |= {"estimate": "bt_random_w", "ci_low": "bt_lower_random_w"}
    pairs |= {"ci_high": "bt_upper_random_w", "tau2": "tau2_w"}
    for ours, theirs in pairs.items():
        assert_allclose(frame[ours], inner[theirs], rtol=rtol, atol=1e-10)
    between = (inner["Q_b_random"], inner["df_Q_b_random"], inner["pval_Q_b_random"])
    assert_allclose(found.test, between, rtol=100 * rtol, atol=1e-10)
    if not glmm:
        assert_allclose(frame["q"], inner["Q_w"], rtol=1e-8)
        between = (inner["Q_b_common"], inner["df_Q_b_random"], inner["pval_Q_b_common"])
        assert_allclose(found.common_test, between, rtol=1e-7, atol=1e-12)
