"""Blocks of fits go wherever joblib's backend takes them: here to Dask."""

import numpy as np
from distributed import Client
from joblib import parallel_config

from reviewkit.meta.pooling import pool_effects
from reviewkit.meta.subsets import all_subsets


def test_dask_takes_the_blocks_and_gives_the_same():
    rng = np.random.default_rng(0)
    data = {"study": range(17), "effect": rng.normal(size=17), "variance": rng.uniform(0.1, 1, 17)}
    pooled = pool_effects(data)
    alone = all_subsets(pooled)
    with (
        Client(
            processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
        ) as client,
        parallel_config(backend="dask"),
    ):
        together = all_subsets(pooled, parallel=-1)
        assert client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter) > 0
    np.testing.assert_array_equal(together.estimate, alone.estimate)
    np.testing.assert_array_equal(together.tau2, alone.tau2)
