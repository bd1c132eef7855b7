"""The DOI and the number of PubMed of each record, from their fields or from where else they stand."""

from __future__ import annotations

import re

from reviewkit.sources.record_columns import Column, Fields, Rule, find_odd, keep_first
from reviewkit.sources.record_numbers import PLAIN_DOIS, find_dois

__all__ = ["take_doi", "take_pmid"]

_PMID_NOTE = re.compile(r"^PMID: ?([1-9]\d{0,7})[ .]*$", re.MULTILINE)


def take_doi(fields: Fields, name: str, rule: Rule) -> None:
    """Keep the first DOI of each record; one in an address counts where there is no other."""
    column: Column = [None] * fields.n
    changed, nothing, others = [], [], []
    records, texts = fields.take(name)
    odd = find_odd(PLAIN_DOIS, texts)
    for record, text in zip(records, texts, strict=True):
        if text not in odd and column[record] in (None, text):
            column[record] = text
            continue
        found = find_dois(text)
        if not found:
            nothing.append((record, text))
            continue
        held = column[record] or found[0]
        column[record] = held
        if any(doi != held for doi in found):
            others.append((record, text))
        elif text != held:
            changed.append((record, text))
    for record, text in zip(*fields.take("url"), strict=True):
        if column[record] is None and "10." in text:
            column[record] = next(iter(find_dois(text)), None)
    fields.columns[name] = column
    fields.note(f"{name}: changed", changed)
    fields.note(f"{name}: says nothing", nothing)
    fields.note(f"{name}: another value", others)


def take_pmid(fields: Fields, name: str, rule: Rule) -> None:
    """Keep the first PMID; one that is a note of its own, as in Zotero, counts where there is no other."""
    keep_first(fields, name, rule)
    column = fields.columns[name]
    for record, text in zip(*fields.take("notes"), strict=True):
        if "PMID" in text and column[record] is None and (found := _PMID_NOTE.search(text)):
            column[record] = found[1]
