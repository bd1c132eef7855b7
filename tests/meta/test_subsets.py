"""All subsets: which they are, what is kept of them, and where blocks are fitted."""

import numpy as np
import pytest
from joblib import Parallel, parallel_config, register_parallel_backend
from joblib.parallel import ThreadingBackend
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, counts_of, table

from reviewkit._core.errors import InputError
from reviewkit.meta import subsets
from reviewkit.meta.influence import draw_subsets, number_subsets, unpack_subsets
from reviewkit.meta.left_out import leave_one_out
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.subsets import all_subsets

SOME = {name: column[:6] for name, column in EXHAUSTION.items()}
WAYS = [
    {}, {"transform": "freeman-tukey"}, {"transform": "freeman-tukey", "back_n": "inverse-variance"},
    {"model": "common", "ci": "z"}, {"model": "glmm"}, {"model": "beta-binomial"},
]  # fmt: skip


def pool_many(k):
    """Pool k made-up studies."""
    rng = np.random.default_rng(k)
    return pool_effects({"study": range(k), "effect": rng.normal(size=k), "variance": [0.2] * k})


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()) or "default")
def test_every_subset_is_a_fresh_fit(way):
    found = all_subsets(pool_prevalence(SOME, **way))
    masks = found.masks
    assert len(np.unique(masks, axis=0)) == len(masks) == 2**6 - 1
    for at in (4, 18, 40, 62):
        data = {n: np.array(column)[masks[at]] for n, column in SOME.items()}
        fresh = pool_prevalence(data, **way)
        assert found.estimate[at] == pytest.approx(fresh.estimate, rel=1e-6)
        assert found.tau2[at] == pytest.approx(fresh.tau2, rel=1e-5, abs=1e-9)
        assert found.i2[at] == pytest.approx(fresh.i2, rel=1e-5, abs=1e-6)
        assert found.k[at] == fresh.k


def test_they_hold_the_whole_and_leave_one_out():
    pooled = pool_prevalence(SOME)
    found = all_subsets(pooled)
    assert found.complete
    assert found.estimate[found.k == 6].tolist() == pytest.approx([pooled.estimate])
    left_out = leave_one_out(pooled).to_frame()["estimate"].to_numpy()
    fewer = found.k == 5
    assert_allclose(found.estimate[fewer], left_out[found.masks[fewer].argmin(axis=1)])


def test_single_studies_are_themselves():
    found = all_subsets(pool_prevalence(SOME))
    single = found.k == 1
    shares = np.divide(SOME["events"], SOME["total"])
    assert_allclose(found.estimate[single], shares[found.masks[single].argmax(axis=1)])
    assert (found.i2[single] == 0).all()


def test_the_frame_numbers_the_subsets():
    found = all_subsets(pool_prevalence(SOME))
    frame = found.to_frame()
    assert frame.columns.tolist() == ["subset", "k", "estimate", "tau2", "i2"]
    assert frame["subset"].tolist() == [*range(1, 64)]
    uses_second = (frame["subset"].to_numpy() >> 1 & 1).astype(bool)
    assert (found.uses(1) == uses_second).all()


@pytest.mark.parametrize("k", [5, 8, 9, 63, 64, 70])
def test_random_ones(k):
    found = all_subsets(pool_many(k), n=30, rng=3)
    assert not found.complete
    assert found.masks.shape == (30, k)
    assert (found.k >= 1).all()
    assert (found.k == found.masks.sum(axis=1)).all()
    for study in (0, k - 1):
        assert (found.uses(study) == found.masks[:, study]).all()
    assert ("subset" in found.to_frame()) == (k <= 63)


def test_a_seed_gives_the_same_ones():
    pooled = pool_many(30)
    first, second = (all_subsets(pooled, n=50, rng=np.random.default_rng(1)) for _ in range(2))
    assert (first.packed == second.packed).all()
    assert (first.packed != all_subsets(pooled, n=50, rng=2).packed).any()


