"""Ways into a review: levels with exits, and the steps from one reported box to the next.

What a box can hold is a span, from the least to the most.  An exit that no one reports may have
been any number, so that missing is never 0; a level that is not reported is bridged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from reviewkit.screening.flow_keys import SOURCES

__all__ = ["MAIN", "OPEN", "OTHER", "Level", "Span", "Step", "Term", "imply", "walk_levels"]


class Span(NamedTuple):
    """The least and the most that a number can be."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether it can be one number only."""
        return self.low == self.high


OPEN = Span(0, inf)  # not reported


class Term(NamedTuple):
    """What is added (+1) or taken away (-1) on the way to a box."""

    sign: int
    key: str
    span: Span


class Level(NamedTuple):
    """A box on the way into the review, and what leaves there."""

    box: str
    exits: tuple[str, ...]
    optional: bool = False  # many reviews have no such level
    quiet: bool = False  # no word is needed where records leave without a number
    added: bool = False  # the form has no such level: it is there only if a review counts it

    def is_counted(self, amounts: Mapping[str, Span]) -> bool:
        """Return whether a review has the level, as far as its numbers tell."""
        return not self.added or any(key in amounts for key in (self.box, *self.exits))


@dataclass(frozen=True, slots=True)
class Step:
    """A box and what leads to it."""

    target: str
    terms: tuple[Term, ...]
    found: int | None = None  # None: not reported
    unreported: tuple[str, ...] = ()  # exits that could be any number
    bridged: tuple[str, ...] = ()  # boxes in between that are not reported

    @property
    def span(self) -> Span:
        """What the box can hold."""
        parts = [(t.span if t.sign > 0 else Span(-t.span.high, -t.span.low)) for t in self.terms]
        low, high = sum(part.low for part in parts), sum(part.high for part in parts)
        return Span(low - inf if self.unreported else low, high)

    @property
    def verdict(self) -> str:
        """Whether that is found, as the severity of a finding, or nothing."""
        if self.found is None:
            return "error" if self.span.high < 0 else ""
        if self.target == "new_studies":
            return self._judge_studies(self.found)
        if not self.span.low <= self.found <= self.span.high:
            return "error"
        return "note" if self.unreported and self.found < self.span.high < inf else ""

    def _judge_studies(self, found: int) -> str:
        """Compare studies with reports: one report may hold several, and the other way round."""
        low, high = self.span
        if (high <= 0 < found) or high < 0 or (found == 0 < low):
            return "error"
        if not low <= found <= high:
            return "warning"
        return "note" if self.unreported and found < high < inf else ""

    def extend(self, *terms: Term) -> Step:
        """Return the step with more terms."""
        return replace(self, terms=self.terms + terms)

    def reach(self, target: str, found: int, implied: dict[str, int]) -> Step:
        """Return the step into a reported box, which tells what a lone exit must have been."""
        quiet = [term.key for term in self.terms if term.key and term[::2] == (-1, OPEN)]
        unknown = (*self.unreported, *quiet)
        if len(unknown) == 1 and self.span.high < inf:
            gap = self.span.high - found
            imply(implied, unknown[0], Span(gap, gap))
        return replace(self, target=target, found=found)


def walk_levels(
    levels: Iterable[Level], amounts: Mapping[str, Span], extras: Mapping[str, list[Term]],
    implied: dict[str, int],
) -> tuple[list[Step], Step | None]:  # fmt: skip
    """Return the steps from box to box, and what goes on behind the last one."""
    steps: list[Step] = []
    run: Step | None = None
    for level in levels:
        here = amounts.get(level.box)
        if here and run:
            steps.append(run.reach(level.box, int(here.low), implied))
        if here:
            run = Step("", _start(level.box, here, amounts))
        elif run and level.is_counted(amounts):
            imply(implied, level.box, run.span)
            run = replace(run, bridged=(*run.bridged, level.box))
        if run:
            run = _leave(run, level, amounts, extras.get(level.box, []))
    return steps, run


def _start(box: str, here: Span, amounts: Mapping[str, Span]) -> tuple[Term, ...]:
    if box == "other_identified":
        return tuple(Term(1, key, amounts[key]) for key in SOURCES if key in amounts)
    return (Term(1, box, here),)


def imply(implied: dict[str, int], key: str, span: Span) -> None:
    """Note what a number that is not reported must be, if it can be one number only."""
    if span.exact and span.low >= 0:
        implied[key] = int(span.low)


def _leave(
    run: Step, level: Level, amounts: Mapping[str, Span], extras: Iterable[Term]
) -> Step:  # fmt: skip
    """Return the run behind a level, less what left it."""
    out = [Term(-1, key, amounts[key]) for key in level.exits if key in amounts]
    run = run.extend(*out, *extras)
    skipped = level.optional and level.box not in amounts
    if out or skipped:
        return run
    if level.quiet:
        return run.extend(Term(-1, next(iter(level.exits), ""), OPEN))
    return replace(run, unreported=run.unreported + level.exits)


MAIN = (
    Level("identified", ("duplicates_removed", "automation_removed", "other_removed")),
    Level("titles_screened", ("titles_excluded",), optional=True, added=True),
    Level("screened", ("excluded",)),
    Level("sought", ("not_retrieved",), optional=True),
    Level("assessed", ("reports_excluded",)),
    Level("appraised", ("appraisal_excluded",), optional=True, added=True),
)
#: Records found by other methods may be known already: fewer are sought, and no one counts them.
OTHER = (
    Level("other_identified", (), quiet=True),
    Level("other_sought", ("other_not_retrieved",), optional=True),
    Level("other_assessed", ("other_reports_excluded",)),
)
