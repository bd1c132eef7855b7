"""Words for reviews that no one made: names, places, journals, subjects, habits of printing.

Nothing here is a fact of a real study.  One more entry in a list makes synthetic reviews more
varied; the numbers come from :mod:`~reviewkit.review.synthetic_studies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "COUNTRIES", "DATABASES", "DESIGNS", "FAMILIES", "JOURNALS", "MEASURES", "POPULATIONS", "REASONS",
    "SCALES", "SUBJECTS", "MeasureWords", "Subject",
]  # fmt: skip


class MeasureWords(NamedTuple):
    """How papers name what they measured; the ways of one cell mean the same."""

    key: str
    construct: tuple[str, ...]
    instrument: str
    cutoff: tuple[str, ...]
    logit: float  # of a usual prevalence


class Subject(NamedTuple):
    """What studies of one table are about."""

    name: str
    title: str  # how a title begins
    findings: tuple[str, ...]


#: Family names as authors write them.
FAMILIES = (
    "Müller", "Nowak", "García", "O'Brien", "Çelik", "Łukasik", "Ødegård", "Kowalczyk", "Ivanova",
    "Nguyễn", "Haraldsdóttir", "Szabó", "Dvořák", "Papadopoulou", "Y\u0131ld\u0131z", "Ferreira", "Rossi",
    "Lindqvist", "van den Berg", "De Smet", "Okafor", "Mensah", "Tanaka", "Suzuki", "Chen", "Zhao",
    "Kim", "Park", "Singh", "Patel", "Rahman", "Hussein", "Cohen", "Levi", "Fernández", "Silva",
    "Dubois", "Lefèvre", "Keller", "Huber", "Novák", "Horváth", "Popescu", "Petrov", "Jansen",
    "Bakker", "Nielsen", "Virtanen", "Mäkelä", "Smith", "Taylor", "Wilson", "Walker", "Campbell",
    "Murphy", "Kelly", "Thompson", "Bjørnstad", "Šimić", "Kaya", "Demir", "Abebe", "Mwangi", "Banda",
    "Costa", "Moreau", "Fischer", "Weiß", "Groß", "Steiner",
)  # fmt: skip
COUNTRIES = (
    "Germany", "Austria", "Poland", "Spain", "Italy", "Norway", "Sweden", "Türkiye", "Iran", "Japan",
    "China", "South Korea", "India", "Australia", "Canada", "USA", "UK", "Ireland", "Brazil",
    "Côte d'Ivoire", "Kenya", "South Africa", "Israel", "Greece", "Portugal", "the Netherlands",
)  # fmt: skip
POPULATIONS = (
    "psychotherapists", "clinical psychologists", "social workers", "counsellors", "psychiatrists",
    "trauma therapists", "child welfare workers", "mental health nurses",
)  # fmt: skip
JOURNALS = (
    "Journal of Imagined Psychology",
    "Archives of Invented Nursing",
    "Workplace Health Notes",
    "Psychotherapy Fictions",
    "Annals of Made-up Medicine",
    "Zeitschrift für erdachte Forschung",
)
DESIGNS = ("cross-sectional survey", "online survey", "cohort study", "postal survey")
REASONS = (
    "Wrong population", "Wrong outcome", "No prevalence", "Not primary research", "Other language",
    "Duplicate sample", "No full text", "Wrong setting",
)  # fmt: skip
DATABASES = (
    "PubMed", "PsycINFO", "Scopus", "Web of Science", "CINAHL", "Embase", "SciELO", "PTSDpubs",
)  # fmt: skip
SUBJECTS = (
    Subject("workload", "Caseload and overtime", ("More workload goes with more symptoms.",
            "Workload of over 30 sessions a week doubles the odds.")),
    Subject("supervision", "Clinical supervision", ("Regular supervision goes with fewer symptoms.",
            "Supervision by a senior colleague protects.")),
    Subject("trauma exposure", "Exposure to traumatised clients",
            ("Trauma exposure predicts intrusions.", "Exposure at work outweighs a history of trauma.")),
    Subject("remote sessions", "Remote sessions and fatigue",
            ("Remote sessions tire more than those in person.", "Sessions by video made no difference.")),
    Subject("personal resources", "Resilience and resources",
            ("Resilience explains a fifth of the variance.", "Personal resources buffer demands.")),
    Subject("training", "Trainees and early careers",
            ("Trainees report more symptoms than the trained.", "Training in coping helped for a year.")),
)  # fmt: skip
MEASURES: Mapping[str, MeasureWords] = MappingProxyType(
    {
        m.key: m
        for m in (
            MeasureWords("ee", ("high emotional exhaustion", "emotional exhaustion, high", "high EE"),
                         "MBI-HSS", ("EE ≥ 27", "EE >= 27", "EE > 26"), -0.5),
            MeasureWords("dp", ("high depersonalisation", "high depersonalization", "high DP"),
                         "MBI-HSS", ("DP ≥ 10", "DP > 9", "DP >= 10"), -1.2),
            MeasureWords("pa", ("low personal accomplishment", "low PA"), "MBI-HSS",
                         ("PA ≤ 33", "PA < 34"), -1.0),
            MeasureWords("sts", ("secondary traumatic stress, at least moderate",), "STSS",
                         ("≥ 38", ">= 38", "38 or more"), -0.7),
            MeasureWords("bo", ("high burnout",), "ProQOL 5", ("≥ 42", "> 41"), -2.0),
            MeasureWords("bot", ("high burnout, T score",), "ProQOL 5", ("T score ≥ 57",), -1.1),
            MeasureWords("pb", ("personal burnout",), "Copenhagen Burnout Inventory (CBI)",
                         ("≥ 50", ">= 50"), -0.3),
            MeasureWords("cb", ("client-related burnout",), "CBI", ("≥ 50", "50 or more"), -1.1),
            MeasureWords("dep", ("depression",), "PHQ-9", ("≥ 10", "> 9"), -1.4),
            MeasureWords("anx", ("anxiety",), "GAD-7", ("≥ 10", ">= 10"), -1.5),
        )
    }
)  # fmt: skip
#: Scales of kappa as careful authors print them: label, lower, upper, and a description.
SCALES: Mapping[str, tuple[tuple[str, str, str, str], ...]] = MappingProxyType(
    {
        "landis-koch": (
            ("Poor", "", "0", "less than chance"), ("Slight", "0", "0.20", "slight agreement"),
            ("Fair", "0.20", "0.40", "fair agreement"), ("Moderate", "0.40", "0.60", "moderate agreement"),
            ("Substantial", "0.60", "0.80", "substantial agreement"),
            ("Almost perfect", "0.80", "1", "almost perfect agreement"),
        ),
        "altman": (
            ("Poor", "-1", "0.2", ""), ("Fair", "0.2", "0.4", ""), ("Moderate", "0.4", "0.6", ""),
            ("Good", "0.6", "0.8", ""), ("Very good", "0.8", "1.0", ""),
        ),
        "three": (
            ("Poor", "", "0.40", "poor"), ("Fair to good", "0.40", "0.75", "fair to good"),
            ("Excellent", "0.75", "", "excellent"),
        ),
    }
)  # fmt: skip
