"""Permutation tests: by counting, and by their laws."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.meta import permutations
from reviewkit.meta.moderators import permutation_test
from reviewkit.meta.permutations import permute_rows, permute_signs
from reviewkit.meta.pooling import pool_effects
from reviewkit.meta.regression_batch import fit_regressions

RNG = np.random.default_rng(2)
V = RNG.uniform(0.05, 0.4, 6)
Y = RNG.normal(size=6)


def rows(x, n=10_000, rng=0, **options):
    """Test the one column beside an intercept."""
    y, v = options.pop("y", Y), options.pop("v", V)
    design = np.column_stack([np.ones(len(y)), x])
    choice = {"names": ("intercept", "x"), "tested": (1,), "tau2": "REML", "ci": "HK"} | options
    return permute_rows(y, v, design, n=n, rng=rng, **choice)


@pytest.mark.parametrize("x", [[1, 2, 3, 4, 5, 7], [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]])
def test_all_orders_are_those_of_itertools(x):
    found = rows(x)
    orders = sorted(set(itertools.permutations(x)))
    fits = [fit_regressions(Y, V, np.column_stack([np.ones(6), order]), tested=[1])
            for order in orders]  # fmt: skip
    z = np.abs([fit.statistic[0] for fit in fits])
    assert (found.n, found.exact) == (len(orders), True)
    assert_allclose(found.p_values, (z >= np.abs(found.statistic) * (1 - 1e-7)).mean(axis=0))
    assert_allclose(found.omnibus_p, found.p_values[1])  # of one moderator they are the same test


@settings(max_examples=30)
@given(counts=st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_arrangements_are_all_and_differ(counts):
    found = permutations._arrange(np.array(counts))
    expected = set(itertools.permutations(np.repeat(np.arange(len(counts)), counts).tolist()))
    assert {tuple(row) for row in found.tolist()} == expected
    assert len(found) == len(expected)


def test_random_orders_come_near_to_all(monkeypatch):
    x = [1, 2, 3, 4, 5, 7]
    exact, drawn = rows(x), rows(x, n=719, rng=5)
    assert not drawn.exact
    assert_allclose(drawn.p_values, exact.p_values, atol=4 * (0.25 / 719) ** 0.5)
    assert (drawn.p_values >= 1 / 720).all()
    monkeypatch.setattr(permutations, "_BLOCK", 600)
    assert_allclose(rows(x, n=719, rng=5).p_values, drawn.p_values, atol=0.1)


def test_one_seed_gives_one_answer():
    x = [1, 2, 3, 4, 5, 7]
    one, same, other = (rows(x, n=50, rng=seed).p_values for seed in (3, 3, 4))
    assert_allclose(one, same, rtol=0)
    assert not np.array_equal(one, other)
    generator = np.random.default_rng(3)
    assert_allclose(rows(x, n=50, rng=generator).p_values, one, rtol=0)


def test_the_observed_order_counts():
    x, y = np.arange(20.0), np.arange(20.0)
    strong = rows(x, n=99, y=y + 0.01 * RNG.normal(size=20), v=np.full(20, 0.1))
    assert_allclose(strong.p_values[1], 1 / 100)


def test_signs():
    found = permute_signs(Y, V, tau2="DL", ci="z", n=64, rng=None)
    z = [fit_regressions(Y * s, V, np.ones((6, 1)), tau2="DL", ci="z").statistic[0, 0]
         for s in itertools.product([1, -1], repeat=6)]  # fmt: skip
    assert (found.n, found.exact) == (64, True)
    expected = np.mean(np.abs(z) >= abs(found.statistic[0]) * (1 - 1e-7))
    assert_allclose(found.p_values[0], expected)
    drawn = permute_signs(Y, V, tau2="DL", ci="z", n=63, rng=1)
    assert not drawn.exact
    assert_allclose(drawn.p_values[0], expected, atol=4 * (0.25 / 63) ** 0.5)


def test_the_result_in_words():
    found = rows([1, 2, 3, 4, 5, 7])
    assert found.recipe == "permutation test, 720 orders, all there are"
    assert found.to_frame().columns.tolist() == ["coefficient", "statistic", "p_value"]
    assert "drawn at random" in rows([1, 2, 3, 4, 5, 7], n=9).summary()


def test_one_study_has_no_signs_to_turn():
    pooled = pool_effects({"study": ["A"], "effect": [0.3], "variance": [0.1]})
    with pytest.raises(InputError, match="A permutation test must have 2 studies or more"):
        permutation_test(pooled)


@pytest.mark.parametrize("n", [0, -1, 2.5, "all"])
def test_a_number_of_orders(n):
    with pytest.raises(InputError, match="`n` must be a whole number of orders, 1 or more"):
        rows([1, 2, 3, 4, 5, 7], n=n)
