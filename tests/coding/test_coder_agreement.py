"""Agreement of coders: against the agreement of raters, the laws it obeys, and misuse."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.coding.coder_agreement import compare_coders
from reviewkit.coding.stretches import Mark, count_masks, list_masks

COLUMNS = ["study", "source", "code", "coder", "start", "end"]
#: Two coders of two sources; the last is coded by one of them.
PLACED = pd.DataFrame(
    [
        ("Lee", "a", "Stress", "Ada", 0, 10), ("Lee", "a", "Stress", "Bo", 0, 12),
        ("Lee", "a", "Trust", "Ada", 20, 30), ("Lee", "a", "Trust", "Bo", 28, 40),
        ("Knox", "b", "Stress", "Ada", 0, 5), ("Knox", "b", "Trust", "Bo", 0, 5),
        ("Berg", "c", "Stress", "Ada", 3, 9),
    ],
    columns=COLUMNS,
)  # fmt: skip


def draw_coding(seed, coders="AB", studies=12, codes=4):
    rng = np.random.default_rng(seed)
    rows = [
        (f"S{study}", f"c{code}", coder)
        for study in range(studies)
        for code in range(codes)
        for truth in [rng.random() < 0.4]
        for coder in coders
        if (rng.random() < 0.8) == truth
    ]
    return pd.DataFrame(rows, columns=["study", "code", "coder"])


def spread(coding, *, many=False):
    """Return verdicts on study × code: of all studies, or of those that all coders coded."""
    worked = coding.groupby("study")["coder"].agg(set)
    coders = sorted({*coding["coder"]})
    rows = {}
    for study, names in worked.items():
        if len(names) > 1 if many else len(names) == len(coders):
            for code in sorted({*coding["code"]}):
                applied = set(
                    coding[(coding["study"] == study) & (coding["code"] == code)]["coder"]
                )
                rows[study, code] = {
                    n: ("yes" if n in applied else "no") if n in names else None for n in coders
                }
    return pd.DataFrame(rows).T


class TestAgainstReferences:
    """The coefficients are those of raters, on the same decisions."""

    @pytest.mark.parametrize("seed", range(3))
    def test_two_coders(self, seed):
        coding = draw_coding(seed)
        frame = compare_coders(coding).to_frame().set_index("code")
        verdicts = spread(coding)
        for code in ["all codes", *sorted({*coding["code"]})]:
            own = verdicts if code == "all codes" else verdicts.xs(code, level=1)
            raters = rater_agreement(own.reset_index(drop=True)).to_frame()
            row = frame.loc[code]
            assert row["n"] == len(own)
            for name, coefficient in (
                ("kappa", "cohen_kappa"), ("ac1", "gwet_ac1"), ("alpha", "krippendorff_alpha"),
                ("percent_agreement", "percent_agreement"), ("positive_agreement", "positive_agreement"),
            ):  # fmt: skip
                assert row[name] == pytest.approx(raters.loc[coefficient, "estimate"])
            if code != "all codes":
                ends = raters.loc["cohen_kappa", ["ci_low", "ci_high"]].tolist()
                assert row[["kappa_low", "kappa_high"]].tolist() == pytest.approx(ends)

    def test_three_coders_with_gaps(self):
        coding = draw_coding(1, "ABC")
        coding = coding[(coding["coder"] != "C") | (coding["study"] < "S5")]
        frame = compare_coders(coding).to_frame().set_index("code")
        verdicts = spread(coding, many=True)
        for code in ("all codes", "c1"):
            own = verdicts if code == "all codes" else verdicts.xs(code, level=1)
            raters = rater_agreement(own.reset_index(drop=True)).to_frame()["estimate"]
            assert frame.loc[code, ["kappa", "ac1", "alpha"]].tolist() == pytest.approx(
                raters[["conger_kappa", "gwet_ac1", "krippendorff_alpha"]].tolist()
            )
        assert frame["positive_agreement"].isna().all()

    def test_the_jackknife_over_studies(self):
        coding = draw_coding(2)
        both = spread(coding)
        left = [
            rater_agreement(both.drop(index=study, level=0).reset_index(drop=True))
            .to_frame()
            .loc["cohen_kappa", "estimate"]
            for study in both.index.unique(level=0)
        ]
        k = len(left)
        se = np.sqrt((k - 1) / k * ((np.array(left) - np.mean(left)) ** 2).sum())
        row = compare_coders(coding).rows[0].scores[0]
        assert (row.high - row.low) / 2 == pytest.approx(1.959964 * se, rel=1e-5)


class TestUnits:
    """The same coding, counted in three ways by hand."""

    def test_studies(self):
        found = compare_coders(PLACED)
        first = found.rows[0]
        assert (first.n, first.n_applied, first.n_agreed) == (4, 4, 2)
        assert any("Left out: 1 unit of one coder alone." in note for note in found.notes)

    def test_segments(self):
        # Lee: 0-10 and 0-12 are one (10/12), 20-30 and 28-40 are two (2/20); Knox: one. 4 × 2 codes.
        found = compare_coders(PLACED, unit="segment")
        first = found.rows[0]
        assert (first.n, first.n_applied, first.n_agreed) == (8, 5, 1)
        exact = compare_coders(PLACED, unit="segment", overlap=1.0)
        assert (exact.rows[0].n, exact.rows[0].n_agreed) == (10, 0)

    def test_characters(self):
        # Lee: 0-12 and 20-40 hold 32 characters, Knox 5; two codes each.
        found = compare_coders(PLACED, unit="character")
        first = found.rows[0]
        assert (first.n, first.n_applied, first.n_agreed) == (2 * 37, 12 + 20 + 5 + 5, 10 + 2)
        assert all(np.isnan(value.low) for row in found.rows for value in row.scores)

    def test_texts_stand_for_places(self):
        rows = [
            ("S", "A", "Ada", "So  tired."),
            ("S", "A", "Bo", "so tired"),
            ("S", "B", "Bo", "calm"),
        ]
        coding = pd.DataFrame(rows, columns=["study", "code", "coder", "text"])
        first = compare_coders(coding, unit="segment").rows[0]
        assert (first.n, first.n_applied, first.n_agreed) == (4, 2, 1)

    def test_boundaries(self):
        frame = compare_coders(PLACED).boundaries().set_index(["study", "code"])
        assert frame.loc[("Lee", "Stress"), ["n_first", "n_second", "n_shared"]].tolist() == [
            10,
            12,
            10,
        ]
        assert frame["jaccard"].to_dict() == {
            ("Lee", "Stress"): 10 / 12, ("Lee", "Trust"): 2 / 20, ("Knox", "Stress"): 0.0, ("Knox", "Trust"): 0.0,
        }  # fmt: skip
        assert "28.6 % of those by either" in compare_coders(PLACED).summary()  # 12 of 42

    def test_disagreements(self):
        frame = compare_coders(PLACED, unit="segment").disagreements()
        assert frame[["study", "code", "start", "end", "applied_by", "not_applied_by"]].to_numpy().tolist() == [
            ["Knox", "Stress", 0, 5, "Ada", "Bo"], ["Knox", "Trust", 0, 5, "Bo", "Ada"],
            ["Lee", "Trust", 20, 30, "Ada", "Bo"], ["Lee", "Trust", 28, 40, "Bo", "Ada"],
        ]  # fmt: skip

    def test_what_is_counted_is_said(self):
        for unit, words in (
            ("study", "studies that both"),
            ("segment", "segments that any"),
            ("character", "characters that any"),
        ):
            text = compare_coders(PLACED, unit=unit).summary()
            assert words in text
            assert "text that nobody coded is not counted" in text


class TestLaws:
    @settings(max_examples=30)
    @given(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 20), st.sampled_from([1, 2, 4])),
            max_size=8,
        )
    )
    def test_masks_count_each_character_once(self, drawn):
        marks = [Mark(min(a, b), max(a, b), coder) for a, b, coder in drawn]
        expected = {}
        for at in range(21):
            mask = 0
            for start, end, coder in marks:
                mask |= coder if start <= at < end else 0
            expected[mask] = expected.get(mask, 0) + 1
        expected.pop(0, None)
        assert count_masks(marks) == expected
        spans = list_masks(marks)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))

    @settings(max_examples=20)
    @given(st.integers(0, 10**6), st.sampled_from(["study", "segment", "character"]))
    def test_names_of_coders_and_order_of_rows_are_irrelevant(self, seed, unit):
        coding = draw_coding(seed, studies=5).assign(source="x")
        coding["start"] = np.arange(len(coding)) % 7
        coding["end"] = coding["start"] + 3
        found = compare_coders(coding, unit=unit)
        other = compare_coders(coding.sample(frac=1, random_state=seed % 99), unit=unit)
        pd.testing.assert_frame_equal(found.to_frame(), other.to_frame())
        swapped = coding.assign(coder=coding["coder"].map({"A": "Z", "B": "Y"}))
        kappas = [compare_coders(swapped, unit=unit).to_frame()["kappa"], found.to_frame()["kappa"]]
        np.testing.assert_allclose(*kappas)

    def test_full_agreement_is_1(self):
        one = draw_coding(3, "A")
        both = pd.concat([one, one.assign(coder="B")])
        frame = compare_coders(both).to_frame().set_index("code")
        assert frame.loc["all codes", ["kappa", "ac1", "alpha", "positive_agreement"]].tolist() == [
            1,
            1,
            1,
            1,
        ]
        assert compare_coders(both).disagreements().empty

    def test_a_code_of_all_studies_has_no_kappa(self):
        rows = [(s, c, w) for s in "STU" for c in "A" for w in ("Ada", "Bo")] + [("S", "B", "Bo")]
        frame = (
            compare_coders(pd.DataFrame(rows, columns=["study", "code", "coder"]))
            .to_frame()
            .set_index("code")
        )
        assert np.isnan(frame.loc["A", "kappa"])
        assert "0/0" in frame.loc["A", "note"]


class TestMisuse:
    def test_coders(self):
        with pytest.raises(InputError, match="'coder' is missing"):
            compare_coders(PLACED.drop(columns="coder"))
        with pytest.raises(InputError, match=r"At least 2 coders.*Got 'Ada'"):
            compare_coders(PLACED.assign(coder="Ada"))
        with pytest.raises(InputError, match="1 have none, at index 0"):
            compare_coders(PLACED.assign(coder=[None, *PLACED["coder"][1:]]))
        with pytest.raises(InputError, match="Ada, Bo share none"):
            compare_coders(PLACED.assign(study=PLACED["coder"]))

    def test_two_coders_of_one_name_are_noted(self):
        coding = PLACED.assign(coder=PLACED["coder"].replace({"Bo": "ada "}))
        assert any("'Ada' and 'ada'" in note for note in compare_coders(coding).notes)
        twice = pd.concat([PLACED, PLACED.iloc[[0]]])
        assert any(
            "1 repeated row of the same coder" in note for note in compare_coders(twice).notes
        )

    def test_what_is_undefined_is_said(self):
        same = pd.DataFrame({"study": ["a", "a"], "code": ["x", "x"], "coder": ["Ada", "Bo"]})
        said = compare_coders(same).summary()
        assert "kappa undefined (0/0); positive agreement 1.00; AC1 1.00, alpha undefined" in said
        assert "Counted: 1 decision on studies" in said

    def test_units_that_need_places(self):
        bare = PLACED.drop(columns=["start", "end"])
        with pytest.raises(InputError, match=r"a place .* or its text"):
            compare_coders(bare, unit="segment")
        with pytest.raises(InputError, match="For unit='character'"):
            compare_coders(bare, unit="character")
        with pytest.raises(InputError, match="`unit` must be one of"):
            compare_coders(PLACED, unit="word")
        with pytest.raises(InputError, match="`overlap` must be above 0"):
            compare_coders(PLACED, overlap=0)
