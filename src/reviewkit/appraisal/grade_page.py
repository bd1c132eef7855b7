"""The summary-of-findings table as text, with a number at each domain and its explanation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reviewkit._core.format import format_count, format_interval, format_number
from reviewkit.appraisal.evidence_files import EvidencePage
from reviewkit.appraisal.grade_domains import DOMAINS

if TYPE_CHECKING:
    from reviewkit.appraisal.grade import EvidenceTable, Graded

__all__ = ["make_page"]

_SIGNS = {"very low": "⊕◯◯◯", "low": "⊕⊕◯◯", "moderate": "⊕⊕⊕◯", "high": "⊕⊕⊕⊕"}
_HEADS = {
    "risk_of_bias": "Risk of bias", "inconsistency": "Inconsistency",
    "indirectness": "Indirectness", "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}  # fmt: skip


def make_page(table: EvidenceTable) -> EvidencePage:
    """Return a table of evidence as a page."""
    rows: list[tuple[str, ...]] = []
    notes: list[str] = []
    for one in table.outcomes:
        cells = []
        for domain in DOMAINS:
            notes.append(_explain(one, domain, len(notes) + 1))
            cells.append(f"{_word(one, domain)} [{len(notes)}]")
        rows.append((one.body.outcome, *_numbers(one), _certainty(one), *cells))
    lead = (
        "GRADE has no official guidance for prevalence; the domains are those of overall prognosis.",
        "Suggestions come from the numbers by the rules below.",
        "Only what a person accepted or overrode makes a certainty.",
    )
    heads = ("Outcome", "Studies (people)", "Prevalence, % (confidence interval)",
             "Prediction interval, %", "Certainty", *(_HEADS[domain] for domain in DOMAINS))  # fmt: skip
    shares = (1.5, 1.0, 1.3, 1.1, 1.3, *(1.2,) * len(DOMAINS))
    return EvidencePage(table.title, lead, heads, tuple(rows), tuple(notes), shares)


def _numbers(one: Graded) -> tuple[str, str, str]:
    body = one.body
    people = f" ({format_count(body.n)})" if not math.isnan(body.n) else ""
    interval = format_interval(100 * body.ci_low, 100 * body.ci_high, 1)
    estimate = f"{format_number(100 * body.estimate, 1)} ({interval})"
    no_interval = math.isnan(body.pi_low + body.pi_high)
    predicted = "–" if no_interval else format_interval(100 * body.pi_low, 100 * body.pi_high, 1)
    return f"{format_count(body.k)}{people}", estimate, predicted


def _word(one: Graded, domain: str) -> str:
    judged = one.judged.get(domain)
    if judged:
        return judged.judgement
    suggestion = one.suggested[domain].suggestion
    return f"suggested: {suggestion}" if suggestion else "not judged"


def _certainty(one: Graded) -> str:
    settled = one.certainty()
    if settled:
        return f"{_SIGNS[settled]} {settled}"
    suggested = one.certainty(suggested=True)
    return f"not judged; suggested: {suggested}" if suggested else "not judged"


def _explain(one: Graded, domain: str, number: int) -> str:
    suggestion, fact, rule = one.suggested[domain]
    judged = one.judged.get(domain)
    parts = [f"[{number}] {one.body.outcome}, {_HEADS[domain].lower()}. {fact}", rule]
    parts.append(f"Suggested: {suggestion}." if suggestion else "No suggestion.")
    if judged:
        by = f" by {judged.by}" if judged.by else ""
        reason = f": {judged.reason}" if judged.reason else ""
        parts.append(f"{judged.status.capitalize()}{by} as {judged.judgement}{reason}.".replace("..", "."))  # fmt: skip
    if domain == "risk_of_bias":
        parts.append(f"Certainty starts at {one.start}.")
    return " ".join(part for part in parts if part)
