"""Faults in a flow: each breaks one identity between boxes that are all printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_planting import (
    Change,
    Fault,
    box_rows,
    change_cell,
    exchange_digits,
)

__all__ = ["FLOW_FAULTS"]

_PARTS = ("flow", "flow parts")
_JOIN = ("websites", "organisations", "citation_searching")


def _set(draft: Draft, key: str, n: int) -> Change | None:
    """Print another number in a box."""
    row = box_rows(draft).get(key)
    if row is None or n < 0 or n == draft.flow[key]:
        return None
    text = draft.count(n)
    return change_cell("reported/flow", row, "n", f"n = {text}" if "=" in row["n"] else text)


def _shift(key: str) -> Callable[[Draft], Change | None]:
    """Return a planter that moves a box by a few, or exchanges two of its digits."""

    def plant(draft: Draft) -> Change | None:
        if key not in draft.flow or (key == "identified" and any(k in draft.flow for k in _JOIN)):
            return None
        n = draft.flow[key]
        others = [int(text) for text in exchange_digits(str(n))]
        moved = draft.pick([n + draft.whole(1, 9), n - draft.whole(1, 9), *others])
        return _set(draft, key, moved)

    return plant


def _shift_part(prefix: str) -> Callable[[Draft], Change | None]:
    """Return a planter that moves one of the parts of a box; its total stays."""

    def plant(draft: Draft) -> Change | None:
        keys = [key for key in draft.flow if key.startswith(prefix)]
        if not keys or f"{prefix.rstrip(':')}_total" not in box_rows(draft):
            return None
        key = draft.pick(keys)
        return _set(draft, key, draft.flow[key] + draft.whole(1, 12))

    return plant


def _left_for_removed(draft: Draft) -> Change | None:
    """Print what was left after duplicates as what was removed."""
    left = draft.flow["after_duplicates"]
    return _set(draft, "duplicates_removed", left)


def _more_studies(draft: Draft) -> Change | None:
    """Print more included studies than reports of them."""
    return _set(draft, "new_studies", draft.flow["new_reports"] + draft.whole(1, 4))


def _beyond_included(draft: Draft) -> Change | None:
    """Print more studies in the meta-analysis than in the review."""
    return _set(draft, "in_meta_analysis", len(draft.studies) + draft.whole(1, 6))


def _of(says: str, plant: Callable[[Draft], Change | None], *needs: str) -> Fault:
    return Fault(says, plant, (*_PARTS, *needs), ("flow.",))


FLOW_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "flow.identified": _of("All records are not the sum of the sources.", _shift("identified")),
        "flow.databases": _of("A database does not fit the sum of all.", _shift_part("databases:")),
        "flow.databases_total": _of("The total is not the sum of the databases.",
                                    _shift("databases_total")),
        "flow.screened": _of("Records screened are not those that were left.", _shift("screened")),
        "flow.left_for_removed": _of("Duplicates removed are the records left.", _left_for_removed),
        "flow.excluded": _of("Records excluded do not lead to those sought.", _shift("excluded")),
        "flow.sought": _of("Reports sought are not the records that were kept.", _shift("sought")),
        "flow.assessed": _of("Reports assessed are not those retrieved.", _shift("assessed")),
        "flow.reports_excluded": _of("Reasons do not sum to the reports excluded.",
                                     _shift_part("reports_excluded:")),
        "flow.new_reports": _of("Reports included are not those that passed.", _shift("new_reports")),
        "flow.new_studies": _of("There are more studies than reports of them.", _more_studies),
        "flow.other_assessed": _of("Reports of other methods do not add up.", _shift("other_assessed"),
                                   "other methods"),
        "flow.total_studies": _of("Old and new studies are not the total.", _shift("total_studies"),
                                  "updated"),
        "flow.total_reports": _of("Old and new reports are not the total.", _shift("total_reports"),
                                  "updated"),
        "flow.in_meta_analysis": _of("More studies are pooled than included.", _beyond_included,
                                     "outcomes", "in_meta_analysis"),
    }
)  # fmt: skip
