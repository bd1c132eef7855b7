"""How often do 95 % intervals hold the truth?  A simulation; its table stands in docs/coverage.md.

    python benchmarks/coverage.py [REPEATS] > table.md

Settings have prevalences whose logits are normal around that of p with variance tau²; studies
have 30 to 300 people, or, in the second table, 10 to 30,000, evenly on a logarithmic scale.  The truth of a confidence interval is p, the median setting; that of a
prediction interval is the prevalence of one more setting.  All repeats of a cell are a few
calls of the batched engine.
"""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
from scipy.special import expit, logit

from reviewkit.meta.effects import TRANSFORMS, transform_counts
from reviewkit.meta.engine import fit_batch
from reviewkit.meta.glmm import fit_glmm_batch

CELLS = list(product((5, 10, 30), (0.02, 0.3), (0.0, 0.5)))
SIZES = ((30, 300), (10, 30_000))
HEADS = ("k", "p", "tau²", "HK", "HK-adhoc", "z", "DL, z", "Freeman–Tukey, DL, z", "GLMM, t",
         "GLMM, z", "PI, t", "PI, HTS")  # fmt: skip


def simulate(k, p, tau2, sizes, repeats, rng):
    """Return events, totals and the prevalence of one more setting each."""
    total = np.round(np.exp(rng.uniform(*np.log(sizes), (repeats, k))))
    setting = expit(logit(p) + np.sqrt(tau2) * rng.standard_normal((repeats, k + 1)))
    return rng.binomial(total.astype(int), setting[:, :k]).astype(float), total, setting[:, k]


def share(fit, truth, low="ci_low", high="ci_high"):
    """Return how many of the intervals hold the truth."""
    return np.mean((getattr(fit, low) <= truth) & (truth <= getattr(fit, high)))


def cover(k, p, tau2, sizes, repeats, rng):
    """Return the coverage of each method in one cell."""
    events, total, new = simulate(k, p, tau2, sizes, repeats, rng)
    y, v = transform_counts(events, total, TRANSFORMS["logit"])
    fits = {ci: fit_batch(y, v, ci=ci) for ci in ("HK", "HK-adhoc", "z")}
    found = [share(fit, logit(p)) for fit in fits.values()]
    found.append(share(fit_batch(y, v, tau2="DL", ci="z"), logit(p)))
    double = TRANSFORMS["freeman-tukey"]
    fit = fit_batch(*transform_counts(events, total, double), tau2="DL", ci="z")
    harmonic = k / (1 / total).sum(axis=1)
    low, high = (
        np.array([double.inverse(np.array([e]), n)[0] for e, n in zip(ends, harmonic, strict=True)])
        for ends in (fit.ci_low, fit.ci_high)
    )
    found.append(np.mean((low <= p) & (p <= high)))
    found += [share(fit_glmm_batch(events, total, ci=ci), logit(p)) for ci in ("t", "z")]
    found.append(share(fits["HK"], logit(new), "pi_low", "pi_high"))
    hts = fit_batch(y, v, ci="z", prediction="HTS")
    found.append(share(hts, logit(new), "pi_low", "pi_high"))
    return found


def main(repeats):
    """Print both tables."""
    rng = np.random.default_rng(2026)
    for sizes in SIZES:
        print(f"\nStudies of {sizes[0]:,} to {sizes[1]:,} people, {repeats:,} repeats:\n")
        print("| " + " | ".join(HEADS) + " |\n|" + "---|" * len(HEADS))
        for k, p, tau2 in CELLS:
            shares = (f"{100 * s:.1f}" for s in cover(k, p, tau2, sizes, repeats, rng))
            print(f"| {k} | {p:g} | {tau2:g} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
