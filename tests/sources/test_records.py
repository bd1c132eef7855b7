"""Files, folders and patterns of exports as one table; nothing is lost on the way."""

import os
import pickle

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, shared, write

import reviewkit as rk
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.record_sets import COLUMNS


def ris(*titles, **tags):
    """Return RIS text of records with these titles."""
    more = "".join(f"{tag}  - {value}\n" for tag, value in tags.items())
    return "".join(f"TY  - JOUR\nTI  - {title}\n{more}ER  - \n\n" for title in titles)


class TestFrame:
    def test_columns_and_types(self, tmp_path):
        frame = rk.read_records(write(tmp_path, ris("One", PY="2020"), "a.ris")).to_frame()
        assert tuple(frame.columns) == COLUMNS
        assert frame["year"].dtype == "Int64"
        assert frame["line"].dtype == "int64"
        assert all(frame[name].dtype == "str" for name in COLUMNS if name not in ("year", "line"))
        assert frame["abstract"].isna().all()
        assert frame.index.tolist() == [0]

    def test_the_frame_is_the_callers_own(self, tmp_path):
        records = rk.read_records(write(tmp_path, ris("One"), "a.ris"))
        frame = records.to_frame()
        frame.loc[0, "title"] = "changed"
        assert records.to_frame()["title"].tolist() == ["One"]
        assert len(records) == 1

    def test_records_can_be_kept(self, tmp_path):
        records = rk.read_records(write(tmp_path, ris("One"), "a.ris"))
        back = pickle.loads(pickle.dumps(records))
        pd.testing.assert_frame_equal(back.to_frame(), records.to_frame())
        pd.testing.assert_frame_equal(back.log, records.log)

    def test_text_and_page_show_counts_and_no_thousands_of_rows(self, tmp_path):
        records = rk.read_records(
            write(tmp_path, ris(*map(str, range(2000))) + "<script>\n", "a.ris")
        )
        assert "2,000 records from 1 of 1 files" in records.summary()
        assert "1 lines belong to no record" in records.summary()
        assert len(records.summary()) < 1000
        assert "and 1,995 more" in records._repr_html_()
        assert "<script>" not in records._repr_html_()


class TestIds:
    def test_adding_files_and_records_changes_no_other_id(self, tmp_path):
        write(tmp_path, ris("One", "Two", "Two"), "m.ris")
        before = rk.read_records(tmp_path).to_frame()["record"].tolist()
        write(tmp_path, ris("One", "Zero"), "a.ris")
        write(tmp_path, ris("Two"), "z.ris")
        write(tmp_path, ris("Minus", "One", "Half", "Two", "Two"), "m.ris")
        frame = rk.read_records(tmp_path).to_frame()
        assert frame["record"].is_unique
        old = frame[(frame["file"] == "m.ris") & frame["title"].isin(["One", "Two"])]
        assert old["record"].tolist() == before

    def test_where_the_folder_lies_does_not_matter(self, tmp_path):
        ids = []
        for folder in ("a", "b/c"):
            (tmp_path / folder).mkdir(parents=True)
            ids.append(
                rk.read_records(write(tmp_path / folder, ris("One"), "x.ris")).to_frame()["record"][
                    0
                ]
            )
        assert ids[0] == ids[1]

    @settings(patient, max_examples=30)
    @given(st.lists(st.sampled_from(["One", "Two", "Three"]), min_size=1, max_size=8))
    def test_unique_and_no_number_for_a_spreadsheet(self, titles):
        import tempfile
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            ids = rk.read_records(write(Path(folder), ris(*titles), "a.ris")).to_frame()["record"]
        assert ids.is_unique
        assert ids.str.match(r"r[0-9a-f]{10}(-\d+)?$").all()


