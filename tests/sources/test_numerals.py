"""Numbers as people write them: all readings, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.numerals import PLAIN, find_fraction, read_numerals

THOUSANDS, COMMA = "thousands separator", "decimal comma"


def reading(text):
    """Return the readings of a text as pairs of number and kind."""
    return [(numeral.text, numeral.kind) for numeral in read_numerals(text)[0]]


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("34", "34", ""),
        ("-0.5", "-0.5", ""),
        (".5", ".5", ""),
        ("1e-05", "1e-05", ""),
        ("12 599", "12599", THOUSANDS),
        ("12\u00a0599", "12599", THOUSANDS),
        ("12\u2009599", "12599", THOUSANDS),
        ("12\u202f599", "12599", THOUSANDS),
        ("12'599", "12599", THOUSANDS),
        ("12’599", "12599", THOUSANDS),
        ("1 234 567,8", "1234567.8", THOUSANDS),
        ("1,234,567", "1234567", THOUSANDS),
        ("12,599.5", "12599.5", THOUSANDS),
        ("1.234.567", "1234567", THOUSANDS),
        ("1.234,5", "1234.5", COMMA),
        ("24,1", "24.1", COMMA),
        ("0,123", "0.123", COMMA),
        ("1234,567", "1234.567", COMMA),
        ("-3,25", "-3.25", COMMA),
        ("24·1", "24.1", "decimal point"),
    ],
)
def test_one_reading(text, number, kind):
    assert reading(text) == [(number, kind)]


@pytest.mark.parametrize("text", ["1,234", "-12,599", "999,000"])
def test_two_readings(text):
    assert reading(text) == [(text.replace(",", ""), THOUSANDS), (text.replace(",", "."), COMMA)]


@pytest.mark.parametrize(
    "text",
    ["", "abc", "<5", "~25", "34 years", "25 (3)", "24.1 ± 2", "1,23,4", "12 59", "1 2",
     "12,3456,7", "inf", "nan", "1_000", "0x10", "3/12", "--5", "5-", "1.2.3", "1,,234",
     "0,123,456"],
)  # fmt: skip
def test_no_number(text):
    assert reading(text) == []


@pytest.mark.parametrize(
    ("text", "number", "done", "is_percent"),
    [
        ("２４．１", "24.1", ["digits of another script"], False),  # noqa: RUF001
        ("٣٤", "34", ["digits of another script"], False),
        ("−0.5", "-0.5", ["minus sign"], False),
        ("–3", "-3", ["minus sign"], False),
        ("'34", "34", ["leading apostrophe"], False),
        ("24.1 %", "24.1", [], True),
        ("24.1%", "24.1", [], True),
        ("２４％", "24", ["digits of another script"], True),  # noqa: RUF001
    ],
)
def test_dress(text, number, done, is_percent):
    numerals, notes, percent = read_numerals(text)
    assert [numeral.text for numeral in numerals] == [number]
    assert (notes, percent) == (done, is_percent)


@given(st.integers(0, 10**12), st.sampled_from([",", " ", "'", "\u2009", "\u00a0"]))
def test_grouped_integers_have_themselves_among_their_readings(number, mark):
    grouped = f"{number:,}".replace(",", mark)
    assert str(number) in [text for text, _ in reading(grouped)]


@given(st.text(max_size=12))
def test_every_reading_is_a_plain_number(text):
    for numeral in read_numerals(text)[0]:
        assert PLAIN.fullmatch(numeral.text)
        float(numeral.text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("286/1186", (286, 1186)),
        ("286 / 1,186", (286, 1186)),
        ("12 of 40", (12, 40)),
        ("1 234/2 345", (1234, 2345)),
        ("286", None),
        ("12-Mar", None),
        ("1/2/3", None),
        ("12/03/2024", None),
        ("a/b", None),
    ],
)
def test_fractions(text, parts):
    assert find_fraction(text) == parts
