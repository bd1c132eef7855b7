"""Suggestions for the five domains of GRADE on prevalence, each with its number and its rule.

There is no official guidance of GRADE for prevalence; the limits are conventions of this
project, in :data:`LIMITS`, and a review may set its own.  A suggestion is never a judgement:
where a number is missing or could be either, there is none.  To change how a domain is
suggested, name another function in :data:`DOMAINS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number, format_p, format_percent
from reviewkit.appraisal.grade_inputs import Body, share_of_levels
from reviewkit.sources.suggestions import suggest_name

__all__ = ["DOMAINS", "LIMITS", "STEPS", "Facts", "Suggestion", "read_limits", "suggest_all"]

#: By how many levels a judgement lowers the certainty.
STEPS: Mapping[str, int] = MappingProxyType(
    {"not serious": 0, "serious": 1, "very serious": 2, "extremely serious": 3, "undetected": 0,
     "strongly suspected": 1}
)  # fmt: skip

_SHARED = {"weight": "weight is", "people": "people are in studies", "studies": "studies are"}
_SERIOUS = ("not serious", "serious", "very serious")


class Facts(NamedTuple):
    """What a review declares beside the numbers of an outcome."""

    levels: Mapping[str, str] | None  # risk of bias by study
    thresholds: tuple[float, ...]  # of a decision, in (0, 1)
    departures: tuple[str, ...] | None  # in what the evidence differs from the question
    small_study_p: float  # of a test of asymmetry
    limits: Mapping[str, float]


class Suggestion(NamedTuple):
    """What is suggested for a domain, "" for nothing, the number behind it, and the rule."""

    suggestion: str
    number: str
    rule: str


def suggest_all(body: Body, facts: Facts) -> dict[str, Suggestion]:
    """Return the suggestion for each domain."""
    return {domain: suggest(body, facts) for domain, (suggest, _) in DOMAINS.items()}


def read_limits(given: Mapping[str, float] | None) -> Mapping[str, float]:
    """Return the limits with those of a review."""
    for name, value in (given or {}).items():
        if name not in LIMITS:
            raise InputError(
                f"`limits` may set {', '.join(LIMITS)}. Got {name!r}.{suggest_name(name, LIMITS)}"
            )
        if not (isinstance(value, int | float) and value > 0 and math.isfinite(value)):
            raise InputError(f"`{name}` of `limits` must be above 0. Got {value!r}.")
    found = {**LIMITS, **(given or {})}
    for low, high in (("high_risk_serious", "high_risk_very"), ("spread_serious", "spread_very")):
        if found[low] >= found[high]:
            raise InputError(
                f"`{low}` must be below `{high}` in `limits`. Got {found[low]} and {found[high]}."
            )
    return MappingProxyType(found)


def _step(value: float, serious: float, very: float) -> str:
    return _SERIOUS[(value >= serious) + (value >= very)]


def _points(width: float) -> str:
    text = format_number(100 * width, 1).removesuffix(".0")
    return f"{text} percentage points"


def _risk_of_bias(body: Body, facts: Facts) -> Suggestion:
    serious, very = facts.limits["high_risk_serious"], facts.limits["high_risk_very"]
    rule = (
        f"Serious from {format_percent(serious, 0)} at high risk of bias on, very serious from "
        f"{format_percent(very, 0)}."
    )
    if facts.levels is None or not body.study:
        lacking = "no appraisal" if facts.levels is None else "no list of studies"
        return Suggestion("", f"There is {lacking}.", rule)
    shares = share_of_levels(body, facts.levels)
    number = f"{format_percent(shares.high)} of the {_SHARED[shares.by]} at high risk of bias"
    if shares.unjudged:
        number += f", {format_percent(shares.unjudged)} unclear or not judged"
    least, most = (_step(v, serious, very) for v in (shares.high, shares.high + shares.unjudged))
    return Suggestion(least if least == most else "", f"{number}.", rule)


def _inconsistency(body: Body, facts: Facts) -> Suggestion:
    serious, very = facts.limits["spread_serious"], facts.limits["spread_very"]
    if body.k == 1:
        return Suggestion("", "One study shows no inconsistency and no consistency.", "")
    spread = _tell_points(body)
    has_interval = not math.isnan(body.pi_low + body.pi_high)
    if facts.thresholds and has_interval:
        beyond = [
            t for t in _crossed(body.pi_low, body.pi_high, facts.thresholds)
            if t not in _crossed(body.ci_low, body.ci_high, facts.thresholds)
        ]  # fmt: skip
        number = f"The prediction interval, {_between(body.pi_low, body.pi_high)}, crosses {_list_thresholds(beyond)} that the confidence interval does not.{spread}"  # fmt: skip
        rule = "Serious if the prediction interval crosses 1 threshold more than the confidence interval, very serious if 2 or more. I² is not used."  # fmt: skip
        return Suggestion(_SERIOUS[min(len(beyond), 2)], number, rule)
    rule = (
        f"Serious from a prediction interval of {_points(serious)} on, very serious from "
        f"{_points(very)}; without one, the range of the studies' estimates. I² is not used."
    )
    if has_interval:
        width = body.pi_high - body.pi_low
        number = f"The prediction interval, {_between(body.pi_low, body.pi_high)}, is {_points(width)} wide.{spread}"  # fmt: skip
        return Suggestion(_step(width, serious, very), number, rule)
    known = [value for value in body.points if not math.isnan(value)]
    if len(known) < 2:
        return Suggestion("", "There is no prediction interval and no estimate of studies.", rule)
    return Suggestion(
        _step(max(known) - min(known), serious, very),
        f"There is no prediction interval.{spread}", rule,
    )  # fmt: skip


def _tell_points(body: Body) -> str:
    known = [value for value in body.points if not math.isnan(value)]
    if len(known) < 2:
        return ""
    return f" Estimates of {len(known)} studies go from {_between(min(known), max(known))}."


def _between(low: float, high: float) -> str:
    return f"{format_number(100 * low, 1)} to {format_percent(high)}"


def _crossed(low: float, high: float, thresholds: Sequence[float]) -> list[float]:
    return [t for t in thresholds if low < t < high]


def _list_thresholds(found: Sequence[float]) -> str:
    if not found:
        return "no threshold"
    told = " and ".join(format_percent(value) for value in found)
    return f"{len(found)} threshold{'s' * (len(found) > 1)} ({told})"


def _indirectness(body: Body, facts: Facts) -> Suggestion:
    rule = "Serious for 1 declared departure from the question, very serious for 2 or more."
    if facts.departures is None:
        return Suggestion("", "Nothing was declared about population, setting and measurement.", rule)  # fmt: skip
    count = len(facts.departures)
    told = f"Declared: {'; '.join(facts.departures)}." if count else "Declared: no departure."
    return Suggestion(_SERIOUS[min(count, 2)], told, rule)


def _imprecision(body: Body, facts: Facts) -> Suggestion:
    interval = f"The confidence interval, {_between(body.ci_low, body.ci_high)},"
    if facts.thresholds:
        crossed = _crossed(body.ci_low, body.ci_high, facts.thresholds)
        rule = "Serious if the confidence interval crosses 1 threshold, very serious if 2 or more."
        number = f"{interval} crosses {_list_thresholds(crossed)}."
        return Suggestion(_SERIOUS[min(len(crossed), 2)], number, rule)
    half, margin = (body.ci_high - body.ci_low) / 2, facts.limits["margin"]
    edge = min(body.estimate, 1 - body.estimate)
    wanted = min(margin, edge / 2) if edge < 2 * margin else margin
    why = " (half of what is rarer)" if wanted < margin else ""
    number = f"{interval} is ± {_points(half)}; {_points(wanted)}{why} would be precise."
    rule = (
        f"Serious if half the interval is above {_points(margin)}, or above half of the prevalence "
        f"(or of its complement) below {format_percent(2 * margin, 0)}; very serious if above twice that."
    )  # fmt: skip
    if wanted == 0:
        return Suggestion("", f"{interval} has an estimate of 0 or 100 %.", rule)
    return Suggestion(_SERIOUS[(half > wanted) + (half > 2 * wanted)], number, rule)


def _publication_bias(body: Body, facts: Facts) -> Suggestion:
    least, limit = int(facts.limits["studies_for_test"]), facts.limits["test_p"]
    rule = (
        f"Strongly suspected if a test of {least} studies or more has P < {limit:g}. In prevalence "
        f"asymmetry mostly comes from heterogeneity, and no test finds what was never written up."
    )
    count = f"{format_count(body.k)} {'study' if body.k == 1 else 'studies'}"
    if body.k < least:
        return Suggestion("undetected", f"{count}: too few for a test ({least}).", rule)
    p = facts.small_study_p
    if math.isnan(p):
        return Suggestion("", f"{count}, and no test was given.", rule)
    found = "strongly suspected" if p < limit else "undetected"
    return Suggestion(found, f"{count}; test of small-study effects {format_p(p)}.", rule)


#: Where suggestions change; shares and widths in [0, 1].
LIMITS: Mapping[str, float] = MappingProxyType(
    {
        "high_risk_serious": 0.25,  # share of the weight at high risk of bias
        "high_risk_very": 0.50,
        "spread_serious": 0.30,  # width of the prediction interval
        "spread_very": 0.60,
        "margin": 0.05,  # half of a precise confidence interval
        "studies_for_test": 10.0,
        "test_p": 0.10,
    }
)

Suggest = Callable[[Body, Facts], Suggestion]

#: Domains with the function that suggests and the judgements that a person may give.
DOMAINS: Mapping[str, tuple[Suggest, tuple[str, ...]]] = MappingProxyType(
    {
        "risk_of_bias": (_risk_of_bias, (*_SERIOUS, "extremely serious")),
        "inconsistency": (_inconsistency, _SERIOUS),
        "indirectness": (_indirectness, _SERIOUS),
        "imprecision": (_imprecision, (*_SERIOUS, "extremely serious")),
        "publication_bias": (_publication_bias, ("undetected", "strongly suspected")),
    }
)
