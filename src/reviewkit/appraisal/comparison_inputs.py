"""The answers of two appraisers, from one table or two."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraised import Appraisal
from reviewkit.appraisal.instruments import Instrument
from reviewkit.appraisal.reading import OVERALL, tidy_appraisal

__all__ = ["Answers", "read_both"]

Answers = dict[tuple[str, str], tuple[str, str]]  # (study, item) -> answer, note


def read_both(first: Any, second: Any, instrument: Any) -> tuple[Instrument, list[Answers], tuple[str, str]]:  # fmt: skip
    """Return the instrument, the answers of the two, and their names."""
    frames = [_as_frame(data, instrument) for data in (first, second) if data is not None]
    names = [_appraisers(frame) for frame in frames]
    if len(frames) == 1:
        found = names[0]
        if len(found) != 2:
            raise InputError(
                f"Two appraisers must be compared. Got {list_some([*map(repr, found)], sep=', ')}. "
                f"Give two tables, or one with a column 'appraiser' of two people."
            )
        frames = [frames[0][frames[0]["appraiser"] == name] for name in found]
        pair, one = (found[0], found[1]), frames[0].attrs["instrument"]
    else:
        several = [some for some in names if len(some) > 1]
        if several:
            raise InputError(
                f"Each table must be one appraiser's. Got {list_some(several[0], sep=', ')} in one. "
                f"Give that table alone."
            )
        one, other = (frame.attrs["instrument"] for frame in frames)
        if one != other:
            raise InputError(
                f"Both must have used one instrument. Got {one.name!r} and {other.name!r}. Name it "
                f"in `instrument`."
            )
        pair = (names[0][0] or "First", names[1][0] or "Second")
        if pair[0] == pair[1]:
            pair = (f"{pair[0]} (first)", f"{pair[1]} (second)")
    return one, [_by_key(frame) for frame in frames], pair


def _as_frame(data: Any, instrument: Any) -> pd.DataFrame:
    if not isinstance(data, Appraisal):
        return tidy_appraisal(data, instrument)
    frame = data.items()[["study", "item", "judgement", "note"]]
    judged = [
        {"study": study, "item": OVERALL, "judgement": answer, "note": None}
        for study, answer in zip(data.studies, data.judged, strict=True)
        if answer
    ]
    whole = pd.concat([frame, pd.DataFrame(judged, columns=frame.columns, dtype="str")], ignore_index=True)  # fmt: skip
    whole = whole.assign(appraiser=data.appraiser)
    whole.attrs["instrument"] = data.instrument
    return whole


def _appraisers(frame: pd.DataFrame) -> list[str]:
    if "appraiser" not in frame:
        return [""]
    return ["" if pd.isna(name) else str(name) for name in dict.fromkeys(frame["appraiser"])]


def _by_key(frame: pd.DataFrame) -> Answers:
    cells = (["" if pd.isna(v) else str(v) for v in frame[n]] for n in ("study", "item", "judgement", "note"))  # fmt: skip
    return {(study, item): (answer, note) for study, item, answer, note in zip(*cells, strict=True)}
