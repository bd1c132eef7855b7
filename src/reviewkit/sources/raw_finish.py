"""The last steps that the readers of record by record share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from reviewkit.sources.raw_records import RawRecord

__all__ = ["PROVIDERS", "fill_in", "name_source", "number_pubmed"]


def fill_in(values: dict[str, list[str]], stand_ins: Mapping[str, str]) -> None:
    """Move values that stand in for a field to it if it is missing, else drop them.

    >>> values = {"editors": ["Roe, R."], "title": ["A title"]}
    >>> fill_in(values, {"editors": "authors"})
    >>> values
    {'title': ['A title'], 'authors': ['Roe, R.']}
    """
    for name, field in stand_ins.items():
        found = values.pop(name, [])
        if found and not values.get(field):
            values[field] = found


def number_pubmed(values: dict[str, list[str]]) -> None:
    """Name PubMed where its library is named, and take the number of its records for a PMID.

    >>> values = {"source": ["NLM"], "accession": ["31366609"]}
    >>> number_pubmed(values)
    >>> values["source"], values["pmid"]
    (['PubMed'], ['31366609'])
    """
    source = " ".join(values.get("source", []))
    if source.casefold() in PROVIDERS:
        values["source"] = [PROVIDERS[source.casefold()]]
    if values.get("source") == ["PubMed"]:
        numbers = [text for text in values.get("accession", []) if text.isdecimal()]
        if numbers:
            values.setdefault("pmid", numbers)


def name_source(records: Iterable[RawRecord]) -> str:
    """Return the database that all records name, if it is the same one."""
    found = {" / ".join(record.values.get("source", [])) for record in records}
    return found.pop() if len(found) == 1 else ""


#: Names of providers and their database, where they have but one.
PROVIDERS: Mapping[str, str] = MappingProxyType({"nlm": "PubMed", "pubmed": "PubMed"})
