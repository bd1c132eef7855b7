"""Which letters a picture is drawn with, here and elsewhere."""

import re
import warnings

import matplotlib as mpl
import pytest
from matplotlib.font_manager import findfont, fontManager

from reviewkit.present import typeface
from reviewkit.present.axes import Group, draw_text, new_axes, render_axes, use_points
from reviewkit.present.lettering import Run, measure_text


@pytest.fixture
def _fresh(monkeypatch):
    """Let matplotlib not know our font, and forget afterwards what a test made it believe."""
    from reviewkit.present import lettering

    others = [font for font in fontManager.ttflist if font.name != "Reviewkit Sans"]
    monkeypatch.setattr(fontManager, "ttflist", others)
    caches = (typeface.font_names, typeface.find_font, lettering._widths_of_em)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def picture(text):
    ax = new_axes(60, 10)
    use_points(ax)
    ax.add_artist(Group("g", [draw_text(5, 15, Run(text), 8.0, ax)]))
    return ax


class TestOwnFont:
    @pytest.mark.parametrize("bold", [False, True])
    @pytest.mark.parametrize("italic", [False, True])
    def test_is_that_of_the_package_in_each_style(self, bold, italic):
        path = findfont(typeface.find_font(8.0, bold, italic))
        style = {"00": "Regular", "10": "Bold", "01": "Italic", "11": "BoldItalic"}
        name = style[f"{bold:d}{italic:d}"]
        assert path.endswith(f"present/fonts/LiberationSans-{name}.ttf".replace("/", mpl.os.sep))

    @pytest.mark.parametrize(
        ("text", "bold", "ems"),
        # Widths of Arial, from its table of advances: 1139, 1366, 1479, 682 and so on of 2048.
        [("0", False, 1139), ("0", True, 1139), ("A", False, 1366), ("A", True, 1479),
         ("(", False, 682), ("–", False, 1139), ("M", False, 1706)],
    )  # fmt: skip
    def test_is_as_wide_as_arial(self, text, bold, ems):
        assert measure_text(Run(text, bold), 2048) == pytest.approx(ems, rel=0.002)

    def test_is_registered_once(self):
        typeface.font_names.cache_clear()
        typeface.font_names()
        typeface.font_names.cache_clear()
        typeface.font_names()
        ours = [font for font in fontManager.ttflist if font.name == "Reviewkit Sans"]
        assert len(ours) == 4

    def test_letters_that_it_lacks_come_from_the_other(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            render_axes(picture("⚠ ≤ τ² ⊕"), "png")

    def test_all_names_can_stand_in_css(self):
        assert all(re.fullmatch(r"[A-Za-z ]+", name) for name in typeface.font_names()[1])


class TestFallback:
    @pytest.mark.usefixtures("_fresh")
    @pytest.mark.parametrize("broken", ["missing", "empty", "cut", "other"])
    def test_a_font_that_cannot_be_read_is_replaced(self, broken, tmp_path, monkeypatch):
        for file in (typeface._FOLDER).glob("*.ttf"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
        victim = tmp_path / "LiberationSans-Italic.ttf"
        if broken == "missing":
            victim.unlink()
        else:
            whole = victim.read_bytes()
            victim.write_bytes({"empty": b"", "cut": whole[:5000], "other": b"no font"}[broken])
        monkeypatch.setattr(typeface, "_FOLDER", tmp_path)
        assert typeface.font_names() == (("DejaVu Sans",), ("DejaVu Sans", "Verdana"))
        assert "DejaVuSans" in findfont(typeface.find_font(8.0, False, True))
        svg = render_axes(picture("Coffey 1999"), "svg").decode()
        assert "font-family: 'DejaVu Sans', 'Verdana', sans-serif" in svg
