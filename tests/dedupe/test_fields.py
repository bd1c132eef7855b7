"""Authors, journals, pages, volumes and identifiers in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.dedupe.identifiers import is_preprint_doi, read_doi, read_pmid, read_trial, stem_doi
from reviewkit.dedupe.kinds import tell_kind
from reviewkit.dedupe.names import compare_authors, read_authors
from reviewkit.dedupe.places import (
    compare_journals,
    read_journal,
    read_number,
    read_pages,
    read_year,
)


class TestAuthors:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Smith, John A.", "Smith, J"), ("Smith, JA", "Smith, J. A."), ("van den Berg, Jan", "Berg, J. van den"),
            ("O'Brien, P.", "OBrien, Paul"), ("García-López, M.", "Garcia Lopez, Maria"), ("Müller, K.", "Muller, K."),
            ("J. P., Smith", "Smith, J. P."), ("John, Smith", "Smith, J."), ("Prado, J. V.", "Valeria, P. J."),
            ("Smith, J.; Doe, A.; Roe, B.", "Smith, J.; et al."), ("Smith J, Doe A, Roe B", "Smith, J.; Doe, A."),
            ("کریمی, علی", "كريمي, ع."), ("Петров, И.", "ПЕТРОВ, Иван"), ("John Smith", "Smith, John"),
            ("Stress Study Group", "STRESS STUDY GROUP"),
        ],
    )  # fmt: skip
    def test_one_person(self, left, right):
        assert compare_authors(read_authors(left), read_authors(right)) >= 0.6

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Wang, L.", "Wang, Y."),
            ("Smith, J.", "Smythson, J."),
            ("Lee, K.", "Park, K."),
            ("Lee, A. B.", "Berg, L."),
        ],
    )
    def test_two_persons(self, left, right):
        assert compare_authors(read_authors(left), read_authors(right)) < 0.4

    @pytest.mark.parametrize("text", ["", "et al.", "; ;", "...", "others"])
    def test_nobody(self, text):
        assert read_authors(text) == ()

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_laws(self, left, right):
        one, two = read_authors(left), read_authors(right)
        if one and two:
            assert 0 <= compare_authors(one, two) <= 1
            assert compare_authors(one, one) == 1


class TestJournals:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Journal of Traumatic Stress", "J Trauma Stress"), ("The Lancet (London, England)", "Lancet"),
            ("Colloids and Surfaces B: Biointerfaces", "Colloids Surf B Biointerfaces"),
            ("Annals of Hygiene : medicine and care", "Ann Hyg"), ("New England Journal of Medicine", "N Engl J Med"),
            ("Proceedings of the National Academy of Sciences", "PNAS"), ("Drug Design, Development and Therapy", "Drug Des Devel Ther"),
            ("National Medical Journal", "Natl Med J"), ("Social Work & Health", "Social Work and Health"),
            ("Chotmaihet thangphaet [Journal of the Medical Association of Thailand]", "J Med Assoc Thai"),
        ],
    )  # fmt: skip
    def test_one_journal(self, left, right):
        one, two = read_journal(left), read_journal(right)
        assert compare_journals(one, two) == compare_journals(two, one) == 1

    @pytest.mark.parametrize(
        ("left", "right"),
        [("Journal of Nursing", "Journal of Surgery"), ("Value in Health", "Open Forum Infectious Diseases"),
         ("J Trauma Stress", "Soc Work")],
    )  # fmt: skip
    def test_two_journals(self, left, right):
        assert compare_journals(read_journal(left), read_journal(right)) == -1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123-9", (123, 129)), ("123–129", (123, 129)), ("S12-S15", (12, 15)), ("e1001", (1001, 0)), ("12 p", (0, 0)),
        ("pp. 5-9", (5, 9)), ("No-Specified", (0, 0)), ("1095-103", (1095, 1103)), ("99-5", (99, 0)), ("۱۲-۱۸", (12, 18)),
        ("", (0, 0)), ("Article 7", (7, 0)),
    ],
)  # fmt: skip
def test_pages(text, expected):
    assert tuple(read_pages(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", "12"), ("Vol 12 Suppl 1", "12"), ("XII", "12"), ("", ""), ("۱۲", "12")],
)
def test_volumes(text, expected):
    assert read_number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2019//", 2019), ("n.d.", 0), ("in press", 0), ("1398", 0), ("May 2020", 2020)],
)
def test_years(text, expected):
    assert read_year(text) == expected


class TestIdentifiers:
    @pytest.mark.parametrize(
        "text",
        ["10.1000/AbC", "doi:10.1000/abc", "https://doi.org/10.1000/abc", "http://dx.doi.org/10.1000%2Fabc", "10.1000/abc [doi]",
         "10.1000/abc.", "10.1000//abc", "10.1000/abc/full", "10.1000/abc?x=1", "10.1000/abc; 10.1000/abc", "10.1000/abc10.1000/abc"],
    )  # fmt: skip
    def test_one_doi(self, text):
        assert read_doi(text) == "10.1000/abc"

    def test_brackets_that_belong_to_a_doi(self):
        assert read_doi("10.1016/S0140-6736(00)02352-7") == "10.1016/s0140-6736(00)02352-7"
        assert read_doi("(10.1016/S0140-6736(00)02352-7)") == "10.1016/s0140-6736(00)02352-7"
        assert read_doi("10.1016/s0140(00)") == "10.1016/s0140(00)"

    @pytest.mark.parametrize("text", ["", "n/a", "10.1000", "10.1000/", "10.1002/central/CN-001"])
    def test_no_doi(self, text):
        assert read_doi(text) == ""

    @given(st.text(max_size=40))
    def test_reading_twice_changes_nothing(self, text):
        doi = read_doi("10.1234/" + text)
        assert read_doi(doi) == doi
        assert stem_doi(stem_doi(doi)) == stem_doi(doi)

    def test_preprints(self):
        assert is_preprint_doi("10.1101/2020.01.02.20012345")
        assert not is_preprint_doi("10.1101/gr.123456.111")  # a journal of the same house
        assert tell_kind("JOUR", "", "", "10.31234/osf.io/abcde") == "preprint"

    def test_numbers(self):
        assert read_pmid("PMID 1") == ""
        assert read_pmid("31357242") == "31357242"
        assert read_trial("", "https://clinicaltrials.gov/show/NCT01234567") == "nct01234567"
        assert tell_kind("", "Dissertation Abstracts International", "", "") == "thesis"
        assert tell_kind("Journal Article", "Lancet", "12", "10.1016/x") == ""
