"""Which studies may be one, or rest on one sample."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit.integrity.overlap_signs import KINDS


def make_studies(*rows):
    """Return studies from (study, reference, title, location, year, n, instrument)."""
    columns = ["study", "reference", "title", "location", "year", "n", "instrument"]
    return pd.DataFrame(rows, columns=columns)


PRINTED = make_studies(
    ("Row 1, Hoy (16)", 16, "Well-being in twelve countries", "12 countries", None, None, "survey"),
    ("Row 2, Hoy (16)", 16, "Trajectories of burnout", "Poland", None, 207, "MBI"),
    ("Row 3, Hoy (16)", 16, "Mental well-being in the pandemic", "12 countries", 2022, None, ""),
    ("Row 4, Heinonen (15)", 15, "Quality of life", "International", 2021, 1214, "questionnaire"),
    ("Row 5, Berg (17)", 17, "Self-disclosure", "International", 2021, 1214, "questionnaire"),
    ("Row 6, Schaff (14)", 14, "Prevalence of symptoms", "Austria", 2023, 502, ""),
    ("Row 7, Schaff (20)", 20, "Mental health in the pandemic", "Austria", None, None, "PHQ-2"),
)


def kinds_of(found):
    return {tuple(sorted((p.first[:5], p.second[:5]))): p.kind for p in found.pairs}


def test_rows_of_a_printed_table_are_told_apart():
    assert kinds_of(rk.find_overlaps(PRINTED)) == {
        ("Row 1", "Row 3"): "one study",
        ("Row 1", "Row 2"): "one reference",
        ("Row 2", "Row 3"): "one reference",
        ("Row 4", "Row 5"): "one sample",
        ("Row 6", "Row 7"): "one team",
    }


def test_a_finding_says_what_is_shared_and_what_differs():
    found = [f for f in rk.find_overlaps(PRINTED).findings if f.rule == "studies.one_sample"]
    assert len(found) == 1
    assert "n 1,214" in found[0].message
    assert "reference 15 / 17" in found[0].message
    assert found[0].severity == "warning"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Burnout in Therapists: A Survey", "BURNOUT IN THERAPISTS — a survey."),
        ("Prévalence du burn-out", "Prevalence du burnout"),
        ("Secondary traumatic stress among social workers", "Secondary traumatic stress among social worker"),
    ],
)  # fmt: skip
def test_one_title_in_two_spellings_is_one_study(one, two):
    rows = make_studies(("A", 1, one, "UK", 2020, 100, ""), ("B", 2, two, "UK", 2020, 100, ""))
    assert [p.kind for p in rk.find_overlaps(rows).pairs] == ["one study"]


def test_one_title_on_two_samples_is_doubtful():
    title = "Annual survey of burnout"
    rows = make_studies(("A", 1, title, "UK", 2019, 310, ""), ("B", 2, title, "UK", 2020, 298, ""))
    assert [p.kind for p in rk.find_overlaps(rows).pairs] == ["one title"]


def test_a_small_or_lonely_number_is_no_sign():
    rows = make_studies(
        ("Ada", 1, "Nurses at night", "UK", 2019, 12, "MBI"),
        ("Bo", 2, "Doctors by day", "UK", 2019, 12, "MBI"),
        ("Cy", 3, "Clerks", "USA", 2001, 333, "CBI"),
        ("Di", 4, "Porters", "Peru", 2011, 333, "BAT"),
    )
    assert rk.find_overlaps(rows).pairs == ()


def test_samples_of_one_size_in_two_places_are_two():
    rows = make_studies(
        ("Ada", 1, "Nurses", "UK", 2019, 240, "MBI"), ("Bo", 2, "Cooks", "Peru", 2019, 240, "MBI")
    )
    assert [p.kind for p in rk.find_overlaps(rows).pairs] == ["one size"]


def test_labels_that_are_no_names_are_no_team():
    rows = make_studies(*[(f"Study {i}", i, "", "UK", 2000 + i, 100 + i, "") for i in range(5)])
    assert rk.find_overlaps(rows).pairs == ()


def test_what_very_many_share_is_no_sign():
    rows = make_studies(
        *[(f"{chr(65 + i % 26)}q{i}", "", "", f"P{i}", 2000, 100, "") for i in range(400)]
    )
    assert rk.find_overlaps(rows).pairs == ()


def test_several_rows_of_one_study_are_no_pair():
    rows = pd.DataFrame({"study": ["A", "A"], "total": [100, 100], "country": "UK", "year": 2020})
    assert rk.find_overlaps(rows).n_studies == 1


def test_a_review_without_overlaps_says_so():
    found = rk.find_overlaps(PRINTED.iloc[[1, 3, 5]])
    assert found.to_frame().empty
    assert "No two of 3 studies" in str(found)


@given(st.permutations(range(len(PRINTED))))
def test_the_order_of_studies_does_not_matter(order):
    assert kinds_of(rk.find_overlaps(PRINTED.iloc[order])) == kinds_of(rk.find_overlaps(PRINTED))


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 6), max_size=6))
def test_any_cells_are_compared(rows):
    found = rk.find_overlaps(make_studies(*[(f"S{i}", *row) for i, row in enumerate(rows)]))
    assert {p.kind for p in found.pairs} <= set(KINDS)


def test_a_table_without_studies():
    with pytest.raises(rk.InputError, match="'study'"):
        rk.find_overlaps(pd.DataFrame({"title": ["A"]}))
