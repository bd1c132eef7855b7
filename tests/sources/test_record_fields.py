"""Values made alike: names, years, DOIs, pages, kinds, languages, databases, text."""

# ruff: noqa: RUF001 -- letters and dashes of many scripts

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.raw_columns import to_columns
from reviewkit.sources.raw_records import FIELDS, RawFile, RawRecord
from reviewkit.sources.record_columns import find_odd
from reviewkit.sources.record_fields import RULES, tidy_fields
from reviewkit.sources.record_names import PLAIN_NAMES, tidy_name
from reviewkit.sources.record_numbers import find_dois, find_issns, read_pmid
from reviewkit.sources.record_values import (
    clean_number,
    clean_pages,
    clean_plain,
    clean_text,
    read_year,
)
from reviewkit.sources.record_vocabulary import (
    KINDS,
    LANGUAGES,
    name_database,
    name_kind,
    name_languages,
    tell_database,
)


def tidy(**values):
    """Return one record made alike, and what was noted: (what, text)."""
    listed = {name: [v] if isinstance(v, str) else v for name, v in values.items()}
    raw = to_columns(RawFile("ris", "", [RawRecord(7, listed)], [], 1, 1))
    fields = tidy_fields(raw)
    row = {name: column[0] for name, column in fields.columns.items() if column[0] is not None}
    if fields.years[0]:
        row["year"] = fields.years[0]
    return row, [(note.what, text) for note in fields.notes for text in note.texts]


class TestText:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("H<sub>2</sub>O in <i>E. coli</i>", "H2O in E. coli"),
            ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
            ("Aims.<br/>Methods.", "Aims. Methods."),
            ("p &lt; 0.05 &amp; more", "p < 0.05 & more"),
            ("a &amp;amp; b", "a & b"),
            ("&lt;i&gt;Rana&lt;/i&gt;", "Rana"),
            ("R&D; AT&T", "R&D; AT&T"),
            ("x < 5 and y > 3", "x < 5 and y > 3"),
            ("n <100, p>0.1", "n <100, p>0.1"),
            ("caf&eacute; &#8211; &#x3b1;", "café – α"),
            ("  two  blanks\tand\nbreaks ", "two blanks and breaks"),
            ("hard\u00a0space\u2009thin", "hard space thin"),
            ("bell\x07 and \ufeffmark\u200b", "bell and mark"),
            ("half \ud800 letter", "half \ufffd letter"),
            ("می‌شود", "می‌شود"),  # the zero-width joint is part of the word
            ("BURNOUT IN CAPITALS", "BURNOUT IN CAPITALS"),
            ("{001} facets of C:\\new", "{001} facets of C:\\new"),
        ],
    )
    def test_markup_goes_and_meaning_stays(self, text, expected):
        assert clean_text(text) == expected

    def test_latex_of_accents(self):
        pytest.importorskip("reviewkit.sources.latex")
        assert clean_text(r"M{\"u}ller and Jos\'e") == "Müller and José"

    @given(st.text(st.characters(exclude_characters="\\")))  # what LaTeX is, its reader tests
    def test_idempotent(self, text):
        once = clean_text(text)
        assert clean_text(once) == once

    @given(
        st.text(
            st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_characters="\x7f")
        ).map(lambda t: t.strip())
    )
    def test_the_short_way_is_the_same(self, text):
        assert clean_plain(text) == clean_text(text) or not text.isascii()

    def test_hostile_nesting_ends(self):
        assert clean_text("&" + "amp;" * 20_000).startswith("&")
        assert len(clean_text("<" * 20_000 + "i>" * 20_000)) > 0