def test_random_ones_are_even():
    packed = draw_subsets(3, 70_000, np.random.default_rng(5))
    counts = np.bincount(packed[:, 0], minlength=8)
    assert counts[0] == 0
    assert_allclose(counts[1:], 10_000, rtol=0.05)


def test_as_many_as_there_are_is_all():
    found = all_subsets(pool_prevalence(SOME), n=63)
    assert found.complete
    assert not all_subsets(pool_prevalence(SOME), n=62).complete


def test_numbers_become_masks():
    mask = unpack_subsets(number_subsets(10, 1, 1024), 10)
    numbers = (mask * 2 ** np.arange(10)).sum(axis=1)
    assert numbers.tolist() == [*range(1, 1024)]


def test_blocks_change_nothing(monkeypatch):
    pooled, calls = pool_prevalence(SOME), []
    whole = all_subsets(pooled)
    monkeypatch.setattr(subsets, "_BLOCK", 60)
    parts = all_subsets(pooled, progress=lambda *done: calls.append(done))
    assert calls == [(done, 63) for done in (10, 20, 30, 40, 50, 60, 63)]
    assert_allclose(parts.estimate, whole.estimate)


@pytest.mark.parametrize("n", [None, 40])
def test_workers_change_nothing(monkeypatch, n):
    pooled = pool_prevalence(SOME)
    monkeypatch.setattr(subsets, "_BLOCK", 60)
    alone, together = (all_subsets(pooled, n=n, rng=1, parallel=p) for p in (None, 2))
    assert (alone.packed == together.packed).all()
    assert_allclose(alone.estimate, together.estimate)


def test_a_registered_backend_takes_the_blocks(monkeypatch):
    taken = []

    class Recording(ThreadingBackend):
        def submit(self, func, callback=None):
            taken.append(func)
            return super().submit(func, callback)

        apply_async = submit

    register_parallel_backend("recording", Recording)
    monkeypatch.setattr(subsets, "_BLOCK", 60)
    with parallel_config(backend="recording", n_jobs=2):
        assert isinstance(Parallel()._backend, Recording)
        found = all_subsets(pool_prevalence(SOME), parallel=2)
    assert taken
    assert_allclose(found.estimate, all_subsets(pool_prevalence(SOME)).estimate)


def test_a_glmm_without_an_answer_is_nan():
    found = all_subsets(pool_prevalence(table((0, 30), (20, 20), (7, 40)), model="glmm"))
    assert np.isnan(found.estimate).sum() == 1
    assert "nan" not in found._headline()
    assert found.plot().get_label().startswith("GOSH plot of 6 subsets")


def test_too_many_studies_for_all():
    with pytest.raises(InputError, match=r"Got 25, which have 3\.4e\+07\. Give `n`"):
        all_subsets(pool_many(25))


@pytest.mark.parametrize("n", [0, -3, 2.5, True, "all"])
def test_n_is_a_number(n):
    with pytest.raises(InputError, match="`n` must be a whole number of subsets"):
        all_subsets(pool_many(5), n=n)


@pytest.mark.parametrize("study", [-1, 6])
def test_a_study_that_is_not_there(study):
    with pytest.raises(InputError, match="`study` must be the number of a row from 0 to 5"):
        all_subsets(pool_prevalence(SOME)).uses(study)


def test_the_finding():
    assert all_subsets(pool_prevalence(SOME))._headline() == (
        "All 63 subsets of 6 studies: median 37.3 %, 95 % of them from 18.8 % to 61.0 %; I² 98.0 %, "
        "from 0.0 % to 99.6 %"
    )
    assert all_subsets(pool_many(40), n=20, rng=1)._headline().startswith("Random 20 subsets of 40")


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_draws(width):
    pooled = pool_prevalence(counts_of("pritz1997"))
    assert all_subsets(pooled, n=3000, rng=1).plot(width=width).get_label().startswith("GOSH plot")
