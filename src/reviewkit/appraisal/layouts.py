"""What each cell of an appraisal table is: long (one row an item) or wide (one column an item)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.schema import plain_name

__all__ = ["Cell", "Sheet", "find_roles", "is_total", "list_cells", "make_sheet", "note_subject"]

#: Columns by the names that tables give them.
_ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "study": frozenset({"study", "studies", "author", "authors", "author_year", "study_id",
                            "paper", "reference", "citation", "study_name", "first_author"}),
        "appraiser": frozenset({"appraiser", "rater", "reviewer", "assessor", "appraised_by",
                                "judge", "coder"}),
        "item": frozenset({"item", "question", "domain", "criterion", "items"}),
        "judgement": frozenset({"judgement", "judgment", "answer", "rating", "response", "value"}),
        "note": frozenset({"note", "notes", "comment", "comments", "support", "rationale",
                           "justification", "reason"}),
    }
)  # fmt: skip
_TOTAL = re.compile(
    r"(?:total|sum|score|points|stars|percent|quality_score|scores|sum_score|yes|no)"
    r"|(?:\w+_)?(?:score|total|stars|points)(?:_\w+)?|total_\w+|(?:n|number)_(?:of_)?(?:yes|no|stars)"
)
_NOTE = re.compile(r"(?:note|notes|comment|comments|support)_(?:on_|for_)?(.+)|(.+)_(?:note|notes|comment|comments|support)")  # fmt: skip


class Cell(NamedTuple):
    """One answer as it stands in a table."""

    row: int  # place in the sheet
    column: str
    study: str
    appraiser: str
    heading: str  # what names the item
    text: str
    note: str


class Sheet(NamedTuple):
    """A table of text cells, and where its rows stand."""

    frame: pd.DataFrame
    lines: tuple[int, ...]
    name: str  # of the file, or `data`


def make_sheet(frame: pd.DataFrame, name: str = "data") -> Sheet:
    """Return a frame of any cells as text; "" where missing."""
    if not frame.columns.is_unique:
        twice = sorted({str(c) for c in frame.columns[frame.columns.duplicated()]})
        raise InputError(f"Each column of `{name}` must be there once. Got {twice} twice. Rename.")
    texts = {
        str(column): pd.Series([_text(value) for value in frame[column]], dtype=str)
        for column in frame.columns
    }
    return Sheet(pd.DataFrame(texts), tuple(range(1, len(frame) + 1)), name)


def _text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def find_roles(sheet: Sheet) -> dict[str, str]:
    """Return the column of each role: study, and if there are such, appraiser, item ….

    Raises
    ------
    InputError
        If no column names the studies, or two do.
    """
    found: dict[str, str] = {}
    for name in sheet.frame.columns:
        role = next((role for role, names in _ROLES.items() if plain_name(name) in names), "")
        if role and role in found:
            raise InputError(
                f"One column of {sheet.name!r} must name the {role}. Got {found[role]!r} and "
                f"{name!r}. Rename one of them."
            )
        if role:
            found[role] = name
    if "study" not in found:
        listed = list_some([repr(name) for name in sheet.frame.columns], sep=", ")
        raise InputError(
            f"{sheet.name!r} must have a column 'study'. Found {listed or 'none'}. Give one row a "
            f"study and item (study, item, judgement, note), or one column an item."
        )
    return found


def list_cells(sheet: Sheet, roles: Mapping[str, str]) -> tuple[list[Cell], bool]:
    """Return the cells that may be answers, and whether the table is long."""
    is_long = {"item", "judgement"} <= set(roles)
    frame = sheet.frame
    study, appraiser = (_column(frame, roles, role) for role in ("study", "appraiser"))
    if is_long:
        columns = [_column(frame, roles, role) for role in ("item", "judgement", "note")]
        rows = zip(study, appraiser, *columns, strict=True)
        cells = [
            Cell(row, roles["judgement"], who, by, item, text, note)
            for row, (who, by, item, text, note) in enumerate(rows)
        ]
        taken = set(roles.values())
        others = [name for name in frame.columns if name not in taken]
    else:
        cells = []
        others = [name for name in frame.columns if name not in _kept(roles)]
    cells += [
        Cell(row, name, study[row], appraiser[row], name, text, "")
        for name in others
        for row, text in enumerate(frame[name])
    ]
    return cells, is_long


def _kept(roles: Mapping[str, str]) -> set[str]:
    return {roles[role] for role in ("study", "appraiser", "note") if role in roles}


def _column(frame: pd.DataFrame, roles: Mapping[str, str], role: str) -> Sequence[str]:
    return [*frame[roles[role]]] if role in roles else [""] * len(frame)


def is_total(heading: str) -> bool:
    """Say whether a heading names a sum.

    >>> is_total("Total score"), is_total("Sample size")
    (True, False)
    """
    return _TOTAL.fullmatch(plain_name(heading)) is not None or heading.strip() == "%"


def note_subject(heading: str) -> str:
    """Return the item that a column of notes is about, "" if it is none.

    >>> note_subject("Q3 comment"), note_subject("Q3")
    ('q3', '')
    """
    found = _NOTE.fullmatch(plain_name(heading))
    return (found[1] or found[2]) if found else ""
