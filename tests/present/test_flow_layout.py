"""Where the parts of a flow drawing go: the laws of its geometry under any content."""

import pytest
from flow_cases import FAULT, SEED, TEMPLATES, UPDATED_V2, contents, flow_chart
from flow_geometry import check_drawing, check_layout
from hypothesis import given, settings

from reviewkit.present.axes import MM
from reviewkit.present.flow_layout import lay_out

every_template = pytest.mark.parametrize("template", TEMPLATES)
every_width = pytest.mark.parametrize(
    ("width", "stacked"), [(84, True), (174, False), (174, True)], ids=["84", "174", "174-stacked"]
)


class TestGeometry:
    @every_template
    @every_width
    @pytest.mark.parametrize("counts", [{}, SEED, UPDATED_V2], ids=["empty", "seed", "large"])
    @pytest.mark.parametrize("found", [(), (FAULT,)], ids=["", "faults"])
    def test_examples(self, counts, template, width, stacked, found):
        chart = flow_chart(counts, template, stacked=stacked, notes=["Note " * 60], findings=found)
        check_layout(chart, width)
        check_drawing(chart, width)

    @every_template
    @every_width
    @given(counts=contents())
    @settings(max_examples=12, deadline=None)
    def test_any_content(self, template, width, stacked, counts):
        check_layout(flow_chart(counts, template, stacked=stacked), width)

    @every_template
    @given(counts=contents())
    @settings(max_examples=3, deadline=None)
    def test_any_content_drawn(self, template, counts):
        check_drawing(flow_chart(counts, template, stacked=True), 84)
        check_drawing(flow_chart(counts, template), 174)


class TestLongReasons:
    @pytest.mark.parametrize("width", [84, 174])
    @pytest.mark.parametrize(
        "kind", ["words", "one word", "slashes", "wide"], ids=lambda kind: kind.replace(" ", "-")
    )
    def test_twelve_of_sixty_letters_stay_in_their_box(self, width, kind):
        start = {"words": "Not a sample of therapists ", "one word": "x", "slashes": "a/bc-",
                 "wide": "W"}[kind]  # fmt: skip
        reasons = {f"{i:02}{start * 60}"[:60].strip(): 90 - i for i in range(12)}
        counts = UPDATED_V2 | {"reports_excluded": reasons, "other_reports_excluded": reasons}
        for template in ("new-v1", "new-v2"):
            chart = flow_chart(counts, template, stacked=width < 130)
            assert max(len(line.text) for line in chart.box("reports_excluded").lines) > 60
            check_layout(chart, width)
            check_drawing(chart, width)


def test_boxes_of_small_templates_are_no_wider_than_reads_well():
    chart = flow_chart(SEED, "new-v1", notes=["Note"])
    layout = lay_out(chart, 174 * MM)
    boxes = layout.boxes.values()
    assert (
        max(box.right - box.left for box in boxes if box is not layout.boxes["databases-head"])
        < 190
    )
    left = min(stage.left for stage in layout.stages)
    assert left == pytest.approx(174 * MM - max(box.right for box in boxes))  # in the middle
    assert layout.notes[0].x == pytest.approx(left)
