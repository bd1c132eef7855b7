"""What a test of small-study effects does not show, in words."""

from __future__ import annotations

import numpy as np

from reviewkit._core.format import format_number
from reviewkit.meta.asymmetry import ASYMMETRY_TESTS
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.notes import Note
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.ranks import range_over_ties
from reviewkit.meta.recipes import describe_count

__all__ = ["FEW", "judge_lfk", "note_asymmetry", "note_picture"]

FEW = 10  # studies below which no such test is advised (Sterne 2011, doi:10.1136/bmj.d4002)
_MINOR, _MAJOR = 1.0, 2.0  # cut-offs of the LFK index


def judge_lfk(index: float) -> str:
    """Return what the cut-offs make of an LFK index.

    >>> judge_lfk(0.4), judge_lfk(-1.6), judge_lfk(2.5)
    ('no asymmetry (within ±1)', 'minor asymmetry (beyond ±1)', 'major asymmetry (beyond ±2)')
    """
    if abs(index) <= _MINOR:
        return "no asymmetry (within ±1)"
    return f"{'minor' if abs(index) <= _MAJOR else 'major'} asymmetry (beyond ±{'12'[abs(index) > _MAJOR]})"


def note_picture(pooled: Pooled, k: int | None = None) -> list[Note]:
    """Return what may mislead a reader of any picture or test of asymmetry.

    `k` counts the studies that it rests on; left out, all are.
    """
    notes = []
    k = pooled.k if k is None else k
    if k < FEW:
        fact = (
            f"With fewer than {FEW} studies (k = {k}) asymmetry can hardly be judged, and "
            f"tests are underpowered: that they find nothing says nothing."
        )
        notes.append(Note(fact))
    if pooled.method.transform is not None:
        fact = (
            "Asymmetry of prevalences is mostly heterogeneity, as small studies differ in setting "
            "and people; it is no evidence of publication bias."
        )
        notes.append(Note(fact))
    return notes


def note_asymmetry(pooled: Pooled, test: str, predictor: str, k: int) -> tuple[Note, ...]:
    """Return the caveats of a test that rests on k studies, the gravest first."""
    notes, way, transform = note_picture(pooled, k), ASYMMETRY_TESTS[test], pooled.method.transform
    if k < pooled.k:
        fact = (
            f"{describe_count(pooled.k - k)} left out, where nobody, or everybody, had the event: "
            f"that says nothing of an odds ratio."
        )
        notes.append(Note(fact))
    if transform is not None and not way.is_sized(predictor) and _bends_variance(transform):
        fact = (
            f"The standard error of {TRANSFORMS[transform].label} depends on the prevalence "
            f"itself, which alone makes large and small effects look unlike."
        )
        notes.append(Note(fact, "Prefer test='peters' or predictor='1/sqrt(n)'."))
    if test == "lfk":
        fact = "The LFK index is no test: its cut-offs keep no error rate, and it grows with the number of studies."
        notes += [Note(fact), *_note_ties(pooled)]
    return tuple(notes)


def _bends_variance(transform: str) -> bool:
    """Say whether the variance of an effect depends on the prevalence, and not on n alone."""
    low, high = TRANSFORMS[transform].forward(np.array([10.0, 50.0]), np.array([100.0, 100.0]))[1]
    return bool(low != high)


def _note_ties(pooled: Pooled) -> list[Note]:
    """Return by how much the order of equal effects moves the LFK index."""
    effects = pooled.studies.effects
    tied = effects.size - np.unique(effects).size
    if not tied:
        return []
    low, high = range_over_ties(effects, pooled.studies.variances)
    ends = f"{format_number(low, 2)} and {format_number(high, 2)}"
    order = "The index depends on the order of equal effects, here that of the table"
    return [Note(f"{order}: sorted by precision either way they give {ends}.")]
