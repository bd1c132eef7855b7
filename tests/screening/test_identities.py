"""What must hold between the numbers of a flow: reviews that say it well, and that do not."""

import pytest
from flow_cases import (
    BOXES,
    EVERYTHING,
    EXAMPLES,
    NEW_V1,
    NEW_V2,
    SEED,
    UPDATED_V2,
    simulated_flows,
)  # fmt: skip
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviewkit._core.finding import SEVERITIES
from reviewkit.screening.arithmetic import PLACES, settle_flow
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_keys import KEYS, SKIPPABLE
from reviewkit.screening.identities import CHECKS, check_flow


def find(counts, severity=None):
    findings = check_flow(read_counts(counts))
    return [one for one in findings if severity in (None, one.severity)]


def errors(counts):
    return {one.where: (one.expected, one.found) for one in find(counts, "error")}


class TestRealReviews:
    """Flows as reviews print them: never a false alarm where the review explains itself."""

    @pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "inconsistent"])
    def test_sound_flows_have_no_error_and_no_doubt(self, name):
        assert not find(EXAMPLES[name], "error")
        assert not find(EXAMPLES[name], "warning")

    @pytest.mark.parametrize(
        "counts",
        [
            # PRISMA 2009: records left after duplicates, other sources among the identified
            {"databases": 500, "citation_searching": 20, "after_duplicates": 400, "screened": 400,
             "excluded": 350, "assessed": 50, "reports_excluded": 30, "new_studies": 20,
             "in_meta_analysis": 12},
            {"identified": 520, "databases": 500, "websites": 20, "duplicates_removed": 120,
             "screened": 400},
            # other sources that only join at full text, or at inclusion
            {"screened": 400, "excluded": 350, "citation_searching": 6, "assessed": 56,
             "reports_excluded": 30, "new_reports": 26},
            {"screened": 400, "excluded": 350, "citation_searching": 6, "assessed": 50,
             "reports_excluded": 30, "new_reports": 24},
            {"sought": 50, "not_retrieved": 2, "citation_searching": 6, "assessed": 54,
             "reports_excluded": 30, "new_reports": 24},
            # records left after all removals, not only of duplicates
            {"identified": 500, "duplicates_removed": 80, "automation_removed": 20,
             "after_duplicates": 400, "screened": 400},
            # reports added at full text, counted among those sought or not even among the assessed
            {"screened": 90, "excluded": 60, "sought": 33, "added_at_full_text": 3,
             "not_retrieved": 1, "assessed": 32},
            {"screened": 90, "excluded": 60, "assessed": 30, "added_at_full_text": 3,
             "reports_excluded": 20, "new_reports": 13},
            # a second deduplication, wherever it was
            {"identified": 99, "duplicates_removed": 5, "duplicates_removed_later": 4,
             "screened": 90},
            {"assessed": 30, "reports_excluded": 20, "duplicates_removed_later": 4,
             "new_reports": 6},
            # studies added in revision: to the new ones, or to the total alone
            {"assessed": 30, "reports_excluded": 20, "added_included": 2, "new_reports": 12},
            {"previous_studies": 5, "new_studies": 10, "added_included": 2, "total_studies": 17},
            # totals beside parts of which some have no number
            {"databases": {"PubMed": 300, "Scopus": None}, "databases_total": 321,
             "duplicates_removed": 21, "screened": 300},
            # a box for two reasons
            {"assessed": 30, "reports_excluded": {"Wrong design or population": 20},
             "new_reports": 10},
            {"new_studies": 0, "new_reports": 0},
            # titles screened before abstracts, quality appraised after eligibility
            {"identified": 400, "duplicates_removed": 100, "titles_screened": 300,
             "titles_excluded": 200, "screened": 100, "excluded": 70, "assessed": 30,
             "reports_excluded": 10, "appraised": 20, "appraisal_excluded": {"Weak": 5},
             "new_reports": 15},
            {"identified": 400, "titles_excluded": 200, "screened": 200},
            {"assessed": 30, "reports_excluded": 10, "appraisal_excluded": 5, "new_reports": 15},
            # a review that goes on: records and reports without a verdict
            {"identified": 90, "duplicates_removed": 10, "records_awaiting": 5, "screened": 75,
             "excluded": 60, "sought": 15, "not_retrieved": 1, "reports_awaiting": 4,
             "assessed": 10, "reports_excluded": 3, "new_reports": 7},
            {"identified": 90, "after_duplicates": 80, "titles_awaiting": 5, "titles_screened": 75},
            # an update that finds a new report of a study it has
            {"previous_studies": 5, "previous_reports": 6, "new_studies": 0, "new_reports": 1,
             "total_studies": 5, "total_reports": 7},
        ],
        ids=lambda counts: "-".join(counts)[:60],
    )  # fmt: skip
    def test_a_review_that_explains_itself_is_consistent(self, counts):
        assert not find(counts, "error")
        assert not find(counts, "warning")

    def test_the_seed_names_what_it_does_not_report(self):
        notes = {one.where: one.expected for one in find(SEED)}
        assert notes == {
            "databases": "", "registers": "", "duplicates_removed": "", "automation_removed": "",
            "sought": "21", "not_retrieved": "", "reports_excluded": "", "new_reports": "13",
        }  # fmt: skip
        assert {one.severity for one in find(SEED)} == {"note"}

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({"other_removed": 87}, {"screened": ("234", "243")}),
            ({"other_removed": 70}, {"screened": ("251", "243")}),
            ({"assessed": 20}, {"assessed": ("21", "20")}),
            ({"assessed": 22}, {"assessed": ("21", "22")}),
            ({"screened": 244}, {"screened": ("243", "244"), "assessed": ("22", "21")}),
            ({"reports_excluded": 22, "new_studies": 0}, {"new_studies": ("−1", "0")}),
        ],
    )
    def test_the_seed_with_a_wrong_number(self, change, found):
        assert errors(SEED | change) == found

    def test_records_left_say_how_many_duplicates_there_were(self):
        findings = find({"identified": 520, "after_duplicates": 400, "screened": 400})
        assert {one.expected for one in findings if one.where == "duplicates_removed"} == {"120"}
        assert {one.rule for one in findings} == {"flow.not_reported"}  # nothing is left to ask

    def test_more_studies_than_reports_are_possible(self):
        (one,) = find({"new_studies": 121, "new_reports": 115}, "warning")
        assert one.message == "Studies included in review: 121 in 115 reports."
        assert not errors(SEED | {"new_studies": 14})
        assert [one.where for one in find(SEED | {"new_studies": 14}, "warning")] == ["new_studies"]


