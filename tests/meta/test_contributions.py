"""Contributions to heterogeneity: by their laws."""

import numpy as np
import pytest
from hypothesis import given
from meta_cases import studies
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION

from reviewkit.meta.contributions import baujat_contributions
from reviewkit.meta.diagnostics import influence_measures
from reviewkit.meta.pooling import pool_effects, pool_prevalence


@given(studies(max_k=8))
def test_under_the_common_effect_they_sum_to_q(pair):
    data = {"study": np.arange(pair[0].size), "effect": pair[0], "variance": pair[1]}
    pooled = pool_effects(data, model="common", ci="z")
    assert_allclose(
        baujat_contributions(pooled).heterogeneity.sum(), pooled.q, rtol=1e-6, atol=1e-8
    )


def test_influence_is_cook_s_distance_by_the_other_standard_error():
    pooled = pool_prevalence(EXHAUSTION)
    measures = influence_measures(pooled)
    found = baujat_contributions(pooled).influence
    assert_allclose(found, measures.cook_d / measures.cov_r)


@pytest.mark.filterwarnings("ignore:The Hartung:reviewkit._core.errors.ReviewkitWarning")
def test_studies_that_agree_add_nothing():
    data = {"study": [*"ABC"], "effect": [0.5] * 3, "variance": [0.1, 0.2, 0.3]}
    found = baujat_contributions(pool_effects(data))
    assert found.heterogeneity.tolist() == [0, 0, 0]
    assert np.isnan(found.influence).all()
    assert found._headline() == "No study of 3 adds to heterogeneity: all agree"
    assert found.plot().get_label().startswith("Baujat plot of 3 studies.")


@pytest.mark.parametrize("model", ["random", "common"])
def test_draws(model):
    found = baujat_contributions(pool_prevalence(EXHAUSTION, model=model, ci="z"))
    assert found.plot(width=84).get_label().startswith("Baujat plot of 11 studies. Study ")
    frame = found.to_frame()
    assert frame.columns.tolist() == ["study", "heterogeneity", "influence"]
