"""What a reported kappa allows: against brute force, by its laws, and when misused."""

from fractions import Fraction

import pytest
from agreement_cases import all_tables, calm, exact_kappa, fleiss_cohen_everitt
from hypothesis import example, given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.agreement.feasible import feasible_tables

CELLS = ["both_include", "first_only", "second_only", "both_exclude"]


def by_brute_force(units, n, included, decimals):
    """Return every table of n items whose exact kappa may round to the printed one."""
    low, high = (Fraction(2 * units + end, 2 * 10**decimals) for end in (-1, 1))
    return {
        table
        for table in all_tables(n)
        if (kappa := exact_kappa(*table)) is not None
        and low <= kappa <= high
        and (included is None or table[0] <= included <= n - table[3])
    }


class TestAgainstBruteForce:
    @calm
    @given(
        n=st.integers(1, 24),
        decimals=st.integers(0, 3),
        share=st.integers(-1000, 1000),
        data=st.data(),
    )
    @example(n=2, decimals=0, share=1000, data=None)
    @example(n=24, decimals=2, share=0, data=None)
    def test_complete_and_nothing_else(self, n, decimals, share, data):
        units = round(share / 1000 * 10**decimals)
        included = None if data is None else data.draw(st.none() | st.integers(0, n))
        found = feasible_tables(units / 10**decimals, n, included=included, decimals=decimals)
        expected = by_brute_force(units, n, included, decimals)
        rows = found.to_frame()[CELLS].itertuples(index=False, name=None)
        assert sorted(rows) == sorted(expected)
        assert found.n_tables == len(expected)
        assert dict(zip(found.disagreements, found.counts, strict=True)) == {
            s: sum(b + c == s for _, b, c, _ in expected)
            for s in {b + c for _, b, c, _ in expected}
        }

    @calm
    @given(n=st.integers(1, 20), units=st.integers(-10, 10))
    @example(n=20, units=0)
    def test_range_of_the_standard_error(self, n, units):
        found = feasible_tables(units / 10, n, decimals=1)
        tables = found.to_frame()[CELLS].to_numpy().reshape(-1, 2, 2)
        errors = [fleiss_cohen_everitt(table)[1] for table in tables]
        if errors:
            assert found.se_low == pytest.approx(min(errors), rel=1e-9, abs=1e-12)
            assert found.se_high == pytest.approx(max(errors), rel=1e-9, abs=1e-12)

    def test_the_columns_follow_from_the_cells(self):
        for row in feasible_tables(0.3, 12, decimals=1).to_frame().itertuples(index=False):
            assert row.kappa == pytest.approx(float(exact_kappa(*row[:4])), abs=1e-15)
            assert row.disagreements == row.first_only + row.second_only
            assert row.agreement == 1 - row.disagreements / 12


class TestAReportedKappa:
    """0.81, printed without n, by a review that goes from 321 to 243, 21 and 13 records."""

    @pytest.mark.parametrize(
        ("n", "included", "tables", "disagreements"),
        [(21, 13, 3, (2,)), (243, 21, 21, (7, 8)), (321, 13, 11, (4, 5))],
    )
    def test_is_possible_at_every_stage(self, n, included, tables, disagreements):
        found = feasible_tables(0.81, n, included=included)
        assert found.n_tables == tables
        assert found.disagreements == disagreements

    def test_on_full_texts(self):
        found = feasible_tables(0.81, 21, included=13)
        cells = found.to_frame()[CELLS].to_numpy().tolist()
        assert cells == [[11, 0, 2, 8], [11, 1, 1, 8], [11, 2, 0, 8]]
        assert found._headline() == (
            "A kappa of 0.81 on 21 items, 13 of them included, allows 3 tables, all with 2 "
            "disagreements (agreement 90.5 %); standard error 0.127 to 0.131."
        )


class TestLimits:
    def test_impossible(self):
        found = feasible_tables(0.85, 7)
        assert not found.is_possible
        assert found.to_frame().empty
        assert list(found.to_frame().columns) == [*CELLS, "kappa", "agreement", "disagreements"]
        assert str(found).endswith("on 7 items is impossible: no 2 × 2 table rounds to it.")
        assert "<table" not in found._repr_html_()

    def test_one_category_only_is_no_kappa(self):
        assert feasible_tables(1.0, 3).to_frame()["both_include"].tolist() == [1, 2]
        assert not feasible_tables(1.0, 1).is_possible
        assert not feasible_tables(1.0, 5, included=0).is_possible

    def test_a_half_rounds_either_way(self):
        # 11 / 2 / 0 / 8 has a kappa of 88/109 = .80734; 4/5 of 8 items is exactly .75 here.
        table, kappa = (3, 1, 0, 4), Fraction(3, 4)
        assert exact_kappa(*table) == kappa
        for printed in (0.7, 0.8):
            rows = feasible_tables(printed, 8, decimals=1).to_frame()[CELLS]
            assert table in set(rows.itertuples(index=False, name=None))

    def test_many_items_are_counted_and_not_listed(self):
        found = feasible_tables(0.81, 5000)
        assert found.n_tables == 32_083_956
        assert found.disagreements[0] == 5
        with pytest.raises(InputError, match=r"no more than 2,000,000 tables. Got 32,083,956"):
            found.to_frame()
        assert "32,083,956 tables" in str(found)
        assert "<table" in found._repr_html_()

    def test_more_decimals_leave_fewer_tables(self):
        coarse, fine = feasible_tables(0.8, 30, decimals=1), feasible_tables(0.8, 30, decimals=4)
        assert 0 < fine.n_tables < coarse.n_tables

    def test_is_comparable(self):
        assert feasible_tables(0.81, 21) == feasible_tables(0.81, 21)


class TestMisuse:
    @pytest.mark.parametrize(
        ("kappa", "n", "options", "message"),
        [
            (81, 21, {}, r"between −1 and 1. Got 81"),
            (float("nan"), 21, {}, r"between −1 and 1. Got nan"),
            (0.805, 21, {}, r"no more decimals than `decimals`. Got 0\.805 and 2"),
            (0.81, 0, {}, r"`n` must be a whole number from 1 .*Got 0"),
            (0.81, 21.5, {}, r"Got 21\.5"),
            (0.81, 21, {"included": 22}, r"from 0 to n = 21. Got 22"),
            (0.81, 21, {"included": -1}, r"Got -1"),
            (0.81, 21, {"decimals": 9}, r"from 0 to 6. Got 9"),
            (0.0, 100_000, {}, r"no more than 30,000,000 pairs"),
        ],
    )
    def test_refused(self, kappa, n, options, message):
        with pytest.raises(InputError, match=message):
            feasible_tables(kappa, n, **options)
