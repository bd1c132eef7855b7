"""Whether the numbers of a review can be true, and agree with each other.

A :class:`Rule` is a function from a review to findings, with what it needs and what it says;
:data:`RULES` names them in the order in which they run.  One more entry is one more check.  A
rule looks only at parts that are there: what a review does not hold is no finding, unless other
numbers cannot be checked without it, which is a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit._core.format import format_count
from reviewkit.integrity.percentages import check_percentages
from reviewkit.review.agreement_checks import check_kappa, check_scale
from reviewkit.review.agreement_identities import (
    check_identities,
    check_interval,
    check_kappa_words,
    check_shares,
)
from reviewkit.review.construct_checks import check_measures, check_terms
from reviewkit.review.count_checks import check_counts, check_names, check_same
from reviewkit.review.decision_checks import check_decided
from reviewkit.review.group_checks import check_groups
from reviewkit.review.group_column_checks import check_group_columns
from reviewkit.review.outcome_checks import check_dependence, check_outcomes
from reviewkit.review.pool_checks import check_pools
from reviewkit.review.reference_checks import check_coded, check_references
from reviewkit.review.reported import list_rows
from reviewkit.review.search_checks import check_search
from reviewkit.review.study_checks import (
    check_cells,
    check_overlaps,
    check_secondary,
    check_window,
)
from reviewkit.review.table_checks import check_claims, check_groups_in_tables
from reviewkit.review.weight_checks import check_weights

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["RULES", "Rule", "check_review", "rank_findings", "run_rules"]


class Rule(NamedTuple):
    """A check of a review."""

    check: Callable[[Review], Iterator[Finding]]
    needs: tuple[str, ...]  # parts, or names in ``reported/`` after a slash; "a or b" is either
    says: str  # what holds where it finds nothing

    def __call__(self, review: Review) -> Iterator[Finding]:
        """Yield what the rule finds."""
        return self.check(review)

    def lacks(self, review: Review) -> str:
        """Return what the rule needs and the review does not hold; "" where it can run."""
        return ", ".join(need for need in self.needs if not _holds(review, need))


def _holds(review: Review, need: str) -> bool:
    def has(part: str) -> bool:
        if part.startswith("reported/"):
            return part.removeprefix("reported/") in review.reported
        if part.startswith("review.toml"):
            return bool(getattr(review.settings, part.partition(" ")[2] or "title"))
        found = getattr(review, part)
        return found is not None and (not isinstance(found, Mapping) or bool(found))

    return any(has(part) for part in need.split(" or "))


def run_rules(review: Review) -> dict[str, tuple[Finding, ...]]:
    """Return what each rule finds, by its name."""
    return {name: tuple(rule(review)) for name, rule in RULES.items()}


def check_review(review: Review) -> tuple[Finding, ...]:
    """Return what all rules find, the gravest first."""
    return rank_findings(run_rules(review))


def rank_findings(by_rule: Mapping[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Return the findings of all rules, the gravest first."""
    found = [finding for some in by_rule.values() for finding in some]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _check_files(review: Review) -> Iterator[Finding]:
    """Yield the files that could not be read; the rest of the review is checked all the same."""
    for fault in review.faults:
        place, _, said = fault.partition(": ")
        yield Finding("folder.unreadable", "error", place, said, fix="Correct the file.")


def _check_flow(review: Review) -> Iterator[Finding]:
    """Yield what the flow finds: each box against those around it."""
    if review.flow is not None:
        yield from review.flow.findings


def _check_records(review: Review) -> Iterator[Finding]:
    """Yield where records in and records out of an export differ."""
    if review.records is not None:
        yield from review.records.findings


def _check_reported_flow(review: Review) -> Iterator[Finding]:
    """Hold the flow as reported against the one that records and decisions give."""
    told, counted = review.reported_flow, review.flow
    if told is None or counted is None or review.origin.get("flow") != "computed":
        return
    own = {row["key"]: row for row in counted.to_frame().to_dict("records")}
    for row in told.to_frame().to_dict("records"):
        found = own.get(row["key"])
        if found is None or not row["reported"] or not found["reported"] or row["n"] == found["n"]:
            continue
        yield Finding(
            "flow.counted", "warning", row["key"],
            f"{row['label']}: {format_count(row['n'])} are reported, but records and decisions "
            f"give {format_count(found['n'])}.",
            str(row["n"]), str(found["n"]), str(row["n"]),
            "Correct the report, or say what the files lack.",
        )  # fmt: skip


def _check_percentages(review: Review) -> Iterator[Finding]:
    """Hold percentages as printed against each other: totals, parts, denominators."""
    frame = review.reported.get("percentages")
    if frame is not None:
        yield from check_percentages(frame)


