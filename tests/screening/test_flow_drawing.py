"""Flows as figures: the words of the template, all numbers, and nothing that overlaps."""

import itertools
from typing import ClassVar
from xml.etree import ElementTree as ET

import pytest
from flow_cases import EVERYTHING, EXAMPLES, NEW_V1, NEW_V2, SEED, UPDATED_V1, UPDATED_V2
from flow_geometry import check_layout
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, new_axes, render_axes
from reviewkit.present.flow_chart import draw_flow
from reviewkit.present.flow_layout import lay_out
from reviewkit.screening.flow import prisma_flow
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_drawing import MOST_HEIGHT, chart_flow
from reviewkit.screening.flow_keys import KEYS, SKIPPABLE
from reviewkit.screening.identities import check_flow

WIDTHS = (84, 174)


def chart_at(counts, width):
    return prisma_flow(counts).chart(width)


def said(counts, box, width=174):
    return chart_at(counts, width).box(box).text


class TestGeometry:
    @pytest.mark.parametrize("width", WIDTHS)
    @pytest.mark.parametrize("name", EXAMPLES)
    def test_nothing_overlaps_or_leaves_its_box(self, name, width):
        check_layout(chart_at(EXAMPLES[name], width), width)

    @pytest.mark.parametrize("width", WIDTHS)
    def test_twelve_reasons_of_sixty_characters(self, width):
        reasons = {f"{'Wrong population or setting of the sample ' * 2}"[:57] + f" {n:02}": 90 - n
                   for n in range(12)}  # fmt: skip
        assert {len(reason) for reason in reasons} == {60}
        counts = NEW_V2 | {"reports_excluded": reasons, "other_reports_excluded": reasons}
        check_layout(chart_at(counts, width), width)

    @given(
        st.dictionaries(st.sampled_from(list(KEYS)), st.integers(0, 10**7)),
        st.lists(st.tuples(st.text(max_size=60), st.none() | st.integers(0, 10**6)), max_size=8),
        st.sampled_from([84, 110, 130, 174]),
    )
    @settings(max_examples=25, deadline=None)
    def test_any_flow(self, counts, parts, width):
        named = {f"{name} {place}": n for place, (name, n) in enumerate(parts)}
        counts |= {"reports_excluded": named, "databases": named, "excluded": named}
        check_layout(chart_at(counts, width), width)

    def test_ways_are_stacked_where_they_do_not_fit(self):
        columns = {
            (name, width): chart_at(EXAMPLES[name], width).columns
            for name, width in itertools.product(("new-v1", "new-v2", "updated-v2"), (84, 174))
        }
        assert columns == {
            ("new-v1", 84): 2, ("new-v2", 84): 2, ("updated-v2", 84): 2,
            ("new-v1", 174): 2, ("new-v2", 174): 4, ("updated-v2", 174): 5,
        }  # fmt: skip


