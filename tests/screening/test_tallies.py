"""The flow from records and decisions: numbers that cannot disagree with the data."""

import pickle
from types import SimpleNamespace

import pandas as pd
import pytest
from flow_cases import SEED
from hypothesis import given, settings
from tally_cases import (
    CLUSTERS,
    DECISIONS,
    LINKS,
    RECORDS,
    make_clusters,
    make_decisions,
    make_records,
    reviews,
)  # fmt: skip

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_boxes import find_count
from reviewkit.screening.flow_ledger import ALIASES
from reviewkit.screening.tallies import tally_flow

STUDIES = ("new_studies", "in_meta_analysis")

EXTRA = {
    r"a record decided twice by one person: 'r3 by Ada at title_abstract'":
        [("r3", "Ada", "ta", "include")],
    r"a decision at full_text on a record that is in excluded: 'r3'":
        [("r3", "Ada", "ft", "include")],
    r"ids in `decisions` that no record has: 'r99'": [("r99", "Ada", "ta", "include")],
    r"ids in `decisions` that no record has: '\(blank\)'": [("", "Ada", "ta", "include")],
}  # fmt: skip


def tally(records=RECORDS, duplicates=CLUSTERS, decisions=DECISIONS, **options):
    return tally_flow(records, duplicates, decisions, **options)


def logged(flow):
    return dict(zip(flow.log["what"], flow.log["records"], strict=True))


class TestSmallReview:
    def test_counts(self):
        flow = tally(links=LINKS, not_retrieved=["r4"], in_meta_analysis=["Doe 2000"])
        assert {key: n if isinstance(n, int) else dict(n) for key, n in flow.counts.items()} == {
            "databases": {"PubMed": 2, "Scopus": 3}, "registers": {"ISRCTN": 1},
            "duplicates_removed": 1, "screened": 5, "excluded": 1, "sought": 4,
            "not_retrieved": 1, "assessed": 3, "reports_excluded": {"Wrong outcome": 1},
            "new_studies": 1, "new_reports": 2, "in_meta_analysis": 1,
        }  # fmt: skip
        assert flow.is_consistent
        assert flow.template == "new-v1"
        assert [one for one in flow.findings if one.severity != "note"] == []

    def test_the_records_of_a_box_have_reason_and_citation(self):
        flow = tally(
            links=LINKS, not_retrieved=pd.DataFrame({"record": ["r4"], "reason": ["Lost"]})
        )
        frame = flow.records("excluded_full_text")
        assert frame.columns.tolist() == ["record", "source", "title", "authors", "year", "journal",
                                          "doi", "reason", "study", "duplicate_of"]  # fmt: skip
        assert frame.iloc[0].tolist() == ["r1", "PubMed", "Title 1", "Author, 1", 2001, "J",
                                          "10.1/1", "Wrong outcome", "", ""]  # fmt: skip
        assert flow.records("duplicates")["duplicate_of"].tolist() == ["r0"]
        assert flow.records("not_retrieved")["reason"].tolist() == ["Lost"]
        assert flow.records("databases:PubMed")["record"].tolist() == ["r0", "r1"]
        assert flow.records("reports_excluded:Wrong outcome")["record"].tolist() == ["r1"]
        assert flow.records("new_studies")["study"].tolist() == ["Doe 2000", "Doe 2000"]
        ends = flow.records().set_index("record")["box"]
        assert ends.to_dict() == {"r0": "new_reports", "r1": "reports_excluded",
                                  "r2": "duplicates_removed", "r3": "excluded",
                                  "r4": "not_retrieved", "r5": "new_reports"}  # fmt: skip

    @pytest.mark.parametrize("name", ["Excluded full-text", "databases:pubmed", "Records Screened"])
    def test_boxes_go_by_the_names_that_people_use(self, name):
        assert len(tally().records(name))

    def test_classes_are_known_by_what_they_hold(self):
        records, same = (
            SimpleNamespace(to_frame=lambda: RECORDS),
            SimpleNamespace(clusters=CLUSTERS),
        )
        assert tally(records, same) == tally()

    def test_it_can_be_compared_hashed_and_pickled(self):
        flow = tally()
        assert pickle.loads(pickle.dumps(flow)) == flow
        assert hash(flow) == hash(tally())
        assert flow != tally(links=LINKS)

    def test_retrieval_may_be_a_column(self):
        records = RECORDS.assign(lost=["", "", "", "", "yes", "no"])
        assert tally(records, not_retrieved="lost").records("not_retrieved")["record"].tolist() == [
            "r4"
        ]

    def test_what_citations_lack_is_logged(self):
        records = RECORDS.assign(year="in press", source="")
        found = logged(tally(records))
        assert found["a year that is no number"].startswith("r0; r1")
        assert found["records without a source"].startswith("r0; r1")
        assert tally(records).counts["databases"] == 6

    def test_nothing_is_asked_twice(self):
        assert list(tally(other_removed=["r3"], decisions=DECISIONS[DECISIONS["record"] != "r3"])
                    .mappings) == ["as reported"]  # fmt: skip

    def test_without_full_texts_the_review_is_at_screening(self):
        flow = tally(decisions=DECISIONS[DECISIONS["stage"] == "title_abstract"])
        assert "new_studies" not in flow.counts
        assert flow.counts["reports_awaiting"] == 4
        assert flow.is_consistent


