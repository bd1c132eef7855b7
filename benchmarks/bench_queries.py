"""Time the reading and the search of Boolean strings on made-up records; run by `make bench`."""

import numpy as np
import pandas as pd
import pytest

from reviewkit.sources.queries import parse_query
from reviewkit.sources.query_rules import check_query

_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


def make_words(rng, n):
    """Return n made-up words."""
    sizes = rng.integers(3, 12, n)
    return np.array(["".join(rng.choice(_LETTERS, size)) for size in sizes], dtype=object)


def make_records(n):
    """Return n records with abstracts of 180 words, some words far more frequent than others."""
    rng = np.random.default_rng(n)
    words = make_words(rng, 30_000)
    share = 1 / np.arange(1, len(words) + 1)
    share /= share.sum()

    def write(k):
        return [" ".join(row) for row in rng.choice(words, p=share, size=(n, k))]

    columns = {"title": write(12), "abstract": write(180), "keywords": write(6)}
    return pd.DataFrame({"record": [f"r{i}" for i in range(n)], **columns}), words


def write_string(words, n):
    """Return a string of about n terms: phrases, truncation, proximity, NOT."""
    third = n // 3
    first = [
        f'"{words[i]} {words[i + 1]}"' if i % 3 else f"{words[i + 50][:4]}*" for i in range(third)
    ]
    near = [f"({words[100 + i]} NEAR/{i % 9} {words[i + 5]}*)" for i in range(third // 2)]
    second = [str(words[300 + i]) for i in range(third - 2)]
    return (
        f"({' OR '.join(first)}) AND ({' OR '.join([*near, *second])}) "
        f'NOT ("{words[1]} {words[9]}" OR {words[200]})'
    )


@pytest.mark.parametrize("n", [1_000, 10_000])
def bench_search(benchmark, n):
    records, words = make_records(n)
    query = parse_query(write_string(words, 60), platform="wos")
    benchmark(query.apply, records, included=["r1", "r7"])


@pytest.mark.parametrize("n", [60, 5_000])
def bench_read(benchmark, n):
    _, words = make_records(10)
    benchmark(parse_query, write_string(words, n), platform="wos")


def bench_check(benchmark):
    _, words = make_records(10)
    benchmark(check_query, write_string(words, 60), platform="wos")


def bench_translate(benchmark):
    _, words = make_records(10)
    benchmark(parse_query(write_string(words, 60), platform="wos").translate, "ovid")
