"""The multiverse: each specification is a fresh pool, laws of what choices explain, and misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from pooling_cases import EXHAUSTION, STRESS, counts

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.multiverses import multiverse
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.present.axes import close_axes

COLUMNS = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2"]
EMPTY = {
    "study": list("abcdefg"),
    "events": [12, 0, 33, 8, 40, 21, 5],
    "total": [80, 40, 120, 33, 41, 90, 77],
    "year": [2001, 2004, 2009, 2011, 2015, 2018, 2022],
    "country": ["UK", "US", "UK", "UK", "US", "US", "UK"],
}


def take(data, rows):
    return {name: np.array(column)[rows] for name, column in data.items()}


def same(row, pooled):
    """Say whether a specification is a fresh pool, to the rounding of another order of sums."""
    found = [row[name] for name in COLUMNS]
    told = [getattr(pooled, name) for name in COLUMNS]
    np.testing.assert_allclose(found, told, rtol=1e-7, atol=1e-9)
    assert (row["k"], row["n"]) == (pooled.k, pooled.n)


@pytest.mark.filterwarnings("ignore:.*back-transformed estimate")
@pytest.mark.parametrize("data", [EXHAUSTION, STRESS, EMPTY], ids=["exhaustion", "stress", "empty"])
def test_each_specification_is_a_fresh_pool(data):
    frame = multiverse(data, zero_cells="affected").to_frame()
    for row in frame.to_dict("records"):
        options = {"model": row["model"], "ci": row["ci"]}
        options |= {"tau2": row["tau2_by"]} if row["tau2_by"] else {}
        options |= {"transform": row["transform"]} if row["transform"] else {}
        same(row, pool_prevalence(data, **options))


def test_a_filter_is_a_pool_of_its_studies():
    worlds = multiverse(
        EMPTY, model="random", transform=["logit", "freeman-tukey"], tau2="REML", ci="HK",
        filters={"new": "year >= 2009", "British": [c == "UK" for c in EMPTY["country"]]},
    )  # fmt: skip
    rows = {"new": [2, 3, 4, 5, 6], "British": [0, 2, 3, 6], "all studies": range(7)}
    frame = worlds.to_frame()
    frame = frame[frame["zero_cells"].isin(["", "affected"])]
    assert len(frame) == 6
    for row in frame.to_dict("records"):
        data = take(EMPTY, [*rows[row["studies"]]])
        same(row, pool_prevalence(data, transform=row["transform"]))


def test_empty_cells_are_treated_as_named():
    frame = multiverse(
        EMPTY, model="random", transform="logit", tau2="REML", ci="HK",
        zero_cells=["affected", "all-if-any", "all", "drop"],
    ).to_frame()  # fmt: skip
    # "all-if-any" and "all" differ in name only where a study is affected
    assert [*frame["zero_cells"]] == ["affected", "all-if-any", "all", "drop"]
    all_of_them = frame.iloc[[1, 2]]["estimate"]
    assert all_of_them.iloc[0] == all_of_them.iloc[1]
    x, n = np.array(EMPTY["events"]) + 0.5, np.array(EMPTY["total"]) + 1
    effects = {"study": EMPTY["study"], "effect": np.log(x / (n - x)), "variance": n / x / (n - x)}
    told = TRANSFORMS["logit"].inverse(np.array(pool_effects(effects).estimate), 0.0)
    assert frame["estimate"][1] == pytest.approx(float(told), rel=1e-9)
    same(frame.iloc[3], pool_prevalence(take(EMPTY, [0, 2, 3, 4, 5, 6])))


def test_effects_have_models_estimators_intervals_and_filters():
    data = {"study": list("abcd"), "effect": [0.1, 0.3, 0.35, 0.65], "variance": [0.03] * 4}
    worlds = multiverse(data, filters={"two": [True, True, False, False]})
    frame = worlds.to_frame()
    assert [*frame][:5] == ["model", "tau2_by", "ci", "studies", "estimate"]
    assert set(frame["model"]) == {"random", "common"}
    for row in frame[frame["studies"] == "all studies"].to_dict("records"):
        options = {"tau2": row["tau2_by"]} if row["tau2_by"] else {}
        told = pool_effects(data, model=row["model"], ci=row["ci"], **options)
        assert row["estimate"] == pytest.approx(told.estimate, rel=1e-9)
        assert row["ci_high"] == pytest.approx(told.ci_high, rel=1e-9)
    assert "of their intervals exclude 0" in worlds.summary()


def test_the_door_leads_here():
    assert rk.multiverse is multiverse


# Laws


@pytest.mark.filterwarnings("ignore:.*back-transformed estimate")
@given(counts(min_k=2, max_k=6, max_n=300))
@settings(max_examples=25, deadline=None)
def test_limits_hold_the_estimate_and_shares_sum_to_one_at_most(data):
    worlds = multiverse(data, filters={"first": [True] + [False] * (len(data["total"]) - 1)})
    frame = worlds.to_frame().dropna(subset=["estimate"])
    assert ((frame["ci_low"] <= frame["estimate"]) & (frame["estimate"] <= frame["ci_high"])).all()
    assert frame[["estimate", "ci_low", "ci_high"]].stack().between(0, 1).all()
    shares = worlds.to_shares()
    assert (shares["estimate"] >= 0).all()
    lost = worlds.to_frame()["estimate"].isna().any()  # the design is then not balanced
    assert lost or shares["estimate"].sum() <= 1 + 1e-9


def test_no_specification_is_listed_twice():
    frame = multiverse(EMPTY, filters={"new": "year > 2004"}).to_frame()
    choices = [*frame][:6]
    assert not frame.duplicated(choices).any()
    assert len(frame) == multiverse(EMPTY, filters={"new": "year > 2004"}).n_specifications


def test_one_choice_explains_all_if_it_is_the_only_one():
    worlds = multiverse(EXHAUSTION, model="random", transform="logit", ci="HK")
    assert worlds.varied == ("tau2",)
    assert worlds.to_shares()["estimate"][0] == pytest.approx(1)
    assert "the estimator of τ² (100 %)" in worlds.sentence


def test_intervals_move_no_estimate():
    worlds = multiverse(EXHAUSTION, model="random", transform="logit", tau2="REML")
    assert worlds.sentence == "No choice moves the estimate."
    assert worlds.to_shares()["width"][0] == pytest.approx(1)


def test_the_order_of_studies_does_not_matter():
    turned = take(EMPTY, [3, 0, 6, 2, 5, 1, 4])
    first, second = multiverse(EMPTY).to_frame(), multiverse(turned).to_frame()
    np.testing.assert_allclose(first[COLUMNS], second[COLUMNS], rtol=1e-6, atol=1e-8)


def test_what_has_no_result_is_counted():
    data = {"study": list("ab"), "events": [0, 4], "total": [9, 4]}
    worlds = multiverse(data, zero_cells=["affected", "drop"])
    assert worlds.to_frame()["estimate"].isna().any()
    assert "have no result: they leave no study" in worlds.notes[0]


def test_one_study_has_an_answer():
    worlds = multiverse({"study": ["a"], "events": [3], "total": [10]}, model=["random", "common"])
    assert worlds.to_frame()["estimate"].notna().all()


def test_what_is_the_same_throughout_is_told():
    worlds = multiverse(EXHAUSTION, model="random", ci="HK")
    assert worlds.notes == ("The same throughout: the model: random; the kind of interval: HK.",)


def test_a_missing_number_is_counted():
    data = {**EMPTY, "events": [None, *EMPTY["events"][1:]]}
    worlds = multiverse(data, missing="drop", filters={"old": [True] * 3 + [False] * 4})
    assert worlds.notes[0].startswith("1 rows left out") or "left out" in worlds.notes[0]
    assert set(worlds.to_frame()["k"]) >= {2, 6}


@pytest.mark.parametrize("width", [84, 174])
def test_the_picture_says_what_it_shows(width):
    from reviewkit.present.axes import close_axes

    ax = multiverse(EMPTY, filters={"new": "year > 2004"}).plot(width=width)
    assert ax.get_label().startswith("Specification curve of")
    assert "Empty cells" in ax.get_label()
    close_axes(ax)


# Misuse


@pytest.mark.parametrize("name", ["model", "transform", "tau2", "ci", "zero_cells"])
def test_an_unknown_option_is_named(name):
    with pytest.raises(InputError, match=f"`{name}` must be one of"):
        multiverse(EMPTY, **{name: ["reml"]})


def test_no_option_is_too_few():
    with pytest.raises(InputError, match="`tau2` must have an option or more"):
        multiverse(EMPTY, tau2=[])


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("yeer > 2004", "'yeer' is not defined"),
        ("year >", "'year >'"),
        ("year + 1", "gives 2002"),
        ([True, False], "2 values for 7 rows"),
        ("year > 3000", "leaves none of 7"),
        ([None, *[True] * 6], "gives None"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(choice, found):
    with pytest.raises(InputError, match=found) as caught:
        multiverse(EMPTY, filters={"mine": choice})
    assert "'mine'" in str(caught.value)


@pytest.mark.parametrize("options", [{"transform": "logit"}, {"zero_cells": "drop"}])
def test_effects_have_no_scales(options):
    data = {"study": list("ab"), "effect": [0.1, 0.3], "variance": [0.1, 0.1]}
    with pytest.raises(InputError, match="must be left out where effects are pooled"):
        multiverse(data, **options)


def test_effects_have_no_model_of_counts():
    data = {"study": list("ab"), "effect": [0.1, 0.3], "variance": [0.1, 0.1]}
    with pytest.raises(InputError, match="model='glmm' must have counts"):
        multiverse(data, model="glmm")


def test_no_result_at_all_is_an_error():
    data = {"study": list("ab"), "events": [0, 4], "total": [9, 4]}
    with pytest.raises(InputError, match="A specification at least must have a result"):
        multiverse(data, zero_cells="drop", transform="logit", model="random")


def test_the_figure_prints_names_and_not_arguments():
    worlds = multiverse(
        EXHAUSTION, model=["random", "common"], transform=["logit", "freeman-tukey"], tau2="REML",
        ci=["z", "HK"],
    )  # fmt: skip
    ax = worlds.plot(width=84)
    texts = {t.get_text() for t in ax.findobj(lambda a: hasattr(a, "get_text"))}
    assert {"Freeman–Tukey", "Hartung–Knapp", "normal", "logit", "random"} <= texts
    assert not {"freeman-tukey", "HK", "z"} & texts
    marks = [a for a in ax.findobj() if (a.get_gid() or "").startswith("taken-")]
    assert len(marks) == 6
    close_axes(ax)
