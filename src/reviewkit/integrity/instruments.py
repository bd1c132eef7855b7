"""Instruments that measure burnout, secondary trauma and distress: versions, ranges, cut-offs.

What two studies call "burnout" is comparable only if instrument, version, subscale and cut-off
are.  :data:`INSTRUMENTS` knows them with their sources; one more entry is one more instrument.
An instrument that is not known is compared by its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["INSTRUMENTS", "Instrument", "Range", "find_instrument", "find_version", "is_unstated"]

_UNSTATED = re.compile(
    r"not (?:named|stated|specified|reported|clear|in (?:the )?(?:abstract|excerpt|text))"
    r"|does not specify|unspecified|unknown|^(?:n/?a|none|nr|ns|-|–|—|\?)$",
    re.IGNORECASE,
)


class Range(NamedTuple):
    """The lowest and highest score of a scale."""

    low: float
    high: float


class Instrument(NamedTuple):
    """A questionnaire."""

    label: str
    pattern: re.Pattern[str]
    constructs: tuple[str, ...]  # what it can measure
    ranges: Mapping[str, Range]  # construct → range of raw scores; "" where there is one scale
    versions: Mapping[str, re.Pattern[str]]  # that are not comparable without saying so
    caution: str  # what a person who pools it must know
    source: str


def _of(
    label: str,
    pattern: str,
    constructs: str,
    ranges: Mapping[str, tuple[float, float]],
    source: str,
    *,
    versions: Mapping[str, str] | None = None,
    caution: str = "",
) -> Instrument:
    return Instrument(
        label,
        re.compile(pattern, re.IGNORECASE),
        tuple(constructs.split()),
        MappingProxyType({key: Range(*ends) for key, ends in ranges.items()}),
        MappingProxyType({k: re.compile(p, re.IGNORECASE) for k, p in (versions or {}).items()}),
        caution,
        source,
    )


def is_unstated(text: str) -> bool:
    """Return whether a cell says no more than that something is not said.

    >>> is_unstated("(not named in abstract)"), is_unstated(""), is_unstated("MBI")
    (True, True, False)
    """
    return not text.strip() or _UNSTATED.search(text.strip()) is not None


def find_instrument(text: str) -> str | None:
    """Return the key of the instrument that a text names first; None if none is known.

    >>> find_instrument("Maslach Burnout Inventory - HSS"), find_instrument("our own items")
    ('mbi', None)
    """
    found = [
        (match.start(), key)
        for key, instrument in INSTRUMENTS.items()
        if (match := instrument.pattern.search(text))
    ]
    return min(found)[1] if found else None


def find_version(key: str, text: str) -> str:
    """Return the version of a known instrument that a text names, or "".

    >>> find_version("mbi", "MBI-HSS (MP)"), find_version("mbi", "MBI")
    ('MBI-HSS (MP)', '')
    """
    return next((name for name, p in INSTRUMENTS[key].versions.items() if p.search(text)), "")


_MBI_CAUTION = (
    "There is no accepted cut-off for burnout on the MBI, and its publisher withdrew the norms; "
    "state subscale, cut-off and rule. Personal accomplishment is scored the other way round."
)
_PROQOL_CAUTION = (
    "Raw sums (high from 42) and T scores (high from 57) cut at different places; version 4 is "
    "scored otherwise than version 5. It is no diagnostic instrument."
)

#: Instruments by key; the order matters only where one text names two at one place.
INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType(
    {
        "mbi": _of(
            "Maslach Burnout Inventory", r"(?<!non-)(?<!non )\bMBI\b|maslach",
            "emotional_exhaustion depersonalisation personal_accomplishment burnout",
            {"emotional_exhaustion": (0, 54), "depersonalisation": (0, 30),
             "personal_accomplishment": (0, 48)},
            "Maslach, Jackson & Leiter 1996 (manual)",
            versions={
                "MBI-HSS (MP)": r"HSS[ -]*\(?MP\)?|medical personnel",
                "MBI-HSS": r"\bHSS\b|human[- ]services?[- ]survey",
                "MBI-GS": r"\bGS\b|general survey",
                "MBI-ES": r"\bES\b|educators? survey",
                "MBI-SS": r"\bSS\b|students? survey",
                "short form": r"\b(?:aMBI|MBI-?9)\b|abbreviated|short form|two-item|2-item",
            },
            caution=_MBI_CAUTION,
        ),
        "proqol": _of(
            "Professional Quality of Life scale", r"pro-?qol|professional quality of life",
            "burnout secondary_traumatic_stress compassion_fatigue compassion_satisfaction",
            {"": (10, 50)},
            "Stamm 2010 (manual)",
            versions={
                "ProQOL 5": r"(?:pro-?qol|version|v\.?)[ -]*(?:5|v\b)",
                "ProQOL 4": r"(?:pro-?qol|version|v\.?|r)[ -]*(?:4|r?-?iv\b)|R-IV",
                "ProQOL-21": r"pro-?qol[ -]*21",
            },
            caution=_PROQOL_CAUTION,
        ),
        "cfst": _of(
            "Compassion Fatigue Self-Test",
            r"\bC[SF]FT\b|\bCFST\b|\bCFSST\b|compassion fatigue (?:and satisfaction )?(?:self[- ])?test"
            r"|compassion satisfaction (?:and|/) ?fatigue test",
            "compassion_fatigue burnout compassion_satisfaction", {},
            "Figley 1995; Figley & Stamm 1996",
            caution="A forerunner of the ProQOL, with other items and bands.",
        ),
        "stss": _of(
            "Secondary Traumatic Stress Scale", r"\bSTSS\b|secondary traumatic stress scale",
            "secondary_traumatic_stress", {"": (17, 85)},
            "Bride et al. 2004, doi:10.1177/1049731503254106",
            caution="Cut by score (high from 44, moderate from 38) or by the algorithm of the DSM "
            "criteria: two prevalences.",
        ),
        "cbi": _of(
            "Copenhagen Burnout Inventory", r"\bCBI\b|copenhagen burnout",
            "personal_burnout work_burnout client_burnout burnout", {"": (0, 100)},
            "Kristensen et al. 2005, doi:10.1080/02678370500297720",
            caution="Its three scales are three outcomes; 50 or more is the usual cut-off.",
        ),
        "olbi": _of(
            "Oldenburg Burnout Inventory", r"\bOLBI\b|oldenburg",
            "emotional_exhaustion disengagement burnout", {},
            "Demerouti et al. 2003, doi:10.1027/1015-5759.19.1.12",
            caution="Means of items (1 to 4) and sums are both in use.",
        ),
        "bat": _of(
            "Burnout Assessment Tool", r"\bBAT\b|burnout assessment tool", "burnout", {"": (1, 5)},
            "Schaufeli et al. 2020, doi:10.3390/ijerph17249495",
        ),
        "smbm": _of(
            "Shirom-Melamed Burnout Measure", r"\bSMBM\b|\bSMBQ\b|shirom", "burnout", {"": (1, 7)},
            "Shirom & Melamed 2006, doi:10.1037/1072-5245.13.2.176",
        ),
        "pfi": _of(
            "Professional Fulfillment Index", r"\bPFI\b|professional fulfil+ment index", "burnout",
            {}, "Trockel et al. 2018, doi:10.1007/s40596-017-0849-3",
        ),
        "single_item": _of(
            "single-item burnout measure", r"single[- ]item|one[- ]item|mini-?z", "burnout",
            {"": (1, 5)}, "Rohland et al. 2004, doi:10.1002/smi.1002",
            caution="Category 3 or above of 5 counts as burnout.",
        ),
        "tabs": _of(
            "Trauma and Attachment Belief Scale", r"\bTABS\b|\bTSI[- ]?BSL\b|attachment belief",
            "vicarious_trauma", {}, "Pearlman 2003 (manual)",
        ),
        "vts": _of(
            "Vicarious Trauma Scale", r"\bVTS\b|vicarious trauma scale", "vicarious_trauma",
            {"": (8, 56)}, "Vrklevski & Franklin 2008, doi:10.1177/1534765607309961",
        ),
        "pcl5": _of(
            "PTSD Checklist for DSM-5", r"\bPCL(?:-?5|-?C|-?M|-?S)?\b|PTSD checklist", "ptsd",
            {"": (0, 80)}, "Blevins et al. 2015, doi:10.1002/jts.22059",
            versions={"PCL-5": r"PCL-?5|DSM-?5", "PCL-C": r"PCL-?C"},
        ),
        "ies": _of(
            "Impact of Event Scale", r"\bIES(?:-?R)?\b|impact of events? scale", "ptsd", {},
            "Horowitz et al. 1979, doi:10.1097/00006842-197905000-00004",
            versions={"IES-R": r"IES-?R\b|revised"},
        ),
        "phq9": _of("Patient Health Questionnaire 9", r"\bPHQ-?\s?9\b", "depression", {"": (0, 27)},
                    "Kroenke et al. 2001, doi:10.1046/j.1525-1497.2001.016009606.x"),
        "phq2": _of("Patient Health Questionnaire 2", r"\bPHQ-?\s?2\b", "depression", {"": (0, 6)},
                    "Kroenke et al. 2003, doi:10.1097/01.MLR.0000093487.78664.3C"),
        "gad7": _of("Generalized Anxiety Disorder 7", r"\bGAD-?\s?7\b", "anxiety", {"": (0, 21)},
                    "Spitzer et al. 2006, doi:10.1001/archinte.166.10.1092"),
        "gad2": _of("Generalized Anxiety Disorder 2", r"\bGAD-?\s?2\b", "anxiety", {"": (0, 6)},
                    "Kroenke et al. 2007, doi:10.7326/0003-4819-146-5-200703060-00004"),
        "ghq": _of(
            "General Health Questionnaire", r"\bGHQ\b|general health questionnaire", "distress", {},
            "Goldberg & Hillier 1979, doi:10.1017/S0033291700021644",
            versions={"GHQ-12": r"GHQ-?\s?12", "GHQ-28": r"GHQ-?\s?28", "GHQ-30": r"GHQ-?\s?30"},
            caution="Scored 0-0-1-1 or 0-1-2-3, and cut at many places.",
        ),
        "kessler": _of(
            "Kessler psychological distress scale", r"\bK-?(?:6|10)\b|kessler", "distress", {},
            "Kessler et al. 2002, doi:10.1017/S0033291702006074",
            versions={"K10": r"K-?10", "K6": r"K-?6"},
        ),
        "dass": _of("Depression Anxiety Stress Scales", r"\bDASS\b|depression anxiety stress scale",
                    "depression anxiety stress", {},
                    "Lovibond & Lovibond 1995, doi:10.1016/0005-7967(94)00075-U",
                    versions={"DASS-21": r"DASS-?\s?21", "DASS-42": r"DASS-?\s?42"}),
        "pss": _of("Perceived Stress Scale", r"\bPSS\b|perceived stress scale", "stress", {},
                   "Cohen et al. 1983, doi:10.2307/2136404",
                   versions={"PSS-10": r"PSS-?\s?10", "PSS-4": r"PSS-?\s?4", "PSS-14": r"PSS-?\s?14"}),
        "isi": _of("Insomnia Severity Index", r"\bISI\b|insomnia severity index", "insomnia",
                   {"": (0, 28)}, "Bastien et al. 2001, doi:10.1016/S1389-9457(00)00065-4"),
        "who5": _of("WHO-5 Well-Being Index", r"\bWHO-?\s?5\b", "wellbeing", {"": (0, 100)},
                    "Topp et al. 2015, doi:10.1159/000376585"),
        "wemwbs": _of("Warwick-Edinburgh Mental Well-being Scale", r"\bS?WEMWBS\b|warwick", "wellbeing",
                      {}, "Tennant et al. 2007, doi:10.1186/1477-7525-5-63"),
    }
)  # fmt: skip
