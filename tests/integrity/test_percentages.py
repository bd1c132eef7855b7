"""Denominators and checks of percentages: against brute force, by their laws, and misused."""

import json
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.integrity.percent_rules import RULES
from reviewkit.integrity.percentages import check_percentages, consistent_denominators

GOLDENS = json.loads(
    Path(__file__).with_name("goldens").joinpath("denominators.json").read_text(encoding="utf-8")
)
#: Trauma workers in Oklahoma City, as one review quotes them.
OKLAHOMA = ["64.7", "44.1", "73.5", "23.5", "29.4", "20.6", "76.5", "35.3", "26.5", "14.7"]


def expand(ranges):
    """Return the numbers of a list like "11, 15, 40-41"."""
    ends = [part.split("-") for part in ranges.split(", ")]
    return [n for end in ends for n in range(int(end[0]), int(end[-1]) + 1)]


def count_range(text, n):
    """Return the least and greatest count of n that may be printed as `text`, in fractions."""
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    low, high = ((Fraction(text) + side * half) * n / 100 for side in (-1, 1))
    return max(0, ceil(low)), min(n, floor(high))


calm = settings(deadline=None)  # no test measures time
printed = st.integers(0, 2).flatmap(
    lambda d: st.integers(0, 100 * 10**d).map(
        lambda u: f"{u // 10**d}" + (f".{u % 10**d:0{d}d}" if d else "")
    )
)


class TestDenominators:
    @pytest.mark.parametrize("name", GOLDENS)
    def test_sets_of_a_published_review(self, name):
        found = consistent_denominators(GOLDENS[name]["percents"], max_n=500)
        assert list(found.candidates) == expand(GOLDENS[name]["candidates"])

    def test_ten_percentages_point_to_34(self):
        found = consistent_denominators(OKLAHOMA, max_n=500)
        assert (found.smallest, len(found.candidates), found.identified) == (34, 18, False)
        counts = found.to_frame().iloc[0].tolist()
        assert counts == [34, 22, 15, 25, 8, 10, 7, 26, 12, 9, 5]

    def test_totals_of_parts_leave_no_more(self):
        free = consistent_denominators(OKLAHOMA, max_n=500)
        bound = consistent_denominators(OKLAHOMA, max_n=500, sums={2: [3, 4, 5], 6: [7, 8, 9]})
        assert bound.candidates == free.candidates

    def test_a_sum_that_no_rounding_saves(self):
        percents, sums = ["50.0", "20.0", "29.9"], {0: [1, 2]}
        assert consistent_denominators(percents).smallest <= 1000
        assert consistent_denominators(percents, sums=sums).candidates == ()
        # From here on each percentage can be several counts.
        assert consistent_denominators(percents, sums=sums, max_n=3000).smallest > 1000
        percents = ["50", "20", "20"]
        assert consistent_denominators(percents, sums=sums, max_n=10_000).candidates == ()

    @calm
    @given(percents=st.lists(printed, min_size=1, max_size=4), max_n=st.integers(1, 150))
    def test_brute_force(self, percents, max_n):
        found = consistent_denominators(percents, max_n=max_n)
        expected = [
            n
            for n in range(1, max_n + 1)
            if all(low <= high for low, high in (count_range(text, n) for text in percents))
        ]
        assert list(found.candidates) == expected
        assert found.identified == (len(expected) == 1)
        assert found.smallest == (expected[0] if expected else None)
        frame = found.to_frame()
        assert frame["n"].tolist() == expected
        for place, text in enumerate(percents):
            ranges = [count_range(text, n) for n in expected]
            written = [str(low) if low == high else f"{low}–{high}" for low, high in ranges]
            assert frame.iloc[:, place + 1].astype(str).tolist() == written

    @calm
    @given(
        total=printed,
        parts=st.lists(printed, min_size=1, max_size=3),
        n=st.integers(1, 60),
    )
    def test_sums_by_brute_force(self, total, parts, n):
        places = list(range(1, len(parts) + 1))
        found = consistent_denominators([total, *parts], max_n=n, sums={0: places})
        ranges = [range(low, high + 1) for low, high in (count_range(p, n) for p in parts)]
        sums = {0}
        for counts in ranges:
            sums = {known + x for known in sums for x in counts}
        low, high = count_range(total, n)
        assert (n in found.candidates) == any(low <= x <= high for x in sums)

    @calm
    @given(events=st.lists(st.integers(0, 400), min_size=1, max_size=5), n=st.integers(400, 900))
    def test_the_true_number_is_always_among_them(self, events, n):
        found = consistent_denominators([f"{100 * x / n:.1f}" for x in events])
        assert n in found.candidates

    def test_a_half_rounds_either_way(self):
        for text in ("12", "13"):
            assert 8 in consistent_denominators([text]).candidates
        assert 1000 in consistent_denominators(["0.0"]).candidates
        for text in ("2.4", "2.5"):
            assert 400 not in consistent_denominators(["2.45"], max_n=30).candidates
            assert 2000 in consistent_denominators([text], max_n=2000).candidates


