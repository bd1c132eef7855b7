"""Counts as people give them, read into whole numbers; what is not reported is left out.

A number may be an integer, a float without a fraction, or text as it stands in a paper:
``"1,234"``, ``"n = 12"``, ``"(n=12)"``.  Blank cells, NaN and ``"NA"`` are not reported, which
is never 0.  :data:`BLANK` holds all that counts as blank.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_keys import KEYS, Count, Counts

__all__ = ["BLANK", "read_counts"]

#: Text, in lower case, that says that a number is not reported.
BLANK = frozenset(
    {"", "na", "n/a", "<na>", "nan", "none", "null", "nr", "not reported", "-", "–", "—"}
)
_PREFIX = re.compile(r"n\s*[=:]\s*", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,3}(?:[,'’\s]\d{3})+|\d{1,18})(?:\.0)?")
_DECIMAL = re.compile(r"\d*[.,]\d+")
_NEGATIVE = re.compile(r"[-−–]\s*[\d.,]+")
_CONTROL = re.compile(r"(?!\s)[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # what no file can hold


def read_counts(counts: Mapping[str, Any]) -> Counts:
    """Return what is reported, in the order of the form, read-only.

    Raises
    ------
    InputError
        If a key is unknown or a value is no count; the message lists all of them.

    Examples
    --------
    >>> dict(read_counts({"screened": "n = 1,243", "excluded": 1222.0, "sought": "NA"}))
    {'screened': 1243, 'excluded': 1222}
    >>> dict(read_counts({"reports_excluded:Wrong population": 3})["reports_excluded"])
    {'Wrong population': 3}
    """
    if not hasattr(counts, "items"):
        raise InputError(
            f"`counts` must map keys such as 'screened' to numbers. Got a value of type "
            f"{type(counts).__name__}. Give a dict, or a Series whose index holds the keys."
        )
    faults: list[str] = []
    numbers, parts = _sort_out(counts, faults)
    _join(numbers, parts, faults)
    if faults:
        raise InputError(
            f"`counts` must hold whole numbers, 0 or more, under the keys of a PRISMA flow. "
            f"Got {list_some(faults)}. Correct what is listed, "
            f"and leave out, or give None for, what the review does not report."
        )
    found: dict[str, Count] = {**numbers}
    found |= {key: MappingProxyType(named) for key, named in parts.items()}
    return MappingProxyType({key: found[key] for key in KEYS if key in found})


def _sort_out(
    counts: Mapping[str, Any], faults: list[str]
) -> tuple[dict[str, int], dict[str, dict[str, int | None]]]:
    """Return plain numbers by key, and the numbers of parts by key and name."""
    numbers: dict[str, int] = {}
    parts: dict[str, dict[str, int | None]] = defaultdict(dict)
    for given, value in counts.items():
        key, colon, name = str(given).partition(":")
        key = key.strip()
        if key not in KEYS:
            faults.append(_unknown(key))
        elif not colon and not hasattr(value, "items"):
            n = _read(value, key, faults)
            if n is not None:
                numbers[key] = n
        elif KEYS[key].listed:
            for part, one in [(name, value)] if colon else list(value.items()):
                _add_part(parts[key], key, part, one, faults)
        else:
            faults.append(f"several numbers for {key!r}, which takes one")
    return numbers, {key: named for key, named in parts.items() if named}


def _add_part(
    named: dict[str, int | None], key: str, name: object, value: object, faults: list[str]
) -> None:
    text = " ".join(_CONTROL.sub("", str(name)).split())
    if not text or name is None:
        faults.append(f"a part of {key!r} without a name")
    elif text in named:
        faults.append(f"the part {text!r} of {key!r} twice")
    else:
        named[text] = _read(value, f"{key}:{text}", faults)


def _join(
    numbers: dict[str, int], parts: Mapping[str, Mapping[str, int | None]], faults: list[str]
) -> None:
    """Let a number beside the parts of its own key be their total."""
    for key in numbers.keys() & parts.keys():
        n, total = numbers.pop(key), f"{key}_total"
        if n == sum(m or 0 for m in parts[key].values()) and None not in parts[key].values():
            continue
        if total not in KEYS or numbers.get(total, n) != n:
            faults.append(f"{key!r} as {n:,} beside parts and a total that differ")
        numbers[total] = n


def _unknown(key: str) -> str:
    near = get_close_matches(key.lower(), KEYS, n=2)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"known: {', '.join(KEYS)}"
    return f"the unknown key {key!r} ({hint})"


def _read(value: Any, where: str, faults: list[str]) -> int | None:
    """Return a count, or None if it is not reported or, with a complaint, no count."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1].strip()
        text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
        if text.lower() in BLANK:
            return None
        if found := _NUMBER.fullmatch(text):
            return int(re.sub(r"\D", "", found[1]))
        why = "no whole number" if _DECIMAL.fullmatch(text) else "no number"
        why = "negative" if _NEGATIVE.fullmatch(text) else why
    elif pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    elif isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        if value >= 0 and float(value).is_integer():
            return int(value)
        why = "negative" if value < 0 else "no whole number"
    else:
        why = "no number"
    faults.append(f"{value!r} at {where!r}, {why}")
    return None
