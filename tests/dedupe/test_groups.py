"""Clusters hold no contradiction, whatever pairs say."""

import numpy as np
import pytest
from duplicate_cases import BARE, PAPER, make_frame, vary
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.dedupe.groups import group_records
from reviewkit.dedupe.matching import find_duplicates
from reviewkit.dedupe.pairs import Pairs
from reviewkit.dedupe.rules import Decision

SURE, LINKED = Decision.SURE, Decision.LINKED


def make_pairs(*rows):
    """Return pairs from (left, right, score, decision, barred)."""
    left, right, score, decision, barred = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    return Pairs(
        np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), np.array(score, dtype=float),
        np.array(decision, dtype=np.int8), np.array(barred, dtype=bool), np.array(["why"] * len(rows), dtype=object),
    )  # fmt: skip


class TestChains:
    def test_the_better_pair_is_kept(self):
        pairs = make_pairs(
            (0, 1, 0.99, SURE, False), (1, 2, 0.90, SURE, False), (0, 2, 0.5, LINKED, True)
        )
        grouped = group_records(3, pairs)
        assert grouped.labels.tolist() == [0, 0, 2]
        assert grouped.refused.tolist() == [1]

    def test_a_tie_is_for_a_person(self):
        pairs = make_pairs(
            (0, 1, 0.99, SURE, False), (1, 2, 0.985, SURE, False), (0, 2, 0.5, LINKED, True)
        )
        grouped = group_records(3, pairs)
        assert grouped.labels.tolist() == [0, 1, 2]
        assert grouped.refused.tolist() == [0, 1]

    def test_part_one_and_part_two_do_not_meet_through_one_without_a_part(self):
        one, two = (
            vary(BARE, title=f"{PAPER['title']}. Part {part}", pages=None, doi=PAPER["doi"])
            for part in ("I", "II")
        )
        middle = vary(BARE, title=PAPER["title"], doi=PAPER["doi"], pages=None)
        for records in ((one, middle, two), (middle, two, one)):
            found = find_duplicates(make_frame(*records))
            labels = dict(
                zip([record["title"] for record in records], found.clusters["cluster"], strict=True)
            )
            assert labels[one["title"]] != labels[two["title"]]
            assert len(found.unsure) >= 1

    def test_two_dois_do_not_meet_through_a_record_without(self):
        one = vary(BARE, doi="10.1000/one", volume=None, issue=None, pages=None)
        two = vary(one, doi="10.1000/two")
        found = find_duplicates(make_frame(one, vary(one, doi=None), two))
        assert found.n_removed == 0
        assert len(found.unsure) == 2
        clear = vary(one, doi=None, pmid="1234567")
        found = find_duplicates(make_frame(vary(one, pmid="1234567"), clear, two))
        assert found.clusters["cluster"].tolist() == ["r0", "r0", "r2"]

    def test_together_voids_what_rules_hold_apart(self):
        pairs = make_pairs((0, 1, 0.99, SURE, False), (2, 3, 0.99, SURE, False), (0, 2, 0.5, LINKED, True),
                           (1, 3, 0.5, LINKED, True))  # fmt: skip
        assert group_records(4, pairs).labels.tolist() == [0, 0, 2, 2]
        assert group_records(4, pairs, together=[(0, 2)]).labels.tolist() == [0] * 4
        assert group_records(4, pairs, together=[(0, 2)], apart=[(1, 3)]).labels.tolist() != [0] * 4


SCORED = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, 9),
        st.floats(0.01, 0.99),
        st.sampled_from([SURE, SURE, LINKED]),
        st.booleans(),
    ).filter(lambda row: row[0] < row[1]),
    max_size=25,
    unique_by=lambda row: row[:2],
)


class TestLaws:
    @given(SCORED)
    def test_no_cluster_holds_a_contradiction(self, rows):
        rows = [(a, b, score, d, barred and d != SURE) for a, b, score, d, barred in rows]
        pairs = make_pairs(*rows)
        grouped = group_records(10, pairs)
        for left, right, _, _, barred in rows:
            if barred:
                assert grouped.labels[left] != grouped.labels[right]
        # Each sure pair is within a cluster or refused.
        for row, (left, right, _, decision, _) in enumerate(rows):
            if decision == SURE:
                assert (grouped.labels[left] == grouped.labels[right]) != (row in grouped.refused)
        # A label is the first record of its cluster.
        assert all(grouped.labels[label] == label <= at for at, label in enumerate(grouped.labels))

    @given(
        SCORED,
        st.sets(
            st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] < p[1]),
            max_size=6,
        ),
    )
    def test_what_a_person_holds_apart_is_apart(self, rows, apart):
        grouped = group_records(10, make_pairs(*rows), apart=sorted(apart))
        assert all(grouped.labels[one] != grouped.labels[two] for one, two in apart)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_without_pairs_each_record_is_its_own(n):
    assert group_records(n, make_pairs()).labels.tolist() == list(range(n))
