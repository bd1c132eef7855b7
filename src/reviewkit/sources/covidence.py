"""Exports of Covidence: lists of references, the extraction table, and the reliability table.

None of them holds the votes of reviewers.  A list says what the team agreed upon, and only its
file name says which list it is, for all have the same columns; the extraction table has a row a
reviewer and one of the consensus for each study that was included.  Their verdicts are therefore
those of the rater "consensus", and the log says that no reviewer's votes are there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError
from reviewkit.sources.decision_cells import make_cells
from reviewkit.sources.decision_labels import CONSENSUS
from reviewkit.sources.decision_layouts import ROLES
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table
from reviewkit.sources.votes import VERDICTS

__all__ = [
    "LISTS",
    "arrange_extraction",
    "arrange_list",
    "refuse_reliability",
    "tells_extraction",
    "tells_list",
    "tells_reliability",
]

_REASON = re.compile(r"Exclusion reasons?:\s*([^;\n]*)", re.IGNORECASE)


def _plain(table: Table) -> dict[str, str]:
    return {plain_name(str(name)): str(name) for name in table.frame.columns}


def tells_list(table: Table) -> bool:
    """Say whether a table is a list of references, without a column of anybody's votes."""
    names = _plain(table)
    if not {"covidence", "title"} <= names.keys():
        return False
    others = [table.frame[name] for plain, name in names.items() if plain not in REFERENCE]
    return not any(cells.str.casefold().isin(VERDICTS).any() for cells in others)


def arrange_list(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the agreed verdicts of a list, at one stage or two."""
    names, file = _plain(table), table.path.name
    comments = table.frame[names["notes"]] if "notes" in names else pd.Series("", table.frame.index)
    found = comments.str.extract(_REASON, expand=False).fillna("").str.strip()
    kind = _tell_kind(table, bool((found != "").all() and len(found)))
    parts = [
        make_cells(
            {
                "record": _name_records(table.frame[names["covidence"]]),
                "rater": CONSENSUS,
                "stage": stage,
                "verdict": verdict,
                "reason": found.to_numpy() if verdict == "exclude" else "",
                "title": table.frame[names["title"]].to_numpy(),
            },
            np.arange(len(table.frame)),
        )
        for stage, verdict in LISTS[kind]
    ]
    what = f"agreed verdicts only: a list of Covidence ({kind}), without votes of reviewers"
    notes.append(Repair(file, 1, "", kind, kind, what))
    return pd.concat(parts, ignore_index=True)


def _tell_kind(table: Table, all_have_reasons: bool) -> str:
    """Return which list it is: excluded, if each record has a reason; else as the file is named."""
    words = re.split(r"[^a-z]+", table.path.stem.casefold())
    named = [kind for kind in LISTS if kind in words]
    if len(named) == 1:
        return named[0]
    if all_have_reasons:
        return "excluded"
    raise ParseError(
        f"{table.path.name!r} must say which list of Covidence it is. All lists have the same "
        f"columns, so the name of the file must hold one of {', '.join(LISTS)}. "
        f"Found {' and '.join(named) or 'none of them'}. Rename the file as Covidence named it."
    )


def _name_records(numbers: pd.Series[str]) -> object:
    """Return the numbers as Covidence shows them: "#12", in each of its files."""
    return np.array(
        ["#" + text.removeprefix("#") if text else "" for text in numbers], dtype=object
    )


def tells_extraction(table: Table) -> bool:
    """Say whether a table is one of extraction: a row a study and reviewer, and no verdicts."""
    names = _plain(table)
    return {"covidence", "reviewer_name"} <= names.keys() and not names.keys() & set(
        ROLES["verdict"]
    )


def arrange_extraction(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return one agreed inclusion a study, however many reviewers extracted it."""
    names, file = _plain(table), table.path.name
    frame = table.frame
    people = frame[names["reviewer_name"]]
    records = pd.Series(_name_records(frame[names["covidence"]]), index=frame.index)
    first = np.flatnonzero(~records.duplicated().to_numpy())
    by = people[people.str.casefold() != CONSENSUS]
    what = (
        f"agreed verdicts only: an extraction table of Covidence, {len(first)} included studies in "
        f"{len(frame)} rows of {by.nunique()} reviewers and the consensus"
    )
    notes.append(Repair(file, 1, names["reviewer_name"], "", "", what))
    columns = {
        "record": records.to_numpy()[first], "rater": CONSENSUS, "stage": "full_text",
        "verdict": "include", "title": frame[names["title"]].to_numpy()[first]
        if "title" in names else "",
    }  # fmt: skip
    return make_cells(columns, first)


def tells_reliability(table: Table) -> bool:
    """Say whether a table counts how pairs of reviewers agreed."""
    names = _plain(table)
    return any("kappa" in name for name in names) and not names.keys() & set(ROLES["record"])


def refuse_reliability(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Refuse counts of pairs, which are no decisions on records."""
    names = list_some([repr(str(name)) for name in table.frame.columns], sep=", ")
    raise ParseError(
        f"{table.path.name!r} must hold decisions. It is a table of inter-rater reliability, which "
        f"counts the votes of each pair of reviewers and names no record. Its columns are {names}. "
        f"Give the four counts of a pair to agreement_from_table, as "
        f"[[both yes, yes and no], [no and yes, both no]]."
    )


#: Columns of a list of references.
REFERENCE = frozenset(
    {
        "title", "authors", "abstract", "published_year", "published_month", "journal", "volume",
        "issue", "pages", "accession_number", "doi", "ref", "covidence", "study", "notes", "tags",
        "url", "pmid", "database", "source", "language", "keywords", "year",
    }
)  # fmt: skip

#: What each list says, by stage; "" where nobody has decided yet.
LISTS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "screen": (("title_abstract", ""),),
        "irrelevant": (("title_abstract", "exclude"),),
        "select": (("title_abstract", "include"), ("full_text", "")),
        "excluded": (("title_abstract", "include"), ("full_text", "exclude")),
        "included": (("title_abstract", "include"), ("full_text", "include")),
        "extract": (("title_abstract", "include"), ("full_text", "include")),
    }
)
