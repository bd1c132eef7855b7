"""Reference rows, names and strategies that the tests of pooling share."""

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st
from meta_cases import read_golden

GOLDENS = read_golden("pooling")

#: reviewkit's names by metafor's
TRANSFORM = {
    "PLO": "logit",
    "PLN": "log",
    "PR": "raw",
    "PAS": "arcsine",
    "PFT": "freeman-tukey",
}
CI = {"z": "z", "knha": "HK", "adhoc": "HK-adhoc", "t": "t"}
ITERATIVE = {"PM", "EB", "ML", "REML"}


def rows_of(name):
    """Return the rows of one kind of reference answers, with their columns as attributes."""
    columns = GOLDENS["columns"][name]
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in GOLDENS[name]]


def name_of(row):
    """Return a short name of a reference row."""
    parts = (getattr(row, name, None) for name in ("dataset", "measure", "method", "test"))
    return "-".join(part for part in parts if part)


def counts_of(dataset):
    """Return a data set of the reference as a table."""
    counts = GOLDENS["counts"][dataset]
    return {"study": [f"Study {i}" for i in range(len(counts["total"]))], **counts}


def table(*pairs):
    """Return a table of (events, total) pairs."""
    events, total = zip(*pairs, strict=True)
    return {"study": [f"Study {i}" for i in range(len(pairs))], "events": events, "total": total}


# High emotional exhaustion, and secondary traumatic stress: studies of mental health workers
# whose syntheses are known from metafor 3.8-1.
EXHAUSTION = table(
    (148, 704), (94, 260), (144, 283), (992, 1359), (34, 287), (35, 80), (81, 443), (111, 227),
    (66, 138), (1148, 4520), (108, 125),
)  # fmt: skip
STRESS = table(
    (56, 539), (82, 412), (84, 383), (43, 225), (13, 64), (583, 1968), (43, 224), (6, 70)
)


@st.composite
def counts(draw, min_k=1, max_k=8, max_n=5000):
    """Draw a table of studies; none, some or all may have the event."""
    totals = draw(st.lists(st.integers(1, max_n), min_size=min_k, max_size=max_k))
    shares = draw(st.lists(st.floats(0, 1), min_size=len(totals), max_size=len(totals)))
    return table(*((round(share * n), n) for share, n in zip(shares, totals, strict=True)))


def as_limits(pair):
    """Return metafor's limits as ours: none is NaN, none leaves [0, 1]."""
    return np.full(2, np.nan) if pair is None else np.clip(pair, 0, 1)
