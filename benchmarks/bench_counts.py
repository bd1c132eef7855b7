"""Time models of counts on made-up data; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.betabinomial import fit_beta_binomial_batch
from reviewkit.meta.glmm import fit_glmm_batch
from reviewkit.meta.marginal import predict_prevalence
from reviewkit.meta.moderators import compare_subgroups, meta_regression
from reviewkit.meta.pooling import pool_prevalence


def make_counts(k, logit=-1.5, tau=0.8):
    """Return events and totals as k studies might have."""
    rng = np.random.default_rng(k)
    total = rng.integers(20, 500, k)
    return rng.binomial(total, 1 / (1 + np.exp(-rng.normal(logit, tau, k)))), total


def make_table(k):
    """Return the same as a table."""
    events, total = make_counts(k)
    return {"study": [f"Study {i}" for i in range(k)], "events": events, "total": total}


@pytest.mark.parametrize("k", [13, 100, 1_000, 10_000])
def bench_glmm(benchmark, k):
    benchmark(fit_glmm_batch, *make_counts(k))


@pytest.mark.parametrize("k", [100, 1_000])
def bench_glmm_of_rare_events(benchmark, k):
    benchmark(fit_glmm_batch, *make_counts(k, logit=-4.5))


@pytest.mark.parametrize("k", [100, 1_000])
def bench_glmm_whole_call(benchmark, k):
    benchmark(pool_prevalence, make_table(k), model="glmm")


def bench_glmm_leave_one_out_100(benchmark):
    benchmark(fit_glmm_batch, *make_counts(100), mask=~np.eye(100, dtype=bool))


@pytest.mark.parametrize("k", [100, 1_000])
def bench_beta_binomial(benchmark, k):
    benchmark(fit_beta_binomial_batch, *make_counts(k))


def bench_prediction(benchmark):
    pooled = pool_prevalence(make_table(13))
    benchmark(predict_prevalence, pooled, exceeds=0.3, team=[12, 100])


def pool_moderated(k):
    """Return a GLMM of k studies with a moderator and three groups."""
    events, total = make_counts(k)
    names = [f"Study {i}" for i in range(k)]
    table = {"study": names, "events": events, "total": total}
    return pool_prevalence(table | {"x": np.arange(k) % 7, "g": np.arange(k) % 3}, model="glmm")


@pytest.mark.parametrize("k", [100, 1_000])
def bench_regression_of_counts(benchmark, k):
    benchmark(meta_regression, pool_moderated(k), "~ x")


def bench_groups_of_counts_with_a_common_tau2(benchmark):
    benchmark(compare_subgroups, pool_moderated(100), by="g", tau2="common")
