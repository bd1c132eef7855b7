"""What each part of a review says in a line: for the summary, the table and the page.

One function a part in :data:`HEADLINES`; a part without one is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from reviewkit._core.format import format_count
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["HEADLINES", "describe_parts", "name_pool", "name_stage"]

_STAGES = MappingProxyType(
    {
        "title_abstract": "titles and abstracts",
        "full_text": "full texts",
        "all_stages": "records from search to inclusion",
    }
)


def describe_parts(review: Review) -> list[tuple[str, str]]:
    """Return each part that is there with a line of its result; several results are several."""
    return [
        (part, line)
        for part, tell in HEADLINES.items()
        if part in review.origin
        for line in tell(review)
    ]


def name_stage(stage: str) -> str:
    """Return the stage of screening in words.

    >>> name_stage("full_text"), name_stage("")
    ('full texts', 'stage not reported')
    """
    return _STAGES.get(stage, stage) or "stage not reported"


def _records(review: Review) -> Iterator[str]:
    if review.records is not None:
        yield review.records._headline()


def _duplicates(review: Review) -> Iterator[str]:
    if review.duplicates is not None:
        yield review.duplicates._headline()


def _decisions(review: Review) -> Iterator[str]:
    frame = review.decisions
    if frame is not None:
        counts = [frame[column].nunique() for column in ("record", "rater")]
        yield f"{format_count(counts[0])} records, {counts[1]} raters"


def _flow(review: Review) -> Iterator[str]:
    if review.flow is not None:
        yield review.flow._headline()


def _agreement(review: Review) -> Iterator[str]:
    for found in review.agreement.values():
        yield found._headline()
    if not review.agreement:
        for row in list_rows(review.reported["agreement"]):
            value = row["value"] or row.get("percent", "")
            label = f" ({row['label']})" if row.get("label") else ""
            yield f"{name_stage(row.get('stage', ''))}: {row['coefficient']} {value}{label}"


def _studies(review: Review) -> Iterator[str]:
    if review.studies is not None:
        n = len(review.studies)
        yield f"{format_count(n)} row{'s' * (n != 1)}"


def _outcomes(review: Review) -> Iterator[str]:
    if review.outcomes is not None:
        n, studies = len(review.outcomes), review.outcomes["study"].nunique()
        yield f"{format_count(n)} row{'s' * (n != 1)} of {format_count(studies)} studies"


def _appraisal(review: Review) -> Iterator[str]:
    for found in review.appraisals.values():
        yield found._headline()


def _themes(review: Review) -> Iterator[str]:
    if review.themes is not None:
        yield review.themes._headline()


def _pools(review: Review) -> Iterator[str]:
    for key, pooled in review.pools.items():
        yield f"{name_pool(review, key)}: {pooled._headline()}"
    if not review.pools:
        for row in list_rows(review.reported["pools"]):
            yield f"{row['outcome']}: {row['estimate']}"


def name_pool(review: Review, key: str) -> str:
    """Return the title of a pooled outcome."""
    wanted = review.settings.pools.get(key)
    return wanted.title if wanted else key


#: What tells each part, in the order of the summary.
HEADLINES: Mapping[str, Callable[[Review], Iterator[str]]] = MappingProxyType(
    {
        "records": _records,
        "duplicates": _duplicates,
        "decisions": _decisions,
        "flow": _flow,
        "agreement": _agreement,
        "studies": _studies,
        "outcomes": _outcomes,
        "appraisal": _appraisal,
        "themes": _themes,
        "pools": _pools,
    }
)