class TestYear:
    @pytest.mark.parametrize(
        ("text", "year"),
        [("2019", 2019), ("2019//", 2019), ("1999/09//Sep", 1999), ("2020 Feb", 2020), ("SEP 2018", 2018),
         ("2018 Nov-Dec", 2018), ("20190325", 2019), ("c2003", 2003), ("2019a", 2019), ("(2019)", 2019),
         ("۱۳۹۸", 2019), ("1402", 2023), ("1440", 2018), ("٢٠١٩", 2019)],
    )  # fmt: skip
    def test_is_found(self, text, year):
        assert read_year(text)[0] == year

    @pytest.mark.parametrize(
        "text",
        ["n.d.", "in press", "forthcoming", "10 15", "", "SEP 22", "19", "20199", "3019", "1250"],
    )
    def test_is_not_made_up(self, text):
        assert read_year(text) == (None, "no year")

    def test_the_first_that_tells_it_counts(self):
        row, notes = tidy(year=["in press", "2020", "2020/05/01", "2021"])
        assert row["year"] == 2020
        assert notes == [
            ("year: no year", "in press"),
            ("year: another value", "2020/05/01"),
            ("year: another value", "2021"),
        ]


class TestDoi:
    @pytest.mark.parametrize(
        ("text", "dois"),
        [
            ("10.1002/CPP.2398", ["10.1002/cpp.2398"]),
            ("https://doi.org/10.1002/cpp.2398", ["10.1002/cpp.2398"]),
            ("http://dx.doi.org/10.1002/cpp.2398.", ["10.1002/cpp.2398"]),
            ("doi:10.1002/cpp.2398;", ["10.1002/cpp.2398"]),
            ("DOI: 10.1002/cpp.2398 [doi]", ["10.1002/cpp.2398"]),
            ("10.1002/cpp.2398 10.1002/cpp.2398", ["10.1002/cpp.2398"]),
            ("10.1002/cpp.239810.1002/cpp.2398", ["10.1002/cpp.2398"]),
            ("10.1000/a, https://doi.org/10.1000/b", ["10.1000/a", "10.1000/b"]),
            ("https://x.org/s?doi=10.1038%2fs41467-024-1&partnerID=40&md5=6", ["10.1038/s41467-024-1"]),
            ("https://onlinelibrary.wiley.com/doi/10.1002/ar.25520/full?x=1", ["10.1002/ar.25520"]),
            ("https://www.frontiersin.org/articles/10.3389/fpsyg.2020.02210/full", ["10.3389/fpsyg.2020.02210"]),
            ("https://www.cochranelibrary.com/central/doi/10.1002/central/CN-00778158/full", []),
            ("10.1002/(SICI)1099-0844(199603)14:1<1::AID-CBF630>3.0.CO;2-5",
             ["10.1002/(sici)1099-0844(199603)14:1<1::aid-cbf630>3.0.co;2-5"]),
            ("10.1002/(SICI)1&lt;1::AID&gt;3.0.CO;2-5", ["10.1002/(sici)1<1::aid>3.0.co;2-5"]),
            ("(10.1016/s0140-6736(20)30183-5)", ["10.1016/s0140-6736(20)30183-5"]),
            ("10.1038/x     LK  - https://d.e/10.1000/y", ["10.1038/x"]),
            ("10.1/x", []), ("", []), ("n/a", []), ("10.", []),
        ],
    )  # fmt: skip
    def test_bare_and_lower(self, text, dois):
        assert find_dois(text) == dois

    @given(st.text(st.sampled_from("10./abXY()<>;:-_[].%2f doi.org:/&?"), max_size=40))
    def test_a_doi_that_was_found_is_found_again(self, text):
        for doi in find_dois(text):
            assert doi.startswith("10.")
            assert find_dois(doi)[:1] == [doi]

    def test_one_in_an_address_counts_where_there_is_no_other(self):
        row, _ = tidy(url="https://doi.org/10.1000/X")
        assert (row["doi"], row["url"]) == ("10.1000/x", "https://doi.org/10.1000/X")
        assert tidy(url="https://doi.org/10.1000/x", doi="10.1000/y")[0]["doi"] == "10.1000/y"


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "pages"),
        [("1279-1297", "1279-1297"), ("1279‐97", "1279-1297"), ("117--55", "117-155"), ("43 – 58", "43-58"),
         ("pp. 3-9", "3-9"), ("S12-5", "S12-S15"), ("e1002", "e1002"), ("5-5", "5"), ("12-", "12"),
         ("1-3, 7", "1-3, 7"), ("No-Specified", ""), ("N.PAG", ""), ("n/a", ""), ("e1-e9", "e1-e9"),
         ("۱۲-۱۵", "12-15"), ("99-101", "99-101"), ("iv-xii", "iv-xii")],
    )  # fmt: skip
    def test_pages(self, text, pages):
        assert clean_pages(text) == pages

    @pytest.mark.parametrize(
        ("text", "number"),
        [("Vol. 12", "12"), ("vol 3", "3"), ("No. 4", "4"), ("12", "12"), ("Suppl 1", "Suppl 1"), ("v10", "10"),
         ("1 January", "1 January"), ("undefined", ""), ("n/a", ""), ("(Boisvert C.) " + "x" * 80, "")],
    )  # fmt: skip
    def test_volume_and_issue(self, text, number):
        assert clean_number(text) == number

    @pytest.mark.parametrize(
        ("text", "pmid"),
        [("30922926", "30922926"), ("PMID: 30922926", "30922926"), ("MEDLINE:30922926", "30922926"),
         ("030922926", "30922926"), ("PMC7026692", ""), ("none", ""), ("123456789", "")],
    )  # fmt: skip
    def test_pmid(self, text, pmid):
        assert read_pmid(text) == pmid

    @pytest.mark.parametrize(
        ("text", "issns"),
        [("20411723 (ISSN)", ["2041-1723"]), ("1895-5770 1895-577x", ["1895-5770", "1895-577X"]),
         ("978-3-030-94284-7", ["9783030942847"]), ("ISSN-1234-5678", ["1234-5678"]), ("none", [])],
    )  # fmt: skip
    def test_issn(self, text, issns):
        assert find_issns(text) == issns


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Griffin, Darren K", "Griffin, Darren K"), ("Darren K. Griffin", "Griffin, Darren K."),
            ("Griffin DK", "Griffin, DK"), ("GRIFFIN DK", "GRIFFIN, DK"), ("D. K. Griffin", "Griffin, D. K."),
            ("DK Griffin", "Griffin, DK"), ("CAIZHI SHEN", "SHEN, CAIZHI"), ("Smith,John", "Smith, John"),
            ("van der Berg J", "van der Berg, J"), ("Vincent van der Berg", "van der Berg, Vincent"),
            ("Van Dyk", "Van Dyk"), ("Francesco d'Errico", "d'Errico, Francesco"),
            ("Müller A-M", "Müller, A-M"), ("O'Connor RE", "O'Connor, RE"),
            ("Kennedy JF Jr", "Kennedy, JF, Jr"), ("Kennedy Jr., John F.", "Kennedy, John F., Jr."),
            ("Chamberlain, John A Jr", "Chamberlain, John A, Jr"), ("Roe, Jr, Ada", "Roe, Ada, Jr"),
            ("John Paul Jones III", "Jones, John Paul, III"),
            ("王小明", "王小明"), ("王 小明", "王, 小明"), ("محمد رضایی", "رضایی, محمد"),
            ("رضایی، محمد", "رضایی, محمد"), ("Иванов И. И.", "Иванов, И. И."),
            ("World Health Organization", "World Health Organization"), ("WHO", "WHO"), ("{{WHO}}", "WHO"),
            ("{Médecins Sans Frontières}", "Médecins Sans Frontières"),
            ("Médecins Sans Frontières,", "Médecins Sans Frontières"),
            ("COVID-19 Study Group", "COVID-19 Study Group"),
            ("et al.", ""), ("and others", ""), ("Smith J, et al.", "Smith, J"), ("Smith, J. et al.", "Smith, J."),
            ("[Anonymous]", ""), ("No authorship indicated", ""), ("NULL", ""), ("1", ""), ("&", ""),
            ("Ding, Y. (Ed.)", "Ding, Y."), ("Banks, Ferdinand E. ", "Banks, Ferdinand E."),
            ("Smith, John1,2", "Smith, John"), ("M&uuml;ller, A.", "Müller, A."),
        ],
    )  # fmt: skip
    def test_family_comma_given(self, name, expected):
        assert tidy_name(name) == expected

    @given(st.text(max_size=30))
    def test_a_name_that_is_not_odd_stays(self, name):
        if "\n" not in name and not find_odd(PLAIN_NAMES, [name]):
            assert tidy_name(name) == name

    @given(
        st.lists(
            st.sampled_from(
                ["Roe", "Ada", "J.", "AB", "van", "de", "Jr", "王", ",", "O'N", "et al."]
            )
        ).map(" ".join)
    )
    def test_what_has_a_comma_is_not_turned_again(self, name):
        once = tidy_name(name)
        if ", " in once:
            assert tidy_name(once) == tidy_name(tidy_name(once))

    def test_several_in_one_value(self):
        row, notes = tidy(authors=["Roe, A.; Doe, B.; et al.", "Poe C"])
        assert row["authors"] == "Roe, A.; Doe, B.; Poe, C"
        assert notes == [("authors: changed", "Poe C"), ("authors: says nothing", "et al.")]


