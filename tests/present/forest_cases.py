"""Frames, and the boxes of a drawn page, that the tests of the forest plot share."""

import warnings
from itertools import pairwise, product

import matplotlib as mpl
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from matplotlib.lines import Line2D
from matplotlib.text import Text

from reviewkit.present.axes import Group

LONG = "Costs of caring: burnout and compassion fatigue among professionals in Greece 2025"

FOOTER = ["τ² = 1.205, I² = 99.2%, Q = 1195.2, df = 10, P < 0.001.", "A recipe of many words. " * 6]


def make_frame(k, *, groups=1, prediction=True, long=False, seed=0):
    """Return k studies in blocks, each with its diamond, and an overall result."""
    rng = np.random.default_rng(seed)
    total = rng.integers(5, 5000, k)
    p = np.clip(rng.beta(1.2, 2, k), 0, 1)
    half = 2 * np.sqrt(np.maximum(p * (1 - p), 0.01) / total)
    studies = pd.DataFrame({
        "kind": "study", "study": [f"{LONG} {i}" if long and i % 3 == 0 else f"Author {i} 2011" for i in range(k)],
        "events": np.round(p * total), "total": total, "estimate": p, "ci_low": np.maximum(p - half, 0),
        "ci_high": np.minimum(p + half, 1), "weight": total / total.sum(),
    })  # fmt: skip
    pooled = {
        "kind": "pooled",
        "events": 10.0 * k,
        "total": 99.0 * k,
        "estimate": 0.3,
        "ci_low": 0.2,
        "ci_high": 0.45,
        "weight": 1.0,
    }
    parts = []
    for g, some in enumerate(np.array_split(np.arange(k), groups)):
        if groups > 1:
            parts.append(pd.DataFrame([{"kind": "heading", "study": f"Group {g} of professions"}]))
        parts.append(studies.iloc[some])
        if groups > 1:
            block = [
                pooled | {"study": f"Pooled, k = {len(some)}"},
                {"kind": "note", "study": "τ² = 0.06, I² = 72%"},
                {"kind": "gap"},
            ]
            parts.append(pd.DataFrame(block))
    parts.append(pd.DataFrame([{"kind": "gap"}, pooled | {"study": f"All studies, k = {k}"}]))
    if prediction:
        parts.append(
            pd.DataFrame(
                [
                    {
                        "kind": "prediction",
                        "study": "Prediction interval",
                        "pi_low": 0.02,
                        "pi_high": 0.91,
                    }
                ]
            )
        )
    return pd.concat(parts, ignore_index=True)


@st.composite
def frames(draw):
    """Draw a frame that a reader might pass: odd names, missing numbers, 0 and 100 %."""
    k = draw(st.integers(1, 9))
    rows = []
    names = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=90)
    for _ in range(k):
        ends = sorted(
            draw(
                st.lists(st.sampled_from([0.0, 1.0, 0.5, 0.031, 0.97, 0.2]), min_size=3, max_size=3)
            )
        )
        row = dict(zip(("ci_low", "estimate", "ci_high"), ends, strict=True))
        kind = draw(
            st.sampled_from(
                [
                    "study",
                    "study",
                    "study",
                    "excluded",
                    "heading",
                    "pooled",
                    "prediction",
                    "gap",
                    "note",
                ]
            )
        )
        row |= {"kind": kind, "study": draw(names), "pi_low": ends[0], "pi_high": ends[2]}
        row["total"] = draw(st.one_of(st.none(), st.integers(0, 10**6)))
        row["weight"] = draw(st.one_of(st.none(), st.floats(0, 1)))
        if kind in ("heading", "gap", "note"):
            row = {"kind": kind, "study": row["study"]}
        rows.append(row)
    return pd.DataFrame(rows)


def find_texts(ax):
    """Return all texts that say something."""
    return [text for text in ax.findobj(Text) if text.get_text().strip()]


