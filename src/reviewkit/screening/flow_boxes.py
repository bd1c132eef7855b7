"""Which number of a flow stands in which box, under which words.

The words are those of the official templates, letter by letter.  The table, the page and the
figure are made from these entries, so that they show the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from reviewkit.screening.arithmetic import settle_flow, span_count
from reviewkit.screening.flow_keys import KEYS, SKIPPABLE, SOURCES, Counts, choose_template
from reviewkit.screening.guidelines import GUIDELINES, PRISMA

__all__ = ["ADDED", "BOXES", "Entry", "count_identified", "find_count", "list_entries"]

#: The box that shows what leaves behind a level.
_EXITS = MappingProxyType(
    {"identified": "removed", "screened": "excluded", "sought": "not_retrieved",
     "assessed": "reports_excluded", "titles_screened": "titles_excluded"}
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


def list_entries(
    counts: Counts, skipped: Collection[str] = (), guideline: str = PRISMA
) -> tuple[Entry, ...]:  # fmt: skip
    """Return all numbers that the template of these counts has a place for.

    Levels that a review skipped have none; those that it added have one if it counts them.

    >>> [entry.label for entry in list_entries({"screened": 9})][:3]
    ['Databases', 'Registers', 'Duplicate records removed']
    """
    template = choose_template(counts)
    absent = {*skipped, *(SKIPPABLE[level] for level in skipped)}
    for level, left in ADDED.items():
        absent |= set() if level in counts or left in counts else {level, left}
    boxes = [box for box, (parts, _) in BOXES.items()
             if all(part in template for part in parts) and box not in absent]  # fmt: skip
    late = [_settle_box(entry, boxes) for entry in _list_wandering(counts)]
    reword = GUIDELINES[guideline].reword
    return tuple(
        entry if ":" in entry.key else entry._replace(label=reword(entry.label))
        for box in boxes
        for entry in (*BOXES[box][1](counts, box), *(one for one in late if one.box == box))
    )


def _settle_box(entry: Entry, boxes: Collection[str]) -> Entry:
    """Return a number in a box that there is, where its own belongs to a skipped level."""
    if entry.box in boxes:
        return entry
    near = _EXITS.values() if entry.box in _EXITS.values() else ("assessed", "sought", "screened")
    return entry._replace(box=next(box for box in near if box in boxes))


def find_count(counts: Counts, key: str) -> int | None:
    """Return a number: the total that is printed, else that of all parts, if they are known."""
    total = counts.get(f"{key}_total")
    if isinstance(total, int):
        return total
    span = span_count(counts, key)
    return int(span.low) if span and span.exact else None


def count_identified(counts: Counts) -> int | None:
    """Return the records identified from databases and registers, if that is known.

    >>> count_identified({"databases": {"PubMed": 3, "Scopus": 4}}), count_identified({})
    (7, None)
    """
    whole = find_count(counts, "identified")
    parts = [find_count(counts, key) for key in ("databases", "registers")]
    known = [n for n in parts if n is not None]
    return whole if whole is not None else sum(known) if known else None


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
    for key in ("in_meta_analysis", "reports_in_meta_analysis"):
        if key in counts:
            yield from _list_plain(key)(counts, box)


def _list_wandering(counts: Counts) -> Iterator[Entry]:
    """List the steps that the template lacks, each in the box where the numbers put it."""
    for key, box in _AWAITING.items():
        if key in counts:
            yield Entry(box, key, KEYS[key].label, find_count(counts, key), 1)
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


_AWAITING = MappingProxyType(
    {"titles_awaiting": "titles_screened", "records_awaiting": "screened", "reports_awaiting": "assessed",
     "other_reports_awaiting": "other_assessed"}
)  # fmt: skip
#: The levels that the form lacks, with what leaves there.
ADDED = MappingProxyType({"titles_screened": "titles_excluded", "appraised": "appraisal_excluded"})
#: In the order of reading: for which templates a box is, and how to list its numbers.
BOXES: Mapping[str, tuple[tuple[str, ...], Callable[[Counts, str], Iterator[Entry]]]] = (
    MappingProxyType(
        {
            "previous": (("updated",), _list_plain("previous_studies", "previous_reports")),
            "identified": ((), _list_identified),
            "removed": ((), _list_removed),
            "titles_screened": ((), _list_plain("titles_screened")),
            "titles_excluded": ((), _list_plain("titles_excluded")),
            "screened": ((), _list_plain("screened")),
            "excluded": ((), _list_excluded),
            "sought": ((), _list_plain("sought")),
            "not_retrieved": ((), _list_plain("not_retrieved")),
            "assessed": ((), _list_plain("assessed")),
            "reports_excluded": ((), _list_excluded),
            "appraised": ((), _list_plain("appraised")),
            "appraisal_excluded": ((), _list_excluded),
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