class TestUnits:
    def test_a_report_of_two_studies_is_one_report(self):
        links = pd.DataFrame({"report": ["r0", "r0", "r5"], "study": ["A", "B", "B"]})
        flow = tally(links=links)
        assert (flow.counts["new_studies"], flow.counts["new_reports"]) == (2, 2)
        assert flow.records("new_reports")["study"].tolist() == ["A; B", "B"]

    def test_links_of_a_duplicate_are_those_of_the_record_that_stays(self):
        assert tally(links={"r2": "A", "r5": "A"}).counts["new_studies"] == 1

    def test_new_reports_of_a_known_study_are_no_new_study(self):
        previous = pd.DataFrame({"study": ["Doe 2000", "Roe 1999", "Roe 1999"]})
        flow = tally(links=LINKS, previous=previous)
        assert flow.template == "updated-v1"
        wanted = {"previous_studies": 2, "previous_reports": 3, "new_studies": 0, "new_reports": 2,
                  "total_studies": 2, "total_reports": 5}  # fmt: skip
        assert {key: flow.counts[key] for key in wanted} == wanted
        assert flow.is_consistent

    def test_other_methods_have_a_way_of_their_own(self):
        records = make_records("PubMed", "Handsearching", "Google", "Handsearching", "ASCO site")
        decisions = make_decisions(
            ("r0", "Ada", "ta", "include"), ("r0", "Ada", "ft", "include"),
            ("r2", "Ada", "ft", "exclude", "Wrong outcome"), ("r3", "Ada", "ta", "exclude"),
            ("r4", "Ada", "ft", "include"),
        )  # fmt: skip
        flow = tally(records, make_clusters(r0="a", r1="a"), decisions,
                     sources={"ASCO site": "organisations"})  # fmt: skip
        wanted = {"websites": 1, "organisations": 1, "citation_searching": 2, "other_sought": 2,
                  "other_assessed": 2, "duplicates_removed": 0, "new_reports": 2}  # fmt: skip
        assert {key: flow.counts[key] for key in wanted} == wanted
        assert flow.records("other_not_sought")["reason"].tolist() == ["Known already",
                                                                       "Not relevant"]  # fmt: skip
        assert flow.template == "new-v2"
        assert flow.is_consistent

    def test_levels_may_be_added_or_skipped(self):
        decisions = make_decisions(
            ("r0", "Ada", "title", "include"), ("r1", "Ada", "title", "exclude"),
            ("r0", "Ada", "ta", "include"), ("r0", "Ada", "ft", "include"),
            ("r0", "Ada", "appraisal", "exclude", "High risk of bias"),
        )  # fmt: skip
        records = make_records("PubMed", "PubMed")
        levels = ["title", "title_abstract", "full_text", "appraisal"]
        flow = tally(records, None, decisions, levels=levels)
        assert (flow.counts["titles_screened"], flow.counts["screened"]) == (2, 1)
        assert dict(flow.counts["appraisal_excluded"]) == {"High risk of bias": 1}
        short = tally(records, None, make_decisions(("r0", "Ada", "ft", "include"),
                      ("r1", "Ada", "ft", "exclude", "Old")), levels=["full_text"])  # fmt: skip
        assert short.skipped == ("screened",)
        assert flow.is_consistent
        assert short.is_consistent


