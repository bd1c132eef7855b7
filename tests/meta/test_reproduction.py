"""Which recipe gives a published result: known ones are found, others are not."""

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pooling_cases import EXHAUSTION, STRESS, counts, table

from reviewkit._core.errors import InputError
from reviewkit.meta.back_sizes import BACK_SIZES
from reviewkit.meta.engine import INTERVALS
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooling import pool_prevalence
from reviewkit.meta.printed_numbers import find_contradictions, read_printed
from reviewkit.meta.reproduction import reproduce
from reviewkit.meta.zero_cells import ZERO_CELLS

PREVALENCE = Path(__file__).parents[3] / "shared" / "prevalence"

# Depression after myocardial infarction, 19 studies of Feng and others (2019).
FENG = table(
    (191, 550), (140, 588), (538, 2411), (531, 806), (807, 1941), (175, 632), (132, 337),
    (167, 896), (128, 283), (89, 288), (37, 204), (76, 284), (41, 204), (72, 785), (33, 244),
    (35, 222), (90, 331), (438, 1042), (98, 267),
)  # fmt: skip
AS_PRINTED = {"estimate": "28.70%", "ci_low": "22.39", "ci_high": "35.46"}
HOW = ["model", "transform", "tau2_by", "ci", "back_n"]


def ways(found):
    return found.matches[HOW].to_dict("records")


class TestAgainstPublishedReviews:
    def test_feng_is_a_double_arcsine_of_dersimonian_and_laird(self):
        found = reproduce(FENG, reported=AS_PRINTED)
        expected = ("random", "freeman-tukey", "DL", "z", "harmonic")
        assert ways(found) == [dict(zip(HOW, expected, strict=True))]
        assert (
            found.summary()
            .splitlines()[1]
            .startswith("28.70 %, CI 22.39–35.46 % is reproduced by 1 of ")
        )
        assert "back-transformed at the harmonic mean of n" in found.summary()

    @pytest.mark.parametrize(
        "reported",
        [
            {"estimate": 28.7, "ci_low": 22.39, "ci_high": 35.46},
            {"estimate": "0.2870", "ci": ("0.2239", "0.3546"), "tau2": "0.0252", "i2": "98.4%"},
            {"estimate": "28·70 %", "ci": "22·39 to 35·46", "i2": 98.4},
            {"ci": "(22.39-35.46)"},
        ],
    )
    def test_feng_however_it_is_written(self, reported):
        matches = reproduce(FENG, reported=reported).matches
        assert matches["tau2_by"].tolist() == ["DL"]
        assert matches["transform"].tolist() == ["freeman-tukey"]

    def test_feng_by_other_recipes(self):
        logit = reproduce(FENG, reported={"estimate": "27.93", "ci": "22.13–34.57"})
        assert ways(logit)[0]["transform"] == "logit"
        assert (logit.matches[["tau2_by", "ci"]] == ["REML", "z"]).all(axis=None)
        counted = reproduce(FENG, reported={"estimate": "27.86%", "ci": "22.20–34.34%"})
        assert counted.matches["model"].tolist() == ["glmm"]

    def test_opioid_misuse_to_its_prediction_interval(self):
        path = PREVALENCE / "opioid_misuse.csv"
        if not path.exists():
            pytest.skip(f"the published counts are not here: {path}")
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        data = {"study": [row["author"] for row in rows]}
        data |= {
            "events": [int(row["event"]) for row in rows],
            "total": [int(row["n"]) for row in rows],
        }
        reported = {
            "estimate": "0.0944",
            "ci": "0.0836–0.1066",
            "tau2": "0.0558",
            "pi": "0.0582–0.1498",
        }
        matches = reproduce(data, reported=reported).matches
        assert matches[["model", "ci", "prediction"]].to_numpy().tolist() == [["glmm", "t", "t"]]

    def test_stress_by_its_default(self):
        reported = {"estimate": "0.1852", "ci": "0.1339–0.2504", "i2": "90.82%", "tau2": "0.1697"}
        found = reproduce(STRESS, reported=reported)
        assert [(w["transform"], w["tau2_by"], w["ci"]) for w in ways(found)] == [
            ("logit", "REML", "HK"),
            ("logit", "REML", "HK-adhoc"),  # the same, where studies scatter this much
        ]
        assert set(found.matches["i2_by"]) == {"τ²/(τ² + typical variance)"}

    def test_the_other_i2_is_found_and_named(self):
        pooled = pool_prevalence(STRESS)
        share = 1 - pooled.q_df / pooled.q
        assert round(share, 3) != round(pooled.i2, 3)
        found = reproduce(
            STRESS, reported={"estimate": "18.52%", "ci": "13.39–25.04", "i2": f"{share:.1%}"}
        )
        assert set(found.matches["i2_by"]) == {"(Q − df)/Q"}


