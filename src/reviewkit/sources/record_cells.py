"""What one cell of a table of records holds, where it is more than one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit.sources.author_lists import split_keywords

__all__ = ["SPLITTERS", "join_pages", "name_database", "read_citation", "read_list"]

_LISTED = re.compile(r"""(["'])(.*?)\1\s*(?=,|\]$)""", re.DOTALL)
_LONGEST_LIST = 20_000  # characters; what is longer is text in brackets
_CITATION = re.compile(r"\d{4}[^;]{0,40};([^():;]{1,20})(?:\(([^()]{1,40})\))?:([^.;\s]+)\.")
_DATABASE = re.compile(r"[?&]db=([a-z0-9]+)", re.IGNORECASE)
#: Databases of EBSCO by their code in a link.
_EBSCO = MappingProxyType(
    {
        "ccm": "CINAHL", "cin20": "CINAHL", "c8h": "CINAHL", "rzh": "CINAHL", "jlh": "CINAHL",
        "cul": "CINAHL", "psyh": "PsycINFO", "pdh": "PsycARTICLES", "eric": "ERIC",
        "a9h": "Academic Search", "aph": "Academic Search", "asn": "Academic Search",
        "mnh": "MEDLINE", "cmedm": "MEDLINE", "mdc": "MEDLINE", "sih": "SocINDEX",
        "snh": "SocINDEX", "bth": "Business Source", "buh": "Business Source",
        "pbh": "Psychology and Behavioral Sciences Collection",
    }
)  # fmt: skip


def read_list(text: str) -> list[str]:
    """Return the entries of a list as Python or JSON writes it; nothing if it is none."""
    if not (text.startswith("[") and text.endswith("]") and len(text) < _LONGEST_LIST):
        return []
    return [entry for found in _LISTED.finditer(text) if (entry := found[2].strip())]


def _split_issn(text: str) -> list[str]:
    parts = read_list(text) or text.split("|")
    return [part.strip() for part in parts if part.strip()]


def _split_pmid(text: str) -> list[str]:
    return [] if text == "0" else [text]  # Abstrackr writes 0 where it knows none


def _split_keywords(text: str) -> list[str]:
    return read_list(text) or split_keywords(text)


def read_citation(text: str) -> tuple[str, ...]:
    """Return volume, issue and pages of a citation as PubMed writes it.

    >>> read_citation("Elife. 2022 Nov 30;11:e80092. doi: 10.7554/eLife.80092.")
    ('11', '', 'e80092')
    """
    found = _CITATION.search(text)
    return (found[1], found[2] or "", found[3]) if found else ("", "", "")


def join_pages(values: dict[str, list[str]]) -> None:
    """Make one range of the first and the last page."""
    first, last = (values.pop(role, [""])[0] for role in ("pages<", "pages>"))
    if first or last:
        is_range = first and last and first != last
        pages = f"{first}-{last}" if is_range else first or last
        values.setdefault("pages", []).append(pages)


def name_database(values: dict[str, list[str]]) -> None:
    """Name the database of EBSCO that a link leads to."""
    for link in values.get("url", []):
        found = _DATABASE.search(link)
        name = _EBSCO.get(found[1].casefold(), "") if found else ""
        if name:
            values.setdefault("source", [name])
            return


#: How the cell of a role is split, where it is no single value.
SPLITTERS: Mapping[str, Callable[[str], list[str]]] = MappingProxyType(
    {
        "keywords": _split_keywords,
        "issn": _split_issn,
        "pmid": _split_pmid,
    }
)
