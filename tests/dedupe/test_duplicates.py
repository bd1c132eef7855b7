"""The result: what it tells, how verdicts change it, and that every merge can be undone."""

import re

import pandas as pd
import pytest
from duplicate_cases import BARE, PAPER, make_frame, vary
from hypothesis import given, settings
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit.dedupe.matching import find_duplicates
from reviewkit.sources.spreadsheet import write_table

T = PAPER["title"]


@pytest.fixture
def found():
    """Three copies of one paper, an erratum, and a pair that a person must decide."""
    return find_duplicates(
        make_frame(
            vary(BARE, source="MEDLINE"), vary(BARE, source="Embase", title=T.upper(), journal="J Trauma Stress"),
            vary(BARE, source="Scopus", pages=None), vary(BARE, source="Scopus", title=f"Erratum to: {T}", pages="9"),
            {"title": "Sleep of paramedics on night shifts", "authors": "Roe, J.", "year": 2011, "source": "Scopus",
             "journal": "Work and Stress", "issue": "2", "volume": "5", "pages": "1101-9", "doi": "10.1000/a1"},
            {"title": "Sleep of paramedics on night shifts", "authors": "Roe, Jane", "year": 2011, "source": "Embase",
             "journal": "Work and Stress", "issue": "2", "volume": "5", "pages": "1101-1109", "doi": "10.1000/b2"},
        )
    )  # fmt: skip


class TestWhatIsTold:
    def test_the_contract(self, found):
        assert list(found.clusters.columns) == ["record", "cluster"]
        assert list(found.pairs.columns) == ["left", "right", "score", "reason"]
        assert list(found.unsure.columns[:5]) == ["left", "right", "score", "reason", "duplicate"]
        assert found.clusters["cluster"].tolist() == ["r0", "r0", "r0", "r3", "r4", "r5"]
        assert found.pairs[["left", "right"]].to_numpy().tolist() == [
            ["r0", "r1"],
            ["r0", "r2"],
            ["r1", "r2"],
        ]
        assert (found.n_records, found.n_clusters, found.n_removed) == (6, 4, 2)

    def test_both_records_of_an_unsure_pair_stand_side_by_side(self, found):
        row = found.unsure.iloc[0]
        assert (row["left"], row["right"]) == ("r4", "r5")
        assert (row["authors_left"], row["authors_right"]) == ("Roe, J.", "Roe, Jane")
        assert {"title_left", "title_right", "year_left", "journal_right", "doi_left"} <= set(
            found.unsure
        )
        assert found.unsure["duplicate"].isna().all()

    def test_one_answer_settles_two_clusters(self):
        one = vary(BARE, doi="10.1000/a1")
        two = vary(BARE, doi="10.1000/b2")
        found = find_duplicates(
            make_frame(one, vary(one, title=T.upper()), two, vary(two, title=T.upper()))
        )
        assert found.clusters["cluster"].tolist() == ["r0", "r0", "r2", "r2"]
        assert len(found.unsure) > 1
        assert found.unsure["question"].tolist() == [1] * len(found.unsure)
        for answer, removed in ((True, 3), (False, 2)):
            decided = found.with_verdicts(found.unsure.head(1).assign(duplicate=answer))
            assert decided.unsure.empty
            assert decided.n_removed == removed

    def test_every_pair_has_its_reason(self, found):
        assert found.pairs["reason"][0] == (
            "one title, one place (agree: same title, authors, year, journal, volume, first page)"
        )
        assert "different DOIs or PMIDs" in found.unsure["reason"][0]
        assert "differ: DOI" in found.unsure["reason"][0]
        assert found.pairs["score"].between(0, 1).all()

    def test_versions_are_counted_apart(self, found):
        assert found.versions["right"].tolist() == ["r3"]  # told once for the whole cluster
        assert "notice" in found.versions["reason"][0]

    def test_the_counts_of_prisma(self, found):
        assert found.count_removed().to_numpy().tolist() == [
            ["MEDLINE", "Embase", 1],
            ["MEDLINE", "Scopus", 1],
        ]
        assert found.count_removed()["n"].sum() == found.n_removed

    def test_without_sources(self):
        frame = make_frame(BARE, BARE)
        assert find_duplicates(frame).count_removed().to_numpy().tolist() == [["", "", 1]]

    def test_text_and_html(self, found):
        for told in (found.summary(), found._repr_html_(), repr(found)):
            assert "6 records: 2 duplicates removed (33.3 %), 4 records left" in told
            assert "1 unsure pair for a person to decide" in told
            assert "1 pair of versions" in told
        assert "MEDLINE" in found.summary()

    def test_html_is_escaped(self):
        frame = make_frame(vary(BARE, source="<b>x</b>"), vary(BARE, source="<b>x</b>", pages=None))
        assert "<b>x</b>" not in find_duplicates(frame)._repr_html_()

    def test_to_frame(self, found):
        assert found.to_frame()["size"].tolist() == [3, 3, 3, 1, 1, 1]
        assert found.to_frame()["kept"].tolist() == [True, False, False, True, True, True]