class TestVerdicts:
    def test_people_count_before_tools_and_tools_are_told_apart(self):
        decisions = make_decisions(
            ("r0", "ASReview", "ta", "exclude"), ("r1", "ASReview", "ta", "exclude"),
            ("r1", "Ada", "ta", "include"), ("r2", "Ada", "ta", "exclude"),
        )  # fmt: skip
        flow = tally(make_records(*["PubMed"] * 3), None, decisions, tools=["asreview"])
        assert dict(flow.counts["excluded"]) == {"by human reviewers": 1, "by automation tools": 1}
        notes = flow.chart(174).notes
        assert "**Records excluded by humans and by automation tools are listed apart." in notes

    @pytest.mark.parametrize(
        ("rule", "box"),
        [("include", "reports_awaiting"), ("exclude", "excluded"), ("leave", "records_awaiting")],
    )
    def test_conflicts_are_settled_by_a_rule(self, rule, box):
        decisions = make_decisions(("r0", "Ada", "ta", "include"), ("r0", "Bo", "ta", "exclude"))
        flow = tally(make_records("PubMed"), None, decisions, conflicts=rule)
        assert flow.records()["box"].tolist() == [box]

    def test_the_majority_may_decide(self):
        rows = [("r0", name, "ta", "exclude") for name in "abc"] + [("r0", "d", "ta", "include")]
        records = make_records("PubMed")
        flow = tally(records, None, make_decisions(*rows), conflicts="majority")
        assert flow.counts["excluded"] == 1
        with pytest.raises(InputError, match=r"They do not on 1: 'r0' at title_abstract"):
            tally(records, None, make_decisions(*rows[2:]), conflicts="majority")

    @pytest.mark.parametrize(
        ("order", "reason"),
        [(None, "Old"), (["Wrong outcome", "Old"], "Wrong outcome"), (["wrong outcome"],
                                                                      "Wrong outcome")],
    )  # fmt: skip
    def test_one_main_reason_a_report(self, order, reason):
        decisions = make_decisions(("r0", "Ada", "ft", "exclude", "Old; Wrong outcome"),
                                   ("r0", "Bo", "ft", "exclude", "Wrong outcome"))  # fmt: skip
        flow = tally(make_records("PubMed"), None, decisions, reason_order=order)
        assert dict(flow.counts["reports_excluded"]) == {reason: 1}
        assert logged(flow)["several reasons"] == "r0"

    def test_commas_separate_reasons_only_if_all_are_known(self):
        decisions = make_decisions(("r0", "Ada", "ft", "exclude", "Old,No data"),
                                   ("r1", "Ada", "ft", "exclude", "Old, in Dutch"))  # fmt: skip
        flow = tally(make_records("PubMed", "PubMed"), None, decisions,
                     reason_order=["no data", "old"])  # fmt: skip
        assert dict(flow.counts["reports_excluded"]) == {"No data": 1, "Old, in Dutch": 1}

    def test_a_reason_by_record_is_that_of_who_excluded(self):
        decisions = make_decisions(("r0", "Ada", "ft", "exclude"), ("r1", "Ada", "ft", "include"),
                                   ("r2", "Ada", "ft", "exclude", "Old")).assign(
            record_reason=["No data", "No data", "No data"])  # fmt: skip
        flow = tally(make_records(*["PubMed"] * 3), None, decisions)
        assert dict(flow.counts["reports_excluded"]) == {"No data": 1, "Old": 1}
        assert logged(flow)["a reason that is told by record"] == "r0"

    def test_one_name_needs_no_list(self):
        decisions = make_decisions(("r0", "Ada", "ta", "include"), ("r0", "Carol", "ta", "exclude"))
        flow = tally(make_records("PubMed"), None, decisions, consensus="Carol")
        assert flow.counts["excluded"] == 1

    def test_a_report_without_a_reason_is_counted_as_that(self):
        decisions = make_decisions(("r0", "Ada", "ft", "exclude"))
        flow = tally(make_records("PubMed"), None, decisions)
        assert dict(flow.counts["reports_excluded"]) == {"Reason not reported": 1}

    def test_three_spellings_and_blank_cells(self):
        decisions = make_decisions(("r0", "Ada", "ta", "Included"), ("r1", "Ada", "ta", "NO"),
                                   ("r2", "Ada", "ta", ""))  # fmt: skip
        flow = tally(make_records(*["PubMed"] * 3), None, decisions)
        assert (flow.counts["screened"], flow.counts["excluded"]) == (2, 1)
        assert flow.counts["records_awaiting"] == 1
        assert logged(flow)["decisions without a verdict"] == "r2"

    def test_thirty_raters(self):
        rows = [("r0", f"Rater {i}", "ta", "exclude") for i in range(30)]
        assert tally(make_records("PubMed"), None, make_decisions(*rows)).counts["excluded"] == 1


