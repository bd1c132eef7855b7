"""The parts of a review, each built from its files: what is missing is simply not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import ReviewkitError
from reviewkit.review.reading import Ledger
from reviewkit.review.settings import Settings
from reviewkit.sources.decision_labels import CONSENSUS
from reviewkit.sources.extraction import read_extraction
from reviewkit.sources.spreadsheet import Table, read_table

if TYPE_CHECKING:
    from reviewkit.agreement.raters import Agreement
    from reviewkit.coding.themes import Themes
    from reviewkit.meta.pooling import PooledPrevalence
    from reviewkit.screening.flow import Flow

__all__ = [
    "build_agreement", "build_coded_themes", "build_flow", "build_pools", "build_reported_themes",
    "read_outcomes", "read_studies",
]  # fmt: skip


def build_agreement(ledger: Ledger, decisions: pd.DataFrame | None) -> dict[str, Agreement]:
    """Return the agreement of raters at each stage where two or more decided.

    Decisions that name no stage are one stage of their own.
    """
    from reviewkit.agreement.raters import rater_agreement

    found: dict[str, Agreement] = {}
    if decisions is None:
        return found
    decisions = decisions.assign(stage=decisions["stage"].fillna("stage not stated"))
    for stage in decisions["stage"].unique():
        rows = decisions[decisions["stage"] == stage]
        votes = rows[rows["rater"] != CONSENSUS]
        twice = votes.groupby("record")["rater"].nunique().gt(1)
        if not twice.any():
            ledger.notes.append(
                f"screening/: no record has two raters at stage {stage}: no agreement."
            )
            continue
        place = f"screening/, stage {stage}"
        result = ledger.consider(place, rater_agreement, decisions, stage=stage)
        if result is not None:
            found[str(stage)] = result
    return found


def build_flow(ledger: Ledger, reported: Mapping[str, pd.DataFrame]) -> Flow | None:
    """Return the flow of ``reported/flow.csv``."""
    from reviewkit.screening.flow import prisma_flow

    frame = reported.get("flow")
    if frame is None:
        return None
    twice = frame.loc[frame["box"].duplicated(), "box"].unique().tolist()
    if twice:
        listed = list_some([*map(repr, twice)], sep=", ")
        ledger.faults.append(
            f"reported/flow.csv: Each box must stand in one row. Found more for {listed}. "
            f"Name the parts of a box, as reports_excluded:Wrong population."
        )
        return None
    counts = dict(zip(frame["box"], frame["n"], strict=True))
    flow = ledger.attempt("reported/flow.csv", prisma_flow, counts)
    if flow is None or "quote" not in frame:
        return flow
    quotes = dict(zip(frame["box"], frame["quote"], strict=True))
    quoted = [
        finding if finding.quote else replace(finding, quote=quotes.get(finding.where, ""))
        for finding in flow.findings
    ]
    return replace(flow, findings=tuple(quoted))


def read_studies(ledger: Ledger) -> pd.DataFrame | None:
    """Return ``extraction/studies.csv``."""
    return _read_extracted(ledger, "extraction/studies", ("study",))[0]


def read_outcomes(ledger: Ledger) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return ``extraction/outcomes.csv``, and the same rows as text, for 8.0 is not 8."""
    return _read_extracted(ledger, "extraction/outcomes", ("study", "events", "total"))


