"""Extraction tables, from the file to the typed frame and its log."""

import tempfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_cases import (
    ASSISTANTS,
    MAPPED,
    PAEDIATRIC,
    SURGEON_RULES,
    SURGEONS,
    names,
    patient,
    shared,
    write,
)  # fmt: skip

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.extraction import read_extraction
from reviewkit.sources.repairs import Repairs
from reviewkit.sources.spreadsheet import write_table


def entries(frame, what):
    return [tuple(entry)[1:5] for entry in frame.attrs["log"] if entry.what == what]


class TestDirtOfRealTables:
    def test_spaces_in_headers_and_a_byte_order_mark(self, tmp_path):
        frame = read_extraction(write(tmp_path, PAEDIATRIC))
        assert "COVID_status" in frame
        assert frame["publication_year"].tolist() == [2021, 2017, 2016]
        assert frame["country_income_level"].isna().tolist() == [True, False, False]
        assert frame["date_data_collected"].tolist() == ["May-18", "No mention", "2016 or before"]
        assert entries(frame, "missing") == [(2, "country_income_level", "na", "")]
        assert (2, "country", "Multiple ", "Multiple") in entries(frame, "spaces around the value")

    def test_fractions_and_thousands(self, tmp_path):
        frame = read_extraction(write(tmp_path, ASSISTANTS))
        assert frame["sample_size"].tolist() == [1186, 880, 12599]
        assert frame["proportion_count"].tolist()[:2] == ["286/1186", "295/860"]
        frame = read_extraction(write(tmp_path, ASSISTANTS), schema=MAPPED)
        assert frame[["events", "total"]].to_numpy().tolist()[:2] == [[286, 1186], [295, 860]]
        assert frame[["events", "total"]].iloc[2].isna().all()
        assert entries(frame, "thousands separator") == [(4, "n", "12,599", "12599")]
        assert [entry.row for entry in frame.attrs["log"].findings if entry.before] == [2]

    def test_columns_without_a_name(self, tmp_path):
        frame = read_extraction(write(tmp_path, SURGEONS), schema=SURGEON_RULES)
        assert not [name for name in frame if name.startswith("unnamed")]
        assert frame["proportion"].tolist() == [0.83, 0.4]
        assert frame["ee_mean"].isna().all()

    def test_the_real_tables_read_through(self):
        rows = {"paediatric_surgeons": 15, "physician_assistants": 14, "trauma_surgeons": 19}
        for name, count in rows.items():
            path = shared("formats", "extraction", f"twumasi_{name}.csv")
            assert len(read_extraction(path)) == count
            rules = SURGEON_RULES if name == "trauma_surgeons" else MAPPED
            frame = read_extraction(path, schema=rules)
            assert len(frame) == count
            assert pd.api.types.is_numeric_dtype(frame["n"])
            assert {entry.file for entry in frame.attrs["log"]} == {path.name}

    def test_real_prevalence_reads_through_and_its_odd_percentages_are_found(self):
        for name, rows in {"mental_health_workers": 82, "other_health_workers": 95}.items():
            frame = read_extraction(shared("prevalence", f"{name}.csv"))
            assert len(frame) == rows
            found = {e.row - 2 for e in frame.attrs["log"].findings if e.column == "percent"}
            flagged = set(np.flatnonzero(frame["grim_ok"] == "NO"))
            # grim_ok asks whether any count of people fits, here the one that is given.
            assert len(found & flagged) >= len(flagged) - 1
            assert len(found - flagged) <= 1
        for name, rows in {"feng2019_depression_after_mi": 19, "opioid_misuse": 15}.items():
            assert len(read_extraction(shared("prevalence", f"{name}.csv"))) == rows