class TestHowPercentagesAreGiven:
    @pytest.mark.parametrize("text", ["54.8", "54.8%", " 54.8 % ", "54,8", "54·8"])
    def test_text(self, text):
        assert consistent_denominators([text]).percentages == ("54.8",)

    def test_numbers_have_the_decimals_that_python_shows(self):
        found = consistent_denominators([54.8, 27.0, 27, np.float64(0.25), np.int64(3), 1e-05])
        assert found.percentages == ("54.8", "27", "27", "0.25", "3", "0.00001")

    def test_decimals_can_be_told(self):
        assert consistent_denominators([27, 54.8], decimals=1).percentages == ("27.0", "54.8")
        assert consistent_denominators([27, 54.8], decimals=[0, 2]).percentages == ("27", "54.80")

    def test_one_alone(self):
        assert consistent_denominators("60.5").smallest == 38

    def test_twice_the_same_keeps_both_columns(self):
        frame = consistent_denominators(["23", "31", "23"], max_n=13).to_frame()
        assert frame.iloc[0].to_dict() == {"n": 13, "23": 3, "31": 4, "23 (2)": 3}


class TestReading:
    def test_identified(self):
        found = consistent_denominators(["24.1", "21.4"], max_n=120)
        assert found.identified
        assert "allow 112 only" in str(found)
        assert not consistent_denominators(["24.1", "21.4"]).identified

    def test_not_identified(self):
        text = str(consistent_denominators(["24.1", "21.4"]))
        assert "not identified; 112 is the smallest" in text
        assert len(text.splitlines()) == 24

    def test_none(self):
        found = consistent_denominators(["24.1", "21.4"], max_n=50)
        assert (found.smallest, found.identified, found.candidates) == (None, False, ())
        assert "No number of people up to 50 gives all 2 percentages." in str(found)
        assert found.to_frame().empty
        assert "<table" not in found._repr_html_()

    def test_html_and_equality(self):
        assert "<table" in consistent_denominators(["23"])._repr_html_()
        assert consistent_denominators(["23"]) == consistent_denominators(["23 %"])


class TestDenominatorsMisuse:
    @pytest.mark.parametrize(
        "value", [">66.7", "~90", "many", "", "101", -1, 1e3, float("nan"), True]
    )
    def test_no_percentage(self, value):
        with pytest.raises(InputError, match="at position 1"):
            consistent_denominators(["23", value])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"percentages": []}, "1 percentage or more"),
            ({"percentages": ["23"], "max_n": 0}, "`max_n`"),
            ({"percentages": ["23"], "max_n": 10.5}, "`max_n`"),
            ({"percentages": ["23.5"], "decimals": 0}, "no more decimals"),
            ({"percentages": ["23"], "decimals": [0, 1]}, "Got 2 for 1 percentages"),
            ({"percentages": ["23"], "sums": {0: [1]}}, r"0 to 0. Got \[0, 1\]"),
        ],
    )
    def test_options(self, arguments, message):
        with pytest.raises(InputError, match=message):
            consistent_denominators(**arguments)


def percent_frame(*rows):
    """Return a frame of (id, set, percent, kind, n, events, sums_to)."""
    columns = ["id", "set", "percent", "kind", "n", "events", "sums_to"]
    return pd.DataFrame([[*row, *[""] * (7 - len(row))] for row in rows], columns=columns)


