"""Tables of decisions, long or wide, brought to one row a record and rater.

Headers go by the spellings in :data:`ROLES`; to read another one, add it there.
Exports of screening tools are told before, in :mod:`~reviewkit.sources.decision_exports`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["ROLES", "arrange_decisions"]

#: What a table must look like, for messages.
LAYOUTS = (
    "Write one row a record and rater, with the columns record, rater, verdict (and stage, reason, "
    "decided_at); or one row a record, with the column record and one column a rater."
)


def arrange_decisions(table: Table, notes: list[Repair], rater: str = "") -> pd.DataFrame:
    """Return one row a record and rater; `rater` is who decided where the table names nobody.

    Columns are those of a decision, all text and "" where unknown, besides ``row``, the position
    in the table; ``column``, the header of the verdict; and ``is_shared``, whether the reason
    stands beside several raters.
    """
    names = [str(name) for name in table.frame.columns]
    roles = _find_roles(names)
    if rater and "rater" not in roles and {"record", "verdict"} <= roles.keys():
        what = f"rater named by the file: {rater!r}"
        notes.append(Repair(table.path.name, 1, roles["verdict"], "", rater, what))
        return _arrange_long(table.frame, roles).assign(rater=rater)
    if {"record", "rater", "verdict"} <= roles.keys():
        return _arrange_long(table.frame, roles)
    if "record" not in roles or {"rater", "verdict"} & roles.keys():
        missing = [role for role in ("record", "rater", "verdict") if role not in roles]
        raise ParseError(
            f"{table.path.name!r} must hold decisions. "
            f"No column is the {' or the '.join(missing)}. "
            f"Found: {list_some([repr(name) for name in names], sep=', ')}. {LAYOUTS}"
        )
    raters = _find_raters(names, roles, table, notes)
    return _arrange_wide(table.frame, roles, raters)


def _find_roles(names: Iterable[str]) -> dict[str, str]:
    """Return the header for each role that the table has; the first spelling wins."""
    headers = {plain_name(name): name for name in reversed(list(names))}
    found = {
        role: [headers[spelling] for spelling in spellings if spelling in headers]
        for role, spellings in ROLES.items()
    }
    return {role: matches[0] for role, matches in found.items() if matches}


def _arrange_long(frame: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    cells = {role: frame[roles[role]] if role in roles else "" for role in ROLES}
    rows = np.arange(len(frame))
    return pd.DataFrame(
        {**cells, "row": rows, "column": roles["verdict"], "is_shared": False}, index=rows
    )


def _arrange_wide(frame: pd.DataFrame, roles: Mapping[str, str], raters: list[str]) -> pd.DataFrame:
    cells = {role: frame[roles[role]] if role in roles else "" for role in ROLES}
    rows = np.arange(len(frame))
    parts = [
        pd.DataFrame(
            {
                **cells,
                "rater": rater,
                "verdict": frame[rater],
                "row": rows,
                "column": rater,
                "is_shared": True,
            },
            index=rows,
        )
        for rater in raters
    ]
    return pd.concat(parts, ignore_index=True)


def _find_raters(
    names: list[str], roles: Mapping[str, str], table: Table, notes: list[Repair]
) -> list[str]:
    """Return the columns that are neither a role nor known to hold something else."""
    raters = []
    for name in names:
        if name in roles.values():
            continue
        if plain_name(name) in _ASIDE:
            notes.append(Repair(table.path.name, 1, name, "", "", "column left out: no rater"))
        else:
            raters.append(name)
    if not raters:
        raise ParseError(
            f"{table.path.name!r} must hold decisions. No column is a rater's. "
            f"Found: {list_some([repr(name) for name in names], sep=', ')}. {LAYOUTS}"
        )
    return raters


#: Columns of a wide table that are no rater's.
_ASIDE = frozenset(
    {
        "title", "authors", "author", "year", "abstract", "journal", "doi", "pmid", "url",
        "keywords", "labels", "label", "tags", "note", "notes", "comment", "comments", "consensus",
        "final", "final_decision", "resolved", "source", "database", "study", "conflict",
        "published_year", "published_month", "volume", "issue", "pages", "accession_number",
        "language", "ref", "study_id", "covidence", "refid", "bibliography",
    }
)  # fmt: skip

#: Headers by what they hold, the likeliest first.
ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "record": (
            "record", "record_id", "covidence", "article_id", "citation_id", "reference_id", "study_id",
            "item_id", "refid", "id", "key", "ref", "item", "article", "citation", "reference",
        ),
        "rater": (
            "rater", "rater_id", "reviewer", "reviewer_name", "reviewer_id", "screener", "coder",
            "assessor", "user", "user_id",
        ),
        "stage": ("stage", "screening_stage", "phase", "level"),
        "verdict": ("verdict", "decision", "vote", "judgement", "judgment", "included", "include"),
        "reason": (
            "reason", "reasons", "exclusion_reason", "exclusion_reasons", "reason_for_exclusion",
        ),
        "decided_at": ("decided_at", "decided", "timestamp", "created_at", "date", "time"),
    }
)  # fmt: skip
