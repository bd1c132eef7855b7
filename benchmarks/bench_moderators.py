"""Time meta-regression, permutation tests and subgroups on made-up data; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.moderators import compare_subgroups, meta_regression, permutation_test
from reviewkit.meta.pooling import pool_effects


def pool_studies(k):
    """Return a pooled result of k studies with two moderators."""
    rng = np.random.default_rng(k)
    variances, year = np.exp(rng.normal(-2.3, 1, k)), rng.integers(1995, 2025, k)
    effects = rng.normal(0.02 * (year - 2010), np.sqrt(variances + 0.3))
    table = {"study": [f"Study {i}" for i in range(k)], "effect": effects, "variance": variances}
    return pool_effects(table | {"year": year, "group": rng.choice([*"abcd"], k)})


@pytest.mark.parametrize("k", [13, 1_000, 100_000])
def bench_meta_regression(benchmark, k):
    benchmark(meta_regression, pool_studies(k), "~ year + group")


def bench_10_000_orders_of_50_studies(benchmark):
    found = meta_regression(pool_studies(50), "~ year")
    benchmark(permutation_test, found, n=10_000, rng=1)


@pytest.mark.parametrize("tau2", ["separate", "common"])
def bench_subgroups(benchmark, tau2):
    benchmark(compare_subgroups, pool_studies(100), by="group", tau2=tau2)
