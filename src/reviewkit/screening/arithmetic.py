"""How the numbers of a flow follow from each other.

A way into the review is a chain of levels (:mod:`~reviewkit.screening.chain`).  What stands in
the box of a level, less what leaves it, must be in the next box that is reported.  Two rules of
reading hold:

* where a review reports one exit of a level, it reports all of them;
* a review that mentions neither reports sought nor reports not retrieved has no such level.

Some steps of real reviews do not say where they belong: duplicates found late, reports added at
full text, what was added at inclusion, other methods whose records join the others.  Such a
step takes the place, of those that are possible, at which the numbers contradict each other
least.  :data:`PLACES` names the places, the usual one first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from math import inf
from types import MappingProxyType

from reviewkit._core.finding import SEVERITIES
from reviewkit.screening.chain import (
    MAIN,
    OPEN,
    OTHER,
    Level,
    Span,
    Step,
    Term,
    imply,
    walk_levels,
)  # fmt: skip
from reviewkit.screening.flow_keys import (
    KEYS,
    OTHER_STEPS,
    SOURCES,
    Counts,
    Frozen,
    freeze_counts,
    thaw_counts,
)  # fmt: skip

__all__ = ["PLACES", "Settlement", "list_spans", "settle_flow", "span_count"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A reading of the whole flow: all steps, and where each wandering step belongs."""

    steps: tuple[Step, ...]
    places: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    implied: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def cost(self) -> tuple[int, ...]:
        """How much it leaves open: contradictions, doubts, gaps."""
        verdicts = [step.verdict for step in self.steps]
        return tuple(verdicts.count(severity) for severity in SEVERITIES)


def settle_flow(counts: Counts) -> Settlement:
    """Return the reading of a flow in which it contradicts itself least.

    >>> found = settle_flow({"screened": 90, "excluded": 60, "assessed": 28,
    ...                      "duplicates_removed_later": 2})
    >>> found.cost, dict(found.places)
    ((0, 0, 0), {'duplicates_removed_later': 'screened'})
    """
    return _settle_frozen(freeze_counts(counts))


@lru_cache(maxsize=64)  # the checks, the table and the figure ask for the same
def _settle_frozen(frozen: Frozen) -> Settlement:
    counts = thaw_counts(frozen)
    return _least(
        _settle(amounts, places) for amounts in _readings(counts) for places in _placings(counts)
    )


def _least(tries: Iterable[Settlement]) -> Settlement:
    """Return the first of the best, without a look at the rest once one is perfect."""
    best = None
    for found in tries:
        if best is None or found.cost < best.cost:
            best = found
        if not any(best.cost):
            break
    assert best is not None
    return best


def span_count(counts: Counts, key: str) -> Span | None:
    """Return what the value of a key can be, without a look at its total."""
    value = counts.get(key)
    if value is None or isinstance(value, int):
        return None if value is None else Span(value, value)
    known = [n for n in value.values() if n is not None]
    return Span(sum(known), sum(known) if len(known) == len(value) else inf)


def _readings(counts: Counts) -> Iterator[dict[str, Span]]:
    """Yield the numbers; in several ways where a total and its parts disagree."""
    options = {key: list_spans(counts, key) for key in KEYS if not key.endswith("_total")}
    options = {key: spans for key, spans in options.items() if spans}
    for chosen in product(*options.values()):
        amounts = dict(zip(options, chosen, strict=True))
        parts = [amounts[key] for key in ("databases", "registers") if key in amounts]
        total = Span(sum(p.low for p in parts), sum(p.high for p in parts)) if parts else None
        starts = [span for span in (amounts.get("identified"), total) if span]
        for start in dict.fromkeys(starts) or [None]:
            yield amounts | ({"identified": start} if start else {})


def list_spans(counts: Counts, key: str) -> list[Span]:
    """Return what a number can be: a total, and its parts where they disagree with it."""
    total, parts = span_count(counts, f"{key}_total"), span_count(counts, key)
    if total and parts and not parts.exact:
        return [total]
    return list(dict.fromkeys(span for span in (total, parts) if span))


def _placings(counts: Counts) -> Iterator[dict[str, str]]:
    """Yield all combinations of places for the steps that do not say where they belong."""
    wandering = [key for key in PLACES if key in counts]
    if any(key in counts for key in SOURCES) and not any(key in counts for key in OTHER_STEPS):
        wandering.append("other")
    if "after_duplicates" in counts:
        wandering += [key for key in ("automation_removed", "other_removed") if key in counts]
    choices = [PLACES.get(key, _BEFORE_SCREENING) for key in wandering]
    if not any(key in counts for key in ("total_studies", "total_reports")):
        choices = [tuple(place for place in some if place != "total") for some in choices]
    for chosen in product(*choices):
        yield dict(zip(wandering, chosen, strict=True))


