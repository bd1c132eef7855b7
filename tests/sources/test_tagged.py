"""Tagged text of every dialect: each record, each line, each difference."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from source_cases import shared

from reviewkit.sources.record_fields import tidy_fields
from reviewkit.sources.tagged import (
    is_medline,
    is_ris,
    is_wos,
    parse_tagged,
    read_medline,
    read_ris,
)


def ris(*lines):
    return parse_tagged("\n".join(lines), "ris")


def texts(raw, field):
    return raw.fields[field].texts if field in raw.fields else []


def notes(raw):
    """Return what is noted: (what, lines)."""
    return {note.what: note.lines.tolist() for note in raw.notes}


def counts(raw):
    return len(raw.lines), raw.starts, raw.ends


class TestStructure:
    def test_a_plain_record(self):
        raw = ris("TY  - JOUR", "TI  - A", "AU  - B, C", "AU  - D, E", "ER  - ")
        assert counts(raw) == (1, 1, 1)
        assert texts(raw, "authors") == ["B, C", "D, E"]
        assert not raw.notes

    def test_missing_end_before_a_start_and_at_the_end_of_the_file(self):
        raw = ris("TY  - JOUR", "TI  - A", "TY  - JOUR", "TI  - B")
        assert counts(raw) == (2, 2, 0)
        assert texts(raw, "title") == ["A", "B"]
        assert notes(raw) == {"record without an end": [1, 3]}

    def test_a_record_that_lost_its_start_is_no_lost_record(self):
        raw = ris("TI  - A", "AU  - B", "ER  - ", "TY  - JOUR", "TI  - C", "ER  - ")
        assert counts(raw) == (2, 1, 2)
        assert raw.lines.tolist() == [1, 4]
        assert notes(raw) == {"record without a start": [1]}

    def test_a_start_given_twice(self):
        raw = ris("TY  - JOUR", "TY  - JOUR", "TI  - A", "ER  - ")
        assert counts(raw) == (1, 2, 1)
        assert notes(raw) == {"start given twice": [2]}

    def test_an_end_given_twice(self):
        raw = ris("TY  - JOUR", "TI  - A", "ER  - ", "ER  - ")
        assert counts(raw) == (1, 1, 2)
        assert notes(raw) == {"end without a record": [4]}

    @pytest.mark.parametrize("end", ["ER  - ", "ER  -", "ER -", "ER-", "ER", "  ER  - "])
    def test_ends_in_every_spelling(self, end):
        raw = ris("TY  - JOUR", "TI  - A", end, "", "TY  - JOUR", "TI  - B", end)
        assert counts(raw) == (2, 2, 2)
        assert texts(raw, "title") == ["A", "B"]

    def test_an_end_in_prose_is_none(self):
        raw = ris("TY  - JOUR", "AB  - one,", "ER then two", "      ER and three", "ER  - ")
        assert texts(raw, "abstract") == ["one, ER then two ER and three"]

    @pytest.mark.parametrize("gap", [" - ", "- ", "-", "  -", " -", "   - ", "\t-\t"])
    def test_tags_with_other_blanks_all_through(self, gap):
        lines = [
            f"{tag}{gap}{value}" for tag, value in (("TY", "JOUR"), ("T1", "A"), ("AU", "B, C"))
        ]
        raw = ris(*lines, f"ER{gap}")
        assert counts(raw) == (1, 1, 1)
        assert texts(raw, "title") == ["A"]
        assert texts(raw, "authors") == ["B, C"]

    def test_a_single_tag_with_other_blanks(self):
        raw = ris("TY  - JOUR", "TI  -A", "AU - B, C", "UR  -http://x", "ER  - ")
        assert texts(raw, "title") == ["A"]
        assert texts(raw, "authors") == ["B, C"]
        assert texts(raw, "url") == ["http://x"]
        assert notes(raw) == {"tag with unusual spacing": [2, 3, 4]}

    def test_wrapped_prose_that_looks_like_a_tag_is_prose(self):
        raw = ris(
            "TY  - JOUR",
            "AB  - Magnetic",
            "T2 - weighted images and",
            "IL-6 or",
            "B12-rich",
            "ER  - ",
        )
        assert texts(raw, "abstract") == ["Magnetic T2 - weighted images and IL-6 or B12-rich"]

    def test_wrapped_keywords_are_keywords_of_their_own(self):
        raw = ris(
            "TY  - JOUR", "KW  - one", "two", "three", "SN  - 1234-5678", "8765-4321", "ER  - "
        )
        assert texts(raw, "keywords") == ["one", "two", "three"]
        assert texts(raw, "issn") == ["1234-5678", "8765-4321"]

    def test_a_million_wrapped_lines_take_no_square_time(self):
        raw = ris("TY  - JOUR", "AB  - x", *["word"] * 100_000, "ER  - ")
        assert len(texts(raw, "abstract")[0]) == 500_001


class TestOutside:
    def test_what_stands_between_records_is_noted(self):
        raw = ris(
            "Search: burnout", "Record #1 of 2", "Provider: x", "", "1. ", "TY  - JOUR", "TI  - A",
            "ER  - ", "NL  - J Abbr", "Link to full text", "", "2. ", "TY  - JOUR", "TI  - B", "ER  - ",
            "Report Information",
        )  # fmt: skip
        assert counts(raw) == (2, 2, 2)
        assert notes(raw) == {
            "text outside records": [1, 2, 3, 5, 10, 12, 16],
            "tag outside records": [9],
        }

    def test_numbers_behind_a_record_without_an_end_are_not_its_text(self):
        raw = ris("TY  - JOUR", "TI  - A", "", "2. ", "TY  - JOUR", "TI  - B", "ER  - ")
        assert texts(raw, "title") == ["A", "B"]
        assert notes(raw)["text outside records"] == [4]

    def test_tags_without_a_field_are_noted_with_their_wrapped_lines(self):
        raw = ris("TY  - JOUR", "TI  - A", "M1  - Cited (2000)", "and more", "ER  - ")
        assert notes(raw) == {"tag not kept: M1": [3, 4]}


class TestValues:
    def test_swallowed_neighbours(self):
        raw = ris(
            "TY  - JOUR",
            "UR  - https://a.b/c     U2  - L2029880245",
            "DO  - 10.1/x     LK  - https://d",
            "ER  - ",
        )
        assert texts(raw, "url") == ["https://a.b/c", "https://d"]
        assert texts(raw, "accession") == ["L2029880245"]
        assert texts(raw, "doi") == ["10.1/x"]
        assert notes(raw) == {"swallowed neighbour": [2, 3]}

    def test_an_address_with_a_dash_is_left_alone(self):
        raw = ris("TY  - JOUR", "UR  - https://a.b/c - d", "ER  - ")
        assert texts(raw, "url") == ["https://a.b/c - d"]

    @pytest.mark.parametrize(
        ("lines", "pages"),
        [
            (["SP  - 1", "EP  - 9"], ["1-9"]),
            (["EP  - 9", "SP  - 1"], ["1-9"]),
            (["SP  - 1-9"], ["1-9"]),
            (["C7  - e12"], ["e12"]),
            (["C7  - e12", "SP  - 3"], ["3", "e12"]),
            (["SP  - ", "EP  - "], []),
            (["EP  - 9"], ["9"]),
        ],
    )
    def test_pages(self, lines, pages):
        assert texts(ris("TY  - JOUR", *lines, "ER  - "), "pages") == pages

    def test_the_better_of_two_tags_comes_first(self):
        raw = ris(
            "TY  - JOUR", "ST  - Short", "T1  - Long", "J2  - J. Abbr.", "JF  - Journal", "ER  - "
        )
        assert texts(raw, "title") == ["Long", "Short"]
        assert texts(raw, "journal") == ["Journal", "J. Abbr."]

    @pytest.mark.parametrize(
        ("line", "field", "value"),
        [
            ("C2  - 38580657", "pmid", "38580657"),
            ("C3  - PUBMED 21314913,EMBASE 1", "pmid", "21314913"),
            ("ID  - 2021-94054-001", "accession", "2021-94054-001"),
            ("L3  - 10.1371/journal.pone.0298242", "doi", "10.1371/journal.pone.0298242"),
            ("L2  - https://x.org/pdf", "url", "https://x.org/pdf"),
        ],
    )
    def test_a_tag_of_several_meanings_goes_by_its_value(self, line, field, value):
        assert texts(ris("TY  - JOUR", line, "ER  - "), field) == [value]

    @pytest.mark.parametrize("line", ["C2  - Utah System", "ID  - 889", "C3  - University of Utah"])
    def test_and_is_noted_if_it_has_none(self, line):
        raw = ris("TY  - JOUR", line, "ER  - ")
        assert notes(raw) == {f"tag not kept: {line[:2]}": [2]}


MEDLINE = """PMID- 30922926
OWN - NLM
TI  - A long
      title.
