"""Time the engine on made-up data; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.engine import fit_batch
from reviewkit.meta.influence import fit_subsets, fit_without_each


def make_studies(k, tau2=0.3):
    """Return effects and variances as log odds of k studies might have."""
    rng = np.random.default_rng(k)
    variances = np.exp(rng.normal(-2.3, 1, k))
    return rng.normal(0, np.sqrt(variances + tau2)), variances


def pool_all_subsets(effects, variances, tau2):
    """Pool every choice of the studies."""
    for _ in fit_subsets(effects, variances, tau2=tau2):
        pass


@pytest.mark.parametrize("k", [13, 2_000, 100_000])
def bench_one_fit(benchmark, k):
    benchmark(fit_batch, *make_studies(k))


@pytest.mark.parametrize("k", [100, 1_000])
def bench_leave_one_out(benchmark, k):
    benchmark(fit_without_each, *make_studies(k))


@pytest.mark.parametrize("tau2", ["REML", "ML", "PM", "DL"])
def bench_all_subsets_of_20(benchmark, tau2):
    benchmark.pedantic(pool_all_subsets, (*make_studies(20), tau2), rounds=3)


def bench_10_000_masks(benchmark):
    mask = np.random.default_rng(0).random((10_000, 20)) < 0.5
    mask[:, 0] = True
    benchmark(fit_batch, *make_studies(20), mask=mask)


def bench_10_000_rows_of_effects(benchmark):
    effects, variances = make_studies(20)
    signs = np.random.default_rng(0).choice([-1, 1], (10_000, 20))
    benchmark(fit_batch, signs * effects, variances)
