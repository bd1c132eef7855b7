"""Titles in one form, and how two of them relate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.dedupe.titles import TitleMatch, compare_titles, read_title

RELATED = [
    ("Burnout in nurses", "BURNOUT IN NURSES.", "SAME"),
    ("Health-care staff and sleep", "Healthcare staff and sleep", "SAME"),
    ("Burnout in nurses: type II errors", "Burnout in nurses: type 2 errors", "SAME"),
    ("The second wave of trauma", "The 2nd wave of trauma", "SAME"),
    ("[Burnout bei Pflegenden]", "Burnout bei Pflegenden [German]", "SAME"),
    ("Effects of the trauma on nurses", "Effects of trauma on nurses", "TYPO"),
    ("Anaesthesia and behaviour", "Anesthesia and behavior", "SAME"),
    ("Anaesthesia and behaviour", "Anaesthesia and behavuior", "TYPO"),
    ("A programme for nurses in grief", "A program for nurses in grief", "SAME"),
    ("Secondary trauma in nurses", "Secnodary trauma in nurses", "TYPO"),
    ("Trauma in the second wave", "Trauma in the sceond wave", "TYPO"),
    ("Burnout among hospital nurses: a survey", "Burnout among hospital nurses", "SHORTER"),
    (
        "Burnout among hospital nurses: results from 9 sites",
        "Burnout among hospital nurses",
        "SHORTER",
    ),
    (
        "Burnout among hospital nurses in the north of Spain",
        "Burnout among hospital nurses in the no",
        "SHORTER",
    ),
    ("Burnout among hospital nurses, part II", "Burnout among hospital nurses", "CONFLICT"),
    (
        "Burnout among hospital nurses: a survey - Part Two: results",
        "Burnout among hospital nurses: a survey",
        "CONFLICT",
    ),
    (
        "Burnout among hospital nurses - Part One: aims of the study",
        "Burnout among hospital nurses",
        "CONFLICT",
    ),
    (
        "فرسودگی شغلی پرستاران در ایران: بخش دوم، نتایج پژوهش",
        "فرسودگی شغلی پرستاران در ایران",
        "CONFLICT",
    ),
    (
        "Burnout among hospital nurses: results as part of a trial",
        "Burnout among hospital nurses",
        "SHORTER",
    ),
    (
        "Burnout among hospital nurses: a phase 2 trial of staff",
        "Burnout among hospital nurses",
        "SHORTER",
    ),
    ("Burnout among hospital nurses, part A", "Burnout among hospital nurses, part B", "CONFLICT"),
    ("Burnout among hospital nurses: an update", "Burnout among hospital nurses", "CONFLICT"),
    ("Burnout among hospital nurses 2018", "Burnout among hospital nurses 2019", "CONFLICT"),
    ("Burnout among hospital nurses, 2nd edition", "Burnout among hospital nurses", "CONFLICT"),
    ("Does stress cause burnout in nurses", "Does stress not cause burnout in nurses", "CONFLICT"),
    ("Hypotension among pregnant women", "Hypertension among pregnant women", "CONFLICT"),
    ("Male nurses and their burnout", "Female nurses and their burnout", "CONFLICT"),
    ("Burnout among hospital nurses in Spain", "Burnout among hospital nurses in China", "NEAR"),
    ("Burnout among hospital nurses", "Sleep of paramedics on nights", "DIFFERENT"),
    ("Burnout among hospital nurses", "", "UNKNOWN"),
]


@pytest.mark.parametrize(("left", "right", "expected"), RELATED)
def test_how_two_titles_relate(left, right, expected):
    one, two = read_title(left), read_title(right)
    assert compare_titles(one, two).name == expected
    assert compare_titles(two, one).name == expected


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("Erratum: Burnout in nurses", "correction"), ("Errata", ""),
        ("Correction of vision in children", ""), ("Author Correction: Burnout", "correction"),
        ("Erratum: Author Correction: Burnout in nurses", "correction"),
        ("Burnout in nurses (vol 12, pg 3, 2019)", "correction"), ("Re: Burnout in nurses", "reply"),
        ("Response to: Burnout in nurses", "reply"), ("Recovery from burnout", ""),
        ("Comment on 'Burnout in nurses'", "comment"), ("Commentary: Burnout", "comment"),
        ("Retraction notice to: Burnout", "retraction"), ("RETRACTED: Burnout in nurses", ""),
        ("Burnout: a study protocol", "protocol"), ("Protocol for a trial of sleep", "protocol"),
        ("A protocol-driven unit and burnout", ""), ("Book review: Burnout", "book review"),
        ("Ответ: Выгорание врачей", "reply"), ("Expression of concern: Burnout", "expression of concern"),
    ],
)  # fmt: skip
def test_marks_of_notices(title, mark):
    assert "+".join(read_title(title).marks) == mark


@pytest.mark.parametrize("title", ["Editorial", "EDITORIAL.", "Letter to the Editor", "Untitled", "In this issue",
                                   "Preface", "سرمقاله"])  # fmt: skip
def test_titles_that_tell_nothing(title):
    assert read_title(title).generic


@pytest.mark.parametrize("title", ["Burnout", "Moral distress"])
def test_titles_that_tell_little(title):
    assert read_title(title).brief
    assert not read_title(title).generic


@given(st.text(max_size=80), st.text(max_size=80))
def test_laws_of_titles(left, right):
    one, two = read_title(left), read_title(right)
    assert compare_titles(one, two) == compare_titles(two, one)
    same = compare_titles(one, one)
    assert same == (TitleMatch.SAME if one.key else TitleMatch.UNKNOWN)
    assert read_title(left) == one
