"""Checks of single search strings."""

import pytest

import reviewkit as rk
from reviewkit._core.finding import SEVERITIES
from reviewkit.sources.query_problems import KINDS

NOT_BOTH = '"Therapist harm" AND "Psychotherapy" NOT "Client injury"'


def rules(text, platform=None):
    return [finding.rule for finding in rk.check_query(text, platform=platform)]


def test_not_drops_what_speaks_of_both():
    (finding,) = rk.check_query(NOT_BOTH)
    assert (finding.rule, finding.severity) == ("query.not_drops_both", "warning")
    assert finding.quote == 'NOT "Client injury"'
    assert '"Therapist harm" AND "Psychotherapy"' in finding.message


def test_not_of_headings_and_limits_is_no_matter_of_words():
    text = "burnout[tiab] AND stress[tiab] NOT (animals[mh] NOT humans[mh])"
    assert "query.not_drops_both" not in rules(text)


@pytest.mark.parametrize(
    ("text", "is_unjoined"),
    [
        ('"Counselor injury" OR "Therapist burnout"', True),
        ("a OR (b AND c)", False),
        ("a", False),
        ("a AND b", False),
        ("a OR b NEAR/2 c", False),
        ("1. a.ti.\n2. b.ti.\n3. 1 or 2", True),
        ("1. a.ti. and b.ti.\n2. c.ti.\n3. 1 or 2", False),
        ("1. a or b\n2. c or d\n3. 1 and 2", False),
    ],
)
def test_an_or_that_nothing_is_joined_to(text, is_unjoined):
    assert ("query.unjoined_or" in rules(text)) == is_unjoined


def test_a_mixture_is_shown_as_each_platform_reads_it():
    (finding,) = rk.check_query("a OR b AND c")
    assert "PubMed and Scopus: (a OR b) AND c; Web of Science: a OR (b AND c)" in finding.message


def test_terms_that_are_there_twice():
    found = [
        f for f in rk.check_query('a AND ("Burn out" OR burn-out OR "burn out")') if "dup" in f.rule
    ]
    assert [(one.quote, one.found) for one in found] == [('"Burn out"', "3")]
    assert "query.duplicate_term" not in rules("burnout[ti] AND (burnout[ot] OR x[ti])")


def test_truncation_within_quotation_marks_where_no_platform_is_named():
    assert "query.truncation_in_quotes" in rules('"harm therap*" AND b')
    assert "query.truncation_in_quotes" not in rules('TS=("harm therap*" AND b)')


def test_lines_that_are_missing_or_not_used():
    text = "1. a.ti. and x.ti.\n2. b.ti.\n3. 1 or 4"
    found = {finding.rule: finding for finding in rk.check_query(text)}
    assert found["query.line_reference"].quote == "4"
    assert found["query.line_unused"].quote == "2"


def test_a_broken_string_is_checked_as_far_as_it_is_read():
    assert rules('("a b" OR "a b"')[:1] == ["query.parentheses"]
    assert "query.duplicate_term" in rules('("a b" OR "a b"')
    assert rules("") == ["query.empty"]


def test_a_query_and_its_text_give_the_same_findings():
    assert rk.check_query(rk.parse_query(NOT_BOTH)) == rk.check_query(NOT_BOTH)


class TestTheLinterOfTheLibrary:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ('("burnout"[tiab] OR "job burnout"[tiab]) AND x[tiab]', "query.redundant_term"),
            ("a[tiab] OR (b[tiab] AND 2015:2024[dp])", "query.date_filter_in_subquery"),
            ("TS=(a NEAR/20 b)", "query.near_distance_too_large"),
            ("TS=(a NEAR b)", "query.implicit_near_value"),
        ],
    )
    def test_it_adds_what_only_it_knows(self, text, rule):
        assert rule in rules(text)

    def test_it_is_silent(self, capsys):
        rk.check_query("((a[tiab] OR b[xx]) AND")
        rk.check_query("TS=(a NEAR b) OR PY=20*")
        assert capsys.readouterr() == ("", "")

    def test_it_colours_nothing(self):
        found = rk.check_query('("burnout"[tiab] OR "job burnout"[tiab]) AND x[tiab]')
        assert not any("\x1b" in finding.message for finding in found)

    def test_it_is_not_asked_about_thousands_of_terms(self):
        text = " OR ".join(f"word{i}[tiab]" for i in range(3000)) + " AND x[tiab]"
        assert "query.redundant_term" not in rules(text)


def test_kinds_have_a_severity_a_message_and_a_remedy():
    for name, (severity, message, fix) in KINDS.items():
        assert name.startswith("query.")
        assert severity in SEVERITIES
        assert message.endswith(".")
        assert fix.rstrip('".').strip()
