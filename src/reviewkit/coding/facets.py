"""Facets of a review: what each segment says of theme, construct, level or design.

A facet is a column of the segments, of the codebook, or of a table of studies; or the
name of a theme, whose codes are then its values and hold for a study as a whole.  Cells
may hold several values, separated by semicolons; a missing one is a value of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.coding.labels import natural_key, read_labels
from reviewkit.coding.rules import require_columns
from reviewkit.sources.suggestions import suggest_name

__all__ = ["LEVELS", "MISSING", "Facet", "order_values", "read_facet"]

MISSING = "not stated"
#: Levels of an intervention or a cause, from the person to the house.
LEVELS = ("individual", "team", "organisational")


class Facet(NamedTuple):
    """A facet and its values."""

    name: str
    said: list[tuple[str, ...]]  # by segment


class Known(NamedTuple):
    """All that facets are looked up in."""

    segments: pd.DataFrame
    named: Sequence[str]
    coded: Sequence[str]
    codebook: pd.DataFrame | None
    theme_of: Mapping[str, str]
    studies: pd.DataFrame | None


def read_facet(name: str, known: Known) -> Facet:
    """Return a facet by its name.

    Raises
    ------
    InputError
        If nothing bears the name; near ones are told.
    """
    if name == "theme":
        return Facet(name, [(known.theme_of[code],) for code in known.coded])
    if name == "code":
        return Facet(name, [(code,) for code in known.coded])
    if name in known.segments:
        return Facet(name, [_split(cell) for cell in read_labels(known.segments[name])])
    if known.codebook is not None and name in known.codebook:
        cells = _look_up(known.codebook, "code", name)
        return Facet(name, [_split(cells.get(code, "")) for code in known.coded])
    if known.studies is not None and name in known.studies:
        require_columns(known.studies, ("study",), "`studies`")
        cells = _look_up(known.studies, "study", name)
        return Facet(name, [_split(cells.get(study, "")) for study in known.named])
    if name in known.theme_of.values():
        return Facet(name, _codes_of(name, known))
    raise InputError(_tell_unknown(name, known))


def _codes_of(theme: str, known: Known) -> list[tuple[str, ...]]:
    """Return the codes of a theme that the study of each segment has."""
    own: dict[str, dict[str, None]] = {}
    for study, code in zip(known.named, known.coded, strict=True):
        if known.theme_of[code] == theme:
            own.setdefault(study, {})[code] = None
    return [tuple(own.get(study, ())) or (MISSING,) for study in known.named]


def _look_up(frame: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    """Return the cells of a column by key; several rows of one key are several values."""
    found: dict[str, str] = {}
    for one, cell in zip(read_labels(frame[key]), read_labels(frame[name]), strict=True):
        found[one] = f"{found[one]};{cell}" if one in found else cell
    return found


def _split(cell: str) -> tuple[str, ...]:
    parts = (part.strip() for part in cell.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part)) or (MISSING,)


def _tell_unknown(name: str, known: Known) -> str:
    names = ["theme", "code", *map(str, known.segments.columns)]
    for frame in (known.codebook, known.studies):
        names += map(str, frame.columns) if frame is not None else ()
    names = [*dict.fromkeys([*names, *known.theme_of.values()])]
    return (
        f"A facet must be a column of the segments, the codebook or the studies, or the name of "
        f"a theme. {name!r} is none.{suggest_name(name, names)} Known are "
        f"{list_some([*map(repr, names)], sep=', ')}."
    )


def order_values(facet: Facet, given: Sequence[str] | None, ranks: Mapping[str, int]) -> list[str]:
    """Return the values of a facet in order: as given, by level, by rank, or by name.

    Values that are given and have no study stay, for they are gaps.
    """
    found = {value for values in facet.said for value in values}
    tail = [MISSING] if MISSING in found else []
    if given is not None:
        strangers = sorted(found - {*given, MISSING})
        if strangers:
            raise InputError(
                f"`order` must name all values of {facet.name!r}. Missing: "
                f"{list_some([*map(repr, strangers)], sep=', ')}. Add them."
            )
        return [*dict.fromkeys(given), *(name for name in tail if name not in given)]
    rest = found - {MISSING}
    folded = {value.casefold().replace("organizational", "organisational"): value for value in rest}
    if rest and {*folded} <= {*LEVELS}:
        return [folded.get(level, level) for level in LEVELS] + tail
    if facet.name in ("theme", "code"):
        return sorted(rest, key=lambda value: (ranks.get(value, 0), natural_key(value))) + tail
    return sorted(rest, key=natural_key) + tail
