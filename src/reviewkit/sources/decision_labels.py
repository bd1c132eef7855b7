"""Names of raters without their e-mail addresses, and the name of what a team agreed upon.

Screening tools name people by address.  An address is no name to publish, so it is replaced
before anything is kept: by "reviewer 1", "reviewer 2", … in the order of the SHA-256 hash of
the address in lower case.  That order depends on who the people are and not on who comes first
in a file, so the same people get the same labels in every file of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from reviewkit.sources.repairs import Repair

__all__ = [
    "CONSENSUS",
    "find_address",
    "hide_addresses",
    "label_people",
    "relabel",
    "relabel_repair",
]

#: The rater of a verdict that a team agreed upon.
CONSENSUS = "consensus"

_MARKS = r"\s@<>()\[\]{}\"',;:|="
_ADDRESS = re.compile(rf"[^{_MARKS}]+@[^{_MARKS}]+")
_HIDDEN = "[e-mail]"


def find_address(text: str) -> str:
    """Return the address within a text in lower case, or nothing.

    >>> find_address("Ada <Ada@Example.org>")
    'ada@example.org'
    """
    found = _ADDRESS.search(text) if "@" in text else None
    return found[0].casefold() if found else ""


def label_people(names: Iterable[str]) -> Mapping[str, str]:
    """Return a label for each address among the names, none of them a name that is there already.

    >>> list(label_people(["Bo", "ada@x.org", "cy@x.org"]).values())
    ['reviewer 1', 'reviewer 2']
    """
    known = set(names)
    addresses = {find_address(name) for name in known} - {""}
    ranked = sorted(addresses, key=lambda address: sha256(address.encode()).hexdigest())
    free = (f"reviewer {n}" for n in range(1, len(known) + len(ranked) + 1))
    return dict(zip(ranked, (label for label in free if label not in known), strict=False))


def relabel(name: str, labels: Mapping[str, str]) -> str:
    """Return the label of a name that holds an address; any other name as it is."""
    address = find_address(name)
    return labels.get(address, _HIDDEN) if address else name


def hide_addresses(text: str, labels: Mapping[str, str] | None = None) -> str:
    """Return a text with a label for each address of a rater, and a mark for any other.

    >>> hide_addresses("asked cy@x.org", {"ada@x.org": "reviewer 1"})
    'asked [e-mail]'
    """
    if "@" not in text:
        return text
    known = labels or {}
    return _ADDRESS.sub(lambda found: known.get(found[0].casefold(), _HIDDEN), text)


def relabel_repair(entry: Repair, labels: Mapping[str, str]) -> Repair:
    """Return an entry of the log without addresses."""
    texts = (hide_addresses(text, labels) for text in (entry.file, entry.column, entry.before,
                                                       entry.after, entry.what))  # fmt: skip
    file, column, before, after, what = texts
    return Repair(file, entry.row, column, before, after, what)
