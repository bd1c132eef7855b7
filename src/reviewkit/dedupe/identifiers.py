"""DOIs, PMIDs and trial numbers in one form, and which DOIs are of one work.

DOIs that differ speak against a duplicate, unless a rule here knows better: registries
at the end name DOIs that a second house gives to the same article, DOIs that count
versions, and DOIs of preprints.
"""

from __future__ import annotations

import re
from html import unescape
from types import MappingProxyType
from urllib.parse import unquote

__all__ = ["is_preprint_doi", "is_second_doi", "read_doi", "read_pmid", "read_trial", "stem_doi"]

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_TAILS = re.compile(
    r"(?:[?#].*|/(?:abstract|full|fulltext|full-text|pdf|epdf|pdfft|meta|html|summary|references)|"
    r"\.(?:pdf|full|abstract|html?)|[.,;:)\]}>\"'’]+)$"
)
_TRIAL = re.compile(
    r"\b(?:nct\d{8}|isrctn\d{6,8}|actrn\d{14}|chictr[a-z-]*\d{8,10}|irct\d{8,16}n?\d*|drks\d{8}|"
    r"eudract\s?\d{4}-\d{6}-\d{2}|ctri/\d{4}/\d{2,3}/\d{6}|umin\d{9}|jprn-\w+|pactr\d{15,16}|crd\d{9,11})\b"
)


def read_doi(text: str) -> str:
    """Return a DOI, bare and in lower case, or "".

    >>> read_doi("https://doi.org/10.1002/ABC.1%2F2/full. [doi]"), read_doi("10.1037//0003-066X.55")
    ('10.1002/abc.1/2', '10.1037/0003-066x.55')
    >>> read_doi("10.1000/abc10.1000/abc"), read_doi("n/a")
    ('10.1000/abc', '')
    """
    if not text:
        return ""
    text = text.lower()
    if "%" in text:
        text = unquote(text)
    if "&" in text:
        text = unescape(text)
    found = _DOI.search(text)
    if not found:
        return ""
    doi = found[0]
    twice = doi.find("10.", 8)
    while twice > 0:  # written twice without a blank between
        if doi[twice:].startswith(doi[:twice].rstrip("/;,")) or (
            _DOI.match(doi[twice:]) and doi[twice - 1] in ";,|"
        ):
            doi = doi[:twice]
            break
        twice = doi.find("10.", twice + 3)
    while (shorter := _TAILS.sub("", doi)) != doi:
        if doi.endswith((")", "]")) and shorter.count("(") + shorter.count("[") > shorter.count(
            ")"
        ) + shorter.count("]"):
            break  # the bracket belongs to the DOI
        doi = shorter
    prefix, _, rest = doi.partition("/")
    doi = f"{prefix}/{rest.lstrip('/')}"
    return doi if rest.strip("/") and not doi.startswith(NO_DOIS) else ""


def stem_doi(doi: str) -> str:
    """Return a DOI without what counts its versions.

    >>> stem_doi("10.1002/14651858.cd001.pub2"), stem_doi("10.21203/rs.3.rs-12/v1")
    ('10.1002/14651858.cd001', '10.21203/rs.3.rs-12')
    """
    for start, pattern in VERSIONED.items():
        if doi.startswith(start):
            return pattern.sub("", doi)
    return doi


def is_second_doi(doi: str) -> bool:
    """Tell whether a DOI is of a house that gives its own to articles of others."""
    return doi.startswith(SECOND_HOUSES)


def is_preprint_doi(doi: str) -> bool:
    """Tell whether a DOI is that of a preprint."""
    return bool(doi) and bool(PREPRINTS.match(doi))


def read_pmid(text: str) -> str:
    """Return a PMID as digits, or "".

    >>> read_pmid("PMID: 1234567"), read_pmid("1234567.0"), read_pmid("L2029880245")
    ('1234567', '1234567', '')
    """
    found = re.fullmatch(r"(?:pmid:?\s*|medline:?\s*)?0*(\d{4,8})(?:\.0)?", text.strip().lower())
    return found[1] if found else ""


def read_trial(*texts: str) -> str:
    """Return the number of a trial or of a registered review that a text names, or ""."""
    for text in texts:
        if text and (found := _TRIAL.search(text.lower())):
            return re.sub(r"[\s-]", "", found[0])
    return ""


#: Start of a DOI → what in it counts versions.  Versions are linked and counted apart.
VERSIONED = MappingProxyType(
    {
        "10.1002/14651858.": re.compile(r"\.pub\d+$"),  # Cochrane reviews
        "10.12688/": re.compile(r"\.\d+$"),  # F1000 and its sisters
        "10.21203/rs.": re.compile(r"[/.]v\d+$"),  # Research Square
        "10.6084/m9.figshare.": re.compile(r"\.v\d+$"),
        "10.20944/preprints": re.compile(r"\.v\d+$"),
        "10.26434/chemrxiv": re.compile(r"[-.]v\d+$"),
        "10.31234/osf.io/": re.compile(r"_v\d+$"),
        "10.31219/osf.io/": re.compile(r"_v\d+$"),
        "10.31235/osf.io/": re.compile(r"_v\d+$"),
        "10.48550/arxiv.": re.compile(r"v\d+$"),
        "10.22541/au.": re.compile(r"/v\d+$"),
        "10.1101/": re.compile(r"v\d+$"),  # bioRxiv and medRxiv
    }
)

#: Numbers in the form of a DOI that name no work, as those of the trials register CENTRAL.
NO_DOIS = ("10.1002/central/", "10.5555/")

#: Houses whose DOI stands beside the publisher's own, for the same article.
SECOND_HOUSES = ("10.2307/", "10.6004/", "10.13140/rg.", "10.17615/", "10.17863/cam.")

PREPRINTS = re.compile(
    r"10\.(?:1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,}|64898/|21203/rs\.|2139/ssrn\.|31234/|31219/|31235/|31222/|"
    r"48550/arxiv|20944/preprints|22541/au|26434/chemrxiv|36227/techrxiv|1590/scielopreprints|"
    r"2196/preprints|35542/osf|31730/osf|33774/|12688/verixiv)"
)
