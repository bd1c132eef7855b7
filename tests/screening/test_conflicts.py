"""The list for the consensus meeting: what is on it, and how it comes back."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.screening.conflicts import find_conflicts
from reviewkit.screening.rater_comparisons import compare_raters, compare_with_consensus
from reviewkit.sources.decisions import read_decisions

VOTES = {
    "a": ("include", "exclude", "include"), "b": ("exclude", "exclude", None),
    "c": ("maybe", "exclude", None), "d": ("include", "maybe", "include"),
    "e": ("maybe", "maybe", "maybe"), "f": ("include", None, None),
    "g": ("include", "exclude", "maybe"),
}  # fmt: skip
LONG = pd.DataFrame(
    [
        {"record": record, "rater": rater, "stage": "title_abstract", "verdict": verdict,
         "reason": "wrong design" if verdict == "exclude" else None, "decided_at": None}
        for record, votes in VOTES.items()
        for rater, verdict in zip(("Ada", "Bo", "Cy"), votes, strict=True)
        if verdict
    ]
)  # fmt: skip


def kinds(found):
    return {row.record: row.kind for row in found.rows}


class TestWhichRecords:
    def test_kinds_are_told_apart(self):
        found = find_conflicts(LONG)
        assert kinds(found) == {
            "a": "include/exclude", "c": "exclude/maybe", "d": "include/maybe",
            "e": "maybe/maybe", "g": "include/exclude",
        }  # fmt: skip
        assert (found.n_compared, found.n_single, found.n_open) == (6, 1, 5)

    @pytest.mark.parametrize(("maybe", "left"), [("include", "acg"), ("exclude", "adg")])
    def test_maybe_may_count_as_another(self, maybe, left):
        assert "".join(kinds(find_conflicts(LONG, maybe=maybe))) == left

    def test_reasons_only_if_asked(self):
        rows = [("z", "Ada", "exclude", "Wrong design"), ("z", "Bo", "exclude", "wrong population"),
                ("y", "Ada", "exclude", "wrong design"), ("y", "Bo", "exclude", "Wrong design")]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["record", "rater", "verdict", "reason"])
        assert kinds(find_conflicts(frame)) == {}
        assert kinds(find_conflicts(frame, reasons=True)) == {"z": "reason"}

    def test_each_stage_is_its_own(self):
        both = pd.concat([LONG, LONG.assign(stage="full_text")])
        assert len(find_conflicts(both).rows) == 10
        assert {row.stage for row in find_conflicts(both, stage="full_text").rows} == {"full_text"}

    def test_records_add_titles(self):
        records = pd.DataFrame({"record": ["a"], "title": ["=A title"], "authors": ["Lee, A"]})
        frame = find_conflicts(LONG, records=records).to_frame()
        assert frame[["title", "authors"]].iloc[0].tolist() == ["=A title", "Lee, A"]
        assert frame["title"].iloc[1] == ""

    @given(st.lists(st.tuples(*[st.sampled_from(["include", "exclude", "maybe", None])] * 2)))
    @settings(deadline=None, max_examples=50)
    def test_law_conflicts_and_agreements_are_all_that_two_decided(self, pairs):
        rows = [(f"r{n}", rater, verdict) for n, pair in enumerate(pairs)
                for rater, verdict in zip("AB", pair, strict=True) if verdict]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["record", "rater", "verdict"])
        both = [pair for pair in pairs if all(pair)]
        found = find_conflicts(frame)
        agreed = sum(first == second != "maybe" for first, second in both)
        assert len(found.rows) + agreed == found.n_compared == len(both)
        turned = find_conflicts(frame.iloc[::-1])
        assert kinds(turned) == kinds(found)


class TestThereAndBack:
    @pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
    def test_a_list_comes_back(self, name, tmp_path):
        records = pd.DataFrame({"record": list("abcdefg"), "title": ["=1+1", *"BCDEFG"]})
        found = find_conflicts(LONG, records=records)
        path = found.save(tmp_path / name)
        assert found.with_verdicts(path).n_open == 5
        is_csv = name.endswith("csv")
        read = (
            pd.read_csv(path, dtype=str)
            if is_csv
            else pd.read_excel(path, dtype=str, engine="openpyxl")
        )
        read.loc[0, ["final", "final_reason"]] = ["Excluded", "wrong population"]
        read.loc[1, "final"] = "yes"
        read.to_csv(tmp_path / "back.csv", index=False)
        settled = found.with_verdicts(tmp_path / "back.csv")
        assert settled.n_open == 3
        assert found.n_open == 5
        expected = [["a", "consensus", "title_abstract", "exclude", "wrong population"],
                    ["c", "consensus", "title_abstract", "include", ""]]  # fmt: skip
        columns = ["record", "rater", "stage", "verdict", "reason"]
        assert settled.to_decisions()[columns].fillna("").to_numpy().tolist() == expected
        final = read_decisions(tmp_path / "back.csv")
        assert final[columns].fillna("").to_numpy().tolist() == expected
        again = find_conflicts(pd.concat([LONG, final]), records=records)
        assert again.rows == settled.rows

    def test_the_same_bytes_each_time(self, tmp_path):
        found = find_conflicts(LONG)
        for name in ("a.csv", "a.xlsx"):
            first = found.save(tmp_path / name).read_bytes()
            assert found.save(tmp_path / name).read_bytes() == first

    def test_a_workbook_runs_no_formula_and_offers_verdicts(self, tmp_path):
        import openpyxl

        records = pd.DataFrame({"record": ["a"], "title": ["=HYPERLINK(1)"]})
        path = find_conflicts(LONG, records=records).save(tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(path).active
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert "include,exclude,maybe" in sheet.data_validations.dataValidation[0].formula1

    def test_final_verdicts_are_nobodys_votes(self):
        final = pd.DataFrame({"record": ["a", "c"], "final": ["include", "exclude"]})
        settled = find_conflicts(LONG).with_verdicts(final)
        both = pd.concat([LONG, settled.to_decisions()], ignore_index=True)
        assert rater_agreement(both).rows == rater_agreement(LONG).rows
        assert compare_raters(both).rows == compare_raters(LONG).rows
        held = compare_with_consensus(both).to_frame().set_index("first")
        assert held["second"].unique().tolist() == ["consensus"]
        assert held["n"].to_dict() == {"Ada": 2, "Bo": 2, "Cy": 1}

    def test_no_conflict_at_all(self, tmp_path):
        found = find_conflicts(LONG[LONG["record"] == "b"])
        assert found.to_frame().empty
        assert found.with_verdicts(found.save(tmp_path / "none.csv")).rows == ()
        assert "0 conflicts among 1 record that" in str(found)


class TestMisuse:
    def test_a_record_that_is_not_on_the_list(self):
        final = pd.DataFrame({"record": ["a", "b", "zz"], "final": ["include"] * 3})
        with pytest.raises(InputError, match="Not on it: 'b', 'zz'"):
            find_conflicts(LONG).with_verdicts(final)

    def test_a_final_verdict_that_is_none(self):
        final = pd.DataFrame({"record": ["a"], "final": ["later"]})
        with pytest.raises(InputError, match="Got 'later'"):
            find_conflicts(LONG).with_verdicts(final)

    def test_another_kind_of_file(self, tmp_path):
        with pytest.raises(InputError, match=r"end with \.csv or \.xlsx. Got 'a\.docx'"):
            find_conflicts(LONG).save(tmp_path / "a.docx")

    def test_two_verdicts_of_one_rater(self):
        with pytest.raises(InputError, match="Got several for 'a' of Ada"):
            find_conflicts(pd.concat([LONG, LONG.iloc[:1]]))

    def test_an_unknown_verdict(self):
        with pytest.raises(InputError, match="Got 'perhaps'"):
            find_conflicts(LONG.assign(verdict="perhaps"))

    def test_an_unknown_stage(self):
        with pytest.raises(InputError, match=r"one of 'title_abstract'\. Got 'full_text'"):
            find_conflicts(LONG, stage="full_text")

    def test_records_without_titles(self):
        with pytest.raises(InputError, match="columns 'title' or 'authors'"):
            find_conflicts(LONG, records=pd.DataFrame({"record": ["a"]}))


def test_public_name():
    import reviewkit as rk

    assert rk.find_conflicts is find_conflicts