LID - S1769(19)30059-X [pii]
LID - 10.1016/j.ejmg.2019.03.004 [doi]
FAU - Griffin, Darren K
AU  - Griffin DK
AD  - Kent,
      UK.
CN  - A Study Group
DP  - 2020 Feb
MH  - *Genomics/history
PG  - 117-55

PMID- 2
AU  - Roe A
TI  - Two
SO  - J. 2019;1(2):3. doi: 10.1000/x.1.
"""


class TestMedline:
    def test_records_and_wrapped_lines(self):
        raw = parse_tagged(MEDLINE, "medline")
        assert counts(raw) == (2, 2, 2)
        assert raw.lines.tolist() == [1, 16]
        assert texts(raw, "title") == ["A long title.", "Two"]
        assert texts(raw, "doi") == ["10.1016/j.ejmg.2019.03.004", "10.1000/x.1"]

    def test_short_names_stand_in_only_where_full_ones_are_missing(self):
        raw = parse_tagged(MEDLINE, "medline")
        assert texts(raw, "authors") == ["Griffin, Darren K", "A Study Group", "Roe A"]
        assert notes(raw)["AU beside FAU"] == [8]
        assert notes(raw)["tag not kept: AD"] == [9, 10]

    def test_a_database_without_pmids(self):
        raw = parse_tagged(
            "OWN - ERIC\nTI  - A\nISSN - ISSN-1234-5678\n\nOWN - ERIC\nTI  - B\n", "medline"
        )
        assert counts(raw) == (2, 2, 2)
        assert texts(raw, "issn") == ["ISSN-1234-5678"]


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Smith, J
   Jones, KA
AF Smith, John
   Jones, Kate A.
TI A title that is
   wrapped
SO JOURNAL OF THINGS
DE one; two;
   three
BP 10
EP 20
CR Roe A, 2000, J, V1
   Doe B, 2001, J, V2
UT WOS:000282053100002
ER

EF
"""


