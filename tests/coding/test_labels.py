"""Labels in natural order, and labels that look alike."""

import numpy as np
import pandas as pd
import pytest
from coding_cases import names
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.coding.labels import find_lookalikes, fold_label, natural_key, read_labels


@given(st.lists(names), st.randoms())
def test_the_order_is_total(labels, random):
    shuffled = [*labels]
    random.shuffle(shuffled)
    assert sorted(labels, key=natural_key) == sorted(shuffled, key=natural_key)


def test_numbers_go_by_size_and_accents_with_their_letters():
    labels = ["Zola (2)", "Study 10", "Öst (1)", "study 9", "Osborn (3)", "9", "10", "²"]
    assert sorted(labels, key=natural_key) == [
        "²", "9", "10", "Osborn (3)", "Öst (1)", "study 9", "Study 10", "Zola (2)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("Burnout", "burn-out", True), ("a – b", "a-b", True), ("ﬁt", "fit", True),
        ("STRASSE", "straße", True), ("stress", "stresses", False), ("a/b", "a-b", False),
        ("Lee (10)", "Lee (11)", False),
    ],
)  # fmt: skip
def test_lookalikes_differ_by_case_dashes_and_spaces(left, right, alike):
    assert (fold_label(left) == fold_label(right)) is alike
    assert bool(find_lookalikes([left, right])) is alike


@given(st.lists(names))
def test_a_label_is_no_lookalike_of_itself(labels):
    for group in find_lookalikes(labels + labels):
        assert len({*group}) == len(group) > 1


def test_cells_of_any_type_become_text():
    cells = pd.Series([10.0, np.nan, " a ", 7, None, 1.5], dtype=object)
    assert read_labels(cells) == ["10", "", "a", "7", "", "1.5"]
    assert read_labels(pd.Series([10, 13, None])) == ["10", "13", ""]
