"""Time whole public calls, as a user makes them; R's figures for the same stand in docs/speed.md."""

import numpy as np
import pandas as pd
import pytest

import reviewkit as rk


def make_effects(k, tau2=0.3):
    """Return a table of effects as log odds of k studies might have."""
    rng = np.random.default_rng(k)
    variances = np.exp(rng.normal(-2.3, 1, k))
    effects = rng.normal(0, np.sqrt(variances + tau2))
    names = [f"Study {i}" for i in range(k)]
    return pd.DataFrame({"study": names, "effect": effects, "variance": variances})


@pytest.mark.parametrize("k", [13, 2_000, 100_000])
def bench_pool_effects(benchmark, k):
    benchmark(rk.pool_effects, make_effects(k))


@pytest.mark.parametrize("k", [13, 2_000])
def bench_pool_effects_with_profile_likelihood(benchmark, k):
    benchmark(rk.pool_effects, make_effects(k), tau2_ci="profile")


@pytest.mark.parametrize("k", [100, 1_000])
def bench_leave_one_out(benchmark, k):
    benchmark(rk.leave_one_out, rk.pool_effects(make_effects(k)))


def bench_influence_200(benchmark):
    benchmark(rk.influence_measures, rk.pool_effects(make_effects(200)))


def bench_all_subsets_20(benchmark):
    benchmark.pedantic(rk.all_subsets, (rk.pool_effects(make_effects(20)),), rounds=3)


def bench_denominators(benchmark):
    percents = [f"{p:.1f}" for p in np.random.default_rng(0).integers(1, 40, 20) / 40 * 100]
    benchmark(rk.consistent_denominators, percents, max_n=100_000)


def bench_flow_as_svg(benchmark, tmp_path):
    flow = rk.open_review(rk.example("psychotherapist-injuries")).flow
    benchmark(flow.save, tmp_path / "flow.svg")
