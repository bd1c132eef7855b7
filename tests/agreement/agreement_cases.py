"""Data, strategies and oracles that the tests of agreement share."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

calm = settings(deadline=None)  # no test measures time
PENALTIES = {"linear": 1, "quadratic": 2}


def read_golden(name):
    """Return a file of reference answers."""
    path = Path(__file__).parent / "goldens" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def frame_of(table, categories, raters=("Ada", "Bo")):
    """Return a wide frame of verdicts whose cross-table is `table`."""
    pairs = [
        (categories[i], categories[j])
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        for _ in range(count)
    ]
    return pd.DataFrame(pairs, columns=list(raters), dtype=object)


def decisions_of(wide, stage="title_abstract"):
    """Return the same verdicts as a decisions frame, one row a decision."""
    long = wide.rename_axis("record").reset_index()
    long = long.melt(id_vars="record", var_name="rater", value_name="verdict")
    return long.assign(stage=stage)[["record", "rater", "stage", "verdict"]]


@st.composite
def tables(draw, k=None, least=0):
    """Draw a cross-table of 2 to 4 categories with at least one item."""
    size = draw(st.integers(2, 4)) if k is None else k
    cells = st.lists(st.integers(least, 40), min_size=size, max_size=size)
    rows = draw(st.lists(cells, min_size=size, max_size=size).filter(lambda t: np.sum(t) > 0))
    return np.array(rows)


def fleiss_cohen_everitt(table, weights=None):
    """Write kappa and its sampling SE as the paper of 1969 prints them, in fractions."""
    counts = [[int(x) for x in row] for row in table]
    size, n = range(len(counts)), sum(map(sum, counts))
    power = PENALTIES.get(weights)
    w = [
        [
            Fraction(i == j) if power is None else 1 - Fraction(abs(i - j), size[-1]) ** power
            for j in size
        ]
        for i in size
    ]
    p = [[Fraction(x, n) for x in row] for row in counts]
    rows, columns = [sum(row) for row in p], [sum(column) for column in zip(*p, strict=True)]
    observed = sum(w[i][j] * p[i][j] for i in size for j in size)
    expected = sum(w[i][j] * rows[i] * columns[j] for i in size for j in size)
    w_row = [sum(w[i][j] * columns[j] for j in size) for i in size]
    w_column = [sum(w[i][j] * rows[i] for i in size) for j in size]
    total = sum(
        p[i][j] * (w[i][j] * (1 - expected) - (w_row[i] + w_column[j]) * (1 - observed)) ** 2
        for i in size
        for j in size
    )
    total -= (observed * expected - 2 * expected + observed) ** 2
    variance = total / (n * (1 - expected) ** 4)
    return float((observed - expected) / (1 - expected)), float(variance) ** 0.5


def exact_kappa(a, b, c, d):
    """Return the kappa of a 2 × 2 table as a fraction, None where it is 0/0."""
    n = a + b + c + d
    expected = Fraction((a + b) * (a + c) + (c + d) * (b + d), n * n)
    if expected == 1:
        return None
    return (Fraction(a + d, n) - expected) / (1 - expected)


def all_tables(n):
    """Return every 2 × 2 table of n items."""
    return [
        (a, b, c, n - a - b - c)
        for a in range(n + 1)
        for b in range(n + 1 - a)
        for c in range(n + 1 - a - b)
    ]
