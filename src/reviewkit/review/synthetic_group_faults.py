"""Faults in how a text divides its studies, and in what it says of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reviewkit.review.synthetic_draft import Draft, Rows
from reviewkit.review.synthetic_planting import (
    Change,
    Fault,
    change_cell,
    find_rows,
    move_percent,
    share_fits,
)

__all__ = ["GROUP_FAULTS"]

_TABLE = "reported/groups"


def _groups(draft: Draft, grouping: str = "") -> Rows:
    rows = find_rows(draft, _TABLE, "n", "of")
    return [row for row in rows if not grouping or row.get("grouping") == grouping]


def _recount(draft: Draft, row: dict[str, str], n: int) -> Change:
    """Write another count, with the percentage that belongs to it."""
    if row.get("percent"):
        row["percent"] = draft.percent(n, int(row["of"]))
    return change_cell(_TABLE, row, "n", str(n))


def _sum(draft: Draft) -> Change | None:
    """Count a study of a group twice, or not at all."""
    row = draft.pick(_groups(draft, "subject"))
    n = int(row["n"]) + draft.pick((-1, 1, 2))
    if not 0 <= n <= int(row["of"]) or len(_groups(draft, "subject")) < 2:
        return None
    return _recount(draft, row, n)


def _percent(draft: Draft) -> Change | None:
    """Print a percentage that is not of its count."""
    rows = [row for row in _groups(draft) if row.get("percent")]
    if not rows:
        return None
    row = draft.pick(rows)
    moved = move_percent(row["percent"], draft.pick((-9, -5, 4, 7, 10)))
    if moved is None or share_fits(int(row["n"]), int(row["of"]), moved):
        return None
    return change_cell(_TABLE, row, "percent", moved)


def _part(draft: Draft) -> Change:
    """Print a group that is larger than the whole."""
    row = draft.pick(_groups(draft))
    row.pop("percent", None)
    return change_cell(_TABLE, row, "n", str(int(row["of"]) + draft.whole(1, 5)))


def _move(draft: Draft, grouping: str) -> tuple[dict[str, str], Change] | None:
    """Count a study in another group: the sum stays."""
    rows = _groups(draft, grouping)
    if len(rows) < 2:
        return None
    giver, taker = draft.some(rows, 2)
    if int(giver["n"]) < 2:
        return None
    _recount(draft, giver, int(giver["n"]) - 1)
    return giver, _recount(draft, taker, int(taker["n"]) + 1)


def _tables(draft: Draft) -> Change | None:
    """Count other numbers of studies in the text than the tables hold."""
    found = _move(draft, "subject")
    if found is None:
        return None
    # The sentences about the tables say the same as the groups.
    sizes = {row["group"]: row["n"] for row in _groups(draft, "subject")}
    subjects = list(dict.fromkeys(study.subject for study in draft.studies))
    k = len(draft.studies)
    draft.tables["reported/claims"] = [
        {"claim": f"Of the {k} studies, {sizes[subject]} are about {subject} (Table {at}).",
         "references": f"Table {at}"}
        for at, subject in enumerate(subjects, 2)
    ]  # fmt: skip
    return found[1]


def _countries(draft: Draft) -> Change | None:
    """Count a study for another country than the table of studies does."""
    found = _move(draft, "country")
    return None if found is None else found[1]


def _percent_sum(draft: Draft) -> Change | None:
    """Print percentages without counts that do not sum to 100."""
    rows = [row for row in _groups(draft, "subject") if row.get("percent")]
    decimals = draft.habit.decimals
    if len(rows) < 2:
        return None
    for row in rows:
        row["n"] = ""
    moved = move_percent(rows[0]["percent"], draft.pick((8, 12, 15)) * 10**decimals)
    return None if moved is None else change_cell(_TABLE, rows[0], "percent", moved)


def _claim_table(draft: Draft) -> Change | None:
    """Name a table for studies that holds the themes."""
    rows = find_rows(draft, "reported/themes", "theme")
    claims = [
        row for row in find_rows(draft, "reported/claims", "claim") if " are about " in row["claim"]
    ]
    if not rows or not claims:
        return None
    for row in rows:
        row["where"] = "Table 9"
    row = draft.pick(claims)
    row["references"] = "Table 9"
    return change_cell(
        "reported/claims", row, "claim", f"{row['claim'].rpartition(' (')[0]} (Table 9)."
    )


def _claim_subject(draft: Draft) -> Change | None:
    """Say of a table what another one holds."""
    subjects = list(dict.fromkeys(study.subject for study in draft.studies))
    rows = draft.tables.get("reported/claims")
    if len(subjects) < 2 or not rows:
        return None
    other = draft.whole(1, len(subjects) - 1)
    claim = {"claim": f"Table 2 holds studies of {subjects[other]}.", "references": "Table 2"}
    rows.append(claim)
    return Change("reported/claims, claim", subjects[0], subjects[other])


GROUP_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "groups.sum": Fault("Groups do not sum to the studies.", _sum, ("groups", "grouping"), ("groups.sum",)),
        "groups.percent": Fault("A percentage is not of its count.", _percent,
                                ("groups", "grouping", "percent"), ("groups.percent",)),
        "groups.part": Fault("A group is larger than the whole.", _part, ("groups", "grouping"),
                             ("groups.part", "groups.sum")),
        "groups.tables": Fault("The text counts other studies than its tables hold.", _tables,
                               ("groups", "grouping", "rows", "claims"), ("groups.tables",)),
        "groups.studies": Fault("The text counts other countries than the studies have.", _countries,
                                ("groups", "grouping", "country groups", "studies", "study cells"),
                                ("groups.studies",)),
        "groups.percent_sum": Fault("Percentages of all groups do not sum to 100.", _percent_sum,
                                    ("groups", "grouping", "percent"), ("groups.percent_sum",)),
        "claims.table": Fault("A table is named for studies and holds themes.", _claim_table,
                              ("rows", "numbered", "claims", "themes"), ("claims.table",)),
        "claims.subject": Fault("A table is about something else than is said.", _claim_subject,
                                ("rows", "claims", "cells"), ("claims.subject",)),
    }
)  # fmt: skip