class TestEachIdentity:
    @pytest.mark.parametrize(
        ("base", "change", "found"),
        [
            (NEW_V1, {"databases_total": 32000}, {"databases": ("32,112", "32,000")}),
            (NEW_V1, {"registers_total": 1}, {"registers": ("182", "1")}),
            (NEW_V1, {"identified": 32000}, {"identified": ("32,294", "32,000")}),
            (NEW_V1, {"excluded_total": 18703}, {"excluded": ("18,702", "18,703")}),
            (NEW_V1, {"reports_excluded_total": 1}, {"reports_excluded": ("2,065", "1")}),
            (NEW_V1, {"duplicates_removed": 1}, {"screened": ("31,016", "21,146")}),
            (NEW_V1, {"not_retrieved": 95}, {"assessed": ("2,349", "2,348")}),
            (NEW_V1, {"new_reports": 284}, {"new_reports": ("283", "284")}),
            (NEW_V1, {"in_meta_analysis": 271}, {"in_meta_analysis": ("270 at most", "271")}),
            (NEW_V1, {"new_studies": 0}, {"new_studies": ("1 at least", "0")}),
            (NEW_V2, {"citation_searching": 262}, {"other_sought": ("321 at most", "322")}),
            (NEW_V2, {"other_not_retrieved": 10}, {"other_assessed": ("312", "311")}),
            (NEW_V2, {"other_reports_excluded": 271}, {"new_reports": ("323", "322")}),
            (EVERYTHING, {"titles_excluded": 41}, {"screened": ("749", "750")}),
            (EVERYTHING, {"titles_awaiting": 2}, {"titles_screened": ("798", "799")}),
            (EVERYTHING, {"appraisal_excluded": 2}, {"new_reports": ("41", "42")}),
            (EVERYTHING, {"reports_awaiting": 5}, {"assessed": ("99", "100")}),
            (EVERYTHING, {"other_reports_awaiting": 2}, {"other_assessed": ("13", "14")}),
            (EVERYTHING, {"reports_in_meta_analysis": 55},
             {"reports_in_meta_analysis": ("54 at most", "55")}),
            (UPDATED_V2, {"previous_studies": 40}, {"total_studies": ("327", "328")}),
            (UPDATED_V2, {"total_reports": 371}, {"total_reports": ("370", "371")}),
            (UPDATED_V2, {"in_meta_analysis": 329}, {"in_meta_analysis": ("328 at most", "329")}),
            ({}, {"databases": 100, "duplicates_removed": 120},
             {"duplicates_removed": ("−20 at most", "")}),
            ({}, {"after_duplicates": 100, "screened": 120}, {"screened": ("100 at most", "120")}),
            ({}, {"screened": 20, "assessed": 21}, {"assessed": ("20 at most", "21")}),
            ({}, {"databases": {"PubMed": 300, "Scopus": None}, "databases_total": 299},
             {"databases": ("300", "299")}),
            ({}, {"previous_studies": 5, "total_studies": 4},
             {"total_studies": ("5 at least", "4")}),
            ({}, {"other_assessed": 5, "other_reports_excluded": 1, "new_reports": 3},
             {"new_reports": ("4 at least", "3")}),
        ],
    )  # fmt: skip
    def test_is_checked(self, base, change, found):
        assert errors(base | change) == found

    def test_the_message_says_the_arithmetic_and_how_to_mend_it(self):
        (one,) = find(SEED | {"other_removed": 87}, "error")
        assert (one.rule, one.where) == ("flow.screened", "screened")
        assert one.message == (
            "Records screened: 243 reported, but 321 identified − 87 removed for other reasons "
            "= 234."
        )
        assert one.fix == (
            "Correct one of these numbers, or report the 9 that came in between, for example as "
            "`websites` or `organisations`."
        )

    def test_a_bridge_is_named(self):
        (one,) = find(SEED | {"assessed": 20, "new_studies": 12}, "error")
        assert one.message == (
            "Reports assessed for eligibility: 20 reported, but 243 screened − 222 excluded = 21. "
            "Not reported in between: Reports sought for retrieval."
        )
        assert "for example as `not_retrieved`" in one.fix

    def test_a_gap_without_a_word_is_a_note_that_says_how_large_it_is(self):
        findings = find({"sought": 100, "assessed": 95})
        (gap,) = [one for one in findings if one.rule == "flow.assessed"]
        assert (gap.severity, gap.expected) == ("note", "100 at most")
        assert "95 reported of 100 sought; what became of 5 is not reported." in gap.message
        assert {one.expected for one in findings if one.where == "not_retrieved"} == {"5"}

    def test_one_wrong_total_does_not_make_the_next_box_wrong(self):
        assert list(errors(NEW_V1 | {"excluded_total": 18000})) == ["excluded"]
        assert list(errors(EVERYTHING | {"databases_total": 900})) == ["databases"]

    def test_the_gravest_come_first(self):
        severities = [SEVERITIES.index(one.severity) for one in
                      find(SEED | {"screened": 244, "new_studies": 31})]  # fmt: skip
        assert severities == sorted(severities)
        assert set(severities) == {0, 1, 2}

    def test_a_part_without_a_number_is_noted(self):
        findings = find({"databases": {"PubMed": 300, "Scopus": None}})
        (one,) = [one for one in findings if one.where == "databases:Scopus"]
        assert one.message == "Databases: no number for 'Scopus'."

    def test_nothing_is_asked_of_a_source_with_no_records(self):
        assert "registers" not in {one.where for one in find({"registers": 0})}


