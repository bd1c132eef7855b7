"""The short ways of reading: what is told all at once is what the long way tells one by one."""

import re
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from source_cases import write

from reviewkit.sources import typed
from reviewkit.sources.record_columns import find_odd
from reviewkit.sources.record_fields import RULES
from reviewkit.sources.record_numbers import PLAIN_DOIS, find_dois
from reviewkit.sources.record_text import read_text, read_text_and_bytes
from reviewkit.sources.tagged import parse_tagged
from reviewkit.sources.tagged_dialects import DIALECTS
from reviewkit.sources.tagged_lines import Lines
from reviewkit.sources.typed import as_text, text_column
from reviewkit.sources.xml_stream import Handler, parse_stream

PLAIN = {name: rule for name, rule in RULES.items() if rule.plain}
REGULAR = {
    "ris": r"([A-Z][A-Z0-9])  -(?: .*|)",
    "medline": r"([A-Z][A-Z0-9][A-Z0-9 ]{2})-(?: .*|)",
    "wos": r"([A-Z][A-Z0-9])(?: .*|)",
}


class TestLines:
    @given(st.sampled_from(sorted(DIALECTS)), st.text("AT19 -x?\u00a0\n", max_size=60))
    @example("ris", "ER  -")
    @example("ris", "TY  - JOUR\nER  - ")
    @example("medline", "PMID- 1\nTI  -\n")
    def test_tags_are_those_of_a_pattern(self, name, text):
        lines = Lines(text, DIALECTS[name])
        found = [re.fullmatch(REGULAR[name], line) for line in text.split("\n")]
        assert [lines.tag(at) for at in range(len(found))] == [
            m[1].strip() if m else "" for m in found
        ]
        assert lines.is_blank.tolist() == [not line.strip() for line in text.split("\n")]

    @given(st.sampled_from(sorted(DIALECTS)), st.text("ERT1 -\t?\u00a0\n", max_size=60))
    def test_no_tag_of_unusual_spacing_is_passed_over(self, name, text):
        lines = Lines(text, DIALECTS[name])
        dialect = lines.dialect
        for at, line in enumerate(text.split("\n")):
            found = dialect.unusual.fullmatch(line.rstrip()) or line.strip() == dialect.end
            if found and line.strip() and not lines.codes[at]:
                assert at in lines.unusual

    @given(st.lists(st.sampled_from(["  - ", " ", "-", "A", "AU  - ", "\n", "\n\n"])).map("".join))
    def test_values_that_may_swallow_a_tag_are_told(self, text):
        lines = Lines(text, DIALECTS["ris"])
        held = [line[6:] if lines.codes[at] else line for at, line in enumerate(text.split("\n"))]
        if any("  - " in line for line in held):
            assert lines.may_swallow

    def test_bytes_that_were_read_serve_as_those_of_the_text(self):
        text = "TY  - JOUR\nTI  - One\nUR  - http://x.org   DO  - 10.1000/x\nER  - \n"
        told = [
            parse_tagged(text, "ris", data)
            for data in (None, text.encode(), bytearray(text.encode()))
        ]
        assert len({str(raw.fields) for raw in told}) == 1

    def test_few_spellings_are_one_object_each_and_no_script_is_mixed_up(self):
        languages = ["fa", "فا", "中文", "??", "fa"]
        records = [f"TY  - JOUR\nLA  - {one}\nVL  - 7\nER  - " for one in languages * 20]
        fields = parse_tagged("\n".join(records), "ris").fields
        assert fields["language"].texts == languages * 20
        assert len({id(text) for text in fields["volume"].texts}) == 1

    @pytest.mark.parametrize("between", ["", "\n", "\n \u00a0 ", "\n\u2003\n"])
    def test_wrapped_lines_join_without_the_blanks_around_them(self, between):
        text = f"PMID- 1\nAB  - One \n      two\u00a0 {between}\n\tthree  of\nTI  - T\n"
        assert parse_tagged(text, "medline").fields["abstract"].texts == ["One two three  of"]


