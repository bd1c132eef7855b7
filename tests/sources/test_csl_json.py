"""CSL-JSON and the JSON of Zotero."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, write

from reviewkit._core.errors import ParseError
from reviewkit.sources.csl_json import is_csl_json, read_csl_json

ITEM = {
    "id": "https://example.org/items/1",
    "type": "article-journal",
    "title": "A <i>title</i>",
    "container-title": ["Journal of Titles"],
    "container-title-short": "JT",
    "author": [
        {"family": "Berg", "given": "J.", "non-dropping-particle": "van den"},
        {"literal": "World Health Organization"},
        {"family": "King", "given": "M. L.", "suffix": "Jr."},
    ],
    "issued": {"date-parts": [[2020, "5", 1]]},
    "DOI": "10.1/X",
    "PMID": 123,
    "volume": 7,
    "issue": "2",
    "page": "1-9",
    "ISSN": ["1111-1111", "2222-2222"],
    "keyword": "burnout; stress",
    "abstract": "All about it",
    "language": "en",
    "URL": "https://example.org",
    "publisher": "P",
    "publisher-place": "Berlin",
    "source": "PubMed",
    "note": "a note",
    "accessed": {"date-parts": [[2021]]},
}


def read(folder, content):
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return read_csl_json(write(folder, text, "items.json"))


def test_fields(tmp_path):
    raw = read(tmp_path, [ITEM])
    assert raw.records[0].values == {
        "kind": ["article-journal"],
        "title": ["A <i>title</i>"],
        "journal": ["Journal of Titles"],
        "authors": ["van den Berg, J.", "World Health Organization,", "King, M. L., Jr."],
        "year": ["2020-05-01"],
        "doi": ["10.1/X"],
        "pmid": ["123"],
        "volume": ["7"],
        "issue": ["2"],
        "pages": ["1-9"],
        "issn": ["1111-1111", "2222-2222"],
        "keywords": ["burnout", "stress"],
        "abstract": ["All about it"],
        "language": ["en"],
        "url": ["https://example.org"],
        "publisher": ["P"],
        "place": ["Berlin"],
        "source": ["PubMed"],
        "notes": ["a note"],
    }
    assert (raw.format, raw.source, raw.starts, raw.ends) == ("csl_json", "PubMed", 1, 1)
    assert [note.text for note in raw.notes] == ["id (1 time)", "accessed (1 time)"]


def test_the_json_of_zotero(tmp_path):
    item = {
        "itemType": "journalArticle",
        "title": "T",
        "publicationTitle": "J",
        "creators": [
            {"firstName": "A.", "lastName": "Ada", "creatorType": "author"},
            {"name": "World Health Organization", "creatorType": "author"},
            {"firstName": "E.", "lastName": "Ed", "creatorType": "editor"},
        ],
        "date": "2020-05",
        "tags": [{"tag": "burnout"}, {"tag": "stress"}],
        "notes": [{"note": "n"}],
        "libraryCatalog": "PubMed",
    }
    for content in ({"config": {"id": "x"}, "items": [item]}, [{"key": "A", "data": item}]):
        values = read(tmp_path, content).records[0].values
        assert values["authors"] == ["Ada, A.", "World Health Organization,"]
        assert (values["keywords"], values["year"]) == (["burnout", "stress"], ["2020-05"])


@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [["2020", 11]]}, "2020-11"),
        ({"date-parts": [[2019, 12], [2020, 1]]}, "2019-12"),
        ({"raw": "2019//"}, "2019//"),
        ({"literal": "in press"}, "in press"),
        ("n.d.", "n.d."),
        ({"date-parts": [[None]], "raw": "2001"}, "2001"),
    ],
)
def test_dates(tmp_path, issued, year):
    assert read(tmp_path, [{"title": "T", "issued": issued}]).records[0].values["year"] == [year]


def test_lines_are_those_of_the_items(tmp_path):
    text = json.dumps([{"title": "A"}, {"title": "B"}, {"title": "C"}], indent=1)
    assert [record.line for record in read(tmp_path, text).records] == [2, 5, 8]


def test_items_line_by_line(tmp_path):
    raw = read(tmp_path, '{"title": "A", "type": "book"}\n{"title": "B", "type": "book"}\n')
    assert [record.line for record in raw.records] == [1, 2]


def test_what_is_no_reference_is_noted(tmp_path):
    raw = read(tmp_path, [{"title": "A"}, 5, {"id": "n", "type": "note"}, {"title": {"a": 1}}])
    assert (len(raw.records), raw.starts) == (1, 4)
    assert [note.what for note in raw.notes if note.what == "record without values"] == [
        "record without values"
    ] * 3
    assert "title (1 time)" in {note.text for note in raw.notes}  # a value that is no text


@settings(patient, max_examples=50)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip), min_size=1),
    st.booleans(),
)
def test_any_title_comes_back(tmp_path_factory, titles, is_ascii):
    text = json.dumps([{"title": title} for title in titles], ensure_ascii=is_ascii)
    path = write(tmp_path_factory.mktemp("json"), text, "items.json")
    assert [record.values["title"] for record in read_csl_json(path).records] == [
        [title.strip()] for title in titles
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["title", "author", "family", "literal", "issued", "date-parts", "tag", "note"]), inner, max_size=3),
)  # fmt: skip


@settings(patient, max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from([*sorted(ITEM), "creators", "tags", "notes", "date"]), json_values
    )
)
def test_values_of_any_shape_are_text_or_nothing(tmp_path_factory, item):
    folder = tmp_path_factory.mktemp("json")
    raw = read(folder, [item, {"title": "T"}])
    for record in raw.records:
        assert all(
            isinstance(text, str) and text for texts in record.values.values() for text in texts
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"title": "T"},\n{"title": "U', "line 2, after 1 whole item, it has no end"),
        ('[{"title": "T"}', "after 1 whole item, it has no end"),
        ('[{"title": "T"} x]', "no valid JSON"),
        ("[" * 200_000, "nested too deeply"),
        (
            '[{"title": "T"},\n{"a":' + "[" * 200_000,
            "line 2, after 1 whole item, it has an item that",
        ),
        ('[{"volume": ' + "1" * 10_000 + "}]", "a number that is too long"),
        ("[]", "JSON without a reference"),
    ],
    ids=["cut", "open", "damaged", "nested", "nested late", "number", "empty"],
)
def test_misuse_is_named(tmp_path, text, message):
    with pytest.raises(ParseError, match=message) as error:
        read(tmp_path, text)
    assert "'items.json'" in str(error.value)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (json.dumps([ITEM])[:200], True),
        ('{"items": [{"itemType": "book", "title": "T"', True),
        ('[{"a": 1}]', False),
        ('{"title": "a schema", "type": "object"}', False),
        ("title", False),
    ],
)
def test_sniffer(head, expected):
    assert is_csl_json(head) is expected
