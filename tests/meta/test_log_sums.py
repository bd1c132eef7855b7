"""Sums of logarithms and their derivatives: against sums that are written out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reviewkit.meta.log_sums import sum_logs


@pytest.mark.parametrize("count", [0, 1, 7, 1000])
@pytest.mark.parametrize(
    ("c", "g"),
    [(0.3, 0.5), (0.3, 0.0201), (0.3, 0.0199), (0.3, 1e-3), (2e-4, 3e-6), (1e-6, 3.0), (1, 1e-5)],
)
def test_sums_are_those_written_out(count, c, g):
    i = np.arange(count, dtype=np.longdouble)
    term = np.longdouble(c) + i * np.longdouble(g)
    found = sum_logs(np.array([float(count)]), np.array([c]), np.array([g]))
    expected = {
        "value": np.log(term), "c": 1 / term, "g": i / term,
        "cc": -1 / term**2, "cg": -i / term**2, "gg": -((i / term) ** 2),
    }  # fmt: skip
    # Each but the first three is a difference, divided by g: 13 digits of its parts remain.
    inverse, squared = float((1 / term).sum()), float((1 / term**2).sum())
    parts = {
        "value": count + float(np.abs(np.log(term)).sum()),
        "c": inverse,
        "g": (count + c * inverse) / g,
        "cc": squared,
        "cg": (inverse + c * squared) / g,
        "gg": (count + 2 * c * inverse + c * c * squared) / g**2,
    }
    for name, terms in expected.items():
        exact = float(terms.sum())
        assert_allclose(getattr(found, name)[0], exact, rtol=0, atol=1e-13 * parts[name])
