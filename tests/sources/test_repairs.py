"""The log: its laws as a value, and what a person sees of it."""

import copy
import pickle

import pandas as pd
import pytest

from reviewkit.sources.repairs import Repair, Repairs, sort_repairs

FIRST = Repair("a.csv", 7, "total", "12,599", "12599", "thousands separator")
SECOND = Repair("a.csv", 2, "percent", "11", "11", "percentage does not fit: 56 of 539 is 10.4 %")


class TestLaws:
    def test_equal_by_value_and_hashable(self):
        assert Repairs([FIRST, SECOND]) == Repairs([FIRST, SECOND])
        assert len({Repairs([FIRST]), Repairs([FIRST]), Repairs([SECOND])}) == 2

    def test_copies_cost_nothing(self):
        log = Repairs([FIRST])
        assert copy.copy(log) is log
        assert copy.deepcopy(log) is log
        assert pickle.loads(pickle.dumps(log)) == log

    def test_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            Repairs([FIRST]).extra = 1
        with pytest.raises(TypeError):
            Repairs([FIRST])[0] = SECOND

    def test_travels_with_a_frame(self):
        frame = pd.DataFrame({"study": ["Ada", "Bo"]})
        frame.attrs["log"] = Repairs([FIRST])
        selected = frame[frame["study"] == "Ada"].copy()
        assert selected.attrs["log"] is frame.attrs["log"]
        assert pd.concat([frame, frame]).attrs["log"] == frame.attrs["log"]

    def test_sorting_keeps_the_order_within_a_row(self):
        twice = FIRST._replace(what="spaces around the value")
        assert sort_repairs([FIRST, twice, SECOND]) == Repairs([SECOND, FIRST, twice])


def test_frame_has_fixed_columns_even_when_empty():
    columns = ["file", "row", "column", "before", "after", "what"]
    assert Repairs().to_frame().columns.tolist() == columns
    assert Repairs([FIRST]).to_frame().to_numpy().tolist() == [list(FIRST)]


def test_findings_are_what_changed_nothing():
    assert Repairs([FIRST, SECOND]).findings == Repairs([SECOND])


def test_reads_well():
    log = Repairs([FIRST, SECOND, SECOND._replace(row=3)])
    assert str(log) == "3 entries\n2 × percentage does not fit\n1 × thousands separator"
    assert repr(log) == "<Repairs: 3>"
    nasty = Repairs([FIRST._replace(before="<script>alert(1)</script>")])
    assert "<script>" not in nasty._repr_html_()
    assert "&lt;script&gt;" in nasty._repr_html_()
