"""Time three-level models, robust inference and the multiverse; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.multilevel import pool_multilevel
from reviewkit.meta.multiverses import multiverse
from reviewkit.meta.robust import robust_inference


def make_clusters(count, size=5):
    """Return effects in clusters, as log odds might be."""
    rng = np.random.default_rng(count)
    cluster = np.repeat(np.arange(count), size)
    variance = np.exp(rng.normal(-2, 1, cluster.size))
    effect = rng.normal(0, 0.5, count)[cluster] + rng.normal(0, np.sqrt(variance + 0.1))
    return {"cluster": cluster, "effect": effect, "variance": variance}


def make_counts(k):
    """Return counts of k studies, one of them without an event."""
    rng = np.random.default_rng(k)
    total = rng.integers(30, 800, k)
    events = rng.binomial(total, rng.beta(2, 4, k))
    events[0] = 0
    return {"study": np.arange(k), "events": events, "total": total, "year": np.arange(k)}


@pytest.mark.parametrize("count", [11, 100, 1_000])
def bench_three_levels(benchmark, count):
    benchmark(pool_multilevel, make_clusters(count), cluster="cluster")


@pytest.mark.parametrize("count", [11, 1_000])
def bench_robust_inference(benchmark, count):
    benchmark(robust_inference, pool_multilevel(make_clusters(count), cluster="cluster"))


@pytest.mark.parametrize("k", [13, 60])
def bench_multiverse_of_500(benchmark, k):
    options = {"filters": {"new": f"year >= {k // 3}"}, "model": ["random", "common", "glmm"]}
    worlds = benchmark(multiverse, make_counts(k), **options)
    assert worlds.n_specifications > 500