class TestNearest:
    def test_a_slip_in_one_number_is_named(self):
        found = reproduce(FENG, reported={**AS_PRINTED, "ci_high": "35.64"})
        assert found.matches.empty
        near = found.nearest.iloc[0]
        assert (near["transform"], near["tau2_by"], near["off"]) == ("freeman-tukey", "DL", 1)
        assert near["differs"] == "ci_high 35.46 instead of 35.64"
        assert near["distance"] == pytest.approx(17.67, abs=0.01)
        assert "is reproduced by none of" in found.summary()
        assert "ci_high 35.46 instead of 35.64" in found._repr_html_()

    def test_rows_are_sorted_and_matches_have_no_difference(self):
        found = reproduce(FENG, reported=AS_PRINTED)
        frame = found.to_frame()
        assert frame["off"].is_monotonic_increasing
        assert (frame.loc[frame["off"] == 0, "differs"] == "").all()
        assert (frame.loc[frame["off"] > 0, "differs"] != "").all()
        assert frame.groupby("off")["distance"].apply(lambda d: d.is_monotonic_increasing).all()
        assert len(found.nearest) == 5


class TestLaws:
    @settings(deadline=None, max_examples=25)
    @given(
        counts(min_k=2, max_k=6),
        st.sampled_from(["logit", "freeman-tukey", "arcsine", "log", "raw"]),
        st.sampled_from(["REML", "DL", "PM", "HE"]),
        st.sampled_from([*INTERVALS]),
    )
    def test_what_this_library_pools_is_found(self, data, transform, tau2, ci):
        if sum(data["events"]) in (0, sum(data["total"])):
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pooled = pool_prevalence(data, transform=transform, tau2=tau2, ci=ci)
        reported = {n: f"{getattr(pooled, n):.10f}" for n in ("estimate", "ci_low", "ci_high")}
        found = reproduce(data, reported=reported).matches
        assert (
            (found["transform"] == transform) & (found["tau2_by"] == tau2) & (found["ci"] == ci)
        ).any()

    def test_the_grid_holds_every_entry_of_the_registries(self):
        data = table((0, 20), (5, 50), (9, 60), (3, 30))
        frame = reproduce(data, reported={"estimate": "10%"}).to_frame()
        assert set(frame["model"]) == set(MODELS)
        assert set(frame["ci"]) == set(INTERVALS)
        assert set(frame["back_n"]) == {"", *BACK_SIZES}
        assert set(frame["zero_cells"]) == {"", *ZERO_CELLS}
        how = ["model", "transform", "zero_cells", "tau2_by", "ci", "prediction", "back_n"]
        assert not frame.duplicated(how).any()
        assert np.isfinite(frame[["estimate", "ci_low", "ci_high"]].to_numpy()).all()

    @pytest.mark.parametrize("zero", ["affected", "all", "all-if-any", "drop"])
    def test_empty_cells_are_treated_as_named(self, zero):
        x, n = np.array([0, 5, 9, 3]), np.array([20, 50, 60, 30])
        add = {"affected": 0.5 * (x == 0), "all": 0.5, "all-if-any": 0.5, "drop": 0 * x}[zero]
        kept = x > 0 if zero == "drop" else x >= 0
        y = np.log((x + add)[kept] / (n - x + add)[kept])
        v = (1 / (x + add)[kept]) + (1 / (n - x + add)[kept])
        mean = (y / v).sum() / (1 / v).sum()
        frame = reproduce(table(*zip(x, n, strict=True)), reported={"estimate": "10%"}).to_frame()
        row = frame.query(
            "model == 'common' and transform == 'logit' and ci == 'z' and zero_cells == @zero"
        )
        assert row["estimate"].item() == pytest.approx(1 / (1 + np.exp(-mean)))

    @pytest.mark.parametrize(
        "reported",
        [{"estimate": "287.0‰", "ci": "223.9–354.6‰"}, {"estimate": "287.0 ‰", "ci_low": 223.9}],
    )
    def test_per_mille(self, reported):
        found = read_printed(reported)
        assert [p.show(p.value) for p in found][:2] == ["28.70", "22.39"]
        assert found[0].unit == pytest.approx(1e-4)

    @pytest.mark.parametrize(("text", "unit"), [("5e-2", 0.01), ("2.87e-1", 0.001), ("1E0", 1)])
    def test_the_last_digit_before_an_exponent(self, text, unit):
        (number,) = read_printed({"estimate": text})
        assert number.value == float(text)
        assert number.unit == pytest.approx(unit)

    @pytest.mark.parametrize(
        ("reported", "note"),
        [
            ({"estimate": "50%", "ci": "60–70"}, "estimate 50 lies outside its confidence inter"),
            ({"estimate": "28.7%", "ci": "35.46–22.39"}, "35.46 to 22.39 begins above its end"),
            ({"estimate": "0.1", "pi": "0.3–0.4"}, "lies outside its prediction interval 0.3 to"),
        ],
    )
    def test_numbers_that_contradict_one_another(self, reported, note):
        found = reproduce(table((35, 80), (94, 260), (81, 443)), reported=reported)
        assert note in found.notes[0]
        assert f"Note: {found.notes[0]}" in found.summary()
        assert len(found.matches) == 0

    @pytest.mark.parametrize("reported", [{"estimate": "9%", "ci": "9–12"}, {"ci": "9–9%"}])
    def test_ends_that_are_only_rounded_are_no_contradiction(self, reported):
        assert find_contradictions(read_printed(reported)) == ()

    def test_a_negative_variance(self):
        with pytest.raises(InputError, match=r"'tau2'.* must be 0 or more"):
            read_printed({"estimate": "5%", "tau2": -1})

    def test_a_printed_number_is_a_closed_interval(self):
        (number,) = read_printed({"estimate": "12.5%"})
        assert number.fits(np.array([0.1245, 0.1255, 0.125, 0.12449, 0.12551])).tolist() == [
            True, True, True, False, False,
        ]  # fmt: skip
        (whole,) = read_printed({"estimate": 12})
        assert whole.fits(np.array([0.115, 0.125, 0.114])).tolist() == [True, True, False]

    @pytest.mark.parametrize(
        "data", [table((3, 20)), table((0, 20), (0, 30)), table((20, 20), (7, 7))]
    )
    def test_limits_have_an_answer(self, data):
        found = reproduce(data, reported={"estimate": "15%"})
        assert len(found.to_frame()) > 10


