"""Overall judgements: rules by hand, what missing answers may not do, and misuse."""

from itertools import product

import pytest
from appraisal_cases import JBI, appraisals, make_wide
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraising import appraise
from reviewkit.appraisal.instruments import INSTRUMENTS
from reviewkit.appraisal.overall import ORDER, decide_overall

ROB = {"low": ["low"] * 5, "some": ["low", "some concerns", "low", "low", "low"],
       "high": ["some concerns", "high", "low", "no information", "low"],
       "none": ["low", "some concerns", "no information", "low", "low"]}  # fmt: skip


# By hand


def test_the_worst_domain():
    found = appraise(make_wide(ROB, "D"), instrument="rob-2")
    assert found.overall.to_dict() == {
        "low": "low", "some": "some concerns", "high": "high", "none": "no information",
    }  # fmt: skip
    assert found.rule.startswith("Overall risk of bias: the worst item;")


def test_counts_of_items_met():
    found = appraise(make_wide(), instrument="jbi-prevalence", overall={"low": 7, "moderate": 5})
    assert found.overall.to_dict() == {  # 6, 9, 2 and 7 items are met
        "Ada 2019": "moderate", "Bo 2021": "low", "Cy 2015": "high", "Di 2023": "low",
    }  # fmt: skip
    assert found.rule.startswith(
        "Overall risk of bias: low from 7 of 9 items met, moderate from 5, else high. JBI advises"
    )


def test_shares_leave_out_what_does_not_apply():
    found = appraise(make_wide(), instrument="jbi-prevalence", overall={"low": 0.75, "moderate": 0.25})  # fmt: skip
    assert found.overall["Cy 2015"] == "moderate"  # 2 of 8
    assert found.overall["Ada 2019"] == "moderate"  # 6 of 9


def test_stars_are_counted_as_stars():
    stars = {
        "A": ["1", "1", "1", "1", "2", "1", "1", "1"],
        "B": ["1", "0", "1", "1", "1", "1", "0", "0"],
    }
    found = appraise(make_wide(stars), instrument="nos-cohort", overall={"low": 9, "moderate": 5})
    assert found.overall.tolist() == ["low", "moderate"]
    assert "9 of 9 stars" in found.rule


def test_judgement_goes_before_the_rule_of_the_instrument():
    frame = make_wide(ROB, "D", overall=["low", "some concerns", "some concerns", ""])
    found = appraise(frame, instrument="rob-2")
    assert found.overall.tolist()[:3] == ["low", "some concerns", "some concerns"]
    assert found.overall.isna().tolist() == [False, False, False, True]
    assert found.rule == "Overall risk of bias: as judged by the reviewers."
    assert found.notes == (
        "1 of 4 studies have no overall judgement.",
        "Judged milder overall than their worst domain: high.",
    )
    assert appraise(frame, instrument="rob-2", overall="worst").overall["high"] == "high"


def test_without_a_rule_there_is_no_overall_judgement():
    found = appraise(make_wide(), instrument="jbi-prevalence")
    assert found.rule == "No overall judgement."
    assert found.overall.isna().all()


# Laws


@settings(max_examples=40)
@given(appraisals(names=("jbi-prevalence", "rob-2", "robins-i", "nos-cohort"), most=1))
def test_a_missing_answer_cannot_change_an_overall_judgement_that_is_given(case):
    one, rows = case
    (answers,) = rows.values()
    blank = [item for item, answer in answers.items() if not answer][:2]
    answers = {i: a or (one.allowed(one.get(i))[0] if i not in blank else "") for i, a in answers.items()}  # fmt: skip
    middle = next(a.name for a in one.overall_answers if a.level == "some")
    for rule in ("worst", {"low": 5, middle: 3}, {"low": 0.6}):
        (found,) = decide_overall(one, [answers], [""], rule).judgements
        if not found:
            continue
        for filling in product(*(one.allowed(one.get(item)) for item in blank)):
            filled = answers | dict(zip(blank, filling, strict=True))
            if "not applicable" in filling and not isinstance(rule, str):
                continue  # fewer items would apply
            assert decide_overall(one, [filled], [""], rule).judgements == (found,)


@settings(max_examples=25)
@given(appraisals(names=("jbi-prevalence", "axis", "nos-cross-sectional"), missing=False))
def test_a_better_answer_never_makes_a_study_worse(case):
    one, rows = case
    rank = {a.name: ORDER.index(a.level) for a in one.overall_answers}
    for answers in rows.values():
        for item in answers:
            best = next(a for a in one.allowed(one.get(item))[::-1] if one.level(item, a) == "low")
            for rule in ("worst", {"low": 6, "moderate": 3}):
                before, after = decide_overall(one, [answers, answers | {item: best}], ["", ""], rule).judgements  # fmt: skip
                assert rank.get(after, 0) <= rank.get(before, 0)


# Misuse


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("best", r"`overall` must be one of 'worst', 'judgement', 'none'\. Got 'best'"),
        ("judgement", r"where the overall judgement of a study is given\. None is"),
        ({"fine": 7}, r"`overall` must be one of 'low'.*Got 'fine'"),
        ({"low": 7, "moderate": 7}, r"no two alike"),
        ({"low": 7.5}, r"whole numbers of items, or to shares"),
        ({}, r"must map judgements"),
        ({"low": 3, "moderate": 7}, r"better judgements the higher thresholds"),
        ({"low": 7, "high": 3}, r"leave 'high' for what is below"),
    ],
)
def test_rules_that_cannot_be(rule, message):
    with pytest.raises(InputError, match=message):
        appraise(make_wide(), instrument="jbi-prevalence", overall=rule)


def test_jbi_answers_are_those_of_the_case():
    assert all(len(row) == len(INSTRUMENTS["jbi-prevalence"].items) for row in JBI.values())
