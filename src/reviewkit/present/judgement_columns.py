"""Judgements of studies, such as of their risk of bias, as columns of a forest plot.

They come as a plain frame: ``study`` and one column an item, its values from
:data:`~reviewkit.present.marks.JUDGEMENTS`.  Who made them, and by what instrument, is
not known here; whoever calls gives the heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.present.marks import JUDGEMENTS

__all__ = ["HEADING", "Judgements", "add_judgements"]

#: A frame under :data:`HEADING`, or frames by their headings.
Judgements = pd.DataFrame | Mapping[str, pd.DataFrame]

HEADING = "Risk of bias"

_SHORT = 3  # letters of an item that can head its column; "overall" always does


def add_judgements(
    frame: pd.DataFrame, judgements: Judgements | None
) -> tuple[pd.DataFrame, dict[str, str | tuple[str, str]], list[str]]:
    """Return a checked forest frame with columns of signs, their headings, and a key to these.

    Raises
    ------
    InputError
        If a study has two rows, a value is unknown, there is no item, or none of the
        judged studies is in the plot.
    """
    if judgements is None:
        return frame, {}, []
    headings: dict[str, str | tuple[str, str]] = {}
    frame, told = frame.copy(), []
    groups = judgements if isinstance(judgements, Mapping) else {HEADING: judgements}
    studies = frame["kind"].isin(["study", "excluded"])
    for heading, table in groups.items():
        signs = _read(table, heading)
        if not (frame["study"].isin(signs.index) & studies).any():
            raise InputError(
                f"`judgements` must be of studies that are in the plot. Under {heading!r} there "
                f"are {list_some([*map(repr, signs.index)], most=5, sep=', ')}, and in the plot "
                f"{list_some([*map(repr, frame.loc[studies, 'study'])], most=5, sep=', ')}. "
                f"Give the same labels in both."
            )
        letters = _name_items([*map(str, signs)])
        for item, letter in letters.items():
            name = f"{heading}: {item}"
            frame[name] = [
                signs[item].get(study, "") if own else ""
                for study, own in zip(frame["study"], studies, strict=True)
            ]
            headings[name] = (heading, letter)
        key = [f"{letter}, {item}" for item, letter in letters.items() if letter != item]
        if key:
            told.append(f"{heading}: {'; '.join(key)}.")
    return frame, headings, told


def _read(table: pd.DataFrame, heading: str) -> pd.DataFrame:
    """Return judgements by study, in lower case, blank where there is none."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"`judgements` must be a frame, or frames by heading. Got {type(table).__name__} for "
            f"{heading!r}. Give the columns 'study' and one an item."
        )
    check_columns(table.columns, {"study": "study"})
    items = [name for name in table.columns if name != "study"]
    labels = [str(name) for name in table["study"]]
    twice = sorted({name for name in labels if labels.count(name) > 1})
    if twice or not items:
        got = f"Got two rows of {list_some(twice, sep=', ')}" if twice else "Got no item"
        raise InputError(
            f"`judgements` must have one row a study and one column an item. {got} under "
            f"{heading!r}. Give the judgement that was agreed on."
        )
    cells = {
        str(item): ["" if pd.isna(v) else str(v).strip().lower() for v in table[item]]
        for item in items
    }
    unknown = sorted({v for values in cells.values() for v in values if v} - set(JUDGEMENTS))
    if unknown:
        raise InputError(
            f"A judgement must be one of {', '.join(map(repr, JUDGEMENTS))}, or missing. Got "
            f"{list_some([*map(repr, unknown)], sep=', ')} under {heading!r}. Rename it."
        )
    return pd.DataFrame(cells, index=labels)


def _name_items(items: list[str]) -> dict[str, str]:
    """Return what heads each item: itself if it is short, else a letter with a key below."""
    if all(len(item) <= _SHORT or item.lower() == "overall" for item in items):
        return {item: item for item in items}
    others = [item for item in items if item.lower() != "overall"]
    names = [*ascii_uppercase] if len(others) <= 26 else [str(i + 1) for i in range(len(others))]
    letters = dict(zip(others, names, strict=False))
    return {item: letters.get(item, item) for item in items}
