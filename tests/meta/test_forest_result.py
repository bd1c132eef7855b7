"""Results that are drawn as forest plots: marks, judgements, grey and shaded rows, pages."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
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
    told = "Shaded: rows of one sample; within each by estimate, smallest first."
    assert told in options["footer"]
    assert frame["study"][frame["kind"] == "heading"].tolist() == [
        "Sample: a", "Sample: b", "Sample: c"
    ]  # fmt: skip
    _, options = result._make_forest(None)
    assert "within each in the order of the table." in options["footer"][-1]


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


LOGS = {"study": list("ABC"), "effect": [-0.69, 0.0, 0.41], "variance": [0.04, 0.05, 0.06]}


@pytest.mark.parametrize("width", [84, 174])
def test_logarithms_are_shown_as_ratios(width):
    pooled = pool_effects(LOGS)
    ax = pooled.plot(ratio=True, heading="Odds ratio", mark=0.8, width=width)
    texts = {t.get_text() for t in ax.findobj(lambda a: hasattr(a, "get_text"))}
    assert {"Odds ratio", "0.50", "1.00", "Dashed line: marked value, 0.8."} <= texts
    assert "Odds ratio: estimates from 0.50 to 1.51." in ax.get_label()
    assert any("heterogeneity is that of the" in text for text in texts)
    close_axes(ax)


def test_the_name_of_an_effect_stands_above_and_below():
    ax = pool_effects(LOGS).plot(heading="Log odds ratio")
    texts = [t.get_text() for t in ax.findobj(lambda a: hasattr(a, "get_text"))]
    assert texts.count("Log odds ratio") == 2
    assert "Effect" not in texts
    close_axes(ax)


def test_pages_are_of_ratios_too(tmp_path):
    (path,) = pool_effects(LOGS).save_pages(tmp_path / "a.svg", ratio=True, heading="Risk ratio")
    assert "Risk ratio" in path.read_text(encoding="utf-8")


def test_what_is_no_logarithm_is_no_ratio():
    with pytest.raises(InputError, match=r"`ratio` must go with .* logarithms.* Got prevalences"):
        pool_prevalence(EXHAUSTION).plot(ratio=True)
    large = LOGS | {"effect": [120.0, 140.0, 90.0], "variance": [40.0, 50.0, 60.0]}
    with pytest.raises(InputError, match="Got an effect of 237"):
        pool_effects(large).plot(ratio=True)


def test_lines_at_the_ticks_are_seen_on_shaded_rows():
    names = ["A", "A", *map(str, range(9))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        ax = pool_prevalence({**EXHAUSTION, "study": names}).plot()
    groups = {a.get_gid(): a for a in ax.get_children()}
    band = groups["bands"].artists[0].get_facecolor()
    line = next(a for a in groups["scale"].artists if a.get_linewidth() == 0.5)
    assert to_rgb(line.get_color())[0] < band[0] - 0.05
    close_axes(ax)