class TestWebOfScience:
    def test_a_record(self):
        raw = parse_tagged(WOS, "wos")
        assert counts(raw) == (1, 1, 1)
        assert raw.source == "Web of Science"
        assert texts(raw, "title") == ["A title that is wrapped"]
        assert texts(raw, "authors") == ["Smith, John", "Jones, Kate A."]
        assert texts(raw, "keywords") == ["one; two; three"]
        assert texts(raw, "pages") == ["10-20"]
        assert notes(raw) == {"AU beside AF": [4, 5], "tag not kept: CR": [15, 16]}


class TestSniffing:
    @pytest.mark.parametrize(
        "text",
        ["TY  - JOUR\n", "1.\nTY  - JOUR\n", "TY - JOUR\n", "TY-JOUR\n", "\n\n  TY  - JOUR\n",
         "TI  - A\nAU  - B\nPY  - 2000\nER  - \n"],
    )  # fmt: skip
    def test_ris(self, text):
        assert is_ris(text)
        assert not is_medline(text)
        assert not is_wos(text)

    def test_the_others(self):
        assert [is_ris(MEDLINE), is_medline(MEDLINE), is_wos(MEDLINE)] == [False, True, False]
        assert [is_ris(WOS), is_medline(WOS), is_wos(WOS)] == [False, False, True]

    @pytest.mark.parametrize(
        "text", ["", "Title,Authors\n", "@article{a,\n}", "%0 Journal Article\n"]
    )
    def test_none(self, text):
        assert not (is_ris(text))
        assert not (is_medline(text))
        assert not (is_wos(text))


#: Real exports: records, and records that our copy cuts off.
REAL = {
    "_baseline_cinahl.ris": 9, "_baseline_cochrane_endnote.ris": 3, "_baseline_cochrane_refman.ris": 3,
    "_baseline_covidence_endnote.ris": 10, "_baseline_covidence_mendeley.ris": 10,
    "_baseline_covidence_zotero.ris": 10, "_baseline_embase.ris": 10, "_baseline_endnote.ris": 10,
    "_baseline_googlescholar.ris": 10, "_baseline_mdpi.ris": 11, "_baseline_psychInfo_ovid.ris": 10,
    "_baseline_refworks.ris": 10, "_baseline_scopus.ris": 10, "_baseline_webofscience.ris": 10,
    "_baseline_zotero.ris": 10,
}  # fmt: skip


