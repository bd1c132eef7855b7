"""Two extractions of one study: compared, reconciled, and the sheet that both fill in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewkit as rk

ADA = pd.DataFrame(
    {"study": ["A", "B", "C"], "events": [12, 30, 5], "total": [40, 120, 25],
     "country": ["Peru", "Chad", None]}
)  # fmt: skip
BO = pd.DataFrame(
    {"study": ["B", "A", "D"], "events": [30, 13, 1], "total": [120, 40, 9],
     "country": [" chad ", "Peru", "Fiji"]}
)  # fmt: skip


def test_each_field_has_its_agreement():
    found = rk.compare_extractions(ADA, BO)
    fields = found.fields.set_index("field")
    assert fields["agreement"].to_dict() == {"events": 0.5, "total": 1.0, "country": 1.0}
    assert found.to_frame().to_numpy().tolist() == [["A", "events", "12", "13"]]
    assert (found.only_first, found.only_second) == (("C",), ("D",))
    assert "83.3 % of filled cells agree, 1 do not; 2 rows stand in one only" in str(found)


def test_a_blank_is_a_disagreement_and_two_blanks_are_none():
    one = ADA.assign(country=[None, "Chad", None])
    two = ADA.assign(country=["Peru", "", None])
    found = rk.compare_extractions(one, two)
    assert found.to_frame()[["study", "first", "second"]].to_numpy().tolist() == [
        ["A", "", "Peru"], ["B", "Chad", ""],
    ]  # fmt: skip
    assert found.fields.set_index("field").loc["country", "compared"] == 0


def test_numbers_are_compared_as_numbers():
    one = pd.DataFrame({"study": ["A"], "n": ["1,200"], "p": [30.04]})
    two = pd.DataFrame({"study": ["A"], "n": [1200], "p": [30.0]})
    assert rk.compare_extractions(one, two).to_frame()["field"].tolist() == ["p"]
    assert rk.compare_extractions(one, two, tolerance=0.05).to_frame().empty


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_reconciliation_sheet_comes_back(tmp_path, ending):
    found = rk.compare_extractions(ADA, BO)
    path = found.save(tmp_path / f"meeting{ending}")
    with pytest.raises(rk.InputError, match="Undecided: A, events"):
        found.reconcile(ADA, path)
    read = pd.read_csv(path) if ending == ".csv" else pd.read_excel(path, engine="calamine")
    done = found.reconcile(ADA, read.astype(object).assign(final="13"))
    assert done["events"].tolist() == [13, 30, 5]
    assert ADA["events"].tolist() == [12, 30, 5], "the first is not changed"


def test_a_final_value_of_another_kind():
    found = rk.compare_extractions(ADA, BO)
    sheet = found.to_frame().assign(final="many")
    with pytest.raises(rk.InputError, match="'events' must be a number"):
        found.reconcile(ADA, sheet)


def test_several_key_columns():
    one = pd.DataFrame({"study": ["A", "A"], "outcome": ["ee", "dp"], "events": [1, 2]})
    assert rk.compare_extractions(one, one, on=["study", "outcome"]).agreement == 1.0
    with pytest.raises(rk.InputError, match="A several times"):
        rk.compare_extractions(one, one)


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=4)), min_size=1, max_size=6))
def test_an_extraction_agrees_with_itself(rows):
    frame = pd.DataFrame(rows, columns=["events", "note"])
    frame.insert(0, "study", [f"S{i}" for i in range(len(rows))])
    found = rk.compare_extractions(frame, frame)
    assert found.to_frame().empty
    assert found.agreement == 1.0
    assert found.n_rows == len(rows)


@given(st.permutations(range(3)))
def test_order_and_sides_do_not_matter(order):
    shuffled = rk.compare_extractions(ADA.iloc[order], BO)
    assert shuffled.agreement == rk.compare_extractions(BO, ADA).agreement


def test_the_template_is_read_back(tmp_path):
    path = rk.extract_template(tmp_path / "ada.xlsx", studies=["A", "B"], outcomes=["ee", "sts"])
    frame = rk.read_extraction(path)
    assert frame[["study", "outcome"]].to_numpy().tolist() == [
        ["A", "ee"], ["A", "sts"], ["B", "ee"], ["B", "sts"],
    ]  # fmt: skip
    assert {"events", "total", "quote"} <= set(frame.columns)


def test_misuse(tmp_path):
    with pytest.raises(rk.InputError, match="'study'"):
        rk.compare_extractions(ADA.drop(columns="study"), BO)
    with pytest.raises(rk.InputError, match="must share a column"):
        rk.compare_extractions(ADA[["study"]], BO)
    with pytest.raises(rk.InputError, match="`tolerance` must be 0 or more"):
        rk.compare_extractions(ADA, BO, tolerance=np.nan)
    with pytest.raises(rk.InputError, match=r"must end in \.csv or \.xlsx"):
        rk.extract_template(tmp_path / "a.txt")
    (tmp_path / "a.csv").touch()
    with pytest.raises(rk.InputError, match="must be a new file"):
        rk.extract_template(tmp_path / "a.csv")
    with pytest.raises(rk.InputError, match="must hold 'study'"):
        rk.extract_template(tmp_path / "b.csv", columns=["n"])