class TestFormats:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_text(self, separator, encoding, tmp_path):
        text = "study,events,total\nMüller 2019,5,10\n".replace(",", separator)
        frame = read_extraction(write(tmp_path, text, encoding=encoding))
        assert frame.to_numpy().tolist() == [["Müller 2019", 5, 10]]

    def test_a_sheet_named_in_the_schema(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.append(["read me"])
        sheet = book.create_sheet("Data")
        for row in (["study", "events", "total"], ["Ada", 5, 10], ["Bo", "#N/A", 20]):
            sheet.append(row)
        book.save(tmp_path / "table.xlsx")
        frame = read_extraction(tmp_path / "table.xlsx", schema={"sheet": "Data"})
        assert frame["events"].tolist() == [5, pd.NA]
        assert entries(frame, "missing") == [(3, "events", "#N/A", "")]

    def test_a_schema_file(self, tmp_path):
        rules = write(tmp_path, 'columns.age = {type = "number", unit = "years"}', "schema.toml")
        frame = read_extraction(write(tmp_path, "study,age\nAda,34 years\n"), schema=rules)
        assert frame["age"].tolist() == [34.0]

    def test_a_header_alone_is_an_empty_table(self, tmp_path):
        frame = read_extraction(write(tmp_path, "study,events,total,percent\n"))
        assert frame.empty
        assert frame["events"].dtype == "Int64"
        assert frame.attrs["log"][0].what == "a header and no rows"


class TestRepairs:
    def test_each_is_logged_with_its_place(self, tmp_path):
        text = (
            "study;events;total;percent\n"
            "Ada 2019;12;1'040;1,2 %\n"
            '\n Bo 2020;n/a;="40";\n'
            "Cy 2021;3.0;２０;15\n"  # noqa: RUF001
        )
        frame = read_extraction(write(tmp_path, text, "outcomes.csv"))
        assert [tuple(entry) for entry in frame.attrs["log"]] == [
            ("outcomes.csv", 2, "total", "1'040", "1040", "thousands separator"),
            ("outcomes.csv", 2, "percent", "1,2 %", "1.2", "percent sign, decimal comma"),
            ("outcomes.csv", 3, "", "", "", "1 blank row left out"),
            ("outcomes.csv", 4, "study", " Bo 2020", "Bo 2020", "spaces around the value"),
            ("outcomes.csv", 4, "total", '="40"', "40", "spreadsheet guard"),
            ("outcomes.csv", 4, "events", "n/a", "", "missing"),
            ("outcomes.csv", 5, "events", "3.0", "3", "whole number with decimals"),
            ("outcomes.csv", 5, "total", "２０", "20", "digits of another script"),  # noqa: RUF001
        ]
        assert frame["events"].tolist() == [12, pd.NA, 3]
        assert isinstance(frame.attrs["log"], Repairs)

    @patient
    @given(
        st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1),
        st.sampled_from(["{:,}", "'{}", "{}.0", " {} ", '="{}"', "{:,} "]),
    )
    def test_dress_never_changes_a_number_nor_loses_a_row(self, counts, dress):
        counts = [(min(pair), max(pair)) for pair in counts]
        dressed = [[dress.format(one) for one in pair] for pair in counts]
        rows = [f'S{at},"{a}","{b}"' for at, (a, b) in enumerate(_quote(dressed))]
        with tempfile.TemporaryDirectory() as folder:
            frame = read_extraction(write(Path(folder), "\n".join(["study,events,total", *rows])))
        assert [tuple(pair) for pair in frame[["events", "total"]].to_numpy()] == counts
        for entry in frame.attrs["log"]:
            assert entry.before != entry.after

    @patient
    @given(
        st.lists(
            st.tuples(st.integers(0, 50), st.integers(50, 999), st.floats(0, 100) | st.none()),
            min_size=1,
        )
    )
    def test_what_was_read_reads_again_without_repair(self, rows):
        first = pd.DataFrame(rows, columns=["events", "total", "estimate"])
        first.insert(0, "study", [f"Ada {at}" for at in range(len(rows))])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            write_table(first, path)
            once = read_extraction(path)
            write_table(once, path)
            again = read_extraction(path)
        pd.testing.assert_frame_equal(once, again)
        assert [entry.what for entry in again.attrs["log"]] == ["byte order mark"]
        assert np.array_equal(
            again["estimate"].to_numpy(float), first["estimate"].to_numpy(float), equal_nan=True
        )

    @patient
    @given(names)
    def test_records_in_are_records_out(self, label):
        labels = [f"a{label} {at}" for at in range(5)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            write_table(pd.DataFrame({"study": labels, "n": ["NR", "-", "5", "1,000", ""]}), path)
            frame = read_extraction(path)
        assert frame["study"].tolist() == labels
        assert frame["n"].tolist() == [pd.NA, pd.NA, 5, 1000, pd.NA]


def _quote(rows):
    return [[cell.replace('"', '""') for cell in row] for row in rows]


class TestBadInput:
    """Each kind of bad table gives one message that names where it is bad."""

    def test_all_cells_are_listed_in_one_error(self, tmp_path):
        text = (
            "study,events,total,percent,year\n"
            "Ada,12-Mar,40,30,2019\n"
            "Bo,many,0,101,soon\n"
            "Cy,-3,40.5,7,2020\n"
            "Di,50,40,,2021\n"
            "Di,1,2,50,2021\n"
            ",1,2,50,2021\n"
        )
        with pytest.raises(InputError) as caught:
            read_extraction(write(tmp_path, text, "outcomes.csv"))
        assert str(caught.value) == (
            "'outcomes.csv' must hold in each cell what its column declares. 10 cells do not:\n"
            "  line 2, column 'events' (count): '12-Mar': a date that a spreadsheet may have "
            "made of 3/12, 12/3, 3-12 or 12-3\n"
            "  line 3, column 'events' (count): 'many': text in a number\n"
            "  line 3, column 'total' (count): '0': below 1\n"
            "  line 3, column 'percent' (percent): '101': above 100\n"
            "  line 3, column 'year' (year): 'soon': text in a number\n"
            "  line 4, column 'events' (count): '-3': below 0\n"
            "  line 4, column 'total' (count): '40.5': not a whole number\n"
            "  line 5, column 'events' (count): '50': above the total of 40\n"
            "  line 6, column 'study' (text): 'Di': the same study, year as in line 5\n"
            "  line 7, column 'study' (text): no study is named\n"
            "Correct the cells; list a text that means missing under `missing` in the schema. If "
            "several rows of a study are meant, name the columns that tell them apart in the "
            'schema, as key = ["study", "outcome"], or allow them with key = [].'
        )

    def test_of_many_the_first_twenty_are_listed(self, tmp_path):
        rows = "".join(f"S{at},many\n" for at in range(25))
        with pytest.raises(InputError, match=r"25 cells do not") as caught:
            read_extraction(write(tmp_path, f"study,n\n{rows}"))
        assert str(caught.value).count("line ") == 20
        assert "and 5 more" in str(caught.value)

    def test_a_key_allows_rows_of_one_study(self, tmp_path):
        path = write(tmp_path, "study,site,n\nAda,x,5\nAda,y,6\n")
        with pytest.raises(InputError, match="the same study as in line 2"):
            read_extraction(path)
        assert len(read_extraction(path, schema={"key": ["study", "site"]})) == 2
        assert len(read_extraction(path, schema={"key": []})) == 2

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "The file is empty"),
            (b"%PDF-1.4", "a PDF document"),
            (b"<html><table></table></html>", "a web page"),
            (b"\x89PNG\r\n\x1a\n", r"a picture \(PNG\)"),
            (b"study,n,study\nAda,1,Ada\n", r"'study' stands in 1 \(A\) and 3 \(C\)"),
            (b"study,n\nAda,1,2\n", "line 2 has 3"),
            (b'study,n\n"Ada,1\n', "close each quotation mark"),
            (b"study,n\n\x00,1\n", "binary data"),
        ],
    )
    def test_no_table(self, data, message, tmp_path):
        with pytest.raises(ParseError, match=message):
            read_extraction(write(tmp_path, data))

    @pytest.mark.parametrize(
        "name",
        ["<script>alert(1)</script>", 'Ada, "Bo"', "😀🙂", "دراسة", "x" * 300, "=cmd|' /C'!A0"],
    )
    def test_any_study_name_is_kept(self, name, tmp_path):
        write_table(pd.DataFrame({"study": [name], "n": [5]}), tmp_path / "table.csv")
        assert read_extraction(tmp_path / "table.csv")["study"].tolist() == [name]

    def test_one_study_is_enough(self, tmp_path):
        assert len(read_extraction(write(tmp_path, "study,events,total\nAda,0,10\n"))) == 1

    def test_a_hundred_thousand_rows(self, tmp_path):
        rows = "".join(f'S{at},{at % 7},"1,{at % 900:03d}",0.5\n' for at in range(100_000))
        path = write(tmp_path, f"study,events,total,estimate\n{rows}")
        frame = read_extraction(path)
        assert len(frame) == len(frame.attrs["log"]) == 100_000
        assert frame["total"].iloc[-1] == 1000 + 99_999 % 900

    def test_a_required_column(self, tmp_path):
        schema = {"columns": {"events": {"type": "count", "required": True}}}
        with pytest.raises(InputError, match=r"Missing: 'events'\. Did you mean 'event'\?"):
            read_extraction(write(tmp_path, "study,event\nAda,5\n"), schema=schema)


def test_public_name():
    import reviewkit as rk

    assert rk.read_extraction is read_extraction
