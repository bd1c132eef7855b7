"""Neighbours that a screening tool swallowed into the value before them."""

from __future__ import annotations

import re

__all__ = ["cut_neighbour"]

_NEIGHBOUR = re.compile(r"(?<!\s)\s{2,}+[A-Z][A-Z0-9]\s\s?-(?:\s|\Z)")


def cut_neighbour(text: str) -> tuple[str, str]:
    """Return a value up to the first tag of RIS that was swallowed into it, and the rest.

    A value without one is returned as the very object that it is.

    >>> cut_neighbour("10.1038/s41467     LK  - https://example.org")
    ('10.1038/s41467', 'LK  - https://example.org')
    >>> cut_neighbour("10.1038/s41467")
    ('10.1038/s41467', '')
    """
    if " -" not in text:
        return text, ""
    found = _NEIGHBOUR.search(text)
    return (text[: found.start()], text[found.start() :].strip()) if found else (text, "")