def _check_themes(review: Review) -> Iterator[Finding]:
    """Say where rows of a theme are not studies: one study may stand behind several."""
    if review.themes is None:
        return
    rows = [
        f"{row['theme']}: {row['n_segments']} rows, {row['n_studies']} studies"
        for row in list_rows(review.themes.to_frame())
        if int(row["n_segments"]) != int(row["n_studies"])
    ]
    if rows:
        yield Finding(
            "themes.rows", "note", "coding",
            f"Rows of coding are not studies. {list_some(rows)}.",
            fix="Report the number of studies behind each theme.",
        )  # fmt: skip


#: Every check, in the order in which they run.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "files": Rule(_check_files, (), "Every file can be read."),
        "flow": Rule(_check_flow, ("flow",), "Each box of the flow holds what the others leave."),
        "records": Rule(_check_records, ("records",), "Records in are records out."),
        "flow as reported": Rule(
            _check_reported_flow, ("flow", "reported/flow", "decisions"),
            "The flow as reported is what records and decisions give.",
        ),
        "groups": Rule(check_groups, ("reported/groups",), "Groups sum to the studies."),
        "groups in tables": Rule(
            check_groups_in_tables, ("reported/groups", "reported/rows"),
            "The text counts as many studies in each group as its tables hold.",
        ),
        "groups of studies": Rule(
            check_group_columns, ("reported/groups", "studies"),
            "The text counts as many studies in each group as have its value.",
        ),
        "claims": Rule(
            check_claims, ("reported/claims", "reported/rows"),
            "Each table holds what the text says of it.",
        ),
        "studies": Rule(
            check_counts, ("flow", "studies"), "As many studies are shown as are included."
        ),
        "references": Rule(
            check_references, ("reported/rows",), "A reference is one study, used in the themes."
        ),
        "coded studies": Rule(
            check_coded, ("themes", "studies"), "The coded studies are the included ones."
        ),
        "study names": Rule(
            check_names, ("outcomes", "studies"), "The studies that are pooled are among the included."
        ),
        "study numbers": Rule(
            check_same, ("reported/rows", "studies"), "Tables and extraction say the same of a study."
        ),
        "overlaps": Rule(check_overlaps, ("studies",), "No two studies share a sample."),
        "window": Rule(
            check_window, ("review.toml window or review.toml last_searched", "studies"), "All studies lie within the dates."
        ),
        "secondary": Rule(check_secondary, ("studies",), "Only primary studies are counted."),
        "cells": Rule(check_cells, ("reported/rows",), "Each cell holds what its column says."),
        "percentages": Rule(
            _check_percentages, ("reported/percentages",), "Percentages are possible and sum."
        ),
        "outcomes": Rule(
            check_outcomes, ("outcomes",), "Events, total and percentage of each study agree."
        ),
        "dependence": Rule(check_dependence, ("outcomes",), "A study enters each pool once."),
        "measures": Rule(check_measures, ("outcomes",), "Each pool measures one thing one way."),
        "terms": Rule(
            check_terms, ("review.toml constructs or reported/claims",), "Terms are kept apart."
        ),
        "agreement": Rule(
            check_kappa, ("reported/agreement",), "Each kappa is possible where it was measured."
        ),
        "agreement in words": Rule(
            check_kappa_words, ("reported/agreement",), "Each kappa is printed as what it is."
        ),
        "agreement identities": Rule(
            check_identities, ("reported/agreement",), "Kappa and raw agreement fit each other."
        ),
        "agreement intervals": Rule(
            check_interval, ("reported/agreement",), "Each kappa lies in its interval."
        ),
        "agreement shares": Rule(
            check_shares, ("reported/agreement",), "Raw agreement is a whole number of records."
        ),
        "decisions": Rule(
            check_decided, ("decisions", "reported/agreement or flow"),
            "The decisions of the raters give what is printed of them.",
        ),
        "scale": Rule(
            check_scale, ("reported/scale or reported/agreement",),
            "The scale labels every value once, and each kappa rightly.",
        ),
        "themes": Rule(_check_themes, ("themes",), "A theme is counted in studies."),
        "search": Rule(
            check_search, ("review.toml strings or review.toml databases or review.toml keywords",),
            "Databases, strings and keywords of the search belong together.",
        ),
        "weights": Rule(
            check_weights, ("outcomes or reported/rows",), "The weights of a pool sum to 100 %."
        ),
        "pools": Rule(check_pools, ("reported/pools",), "Pooled results are what the data give."),
    }
)  # fmt: skip
