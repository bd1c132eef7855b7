"""Three-level models: metafor's answers, laws by matrices unlike the library's, and misuse."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meta_cases import read_golden

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.meta.levels import arrange
from reviewkit.meta.levels_search import find_sigma2
from reviewkit.meta.multilevel import multilevel_regression, pool_multilevel
from reviewkit.meta.pooling import pool_effects

GOLDENS = read_golden("multilevel")
SCHOOLS = GOLDENS["data"]
CASES = [case for case in GOLDENS["cases"] if case["kind"] == "rma.mv"]
MEANS = [case for case in CASES if case["mods"] == "~1"]
MODERATED = [case for case in CASES if case["mods"] != "~1"]

#: Both climb a flat summit until a relative step of about 1e-10; variances then agree to 1e-6.
CLOSE = 1e-5


def name_of(case):
    return f"{case['mods']}-{case['method']}-{case['test']}"


def pool(case):
    return pool_multilevel(SCHOOLS, cluster="district", tau2=case["method"], ci=case["test"])


def close(found, told, rel=CLOSE):
    np.testing.assert_allclose(found, told, rtol=rel)


@pytest.mark.parametrize("case", MEANS, ids=name_of)
def test_a_mean_is_that_of_metafor(case):
    found, told = pool(case), case["result"]
    close([found.sigma2_between, found.sigma2_within], told["sigma2"])
    close([found.estimate, found.se], [told["beta"], told["se"]])
    close([found.ci_low, found.ci_high], [told["ci_lb"], told["ci_ub"]])
    close([found.pi_low, found.pi_high], told["pi"])
    close([found.q, found.q_p, found.log_likelihood], [told[n] for n in ("QE", "QEp", "logLik")])
    close(100 * found.i2, told["I2_total"])
    close(100 * np.array([found.i2_between, found.i2_within]), told["I2_levels"])


@pytest.mark.parametrize("case", [c for c in MEANS if c["test"] == "z"], ids=name_of)
def test_profile_intervals_are_those_of_metafor(case):
    found, told = pool(case), case["result"]["profile_ci_sigma2"]
    # metafor's confint stops at a relative step of 1e-3 or so
    close([found.sigma2_between_ci_low, found.sigma2_between_ci_high], told["1"], 1e-3)
    close([found.sigma2_within_ci_low, found.sigma2_within_ci_high], told["2"], 1e-3)


@pytest.mark.parametrize("case", MODERATED, ids=name_of)
def test_a_regression_is_that_of_metafor(case):
    told = case["result"]
    mean = np.mean(SCHOOLS["year"])
    found = multilevel_regression(pool(case), f"~ I(year - {float(mean)!r})")
    close([found.sigma2_between, found.sigma2_within], told["sigma2"])
    frame = found.to_frame()
    for ours, theirs in (("estimate", "beta"), ("se", "se"), ("p_value", "pval")):
        close(frame[ours], told[theirs])
    close(frame["ci_low"], told["ci_lb"])
    close(frame["ci_high"], told["ci_ub"])
    close([found.qm, found.qm_p, found.q], [told["QM"], told["QMp"], told["QE"]])
    close(found.log_likelihood, told["logLik"])
    close(found.covariance, told["vcov"])


def test_likelihood_ratios_are_those_of_metafor():
    told = next(case for case in GOLDENS["cases"] if case["kind"] == "rma.mv_LRT")["result"]
    found = pool_multilevel(SCHOOLS, cluster="district")
    # R prints the p-value of all of chi²; a variance cannot be below 0, and half of it is right
    close(2 * found.sigma2_between_p, told["drop_first"]["p"])
    close(2 * found.sigma2_within_p, told["drop_second"]["p"])


def test_all_cases_of_the_reference_are_here():
    path = Path(__file__).parents[3] / "shared" / "reference" / "regression_bias.json"
    if not path.exists():
        pytest.skip("the answers of R are not on this machine")
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    kinds = {case["kind"] for case in GOLDENS["cases"]}
    assert [case for case in cases if case["kind"] in kinds] == GOLDENS["cases"]


def test_the_door_leads_here():
    assert rk.pool_multilevel is pool_multilevel
    assert rk.multilevel_regression is multilevel_regression


# Laws


@st.composite
def nested(draw):
    """Draw effects in 2 to 5 clusters, one of which has 2 or more."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5).filter(lambda s: max(s) > 1))
    k = sum(sizes)
    effects = draw(st.lists(st.floats(-3, 3, width=32), min_size=k, max_size=k))
    variances = draw(st.lists(st.floats(-3, 1), min_size=k, max_size=k))
    return np.array(effects), 10 ** np.array(variances), np.repeat(np.arange(len(sizes)), sizes)


