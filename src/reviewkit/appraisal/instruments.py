"""Instruments of appraisal as data: their items, their answers, and what an answer means.

Each is a TOML file in ``data/``, in the very form in which a review writes an instrument of
its own; :data:`INSTRUMENTS` holds them by name.  Items are told in the project's words: the
wording of an instrument, and how to answer it, stand in its source.  To add one, write its
file and name it in ``_NAMES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from os import PathLike, fspath
from types import MappingProxyType

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.appraisal.instrument_files import parse_instrument, read_instrument
from reviewkit.appraisal.instrument_model import Instrument, Item
from reviewkit.sources.suggestions import suggest_name

__all__ = ["INSTRUMENTS", "Instrument", "Item", "choose_instrument", "list_instruments"]


def choose_instrument(given: str | PathLike[str] | Instrument) -> Instrument:
    """Return an instrument by its name, from its TOML file, or as it is."""
    if isinstance(given, Instrument):
        return given
    text = fspath(given)
    if text in INSTRUMENTS:
        return INSTRUMENTS[text]
    if text.lower().endswith(".toml"):
        return read_instrument(text)
    raise InputError(
        f"`instrument` must be one of {', '.join(map(repr, INSTRUMENTS))}, or a TOML file. "
        f"Got {text!r}.{suggest_name(text, INSTRUMENTS)}"
    )


def list_instruments() -> pd.DataFrame:
    """Return the instruments that are known by name.

    Parameters
    ----------
    None

    Returns
    -------
    DataFrame
        One row an instrument: ``instrument`` (the name to give elsewhere), ``title, items`` (how
        many), ``answers, overall`` (the rule of the instrument, if it has one), ``source, doi,
        advice`` (what its authors say of scores).

    Raises
    ------
    Nothing

    Examples
    --------
    >>> list_instruments().loc[[0, 2], ["instrument", "items", "answers"]]
                instrument  items                             answers
    0       jbi-prevalence      9  yes, no, unclear, not applicable
    2             hoy-2012     10                         low, high
    """
    rows = [
        {
            "instrument": one.name, "title": one.title, "items": len(one.items),
            "answers": ", ".join(answer.name for answer in one.answers),
            "overall": one.overall or "by judgement", "source": one.source, "doi": one.doi,
            "advice": one.advice,
        }
        for one in INSTRUMENTS.values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _load() -> Mapping[str, Instrument]:
    folder = files("reviewkit.appraisal") / "data"
    known = (parse_instrument((folder / f"{n}.toml").read_text("utf-8"), n) for n in _NAMES)
    return MappingProxyType({one.name: one for one in known})


_NAMES = (
    "jbi-prevalence", "jbi-prevalence-2014", "hoy-2012", "axis", "nos-cohort", "nos-case-control",
    "nos-cross-sectional", "mmat-2018", "rob-2", "robins-i",
)  # fmt: skip

#: Instruments by name, in the order in which a table is tried against them.
INSTRUMENTS: Mapping[str, Instrument] = _load()