class TestValues:
    @pytest.mark.parametrize("name", sorted(PLAIN))
    @given(
        st.lists(st.text("AaJrsnol10579-.,/&<'é \u00a0", max_size=12)).map(
            lambda texts: [text for text in texts if text]
        )
    )
    @example(
        ["0-0", "12-7", "12-12", "1-10", "0123", "na", "N/A", "none", "Roe, Jr", "Roe, A. al."]
    )
    def test_what_a_pattern_covers_stays(self, name, texts):
        odd = find_odd(PLAIN[name].plain, texts)
        for text in set(texts) - odd:
            assert PLAIN[name].tidy(text) is text

    def test_line_breaks_make_all_odd(self):
        assert find_odd(re.compile(r"(?:[a-z]++\n)*+"), ["a", "b\nc"]) == {"a", "b\nc"}

    @given(st.lists(st.text("10./a-B:x", min_size=1, max_size=20).map("10.1000/".__add__)))
    @example(["10.1000/10.1000/x", "10.1000/", "10.1000/a.", "10.1000/x110.2"])
    def test_a_plain_doi_is_found_as_it_stands(self, texts):
        for text in set(texts) - find_odd(PLAIN_DOIS, texts):
            assert find_dois(text) == [text]

    @pytest.mark.parametrize(
        ("text", "dois"),
        [
            ("https://doi.org/10.1000/abc-1", ["10.1000/abc-1"]),
            ("http://dx.doi.org/10.1000/abc/full", ["10.1000/abc/full"]),
            ("https://doi.org/10.1000/abc.", ["10.1000/abc"]),
            ("https://doi.org/10.1002/central/cn-1", []),
            ("https://doi.org/10.1000/a10.1000/b", ["10.1000/a10.1000/b"]),
        ],
    )
    def test_an_address_of_a_doi(self, text, dois):
        assert find_dois(text) == dois


class TestTexts:
    @pytest.mark.parametrize(
        ("data", "is_same"),
        [
            (b"TY  - JOUR\n", True),
            (b"TY  - JOUR\r\n", False),
            (b"TY  - JOUR\r", False),
            ("TI  - é\n".encode(), False),
            (b"\xef\xbb\xbfTY  - JOUR\n", False),
            (b"TI  - \xe9\n", False),
        ],
    )
    def test_bytes_are_given_only_where_they_are_the_text(self, data, is_same, tmp_path):
        path = write(tmp_path, data, "a.ris")
        text, found, notes = read_text_and_bytes(path)
        assert (text, notes) == read_text(path)
        assert (found == data) if is_same else found is None

    def test_the_second_of_two_marks_is_text(self, tmp_path):
        text, notes = read_text(write(tmp_path, b"\xef\xbb\xbf" * 2 + b"a\n\xef\xbb\xbfb", "a.ris"))
        assert text == "\ufeffa\nb"
        assert [(note.line, note.what) for note in notes] == [
            (1, "byte order mark"),
            (2, "byte order mark"),
        ]

    @given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
    def test_a_column_taken_over_in_pieces_is_the_same(self, texts):
        index = pd.RangeIndex(len(texts))
        expected = as_text(np.array([*texts, ""], dtype=object)[:-1], index)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(typed, "_PIECE", 3)
            given_texts = [*texts]
            found = text_column(given_texts, index)
        assert not given_texts
        pd.testing.assert_series_equal(found, expected)

    def test_a_column_without_pyarrow_is_the_same(self):
        texts, index = ["a", None, "ü"], pd.RangeIndex(3)
        with pd.option_context("mode.string_storage", "python"):
            expected = as_text(np.array(texts, dtype=object), index)
            pd.testing.assert_series_equal(text_column([*texts], index), expected)

    def test_what_was_read_from_xml_is_let_go_at_once(self, tmp_path):
        handler = Handler()
        parse_stream(write(tmp_path, b"<xml><records/></xml>", "a.xml"), handler)
        held = weakref.ref(handler)
        del handler
        assert held() is None
