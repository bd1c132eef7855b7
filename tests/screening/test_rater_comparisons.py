"""Pairs of raters, the consensus and time: by definition, by laws, and when misused."""

import numpy as np
import pandas as pd
import pytest

from reviewkit._core.errors import InputError
from reviewkit.agreement.raters import rater_agreement
from reviewkit.present.axes import close_axes, render_axes
from reviewkit.screening.rater_comparisons import (
    compare_raters,
    compare_with_consensus,
    track_agreement,
)

RNG = np.random.default_rng(4)
WIDE = pd.DataFrame(
    RNG.choice(["include", "exclude", None], (60, 4), p=[0.3, 0.6, 0.1]),
    columns=["Ada", "Bo", "Cy", "Di"],
    index=pd.Index([f"r{n}" for n in range(60)], name="record"),
)
LONG = WIDE.reset_index().melt(id_vars="record", var_name="rater", value_name="verdict")
LONG = LONG.assign(stage="title_abstract")


class TestPairs:
    def test_each_pair_is_what_rater_agreement_says(self):
        found = compare_raters(WIDE).to_frame()
        assert len(found) == 6
        for row in found.itertuples():
            one = rater_agreement(WIDE[[row.first, row.second]]).to_frame()
            expected = one.loc["cohen_kappa", ["estimate", "se", "ci_low", "ci_high"]].tolist()
            assert [row.cohen_kappa, row.se, row.ci_low, row.ci_high] == expected
            assert row.gwet_ac1 == one.loc["gwet_ac1", "estimate"]
            assert row.n == one.loc["cohen_kappa", "n"]

    def test_decisions_say_the_same(self):
        assert compare_raters(LONG).rows == compare_raters(WIDE).rows
        assert compare_raters(LONG).stage == "title_abstract"

    def test_a_pair_without_a_common_item_stays(self):
        found = compare_raters({"A": [1, None, 1], "B": [1, 0, None], "C": [None, 1, None]})
        row = found.to_frame().set_index(["first", "second"]).loc[("A", "C")]
        assert row["n"] == 0
        assert row["note"] == "no item that both decided"
        assert np.isnan(found.matrix().loc["A", "C"])
        assert "without one" in str(found)


class TestConsensus:
    def test_one_row_a_rater(self):
        found = compare_with_consensus(WIDE, WIDE["Di"]).to_frame()
        assert found["first"].tolist() == ["Ada", "Bo", "Cy", "Di"]
        assert found["second"].unique().tolist() == ["consensus"]
        assert found["percent_agreement"].iloc[-1] == 1
        named = compare_with_consensus(WIDE, "Di").to_frame()
        assert named["cohen_kappa"].tolist() == found["cohen_kappa"].tolist()[:-1]

    def test_nobody_of_that_name(self):
        with pytest.raises(InputError, match=r"one of 'Ada', 'Bo', 'Cy', 'Di'\. Got 'Eve'"):
            compare_with_consensus(WIDE, "Eve")


class TestTime:
    def timed(self):
        day = pd.Series(pd.date_range("2025-01-01", periods=60, freq="D"), index=WIDE.index)
        return LONG.assign(decided_at=day.loc[LONG["record"]].dt.strftime("%Y-%m-%d").to_numpy())

    def test_periods_part_the_items(self):
        found = track_agreement(self.timed()).to_frame()
        assert sorted(found["period"].unique()) == ["2025-01", "2025-02", "2025-03"]
        whole = compare_raters(WIDE).to_frame()
        parts = found.groupby(["first", "second"])["n"].sum()
        for row in whole.itertuples():
            assert parts[(row.first, row.second)] == row.n

    def test_matrix_has_a_row_a_pair(self):
        matrix = track_agreement(self.timed()).matrix()
        assert matrix.shape == (6, 3)
        assert matrix.index[0] == "Ada × Bo"

    def test_without_times(self):
        with pytest.raises(InputError, match="'decided_at'"):
            track_agreement(LONG)
        with pytest.raises(InputError, match="must hold times"):
            track_agreement(LONG.assign(decided_at=""))


class TestPicture:
    def test_each_number_is_in_the_svg(self):
        found = compare_raters(WIDE)
        ax = found.plot(width=120)
        svg = render_axes(ax, "svg").decode()
        close_axes(ax)
        assert svg.count('id="') > 3
        assert "heatmap-row-0" in svg
        assert ax.get_label() == found._headline()


class TestMisuse:
    def test_one_rater(self):
        with pytest.raises(InputError, match="At least 2 raters"):
            compare_raters(WIDE[["Ada"]])
        alone = LONG[LONG["rater"] == "Ada"].assign(decided_at="2024-03-12")
        with pytest.raises(InputError, match=r"At least 2 raters must be compared\. Got \['Ada'\]"):
            track_agreement(alone)
        with pytest.raises(InputError, match="At least 1 rater must be compared with 'Ada'"):
            compare_with_consensus(WIDE[["Ada"]], "Ada")

    def test_two_verdicts_on_a_record(self):
        with pytest.raises(InputError, match="Got several for 'r0' of Ada"):
            compare_raters(pd.concat([LONG, LONG.iloc[[0]]]))

    def test_unknown_period_and_coefficient(self):
        with pytest.raises(InputError, match="`every` must be one of 'day'"):
            track_agreement(LONG, every="hour")
        with pytest.raises(InputError, match="`coefficient` must be one of"):
            compare_raters(WIDE).matrix("pabak")


class TestTimes:
    ROWS = (("a", "Ada", "2025-01-03"), ("a", "Bo", "2025-01-05 10:00"), ("b", "Ada", None),
            ("b", "Bo", "2025-01-09T10:00:00Z"))  # fmt: skip

    def decisions(self, rows):
        frame = pd.DataFrame(rows, columns=["record", "rater", "decided_at"])
        return frame.assign(verdict="include")

    def test_records_without_a_time_are_left_out_and_counted(self):
        found = track_agreement(self.decisions(self.ROWS))
        assert found.to_frame()["n"].tolist() == [1]
        assert "Left out: 1 record" in str(found)

    def test_a_time_that_is_none_is_named(self):
        rows = [("c", "Ada", "2025-02-30"), *self.ROWS]
        with pytest.raises(InputError, match=r"Got '2025-02-30' \(Ada on 'c'\)"):
            track_agreement(self.decisions(rows))


class TestConsensusOfDecisions:
    def test_the_rater_of_that_name_is_the_consensus_and_no_vote(self):
        final = LONG[LONG["rater"] == "Di"].assign(rater="consensus")
        both = pd.concat([LONG, final], ignore_index=True)
        assert compare_raters(both).rows == compare_raters(LONG).rows
        found = compare_with_consensus(both).to_frame()
        assert found["first"].tolist() == ["Ada", "Bo", "Cy", "Di"]
        assert found["percent_agreement"].iloc[-1] == 1
        assert rater_agreement(both).rows == rater_agreement(LONG).rows
