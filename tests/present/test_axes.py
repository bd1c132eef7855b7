"""Axes and files: what goes in, what comes out, and what stays as it was."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from flow_cases import FAULT, SEED, flow_chart
from forest_cases import make_frame
from matplotlib.colors import to_rgb

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.present.axes import (
    COLOURS,
    Group,
    close_axes,
    describe_axes,
    draw_text,
    new_axes,
    render_axes,
    save_axes,
    use_points,
)
from reviewkit.present.flow_chart import draw_flow
from reviewkit.present.forest import draw_forest
from reviewkit.present.lettering import Run, measure_text

KINDS = ("svg", "pdf", "png")
HOSTILE = {
    "font.size": 30, "font.family": "serif", "text.color": "red", "text.usetex": True,
    "figure.constrained_layout.use": True, "figure.facecolor": "black", "figure.dpi": 37,
    "savefig.bbox": "tight", "savefig.facecolor": "black", "savefig.transparent": True,
    "savefig.dpi": 20, "patch.linewidth": 9, "patch.force_edgecolor": True, "lines.linewidth": 9,
    "axes.facecolor": "black", "svg.fonttype": "path", "pdf.fonttype": 3, "text.hinting": "native",
    "text.parse_math": True, "axes.grid": True, "patch.antialiased": False,
    "text.antialiased": False, "svg.hashsalt": None, "path.sketch": (3, 50, 2),
    "lines.scale_dashes": False, "lines.dash_capstyle": "projecting", "lines.antialiased": False,
    "path.snap": False, "path.simplify": False, "agg.path.chunksize": 9, "pdf.compression": 0,
    "axes.unicode_minus": False, "axes.titlesize": 40, "svg.image_inline": False,
}  # fmt: skip


def draw_inconsistent_flow():
    return draw_flow(flow_chart(SEED, "new-v1", findings=[FAULT]))


def draw_any_forest():
    return draw_forest(make_frame(24, groups=2), footer=["τ² = 0.5"])


DRAWN = {"flow": draw_inconsistent_flow, "forest": draw_any_forest}


def picture(kind, what="flow"):
    ax = DRAWN[what]()
    try:
        return render_axes(ax, kind, title="Title", text="Words & <more>")
    finally:
        close_axes(ax)


class TestBytes:
    @pytest.mark.parametrize("what", DRAWN)
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_same_picture_gives_the_same_bytes(self, kind, what):
        assert picture(kind, what) == picture(kind, what)

    def test_also_in_another_process(self):
        code = (
            f"import sys; sys.path[:0] = {sys.path!r}\n"
            "import hashlib, test_axes as t\n"
            "print([hashlib.sha256(t.picture(kind, what)).hexdigest()"
            " for kind in t.KINDS for what in t.DRAWN])"
        )
        runs = [
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True,
                env={"PYTHONHASHSEED": seed, "MPLBACKEND": "agg", "HOME": str(Path.home())},
            ).stdout
            for seed in "12"
        ]  # fmt: skip
        assert runs[0] == runs[1]

    @pytest.mark.parametrize("what", DRAWN)
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_settings_of_the_reader_change_nothing(self, kind, what):
        expected = picture(kind, what)
        with mpl.rc_context(HOSTILE):
            assert picture(kind, what) == expected

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_settings_of_the_reader_stay(self, kind):
        before = dict(mpl.rcParams)
        for what in DRAWN:
            picture(kind, what)
        assert dict(mpl.rcParams) == before


class TestSvg:
    def test_text_is_text_and_as_long_as_measured(self):
        ax = new_axes(84, 20)
        use_points(ax)
        run = Run("5 < 6 & $7", italic=True)
        ax.add_artist(Group("note", [draw_text(5, 10, run, 7.5, ax)], title='A "b"', ids=["c"]))
        describe_axes(ax, title="T & U", text="In words", name="note")
        root = ET.fromstring(render_axes(ax, "svg"))
        ns = {"s": "http://www.w3.org/2000/svg"}
        (text,) = root.findall(".//s:text", ns)
        assert text.text == run.text
        assert float(text.get("textLength")) == pytest.approx(measure_text(run, 7.5), abs=0.01)
        assert "sans-serif" in text.get("style")
        assert root.find("s:title", ns).text == "T & U"
        assert root.find("s:desc", ns).text == "In words"
        (group,) = root.findall(".//s:g[@id='note']", ns)
        assert group.get("data-ids") == "c"
        assert group.find("s:title", ns).text == 'A "b"'


class TestFiles:
    @pytest.mark.parametrize("kind", KINDS)
    def test_saves(self, tmp_path, kind):
        ax = new_axes(40, 20)
        path = save_axes(ax, tmp_path / f"x.{kind}", title="T", text="U")
        assert path.read_bytes() == render_axes(ax, kind, title="T", text="U")

    def test_pdf_embeds_its_fonts(self):
        assert b"/FontFile2" in picture("pdf")
        assert b"/Type3" not in picture("pdf")

    def test_an_ending_may_be_in_capitals(self, tmp_path):
        path = save_axes(new_axes(40, 20), tmp_path / "x.PNG", title="T", text="U")
        assert path.read_bytes().startswith(b"\x89PNG")

    def test_title_and_text_default_to_those_of_the_axes(self, tmp_path):
        ax = new_axes(40, 20)
        describe_axes(ax, title="Old", text="Old words")
        describe_axes(ax, title="Burnout", text="In words\x07")
        for kind in KINDS:
            told = render_axes(ax, kind, title="Burnout", text="In words")
            assert render_axes(ax, kind) == told
        assert b"<desc id=" in told or b"In words" in told
        assert ax.get_label() == "In words\x07"

    def test_a_letter_without_a_glyph_is_told_once(self):
        ax = new_axes(40, 20)
        use_points(ax)
        ax.add_artist(Group("g", [draw_text(5, 15, Run("𓀀𒀀𒀀"), 8.0, ax)]))
        with pytest.warns(ReviewkitWarning, match="These are not and show as boxes: 𒀀, 𓀀") as got:
            render_axes(ax, "png", title="T", text="U")
        assert len(got) == 1
        render_axes(ax, "svg", title="T", text="U")  # drawn with the fonts of who reads it

    def test_unknown_kind(self, tmp_path):
        with pytest.raises(InputError, match=r"one of 'svg', 'pdf', 'png'\. Got 'docx'"):
            save_axes(new_axes(40, 20), tmp_path / "x.docx", title="T", text="U")


def test_fills_of_bars_and_judgements_differ_on_a_grey_printer():
    def grey(name):
        return np.dot(to_rgb(COLOURS[name]), (0.2126, 0.7152, 0.0722))

    for fills in (("gold", "grey", "blue"), ("low", "high", "none"), ("mark", "tint", "paper")):
        shades = sorted(map(grey, fills))
        assert min(np.diff(shades)) > 0.05, fills
    assert all(grey("ink") < grey(fill) - 0.4 for fill in ("gold", "grey", "blue", "low", "some"))


def test_millimetres_become_points():
    ax = new_axes(174, 25.4)
    assert use_points(ax) == pytest.approx((174 / 25.4 * 72, 72))
    assert ax.get_ylim() == pytest.approx((72, 0))


def test_a_notebook_shows_no_more_than_the_figure():
    ax = draw_flow(flow_chart(SEED, "new-v1"))
    assert plt.get_fignums() == [ax.figure.number]
    tight = ax.figure.get_tightbbox()
    assert (tight.width, tight.height) == pytest.approx(
        tuple(ax.figure.get_size_inches()), rel=1e-3
    )