class TestMerged:
    def test_the_most_complete_value_and_where_it_came_from(self):
        found = find_duplicates(
            make_frame(
                vary(BARE, title=T.upper(), journal="J Trauma Stress", pages="512-23", authors="Lee, K.; Okoro, A. B.",
                     source="A", abstract=None),
                vary(BARE, authors="Lee, K.; Okoro, A.; van den Berg, J.", source="B", abstract="Short.", year=2020),
                vary(BARE, pages=None, source="C", abstract="A longer abstract.", doi=PAPER["doi"], year=2020),
            )
        )  # fmt: skip
        row = found.merged().iloc[0]
        assert (row["title"], row["title_from"]) == (T, "r1")
        assert (row["journal"], row["journal_from"]) == ("Journal of Traumatic Stress", "r1")
        assert (row["pages"], row["pages_from"]) == ("512-523", "r1")
        assert (row["authors"], row["authors_from"]) == (PAPER["authors"], "r2")
        assert (row["doi"], row["doi_from"]) == (PAPER["doi"], "r2")
        assert (row["abstract"], row["abstract_from"]) == ("A longer abstract.", "r2")
        assert row["year"] == 2020  # as most have it
        assert (row["record"], row["cluster"], row["source"], row["n_records"]) == (
            "r0",
            "r0",
            "A",
            3,
        )
        assert (row["records"], row["sources"]) == ("r0; r1; r2", "A; B; C")

    def test_types_stay_and_missing_stays_missing(self):
        frame = make_frame(
            vary(BARE, year=None),
            vary(BARE, year=None, pages=None),
            {"title": "Another work of all"},
        )
        frame["year"] = pd.array([2019, pd.NA, pd.NA], dtype="Int64")
        merged = find_duplicates(frame).merged()
        assert merged["year"].dtype == "Int64"
        assert merged["year"].isna().tolist() == [False, True]
        assert merged["year_from"].isna().tolist() == [False, True]

    def test_without_origins(self, found):
        merged = found.merged(origins=False)
        assert not [name for name in merged if name.endswith("_from")]
        assert len(merged) == found.n_clusters


