"""Documents to edit: the same bytes each day, and nothing that no document may hold."""

import zipfile

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit.present.word import add_grid, clean_cell, new_document, set_shade, write_document


def write(path, rows=(("1", "two"),), title="T"):
    document = new_document(title)
    add_grid(document, ["No.", "Word"], rows, (20.0, 60.0))
    return write_document(document, path)


def test_no_clock_and_no_name(tmp_path):
    one, two = write(tmp_path / "a.docx"), write(tmp_path / "b.docx")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as packed:
        assert packed.namelist()[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = docx.Document(str(one)).core_properties
    assert (about.title, about.author, about.comments) == ("T", "", "")
    assert about.modified.year == about.created.year == 1980


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=25)
def test_any_text_is_kept_but_for_what_no_document_holds(tmp_path_factory, title, text):
    path = write(tmp_path_factory.mktemp("word") / "x.docx", [("1", text)], title)
    kept = docx.Document(str(path)).tables[0].cell(1, 1).text
    assert kept == clean_cell(text).replace("\r\n", "\n").replace("\r", "\n")


def test_headings_repeat_and_rows_stay_whole(tmp_path):
    rows = docx.Document(str(write(tmp_path / "x.docx"))).tables[0].rows
    marks = [{one.tag.rpartition("}")[2] for one in row._tr.trPr} for row in rows]
    assert marks == [{"cantSplit", "tblHeader"}, {"cantSplit"}]


def test_a_property_is_there_once(tmp_path):
    document = new_document("T", wide=True)
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    set_shade(cell, "#ffffff")
    set_shade(cell, "#000000")
    (shade,) = [one for one in cell._tc.tcPr if one.tag.endswith("}shd")]
    assert [value for name, value in shade.attrib.items() if name.endswith("}fill")] == ["000000"]
    assert document.sections[0].page_width > document.sections[0].page_height
