"""What may mislead a reader of a pooled result, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri

from reviewkit._core.check import list_some
from reviewkit._core.format import (
    fit_decimals,
    format_count,
    format_number,
    format_percent,
)
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import INTERVALS
from reviewkit.meta.models import MODELS
from reviewkit.meta.recipes import is_extreme

if TYPE_CHECKING:
    from reviewkit.meta.pooled import Pooled

__all__ = ["Note", "write_notes", "write_warnings"]

_WIDE_RANGE = 100  # largest over smallest n: from here on the double arcsine is commented


class Note(NamedTuple):
    """What may mislead a reader, and what to do about it in a call."""

    fact: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.fact} {self.advice}".rstrip()


def write_notes(pooled: Pooled) -> list[Note]:
    """Return a note for each thing that may mislead a reader, the gravest first."""
    return [*write_warnings(pooled), *_note_data(pooled), *_note_method(pooled)]


def write_warnings(pooled: Pooled) -> list[Note]:
    """Return a note for each reason to doubt the result itself."""
    found, studies = [], pooled.studies
    if studies.repeated:
        fact = (
            f"Several rows from one study are not independent, but are pooled as if they were: "
            f"{list_some(studies.repeated, sep=', ')}."
        )
        advice = "Keep one row a study, or rename the rows if they are separate samples."
        found.append(Note(fact, advice))
    if _has_no_width(pooled):
        fact = (
            "The Hartung–Knapp interval has no width, because the studies agree entirely; "
            "this says nothing about its precision."
        )
        found.append(Note(fact, "Use ci='HK-adhoc' or ci='z'."))
    if studies.events is not None and studies.total is not None:
        none, full = not studies.events.any(), bool((studies.events == studies.total).all())
        if (pooled.estimate == 0 and not none) or (pooled.estimate == 1 and not full):
            shown = format_percent(pooled.estimate, 0)
            fact = f"The back-transformed estimate is {shown}, which the counts contradict."
            found.append(Note(fact, "Use transform='logit'."))
    sizes, misleads = _note_sizes(pooled)
    return [*found, *sizes] if misleads else found


def _note_data(pooled: Pooled) -> list[Note]:
    """Return what the studies do not allow."""
    left_out = pooled.studies.left_out
    notes = []
    if left_out:
        rows = f"{format_count(len(left_out))} of {format_count(pooled.k + len(left_out))} rows"
        names = list_some(left_out, sep=", ")
        notes.append(Note(f"{rows} left out, a number is missing: {names}."))
    if is_extreme(pooled):
        fact = "No study has an event" if pooled.estimate == 0 else "All people have the event"
        notes.append(Note(f"{fact}: how far settings differ cannot be told, and τ² is set to 0."))
    if pooled.k == 1:
        notes.append(Note("One study: nothing is pooled, and the interval is its own."))
    return notes


def _note_method(pooled: Pooled) -> list[Note]:
    """Return what the method does to these studies."""
    notes, method = [], pooled.method
    model = MODELS[method.model]
    if pooled.k > 1 and INTERVALS[method.ci].scaled and not model.varies:
        fact = "Hartung and Knapp’s interval is made for random effects."
        notes.append(Note(fact, "ci='z' gives the customary one of the common-effect model."))
    elif _is_narrow(pooled) and not _has_no_width(pooled):
        fact = (
            "The Hartung–Knapp interval is narrower here than the classic one, "
            "as the studies scatter less than their sampling errors."
        )
        notes.append(Note(fact, "ci='HK-adhoc' prevents that."))
    if pooled.tau2 < pooled.tau2_ci_low or pooled.tau2 > pooled.tau2_ci_high:
        fact = (
            f"τ² by {method.tau2} lies outside of its interval: the Q-profile weighs the studies "
            f"otherwise."
        )
        notes.append(Note(fact, "Compare another estimator."))
    elif not model.varies and (pooled.i2 < pooled.i2_ci_low or pooled.i2 > pooled.i2_ci_high):
        fact = (
            "I² by (Q − df)/Q lies outside of its interval, which is that of τ² by the Q-profile "
            "under random effects."
        )
        notes.append(Note(fact, "Compare model='random'."))
    return notes + _note_scale(pooled)


def _note_scale(pooled: Pooled) -> list[Note]:
    """Return what the transformation does to these studies."""
    notes: list[Note] = []
    total, scale = pooled.studies.total, TRANSFORMS.get(pooled.method.transform or "")
    if scale is None or total is None:
        return notes
    limits = (pooled.ci_low, pooled.ci_high, pooled.pi_low, pooled.pi_high)
    if scale.bounded and any(end in (0, 1) and end != pooled.estimate for end in limits):
        fact = f"On the scale of {scale.label} an interval reaches beyond 0 or 100 %"
        notes.append(Note(f"{fact}; it is cut there."))
    found, misleads = _note_sizes(pooled)
    return notes if misleads else [*notes, *found]


def _note_sizes(pooled: Pooled) -> tuple[list[Note], bool]:
    """Return what unlike sample sizes do to double arcsines, and whether that misleads.

    It does where the choice of n moves the answer beyond its own confidence interval.
    """
    total, scale = pooled.studies.total, TRANSFORMS.get(pooled.method.transform or "")
    if scale is None or total is None or not scale.sized or pooled.likelihood is not None:
        return [], False
    smallest, largest = float(total.min()), float(total.max())
    if largest < _WIDE_RANGE * smallest:
        return [], False
    effect = np.array(pooled.on_scale[0])
    ends = [float(scale.inverse(effect, n)) for n in (smallest, largest)]
    few, many = (100 * end for end in ends)
    decimals = fit_decimals([few, many])
    fact = (
        f"Sample sizes run from {format_count(smallest)} to {format_count(largest)}, and the "
        f"back-transformation of double arcsines depends on n: the same pooled effect reads "
        f"{format_number(few, decimals)} % at the smallest n and "
        f"{format_number(many, decimals)} % at the largest."
    )
    beyond = min(ends) < pooled.ci_low or max(ends) > pooled.ci_high
    misleads = beyond and 0 < pooled.estimate < 1  # else the counts contradict it, or agree
    return [Note(fact, "Compare transform='logit'.")], misleads


def _has_no_width(pooled: Pooled) -> bool:
    """Say whether several studies gave an interval of no width."""
    low, high = pooled.on_scale[2:]
    return pooled.k > 1 and pooled.likelihood is None and high - low <= 1e-9 * _classic_se(pooled)


def _is_narrow(pooled: Pooled) -> bool:
    """Say whether Hartung and Knapp's interval is narrower than the classic one."""
    way, (_, _, low, high) = INTERVALS[pooled.method.ci], pooled.on_scale
    z = ndtri((1 + pooled.method.level) / 2)
    return bool(
        way.scaled
        and pooled.likelihood is None
        and (high - low) < 2 * z * _classic_se(pooled) * (1 - 1e-9)
    )


def _classic_se(pooled: Pooled) -> float:
    """Return the standard error that takes the sampling variances at their word."""
    return float((1 / (pooled.studies.variances + pooled.tau2)).sum() ** -0.5)
