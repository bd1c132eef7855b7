"""Which number of a flow stands in which box, under which words.

The words are those of the official templates, letter by letter.  The table, the page and the
figure are made from these entries, so that they show the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from reviewkit.screening.arithmetic import settle_flow, span_count
from reviewkit.screening.flow_keys import KEYS, SOURCES, Counts, choose_template

__all__ = ["BOXES", "Entry", "find_count", "list_entries"]

#: The box that shows what leaves behind a level.
_EXITS = MappingProxyType(
    {"identified": "removed", "screened": "excluded", "sought": "not_retrieved",
     "assessed": "reports_excluded"}
)  # fmt: skip
_NEW = MappingProxyType(
    {"new_studies": "New studies included in review",
     "new_reports": "Reports of new included studies"}
)  # fmt: skip


class Entry(NamedTuple):
    """One number in its box."""

    box: str
    key: str  # of the counts; of a part with its name, as ``databases:PubMed``
    label: str
    n: int | None  # None: not reported
    level: int = 0  # 0 is the box itself, 1 a line in it, 2 a part of a line


def list_entries(counts: Counts) -> tuple[Entry, ...]:
    """Return all numbers that the template of these counts has a place for.

    >>> [entry.label for entry in list_entries({"screened": 9})][:3]
    ['Databases', 'Registers', 'Duplicate records removed']
    """
    template = choose_template(counts)
    boxes = [box for box, (parts, _) in BOXES.items() if all(part in template for part in parts)]
    late = list(_list_wandering(counts))
    return tuple(
        entry
        for box in boxes
        for entry in (*BOXES[box][1](counts, box), *(one for one in late if one.box == box))
    )


def find_count(counts: Counts, key: str) -> int | None:
    """Return a number: the total that is printed, else that of all parts, if they are known."""
    total = counts.get(f"{key}_total")
    if isinstance(total, int):
        return total
    span = span_count(counts, key)
    return int(span.low) if span and span.exact else None


def _list_plain(*keys: str, level: int = 0) -> Callable[[Counts, str], Iterator[Entry]]:
    """Return how to list a box of single numbers."""

    def entries(counts: Counts, box: str) -> Iterator[Entry]:
        for key in keys:
            yield Entry(box, key, KEYS[key].label, find_count(counts, key), level)

    return entries


def _list_parts(counts: Counts, box: str, key: str, level: int) -> Iterator[Entry]:
    total = f"{key}_total"
    name = total if total in counts else key
    yield Entry(box, name, KEYS[key].label, find_count(counts, key), level)
    parts = counts.get(key)
    for part, n in parts.items() if isinstance(parts, Mapping) else ():
        yield Entry(box, f"{key}:{part}", part, n, level + 1)


def _list_excluded(counts: Counts, box: str) -> Iterator[Entry]:
    """List a box with reasons: the most frequent first, those without a number last."""
    first, *parts = _list_parts(counts, box, box, 0)
    if box != "excluded":  # parts of records excluded are steps, in the order of time
        parts.sort(key=lambda entry: (entry.n is None, -(entry.n or 0), entry.label))
    yield from (first, *parts)


def _list_identified(counts: Counts, box: str) -> Iterator[Entry]:
    """List sources; a total without parts is that of databases and registers together."""
    n = find_count(counts, "identified")
    split = any(find_count(counts, key) is not None or key in counts
                for key in ("databases", "registers"))  # fmt: skip
    if n is not None and not split:
        yield Entry(box, "identified", KEYS["identified"].label, n, 1)
        return
    for key in ("databases", "registers"):
        yield from _list_parts(counts, box, key, 1)
    if n is not None:
        yield Entry(box, "identified", "Total", n, 1)


def _list_removed(counts: Counts, box: str) -> Iterator[Entry]:
    for key in ("duplicates_removed", "after_duplicates", "automation_removed", "other_removed"):
        if key in counts or key != "after_duplicates":
            yield Entry(box, key, KEYS[key].label, find_count(counts, key), 1)


def _list_included(counts: Counts, box: str) -> Iterator[Entry]:
    updated = choose_template(counts).startswith("updated")
    for key in ("new_studies", "new_reports"):
        label = _NEW[key] if updated else KEYS[key].label
        yield Entry(box, key, label, find_count(counts, key))
    if not updated:
        yield from _list_pooled(counts, box)


def _list_total(counts: Counts, box: str) -> Iterator[Entry]:
    yield from _list_plain("total_studies", "total_reports")(counts, box)
    yield from _list_pooled(counts, box)


def _list_pooled(counts: Counts, box: str) -> Iterator[Entry]:
    if "in_meta_analysis" in counts:
        yield from _list_plain("in_meta_analysis")(counts, box)


def _list_wandering(counts: Counts) -> Iterator[Entry]:
    """List the steps that the template lacks, each in the box where the numbers put it."""
    for key, place in settle_flow(counts).places.items():
        label = KEYS[key].label if key in KEYS else ""
        if key == "duplicates_removed_later":
            box = _EXITS[place]
            what = "records" if box in ("removed", "excluded") else "reports"
            label = f"Duplicate {what} removed later"
        elif key == "added_at_full_text":
            box = "sought" if place == "screened" else "assessed"
        elif key == "added_included":
            box = place
        else:
            continue
        yield Entry(box, key, label, find_count(counts, key), 1)


#: In the order of reading: for which templates a box is, and how to list its numbers.
BOXES: Mapping[str, tuple[tuple[str, ...], Callable[[Counts, str], Iterator[Entry]]]] = (
    MappingProxyType(
        {
            "previous": (("updated",), _list_plain("previous_studies", "previous_reports")),
            "identified": ((), _list_identified),
            "removed": ((), _list_removed),
            "screened": ((), _list_plain("screened")),
            "excluded": ((), _list_excluded),
            "sought": ((), _list_plain("sought")),
            "not_retrieved": ((), _list_plain("not_retrieved")),
            "assessed": ((), _list_plain("assessed")),
            "reports_excluded": ((), _list_excluded),
            "other_identified": (("v2",), _list_plain(*SOURCES, level=1)),
            "other_sought": (("v2",), _list_plain("other_sought")),
            "other_not_retrieved": (("v2",), _list_plain("other_not_retrieved")),
            "other_assessed": (("v2",), _list_plain("other_assessed")),
            "other_reports_excluded": (("v2",), _list_excluded),
            "included": ((), _list_included),
            "total": (("updated",), _list_total),
        }
    )
)
