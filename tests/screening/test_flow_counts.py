"""Counts as people write them: what is read, what is blank, what is refused."""

import copy

import numpy as np
import pandas as pd
import pytest
from flow_cases import EVERYTHING, SEED
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.screening.flow_counts import BLANK, read_counts
from reviewkit.screening.flow_keys import KEYS


class TestReading:
    @pytest.mark.parametrize(
        "value",
        [1234, 1234.0, np.int64(1234), np.uint16(1234), np.float32(1234), "1234", " 1,234 ",
         "n = 1,234", "(n=1234)", "N = 1 234", "n: 1\u00a0234", "1'234", "1234.0",
         np.str_("1,234")],
    )  # fmt: skip
    def test_a_number_may_be_written_in_many_ways(self, value):
        assert read_counts({"screened": value}) == {"screened": 1234}

    @pytest.mark.parametrize(
        "value",
        [None, np.nan, pd.NA, pd.NaT, "", "  ", "NA", "n/a", "n = not reported", "(n = )", "–", {}],
    )
    def test_blank_is_not_reported_and_never_zero(self, value):
        key = "excluded" if value == {} else "screened"
        assert read_counts({key: value, "assessed": 0}) == {"assessed": 0}

    @given(st.integers(0, 10**15))
    def test_any_whole_number_in_any_dress(self, n):
        for value in (n, str(n), f"{n:,}", f"(n = {n:,})"):
            assert read_counts({"screened": value})["screened"] == n

    def test_every_key_of_the_contract(self):
        assert set(EVERYTHING) == set(KEYS)
        found = read_counts(EVERYTHING)
        assert {key: n if isinstance(n, int) else dict(n) for key, n in found.items()} == EVERYTHING
        assert list(found) == [key for key in KEYS if key in EVERYTHING]

    def test_a_series_is_a_mapping(self):
        counts = pd.Series({"databases:PubMed": 300, "databases:Scopus": 21, "screened": np.nan})
        assert read_counts(counts) == {"databases": {"PubMed": 300, "Scopus": 21}}
        assert read_counts({"databases": pd.Series({"PubMed": 300})})["databases"] == {
            "PubMed": 300
        }

    def test_a_part_may_have_a_name_and_no_number(self):
        assert read_counts({"databases": {"PubMed": 300, "Scopus": None}})["databases"] == {
            "PubMed": 300, "Scopus": None,
        }  # fmt: skip

    def test_a_number_beside_its_parts_is_their_total(self):
        parts = {"reports_excluded:Wrong population": 5, "reports_excluded:Wrong outcome": 3}
        plain = read_counts(parts)
        assert read_counts(parts | {"reports_excluded": 8}) == plain
        assert read_counts(parts | {"reports_excluded": 9}) == {
            **plain,
            "reports_excluded_total": 9,
        }

    def test_names_are_kept_but_for_line_ends_and_control_characters(self):
        names = {"\x1b Wrong\npopulation\x00 ": 1, "<script>": 2, "می\u200cشود": 3, "Wrong: one": 4}
        found = read_counts({"reports_excluded": names})
        assert list(found["reports_excluded"]) == [
            "Wrong population", "<script>", "می\u200cشود", "Wrong: one",
        ]  # fmt: skip
        assert read_counts(found) == found

    def test_inputs_stay_as_they_are_and_outputs_cannot_be_changed(self):
        counts = copy.deepcopy(EVERYTHING)
        found = read_counts(counts)
        assert counts == EVERYTHING
        counts["databases"]["PubMed"] = 1
        assert found["databases"]["PubMed"] == 600
        with pytest.raises(TypeError):
            found["screened"] = 1
        with pytest.raises(TypeError):
            found["databases"]["PubMed"] = 1


class TestMisuse:
    @pytest.mark.parametrize(
        ("value", "why"),
        [(-3, "negative"), ("-3", "negative"), ("−1,234", "negative"), (12.5, "no whole number"),
         ("12.5", "no whole number"), ("1,23", "no whole number"), ("many", "no number"),
         ("xxx", "no number"), (True, "no number"), (np.True_, "no number"), ([3], "no number"),
         (np.inf, "no whole number"), (1j, "no number"), ("1.234", "no whole number"),
         ("12 records", "no number"), ("9" * 5000, "no number"), (np.array([3]), "no number")],
    )  # fmt: skip
    def test_what_is_no_count_is_refused(self, value, why):
        with pytest.raises(InputError, match=rf"at 'screened', {why}"):
            read_counts({"screened": value})

    def test_one_error_lists_all_cells(self):
        counts = SEED | {"screened": -1, "excluded": {"titles": 2.5}, "sought": "x", "screend": 9}
        with pytest.raises(InputError) as caught:
            read_counts(counts)
        for said in ("-1 at 'screened', negative", "2.5 at 'excluded:titles', no whole number",
                     "'x' at 'sought', no number",
                     "the unknown key 'screend' (did you mean 'screened'"):  # fmt: skip
            assert said in str(caught.value)

    def test_a_long_list_is_cut_and_counted(self):
        with pytest.raises(InputError, match="; and 5 more") as caught:
            read_counts({"reports_excluded": {f"reason {n}": -n for n in range(1, 26)}})
        assert str(caught.value).count("negative") == 20

    def test_an_unknown_key_without_a_near_miss_names_all(self):
        with pytest.raises(InputError, match=r"unknown key 'zzz' \(known: .*in_meta_analysis"):
            read_counts({"zzz": 3})
        with pytest.raises(InputError, match="unknown key '3'"):
            read_counts({3: 3})

    @pytest.mark.parametrize(
        ("counts", "message"),
        [
            ({"screened": {"a": 1}}, "several numbers for 'screened', which takes one"),
            ({"screened:a": 1}, "several numbers for 'screened', which takes one"),
            ({"databases": {" ": 1}}, "a part of 'databases' without a name"),
            ({"databases:": 1}, "a part of 'databases' without a name"),
            ({"databases": {None: 1}}, "a part of 'databases' without a name"),
            ({"databases": {"a": 1, " a": 2}}, "the part 'a' of 'databases' twice"),
            ({"databases": {"a": 1}, "databases:a": 1}, "the part 'a' of 'databases' twice"),
            ({"databases:a": 1, "databases": 4, "databases_total": 5}, "that differ"),
            ({"other_reports_excluded:a": 1, "other_reports_excluded": 4}, "that differ"),
            ({"databases": pd.DataFrame({"a": [1]})}, "no number"),
        ],
    )
    def test_parts(self, counts, message):
        with pytest.raises(InputError, match=message):
            read_counts(counts)

    @pytest.mark.parametrize("counts", [None, 321, [("screened", 3)], "screened"])
    def test_no_mapping(self, counts):
        with pytest.raises(InputError, match="must map keys such as 'screened' to numbers"):
            read_counts(counts)


def test_blank_words_are_in_lower_case():
    assert {word.lower() for word in BLANK} == BLANK
