"""The search of a synthetic review: databases, keywords, and a well-joined string for each."""

from __future__ import annotations

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_words import DATABASES, MEASURES

__all__ = ["add_search"]

_TOPICS = (
    "burnout", "emotional exhaustion", "secondary traumatic stress", "compassion fatigue",
    "depersonalization", "occupational stress",
)  # fmt: skip
_DEFINED = {
    "burnout": "exhaustion, distance and doubt that come from chronic strain at work",
    "secondary traumatic stress": "symptoms like those of people who were traumatised, from hearing of it",
    "compassion satisfaction": "what is good about helping others",
}
_MONTHS = ("January", "March", "June", "October")


def add_search(draft: Draft) -> None:
    """Write ``review.toml``, save what the outcomes add."""
    people = list(dict.fromkeys(study.population for study in draft.studies))
    topics = draft.some(_TOPICS, draft.whole(1, 4))
    what = topics[0] if not draft.outcomes else MEASURES[draft.outcomes[0].key].construct[0]
    draft.settings["title"] = (
        f"{what.capitalize()} among {' and '.join(people)}: a systematic review"
    )
    if draft.chance(0.8):
        draft.settings["question"] = f"How common is {what} among {' and '.join(people)}?"
    if not draft.has("search", 0.8):
        return
    databases = draft.some(DATABASES, draft.whole(2, 5))
    search: dict[str, object] = {"databases": databases}
    if draft.has("window", 0.8):
        search["window"] = draft.pick(("2005-2024", "2005 to 2024", "January 2005 to March 2024",
                                       "since 2005", "2005–2024"))  # fmt: skip
    if draft.has("dates", 0.8):
        day = draft.whole(1, 28)
        search["last_searched"] = draft.pick(
            (f"2024-03-{day:02d}", f"{day} March 2024", "March 2024")
        )
    if draft.chance(0.4):
        search["languages"] = draft.pick(
            (["English"], ["English", "German"], ["English", "Spanish"])
        )
    if draft.has("strings", 0.8):
        search["strings"] = [
            {"database": name, "text": _write_string(name, topics, people)} for name in databases
        ]
        if draft.has("keywords", 0.8):
            search["keywords"] = [*topics, *people]
    draft.settings["search"] = search
    if draft.has("constructs", 0.4):
        draft.settings["constructs"] = {key: _DEFINED[key] for key in draft.some(list(_DEFINED), 2)}


def _write_string(database: str, topics: list[str], people: list[str]) -> str:
    """Return both concepts in the words of a platform."""

    def quote(words: list[str], form: str = "{}") -> str:
        parts = [form.format(f'"{word}"' if " " in word else word) for word in words]
        return " OR ".join(parts)

    if database == "PubMed":
        return f"({quote(topics, '{}[tiab]')}) AND ({quote(people, '{}[tiab]')})"
    if database == "Scopus":
        return f"TITLE-ABS-KEY({quote(topics)}) AND TITLE-ABS-KEY({quote(people)})"
    if database == "Web of Science":
        return f"TS=({quote(topics)}) AND TS=({quote(people)})"
    if database == "CINAHL":
        halves = (f"TI ({quote(words)}) OR AB ({quote(words)})" for words in (topics, people))
        return " AND ".join(f"({half})" for half in halves)
    if database == "PsycINFO":
        return f"({quote(topics)}).ti,ab. AND ({quote(people)}).ti,ab."
    return f"({quote(topics)}) AND ({quote(people)})"
