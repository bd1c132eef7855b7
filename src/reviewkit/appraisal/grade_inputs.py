"""What is known of an outcome before its certainty is graded: plain numbers, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraised import Appraisal
from reviewkit.appraisal.matching import find_studies

__all__ = ["Body", "Shares", "read_bodies", "read_levels", "share_of_levels"]

_NUMBERS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
#: What a person may write for the risk of bias of a study, without an Appraisal.
_LEVELS = {"low": "low", "moderate": "some", "some concerns": "some", "some": "some", "high": "high",
           "serious": "high", "critical": "critical", "unclear": "unclear",
           "no information": "unclear"}  # fmt: skip


class Body(NamedTuple):
    """The evidence on one outcome; proportions in [0, 1], NaN where there is none."""

    outcome: str
    k: int  # studies
    n: float  # people
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    study: tuple[str, ...]
    points: tuple[float, ...]  # estimates of the studies
    weights: tuple[float, ...]  # shares, which sum to 1
    weighed_by: str  # "weight", "people" or "studies"


class Shares(NamedTuple):
    """Shares of the weight by risk of bias."""

    high: float
    unjudged: float
    by: str


def read_bodies(outcomes: Any) -> list[Body]:
    """Return the evidence on each outcome, from pooled results, mappings or a frame.

    Raises
    ------
    InputError
        If a number is missing or impossible; all are listed.
    """
    if isinstance(outcomes, pd.DataFrame):
        if "outcome" not in outcomes:
            raise InputError(
                f"`outcomes` must have a column 'outcome'. The columns are "
                f"{list_some([*map(repr, outcomes.columns)], sep=', ')}."
            )
        rows = outcomes.astype(object).to_dict("records")
        names = [str(row["outcome"]) for row in rows]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"Each outcome must have one row. Got more for {list_some(twice)}.")
        outcomes = dict(zip(names, rows, strict=True))
    if not isinstance(outcomes, Mapping) or not outcomes:
        raise InputError(
            f"`outcomes` must map names to pooled results or to numbers, or be a frame. "
            f"Got {type(outcomes).__name__}. For one result, give {{'Burnout': pooled}}."
        )
    problems: list[str] = []
    bodies = [_read_body(str(name), given, problems) for name, given in outcomes.items()]
    if problems:
        raise InputError(
            "Each outcome must have k, an estimate and its interval, as proportions from 0 to 1. "
            + f"{list_some(problems)}. Correct them."
        )
    return bodies


def _read_body(name: str, given: Any, problems: list[str]) -> Body:
    def find(key: str) -> float:
        value = given.get(key) if isinstance(given, Mapping) else getattr(given, key, None)
        missing = value is None or value is pd.NA
        return math.nan if missing else float(value)  # type: ignore[arg-type]

    numbers = {key: find(key) for key in (*_NUMBERS, "k", "n")}
    for key in ("k", "estimate", "ci_low", "ci_high"):
        if math.isnan(numbers[key]):
            problems.append(f"{name!r} has no {key}")
    wrong = [key for key in _NUMBERS if not math.isnan(v := numbers[key]) and not 0 <= v <= 1]
    problems += [f"{key} of {name!r} is {numbers[key]:g}" for key in wrong]
    k = numbers["k"]
    if k < 1 or not (math.isnan(k) or k.is_integer()):
        problems.append(f"k of {name!r} is {k:g}")
    for low, high in (("ci_low", "ci_high"), ("pi_low", "pi_high")):
        if numbers[low] > numbers[high]:
            problems.append(f"{low} of {name!r} is above {high}")
    if not numbers["ci_low"] <= numbers["estimate"] <= numbers["ci_high"] and not wrong:
        problems += [] if math.isnan(sum(numbers[k] for k in _NUMBERS[:3])) else [f"the interval of {name!r} does not hold its estimate"]  # fmt: skip
    study, points, weights, by = _read_studies(given)
    rest = {key: numbers[key] for key in _NUMBERS}
    return Body(name, 0 if math.isnan(k) else int(k), numbers["n"], **rest, study=study,
                points=points, weights=weights, weighed_by=by)  # fmt: skip


def _read_studies(given: Any) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...], str]:
    """Return names, estimates and weights of the studies, as far as they are there."""
    frame: Any = given.get("studies") if isinstance(given, Mapping) else given
    if hasattr(frame, "to_frame") and not isinstance(frame, pd.DataFrame):
        frame = frame.to_frame()
    if not isinstance(frame, pd.DataFrame) or "study" not in frame or frame.empty:
        return (), (), (), "studies"
    names = tuple(str(name).strip() for name in frame["study"])
    points = _numbers(frame, "estimate")
    for column, by in (("weight", "weight"), ("total", "people")):
        found = _numbers(frame, column)
        if len(found) == len(names) and np.isfinite(found).all() and sum(found) > 0:
            return names, points, tuple(v / sum(found) for v in found), by
    return names, points, (1 / len(names),) * len(names), "studies"


def _numbers(frame: pd.DataFrame, name: str) -> tuple[float, ...]:
    if name not in frame:
        return ()
    return tuple(pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float).tolist())


def read_levels(appraisal: Any) -> dict[str, str] | None:
    """Return the risk of bias of each study, "" where nobody judged it."""
    if appraisal is None:
        return None
    if isinstance(appraisal, Appraisal):
        if appraisal.by_rule.rule == "none":
            raise InputError(
                "`appraisal` must have an overall judgement of each study. Give appraise a rule, "
                "as in overall='worst', or the judgements."
            )
        judged = zip(appraisal.studies, appraisal.by_rule.judgements, strict=True)
        return {study: appraisal.instrument.level("overall", word) for study, word in judged}
    if not isinstance(appraisal, Mapping | pd.Series):
        raise InputError(
            f"`appraisal` must be an Appraisal, or map studies to their risk of bias. "
            f"Got {type(appraisal).__name__}."
        )
    given = {str(study).strip(): "" if pd.isna(word) else str(word).strip().lower() for study, word in dict(appraisal).items()}  # fmt: skip
    unknown = sorted({word for word in given.values() if word and word not in _LEVELS})
    if unknown:
        raise InputError(
            f"The risk of bias must be one of {', '.join(_LEVELS)}, or missing. "
            f"Got {list_some([*map(repr, unknown)])}."
        )
    return {study: _LEVELS.get(word, "") for study, word in given.items()}


def share_of_levels(body: Body, levels: Mapping[str, str]) -> Shares:
    """Return which share of the weight of an outcome is at high risk, and which is not judged."""
    known: Sequence[str] = [*levels]
    places = find_studies(body.study, known)
    found = [levels[known[at]] for at in places]
    high = sum(w for w, one in zip(body.weights, found, strict=True) if one in ("high", "critical"))
    blank = sum(w for w, one in zip(body.weights, found, strict=True) if one in ("", "unclear"))
    return Shares(high, blank, {"weight": "weight", "people": "people"}.get(body.weighed_by, "studies"))  # fmt: skip
