"""How files write verdicts and stages, and what reviewkit calls them.

To read one more spelling, add it to :data:`VERDICTS` or :data:`STAGES` in lower
case; stages without marks, as :func:`~reviewkit.sources.schema.plain_name`
leaves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.schema import MISSING, plain_name

__all__ = ["STAGES", "UNDECIDED", "VERDICTS", "name_stage", "verdict_names"]

#: Cells that say that somebody has not decided yet.
UNDECIDED = MISSING | {"", "undecided", "not decided", "pending", "not screened"}


def verdict_names(spellings: Iterable[str]) -> Mapping[str, str]:
    """Return the verdict of each spelling, in lower case, that a file may use.

    Where -1 is among the spellings, it is the exclusion and 0 is what lies between.

    >>> verdict_names(["1", "0"])["0"], verdict_names(["1", "0", "-1"])["0"]
    ('exclude', 'maybe')
    """
    if {"-1", "-1.0", "−1"} & set(spellings):
        return {**VERDICTS, "0": "maybe", "0.0": "maybe"}
    return VERDICTS


def name_stage(text: str) -> str:
    """Return the stage that a text names."""
    stage = STAGES.get(plain_name(text))
    if stage is None:
        listed = list_some(list(dict.fromkeys(STAGES.values())), sep=", ")
        raise InputError(f"`stage` must be one of {listed}, or a spelling of them. Got {text!r}.")
    return stage


def _spell(names: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(
        {spelling: name for name, listed in names.items() for spelling in listed.split("|")}
    )


#: Verdicts by their spelling.
VERDICTS: Mapping[str, str] = _spell(
    {
        "include": "include|included|in|i|yes|y|1|1.0|+1|true|relevant|accept|accepted",
        "exclude": "exclude|excluded|out|e|no|n|0|0.0|-1|-1.0|−1|false|irrelevant|reject|rejected",
        "maybe": "maybe|m|unclear|unsure|uncertain|possibly|possible|?|u",
    }
)

#: Stages by their spelling.
STAGES: Mapping[str, str] = _spell(
    {
        "title_abstract": "title_abstract|title_and_abstract|titles_and_abstracts|titles_abstracts"
        "|ti_ab|tiab|title|abstract|abstracts|title_abstract_screening"
        "|title_and_abstract_screening|screening",
        "full_text": "full_text|full_texts|fulltext|ft|full_text_review|full_text_screening"
        "|full_text_assessment|eligibility",
    }
)