def boxes(ax):
    """Return the boxes of texts, marks, and axis parts, in points: arrays (n, 4), and the texts."""
    ax.figure.set_dpi(600)  # else text is as wide as whole pixels
    renderer = ax.figure.canvas.get_renderer()
    texts, marks, rules = [], [], []
    with mpl.rc_context({"text.hinting": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        for artist in ax.findobj():
            gid = artist.get_gid() or ""
            if isinstance(artist, Text):
                if artist.get_text().strip() and not gid.endswith("-glyph"):
                    texts.append((artist.get_tightbbox(renderer).extents, artist.get_text()))
            elif gid.startswith(("mark-", "interval-", "cell-")) and not gid.endswith("-glyph"):
                marks += [] if isinstance(artist, Group) else [artist.get_window_extent(renderer)]
            elif isinstance(artist, Line2D) and gid.startswith(("axis", "tick", "rule")):
                rules.append(artist.get_window_extent(renderer))
    scale, (boxed, names) = 72 / 600, zip(*texts, strict=True)
    sets = (boxed, [box.extents for box in marks], [box.extents for box in rules])
    return *(np.array(some).reshape(-1, 4) * scale for some in sets), names


def find(ax, gid):
    """Return the artist with this gid."""
    return next(a for a in ax.findobj() if a.get_gid() == gid)


def ends(ax, gid):
    """Return left and right end of a mark, in points."""
    x = find(ax, gid).get_path().vertices[:, 0]
    return x.min(), x.max()


def ticks(ax):
    """Return places and labels of the ticks."""
    lines = sorted(
        (a.get_xdata()[0], a.get_ydata()[1])
        for a in ax.findobj()
        if (a.get_gid() or "").startswith("tick-")
    )
    found = []
    for x, y in lines:
        near = [
            t
            for t in find_texts(ax)
            if abs(t.get_position()[0] - x) < 1e-6 and t.get_position()[1] > y
        ]
        found.append((x, min(near, key=lambda t: t.get_position()[1]).get_text()))
    return found


def to_axis(ax, percent):
    """Return where a percentage must stand, from the ticks alone."""
    places, labels = zip(*ticks(ax), strict=True)
    return np.interp(percent, [float(label.replace("−", "-")) for label in labels], places)


def collisions(first, second, *, slack=0.3):
    """Return index pairs of boxes that overlap by more than `slack` points both ways."""
    a, b = first[:, None], second[None]
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    high = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    return [(int(i), int(j)) for i, j in np.argwhere((wide > slack) & (high > slack))]


def assert_nothing_collides(ax):
    """Say which texts overlap one another, a mark, an axis or the edge of the page."""
    texts, marks, rules, names = boxes(ax)
    same = [(names[i], names[j]) for i, j in collisions(texts, texts) if i < j]
    assert not same, f"text on text: {same}"
    for what, others in (("mark", marks), ("rule", rules)):
        found = [names[i] for i, _ in collisions(texts, others)]
        assert not found, f"text on {what}: {found}"
    width, height = ax.figure.get_size_inches() * 72
    out = [
        n
        for n, (x0, y0, x1, y1) in zip(names, texts, strict=True)
        if x0 < -0.2 or y0 < -0.2 or x1 > width + 0.2 or y1 > height + 0.2
    ]
    assert not out, f"beyond the page: {out}"


#: Lines of a panel with points; names stand beside them.
LINES = ("centre", "edge-low", "edge-high", "tip", "limbs-line", "trend-", "pi-low", "pi-high")


def assert_no_line_in_text(ax):
    """Say which texts a line runs through, of a panel with points."""
    texts, _, _, names = boxes(ax)
    height = ax.figure.get_figheight() * 72
    found = [a for a in ax.findobj() if (a.get_gid() or "").startswith(LINES)]
    assert found
    for line in found:
        for start, end in pairwise(line.get_path().vertices):
            for x, y in np.linspace(start, end, 200):
                inside = (texts[:, 0] < x) & (x < texts[:, 2])
                inside &= (texts[:, 1] < height - y) & (height - y < texts[:, 3])
                assert not inside.any(), f"a line in {names[int(inside.argmax())]!r}"


CASES = [
    {"k": k, "groups": g, "prediction": p, "long": long, "width": w}
    for k, (g, p), long, w in product((1, 2, 13, 60), ((1, True), (3, True), (1, False)), (False, True), (84, 174))
    if g <= k
]  # fmt: skip
