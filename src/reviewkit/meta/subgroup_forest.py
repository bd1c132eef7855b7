"""Subgroups as the frame and the footer of a forest plot: a block for each group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reviewkit._core.format import format_p, format_percent, format_significant
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled_forest import list_left_out, list_studies, make_forest, rank_rows
from reviewkit.meta.print_lines import join_signs, name_prediction, write_heading
from reviewkit.meta.subgroups import Subgroups

__all__ = ["make_blocks"]

_NUMBERS = ("estimate", "ci_low", "ci_high")


def make_blocks(found: Subgroups, order: str | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a forest plot with subgroups, and the options with which to draw them."""
    overall, options = make_forest(found.pooled, order)
    rows, ranks = list_studies(found.pooled), rank_rows(found.pooled, order)
    at = [np.flatnonzero(member).tolist() for member in found.members]
    blocks = [
        block
        for g, numbers in enumerate(_records(found))
        for block in _block(found, rows.iloc[sorted(at[g], key=lambda i: ranks[i])], numbers)
    ]
    tail = overall[overall["kind"].isin(["pooled", "prediction"])]
    without = rows.drop(index=[i for places in at for i in places]).assign(kind="excluded")
    grey = [without.drop(columns="weight", errors="ignore"), list_left_out(found.pooled)]
    grey = [part for part in grey if len(part)]
    if grey:
        grey = [pd.DataFrame([{"kind": "heading", "study": "In no group"}]), *grey]
        grey.append(pd.DataFrame([{"kind": "gap", "study": ""}]))
    frame = pd.concat([*blocks, *grey, tail])
    options["footer"] = [
        join_signs(_tell_test(found)),
        *options["footer"],
        *map(join_signs, found.notes),
    ]
    return frame.reset_index(drop=True), options


def _records(found: Subgroups) -> list[dict[str, Any]]:
    frame = found.to_frame()
    names = [*map(str, frame)]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False)]


def _block(found: Subgroups, studies: pd.DataFrame, numbers: dict[str, Any]) -> list[pd.DataFrame]:
    """Return heading, studies, result and a gap."""
    people = f", N\u00a0=\u00a0{numbers['n']:,}" if "n" in numbers else ""
    size = f"k\u00a0=\u00a0{numbers['k']}{people}"
    head = {"kind": "heading", "study": f"{write_heading(found.by)}: {numbers['group']}"}
    result = {"kind": "pooled", "study": f"Group, {size}", **{n: numbers[n] for n in _NUMBERS}}
    if "n" in numbers:
        result |= {"events": numbers["events"], "total": numbers["n"]}
    if np.isfinite(numbers["weight"]):
        result["weight"] = numbers["weight"]
    after: list[dict[str, Any]] = [result] if numbers["k"] > 1 else []
    if not np.isnan(numbers["pi_low"]):
        limits = {"pi_low": numbers["pi_low"], "pi_high": numbers["pi_high"]}
        name = name_prediction(found.pooled.method.level)
        after.append({"kind": "prediction", "study": name, **limits})
    if numbers["k"] > 1:
        after.append({"kind": "note", "study": join_signs(_tell_spread(numbers))})
    after.append({"kind": "gap", "study": ""})
    return [pd.DataFrame([head]), studies, pd.DataFrame(after)]


def _tell_spread(numbers: dict[str, Any]) -> str:
    """Return the heterogeneity within a group."""
    tau2 = f"τ² = {format_significant(numbers['tau2'])}"
    return f"{tau2}, I² = {format_percent(numbers['i2'])}, {format_p(numbers['q_p'])}"


def _tell_test(found: Subgroups) -> str:
    """Return the test between groups, and what it assumes of tau²."""
    varies = MODELS[found.pooled.method.model].varies
    kind = f", {found.variances} τ²" if varies else ""
    return f"Test for subgroup differences ({found.by}{kind}): {found.describe_test()}."