class TestSkippedLevels:
    @pytest.mark.parametrize(
        ("skipped", "counts"),
        [
            (["sought"], {"screened": 243, "excluded": 222, "assessed": 21}),
            (["screened"], {"identified": 90, "duplicates_removed": 10, "assessed": 80}),
            (["screened", "sought"], {"identified": 90, "other_removed": 10, "assessed": 80}),
            (["assessed"], {"sought": 9, "not_retrieved": 1, "new_reports": 8}),
            (["other_sought"], {"websites": 9, "other_assessed": 9}),
        ],
    )
    def test_nothing_is_asked_of_them_and_all_go_on(self, skipped, counts):
        findings = check_flow(read_counts(counts), skipped)
        asked = {one.where for one in findings if one.rule == "flow.not_reported"}
        assert not asked & {*skipped, *(SKIPPABLE[level] for level in skipped)}
        assert not [one for one in findings if one.severity != "note"]
        last = list(counts)[-1]
        wrong = check_flow(read_counts(counts | {last: counts[last] + 1}), skipped)
        assert [one.where for one in wrong if one.severity == "error"] == [last]


class TestLaws:
    @given(simulated_flows())
    def test_what_is_counted_record_by_record_is_consistent(self, counts):
        assert not find(counts, "error")
        assert not find(counts, "warning")

    @given(simulated_flows(extras=True))
    @settings(max_examples=70)
    def test_so_it_is_with_steps_that_the_form_lacks(self, counts):
        assert not find(counts, "error")
        assert not find(counts, "warning")

    @given(simulated_flows(extras=True), st.sets(st.sampled_from(BOXES)))
    @settings(max_examples=70)
    def test_boxes_may_be_left_out(self, counts, absent):
        assert not errors({key: n for key, n in counts.items() if key not in absent})

    @given(simulated_flows(), st.data())
    @settings(max_examples=120)
    def test_any_one_wrong_number_is_found(self, counts, data):
        # Between these there is no equation, but "at most": some records are known already, a
        # study may have several reports.
        loose = {"websites", "organisations", "citation_searching"}
        loose |= set() if "total_studies" in counts else {"new_studies"}
        key = data.draw(st.sampled_from(sorted(counts.keys() - loose)))
        wrong = counts[key] + data.draw(st.integers(-counts[key], 40).filter(bool))
        others = sum(counts.get(key, 0) for key in ("websites", "organisations",
                                                    "citation_searching"))  # fmt: skip
        assume(key != "identified" or wrong != counts[key] + others)  # all that was found anywhere
        assert errors(counts | {key: wrong})

    @given(simulated_flows(extras=True), st.data())
    @settings(max_examples=70)
    def test_a_wrong_extra_step_is_found(self, counts, data):
        wandering = ("duplicates_removed_later", "added_at_full_text", "added_included")
        key = data.draw(st.sampled_from(wandering))
        wrong = counts[key] + data.draw(st.integers(-counts[key], 40).filter(bool))
        assert errors(counts | {key: wrong})

    @given(simulated_flows(extras=True), st.randoms(use_true_random=False))
    def test_the_order_of_keys_is_irrelevant(self, counts, random):
        keys = list(counts)
        random.shuffle(keys)
        shuffled = {key: counts[key] for key in keys}
        assert sorted(map(str, find(shuffled))) == sorted(map(str, find(counts)))

    @given(st.dictionaries(st.sampled_from(list(KEYS)), st.integers(0, 30)))
    @settings(max_examples=120)
    def test_any_numbers_get_findings_that_can_be_read(self, counts):
        for one in find(counts):
            assert one.where.partition(":")[0] in KEYS
            assert one.message.endswith(".")
            assert one.fix.endswith(".")
            assert "inf" not in f"{one.message} {one.expected} {one.fix}"


def test_wandering_steps_take_the_place_that_the_numbers_show():
    counts = {"screened": 90, "excluded": 60, "sought": 30, "not_retrieved": 2, "assessed": 25,
              "duplicates_removed_later": 3}  # fmt: skip
    assert settle_flow(counts).places == {"duplicates_removed_later": "sought"}
    assert settle_flow(EVERYTHING).places["added_at_full_text"] == PLACES["added_at_full_text"][0]


def test_each_check_can_be_found():
    wrong = EVERYTHING | {"databases_total": 1, "identified": 5, "new_studies": 43, "screened": 1,
                          "in_meta_analysis": 500, "reports_excluded": 70}  # fmt: skip
    said = {name: list(check(read_counts(wrong))) for name, check in CHECKS.items()}
    assert all(said.values())
