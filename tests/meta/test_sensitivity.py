"""Every sensitivity analysis against metafor and meta, and how its result reads."""

import json
from pathlib import Path

import numpy as np
import pytest
from pooling_cases import EXHAUSTION
from sensitivity_cases import GOLDENS, assert_finds, find, to_rows

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.meta.contributions import baujat_contributions
from reviewkit.meta.cumulative import cumulative_pool
from reviewkit.meta.diagnostics import influence_measures
from reviewkit.meta.filled import trim_and_fill
from reviewkit.meta.left_out import leave_one_out
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.selection import selection_model
from reviewkit.meta.sensitivity import print_lines, write_value
from reviewkit.meta.subsets import all_subsets

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

ANALYSES = {
    "leave_one_out": leave_one_out,
    "cumulative_pool": lambda pooled: cumulative_pool(pooled, by=range(pooled.k)),
    "influence_measures": influence_measures,
    "baujat_contributions": baujat_contributions,
    "all_subsets": all_subsets,
    "trim_and_fill": trim_and_fill,
    "selection_model": selection_model,
}
EFFECTS = {"study": [*"ABCDE"], "effect": [0.1, 0.3, 0.35, 0.4, 1.9]}
EFFECTS["variance"] = [0.03, 0.03, 0.05, 0.01, 0.02]
EXTREMES = {
    "two": {"effect": [0.2, 0.9], "variance": [0.1, 0.04]},
    "equal": {"effect": [0.3] * 5, "variance": [0.1, 0.2, 0.1, 0.05, 0.3]},
    "identical": {"effect": [0.3] * 4, "variance": [0.1] * 4},
    "tiny": {"effect": [1e-5, 3e-5, -2e-5, 4e-5], "variance": [1e-8, 2e-8, 1e-8, 3e-8]},
    "huge": {"effect": [1e5, 3e5, -2e5, 4e5], "variance": [1e8, 2e8, 1e8, 3e8]},
    "wide": {"effect": [0.1, 0.2, 0.3, 0.9], "variance": [1e-8, 1.0, 1e8, 0.1]},
}


def name_of(row):
    call = "-".join(str(value).replace(" ", "") for value in row["call"].values())
    return "-".join(filter(None, (row["key"], row["kind"], row["method"], call)))


def assert_matches(data, row):
    """Check a row, or that we have no answer where R has none."""
    if not row["fails"]:
        assert_finds(data, row)
    elif row["kind"] == "trimfill":
        with pytest.raises(InputError, match="'Q0' must have studies on both sides"):
            find(data, row)
    else:  # R's climb did not arrive; ours does
        assert np.isfinite(find(data, row)["log_likelihood"])


class TestAgainstR:
    @pytest.mark.parametrize("row", GOLDENS["rows"], ids=name_of)
    def test_goldens(self, row):
        assert_matches(GOLDENS["inputs"][row["key"]], row)

    def test_the_goldens_hold_every_kind_and_an_answer_that_there_is_none(self):
        rows = GOLDENS["rows"]
        assert len({row["kind"] for row in rows}) == 8
        assert any(row["fails"] for row in rows)
        assert any(any(row["values"].get("influential", [])) for row in rows)

    def test_all_cases_of_the_reference(self):
        if not REFERENCE.exists():
            pytest.skip(f"the full reference answers are not here: {REFERENCE}")
        read = [
            json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["cases"]
            for name in ("regression_inputs", "regression_bias", "pooling_meta")
        ]
        inputs = {case["key"]: case for case in read[0]}
        rows = [row for case in [*read[1], *read[2]] for row in to_rows(case)]
        assert len(rows) == 60 + 90 + 60 + 2 * 60 + 534 + 30 + 20 + 36
        for row in rows:
            assert_matches(inputs[row["key"]], row)


@pytest.mark.parametrize("data", [EXHAUSTION, EFFECTS], ids=["prevalence", "effects"])
@pytest.mark.parametrize("name", ANALYSES)
class TestReading:
    def analyse(self, name, data):
        pool = pool_prevalence if "events" in data else pool_effects
        return ANALYSES[name](pool(data))

    def test_summary_has_the_finding_the_recipe_and_the_notes(self, name, data):
        found = self.analyse(name, data)
        lines = found.summary().splitlines()
        assert lines[0] == type(found).title
        assert lines[2] == found.recipe
        assert f"k = {found.pooled.k}" in found.recipe
        assert [line for line in lines if line.startswith("Note: ")] == [
            f"Note: {note}" for note in found.notes
        ]

    def test_html_says_the_same(self, name, data):
        text = self.analyse(name, data)._repr_html_()
        assert text.startswith("<h4>")
        assert "<table" in text

    def test_two_frames_are_equal_and_of_their_own(self, name, data):
        found = self.analyse(name, data)
        first = found.to_frame()
        first[first.columns[-1]] = "changed"
        assert not found.to_frame().equals(first)
        assert found.to_frame().equals(found.to_frame())


@pytest.mark.parametrize("ci", ["z", "HK"])
@pytest.mark.parametrize("model", ["random", "common"])
@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize(
    "name", [n for n in ANALYSES if n not in ("trim_and_fill", "selection_model")]
)
@pytest.mark.filterwarnings("ignore:The Hartung:reviewkit._core.errors.ReviewkitWarning")
def test_extremes_have_an_answer(name, extreme, model, ci):
    data = {"study": [*"ABCDEFG"[: len(EXTREMES[extreme]["effect"])]], **EXTREMES[extreme]}
    found = ANALYSES[name](pool_effects(data, model=model, ci=ci))
    frame = found.to_frame()
    assert len(frame) >= len(data["study"])
    if "estimate" in frame:
        assert np.isfinite(frame["estimate"]).all()
    assert found.summary()


@pytest.mark.parametrize(
    "name", ["influence_measures", "baujat_contributions", "trim_and_fill", "selection_model"]
)
@pytest.mark.parametrize("model", ["glmm", "beta-binomial"])
def test_models_of_counts_have_no_effects(name, model):
    with pytest.raises(
        InputError, match=f"Got model='{model}', which takes the counts as they are"
    ):
        ANALYSES[name](pool_prevalence(EXHAUSTION, model=model))


@pytest.mark.parametrize(
    "name", [n for n in ANALYSES if n not in ("cumulative_pool", "selection_model")]
)
def test_one_study_is_not_enough(name):
    pooled = pool_effects({"study": ["A"], "effect": [0.1], "variance": [0.2]})
    with pytest.raises(InputError, match=r"must have 2 studies or more\. Got 1"):
        ANALYSES[name](pooled)


@pytest.mark.parametrize("name", ANALYSES)
def test_only_pooled_results_can_be_varied(name):
    options = {"by": "year"} if name == "cumulative_pool" else {}
    with pytest.raises(InputError, match="must have a result of pool_prevalence or pool_effects"):
        getattr(rk, name)([1, 2], **options)


def test_values_are_written_as_the_reader_sees_them():
    assert write_value(pool_prevalence(EXHAUSTION), 0.40891, [0.2, 0.6]) == "40.9 %"
    assert write_value(pool_effects(EFFECTS), -0.4, [-0.5, 0.5]) == "−0.40"


def test_lines_below_a_figure():
    assert print_lines(["50 % and P < 0.001"]) == ["50% and P\u00a0<\u00a00.001"]
