"""Time the sensitivity analyses, whole public calls; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.cumulative import cumulative_pool
from reviewkit.meta.diagnostics import influence_measures
from reviewkit.meta.filled import trim_and_fill
from reviewkit.meta.left_out import leave_one_out
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.selection import selection_model
from reviewkit.meta.subsets import all_subsets


def pool(k):
    """Pool k made-up studies of log odds."""
    rng = np.random.default_rng(k)
    variances = np.exp(rng.normal(-2.3, 1, k))
    effects = rng.normal(0, np.sqrt(variances + 0.3))
    return pool_effects({"study": np.arange(k), "effect": effects, "variance": variances})


@pytest.mark.parametrize("k", [13, 100, 1_000])
def bench_leave_one_out(benchmark, k):
    benchmark(leave_one_out, pool(k))


@pytest.mark.parametrize("k", [100, 1_000])
def bench_cumulative(benchmark, k):
    benchmark(cumulative_pool, pool(k), by=range(k))


@pytest.mark.parametrize("k", [13, 200])
def bench_influence(benchmark, k):
    benchmark(influence_measures, pool(k))


@pytest.mark.parametrize("parallel", [None, 2])
def bench_all_subsets_of_20(benchmark, parallel):
    options = {"parallel": parallel, "progress": lambda done, total: None}
    benchmark.pedantic(all_subsets, (pool(20),), options, rounds=3)


def bench_all_subsets_of_12_by_glmm(benchmark):
    rng = np.random.default_rng(1)
    total = rng.integers(20, 500, 12)
    data = {"study": np.arange(12), "events": rng.binomial(total, 0.3), "total": total}
    benchmark.pedantic(all_subsets, (pool_prevalence(data, model="glmm"),), rounds=3)


@pytest.mark.parametrize("k", [20, 200])
def bench_trim_and_fill(benchmark, k):
    benchmark(trim_and_fill, pool(k))


@pytest.mark.parametrize("k", [20, 200])
def bench_selection_model(benchmark, k):
    benchmark(selection_model, pool(k))