class TestVerdicts:
    @pytest.mark.parametrize("word", ["yes", "Y", "true", "TRUE", 1, "1", 1.0, True, "x", " Yes "])
    def test_yes(self, found, word):
        decided = found.with_verdicts(
            pd.DataFrame({"left": ["r4"], "right": ["r5"], "duplicate": [word]})
        )
        assert decided.n_removed == 3
        assert decided.unsure.empty
        assert decided.pairs[["left", "right"]].to_numpy().tolist()[-1] == ["r4", "r5"]
        assert found.n_removed == 2  # a copy was changed

    @pytest.mark.parametrize("word", ["no", "N", "false", 0, "0", 0.0, False, "not duplicate"])
    def test_no(self, found, word):
        decided = found.with_verdicts(
            pd.DataFrame({"left": ["r5"], "right": ["r4"], "duplicate": [word]})
        )
        assert decided.n_removed == 2
        assert decided.unsure.empty
        assert "1 verdict of a person: 0 yes, 1 no" in decided.summary()

    @pytest.mark.parametrize("blank", [None, "", " ", float("nan"), pd.NA])
    def test_blank_is_undecided(self, found, blank):
        decided = found.with_verdicts(
            pd.DataFrame({"left": ["r4"], "right": ["r5"], "duplicate": [blank]})
        )
        assert len(decided.unsure) == 1

    def test_by_way_of_a_file(self, found, tmp_path):
        frame = found.unsure
        frame["duplicate"] = ["yes"]
        write_table(frame, tmp_path / "verdicts.csv")
        assert found.with_verdicts(tmp_path / "verdicts.csv").n_removed == 3
        assert found.with_verdicts(pd.read_csv(tmp_path / "verdicts.csv")).n_removed == 3
        found.unsure.to_csv(tmp_path / "blank.csv", index=False)
        assert found.with_verdicts(pd.read_csv(tmp_path / "blank.csv")).n_removed == 2

    def test_numbers_as_ids_come_back_as_text(self):
        frame = make_frame(BARE, vary(BARE, title="Other words about sleep"))
        frame["record"] = [7, 8]
        found = find_duplicates(frame)
        for ids in ([7, 8], ["7", "8"], [7.0, 8.0]):
            verdicts = pd.DataFrame({"left": ids[:1], "right": ids[1:], "duplicate": ["yes"]})
            assert found.with_verdicts(verdicts).n_removed == 1

    def test_any_merge_is_undone(self, found):
        assert found.undo("r1").clusters["cluster"].tolist()[:3] == ["r0", "r1", "r0"]
        assert found.undo("r0").clusters["cluster"].tolist()[:3] == ["r0", "r1", "r1"]
        assert found.undo("r0", "r1", "r2").n_removed == 0
        assert found.undo("r0", "r1", "r2").unsure[["left", "right"]].to_numpy().tolist() == [
            ["r4", "r5"]
        ]

    def test_undo_of_one_pair_of_three(self, found):
        decided = found.undo("r0", "r1")
        labels = decided.clusters["cluster"].tolist()
        assert labels[0] != labels[1]
        # The third fits both equally well: which of them it is a copy of, a person must say.
        open_pairs = decided.unsure[decided.unsure["reason"].str.contains("contradict each other")]
        assert open_pairs[["left", "right"]].to_numpy().tolist() == [["r0", "r2"], ["r1", "r2"]]
        again = decided.with_verdicts(open_pairs.assign(duplicate=[None, True]))
        assert again.clusters["cluster"].tolist()[:3] == ["r0", "r1", "r1"]

    def test_a_later_verdict_replaces_an_earlier_one(self, found):
        yes, no = (
            pd.DataFrame({"left": ["r4"], "right": ["r5"], "duplicate": [word]})
            for word in ("yes", "no")
        )
        assert found.with_verdicts(no).with_verdicts(yes).n_removed == 3
        assert found.with_verdicts(yes).with_verdicts(no).n_removed == 2

    def test_a_verdict_goes_before_the_rules(self, found):
        verdict = pd.DataFrame({"left": ["r3"], "right": ["r1"], "duplicate": ["yes"]})
        assert found.with_verdicts(verdict).clusters["cluster"].tolist()[:4] == ["r0"] * 4

    @settings(max_examples=25)
    @given(st.permutations(range(6)))
    def test_verdicts_on_all_pairs_make_the_clusters(self, order):
        frame = make_frame(
            *[{"title": f"{word} and the work of hospital staff"} for word in "abcdef"]
        )
        group = {at: place // 2 for place, at in enumerate(order)}
        rows = [(f"r{a}", f"r{b}", group[a] == group[b]) for a in range(6) for b in range(a + 1, 6)]
        decided = find_duplicates(frame).with_verdicts(
            pd.DataFrame(rows, columns=["left", "right", "duplicate"])
        )
        assert decided.n_removed == 3
        assert decided.unsure.empty


class TestMisuse:
    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([("r4", "r9", "yes")], "row 0: no record 'r9'"),
            ([("r4", "r4", "yes")], "row 0: 'r4' with itself"),
            ([("r4", "r5", "perhaps")], "row 0: 'perhaps' is neither yes nor no"),
            ([("r0", "r1", "yes"), ("r0", "r1", "no")], "must not contradict each other"),
            ([("r0", "r4", "yes"), ("r4", "r5", "yes"), ("r0", "r5", "no")],
             "Got 'r0' = 'r4' = 'r5' by some, and 'r0' ≠ 'r5' by another"),
        ],
    )  # fmt: skip
    def test_verdicts_that_cannot_be(self, found, rows, message):
        with pytest.raises(rk.InputError, match=re.escape(message)):
            found.with_verdicts(pd.DataFrame(rows, columns=["left", "right", "duplicate"]))

    def test_verdicts_against_earlier_ones(self, found):
        columns = ["left", "right", "duplicate"]
        once = found.with_verdicts(
            pd.DataFrame([("r0", "r4", 1), ("r4", "r5", 1)], columns=columns)
        )
        with pytest.raises(rk.InputError, match="must not contradict"):
            once.with_verdicts(pd.DataFrame([("r0", "r5", 0)], columns=columns))

    def test_a_column_is_missing(self, found):
        with pytest.raises(rk.InputError, match="must have the column 'duplicate'"):
            found.with_verdicts(pd.DataFrame({"left": ["r0"], "right": ["r1"]}))

    def test_undo_of_what_is_not_there(self, found):
        with pytest.raises(rk.InputError, match="'r4' must be in a cluster to leave it"):
            found.undo("r4")
        with pytest.raises(rk.InputError, match=r"must be ids of records\. Got 'r77'"):
            found.undo("r77")
        with pytest.raises(rk.InputError, match=r"must be ids of records\. Got none"):
            found.undo()
