"""The refer format: tags, wrapped lines, files without %0."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, write

from reviewkit._core.errors import ParseError
from reviewkit.sources.refer import is_refer, read_refer

TWO = """\
From a search of 2021
%0 Journal Article
%A Ada, L.
%A World Health Organization,
%T A title
 that is wrapped
%J Journal of Titles
%D 2020
%V 7
%N 1
%P 1-10
%R 10.1/x
%U https://example.org/a
%U https://example.org/b
%X First paragraph,

second paragraph with 5
% of all.
%K one
two
three
%@ 1234-5678
%G English
%M 31366609
%W NLM
%Z a note
%+ An address
%1 a label

%0 Book Section
%A Roe, R.
%E Doe, D.
%T A chapter
%B The book
%8 May 2001
%I A publisher
%C Berlin
%K a; b

"""


def read(folder, text):
    return read_refer(write(folder, text, "export.enw"))


def test_fields(tmp_path):
    raw = read(tmp_path, TWO)
    first, second = raw.records
    assert (first.line, second.line, raw.format) == (2, 30, "refer")
    assert (raw.starts, raw.ends) == (2, 2)
    assert first.values == {
        "kind": ["Journal Article"],
        "authors": ["Ada, L.", "World Health Organization,"],
        "title": ["A title that is wrapped"],
        "journal": ["Journal of Titles"],
        "year": ["2020"],
        "volume": ["7"],
        "issue": ["1"],
        "pages": ["1-10"],
        "doi": ["10.1/x"],
        "url": ["https://example.org/a", "https://example.org/b"],
        "abstract": ["First paragraph,\nsecond paragraph with 5 % of all."],
        "keywords": ["one", "two", "three"],
        "issn": ["1234-5678"],
        "language": ["English"],
        "accession": ["31366609"],
        "pmid": ["31366609"],
        "source": ["PubMed"],
        "notes": ["a note"],
    }
    assert second.values == {
        "kind": ["Book Section"],
        "authors": ["Roe, R."],
        "title": ["A chapter"],
        "journal": ["The book"],
        "year": ["May 2001"],
        "publisher": ["A publisher"],
        "place": ["Berlin"],
        "keywords": ["a", "b"],
    }
    assert [(note.line, note.what, note.text) for note in raw.notes] == [
        (1, "text outside records", "From a search of 2021"),
        (27, "tag not read", "%+ (1 time)"),
        (28, "tag not read", "%1 (1 time)"),
    ]


def test_old_files_are_parted_by_blank_lines(tmp_path):
    raw = read(tmp_path, "%A Ada\n%T One\n%D 1980\n\n\n%T Two\n%A Bo\n")
    assert [record.values["title"] for record in raw.records] == [["One"], ["Two"]]
    assert [record.line for record in raw.records] == [1, 6]


def test_a_record_that_lost_its_first_tag(tmp_path):
    raw = read(tmp_path, "%A Ada\n%T One\n\n%0 Book\n%T Two\n")
    assert [record.values["title"] for record in raw.records] == [["One"], ["Two"]]
    assert raw.notes == [(1, 0, "record without its %0", "%A Ada")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_breaks(tmp_path, end):
    raw = read(tmp_path, TWO.replace("\n", end))
    assert [record.line for record in raw.records] == [2, 30]


@settings(patient, max_examples=50)
@given(
    st.lists(
        st.text("aé %;\t", min_size=1).map(str.strip).filter(lambda text: text and text[0] != "%"),
        min_size=1,
    )
)
def test_each_record_and_title_comes_back(tmp_path_factory, titles):
    text = "".join(f"%0 Book\n%T {title}\n%D 2000\n\n" for title in titles)
    raw = read(tmp_path_factory.mktemp("enw"), text)
    assert [record.values["title"] for record in raw.records] == [[title] for title in titles]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("%0 Book\n%T A\n", True),
        ("\n%A Ada\n%T A\n", True),
        ("% a comment\n@book{a,\n", False),
        ("TY  - JOUR\nAB  - 5\n%0 of\n", False),
        ("", False),
    ],
)
def test_sniffer(head, expected):
    assert is_refer(head) is expected


def test_no_record(tmp_path):
    with pytest.raises(
        ParseError, match=r"'export\.enw' must hold .* no record of the refer format"
    ):
        read(tmp_path, "nothing\n% here\n")
