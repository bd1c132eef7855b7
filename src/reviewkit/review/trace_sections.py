"""The chapter of the report in which every number is led back to what it was made of.

Numbers that were made of the same cells, as an estimate and its interval, share one fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewkit.present.document_parts import Block, Facts, Fold, Prose, Subsection, make_sheet
from reviewkit.review.numbers import Number, list_numbers
from reviewkit.review.trace import Trace, trace_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review
    from reviewkit.review.workshop import Workshop

__all__ = ["find_anchors", "write_traces"]

_HEADS = {"what": "Of", "text": "As read"}
_GROUPED = ("pools", "agreement")


def find_anchors(review: Review) -> dict[str, str]:
    """Return the address of the fold of each number, by the name of the number."""
    groups: dict[str, str] = {}
    found = {}
    for key, number in list_numbers(review).items():
        anchor = groups.setdefault(_group(review, number), f"trace-{len(groups) + 1}")
        found[key] = f"#{anchor}"
    return found


def _group(review: Review, number: Number) -> str:
    """Return the name of what a number shares its fold with."""
    head, _, rest = number.key.partition(".")
    if head not in _GROUPED:
        return number.key
    names = review.pools if head == "pools" else review.agreement
    return f"{head}.{max((n for n in names if rest.startswith(f'{n}.')), key=len)}"


def write_traces(workshop: Workshop) -> Iterator[Block]:
    """Yield one fold a number, or group of numbers, part by part."""
    review = workshop.review
    groups: dict[str, list[Number]] = {}
    for number in list_numbers(review).values():
        groups.setdefault(_group(review, number), []).append(number)
    if not groups:
        return
    yield Prose("Each number of this page leads here: to the rows, cells and records behind it.")
    parts: dict[str, list[Block]] = {}
    for at, numbers in enumerate(groups.values(), 1):
        trace = trace_number(review, numbers[0].key)
        parts.setdefault(numbers[0].part, []).append(_fold(numbers, trace, f"trace-{at}"))
    for part, folds in parts.items():
        yield Subsection(part.capitalize(), tuple(folds))


def _fold(numbers: list[Number], trace: Trace, anchor: str) -> Fold:
    first = numbers[0]
    blocks: list[Block] = [Prose(line) for line in trace.how]
    if len(numbers) > 1:
        blocks.insert(0, Facts(tuple((number.key, number.text) for number in numbers)))
    if trace.cells:
        blocks.append(make_sheet(trace.to_frame(), "Cells that it was made of", heads=_HEADS))
    if trace.records is not None and len(trace.records):
        blocks.append(make_sheet(trace.records.reset_index(drop=True), "Records"))
    return Fold(f"{first.label}: {first.text}", tuple(blocks), anchor)
