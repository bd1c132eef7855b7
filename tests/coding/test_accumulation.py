"""Saturation of codes over studies: against all orders, its laws and misuse."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from coding_cases import CODEBOOK, IN_REVIEW, SEGMENTS, codings
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.coding.accumulation import code_saturation


def known_after(coding, order):
    seen, counts = set(), []
    for study in order:
        seen |= set(coding.loc[coding["study"] == study, "code"])
        counts.append(len(seen))
    return counts


class TestAgainstReferences:
    @settings(max_examples=25)
    @given(codings())
    def test_mean_and_deviation_are_those_of_all_orders(self, drawn):
        coding, _ = drawn
        studies = sorted({*coding["study"]})[:5]
        coding = coding[coding["study"].isin(studies)]
        orders = np.array([known_after(coding, order) for order in permutations(studies)])
        frame = code_saturation(coding).to_frame()
        np.testing.assert_allclose(frame["mean"], orders.mean(axis=0), atol=1e-9)
        np.testing.assert_allclose(frame["sd"], orders.std(axis=0), atol=1e-6)

    def test_chao_by_hand(self):
        # 3 codes once, 1 code twice, of 4 studies: 4 + 3/4 · 3 · 2 / (2 · 2).
        rows = [("A", "x"), ("B", "x"), ("B", "p"), ("C", "q"), ("D", "r")]
        found = code_saturation(pd.DataFrame(rows, columns=["study", "code"]))
        assert found.n_estimated == pytest.approx(4 + 0.75 * 6 / 4)
        assert (found.n_codes, found.n_once) == (4, 3)

    def test_the_rule_by_hand(self):
        new = {"A": 10, "B": 6, "C": 3, "D": 1, "E": 1, "F": 1, "G": 0, "H": 0}
        rows = [(study, f"{study}{n}") for study, count in new.items() for n in range(count)]
        rows += [(study, "A0") for study in new]
        coding = pd.DataFrame(rows, columns=["study", "code"])
        options = {"order": list(new), "base": 4, "run": 2}
        # 20 codes in the first 4: the runs E+F, F+G, G+H bring 2, 1 and 0.
        assert code_saturation(coding, threshold=0.10, **options).reached == 4
        assert code_saturation(coding, threshold=0.05, **options).reached == 5
        assert code_saturation(coding, threshold=0.0, **options).reached == 6


class TestLaws:
    @settings(max_examples=25)
    @given(codings())
    def test_counts(self, drawn):
        coding, book = drawn
        for by in ("code", "theme"):
            frame = code_saturation(coding, book, by=by).to_frame()
            assert frame["known"].is_monotonic_increasing
            assert frame["known"].iloc[-1] == pytest.approx(frame["mean"].iloc[-1])
            assert frame["sd"].iloc[-1] == pytest.approx(0, abs=1e-6)
            order = frame["study"].tolist()
            named = (
                coding.assign(code=coding["code"].map(book.set_index("code")["theme"]))
                if by == "theme"
                else coding
            )
            assert frame["known"].tolist() == known_after(named, order)

    def test_the_review_of_15_challenges(self):
        found = code_saturation(SEGMENTS, order=IN_REVIEW)
        assert found.n_codes == 15
        assert len(found.studies) == 11
        assert found.reached == 0
        assert "No saturation" in found.summary()

    def test_one_study(self):
        found = code_saturation(SEGMENTS.head(1))
        assert found.to_frame()[["new", "known", "mean", "sd"]].to_numpy().tolist() == [
            [1, 1, 1, 0]
        ]
        found.plot(width=84)


class TestMisuse:
    def test_options(self):
        with pytest.raises(InputError, match="must name all studies that have codes"):
            code_saturation(SEGMENTS, order=["10"])
        with pytest.raises(InputError, match="Got twice: 10"):
            code_saturation(SEGMENTS, order=[*IN_REVIEW, "10"])
        with pytest.raises(InputError, match="`threshold` must be from 0 to 1"):
            code_saturation(SEGMENTS, threshold=5)
        with pytest.raises(InputError, match="`base` and `run`"):
            code_saturation(SEGMENTS, run=0)
        with pytest.raises(InputError, match="`by` must be one of"):
            code_saturation(SEGMENTS, CODEBOOK, by="study")
        with pytest.raises(InputError, match="At least 1 study"):
            code_saturation(SEGMENTS.head(0))
