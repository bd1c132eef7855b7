"""Cluster-robust inference: clubSandwich's answers, laws, and misuse."""

import numpy as np
import pytest
from meta_cases import read_golden

import reviewkit as rk
from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.moderators import meta_regression
from reviewkit.meta.multilevel import multilevel_regression, pool_multilevel
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.robust import robust_inference

GOLDENS = read_golden("multilevel")
SCHOOLS = GOLDENS["data"]
CASES = [case for case in GOLDENS["cases"] if case["kind"] == "rma.mv" and case["test"] == "z"]

#: The sandwich is a closed form of the variances, which agree to 1e-6.
CLOSE = 1e-5


def fit(case):
    """Return the three-level model of a case."""
    pooled = pool_multilevel(SCHOOLS, cluster="district", tau2=case["method"], ci=case["test"])
    if case["mods"] == "~1":
        return pooled
    return multilevel_regression(pooled, f"~ I(year - {float(np.mean(SCHOOLS['year']))!r})")


@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR2", "CR3"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['mods']}-{case['method']}")
def test_three_levels_are_those_of_club_sandwich(case, correction):
    frame = robust_inference(fit(case), correction=correction).to_frame()
    told = case["result"][f"clubSandwich_{correction}"]
    for ours, theirs in (("estimate", "beta"), ("se", "se"), ("df", "df"), ("p_value", "p")):
        np.testing.assert_allclose(frame[ours], told[theirs], rtol=CLOSE)


@pytest.mark.parametrize(("ours", "theirs"), [("CR1p", "robust_CR1"), ("CR0", "robust_CR0")])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['mods']}-{case['method']}")
def test_degrees_of_freedom_of_clusters_are_those_of_metafor(case, ours, theirs):
    frame = robust_inference(fit(case), correction=ours, df="clusters").to_frame()
    told = case["result"][theirs]
    for column, name in (("se", "se"), ("df", "df"), ("p_value", "pval")):
        np.testing.assert_allclose(frame[column], told[name], rtol=CLOSE)


def test_limits_are_those_of_metafor():
    told = CASES[0]["result"]["robust_CR2_metafor"]
    found = robust_inference(fit(CASES[0]))
    np.testing.assert_allclose([found.ci_low, found.ci_high], [told["ci_lb"], told["ci_ub"]], CLOSE)


def test_two_levels_are_those_of_club_sandwich():
    told = next(c for c in GOLDENS["cases"] if c["kind"] == "robust_on_rma.uni")["result"]
    pooled = pool_effects(SCHOOLS)
    cr1 = robust_inference(pooled, cluster="district", correction="CR1p", df="clusters").to_frame()
    cr2 = robust_inference(pooled, cluster="district").to_frame()
    for frame, name in ((cr1, "CR1"), (cr2, "CR2")):
        found = frame.loc[0, ["se", "df", "p_value"]].astype(float)
        expected = [told[f"{column}_{name}"] for column in ("se", "df", "p")]
        np.testing.assert_allclose(found, expected, rtol=CLOSE)
    np.testing.assert_allclose(cr2["estimate"], told["beta"], rtol=CLOSE)


# Laws


def test_the_door_leads_here():
    assert rk.robust_inference is robust_inference


def test_cr2_is_unbiased_by_its_own_account():
    # What residuals are multiplied by turns their covariance into that of the model.
    from reviewkit.meta.sandwich import CORRECTIONS, Batch

    rng = np.random.default_rng(1)
    design = rng.normal(size=(4, 3, 2))
    root = rng.normal(size=(4, 3, 3))
    covariance = root @ root.swapaxes(1, 2) + 0.1 * np.eye(3)
    weighted = np.linalg.solve(covariance, design)
    bread = np.linalg.inv(np.einsum("mnp,mnq->pq", design, weighted))
    batch = Batch(design, weighted, covariance, bread, 4)
    a = CORRECTIONS["CR2"].adjust(batch)
    left = covariance - design @ bread @ design.swapaxes(1, 2)
    np.testing.assert_allclose(a @ left @ a.swapaxes(1, 2), covariance, atol=1e-10)


def test_the_order_of_rows_and_clusters_does_not_matter():
    told = robust_inference(pool_effects(SCHOOLS), cluster="district")
    turn = np.random.default_rng(0).permutation(told.k)
    data = {name: np.array(column)[turn] for name, column in SCHOOLS.items()}
    found = robust_inference(pool_effects(data), cluster="district")
    np.testing.assert_allclose(found.se, told.se, rtol=1e-9)
    np.testing.assert_allclose(found.df, told.df, rtol=1e-9)


