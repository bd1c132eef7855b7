"""What a pooled result says of itself: recipe, heterogeneity, notes, warnings."""

import re
import warnings

import numpy as np
import pytest
from pooling_cases import EXHAUSTION, table

from reviewkit._core.errors import ReviewkitWarning
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.study_intervals import PROPORTION_INTERVALS
from reviewkit.meta.tau2 import ESTIMATORS

STUDIES = table((35, 80), (94, 260), (0, 44), (66, 138), (81, 443))
AGREEING = table((10, 100), (21, 200), (32, 300))
EFFECTS = {
    "study": [*"ABCD"],
    "effect": [0.1, 0.3, 0.35, 0.65],
    "variance": [0.03, 0.03, 0.05, 0.01],
}


def test_the_whole_recipe():
    assert pool_prevalence(STUDIES).recipe == (
        "Random-effects model on logits, τ² by REML; 95 % CI: Hartung–Knapp with t, 4 df; "
        "prediction interval: t, 4 df, standard error of the CI; back-transformed by the inverse "
        "logit; 0.5 added to events and non-events of 1 of 5 studies; I² = τ²/(τ² + typical "
        "sampling variance), intervals of heterogeneity by the Q-profile; study intervals: "
        "Clopper–Pearson; k = 5, N = 965."
    )
    assert pool_effects(EFFECTS, model="common", ci="z").recipe == (
        "Common-effect model; 95 % CI: classic with normal quantiles; I² = (Q − df)/Q, intervals "
        "of heterogeneity by the Q-profile; study intervals: normal; k = 4."
    )


def test_each_choice_has_a_recipe_of_its_own():
    choices = {"transform": TRANSFORMS, "tau2": ESTIMATORS, "ci": INTERVALS}
    choices |= {"prediction": PREDICTIONS, "model": MODELS, "study_ci": PROPORTION_INTERVALS}
    for option, names in choices.items():
        recipes = {pool_prevalence(STUDIES, **{option: name}).recipe for name in names}
        assert len(recipes) == len(names), option


def test_the_size_behind_the_double_arcsine():
    recipe = pool_prevalence(AGREEING, transform="freeman-tukey").recipe
    assert "Miller’s inverse at the harmonic mean of n, 163.6" in recipe
    assert "no continuity correction" in recipe
    assert "no back-transformation" in pool_prevalence(AGREEING, transform="raw").recipe


@pytest.mark.parametrize(
    ("pooled", "headline"),
    [
        (
            lambda: pool_prevalence(EXHAUSTION),
            "40.9 % (95 % CI 24.7–59.4; prediction 5.1–89.9), k = 11, N = 8,426",
        ),
        (
            lambda: pool_prevalence(STUDIES, model="common", ci="z", level=0.9),
            "31.2 % (90 % CI 28.6–33.8), k = 5, N = 965",
        ),
        (
            lambda: pool_prevalence(table((2, 100_000), (5, 300_000)), ci="z", prediction="z"),
            "0.00176 % (95 % CI 0.00084–0.00368; prediction 0.00084–0.00368), k = 2, N = 400,000",
        ),
        (
            lambda: pool_effects(EFFECTS, tau2="DL"),
            "0.37 (95 % CI −0.01 to 0.76; prediction −0.44 to 1.19), k = 4",
        ),
    ],
)
def test_headline(pooled, headline):
    assert pooled().summary().splitlines()[1] == headline


def test_heterogeneity_is_told_and_not_graded():
    summary = pool_prevalence(STUDIES).summary()
    told = summary.splitlines()[2]
    assert re.fullmatch(
        r"Heterogeneity: τ² = [\d.]+ \(95 % CI [\d.]+–[\d.]+\), "
        r"I² = [\d.]+ % \(95 % CI [\d.]+–[\d.]+\), Q = [\d.]+, df = 4, P < 0.001",
        told,
    )
    assert not re.search(
        r"\b(low|moderate|high|substantial|considerable)\b", summary, re.IGNORECASE
    )
    common = pool_prevalence(STUDIES, model="common", ci="z").summary()
    assert "τ² = 0 by assumption, I² = " in common
    assert "one study shows none" in pool_prevalence(table((3, 20))).summary()