def deviance(sigma2, effects, variances, design, clusters, *, restricted):
    """Write -2 log-likelihood as dense matrices."""
    same = clusters[:, None] == clusters
    v = np.diag(variances + sigma2[1]) + sigma2[0] * same
    w = np.linalg.inv(v)
    information = design.T @ w @ design
    p = w - w @ design @ np.linalg.inv(information) @ design.T @ w
    lost = np.linalg.slogdet(information)[1] if restricted else 0.0
    return np.linalg.slogdet(v)[1] + lost + effects @ p @ effects


@given(nested(), st.sampled_from(["REML", "ML"]), st.tuples(st.floats(0, 5), st.floats(0, 5)))
@settings(max_examples=60, deadline=None)
def test_closed_forms_are_those_of_dense_matrices(rows, method, sigma2):
    effects, variances, clusters = rows
    design = np.column_stack([np.ones(effects.size), np.cos(np.arange(effects.size))])[:, :1]
    levels = arrange(effects, variances, design, clusters, method)
    sigma2 = np.array(sigma2)
    told = deviance(sigma2, effects, variances, design, clusters, restricted=method == "REML")
    point = levels.at(sigma2)
    assert point.deviance == pytest.approx(told, rel=1e-9, abs=1e-9)
    assert levels.on(sigma2[:1], sigma2[1:])[0, 0] == pytest.approx(told, rel=1e-9, abs=1e-9)


@given(nested(), st.sampled_from(["REML", "ML"]))
@settings(max_examples=40, deadline=None)
def test_no_other_variances_are_likelier(rows, method):
    effects, variances, clusters = rows
    design = np.ones((effects.size, 1))
    found = find_sigma2(arrange(effects, variances, design, clusters, method))
    grid = np.concatenate([[0], np.geomspace(1e-4, 40, 25)])
    least = min(
        deviance((b, w), effects, variances, design, clusters, restricted=method == "REML")
        for b in grid
        for w in grid
    )
    assert found.point.deviance <= least + 1e-7


@pytest.mark.parametrize("which", [0, 1])
def test_slopes_are_those_of_differences(which):
    order = np.unique(SCHOOLS["district"], return_inverse=True)[1]
    year = np.array(SCHOOLS["year"]) - 1990
    design = np.column_stack([np.ones(len(year)), year])
    for method in ("REML", "ML"):
        levels = arrange(
            np.array(SCHOOLS["effect"]), np.array(SCHOOLS["variance"]), design, order, method
        )
        here, step = np.array([0.05, 0.02]), np.eye(2)[which] * 1e-5
        ahead, back = levels.at(here + step), levels.at(here - step)
        # central differences err by about step² times the third derivative
        close(levels.at(here).slope[which], (ahead.deviance - back.deviance) / 2e-5, 1e-5)
        close(levels.at(here).observed[which], (ahead.slope - back.slope) / 2e-5, 1e-5)


def test_the_order_of_rows_and_the_unit_do_not_matter():
    told = pool_multilevel(SCHOOLS, cluster="district")
    turn = np.random.default_rng(0).permutation(told.k)
    data = {name: np.array(column)[turn] for name, column in SCHOOLS.items()}
    data["effect"], data["variance"] = 1e4 * data["effect"] + 7, 1e8 * data["variance"]
    found = pool_multilevel(data, cluster="district")
    close(found.estimate, 1e4 * told.estimate + 7, 1e-7)
    close(found.sigma2_between, 1e8 * told.sigma2_between, 1e-6)
    close(found.sigma2_within_ci_high, 1e8 * told.sigma2_within_ci_high, 1e-5)
    assert found.weights.sum() == pytest.approx(1)


def test_without_variance_between_clusters_it_is_the_model_of_two_levels():
    data = {"study": list("AABBCC"), "effect": [0, 1, 1, 0, 0, 1], "variance": [0.1] * 6}
    found = pool_multilevel(data, cluster="study", ci="z")
    rows = {**data, "study": list("abcdef")}
    two = pool_effects(rows, ci="z")
    assert found.sigma2_between == 0
    close(found.sigma2_within, two.tau2)
    close([found.estimate, found.ci_low], [two.estimate, two.ci_low])


def test_equal_effects_have_no_variance():
    data = {"study": list("AABB"), "effect": [0.3] * 4, "variance": [0.1, 0.2, 0.1, 0.3]}
    found = pool_multilevel(data, cluster="study")
    assert found.sigma2_between == found.sigma2_within == found.i2 == 0
    assert np.isnan(found.correlation)


COUNTS = {
    "study": list("AABBCCD"),
    "arm": list("xyxyxyx"),
    "events": [35, 30, 94, 99, 0, 70, 66],
    "total": [80, 82, 260, 255, 40, 400, 138],
}


