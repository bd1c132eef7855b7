"""What an instrument of appraisal is: its items, its answers, and what an answer means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reviewkit.appraisal.answers import SPELLINGS, Answer, fold, spellings_of
from reviewkit.sources.schema import plain_name

__all__ = ["Instrument", "Item"]

#: Item 7 as tables head it: 7, Q7, D7, Item 7, JBI 7, and with a question behind it.
_NUMBERED = re.compile(
    r"(?:(?:q|d|c|i|item|question|domain|criterion|no|jbi|hoy|axis|nos|mmat)_?)?"
    r"(s?\d+(?:_\d)?)(?:_.*)?"
)
_OVERALL = frozenset(
    {"overall", "overall_risk", "overall_risk_of_bias", "overall_judgement", "overall_judgment",
     "overall_bias", "overall_appraisal", "overall_rob", "risk_of_bias", "rob"}
)  # fmt: skip
_FLIPPED = MappingProxyType({"low": "high", "high": "low"})


@dataclass(frozen=True, slots=True)
class Item:
    """One item or domain."""

    id: str
    title: str  # a few words, for headings
    text: str = ""  # what a favourable answer says
    group: str = ""
    reversed: bool = False  # whether "yes" is the unfavourable answer
    stars: int = 1  # at most, on a scale of stars


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument: items in their order, with the answers that they allow.

    Examples
    --------
    >>> from reviewkit.appraisal.instruments import INSTRUMENTS
    >>> jbi = INSTRUMENTS["jbi-prevalence"]
    >>> jbi.find_item("Q9").title, jbi.level("9", "no")
    ('Response rate', 'high')
    """

    name: str
    title: str
    source: str
    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    overall_answers: tuple[Answer, ...]
    doi: str = ""
    overall: str = ""  # the rule of the instrument: "worst", or none of its own
    advice: str = ""  # what its authors say of scores
    numbers: str = ""  # why 0 and 1 are no answers
    prefix: str = "Q"  # before the number of an item
    files: tuple[str, ...] = ()  # what names of its files begin with
    overall_names: tuple[str, ...] = ()  # further headings of the overall judgement
    older: bool = False  # a form that is meant only where all its items are there
    by_design: bool = False  # whether groups of items are for some designs only
    words: tuple[tuple[str, str], ...] = ()  # levels as pictures call them
    spellings: tuple[tuple[str, str], ...] = ()  # own ones
    assumed: tuple[tuple[str, str], ...] = ()  # what lacking information counts as

    def __deepcopy__(self, memo: object) -> Instrument:
        return self

    def find_item(self, header: str) -> Item | None:
        """Return the item that a heading names: its number, title or both; or None."""
        name = plain_name(header)
        items = _by_heading(self)
        found = items.get(name)
        if found is None and (numbered := _NUMBERED.fullmatch(name)):
            found = items.get(numbered[1]) or items.get(numbered[1].split("_")[0])
        return found

    def get(self, item: str) -> Item:
        """Return an item by its number."""
        return next(one for one in self.items if one.id == item)

    def names_overall(self, header: str) -> bool:
        """Say whether a heading names the overall judgement."""
        name = plain_name(header)
        number = _NUMBERED.fullmatch(name)
        own = number is not None and number[1] in self.overall_names
        return name in _OVERALL or own

    def code(self, item: Item) -> str:
        """Return the short name of an item, as Q7."""
        return f"{self.prefix}{item.id}" if item.id[:1].isdigit() else item.id

    def allowed(self, item: Item | None) -> tuple[str, ...]:
        """Return the answers to an item; of none, the overall judgements."""
        answers = self.overall_answers if item is None else self.answers
        most = 2 if item is None else item.stars
        return tuple(answer.name for answer in answers if answer.stars <= most)

    def read(self, item: Item | None, text: str) -> str:
        """Return the answer that a text stands for, "" if none does."""
        if item is not None and self.numbers and text.strip() in ("0", "1", "0.0", "1.0"):
            return ""
        found = _spellings(self, item is None).get(fold(text), "")
        return found if found in self.allowed(item) else ""

    def is_assumed(self, item: Item | None, text: str) -> bool:
        """Say whether a text is no answer of its own, but counts as one."""
        return item is not None and fold(text) in _assumed(self)

    def level(self, item: str, answer: str) -> str:
        """Return what an answer means, one of :data:`LEVELS`; "" of none."""
        if not answer:
            return ""
        if item == "overall":
            return next((a.level for a in self.overall_answers if a.name == answer), answer)
        one = self.get(item)
        found = next(a for a in self.answers if a.name == answer)
        if found.stars and found.stars < one.stars:
            return "some"
        return _FLIPPED.get(found.level, found.level) if one.reversed else found.level

    def word(self, item: str, answer: str) -> str:
        """Return an answer as pictures call it."""
        level = self.level(item, answer)
        return answer if item == "overall" else dict(self.words).get(level, answer)

    def count(self, answers: Mapping[str, str]) -> int:
        """Return the number of items that are met, or of stars."""
        stars = {a.name: a.stars for a in self.answers}
        if any(stars.values()):
            return sum(stars[answer] for answer in answers.values())
        return sum(self.level(item, answer) == "low" for item, answer in answers.items())

    @property
    def counts_stars(self) -> bool:
        """Whether answers are stars."""
        return any(answer.stars for answer in self.answers)


@lru_cache(maxsize=64)
def _by_heading(instrument: Instrument) -> dict[str, Item]:
    """Return items by all that may head their column."""
    found: dict[str, Item] = {}
    for item in instrument.items:
        for text in (item.id, item.title, item.text, instrument.code(item)):
            if text:
                found.setdefault(plain_name(text), item)
    return found


@lru_cache(maxsize=64)
def _assumed(instrument: Instrument) -> dict[str, str]:
    """Return what each spelling of lacking information counts as."""
    return {
        spelling: answer
        for name, answer in instrument.assumed
        for spelling in map(fold, (name, *SPELLINGS.get(name, ())))
    }


@lru_cache(maxsize=64)
def _spellings(instrument: Instrument, overall: bool) -> dict[str, str]:
    if overall:
        return spellings_of(instrument.overall_answers, {})
    own = dict(instrument.spellings)
    return _assumed(instrument) | spellings_of(instrument.answers, own)
