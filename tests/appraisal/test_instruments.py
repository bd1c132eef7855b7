"""The registry of instruments: what they hold, how items are found, and instruments of one's own."""

import copy
import pickle
import re
from pathlib import Path

import pytest

from reviewkit._core.errors import InputError, ParseError
from reviewkit.appraisal.answers import ANSWER_SETS, LEVELS, SPELLINGS, fold, spellings_of
from reviewkit.appraisal.instrument_files import parse_instrument, read_instrument
from reviewkit.appraisal.instruments import INSTRUMENTS, choose_instrument, list_instruments

OWN = """
name = "own"
title = "Own form"
answers = {met = "low", partly = "some", unmet = "high"}
[[items]]
id = "1"
title = "Sampling"
[[items]]
id = "2"
title = "Setting"
reversed = true
"""


class TestWhatTheSourcesSay:
    """Numbers of items and stars, and the answers, as the sources of the instruments have them."""

    @pytest.mark.parametrize(
        ("name", "items"),
        [
            ("jbi-prevalence", 9), ("jbi-prevalence-2014", 10), ("hoy-2012", 10), ("axis", 20),
            ("nos-cohort", 8), ("nos-case-control", 8), ("nos-cross-sectional", 7),
            ("mmat-2018", 27), ("rob-2", 5), ("robins-i", 7),
        ],
    )  # fmt: skip
    def test_items(self, name, items):
        assert len(INSTRUMENTS[name].items) == items

    @pytest.mark.parametrize(
        ("name", "stars"), [("nos-cohort", 9), ("nos-case-control", 9), ("nos-cross-sectional", 10)]
    )
    def test_stars(self, name, stars):
        assert sum(item.stars for item in INSTRUMENTS[name].items) == stars

    def test_only_two_questions_of_axis_are_reversed(self):
        assert [i.id for i in INSTRUMENTS["axis"].items if i.reversed] == ["13", "19"]
        assert INSTRUMENTS["axis"].level("13", "yes") == "high"
        assert INSTRUMENTS["axis"].level("12", "yes") == "low"
        assert INSTRUMENTS["axis"].level("19", "don't know") == "unclear"

    def test_one_star_of_two_lies_between(self):
        one = INSTRUMENTS["nos-cohort"]
        assert [one.level("5", a) for a in one.allowed(one.get("5"))] == ["high", "some", "low"]
        assert [one.level("1", a) for a in one.allowed(one.get("1"))] == ["high", "low"]

    def test_mmat_has_two_screening_questions_and_five_groups_of_five(self):
        groups = [item.group for item in INSTRUMENTS["mmat-2018"].items]
        assert sorted(groups.count(group) for group in set(groups)) == [2, 5, 5, 5, 5, 5]

    def test_the_adapted_scale_is_called_an_adaptation(self):
        one = INSTRUMENTS["nos-cross-sectional"]
        assert "adapted" in one.title
        assert "adaptation" in one.source

    def test_advice_against_sums(self):
        assert "advises against sum scores" in INSTRUMENTS["jbi-prevalence"].advice


@pytest.mark.parametrize("one", INSTRUMENTS.values(), ids=lambda one: one.name)
class TestEach:
    def test_has_source_doi_and_unlike_titles(self, one):
        assert re.fullmatch(r"10\.\d{4,}/\S+", one.doi)
        assert one.source
        titles = [item.title for item in one.items]
        assert len(set(titles)) == len(titles)
        assert all(len(title) <= 34 for title in titles)

    def test_finds_items_by_number_code_title_and_question(self, one):
        for item in one.items:
            for text in (item.id, one.code(item), item.title, item.title.upper(), f"{item.id}. Was it so?", f"Item {item.id}"):  # fmt: skip
                assert one.find_item(text) == item, text

    def test_reads_each_answer_and_no_other_items_word(self, one):
        for item in one.items:
            assert {one.read(item, answer) for answer in one.allowed(item)} == {*one.allowed(item)}
            assert one.read(item, "perhaps") == ""
            for answer in one.allowed(item):
                assert one.level(item.id, answer) in LEVELS

    def test_is_copied_and_pickled(self, one):
        assert copy.deepcopy(one) is one
        assert pickle.loads(pickle.dumps(one)) == one


def test_spellings_lead_to_one_answer_in_each_set():
    for name, answers in ANSWER_SETS.items():
        found = spellings_of(answers, {})
        assert set(found.values()) == {answer.name for answer in answers}, name
        for answer in answers:
            assert found[fold(answer.name)] == answer.name


def test_spellings_of_any_case_and_form_are_found():
    found = spellings_of(ANSWER_SETS["yes-no"], {})
    for text, answer in (("\u039d\u0391\u0399", "yes"), ("ασαφές", "unclear"), ("HAYIR", "no"), ("Si\u0301", "yes"),
                         ("nicht  zutreffend", "not applicable"), ("N.A.", "not applicable")):  # fmt: skip
        assert found[fold(text)] == answer
    for name in ("yes", "no", "unclear", "not applicable"):
        assert {found[fold(text)] for text in SPELLINGS[name]} == {name}


def test_the_list_has_a_row_an_instrument():
    frame = list_instruments()
    assert frame["instrument"].tolist() == [*INSTRUMENTS]
    assert frame["items"].sum() == 111


def test_an_unknown_heading_is_no_item():
    for text in ("Sample", "Year", "Q10", "total", "", "overall", "2019"):
        assert INSTRUMENTS["jbi-prevalence"].find_item(text) is None


class TestOwnInstruments:
    def test_is_read(self, tmp_path):
        path = tmp_path / "own.toml"
        path.write_text(OWN, encoding="utf-8")
        one = choose_instrument(path)
        assert one == read_instrument(path)
        assert one.level("1", "partly") == "some"
        assert one.level("2", "met") == "high"

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (("title =", "titel ="), r"may set name, title.* Got 'titel'\. Did you mean 'title'"),
            (('"low"', '"fine"'), r"levels low, some, high.* Got 'met' = 'fine'"),
            (('id = "2"', 'id = "1"'), r"must have id of its own\. Got '1' twice"),
            (('title = "Setting"', ""), r"item 2 of 'own' must have 'title'"),
            (("reversed = true", 'reversed = "yes"'), r"`reversed` of item 2 .* true or false"),
            (('name = "own"', ""), r"must have 'name'"),
            (('answers = {met = "low", partly = "some", unmet = "high"}', 'answers = "yes-not"'), r"Did you mean 'yes-no'"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(self, change, message):
        with pytest.raises(InputError, match=message):
            parse_instrument(OWN.replace(*change), "own")

    def test_no_toml(self):
        with pytest.raises(ParseError, match="must hold an instrument in TOML"):
            parse_instrument("name = ", "own.toml")

    def test_no_file(self):
        with pytest.raises(InputError, match="Found no file"):
            read_instrument(Path("nowhere.toml"))

    def test_unknown_name(self):
        with pytest.raises(InputError, match=r"one of 'jbi-prevalence'.*Did you mean 'hoy-2012'"):
            choose_instrument("hoy-2021")
