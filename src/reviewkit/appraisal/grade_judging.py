"""What a person judged of each domain, read from a frame or a sheet; and the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.grade_domains import DOMAINS, Suggestion
from reviewkit.sources.schema import plain_name
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import read_table, write_table

__all__ = ["Judgement", "read_judgements", "write_judgement_sheet"]

_ACCEPT = frozenset({"accept", "accepted", "ok", "agree", "agreed"})


class Judgement(NamedTuple):
    """What a person settled."""

    judgement: str
    reason: str
    by: str
    status: str  # "accepted" or "overridden"


def read_judgements(
    given: pd.DataFrame | str | PathLike[str], known: Mapping[str, Mapping[str, Suggestion]]
) -> dict[str, dict[str, Judgement]]:
    """Return judgements by outcome and domain; blank ones are left out.

    Raises
    ------
    InputError
        If rows are wrong; all are listed.
    """
    frame = given if isinstance(given, pd.DataFrame) else read_table(given).frame
    check_columns(frame.columns, {name: name for name in ("outcome", "domain", "judgement")})
    found: dict[str, dict[str, Judgement]] = {}
    problems: list[str] = []
    for row in frame.astype(object).to_dict("records"):
        cells = {str(n): "" if pd.isna(v) else str(v).strip() for n, v in row.items()}
        outcome, domain = cells["outcome"], plain_name(cells["domain"])
        place = f"{outcome}, {cells['domain']}"
        if outcome not in known or domain not in DOMAINS:
            what = f"one of {', '.join(DOMAINS)}" if outcome in known else "an outcome of the table"
            problems.append(f"{place}: is not {what}")
        elif domain in found.get(outcome, {}):
            problems.append(f"{place}: is judged twice")
        elif cells["judgement"]:
            judged = _judge(cells, domain, known[outcome][domain].suggestion)
            if isinstance(judged, str):
                problems.append(f"{place}: {judged}")
            else:
                found.setdefault(outcome, {})[domain] = judged
    if problems:
        raise InputError(
            f"Judgements must accept a suggestion, or override it with a reason. "
            f"{len(problems)} do not:\n  "
            + list_some(problems, sep="\n  ")
            + "\nCorrect the sheet."
        )
    return found


def _judge(cells: Mapping[str, str], domain: str, suggestion: str) -> Judgement | str:
    """Return the judgement of a row, or what is wrong with it."""
    word, reason, by = cells["judgement"].lower(), cells.get("reason", ""), cells.get("by", "")
    allowed = DOMAINS[domain][1]
    if word in _ACCEPT:
        if not suggestion:
            return f"there is no suggestion to accept; give one of {', '.join(allowed)}"
        return Judgement(suggestion, reason, by, "accepted")
    if word not in allowed:
        return f"{cells['judgement']!r} is none of accept, {', '.join(allowed)}"
    if word == suggestion:
        return Judgement(word, reason, by, "accepted")
    if not reason:
        return f"{word!r} overrides {suggestion or 'no suggestion'!r} without a reason"
    return Judgement(word, reason, by, "overridden")


def write_judgement_sheet(domains: pd.DataFrame, path: Path) -> Path:
    """Write suggestions with their rules, and columns to fill in."""
    columns = ["outcome", "domain", "suggestion", "number", "rule", "judgement", "reason", "by"]
    allowed = [", ".join(("accept", *DOMAINS[domain][1])) for domain in domains["domain"]]
    frame = domains[columns].assign(allowed=allowed)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"The name must end in .csv or .xlsx. Got {path.name!r}. Rename it.")
    if path.suffix.lower() == ".csv":
        write_table(frame, path)
    else:
        write_sheet(frame, path)
    return path