def _settle(amounts: Mapping[str, Span], places: Mapping[str, str]) -> Settlement:
    """Go through all ways into the review with every step at its place."""
    implied: dict[str, int] = {}
    steps, main = walk_levels(
        _main_levels(amounts, places), amounts, _extras(amounts, places), implied
    )
    more, other = walk_levels(OTHER, _with_sources(amounts), _extras(amounts, {}), implied)
    steps += more
    has_other = any(key in amounts for key in OTHER_STEPS)
    if main or (has_other and other):
        ends = [main or Step("", (Term(1, "assessed", OPEN),))]
        ends += [other or Step("", (Term(1, "other_assessed", OPEN),))] if has_other else []
        steps.append(_include(ends, amounts, places, implied))
    steps += _total(amounts, places)
    return Settlement(tuple(steps), MappingProxyType(dict(places)), MappingProxyType(implied))


def _main_levels(amounts: Mapping[str, Span], places: Mapping[str, str]) -> tuple[Level, ...]:
    """Return the way through databases; PRISMA 2009 has one level more, of records left."""
    if "after_duplicates" not in amounts:
        return MAIN
    removed = MAIN[0].exits
    early = tuple(key for key in removed if places.get(key) == "identified")
    late = tuple(key for key in removed[1:] if key not in early)
    first = Level("identified", ("duplicates_removed", *early), quiet=True)
    return (first, Level("after_duplicates", late), *MAIN[1:])


def _extras(amounts: Mapping[str, Span], places: Mapping[str, str]) -> dict[str, list[Term]]:
    """Return the wandering steps by the level at which they come in or leave."""
    terms: dict[str, list[Term]] = {
        level: [Term(-1, key, amounts[key])] for key, level in _AWAITING.items() if key in amounts
    }
    if "after_duplicates" in amounts and "identified" in terms:
        terms["after_duplicates"] = terms.pop("identified")
    for key, place in places.items():
        if key == "duplicates_removed_later":
            early = "after_duplicates" if "after_duplicates" in amounts else "identified"
            place = early if place == "identified" else place
            terms.setdefault(place, []).append(Term(-1, key, amounts[key]))
        elif key == "added_at_full_text":
            terms.setdefault(place, []).append(Term(1, key, amounts[key]))
        elif key == "other":
            found = [Term(1, source, amounts[source]) for source in SOURCES if source in amounts]
            terms.setdefault(place, []).extend(found)
    return terms


def _with_sources(amounts: Mapping[str, Span]) -> dict[str, Span]:
    found = [amounts[key] for key in SOURCES if key in amounts]
    if not found:
        return dict(amounts)
    total = sum(span.low for span in found)
    return {**amounts, "other_identified": Span(total, total)}


def _include(
    ends: Iterable[Step], amounts: Mapping[str, Span], places: Mapping[str, str],
    implied: dict[str, int],
) -> Step:  # fmt: skip
    """Return the step to the reports, or else the studies, that are included."""
    run = Step("", ())
    for end in ends:
        run = Step("", run.terms + end.terms, None, run.unreported + end.unreported,
                   run.bridged + end.bridged)  # fmt: skip
    if places.get("added_included") == "included":
        run = run.extend(Term(1, "added_included", amounts["added_included"]))
    if places.get("other") == "included":
        found = [(key, amounts[key].high) for key in SOURCES if key in amounts]
        run = run.extend(*(Term(1, key, Span(0, most)) for key, most in found))
    if "new_reports" in amounts:
        return run.reach("new_reports", int(amounts["new_reports"].low), implied)
    imply(implied, "new_reports", run.span)
    if "new_studies" in amounts:
        studies = int(amounts["new_studies"].low)
        return replace(run, target="new_studies", found=studies)
    return replace(run, target="new_reports")


def _total(amounts: Mapping[str, Span], places: Mapping[str, str]) -> list[Step]:
    """Return the steps to the totals of an updated review."""
    steps = []
    for unit in ("studies", "reports"):
        keys = (f"previous_{unit}", f"new_{unit}")
        if f"total_{unit}" not in amounts or not any(key in amounts for key in keys):
            continue
        terms = [Term(1, key, amounts.get(key, OPEN)) for key in keys]
        if places.get("added_included") == "total":
            terms.append(Term(1, "added_included", amounts["added_included"]))
        steps.append(Step(f"total_{unit}", tuple(terms), int(amounts[f"total_{unit}"].low)))
    return steps


#: Behind which level records or reports wait for a verdict.
_AWAITING = MappingProxyType(
    {"titles_awaiting": "identified", "records_awaiting": "titles_screened", "reports_awaiting": "sought",
     "other_reports_awaiting": "other_sought"}
)  # fmt: skip
_BEFORE_SCREENING = ("after_duplicates", "identified")
#: Behind which level a step may come in or leave; `other` are records of other methods that no
#: further step of theirs follows.
PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "duplicates_removed_later": ("screened", "identified", "sought", "assessed"),
        "added_at_full_text": ("sought", "screened", "assessed"),
        "added_included": ("included", "total"),
        "other": ("identified", "included", "screened", "sought"),
    }
)
