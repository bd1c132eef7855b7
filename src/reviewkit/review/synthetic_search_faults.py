"""Faults in a search: keywords that no string has, strings that lose or join nothing, dates."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_planting import Change, Fault

__all__ = ["SEARCH_FAULTS"]

_PLACE = "review.toml, search"
_UNSEARCHED = ("Session-related harm", "Vicarious trauma", "Moral injury", "Empathy fatigue")


def _search(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = draft.settings["search"]
    return found


def _keyword(draft: Draft) -> Change:
    word = draft.pick(_UNSEARCHED)
    _search(draft)["keywords"] = [*_search(draft)["keywords"], word]
    return Change(f"{_PLACE}, keywords", "", word)


def _without_string(draft: Draft) -> Change:
    strings = _search(draft)["strings"]
    lost = strings.pop(draft.whole(0, len(strings) - 1))
    return Change(f"{_PLACE}, strings", lost["database"], "")


def _string(draft: Draft) -> dict[str, str]:
    # Not all platforms have the same words for NOT and OR; a plain string reads as written.
    found: dict[str, str] = draft.pick(_search(draft)["strings"])
    return found


def _not(draft: Draft) -> Change:
    string = _string(draft)
    was, word = string["text"], draft.pick(('"client injury"', "students", "patients"))
    if string["database"] == "Scopus":
        string["text"] = f"{was} AND NOT TITLE-ABS-KEY({word})"
    elif string["database"] == "Web of Science":
        string["text"] = f"{was} NOT TS=({word})"
    elif string["database"] == "PsycINFO":
        string["text"] = f"({was}) NOT {word}.ti,ab."
    elif string["database"] == "CINAHL":
        string["text"] = f"({was}) NOT TI {word}"
    else:
        string["text"] = f"({was}) NOT {word}{'[tiab]' * (string['database'] == 'PubMed')}"
    return Change(f"{_PLACE}, string for {string['database']}", was, string["text"])


def _unjoined(draft: Draft) -> Change:
    string = _string(draft)
    was = string["text"]
    string["text"] = was.replace(") AND ", ") OR ").replace(" AND ", " OR ")
    return Change(f"{_PLACE}, string for {string['database']}", was, string["text"])


def _parentheses(draft: Draft) -> Change:
    string = _string(draft)
    was = string["text"]
    string["text"] = was.replace(")", "", 1)
    return Change(f"{_PLACE}, string for {string['database']}", was, string["text"])


def _other_database(draft: Draft) -> Change:
    string = _string(draft)
    was, string["database"] = (
        string["database"],
        draft.pick(("LILACS", "ERIC", "ProQuest Dissertations")),
    )
    return Change(f"{_PLACE}, strings", was, string["database"])


def _dates(draft: Draft) -> Change:
    search = _search(draft)
    was, search["last_searched"] = (
        search["last_searched"],
        f"{draft.pick((2016, 2019, 2021))}-05-02",
    )
    search["window"] = "2005-2024"
    return Change(f"{_PLACE}, last_searched", was, search["last_searched"])


_STRINGS = ("search", "strings")
SEARCH_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "search.keyword": Fault("A keyword is in no string.", _keyword, (*_STRINGS, "keywords"),
                                ("search.keyword_unused",)),
        "search.database": Fault("A database has no string.", _without_string, _STRINGS,
                                 ("search.database_without_string",)),
        "search.not": Fault("A NOT loses records on both terms.", _not, _STRINGS,
                            ("query.not_drops_both",)),
        "search.unjoined": Fault("A string joins no second concept.", _unjoined, _STRINGS,
                                 ("query.unjoined_or",)),
        "search.parentheses": Fault("Parentheses do not pair.", _parentheses, _STRINGS, ("query.",)),
        "search.unknown_database": Fault("A string is for a database that is not named.", _other_database,
                                         _STRINGS, ("search.unknown_database",)),
        "search.dates": Fault("The window ends after the last search.", _dates, ("search", "window", "dates"),
                              ("search.dates",)),
    }
)  # fmt: skip
