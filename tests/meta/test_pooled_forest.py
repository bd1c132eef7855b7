"""The forest plot of a pooled result: its rows, its footer, and that it draws."""

import numpy as np
import pytest
from matplotlib.text import Text
from pooling_cases import EXHAUSTION, STRESS, table

from reviewkit._core.errors import InputError
from reviewkit.meta.pooled_forest import ORDERS, make_forest
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.present.axes import close_axes

EXTREME = table((0, 44), (12, 60), (30, 30), (4, 150), (61, 80))
EFFECTS = {"study": [*"ABC"], "effect": [-0.1, 0.2, 0.5], "variance": [0.1, 0.02, 0.05]}
RESULTS = {
    "random": lambda: pool_prevalence(EXHAUSTION),
    "common": lambda: pool_prevalence(STRESS, model="common", ci="z"),
    "extreme": lambda: pool_prevalence(EXTREME),
    "raw": lambda: pool_prevalence(EXTREME, transform="raw"),
    "tiny": lambda: pool_prevalence(table((1, 120_000), (0, 100_000), (2, 300_000))),
    "one": lambda: pool_prevalence(table((7, 40))),
    "effects": lambda: pool_effects(EFFECTS),
}


class TestRows:
    def test_studies_then_a_diamond_then_the_prediction(self):
        pooled = pool_prevalence(EXHAUSTION)
        frame, options = make_forest(pooled)
        assert frame["kind"].tolist() == ["study"] * 11 + ["gap", "pooled", "prediction"]
        diamond, bar = frame.iloc[12], frame.iloc[13]
        assert diamond["study"].replace("\u00a0", " ") == "Random-effects model (REML), k = 11"
        assert (diamond["events"], diamond["total"]) == (2961, 8426)
        ends = [diamond[name] for name in ("ci_low", "estimate", "ci_high")]
        assert ends == [pooled.ci_low, pooled.estimate, pooled.ci_high]
        assert (bar["pi_low"], bar["pi_high"]) == (pooled.pi_low, pooled.pi_high)
        assert frame["weight"][:11].sum() == pytest.approx(1)
        assert options["scale"] == "percent"

    def test_no_prediction_where_there_is_none(self):
        for options in ({"model": "common"}, {"prediction": "HTS"}):
            frame, _ = make_forest(pool_prevalence(table((5, 50), (14, 100)), **options))
            assert frame["kind"].tolist() == ["study", "study", "gap", "pooled"]

    def test_one_study_is_not_pooled(self):
        frame, options = make_forest(pool_prevalence(table((7, 40))))
        assert frame["kind"].tolist() == ["study"]
        assert options["footer"][-1].startswith("One study: nothing is pooled")
        assert "Heterogeneity" not in " ".join(options["footer"])

    def test_no_event_and_all_keep_their_lopsided_intervals(self):
        frame, _ = make_forest(pool_prevalence(EXTREME))
        none, full = frame.iloc[0], frame.iloc[2]
        assert none["estimate"] == none["ci_low"] == 0 < none["ci_high"]
        assert full["ci_low"] < 1 == full["estimate"] == full["ci_high"]

    def test_effects(self):
        frame, options = make_forest(pool_effects(EFFECTS))
        assert options["scale"] == "plain"
        assert "events" not in frame


class TestOrder:
    def test_by_estimate(self):
        frame, options = make_forest(pool_prevalence(EXHAUSTION), "estimate")
        assert (np.diff(frame["estimate"][:11]) >= 0).all()
        assert "Studies by estimate, smallest first." in options["footer"]

    def test_by_precision(self):
        pooled = pool_prevalence(EXHAUSTION)
        frame, _ = make_forest(pooled, "precision")
        assert (np.diff(frame["weight"][:11]) <= 0).all()

    def test_by_name(self):
        data = EXTREME | {"study": ["b", "C", "a", "E", "d"]}
        frame, _ = make_forest(pool_prevalence(data), "study")
        assert frame["study"][:5].tolist() == ["a", "b", "C", "d", "E"]

    @pytest.mark.parametrize("order", [None, *ORDERS])
    def test_every_order_shows_each_study_once_and_says_so(self, order):
        frame, options = make_forest(pool_prevalence(EXHAUSTION), order)
        assert sorted(frame["study"][:11]) == sorted(EXHAUSTION["study"])
        assert sum(line.startswith("Studies ") for line in options["footer"]) == 1

    def test_unknown_order_lists_the_known(self):
        with pytest.raises(InputError, match="`order` must be one of 'estimate', 'precision'"):
            pool_prevalence(EXHAUSTION).plot(order="year")


class TestFooter:
    def test_says_all_that_a_reader_needs(self):
        pooled = pool_prevalence(EXHAUSTION)
        text = " ".join(make_forest(pooled)[1]["footer"]).replace("\u00a0", " ")
        for part in (
            "Random-effects model on logits, τ² by REML", "Hartung–Knapp with t, 10 df",
            "τ² = 1.21 (95% CI 0.577–3.83)", "I² = 99.2% (95% CI 98.4–99.8)",
            "Q = 1,195.2, df = 10, P < 0.001", "k = 11, N = 8,426", "Clopper–Pearson",
            "Studies in the order of the table.",
        ):  # fmt: skip
            assert part in text
        assert "test for overall effect" not in text.lower()

    def test_has_the_facts_of_notes_and_no_advice_on_calls(self):
        pooled = pool_prevalence(table((10, 100), (21, 200), (32, 300)))
        text = " ".join(make_forest(pooled)[1]["footer"])
        assert "narrower here than the classic one" in text
        assert "ci=" not in text
        assert "ci='HK-adhoc'" in pooled.notes[0]


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("name", RESULTS)
def test_draws(name, width):
    pooled = RESULTS[name]()
    ax = pooled.plot(width=width)
    try:
        shown = {artist.get_text() for artist in ax.findobj(Text)}
        assert "Study" in shown
        assert ("Events" in shown) == (width > 100 and name != "effects")
        told = any(text.startswith("95% prediction") for text in shown)
        assert told == (name not in ("common", "one"))
    finally:
        close_axes(ax)


def test_saves(tmp_path):
    path = pool_prevalence(STRESS).save(tmp_path / "stress.svg", width=84)
    assert path.read_text(encoding="utf-8").lstrip().startswith("<")
