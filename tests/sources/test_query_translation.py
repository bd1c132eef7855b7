"""Translation between platforms: what is carried over, what is noted, what stays the same."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from query_cases import REAL, make_records, trees

from reviewkit.sources.queries import parse_query, search_records
from reviewkit.sources.query_matching import Matcher
from reviewkit.sources.query_print import print_node

RECORDS = make_records()
MATCHER = Matcher(RECORDS)


class TestAgainstReferences:
    @pytest.mark.parametrize(
        ("text", "to", "translated"),
        [
            (
                '("therapist burnout"[tiab] OR burn-out[ti]) AND psychotherap*[tiab]', "wos",
                '(TS="therapist burnout" OR TI=burn-out) AND TS=psychotherap*',
            ),
            ("burnout[tiab] NOT child*[tiab]", "scopus", "TITLE-ABS-KEY(burnout AND NOT child*)"),
            ("TS=(burnout NEAR/3 therapist*)", "ovid", "(burnout adj4 therapist*).ti,ab,id."),
            ("(burnout adj3 therapist$).ti,ab.", "scopus", "TITLE-ABS(burnout W/2 therapist*)"),
            ("(wom#n and behavio?r).ti.", "wos", "TI=(wom?n AND behavio$r)"),
            ("TI (wom?n AND behavio#r)", "ovid", "(wom#n and behavio?r).ti."),
            ("TI=behavio$r", "scopus", "TITLE(behavior OR behavio?r)"),
            ('"burnout therapist"[ti:~3]', "ebsco", "TI (burnout N3 therapist)"),
            ("PY=2015-2024 AND TI=a", "pubmed", "2015:2024[dp] AND a[ti]"),
            ("PUBYEAR > 2014", "wos", "PY=2015-3000"),
            ("1. a.ti.\n2. b.ti.\n3. 1 or 2", "ebsco", "1. TI a\n2. TI b\n3. S1 OR S2"),
        ],
    )  # fmt: skip
    def test_each_platform_in_its_own_words(self, text, to, translated):
        done = parse_query(text).translate(to)
        assert done.text == translated
        assert done.notes == ()

    @pytest.mark.parametrize(
        ("text", "to", "translated", "rule"),
        [
            ('"Burnout, Professional"[Mesh]', "wos", 'TS="Burnout, Professional"', "heading_words"),
            ('"Burnout, Professional"[Mesh]', "scopus", 'INDEXTERMS("Burnout, Professional")', "explode"),
            ('"Burnout, Professional"[Mesh]', "PsycINFO", "exp Burnout, Professional/", "heading"),
            ("exp Burnout/", "pubmed", '"Burnout"[Mesh]', "heading"),
            ("wom#n.ti.", "pubmed", "wom*[ti]", "wildcard"),
            ("gene$2.ti.", "wos", "TI=gene*", "wildcard"),
            ("(a adj3 b*).ti.", "pubmed", "a[ti] AND b*[ti]", "distance"),
            ("TI=(a NEAR/3 b NEAR/3 c)", "pubmed", "a[ti] AND b[ti] AND c[ti]", "distance"),
            ("TITLE(a PRE/3 b)", "wos", "TI=(a NEAR/3 b)", "order"),
            ("TITLE(a W/20 b)", "wos", "TI=(a AND b)", "distance"),
            ("TITLE({a b})", "wos", 'TI="a b"', "exact"),
            ("a.ti,ab.", "pubmed", "a[tiab]", "wider"),
            ("a.ab.", "pubmed", "a[tiab]", "wider"),
            ("1. a.ti.\n2. limit 1 to humans", "wos", "1. TI=a\n2. #1", "left_out"),
            ("WC=Psychology AND TI=a", "pubmed", '"Psychology" AND a[ti]', "field_lost"),
            ('"a b"', "scopus", '"a b"', "untagged"),
            ("a.mp.", "wos", "TS=a", "tag"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_carried_over_is_noted(self, text, to, translated, rule):
        done = parse_query(text).translate(to)
        assert done.text == translated
        assert f"translate.{rule}" in [note.rule for note in done.notes]
        assert rule in done.to_frame()["rule"].str.cat()

    def test_fields_without_a_tag_for_all_are_written_out(self):
        done = parse_query("burnout[tiab]").translate("ebsco")
        assert done.text == "TI burnout OR AB burnout OR KW burnout"

    def test_the_summary_shows_the_string_and_how_many_notes(self):
        done = parse_query("a.ab.").translate("pubmed")
        assert "Ovid to PubMed, 1 note: a[tiab]" in done.summary()


class TestAgainstTheLibrary:
    """search-query translates plain strings of PubMed; what it writes must find the same records."""

    @pytest.mark.parametrize("to", ["wos", "ebsco"])
    @pytest.mark.parametrize(
        "text",
        [
            "burnout[ti] AND (stress[ti] OR harm[ti])",
            '("therapist harm"[ti] OR harm[ti]) NOT client[ti]',
            "(therap*[ti] OR psychotherap*[ti]) AND harm[ti]",
            "(harm[ti] AND therapists[ti]) OR behaviour[ti]",
        ],
    )
    def test_plain_strings(self, text, to):
        from search_query.parser import parse

        theirs = (
            parse(text, platform="pubmed").translate({"ebsco": "ebscohost"}.get(to, to)).to_string()
        )
        ours = parse_query(text).translate(to).text
        found = [search_records(RECORDS, one, platform=to).found for one in (theirs, ours)]
        assert found[0] == found[1]


class TestLaws:
    @pytest.mark.parametrize("source", REAL)
    @given(data=st.data())
    @settings(max_examples=20)
    def test_what_is_not_noted_finds_the_same_there_and_back(self, source, data):
        tree = data.draw(trees(source))
        target = data.draw(st.sampled_from(REAL))
        query = parse_query(print_node(tree, source), platform=source)
        there = query.translate(target)
        before = MATCHER.match(query.lines[0].node)
        after = MATCHER.match(there.query.lines[0].node)
        plain = {"translate.untagged", "translate.heading", "translate.explode"}
        if {note.rule for note in there.notes} <= plain:
            assert np.array_equal(before.sure, after.sure), there.text
            assert np.array_equal(before.possible, after.possible), there.text
        back = there.query.translate(source)
        if {note.rule for note in (*there.notes, *back.notes)} <= plain:
            again = MATCHER.match(back.query.lines[0].node)
            assert np.array_equal(before.sure, again.sure), back.text

    @pytest.mark.parametrize("source", REAL)
    @given(data=st.data())
    @settings(max_examples=12)
    def test_a_translation_with_notes_finds_more_where_nothing_is_dropped(self, source, data):
        tree = data.draw(trees(source, special=False))
        text = print_node(tree, source)
        assume(not re.search(r"\bnot\b", text, re.IGNORECASE))
        there = parse_query(text, platform=source).translate(data.draw(st.sampled_from(REAL)))
        before = MATCHER.match(parse_query(text, platform=source).lines[0].node).sure
        after = MATCHER.match(there.query.lines[0].node).sure
        assert (after | ~before).all(), there.text

    @pytest.mark.parametrize("platform", REAL)
    @given(data=st.data())
    @settings(max_examples=8)
    def test_translating_to_the_same_platform_changes_nothing(self, platform, data):
        query = parse_query(print_node(data.draw(trees(platform)), platform), platform=platform)
        same = query.translate(platform)
        assert same.notes == ()
        assert same.query.lines[0].node == query.lines[0].node


class TestMisuse:
    def test_an_unknown_platform_names_the_known(self):
        with pytest.raises(ValueError, match=r"one of 'pubmed', .* Got 'Lycos'"):
            parse_query("a").translate("Lycos")
