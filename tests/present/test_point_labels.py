"""Names beside points: they lie in the panel, on no other name and on no point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit.present.lettering import TextStyle
from reviewkit.present.point_labels import cover_line, place_labels

BOX = (10.0, 10.0, 240.0, 150.0)
STYLE = TextStyle(7.0)


def box_of(label):
    """Return the box of a name: from its capitals down to its tails."""
    left, base = label.x, label.baseline
    return left, base - 0.7 * STYLE.size, left + STYLE.measure(label.text), base + 0.2 * STYLE.size


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


spots = st.tuples(st.floats(12, 238), st.floats(12, 148))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(spots, st.text("abcdefg ", min_size=1, max_size=40)), min_size=1, max_size=25
    )
)
def test_no_name_meets_anything(pairs):
    places, names = zip(*pairs, strict=True)
    points = np.array(places)
    found = place_labels(points, names, range(len(points)), radius=2, style=STYLE, box=BOX)
    boxes = [box_of(label) for label in found]
    assert not any(overlap(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    for x, y in points:
        assert not any(overlap(box, (x - 2, y - 2, x + 2, y + 2)) for box in boxes)
    for label, (left, top, right, bottom) in zip(found, boxes, strict=True):
        x, y = points.T
        away = np.hypot(
            np.maximum(np.maximum(left - x, x - right), 0),
            np.maximum(np.maximum(top - y, y - bottom), 0),
        )
        assert away[label.point] <= away.min() + 1.5, "a name that another point is nearer to"
        assert left >= BOX[0]
        assert top >= BOX[1]
        assert right <= BOX[2]
        assert bottom <= BOX[3]
    assert all(label.text.strip() for label in found)


def test_a_lone_point_has_its_name_beside_it_away_from_the_middle():
    for x in (60.0, 200.0):
        (label,) = place_labels(
            np.array([[x, 80.0]]), ["Coffey"], [0], radius=2, style=STYLE, box=BOX
        )
        assert (label.x > x) == (x > 125)


def test_the_first_in_order_has_the_place_if_there_is_one_only():
    points = np.array([[100.0, 80.0], [100.5, 80.0]])
    kwargs = {"radius": 2, "style": TextStyle(7.0), "box": (94.0, 74.0, 110.5, 86.0)}
    for order in ([0, 1], [1, 0]):
        found = place_labels(points, ["A", "B"], order, **kwargs)
        assert [label.point for label in found] == order[:1]


def test_no_line_is_crossed():
    point = np.array([[200.0, 80.0]])
    (label,) = place_labels(point, ["Coffey"], [0], radius=2, style=STYLE, box=BOX)
    across = (box_of(label)[0], 0.0, box_of(label)[0] + 1, 200.0)
    (other,) = place_labels(point, ["Coffey"], [0], radius=2, style=STYLE, box=BOX, lines=[across])
    assert not overlap(box_of(other), across)
    everywhere = [(0.0, 0.0, 300.0, 200.0)]
    assert not place_labels(
        point, ["Coffey"], [0], radius=2, style=STYLE, box=BOX, lines=everywhere
    )


def test_a_name_without_room_is_elided_before_it_is_left_out():
    walls = [(194.0, 0.0, 195.0, 200.0), (236.0, 0.0, 237.0, 200.0)]
    (label,) = place_labels(
        np.array([[200.0, 80.0]]), ["Umene-Nakano and colleagues"], [0], radius=2, style=STYLE,
        box=BOX, lines=walls,
    )  # fmt: skip
    assert label.text.startswith("Umene")
    assert label.text.endswith("…")


def test_what_is_left_of_a_name_is_that_of_no_other_study():
    walls = [(194.0, 0.0, 195.0, 200.0), (236.0, 0.0, 237.0, 200.0)]
    points = np.array([[200.0, 80.0], [20.0, 20.0]])
    kwargs = {"radius": 2, "style": STYLE, "box": BOX, "lines": walls}
    for other, shown in (("Umene-Nakano and others", []), ("Coffey", [0])):
        names = ["Umene-Nakano and colleagues", other]
        assert [label.point for label in place_labels(points, names, [0], **kwargs)] == shown


def test_the_first_word_of_a_name_stays_whole():
    # Beside the point is no room for more than three letters.
    points, narrow = np.array([[30.0, 60.0]]), (24.0, 55.0, 44.0, 65.0)
    assert not place_labels(points, ["Adams & Riggs 2008"], [0], radius=2, style=STYLE, box=narrow)
    wider = (10.0, 30.0, 60.0, 90.0)
    found = place_labels(points, ["Adams & Riggs 2008"], [0], radius=2, style=STYLE, box=wider)
    assert [label.text for label in found] == ["Adams…"]


def test_each_point_has_a_radius_of_its_own():
    points = np.array([[60.0, 40.0], [60.0, 110.0]])
    small, large = place_labels(
        points, ["A", "B"], [0, 1], radius=np.array([1.0, 9.0]), style=STYLE, box=BOX
    )
    ends = [60 - label.x - STYLE.measure(label.text) for label in (small, large)]
    assert ends == pytest.approx([2.5, 10.5])


def test_a_covered_line_has_no_gap():
    boxes = np.array(cover_line([(0.0, 0.0), (30.0, 40.0), (30.0, 80.0)]))
    for x, y in ((15.0, 20.0), (29.0, 38.7), (30.0, 61.3)):
        assert ((boxes[:, 0] < x) & (x < boxes[:, 2]) & (boxes[:, 1] < y) & (y < boxes[:, 3])).any()
