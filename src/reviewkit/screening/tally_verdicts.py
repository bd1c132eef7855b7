"""One verdict for each record and stage, from those of several raters.

Consensus rows win; else what all people decided, if they agree; else, where only tools decided,
what the tools did.  What is left is a conflict, settled by a rule of :data:`RULES` or by nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.tally_input import Notebook, Vote

__all__ = ["RULES", "Verdict", "settle_votes"]

OPEN = "open"  # raters disagree, and no rule says who is right


class Verdict(NamedTuple):
    """What was decided in the end."""

    verdict: str  # include, exclude or open
    reason: str = ""
    by_tool: bool = False


def settle_votes(
    votes: Iterable[Vote], *, consensus: Collection[str], tools: Collection[str], rule: str,
    maybe: str, reason_order: Sequence[str] | None, notes: Notebook,
) -> dict[tuple[str, str], Verdict]:  # fmt: skip
    """Return the verdict of each (record, stage) that somebody decided on."""
    final, single, several, stray, wide = {}, [], [], [], []
    order = {name.casefold(): place for place, name in enumerate(reason_order or ())}
    declared = frozenset(order)
    agreed, machines = _fold(consensus), _fold(tools)
    ranked = sorted(votes, key=lambda vote: (vote.record, vote.stage))  # stable
    for (record, stage), group in groupby(ranked, key=lambda vote: (vote.record, vote.stage)):
        listed = list(group)
        decisive, by_tool = _choose(listed, agreed, machines)
        verdict = _agree(decisive, stage, maybe) or RULES[rule]([v.verdict for v in decisive])
        reasons = _list_reasons(decisive, declared)
        if verdict == "exclude":
            several += [record] if len(reasons) > 1 else []
            reasons.sort(key=lambda reason: order.get(reason.casefold(), len(order)))
        elif verdict == "include" and reasons:
            stray.append(record)
        single += [record] if len(listed) == 1 and not by_tool else []
        wide += [record] if len({v.verdict for v in decisive}) > 1 and verdict != OPEN else []
        reason = reasons[0] if verdict == "exclude" and reasons else ""
        final[record, stage] = Verdict(verdict, reason, by_tool)
    notes.log("decided by one rater", single, "this verdict is final")
    notes.log("raters differ", wide, _say_settled(rule, maybe))
    notes.log("several reasons", several, "the main one is the first of the declared order"
              if reason_order else "the main one is the first that is named")  # fmt: skip
    notes.log("a reason on an included record", stray, "the reason is left out")
    _report_open(final, rule, notes)
    return final


def _fold(names: str | Iterable[str]) -> frozenset[str]:
    names = [names] if isinstance(names, str) else names
    return frozenset(str(name).casefold().strip() for name in names)


def _choose(
    votes: list[Vote], agreed: Collection[str], machines: Collection[str]
) -> tuple[list[Vote], bool]:
    """Return the votes that count, and whether they are those of tools."""
    final = [vote for vote in votes if vote.rater.casefold() in agreed]
    people = [vote for vote in votes if vote.rater.casefold() not in machines]
    return (final, False) if final else (people, False) if people else (votes, True)


def _agree(votes: Iterable[Vote], stage: str, maybe: str) -> str:
    """Return what all decided, or nothing; at screening a maybe passes a record on."""
    passes = maybe == "include" and stage in ("title", "title_abstract")
    said = {"include" if passes and v.verdict == "maybe" else v.verdict for v in votes}
    return said.pop() if len(said) == 1 and said <= {"include", "exclude"} else ""


def _list_reasons(votes: Iterable[Vote], declared: frozenset[str]) -> list[str]:
    """Return the reasons that count, in the order in which they are named."""
    listed = list(votes)
    excluding = [vote for vote in listed if vote.verdict == "exclude"] or listed
    found: dict[str, str] = {}
    for vote in excluding:
        for reason in _split(vote.reason, declared):
            found.setdefault(reason.casefold(), reason)
    return list(found.values())


@lru_cache(maxsize=2**12)  # many records, few reasons
def _split(text: str, declared: frozenset[str]) -> tuple[str, ...]:
    """Return the reasons of a cell; a comma is part of a reason unless all its parts are known."""
    commas = [part.strip() for part in text.split(",")]
    if len(commas) > 1 and all(part.casefold() in declared for part in commas):
        return tuple(commas)
    pieces = (one.strip() for piece in text.split("|") for one in piece.split(";"))
    return tuple(filter(None, pieces))


def _say_settled(rule: str, maybe: str) -> str:
    passed = "at screening a maybe passes a record on" if maybe == "include" else ""
    chosen = f"settled by the rule {rule!r}" if rule not in ("error", "leave") else ""
    return "; ".join(filter(None, (passed, chosen))) or "consensus"


def _report_open(final: Mapping[tuple[str, str], Verdict], rule: str, notes: Notebook) -> None:
    """Refuse conflicts that nothing settles, unless they may be left."""
    unsettled = [key for key, verdict in final.items() if verdict.verdict == OPEN]
    if unsettled and rule != "leave":
        listed = list_some([f"{record!r} at {stage}" for record, stage in unsettled], most=8)
        raise InputError(
            f"Raters must agree on each record, or a consensus row must say what holds. They do "
            f"not on {len(unsettled)}: {listed}. Add rows of the rater 'consensus', or choose "
            f"`conflicts` from {', '.join(map(repr, RULES))}."
        )
    notes.log("raters disagree", [record for record, _ in unsettled],
              "left without a verdict")  # fmt: skip


def _any(wanted: str, *others: str) -> Callable[[Sequence[str]], str]:
    def choose(verdicts: Sequence[str]) -> str:
        other = "exclude" if wanted == "include" else "include"
        return wanted if {wanted, *others} & set(verdicts) else other

    return choose


def _most(verdicts: Sequence[str]) -> str:
    """Return the verdict of more than half of all raters."""
    ((verdict, n),) = Counter(verdicts).most_common(1)
    return verdict if 2 * n > len(verdicts) and verdict != "maybe" else OPEN


#: How a conflict is settled: from the verdicts of raters to one of them.
RULES: Mapping[str, Callable[[Sequence[str]], str]] = MappingProxyType(
    {
        "error": lambda verdicts: OPEN,
        "leave": lambda verdicts: OPEN,
        "include": _any("include", "maybe"),
        "exclude": _any("exclude"),
        "majority": _most,
    }
)
