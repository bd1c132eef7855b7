"""Time the search for duplicates on made-up records, and show how it grows.

`make bench` runs the small sizes.  `python benchmarks/bench_dedupe.py 200000 1000000` runs
others, each in a process of its own, and prints seconds, peak memory and what was found;
`--engine splink` does so on a database, `--blocking` compares ways to find candidate pairs.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "dedupe"))

from made_records import make_records

from reviewkit.dedupe.blocks import find_candidates
from reviewkit.dedupe.matching import find_duplicates
from reviewkit.dedupe.prepared import prepare_records


@pytest.mark.parametrize("n", [1_000, 10_000, 50_000])
def bench_find_duplicates(benchmark, n):
    records = make_records(n, n)
    benchmark.pedantic(find_duplicates, args=(records,), rounds=3)


def bench_with_verdicts(benchmark):
    found = find_duplicates(make_records(10_000, 1))
    verdicts = found.unsure.assign(duplicate=True)
    benchmark(found.with_verdicts, verdicts)


def bench_merged(benchmark):
    benchmark(find_duplicates(make_records(10_000, 1)).merged)


def find_by_ngrams(titles, least=0.7):
    """Return pairs whose titles share so much of their hashed character n-grams (cosine)."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.neighbors import NearestNeighbors

    vectors = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 3), n_features=2**18).transform(
        titles
    )
    nearest = NearestNeighbors(n_neighbors=min(6, len(titles)), metric="cosine", n_jobs=2).fit(
        vectors
    )
    distance, other = nearest.kneighbors(vectors)
    rows = np.repeat(np.arange(len(titles)), other.shape[1])
    keep = (distance.ravel() <= 1 - least) & (rows != other.ravel())
    ends = np.sort(np.column_stack([rows, other.ravel()])[keep], axis=1)
    return set(map(tuple, np.unique(ends, axis=0).tolist()))


def compare_blocking(n):
    """Print time, pairs and recall of keys and of n-grams."""
    from duplicate_cases import list_truth

    records = make_records(n, n)
    truth = list_truth(records["gold"])
    prepared = prepare_records(records)
    for name, find in (
        (
            "keys",
            lambda: set(
                zip(*(side.tolist() for side in find_candidates(prepared)[:2]), strict=True)
            ),
        ),
        ("n-grams", lambda: find_by_ngrams(list(prepared.spaced))),
    ):
        start = time.perf_counter()
        pairs = find()
        took = time.perf_counter() - start
        print(
            f"{n:>9,}  {name:8}  {took:7.1f} s  {len(pairs):>9,} pairs  recall {len(pairs & truth) / len(truth):.4f}"
        )


def show(n, engine):
    """Print how long one size takes, and how much memory."""
    import resource

    records = make_records(n, n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    found = find_duplicates(records, engine=engine)
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{n:>9,} records  {took:7.1f} s (processor {cpu:7.1f} s)  {peak / 2**20:5.2f} GB, "
        f"{before / 2**20:5.2f} GB of it the records  {found.n_removed:>8,} removed",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--engine", default="memory")
    parser.add_argument("--blocking", action="store_true")
    given = parser.parse_args()
    for size in given.sizes:
        if given.blocking:
            compare_blocking(size)
        elif len(given.sizes) == 1:
            show(size, given.engine)
        else:
            subprocess.run(
                [sys.executable, __file__, str(size), "--engine", given.engine], check=True
            )
