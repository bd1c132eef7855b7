"""The network figure: nothing overlaps, what areas and widths mean, and misuse."""

import itertools
import math
import random
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_nothing_collides, boxes, find_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, Group, new_axes, render_axes
from reviewkit.present.network import draw_network, fit_nodes
from reviewkit.present.network_ring import bend_link, lay_ring

LONG = (
    "Affective well-being affected by individual-level and country-level factors during the pandemic",
    "Burnout due to psychological stress",
    "Secondary trauma and compassion fatigue due to early experiences of shame and security",
    "Work-related burnout influenced by the severity of clients' mental health issues at all times",
)
NODES = ["node", "label", "size", "group"]
EDGES = ["left", "right", "weight"]


def make_network(n, *, groups=2, links=None, seed=0):
    """Return n nodes with sizes from 0 to 12, in groups of uneven length, and links."""
    chance = random.Random(seed)
    nodes = [
        (
            at,
            f"{LONG[at % 4]} {at}",
            chance.choice([0, 1, 1, 2, 5, 12]),
            f"Group {min(at % (groups + 1), groups - 1)}: 8 of 13 studies" if groups else "",
        )
        for at in range(n)
    ]
    pairs = list(itertools.combinations(range(n), 2))
    chance.shuffle(pairs)
    edges = [
        (*pair, chance.choice([1, 1, 2, 6])) for pair in pairs[: 2 * n if links is None else links]
    ]
    return pd.DataFrame(nodes, columns=NODES), pd.DataFrame(edges, columns=EDGES)


def find(ax, gid):
    return next(artist for artist in ax.findobj() if artist.get_gid() == gid)


def area(artist):
    """Return the area of a shape, from its outline."""
    x, y = artist.get_path().to_polygons(closed_only=False)[0].T
    return abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2


def curve(path, steps=200):
    """Return points along a link."""
    (x0, y0), (x1, y1), (x2, y2) = path
    t = np.linspace(0, 1, steps)
    parts = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return np.column_stack(
        [
            sum(p * v for p, v in zip(parts, (x0, x1, x2), strict=True)),
            sum(p * v for p, v in zip(parts, (y0, y1, y2), strict=True)),
        ]
    )


def outline(artist, steps=12):
    """Return points all along the outline of a shape, on the page in points."""
    corners = artist.get_path().to_polygons(closed_only=False)[0]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    return np.vstack([a + (b - a) * t for a, b in itertools.pairwise(corners)])


def assert_page_is_clear(ax):
    """Say which texts overlap one another, a node, or the edge of the page."""
    assert_nothing_collides(ax)
    texts, _, _, names = boxes(ax)
    height = ax.figure.get_size_inches()[1] * 72
    for artist in ax.findobj():
        if (artist.get_gid() or "").startswith(("shape-", "band-")):
            x, y = (outline(artist) * [1, -1] + [0, height]).T
            for (x0, y0, x1, y1), name in zip(texts, names, strict=True):
                inside = (x > x0 + 0.3) & (x < x1 - 0.3) & (y > y0 + 0.3) & (y < y1 - 0.3)
                assert not inside.any(), f"{name!r} on {artist.get_gid()}"


# Laws of the page


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("groups", [0, 1, 2, 7])
@pytest.mark.parametrize("n", [1, 2, 3, 15, 40, 60])
def test_nothing_overlaps(n, groups, width):
    nodes, edges = make_network(n, groups=groups)
    assert_page_is_clear(draw_network(nodes, edges, width=width, footer=["A note. " * 20]))


@pytest.mark.parametrize("width", [60, 84, 120, 174])
def test_nothing_overlaps_at_the_limit(width):
    most = fit_nodes(width)
    nodes, edges = make_network(most, groups=most, links=3)
    assert_page_is_clear(draw_network(nodes, edges, width=width))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=300),
            st.floats(0, 1e6, allow_subnormal=False),
            st.sampled_from(["", "A", "A long name of a group " * 8]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_nothing_overlaps_whatever_the_labels(rows):
    nodes = pd.DataFrame([(at, *row) for at, row in enumerate(rows)], columns=NODES)
    for width in (84, 174):
        ax = draw_network(nodes, pd.DataFrame(columns=EDGES), width=width)
        assert_page_is_clear(ax)
        plt.close(ax.figure)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 9, 15, 30, 45, 60])
@pytest.mark.parametrize("groups", [1, 2, 5])
def test_a_link_touches_no_node_but_its_own(n, groups):
    own = sorted(at % groups for at in range(n)) if n >= groups else [0] * n
    ring = lay_ring([1.0] * n, own, 115.0, 7.0, 9.9)
    places = np.array([ring.place(angle, ring.radius) for angle in ring.angles])
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    assert apart[~np.eye(n, dtype=bool)].min() > 2 * ring.largest
    for left, right in itertools.combinations(range(n), 2):
        points = curve(bend_link(ring, left, right))
        assert np.linalg.norm(points, axis=1).max() <= ring.radius + 0.01  # inside the ring
        others = np.delete(np.arange(n), [left, right])
        if len(others):
            distance = np.linalg.norm(points[:, None] - places[others][None], axis=-1).min()
            assert distance > ring.largest


