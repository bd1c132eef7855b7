"""Time coding on made-up data; run by `make bench`."""

import numpy as np
import pandas as pd
import pytest

from reviewkit.coding.accumulation import code_saturation
from reviewkit.coding.codebook import read_coding
from reviewkit.coding.coder_agreement import compare_coders
from reviewkit.coding.exchange import write_coding
from reviewkit.coding.proposals import code_segments
from reviewkit.coding.suggestions import suggest_merges
from reviewkit.coding.themes import build_themes

RNG = np.random.default_rng(3)
WORDS = [
    "".join(RNG.choice(list("abcdefghijklmnoprstuvw"), RNG.integers(3, 10))) for _ in range(2000)
]
SHARES = 1 / np.arange(1, 2001)
SHARES /= SHARES.sum()


def say(words):
    return " ".join(RNG.choice(WORDS, words, p=SHARES))


def make_segments(n=10_000, codes=500, studies=200):
    start = RNG.integers(0, 20_000, n)
    return pd.DataFrame(
        {
            "study": [f"Study {at}" for at in RNG.integers(0, studies, n)],
            "code": [f"Code {at}" for at in RNG.integers(0, codes, n)],
            "coder": RNG.choice(["Ada", "Bo"], n),
            "source": "text",
            "start": start,
            "end": start + RNG.integers(20, 300, n),
        }
    )


SEGMENTS = make_segments()
BOOK = pd.DataFrame(
    {
        "code": [f"Code {at}" for at in range(500)],
        "theme": [f"Theme {at % 20}" for at in range(500)],
    }
)


def bench_matrix_10000_x_500(benchmark):
    benchmark(lambda: build_themes(SEGMENTS, BOOK).matrix(by="code"))


def bench_network_10000_x_500(benchmark):
    themes = build_themes(SEGMENTS, BOOK)
    benchmark(themes.network)


def bench_communities_10000_x_500(benchmark):
    benchmark.pedantic(build_themes(SEGMENTS, BOOK).communities, rounds=2)


@pytest.mark.parametrize("unit", ["study", "segment", "character"])
def bench_agreement_10000_x_500(benchmark, unit):
    benchmark.pedantic(compare_coders, (SEGMENTS,), {"unit": unit}, rounds=3)


def bench_saturation_10000_x_500(benchmark):
    benchmark(code_saturation, SEGMENTS)


def bench_suggestions_5000_codes(benchmark):
    codes = pd.DataFrame(
        {
            "code": [say(int(RNG.integers(3, 10))) for _ in range(5000)],
            "text": [say(60) for _ in range(5000)],
        }
    )
    benchmark.pedantic(suggest_merges, (codes,), rounds=3)


def bench_keywords_200_texts(benchmark):
    book = pd.DataFrame({"code": WORDS[300:400], "keywords": WORDS[300:400]})
    texts = {f"Study {at}": ". ".join(say(20) for _ in range(50)) for at in range(200)}
    benchmark.pedantic(code_segments, (texts, book), rounds=3)


def bench_project_10000(benchmark, tmp_path):
    text = "x" * 21_000
    texts = pd.DataFrame({"source": ["text"], "text": [text]})

    def both():
        return read_coding(write_coding(SEGMENTS, tmp_path / "a.qdpx", codebook=BOOK, texts=texts))

    benchmark.pedantic(both, rounds=2)