def _read_extracted(
    ledger: Ledger, name: str, needed: tuple[str, ...]
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    path = ledger.find(name)
    if path is None or not ledger.is_filled(path):
        return None, None
    place = ledger.name(path)
    frame = ledger.attempt(place, read_extraction, path)
    if frame is None:
        return None, None
    ledger.log(path, frame.attrs.pop("log", ()))
    missing = [column for column in needed if column not in frame]
    if missing:
        # Let the reader of tables say it: it names near misses.
        ledger.attempt(place, read_table, path, required=missing)
        return None, None
    table = read_table(path)
    ledger.remember(path, table)
    return frame, table.frame


def build_pools(
    ledger: Ledger, outcomes: pd.DataFrame | None, settings: Settings
) -> dict[str, PooledPrevalence]:
    """Return one pooled prevalence for each outcome (construct, where no outcome is named)."""
    from reviewkit.meta.pooling import pool_prevalence

    pools: dict[str, PooledPrevalence] = {}
    if outcomes is None:
        return pools
    column = next((c for c in ("outcome", "construct") if _has_values(outcomes, c)), None)
    if column is None:
        ledger.notes.append("extraction/outcomes: no column outcome: nothing was pooled.")
        return pools
    keys = [key for key in outcomes[column].dropna().unique() if key != ""]
    _check_pool_keys(ledger, settings, [*map(str, keys)])
    blank = int(outcomes[column].isna().sum() + (outcomes[column] == "").sum())
    if blank:
        ledger.notes.append(f"extraction/outcomes: {blank} rows name no {column}: not pooled.")
    for key in keys:
        rows = outcomes[outcomes[column] == key]
        place = f"extraction/outcomes, {column} {key!r}"
        if rows[["events", "total"]].isna().any(axis=1).all():
            ledger.notes.append(f"{place}: no row has both events and total: not pooled.")
            continue
        wanted = settings.pools.get(str(key))
        options: dict[str, Any] = dict(wanted.options) if wanted else {}
        pooled = ledger.attempt(place, pool_prevalence, rows, missing="drop", **options)
        if pooled is not None:
            pools[str(key)] = pooled
            if pooled.studies.left_out:
                listed = list_some([*pooled.studies.left_out], sep=", ")
                ledger.notes.append(f"{place}: left out, for a count is missing: {listed}.")
    return pools


def _has_values(frame: pd.DataFrame, column: str) -> bool:
    return column in frame and bool((frame[column].notna() & (frame[column] != "")).any())


def _check_pool_keys(ledger: Ledger, settings: Settings, keys: list[str]) -> None:
    """Refuse options for an outcome that is not there: they would silently have no effect."""
    strangers = [key for key in settings.pools if key not in keys]
    if strangers:
        ledger.faults.append(
            f"review.toml: Each [pools.KEY] must name an outcome of extraction/outcomes: "
            f"{list_some([*map(repr, keys)], sep=', ')}. "
            f"Got {list_some([*map(repr, strangers)], sep=', ')}. Correct the name or remove it."
        )


def build_coded_themes(
    ledger: Ledger, studies: pd.DataFrame | None, flow: Flow | None
) -> Themes | None:
    """Return the themes of ``coding/codebook.csv`` and ``coding/segments.csv``.

    Shares are of the studies in ``extraction/studies.csv``, else of those in the flow, else
    of those that are coded.
    """
    from reviewkit.coding.codebook import read_codebook, read_coding
    from reviewkit.coding.themes import build_themes

    found = dict[str, pd.DataFrame | None]()
    for name, read in (("codebook", read_codebook), ("segments", read_coding)):
        path = _find_coding(ledger, name)
        if path is None or not ledger.is_filled(path):
            continue
        frame = found[name] = ledger.attempt(ledger.name(path), read, path)
        if frame is not None:
            ledger.log(path, frame.attrs.pop("log", ()))
            table = _as_table(path)
            if table is not None and len(table.lines) == len(frame):
                ledger.remember(path, table)
    segments, codebook = found.get("segments"), found.get("codebook")
    if any(frame is None for frame in found.values()):
        return None
    if segments is None:
        if codebook is not None:
            ledger.notes.append("coding/: a codebook without coding/segments: no themes.")
        return None
    if codebook is None:
        ledger.notes.append("coding/: no codebook: each code is a theme of its own.")
    known = _find_all_studies(ledger, segments, studies, flow)
    return ledger.attempt("coding/", build_themes, segments, codebook, **known)


def _find_coding(ledger: Ledger, name: str) -> Path | None:
    """Return the table of this name, else the one project or codebook in REFI-QDA."""
    table = ledger.find(f"coding/{name}")
    endings = (".qdpx",) if name == "segments" else (".qdpx", ".qdc")
    projects = [path for path in ledger.files("coding") if path.suffix.lower() in endings]
    return table if table is not None or len(projects) != 1 else projects[0]


def _as_table(path: Path) -> Table | None:
    """Return a file as a table of text; None for what is none, as a project of coding."""
    try:
        return read_table(path)
    except ReviewkitError:
        return None


def _find_all_studies(
    ledger: Ledger, segments: pd.DataFrame, studies: pd.DataFrame | None, flow: Flow | None
) -> dict[str, Any]:
    """Return what the shares of themes are of, as an argument of ``build_themes``."""
    coded = {*segments["study"]}
    if studies is not None:
        strangers = sorted(coded - {*studies["study"]})
        if not strangers:
            return {"studies": studies["study"].unique().tolist()}
        ledger.notes.append(
            f"coding/: studies that extraction/studies does not have: "
            f"{list_some([*map(repr, strangers)], sep=', ')}. Shares are of the coded studies."
        )
        return {}
    included = None if flow is None else flow.counts.get("new_studies")
    if isinstance(included, int) and included >= len(coded):
        return {"n_studies": included}
    return {}


def build_reported_themes(ledger: Ledger, reported: Mapping[str, pd.DataFrame]) -> Themes | None:
    """Return the themes of ``reported/themes.csv``; a study is what a reference names."""
    from reviewkit.coding.themes import build_themes

    frame = reported.get("themes")
    if frame is None or "reference" not in frame:
        return None
    cited = frame.assign(study=frame["reference"].str.split(r"\s*[;,]\s*", regex=True))
    segments = cited.explode("study")[["study", "code"]]
    segments = segments[segments["study"] != ""].reset_index(drop=True)
    codebook = frame[["code", "theme"]].drop_duplicates()
    return ledger.consider("reported/themes.csv", build_themes, segments, codebook)
