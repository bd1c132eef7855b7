"""Influence measures: by their definitions and their laws."""

import numpy as np
import pytest
from hypothesis import given
from meta_cases import studies
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION

from reviewkit.meta.diagnostics import influence_measures
from reviewkit.meta.pooling import pool_effects, pool_prevalence

MEASURES = ["rstudent", "dffits", "cook_d", "cov_r", "hat", "dfbs"]


def pool(effects, variances, **options):
    """Pool plain effects."""
    data = {"study": np.arange(len(effects)), "effect": effects, "variance": variances}
    return pool_effects(data, **options)


@pytest.mark.parametrize("ci", ["z", "HK", "HK-adhoc", "t"])
def test_measures_are_what_they_are_called(ci):
    effects, variances = (
        np.array([0.1, 0.3, 0.35, 0.4, 1.9]),
        np.array([0.03, 0.03, 0.05, 0.01, 0.02]),
    )
    pooled, keep = pool(effects, variances, ci=ci), np.arange(5) != 2
    found, rest = influence_measures(pooled), pool(effects[keep], variances[keep], ci=ci)
    shift = pooled.estimate - rest.estimate
    assert found.cook_d[2] == pytest.approx(shift**2 / pooled.se**2)
    assert found.cov_r[2] == pytest.approx(rest.se**2 / pooled.se**2)
    assert found.tau2_del[2] == pytest.approx(rest.tau2)
    assert found.q_del[2] == pytest.approx(rest.q)
    if ci in ("z", "t"):
        total = 0.05 + rest.tau2
        expected = (0.35 - rest.estimate) / np.sqrt(total + rest.se**2)
        assert found.rstudent[2] == pytest.approx(expected)
        assert found.dffits[2] == pytest.approx(shift / np.sqrt(found.hat[2] * total))
        classic = (1 / (variances + rest.tau2)).sum() ** -0.5
        assert found.dfbs[2] == pytest.approx(shift / classic)


def test_hartung_and_knapp_scales_what_it_scales():
    # metafor 5.0-1: influence(rma(yi, vi, test="knha")): a mean-shift test of the study, t of it.
    effects, variances = [0.1, 0.3, 0.35, 0.4, 1.9], [0.03, 0.03, 0.05, 0.01, 0.02]
    plain = influence_measures(pool(effects, variances, ci="z"))
    scaled = influence_measures(pool(effects, variances, ci="HK"))
    keep = np.arange(5) != 4
    rest = pool(np.array(effects)[keep], np.array(variances)[keep], ci="HK")
    classic = (1 / (np.array(variances)[keep] + rest.tau2)).sum() ** -0.5
    factor = rest.se / classic
    for name in ("rstudent", "dffits", "dfbs"):
        assert getattr(scaled, name)[4] == pytest.approx(getattr(plain, name)[4] / factor)


@given(studies(max_k=8))
def test_weights_sum_to_one(pair):
    found = influence_measures(pool(*pair, ci="z"))
    assert found.weight.sum() == pytest.approx(1)
    assert (found.hat == found.weight).all()
    assert (found.cook_d >= 0).all()


@given(studies(max_k=8))
def test_shift_and_scale_change_nothing(pair):
    effects, variances = pair
    first = influence_measures(pool(effects, variances, ci="z", tau2="DL"))
    other = influence_measures(pool(7 - 16 * effects, 256 * variances, ci="z", tau2="DL"))
    for name in MEASURES:
        sign = -1 if name in ("rstudent", "dffits", "dfbs") else 1
        theirs = sign * getattr(other, name)
        assert_allclose(getattr(first, name), theirs, rtol=1e-5, atol=1e-6, err_msg=name)


def test_an_outlier_is_flagged_and_named():
    effects = [0.1, 0.12, 0.09, 0.11, 0.1, 2.4]
    found = influence_measures(pool(effects, [0.01] * 6, ci="z"))
    assert found.influential.tolist() == [False] * 5 + [True]
    assert found._headline() == "1 of 6 studies is influential: 5"


@pytest.mark.filterwarnings("ignore:The Hartung:reviewkit._core.errors.ReviewkitWarning")
def test_studies_that_agree_entirely_flag_nothing():
    found = influence_measures(pool([0.5] * 4, [0.1, 0.2, 0.3, 0.4]))
    assert np.isnan(found.cook_d).all()
    assert not found.influential.any()
    assert found._headline() == "No study of 4 is influential"


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_draws(width):
    found = influence_measures(pool_prevalence(EXHAUSTION))
    label = found.plot(width=width).get_label()
    assert label == "Influence of 11 studies on the result; none is influential."
