"""Types of cells: each reads what is its own and says why it does not read the rest."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.cells import TYPES, Limits, Unreadable


def read(kind, text, *, unit="", decimal="", **limits):
    cell = TYPES[kind]
    bounds = {"minimum": cell.minimum, "maximum": cell.maximum} | limits
    return cell.read(text, Limits(unit=unit, decimal=decimal, **bounds))


@pytest.mark.parametrize(
    ("kind", "text", "value", "after", "what"),
    [
        ("count", "12,599", 12599, "12599", "thousands separator"),
        ("count", "8,000", 8000, "8000", "thousands separator"),
        ("count", "34.0", 34, "34", "whole number with decimals"),
        ("count", "1e3", 1000, "1000", "whole number with decimals"),
        ("count", "'34", 34, "34", "leading apostrophe"),
        ("year", "2015.0", 2015, "2015", "whole number with decimals"),
        ("year", "2,015", 2015, "2015", "thousands separator"),
        ("percent", "24,1 %", 24.1, "24.1", "percent sign, decimal comma"),
        ("percent", "1,234", 1.234, "1.234", "decimal comma"),
        ("proportion", "24.5 %", 0.245, "0.245", "percent sign"),
        ("proportion", "7.1 %", 0.071, "0.071", "percent sign"),
        ("proportion", "0,245", 0.245, "0.245", "decimal comma"),
        ("proportion", "12,345 %", 0.12345, "0.12345", "percent sign, decimal comma"),
        ("number", "−3,5", -3.5, "-3.5", "minus sign, decimal comma"),
        ("date", "May-18", "2018-05", "2018-05", "date"),
        ("doi", "https://doi.org/10.1000/X", "10.1000/x", "10.1000/x", "bare DOI in lower case"),
        ("doi", "doi: 10.1000/x", "10.1000/x", "10.1000/x", "bare DOI in lower case"),
        ("doi", "10.1000/x", "10.1000/x", "10.1000/x", ""),
        ("text", "a b", "a b", "a b", ""),
    ],
)
def test_reads(kind, text, value, after, what):
    reading = read(kind, text)
    assert reading.value == pytest.approx(value)
    assert (reading.text, reading.what) == (after, what)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("count", "24.5", "not a whole number"),
        ("count", "24,1", "not a whole number"),
        ("count", "12.599", "not a whole number"),
        ("count", "24 %", "a percentage where a count is declared"),
        ("count", "about 30", "text in a number"),
        ("count", "286/1186", "a fraction where one count is declared"),
        ("count", "12-Mar", "a date that a spreadsheet may have made of 3/12, 12/3, 3-12 or 12-3"),
        ("count", "2024-03-12 00:00:00", "a date that a spreadsheet may have made of 3/12"),
        ("percent", "2024-03-12", "a date that a spreadsheet may have made"),
        ("number", "1,234", "1234 or 1.234, and nothing in the column tells which"),
        ("number", "24 %", "a percentage where no percentage is declared"),
        ("number", "1e999", "larger than any number"),
        ("year", "2016 or before", "text in a number"),
        ("date", "No mention", "no date, or one with two readings"),
        ("doi", "in press", "no DOI"),
        ("doi", "10.1000/x y", "no DOI"),
    ],
)
def test_refuses(kind, text, reason):
    with pytest.raises(Unreadable) as caught:
        read(kind, text)
    assert str(caught.value).startswith(reason)


class TestOneOfTwoReadings:
    def test_is_told_by_the_column(self):
        assert read("number", "1,234", decimal="decimal comma").value == 1.234
        assert read("number", "1,234", decimal="thousands separator").value == 1234

    def test_is_told_by_the_range(self):
        assert read("number", "1,234", maximum=99).value == 1.234
        assert read("number", "1,234", minimum=18).value == 1234


@pytest.mark.parametrize("text", ["34 years", "34years", "34 Years"])
def test_a_unit_is_taken_off(text):
    reading = read("number", text, unit="years")
    assert (reading.value, reading.what) == (34, "unit")


@given(st.sampled_from(sorted(TYPES)), st.text(max_size=15))
def test_any_text_is_read_or_refused(kind, text):
    with contextlib.suppress(Unreadable):  # all else escapes and fails
        reading = read(kind, text)
        assert isinstance(reading.value, str if TYPES[kind].dtype == "text" else float)


@given(st.integers(0, 2**53))
def test_counts_survive_their_dress(number):
    assert read("count", f"{number:,}").value == number
    assert read("count", f"{number}.0").value == number
    assert read("count", f"{number:,}".replace(",", "\u2009")).value == number
