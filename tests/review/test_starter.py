"""A new folder: complete, empty of numbers, and never over another one."""

import pytest

from reviewkit._core.errors import InputError
from reviewkit.review.folder import open_review
from reviewkit.review.reported import REPORTED
from reviewkit.review.starter import TABLES, write_starter
from reviewkit.sources.spreadsheet import read_table


def test_every_table_has_its_heading_and_nothing_else(tmp_path):
    folder = write_starter(tmp_path / "new")
    for name, table in TABLES.items():
        frame = read_table(folder / name).frame
        assert tuple(frame.columns) == table.columns
        assert frame.empty


def test_every_table_that_is_read_is_there_with_what_it_needs():
    for name, spec in REPORTED.items():
        columns = TABLES[f"reported/{name}.csv"].columns
        assert {*spec.required, *spec.numbers, "where", "quote"} <= {*columns}


def test_the_guide_explains_every_file(tmp_path):
    folder = write_starter(tmp_path / "new")
    guide = (folder / "README.txt").read_text(encoding="utf-8")
    assert all(name in guide for name in (*TABLES, "review.toml", "searches/"))
    assert max(map(len, guide.splitlines())) <= 100


def test_a_new_folder_is_a_review_that_is_not_filled_in(tmp_path):
    review = open_review(write_starter(tmp_path / "new"))
    assert review.title == "new"
    assert dict(review.origin) == {}
    assert review.findings == ()
    assert sum("not filled in yet" in note for note in review.notes) == len(TABLES)
    assert review.report(tmp_path / "report.html").exists()


def test_the_same_bytes_twice(tmp_path):
    first, second = (write_starter(tmp_path / name) for name in ("a", "b"))
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert names == {path.relative_to(second) for path in second.rglob("*") if path.is_file()}
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_an_empty_folder_is_used(tmp_path):
    assert (write_starter(tmp_path) / "review.toml").exists()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="a folder that holds files, and nothing is overwritten"):
        write_starter(tmp_path)
    with pytest.raises(InputError, match="is a file, and nothing is overwritten"):
        write_starter(tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
