"""Answers to the items of an instrument: what they are called, and what they mean.

Every answer has a level, which is what pictures and rules work with.  To add a set of
answers, name it in :data:`ANSWER_SETS`; to read one more spelling, add it to
``data/spellings.toml`` in lower case.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "ANSWER_SETS", "FORESTS", "LEVELS", "OVERALL_SETS", "SPELLINGS", "Answer", "fold",
    "make_answers", "spellings_of",
]  # fmt: skip

#: What an answer says of the study, from good to bad; the last two say nothing of it.
LEVELS = ("low", "some", "high", "critical", "unclear", "not applicable")
#: The same in the words of the signs in a forest plot, which knows no level above high.
FORESTS: Mapping[str, str] = MappingProxyType(
    {"low": "low", "some": "some concerns", "high": "high", "critical": "high",
     "unclear": "unclear", "not applicable": "not applicable"}
)  # fmt: skip

_SPACE = re.compile(r"[\s_]+")
_QUOTES = str.maketrans("\u2019\u2018\u00b4`\u2010\u2011", "''''--")


class Answer(NamedTuple):
    """One answer that an instrument allows."""

    name: str
    level: str  # one of LEVELS
    stars: int = 0  # of a scale that counts stars


def fold(text: str) -> str:
    """Return a spelling without case, doubled spaces and kinds of quotation marks.

    >>> fold(" Can’t  Tell ")
    "can't tell"
    """
    plain = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return _SPACE.sub(" ", plain).strip().casefold().rstrip(".")


def make_answers(levels: Mapping[str, str]) -> tuple[Answer, ...]:
    """Return answers by name and level."""
    return tuple(Answer(name, level) for name, level in levels.items())


def spellings_of(answers: Iterable[Answer], more: Mapping[str, str]) -> dict[str, str]:
    """Return the answer that each spelling stands for; `more` are an instrument's own.

    >>> found = spellings_of(ANSWER_SETS["yes-no"], {})
    >>> found["ja"], found["y"], found["n/a"]
    ('yes', 'yes', 'not applicable')
    """
    found: dict[str, str] = {}
    names = {answer.name for answer in answers}
    unsure = next((name for name in _UNSURE if name in names), "")
    for name, listed in SPELLINGS.items():
        meant = unsure if name in _UNSURE else name
        if meant in names:
            found |= {fold(spelling): meant for spelling in listed}
    found |= {fold(name): name for name in names}
    return found | {fold(spelling): name for spelling, name in more.items()}


#: Different words for one thing; a set has one of them.
_UNSURE = ("unclear", "don't know", "can't tell", "no information")

#: Spellings of answers in lower case; they stand in ``data/spellings.toml``.
SPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(listed)
        for name, listed in tomllib.loads(
            (files("reviewkit.appraisal") / "data" / "spellings.toml").read_text("utf-8")
        ).items()
    }
)

_RISK = {"low": "low", "moderate": "some", "high": "high", "unclear": "unclear"}

#: Sets of answers to items, by the name that an instrument gives.
ANSWER_SETS: Mapping[str, tuple[Answer, ...]] = MappingProxyType(
    {
        "yes-no": make_answers(
            {"yes": "low", "no": "high", "unclear": "unclear", "not applicable": "not applicable"}
        ),
        "yes-no-dont-know": make_answers(
            {"yes": "low", "no": "high", "don't know": "unclear", "not applicable": "not applicable"}
        ),
        "yes-no-cant-tell": make_answers(
            {"yes": "low", "no": "high", "can't tell": "unclear", "not applicable": "not applicable"}
        ),
        "risk-low-high": make_answers({"low": "low", "high": "high"}),
        "risk-low-moderate-high": make_answers(_RISK),
        "rob-2": make_answers(
            {"low": "low", "some concerns": "some", "high": "high", "no information": "unclear"}
        ),
        "robins-i": make_answers(
            {"low": "low", "moderate": "some", "serious": "high", "critical": "critical",
             "no information": "unclear"}
        ),
        "stars": (Answer("no star", "high"), Answer("1 star", "low", 1), Answer("2 stars", "low", 2)),
    }
)  # fmt: skip

#: Overall judgements by the set of answers of the items; others have that of "".
OVERALL_SETS: Mapping[str, tuple[Answer, ...]] = MappingProxyType(
    {
        "": make_answers(_RISK),
        "yes-no": make_answers(
            _RISK | {"include": "low", "exclude": "high", "seek further info": "unclear"}
        ),
        "rob-2": ANSWER_SETS["rob-2"],
        "robins-i": ANSWER_SETS["robins-i"],
    }
)