class TestRealExports:
    @pytest.mark.parametrize("name", REAL)
    def test_every_record_with_a_title_and_authors(self, name):
        path = shared("formats", "exports", name)
        raw = read_ris(path)
        assert counts(raw) == (REAL[name],) * 3
        assert (
            len(re.findall(rb"^(?:\xef\xbb\xbf)?TY  -", path.read_bytes(), re.MULTILINE))
            == REAL[name]
        )
        fields = tidy_fields(raw)
        assert all(fields.columns["title"])
        assert all(fields.columns["authors"])
        assert all(fields.years)

    def test_pubmed_under_the_name_of_ris(self):
        raw = read_medline(shared("formats", "exports", "_baseline_pubmed.ris"))
        assert counts(raw) == (50, 50, 50)
        assert len(texts(raw, "pmid")) == len(texts(raw, "title")) == 50

    def test_one_set_of_records_is_the_same_through_four_tools(self):
        frames = []
        for name in ("embase", "endnote", "zotero", "refworks"):
            fields = tidy_fields(read_ris(shared("formats", "exports", f"_baseline_{name}.ris")))
            rows = zip(fields.columns["doi"], fields.columns["title"], fields.columns["volume"],
                       fields.columns["pages"], fields.columns["abstract"], fields.years, strict=True)  # fmt: skip
            frames.append(sorted(rows))
        assert frames[0] == frames[1] == frames[2] == frames[3]


#: Lines of RIS as they come, each with a word of its own.
heads = st.sampled_from(
    ["TY  - ", "TI  - ", "T1  - ", "AU  - ", "PY  - ", "JF  - ", "T2  - ", "AB  - ", "KW  - ", "N1  - ",
     "DO  - ", "UR  - ", "SP  - ", "EP  - ", "AN  - ", "M1  - ", "XX  - ", "ER  - ", "ER  -", "", "   ",
     "1. ", "Record #1 of ", "AU - ", "UR  -", "T2 - ", "      "]
)  # fmt: skip
files = st.lists(st.tuples(heads, st.booleans()), max_size=25)


class TestLaws:
    @given(files)
    @example([("TY  - ", True), ("TI  - ", True), ("ER  - ", True), ("M1  - ", True)])
    @example([("UR  - ", True), ("SP  - ", True), ("EP  - ", True), ("C7  - ", True)])
    def test_every_line_is_in_a_record_or_in_a_note(self, lines):
        told = [
            f"{head}word{at}x" if has_word else head for at, (head, has_word) in enumerate(lines)
        ]
        raw = parse_tagged("\n".join(told), "ris")
        fields = tidy_fields(raw)
        held = "\n".join(
            [*(cell for column in fields.columns.values() for cell in column if cell),
             *(text for note in (*raw.notes, *fields.notes) for text in note.texts)]
        )  # fmt: skip
        for at, line in enumerate(told):
            if "word" in line:
                assert f"word{at}x" in held, line

    @given(files)
    def test_records_never_exceed_what_begins_them(self, lines):
        told = [head + ("x" if has_word else "") for head, has_word in lines]
        raw = parse_tagged("\n".join(told), "ris")
        starts = sum(line.startswith("TY  -") for line in told)
        lost = len(next((n.lines for n in raw.notes if n.what == "record without a start"), []))
        twice = len(next((n.lines for n in raw.notes if n.what == "start given twice"), []))
        assert len(raw.lines) == starts + lost - twice
        assert raw.ends == sum(line[:5] == "ER  -" for line in told)

    @pytest.mark.parametrize("name", ["ris", "medline", "wos"])
    @given(text=st.text(st.sampled_from("TYERPMIDAUFN -\n.1x\té“")))
    def test_any_text_is_read(self, name, text):
        raw = parse_tagged(text, name)
        assert (raw.lines >= 1).all()
        tidy_fields(raw)


class TestHostile:
    @pytest.mark.parametrize(
        "value",
        ["<" * 50_000, "," * 50_000 + "y", "x" + ")" * 50_000, "10.1000/" * 6000, "&amp;" * 20_000,
         "a -" + " " * 50_000 + "x", "10.1/a 10.1/b" + ";" * 50_000 + "y", "- " * 30_000, "A.-" * 20_000],
    )  # fmt: skip
    def test_no_value_takes_square_time(self, value):
        # In square time, each of these would take minutes.
        tags = [
            "TI",
            "AU",
            "PY",
            "T2",
            "VL",
            "SP",
            "DO",
            "UR",
            "AB",
            "KW",
            "LA",
            "N1",
            "SN",
            "AN",
            "DB",
            "M3",
        ]
        raw = ris("TY  - JOUR", *(f"{tag}  - {value}" for tag in tags), "ER  - ")
        assert tidy_fields(raw).n == 1
        assert (
            tidy_fields(ris("TY  - JOUR", *[f"AB  - {at}" for at in range(20_000)], "ER  - ")).n
            == 1
        )
