"""The numbers that identify records, bare: DOIs, numbers of PubMed, ISSNs and ISBNs.

Databases write them as addresses, behind their name, with full stops, twice, or within the
address of a page.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from reviewkit.sources.record_values import clean_text
from reviewkit.sources.swallowed import cut_neighbour

__all__ = ["PLAIN_DOIS", "find_dois", "find_issns", "read_pmid"]

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"|\u200b]{1,400}")
_BARE_DOI = re.compile(r"10\.\d{4,9}/[a-z0-9._/:-]*[a-z0-9]")
#: Lines that are one bare DOI.
PLAIN_DOIS = re.compile(
    r"(?:10\.[0-9]{4,9}+/[a-z02-9._/:-]*+(?:1(?!0\.)[a-z02-9._/:-]*+)*+(?<=[a-z0-9])\n)*+"
)
_RESOLVED_DOI = re.compile(
    r"https?://(?:dx\.)?doi\.org/(10\.[0-9]{4,9}/[a-z0-9._/:-]{0,380}[a-z0-9])"
)
_RESOLVER = re.compile(r"\A\s*(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_URL = re.compile(r"\w+://")
_AFTER_DOI = re.compile(
    r"(?:/(?:full(?:/html|text)?|abstract|pdf(?:/.*)?|epdf|meta|summary|html|references)"
    r"|\.pdf|[?&#].*|;jsessionid.*)\Z",
    re.IGNORECASE,
)
_DOI_TAIL = re.compile(r"(?:\[doi\]|[.,;:'’”»>\\])+\Z")
_CENTRAL = "10.1002/central/"  # the record in Cochrane's register, not the article

_PMID = re.compile(r"(?<!\d)0*([1-9]\d{0,7})(?!\d)")
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dXx]")
_PARTED = re.compile(r"[^\dXx-]+")


def find_dois(text: str) -> list[str]:
    """Return the DOIs in a value: bare, in lower case, each once.

    >>> find_dois("https://doi.org/10.1002/CPP.2398."), find_dois("10.1/x")
    (['10.1002/cpp.2398'], [])
    >>> find_dois("10.1038/s41586 10.1038/S41586"), find_dois("http://x.org/doi/10.1038/a1/full")
    (['10.1038/s41586'], ['10.1038/a1'])
    """
    if _BARE_DOI.fullmatch(text) and text.find("10.", 3) < 0:
        return [text]
    resolved = _RESOLVED_DOI.fullmatch(text)
    if resolved and text.count("10.") == 1 and not resolved[1].startswith(_CENTRAL):
        return [resolved[1]]
    if "10." not in text:
        return []
    text = clean_text(cut_neighbour(text)[0])
    is_url = bool(_URL.search(text))
    if "%" in text and (is_url or "%2f" in text.lower()):
        text = unquote(text)
    found: list[str] = []
    for part in _DOI.findall(_part_doubled(text)):
        doi = _trim_doi(part, is_url=is_url and not _RESOLVER.match(text)).lower()
        if doi not in found and not doi.startswith(_CENTRAL) and not doi.endswith("/"):
            found.append(doi)
    return found


def _part_doubled(text: str) -> str:
    """Put a blank between DOIs that follow each other at once."""
    if text.count("10.") < 2:
        return text
    half = len(text) // 2
    if text[:half] == text[half:]:
        return text[:half]
    return re.sub(
        r"(?<![,;\s])(?:[,;]|\s|https?://(?:dx\.)?doi\.org/|doi:)+(?=10\.\d{4,9}/)", " ", text
    )


def _trim_doi(doi: str, *, is_url: bool) -> str:
    """Take off what does not belong to a DOI; brackets that it opens itself stay."""
    before = ""
    while doi != before:
        before = doi
        if is_url:
            doi = _AFTER_DOI.sub("", doi)
        doi = _DOI_TAIL.sub("", doi) if "<" not in doi else doi.rstrip(".,;")
        for opens, closes in ("()", "[]", "{}"):
            if doi.endswith(closes) and doi.count(closes) > doi.count(opens):
                doi = doi[:-1]
    return doi


def read_pmid(text: str) -> str:
    """Return the number of a record in PubMed, or nothing.

    >>> read_pmid("PMID: 030922926"), read_pmid("MEDLINE:30922926"), read_pmid("PMC7026692")
    ('30922926', '30922926', '')
    """
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 9:
        return text
    if text[:3].upper() == "PMC":
        return ""
    found = _PMID.search(text)
    return found[1] if found else ""


def find_issns(text: str) -> list[str]:
    """Return the ISSNs in a value as 1234-567X, and ISBNs as digits.

    >>> find_issns("20411723 (ISSN); 9783030942847 (ISBN)"), find_issns("1932-8494; 1932-8486")
    (['2041-1723', '9783030942847'], ['1932-8494', '1932-8486'])
    """
    if len(text) == 9 and text[4] == "-" and text[:4].isdigit() and text[5:8].isdigit():
        return [text.upper()]
    found: list[str] = []
    for part in (piece.strip("-") for piece in _PARTED.split(text)):
        plain = part.replace("-", "")
        if _ISSN.fullmatch(part):
            found.append(f"{plain[:4]}-{plain[4:].upper()}")
        elif _ISBN.fullmatch(plain):
            found.append(plain.upper())
    return list(dict.fromkeys(found))