class TestContradictions:
    @pytest.mark.parametrize("message", EXTRA)
    def test_are_refused_with_the_records(self, message):
        decisions = pd.concat([DECISIONS, make_decisions(*EXTRA[message])])
        with pytest.raises(InputError, match=message):
            tally(decisions=decisions)
        flow = tally(decisions=decisions, contradictions="log", conflicts="exclude")
        assert flow.is_consistent
        assert flow.counts["excluded"] == 1

    def test_the_last_decision_of_a_person_counts_whatever_the_order_of_the_log(self):
        rows = [("r0", "Ada", "ta", "exclude", "", "2024-02-01"),
                ("r0", "Ada", "ta", "include", "", "2024-01-01")]  # fmt: skip
        flow = tally(make_records("PubMed"), None, make_decisions(*rows), contradictions="log")
        assert flow.counts["excluded"] == 1

    @pytest.mark.parametrize("name", ["links", "not_retrieved", "other_removed",
                                      "automation_removed", "in_meta_analysis"])  # fmt: skip
    def test_ids_that_no_record_has(self, name):
        given = {"r99": "x"} if name == "links" else ["r99"]
        with pytest.raises(InputError, match=rf"ids in `{name}` that no .* has: 'r99'"):
            tally(**{name: given})

    def test_removed_or_not_retrieved_but_decided_on(self):
        with pytest.raises(InputError, match="decision at title_abstract on a record that is in "
                                             "automation_removed: 'r3'"):  # fmt: skip
            tally(automation_removed=["r3"])
        with pytest.raises(InputError, match="at full_text on a record that is in not_retrieved"):
            tally(not_retrieved=["r1"])
        with pytest.raises(InputError, match="in `not_retrieved`, but also in excluded: 'r3'"):
            tally(not_retrieved=["r3"])

    def test_a_reason_on_an_included_record_is_logged_and_left_out(self):
        decisions = make_decisions(("r0", "Ada", "ft", "include", "Wrong outcome"))
        flow = tally(make_records("PubMed"), None, decisions)
        assert logged(flow)["a reason on an included record"] == "r0"
        assert flow.records("included")["reason"].tolist() == [""]

    def test_records_never_decided_are_no_records_screened(self):
        decisions = DECISIONS[DECISIONS["record"] != "r3"]
        flow = tally(decisions=decisions, not_retrieved=["r4"])
        assert flow.counts["records_awaiting"] == 1
        (one,) = [one for one in flow.findings if one.severity == "warning"]
        assert one.message == "1 without a verdict: r3."
        assert "Records awaiting a verdict (n = 1)" in flow.chart(174).box("screened").text

    def test_conflicts_are_listed(self):
        decisions = DECISIONS[DECISIONS["rater"] != "consensus"]
        with pytest.raises(InputError, match=r"do not on 1: 'r4' at title_abstract\. Add rows"):
            tally(decisions=decisions)


