"""Spellings of verdicts and stages."""

import pytest

from reviewkit._core.errors import InputError
from reviewkit.sources.schema import plain_name
from reviewkit.sources.votes import STAGES, UNDECIDED, VERDICTS, name_stage, verdict_names


def test_only_three_verdicts_and_two_stages():
    assert set(VERDICTS.values()) == {"include", "exclude", "maybe"}
    assert set(STAGES.values()) == {"title_abstract", "full_text"}


def test_no_spelling_is_both_a_verdict_and_none():
    assert not UNDECIDED & VERDICTS.keys()


def test_spellings_are_in_the_form_in_which_they_are_looked_up():
    assert all(spelling == spelling.casefold() for spelling in VERDICTS)
    assert all(spelling == plain_name(spelling) for spelling in STAGES)


@pytest.mark.parametrize(
    "text", ["title/abstract", "Title & Abstract", "TI/AB", "title and abstract", "Screening"]
)
def test_title_abstract(text):
    assert name_stage(text) == "title_abstract"


@pytest.mark.parametrize("text", ["full text", "Full-Text", "fulltext", "full_text_review"])
def test_full_text(text):
    assert name_stage(text) == "full_text"


def test_zero_is_between_where_minus_one_is_the_exclusion():
    assert [verdict_names(["1", "0"])[one] for one in "10"] == ["include", "exclude"]
    three = verdict_names(["1", "0", "-1"])
    assert [three[one] for one in ("1", "0", "-1")] == ["include", "maybe", "exclude"]


def test_an_unknown_stage_names_the_known():
    with pytest.raises(InputError, match=r"one of title_abstract, full_text, .* Got 'abstraction'"):
        name_stage("abstraction")
