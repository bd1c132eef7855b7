"""The words of an appraisal as its pictures show them, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from reviewkit.appraisal.instruments import Item

if TYPE_CHECKING:
    from reviewkit.appraisal.appraised import Appraisal

__all__ = ["list_shown", "make_picture"]


def list_shown(appraisal: Appraisal) -> list[tuple[int, Item]]:
    """Return items with their places; those that are for designs that no study has are not."""
    return [
        (at, item)
        for at, item in enumerate(appraisal.instrument.items)
        if not appraisal.instrument.by_design
        or any(row[at] not in ("", "not applicable") for row in appraisal.answers)
    ]


def make_picture(appraisal: Appraisal) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the words of the traffic light, and the options with which to draw them."""
    one, looks = appraisal.instrument, dict[str, str]()
    columns: dict[str, list[str | None]] = {"study": [*appraisal.studies]}
    shown = list_shown(appraisal)
    for at, item in shown:
        answers = [row[at] for row in appraisal.answers]
        columns[item.title] = [one.word(item.id, answer) or None for answer in answers]
        looks |= {one.word(item.id, a): one.level(item.id, a) for a in answers if a}
    overall = None
    if appraisal.by_rule.rule != "none":
        overall = "overall"
        judged = appraisal.by_rule.judgements
        columns[overall] = [word or None for word in judged]
        looks |= {word: one.level("overall", word) for word in judged if word}
    options = {
        "looks": looks, "codes": {item.title: item.id for _, item in shown}, "overall": overall,
        "footer": [f"{one.title}. {appraisal.rule}"], "title": f"Traffic light: {one.title}",
    }  # fmt: skip
    return pd.DataFrame(columns, dtype=object), options
