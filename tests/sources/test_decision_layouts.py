"""Long and wide tables."""

import pytest
from source_cases import write

from reviewkit._core.errors import ParseError
from reviewkit.sources.decision_layouts import ROLES, arrange_decisions
from reviewkit.sources.spreadsheet import read_table

CELLS = ["record", "rater", "verdict", "reason", "row"]


def arranged(folder, text):
    notes = []
    cells = arrange_decisions(read_table(write(folder, text)), notes)
    return cells, [(note.column, note.what) for note in notes]


def test_long(tmp_path):
    text = "article_id,Reviewer,Decision,Exclusion reason\n7,Ada,yes,\n9,Bo,no,wrong population\n"
    cells, notes = arranged(tmp_path, text)
    assert cells[CELLS].to_numpy().tolist() == [
        ["7", "Ada", "yes", "", 0],
        ["9", "Bo", "no", "wrong population", 1],
    ]
    assert set(cells["stage"]) == set(cells["decided_at"]) == {""}
    assert notes == []


def test_wide(tmp_path):
    cells, notes = arranged(tmp_path, "id,Ada,Bo,reason,title\n7,yes,no,x,T\n9,,no,,U\n")
    assert cells[CELLS].to_numpy().tolist() == [
        ["7", "Ada", "yes", "x", 0],
        ["9", "Ada", "", "", 1],
        ["7", "Bo", "no", "x", 0],
        ["9", "Bo", "no", "", 1],
    ]
    assert notes == [("title", "column left out: no rater")]


def test_the_likeliest_header_is_the_record(tmp_path):
    cells, _ = arranged(tmp_path, "id,record,rater,verdict\n1,7,Ada,yes\n")
    assert cells["record"].tolist() == ["7"]


def test_a_file_may_name_the_rater(tmp_path):
    table = read_table(write(tmp_path, "record,decision\n7,yes\n"))
    cells = arrange_decisions(table, [], "ada")
    assert cells[CELLS].to_numpy().tolist() == [["7", "ada", "yes", "", 0]]


class TestMisuse:
    @pytest.mark.parametrize(
        ("header", "missing"),
        [
            ("rater,verdict", "No column is the record"),
            ("record,verdict", "No column is the rater"),
            ("record,rater", "No column is the verdict"),
            ("Ada,Bo", "No column is the record or the rater or the verdict"),
            ("record,title", "No column is a rater's"),
        ],
    )
    def test_what_is_missing_is_named(self, header, missing, tmp_path):
        with pytest.raises(ParseError, match=missing):
            arranged(tmp_path, f"{header}\n1,2\n")

    def test_no_spelling_names_two_roles(self):
        spellings = [spelling for listed in ROLES.values() for spelling in listed]
        assert len(spellings) == len(set(spellings))
