"""Checks of the weights that a review prints for its studies: shares of 1, one for each study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_number
from reviewkit._core.rounding import count_decimals
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_weights"]

_COLUMNS = ("weight", "weights", "weight_percent", "weight_%", "weight (%)", "% weight")
_PLACES = {"outcomes": "extraction/outcomes", "rows": "reported/rows"}


def check_weights(review: Review) -> Iterator[Finding]:
    """Find weights outside 0 to 100 %, and those of one pool that do not sum to 100 %."""
    cells = {"outcomes": review.outcome_cells, "rows": review.reported.get("rows")}
    for name, frame in cells.items():
        rows = list_rows(frame)
        column = next((c for c in _COLUMNS if rows and c in rows[0]), None)
        if column is None:
            continue
        by = "outcome" if "outcome" in rows[0] else "table"
        pools: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            pools.setdefault(str(row.get(by, "") or ""), []).append(row)
        for pool, own in pools.items():
            printed = [str(row[column] or "").strip() for row in own]
            yield from _check_pool(f"{_PLACES[name]}{f', {pool}' if pool else ''}", own, printed)


def _check_pool(place: str, rows: list[dict[str, str]], printed: list[str]) -> Iterator[Finding]:
    values = [read_number(text) for text in printed]
    known = [value for value in values if value is not None]
    percent = any("%" in text for text in printed) or sum(known) > 2 or any(v > 1 for v in known)
    whole = 100.0 if percent else 1.0
    for row, text, value in zip(rows, printed, values, strict=True):
        if value is not None and not 0 <= value <= whole:
            yield Finding(
                "pools.weights", "error", f"{place}, {row['study']}",
                f"A weight lies between 0 and 100 %. Got {text}.", text, "0 to 100 %", text,
                "Correct the weight.",
            )  # fmt: skip
    if len(known) < len(values) or len(known) < 2:
        return  # those of studies that were left out may be blank
    total = sum(known)
    slack = sum(0.5 / 10 ** count_decimals(text) for text in printed) * (1 + 1e-9)
    if abs(total - whole) > slack:
        told = f"{format_number(total, max(map(count_decimals, printed)))}{' %' * percent}"
        yield Finding(
            "pools.weights", "warning", place,
            f"The weights of {len(known)} studies sum to {told}, not {whole:g}{' %' * percent}, "
            f"also after rounding.",
            "", f"{whole:g}{' %' * percent}", told, "Correct the weights, or add what is missing.",
        )  # fmt: skip
