"""Constructs that reviews of wellbeing at work measure, and terms that are not the same.

A :class:`Construct` is one thing that can be pooled.  A subscale is a construct of its own:
exhausted, detached and without a sense of achievement are three answers, not one.  One more
entry in :data:`CONSTRUCTS` makes one more construct known; the first pattern that a text
matches decides, in the order in which the words stand in it.

References
----------
.. [1] Maslach C, Jackson SE, Leiter MP. Maslach Burnout Inventory manual, 3rd ed. 1996.
.. [2] Figley CR. Compassion fatigue: coping with secondary traumatic stress disorder. 1995.
.. [3] McCann IL, Pearlman LA. Vicarious traumatization. J Trauma Stress 1990;3:131-149.
   doi:10.1007/BF00975140
.. [4] Stamm BH. The concise ProQOL manual, 2nd ed. 2010.
.. [5] Rauvola RS, Vega DM, Lavigne KN. Compassion fatigue, secondary traumatic stress, and
   vicarious traumatization. Occup Health Sci 2019;3:297-336. doi:10.1007/s41542-019-00045-1
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "CONSTRUCTS", "FIELDS", "NOT_SYNONYMS", "Construct", "find_constructs", "locate_constructs",
    "name_construct",
]  # fmt: skip


class Construct(NamedTuple):
    """One thing that can be measured, and pooled."""

    label: str
    pattern: re.Pattern[str]
    family: str = ""  # the whole that it is a part of
    good: bool = False  # whether a high score is good, as for accomplishment


def _of(label: str, pattern: str, family: str = "", *, good: bool = False) -> Construct:
    return Construct(label, re.compile(pattern, re.IGNORECASE), family, good)


def locate_constructs(text: str) -> list[tuple[int, int, str]]:
    """Return where a text names constructs: start, end, key.

    A word that is part of a longer name counts for the longer one only.

    >>> locate_constructs("high EE")
    [(5, 7, 'emotional_exhaustion')]
    """
    spans = [
        (match.start(), match.end(), key)
        for key, construct in CONSTRUCTS.items()
        for match in construct.pattern.finditer(text)
    ]
    found, reached = [], -1
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= reached:
            found.append(span)
            reached = span[1]
    return found


def find_constructs(text: str) -> tuple[str, ...]:
    """Return the constructs that a text names, in its order, each once.

    >>> find_constructs("STS: full PTSD criteria met"), find_constructs("MBI EE high")
    (('secondary_traumatic_stress', 'ptsd'), ('emotional_exhaustion',))
    """
    return tuple(dict.fromkeys(key for _, _, key in locate_constructs(text)))


def name_construct(text: str) -> str | None:
    """Return the one construct that a text is about; None if it names none that is known.

    Two parts of one whole, as in "EE and DP", are the whole.

    >>> name_construct("high EE plus high DP"), name_construct("work-related burnout")
    ('burnout', 'work_burnout')
    """
    found = find_constructs(text)
    if not found:
        return None
    families = {CONSTRUCTS[key].family for key in found}
    if len(found) > 1 and len(families) == 1 and (whole := families.pop()):
        return whole
    if len(found) > 1 and found[0] == "burnout" and CONSTRUCTS[found[1]].family == "burnout":
        parts = [key for key in found if CONSTRUCTS[key].family == "burnout"]
        return parts[0] if len(parts) == 1 and len(found) == 2 else "burnout"
    return found[0]


#: Constructs by key.
CONSTRUCTS: Mapping[str, Construct] = MappingProxyType(
    {
        "emotional_exhaustion": _of(
            "emotional exhaustion", r"\bEE\b|emotional(?:ly)?[ -]exhaust\w*", "burnout"
        ),
        "depersonalisation": _of(
            "depersonalisation", r"\bDP\b|depersonali[sz]\w+|\bcynicism\b", "burnout"
        ),
        "personal_accomplishment": _of(
            "personal accomplishment",
            r"\bPA\b|personal accomplishment|professional (?:efficacy|accomplishment)",
            "burnout",
            good=True,
        ),
        "disengagement": _of("disengagement", r"\bdisengagement\b", "burnout"),
        "personal_burnout": _of("personal burnout", r"personal burn-?out", "burnout"),
        "work_burnout": _of("work-related burnout", r"work[- ]related burn-?out", "burnout"),
        "client_burnout": _of(
            "client-related burnout",
            r"(?:client|patient|student|user)[- ]related burn-?out",
            "burnout",
        ),
        "burnout": _of("burnout", r"burn(?:ed|t|ing)?[- ]?out\b"),
        "secondary_traumatic_stress": _of(
            "secondary traumatic stress",
            r"\bSTSD?\b|secondary[ -]trauma(?:ti[sz]ation|tic)?(?:[ -]stress)?(?:[ -](?:disorder|symptoms?))?\b"
            r"|secondary[ -]stress\b",
        ),
        "compassion_fatigue": _of("compassion fatigue", r"compassion[ -]fatigue"),
        "compassion_satisfaction": _of(
            "compassion satisfaction", r"compassion[ -]satisfaction", good=True
        ),
        "empathy_fatigue": _of("empathy fatigue", r"empathy[ -]fatigue"),
        "vicarious_trauma": _of("vicarious trauma", r"vicarious(?:ly)?[ -]trauma\w*"),
        "empathy_based_stress": _of("empathy-based stress", r"empathy[ -]based stress"),
        "ptsd": _of("post-traumatic stress disorder", r"\bPTSD\b|post-?[ ]?traumatic stress(?: disorder)?"),
        "depression": _of("depression", r"depressi(?:on|ve)\w*"),
        "anxiety": _of("anxiety", r"\banxiety\b"),
        "insomnia": _of("insomnia", r"\binsomnia\b"),
        "distress": _of(
            "psychological distress",
            r"(?:psychological|peritraumatic|mental) distress|psychiatric caseness|\bdistress\b",
        ),
        "stress": _of("stress", r"(?:(?:perceived|work|job|occupational) )?stress\b"),
        "wellbeing": _of("wellbeing", r"well-?being\b", good=True),
    }
)  # fmt: skip

#: Fields that no instrument of another measures; within one, a neighbour's instrument is often taken.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("emotional_exhaustion", "depersonalisation", "personal_accomplishment", "disengagement",
             "personal_burnout", "work_burnout", "client_burnout", "burnout"), "burnout",
        ),
        **dict.fromkeys(
            ("secondary_traumatic_stress", "compassion_fatigue", "vicarious_trauma", "ptsd"), "trauma"
        ),
        **dict.fromkeys(("depression", "anxiety", "stress", "distress", "insomnia"), "symptoms"),
        **dict.fromkeys(("compassion_satisfaction", "wellbeing"), "wellbeing"),
    }
)  # fmt: skip

#: Pairs of constructs that texts use as synonyms, and why they are not, with the source.
NOT_SYNONYMS: Mapping[frozenset[str], str] = MappingProxyType(
    {
        frozenset({"burnout", "compassion_fatigue"}): (
            "burnout comes from any chronic strain at work, compassion fatigue from care for people "
            "who suffer (Figley 1995); the ProQOL counts burnout as one of its two parts (Stamm 2010)"
        ),
        frozenset({"compassion_fatigue", "secondary_traumatic_stress"}): (
            "some use one word for both (Figley 1995); in the ProQOL secondary traumatic stress is "
            "one part of compassion fatigue, burnout the other (Stamm 2010)"
        ),
        frozenset({"secondary_traumatic_stress", "vicarious_trauma"}): (
            "secondary traumatic stress is symptoms like those of PTSD, vicarious trauma a change "
            "of beliefs over time (McCann & Pearlman 1990; Rauvola et al. 2019)"
        ),
        frozenset({"compassion_fatigue", "vicarious_trauma"}): (
            "compassion fatigue is exhaustion and symptoms, vicarious trauma a change of beliefs "
            "over time (McCann & Pearlman 1990; Rauvola et al. 2019)"
        ),
        frozenset({"burnout", "secondary_traumatic_stress"}): (
            "burnout needs no contact with trauma, secondary traumatic stress comes from it "
            "(Stamm 2010; Rauvola et al. 2019)"
        ),
        frozenset({"burnout", "vicarious_trauma"}): (
            "burnout needs no contact with trauma, vicarious trauma comes from it (McCann & "
            "Pearlman 1990)"
        ),
        frozenset({"ptsd", "secondary_traumatic_stress"}): (
            "PTSD needs an event of one's own or, since DSM-5, repeated exposure at work; scales of "
            "secondary traumatic stress give no diagnosis (Bride 2004)"
        ),
    }
)