class TestLaws:
    @given(reviews())
    @settings(max_examples=60)
    def test_counts_cannot_disagree_with_the_data(self, review):
        flow = tally_flow(**review)
        assert flow.is_consistent
        for key in flow.counts:
            if key.startswith(("previous", "total")):
                continue
            n, frame = find_count(flow.counts, key), flow.records(key)
            assert (frame["study"].nunique() if key in STUDIES else len(frame)) == n, key
        for key, parts in flow.counts.items():
            for name, n in {} if isinstance(parts, int) else parts.items():
                assert len(flow.records(f"{key}:{name}")) == n

    @given(reviews())
    @settings(max_examples=30)
    def test_each_record_ends_in_one_box(self, review):
        flow, records = tally_flow(**review), review["records"]
        ends = flow.records()
        assert ends["record"].tolist() == records["record"].tolist()
        for box, group in ends.groupby("box"):
            assert set(flow.records(box)["record"]) == set(group["record"])

    @given(reviews())
    @settings(max_examples=15)
    def test_inputs_stay_and_the_order_of_decisions_of_people_who_agree_is_irrelevant(self, review):
        before = {key: review[key].copy() for key in ("records", "duplicates", "decisions")}
        flow = tally_flow(**review)
        for key, frame in before.items():
            pd.testing.assert_frame_equal(review[key], frame)
        first = review["decisions"].drop_duplicates(["record", "rater", "stage"])
        again = {**review, "decisions": first, "reason_order": ["Old"]}
        turned = {**again, "decisions": first[::-1]}
        assert tally_flow(**again).counts.get("screened") == tally_flow(**turned).counts.get(
            "screened"
        )
        assert flow == tally_flow(**review)


class TestMisuse:
    def test_an_unknown_box_has_near_names(self):
        with pytest.raises(InputError, match=r"Got 'screend'\. Near it: 'screened'"):
            tally().records("screend")
        with pytest.raises(InputError, match="The boxes are: 'databases'"):
            tally().records("xyzzy")

    def test_each_alias_leads_to_a_key(self):
        assert not {key for key in ALIASES if key in ALIASES.values()}

    @pytest.mark.parametrize("name", [*ALIASES, "Excluded full text", "not_retrieved", "websites"])
    def test_a_box_of_which_nothing_is_known(self, name):
        flow = tally(make_records("PubMed"), None, DECISIONS[:0])
        if ALIASES.get(name) in (
            "identified",
            "screened",
            "excluded",
            "sought",
            "records_awaiting",
        ):
            assert len(flow.records(name)) == (ALIASES[name] in ("identified", "records_awaiting"))
            return
        with pytest.raises(InputError, match=f"that this flow reports. Got {name!r}, of which"):
            flow.records(name)

    def test_a_flow_from_counts_knows_no_records(self):
        for ask in (lambda flow: flow.records("screened"), lambda flow: flow.log,
                    lambda flow: flow.excluded_reports()):  # fmt: skip
            with pytest.raises(InputError, match="This flow was made from counts"):
                ask(rk.prisma_flow(SEED))

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"conflicts": "vote"}, "`conflicts` must be one of 'error'"),
            ({"maybe": "no"}, "`maybe` must be one of"),
            ({"contradictions": "ignore"}, "`contradictions` must be one of"),
            ({"levels": ["title_abstract"]}, "and full_text among them"),
            ({"levels": ["full_text"]}, "there are decisions at 'title_abstract'"),
            ({"sources": {"PubMed": "books"}}, "`sources` must be one of"),
            ({"guideline": "PRISMA 2009"}, "`guideline` must be one of"),
            ({"previous": {"papers": 3}}, "must be a frame with the column 'study'"),
            ({"records": RECORDS.drop(columns="record")}, "`records` must have the column 'record'"),
            ({"not_retrieved": "lost"}, "`records` must have the column 'lost'"),
            ({"duplicates": RECORDS}, "`duplicates` must have the column 'cluster'"),
            ({"links": RECORDS}, "`links` must have the column 'study'"),
            ({"records": pd.concat([RECORDS, RECORDS])}, "an id of its own in each row. Got 'r0'"),
            ({"records": RECORDS.assign(record="")}, "Got 6 blank"),
            ({"records": [1, 2]}, "`records` must be a frame"),
            ({"duplicates": pd.concat([CLUSTERS, make_clusters(r0="z")])}, "'r0' in 'a' and 'z'"),
            ({"decisions": DECISIONS.assign(stage="")}, "Give it to the reader"),
            ({"decisions": DECISIONS.assign(verdict="perhaps not")}, "Got 'perhaps not'"),
        ],
    )  # fmt: skip
    def test_bad_input_is_refused(self, options, message):
        with pytest.raises(InputError, match=message):
            tally(**options)
