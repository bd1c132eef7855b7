"""The same rules on a database: same decisions, accuracy held, and a clear word where it is missing."""

import builtins
import re

import pytest
from duplicate_cases import BARE, PAPER, make_frame, measure, read_labelled, vary
from made_records import PROFILES, make_records

import reviewkit as rk
from reviewkit.dedupe.matching import find_duplicates
from reviewkit.dedupe.scale_model import COMPARISONS, KEYS
from reviewkit.dedupe.scale_table import build_table, drop_large_blocks

splink = pytest.importorskip("splink", reason="the extra reviewkit[scale] is not installed")
pytest.importorskip("duckdb", reason="the extra reviewkit[scale] is not installed")


def quiet(done, total):
    """Tell nobody."""


class TestSameDecisions:
    @pytest.mark.parametrize("name", ["copper", "tafenoquine"])
    def test_labelled_searches(self, name):
        records = read_labelled(name)
        assert find_duplicates(records, engine="splink").clusters.equals(
            find_duplicates(records).clusters
        )

    @pytest.mark.parametrize("name", ["plain", "all languages"])
    def test_made_sets(self, name):
        records = make_records(800, 5, **PROFILES[name])
        told = measure(records, find_duplicates(records, engine="splink"))
        assert told["sure precision"] >= 0.998
        assert told["recall"] >= 0.985
        assert told["unsure"] <= 0.02

    def test_twice_the_same(self):
        records = make_records(200, 8)
        one, two = (
            find_duplicates(records, engine="splink", backend=splink.DuckDBAPI()) for _ in range(2)
        )
        assert one.pairs.equals(two.pairs)
        assert one.unsure["reason"].equals(two.unsure["reason"])

    def test_a_title_in_the_place_of_the_journal(self):
        crossed = vary(BARE, title=PAPER["journal"], journal=PAPER["title"])
        assert len(find_duplicates(make_frame(BARE, crossed), engine="splink").unsure) == 1

    @pytest.mark.parametrize("n", [0, 1, 2, 500])
    def test_few_records_and_the_same_record(self, n):
        found = find_duplicates(make_frame(*[BARE] * n), engine="splink")
        assert found.n_removed == max(n - 1, 0)


def test_keys_that_too_many_share_are_not_joined_on():
    frame = make_frame(
        *({"title": "Burnout among nurses", "authors": f"Name{at}, A."} for at in range(300))
    )
    table = build_table(frame, quiet)
    assert drop_large_blocks(table, KEYS) >= 2
    assert table["title_key"].isna().all()
    found = find_duplicates(frame, engine="splink")
    assert "borne by too many records" in found.note


@pytest.mark.parametrize("name", COMPARISONS)
def test_levels_are_whole_distributions(name):
    """What two records of one work do, and two of different works, adds up to all that can be."""
    for side in (1, 2):
        assert sum(level[side] for level in COMPARISONS[name]) == pytest.approx(1, abs=1e-3)


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "splink":
            raise ImportError("No module named 'splink'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(rk.InputError, match=re.escape("pip install 'reviewkit[scale]'")):
        find_duplicates(make_frame(PAPER, PAPER), engine="splink")
