"""Confidence intervals of one coefficient of agreement.

A limit beyond the range of its coefficient is cut at the end of that range, and
the note says which limit was cut and where it would have been.
"""

from __future__ import annotations

from math import exp, isinf, log
from typing import NamedTuple

from reviewkit._core.format import format_number
from reviewkit._core.shares import score_interval

__all__ = ["INTERVALS", "Interval", "logit_interval", "wald_interval", "wilson_interval"]

#: Ways to an interval, by the names that a caller gives.
INTERVALS = ("large-sample", "logit", "bootstrap")


class Interval(NamedTuple):
    """Both limits, and what a reader should know about them."""

    low: float
    high: float
    note: str = ""


def wilson_interval(events: int, total: int, z: float) -> Interval:
    """Return the score interval of a share, which needs no cut.

    References
    ----------
    Wilson (1927). doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high, _ = wilson_interval(92, 97, 1.959964)
    >>> round(low, 4), round(high, 4)
    (0.885, 0.9778)
    """
    low, high = score_interval(events, total, z)
    return Interval(float(low), float(high))


def wald_interval(value: float, se: float, z: float, bounds: tuple[float, float]) -> Interval:
    """Return value ± z standard errors, cut at the bounds of the coefficient.

    >>> wald_interval(0.81, 0.13, 1.959964, (-1.0, 1.0)).note
    'upper limit 1.06 cut at 1'
    """
    low, high = value - z * se, value + z * se
    least, most = bounds
    cuts = [
        f"{side} limit {format_number(limit, 2)} cut at {format_number(bound, 0)}"
        for side, limit, bound, beyond in (
            ("lower", low, least, low < least),
            ("upper", high, most, high > most),
        )
        if beyond
    ]
    return Interval(max(low, least), min(high, most), "; ".join(cuts))


def logit_interval(value: float, se: float, z: float, bounds: tuple[float, float]) -> Interval:
    """Return an interval that is symmetric on the logit of the range, and so stays inside it.

    At an end of the range there is no logit: the limits are those of large samples.

    >>> low, high, _ = logit_interval(0.81, 0.13, 1.959964, (-1.0, 1.0))
    >>> round(low, 3), round(high, 3)
    (0.368, 0.953)
    """
    least, most = bounds
    below, above = value - least, most - value
    if not (below > 0 and above > 0):
        return wald_interval(value, se, z, bounds)._replace(note="no logit at the end of the range")
    if isinf(below):
        spread = z * se / above
        return Interval(most - above * exp(spread), most - above * exp(-spread))
    middle, spread = log(below / above), z * se * (most - least) / (below * above)
    low, high = (_from_logit(middle + step, least, most) for step in (-spread, spread))
    return Interval(low, high)


def _from_logit(logit: float, least: float, most: float) -> float:
    share = 1 / (1 + exp(-logit)) if logit > -700 else 0.0
    return least + (most - least) * share
