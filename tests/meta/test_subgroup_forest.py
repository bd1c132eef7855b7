"""The forest plot with subgroups: its rows, its footer, and that nothing overlaps."""

import pytest
from matplotlib.text import Text
from pooling_cases import EXHAUSTION, STRESS, table

from reviewkit.meta.moderators import compare_subgroups
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.subgroup_forest import make_blocks
from reviewkit.present.axes import close_axes

GROUPS = [*"aabbbaabbcc"]
EFFECTS = {"study": [*"ABCD"], "effect": [-0.1, 0.2, 0.5, 0.3], "variance": [0.1, 0.02, 0.05, 0.1]}
RESULTS = {
    "three": lambda: compare_subgroups(pool_prevalence(EXHAUSTION), by=GROUPS),
    "single": lambda: compare_subgroups(pool_prevalence(STRESS), by=[*"aaaabbbc"]),
    "glmm": lambda: compare_subgroups(pool_prevalence(STRESS, model="glmm"), by=[*"aaaabbbb"]),
    "effects": lambda: compare_subgroups(pool_effects(EFFECTS), by=[*"aabb"], tau2="common"),
    "none": lambda: compare_subgroups(
        pool_prevalence(table((0, 40), (1, 90), (30, 30), (4, 150), (61, 80))), by=[*"aaabb"]
    ),
}


def test_blocks_then_the_whole():
    found = compare_subgroups(pool_prevalence(EXHAUSTION), by=GROUPS)
    frame, options = make_blocks(found)
    kinds = frame["kind"].tolist()
    assert kinds[:9] == ["heading", *["study"] * 4, "pooled", "prediction", "note", "gap"]
    assert kinds[-2:] == ["pooled", "prediction"]
    assert frame["study"][0] == "Group: a"
    row = frame.iloc[5]
    assert row["study"].replace("\u00a0", " ") == f"Group, k = 4, N = {int(row['total']):,}"
    assert row["weight"] == pytest.approx(frame["weight"][1:5].sum())
    footer = options["footer"][0].replace("\u00a0", " ")
    assert footer.startswith("Test for subgroup differences (group, separate τ²): Q = ")
    assert sorted(frame.loc[frame["kind"] == "study", "study"]) == sorted(EXHAUSTION["study"])


def test_studies_without_a_group_are_shown_as_excluded():
    by = [None, *GROUPS[1:]]
    found = compare_subgroups(pool_prevalence(EXHAUSTION), by=by, missing="drop")
    frame, options = make_blocks(found)
    assert frame.loc[frame["kind"] == "excluded", "study"].tolist() == ["Study 0"]
    assert any("1 study left out" in line for line in options["footer"])


def test_a_group_of_one_has_no_diamond():
    frame, _ = make_blocks(RESULTS["single"]())
    last = frame[frame["study"] == "Group: c"].index[0]
    assert frame["kind"][last + 1 : last + 3].tolist() == ["study", "gap"]


def test_order_within_groups():
    found = compare_subgroups(pool_prevalence(EXHAUSTION), by=GROUPS)
    frame, options = make_blocks(found, "estimate")
    assert frame["estimate"][1:5].is_monotonic_increasing
    assert any("by estimate" in line for line in options["footer"])


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("name", RESULTS)
def test_draws_without_overlaps(name, width):
    ax = RESULTS[name]().plot(width=width)
    try:
        ax.figure.canvas.draw()
        texts = [t for t in ax.findobj(Text) if t.get_text().strip() and t.get_visible()]
        boxes = [text.get_window_extent() for text in texts]
        for i, box in enumerate(boxes):
            for other in boxes[:i]:
                across = min(box.x1, other.x1) - max(box.x0, other.x0)
                down = min(box.y1, other.y1) - max(box.y0, other.y0)
                assert across < 0.5 or down < 0.35 * min(box.height, other.height)
    finally:
        close_axes(ax)
