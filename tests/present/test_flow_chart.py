"""Flow drawings: their groups, their marks.  The wording is tested where it is written."""

from xml.etree import ElementTree as ET

import pytest
from flow_cases import FAULT, SEED, TEMPLATES, UPDATED_V2, flow_chart

from reviewkit._core.errors import InputError
from reviewkit.present.axes import Group, new_axes, render_axes
from reviewkit.present.flow_chart import Box, FlowChart, Line, Stage, describe_flow, draw_flow

every_template = pytest.mark.parametrize("template", TEMPLATES)


class TestSvg:
    @every_template
    def test_each_box_is_a_group_that_names_its_counts(self, template):
        chart = flow_chart(UPDATED_V2, template)
        svg = render_axes(draw_flow(chart), "svg", title=chart.title, text=describe_flow(chart))
        root, ns = ET.fromstring(svg), {"s": "http://www.w3.org/2000/svg"}
        groups = {group.get("id"): group for group in root.iterfind(".//s:g[@id]", ns)}
        for box in chart.boxes:
            group = groups[f"flow-{box.id}"]
            assert (group.get("data-ids") or "") == " ".join(box.counts)
            assert group.find("s:title", ns).text == box.lines[0].text
            assert group.find("s:desc", ns).text == box.text
            drawn = "".join(text.text for text in group.iterfind(".//s:text", ns))
            assert "".join(drawn.split()) == "".join(box.text.split())
        assert len(groups) == len(root.findall(".//s:g[@id]", ns))

    def test_two_drawings_may_share_a_page(self):
        chart = flow_chart(SEED, "new-v1")
        other = FlowChart(chart.title, chart.boxes, chart.arrows, name="second")
        assert b'id="second-screened"' in render_axes(draw_flow(other), "svg", title="", text="")

    def test_control_characters_are_not_drawn(self):
        chart = flow_chart(SEED | {"reports_excluded": {"Bell\x07 \x00null": 8}}, "new-v1")
        root = ET.fromstring(render_axes(draw_flow(chart), "svg"))
        drawn = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert "Bell null (n\u00a0=\u00a08)" in drawn


class TestFaults:
    def test_are_printed_marked_and_told(self):
        chart = flow_chart(SEED, "new-v1", findings=[FAULT])
        ax = draw_flow(chart)
        groups = {group.get_gid(): group for group in ax.figure.findobj(Group)}
        assert "321 identified − 87 removed = 234" in groups["flow-screened"].text
        assert groups["flow-screened"].artists[-1].get_text() == "≠"
        assert groups["flow-screened"].artists[0].get_linestyle() != "-"
        assert groups["flow-excluded"].artists[0].get_linestyle() == "-"
        assert "flow-faults" in groups
        assert "This flow contradicts itself. Records screened: 243" in describe_flow(chart)

    def test_a_sound_flow_has_none(self):
        groups = draw_flow(flow_chart(SEED, "new-v1")).figure.findobj(Group)
        assert "flow-faults" not in {group.get_gid() for group in groups}


def test_describes_itself_in_words():
    said = describe_flow(flow_chart(SEED, "new-v1"))
    assert said.startswith("PRISMA 2020 flow diagram (new-v1). Records identified from: Databases")
    assert "Records excluded (n = 222). Reports sought for retrieval (n = not reported)." in said


class TestMisuse:
    def test_too_narrow(self):
        with pytest.raises(InputError, match=r"5 columns must be at least \d+ mm .* Got 84 mm"):
            draw_flow(flow_chart(SEED, "updated-v2"), width_mm=84)

    def test_too_low(self):
        with pytest.raises(InputError, match=r"at least \d+ mm high for this flow\. Got 30 mm"):
            draw_flow(flow_chart(SEED, "new-v1"), ax=new_axes(174, 30))

    def test_draws_into_axes_that_fit(self):
        ax = new_axes(174, 150)
        assert draw_flow(flow_chart(SEED, "new-v1"), ax=ax) is ax

    @pytest.mark.parametrize(
        ("parts", "message"),
        [
            ({"arrows": (("a", "b"),)}, r"must point to boxes\. Got \['b'\] beside 1 boxes"),
            ({"faults": {"c": "wrong"}}, r"Got \['c'\]"),
            ({"stages": (Stage("Included", 0, 3),)}, r"Got \['Included'\]"),
            ({"boxes": ()}, "beside 0 boxes"),
            ({"boxes": (Box("a", 0, 0, ()), Box("a", 1, 0, ()))}, "Got 'a' twice"),
        ],
    )
    def test_descriptions(self, parts, message):
        sound = {"title": "T", "boxes": (Box("a", 0, 0, (Line.of("A"),)),), "arrows": ()}
        with pytest.raises(InputError, match=message):
            FlowChart(**sound | parts)
