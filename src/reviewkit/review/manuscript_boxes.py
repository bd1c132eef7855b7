"""The boxes of a flow in words: which words around a number mean which box.

A :class:`Clause` is what stands around a number, with the stage that the text has reached.
:data:`BOXES` holds the decisions in their order; the first that fits counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "BOXES", "DATABASE", "DATABASES", "THINGS", "Clause", "canonical_name", "decide_box",
    "find_nouns", "next_stage",
]  # fmt: skip

THINGS = re.compile(
    r"\b(records?|citations?|articles?|stud(?:y|ies)|papers?|reports?|publications?|references?|abstracts?|titles?|"
    r"sources?|duplicates?|hits|documents?|full[- ]?texts?|manuscripts?|items|search results|exclusions?|texts?|trials?|dissertations?|books)\b",
    re.IGNORECASE,
)  # fmt: skip
DATABASES = (
    "PubMed", "MEDLINE", "Embase", "PsycINFO", "PsycArticles", "Scopus", "Web of Science", "CINAHL",
    "Cochrane Library", "Cochrane CENTRAL", "CENTRAL", "ERIC", "ProQuest", "ScienceDirect", "Science Direct", "LILACS", "SciELO",
    "Google Scholar", "EBSCO", "EBSCOhost", "PTSDpubs", "PILOTS", "Social Services Abstracts", "ASSIA", "Noormags", "SID", "Magiran",
    "IranDoc", "CNKI", "Wanfang", "VIP", "CiNii", "KoreaMed", "AMED", "IEEE Xplore", "OVID", "Dimensions", "OpenAlex", "Global Health",
    "Academic Search Complete", "Academic Search Premier", "JSTOR", "WHO IRIS", "PsychINFO", "PsycNET", "Sociological Abstracts",
)  # fmt: skip
_REGISTERS = ("ClinicalTrials.gov", "ICTRP", "PROSPERO", "ISRCTN", "EU Clinical Trials Register")
DATABASE = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(DATABASES, key=len, reverse=True)), re.IGNORECASE)  # fmt: skip
_REGISTER = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in _REGISTERS), re.IGNORECASE)


class Clause(NamedTuple):
    """What stands around a number."""

    text: str
    own: str  # the clause without what it takes over from the one before
    stage: str  # that the text has reached: "", "identified", "duplicates", "title", "abstract", "full"
    nouns: frozenset[str]


def _has(pattern: str) -> Callable[[Clause], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda clause: found.search(clause.text) is not None


_duplicate = _has(r"duplicat|de-?dup|overlapping records")
_gone = _has(
    r"exclu|remov|discard|reject|eliminat|ineligib|irrelevant|not relevant|not meet|failed to|screened out|omitted|"
    r"ruled out|deleted|dropped|not eligible|unsuitable|filtered out|set aside|dismissed"
)
_left = _has(
    r"\bremain|\bleft\b|\bleaving|after (?:the )?(?:removal|removing|exclu|dedup|de-dup|duplicat|elimin|delet)|unique|non-?duplicate|retained"
)
_kept = _has(
    r"\binclud|met (?:all |the |our |these )*(?:inclusion|eligib|criteria)|meeting (?:the |our |all )*(?:inclusion|criteria)|\bselected\b|final(?:ly)?\b|eligible (?:for|stud|art)|fulfilled|qualified|deemed eligible|synthesi[sz]ed|\banaly[sz]ed\b"
)
_found = _has(
    r"identif|retriev|yield|\breturn|\blocat|obtain|generat|produc|captur|search(?:es|ed)?\b|\bhits\b|\bfound\b|initial|resulted in|gathered|collected|databases?|total"
)
_screened = _has(
    r"screen|(?:review|read|examin|assess|evaluat|check|inspect)\w* (?:of |the |by )*(?:\S+ )?(?:titles?|abstracts?)|(?:titles?|abstracts?)(?: and (?:titles?|abstracts?|keywords))?(?: \w+){0,3} (?:were|was) (?:then )?(?:review|read|examin|assess|screen|evaluat|check)"
)
_full = _has(
    r"full[- ]?(?:text|article|paper|length|report|manuscript)|in full\b|content-? ?review|entire (?:text|article)|complete texts?|content\b"
)
_assess = _has(
    r"assess|review|read|examin|evaluat|eligib|inspect|apprais|screen|retriev|sought|obtain|scrutin|number of"
)
_lacking = _has(
    r"could not be (?:re|obtain|access|locat|found)|not (?:be )?(?:retriev|obtain|accessib|availab|locat)|unavailable|inaccessible|no (?:full[- ]text|access)|unable to (?:retriev|obtain|access|locat)|unobtainable"
)
_sought = _has(r"sought (?:for )?retriev|sought for|requested")
_machine = _has(r"automat|machine[- ]learn|classifier|asreview|\bAI\b tool|artificial intelligence")
_pooled = _has(r"meta-?analy[sz]|quantitative(?:ly)? synthesi|pooled analys|pooled$")
_cited = _has(
    r"citation (?:search|track|chas)|reference lists?|snowball|hand[- ]?search|manual(?:ly)? search|backward|forward|bibliograph|reference (?:check|track|search)|cross-?referenc|related articles"
)
_web = _has(r"websites?|gr[ae]y literature|google\b")
_organisations = _has(r"organi[sz]ations?|experts?|contact")
_other = _has(
    r"other (?:sources?|methods?)|additional(?:ly)? (?:records?|sources?|articles?|studies)|another source"
)
_abstract = _has(r"abstract")
_title = _has(r"\btitles?\b")


def _number_of_kept(clause: Clause) -> str:
    both = {"study", "studies"} & clause.nouns
    reports = {"report", "reports", "publication", "publications"} & clause.nouns
    return "new_reports" if reports and not both else "new_studies"


def _source_of(clause: Clause) -> str | None:
    if _cited(clause):
        return "citation_searching"
    if match := _REGISTER.search(clause.own):
        return f"registers:{canonical_name(match[0], _REGISTERS)}"
    match = DATABASE.search(clause.own)
    if match and len(DATABASE.findall(clause.own)) == 1:
        return f"databases:{canonical_name(match[0], DATABASES)}"
    if _web(clause):
        return "websites"
    return "organisations" if _organisations(clause) else None


def canonical_name(text: str, names: Sequence[str]) -> str:
    """Return a name as its list writes it, whatever the case in the text."""
    return next(name for name in names if name.casefold() == text.casefold())


def decide_box(clause: Clause) -> tuple[str, int] | None:
    """Return the box of a number from the words around it, and how sure that is."""
    for box, fits in BOXES.items():
        if fits(clause):
            if box == "included":
                return _number_of_kept(clause), 2
            if box == "source":
                found = _source_of(clause)
                return (found, 2) if found else None
            return box, 2
    return None


def find_nouns(text: str) -> frozenset[str]:
    """Return the things that a text counts."""
    return frozenset(match[0].casefold() for match in THINGS.finditer(text))


def next_stage(text: str, stage: str) -> str:
    """Return the stage of screening that a text reaches."""
    clause = Clause(text, text, stage, frozenset())
    if _full(clause):
        return "full"
    if _abstract(clause):
        return "abstract"
    if _title(clause):
        return "title"
    if _screened(clause) and stage in ("", "identified", "duplicates"):
        return "abstract"
    if _duplicate(clause):
        return "duplicates"
    return stage or ("identified" if _found(clause) else "")


#: Boxes in the order in which they are asked; "included" and "source" are told apart further.
BOXES: Mapping[str, Callable[[Clause], bool]] = MappingProxyType(
    {
        "not_retrieved": _lacking,
        "sought": _sought,
        "after_duplicates": lambda c: _duplicate(c) and _left(c) and not _screened(c) and not re.search(r"\b(?:were|was) duplicates|duplicates? (?:were|was|records? (?:were|was))? ?(?:removed|excluded)(?! leaving)", c.own),
        "duplicates_removed": lambda c: _duplicate(c) and not _screened(c),
        "automation_removed": lambda c: _machine(c) and _gone(c),
        "in_meta_analysis": lambda c: _pooled(c) and (_kept(c) or c.own.strip().lower().startswith("of")),
        "reports_excluded": lambda c: _gone(c) and (c.stage == "full" or _full(c)) and not _left(c),
        "other_removed": lambda c: _gone(c) and not _left(c) and (c.stage in ("", "identified", "duplicates") or (_title(c) and not _abstract(c) and not _screened(c))),
        "excluded": lambda c: _gone(c) and not _left(c),
        "included": lambda c: _kept(c) and not (_full(c) and _assess(c) and not re.search(r"\binclud|final", c.own, re.IGNORECASE)) and not _title(c),
        "assessed": lambda c: _full(c) or re.search(r"reports? assessed|assessed for eligib", c.own) is not None,
        "source": lambda c: _source_of(c) is not None and (_found(c) or _cited(c)),
        "screened": lambda c: _screened(c) or (_left(c) and c.stage == "duplicates"),
        "left_after_screening": lambda c: _left(c) and c.stage in ("abstract", "title"),
        "identified": _found,
    }
)  # fmt: skip
