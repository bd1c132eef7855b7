"""What was coded, in its words and with its place: the end of the trail from a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.format import format_count, format_percent
from reviewkit.coding.labels import natural_key, read_labels

__all__ = ["Quote", "frame_quotes", "table_themes", "take_quotes"]

_LONGEST = 240  # characters of a quote in a table


class Quote(NamedTuple):
    """One coded segment."""

    study: str
    code: str
    original_code: str  # before codes were merged
    coder: str
    source: str
    start: int | None
    end: int | None
    text: str

    @property
    def place(self) -> str:
        """Where it stands: study, source and characters."""
        span = "" if self.start is None or self.end is None else f"{self.start}–{self.end}"
        return ", ".join(filter(None, (self.study, self.source, span)))


def take_quotes(
    segments: pd.DataFrame, studies: Sequence[str], codes: Sequence[str]
) -> tuple[Quote, ...]:
    """Return all segments; what the frame has no column for is empty."""
    size = len(segments)
    read = {
        name: read_labels(segments[name]) if name in segments else [""] * size
        for name in ("original_code", "coder", "source")
    }
    texts = segments["text"].tolist() if "text" in segments else [""] * size
    words = [" ".join(text.split()) if isinstance(text, str) else "" for text in texts]
    places = [_read_places(segments, name) for name in ("start", "end")]
    originals = [old or code for old, code in zip(read["original_code"], codes, strict=True)]
    rows = zip(
        studies, codes, originals, read["coder"], read["source"], *places, words, strict=True
    )
    found = [Quote(*row) for row in rows]
    order = {study: natural_key(study) for study in {*studies}}
    return tuple(sorted(found, key=lambda one: (order[one.study], one.source, *_sort_key(one))))


def _sort_key(one: Quote) -> tuple[object, ...]:
    """Return what puts the quotes of a source in their order, whatever that of the rows."""
    start, end = (-1 if place is None else place for place in (one.start, one.end))
    return start, end, one.code, one.coder, one.text, one.original_code


def _read_places(segments: pd.DataFrame, name: str) -> list[int | None]:
    if name not in segments:
        return [None] * len(segments)
    numbers = pd.to_numeric(segments[name], errors="coerce").tolist()
    return [None if pd.isna(number) else int(number) for number in numbers]


def frame_quotes(quotes: Sequence[Quote], theme_of: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a quote, theme by theme in the order of `theme_of`."""
    rank = {theme: at for at, theme in enumerate(dict.fromkeys(theme_of.values()))}
    ordered = sorted(quotes, key=lambda one: rank[theme_of[one.code]])
    columns = {
        "theme": [theme_of[one.code] for one in ordered],
        **{
            name: [getattr(one, name) or np.nan for one in ordered]
            for name in ("code", "original_code", "study", "source", "coder", "text")
        },
    }
    frame = pd.DataFrame({name: pd.Series(cells, dtype=str) for name, cells in columns.items()})
    for at, name in enumerate(("start", "end"), start=5):
        places = [getattr(one, name) for one in ordered]
        cells = [pd.NA if place is None else place for place in places]
        frame.insert(at, name, pd.Series(cells, dtype="Int64"))
    return frame


def table_themes(
    counts: pd.DataFrame,
    quotes: Sequence[Quote],
    theme_of: Mapping[str, str],
    total: int,
    most: int,
) -> pd.DataFrame:
    """Return the table of a report: theme, n, share with its denominator, studies, quotes."""
    own: dict[str, list[Quote]] = {}
    for one in quotes:
        own.setdefault(theme_of[one.code], []).append(one)
    shares = [
        f"{format_count(n)} of {format_count(total)} ({format_percent(n / total)})"
        if total
        else f"{format_count(n)} of 0"
        for n in counts["n_studies"]
    ]
    return pd.DataFrame(
        {
            "theme": counts["theme"],
            "n_studies": counts["n_studies"],
            "share": shares,
            "studies": ["; ".join(names) for names in counts["studies"]],
            "quotes": ["\n".join(_choose(own.get(t, []), most)) for t in counts["theme"]],
        }
    )


def _choose(quotes: Sequence[Quote], most: int) -> list[str]:
    """Return quotes with their places, from as many studies as can be."""
    told: dict[str, list[Quote]] = {}
    for one in dict.fromkeys(quote._replace(coder="") for quote in quotes):
        told.setdefault(one.study, []).append(one)
    turns = max(map(len, told.values()), default=0)
    ordered = [own[turn] for turn in range(turns) for own in told.values() if turn < len(own)]
    worded = [
        one for one in ordered if one.text
    ] or ordered  # places alone, where nothing is quoted
    return [
        f"“{_shorten(one.text)}” ({one.place})" if one.text else one.place for one in worded[:most]
    ]


def _shorten(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
