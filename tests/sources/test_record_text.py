"""Text of a bibliographic file: any encoding and line break, and nothing in memory that is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_cases import patient, write

from reviewkit._core.errors import ParseError
from reviewkit.sources.record_text import read_head, read_text

TEXT = "TY  - JOUR\nTI  - Müller’s café – naïve\nER  - \n"


def told(notes):
    return [(note.line, note.what, note.text) for note in notes]


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "expected"),
        [
            ("utf-8", []),
            ("utf-8-sig", [(1, "byte order mark", "U+FEFF")]),
            ("utf-16", [(1, "encoding", "UTF-16"), (1, "byte order mark", "U+FEFF")]),
            ("utf-16-le", [(1, "encoding", "UTF-16")]),
            ("utf-16-be", [(1, "encoding", "UTF-16")]),
            ("cp1252", [(2, "encoding", "Windows-1252")]),
        ],
    )
    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_text_is_the_same_in_each(self, encoding, expected, ends, tmp_path):
        path = write(tmp_path, TEXT.replace("\n", ends), "a.ris", encoding)
        text, notes = read_text(path)
        assert text == TEXT
        assert told(notes) == expected
        assert read_head(path)[1] == TEXT

    def test_joined_files_of_two_encodings(self, tmp_path):
        data = TEXT.encode() + b"\xef\xbb\xbf" + TEXT.encode("cp1252")
        text, notes = read_text(write(tmp_path, data, "a.ris"))
        assert text == TEXT + TEXT
        assert told(notes) == [
            (5, "Windows-1252 within UTF-8", "TI  - Müller’s café – naïve"),
            (4, "byte order mark", "U+FEFF"),
        ]

    def test_one_broken_letter_spoils_no_other(self, tmp_path):
        data = "TI  - Köln ".encode() + b"\x96 \xfcber " + "Zürich".encode()
        assert read_text(write(tmp_path, data))[0] == "TI  - Köln – über Zürich"

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [("TI  - فرسودگی شغلی درمانگران", "cp1256"), ("TI  - Выгорание врачей", "cp1251"),
         ("TI  - 职业倦怠与心理治疗师", "gb18030"), ("TI  - 心理療法士の燃え尽き", "shift_jis")],
    )  # fmt: skip
    def test_other_scripts_are_not_turned_into_letter_salad(self, text, encoding, tmp_path):
        data = ("TY  - JOUR\n" + text.replace("ی", "ي")).encode(encoding)
        with pytest.raises(
            ParseError, match=r"another script \(line 2\)\. Save it as UTF-8|no known"
        ):
            read_text(write(tmp_path, data))

    @patient
    @given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")))
    def test_utf8_is_read_as_it_is(self, text, tmp_path_factory):
        path = tmp_path_factory.mktemp("a") / "a.ris"
        path.write_bytes(f"TY{text}".encode())
        assert read_text(path) == (f"TY{text}", [])


class TestRefusals:
    @pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
    def test_an_empty_file(self, data, tmp_path):
        with pytest.raises(ParseError, match=r"'a\.ris' must hold .* the file is empty"):
            read_text(write(tmp_path, data, "a.ris"))

    def test_a_nul_byte_is_named_with_its_line(self, tmp_path):
        with pytest.raises(ParseError, match=r"'a\.ris' .* a NUL byte in line 3"):
            read_text(write(tmp_path, b"TY  - JOUR\r\nTI  - a\r\nAB  - \0\r\n", "a.ris"))

    def test_nothing_but_nul_bytes(self, tmp_path):
        with pytest.raises(ParseError, match="NUL byte in line 1"):
            read_text(write(tmp_path, bytes(5000)))

    @pytest.mark.parametrize(
        ("data", "name"), [(b"%PDF-1.7\n", "PDF"), (b"\x1f\x8b\x08", "gzip"), (b"\x89PNG", "PNG")]
    )
    def test_what_is_no_text_is_named(self, data, name, tmp_path):
        with pytest.raises(ParseError, match=name):
            read_text(write(tmp_path, data, "a.ris"))

    def test_truncated_utf16(self, tmp_path):
        with pytest.raises(ParseError, match=r"damaged UTF-16 \(.*line 2\)"):
            read_text(write(tmp_path, "TY\nTI".encode("utf-16") + b"\x00"))

    @pytest.mark.parametrize("ends", [b"\n", b"\r", b"\r\n"])
    def test_a_line_without_end_is_refused_with_its_number(self, ends, tmp_path):
        data = b"TY  - JOUR" + ends + b"AB  - " + b"x" * 3_000_000 + ends + b"ER  - "
        path = write(tmp_path, data)
        with pytest.raises(ParseError, match=r"more than 2\.0 MB in line 2"):
            read_text(path, longest=2_000_000)
        assert read_text(path, longest=4_000_000)[0].count("\n") == 2

    def test_lines_across_pieces_are_not_added_up(self, tmp_path):
        path = write(tmp_path, (b"x" * 999 + b"\n") * 3000)
        assert read_text(path, longest=1000)[0].count("\n") == 3000

    def test_a_file_beyond_the_most(self, tmp_path):
        with pytest.raises(ParseError, match=r"0 MB is the most that is read\. Export it in parts"):
            read_text(write(tmp_path, b"x\n" * 2000), most=1000)

    def test_a_sparse_file_is_given_up_before_it_is_in_memory(self, tmp_path):
        import tracemalloc

        path = tmp_path / "huge.ris"
        with path.open("wb") as file:
            file.write(b"TY  - JOUR\nAB  - ")
            file.truncate(900_000_000)
        tracemalloc.start()
        with pytest.raises(ParseError, match=r"more than 4\.0 MB in line 2"):
            read_text(path, longest=4_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
        tracemalloc.stop()
