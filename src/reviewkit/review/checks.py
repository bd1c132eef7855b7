"""Whether the numbers of a review can be true, and agree with each other.

A rule is a function from a review to findings; :data:`RULES` names them in the
order in which they run.  One more entry is one more check.  A rule looks only at
parts that are there: what a review does not hold is no finding, unless other
numbers cannot be checked without it, which is a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from reviewkit._core.check import list_some
from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit.integrity.percentages import check_percentages
from reviewkit.review.agreement_checks import check_kappa, check_scale
from reviewkit.review.group_checks import check_groups
from reviewkit.review.outcome_checks import check_outcomes
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["RULES", "check_review"]


def check_review(review: Review) -> tuple[Finding, ...]:
    """Return what all rules find, the gravest first."""
    found = [finding for rule in RULES.values() for finding in rule(review)]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _check_flow(review: Review) -> Iterator[Finding]:
    """Yield what the flow finds: each box against those around it."""
    if review.flow is not None:
        yield from review.flow.findings


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
RULES: Mapping[str, Callable[[Review], Iterator[Finding]]] = MappingProxyType(
    {
        "flow": _check_flow,
        "groups": check_groups,
        "percentages": _check_percentages,
        "outcomes": check_outcomes,
        "agreement": check_kappa,
        "scale": check_scale,
        "themes": _check_themes,
    }
)
