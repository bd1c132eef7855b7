"""Reading of single lines: order of operators, fields, wildcards, proximity, what is not whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.query_parser import parse_line
from reviewkit.sources.query_platforms import find_platform, guess_platform, name_platform
from reviewkit.sources.query_tree import (
    MAX_DEPTH,
    TEXT_FIELDS,
    Group,
    LineRef,
    Near,
    Term,
    iterate_terms,
    show_node,
)


def read(text, platform="generic"):
    parsed = parse_line(text, platform)
    assert not [finding for finding in parsed.findings if finding.severity == "error"]
    return parsed.node


def rules(text, platform="generic"):
    return [finding.rule for finding in parse_line(text, platform).findings]


class TestOrderOfOperators:
    """As the help page of each platform prints it."""

    @pytest.mark.parametrize(
        ("text", "reading"),
        [
            ("KEY(mouse AND NOT cat OR dog)", "mouse NOT (cat OR dog)"),
            ("KEY(mouse OR rat AND rodent)", "(mouse OR rat) AND rodent"),
            ("KEY(rodent AND rat OR mouse)", "rodent AND (rat OR mouse)"),
            ("KEY(cat AND dog AND NOT rodent OR mouse)", "(cat AND dog) NOT (rodent OR mouse)"),
            ("cat PRE/10 dog AND mouse", "(cat BEFORE/10 dog) AND mouse"),
            ("sensor W/15 robot AND water OR orbit", "(sensor NEAR/15 robot) AND (water OR orbit)"),
        ],
    )
    def test_scopus(self, text, reading):
        assert show_node(read(text, "scopus")) == reading

    @pytest.mark.parametrize("platform", ["wos", "ovid", "ebsco", "generic"])
    def test_and_before_or(self, platform):
        assert show_node(read("copper OR lead AND algae", platform)) == "copper OR (lead AND algae)"
        assert show_node(read("a OR b NOT c", platform)) == "a OR (b NOT c)"

    def test_pubmed_goes_from_left_to_right(self):
        assert (
            show_node(read("a OR b AND c NOT d OR e", "pubmed")) == "(((a OR b) AND c) NOT d) OR e"
        )

    def test_near_before_all_others(self):
        assert show_node(read("a NOT b NEAR/3 c", "wos")) == "a NOT (b NEAR/3 c)"

    def test_parentheses_come_first_and_one_operator_is_one_level(self):
        assert show_node(read("(((a OR (b OR c)))) AND ((d))")) == "(a OR b OR c) AND d"

    def test_the_three_strings_of_the_seed(self):
        assert show_node(read('"Therapist harm" AND "Psychotherapy" NOT "Client injury"')) == (
            '("Therapist harm" AND "Psychotherapy") NOT "Client injury"'
        )
        assert isinstance(read('"Counselor injury" OR "Therapist burnout"'), Group)
        assert len(read('"Mental health professional risks" AND "Psychologists"').parts) == 2


class TestFieldsAndTerms:
    @pytest.mark.parametrize(
        ("platform", "text"),
        [
            ("pubmed", "burnout[tiab]"), ("pubmed", "burnout [Title/Abstract]"), ("wos", "TS=burnout"),
            ("wos", "TS=(burnout)"), ("scopus", "TITLE-ABS-KEY ( burnout )"), ("ovid", "burnout.ti,ab,id."),
            ("ovid", "(burnout).ti, ab, kf."), ("generic", "burnout[tiab]"),
        ],
    )  # fmt: skip
    def test_title_abstract_and_keywords_in_every_spelling(self, platform, text):
        assert read(text, platform) == Term("burnout", TEXT_FIELDS)

    def test_a_field_before_a_group_holds_for_all_of_it_but_what_has_its_own(self):
        tree = read("TS=(a OR TI=b) AND c", "wos")
        assert [term.fields for term in iterate_terms(tree)] == [TEXT_FIELDS, ("title",), ()]

    def test_headings(self):
        assert read('"Burnout, Professional"[Mesh]', "pubmed") == read(
            "exp Burnout, Professional/", "ovid"
        )
        assert read('MH "Burnout, Professional+"', "ebsco") == read(
            "Burnout, Professional[mh]", "pubmed"
        )
        assert not read("burnout/", "ovid").explode
        assert not read('"Burnout"[Mesh:NoExp]', "pubmed").explode

    @pytest.mark.parametrize(
        ("platform", "text", "years"),
        [
            ("pubmed", "2015:2024[dp]", "2015-2024"), ("pubmed", "2015:3000[pdat]", "2015-"),
            ("pubmed", '"2015/01/01"[Date - Publication] : "2024/12/31"[Date - Publication]', "2015-2024"),
            ("scopus", "PUBYEAR > 2014", "2015-"), ("scopus", "PUBYEAR BEF 2020", "-2019"),
            ("wos", "PY=2015-2024", "2015-2024"), ("wos", "PY=(2020)", "2020"), ("ebsco", "PY 2015-2024", "2015-2024"),
        ],
    )  # fmt: skip
    def test_years(self, platform, text, years):
        assert read(text, platform) == Term(years, ("year",))

    def test_words_without_an_operator(self):
        assert show_node(read("mental health[tiab] OR x", "pubmed")) == "(mental AND health) OR x"
        assert show_node(read("mental health.mp. or x", "ovid")) == '"mental health" OR x'
        assert "query.unquoted_words" in rules("mental health OR x", "wos")
        assert rules("mental health or x", "ovid") == []

    @pytest.mark.parametrize(
        ("platform", "text", "spelled"),
        [
            ("ovid", "therap$ and wom#n and behavio?r and gene$4", ["therap*", "wom?n", "behavio$r", "gene*{4}"]),
            ("wos", "therap* AND wom?n AND behavio$r", ["therap*", "wom?n", "behavio$r"]),
            ("ebsco", "therap* AND wom?n AND behavio#r", ["therap*", "wom?n", "behavio$r"]),
            ("scopus", "therap* AND wom?n", ["therap*", "wom?n"]),
        ],
    )  # fmt: skip
    def test_wildcards_have_one_spelling(self, platform, text, spelled):
        assert [term.text for term in iterate_terms(read(text, platform))] == spelled

    @pytest.mark.parametrize(
        ("platform", "text", "distance", "ordered"),
        [
            ("ovid", "a adj3 b", 2, False), ("ovid", "a adj b", 0, True), ("wos", "a NEAR/3 b", 3, False),
            ("wos", "a NEAR b", 15, False), ("scopus", "a W/3 b", 3, False), ("scopus", "a PRE/0 b", 0, True),
            ("ebsco", "a N3 b", 3, False), ("ebsco", "a W3 b", 3, True),
        ],
    )  # fmt: skip
    def test_distances_count_the_words_between(self, platform, text, distance, ordered):
        assert read(text, platform) == Near((Term("a"), Term("b")), distance, ordered)

    def test_proximity_of_pubmed(self):
        near = read('"burnout therapist"[Title:~3]', "pubmed")
        assert near == Near(
            (Term("burnout", ("title",)), Term("therapist", ("title",))), 3, window=True
        )

    @pytest.mark.parametrize(
        ("platform", "text"),
        [
            ("pubmed", "#1 AND #2"),
            ("ovid", "1 and 2"),
            ("ovid", "and/1-2"),
            ("ebsco", "S1 AND S2"),
            ("generic", "1 AND 2"),
        ],
    )
    def test_references_to_lines(self, platform, text):
        assert read(text, platform) == Group("AND", (LineRef("1"), LineRef("2")))

    def test_limits_of_ovid(self):
        tree = read('limit 3 to (english language and humans and yr="2015 -Current")', "ovid")
        assert [term.fields[0] for term in iterate_terms(tree)] == ["language", "limit", "year"]

    def test_what_an_operator_is_within_quotation_marks_is_a_word(self):
        assert read('"search and rescue" AND "or"') == Group(
            "AND", (Term("search and rescue", quoted=True), Term("or", quoted=True))
        )

    def test_persian(self):
        tree = read("فرسودگی AND «درمان‌گر»")
        assert [term.text for term in iterate_terms(tree)] == ["فرسودگی", "درمان‌گر"]


class TestPlatforms:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("PubMed", "pubmed"), ("Web of Science Core Collection", "wos"), ("PsycINFO", "ovid"),
            ("APA PsycInfo (Ovid)", "ovid"), ("PsycINFO via EBSCOhost", "ebsco"), ("Scopus", "scopus"), ("Noormags", None),
        ],
    )  # fmt: skip
    def test_databases_lead_to_platforms(self, name, key):
        assert name_platform(name) == key

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("burnout[tiab]", "pubmed"), ("TITLE-ABS-KEY(burnout)", "scopus"), ("TS=burnout", "wos"),
            ("burnout.ti,ab.", "ovid"), ("TI burnout AND AB stress", "ebsco"), ('"[tiab]" OR a', "generic"),
            ("TS=a AND b[tiab]", "generic"),
        ],
    )  # fmt: skip
    def test_a_string_tells_its_platform_by_its_own_marks_only(self, text, key):
        assert guess_platform(text) == key

    def test_an_unknown_platform_names_the_known(self):
        with pytest.raises(ValueError, match=r"one of 'pubmed', 'scopus', .* Got 'Google'"):
            find_platform("Google")


class TestMisuse:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("", "query.empty"), ("()", "query.operator"), ("AND", "query.operator"), ("a OR", "query.operator"),
            ("OR a", "query.operator"), ("a AND OR b", "query.operator"), ("(a", "query.parentheses"),
            ("a)", "query.parentheses"), ('"a', "query.quotes"), ("“a", "query.quotes"), ("a[tiab", "query.brackets"),
            ("a[xyz]", "query.unknown_tag"), ("*", "query.wildcard_alone"), ("a NEAR/3 (b AND c)", "query.proximity"),
            ("a OR NOT b", "query.operator"),
        ],
    )  # fmt: skip
    def test_what_is_not_whole_is_an_error(self, text, rule):
        found = parse_line(text, "generic").findings
        assert rule in [finding.rule for finding in found if finding.severity == "error"]

    @pytest.mark.parametrize(
        ("platform", "text"),
        [
            ("scopus", "a[tiab]"),
            ("pubmed", "TS=(a)"),
            ("wos", "TITLE-ABS-KEY(a)"),
            ("pubmed", "a.ti,ab."),
        ],
    )
    def test_tags_of_other_platforms(self, platform, text):
        assert "query.field_tag" in rules(text, platform)

    @pytest.mark.parametrize(
        ("platform", "text", "rule"),
        [
            ("pubmed", "wom?n[tiab]", "query.wildcard_unknown"), ("pubmed", "the*[tiab]", "query.short_stem"),
            ("wos", "TS=ab*", "query.short_stem"), ("pubmed", '"a therap*"[tiab:~2]', "query.proximity_wildcard"),
            ("scopus", "{harm*}", "query.truncation_in_quotes"), ("pubmed", "a and b", "query.lower_case_operator"),
            ("pubmed", "(a OR b)[tiab]", "query.tag_on_group"), ("generic", '"a" "b"', "query.missing_operator"),
            ("generic", "“a b” OR c", "query.curly_quotes"), ("generic", "a AND b OR c", "query.mixed_operators"),
            ("generic", "a NOT b AND c", "query.mixed_operators"),
        ],
    )  # fmt: skip
    def test_what_a_platform_reads_otherwise(self, platform, text, rule):
        assert rule in rules(text, platform)

    @pytest.mark.parametrize(
        "text", ["a AND b NOT c", "(a OR b) AND c", "a OR b OR c", "a AND (b OR c)"]
    )
    def test_no_mixture_where_all_platforms_agree(self, text):
        assert rules(text) == []

    def test_five_thousand_terms(self):
        tree = read(" OR ".join(f"word{i}" for i in range(5000)))
        assert len(tree.parts) == 5000

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 1000 + "a" + ")" * 1000,
            "".join(f"(a{i} {'AND' if i % 2 else 'OR'} " for i in range(1000)) + "a" + ")" * 1000,
            " OR ".join(["a"] * 10_001),
        ],
    )
    def test_beyond_all_bounds(self, text):
        found = parse_line(text, "generic")
        assert found.node is None
        assert found.findings[-1].rule == "query.size"

    def test_alternating_operators_from_left_to_right_are_levels_too(self):
        text = " ".join(f"a{i} {'AND' if i % 2 else 'OR'}" for i in range(2 * MAX_DEPTH)) + " z"
        assert "query.size" in rules(text, "pubmed")

    @given(
        st.text(alphabet='abANDORT ()"[]{}.,/*?$#=:1“”-', max_size=60),
        st.sampled_from(["pubmed", "scopus", "wos", "ovid", "ebsco", "generic"]),
    )
    def test_any_text_is_read_or_reported(self, text, platform):
        parsed = parse_line(text, platform)
        assert parsed.node is not None or any(one.severity == "error" for one in parsed.findings)
