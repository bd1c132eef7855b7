"""What a file is: told by its content, and refused by name if it is no table."""

import io
import zipfile

import pytest
from source_cases import write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.content import STRANGERS, decode_text, read_bytes, tell_format


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


class TestFormat:
    @pytest.mark.parametrize(
        ("data", "name", "kind"),
        [
            (zipped(xl__workbook_xml=""), "a.xlsx", "xlsx"),
            (zipped(xl__workbook_xml=""), "a.xlsm", "xlsx"),
            (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a.ods", "ods"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "xls"),
            (b"a,b\n", "a.csv", "text"),
            (b"a\tb\n", "a.tsv", "text"),
            (b"a,b\n", "a.txt", "text"),
        ],
    )
    def test_as_named(self, data, name, kind, tmp_path):
        assert tell_format(data, tmp_path / name) == (kind, [])

    @pytest.mark.parametrize(
        ("data", "name", "kind"),
        [
            (b"a,b\n", "a.xlsx", "text"),
            (b"a,b\n", "a.xls", "text"),
            (zipped(xl__workbook_xml=""), "a.csv", "xlsx"),
            (zipped(xl__workbook_xml=""), "a.xls", "xlsx"),
        ],
    )
    def test_otherwise_it_is_noted(self, data, name, kind, tmp_path):
        found, notes = tell_format(data, tmp_path / name)
        assert found == kind
        assert [(note.before, note.after) for note in notes] == [(name[1:], kind)]

    @pytest.mark.parametrize("start", STRANGERS, ids=str)
    def test_strangers_are_named(self, start, tmp_path):
        with pytest.raises(ParseError) as caught:
            tell_format(start + b"...", tmp_path / "a.csv")
        assert STRANGERS[start] in str(caught.value)
        assert "'a.csv' must hold a table" in str(caught.value)

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            (b"PK\x03\x04 and no more", "damaged zip"),
            (zipped(word__document_xml=""), "a text document"),
            (zipped(readme="hello"), "zip archive without a workbook"),
            (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "under a password"),
        ],
    )
    def test_archives_without_a_table(self, data, found, tmp_path):
        with pytest.raises(ParseError, match=found):
            tell_format(data, tmp_path / "a.xlsx")


class TestText:
    @pytest.mark.parametrize(
        ("encoding", "what"),
        [
            ("utf-8", []),
            ("utf-8-sig", ["byte order mark"]),
            ("utf-16", ["encoding"]),
            ("cp1252", ["encoding"]),
        ],
    )
    def test_encodings(self, encoding, what, tmp_path):
        text, notes = decode_text(
            "study,n\nMüller – “Köln”,5\n".encode(encoding), tmp_path / "a.csv"
        )
        assert text == "study,n\nMüller – “Köln”,5\n"
        assert [note.what for note in notes] == what

    def test_big_endian_too(self, tmp_path):
        data = b"\xfe\xff" + "é\n".encode("utf-16-be")
        assert decode_text(data, tmp_path / "a.csv")[0] == "é\n"

    def test_the_first_line_of_another_encoding_is_named(self, tmp_path):
        _, notes = decode_text(b"study,n\nAda,1\nM\xfcller,5\n", tmp_path / "a.csv")
        assert (notes[0].row, notes[0].before) == (3, "Windows-1252")

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            ("Müller\n".encode() + b"M\xfcller", r"a mix of UTF-8 and another encoding \(line 2\)"),
            (b"a\nb\n\x81\n", r"no known encoding \(line 3, byte 0x81\)"),
            (b"a,b\n1,\x002", "binary data"),
            ("a,b\n".encode("utf-16-le"), "UTF-16 that does not say so"),
            (b"\xff\xfea", "damaged UTF-16"),
            (b"\xff\xfe" + "a\0b".encode("utf-16-le"), "binary data"),
            (b"<!DOCTYPE html><table>", "a web page"),
            (b"\n <HTML lang=en><body>", "a web page"),
            (b'<?xml version="1.0"?><Workbook/>', "XML"),
            (b'{"study": "Ada"}', "JSON"),
            (b"[1, 2]", "JSON"),
        ],
    )
    def test_no_table(self, data, found, tmp_path):
        with pytest.raises(ParseError, match=found):
            decode_text(data, tmp_path / "a.csv")

    @pytest.mark.parametrize("text", ["[sic],n\n", "{a},b\n", "< 5,n\n"])
    def test_odd_headers_are_no_other_format(self, text, tmp_path):
        assert decode_text(text.encode(), tmp_path / "a.csv")[0] == text


class TestMisuse:
    @pytest.mark.parametrize("data", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
    def test_empty(self, data, tmp_path):
        with pytest.raises(ParseError, match=r"'table.csv' must hold a table .* is empty"):
            read_bytes(write(tmp_path, data))

    def test_no_file_suggests_the_nearest(self, tmp_path):
        write(tmp_path, "a", "outcomes.csv")
        with pytest.raises(InputError, match=r"Found nothing. Did you mean 'outcomes.csv'\?"):
            read_bytes(tmp_path / "outcome.csv")
        with pytest.raises(InputError, match="Check the name"):
            read_bytes(tmp_path / "elsewhere" / "x.csv")

    def test_a_folder_is_no_file(self, tmp_path):
        with pytest.raises(InputError, match="Found a folder"):
            read_bytes(tmp_path)
