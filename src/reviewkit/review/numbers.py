"""Every number of a review under a name of its own, as ``pools.ee.estimate``.

The names are what :meth:`~reviewkit.review.folder.Review.trace` takes, what a lock stores and
what two versions of a review are compared by.  :data:`NUMBERS` holds one function a part; one
more there is one more part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.format import format_count, format_number, format_percent, format_significant
from reviewkit.review.headlines import name_pool, name_stage
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["NUMBERS", "Number", "list_numbers"]

_SHARES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "i2")
_COUNTS = ("k", "n", "events")
_OTHERS = ("tau2", "q")


class Number(NamedTuple):
    """A number of a review."""

    key: str
    part: str
    label: str  # in words
    value: float
    kind: str  # "count", "share" (of 1), "coefficient" or "number"

    @property
    def text(self) -> str:
        """The number rounded for reading."""
        if math.isnan(self.value):
            return "not defined"
        if self.kind == "count":
            return format_count(self.value)
        if self.kind == "share":
            return format_percent(self.value)
        if self.kind == "coefficient":
            return format_number(self.value, 2)
        return format_significant(self.value)


def list_numbers(review: Review) -> dict[str, Number]:
    """Return all numbers of a review by name, in the order of its parts."""
    return {number.key: number for tell in NUMBERS.values() for number in tell(review)}


def _flow(review: Review) -> Iterator[Number]:
    from reviewkit.screening.flow_keys import KEYS

    if review.flow is None:
        return
    for key, count in review.flow.counts.items():
        label = KEYS[key].label if key in KEYS else key
        if isinstance(count, int):
            yield Number(f"flow.{key}", "flow", label, float(count), "count")
            continue
        for name, n in count.items():
            if n is not None:
                yield Number(f"flow.{key}:{name}", "flow", f"{label}: {name}", float(n), "count")


def _decisions(review: Review) -> Iterator[Number]:
    frame = review.decisions
    if frame is not None:
        n = float(frame["record"].nunique())
        yield Number("decisions.records", "decisions", "Records decided on", n, "count")


def _agreement(review: Review) -> Iterator[Number]:
    for stage, found in review.agreement.items():
        for name, row in found.to_frame().iterrows():
            label = f"{str(name).replace('_', ' ')}, {name_stage(stage)}"
            for field in ("estimate", "ci_low", "ci_high"):
                words = label if field == "estimate" else f"{label}, {field.replace('_', ' ')}"
                yield Number(
                    f"agreement.{stage}.{name}.{field}", "agreement", words, float(row[field]),
                    "coefficient",
                )  # fmt: skip
    for at, printed in enumerate(list_rows(review.reported.get("agreement")), 1):
        value = read_number(printed["value"])
        if value is not None:
            label = f"{printed['coefficient']} as reported"
            unit = 100 if "%" in printed["value"] else 1
            yield Number(
                f"reported.agreement.{at}", "agreement", label, value / unit, "coefficient"
            )


def _studies(review: Review) -> Iterator[Number]:
    if review.studies is not None:
        n = float(review.studies["study"].nunique())
        yield Number("studies.n", "studies", "Studies", n, "count")


def _themes(review: Review) -> Iterator[Number]:
    if review.themes is None:
        return
    for row in review.themes.to_frame().to_dict("records"):
        key, label = f"themes.{row['theme']}.n_studies", f"Studies behind {row['theme']}"
        yield Number(key, "themes", label, float(row["n_studies"]), "count")


def _pools(review: Review) -> Iterator[Number]:
    for outcome, pooled in review.pools.items():
        title = name_pool(review, outcome)
        for fields, kind in ((_SHARES, "share"), (_COUNTS, "count"), (_OTHERS, "number")):
            for field in fields:
                label = title if field == "estimate" else f"{title}, {field.replace('_', ' ')}"
                value = float(getattr(pooled, field))
                yield Number(f"pools.{outcome}.{field}", "pools", label, value, kind)


#: What tells the numbers of each part.
NUMBERS: Mapping[str, Callable[[Review], Iterator[Number]]] = MappingProxyType(
    {
        "flow": _flow,
        "decisions": _decisions,
        "agreement": _agreement,
        "studies": _studies,
        "themes": _themes,
        "pools": _pools,
    }
)
