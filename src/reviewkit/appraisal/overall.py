"""The overall judgement of a study: as a person judged it, or by a rule that is stated in words.

A rule is a function of the answers of one study; to add one, name it in :data:`RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_percent
from reviewkit.appraisal.instruments import Instrument

__all__ = ["ORDER", "RULES", "Overall", "decide_overall"]

Answers = Mapping[str, str]  # of one study, by item; "" where there is none

#: What outweighs what: lacking information is worse than some concern, and no sign of a high risk.
ORDER = ("not applicable", "low", "some", "unclear", "high", "critical")


class Overall(NamedTuple):
    """The overall judgement of each study, "" where there is none, and how it came about."""

    judgements: tuple[str, ...]
    rule: str  # "judgement", "worst", "counts" or "none"
    words: str  # the rule as a sentence


def decide_overall(
    instrument: Instrument,
    answers: Sequence[Answers],
    judged: Sequence[str],
    given: str | Mapping[str, float] | None,
) -> Overall:
    """Return overall judgements by the rule that is asked for.

    Without one: as judged, where somebody judged; else by the rule of the instrument; else none.

    Raises
    ------
    InputError
        If a rule is unknown, thresholds do not fit, or judgements are asked for and none are there.
    """
    if isinstance(given, Mapping):
        return _by_counts(instrument, answers, given)
    if given is None:
        given = "judgement" if any(judged) else instrument.overall or "none"
    check_choice("overall", given, (*RULES, "judgement", "none"))
    if given == "none":
        return Overall(("",) * len(answers), "none", "No overall judgement.")
    if given == "judgement":
        if not any(judged):
            raise InputError(
                "`overall` may be 'judgement' where the overall judgement of a study is given. None "
                "is. Add an item or a column 'overall', or give a rule, as in overall='worst'."
            )
        return Overall(
            tuple(judged), "judgement", "Overall risk of bias: as judged by the reviewers."
        )
    rule, words = RULES[given]
    return Overall(tuple(rule(instrument, one) for one in answers), given, words)


def _worst(instrument: Instrument, answers: Answers) -> str:
    """Return the judgement of the worst item; none where a missing answer could be worse."""
    levels = [instrument.level(item, answer) for item, answer in answers.items() if answer]
    worst = max(levels, key=ORDER.index, default="")
    most = max((a.level for a in instrument.answers), key=ORDER.index)
    if not worst or ("" in answers.values() and worst != most):
        return ""
    return _judgement(instrument, worst)


def _judgement(instrument: Instrument, level: str) -> str:
    """Return the overall judgement of a level; what does not apply has its own name."""
    found = (a.name for a in instrument.overall_answers if a.level == level)
    return next(found, level)


def _by_counts(
    instrument: Instrument, answers: Sequence[Answers], given: Mapping[str, float]
) -> Overall:
    """Return judgements by thresholds: how many items are met, or which share of them."""
    steps = sorted(given.items(), key=lambda step: -step[1])
    names = instrument.allowed(None)
    known = all(check_choice("overall", name, names) for name, _ in steps)
    shares = all(0 < least <= 1 and isinstance(least, float) for _, least in steps)
    counts = all(least >= 0 and float(least).is_integer() for _, least in steps)
    if not known or not steps or not (shares or counts) or len({s for _, s in steps}) < len(steps):
        raise InputError(
            f"`overall` must map judgements to whole numbers of items, or to shares above 0 up to "
            f"1, no two alike. Got {dict(given)!r}. For example overall={{'low': 7, 'moderate': 4}}."
        )
    order = [name for name, _ in steps]
    ranks = [ORDER.index(instrument.level("overall", name)) for name in order]
    rest = _judgement(instrument, "high")
    if ranks != sorted(ranks) or rest in order:
        raise InputError(
            f"`overall` must give better judgements the higher thresholds, and leave {rest!r} for "
            f"what is below. Got {dict(given)!r}."
        )
    found = tuple(_count_one(instrument, one, steps, rest, shares=shares) for one in answers)
    return Overall(found, "counts", _tell_counts(instrument, steps, rest, shares=shares))


def _count_one(
    instrument: Instrument,
    answers: Answers,
    steps: Sequence[tuple[str, float]],
    rest: str,
    *,
    shares: bool,
) -> str:
    """Return the judgement of a study, or none where missing answers could change it."""
    known = {item: answer for item, answer in answers.items() if answer}
    applies = [item for item in known if instrument.level(item, known[item]) != "not applicable"]
    met = instrument.count(known)
    lacking = [item for item, answer in answers.items() if not answer]
    more = sum(instrument.get(item).stars for item in lacking)
    total = sum(instrument.get(item).stars for item in [*applies, *lacking])
    if not total:
        return ""
    ends = {
        next((name for name, least in steps if (n / total if shares else n) >= least), rest)
        for n in (met, met + more)
    }
    return ends.pop() if len(ends) == 1 else ""


def _tell_counts(
    instrument: Instrument, steps: Sequence[tuple[str, float]], rest: str, *, shares: bool
) -> str:
    what = "stars" if instrument.counts_stars else "items met"
    most = sum(item.stars for item in instrument.items)
    size = f"of the {what.split()[0]} that apply" if shares else f"of {most} {what}"
    told = [
        f"{name} from {format_percent(least, 0) if shares else int(least)} {size if at == 0 else ''}"
        for at, (name, least) in enumerate(steps)
    ]
    text = ", ".join(part.strip() for part in [*told, f"else {rest}"])
    return f"Overall risk of bias: {text}. {instrument.advice}".strip()


#: Rules by name, with their words.
RULES: Mapping[str, tuple[Callable[[Instrument, Answers], str], str]] = MappingProxyType(
    {
        "worst": (
            _worst,
            "Overall risk of bias: the worst item; lacking information is worse than some concern, better than high.",
        )
    }
)
