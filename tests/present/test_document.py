"""The page: well-formed, safe and readable whatever it is made of."""

import base64
import re
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_checks import find_pictures, read_page

from reviewkit._core.errors import InputError
from reviewkit._core.finding import Finding
from reviewkit.present.axes import close_axes, new_axes, render_axes
from reviewkit.present.document import Page, Section, render_page
from reviewkit.present.document_parts import (
    SHOWN_ROWS,
    Block,
    Drawing,
    Facts,
    Findings,
    Fold,
    Items,
    KeyNumbers,
    Prose,
    Subsection,
    make_sheet,
)
from reviewkit.present.flow_lists import BoxPart, make_lists

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style></svg></title></table><b>",
    "]]><!-- -->",
    "&amp; &lt; &#x27; &",
    "疲労 🧠👩🏽‍⚕️",
    "إرهاق المعالجين",
    "x" * 300,
    "a\x00b\x0bc\ud800d\x9be",
    "=1+1",
    "two\nlines\tand a tab",
]

SVG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg role="img" aria-labelledby="t d" xmlns:xlink="http://www.w3.org/1999/xlink" width="100pt"
 height="50pt" viewBox="0 0 100 50" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <title id="t">old</title>
 <desc id="d">old</desc>
 <metadata><about href="http://example.org/" /></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style><path id="m" d="M 0 0"/></defs>
 <g id="box"><title>Box</title><use xlink:href="#m" clip-path="url(#c)"/>
 <text>say id="m" and url(#c)</text></g>
 <defs><clipPath id="c"><rect width="1" height="1"/></clipPath></defs>
</svg>
"""


def make_page(text="plain", svg=SVG):
    """Return a page with every kind of block, each full of `text`."""
    # As objects: where pyarrow is there, its strings refuse halves of characters.
    columns = pd.Index(["study", text[:20] or "x", "n"], dtype=object)
    frame = pd.DataFrame([(text, text, 1), ("b", "", 12599)], columns=columns, dtype=object)
    frame["n"] = frame["n"].astype(int)
    sheet = make_sheet(frame, text, note=text, name="a.csv", csv=b"a,b\n")
    finding = Finding(text, "warning", text, text, text, text, text, text)
    blocks = (
        Prose(text),
        Prose(text, quiet=True),
        KeyNumbers(((text, text, "as reported"), ("1", "one", ""))),
        Facts(((text, text),)),
        Items((text,)),
        sheet,
        Drawing(svg, text, text, text, svg, (sheet,)),
        Drawing(svg, text, text, text),
        Findings((finding,)),
        Fold(text, (Prose(text), sheet)),
        Subsection(text, (Facts(((text, text),)),), "as reported"),
        make_lists([text], [[text]], {"box": (text, [BoxPart(text, 1, [(0,)])])}),
    )
    sections = (Section("first", text, blocks, "as reported"), Section("second", text, ()))
    return Page(text, (text,), sections, text)


def test_every_kind_of_block_has_a_macro():
    used = {block.kind for block in make_page().sections[0].blocks}
    assert used == {block.kind for block in Block.__subclasses__()}
    read_page(render_page(make_page()))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text):
    reader = read_page(render_page(make_page(text)))
    shown = "".join(reader.text)
    kept = re.sub("[\x00-\x08\x0b\x9b\ud800]", "", text)
    assert shown.count(kept) > 10


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_at_all_makes_a_page(text):
    read_page(render_page(make_page(text)))


def test_the_same_parts_give_the_same_bytes():
    assert render_page(make_page()) == render_page(make_page())


def test_figures_share_a_page_without_sharing_names():
    html = render_page(make_page())
    pictures = find_pictures(html)
    assert len(pictures) == 3
    for number, svg in enumerate(pictures, 1):
        root = ElementTree.fromstring(svg)
        assert root.get("id") == f"figure-{number}"
        assert root.get("width") == "175"
        assert root.get("height") is None
        assert f'xlink:href="#figure-{number}-m"' in svg
        assert f"url(#figure-{number}-c)" in svg
        assert f"#figure-{number} *{{" in svg, "a style must stay within its figure"
        assert 'say id="m" and url(#c)' in svg, "text is no markup"
        assert "metadata" not in svg
        assert "old" not in svg


def test_a_real_picture_on_one_page_twice():
    svgs = []
    for width in (174, 84):
        ax = new_axes(width, 30)
        ax.plot([0, 1], [0, 1], clip_on=True)
        svgs.append(render_axes(ax, "svg", title="A line", text="It rises.").decode())
        close_axes(ax)
    drawing = Drawing(svgs[0], "A line", "It rises.", "A line.", svgs[1])
    html = render_page(Page("t", (), (Section("s", "S", (drawing, drawing)),)))
    read_page(html)
    assert html.count("<desc id=") == 4
    assert html.count(">It rises.</desc>") == 4


def test_a_figure_says_what_it_shows_and_holds_its_data():
    html = render_page(make_page())
    assert "The data behind this figure" in html
    link = re.search(r'download="a.csv" href="data:text/csv;base64,([^"]*)"', html)
    assert base64.b64decode(link[1]) == b"a,b\n"


def test_what_is_folded_is_opened_for_paper():
    html = render_page(make_page())
    assert "beforeprint" in html
    assert "details::details-content { content-visibility: visible" in html


def test_findings_come_gravest_first():
    found = tuple(Finding("a.b", severity, "here", severity) for severity in ("note", "error"))
    html = render_page(Page("t", (), (Section("s", "S", (Findings(found),)),)))
    assert html.index('<li class="error">') < html.index('<li class="note">')


# Tables.


def test_numbers_are_written_for_reading():
    frame = pd.DataFrame(
        {
            "study": ["a", None],
            "year": pd.array([2013, None], dtype="Int64"),
            "total": [12599.0, np.nan],
            "percent": [21.0, 44.3],
            "estimate": [0.40891, -0.5],
            "weight": [0.0925, np.nan],
            "ok": [True, False],
        }
    )
    sheet = make_sheet(frame, "c", percents=["weight"], heads={"ok": "Fine?"})
    assert sheet.rows == (
        ("a", "2013", "12,599", "21.0", "0.4089", "9.2 %", "True"),
        ("", "", "", "44.3", "−0.5000", "", "False"),
    )
    assert sheet.heads == ("Study", "Year", "Total", "Percent", "Estimate", "Weight", "Fine?")
    assert sheet.numeric == (False, True, True, True, True, True, False)


def test_a_long_table_shows_its_first_rows_and_says_so():
    frame = pd.DataFrame({"study": range(100_000)})
    sheet = make_sheet(frame, "c", name="a.csv", csv=b"")
    assert len(sheet.rows) == SHOWN_ROWS
    assert sheet.note == "The first 200 of 100,000 rows. The file holds all of them."


@pytest.mark.parametrize("frame", [pd.DataFrame({"a": []}), pd.DataFrame()])
def test_an_empty_table_is_a_table(frame):
    sheet = make_sheet(frame, "nothing")
    assert sheet.rows == ()
    read_page(render_page(Page("t", (), (Section("s", "S", (sheet,)),))))


def test_a_frame_is_not_changed():
    frame = pd.DataFrame({"study": ["a"], "n": [1]})
    before = frame.copy()
    make_sheet(frame, "c")
    pd.testing.assert_frame_equal(frame, before)


# Misuse.


def test_two_sections_with_one_key():
    sections = (Section("a", "A", ()), Section("a", "B", ()))
    with pytest.raises(InputError, match=r"its own\. Got 'a' twice"):
        render_page(Page("t", (), sections))


@pytest.mark.parametrize("key", ["", "A", "a b", '"x', "1st"])
def test_a_key_that_is_no_address(key):
    with pytest.raises(InputError, match="lower-case letters"):
        Section(key, "A", ())


def test_a_mark_that_is_not_known():
    with pytest.raises(InputError, match="'as reported'"):
        Section("a", "A", (), mark="reported")
    with pytest.raises(InputError, match="'as reported'"):
        Subsection("A", (), mark="maybe")


def test_a_drawing_that_is_no_svg():
    page = make_page(svg="<p>nothing</p>")
    with pytest.raises(InputError, match=r"must be SVG\. Got '<p>nothing</p>' as 'plain'"):
        render_page(page)


# A real browser.


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_nothing_of_a_hostile_page_runs_or_spills_on_a_phone(tmp_path):
    path = tmp_path / "page.html"
    probe = (
        "<script>document.title=[document.documentElement.scrollWidth,"
        "document.querySelectorAll('script').length].join()</script>"
    )
    html = render_page(make_page(" ".join(HOSTILE[:10])))
    # The policy would rightly stop the probe.
    html = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</body>", f"{probe}</body>")
    path.write_text(html, encoding="utf-8")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=500,900",
        "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    width, scripts = re.search(r"<title>(\d+),(\d+)</title>", done.stdout).groups()
    assert int(width) <= 500, "only tables and figures may be wider than the screen, and scroll"
    assert int(scripts) == 4, "two of the page, the data of its lists, and the probe"
