"""From the reports that are included to studies: several reports may be of one study.

Studies are counted as sets: a study with three reports is one, a report of two studies is two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_ledger import Entry
from reviewkit.screening.tally_fates import Trail
from reviewkit.screening.tally_input import Notebook

__all__ = ["count_previous", "gather_pooled", "gather_studies"]


def gather_studies(
    trail: Trail, links: Mapping[str, list[str]], previous: Collection[str], notes: Notebook
) -> set[str]:  # fmt: skip
    """Put the included reports into the box of their studies; return all these studies."""
    reports = trail.boxes.pop("new_reports", [])
    alone, again, found = [], [], set()
    for entry in reports:
        studies = links.get(entry.record, [])
        alone += [] if studies else [entry.record]
        studies = studies or [entry.record]
        named = entry._replace(study="; ".join(studies))
        trail.enter("new_reports", named)
        trail.ends[entry.record] = ("new_reports", named)
        for study in studies:
            found.add(study)
            if study in previous:
                again.append(entry.record)
            else:
                trail.enter("new_studies", entry._replace(study=study))
    idle = [record for record in links if record not in {entry.record for entry in reports}]
    notes.log("included reports without a link to a study", alone if links else [],
              "each counts as a study of its own")  # fmt: skip
    notes.log("links of reports that are not included", idle, "not needed")
    notes.log("new reports of studies of the previous version", again,
              "the report is new, the study is not")  # fmt: skip
    return found


def gather_pooled(
    trail: Trail, pooled: Iterable[object] | None, copies: Mapping[str, str],
    studies: Collection[str], notes: Notebook,
) -> set[str] | None:  # fmt: skip
    """Return the studies of the meta-analysis, given by their names or by those of reports."""
    if pooled is None:
        return None
    reports = trail.boxes.get("new_reports", [])
    of_report = {entry.record: entry.study.split("; ") for entry in reports}
    found: set[str] = set()
    lost = []
    for given in [pooled] if isinstance(pooled, str) else pooled:
        name = " ".join(str(given).split())
        if name in studies:
            found.add(name)
        elif (record := copies.get(name, name)) in of_report:
            found.update(of_report[record])
        else:
            lost.append(name or "(blank)")
    notes.blame("ids in `in_meta_analysis` that no included study has", lost, "left out")
    for entry in reports:
        for study in of_report[entry.record]:
            if study in found:
                trail.enter("in_meta_analysis", Entry(entry.record, study=study))
    return found


def count_previous(previous: Any) -> tuple[dict[str, int], set[str]]:
    """Return the numbers of the previous version, and the names of its studies if it has any.

    >>> count_previous({"studies": 5, "reports": 7})[0]
    {'previous_studies': 5, 'previous_reports': 7}
    """
    if previous is None:
        return {}, set()
    if isinstance(previous, Mapping):
        wrong = [str(key) for key in previous if key not in ("studies", "reports")]
        if wrong:
            raise InputError(
                f"`previous` must be a frame with the column 'study', one row a report, or map "
                f"'studies' and 'reports' to numbers. Got the keys {list_some(wrong)}."
            )
        return {f"previous_{key}": n for key, n in previous.items()}, set()
    frame = previous if isinstance(previous, pd.DataFrame) else pd.DataFrame({"study": previous})
    check_columns(frame.columns, {"previous": "study"})
    names = {" ".join(str(name).split()) for name in frame["study"].dropna()}
    counts = {"previous_studies": len(names)}
    if isinstance(previous, pd.DataFrame):
        counts["previous_reports"] = len(frame)
    return counts, names
