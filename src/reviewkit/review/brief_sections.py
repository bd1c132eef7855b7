"""Chapters of the report about the review itself: in brief, search, checks, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from reviewkit._core.finding import SEVERITIES
from reviewkit._core.format import format_count, format_interval, format_number, format_percent
from reviewkit.present.document_parts import (
    Block,
    Facts,
    Findings,
    Fold,
    Items,
    KeyNumbers,
    Prose,
    Subsection,
    make_sheet,
)
from reviewkit.review.headlines import name_pool, name_stage
from reviewkit.review.reported import list_rows
from reviewkit.review.versions import list_versions
from reviewkit.review.workshop import Workshop, fold_sheet

__all__ = [
    "write_brief", "write_checks", "write_making", "write_repairs", "write_reported", "write_search",
]  # fmt: skip

_AS_REPORTED = "as reported"


def write_brief(workshop: Workshop) -> Iterator[Block]:
    """Yield the key numbers, where the review was published, and what is not filled in."""
    review = workshop.review
    numbers = (*_flow_numbers(workshop), *_agreement_numbers(workshop), *_result_numbers(workshop))
    if numbers:
        links = tuple(workshop.anchors.get(key, "") for *_, key in numbers)
        yield KeyNumbers(tuple(number[:3] for number in numbers), links)
    citation = review.settings.citation
    if citation:
        yield Facts(tuple((key.upper() if key == "doi" else key.capitalize(), value)
                          for key, value in citation.items()))  # fmt: skip
    if _AS_REPORTED in [mark for _, _, mark, _ in numbers]:
        yield Prose(
            "Numbers marked “as reported” were taken from the review as it prints them; "
            "all others were computed from its data.",
            quiet=True,
        )
    if review.notes:
        yield Subsection("To know", (Items(review.notes),))


#: Value, label, mark, and the name of the number that it leads to.
_Told = tuple[str, str, str, str]


def _flow_numbers(workshop: Workshop) -> Iterator[_Told]:
    flow = workshop.review.flow
    if flow is None:
        return
    mark = _AS_REPORTED if workshop.review.origin.get("flow") == "reported" else ""
    words = {
        "identified": "records identified",
        "screened": "records screened",
        "assessed": "reports assessed",
        "new_studies": "studies included",
    }
    for key, label in words.items():
        n = flow.counts.get(key)
        if isinstance(n, int):
            yield format_count(n), label, mark, f"flow.{key}"


def _agreement_numbers(workshop: Workshop) -> Iterator[_Told]:
    review = workshop.review
    for stage, found in review.agreement.items():
        two = found.n_raters == 2
        named = "cohen_kappa" if two else "krippendorff_alpha"
        kappa = next(row for row in found.rows if row.coefficient == named)
        words = "Cohen’s kappa" if two else "Krippendorff’s alpha"
        label = f"{words}, {name_stage(stage)}"
        if not kappa.label:
            yield "–", f"{label}: undefined", "", ""
            continue
        level = format_percent(found.level, 0)
        interval = format_interval(kappa.ci_low, kappa.ci_high, 2)
        told = f"{label} ({level} CI {interval}), {kappa.label}"
        yield format_number(kappa.estimate, 2), told, "", f"agreement.{stage}.{named}.estimate"
    if not review.agreement:
        for at, row in enumerate(list_rows(review.reported.get("agreement")), 1):
            label = f", “{row['label']}”" if row.get("label") else ""
            key = f"reported.agreement.{at}"
            yield row["value"], f"{row['coefficient']}{label}", _AS_REPORTED, key


def _result_numbers(workshop: Workshop) -> Iterator[_Told]:
    review = workshop.review
    if review.themes is not None:
        mark = _AS_REPORTED if review.origin["themes"] == "reported" else ""
        yield str(len(review.themes.to_frame())), "themes", mark, ""
    for key, pooled in review.pools.items():
        interval = format_interval(100 * pooled.ci_low, 100 * pooled.ci_high, 1)
        level = format_percent(pooled.method.level, 0)
        label = (
            f"{name_pool(review, key)} ({level} CI {interval} %; {pooled.k} studies, "
            f"{format_count(pooled.n)} people)"
        )
        yield format_percent(pooled.estimate), label, "", f"pools.{key}.estimate"
    counts = Counter(finding.severity for finding in review.findings)
    for severity in SEVERITIES[:2]:
        if counts[severity]:
            plural = "s" * (counts[severity] != 1)
            yield str(counts[severity]), f"{severity}{plural} found by the checks", "", ""


def write_search(workshop: Workshop) -> Iterator[Block]:
    """Yield databases, strings, criteria and constructs."""
    settings = workshop.review.settings
    facts = {
        "Databases": ", ".join(settings.databases),
        "Registers": ", ".join(settings.registers),
        "Window": settings.window,
        "Last searched": settings.last_searched,
        "Languages": ", ".join(settings.languages),
        "Keywords": ", ".join(settings.keywords),
        "Raters": ", ".join(settings.raters) or str(settings.n_raters or ""),
    }
    told = tuple((term, value) for term, value in facts.items() if value)
    if told:
        yield Facts(told)
    if settings.strings:
        frame = pd.DataFrame(settings.strings, columns=["database", "string"])
        frame["database"] = frame["database"].replace("", "not stated")
        yield make_sheet(frame, "Search strings")
    for heading, lines in (("Included", settings.include), ("Excluded", settings.exclude)):
        if lines:
            yield Subsection(heading, (Items(lines),))
    if settings.constructs:
        yield Subsection("Constructs", (Facts(tuple(settings.constructs.items())),))


def write_checks(workshop: Workshop) -> Iterator[Block]:
    """Yield the findings, notes folded where there are many."""
    findings = workshop.review.findings
    if not findings:
        yield Prose("The checks found nothing that does not add up.")
        return
    grave = tuple(finding for finding in findings if finding.severity != "note")
    notes = tuple(finding for finding in findings if finding.severity == "note")
    yield Prose(
        "An error cannot be true; a warning is a contradiction that may have an explanation; "
        "a note says what is not reported, or what a number allows."
    )
    yield Findings(grave) if grave else Prose("No errors and no warnings.")
    if notes:
        count = f"{len(notes)} note{'s' * (len(notes) != 1)}"
        yield Fold(f"{count}: not reported, or good to know", (Findings(notes),))


def write_reported(workshop: Workshop) -> Iterator[Block]:
    """Yield the tables as printed, folded."""
    shown = workshop.review.origin.get("studies") == "reported"  # these rows, a chapter above
    sheets = [
        workshop.sheet(key)
        for key, table in workshop.tables.items()
        if table.part == "reported" and not (shown and key == "reported-rows")
    ]
    if sheets:
        yield Prose("What the review prints, with the place of each number: the checks use it.")
        yield from map(fold_sheet, sheets)


def write_repairs(workshop: Workshop) -> Iterator[Block]:
    """Yield what the readers changed."""
    for sheet in workshop.sheets("repairs"):
        n = len(workshop.review.repairs)
        yield Prose(
            f"{format_count(n)} cell{'s' * (n != 1)} or line{'s' * (n != 1)} of the files "
            f"{'were' if n != 1 else 'was'} read otherwise than written, or should be looked at."
        )
        yield fold_sheet(sheet)


def write_making(workshop: Workshop) -> Iterator[Block]:
    """Yield versions and the hashes of all files; no date, so that the page stays the same."""
    yield Facts(tuple(list_versions().items()))
    inputs = pd.DataFrame(workshop.review.inputs, columns=["file", "SHA-256"])
    yield Fold("The files it was made from", (make_sheet(inputs, "Files read, with SHA-256"),))