class TestVocabulary:
    @pytest.mark.parametrize(
        ("spelling", "kind"),
        [("JOUR", "article"), ("Journal Article", "article"), ("article-journal", "article"), ("J", "article"),
         ("CHAP", "chapter"), ("bookSection", "chapter"), ("blogPost", "web"), ("Book Section", "chapter"), ("incollection", "chapter"), ("phdthesis", "thesis"),
         ("Meeting Abstract", "conference"), ("CPAPER", "conference"), ("posted-content", "preprint"),
         ("Published Erratum", "erratum"), ("Retraction of Publication", "retraction"),
         ("Retracted Publication", "retracted"), ("Comment", "comment"), ("Cognitive Therapy [3311]", "")],
    )  # fmt: skip
    def test_kinds(self, spelling, kind):
        assert name_kind(spelling) == kind

    def test_every_kind_is_a_spelling_of_itself(self):
        assert {name_kind(kind) for kind in KINDS.values()} == set(KINDS.values())
        assert all(name_kind(kind) == kind for kind in KINDS.values())

    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            (["JOUR", "Article"], "article"), (["JOUR", "Erratum"], "erratum"),
            (["JOUR", "Conference Abstract"], "conference"), (["Journal Article", "Review"], "article"),
            (["Journal Article", "Letter", "Comment"], "comment"), (["GEN", "Thesis"], "thesis"),
            (["CHAP", "Article"], "chapter"), (["Article; Retracted Publication"], "retracted"),
            (["Widget"], "Widget"), (["GEN", "Widget"], "Widget"), (["JOUR", "Widget"], "article"),
        ],
    )  # fmt: skip
    def test_of_several_kinds_the_one_that_says_most(self, values, kind):
        assert tidy(kind=values)[0]["kind"] == kind

    @pytest.mark.parametrize(
        ("text", "names"),
        [("eng", ["English"]), ("en-US", ["English"]), ("English", ["English"]), ("per", ["Persian"]),
         ("فارسی", ["Persian"]), ("English, Spanish", ["English", "Spanish"]), ("Klingon", ["Klingon"]), ("und", [])],
    )  # fmt: skip
    def test_languages(self, text, names):
        assert name_languages(text) == names

    def test_every_language_is_a_spelling_of_itself(self):
        assert all(name_languages(name) == [name] for name in LANGUAGES.values())

    def test_databases(self):
        assert name_database("APA PsycInfo <1806 to July 2024>") == "APA PsycInfo"
        assert name_database("Ovid MEDLINE(R) ALL <1946 to July 24>") == "MEDLINE"
        assert name_database("My own list") == "My own list"
        assert tell_database("", "https://x.org") == ""

    @pytest.mark.parametrize(
        ("values", "source"),
        [
            ({"source": ["Embase", "Medline"]}, "Embase"),
            ({"source": ["Medline"], "url": "https://www.embase.com/search?x"}, "Embase"),
            ({"source": ["Medline"]}, "MEDLINE"),
            ({"accession": "WOS:000282053100002"}, "Web of Science"),
            (
                {"source": ["aph"], "url": "https://search.ebscohost.com/login.aspx?db=aph"},
                "Academic Search",
            ),
            (
                {"url": "https://search.ebscohost.com/login.aspx?direct=true&db=psyh&AN=1"},
                "APA PsycInfo",
            ),
        ],
    )
    def test_the_source_of_a_record(self, values, source):
        assert tidy(title="x", **values)[0]["source"] == source