def test_a_meta_regression_and_one_of_three_levels_agree_without_variance_between():
    pooled = pool_effects(SCHOOLS)
    found = robust_inference(meta_regression(pooled, "~ year"), cluster="district")
    assert found.names == ("intercept", "year")
    assert np.isnan(found.estimate)
    assert (found.se > 0).all()
    assert "year P" in found.summary()


def test_prevalence_is_taken_back():
    data = {"study": list("abcdefgh"), "lab": list("AABBCCDD"),
            "events": [35, 30, 94, 99, 81, 70, 66, 60],
            "total": [80, 82, 260, 255, 443, 400, 138, 140]}  # fmt: skip
    pooled = pool_prevalence(data)
    found = robust_inference(pooled, cluster="lab")
    assert found.estimate == pytest.approx(pooled.estimate, rel=1e-9)
    assert 0 < found.ci_low < found.estimate < found.ci_high < 1
    assert found.df[0] < 4
    assert "Fewer than 4 degrees of freedom" in found.notes[0]
    assert "% CI" in str(found)


def test_coarser_clusters_than_those_of_the_model_are_taken():
    pooled = pool_multilevel(SCHOOLS, cluster="district")
    coarse = [str(int(district) // 200) for district in SCHOOLS["district"]]
    assert robust_inference(pooled, cluster=coarse).n_clusters == len(set(coarse))


# Misuse


def test_a_model_of_two_levels_needs_clusters():
    with pytest.raises(InputError, match="`cluster` must name a column"):
        robust_inference(pool_effects(SCHOOLS))


def test_one_cluster_is_too_few():
    with pytest.raises(InputError, match=r"2 or more here\. Got 1"):
        robust_inference(pool_effects(SCHOOLS), cluster=["x"] * 56)


def test_clusters_of_the_model_cannot_be_divided():
    pooled = pool_multilevel(SCHOOLS, cluster="district")
    with pytest.raises(InputError, match="'study' divides '11'"):
        robust_inference(pooled, cluster="study")


def test_as_many_clusters_as_rows_are_needed():
    with pytest.raises(InputError, match="one cluster for each of the 56 rows"):
        robust_inference(pool_effects(SCHOOLS), cluster=["x", "y"])


@pytest.mark.parametrize("name", ["correction", "df"])
def test_an_unknown_option_is_named(name):
    with pytest.raises(InputError, match=f"`{name}` must be one of"):
        robust_inference(pool_effects(SCHOOLS), cluster="district", **{name: "HC0"})


def test_a_model_of_counts_has_no_weights():
    data = {"study": list("abcd"), "lab": list("AABB"), "events": [3, 5, 7, 9], "total": [20] * 4}
    with pytest.raises(InputError, match="Cluster-robust inference must have effects"):
        robust_inference(pool_prevalence(data, model="glmm"), cluster="lab")


def test_a_coefficient_of_one_cluster_has_no_answer():
    data = {"study": list("abcdef"), "lab": list("AABBCC"), "x": [0, 0, 0, 0, 1, 1],
            "effect": [0.1, 0.4, 0.3, 0.9, -0.2, 0.3], "variance": [0.1] * 6}  # fmt: skip
    fitted = meta_regression(pool_effects(data), "~ x")
    with pytest.raises(InputError, match=r"two clusters or more\. Without 'C' of 'lab'"):
        robust_inference(fitted, cluster="lab")


def test_an_interval_without_width_is_told():
    data = {"study": list("AABBCC"), "effect": [0.3] * 6, "variance": [0.1] * 6}
    found = robust_inference(pool_multilevel(data, cluster="study"))
    assert "no width" in found.notes[-1]


def test_effects_that_agree_have_no_statistic():
    data = {"study": list("abcdef"), "effect": [0.3] * 6, "variance": [0.1, 0.2] * 3}
    with pytest.warns(ReviewkitWarning, match="no width"):
        pooled = pool_effects(data)
    found = robust_inference(pooled, cluster=list("AABBCC"))
    assert found.se[0] < 1e-12
    if found.se[0] == 0:
        assert np.isnan(found.statistic).all()
        assert np.isnan(found.p_values).all()
    assert "no width" in found.summary()


def test_a_standard_error_of_nought_has_no_statistic():
    data = {"study": list("abcdef"), "effect": [0.25] * 6, "variance": [0.5] * 6}
    with pytest.warns(ReviewkitWarning, match="no width"):
        pooled = pool_effects(data)
    found = robust_inference(pooled, cluster=list("AABBCC"))
    assert found.se[0] == 0
    assert np.isnan(found.to_frame().loc[0, ["statistic", "p_value"]].astype(float)).all()