def test_links_pass_under_no_text():
    nodes, edges = make_network(15)
    ax = draw_network(nodes, edges)
    texts, *_ = boxes(ax)
    height = ax.figure.get_size_inches()[1] * 72
    for at in range(len(edges)):
        points = curve(find(ax, f"link-{at}").get_path().vertices)
        x, y = points[:, 0], height - points[:, 1]
        for x0, y0, x1, y1 in texts:
            assert not ((x > x0) & (x < x1) & (y > y0) & (y < y1)).any()


@pytest.mark.parametrize("width", [84, 174])
def test_the_page_has_the_width_asked_for(width):
    figure = draw_network(*make_network(15), width=width).figure
    assert figure.get_figwidth() * 72 == pytest.approx(width * MM)


def test_a_page_of_15_long_labels_fits_a_journal():
    nodes, edges = make_network(15)
    heights = [draw_network(nodes, edges, width=w).figure.get_figheight() * 25.4 for w in (84, 174)]
    assert heights[0] < 230
    assert heights[1] < 130


# What the marks mean


def test_areas_are_in_proportion_to_sizes_whatever_the_shape():
    sizes = [1, 2, 3, 4, 5, 9, 16, 7, 8, 12]
    rows = [(at, "x", size, f"g{at}") for at, size in enumerate(sizes)]
    ax = draw_network(pd.DataFrame(rows, columns=NODES), pd.DataFrame(columns=EDGES))
    areas = [area(find(ax, f"shape-{at}")) for at in range(len(sizes))]
    np.testing.assert_allclose(np.array(areas) / areas[6], np.array(sizes) / 16, rtol=0.02)


def test_widths_are_in_proportion_to_weights():
    nodes = pd.DataFrame([(at, "x", 1, "") for at in range(4)], columns=NODES)
    edges = pd.DataFrame([(0, 1, 9), (0, 2, 3), (1, 3, 1)], columns=EDGES)
    ax = draw_network(nodes, edges)
    widths = [find(ax, f"link-{at}").get_linewidth() for at in range(3)]  # weakest first
    np.testing.assert_allclose(widths, np.array([1, 3, 9]) * widths[0])


def test_a_node_of_size_0_is_hollow():
    nodes = pd.DataFrame([("a", "x", 0, ""), ("b", "y", 3, "")], columns=NODES)
    ax = draw_network(nodes, pd.DataFrame(columns=EDGES))
    fills = [mpl.colors.to_hex(find(ax, f"shape-{at}").get_facecolor()) for at in range(2)]
    assert fills[0] == "#ffffff"
    assert fills[1] != "#ffffff"
    assert {"0 studies", "3 studies"} <= {text.get_text() for text in find_texts(ax)}


def test_groups_differ_by_shape_and_not_by_colour_alone():
    rows = [(at, "x", 1, f"g{at}") for at in range(10)]
    ax = draw_network(pd.DataFrame(rows, columns=NODES), pd.DataFrame(columns=EDGES))
    looks = []
    for at in range(10):
        mark = find(ax, f"shape-{at}")
        looks.append((len(mark.get_path().vertices), mark.get_facecolor()))
    corners = [look[0] for look in looks]
    assert all(left != right for left, right in itertools.pairwise(corners))
    assert len({*looks}) == 10


def test_every_node_has_its_number_and_its_label_in_full():
    nodes, edges = make_network(15)
    ax = draw_network(nodes, edges, width=84)
    said = " ".join(text.get_text().replace("\u00a0", " ") for text in find_texts(ax))
    for _, label, size, _ in nodes.itertuples(index=False):
        assert f"{label} (n = {size})" in said
    numbers = [text.get_text() for text in find_texts(ax)]
    assert all(numbers.count(str(number)) == 2 for number in range(1, 16))


def test_nodes_stand_group_by_group_in_the_order_of_the_frame():
    rows = [("a", "A", 1, "g"), ("b", "B", 1, "h"), ("c", "C", 1, "g")]
    ax = draw_network(pd.DataFrame(rows, columns=NODES), pd.DataFrame(columns=EDGES))
    svg = render_axes(ax, "svg").decode()
    assert svg.index("A (n") < svg.index("C (n") < svg.index("B (n")


