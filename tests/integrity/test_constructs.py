"""What rows of a pool measured: read from free text, compared, refused where it cannot be one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit.integrity.construct_names import CONSTRUCTS, NOT_SYNONYMS, name_construct
from reviewkit.integrity.construct_rules import RULES
from reviewkit.integrity.constructs import refuse_mix
from reviewkit.integrity.instruments import INSTRUMENTS, find_instrument, find_version
from reviewkit.integrity.measures import read_measure


def make_rows(*cells, **columns):
    """Return rows of one pool from (construct, instrument, cutoff)."""
    frame = pd.DataFrame(cells, columns=["construct", "instrument", "cutoff"])
    frame.insert(0, "study", [f"Study {i}" for i in range(len(frame))])
    return frame.assign(**columns)


def rules_of(findings, severity=None):
    return {f.rule for f in findings if severity in (None, f.severity)}


class TestReading:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("MBI EE high", "emotional_exhaustion"),
            ("emotionally exhausted", "emotional_exhaustion"),
            ("depersonalization", "depersonalisation"),
            ("cynicism (MBI-GS)", "depersonalisation"),
            ("reduced personal accomplishment", "personal_accomplishment"),
            ("work-related burnout", "work_burnout"),
            ("patient-related burnout moderate", "client_burnout"),
            ("burnout: high EE, high DP", "burnout"),
            ("burned out", "burnout"),
            ("STS: full PTSD criteria met", "secondary_traumatic_stress"),
            ("secondary traumatization present", "secondary_traumatic_stress"),
            ("secondary trauma", "secondary_traumatic_stress"),
            ("vicarious traumatisation", "vicarious_trauma"),
            ("compassion fatigue", "compassion_fatigue"),
            ("compassion satisfaction", "compassion_satisfaction"),
            ("PTSD (primary)", "ptsd"),
            ("physician assistants (PAs)", None),
            ("height", None),
        ],
    )
    def test_a_text_is_about_one_construct(self, text, key):
        assert name_construct(text) == key

    @pytest.mark.parametrize(
        ("text", "key", "version"),
        [
            ("MBI-HSS (MP)", "mbi", "MBI-HSS (MP)"),
            ("Maslach Burnout Inventory – General Survey", "mbi", "MBI-GS"),
            ("MBI", "mbi", ""),
            ("ProQOL-5", "proqol", "ProQOL 5"),
            ("ProQOL R-IV", "proqol", "ProQOL 4"),
            ("Professional Quality of Life, version 5", "proqol", "ProQOL 5"),
            ("STSS", "stss", ""),
            ("PHQ-9", "phq9", ""),
            ("GHQ-12", "ghq", "GHQ-12"),
            ("CBI", "cbi", ""),
        ],
    )
    def test_an_instrument_and_its_version(self, text, key, version):
        assert find_instrument(text) == key
        assert find_version(key, text) == version

    def test_what_is_not_the_instrument_is_not_taken_for_it(self):
        assert find_instrument("non-MBI") is None
        assert read_measure("burnout", "non-MBI").instrument == "non-mbi"
        assert read_measure("burnout", "(not named in abstract)").instrument is None

    @pytest.mark.parametrize("text", ["> 26", "≥27", ">=27", "27 or more", "at least 27", "27+"])
    def test_ways_to_write_one_cutoff_are_one(self, text):
        assert [(c.upward, c.value) for c in read_measure("EE", "MBI", text).cuts] == [(True, 27.0)]

    def test_a_count_of_symptoms_is_no_cutoff(self):
        assert read_measure("STS", "", ">= 1 of intrusion, avoidance, arousal").cuts == ()

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("burnout on all three MBI subscales", "all three"),
            ("burnout: one of the three dimensions high", "any of three"),
            ("burnout if high on EE and/or DP subscale", "EE or DP"),
            ("burnout if scored high on EE subscale", "EE alone"),
            ("burnout: high EE plus (high DP or low PA)", "EE and (DP or PA)"),
        ],
    )
    def test_the_rule_of_who_is_burnt_out(self, text, rule):
        assert read_measure("burnout", "MBI", text).rule == rule

    def test_high_accomplishment_is_good_and_its_symptoms_are_not(self):
        assert read_measure("MBI PA high").good is True
        assert read_measure("MBI PA low").good is False
        assert read_measure("MBI PA high symptoms").good is None
        assert read_measure("MBI PA high symptoms", "MBI", "PA < 34").good is False


class TestRules:
    def test_two_constructs_are_an_error(self):
        found = rk.check_constructs(make_rows(("burnout", "", ""), ("STS", "", "")))
        (error,) = [f for f in found if f.severity == "error"]
        assert error.rule == "constructs.mixed"
        assert "comes from it" in error.fix

    def test_raw_and_t_scores_of_one_scale_are_an_error(self):
        rows = make_rows(("STS", "ProQOL 5", ">= 42"), ("STS", "ProQOL 5", "T score >= 56"))
        assert "constructs.scoring" in rules_of(rk.check_constructs(rows), "error")
        rows = make_rows(("burnout", "ProQOL 5", ">= 42"), ("burnout", "ProQOL 5", ">= 57"))
        assert "constructs.scoring" in rules_of(rk.check_constructs(rows), "error")

    @pytest.mark.parametrize(
        ("first", "second", "rule"),
        [
            (("EE high", "MBI-HSS", ""), ("EE high", "MBI-GS", ""), "constructs.version"),
            (("burnout", "MBI", ""), ("burnout", "CBI", ""), "constructs.instrument"),
            (("EE high", "MBI", "> 26"), ("EE high", "MBI", ">= 31"), "constructs.cutoff"),
            (
                ("STS severe", "STSS", ""),
                ("STS moderate or higher", "STSS", ""),
                "constructs.level",
            ),
            (("burnout", "MBI", "all three"), ("burnout", "MBI", "EE alone"), "constructs.rule"),
            (("STS", "STSS", ">= 38"), ("STS", "STSS", "DSM algorithm"), "constructs.scoring"),
        ],
    )
    def test_a_difference_that_may_be_wanted_is_a_warning(self, first, second, rule):
        found = rk.check_constructs(make_rows(first, second))
        assert rules_of(found, "warning") >= {rule}
        assert not rules_of(found, "error")

    def test_a_cutoff_outside_its_scale_is_an_error(self):
        rows = make_rows(("EE high", "MBI", ">= 60"), ("EE high", "MBI", ">= 60"))
        assert rules_of(rk.check_constructs(rows), "error") == {"constructs.range"}

    def test_low_scores_counted_upwards_are_named(self):
        found = rk.check_constructs(make_rows(("MBI PA low", "MBI", "EE > 24 D > 9 PA > 39")))
        assert any("PA low" in f.message and "≥ 40" in f.message for f in found)

    def test_rows_alike_give_no_error_and_no_warning(self):
        rows = make_rows(*[("EE high", "MBI-HSS", "EE >= 27")] * 3)
        assert rk.check_constructs(rows) == ()

    def test_pools_are_held_apart(self):
        rows = make_rows(("burnout", "MBI", ""), ("STS", "STSS", ""), outcome=["b", "s"])
        assert not rules_of(rk.check_constructs(rows), "error")
        assert "constructs.mixed" in rules_of(rk.check_constructs(rows.assign(o=1), by="o"))

    def test_what_is_not_stated_is_a_note(self):
        found = rk.check_constructs(make_rows(("STS", "(not named)", ""), ("STS", "", "")))
        assert {f.severity for f in found} == {"note"}
        assert rules_of(found) == {"constructs.instrument", "constructs.cutoff"}

    @given(st.permutations(range(5)))
    def test_the_order_of_rows_does_not_matter(self, order):
        rows = make_rows(
            ("EE high", "MBI-HSS", ">26"), ("EE high", "MBI-GS", ">26"), ("STS", "STSS", ""),
            ("MBI PA high", "MBI", ""), ("MBI PA low", "MBI", ""),
        )  # fmt: skip
        told = [(f.rule, f.severity) for f in rk.check_constructs(rows)]
        again = [(f.rule, f.severity) for f in rk.check_constructs(rows.iloc[order])]
        assert sorted(told) == sorted(again)

    @given(st.text(), st.text(), st.text())
    def test_any_text_is_read(self, construct, instrument, cutoff):
        rk.check_constructs(make_rows((construct, instrument, cutoff), ("burnout", "MBI", ">1")))


class TestRegistries:
    @pytest.mark.parametrize("key", CONSTRUCTS)
    def test_a_construct_is_found_by_its_own_label(self, key):
        assert name_construct(CONSTRUCTS[key].label) == key

    @pytest.mark.parametrize("key", INSTRUMENTS)
    def test_an_instrument_is_found_by_its_own_label(self, key):
        known = INSTRUMENTS[key]
        assert known.source
        assert set(known.constructs) <= set(CONSTRUCTS)
        assert set(known.ranges) <= {"", *CONSTRUCTS}
        if key not in ("phq9", "phq2", "gad7", "gad2"):  # known by their abbreviations
            assert find_instrument(known.label) == key

    def test_pairs_that_are_no_synonyms_are_of_known_constructs(self):
        assert all(pair <= set(CONSTRUCTS) for pair in NOT_SYNONYMS)

    def test_every_rule_is_quiet_on_one_plain_row(self):
        from reviewkit.integrity.construct_rules import Row

        row = Row("A", "", read_measure("EE high", "MBI-HSS", ">= 27"), "")
        assert [f for rule in RULES.values() for f in rule([row])] == []


class TestRefusing:
    def test_a_certain_mix_is_refused_and_says_how_to_allow_it(self):
        with pytest.raises(rk.InputError, match=r"must measure the same.*mix='allow'"):
            refuse_mix(make_rows(("EE high", "MBI", ""), ("DP high", "MBI", "")))

    def test_what_may_be_wanted_passes(self):
        refuse_mix(make_rows(("EE high", "MBI-HSS", "> 26"), ("EE high", "MBI-GS", ">= 31")))
        refuse_mix(pd.DataFrame({"study": ["A"], "events": [1], "total": [2]}))


class TestSynonyms:
    @pytest.mark.parametrize(
        "text",
        [
            "Compassion fatigue, also known as secondary traumatic stress, is common.",
            "secondary traumatic stress (also called vicarious trauma)",
            "Burnout, also referred to as compassion fatigue",
            "burnout is synonymous with compassion fatigue",
        ],
    )
    def test_terms_used_as_one_are_named_with_their_words(self, text):
        (found,) = rk.check_synonyms(text, where="Introduction")
        assert found.rule == "constructs.synonym"
        assert found.where == "Introduction"
        assert found.quote in text

    @pytest.mark.parametrize(
        "text",
        [
            "Burnout and compassion fatigue are not the same.",
            "We measured burnout. Compassion fatigue was also measured.",
            "burnout, secondary traumatic stress and vicarious trauma",
            "",
        ],
    )
    def test_terms_side_by_side_are_not(self, text):
        assert rk.check_synonyms(text) == ()


class TestMisuse:
    def test_a_table_without_studies(self):
        with pytest.raises(rk.InputError, match="'study'"):
            rk.check_constructs(pd.DataFrame({"construct": ["burnout"]}))

    def test_a_pool_column_that_is_not_there(self):
        with pytest.raises(rk.InputError, match="'pool'"):
            rk.check_constructs(make_rows(("burnout", "", "")), by="pool")

    def test_a_text_that_is_none(self):
        with pytest.raises(rk.InputError, match="must be a text"):
            rk.check_synonyms(7)