class TestPaths:
    def test_a_folder_with_what_lies_in_folders(self, tmp_path):
        for name in (".DS_Store", "~$lock.xlsx", "Thumbs.db", ".hidden.ris", "__MACOSX/._a.ris"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            write(tmp_path, b"\0\1", name)
        write(tmp_path, ris("One"), "b.ris")
        (tmp_path / "sub").mkdir()
        write(tmp_path / "sub", ris("Two"), "a.txt")
        write(tmp_path, b"%PDF-1.4", "paper.pdf")
        write(tmp_path, b"", "empty.ris")
        records = rk.read_records(tmp_path)
        assert records.to_frame()[["file", "title"]].to_numpy().tolist() == [
            ["b.ris", "One"],
            ["sub/a.txt", "Two"],
        ]
        counts = records.counts.set_index("file")
        assert counts["records"].to_dict() == {
            "b.ris": 1,
            "empty.ris": 0,
            "paper.pdf": 0,
            "sub/a.txt": 1,
        }
        assert "a PDF document" in counts.loc["paper.pdf", "difference"]
        assert "the file is empty" in counts.loc["empty.ris", "difference"]
        assert [f.where for f in records.findings if f.rule == "records.unread"] == [
            "empty.ris",
            "paper.pdf",
        ]
        what = records.log.groupby("what")["file"].apply(list)
        assert what["file not read"] == ["empty.ris", "paper.pdf"]
        assert len(what["hidden file, not read"]) == 5

    def test_patterns_and_several_paths_each_file_once(self, tmp_path):
        one, two = write(tmp_path, ris("One"), "one.ris"), write(tmp_path, ris("Two"), "two.ris")
        records = rk.read_records(two, str(tmp_path / "*.ris"), tmp_path, os.fspath(one))
        assert records.to_frame()["title"].tolist() == ["Two", "One"]

    def test_files_of_one_name_are_told_apart(self, tmp_path):
        paths = []
        for folder in ("pubmed", "scopus"):
            (tmp_path / folder).mkdir()
            paths.append(write(tmp_path / folder, ris("One"), "export.ris"))
        frame = rk.read_records(*paths).to_frame()
        assert frame["file"].tolist() == ["pubmed/export.ris", "scopus/export.ris"]
        assert frame["record"].is_unique

    def test_the_name_decides_nothing(self, tmp_path):
        path = write(tmp_path, ris("One"), "export.csv")
        assert rk.read_records(path).counts["format"].tolist() == ["ris"]


class TestSource:
    def test_named_for_all_and_by_file(self, tmp_path):
        write(tmp_path, ris("One", DB="Scopus"), "scopus_2024.ris")
        write(tmp_path, ris("Two"), "b.ris")
        told = rk.read_records(tmp_path).to_frame().set_index("file")["source"]
        assert told["scopus_2024.ris"] == "Scopus"
        assert pd.isna(told["b.ris"])
        assert set(rk.read_records(tmp_path, source="Mine").to_frame()["source"]) == {"Mine"}
        told = rk.read_records(tmp_path, source={"b.*": "Noormags"})
        assert told.to_frame()["source"].tolist() == ["Noormags", "Scopus"]
        assert told.counts["source"].tolist() == ["Noormags", "Scopus"]

    def test_a_pattern_that_fits_no_file(self, tmp_path):
        write(tmp_path, ris("One"), "a.ris")
        with pytest.raises(InputError, match=r"None fits 'pubmed\*'\. The files are 'a\.ris'"):
            rk.read_records(tmp_path, source={"pubmed*": "PubMed"})


class TestCounts:
    def test_differences_are_named_with_file_and_line(self, tmp_path):
        text = ris("One") + "TY  - JOUR\nTI  - Two\n\nTY  - JOUR\nTI  - Three\nER  - \nER  - \n"
        records = rk.read_records(write(tmp_path, text, "a.ris"))
        row = records.counts.iloc[0]
        assert (row["records"], row["starts"], row["ends"], row["dropped_lines"]) == (3, 3, 3, 1)
        (finding,) = [f for f in records.findings if f.severity == "note"]
        assert finding.where == "a.ris"
        what = records.log.set_index("what")["line"]
        assert what["record without an end"] == 5
        assert what["end without a record"] == 11

    def test_a_difference_is_a_finding(self, tmp_path):
        records = rk.read_records(write(tmp_path, ris("One")[:-10], "a.ris"))
        (finding,) = records.findings
        assert str(finding).startswith(
            "warning: records.difference at a.ris: 1 records, 1 starts, 0 ends: "
            "record without an end (line 1)."
        )
        assert records.counts["difference"][0].endswith("record without an end (line 1)")

    def test_records_without_titles_are_told(self, tmp_path):
        records = rk.read_records(write(tmp_path, "TY  - JOUR\nAU  - Roe, A.\nER  - \n", "a.ris"))
        assert [f.rule for f in records.findings] == ["records.title"]
        assert records.to_frame()["title"].isna().all()

    def test_a_sound_file_has_no_finding(self, tmp_path):
        records = rk.read_records(write(tmp_path, ris("One", "Two"), "a.ris"))
        assert records.findings == ()
        assert "starts, ends and records agree" in repr(records)


class TestLog:
    def test_each_entry_names_file_line_and_record(self, tmp_path):
        write(tmp_path, "x\n" + ris("One", DO="https://doi.org/10.1000/A"), "a.ris")
        write(tmp_path, ris("Two", M1="cited"), "b.ris")
        records = rk.read_records(tmp_path)
        log, ids = records.log, records.to_frame()["record"]
        assert log.columns.tolist() == ["file", "line", "record", "what", "text"]
        rows = log[log["what"] != "read as article"].fillna("").to_numpy().tolist()
        assert rows == [
            ["a.ris", 1, "", "text outside records", "x"],
            ["a.ris", 2, ids[0], "doi: changed", "https://doi.org/10.1000/A"],
            ["b.ris", 3, ids[1], "tag not kept: M1", "M1  - cited"],
        ]

    def test_half_characters_do_not_break_it(self):
        from reviewkit.sources.record_sets import _whole

        assert _whole(["a\ud800b", "c"]).tolist() == ["a?b", "c"]


class TestBadInput:
    def test_nothing_at_the_path(self, tmp_path):
        with pytest.raises(InputError, match=r"must be a file or folder at .*x\.ris"):
            rk.read_records(tmp_path / "x.ris")

    def test_no_path(self):
        with pytest.raises(InputError, match="Got no path at all"):
            rk.read_records()

    def test_an_empty_folder(self, tmp_path):
        write(tmp_path, b"", ".DS_Store")
        with pytest.raises(InputError, match="with 1 hidden files"):
            rk.read_records(tmp_path)

    def test_a_pattern_without_files(self, tmp_path):
        with pytest.raises(InputError, match=r"must fit the pattern .*\*\.ris.* None does"):
            rk.read_records(str(tmp_path / "*.ris"))

    def test_no_readable_file(self, tmp_path):
        write(tmp_path, b"%PDF", "a.pdf")
        write(tmp_path, b"", "b.ris")
        with pytest.raises(
            ParseError, match=r"Of 2 files none does\. 'a\.pdf' must .* 'b\.ris' must"
        ):
            rk.read_records(tmp_path)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "the file is empty"),
            (b"%PDF-1.7", "a PDF document"),
            (b"TY  - JOUR\nTI  - \0\n", "NUL byte in line 2"),
            (bytes(100), "NUL byte in line 1"),
            (b"just some words\nand more\n", "text in no format that is known"),
        ],
    )
    def test_a_named_file_that_cannot_be_read(self, data, message, tmp_path):
        with pytest.raises(ParseError, match=message):
            rk.read_records(write(tmp_path, data, "a.ris"))

    def test_a_file_out_of_reach(self, tmp_path, monkeypatch):
        from pathlib import Path

        path = write(tmp_path, ris("One"), "a.ris")

        def refuse(*args, **options):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(ParseError, match=r"out of reach \(Permission denied\)"):
            rk.read_records(path)

    def test_one_record_and_many_alike(self, tmp_path):
        assert len(rk.read_records(write(tmp_path, ris("One"), "a.ris"))) == 1
        records = rk.read_records(write(tmp_path, ris(*["One"] * 300), "b.ris"))
        assert records.to_frame()["record"].is_unique

    def test_titles_in_capitals_persian_and_cyrillic_are_kept(self, tmp_path):
        titles = ["BURNOUT IN CAPITALS", "فرسودگی شغلی می‌شود", "Выгорание врачей", "王小明"]
        frame = rk.read_records(write(tmp_path, ris(*titles), "a.ris")).to_frame()
        assert frame["title"].tolist() == titles


class TestRealExports:
    def test_all_of_our_formats_in_one_folder(self):
        folder = shared("formats", "ris")
        records = rk.read_records(folder)
        assert records.counts.set_index("file")["records"].to_dict() == {
            "asreview_faulty_year.ris": 1, "asreview_ovid_psycinfo.ris": 2, "asreview_pubmed_zotero.ris": 4,
            "asreview_web_of_science.txt": 4, "colrev_nbib_data.nbib": 1, "rispy_example_bom.ris": 1,
            "rispy_example_extraneous_data.ris": 2, "rispy_example_multiline.ris": 3,
        }  # fmt: skip
        frame = records.to_frame().set_index("file")
        assert pd.isna(frame.loc["asreview_faulty_year.ris", "year"])
        assert len(set(frame.loc["rispy_example_multiline.ris", "abstract"])) == 1
        assert frame.loc["asreview_ovid_psycinfo.ris", "pages"].fillna("").tolist() == [
            "",
            "847-856",
        ]
        assert frame.loc["colrev_nbib_data.nbib", "doi"] == "10.1000/123456789"
