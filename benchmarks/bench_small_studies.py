"""Time tests of small-study effects and the search for a published recipe; run by `make bench`."""

import numpy as np
import pytest

from reviewkit.meta.asymmetry import ASYMMETRY_TESTS
from reviewkit.meta.bias import small_study_effects
from reviewkit.meta.pooling import pool_prevalence
from reviewkit.meta.reproduction import reproduce


def make_counts(k):
    """Return k studies of a prevalence."""
    rng = np.random.default_rng(k)
    total = rng.integers(20, 2_000, k)
    shares = 1 / (1 + np.exp(-rng.normal(-1, 0.7, k)))
    return {"study": np.arange(k), "events": rng.binomial(total, shares), "total": total}


@pytest.mark.parametrize(
    "test", [name for name, way in ASYMMETRY_TESTS.items() if "total_1" not in way.needs]
)
@pytest.mark.parametrize("k", [20, 2_000])
def bench_test(benchmark, test, k):
    benchmark(small_study_effects, pool_prevalence(make_counts(k)), test=test)


@pytest.mark.parametrize("k", [19, 500])
def bench_reproduce(benchmark, k):
    benchmark(reproduce, make_counts(k), reported={"estimate": "28.70%", "ci": "22.39–35.46"})