def rules_of(*rows):
    """Return the rules that speak on such rows."""
    return [
        finding.rule.removeprefix("percentages.")
        for finding in check_percentages(percent_frame(*rows))
    ]


class TestChecks:
    def test_a_published_review(self):
        names = [f"P{number}" for number in range(10, 20)]
        rows = [
            [name, "Oklahoma City", text, "point"]
            for name, text in zip(names, OKLAHOMA, strict=True)
        ]
        rows[2][3:] = ["total", "", "", "P13+P14+P15"]
        rows[6][3:] = ["total", "", "", "P17+P18+P19"]
        rows += [
            ["P01", "counselors", ">66.7", "bound"],
            ["P02", "psychotherapists", "~90", "approximate"],
            ["P21", "reviewed", "23", "point", "13", "3"],
            ["P22", "reviewed", "31", "point", "13", "4"],
            ["P08", "rural", "24.1%", "point"],
            ["P09", "rural", "21.4%", "point"],
        ]
        findings = check_percentages(percent_frame(*rows))
        assert {finding.severity for finding in findings} == {"note"}
        assert [finding.rule for finding in findings] == [
            "percentages.set",
            "percentages.set",
            "percentages.not_a_point",
        ]
        assert "10 percentages allow 34, 68, 102, 136, 170, and 123 more" in findings[0].message
        assert findings[1].found == "112 is the smallest"
        assert "P01 (>66.7 %), P02 (~90 %)" in findings[2].message

    @pytest.mark.parametrize(
        ("row", "rules"),
        [
            (("a", "", "23", "point", "13", "3"), []),
            (("a", "", "23", "point", "13", "4"), ["count"]),
            (("a", "", "130", "point", "10", "13"), ["range", "count"]),
            (("a", "", "", "point", "10", "13"), ["count", "not_a_point"]),
            (("a", "", "54.8", "point", "40"), ["impossible"]),
            (("a", "", "55", "point", "40"), []),
            (("a", "", "54.8", "bound", "40", "3"), ["not_a_point"]),
            (("a", "", "~54.8", "point", "40"), ["not_a_point"]),
            (("a", "", "12,5 %", "point", "1,000", "125"), []),
            (("a", "", "12.5", "point", 8, 1), []),
            (("a", "", "12.5", "point", 8.0, float("nan")), []),
            (("a", "", "60.5", "point"), ["set"]),
        ],
    )
    def test_one_row(self, row, rules):
        assert rules_of(row) == rules

    def test_what_is_impossible_names_its_neighbours(self):
        (finding,) = check_percentages(percent_frame(("a", "", "54.8", "point", "40")))
        assert finding.message == "a: no whole number of 40 is 54.8 %; 21 is 52.5 %, 22 is 55.0 %."
        (finding,) = check_percentages(percent_frame(("a", "", "23", "point", "13", "4")))
        assert finding.message == "a: 4 of 13 is 30.8 %, not 23 %."

    def test_the_n_of_a_set_holds_for_all_its_rows(self):
        assert rules_of(("a", "s", "55", "point", "40"), ("b", "s", "54.8", "point")) == [
            "impossible"
        ]

    def test_a_set_with_two_sizes(self):
        (finding,) = check_percentages(
            percent_frame(("a", "s", "55", "point", "40"), ("b", "s", "50", "point", "20"))
        )
        assert (finding.rule, finding.severity) == ("percentages.set", "warning")
        assert "they state 20, 40" in finding.message

    @pytest.mark.parametrize(
        ("total", "first", "second", "n", "rules"),
        [
            ("43.5", "23.4", "20.1", "", ["set"]),
            ("43.6", "23.4", "20.1", "", ["set"]),  # within three halves of the last digit
            ("43.7", "23.4", "20.1", "", ["sum", "set"]),
            ("44", "23.4", "20.1", "", ["set"]),
            ("50", "25", "25", "4", []),
            ("51", "25", "25", "100", ["sum"]),  # though it is within rounding, counts tell
        ],
    )
    def test_parts_and_total(self, total, first, second, n, rules):
        parts = [("p", "s", first, "point", n), ("q", "s", second, "point", n)]
        assert rules_of(("t", "s", total, "total", n, "", "p + q"), *parts) == rules
        named_by_parts = [(*part, "", "t") for part in parts]
        assert rules_of(("t", "s", total, "point", n), *named_by_parts) == rules

    def test_a_sum_that_is_wrong_shows_the_terms(self):
        findings = check_percentages(
            percent_frame(
                ("t", "s", "74.5", "total", "", "", "p;q;r"),
                ("p", "s", "23.5", "point"),
                ("q", "s", "29.4", "point"),
                ("r", "s", "20.6", "point"),
            )
        )
        assert findings[0].message.startswith("t: 23.5 + 29.4 + 20.6 = 73.5 %, not 74.5 %")
        assert findings[0].severity == "error"
        assert "allow none up to 1,000" in findings[1].message

    def test_a_part_that_is_no_row(self):
        found = check_percentages(percent_frame(("t", "", "50", "total", "10", "", "x+y")))
        assert [f.message for f in found] == ["t: `sums_to` names x, y, which no row is."]
        found = check_percentages(percent_frame(("p", "", "50", "point", "10", "", "t")))
        assert [f.message for f in found] == ["p: `sums_to` names t, which no row is."]

    def test_bounds_are_no_parts(self):
        rows = [("t", "s", "50", "total", "10", "", "p"), ("p", "s", ">90", "bound", "10")]
        assert rules_of(*rows) == ["not_a_point"]

    def test_where_and_quote_are_passed_on(self):
        frame = percent_frame(("a", "", "54.8", "point", "40")).assign(
            where="Table 2", quote="54.8%"
        )
        (finding,) = check_percentages(frame)
        assert (finding.where, finding.quote) == ("Table 2", "54.8%")

    def test_only_three_columns_are_needed(self):
        frame = pd.DataFrame({"id": ["a"], "percent": [60.5], "kind": ["point"]})
        assert check_percentages(frame)[0].message.startswith(
            "a: n is not reported; 60.5 % allows 38, 43"
        )

    @pytest.mark.parametrize(
        ("quote", "severity"),
        [
            ("nearly 90%", "warning"),
            ("more than 90 %", "warning"),
            ("at least 90%", "warning"),
            ("about 90%", "note"),
            ("~90%", "note"),
            ("90% of therapists", None),
        ],
    )
    def test_a_bound_that_counts_as_a_point(self, quote, severity):
        frame = pd.DataFrame(
            {"id": ["a"], "percent": ["90"], "kind": ["point"], "n": ["10"], "quote": [quote]}
        )
        found = [f.severity for f in check_percentages(frame) if f.rule == "percentages.words"]
        assert found == ([severity] if severity else [])
        as_bound = check_percentages(frame.assign(kind="bound"))
        assert "percentages.words" not in {f.rule for f in as_bound}

    def test_every_rule_is_tried_here(self):
        assert {rule.removeprefix("percentages.") for rule in RULES} == {
            "range", "count", "impossible", "sum", "set", "not_a_point", "words",
        }  # fmt: skip


class TestChecksMisuse:
    def test_all_cells_that_cannot_be_read_are_named(self):
        rows = [
            ("a", "", "half", "point"),
            ("a", "", "5", "guess", "x", "-3"),
            ("", "", "5", "point", "0"),
        ]
        message = (
            r"row 1: percent 'half'; row 2: id 'a' again; row 2: kind 'guess'; row 2: n 'x'; "
            r"row 2: events '-3'; row 3: id ''; row 3: n '0'\. Correct"
        )
        with pytest.raises(InputError, match=message):
            check_percentages(percent_frame(*rows))

    def test_missing_columns(self):
        with pytest.raises(InputError, match="'kind' once"):
            check_percentages(pd.DataFrame({"id": ["a"], "percent": ["5"]}))

    def test_a_column_twice(self):
        twice = pd.concat([percent_frame(), percent_frame()[["n"]]], axis=1)
        with pytest.raises(InputError, match="is there 2 times"):
            check_percentages(twice)

    def test_nothing_to_check(self):
        assert check_percentages(percent_frame()) == ()