class TestWording:
    def test_is_that_of_the_template(self):
        chart = chart_at({"reports_excluded": {"Reason 1": 2}}, 174)
        lines = [line.text.replace("not reported", "") for box in chart.boxes for line in box.lines]
        assert lines == [
            "Identification of studies via databases and registers",
            "Records identified from*:",
            "Databases (n = )",
            "Registers (n = )",
            "Records removed before screening:",
            "Duplicate records removed (n = )",
            "Records marked as ineligible by automation tools (n = )",
            "Records removed for other reasons (n = )",
            "Records screened",
            "(n = )",
            "Records excluded**",
            "(n = )",
            "Reports sought for retrieval",
            "(n = )",
            "Reports not retrieved",
            "(n = )",
            "Reports assessed for eligibility",
            "(n = )",
            "Reports excluded:",
            "Reason 1 (n = 2)",
            "Studies included in review",
            "(n = )",
            "Reports of included studies",
            "(n = )",
        ]
        assert [stage.text for stage in chart.stages] == ["Identification", "Screening", "Included"]
        (italic,) = [run.text for box in chart.boxes for line in box.lines for run in line.runs
                     if run.italic]  # fmt: skip
        assert italic == "before screening"

    def test_updated_reviews_and_other_methods(self):
        words = {box.id: box.text for box in chart_at(UPDATED_V2, 174).boxes}
        new = "Identification of new studies via"
        assert words["databases-head"] == f"{new} databases and registers"
        assert words["other-head"] == f"{new} other methods"
        assert words["previous-head"] == "Previous studies"
        assert words["previous"] == (
            "Studies included in previous version of review (n = 41) "
            "Reports of studies included in previous version of review (n = 48)"
        )
        assert words["other_identified"] == (
            "Records identified from: Websites (n = 41) Organisations (n = 18) "
            "Citation searching (n = 263)"
        )
        assert words["included"] == (
            "New studies included in review (n = 287) Reports of new included studies (n = 322)"
        )
        assert words["total"] == (
            "Total studies included in review (n = 328) Reports of total included studies (n = 370)"
        )
        assert said(NEW_V2, "other-head") == "Identification of studies via other methods"

    def test_records_without_a_split_get_none(self):
        assert said(SEED, "identified") == (
            "Records identified from*: Databases and registers (n = 321)"
        )
        assert said({"identified": 5, "databases": 3}, "identified") == (
            "Records identified from*: Databases (n = 3) Registers (n = not reported) Total (n = 5)"
        )

    def test_each_database_has_a_line_and_thousands_a_comma(self):
        assert said(NEW_V1, "identified") == (
            "Records identified from*: Databases (n = 32,112) MEDLINE (Ovid) (n = 12,480) "
            "Embase (Ovid) (n = 15,322) PsycINFO (EBSCOhost) (n = 4,310) "
            "Registers (n = 182) ClinicalTrials.gov (n = 118) WHO ICTRP (n = 64)"
        )

    @pytest.mark.parametrize(
        ("reasons", "words"),
        [
            (None, ": (n = not reported)"),
            (8, ": Reasons not reported (n = 8)"),
            (0, ": (n = 0)"),
            ({"a": 0}, ": (n = 0)"),
            ({"only": 3}, ": only (n = 3)"),
            ({"b": 1, "none": 0, "c": 1, "a": 1204}, ": a (n = 1,204) b (n = 1) c (n = 1)"),
            ({"a": None, "b": 3}, ": b (n = 3) a (n = not reported)"),
        ],
    )
    def test_reasons(self, reasons, words):
        assert said({"reports_excluded": reasons}, "reports_excluded") == f"Reports excluded{words}"

    def test_every_key_is_drawn(self):
        for width in WIDTHS:
            shown = {key for box in chart_at(EVERYTHING, width).boxes for key in box.counts}
            whole = shown | {key.removesuffix("_total") for key in shown}
            assert whole >= set(KEYS) - {f"{key}_total" for key in shown}
        words = {box.id: box.text for box in chart_at(EVERYTHING, 174).boxes}
        assert "Records after duplicates removed (n = 820)" in words["removed"]
        assert words["excluded"].startswith("Records excluded** (n = 646) titles (n = 450)")
        assert words["excluded"].endswith("Duplicate records removed later (n = 5)")
        assert words["assessed"].endswith(
            "(n = 100) Reports awaiting a verdict (n = 4) Reports added at full text (n = 10)"
        )
        assert words["included"].endswith("(n = 42) Added at inclusion (n = 2)")
        assert words["total"].endswith(
            "Studies included in meta-analysis (n = 33) "
            "Reports of studies included in meta-analysis (n = 35)"
        )
        assert words["titles_screened"] == (
            "Records screened by title (n = 799) Records awaiting a verdict (n = 1)"
        )
        assert words["appraisal_excluded"].endswith("quality appraisal (n = 1) Low quality (n = 1)")
        assert words["reports_excluded"].startswith("Reports excluded (n = 70): Wrong population")

    def test_the_meta_analysis_of_a_new_review_is_a_line_of_what_is_included(self):
        assert said(SEED | {"in_meta_analysis": 9}, "included").endswith(
            "Studies included in meta-analysis (n = 9)"
        )

    @pytest.mark.parametrize(
        ("counts", "notes"),
        [
            (SEED, ("*Records of each database or register were not reported.",
                    "**How many records automation tools excluded was not reported.")),
            (NEW_V1 | {"registers": None}, ("*Records of each register were not reported.", "**How")),
            (NEW_V1 | {"registers": 0}, ("*Each database or register searched is listed", "**How")),
            (NEW_V1 | {"excluded": {"by humans": 9, "by automation tools": 3}},
             ("*Each", "**Records excluded by humans and by automation tools are listed apart.")),
        ],
    )  # fmt: skip
    def test_footnotes_are_facts(self, counts, notes):
        found = chart_at(counts, 174).notes
        assert [one.startswith(note) for one, note in zip(found, notes, strict=False)] == [True] * 2
        assert found[-1].endswith("Page MJ, et al. BMJ 2021;372:n71.")


