"""The parts of a review, read and built from its folder one after another.

Each is computed from its data where these are there.  A part that only ``reported/``
holds is taken from there and marked so in its origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from reviewkit.review.appraisal_parts import read_appraisals
from reviewkit.review.parts import (
    build_agreement,
    build_coded_themes,
    build_flow,
    build_pools,
    build_reported_themes,
    read_outcomes,
    read_studies,
)
from reviewkit.review.reading import Ledger
from reviewkit.review.record_parts import (
    build_tallied_flow,
    read_duplicates,
    read_screening,
    read_searches,
)
from reviewkit.review.settings import Settings, read_settings

__all__ = ["COMPUTED", "PARTS", "REPORTED", "build_parts", "open_settings"]

COMPUTED, REPORTED = "computed", "reported"
#: Parts of a review, in the order in which they are told.
PARTS = (
    "records",
    "duplicates",
    "decisions",
    "flow",
    "agreement",
    "studies",
    "outcomes",
    "appraisal",
    "themes",
    "pools",
)


def open_settings(ledger: Ledger) -> Settings:
    """Return what ``review.toml`` says, or the defaults where there is none."""
    path = ledger.folder / "review.toml"
    if not path.is_file():
        return Settings()
    ledger.note_input(path)
    return ledger.attempt("review.toml", read_settings, path) or Settings()


def build_parts(
    ledger: Ledger, settings: Settings, reported: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the parts that are there, and whether each was computed or is as reported."""
    records = read_searches(ledger, settings)
    duplicates = read_duplicates(ledger, records)
    decisions, studies = read_screening(ledger), read_studies(ledger)
    outcomes, cells = read_outcomes(ledger)
    tallied = build_tallied_flow(ledger, settings, records, duplicates, decisions)
    told_flow = build_flow(ledger, reported)
    flow = tallied if tallied is not None else told_flow
    themes = build_coded_themes(ledger, studies, flow)
    computed = {
        "records": records,
        "duplicates": duplicates,
        "flow": tallied,
        "decisions": decisions,
        "agreement": build_agreement(ledger, decisions) or None,
        "studies": studies,
        "outcomes": outcomes,
        "appraisal": read_appraisals(ledger) or None,
        "themes": themes,
        "pools": build_pools(ledger, outcomes, settings) or None,
    }
    told = {
        "flow": told_flow,
        "studies": reported.get("rows"),
        "themes": build_reported_themes(ledger, reported) if themes is None else None,
    }
    parts, origin = {}, {}
    for part in PARTS:
        for found, source in ((computed.get(part), COMPUTED), (told.get(part), REPORTED)):
            if part not in origin and found is not None:
                parts[part] = MappingProxyType(found) if isinstance(found, dict) else found
                origin[part] = source
        if part not in origin and part in reported:
            origin[part] = REPORTED  # shown as printed; there is nothing to compute it from
    parts["appraisals"] = parts.pop("appraisal", MappingProxyType({}))
    return {**parts, "outcome_cells": cells, "reported_flow": told_flow}, origin
