"""Checks of the decisions of raters against what is printed of them: how many, and how well agreed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number
from reviewkit.review.agreement_checks import printed_kappa, read_stage
from reviewkit.review.headlines import name_stage
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_decided"]

_FILE = "screening/"
_BOXES = {"title_abstract": "screened", "full_text": "assessed"}
_SLACK = 1e-9


def check_decided(review: Review) -> Iterator[Finding]:
    """Hold printed kappa and number of records against the decisions, and these against the flow."""
    for row in list_rows(review.reported.get("agreement")):
        stage = read_stage(row.get("stage", ""))
        found, kappa = review.agreement.get(stage), printed_kappa(row)
        if found is None or kappa is None:
            continue
        where = row.get("where", "") or "reported/agreement.csv"
        frame = found.to_frame()
        known = "cohen_kappa" in frame.index
        own = (
            float(frame["estimate"].to_numpy(dtype=float)[frame.index == "cohen_kappa"][0])
            if known
            else math.nan
        )
        half = 0.5 / 10 ** kappa[1]
        if not math.isnan(own) and abs(own - kappa[0]) > half + _SLACK:
            shown = format_number(own, max(2, kappa[1]))
            yield Finding(
                "agreement.recomputed", "warning", where,
                f"The decisions on {name_stage(stage)} give a kappa of {shown}, not {row['value']}.",
                row.get("quote", "") or row["value"], shown, row["value"],
                "Correct the number, or say which records it was measured on.",
            )  # fmt: skip
        n = read_number(row.get("n", ""))
        if n is not None and n != found.n_items:
            yield Finding(
                "agreement.records", "warning", where,
                f"{row['n']} {name_stage(stage)} are said to be rated by both; "
                f"{_FILE} holds {format_count(found.n_items)}.",
                row.get("quote", "") or row["n"], format_count(found.n_items), row["n"],
                "Say which records the agreement was measured on.",
            )  # fmt: skip
    yield from _check_boxes(review)


def _check_boxes(review: Review) -> Iterator[Finding]:
    """Find a stage at which more records were decided on than the flow has."""
    if review.decisions is None or review.flow is None:
        return
    frame = review.decisions
    for stage, box in _BOXES.items():
        n = int(frame.loc[frame["stage"] == stage, "record"].nunique())
        told, more = review.flow.counts.get(box), review.flow.counts.get(f"other_{box}", 0)
        if isinstance(told, int) and isinstance(more, int) and n > told + more:
            yield Finding(
                "flow.decisions", "warning", box,
                f"{format_count(n)} {name_stage(stage)} were decided on, but the flow has {format_count(told)}.",
                "", format_count(told), format_count(n), "Correct the box, or add the decisions.",
            )  # fmt: skip
