"""The funnel of a pooled result: which studies lie outside, and by what region."""

import numpy as np
import pandas as pd
import pytest
from pooling_cases import EXHAUSTION, table

from reviewkit._core.errors import InputError
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.funnels import make_funnel
from reviewkit.meta.pooling import pool_effects, pool_prevalence


def test_outside_is_beyond_1_96_standard_errors_of_the_pooled_effect():
    pooled = pool_prevalence(EXHAUSTION)
    funnel = make_funnel(pooled)
    studies = pooled.studies
    beyond = np.abs(studies.effects - pooled.transformed_estimate) > 1.959964 * np.sqrt(
        studies.variances
    )
    assert (funnel.outside == beyond).all()
    assert funnel.to_frame()["outside"].sum() == beyond.sum()
    assert f"{beyond.sum()} of 11 studies lie outside" in funnel.summary()
    assert any("no evidence of publication bias" in note for note in funnel.notes)


@pytest.mark.parametrize("scale", TRANSFORMS)
def test_by_n_the_region_is_the_standard_error_of_the_pooled_prevalence(scale):
    data = table(*((round(0.2 * n), n) for n in (20, 50, 100, 400, 1000)))
    pooled = pool_prevalence(data, transform=scale, ci="z")
    funnel = make_funnel(pooled, by="n")
    studies = pooled.studies
    assert funnel.spread / np.sqrt(studies.total) == pytest.approx(
        np.sqrt(studies.variances), rel=0.03
    )
    assert not funnel.outside.any()


def test_effects_have_no_region_by_n(tmp_path):
    data = {
        "study": list("ABC"),
        "effect": [0.1, 0.4, 0.3],
        "variance": [0.1, 0.2, 0.3],
        "size": [90, 40, 30],
    }
    pooled = pool_effects(data)
    funnel = make_funnel(pooled, by="n", total="size")
    assert funnel.spread is None
    assert not funnel.outside.any()
    assert funnel.to_frame()["n"].tolist() == [90, 40, 30]
    assert "No region by n" in str(funnel)
    assert funnel.save(tmp_path / "a.svg").stat().st_size > 1000
    with pytest.raises(InputError, match=r"must have the column 'total' once.*near it"):
        make_funnel(pool_effects({**data, "totals": data["size"]}), by="n")


@pytest.mark.parametrize("by", ["se", "n"])
@pytest.mark.parametrize("scale", TRANSFORMS)
def test_every_scale_has_labels_in_per_cent(scale, by):
    ax = make_funnel(pool_prevalence(EXHAUSTION, transform=scale), by=by).plot(width=84)
    texts = {t.get_text() for t in ax.findobj(lambda a: hasattr(a, "get_text"))}
    assert any(text.startswith("Prevalence, %") for text in texts)
    assert {"20", "40"} <= texts or {"20", "50"} <= texts
    assert any(text.startswith("Region: pooled prevalence ± 1.96 ×") for text in texts)
    assert by == "n" or f"Standard error of {TRANSFORMS[scale].label}" in texts


def test_none_and_all_have_a_funnel():
    for x in (0, 30):
        pooled = pool_prevalence(table(*((x, 30), (x, 30), (x and 90, 90))))
        for by in ("se", "n"):
            assert isinstance(make_funnel(pooled, by=by).to_frame(), pd.DataFrame)
            assert make_funnel(pooled, by=by).plot() is not None


def test_an_infinite_centre_has_no_funnel():
    pooled = pool_prevalence(table((0, 20), (0, 30), (0, 90)), model="glmm")
    with pytest.raises(InputError, match=r"finite centre\. Got -inf"):
        make_funnel(pooled).plot()


def test_an_unknown_axis():
    with pytest.raises(InputError, match="`by` must be one of 'se', 'n'"):
        make_funnel(pool_prevalence(EXHAUSTION), by="variance")
