r"""Which tag holds which field in RIS, MEDLINE and the plain text of Web of Science.

A format is a :class:`Dialect`: how its lines are built, and its tags.  Databases and tools that
write RIS differ in their choice of tags, not in what one tag means; where one tag means
several things (``AN``, ``C2``, ``ID``, ``L3``, ``M1`` ...) the value decides.  To teach a
format one more tag, add it to its table; the first tag of a field has precedence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["DIALECTS", "Dialect", "is_medline", "is_ris", "is_wos"]


class Dialect(NamedTuple):
    """How the lines of a tagged format are built."""

    name: str
    width: int  # characters of a tag, with the blanks that fill it
    gap: str  # what stands between tag and value
    start: str  # tag that opens a record
    end: str  # tag that closes a record; "" where none does
    fields: Mapping[str, str]  # tag → field, or end of a range of pages; by precedence
    choices: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]  # tag → what its value may be
    listed: frozenset[str]  # tags whose further lines are values of their own
    instead: Mapping[str, str]  # tag → tag that is better where a record has both
    furniture: frozenset[str]  # tags around all records
    unusual: re.Pattern[str]  # a line with a tag that is spaced otherwise

    @property
    def is_indented(self) -> bool:
        """Whether blanks may stand before a tag; elsewhere they tell a wrapped line."""
        return self.name == "ris"


def is_ris(head: str) -> bool:
    r"""Return whether text is RIS.

    >>> is_ris("Record #1 of 2\n\nTY  - JOUR\nTI  - A title\nER  - \n"), is_ris("TY,TI\n")
    (True, False)
    """
    if _RIS_START.search(head):
        return True
    lines = len(_RIS_LINE.findall(head, 0, 20_000))
    return lines > 2 and bool(_RIS_TITLE.search(head)) and not _MEDLINE_START.search(head)


def is_medline(head: str) -> bool:
    r"""Return whether text is in the format of PubMed or of ERIC's .nbib.

    >>> is_medline("PMID- 30922926\nOWN - NLM\nTI  - A title\n"), is_medline("TY  - JOUR\n")
    (True, False)
    """
    return bool(_MEDLINE_START.search(head)) and not _RIS_START.search(head)


def is_wos(head: str) -> bool:
    r"""Return whether text is the plain text or .ciw of Web of Science.

    >>> is_wos("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Smith, J\n")
    True
    """
    return bool(_WOS_START.search(head)) and not _RIS_START.search(head)


def _tags(**fields: str) -> Mapping[str, str]:
    """Return tag → field from field → tags."""
    return MappingProxyType({tag: name for name, tags in fields.items() for tag in tags.split()})


def _choose(
    *choices: tuple[str, str, str],
) -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
    table: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {}
    for tag, pattern, field in choices:
        table[tag] = (*table.get(tag, ()), (re.compile(pattern, re.IGNORECASE), field))
    return MappingProxyType(table)


_RIS_START = re.compile(r"^[ \t]*TY[ \t]{0,4}-[ \t]*[A-Z]{3,}", re.MULTILINE)
_RIS_TITLE = re.compile(r"^(?:TI|T1)  - ", re.MULTILINE)
_RIS_LINE = re.compile(r"^[A-Z][A-Z0-9]  - ", re.MULTILINE)
_MEDLINE_START = re.compile(r"^(?:PMID- ?\d|OWN - (?:NLM|ERIC)\b)", re.MULTILINE)
_WOS_START = re.compile(r"^PT [A-Z]\b.*\n(?:[A-Z][A-Z0-9] |   )", re.MULTILINE)
_URL = r"^https?://"
_DOI_ONLY = r"^\s*(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+$"
#: Accession numbers that can be told by their form: PsycINFO, ERIC, Cochrane, Web of Science,
#: Embase; numbers that a reference manager counts are none.
_ACCESSION = r"^(?:\d{4}-\d{5}-\d{3}|E[JD]\d{5,7}|CN-\d+|WOS:\w+|L\d{6,12}|rayyan-\d+)$"

_RIS = Dialect(
    name="ris",
    width=2,
    gap="  - ",
    start="TY",
    end="ER",
    fields=_tags(
        kind="TY M3 PT",
        title="TI T1 CT BT ST",
        authors="AU A1",
        year="PY Y1 DA",
        journal="JF T2 JO JA J2 J1 J9 JI",
        volume="VL",
        issue="IS",
        first_page="SP",
        last_page="EP",
        pages="C7 PG",
        doi="DO DI",
        abstract="AB N2",
        keywords="KW DE",
        language="LA",
        url="UR LK",
        notes="N1 RN",
        issn="SN",
        accession="AN",
        publisher="PB PU",
        place="CY PP PI",
        source="DB DP",
    ),
    choices=_choose(
        ("C2", r"^(?:PMID:?\s*(\d{1,8})|(\d{7,8}))$", "pmid"),  # Scopus
        ("C3", r"^PUBMED (\d{1,8})\b", "pmid"),  # Cochrane
        ("C5", r"^(\d{7,8})$", "pmid"),  # Embase
        ("ID", r"^r[0-9a-f]{10}(?:-\d+)?$", "record"),
        ("ID", _ACCESSION, "accession"),
        ("L2", _DOI_ONLY, "doi"),
        ("L2", _URL, "url"),
        ("L3", _DOI_ONLY, "doi"),  # EBSCO
        ("L3", _URL, "url"),
        ("M2", _DOI_ONLY, "doi"),
        ("U2", r"^L\d{6,12}$", "accession"),  # Embase
    ),
    listed=frozenset(["AU", "A1", "KW", "DE", "SN", "DB", "N1", "UR"]),
    instead=MappingProxyType({}),
    furniture=frozenset(),
    unusual=re.compile(
        r"(?P<indent>[ \t]*)(?P<tag>[A-Z][A-Z0-9])(?P<space>[ \t]{0,4})-(?P<after>[ \t]*)(?P<value>.*)"
    ),
)

_MEDLINE = Dialect(
    name="medline",
    width=4,
    gap="- ",
    start="PMID",
    end="",
    fields=_tags(
        pmid="PMID",
        kind="PT",
        title="TI BTI",
        authors="FAU AU CN",
        year="DP DEP",
        journal="JT TA",
        volume="VI",
        issue="IP",
        pages="PG",
        abstract="AB",
        keywords="MH OT",
        language="LA",
        notes="GN",
        issn="IS ISSN",
        accession="OID",
        publisher="PB",
        place="PL",
        source="OWN",
    ),
    choices=_choose(
        ("LID", r"^(\S+) \[doi\]$", "doi"),
        ("LID", _URL, "url"),
        ("AID", r"^(\S+) \[doi\]$", "doi"),
        ("AID", _DOI_ONLY, "doi"),
        ("SO", r"doi: (10\.\d{4,9}/\S+?)\.?(?:\s|$)", "doi"),
    ),
    listed=frozenset(),
    instead=MappingProxyType({"AU": "FAU"}),
    furniture=frozenset(),
    unusual=re.compile(r"(?P<indent>)(?P<tag>[A-Z][A-Z0-9]{1,3}) ?-(?: |$)(?P<value>.*)"),
)

_WOS = Dialect(
    name="wos",
    width=2,
    gap=" ",
    start="PT",
    end="ER",
    fields=_tags(
        kind="DT PT",
        title="TI",
        authors="AF AU BF BA CA GP",
        year="PY EA PD",
        journal="SO JI J9",
        volume="VL",
        issue="IS",
        first_page="BP",
        last_page="EP",
        pages="AR",
        doi="DI",
        pmid="PM",
        abstract="AB",
        keywords="DE ID",
        language="LA",
        issn="SN EI BN",
        accession="UT",
        publisher="PU",
        place="PI",
        source="FN",
    ),
    choices=_choose(),
    listed=frozenset(["AU", "AF", "BA", "BF", "CA", "GP", "C1", "C3", "CR", "RI", "OI"]),
    instead=MappingProxyType({"AU": "AF", "BA": "BF"}),
    furniture=frozenset(["FN", "VR", "EF"]),
    unusual=re.compile(r"(?P<indent>)(?P<tag>[A-Z][A-Z0-9])(?P<value>)"),
)

#: Formats by name.
DIALECTS: Mapping[str, Dialect] = MappingProxyType({d.name: d for d in (_RIS, _MEDLINE, _WOS)})