@pytest.mark.parametrize("transform", ["logit", "freeman-tukey", "arcsine", "log", "raw"])
def test_counts_are_pooled_on_every_scale(transform):
    found = pool_multilevel(COUNTS, cluster="study", transform=transform)
    limits = (found.pi_low, found.ci_low, found.estimate, found.ci_high, found.pi_high)
    assert limits[0] >= 0
    assert list(limits) == sorted(limits)
    assert limits[-1] <= 1
    assert (found.n, found.events, found.k, found.n_clusters) == (1255, 394, 7, 4)
    assert [*found.to_frame()] == [
        "study", "cluster", "events", "total", "estimate", "ci_low", "ci_high", "weight",
    ]  # fmt: skip


def test_a_summary_says_what_was_done():
    text = pool_multilevel(COUNTS, cluster="study").summary()
    for part in ("σ² between clusters", "restricted maximum likelihood", "k = 7 in 4 clusters"):
        assert part in text
    assert "0.5 added to events and non-events of 1 row in" in text
    assert "ci='t-clusters'" in text


def test_degrees_of_freedom_are_those_of_rows_or_clusters():
    found = {ci: pool_multilevel(COUNTS, cluster="study", ci=ci) for ci in ("t", "t-clusters", "z")}
    assert [f.df for f in found.values()] == [6, 3, np.inf]
    assert found["t-clusters"].ci_low < found["t"].ci_low < found["z"].ci_low


def test_variances_stand_in_a_frame():
    frame = pool_multilevel(SCHOOLS, cluster="district").to_variances()
    assert [*frame["level"]] == ["between", "within"]
    assert [*frame["n"]] == [11, 56]
    assert (frame["ci_low"] < frame["sigma2"]).all()
    assert (frame["sigma2"] < frame["ci_high"]).all()


@pytest.mark.parametrize("width", [84, 174])
def test_the_picture_has_a_block_for_each_cluster(width):
    from reviewkit.present.axes import close_axes

    ax = pool_multilevel(SCHOOLS, cluster="district").plot(width=width)
    assert "56 studies" in ax.get_label()
    close_axes(ax)


# Misuse


def test_one_cluster_says_nothing_about_clusters():
    data = {"study": list("AAA"), "effect": [1, 2, 3], "variance": [1, 1, 1]}
    with pytest.raises(InputError, match=r"2 or more for a mean\. Got 1 in 'study'"):
        pool_multilevel(data, cluster="study")


def test_single_rows_cannot_tell_two_variances_apart():
    data = {"study": list("ABC"), "effect": [1, 2, 3], "variance": [1, 1, 1]}
    with pytest.raises(InputError, match="one cluster must have 2 rows"):
        pool_multilevel(data, cluster="study")


def test_rows_without_a_cluster_are_named():
    data = {"study": list("ABC"), "lab": ["x", None, ""], "effect": [1, 2, 3], "variance": [1] * 3}
    with pytest.raises(InputError, match=r"'lab' is missing for 'B' in row 1; 'C' in row 2"):
        pool_multilevel(data, cluster="lab")


def test_a_column_that_is_not_there_is_named_with_its_neighbours():
    with pytest.raises(InputError, match="near it: 'district'"):
        pool_multilevel(SCHOOLS, cluster="distrikt")


def test_counts_and_effects_cannot_both_be_meant():
    with pytest.raises(InputError, match="Either counts or effects"):
        pool_multilevel(SCHOOLS, cluster="district", events="x", effect="effect")


@pytest.mark.parametrize(("name", "value"), [("tau2", "DL"), ("ci", "HK"), ("level", 95)])
def test_an_unknown_option_is_named(name, value):
    with pytest.raises(InputError, match=f"`{name}` must"):
        pool_multilevel(SCHOOLS, cluster="district", **{name: value})


def test_a_missing_moderator_is_named():
    data = {**SCHOOLS, "grade": [None, *range(55)]}
    with pytest.raises(InputError, match="grade of '1'"):
        multilevel_regression(pool_multilevel(data, cluster="district"), "~ grade")


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_tiny_and_huge_variances_have_answers(scale):
    data = {"study": list("AABBCC"), "effect": [0.1, 0.4, 0.9, 0.6, 0.3, 0.2]}
    found = pool_multilevel({**data, "variance": [scale] * 6}, cluster="study")
    assert np.isfinite([found.estimate, found.ci_low, found.sigma2_between]).all()


def test_a_likelihood_that_is_flat_has_an_answer():
    # One effect is so sure that no other tells of the variances: slopes are rounding.
    data = {"study": list("abc"), "effect": [0.1, 0.2, 0.3], "variance": [1e-8, 1.0, 1e8]}
    found = pool_multilevel({**data, "paper": [0, 0, 1]}, cluster="paper")
    assert found.estimate == pytest.approx(0.1, abs=1e-6)
    assert np.isfinite(found.se)
