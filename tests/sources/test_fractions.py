"""Events typed with their total."""

import pytest
from source_cases import write

from reviewkit.sources.fractions import split_fractions
from reviewkit.sources.schema import build_schema
from reviewkit.sources.spreadsheet import read_table


def split(folder, text, schema=None):
    notes = []
    texts, problems = split_fractions(read_table(write(folder, text)), build_schema(schema), notes)
    return texts, problems, [(note.row, note.column, note.before, note.after) for note in notes]


def test_a_table_without_totals_gets_some(tmp_path):
    texts, problems, notes = split(tmp_path, "study,events,year\nAda,286/1186,2019\nBo,,2020\n")
    assert texts.columns.tolist() == ["study", "events", "total", "year"]
    assert texts[["events", "total"]].to_numpy().tolist() == [["286", "1186"], ["", ""]]
    assert notes == [(2, "total", "", "1186"), (2, "events", "286/1186", "286")]
    assert problems == []


@pytest.mark.parametrize("total", ["1186", '"1,186"', "1 186"])
def test_a_total_that_agrees_stays(total, tmp_path):
    texts, problems, notes = split(tmp_path, f'study,events,total\nAda,"286/1,186",{total}\n')
    assert texts["events"].tolist() == ["286"]
    assert notes == [(2, "events", "286/1,186", "286")]
    assert problems == []


def test_a_missing_total_is_filled(tmp_path):
    texts, _, notes = split(tmp_path, "study,events,total\nAda,2/10,NR\n")
    assert texts["total"].tolist() == ["10"]
    assert notes[0] == (2, "total", "NR", "10")


def test_a_total_that_contradicts_is_a_problem(tmp_path):
    _, problems, notes = split(tmp_path, "study,events,total\nAda,295/860,880\n")
    assert problems == [(0, "events", "295/860", "a fraction, and the total is '880'")]
    assert notes == []


@pytest.mark.parametrize(
    "text", ["study,n\nAda,2/10\n", "study,events\nAda,2\n", "study,events\nAda,12-Mar\n"]
)
def test_nothing_to_split(text, tmp_path):
    texts, problems, notes = split(tmp_path, text)
    assert "total" not in texts
    assert (problems, notes) == ([], [])


def test_events_declared_as_text_are_left(tmp_path):
    texts, _, _ = split(tmp_path, "events\n2/10\n", {"columns": {"events": "text"}})
    assert texts["events"].tolist() == ["2/10"]
