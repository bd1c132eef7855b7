"""The traffic light and its bars: nothing is cut or overlaps, signs stand where they must, misuse."""

from itertools import combinations
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from forest_cases import LONG, assert_nothing_collides, boxes, collisions, find_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.axes import COLOURS, MM, new_axes, render_axes
from reviewkit.present.traffic import draw_traffic, draw_traffic_pages
from reviewkit.present.traffic_bars import draw_traffic_bars
from reviewkit.present.traffic_marks import LOOKS

TITLES = (
    "Sample frame", "Selection of the reported result", "Coverage", "Significance and precision",
    "Non-responders addressed, categorised and compared with those who answered",
)  # fmt: skip
WORDS = ["yes", "no", "unclear", "not applicable", None]
RISKS = ["low", "some concerns", "high", "critical", "no information"]


def make_light(k, items, *, seed=0, long=True, overall=True):
    """Return k studies with long names and judgements of items with long titles."""
    rng = np.random.default_rng(seed)
    columns = {"study": [f"{LONG} {at}" if long and at % 4 == 1 else f"Author {at} 2011" for at in range(k)]}  # fmt: skip
    for at in range(items):
        columns[f"{TITLES[at % 5]} {at + 1}"] = rng.choice(np.array(WORDS, dtype=object), k)
    if overall:
        columns["overall"] = rng.choice(RISKS, k)
    return pd.DataFrame(columns, dtype=object)


def make_bars(light, seed=0):
    """Return shares of each judgement by random weights."""
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(light)))
    rows = []
    for name in light.columns[1:]:
        words = light[name].fillna("")
        for word in dict.fromkeys(words):
            own = (words == word).to_numpy()
            rows.append((name, word or None, int(own.sum()), weights[own].sum()))
    return pd.DataFrame(rows, columns=["item", "judgement", "n", "share"])


def find_marks(ax):
    """Return the middle of each sign, in points from the upper left, by its gid."""
    return {
        artist.get_gid(): artist.center
        for artist in ax.findobj(mpl.patches.Circle)
        if artist.get_gid().startswith("mark-")
    }


def said(ax):
    return " ".join(text.get_text() for text in find_texts(ax))


# Laws of the page

CASES = [(1, 1), (3, 2), (3, 27), (13, 9), (8, 20), (45, 10)]


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize(("k", "items"), CASES)
def test_nothing_overlaps(k, items, width):
    light = make_light(k, items)
    for ax in (
        draw_traffic(light, overall="overall", width=width, footer=["A note. " * 20]),
        draw_traffic_bars(
            make_bars(light), overall="overall", width=width, footer=["A note. " * 9]
        ),
    ):
        assert_nothing_collides(ax)
        assert ax.figure.get_figwidth() * 72 == pytest.approx(width * MM)
        plt.close(ax.figure)


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize(("k", "items"), [(13, 9), (3, 27)])
def test_signs_do_not_touch_each_other(k, items, width):
    ax = draw_traffic(make_light(k, items), overall="overall", width=width)
    _, marks, _, _ = boxes(ax)
    assert len(marks) > k
    assert not [pair for pair in collisions(marks, marks) if pair[0] < pair[1]]


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_overlaps_whatever_the_labels(data):
    labels = st.text(
        st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=90
    )
    plain = labels.map(str.strip).filter(lambda text: text not in ("", "study", "overall"))
    studies = data.draw(st.lists(plain, min_size=1, max_size=6, unique=True))
    items = data.draw(st.lists(plain, min_size=1, max_size=12, unique=True))
    light = pd.DataFrame({"study": studies, **{item: "yes" for item in items}, "overall": "high"})
    for ax in (
        draw_traffic(light, overall="overall", width=84),
        draw_traffic_bars(make_bars(light), overall="overall", width=84),
    ):
        assert_nothing_collides(ax)
        plt.close(ax.figure)


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("items", [3, 20])
def test_titles_are_there_in_full_or_their_codes_with_a_key(width, items):
    light = make_light(3, items)
    text = said(draw_traffic(light, overall="overall", width=width)).replace("\u00a0", " ")
    for name in light.columns[1:]:
        for word in str(name).split():
            assert word.capitalize() in text or word in text
    assert "…" not in text


def test_names_of_studies_are_there_in_full():
    light = make_light(13, 9)
    text = said(draw_traffic(light, width=84, overall="overall"))
    assert all(word in text for name in light["study"] for word in name.split())


def test_signs_stand_beside_their_study_and_below_their_title():
    light = make_light(5, 6, long=False)
    ax = draw_traffic(light, overall="overall", width=174)
    marks = find_marks(ax)
    names = {text.get_text(): text.get_position() for text in find_texts(ax)}
    for row, study in enumerate(light["study"]):
        for at in range(7):
            if f"mark-{row}-{at}" in marks:
                assert abs(marks[f"mark-{row}-{at}"][1] - names[study][1]) < 4
    columns = [[x for gid, (x, _) in marks.items() if gid.endswith(f"-{at}")] for at in range(7)]
    assert all(max(some) - min(some) < 1e-9 for some in columns)
    lefts = [some[0] for some in columns]
    assert lefts == sorted(lefts)
    steps = np.diff(lefts)
    assert steps[-1] > 1.1 * steps[0]  # the overall column stands apart


