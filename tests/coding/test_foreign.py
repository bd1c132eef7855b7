"""Codebooks and highlights as Taguette, QualCoder and NVivo write them."""

import docx
import pandas as pd
import pytest

from reviewkit._core.errors import InputError, ParseError
from reviewkit.coding.codebook import read_codebook, read_coding
from reviewkit.sources.sheet_writing import write_sheet


def book(path, names=("code", "theme", "parent", "definition")):
    return read_codebook(path)[[*names]].fillna("").to_numpy().tolist()


class TestTaguette:
    def test_highlights(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text(
            'id,document,tag,content\n7,lee.txt,people,"Who, and\nwhen"\n7,lee.txt,trust,Who\n9,knox.txt,,bare\n',
            encoding="utf-8",
        )
        found = read_coding(path)
        assert found[["study", "code", "source"]].to_numpy().tolist() == [
            ["lee.txt", "people", "lee.txt"], ["lee.txt", "trust", "lee.txt"],
        ]  # fmt: skip
        assert found["text"].tolist() == ["Who, and\nwhen", "Who"]
        assert found["highlight"].tolist() == ["7", "7"]
        assert any(entry.what == "highlight without a tag left out" for entry in found.attrs["log"])

    def test_a_codebook_with_dots_and_parents(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text(
            "tag,parent,description,number of highlights\nplaces,,,3\nplaces.far,,out there,1\n"
            "people,places,,2\nmind.stress,,,0\n"
        )
        assert book(path) == [
            ["places", "places", "", ""],
            ["places.far", "places", "places", "out there"],
            ["people", "places", "places", ""],
            ["mind.stress", "mind", "", ""],
        ]
        assert read_codebook(path)["number of highlights"].tolist() == ["3", "1", "2", "0"]


class TestQualCoder:
    @pytest.mark.parametrize("name", ["a.txt", "a.csv"])
    def test_a_list(self, tmp_path, name):
        path = tmp_path / name
        mark = "\t" if name.endswith("txt") else ","
        path.write_text(f"code1\nwork>>load>>hours{mark}too many\nwork>>hours\n\nhome>>hours\n")
        assert book(path, ("code", "theme", "definition", "path")) == [
            ["code1", "code1", "", "code1"],
            ["work > load > hours", "work", "too many", "work > load > hours"],
            ["work > hours", "work", "", "work > hours"],
            ["home > hours", "home", "", "home > hours"],
        ]


class TestNVivo:
    ROWS = (
        ("Stress", "any", 4, 12),
        ("  At work", "", 2, 5),
        ("    Overtime", "", 1, 1),
        ("Trust", "", 1, 2),
    )
    EXPECTED = (
        ["Stress", "Stress", "", "any"],
        ["At work", "Stress", "Stress", ""],
        ["Overtime", "Stress", "At work", ""],
        ["Trust", "Trust", "", ""],
    )

    def test_a_workbook_with_indents(self, tmp_path):
        path = tmp_path / "a.xlsx"
        write_sheet(
            pd.DataFrame(self.ROWS, columns=["Name", "Description", "Files", "References"]), path
        )
        assert book(path) == [*self.EXPECTED]
        assert read_codebook(path)["references"].tolist() == ["12", "5", "1", "2"]

    def test_paths(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text(
            "Name,Files,References\nCodes\\Stress,4,12\nCodes\\\\Stress\\\\At work,2,5\n"
        )
        assert book(path, ("code", "theme", "parent")) == [
            ["Stress", "Stress", ""], ["At work", "Stress", "Stress"],
        ]  # fmt: skip

    def test_a_word_document(self, tmp_path):
        document = docx.Document()
        document.add_paragraph("Codebook")
        table = document.add_table(rows=1, cols=4)
        for cell, text in zip(
            table.rows[0].cells, ("Name", "Description", "Files", "References"), strict=True
        ):
            cell.text = text
        for level, row in zip((0, 12, 24, 0), self.ROWS, strict=True):
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=True):
                cell.text = str(value).strip()
            cells[0].paragraphs[0].paragraph_format.left_indent = docx.shared.Pt(level)
        path = tmp_path / "a.docx"
        document.save(path)
        assert book(path) == [*self.EXPECTED]

    def test_a_word_document_without_a_codebook(self, tmp_path):
        docx.Document().save(tmp_path / "a.docx")
        with pytest.raises(ParseError, match="a table with the columns Name and Description"):
            read_codebook(tmp_path / "a.docx")


class TestMisuse:
    def test_a_table_of_nobody(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text("codes,topic\nStress,Mind\n")
        with pytest.raises(InputError, match=r"must have the columns 'code', 'theme'"):
            read_codebook(path)
        with pytest.raises(InputError, match=r"must have the columns 'study', 'code'"):
            read_coding(path)

    def test_a_path_twice(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("work>>hours\twhy\nwork>>hours\tno\n")
        found = read_codebook(path)
        assert found["code"].tolist() == ["work > hours", "work > hours (2)"]

    def test_a_codebook_has_no_segments(self, tmp_path):
        path = tmp_path / "a.qdc"
        path.write_text(
            '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="'
            '00000001-0000-4000-8000-000000000000" name="A" isCodable="true"/></Codes></CodeBook>'
        )
        with pytest.raises(ParseError, match="It is a codebook"):
            read_coding(path)
