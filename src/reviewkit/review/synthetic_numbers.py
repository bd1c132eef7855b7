"""The numbers in the text of a synthetic review: percentages of people, pooled results."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

from reviewkit._core.errors import ReviewkitError, ReviewkitWarning
from reviewkit.review.synthetic_draft import Draft, Rows

__all__ = ["RECIPES", "add_percentages", "add_pools", "pool_outcome"]

_SEVERITY = ("low", "moderate", "high", "very high")
#: Recipes of careful authors: arguments of ``pool_prevalence``, and their words for them.
RECIPES: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({}, {"transform": "logit", "tau2": "REML", "ci": "HK"}),
    ({"ci": "z"}, {"transform": "logit", "tau2": "REML", "ci": "z"}),
    ({"tau2": "DL", "ci": "z"}, {"transform": "Logit", "tau2": "DerSimonian-Laird", "ci": "Wald"}),
    ({"transform": "freeman-tukey", "tau2": "DL", "ci": "z"},
     {"transform": "Freeman-Tukey double arcsine", "tau2": "DL", "ci": "z"}),
    ({"transform": "freeman-tukey"}, {"transform": "freeman-tukey", "tau2": "REML", "ci": "Knapp-Hartung"}),
    ({"transform": "arcsine", "tau2": "PM"}, {"transform": "arcsine", "tau2": "Paule-Mandel", "ci": "HK"}),
    ({"model": "glmm", "ci": "z"}, {"model": "GLMM", "transform": "logit", "tau2": "ML", "ci": "z"}),
    ({"transform": "raw", "tau2": "DL", "ci": "z"},
     {"transform": "untransformed", "tau2": "DerSimonian and Laird", "ci": "normal"}),
    ({"model": "common", "ci": "z"}, {"model": "common effect", "transform": "logit", "ci": "z"}),
)  # fmt: skip


def add_percentages(draft: Draft) -> None:
    """Write ``reported/percentages``: severities of some samples, as an introduction tells them."""
    if not draft.has("percentages", 0.6):
        return
    rows: Rows = []
    for name in ("A", "B", "C")[: draft.whole(1, 3)]:
        n = draft.whole(34, 420)
        counts = draft.rng.multinomial(n, draft.rng.dirichlet([2.0] * len(_SEVERITY))).tolist()
        stated = draft.has("n stated", 0.6)
        events = draft.has("events stated", 0.4) and stated
        parts = [f"{name}{i}" for i in range(1, len(counts) + 1)]
        for at, (word, count) in enumerate(zip(_SEVERITY, counts, strict=True)):
            rows.append(_row(draft, parts[at], name, count, n, word, stated, events))
        if draft.has("totals", 0.6):
            total = _row(
                draft, f"{name}T", name, sum(counts[2:]), n, "high or more", stated, events
            )
            rows.append(total | {"kind": "total", "sums_to": "+".join(parts[2:])})
    if draft.chance(0.3):
        rows.append({"id": "X1", "set": "X", "percent": "90", "kind": "approximate",
                     **draft.quoted("nearly 90")})  # fmt: skip
    draft.tables["reported/percentages"] = rows


def _row(
    draft: Draft, name: str, group: str, count: int, n: int, word: str, stated: bool, events: bool
) -> dict[str, str]:
    printed = draft.percent(count, n)
    row = {"id": name, "set": group, "percent": printed, "kind": "point", "outcome": word,
           **draft.place("Introduction"), **draft.quoted(printed)}  # fmt: skip
    if stated:
        row["n"] = draft.count(n)
    if events:
        row["events"] = str(count)
    return row


def add_pools(draft: Draft) -> None:
    """Write ``reported/pools``: what a recipe of the library gives, to so many decimals."""
    if not draft.outcomes or not draft.has("pools", 0.8):
        return
    recipe, words = draft.pick(RECIPES)
    decimals = draft.pick((1, 1, 2, 0))
    if "pools" in draft.wants:
        recipe, words, decimals = *RECIPES[draft.whole(0, 4)], draft.pick((1, 2))
    share = draft.chance(0.15)  # 0.287 rather than 28.7 %
    rows = [
        row
        for key in dict.fromkeys(outcome.key for outcome in draft.outcomes)
        if (row := _pool(draft, key, recipe, words, decimals, share)) is not None
    ]
    if rows:
        optional = ("i2", "q", "k", "n", "transform", "tau2", "ci", "pi_low", "pi_high")
        draft.tables["reported/pools"] = draft.thin(
            rows, optional, ("k",) * ("pools" in draft.wants)
        )


def _pool(
    draft: Draft,
    key: str,
    recipe: dict[str, str],
    words: dict[str, str],
    decimals: int,
    share: bool,
) -> dict[str, str] | None:
    """Return a pooled outcome as printed; None where no result can be made of it."""
    pooled = pool_outcome(draft, key, recipe)
    if pooled is None:
        return None
    sign = "" if share else draft.habit.sign

    def show(value: float) -> str:
        text = f"{value:.{decimals + 2}f}" if share else f"{100 * value:.{decimals}f}"
        return (text.replace(".", ",") if draft.habit.comma else text) + sign

    row = {"outcome": key, "estimate": show(pooled.estimate), "ci_low": show(pooled.ci_low),
           "ci_high": show(pooled.ci_high), "i2": f"{100 * pooled.i2:.1f}%", "k": str(pooled.k),
           "n": draft.count(pooled.n), **words, **draft.place("Results")}  # fmt: skip
    if "q" in draft.wants or draft.chance(0.3):
        row["q"] = f"{pooled.q:.1f}"
        row["i2"] = f"{100 * max(0.0, 1 - (pooled.k - 1) / pooled.q):.1f}%" if pooled.q else "0.0%"
    if pooled.k > 2 and draft.has("pi", 0.3) and pooled.pi_low == pooled.pi_low:
        row |= {"pi_low": show(pooled.pi_low), "pi_high": show(pooled.pi_high)}
    return row


def pool_outcome(draft: Draft, key: str, recipe: dict[str, str]) -> Any:
    """Return what a recipe makes of an outcome; None where it can make nothing of it."""
    from reviewkit.meta.pooling import pool_prevalence

    rows = [outcome for outcome in draft.outcomes if outcome.key == key]
    frame = pd.DataFrame(
        {"study": [r.study for r in rows], "events": [r.events for r in rows],
         "total": [r.total for r in rows]}
    )  # fmt: skip
    options: dict[str, Any] = dict(recipe)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        try:
            return pool_prevalence(frame, **options)
        except ReviewkitError:
            return None
