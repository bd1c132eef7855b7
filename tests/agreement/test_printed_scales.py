"""Scales as reviews print them: what is found in them, and what is refused."""

import pandas as pd
import pytest

from reviewkit._core.errors import InputError
from reviewkit.agreement.printed_scales import check_printed_value, read_scale
from reviewkit.agreement.scales import SCALES


def scale_frame(*rows):
    """Return a printed scale from (label, lower, upper, description)."""
    return pd.DataFrame(rows, columns=["label", "lower", "upper", "description"])


#: Table 1 of Kamkar et al. (2025).
KAMKAR = scale_frame(
    ("Poor", "", "0", "Very low agreement"),
    ("Slight", "0.0", "0.20", "Slight agreement"),
    ("Fair", "0.21", "0.40", "Moderate agreement"),
    ("Good", "0.41", "0.60", "Good agreement"),
    ("Substantial", "0.61", "0.80", "Substantial agreement"),
    ("Very High", "0.81", "0.90", "Very high agreement"),
    ("Excellent", "0.91", "1.0", "Excellent agreement"),
)


class TestAPublishedScale:
    def test_becomes_the_scale_of_the_registry(self):
        scale, _ = read_scale(KAMKAR, name="kamkar-2025")
        assert scale.bands == SCALES["kamkar-2025"].bands

    def test_its_gaps_and_its_contradiction_are_found_and_nothing_else(self):
        _, findings = read_scale(KAMKAR)
        assert [finding.rule for finding in findings] == ["scale.gap", "scale.description"]
        gap, description = findings
        assert gap.found == "5 gaps"
        assert "(0.20, 0.21), (0.40, 0.41), (0.60, 0.61), (0.80, 0.81), (0.90, 0.91)" in gap.message
        assert description.where == "row 3"
        assert description.expected == "Fair"
        assert "'moderate' is a label of its own in landis-koch" in description.message

    def test_its_kappa_stands_on_a_gap(self):
        (finding,) = check_printed_value(SCALES["kamkar-2025"], "0.81", label="Very High")
        assert finding.rule == "scale.rounding"
        assert (
            "0.81 stands for 0.805 to 0.815, which is Substantial or Very High" in finding.message
        )


class TestFindings:
    def test_a_sound_scale_has_none(self):
        sound = scale_frame(("low", "", "0.5", ""), ("high", "0.5", "", "high agreement"))
        assert [f.severity for f in read_scale(sound).findings] == []

    def test_order_of_rows_does_not_matter(self):
        assert read_scale(KAMKAR[::-1]).scale.bands == read_scale(KAMKAR).scale.bands

    def test_overlap(self):
        rows = scale_frame(("low", "", "0.5", ""), ("high", "0.4", "1", ""))
        (finding,) = read_scale(rows).findings
        assert (finding.rule, finding.severity) == ("scale.overlap", "error")
        assert finding.message.startswith("Values from 0.4 to 0.5 are both 'low' (below 0.5)")

    def test_a_bound_of_two_bands(self):
        rows = scale_frame(("low", "-1", "0.5", ""), ("high", "0.5", "1", ""))
        (finding,) = read_scale(rows).findings
        assert (finding.rule, finding.severity) == ("scale.overlap", "note")
        assert finding.message.startswith("The value 0.5 is both")

    def test_both_ends_left_open(self):
        (finding,) = read_scale(
            scale_frame(("low", "0", "0.5", ""), ("high", "0.5001", "0.9", ""))
        ).findings
        assert finding.message == "Values in [−1, 0), (0.5, 0.5001), (0.9, 1] have no label."

    def test_numbers_blanks_and_decimal_commas(self):
        rows = scale_frame(("low", None, 0.5, None), ("high", "0,5", float("nan"), ""))
        assert read_scale(rows).scale.label(0.5) == "high"

    def test_where_and_quote_are_passed_on(self):
        rows = KAMKAR.assign(where="Table 1", quote=KAMKAR["label"])
        finding = read_scale(rows).findings[1]
        assert (finding.where, finding.quote) == ("Table 1", "Fair")

    @pytest.mark.parametrize(
        ("printed", "label", "rules"),
        [
            ("0.85", "Very High", []),
            ("0.85", "very high", []),
            ("0.85", "", []),
            ("0.85", "Good", ["scale.label"]),
            ("0.8", "", ["scale.rounding"]),
            ("1.00", "Excellent", []),
            ("0.81", "Good", ["scale.rounding", "scale.label"]),
        ],
    )
    def test_printed_values(self, printed, label, rules):
        findings = check_printed_value(SCALES["kamkar-2025"], printed, label=label)
        assert [finding.rule for finding in findings] == rules


class TestMisuse:
    @pytest.mark.parametrize(
        ("row", "message"),
        [
            (("", "0.4", "1", ""), "row 2: '' from '0.4' to '1'"),
            (("high", "0.4", "one", ""), "row 2: 'high' from '0.4' to 'one'"),
            (("high", "0.9", "0.4", ""), "row 2: 'high' from '0.9' to '0.4'"),
            (("high", "41", "60", ""), "row 2: 'high' from '41' to '60'"),
            (("high", "nan", "1", ""), "row 2: 'high' from 'nan' to '1'"),
            (("high", "", "", ""), "row 2: 'high' from '' to ''"),
            (("high", "", "1", ""), "no two may begin at one value. Got 'low' below 0.4"),
        ],
    )
    def test_rows_that_are_no_band(self, row, message):
        with pytest.raises(InputError, match=message):
            read_scale(scale_frame(("low", "", "0.4", ""), row))

    def test_nothing_printed(self):
        with pytest.raises(InputError, match="Got no row"):
            read_scale(scale_frame())

    def test_missing_column(self):
        with pytest.raises(InputError, match="'upper' once"):
            read_scale(KAMKAR.drop(columns="upper"))

    def test_a_column_twice(self):
        twice = pd.concat([KAMKAR, KAMKAR[["description"]]], axis=1)
        with pytest.raises(InputError, match="is there 2 times"):
            read_scale(twice)

    @pytest.mark.parametrize("printed", ["0.81 (81%)", "", "81", "nan"])
    def test_a_printed_value_that_is_none(self, printed):
        with pytest.raises(InputError, match="number from −1 to 1"):
            check_printed_value(SCALES["altman"], printed)
