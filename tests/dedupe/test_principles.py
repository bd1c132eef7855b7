"""Pairs that stand for a principle: each was once decided wrongly, in searches as databases give them."""

import pytest
from duplicate_cases import BARE, PAPER, judge, vary

from reviewkit.dedupe.names import read_authors
from reviewkit.dedupe.places import is_living, read_number, read_supplement
from reviewkit.dedupe.titles import compare_titles, read_title

TITLE = PAPER["title"]
REVIEW = vary(BARE, journal="Cochrane Database Syst Rev", volume=None, pages="CD001234", issue="3")
UNPLACED = {"volume": None, "issue": None, "pages": None}
COLUMN = vary(BARE, title="Editorial", authors="Lee, K.")
TRIAL = {"title": "Stress reduction for staff", "year": 2015}


def other(record=BARE, **changes):
    return vary(record, **changes)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        # A supplement is no issue; an abstract and its paper share title, authors and volume.
        (BARE, other(issue="Suppl 1", pages="S45"), "linked"),
        (other(issue=None), other(issue="4 Suppl 1", pages="S45-S45"), "linked"),
        (other(pages=None), other(issue="Suppl. 1", pages="S45"), "linked"),
        (other(issue=None, pages=None), other(issue="Suppl. 1", pages="S45"), "unsure"),
        (other(**UNPLACED), other(issue="Suppl. 1", pages="S45"), "linked"),
        (other(issue="4 Suppl 1", pages="S45-S53"), other(issue="4", pages="S45-53"), "sure"),
        # The number of a Cochrane review is the same in all its versions.
        (other(REVIEW, year=2015), other(REVIEW, year=2018, issue="5"), "linked"),
        (other(REVIEW, year=2017), other(REVIEW, year=2018, issue="5"), "linked"),
        (other(REVIEW, year=2018), other(REVIEW, year=2019), "unsure"),
        (REVIEW, other(REVIEW, issue="5"), "unsure"),
        (REVIEW, other(REVIEW, volume="3", issue="CD001234"), "sure"),
        # Two works do not stand on one range of pages; two records of one may.
        (BARE, other(title=f"{TITLE.split(':')[0]}: a study protocol"), "unsure"),
        (BARE, other(title=f"Erratum: {TITLE}", pages="600-600"), "linked"),
        # Nothing is told of the place: it may be the preprint and may be the paper.
        (vary({"title": TITLE, "authors": BARE["authors"], "year": 2019}), other(journal="medRxiv", **UNPLACED), "unsure"),
        # A column comes once in an issue, a reply may come twice.
        (COLUMN, other(COLUMN, pages=None), "sure"),
        (COLUMN, other(COLUMN, pages=None, volume=None), "sure"),
        (COLUMN, other(COLUMN, pages=None, issue=None), "distinct"),
        (COLUMN, other(COLUMN, pages=None, issue="5"), "distinct"),
        (COLUMN, other(COLUMN, authors=None), "sure"),
        (COLUMN, other(COLUMN, authors=None, pages=None), "unsure"),
        (other(COLUMN, title="Book review"), other(COLUMN, title="Book review", pages=None), "unsure"),
        # Registrations are known by their number.
        ({**TRIAL, "journal": "https://clinicaltrials.gov/show/NCT01234567"},
         {**TRIAL, "journal": "ClinicalTrials.gov", "accession": "NCT01234567", "year": 2016}, "sure"),
        ({**TRIAL, "journal": "https://clinicaltrials.gov/show/NCT01234567"},
         {**TRIAL, "journal": "https://clinicaltrials.gov/show/NCT01234599"}, "distinct"),
        # Missing authors, years and subtitles.
        (BARE, other(authors=None, **UNPLACED), "sure"),
        (BARE, other(authors=None, year=2018, **UNPLACED), "unsure"),
        (BARE, other(year=None, **UNPLACED), "sure"),
        (BARE, other(title="A cross-sectional study: secondary traumatic stress among hospital social workers", pages=None), "sure"),
        # Pages that differ by a slip stand in one issue.
        (BARE, other(pages="521-523"), "unsure"),
        (BARE, other(pages="521-532", issue=None), "linked"),
        # Different DOIs: never sure, and asked about where all else agrees.
        (vary(pmid=None), vary(pmid=None, doi="10.1111/wrong", pages=None), "unsure"),
    ],
)  # fmt: skip
def test_how_a_pair_is_decided(left, right, expected):
    assert judge(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Behavioural counselling of hospitalised women with anaemia", "Behavioral counseling of hospitalized women with anemia", "SAME"),
        ("Maternal influence on sleep of children aged three", "Paternal influence on sleep of children aged three", "NEAR"),
        ("Omeprazole in patients of nursing homes", "Esomeprazole in patients of nursing homes", "NEAR"),
        ("Insomnia in patients of nursing homes", "nIsomnia in patients of nursing homes", "TYPO"),
        ("Insomnia in patients of nursing homes", "nsomnia in patients of nursing homes", "TYPO"),
        ("Understanding glaucoma", "Understanding glaucoma: a systematic review", "SHORTER"),
        ("Sleep of nurses [References].", "Sleep of nurses", "SAME"),
        ("Sleep of nurses. [Review] [45 refs]", "Sleep of nurses", "SAME"),
    ],
)  # fmt: skip
def test_titles_as_databases_write_them(left, right, expected):
    assert compare_titles(read_title(left), read_title(right)).name == expected


def test_a_protocol_is_known_by_its_first_words():
    assert read_title("A study protocol: sleep of nurses").marks == {"protocol"}
    assert read_title("Study protocols in nursing research").marks == frozenset()


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("Smith JA, Jones B", ["smith", "jones"]), ("van der Berg J, O'Neil K", ["berg", "oneil"]),
        ("Smith, JA", ["smith"]), ("Smith, John A", ["smith"]), ("García Márquez F, Li X", ["garciamarquez", "li"]),
    ],
)  # fmt: skip
def test_two_authors_with_one_comma(text, families):
    assert [name.family for name in read_authors(text)] == families


def test_a_supplement_has_no_number_of_its_own():
    assert read_supplement("Suppl. 1", "", "") == read_supplement("S2", "", "") == 1
    assert read_supplement("7", "12", "s43-s44") == 1
    assert read_supplement("7", "12", "43") == 0
    assert read_supplement("", "12", "43") == -1
    assert read_number("CD001234") == ""
    assert is_living("StatPearls", "")
