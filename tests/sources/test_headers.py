"""Headers and the names of a schema."""

import pytest
from source_cases import write

from reviewkit._core.errors import InputError
from reviewkit.sources.headers import check_key, name_columns
from reviewkit.sources.schema import build_schema
from reviewkit.sources.spreadsheet import read_table


def named(folder, text, schema=None):
    return name_columns(read_table(write(folder, text)), build_schema(schema))


def test_spellings_become_the_name_and_are_logged(tmp_path):
    schema = {"columns": {"total": {"type": "count", "from": ["sample size"]}}}
    table, notes = named(tmp_path, "Study,Sample_Size,CI low\nAda,5,1\n", schema)
    assert table.frame.columns.tolist() == ["study", "total", "ci_low"]
    assert [(note.row, note.before, note.after) for note in notes if note.what == "header"] == [
        (1, "Study", "study"),
        (1, "Sample_Size", "total"),
        (1, "CI low", "ci_low"),
    ]


def test_a_declared_column_that_is_absent_is_noted(tmp_path):
    _, notes = named(tmp_path, "study\nAda\n", {"columns": {"mbi": "text"}})
    assert [(note.column, note.what) for note in notes] == [
        ("mbi", "declared, and not in the table")
    ]


class TestMisuse:
    def test_two_headers_for_one_name(self, tmp_path):
        schema = {"columns": {"total": {"type": "count", "from": ["n"]}}}
        with pytest.raises(InputError, match="'total' may be 'total' or 'n'"):
            named(tmp_path, "study,total,n\nAda,5,6\n", schema)

    def test_required_and_not_there(self, tmp_path):
        schema = {"columns": {"events": {"type": "count", "required": True}}}
        message = r"Missing: 'events'\. Did you mean 'event_count'\? Found: 'study', 'event_count'"
        with pytest.raises(InputError, match=message):
            named(tmp_path, "study,event_count\nAda,5\n", schema)

    def test_key_of_no_column(self, tmp_path):
        rules = build_schema({"key": ["study", "outcom"]})
        table, _ = named(tmp_path, "study,outcome\nAda,EE\n")
        with pytest.raises(InputError, match=r"Got 'outcom'\. Did you mean 'outcome'\?"):
            check_key(table, rules)
