"""Faults in percentages: those that no count gives, parts that do not sum, bounds that are points."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_planting import (
    Change,
    Fault,
    change_cell,
    exchange_digits,
    find_rows,
    move_percent,
    share_fits,
)

__all__ = ["NUMBER_FAULTS"]

_TEXT, _OUTCOMES = "reported/percentages", "extraction/outcomes"


def _read(text: str) -> int:
    return int("".join(letter for letter in text if letter.isdigit()))


def _impossible(printed: str, total: int, draft: Draft) -> str | None:
    """Return a percentage near a printed one that no whole number of people gives."""
    for units in draft.rng.permutation(range(1, 25)).tolist():
        moved = move_percent(printed, int(units))
        if moved is not None and not any(share_fits(x, total, moved) for x in range(total + 1)):
            return moved
    return None


def _grim(draft: Draft) -> Change | None:
    rows = [row for row in find_rows(draft, _TEXT, "n") if row["kind"] == "point"]
    for row in draft.some(rows, len(rows)):
        moved = _impossible(row["percent"], _read(row["n"]), draft)
        if moved is not None:
            row.pop("events", None)
            return change_cell(_TEXT, row, "percent", moved)
    return None


def _count(draft: Draft) -> Change | None:
    rows = find_rows(draft, _TEXT, "n", "events")
    if not rows:
        return None
    row = draft.pick(rows)
    n, events = _read(row["n"]), int(row["events"])
    other = events + max(3, n // 40)
    if other > n or share_fits(other, n, row["percent"]):
        return None
    return change_cell(_TEXT, row, "events", str(other))


def _sum(draft: Draft) -> Change | None:
    """Print a total that more people would give than its parts have."""
    rows = [row for row in find_rows(draft, _TEXT, "n", "sums_to") if row["kind"] == "total"]
    if not rows:
        return None
    row = draft.pick(rows)
    parts = [r for r in draft.tables[_TEXT] if r["id"] in row["sums_to"].split("+")]
    n = _read(row["n"])
    own = next(x for x in range(n + 1) if share_fits(x, n, row["percent"]))
    other = own + max(5, n // 20)
    ranges = [[x for x in range(n + 1) if share_fits(x, n, part["percent"])] for part in parts]
    if other > n or sum(max(r) for r in ranges) >= other - n // 100 - 1:
        return None
    row.pop("events", None)
    return change_cell(_TEXT, row, "percent", draft.percent(other, n))


def _bound(draft: Draft) -> Change:
    row = draft.pick([row for row in draft.tables[_TEXT] if row["kind"] == "point"])
    words = draft.pick(("more than", "nearly", "less than", "at least"))
    return change_cell(_TEXT, row, "quote", f"{words} {row['percent']}")


def _range(draft: Draft) -> Change:
    row = draft.pick([row for row in draft.tables[_TEXT] if row["kind"] == "point"])
    row.pop("events", None)
    return change_cell(_TEXT, row, "percent", str(draft.whole(101, 180)))


def _other_n(draft: Draft) -> Change | None:
    """Let one percentage of a set be of other people."""
    rows = [row for row in find_rows(draft, _TEXT, "n") if row["kind"] == "point"]
    if not rows:
        return None
    row = draft.pick(rows)
    n = _read(row["n"])
    others = [
        m for m in range(n - 12, n) if any(share_fits(x, m, row["percent"]) for x in range(m))
    ]
    row.pop("events", None)
    return change_cell(_TEXT, row, "n", str(draft.pick(others))) if others else None


def _outcome_grim(draft: Draft) -> Change | None:
    rows = find_rows(draft, _OUTCOMES, "percent")
    for row in draft.some(rows, len(rows)):
        moved = _impossible(row["percent"], _read(row["total"]), draft)
        # A zero behind the point may be that of a program.
        if moved is not None and not moved.endswith(".0"):
            return change_cell(_OUTCOMES, row, "percent", moved)
    return None


def _outcome_percent(draft: Draft) -> Change | None:
    """Exchange two digits of a percentage; what comes out is not of its events."""
    rows = find_rows(draft, _OUTCOMES, "percent")
    for row in draft.some(rows, len(rows)):
        events, total = int(row["events"]), _read(row["total"])
        for other in exchange_digits(row["percent"]):
            # In one place of a column only, a zero behind the point may be that of a program.
            if not share_fits(events, total, other) and not other.endswith(".0"):
                return change_cell(_OUTCOMES, row, "percent", other)
    return None


def _more_than_all(draft: Draft) -> Change:
    row = draft.pick(draft.tables[_OUTCOMES])
    row.pop("percent", None)
    return change_cell(_OUTCOMES, row, "events", str(_read(row["total"]) + draft.whole(1, 30)))


NUMBER_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "percentages.grim": Fault("No whole number of n is the percentage.", _grim,
                                  ("percentages", "n stated"), ("percentages.impossible",)),
        "percentages.count": Fault("Events, n and percentage disagree.", _count,
                                   ("percentages", "n stated", "events stated"), ("percentages.count",)),
        "percentages.sum": Fault("Parts do not sum to their total.", _sum,
                                 ("percentages", "n stated", "totals"), ("percentages.sum",)),
        "percentages.bound": Fault("A bound or a near figure is used as a point.", _bound,
                                   ("percentages",), ("percentages.words",)),
        "percentages.range": Fault("A percentage is above 100.", _range, ("percentages",),
                                   ("percentages.range",)),
        "percentages.set": Fault("Percentages of one set are of different n.", _other_n,
                                 ("percentages", "n stated"), ("percentages.set",)),
        "outcomes.grim": Fault("No whole number of a study's people is its percentage.", _outcome_grim,
                               ("outcomes", "percent"), ("outcomes.grim",)),
        "outcomes.percent": Fault("Events, total and percentage of a study disagree.", _outcome_percent,
                                  ("outcomes", "percent"), ("outcomes.percent", "outcomes.grim")),
        "outcomes.events": Fault("More people are counted than there are.", _more_than_all,
                                 ("outcomes",), ("folder.unreadable",)),
    }
)  # fmt: skip
