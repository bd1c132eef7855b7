"""The first checks of a review: what is impossible, what contradicts itself, what is fine."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_cases import FLOW, OUTCOMES, WHOLE, write_folder

from reviewkit._core.finding import SEVERITIES
from reviewkit.review.bundled import example
from reviewkit.review.checks import RULES, check_review
from reviewkit.review.folder import open_review
from reviewkit.review.reported import read_number

SEED = example("psychotherapist-injuries")


@pytest.fixture(scope="module")
def seed():
    return open_review(SEED).findings


def check(tmp_path, **files):
    """Return the findings on tables, by rule; a name is a path with __ for a slash."""
    named = {f"{name.replace('__', '/')}.csv": text for name, text in files.items()}
    found = {}
    for finding in open_review(write_folder(tmp_path, named)).findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def messages(findings, rule):
    return [finding.message for finding in findings if finding.rule == rule]


# Against the audit of the seed review, made by hand.


def test_three_and_four_and_three_are_not_thirteen(seed):
    (message,) = messages(seed, "groups.sum")
    assert message == (
        "By subject of the studies: 3 + 4 + 3 = 10, not 13: 3 are in no group; "
        "their percentages sum to 77 %."
    )
    assert not messages(seed, "groups.percent"), "23, 31 and 23 % are 3, 4 and 3 of 13"


def test_what_the_printed_kappa_allows(seed):
    abstracts, full_texts, all_stages = messages(seed, "agreement.possible")
    assert abstracts == (
        "Over 243 titles and abstracts of which 21 went on, a kappa of 0.81 means 7 or 8 "
        "disagreements (21 cross-tables give it)."
    )
    assert full_texts == (
        "Over 21 full texts of which 13 went on, a kappa of 0.81 means exactly 2 disagreements "
        "(3 cross-tables give it)."
    )
    assert all_stages == (
        "Over 321 records from search to inclusion of which 13 went on, a kappa of 0.81 means 4 or "
        "5 disagreements (11 cross-tables give it)."
    )
    assert "without its stage and its n" in messages(seed, "agreement.not_reported")[0]


def test_the_gaps_of_the_printed_scale(seed):
    (gaps,) = messages(seed, "scale.gap")
    for gap in ("(0.20, 0.21)", "(0.40, 0.41)", "(0.60, 0.61)", "(0.80, 0.81)", "(0.90, 0.91)"):
        assert gap in gaps
    assert "'Fair' but described as 'Moderate agreement'" in messages(seed, "scale.description")[0]
    assert len(messages(seed, "scale.rounding")) == 1


def test_rows_of_coding_are_told_from_studies(seed):
    (message,) = messages(seed, "themes.rows")
    assert "Professional Challenges: 9 rows, 8 studies" in message
    assert "Psychological Challenges: 7 rows, 5 studies" in message


def test_the_flow_is_consistent_and_says_what_is_missing(seed):
    flow = [finding for finding in seed if finding.rule.startswith("flow.")]
    assert {finding.severity for finding in flow} == {"note"}
    assert not [finding for finding in seed if finding.severity == "error"]


def test_the_percentages_of_the_text_are_checked(seed):
    said = " ".join(finding.message for finding in seed if finding.rule.startswith("percentages"))
    assert "Oklahoma City" in said
    assert "34, 68" in said


def test_the_percentages_that_no_count_gives():
    # `grim_ok` of the bundled rows says which four fail.
    everything = open_review(example("burnout-prevalence")).findings
    findings = [f for f in everything if f.rule in ("outcomes.grim", "outcomes.percent")]
    assert [(f.rule, f.where.partition(", ")[2].split()[0]) for f in findings] == [
        ("outcomes.grim", "Coffey"),
        ("outcomes.percent", "NASW"),
        ("outcomes.grim", "Kindermann,"),
        ("outcomes.grim", "Military"),
    ]
    assert findings[0].message == (
        "No whole number of 80 people is 44.3 %: 35 are 43.75 %, 36 are 45.00 %."
    )
    assert findings[1].message == "56 of 539 is 10.39 %, not 11 %."


# Laws.


def test_findings_come_gravest_first_and_explain_themselves(seed):
    ranks = [SEVERITIES.index(finding.severity) for finding in seed]
    assert ranks == sorted(ranks)
    for finding in seed:
        assert finding.where
        assert finding.message.endswith(".")


def test_a_clean_review_has_no_error_and_no_warning(tmp_path):
    review = open_review(write_folder(tmp_path, WHOLE))
    assert {finding.severity for finding in review.findings} <= {"note"}


def test_an_empty_review_passes_every_rule(tmp_path):
    review = open_review(write_folder(tmp_path, {"review.toml": ""}))
    assert [[*rule(review)] for rule in RULES.values()] == [[] for _ in RULES]
    assert check_review(review) == ()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    st.lists(st.tuples(st.integers(1, 900), st.integers(0, 900)), min_size=1, max_size=6),
    st.integers(0, 2),
)
def test_a_percentage_made_from_its_counts_is_never_doubted(tmp_path, counts, places):
    rows = []
    for number, (total, events) in enumerate(counts):
        events = min(events, total)
        rows.append(f"s{number},ee,{events},{total},{100 * events / total:.{places}f}")
    text = "study,outcome,events,total,percent\n" + "\n".join(rows) + "\n"
    assert not check(tmp_path, extraction__outcomes=text)


# Each rule, where it should speak and where not.


@pytest.mark.parametrize(
    ("percent", "rule"),
    [("30", None), ("30.0", None), ("31", "outcomes.grim"), ("30.1", "outcomes.grim"),
     ("32.5", "outcomes.percent"), ("", None)],
)  # fmt: skip
def test_a_percentage_of_forty_people(tmp_path, percent, rule):
    text = f"study,outcome,events,total,percent\na,ee,12,40,{percent}\nb,ee,1,3,33\n"
    assert [*check(tmp_path, extraction__outcomes=text)] == ([rule] if rule else [])


def test_percentages_without_events_are_held_against_whole_numbers(tmp_path):
    text = "study,outcome,events,total,percent\na,ee,,40,31\nb,ee,1,3,33\n"
    assert [*check(tmp_path, extraction__outcomes=text)] == ["outcomes.grim"]


def test_a_program_that_writes_a_zero_after_every_point_claims_no_precision(tmp_path):
    text = "study,outcome,events,total,percent\na,ee,1,3,33.0\nb,ee,2,3,67.0\n"
    assert not check(tmp_path, extraction__outcomes=text)


def test_many_wrong_percentages_are_counted(tmp_path):
    rows = "".join(f"s{i},ee,1,3,34\n" for i in range(120))
    found = check(tmp_path, extraction__outcomes=f"study,outcome,events,total,percent\n{rows}")
    assert len(found["outcomes.grim"]) == 50
    assert found["outcomes.percent"][0].message.startswith("70 more rows")


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        (["g,a,3,23,13", "g,b,10,77,13"], []),
        (["g,a,3,23,13", "g,b,4,31,13"], ["groups.sum"]),
        (["g,a,9,,13", "g,b,5,,13"], ["groups.sum"]),
        (["g,a,3,24,13", "g,b,10,,13"], ["groups.percent"]),
        (["g,a,14,,13"], ["groups.part"]),
        (["g,a,3,,13", "g,b,,,13"], ["groups.sum"]),
        (["g,a,3,,", "g,b,4,,"], ["groups.sum"]),
        (["g,a,3,,13", "h,b,13,,13"], []),
        (["g,a,0,0,0"], []),
    ],
)
def test_groups(tmp_path, rows, rules):
    text = "grouping,group,n,percent,of\n" + "\n".join(rows) + "\n"
    assert [*check(tmp_path, reported__groups=text)] == rules


def test_groups_without_a_grouping(tmp_path):
    found = check(tmp_path, reported__groups="group,n,of\na,1,3\nb,1,3\n")
    assert found["groups.sum"][0].message.startswith("By groups: 1 + 1 = 2, not 3")


@pytest.mark.parametrize(
    ("row", "rule", "severity"),
    [
        ("full_text,kappa,0.81,21,13", "agreement.possible", "note"),
        ("full_text,Cohen's kappa,81%,21,13", "agreement.possible", "note"),
        ("full_text,kappa,0.99,21,13", "agreement.impossible", "error"),
        (",kappa,0.81,21,", "agreement.possible", "note"),
        (",kappa,1.81,21,", "agreement.range", "error"),
        (",kappa,81,,", "agreement.range", "error"),
        (",kappa,-1.2,21,", "agreement.range", "error"),
        ("full_text,kappa,0.81,21,22", "agreement.included", "error"),
        ("full_text,kappa,0.8100000001,21,13", "agreement.impossible", "error"),
        ("full_text,kappa,0.81,0,", None, ""),
        ("full_text,percent agreement,0.95,21,13", None, ""),
        ("full_text,percent agreement,0.99,21,13", "agreement.share", "warning"),
    ],
)
def test_a_printed_kappa(tmp_path, row, rule, severity):
    text = f"stage,coefficient,value,n,included\n{row}\n"
    found = check(tmp_path, reported__agreement=text)
    if rule is None:
        assert set(found) <= {"agreement.not_reported"}
    else:
        assert found[rule][0].severity == severity


def test_a_stage_takes_its_counts_from_the_flow(tmp_path):
    flow = f"{FLOW}reports_excluded,8\nnew_studies,13\n"
    text = "stage,coefficient,value\nfull_text,kappa,0.81\n"
    found = check(tmp_path, reported__flow=flow, reported__agreement=text)
    assert len(found["agreement.possible"]) == 1
    assert "21 full texts of which 13" in found["agreement.possible"][0].message


def test_a_kappa_that_one_stage_rules_out_is_no_error_if_the_stage_is_not_told(tmp_path):
    flow = "box,n\nscreened,243\nexcluded,222\nassessed,21\nreports_excluded,8\nnew_studies,13\n"
    text = "coefficient,value\nkappa,0.99\n"
    found = check(tmp_path, reported__flow=flow, reported__agreement=text)
    assert {finding.severity for finding in found["agreement.impossible"]} == {"note"}


def test_a_broken_flow_is_an_error(tmp_path):
    flow = "box,n\nidentified,321\nother_removed,78\nscreened,244\n"
    found = check(tmp_path, reported__flow=flow)
    (error,) = [f for rule in found.values() for f in rule if f.severity == "error"]
    assert "243" in error.message


def test_findings_of_the_flow_carry_its_quotes(tmp_path):
    flow = "box,n,quote\nscreened,244,244 abstracts\nexcluded,300,300 were out\n"
    found = check(tmp_path, reported__flow=flow)
    assert any(f.quote for rule in found.values() for f in rule)


def test_the_outcomes_of_a_small_review_are_fine(tmp_path):
    assert not check(tmp_path, extraction__outcomes=OUTCOMES)


# Printed numbers.


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.81", 0.81), ("81%", 81), ("81 %", 81), ("1,214", 1214), ("1 214", 1214), ("0,81", 0.81),
     ("−0.1", -0.1), (".70", 0.7), ("0·81", 0.81), ("<0.01", 0.01), ("12,599.5", 12599.5),
     ("", None), ("many", None), ("1.2.3", None), ("-", None), ("1e5", None), ("%", None)],
)  # fmt: skip
def test_numbers_as_printed(text, value):
    assert read_number(text) == (pytest.approx(value) if value is not None else None)


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text):
    found = read_number(text)
    assert found is None or abs(found) >= 0
