"""Dates that were meant, and those that a spreadsheet made."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.dates import read_date, spot_date

days = st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2018", "2018"),
        ("2018-05", "2018-05"),
        ("2018/5", "2018-05"),
        ("May-18", "2018-05"),
        ("Jan-14", "2014-01"),
        ("Sept 2019", "2019-09"),
        ("March, 2020", "2020-03"),
        ("Dec-69", "1969-12"),
        ("2024-03-12 00:00:00", "2024-03-12"),
        ("12-Mar-24", "2024-03-12"),
        ("12. March 2020", "2020-03-12"),
        ("March 12, 2020", "2020-03-12"),
        ("12.3.2024", "2024-03-12"),
        ("13/3/2024", "2024-03-13"),
        ("3/13/2024", "2024-03-13"),
        ("4/4/2024", "2024-04-04"),
    ],
)
def test_as_exact_as_given(text, date):
    assert read_date(text) == date


@pytest.mark.parametrize(
    "text",
    ["3/4/2024", "No mention", "2016 or before", "2018-2019", "2018-13", "2018-00", "30-Feb-2020",
     "31.4.2024", "12-Mar", "32/1/2024", "2018-05-00", ""],
)  # fmt: skip
def test_none_or_two(text):
    assert read_date(text) is None


@given(days)
def test_every_full_date_is_read(day):
    iso = day.isoformat()
    assert read_date(iso) == read_date(f"{iso} 00:00:00") == iso
    for form in ("%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%Y/%m/%d"):
        assert read_date(day.strftime(form)) == iso
    assert read_date(day.strftime("%b-%y")) == iso[:7]
    assert read_date(day.strftime("%d/%m/%Y")) in {iso, None}


@given(days)
def test_a_date_in_iso_form_reads_as_itself(day):
    for length in (4, 7, 10):
        assert read_date(day.isoformat()[:length]) == day.isoformat()[:length]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("12-Mar", "3/12"),
        ("Mar-12", "3/12"),
        ("12-Mar-24", "3/12"),
        ("2024-03-12", "3/12"),
        ("2024-03-12 00:00:00", "3/12"),
        ("12/3/2024", "12/3"),
        ("4-Jan", "1/4"),
    ],
)
def test_damage_is_spotted(text, first):
    found = spot_date(text)
    assert first in found
    assert "/".join(reversed(first.split("/"))) in found


@pytest.mark.parametrize(
    "text", ["34", "12/3", "286/1186", "marginal", "2024", "may", "", "12-Foo"]
)
def test_what_is_no_date_is_left(text):
    assert spot_date(text) == ""
