"""What :func:`~reviewkit.coding.themes.build_themes` is given, checked and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.coding.incidence import Incidence
from reviewkit.coding.labels import read_labels
from reviewkit.coding.rules import (
    check_segments,
    parse_codebook,
    refuse,
    require_columns,
    settle_themes,
)
from reviewkit.sources.suggestions import suggest_name

__all__ = ["find_denominator", "take_segments", "take_studies", "take_themes"]


def take_segments(segments: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the study and the code of each segment."""
    require_columns(segments, ("study", "code"), "`segments`")
    studies, codes = read_labels(segments["study"]), read_labels(segments["code"])
    problems = check_segments(studies, codes)
    if problems:
        raise refuse(
            problems,
            [f"index {label!r}" for label in segments.index],
            "Each row of `segments` must name a study and a code.",
            "Correct these rows, or leave out what is not coded.",
        )
    return studies, codes


def take_studies(studies: Iterable[object] | None, coded: Sequence[str]) -> list[str]:
    """Return all studies of the review, among which those with codes must be."""
    if studies is None:
        return []
    if isinstance(studies, str):
        raise InputError(f"`studies` must be a list of names. Got the text {studies!r}.")
    known = read_labels(pd.Series([*studies], dtype=object))
    if not all(known):
        raise InputError(
            f"`studies` must be names. Got {known.count('')} missing ones, the first at "
            f"position {known.index('')}. Leave them out."
        )
    strangers = sorted({*coded} - {*known})
    if strangers:
        raise InputError(
            f"`studies` must name all studies that have codes. {_tell_strangers(strangers, known)} "
            f"Write each name the same in both, or add it to `studies`."
        )
    return known


def take_themes(codebook: pd.DataFrame | None, coded: Sequence[str]) -> dict[str, str]:
    """Return the theme of each code, in the codebook or, without one, in the segments."""
    if codebook is None:
        return {code: code for code in coded}
    require_columns(codebook, ("code", "theme"), "`codebook`")
    rows, problems, _ = parse_codebook(codebook)
    codes, more = settle_themes(rows)
    if problems or more:
        raise refuse(
            [*problems, *more],
            [f"index {label!r}" for label in codebook.index],
            "Each row of `codebook` must name a code, once, with its theme.",
            "Correct these rows. A code that fits two themes is two codes: name each of them.",
        )
    theme_of = {code.code: code.theme for code in codes}
    strangers = sorted({*coded} - theme_of.keys())
    if strangers:
        raise InputError(
            f"Each code of `segments` must be in `codebook`. "
            f"{_tell_strangers(strangers, [*theme_of])} "
            f"Write each code the same in both, or add it to `codebook`."
        )
    return theme_of


def _tell_strangers(strangers: Sequence[str], known: Sequence[str]) -> str:
    """Name what is not known, with what was probably meant."""
    told = [f"{name!r}.{suggest_name(name, known)}" for name in strangers[:20]]
    return f"{len(strangers)} not found: {list_some([*told, *strangers[20:]], sep=' ')}"


def find_denominator(found: Incidence, n_studies: int | None, *, listed: bool) -> tuple[int, str]:
    """Return the denominator of all shares, and what it is in words."""
    count = len(found.studies)
    if n_studies is None:
        what = "in the review" if listed else "with codes"
        return count, f"{format_count(count)} {'study' if count == 1 else 'studies'} {what}"
    if listed:
        raise InputError("Give `studies` or `n_studies`, not both. The names are worth more.")
    if not _is_whole(n_studies) or n_studies < count:
        raise InputError(
            f"`n_studies` must be a whole number, at least that of studies with codes ({count}). "
            f"Got {n_studies!r}. Give the number of studies in the review."
        )
    total = int(n_studies)
    return total, f"{format_count(total)} {'study' if total == 1 else 'studies'} in the review"


def _is_whole(value: object) -> bool:
    return not isinstance(value, bool) and hasattr(value, "__index__")
