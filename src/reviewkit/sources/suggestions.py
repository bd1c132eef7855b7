"""The name that was meant, for messages about one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["suggest_name"]


def suggest_name(wanted: str, names: Iterable[str]) -> str:
    """Return a question with the nearest of `names`, or nothing if none is near.

    >>> suggest_name("events", ["study", "Event"])
    " Did you mean 'Event'?"
    """
    known = {name.casefold(): name for name in names}
    match = get_close_matches(wanted.casefold(), known, n=1, cutoff=0.5)
    return f" Did you mean {known[match[0]]!r}?" if match else ""
