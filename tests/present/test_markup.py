"""SVG as a part of a page: well-formed, safe, its ids its own."""

import re
from xml.etree import ElementTree as ET

import pytest
from forest_cases import assert_nothing_collides, make_frame
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit.present.axes import (
    Group,
    close_axes,
    describe_axes,
    draw_text,
    new_axes,
    render_axes,
    use_points,
)
from reviewkit.present.forest import draw_forest
from reviewkit.present.lettering import Run, clean_text
from reviewkit.present.markup import make_id

NS = {"s": "http://www.w3.org/2000/svg"}
HOSTILE = (
    "<script>alert('x')</script>",
    "\"quoted\" & 'single' &amp; &lt;",
    'Coffey" id="text_3" onload="x',
    'url(#clip) href="#a" id="patch_1"',
    "]]> --> <!-- {{ x }} $\\frac{1}{2}$ %s",
    "الإرهاق لدى الممرضين ٢٠٢٤ and שחיקה",
    "\u202eReversed\u202c 2020",
    "😀👩‍⚕️ Emoji 2021",
    "全国精神科医のバーンアウトに関する調査二千十三年",
    "Bell\x07 null\x00 escape\x1b lone\ud800 end\uffff",
    "word" * 75,
    "Costs of caring among professionals " * 9,
)


def draw(frame, width=84):
    ax = draw_forest(frame, width=width)
    svg = render_axes(ax, "svg")
    close_axes(ax)
    return svg


def hostile_frame():
    frame = make_frame(len(HOSTILE), prediction=False).astype({"study": object})
    frame.loc[: len(HOSTILE) - 1, "study"] = HOSTILE
    return frame


def ids_of(svg):
    return [thing.get("id") for thing in ET.fromstring(svg).iter() if thing.get("id")]


class TestHostileNames:
    @pytest.mark.parametrize("width", [84, 174])
    def test_give_sound_and_safe_svg_without_collisions(self, width):
        root = ET.fromstring(draw(hostile_frame(), width))
        names = {thing.tag.rpartition("}")[2] for thing in root.iter()}
        assert "script" not in names
        assert not [key for thing in root.iter() for key in thing.attrib if key.startswith("on")]
        assert_nothing_collides(draw_forest(hostile_frame(), width=width))

    def test_stand_whole_in_a_title(self):
        root = ET.fromstring(draw(hostile_frame()))
        titles = [title.text for title in root.iterfind(".//s:g/s:title", NS)]
        for name in HOSTILE:
            assert any(title.startswith(clean_text(name)) for title in titles), name

    def test_short_ones_are_drawn_as_they_are(self):
        root = ET.fromstring(draw(hostile_frame(), 174))
        drawn = {text.text for text in root.iterfind(".//s:text", NS)}
        assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], "Reversed 2020"} <= drawn

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=9))
    def test_any_text_is_sound(self, text, title, gid):
        ax = new_axes(60, 10)
        use_points(ax)
        art = [draw_text(5, 15, Run(text), 8.0, ax)]
        ax.add_artist(Group(gid, art, title=title, text=text, ids=[title]))
        describe_axes(ax, title=title, text=text)
        root = ET.fromstring(render_axes(ax, "svg"))
        close_axes(ax)
        assert (root.find("s:desc", NS).text or "") == clean_text(text)
        assert (root.find("s:title", NS).text or "") == clean_text(title)
        drawn = "".join(part.text or "" for part in root.iterfind(".//s:text", NS))
        assert drawn.strip() == clean_text(text).strip()


class TestIds:
    def test_each_is_used_once(self):
        ids = ids_of(draw(make_frame(5, groups=2)))
        assert len(ids) == len(set(ids)) > 10

    def test_two_pictures_share_none(self):
        first, second = draw(make_frame(5)), draw(make_frame(5, seed=1))
        assert not set(ids_of(first)) & set(ids_of(second))

    def test_references_follow_their_targets(self):
        ax = new_axes(60, 10)
        ax.plot([0, 1], [0, 1], marker="o")  # clipped, and with a marker that is defined once
        svg = render_axes(ax, "svg", title="T", text="U").decode()
        targets = re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)
        assert len(targets) >= 2
        assert set(targets) <= set(ids_of(svg))

    def test_groups_with_one_gid_get_two_ids_and_keep_their_titles(self):
        ax = new_axes(60, 10)
        for title in ("first", "second"):
            ax.add_artist(Group("same", [draw_text(5, 5, Run("x"), 8.0, ax)], title=title))
        describe_axes(ax, title="T", text="U", name="same")
        root = ET.fromstring(render_axes(ax, "svg"))
        found = {g.get("id"): g.find("s:title", NS).text for g in root.iterfind(".//s:g[@id]", NS)}
        assert found == {"same": "first", "same-2": "second"}

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_are_sound_and_differ_where_texts_differ(self, one, other):
        assert re.fullmatch(r"[A-Za-z0-9_.\-]+", make_id(one or "x"))
        assert (make_id(one) == make_id(other)) == (one == other)


class TestWords:
    def test_the_picture_is_named_and_described(self):
        root = ET.fromstring(draw(make_frame(3)))
        assert root.get("role") == "img"
        label, description = root.get("aria-labelledby").split()
        assert root.find("s:title", NS).get("id") == label
        assert root.find("s:desc", NS).get("id") == description
        assert root.find("s:title", NS).text == "Forest plot: Prevalence, %"
        assert root.find("s:desc", NS).text.startswith("Forest plot of 3 studies. Prevalence, %:")
