"""Codes that may be one: which pairs are proposed, with what reasons."""

import numpy as np
import pandas as pd
import pytest
from coding_cases import codings
from hypothesis import given, settings
from sklearn.feature_extraction.text import TfidfVectorizer

from reviewkit._core.errors import InputError
from reviewkit.coding.confirmed import read_merges
from reviewkit.coding.likeness import plain_words
from reviewkit.coding.suggestions import suggest_merges

CODES = [
    "Burnout of therapists", "Therapist burnout", "Stress of therapists", "Burn-out of therapists",
    "Work-life balance", "work–life balance", "Poor work life balance", "Trust", "إرهاق", "الإرهاق المهني",
]  # fmt: skip


class TestAgainstReferences:
    def test_wording_is_the_cosine_of_trigrams(self):
        words = [plain_words(code) for code in sorted(CODES)]
        rows = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True
        ).fit_transform(words)
        cosines = pd.DataFrame(
            (rows @ rows.T).toarray(), index=sorted(CODES), columns=sorted(CODES)
        )
        for row in suggest_merges(CODES, wording=0.1).rows:
            assert row.wording == pytest.approx(cosines.loc[row.left, row.right], abs=1e-5)

    def test_pairs_of_a_person(self):
        frame = suggest_merges(CODES).to_frame()
        pairs = {frozenset(pair) for pair in frame[["left", "right"]].to_numpy().tolist()}
        assert {frozenset(pair) for pair in (
            ("Burnout of therapists", "Burn-out of therapists"), ("Burnout of therapists", "Therapist burnout"),
            ("Work-life balance", "work–life balance"), ("Poor work life balance", "Work-life balance"),
        )} <= pairs  # fmt: skip
        assert frozenset(("Trust", "إرهاق")) not in pairs
        kinds = dict(zip(frame["left"] + frame["right"], frame["kind"], strict=True))
        assert kinds["Burn-out of therapistsBurnout of therapists"] == "near-duplicate"

    def test_meaning_comes_from_what_is_coded(self):
        segments = pd.DataFrame(
            {
                "code": ["Load", "Hours", "Trust", "Pay", "Load"],
                "text": [
                    "long shifts and overtime",
                    "overtime and long shifts",
                    "a good alliance",
                    None,
                    "night",
                ],
            }
        )
        (row,) = suggest_merges(segments).rows
        assert (row.left, row.right, row.kind, row.keep) == ("Hours", "Load", "meaning", "Load")
        assert row.reason.startswith("coded text 0.")
        assert "overtime" in row.reason
        assert (row.segments_left, row.segments_right) == (1, 2)

    def test_a_code_without_text_has_no_meaning(self):
        segments = pd.DataFrame({"code": ["Stress", "stress", "Pay"], "text": [None, "x y", "x y"]})
        rows = {(row.left, row.right): row.meaning for row in suggest_merges(segments).rows}
        assert np.isnan(rows["Stress", "stress"])
        assert rows["Pay", "stress"] == pytest.approx(1)


class TestLaws:
    @settings(max_examples=25)
    @given(codings())
    def test_each_pair_once_and_in_order(self, drawn):
        segments, _ = drawn
        found = suggest_merges(segments, wording=0.3)
        pairs = [(row.left, row.right) for row in found.rows]
        assert len(pairs) == len({frozenset(pair) for pair in pairs}) == found.n_found
        scores = [row.score for row in found.rows]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        again = suggest_merges(segments.sample(frac=1, random_state=1), wording=0.3)
        assert [*map(repr, again.rows)] == [*map(repr, found.rows)]  # a missing number is no other

    def test_most_is_told(self):
        found = suggest_merges([f"code {number}" for number in range(30)], wording=0.1, most=5)
        assert len(found.rows) == 5
        assert f"{found.n_found - 5:,} less alike pairs are left out" in found.summary()

    def test_no_pair(self, tmp_path):
        found = suggest_merges(["Trust"])
        assert found.to_frame().empty
        assert "0 pairs of 1 code." in found.summary()
        assert read_merges(found.write(tmp_path / "a.csv")).empty


class TestFiles:
    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_a_person_fills_in_the_column(self, tmp_path, ending):
        path = suggest_merges(CODES).write(tmp_path / f"a.{ending}")
        found = read_merges(path)
        assert found["merge"].isna().all()
        assert (found["keep"].notna()).all()
        assert path.read_bytes() == suggest_merges(CODES).write(path).read_bytes()


class TestMisuse:
    def test_options_and_names(self, tmp_path):
        with pytest.raises(InputError, match="`wording` must be above 0"):
            suggest_merges(CODES, wording=0)
        with pytest.raises(InputError, match="`most` must be 1"):
            suggest_merges(CODES, most=0)
        with pytest.raises(InputError, match="Got the text 'Trust'"):
            suggest_merges("Trust")
        with pytest.raises(InputError, match="Got 1 missing ones"):
            suggest_merges(["Trust", None])
        with pytest.raises(InputError, match="Got none"):
            suggest_merges([])
        with pytest.raises(InputError, match="'code' is missing"):
            suggest_merges(pd.DataFrame({"codes": ["a"]}))
        with pytest.raises(InputError, match=r"\.csv or \.xlsx"):
            suggest_merges(CODES).write(tmp_path / "a.txt")
