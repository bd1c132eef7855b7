"""Checks of printed agreement: what a kappa allows, and the scale that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number
from reviewkit._core.rounding import count_decimals
from reviewkit.agreement.feasible import FeasibleTables, feasible_tables
from reviewkit.agreement.printed_scales import check_printed_value, read_scale
from reviewkit.agreement.scales import SCALES
from reviewkit.review.headlines import name_stage
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review
    from reviewkit.screening.flow_keys import Counts

__all__ = [
    "check_kappa", "check_scale", "count_disagreements", "possible_tables", "printed_kappa",
    "read_stage",
]  # fmt: skip

_KAPPAS = ("kappa", "cohen kappa", "cohen_kappa", "cohen's kappa", "k", "κ")
_SCALE = "reported/scale.csv"
#: Boxes through which reports come in that the raters of a stage did not judge.
_JOIN = ("websites", "organisations", "citation_searching", "other_sought", "other_assessed",
         "added_at_full_text", "added_included")  # fmt: skip
_BOUND_SLACK = 0.01  # one scale is printed as 0.61–0.80 and as 0.60–0.80
_MOST_DECIMALS = 6
_MOST_RATED = 5000  # records; beyond, all tables that give a kappa are too many to list


class Stage(NamedTuple):
    """A stage of the flow at which raters may have agreed."""

    name: str
    n: int
    included: int | None  # not known


def _find_stages(review: Review) -> list[Stage]:
    """Return the stages that the flow tells: how many were judged, how many went on."""
    if review.flow is None:
        return []
    counts = review.flow.counts
    found = {
        "title_abstract": ("screened", "excluded", ("sought", "assessed")),
        "full_text": ("assessed", "reports_excluded", ("new_reports", "new_studies")),
        "all_stages": ("identified", "", ("new_reports", "new_studies")),
    }
    stages = []
    for name, (box, out, next_boxes) in found.items():
        n, gone = _whole(counts, box), _whole(counts, out)
        if n is None and name == "full_text":
            n = _whole(counts, "sought")
            gone = None
        # What comes in by other ways was not judged here: then the next box says nothing of it.
        joined = name != "title_abstract" and any(key in counts for key in _JOIN)
        ahead = next((m for key in next_boxes if (m := _whole(counts, key)) is not None), None)
        went_on = n - gone if n is not None and gone is not None else None if joined else ahead
        if n is not None and went_on is not None and n > 0 and 0 <= went_on <= n:
            stages.append(Stage(name, n, went_on))
    return stages


def _whole(counts: Counts, key: str) -> int | None:
    """Return the number of a box, by its total or by the sum of parts that all have a number."""
    value = counts.get(f"{key}_total", counts.get(key))
    if isinstance(value, Mapping):
        parts = [n for n in value.values() if n is not None]
        return sum(parts) if len(parts) == len(value) else None
    return value


class Possible(NamedTuple):
    """What a printed kappa allows at a stage."""

    stage: Stage
    own: bool  # the row itself names n; else the stage is one of the flow
    tables: FeasibleTables

    @property
    def place(self) -> str:
        """The records that were rated, in words."""
        stage = self.stage
        rated = f"{format_count(stage.n)} {name_stage(stage.name) if stage.name else 'records'}"
        return (
            f"{rated} of which {format_count(stage.included)} went on"
            if stage.included is not None
            else rated
        )


def possible_tables(review: Review, row: Mapping[str, str]) -> list[Possible]:
    """Return the cross-tables that give a printed kappa, stage by stage."""
    value = printed_kappa(row)
    if value is None:
        return []
    n, included = (read_number(row.get(column, "")) for column in ("n", "included"))
    named, stages = read_stage(row.get("stage", "")), _find_stages(review)
    if n is not None:
        known = (s.included for s in stages if s.name == named and s.n == n)
        went_on = next(known, None) if included is None else int(included)
        stages = [Stage(named, int(n), went_on)]
    elif named:
        stages = [stage for stage in stages if stage.name == named]
    kappa, decimals = value
    found = []
    for stage in stages:
        if 1 <= stage.n <= _MOST_RATED and (stage.included or 0) <= stage.n:
            tables = feasible_tables(kappa, stage.n, included=stage.included, decimals=decimals)
            found.append(Possible(stage, n is not None, tables))
    return found


def read_stage(text: str) -> str:
    """Return the stage that a cell means, under its own name where it is one of screening.

    >>> read_stage("Title/abstract screening"), read_stage("full-text"), read_stage("coding")
    ('title_abstract', 'full_text', 'coding')
    """
    plain = text.casefold()
    if re.search(r"\bfull", plain):
        return "full_text"
    return "title_abstract" if re.search(r"title|abstract|\bti[/ ]?ab", plain) else text.strip()


def printed_kappa(row: Mapping[str, str]) -> tuple[float, int] | None:
    """Return a kappa as printed, as a share of 1, and its decimals."""
    if row.get("coefficient", "").strip().lower() not in _KAPPAS:
        return None
    printed = row.get("value", "") or f"{row.get('percent', '')} %"
    value = read_number(printed)
    if value is None:
        return None
    decimals = count_decimals(printed)
    value, decimals = (value / 100, decimals + 2) if "%" in printed else (value, decimals)
    return round(value, _MOST_DECIMALS), min(decimals, _MOST_DECIMALS)


def check_kappa(review: Review) -> Iterator[Finding]:
    """Yield what a printed kappa allows at each stage where it may have been measured."""
    for row in list_rows(review.reported.get("agreement")):
        where = row.get("where", "") or "reported/agreement.csv"
        quote = row.get("quote", "") or row.get("value", "")
        kappa = printed_kappa(row)
        if kappa is None:
            continue
        if not -1 <= kappa[0] <= 1:
            yield Finding(
                "agreement.range", "error", where, "A kappa lies between −1 and 1.", quote,
                "−1 to 1", row["value"], "Correct the number; if it is in per cent, write 81 %.",
            )  # fmt: skip
            continue
        n, included = (read_number(row.get(column, "")) for column in ("n", "included"))
        if n is not None and included is not None and included > n:
            yield Finding(
                "agreement.included", "error", where,
                f"{format_count(included)} of {format_count(n)} records cannot be included.",
                quote, f"{format_count(n)} at most", format_count(included),
                "Correct one of the numbers.",
            )  # fmt: skip
        missing = [column for column in ("stage", "n") if not row.get(column)]
        if missing:
            yield Finding(
                "agreement.not_reported", "note", where,
                f"Kappa {row['value']} without its {' and its '.join(missing)}: "
                f"how precise it is cannot be told.",
                quote, fix="Report stage, number of records, cross-table and interval.",
            )  # fmt: skip
        for possible in possible_tables(review, row):
            yield _judge_tables(possible, row, where, quote)


def _judge_tables(possible: Possible, row: Mapping[str, str], where: str, quote: str) -> Finding:
    """Return a note on the disagreements that a kappa allows, or an error if it allows none."""
    place, tables = possible.place, possible.tables
    if not tables.is_possible:
        # Where the row does not name its stage, this rules out a stage and no more.
        severity = "error" if possible.own or row.get("stage") else "note"
        return Finding(
            "agreement.impossible", severity, where,
            f"No cross-table of two raters over {place} gives a kappa of {row['value']}.",
            quote, "a kappa that some table gives", row["value"],
            "Report the cross-table, and which records were rated.",
        )  # fmt: skip
    n = tables.n_tables
    count = f"{format_count(n)} cross-table{'s' * (n != 1)} give{'s' * (n == 1)} it"
    return Finding(
        "agreement.possible", "note", where,
        f"Over {place}, a kappa of {row['value']} means {count_disagreements(tables)} ({count}).",
        quote, found=row["value"], fix="Report the cross-table.",
    )  # fmt: skip


def count_disagreements(tables: FeasibleTables) -> str:
    """Write how many disagreements a kappa allows."""
    few, many = tables.disagreements[0], tables.disagreements[-1]
    if few == many:
        return f"exactly {few} disagreement{'s' * (few != 1)}"
    return f"{few} {'or' if many - few == 1 else 'to'} {many} disagreements"


def check_scale(review: Review) -> Iterator[Finding]:
    """Yield what is wrong with the printed scale, and with the labels taken from it."""
    frame = review.reported.get("scale")
    if frame is None:
        yield from _check_labels(review)
        return
    name = "as printed"
    scale, findings = read_scale(frame, name=name)
    for finding in findings:
        yield replace(finding, where=_SCALE) if finding.where == name else finding
    for row in list_rows(review.reported.get("agreement")):
        kappa = printed_kappa(row)
        if kappa is not None and -1 <= kappa[0] <= 1:
            printed = format_number(*kappa).replace("−", "-")
            where = row.get("where", "") or "reported/agreement.csv"
            yield from check_printed_value(scale, printed, label=row.get("label", ""), where=where)


def _check_labels(review: Review) -> Iterator[Finding]:
    """Hold labels without a printed scale against all known scales that have the word."""
    for row in list_rows(review.reported.get("agreement")):
        kappa, label = printed_kappa(row), row.get("label", "").strip().casefold()
        label = label.removesuffix("agreement").strip()
        known = [
            scale
            for scale in SCALES.values()
            if not scale.caution and label in {band.label.casefold() for band in scale.bands}
        ]
        if kappa is None or not known or not -1 <= kappa[0] <= 1:
            continue
        half = 0.5 / 10 ** kappa[1] + _BOUND_SLACK
        ends = max(-1.0, kappa[0] - half), min(1.0, kappa[0] + half)
        if any(label in map(str.casefold, scale.labels_between(*ends)) for scale in known):
            continue
        said = ", ".join(f"{' or '.join(s.labels_between(*ends))} on {s.name}" for s in known)
        yield Finding(
            "scale.label", "warning", row.get("where", "") or "reported/agreement.csv",
            f"{format_number(*kappa)} is called {row['label']}; it is {said}.",
            row.get("quote", "") or row["label"], said, row["label"],
            "Correct the label, or name the scale that it comes from.",
        )  # fmt: skip
