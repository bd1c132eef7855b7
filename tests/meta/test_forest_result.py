"""Results that are drawn as forest plots: marks, judgements, grey and shaded rows, pages."""

import warnings

import numpy as np
import pandas as pd
import pytest
from pooling_cases import EXHAUSTION

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.moderators import compare_subgroups
from reviewkit.meta.multilevel import pool_multilevel
from reviewkit.meta.pooled_forest import make_forest
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.subgroup_forest import make_blocks
from reviewkit.present.axes import close_axes, render_axes

JUDGED = pd.DataFrame(
    {
        "study": [f"Study {i}" for i in range(11)],
        "Sample frame": ["yes", "no"] * 5 + ["unclear"],
        "Response rate": ["No", None] * 5 + ["not applicable"],
    }
)


def read_svg(result, **options):
    """Return the picture of a result as text."""
    ax = result.plot(**options)
    try:
        return render_axes(ax, "svg").decode()
    finally:
        close_axes(ax)


def test_every_forest_takes_a_mark_and_judgements():
    many = {**EXHAUSTION, "group": [*"ababababaab"]}
    pooled = pool_prevalence(many)
    levels = pool_multilevel({**many, "cluster": [0, 0, *range(9)]}, cluster="cluster")
    for result in (pooled, compare_subgroups(pooled, by="group"), levels):
        svg = read_svg(result, mark=(0.3, "as reported"), order="estimate")
        assert "Dashed line: as reported, 30%." in svg
    for result in (pooled, compare_subgroups(pooled, by="group")):
        svg = read_svg(result, judgements={"JBI checklist": JUDGED})
        assert "JBI checklist: A, Sample frame; B, Response rate." in svg
        assert ">not applicable</text>" in svg


def test_effects_are_marked_on_their_own_scale():
    data = {"study": [*"ABC"], "effect": [0.1, 2.0, -1.5], "variance": [0.1, 0.2, 0.3]}
    assert "Dashed line: no effect, 0." in read_svg(pool_effects(data), mark=(0, "no effect"))


def test_studies_that_are_not_pooled_are_grey():
    events = [*EXHAUSTION["events"]]
    events[3] = None
    pooled = pool_prevalence({**EXHAUSTION, "events": events}, missing="drop")
    frame, options = make_forest(pooled)
    grey = frame[frame["kind"] == "excluded"]
    assert grey["study"].tolist() == ["Study 3"]
    assert grey[["estimate", "events"]].isna().all(axis=None)
    assert "Grey: not pooled." in options["footer"]
    assert ">Study 3</text>" in read_svg(pooled)
    kept = make_forest(pool_prevalence(EXHAUSTION))[0]
    assert "excluded" not in set(kept["kind"])


def test_studies_without_a_group_are_grey_under_a_heading():
    groups = [*"abababab", None, "a", "b"]
    found = compare_subgroups(pool_prevalence({**EXHAUSTION, "g": groups}), by="g", missing="drop")
    frame, _ = make_blocks(found)
    at = frame.index[frame["study"] == "In no group"][0]
    assert frame["kind"][at] == "heading"
    assert (frame["kind"][at + 1], frame["study"][at + 1]) == ("excluded", "Study 8")


def test_rows_of_one_study_are_a_cluster():
    names = ["A", "A", *map(str, range(9))]
    with pytest.warns(ReviewkitWarning, match="Several rows from one study"):
        pooled = pool_prevalence({**EXHAUSTION, "study": names})
    frame, options = make_forest(pooled, "precision")
    assert (frame["cluster"].dropna() == frame.loc[frame["kind"] == "study", "study"]).all()
    assert "Shaded: rows of one study." in options["footer"]


def test_rows_of_a_cluster_are_shaded_and_ordered_within_it():
    data = {**EXHAUSTION, "sample": [*"aabbbccdefg"]}
    result = pool_multilevel(data, cluster="sample")
    frame, options = result._make_forest("estimate")
    studies = frame[frame["kind"] == "study"]
    for _, some in studies.groupby("cluster"):
        assert some["estimate"].is_monotonic_increasing
    assert studies["cluster"].tolist() == [*"aabbbccdefg"]
    assert "Shaded: rows of one sample." in options["footer"]


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_pages_are_files(form, tmp_path):
    rng = np.random.default_rng(1)
    total = rng.integers(20, 500, 60)
    data = {"study": [f"S{i}" for i in range(60)], "events": total // 3, "total": total}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pooled = pool_prevalence(data)
        files = pooled.save_pages(tmp_path / f"forest.{form}", height=120, dpi=60)
    names = [file.name for file in files]
    assert names == [f"forest-{i}.{form}" for i in range(1, len(files) + 1)]
    assert len(files) > 1
    assert all(file.stat().st_size for file in files)
    (one,) = pooled.save_pages(tmp_path / f"all.{form}", height=900, dpi=60)
    assert one.name == f"all.{form}"


def test_an_unknown_order_or_mark():
    pooled = pool_prevalence(EXHAUSTION)
    with pytest.raises(InputError, match="`order` must be one of 'estimate'"):
        pooled.plot(order="size")
    with pytest.raises(InputError, match=r"`mark` must be a number between 0 and 1.*Got 30"):
        pooled.plot(mark=30)
