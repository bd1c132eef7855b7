"""Checks of pooled results as printed against the studies: which recipe gives them.

The recipe that is stated is tried first; only where it does not give the printed numbers, all that
programs offer are (:mod:`~reviewkit.meta.recipe_grid`), once for each result.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from reviewkit._core.errors import ReviewkitError, ReviewkitWarning
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_number
from reviewkit.review.pool_scales import read_choice
from reviewkit.review.reported import read_number

if TYPE_CHECKING:
    from reviewkit.meta.reproduction import Reproduction
    from reviewkit.review.folder import Review

__all__ = ["check_data"]

Stated = Mapping[str, frozenset[str]]  # part of a recipe → choices that its words may mean

_ENDS = ("ci_low", "estimate", "ci_high")
_AHEAD = ("pi_low", "pi_high")
_COLUMNS = {"model": "model", "transform": "transform", "tau2": "tau2_by", "ci": "ci"}
_I2_SLACK = 0.05  # programs define it in more ways than two
_BY_COUNTS = ("glmm", "beta-binomial")


def check_data(review: Review, row: Mapping[str, str], where: str) -> Iterator[Finding]:
    """Pool the studies again; where no recipe gives the printed numbers, look for exchanged digits."""
    outcome, frame = row["outcome"], review.outcomes
    if outcome not in review.pools or frame is None or not row.get("ci_low"):
        return
    printed = {key: row[key] for key in (*_ENDS, *_AHEAD) if row.get(key)}
    stated = {key: read_choice(key, row.get(key, "")) for key in _COLUMNS}
    column = next(c for c in ("outcome", "construct") if c in frame and (frame[c] == outcome).any())
    rows = frame[frame[column] == outcome]
    given = _find_given(review.pools[outcome], rows, printed, stated)
    if given is not None:
        yield from _check_spread(given, row, stated, where)
        return
    found = _try(rows, printed)
    if found is None:
        return
    if len(found.matches):
        if not any(_fits(match, stated) for match in found.matches.to_dict("records")):
            said = " ".join(filter(None, (row.get(key, "") for key in _COLUMNS)))
            yield Finding(
                "pools.recipe", "warning", where,
                f"{outcome}: the numbers come from another recipe than the one that is stated. "
                f"{found._headline()}",
                row.get("quote", ""), said,
                fix="Correct the description of the method, or the numbers.",
            )  # fmt: skip
        return
    hint = _find_exchange(found.table, printed)
    yield Finding(
        "pools.estimate", "error", where,
        f"{outcome}: {found._headline()}{hint}",
        row.get("quote", "") or " ".join(printed.values()),
        review.pools[outcome]._headline(), " ".join(printed.values()),
        "Correct the numbers, or say which data and method gave them.",
    )  # fmt: skip


def _check_spread(
    pooled: Any, row: Mapping[str, str], stated: Stated, where: str
) -> Iterator[Finding]:
    """Hold a printed I² against the one of the recipe that gave the estimate, by both definitions."""
    i2 = read_number(row.get("i2", ""))
    # Another scale has another I²: what is not stated may have been another one.
    if i2 is None or not stated["transform"] or pooled.method.model in _BY_COUNTS:
        return
    printed = i2 / 100 if "%" in row["i2"] or i2 > 1 else i2
    own = [pooled.i2, max(0.0, 1 - pooled.q_df / pooled.q) if pooled.q > 0 else 0.0]
    if min(abs(printed - value) for value in own) > _I2_SLACK:
        told = " or ".join(dict.fromkeys(f"{format_number(100 * value, 1)} %" for value in own))
        yield Finding(
            "pools.i2", "warning", where,
            f"{row['outcome']}: the studies give an I² of {told}, not {row['i2']}.",
            row.get("quote", "") or row["i2"], told, row["i2"],
            "Correct I², or say which studies and which definition it is of.",
        )  # fmt: skip


def _find_given(pooled: Any, rows: pd.DataFrame, printed: Mapping[str, str], stated: Stated) -> Any:
    """Return the result of a usual recipe that fits what is stated and gives the numbers, or None."""
    if _fits(_describe(pooled), stated) and _gives(pooled, printed):
        return pooled
    said = {key: min(choices) for key, choices in stated.items() if choices}
    tried = []
    for usual in _USUAL:
        options = {**_DEFAULT, **usual, **said}
        if options["model"] in _BY_COUNTS:
            options = {key: options[key] for key in ("model", "ci")}
        elif options["model"] == "common":
            options.pop("tau2")
        if options not in tried:
            tried.append(options)
            found = _pool(rows, options)
            if found is not None and _gives(found, printed):
                return found
    return None


def _pool(rows: pd.DataFrame, options: dict[str, str]) -> Any:
    from reviewkit.meta.pooling import pool_prevalence

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        try:
            return pool_prevalence(rows, missing="drop", **options)  # type: ignore[arg-type]
        except ReviewkitError:
            return None


def _describe(pooled: Any) -> dict[str, str]:
    """Return the recipe of a result as a row of the grid of recipes."""
    method = pooled.method
    return {"model": method.model, "transform": method.transform, "tau2_by": method.tau2,
            "ci": method.ci}  # fmt: skip


def _gives(pooled: Any, printed: Mapping[str, str]) -> bool:
    return _all_fit({key: [getattr(pooled, key)] for key in printed}, printed)


def _all_fit(values: Any, printed: Mapping[str, str]) -> bool:
    """Return whether one place of all columns of values rounds to what is printed."""
    import numpy as np

    from reviewkit.meta.printed_numbers import read_printed

    try:
        numbers = read_printed(printed)
    except ReviewkitError:
        return False
    fit = [number.fits(np.asarray(values[number.name], dtype=float)) for number in numbers]
    return bool(np.logical_and.reduce(fit).any())


def _try(rows: pd.DataFrame, printed: Mapping[str, str]) -> Reproduction | None:
    from reviewkit.meta.reproduction import reproduce

    try:
        return reproduce(rows, reported=printed, missing="drop")
    except ReviewkitError:  # a number that is none, or counts that cannot be pooled: said elsewhere
        return None


def _fits(found: Mapping[Any, Any], stated: Stated) -> bool:
    """Return whether a recipe is the one that is stated; what is not stated fits any."""
    by_counts = found.get("model") in _BY_COUNTS
    for key, column in _COLUMNS.items():
        own = str(found.get(column, ""))
        if key in ("transform", "tau2") and by_counts:
            continue
        if stated[key] and own not in ("", "nan", "None") and own not in stated[key]:
            return False
    return True


def _find_exchange(grid: pd.DataFrame, printed: Mapping[str, str]) -> str:
    """Return a hint if two neighbouring digits, exchanged in one number, give a recipe's result."""
    for key, text in printed.items():
        places = [at for at, letter in enumerate(text) if letter.isdigit()]
        for i, j in pairwise(places):  # also across the point
            if text[i] == text[j]:
                continue
            other = text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]
            numbers = {**printed, key: other}
            values = [read_number(numbers[name]) or 0.0 for name in _ENDS if name in numbers]
            if values == sorted(values) and _all_fit(grid, numbers):
                return f" With {other} for {text} a recipe fits: were digits exchanged?"
    return ""


_DEFAULT = {"model": "random", "transform": "logit", "tau2": "REML", "ci": "HK"}
#: What papers do mostly; tried before everything that programs offer.
_USUAL: tuple[dict[str, str], ...] = (
    {},
    {"ci": "z"},
    {"tau2": "DL", "ci": "z"},
    {"transform": "freeman-tukey", "tau2": "DL", "ci": "z"},
    {"transform": "freeman-tukey", "ci": "z"},
    {"transform": "freeman-tukey"},
    {"transform": "raw", "tau2": "DL", "ci": "z"},
    {"transform": "arcsine"},
    {"model": "glmm", "ci": "z"},
    {"model": "common", "ci": "z"},
)
