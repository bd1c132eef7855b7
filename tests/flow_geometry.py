"""What must hold of any flow drawing: checks of its layout and of its artists."""

import itertools

import pytest

from reviewkit.present.axes import MM, Group, close_axes
from reviewkit.present.flow_chart import draw_flow
from reviewkit.present.flow_layout import LEAST_SIZE, lay_out
from reviewkit.present.lettering import measure_text

EPS = 0.01  # points
PIXEL = 0.5  # points of a pixel on the screen


def overlap(a, b):
    return min(a.right, b.right) - max(a.left, b.left) > EPS and (
        min(a.bottom, b.bottom) - max(a.top, b.top) > EPS
    )


def segments(way):
    """Return the parts of an arrow as (left, top, right, bottom)."""
    return [
        (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for (x0, y0), (x1, y1) in itertools.pairwise(way)
    ]


def crosses(part, rect):
    left, top, right, bottom = part
    return (
        left < rect.right - EPS and right > rect.left + EPS
        and top < rect.bottom - EPS and bottom > rect.top + EPS
    )  # fmt: skip


def on_edge(point, rect):
    x, y = point
    inside = rect.left - EPS <= x <= rect.right + EPS and rect.top - EPS <= y <= rect.bottom + EPS
    return inside and min(
        abs(x - rect.left), abs(x - rect.right), abs(y - rect.top), abs(y - rect.bottom)
    ) == pytest.approx(0, abs=EPS)


def check_layout(chart, width):
    layout = lay_out(chart, width * MM)
    rects = [*layout.boxes.values(), *layout.stages]
    assert not [pair for pair in itertools.combinations(rects, 2) if overlap(*pair)]
    for rect in [*rects, *([layout.banner] if layout.banner else [])]:
        assert rect.left >= 0
        assert rect.top >= 0
        assert rect.right <= width * MM
        assert rect.bottom <= layout.height
    assert layout.size >= LEAST_SIZE
    check_words(layout)
    check_arrows(chart, layout)
    check_grid(chart, layout)


def check_words(layout):
    """Hold each line of text within its box."""
    for name, lines in layout.texts.items():
        rect = layout.boxes[name]
        assert rect.top < lines[0].baseline - 0.7 * layout.size
        assert lines[-1].baseline + 0.2 * layout.size < rect.bottom
        for line in lines:
            ends = [line.x + piece.x + measure_text(piece.run, layout.size)
                    for piece in line.pieces]  # fmt: skip
            assert line.x >= rect.left
            assert max(ends) <= rect.right


def check_arrows(chart, layout):
    for (a, b), way in zip(chart.arrows, layout.arrows, strict=True):
        assert on_edge(way[0], layout.boxes[a])
        assert on_edge(way[-1], layout.boxes[b])
        for part in segments(way):
            assert part[0] == pytest.approx(part[2]) or part[1] == pytest.approx(part[3])
            obstacles = [*layout.boxes.values(), *layout.stages]
            assert not [rect for rect in obstacles if crosses(part, rect)]
    for one, other in itertools.combinations(layout.arrows, 2):
        for p, q in itertools.product(segments(one), segments(other)):
            assert p[0] > q[2] or q[0] > p[2] or p[1] > q[3] or q[1] > p[3], "arrows touch"


def check_grid(chart, layout):
    widths = {
        round(layout.boxes[box.id].right - layout.boxes[box.id].left, 6)
        for box in chart.boxes
        if box.across == 1
    }
    assert len(widths) == 1
    for _, row in itertools.groupby(sorted(chart.boxes, key=lambda b: b.row), lambda b: b.row):
        assert len({round(layout.boxes[box.id].top, 6) for box in row}) == 1
    for stage, rect in zip(chart.stages, layout.stages, strict=True):
        inside = [layout.boxes[b.id] for b in chart.boxes if stage.first <= b.row <= stage.last]
        assert rect.top == pytest.approx(min(box.top for box in inside))
        lowest = max(box.bottom for box in inside)
        assert rect.bottom == pytest.approx(lowest) or rect.bottom > lowest  # room for its name


def check_drawing(chart, width):
    ax = draw_flow(chart, width_mm=width)
    to_points = ax.transData.inverted().transform
    page = ax.get_window_extent()
    for group in ax.figure.findobj(Group):
        around = group.get_window_extent()
        assert page.x0 - 1 <= around.x0 < around.x1 <= page.x1 + 1
        assert page.y0 - 1 <= around.y0 < around.y1 <= page.y1 + 1
        if not group.title:
            continue
        frame, *rest = (to_points(box.get_points()) for box in group.extents())
        for text in rest if group.get_gid() not in marked(chart) else rest[:-2]:
            assert text[:, 0].min() >= frame[:, 0].min() - PIXEL
            assert text[:, 0].max() <= frame[:, 0].max() + PIXEL
            assert text[:, 1].min() >= frame[:, 1].min() - PIXEL
            assert text[:, 1].max() <= frame[:, 1].max() + PIXEL
    close_axes(ax)


def marked(chart):
    return {f"{chart.name}-{box}" for box in chart.faults}
