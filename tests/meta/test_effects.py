"""Transformations of counts: against metafor's escalc, by their laws, and when misused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import TRANSFORM, counts, counts_of, name_of, rows_of, table

from reviewkit._core.errors import InputError
from reviewkit.meta.effects import TRANSFORMS, compute_effects, find_harmonic_mean

RTOL = 1e-12  # closed forms; R's answers carry 15 digits, logs of counts lose one or two

every_scale = pytest.mark.parametrize("transform", TRANSFORMS)


class TestAgainstMetafor:
    @pytest.mark.parametrize("row", rows_of("effects"), ids=name_of)
    def test_effects_and_variances(self, row):
        found = compute_effects(counts_of(row.dataset), transform=TRANSFORM[row.measure])
        assert_allclose(found["effect"], row.yi, rtol=RTOL, atol=1e-15)
        assert_allclose(found["variance"], row.vi, rtol=RTOL)

    @pytest.mark.parametrize(
        "row", [row for row in rows_of("effects") if row.own_interval], ids=name_of
    )
    def test_the_way_back_from_double_arcsines_at_each_own_n(self, row):
        for name, sign in (("lb", -1), ("est", 0), ("ub", 1)):
            z = np.add(row.yi, sign * 1.959963984540054 * np.sqrt(row.vi))
            inverse = TRANSFORMS["freeman-tukey"].inverse
            total = counts_of(row.dataset)["total"]
            found = [float(inverse(np.array(a), n)) for a, n in zip(z, total, strict=True)]
            expected = row.own_interval[("lb", "est", "ub").index(name)]
            assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


class TestLaws:
    @every_scale
    @given(data=counts())
    def test_the_way_back_leads_home(self, transform, data):
        scale = TRANSFORMS[transform]
        found = compute_effects(data, transform=transform)
        for effect, x, n in zip(found["effect"], data["events"], data["total"], strict=True):
            add = 0.5 if scale.corrected and x in (0, n) else 0
            back = float(scale.inverse(np.array(effect), n))
            assert back == pytest.approx((x + add) / (n + 2 * add), abs=1e-9)

    @every_scale
    @given(data=counts())
    def test_variances_are_positive_and_effects_finite(self, transform, data):
        found = compute_effects(data, transform=transform)
        assert np.isfinite(found["effect"]).all()
        assert (found["variance"] > 0).all()

    @every_scale
    @given(n=st.integers(2, 100_000), seed=st.integers(0, 2**32 - 1))
    def test_more_events_are_a_larger_effect(self, transform, n, seed):
        events = np.sort(np.random.default_rng(seed).choice(n - 1, min(n - 1, 5), replace=False))
        found = compute_effects(table(*((x + 1, n + 1) for x in events)), transform=transform)
        assert (np.diff(found["effect"]) > 0).all()

    @every_scale
    @given(effects=st.lists(st.floats(-5, 5), min_size=2, max_size=9), n=st.integers(1, 10**9))
    def test_the_way_back_rises_within_0_and_1(self, transform, effects, n):
        back = TRANSFORMS[transform].inverse(np.sort(effects), n)
        assert (np.diff(back) >= -1e-12).all()
        assert back.min() >= 0
        assert back.max() <= 1

    @pytest.mark.parametrize(
        ("transform", "middle"),
        [("logit", 0.0), ("arcsine", np.pi / 4), ("freeman-tukey", np.pi / 4)],
    )
    @given(data=counts())
    def test_counting_the_others_mirrors_the_effect(self, transform, middle, data):
        others = data | {"events": np.subtract(data["total"], data["events"])}
        plain, mirrored = (compute_effects(d, transform=transform) for d in (data, others))
        assert_allclose(mirrored["effect"] - middle, middle - plain["effect"], atol=1e-12)
        assert_allclose(mirrored["variance"], plain["variance"], rtol=1e-12)

    def test_a_correction_touches_the_affected_studies_only(self):
        found = compute_effects(table((0, 10), (3, 10), (10, 10)))
        assert_allclose(found["effect"], np.log([0.5 / 10.5, 3 / 7, 10.5 / 0.5]))
        assert_allclose(found["variance"][1], 1 / 3 + 1 / 7)

    def test_miller_at_the_ends_of_what_n_allows(self):
        inverse = TRANSFORMS["freeman-tukey"].inverse
        for n in (1, 7, 12.3, 10**8):
            assert inverse(np.array([-1.0, 0.0, np.pi / 2, 2.0]), n).tolist() == [0, 0, 1, 1]
        assert np.isnan(inverse(np.array(np.nan), 10.0))

    @pytest.mark.parametrize("p", [1e-6, 1e-3, 0.5 - 1e-9, 0.5, 0.9, 1 - 1e-6])
    def test_miller_keeps_its_digits(self, p):
        n = 10_000_000
        effect = compute_effects(table((round(p * n), n)), transform="freeman-tukey")["effect"]
        back = float(TRANSFORMS["freeman-tukey"].inverse(effect.to_numpy(), n)[0])
        assert back == pytest.approx(round(p * n) / n, rel=1e-9)

    def test_the_harmonic_mean(self):
        assert find_harmonic_mean(np.array([1.0, 2.0, 4.0])) == pytest.approx(12 / 7)

    def test_rows_keep_the_index_of_the_table(self):
        frame = pd.DataFrame(table((1, 10), (3, 10)), index=["x", "y"])
        found = compute_effects(frame)
        assert found.index.tolist() == ["x", "y"]
        assert found.columns.tolist() == ["study", "effect", "variance"]


class TestMisuse:
    def test_unknown_scale_lists_the_known(self):
        with pytest.raises(InputError, match=r"one of 'logit', 'freeman-tukey', .*Got 'probit'"):
            compute_effects(table((1, 10)), transform="probit")

    def test_missing_counts(self):
        with pytest.raises(InputError, match="events of 'Study 0' in row 0 is missing"):
            compute_effects(table((np.nan, 10)))
