"""Reference rows, an oracle and strategies that the tests of models of counts share."""

import numpy as np
from hypothesis import strategies as st
from meta_cases import read_golden
from scipy.special import betaln, gammaln, xlog1py, xlogy

GOLDENS = read_golden("counts")

#: Peaks at tau² = 0 and, higher, elsewhere: the slope at 0 leads the wrong way.
TWO_PEAKS = ([11, 0], [12, 1])
#: The same, with both so near to 0 that a coarse grid does not part them.
NEAR_PEAKS = ([68, 17], [272, 43])


def counts_of(dataset):
    """Return events and totals of a data set of the reference."""
    counts = GOLDENS["counts"][dataset]
    return counts["events"], counts["total"]


def name_of(row):
    """Return a short name of a reference row."""
    parts = (row.get(name) for name in ("dataset", "method", "nAGQ", "tag"))
    return "-".join(str(part) for part in parts if part)


def choose(events, total):
    """Return the logarithms of the binomial coefficients."""
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    return gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)


def glmm_likelihood(events, total, mu, tau2):
    """Integrate each study by evenly spaced points where its mass is: slow, blunt, and right."""
    x, n = (np.asarray(part, dtype=float) for part in (events, total))
    if tau2 == 0:
        p = 1 / (1 + np.exp(-mu))
        return float((xlogy(x, p) + xlog1py(n - x, -p) + choose(x, n)).sum())
    return float(sum(_integrate(*study, mu, tau2**0.5) for study in zip(x, n, strict=True)))


def _integrate(x, n, mu, tau):
    low, high = -1e5, 1e5
    for _ in range(6):
        u = np.linspace(low, high, 8001)
        eta = mu + tau * u
        kernel = x * (eta - np.logaddexp(0, eta)) - (n - x) * np.logaddexp(0, eta) - u * u / 2
        top = kernel.max()
        step = u[1] - u[0]
        mass = u[kernel > top - 45]
        low, high = mass[0] - step, mass[-1] + step
    area = np.log(np.exp(kernel - top).sum() * step / np.sqrt(2 * np.pi))
    return top + area + choose(x, n)


def beta_likelihood(events, total, logit, rho):
    """Write the beta-binomial with log-beta functions, unlike the library."""
    x, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    p = 1 / (1 + np.exp(-logit))
    if rho == 0:
        return float((xlogy(x, p) + xlog1py(n - x, -p) + choose(x, n)).sum())
    a, b = p * (1 / rho - 1), (1 - p) * (1 / rho - 1)
    return float((betaln(x + a, n - x + b) - betaln(a, b) + choose(x, n)).sum())


@st.composite
def counts(draw, min_k=2, max_k=6, max_n=300):
    """Draw events and totals, of which one study at least has some and not all."""
    k = draw(st.integers(min_k, max_k))
    total = draw(st.lists(st.integers(1, max_n), min_size=k, max_size=k))
    share = draw(st.lists(st.floats(0, 1), min_size=k, max_size=k))
    total[0] += 1
    events = [round(p * n) for p, n in zip(share, total, strict=True)]
    events[0] = min(max(events[0], 1), total[0] - 1)
    return np.array(events, dtype=float), np.array(total, dtype=float)
