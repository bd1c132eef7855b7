"""The notes below a flow: the footnotes of the template, which instruct authors, as facts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from reviewkit.screening.flow_boxes import find_count
from reviewkit.screening.flow_keys import KEYS, SKIPPABLE, Counts

__all__ = ["write_notes"]

_MACHINE = re.compile(r"automat|machine|classifier|algorithm|\btools?\b", re.IGNORECASE)


def write_notes(counts: Counts, skipped: Collection[str] = ()) -> Iterator[str]:
    """Yield the facts that the footnotes of the template ask authors for, and what it lacks.

    >>> list(write_notes({"databases": 9, "registers": 0}, ["sought"]))[-1]
    'The review had no step for: reports sought for retrieval.'
    """
    bare = [key for key in ("databases", "registers")
            if not isinstance(counts.get(key), Mapping) and find_count(counts, key) != 0]  # fmt: skip
    if bare:
        yield f"*Records of each {' or '.join(key[:-1] for key in bare)} were not reported."
    else:
        yield "*Each database or register searched is listed with its number of records."
    if "screened" in skipped:
        yield from _write_skipped(skipped)
        return
    excluded = counts.get("excluded")
    parts = excluded if isinstance(excluded, Mapping) else {}
    if any(_MACHINE.search(name) for name in parts):
        yield "**Records excluded by humans and by automation tools are listed apart."
    else:
        yield "**How many records automation tools excluded was not reported."
    yield from _write_skipped(skipped)


def _write_skipped(skipped: Collection[str]) -> Iterator[str]:
    if skipped:
        labels = [KEYS[level].label + " (other methods)" * level.startswith("other")
                  for level in SKIPPABLE if level in skipped]  # fmt: skip
        listed = "; ".join(label[0].lower() + label[1:] for label in labels)
        yield f"The review had no step for: {listed}."