def test_the_legend_lists_the_levels_that_are_used_and_no_others():
    light = pd.DataFrame({"study": ["A", "B"], "Item": ["yes", "no"], "overall": ["high", "high"]})
    ax = draw_traffic(light, overall="overall")
    legend = {gid for gid in find_marks(ax) if gid.startswith("mark-legend")}
    assert legend == {"mark-legend-low", "mark-legend-high"}
    assert "no; overall: high" in said(ax)
    assert "unclear" not in said(ax)


def test_the_footer_is_drawn():
    light = make_light(2, 2)
    assert "Overall: the worst." in said(draw_traffic(light, footer=["Overall: the worst."]))


# Looks


def luminance(colour):
    channels = [int(COLOURS[colour][at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, two):
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_sign_is_seen_on_paper_and_on_a_band():
    for name, look in LOOKS.items():
        edge = "ink" if look.ink != "paper" or name == "critical" else look.ink
        for ground in ("paper", "band"):
            outer = look.fill or look.ink
            seen = max(contrast(outer, ground), contrast(edge, ground))
            assert seen >= 3, (name, ground)


def test_every_glyph_is_seen_on_its_fill():
    for name, look in LOOKS.items():
        if look.glyph and look.fill:
            assert contrast(look.ink, look.fill) >= 3, name


def test_no_two_levels_are_alike_without_colour():
    for one, two in combinations(LOOKS.values(), 2):
        assert one.glyph != two.glyph


def test_signs_are_told_apart_in_grey():
    light = pd.DataFrame({"study": ["A"], **{name: [name] for name in LOOKS if name != "missing"}})
    ax = draw_traffic(light, looks={name: name for name in LOOKS}, width=174)
    ax.figure.set_dpi(200)
    ax.figure.canvas.draw()
    pixels = np.asarray(ax.figure.canvas.buffer_rgba())[..., :3] @ [0.299, 0.587, 0.114]
    marks = find_marks(ax)
    shots = []
    for at in range(len(light.columns) - 1):
        x, y = (round(v * 200 / 72) for v in marks[f"mark-0-{at}"])
        shots.append(pixels[y - 14 : y + 14, x - 14 : x + 14])
    for one, two in combinations(shots, 2):
        assert np.abs(one - two).mean() > 6


# Bars


def test_parts_of_a_bar_are_as_wide_as_their_shares():
    bars = pd.DataFrame({"item": "A", "judgement": ["no", "yes", None], "n": [2, 5, 1], "share": [0.3, 0.6, 0.1]})  # fmt: skip
    ax = draw_traffic_bars(bars)
    parts = {a.get_gid(): a for a in ax.findobj(mpl.patches.Rectangle) if (a.get_gid() or "").startswith("part-")}  # fmt: skip
    widths = [parts[f"part-cell-0-{at}"].get_width() for at in range(3)]
    assert np.array(widths) / sum(widths) == pytest.approx([0.6, 0.3, 0.1])  # low, high, missing
    assert {"5", "2", "1"} <= {text.get_text() for text in find_texts(ax)}


def test_numbers_are_written_from_eight_per_cent_on():
    shares = [0.84, 0.09, 0.07]
    bars = pd.DataFrame({"item": "A", "judgement": ["yes", "no", "unclear"], "n": [84, 9, 7], "share": shares})  # fmt: skip
    texts = {text.get_text() for text in find_texts(draw_traffic_bars(bars))}
    assert {"84", "9"} <= texts
    assert "7" not in texts


def test_the_overall_bar_is_last_bold_and_apart():
    bars = make_bars(make_light(9, 3))
    bars = pd.concat([bars[bars["item"] == "overall"], bars[bars["item"] != "overall"]])
    ax = draw_traffic_bars(bars, overall="overall")
    (name,) = (text for text in find_texts(ax) if text.get_text() == "Overall")
    assert name.get_fontproperties().get_weight() == "bold"
    middles = sorted({round(a.get_y(), 3) for a in ax.findobj(mpl.patches.Rectangle) if (a.get_gid() or "").startswith("part-")})  # fmt: skip
    assert name.get_position()[1] > middles[-1]
    assert np.diff(middles)[-1] > np.diff(middles)[0]


def test_each_part_says_its_sign_or_number():
    ax = draw_traffic_bars(make_bars(make_light(13, 9)), overall="overall", width=174)
    wide = [a for a in ax.findobj(mpl.patches.Rectangle) if (a.get_gid() or "").startswith("part-cell") and a.get_width() > 12]  # fmt: skip
    texts = np.array([text.get_position() for text in find_texts(ax)])
    signs = np.array([*find_marks(ax).values()])
    for part in wide:
        left, right = part.get_x(), part.get_x() + part.get_width()
        top, bottom = part.get_y(), part.get_y() + part.get_height()
        inside = [
            ((some[:, 0] >= left) & (some[:, 0] <= right) & (some[:, 1] >= top) & (some[:, 1] <= bottom)).any()
            for some in (texts, signs)
        ]  # fmt: skip
        assert any(inside)


# Pages


@pytest.mark.parametrize("width", [84, 174])
def test_many_studies_go_on_pages_of_the_height_asked_for(width):
    light = make_light(45, 9)
    pages = draw_traffic_pages(light, overall="overall", width=width, footer=["The last words."])
    assert len(pages) > 1
    rows = []
    for number, ax in enumerate(pages, start=1):
        assert ax.figure.get_figheight() * 25.4 <= 235.1
        assert_nothing_collides(ax)
        assert f"Page {number} of {len(pages)}" in said(ax)
        assert "not applicable" in said(ax)
        assert ("The last words." in said(ax)) is (number == len(pages))
        rows += [gid.split("-")[1] for gid in find_marks(ax) if gid.endswith("-0")]
    assert {*map(int, rows)} <= {*range(45)}
    text = " ".join(map(said, pages))
    assert all(f"Author {at} 2011" in text for at in range(45) if at % 4 != 1)


def test_few_studies_are_one_page_without_a_number():
    (ax,) = draw_traffic_pages(make_light(3, 3))
    assert "Page" not in said(ax)


# Files


def test_svg_is_well_formed_and_safe():
    bad = "<script>alert('x')</script> & \"q\" 🙂 שלום \x07\n"
    svg = render_axes(
        draw_traffic(pd.DataFrame({"study": [bad], bad: ["yes"]}), title=bad, footer=[bad]), "svg"
    ).decode()
    root = ElementTree.fromstring(svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("label", ["שלום עולם " * 20, "疲労" * 40, "W" * 200, "🙂" * 20])
def test_odd_labels_stay_on_the_page(label):
    for width in (84, 174):
        light = pd.DataFrame({"study": [label, "b"], label: "yes", "c": "no"})
        assert_nothing_collides(draw_traffic(light, width=width))
        assert_nothing_collides(draw_traffic_bars(make_bars(light), width=width))


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_picture_gives_the_same_bytes(kind):
    light = make_light(2, 3)
    for draw in (
        lambda: draw_traffic(light, overall="overall"),
        lambda: draw_traffic_bars(make_bars(light), overall="overall"),
    ):
        first, second = (render_axes(draw(), kind) for _ in range(2))
        assert first == second
        with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "hatch.linewidth": 4}):
            assert render_axes(draw(), kind) == first


def test_draws_in_given_axes():
    light = make_light(5, 5)
    ax = new_axes(174, 120)
    assert draw_traffic(light, ax=ax, overall="overall") is ax
    assert_nothing_collides(ax)
    other = new_axes(174, 120)
    assert draw_traffic_bars(make_bars(light), ax=other, overall="overall") is other


# Misuse


@pytest.mark.parametrize(
    ("light", "options", "message"),
    [
        (pd.DataFrame({"study": ["A", "A"], "i": "yes"}), {}, r"Each study must have one row.* 'A'"),
        (pd.DataFrame({"study": ["A"], "i": "maybe"}), {}, r"levels low, some, high.*Got 'maybe'"),
        (pd.DataFrame({"study": ["A"], "i": "yes"}), {"looks": {"yes": "fine"}}, r"Got 'fine'"),
        (pd.DataFrame({"study": ["A"]}), {}, r"Got 1 studies and 0 items"),
        (pd.DataFrame({"study": [], "i": []}), {}, r"Got 0 studies"),
        (pd.DataFrame({"i": ["yes"]}), {}, r"must have the column 'study'"),
        (pd.DataFrame({"study": ["A"], "i": "yes"}), {"overall": "o"}, r"the column 'o'"),
        (pd.DataFrame({"study": ["A"], "i": "yes"}), {"width": 40}, r"60 mm at least\. Got 40 mm"),
    ],
)  # fmt: skip
def test_lights_that_cannot_be(light, options, message):
    with pytest.raises(InputError, match=message):
        draw_traffic(light, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share": [0.3, 0.6]}, r"sum to 1\. They do not in 'A'"),
        ({"share": [1.3, -0.3]}, r"0 or more"),
        ({"judgement": ["yes", "maybe"]}, r"Got 'maybe'"),
    ],
)
def test_bars_that_cannot_be(change, message):
    bars = pd.DataFrame({"item": "A", "judgement": ["yes", "no"], "n": 1, "share": [0.5, 0.5]})
    with pytest.raises(InputError, match=message):
        draw_traffic_bars(bars.assign(**change))


def test_axes_that_are_too_low():
    with pytest.raises(InputError, match=r"`ax` must be high enough .* it has 20 mm"):
        draw_traffic(make_light(13, 5), ax=new_axes(174, 20))
    with pytest.raises(InputError, match=r"`ax` must be high enough .* it has 20 mm"):
        draw_traffic_bars(make_bars(make_light(13, 5)), ax=new_axes(174, 20))
