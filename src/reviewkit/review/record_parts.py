"""The parts of a review that are about records: searches, duplicates, decisions, and their flow.

The flow is counted from records and decisions where both are there, so that every box knows its
records; else it is the one that ``reported/flow.csv`` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from reviewkit._core.errors import ReviewkitError
from reviewkit.review.reading import SUFFIXES, Ledger
from reviewkit.review.settings import Settings
from reviewkit.sources.decisions import read_decision_files
from reviewkit.sources.records import read_records

if TYPE_CHECKING:
    from reviewkit.dedupe.duplicates import Duplicates
    from reviewkit.screening.flow_result import Flow
    from reviewkit.sources.record_sets import Records

__all__ = [
    "build_tallied_flow",
    "match_records",
    "read_duplicates",
    "read_screening",
    "read_searches",
]

#: Endings of files that may hold decisions.
_DECISIONS = (*SUFFIXES, ".zip", ".asreview", ".ris", ".bib")
#: Tables in ``screening/`` that hold something else than decisions, by name without ending.
_ASIDE = ("duplicates", "links", "not_retrieved")
#: Columns of records whose ids a screening tool may use.
_ID_COLUMNS = ("record", "accession", "pmid", "doi")
_ENOUGH = 0.5  # of the records decided on that must be found by an id


def read_searches(ledger: Ledger, settings: Settings) -> Records | None:
    """Return the records of all exports in ``searches/``.

    A file whose name holds that of a database in ``review.toml`` is from there.
    """
    paths = ledger.files("searches")
    if not paths:
        return None
    for path in paths:
        ledger.note_input(path)
    names = [*settings.databases, *settings.registers]
    sources = {
        path.name: name
        for path in paths
        for name in names
        if _plain(name) and _plain(name) in _plain(path.stem)
    }
    found = ledger.attempt("searches/", read_records, *paths, source=sources or None)
    if found is not None:
        n = len(found.log)
        if n:
            ledger.notes.append(
                f"searches/: {n:,} lines or values were dropped, repaired or made alike; "
                f"review.records.log has each of them."
            )
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def read_duplicates(ledger: Ledger, records: Records | None) -> Duplicates | None:
    """Return the duplicates among records, with the verdicts of ``screening/duplicates.csv``."""
    from reviewkit.dedupe.matching import find_duplicates

    if records is None:
        return None
    found = ledger.attempt("searches/, duplicates", find_duplicates, records)
    path = ledger.find("screening/duplicates")
    if found is None or path is None or not ledger.is_filled(path):
        return found
    verdicts = ledger.table(path, ("left", "right", "duplicate"))
    if verdicts is None:
        return found
    return ledger.attempt(ledger.name(path), found.with_verdicts, verdicts.frame) or found


def read_screening(ledger: Ledger) -> pd.DataFrame | None:
    """Return the decisions of all files in ``screening/``, joined by record."""
    paths = [
        path
        for path in ledger.files("screening")
        if path.suffix.lower() in _DECISIONS and path.stem.lower() not in _ASIDE
    ]
    filled = [path for path in paths if ledger.is_filled(path)]
    if not filled:
        return None
    place = ledger.name(filled[0]) if len(filled) == 1 else "screening/"
    frame = ledger.attempt(place, read_decision_files, filled)
    if frame is not None:
        ledger.repairs += [
            entry._replace(file=f"screening/{entry.file}") for entry in frame.attrs.pop("log", ())
        ]
        frame.attrs.clear()
    return frame


def build_tallied_flow(
    ledger: Ledger,
    settings: Settings,
    records: Records | None,
    duplicates: Duplicates | None,
    decisions: pd.DataFrame | None,
) -> Flow | None:
    """Return the flow as records and decisions give it; None where they do not belong together."""
    from reviewkit.screening.tallies import tally_flow

    if decisions is None:
        return None
    frame = None if records is None else records.to_frame()
    if frame is None:
        frame = _read_screened(ledger, decisions)
        if frame is None:
            return None
    matched = match_records(frame, decisions)
    if matched is None:
        ledger.notes.append(
            "searches/ and screening/: the decisions name other ids than the records have, so "
            "that no flow was counted from them."
        )
        return None
    if not decisions["stage"].notna().any():
        ledger.notes.append(
            "screening/: the decisions name no stage, so that no flow was counted from them."
        )
        return None
    named = {name: "registers" for name in settings.registers if (frame["source"] == name).any()}
    return ledger.consider(
        "searches/ and screening/, flow", tally_flow, frame, duplicates, matched,
        links=_read_aside(ledger, "links", ("report", "study")),
        not_retrieved=_read_aside(ledger, "not_retrieved", ("record",)),
        sources=named or None, conflicts="leave", contradictions="log",
    )  # fmt: skip


def _read_aside(ledger: Ledger, name: str, columns: tuple[str, ...]) -> pd.DataFrame | None:
    path = ledger.find(f"screening/{name}")
    table = None if path is None else ledger.table(path, columns)
    return None if table is None else table.frame


def match_records(frame: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame | None:
    """Return decisions by the ids of the records; None if too few are found by any id.

    Screening tools name records by an id of their own, which exports keep as an accession.

    >>> records = pd.DataFrame({"record": ["a1"], "accession": ["rayyan-7"]})
    >>> match_records(records, pd.DataFrame({"record": ["rayyan-7"]}))["record"].tolist()
    ['a1']
    """
    named = decisions["record"].astype(str)
    wanted = set(named)
    best: tuple[int, dict[str, Any]] = (0, {})
    for column in _ID_COLUMNS:
        if column in frame:
            known = frame[frame[column].notna() & (frame[column].astype(str) != "")]
            ids = known[column].astype(str)
            single = known[~ids.duplicated(keep=False)]
            mapping = dict(zip(single[column].astype(str), single["record"], strict=True))
            hits = len(wanted & set(mapping))
            if hits > best[0]:
                best = hits, mapping
    hits, mapping = best
    if not wanted or hits < _ENOUGH * len(wanted):
        return None
    return decisions.assign(record=[mapping.get(name, name) for name in named])


def _read_screened(ledger: Ledger, decisions: pd.DataFrame) -> pd.DataFrame | None:
    """Return the records that the export of a screening tool holds beside its decisions."""
    found = []
    for path in ledger.files("screening"):
        if path.suffix.lower() in _DECISIONS and path.stem.lower() not in _ASIDE:
            try:
                found.append(read_records(path).to_frame())
            except ReviewkitError:
                continue  # a table of decisions alone is no table of records
    whole = [frame for frame in found if match_records(frame, decisions) is not None]
    return whole[0] if len(whole) == 1 else None