class TestLevels:
    SHORT: ClassVar = {"identified": 90, "duplicates_removed": 10, "assessed": 80, "new_studies": 9}

    @pytest.mark.parametrize("width", WIDTHS)
    @pytest.mark.parametrize("name", ["v2", "everything"])
    @pytest.mark.parametrize(
        "skipped", [["sought"], ["screened"], ["assessed"], ["screened", "sought"],
                    ["sought", "assessed"], ["other_sought"]],
    )  # fmt: skip
    def test_skipped_ones_are_not_drawn_and_a_note_says_so(self, width, name, skipped):
        away = {*skipped, *(SKIPPABLE[level] for level in skipped)}
        counts = {"v2": NEW_V2, "everything": EVERYTHING}[name]
        counts = {key: n for key, n in counts.items() if key.removesuffix("_total") not in away}
        chart = prisma_flow(counts, skipped=skipped).chart(width)
        assert not away & {box.id for box in chart.boxes}
        (note,) = [note for note in chart.notes if note.startswith("The review had no step for")]
        assert all(KEYS[level].label[1:] in note for level in skipped)
        check_layout(chart, width)
        ways = dict(reversed(chart.arrows))
        assert ways["identified"] in (
            "titles_screened",
            "screened",
            "sought",
            "assessed",
            "removed",
        )
        led = {box for _, box in chart.arrows}
        starts = {"identified", "other_identified", "previous"}
        assert {box.id for box in chart.boxes if not box.is_head} == led | (
            starts & {box.id for box in chart.boxes}
        )

    def test_a_step_that_belongs_to_a_skipped_level_moves_on(self):
        counts = self.SHORT | {"added_at_full_text": 3, "duplicates_removed_later": 2,
                               "reports_awaiting": 1}  # fmt: skip
        text = " ".join(box.text for box in prisma_flow(
            counts, skipped=["screened", "sought"]).chart(174).boxes)  # fmt: skip
        for words in ("added at full text (n = 3)", "removed later (n = 2)", "a verdict (n = 1)"):
            assert words in text

    def test_added_ones_have_boxes_only_where_they_are_counted(self):
        boxes = {box.id for box in chart_at(EVERYTHING, 174).boxes}
        added = {"titles_screened", "titles_excluded", "appraised", "appraisal_excluded"}
        assert added <= boxes
        assert not added & {box.id for box in chart_at(NEW_V2, 174).boxes}

    @pytest.mark.parametrize(
        ("skipped", "message"),
        [(["sought"], r"none that has a number\. Got 'sought'"),
         (["included"], r"`skipped` must be some of 'screened', .* Got 'included'"),
         (["screened", "sought", "assessed"], "not all of them")],
    )  # fmt: skip
    def test_what_cannot_be_skipped(self, skipped, message):
        counts = {"sought": 3} if skipped == ["sought"] else {}
        with pytest.raises(InputError, match=message):
            prisma_flow(counts, skipped=skipped)


class TestGuidelines:
    def test_scoping_reviews_include_sources_of_evidence(self):
        flow = prisma_flow(SEED, guideline="prisma-scr")
        chart = flow.chart(174)
        assert chart.title == "PRISMA-ScR flow diagram (new-v1)"
        assert chart.box("included").text.startswith("Sources of evidence included in review (n")
        assert chart.box("databases-head").text == (
            "Identification of sources of evidence via databases and registers"
        )
        assert "Ann Intern Med 2018;169:467-473" in chart.notes[-1]
        assert flow.findings == prisma_flow(SEED).findings
        assert "Sources of evidence included in review" in set(flow.to_frame()["label"])
        told = flow.mappings["titles screened"]
        assert told.guideline == "PRISMA-ScR"

    def test_names_of_databases_and_reasons_stay(self):
        counts = {"databases": {"Studies register": 3}, "reports_excluded": {"No Studies": 1}}
        flow = prisma_flow(counts, guideline="PRISMA-ScR")
        assert {"Studies register", "No Studies"} <= set(flow.to_frame()["label"])

    def test_an_unknown_one(self):
        with pytest.raises(InputError, match="must be one of 'PRISMA 2020', 'PRISMA-ScR'"):
            prisma_flow(SEED, guideline="QUOROM")


