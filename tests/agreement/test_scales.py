"""Verbal scales: every printed value, every value between, and misuse."""

import math

import pandas as pd
import pytest
from agreement_cases import calm
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.agreement.scales import SCALES, Band, Scale, choose_scale

every_scale = pytest.mark.parametrize("name", SCALES)

#: What the publications print, at both ends of each band.
PRINTED = {
    "landis-koch": {
        "poor": [-1, -0.01],
        "slight": [0, 0.20],
        "fair": [0.21, 0.40],
        "moderate": [0.41, 0.60],
        "substantial": [0.61, 0.80],
        "almost perfect": [0.81, 1],
    },
    "fleiss": {"poor": [0, 0.39], "fair to good": [0.40, 0.75], "excellent": [0.76, 1]},
    "altman": {
        "poor": [0, 0.20],
        "fair": [0.21, 0.40],
        "moderate": [0.41, 0.60],
        "good": [0.61, 0.80],
        "very good": [0.81, 1],
    },
    "cicchetti": {
        "poor": [0, 0.39],
        "fair": [0.40, 0.59],
        "good": [0.60, 0.74],
        "excellent": [0.75, 1],
    },
    "mchugh": {
        "none": [0, 0.20],
        "minimal": [0.21, 0.39],
        "weak": [0.40, 0.59],
        "moderate": [0.60, 0.79],
        "strong": [0.80, 0.90],
        "almost perfect": [0.91, 1],
    },
    "krippendorff": {"discard": [0, 0.666], "tentative": [0.667, 0.799], "rely": [0.800, 1]},
    "kamkar-2025": {
        "Poor": [-1, -0.01],
        "Slight": [0, 0.20],
        "Fair": [0.21, 0.40],
        "Good": [0.41, 0.60],
        "Substantial": [0.61, 0.80],
        "Very High": [0.81, 0.90],
        "Excellent": [0.91, 1],
    },
}


class TestAgainstThePrint:
    def test_every_scale_is_held_against_its_print(self):
        assert set(PRINTED) == set(SCALES)

    @every_scale
    def test_printed_ends_have_their_printed_word(self, name):
        for label, ends in PRINTED[name].items():
            assert [SCALES[name].label(end) for end in ends] == [label, label]

    def test_above_a_bound_begins_right_above_it(self):
        assert SCALES["fleiss"].label(0.7500001) == "excellent"
        assert SCALES["mchugh"].label(0.9000001) == "almost perfect"

    def test_a_value_in_a_printed_gap_belongs_to_the_band_below(self):
        assert SCALES["landis-koch"].label(0.8099) == "substantial"

    def test_a_flawed_scale_says_so(self):
        assert "five gaps" in SCALES["kamkar-2025"].caution


class TestLaws:
    @every_scale
    @calm
    @given(value=st.floats(-1, 1), other=st.floats(-1, 1))
    def test_no_gap_and_a_higher_value_never_has_a_lower_word(self, name, value, other):
        scale = SCALES[name]
        labels = [band.label for band in scale.bands]
        low, high = sorted((value, other))
        places = [labels.index(scale.label(v)) for v in (low, high)]
        assert places == sorted(places)
        assert scale.labels_between(low, high) == tuple(labels[places[0] : places[1] + 1])

    @every_scale
    def test_the_frame_has_no_gap(self, name):
        frame = SCALES[name].to_frame()
        assert frame["lower"].iloc[0] == -1
        assert frame["upper"].iloc[-1] == 1
        assert frame["upper"].iloc[:-1].tolist() == frame["lower"].iloc[1:].tolist()

    def test_what_is_missing_has_no_word(self):
        scale = SCALES["altman"]
        assert scale.label(math.nan) == ""
        assert scale.labels_between(0.1, math.nan) == ()

    def test_a_hair_above_1_is_1(self):
        assert SCALES["altman"].label(1 + 1e-12) == "very good"

    def test_registry_is_read_only(self):
        with pytest.raises(TypeError):
            SCALES["own"] = SCALES["altman"]


class TestMisuse:
    def test_percent(self):
        with pytest.raises(InputError, match=r"between −1 and 1. Got 81. .*divide by 100"):
            SCALES["altman"].label(81)

    @pytest.mark.parametrize(
        "bands", [(), (Band("a", 0.0),), (Band("a", -1.0), Band("b", 0.5), Band("c", 0.5))]
    )
    def test_bands_that_leave_a_gap_or_repeat(self, bands):
        with pytest.raises(InputError, match="begin at −1 and ascend"):
            Scale("own", "here", bands)

    def test_unknown_name(self):
        with pytest.raises(InputError, match=r"one of 'landis-koch', .*Got 'cohen'"):
            choose_scale("cohen")


def test_a_scale_is_comparable_and_hashable():
    assert len(set(SCALES.values())) == len(SCALES)
    assert isinstance(SCALES["fleiss"].to_frame(), pd.DataFrame)
