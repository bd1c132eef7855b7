"""Pooled prevalence and effects: against metafor and published reviews, and by their laws."""

import json
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import (
    CI,
    EXHAUSTION,
    ITERATIVE,
    STRESS,
    TRANSFORM,
    as_limits,
    counts,
    counts_of,
    name_of,
    rows_of,
    table,
)

from reviewkit._core.errors import ReviewkitWarning
from reviewkit.meta.effects import TRANSFORMS, compute_effects
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.tau2 import ESTIMATORS

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

RTOL = 1e-9  # closed forms; R's answers carry 15 digits
#: metafor's climb stops at a step of 1e-13 in tau² itself, whatever its scale.
R_STOPS = 1e-13

every_scale = pytest.mark.parametrize("transform", TRANSFORMS)


def pool(data, **options):
    """Pool without the warnings that random data deserve."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        return pool_prevalence(data, **options)


def options_of(row, prediction):
    """Return the options of a reference fit."""
    model = {"model": "common"} if row.method == "EE" else {"tau2": row.method}
    choice = {"ci": CI[row.test], "prediction": prediction}
    return {"transform": TRANSFORM[row.measure], **choice, **model}


def tolerance(row, pooled):
    """Return what a tau² that is off by R_STOPS does to a number: rel 1e-5 at the most."""
    slack = 100 * R_STOPS / pooled.studies.variances.min() if row.method in ITERATIVE else 0
    return RTOL + min(1e-5, slack)


def assert_agrees(pooled, row):
    """Compare all numbers of a fit but its prediction interval."""
    rtol = tolerance(row, pooled)
    close = {"rtol": rtol, "atol": 1e-15}
    assert_allclose(pooled.tau2, row.tau2, rtol=RTOL, atol=R_STOPS)
    assert_allclose(pooled.transformed_estimate, row.estimate, **close)
    assert_allclose(pooled.transformed_se, row.se, **close)
    limits = pooled.transformed_ci_low, pooled.transformed_ci_high
    assert_allclose(limits, (row.ci_lb, row.ci_ub), **close)
    assert_allclose(pooled.i2, row.I2 / 100, rtol=rtol, atol=1e-8)
    assert_allclose(pooled.h2, row.H2, rtol=rtol)
    assert_allclose(pooled.estimate, np.clip(row.proportion, 0, 1), **close)
    assert_allclose((pooled.ci_low, pooled.ci_high), as_limits(row.ci), **close)


def assert_predicts(pooled, row, limits):
    """Compare the prediction interval."""
    rtol = tolerance(row, pooled)
    assert_allclose((pooled.pi_low, pooled.pi_high), as_limits(limits), rtol=rtol, atol=1e-12)


class TestAgainstMetafor:
    @pytest.mark.parametrize("row", rows_of("fits"), ids=name_of)
    def test_fit(self, row):
        data = counts_of(row.dataset)
        pooled = pool(data, **options_of(row, "t"))
        assert_agrees(pooled, row)
        assert_predicts(pooled, row, row.pi_tkm1)
        if row.test == "z":
            assert_predicts(pool(data, **options_of(row, "z")), row, row.pi_metafor_default)
        if row.test in ("z", "t"):  # under HK, metafor's HTS takes the standard error of HK
            assert_predicts(pool(data, **options_of(row, "HTS")), row, row.pi_hts_tkm2)

    @pytest.mark.parametrize("row", rows_of("tests"), ids=name_of)
    def test_q_and_weights(self, row):
        pooled = pool(counts_of(row.dataset), transform=TRANSFORM[row.measure])
        found = (pooled.q, pooled.q_df, pooled.q_p)
        assert_allclose(found, (row.Q, row.Q_df, row.Q_pval), rtol=RTOL, atol=1e-15)
        rtol = tolerance(SimpleNamespace(method="REML"), pooled)
        assert_allclose(pooled.weights, np.divide(row.weights_pct, 100), rtol=rtol)

    @pytest.mark.parametrize("row", rows_of("profiles"), ids=name_of)
    def test_intervals_of_heterogeneity_reach_the_result(self, row):
        pooled = pool(counts_of(row.dataset), transform=TRANSFORM[row.measure])
        nan = (np.nan, np.nan)
        found = {name: (f"{name}_ci_low", f"{name}_ci_high") for name in ("tau2", "i2", "h2")}
        found = {n: [getattr(pooled, end) for end in ends] for n, ends in found.items()}
        assert_allclose(found["tau2"], row.tau2 or nan, rtol=1e-5)
        assert_allclose(found["i2"], np.divide(row.I2 or nan, 100), rtol=1e-5)
        assert_allclose(found["h2"], row.H2 or nan, rtol=1e-5)


@pytest.fixture(scope="module")
def reference():
    """Return all fits of the reference, by data set."""
    path = REFERENCE / "pooling.json"
    if not path.exists():
        pytest.skip(f"the full reference answers are not here: {path}")
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    fits = [case for case in cases if case["kind"] == "rma.uni"]
    assert len(fits) == 1540
    return fits


@pytest.mark.parametrize("measure", TRANSFORM)
def test_all_fits_of_the_reference(reference, measure):
    for case in reference:
        if case["measure"] != measure:
            continue
        result = case["result"]
        row = SimpleNamespace(**case, **{k: v for k, v in result.items() if k != "measure"})
        row.proportion, row.ci = result["bt"]["estimate"], result["bt"]["ci"]
        pooled = pool(counts_of(row.dataset), **options_of(row, "t"))
        assert_agrees(pooled, row)
        assert_predicts(pooled, row, result["bt"]["pi_tkm1"])
        if "confint_QP" in result:
            found = (pooled.tau2_ci_low, pooled.tau2_ci_high)
            assert_allclose(found, result["confint_QP"]["tau2"], rtol=1e-5)


# Counts of published reviews; `events` of the trauma surgeons are percent times n, rounded.
FENG = table(
    (191, 550), (140, 588), (538, 2411), (531, 806), (807, 1941), (175, 632), (132, 337),
    (167, 896), (128, 283), (89, 288), (37, 204), (76, 284), (41, 204), (72, 785), (33, 244),
    (35, 222), (90, 331), (438, 1042), (98, 267),
)  # fmt: skip
TRAUMA = table(
    (124, 149), (153, 341), (179, 345), (43, 107), (172, 441), (11, 27), (18, 27), (259, 276),
    (33, 34), (73, 136), (178, 291), (31, 55), (681, 1419), (94, 149), (72, 181), (13, 29),
    (35, 99), (65, 159), (332, 369),
)  # fmt: skip


def printed(pooled, *names, decimals=4, factor=1):
    return [f"{factor * getattr(pooled, name):.{decimals}f}" for name in names]


ENDS = ("estimate", "ci_low", "ci_high")
#: models that pool effects; those of counts have tests of their own
TWO_STEP = [name for name, model in MODELS.items() if model.counts is None]


class TestAgainstPublishedReviews:
    """Depression after infarction (Feng 2019), trauma surgeons, therapists: to every digit."""

    def test_feng_as_published(self):
        pooled = pool(FENG, transform="freeman-tukey", tau2="DL", ci="z")
        assert printed(pooled, *ENDS, decimals=2, factor=100) == ["28.70", "22.39", "35.46"]
        assert printed(pooled, "i2", decimals=1, factor=100) == ["98.4"]
        assert printed(pooled, *ENDS, "tau2") == ["0.2870", "0.2239", "0.3546", "0.0252"]
        assert printed(pooled, "q", decimals=2) == ["1141.35"]

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"transform": "logit", "tau2": "REML"}, ["27.93", "22.13", "34.57"]),
            ({"transform": "raw", "tau2": "DL"}, ["29.43", "22.77", "36.09"]),
        ],
    )
    def test_feng_otherwise(self, options, expected):
        pooled = pool(FENG, ci="z", **options)
        assert printed(pooled, *ENDS, decimals=2, factor=100) == expected

    def test_trauma_surgeons(self):
        pooled = pool(TRAUMA)
        assert printed(pooled, *ENDS, "tau2") == ["0.5977", "0.4689", "0.7143", "0.9811"]
        assert printed(pooled, "i2", decimals=2, factor=100) == ["97.86"]
        assert printed(pooled, *ENDS, decimals=2) == ["0.60", "0.47", "0.71"]  # as published

    def test_emotional_exhaustion(self):
        pooled = pool(EXHAUSTION)
        assert (pooled.k, pooled.n, pooled.events) == (11, 8426, 2961)
        assert printed(pooled, *ENDS) == ["0.4089", "0.2466", "0.5939"]
        assert printed(pooled, "pi_low", "pi_high", "tau2") == ["0.0509", "0.8993", "1.2053"]
        assert printed(pooled, "i2", decimals=2, factor=100) == ["99.23"]

    def test_secondary_traumatic_stress(self):
        pooled = pool(STRESS)
        assert (pooled.k, pooled.n) == (8, 3885)
        assert printed(pooled, *ENDS) == ["0.1852", "0.1339", "0.2504"]
        assert printed(pooled, "pi_low", "pi_high", "tau2") == ["0.0738", "0.3931", "0.1697"]
        assert printed(pooled, "i2", decimals=2, factor=100) == ["90.82"]


class TestLimits:
    @pytest.mark.parametrize("ci", INTERVALS)
    @pytest.mark.parametrize("model", MODELS)
    def test_one_study_keeps_its_own_interval(self, ci, model):
        pooled = pool_prevalence(table((3, 20)), ci=ci, model=model)
        logit, half = np.log(3 / 17), 1.959963984540054 * np.sqrt(1 / 3 + 1 / 17)
        expected = 1 / (1 + np.exp(-np.array([logit, logit - half, logit + half])))
        assert_allclose([pooled.estimate, pooled.ci_low, pooled.ci_high], expected)
        assert (pooled.tau2, pooled.i2, pooled.h2, pooled.q, pooled.q_p) == (0, 0, 1, 0, 1)
        limits = (pooled.pi_low, pooled.pi_high, pooled.tau2_ci_low, pooled.i2_ci_high)
        assert np.isnan(limits).all()
        assert_allclose(pooled.weights, [1.0 if model in TWO_STEP else np.nan])

    @every_scale
    @pytest.mark.parametrize("full", [False, True])
    def test_all_or_none_have_the_event(self, transform, full):
        data = table(*((n if full else 0, n) for n in (12, 30, 55)))
        pooled = pool(data, transform=transform)
        assert pooled.events == (97 if full else 0)
        assert pooled.estimate > 0.97 if full else pooled.estimate < 0.03
        frame = pooled.to_frame()
        assert (frame["estimate"] == float(full)).all()
        assert (frame["ci_high" if full else "ci_low"] == float(full)).all()
        expected = 3 if TRANSFORMS[transform].corrected else 0
        assert pooled.studies.corrected == expected
        assert ("0.5 added to events and non-events of 3 of 3" in pooled.recipe) == bool(expected)

    def test_common_effect_has_no_tau2_and_predicts_nothing(self):
        pooled = pool_prevalence(EXHAUSTION, model="common", ci="z")
        assert pooled.tau2 == 0
        assert np.isnan((pooled.tau2_ci_low, pooled.tau2_ci_high, pooled.pi_low)).all()
        assert pooled.i2 == pytest.approx(1 - pooled.q_df / pooled.q)
        assert pooled.i2_ci_low < pooled.i2 < pooled.i2_ci_high

    def test_the_interval_level_reaches_everything(self):
        narrow, wide = (pool_prevalence(EXHAUSTION, level=level) for level in (0.8, 0.99))
        for low, high in (
            ("ci_low", "ci_high"),
            ("pi_low", "pi_high"),
            ("i2_ci_low", "i2_ci_high"),
        ):
            assert getattr(wide, low) < getattr(narrow, low)
            assert getattr(wide, high) > getattr(narrow, high)
        assert (wide.to_frame()["ci_low"] < narrow.to_frame()["ci_low"]).all()
        assert "99 % CI" in wide.summary()

    def test_100_000_studies(self):
        rng = np.random.default_rng(4)
        total = rng.integers(20, 500, 100_000)
        events = rng.binomial(total, 0.2)
        data = {"study": np.arange(100_000), "events": events, "total": total}
        pooled = pool_prevalence(pd.DataFrame(data), model="common", ci="z")
        assert pooled.k == 100_000
        assert pooled.estimate == pytest.approx(0.2, abs=0.005)
        assert len(pooled.summary().splitlines()) < 80
        assert len(pooled.to_frame()) == 100_000


class TestLaws:
    @every_scale
    @settings(max_examples=60)
    @given(
        data=counts(),
        model=st.sampled_from(TWO_STEP),
        tau2=st.sampled_from([*ESTIMATORS]),
        ci=st.sampled_from([*INTERVALS]),
        prediction=st.sampled_from([*PREDICTIONS]),
    )
    def test_every_result_is_possible(self, transform, data, **options):
        pooled = pool(data, transform=transform, **options)
        assert 0 <= pooled.ci_low <= pooled.estimate <= pooled.ci_high <= 1
        if np.isfinite(pooled.pi_low):
            assert 0 <= pooled.pi_low <= pooled.estimate <= pooled.pi_high <= 1
        assert pooled.tau2 >= 0
        assert 0 <= pooled.i2 < 1
        assert pooled.weights.sum() == pytest.approx(1)
        assert (pooled.weights > 0).all()
        frame = pooled.to_frame()
        assert frame["weight"].sum() == pytest.approx(1)
        assert (frame["ci_low"] <= frame["estimate"]).all()
        assert (frame["estimate"] <= frame["ci_high"]).all()
        assert pooled.recipe in pooled.summary()

    @every_scale
    @settings(max_examples=30)
    @given(data=counts(min_k=2), seed=st.integers(0, 2**32 - 1))
    def test_the_order_of_studies_does_not_matter(self, transform, data, seed):
        order = np.random.default_rng(seed).permutation(len(data["study"]))
        shuffled = {name: [column[i] for i in order] for name, column in data.items()}
        plain, other = (pool(d, transform=transform) for d in (data, shuffled))
        for name in (*ENDS, "tau2", "q", "i2"):
            assert_allclose(getattr(other, name), getattr(plain, name), rtol=1e-6, atol=1e-9)
        assert_allclose(other.weights, plain.weights[order], rtol=1e-5)

    @every_scale
    @settings(max_examples=30)
    @given(data=counts())
    def test_the_same_studies_twice_halve_the_variance(self, transform, data):
        twice = {name: [*column, *column] for name, column in data.items()}
        plain, double = (
            pool(d, transform=transform, model="common", ci="z") for d in (data, twice)
        )
        assert_allclose(double.estimate, plain.estimate, rtol=1e-9, atol=1e-12)
        assert_allclose(double.transformed_se, plain.transformed_se / 2**0.5, rtol=1e-9)

    @pytest.mark.parametrize("transform", ["logit", "arcsine", "freeman-tukey"])
    @settings(max_examples=40)
    @given(data=counts(min_k=2))
    def test_counting_the_others_mirrors_the_result(self, transform, data):
        others = data | {"events": np.subtract(data["total"], data["events"])}
        plain, mirrored = (pool(d, transform=transform) for d in (data, others))
        found = (mirrored.estimate, mirrored.ci_low, mirrored.ci_high)
        expected = (1 - plain.estimate, 1 - plain.ci_high, 1 - plain.ci_low)
        assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
        assert_allclose(mirrored.tau2, plain.tau2, rtol=1e-6, atol=1e-10)

    @every_scale
    @settings(max_examples=30)
    @given(
        data=counts(),
        model=st.sampled_from(TWO_STEP),
        tau2=st.sampled_from([*ESTIMATORS]),
        ci=st.sampled_from([*INTERVALS]),
    )
    def test_it_is_computing_effects_and_pooling_them(self, transform, data, **options):
        pooled = pool(data, transform=transform, **options)
        effects = compute_effects(data, transform=transform)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReviewkitWarning)
            other = pool_effects(effects, **options)
        assert other.on_scale == pooled.on_scale
        for name in ("tau2", "tau2_ci_high", "i2", "h2", "q", "q_p", "k"):
            assert_allclose(getattr(other, name), getattr(pooled, name), rtol=0)

    def test_the_table_may_be_a_frame_with_other_names_and_types(self):
        frame = pd.DataFrame(STRESS).rename(columns={"events": "x", "total": "n"})
        frame = frame.astype({"x": "Int64", "n": "float64"}).set_index(pd.Index([*"abcdefgh"]))
        found = pool_prevalence(frame, events="x", total="n")
        assert found.estimate == pool_prevalence(STRESS).estimate

    def test_the_result_keeps_copies(self):
        frame = pd.DataFrame(STRESS).astype({"events": float, "total": float})
        before = frame.copy()
        pooled = pool_prevalence(frame)
        pd.testing.assert_frame_equal(frame, before)
        table_before = pooled.to_frame()
        frame.loc[:, "events"] = 1.0
        handed_out = pooled.to_frame()
        handed_out.loc[:, "events"] = 0
        pd.testing.assert_frame_equal(pooled.to_frame(), table_before)