def test_sums_are_told_to_who_cannot_see():
    nodes = pd.DataFrame(
        [("a", "A", 3, "g"), ("b", "B", 2, "h"), ("c", "C", 1, "h")], columns=NODES
    )
    edges = pd.DataFrame([("a", "b", 1), ("b", "c", 2)], columns=EDGES)
    assert draw_network(nodes, edges).get_label() == (
        "Network of 3 nodes in 2 groups and 2 links. The strongest: B – C, 2 studies."
    )
    assert draw_network(nodes, edges, text="In words").get_label() == "In words"


# Files


def test_svg_is_well_formed_and_safe():
    bad = "<script>alert('x')</script> & \"q\" 🙂 שלום \x07\n"
    nodes = pd.DataFrame([(bad, bad, 1, bad), ("b", "y", 1, "g")], columns=NODES)
    edges = pd.DataFrame([(bad, "b", 1)], columns=EDGES)
    svg = render_axes(draw_network(nodes, edges, title=bad, footer=[bad]), "svg").decode()
    root = ElementTree.fromstring(svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    titles = [element.text for element in root.iter() if element.tag.endswith("title")]
    assert "1 – 2: 1 study" in titles


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("label", ["שלום עולם " * 20, "🙂" * 120, "疲労" * 80, "W" * 300, " ", ""])
def test_odd_labels_stay_on_the_page(label):
    nodes = pd.DataFrame([(0, label, 1, label), (1, "y", 1, "g")], columns=NODES)
    for width in (84, 174):
        assert_page_is_clear(draw_network(nodes, pd.DataFrame(columns=EDGES), width=width))


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_network_gives_the_same_bytes(kind):
    first, second = (render_axes(draw_network(*make_network(15)), kind) for _ in range(2))
    assert first == second
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "figure.facecolor": "black"}):
        assert render_axes(draw_network(*make_network(15)), kind) == first


def test_the_order_of_links_is_irrelevant():
    nodes, edges = make_network(15)
    swapped = edges.iloc[::-1].rename(columns={"left": "right", "right": "left"})
    same = [render_axes(draw_network(nodes, frame), "svg") for frame in (edges, swapped)]
    assert same[0] == same[1]


def test_draws_in_given_axes():
    nodes, edges = make_network(15)
    ax = new_axes(174, 150)
    assert draw_network(nodes, edges, ax=ax) is ax
    assert [group for group in ax.findobj(Group) if group.get_gid() == "network-node-15"]
    assert_page_is_clear(ax)


# Misuse


def test_axes_that_are_too_low():
    with pytest.raises(InputError, match=r"`ax` must be high enough .* it has 20 mm"):
        draw_network(*make_network(15), ax=new_axes(174, 20))


def test_too_many_nodes():
    most = fit_nodes(84)
    with pytest.raises(InputError, match=rf"At most {most} nodes .* at 84 mm\. Got {most + 1}\."):
        draw_network(*make_network(most + 1), width=84)


def test_a_page_that_is_too_narrow():
    with pytest.raises(InputError, match=r"at least 60 mm wide\. Got 40 mm"):
        draw_network(*make_network(2), width=40)


def test_no_nodes():
    with pytest.raises(InputError, match="1 node or more"):
        draw_network(pd.DataFrame(columns=NODES), pd.DataFrame(columns=EDGES))


def test_missing_columns():
    nodes, edges = make_network(3)
    with pytest.raises(InputError, match=r"`nodes` must .* Missing: size\."):
        draw_network(nodes.drop(columns="size"), edges)
    with pytest.raises(InputError, match=r"`edges` must .* Missing: weight\."):
        draw_network(nodes, edges.drop(columns="weight"))


@pytest.mark.parametrize("size", [-1, math.nan, math.inf, "many", None])
def test_a_size_that_is_no_count(size):
    nodes = pd.DataFrame([("a", "A", size, ""), ("b", "B", 1, "")], columns=NODES)
    with pytest.raises(InputError, match=r"must be 0 or more\. It is not for 'a'"):
        draw_network(nodes, pd.DataFrame(columns=EDGES))


def test_a_node_twice():
    nodes = pd.DataFrame([("a", "A", 1, ""), ("a", "B", 1, "")], columns=NODES)
    with pytest.raises(InputError, match="Got twice: 'a'"):
        draw_network(nodes, pd.DataFrame(columns=EDGES))


@pytest.mark.parametrize(
    "edges",
    [
        [("a", "z", 1)],
        [("a", "a", 1)],
        [("a", "b", 0)],
        [("a", "b", math.nan)],
        [("a", "b", 1), ("b", "a", 2)],
    ],
)
def test_an_edge_that_cannot_be(edges):
    nodes = pd.DataFrame([("a", "A", 1, ""), ("b", "B", 1, "")], columns=NODES)
    with pytest.raises(
        InputError, match="Each edge must join two nodes, once, with a weight above 0"
    ):
        draw_network(nodes, pd.DataFrame(edges, columns=EDGES))
