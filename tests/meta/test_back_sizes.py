"""The way back from double arcsines, at five sample sizes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, counts_of, table

from reviewkit._core.errors import InputError
from reviewkit.meta.back_sizes import BACK_SIZES, find_back_size
from reviewkit.meta.pooling import pool_prevalence

MEANS = ("harmonic", "geometric", "arithmetic")


def pool(data, **options):
    return pool_prevalence(data, transform="freeman-tukey", ci="z", **options)


def miller(effect, n):
    """Write Miller's inverse as he did, unlike the library."""
    t = 2 * effect
    a = np.sin(t) + (np.sin(t) - 1 / np.sin(t)) / n
    return 0.5 * (1 - np.sign(np.cos(t)) * np.sqrt(1 - a * a))


@pytest.mark.parametrize("name", BACK_SIZES)
def test_the_pooled_effect_comes_back_at_the_size_named(name):
    pooled = pool(EXHAUSTION, back_n=name)
    n = np.array(EXHAUSTION["total"], dtype=float)
    sizes = {
        "harmonic": n.size / (1 / n).sum(),
        "geometric": np.prod(n ** (1 / n.size)),
        "arithmetic": n.mean(),
        "total": n.sum(),
        "inverse-variance": 1 / (4 * pooled.transformed_se**2),
    }
    assert_allclose(pooled.estimate, miller(pooled.transformed_estimate, sizes[name]), rtol=1e-9)
    assert_allclose(pooled.ci_low, miller(pooled.transformed_ci_low, sizes[name]), rtol=1e-9)
    assert f"at {BACK_SIZES[name].label}, {sizes[name]:.4g}" in pooled.recipe


def test_the_default_is_harmonic():
    assert pool(EXHAUSTION) == pool(EXHAUSTION, back_n="harmonic")


def test_few_people_by_inverse_variance_are_taken_back_by_the_arcsine():
    data = table((1, 400), (0, 300), (2, 900))
    pooled = pool(data, back_n="inverse-variance", model="common")
    size = 1 / (4 * pooled.transformed_se**2)
    share = np.sin(pooled.transformed_estimate) ** 2
    assert share * size > 2  # so this one is Miller's
    assert_allclose(pooled.estimate, miller(pooled.transformed_estimate, size), rtol=1e-9)
    rare = pool(table((0, 400), (0, 300), (1, 900)), back_n="inverse-variance", model="common")
    share = np.sin(rare.transformed_estimate) ** 2
    assert share / (4 * rare.transformed_se**2) < 2
    assert_allclose(rare.estimate, share, rtol=1e-6)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_means_are_in_order_and_inside(total):
    sizes = [float(find_back_size(total, [0.5], [0.1], name=name)[0]) for name in MEANS]
    assert min(total) * (1 - 1e-9) <= sizes[0]
    assert sizes[-1] <= max(total) * (1 + 1e-9)
    assert all(a <= b * (1 + 1e-9) for a, b in pairwise(sizes))


def test_a_mask_chooses_the_studies_of_each_fit():
    used = np.array([[True, True, False], [False, True, True]])
    for name in BACK_SIZES:
        both = find_back_size([10, 20, 70], [0.4, 0.6], [0.1, 0.05], name=name, used=used)
        each = [
            find_back_size(np.array([10, 20, 70])[row], [y], [se], name=name)[0]
            for row, y, se in zip(used, (0.4, 0.6), (0.1, 0.05), strict=True)
        ]
        assert_allclose(both, each)


def test_no_size_leaves_the_proportions():
    for name in BACK_SIZES:
        pooled = pool(counts_of("nielweise2007_trt"), back_n=name)
        assert 0 <= pooled.ci_low <= pooled.estimate <= pooled.ci_high <= 1


class TestMisuse:
    def test_an_unknown_size(self):
        with pytest.raises(InputError, match="`back_n` must be one of 'harmonic', 'geometric'"):
            pool(EXHAUSTION, back_n="mean")

    def test_a_choice_without_effect(self):
        with pytest.raises(InputError, match=r"`back_n` is for transform='freeman-tukey'.*'logit'"):
            pool_prevalence(EXHAUSTION, back_n="total")
