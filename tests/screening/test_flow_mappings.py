"""The two ways to tell excluded titles: both are offered, named, and equally consistent."""

import pytest
from flow_cases import NEW_V1, SEED, simulated_flows
from hypothesis import given

from reviewkit.screening.flow import prisma_flow
from reviewkit.screening.flow_mappings import AS_REPORTED, TITLES_BEFORE, TITLES_SCREENED


class TestSeed:
    def test_has_two_named_mappings_and_both_are_consistent(self):
        flow = prisma_flow(SEED)
        assert list(flow.mappings) == [TITLES_BEFORE, TITLES_SCREENED]
        assert flow.mappings[TITLES_BEFORE] is flow
        assert all(one.is_consistent for one in flow.mappings.values())

    def test_titles_screened(self):
        flow = prisma_flow(SEED).mappings["titles screened"]
        assert flow.mapping == TITLES_SCREENED
        assert flow.counts["screened"] == 321
        assert flow.counts["excluded"] == {"titles": 78, "abstracts": 222}
        assert flow.counts["assessed"] == 21
        frame = flow.to_frame().set_index("key")["n"]
        assert frame["excluded"] == 300
        assert frame["other_removed"] == 0
        assert "sought" not in flow.counts  # what is not reported stays that

    def test_is_drawn_and_named(self):
        flow = prisma_flow(SEED).mappings[TITLES_SCREENED]
        chart = flow.chart(174.0)
        assert chart.title == "PRISMA 2020 flow diagram (new-v1, titles screened)"
        assert chart.box("excluded").text == (
            "Records excluded** (n = 300) titles (n = 78) abstracts (n = 222)"
        )
        assert any(note.startswith("Told as titles screened") for note in chart.notes)


class TestOtherFlows:
    @pytest.mark.parametrize("counts", [{}, {"other_removed": 0}, {"screened": 9}])
    def test_nothing_removed_is_one_mapping(self, counts):
        flow = prisma_flow(counts)
        assert dict(flow.mappings) == {AS_REPORTED: flow}
        assert flow.mappings[AS_REPORTED] is flow

    def test_reasons_are_kept(self):
        counts = NEW_V1 | {"excluded": {"titles": 2, "abstracts": 18700}, "excluded_total": 18702}
        moved = prisma_flow(counts).mappings[TITLES_SCREENED]
        assert moved.counts["excluded"] == {"titles": 39, "abstracts": 18700}
        assert moved.counts["excluded_total"] == 18739
        assert moved.is_consistent

    def test_what_is_not_reported_is_not_made_up(self):
        moved = prisma_flow({"other_removed": 5, "assessed": 3}).mappings[TITLES_SCREENED]
        assert moved.counts["excluded"] == {"titles": 5, "abstracts": None}
        assert "screened" not in moved.counts

    @given(simulated_flows(extras=True))
    def test_a_sound_flow_is_sound_in_every_mapping(self, counts):
        assert all(flow.is_consistent for flow in prisma_flow(counts).mappings.values())

    @pytest.mark.parametrize("change", [{"screened": 244}, {"other_removed": 70}, {"assessed": 20}])
    def test_a_wrong_number_is_wrong_in_every_mapping(self, change):
        flow = prisma_flow(SEED | change)
        assert not any(one.is_consistent for one in flow.mappings.values())