class TestRules:
    def test_every_field_has_one(self):
        assert set(RULES) == set(FIELDS)

    def test_a_second_value_is_noted(self):
        row, notes = tidy(title=["One", "Two", "One"], publisher=["Wiley", "US"])
        assert (row["title"], row["publisher"]) == ("One", "Wiley")
        assert notes == [("title: another value", "Two"), ("publisher: another value", "US")]

    def test_a_notice_of_copyright_is_no_abstract(self):
        notice = (
            "Copyright of PLoS ONE is the property of Public Library of Science and its content"
        )
        row, notes = tidy(abstract=["Aims.", notice, "Aims.", "Methods."])
        assert row["abstract"] == "Aims. Methods."
        assert notes == [
            ("abstract: notice of copyright", notice),
            ("abstract: given twice", "Aims."),
        ]

    def test_what_says_that_there_is_no_abstract_is_none(self):
        row, notes = tidy(
            title="x", abstract="[No abstract available]", authors="[No author name available]"
        )
        assert not {"abstract", "authors"} & set(row)
        assert {what for what, _ in notes} == {"abstract: says nothing", "authors: says nothing"}

    def test_zero_is_no_volume_and_a_format_of_a_file_no_kind(self):
        row, notes = tidy(title="x", volume="0", issue="0", pages="0-0", kind="PDF")
        assert set(row) == {"title"}
        assert len(notes) == 4

    def test_a_pmid_that_is_a_note_of_its_own(self):
        assert tidy(notes="tex: x\nPMID: 30922926")[0]["pmid"] == "30922926"
        assert tidy(notes="PMID: 30922926", pmid="123")[0]["pmid"] == "123"
        assert "pmid" not in tidy(notes="Roe, A. (2001). BMJ. PMID: 30922926 and more")[0]

    def test_keywords_each_once(self):
        row, notes = tidy(keywords=["a; b", "Models, Biological", "b", "n/a"])
        assert row["keywords"] == "a; b; Models, Biological"
        assert ("keywords: given twice", "b") in notes

    def test_notes_keep_their_lines(self):
        assert tidy(notes=["one\ntwo", "three"])[0]["notes"] == "one\ntwo\nthree"

    def test_an_address_stops_where_the_next_begins(self):
        row, notes = tidy(url="https://a.org/x http://b.org")
        assert row["url"] == "https://a.org/x"
        assert notes == [("url: changed", "https://a.org/x http://b.org")]

    def test_no_pages_are_noted(self):
        row, notes = tidy(title="x", pages="No-Specified")
        assert "pages" not in row
        assert notes == [("pages: says nothing", "No-Specified")]

    def test_a_spelling_is_noted_once_with_how_often(self):
        records = [RawRecord(at, {"language": ["eng"]}) for at in (3, 5)]
        fields = tidy_fields(to_columns(RawFile("ris", "", records, [], 2, 2)))
        (note,) = fields.notes
        assert (note.what, note.lines.tolist(), note.texts) == (
            "read as English",
            [3],
            ["eng (2 records)"],
        )

    def test_no_records(self):
        assert tidy_fields(to_columns(RawFile("ris", "", [], [], 0, 0))).n == 0