class TestPages:
    @pytest.mark.parametrize("name", ["new-v1", "new-v2", "updated-v1", "updated-v2"])
    @pytest.mark.parametrize("width", WIDTHS)
    def test_twelve_long_reasons_fit_a_page(self, name, width):
        chart = prisma_flow(EXAMPLES[name]).chart(width)
        height = lay_out(chart, width * MM).height / MM
        # Of three ways one below the other, each with all its boxes, no page holds all.
        assert height <= (MOST_HEIGHT if (name, width) != ("updated-v2", 84) else 290)
        check_layout(chart, width)

    def test_short_flows_look_like_the_template(self):
        for width in WIDTHS:
            chart = prisma_flow(SEED).chart(width)
            assert not chart.is_dense
            assert chart.box("reports_excluded").row == chart.box("assessed").row
        assert not prisma_flow(EXAMPLES["updated-v2"]).chart(174, fit=False).is_dense

    def test_all_reasons_stay_in_their_box(self):
        chart = prisma_flow(EXAMPLES["new-v2"]).chart(84)
        assert chart.box("reports_excluded").across == 2
        assert len(chart.box("reports_excluded").lines) == 13


class TestMarks:
    def test_a_contradiction_is_printed_and_marked(self):
        chart = chart_at(EXAMPLES["inconsistent"], 174)
        assert set(chart.faults) == {"screened"}
        assert "321 identified − 87 removed for other reasons = 234" in chart.faults["screened"]
        svg = render_axes(prisma_flow(EXAMPLES["inconsistent"]).plot(), "svg").decode()
        assert "This flow contradicts itself." in svg
        assert "≠" in svg

    def test_a_sound_flow_has_none(self):
        assert not chart_at(SEED, 174).faults
        assert "contradicts" not in render_axes(prisma_flow(SEED).plot(), "svg").decode()

    @given(st.dictionaries(st.sampled_from(list(KEYS)), st.integers(0, 30)))
    def test_each_error_finds_its_box(self, counts):
        counts = read_counts(counts)
        findings = [one for one in check_flow(counts) if one.severity == "error"]
        told = " ".join(chart_flow(counts, findings=findings).faults.values())
        assert all(one.message in told for one in findings)


class TestSvg:
    @pytest.mark.parametrize("counts", [NEW_V1, NEW_V2, UPDATED_V1, UPDATED_V2, EVERYTHING],
                             ids=["new-v1", "new-v2", "updated-v1", "updated-v2", "everything"])  # fmt: skip
    def test_each_box_is_a_group_with_title_text_and_keys(self, counts):
        chart = chart_at(counts, 174)
        root = ET.fromstring(render_axes(draw_flow(chart), "svg"))
        ns = {"s": "http://www.w3.org/2000/svg"}
        groups = {group.get("id"): group for group in root.iterfind(".//s:g[@id]", ns)}
        for box in chart.boxes:
            group = groups[f"flow-{box.id}"]
            assert (group.get("data-ids") or "") == " ".join(box.counts)
            assert group.find("s:desc", ns).text == box.text
            drawn = "".join(text.text for text in group.iterfind(".//s:text", ns))
            assert "".join(drawn.split()) == "".join(box.text.split())

    def test_two_mappings_may_share_a_page(self):
        names = [flow.plot().figure for flow in prisma_flow(SEED).mappings.values()]
        ids = [{group.get_gid() for group in figure.findobj() if group.get_gid()}
               for figure in names]  # fmt: skip
        assert not ids[0] & ids[1]

    def test_hostile_names_leave_it_well_formed(self):
        names = {"<script>alert(1)</script> & \"'": 5, "🙂 emoji": 3, "עברית": 2, "x" * 300: 1,
                 "$\\frac{1}{2}$": 1}  # fmt: skip
        svg = render_axes(prisma_flow({"reports_excluded": names}).plot(width=84), "svg")
        ET.fromstring(svg)
        assert b"<script" not in svg


class TestMisuse:
    def test_axes_that_are_too_low(self):
        with pytest.raises(InputError, match=r"at least \d+ mm high for this flow\. Got 30 mm"):
            prisma_flow(SEED).plot(ax=new_axes(174, 30))

    def test_a_figure_that_is_too_narrow(self):
        with pytest.raises(InputError, match=r"2 columns must be at least \d+ mm wide"):
            prisma_flow(SEED).plot(width=30)

    def test_axes_that_fit_are_used(self):
        ax = new_axes(84, 260)
        assert prisma_flow(NEW_V2 | {"reports_excluded": 9}).plot(ax=ax) is ax
