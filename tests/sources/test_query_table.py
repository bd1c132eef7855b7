"""The table of searches, as a frame, csv, HTML and Word document."""

import io
import zipfile
from html.parser import HTMLParser

import pandas as pd
import pytest

import reviewkit as rk
from reviewkit.sources.spreadsheet import read_table

STRATEGY = {
    "databases": [
        {"name": "PubMed", "platform": "PubMed", "date": "2024-03-01", "records": "1,234"},
        {"name": "PsycINFO", "platform": "Ovid", "limits": "humans", "records": 98},
        "Noormags",
    ],
    "strings": [
        {"database": "PubMed", "text": 'burnout[tiab] AND "<script>alert(1)</script>" & x'},
        {"database": "psycinfo", "text": "1. burnout.ti,ab.\n2. exp Stress/\n3. 1 or 2", "date": "2024-03-02"},
        {"database": "Noormags", "text": "فرسودگی AND درمانگر"},
        "=HYPERLINK(1) OR stray",
    ],
    "window": "2014 to 2024",
    "languages": ["English", "Persian"],
}  # fmt: skip


def test_one_row_a_search_and_what_is_not_reported_is_missing():
    frame = rk.prisma_s_table(STRATEGY).to_frame()
    assert frame["database"].tolist()[:3] == ["PubMed", "PsycINFO", "Noormags"]
    assert frame["date"].tolist()[:2] == ["2024-03-01", "2024-03-02"]
    assert frame.isna().sum().to_dict() == {
        "database": 1, "platform": 2, "date": 2, "limits": 0, "string": 0, "records": 2,
    }  # fmt: skip
    assert frame["records"].tolist()[:2] == [1234, 98]
    assert frame["limits"][1] == "humans; published 2014 to 2024; in English, Persian"


def test_the_headline_says_what_is_open():
    table = rk.prisma_s_table(STRATEGY)
    assert table.total is None
    assert "3 databases, 4 rows. Not reported: database (1 of 4), platform (2 of 4)" in repr(table)


@pytest.mark.parametrize(
    ("more", "total"),
    [
        ({"records": 321}, 321),
        ({"records": {"Noormags": 0, "PubMed": 5}, "strings": STRATEGY["strings"][:3]}, 103),
        ({}, None),
    ],
)
def test_records_in_all(more, total):
    assert rk.prisma_s_table({**STRATEGY, **more}).total == total


def test_a_count_of_a_database_is_given_to_none_of_its_two_strings():
    table = rk.prisma_s_table({
        "databases": [{"name": "Scopus", "records": 50}],
        "strings": [{"database": "Scopus", "text": "a"}, {"database": "Scopus", "text": "b"}],
    })  # fmt: skip
    assert table.to_frame()["records"].isna().all()
    assert table.total == 50


def test_the_seed_reports_neither_days_nor_numbers():
    import tomllib

    path = rk.example("psychotherapist-injuries") / "review.toml"
    table = rk.prisma_s_table(tomllib.loads(path.read_text(encoding="utf-8")))
    assert len(table.searches) == 7
    assert "date (7 of 7), string (4 of 7), records (7 of 7)" in repr(table)


@pytest.mark.parametrize("kind", ["csv", "docx", "html"])
def test_the_same_table_gives_the_same_bytes(tmp_path, kind, monkeypatch):
    first = rk.prisma_s_table(STRATEGY).save(tmp_path / f"a.{kind}").read_bytes()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert rk.prisma_s_table(STRATEGY).save(tmp_path / f"b.{kind}").read_bytes() == first


def test_csv_runs_nothing_and_reads_back(tmp_path):
    table = rk.prisma_s_table(STRATEGY)
    path = table.save(tmp_path / "searches.csv")
    assert "'=HYPERLINK" in path.read_text(encoding="utf-8-sig")
    back = read_table(path).frame
    assert back["string"].tolist() == table.to_frame()["string"].tolist()


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts, self.within = [], [], False

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "td":
            self.within = True
            self.texts.append("")

    def handle_endtag(self, tag):
        if tag == "td":
            self.within = False

    def handle_data(self, data):
        if self.within:
            self.texts[-1] += data


def test_html_escapes_and_asks_nobody(tmp_path):
    table = rk.prisma_s_table(STRATEGY)
    page = table.save(tmp_path / "searches.html").read_text(encoding="utf-8")
    cells = Cells()
    cells.feed(page)
    assert "script" not in cells.tags
    assert cells.texts == [text for row in table.to_cells() for text in row]
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert 'dir="auto"' in page
    assert "<table" in table._repr_html_()


def test_docx_holds_every_cell_in_a_table_whose_head_repeats(tmp_path):
    from docx import Document

    table = rk.prisma_s_table({**STRATEGY, "strings": [*STRATEGY["strings"], "a\x00\x0bb"]})
    path = table.save(tmp_path / "searches.docx")
    document = Document(str(path))
    (grid,) = document.tables
    assert [[cell.text for cell in row.cells] for row in grid.rows][1:5] == [
        list(row) for row in table.to_cells()
    ][:4]
    assert grid.rows[5].cells[4].text == "ab"
    assert document.paragraphs[0].text == "Searches (PRISMA-S)"
    xml = zipfile.ZipFile(io.BytesIO(path.read_bytes())).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader/>") == 1
    assert xml.count("<w:bidi/>") == 1
    assert document.sections[0].page_width > document.sections[0].page_height
    width = document.sections[0].page_width - document.sections[0].left_margin * 2
    assert sum(cell.width for cell in grid.rows[0].cells) <= width


class TestMisuse:
    def test_nothing_to_report(self):
        with pytest.raises(rk.InputError, match="must have databases or strings"):
            rk.prisma_s_table({"keywords": ["a"]})

    def test_a_file_of_another_kind(self, tmp_path):
        with pytest.raises(rk.InputError, match=r"end in one of .csv, .docx, .html\. Got 'a.pdf'"):
            rk.prisma_s_table(STRATEGY).save(tmp_path / "a.pdf")

    @pytest.mark.parametrize("records", ["many", -1, 2.5, True])
    def test_a_number_that_is_none(self, records):
        with pytest.raises(rk.InputError, match="`records` must be a whole number"):
            rk.prisma_s_table({"databases": [{"name": "PubMed", "records": records}]})

    @pytest.mark.parametrize("records", [None, "", float("nan"), pd.NA])
    def test_missing_is_not_zero(self, records):
        table = rk.prisma_s_table({"databases": [{"name": "PubMed", "records": records}]})
        assert table.to_frame()["records"].isna().all()
        assert table.to_cells()[0][-1] == "not reported"
