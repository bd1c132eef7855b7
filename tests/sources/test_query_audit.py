"""Checks of a whole strategy; the seed review's own is one of them."""

import json
import tomllib
from pathlib import Path

import pytest

import reviewkit as rk

SHARED = Path(__file__).parents[3] / "shared"
SEED = SHARED / "seed_review" / "search_strategies.json"

GOOD = {
    "databases": [{"name": "PubMed", "date": "2024-03-01"}, {"name": "Noormags", "date": "2024-03-02"}],
    "strings": [
        {"database": "PubMed", "text": "(burnout[tiab] OR stress[tiab]) AND therapist*[tiab]"},
        {"database": "Noormags", "text": "فرسودگی AND درمانگر"},
    ],
    "keywords": ["burnout", "stress", "therapists", "فرسودگی", "درمانگر"],
    "window": "2014 to 2024",
    "languages": ["English", "Persian"],
}  # fmt: skip


def found(strategy):
    return [(finding.rule, finding.quote) for finding in rk.check_strategy(strategy)]


def without(*keys, **more):
    return {**{key: value for key, value in GOOD.items() if key not in keys}, **more}


class TestTheSeed:
    def expected(self):
        return {
            ("query.not_drops_both", 'NOT "Client injury"'),
            ("query.unjoined_or", '"Counselor injury" OR "Therapist burnout"'),
            ("search.keyword_unused", "Session-related harm"),
            ("search.term_not_keyword", "Client injury"),
            ("search.term_not_keyword", "Psychologists"),
            ("search.database_without_string", "PubMed, PsycINFO, Scopus, Noormags"),
            ("search.no_field_tags", ""),
            ("search.language_without_terms", "Persian"),
        }

    def test_as_the_bundled_review_reports_it(self):
        path = rk.example("psychotherapist-injuries") / "review.toml"
        search = tomllib.loads(path.read_text(encoding="utf-8"))["search"]
        window = "last ten years"
        dates = {("search.no_dates", window), ("search.window_without_years", window)}
        assert set(found(search)) == self.expected() | dates
        text = " ".join(finding.message for finding in rk.check_strategy(search))
        assert "3 strings for 4 databases" in text

    def test_as_it_was_read(self):
        if not SEED.exists():
            pytest.skip("the seed review is not beside the checkout")
        seed = json.loads(SEED.read_text(encoding="utf-8"))
        strategy = {
            "databases": seed["databases"], "strings": seed["strategies_verbatim"],
            "keywords": seed["keywords"], "languages": seed["languages"],
        }  # fmt: skip
        assert set(found(strategy)) == self.expected() | {("search.no_dates", "")}
        unused = [quote for rule, quote in found(strategy) if rule == "search.keyword_unused"]
        strange = [quote for rule, quote in found(strategy) if rule == "search.term_not_keyword"]
        assert unused == seed["keywords_not_in_any_strategy"]
        assert strange == seed["terms_in_strategies_not_in_keywords"]


class TestRules:
    def test_a_good_strategy_has_no_findings(self):
        assert found(GOOD) == []

    def test_a_truncated_term_uses_its_keyword(self):
        assert found(without(keywords=[*GOOD["keywords"], "Therapist"])) == []

    def test_a_keyword_within_a_longer_phrase_is_used(self):
        strings = [
            {"database": one["name"], "text": '"work stress"[tiab] AND درمانگر[tiab]'}
            for one in GOOD["databases"]
        ]
        rules = found(
            without("keywords", strings=strings, keywords=["stress", "burnout", "درمانگر"])
        )
        assert ("search.keyword_unused", "burnout") in rules
        assert ("search.keyword_unused", "stress") not in rules

    def test_the_two_yehs_are_one_keyword(self):
        strings = [*GOOD["strings"], {"database": "Noormags", "text": "شغلي AND درمانگر"}]
        assert found(without(strings=strings, keywords=[*GOOD["keywords"], "شغلی"])) == []

    def test_databases_and_strings_that_do_not_meet(self):
        strategy = without("databases", databases=[{"name": "Scopus", "date": "2024-03-01"}])
        assert ("search.database_without_string", "Scopus") in found(strategy)
        assert ("search.unknown_database", "PubMed") in found(strategy)

    @pytest.mark.parametrize(
        "dates", ["2024-03-01", {"PubMed": "2024-03-01", "noormags": "2024-03-02"}]
    )
    def test_dates_for_all_or_for_each(self, dates):
        strategy = without("databases", databases=["PubMed", "Noormags"], dates=dates)
        assert found(strategy) == []

    def test_a_database_without_a_day_is_named(self):
        strategy = without("databases", databases=["PubMed", "Noormags"], dates={"PubMed": "2024"})
        (finding,) = rk.check_strategy(strategy)
        assert "for Noormags" in finding.message

    def test_a_broken_string_is_one_finding_and_stops_no_other(self):
        strings = [*GOOD["strings"], {"database": "PubMed", "text": "(burnout[tiab]"}]
        (finding,) = rk.check_strategy(without(strings=strings))
        assert finding.rule == "query.parentheses"
        assert finding.where == "string 3 (PubMed), character 1"

    def test_tags_are_held_against_the_database(self):
        strings = [
            {"database": "PubMed", "text": "TS=(burnout AND stress AND therapists)"},
            GOOD["strings"][1],
        ]
        assert ("query.field_tag", "TS=") in found(without(strings=strings))

    def test_the_platform_of_a_database_rules_its_strings(self):
        databases = [{"name": "PsycINFO", "platform": "EBSCOhost", "date": "2024-03-01"}]
        strings = [{"database": "PsycINFO", "text": "TI (burnout AND stress) AND SU therapists"}]
        strategy = {"databases": databases, "strings": strings}
        assert found(strategy) == []
        databases[0]["platform"] = "Ovid"
        assert "search.no_field_tags" in [rule for rule, _ in found(strategy)]

    def test_no_strings(self):
        assert ("search.no_strings", "") in found({"databases": ["PubMed"], "dates": "2024"})


class TestMisuse:
    def test_a_key_that_is_not_known(self):
        with pytest.raises(rk.InputError, match=r"Got 'keyword'\. Did you mean 'keywords'"):
            rk.check_strategy({"keyword": []})

    def test_a_text_where_a_list_must_be(self):
        with pytest.raises(rk.InputError, match=r"`databases` must be a list\. Got 'PubMed'"):
            rk.check_strategy({"databases": "PubMed"})

    def test_a_string_without_text(self):
        with pytest.raises(rk.InputError, match=r"a mapping with 'text'"):
            rk.check_strategy({"strings": [{"database": "PubMed"}]})

    def test_something_else(self):
        with pytest.raises(rk.InputError, match="must be a mapping"):
            rk.check_strategy(["a"])

    def test_nothing(self):
        assert [rule for rule, _ in found({})] == ["search.no_strings"]