class TestNotes:
    def test_none_where_nothing_misleads(self):
        assert pool_prevalence(STUDIES).notes == ()

    def test_rows_left_out_are_counted_and_named(self):
        data = table((35, 80), (94, 260), (np.nan, 44), (66, 138))
        pooled = pool_prevalence(data, missing="drop")
        assert pooled.k == 3
        note = "1 of 4 rows left out, a number is missing: Study 2."
        assert pooled.notes == (note,)
        assert f"Note: {note}" in pooled.summary()
        assert note in pooled._repr_html_()

    def test_one_study(self):
        assert pool_prevalence(table((3, 20))).notes == (
            "One study: nothing is pooled, and the interval is its own.",
        )

    def test_hartung_knapp_narrower_than_classic(self):
        pooled = pool_prevalence(AGREEING)
        assert pooled.tau2 == 0
        (note,) = pooled.notes
        assert "narrower here than the classic one" in note
        for ci in ("HK-adhoc", "z", "t"):
            assert pool_prevalence(AGREEING, ci=ci).notes == ()

    def test_hartung_knapp_under_the_common_effect_model(self):
        (note,) = pool_prevalence(STUDIES, model="common").notes
        assert "ci='z' gives the customary one" in note
        assert pool_prevalence(STUDIES, model="common", ci="z").notes == ()

    def test_double_arcsine_over_sizes_of_many_magnitudes(self):
        sizes = table((3, 20), (500, 4000), (30, 300))
        (note,) = pool_prevalence(sizes, transform="freeman-tukey", ci="z", prediction="HTS").notes
        assert "Sample sizes run from 20 to 4,000" in note
        assert "at the smallest n and" in note
        assert pool_prevalence(sizes, ci="z").notes == ()

    def test_limits_cut_at_0(self):
        pooled = pool_prevalence(table((1, 80), (30, 80), (4, 80)), transform="raw")
        assert pooled.transformed_pi_low < 0 == pooled.pi_low
        assert any("reaches beyond 0 or 100 %; it is cut there" in note for note in pooled.notes)

    def test_tau2_outside_of_its_interval(self):
        data = table((1, 12), (0, 10), (2, 30), (20, 900_000), (30, 800_000))
        pooled = pool_prevalence(data, transform="arcsine", tau2="DL", ci="z")
        assert pooled.tau2 < pooled.tau2_ci_low
        assert any("τ² by DL lies outside of its interval" in note for note in pooled.notes)

    def test_i2_outside_of_its_interval(self):
        pooled = pool_prevalence(
            table((35, 80), (81, 443), (0, 30), (20, 20)), model="common", ci="z"
        )
        assert not pooled.i2_ci_low <= pooled.i2 <= pooled.i2_ci_high
        assert any("I² by (Q − df)/Q lies outside of its interval" in n for n in pooled.notes)


class TestWarnings:
    def test_sizes_that_move_the_answer_beyond_its_interval(self):
        sizes = table((1, 20), (3, 150), (90, 5000), (0, 40), (0, 12), (500, 20_000))
        with pytest.warns(ReviewkitWarning, match=r"Sample sizes run from 12 to 20,000.* at the l"):
            pooled = pool_prevalence(sizes, transform="freeman-tukey", ci="z")
        assert sum("Sample sizes run" in note for note in pooled.notes) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for model in ("glmm", "beta-binomial"):  # work on logits
                pool_prevalence(sizes, model=model)

    def test_several_rows_of_one_study(self):
        data = STUDIES | {"study": ["Van Hoy", "Ada", "Van Hoy", "Bo", "Ada"]}
        with pytest.warns(
            ReviewkitWarning, match="not independent.*: Van Hoy, Ada. Keep one row"
        ) as w:
            pooled = pool_prevalence(data)
        assert w[0].filename == __file__
        assert pooled.estimate == pool_prevalence(STUDIES).estimate
        assert "Van Hoy, Ada" in pooled.notes[0]

    def test_an_interval_of_no_width(self):
        equal = table((5, 50), (10, 100), (20, 200))
        with pytest.warns(ReviewkitWarning, match="has no width, because the studies agree"):
            pooled = pool_prevalence(equal)
        assert len(pooled.notes) == 1
        assert pooled.ci_high - pooled.ci_low < 1e-12
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert pool_prevalence(equal, ci="HK-adhoc").ci_low < 0.09

    def test_double_arcsine_that_contradicts_the_counts(self):
        data = table((1, 12), (0, 10), (2, 30), (20, 900_000), (30, 800_000))
        with pytest.warns(ReviewkitWarning, match="is 0 %, which the counts contradict"):
            pool_prevalence(data, transform="freeman-tukey", tau2="DL")

    def test_effects_warn_too(self):
        with pytest.warns(ReviewkitWarning, match="not independent") as w:
            pool_effects(EFFECTS | {"study": [*"ABCA"]})
        assert w[0].filename == __file__


def test_names_are_escaped_in_html():
    data = STUDIES | {"study": ["<script>alert(1)</script>", 'a"b', "c,d", "عربى", "🙂" * 300]}
    html = pool_prevalence(data)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    with pytest.warns(ReviewkitWarning):
        doubled = pool_prevalence(STUDIES | {"study": ["<b>x</b>"] * 5})
    assert "<b>" not in doubled._repr_html_()


def test_results_are_frozen_and_columns_fixed():
    pooled = pool_prevalence(STUDIES)
    with pytest.raises(AttributeError):
        pooled.estimate = 0.5
    columns = ["study", "events", "total", "estimate", "ci_low", "ci_high", "weight"]
    assert pooled.to_frame().columns.tolist() == columns
    found = pool_effects(EFFECTS)
    assert found.to_frame().columns.tolist() == [
        "study",
        "estimate",
        "se",
        "ci_low",
        "ci_high",
        "weight",
    ]
