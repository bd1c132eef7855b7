"""Time and memory of reading records, beside rispy where it is installed; run by `make bench`."""

import random
import tracemalloc

import pytest

from reviewkit.sources.records import read_records

WORDS = [
    "burnout",
    "therapist",
    "stress",
    "wellbeing",
    "secondary",
    "traumatic",
    "compassion",
    "fatigue",
    "nurses",
    "physicians",
    "cross",
    "sectional",
    "survey",
    "prevalence",
    "anxiety",
    "depression",
    "workload",
    "supervision",
    "trial",
    "cohort",
    "scale",
]
N = 50_000


def make_ris(n, words=140):
    """Return n records like those of a database export."""
    rng = random.Random(7)
    families = ["".join(rng.choices("bdfgklmnprstvz", k=6)).title() for _ in range(4000)]

    def text(count):
        return " ".join(rng.choices(WORDS, k=count))

    records = []
    for at in range(n):
        names = [
            f"AU  - {rng.choice(families)}, {rng.choice('ABCDE')}."
            for _ in range(rng.randint(1, 7))
        ]
        page = rng.randint(1, 2000)
        records.append("\n".join([
            "TY  - JOUR", *names, f"TI  - {text(12).capitalize()}", f"PY  - {rng.randint(1990, 2024)}",
            f"T2  - Journal of {text(2).title()}", f"VL  - {rng.randint(1, 90)}", "IS  - 3",
            f"SP  - {page}", f"EP  - {page + 9}", f"DO  - 10.1016/j.abc.{at:06d}",
            f"UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-{at:010d}",
            f"AB  - {text(words)}", *(f"KW  - {text(2)}" for _ in range(5)), "SN  - 1234-5678",
            "LA  - English", "DB  - Scopus", "ER  - ", "",
        ]))  # fmt: skip
    return "\n".join(records)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    path = tmp_path_factory.mktemp("records") / "export.ris"
    path.write_text(make_ris(N), encoding="utf-8")
    return path


def bench_ris_50000_records(benchmark, export):
    frame = benchmark.pedantic(lambda: read_records(export).to_frame(), rounds=5, warmup_rounds=1)
    assert len(frame) == N


def bench_ris_50000_records_with_rispy(benchmark, export):
    rispy = pytest.importorskip("rispy")

    def load():
        with export.open(encoding="utf-8") as file:
            return rispy.load(file)

    assert len(benchmark.pedantic(load, rounds=5, warmup_rounds=1)) == N


def bench_log_of_50000_records(benchmark, export):
    records = read_records(export)
    benchmark.pedantic(lambda: records.log, rounds=3)


def bench_one_line_of_900_mb_is_refused(benchmark, tmp_path):
    path = tmp_path / "line.ris"
    with path.open("wb") as file:
        file.write(b"TY  - JOUR\nAB  - ")
        file.truncate(900_000_000)

    def refuse():
        with pytest.raises(ValueError, match="in line 2"):
            read_records(path)

    tracemalloc.start()
    refuse()
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()
    benchmark.pedantic(refuse, rounds=3)