class TestMisuse:
    @pytest.mark.parametrize(
        ("reported", "message"),
        [
            ({}, "must have 'estimate' or an end of its interval. Got nothing"),
            ({"i2": "90%"}, "must have 'estimate'"),
            ({"mean": 3}, "`reported` must be one of 'estimate', 'ci_low'"),
            ({"estimate": "about 3"}, r"`reported\['estimate'\]` must be a number as printed"),
            ({"estimate": True}, "must be a number as printed"),
            ({"estimate": float("nan")}, "must be a number as printed"),
            ({"ci": "22.39"}, r"`reported\['ci'\]` must be two numbers"),
            ({"ci": (1, 2, 3)}, "must be two numbers"),
            ({"estimate": 287}, "must lie between 0 and 100 %. Got 287"),
            ([1, 2], "must be a mapping"),
        ],
    )
    def test_what_is_no_report(self, reported, message):
        with pytest.raises(InputError, match=message):
            reproduce(EXHAUSTION, reported=reported)

    def test_missing_counts(self):
        data = {**EXHAUSTION, "events": [None, *EXHAUSTION["events"][1:]]}
        with pytest.raises(InputError, match="is missing"):
            reproduce(data, reported={"estimate": "40%"})
        assert reproduce(data, reported={"estimate": "40%"}, missing="drop").k == 10
