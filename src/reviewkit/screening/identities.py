"""What must hold between the numbers of a flow, and what is said where it does not.

Errors are impossible numbers, warnings have an explanation that the review does not give, notes
name what PRISMA 2020 asks for and the review does not report.  A check takes the counts and
yields findings; one more entry in :data:`CHECKS` is one more rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import product
from math import inf
from types import MappingProxyType

from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit._core.format import format_count
from reviewkit.screening.arithmetic import list_spans, settle_flow, span_count
from reviewkit.screening.chain import OPEN, Span, Step
from reviewkit.screening.flow_keys import (
    KEYS,
    OTHER_STEPS,
    SKIPPABLE,
    SOURCES,
    Counts,
    choose_template,
)  # fmt: skip

__all__ = ["CHECKS", "check_flow"]

_REMOVED = ("duplicates_removed", "automation_removed", "other_removed")
#: What may explain that fewer, or more, arrive in a box than are due; the likelier first.
_LEAVE = MappingProxyType(
    {
        "after_duplicates": _REMOVED,
        "screened": _REMOVED,
        "assessed": ("not_retrieved",),
        "other_assessed": ("other_not_retrieved",),
    }
)
_COME = MappingProxyType(
    {
        "after_duplicates": SOURCES,
        "screened": SOURCES,
        "sought": ("added_at_full_text", *SOURCES),
        "assessed": ("added_at_full_text", *SOURCES),
        "other_sought": SOURCES,
        "other_assessed": SOURCES,
        "new_reports": ("added_included", "other_assessed"),
    }
)
_STEPS = ("screened", "excluded", "sought", "not_retrieved", "assessed", "reports_excluded")


def check_flow(counts: Counts, skipped: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what is wrong, doubtful or missing in a flow; the gravest first.

    Nothing is asked of levels that the review skipped: all go on from there.

    >>> [str(finding) for finding in check_flow({"screened": 9, "excluded": 5, "sought": 5,
    ...                                          "assessed": 5}) if finding.severity == "error"]
    ['error: flow.sought at sought: Reports sought for retrieval: 5 reported, but 9 screened −
    5 excluded = 4. Correct one of these numbers, or report the 1 that came in between, for
    example as `added_at_full_text` or `websites`.']
    """
    counts = {**counts, **dict.fromkeys((SKIPPABLE[level] for level in skipped), 0)}
    found = [finding for check in CHECKS.values() for finding in check(counts)
             if finding.rule != "flow.not_reported" or finding.where not in skipped]  # fmt: skip
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _check_parts(counts: Counts) -> Iterator[Finding]:
    """Hold parts against the total that is printed beside them."""
    for key, about in KEYS.items():
        total, parts = counts.get(f"{key}_total"), span_count(counts, key)
        if not about.listed or not isinstance(total, int) or parts is None:
            continue
        if parts.low <= total <= parts.high:
            continue
        value = counts[key]
        named = {} if isinstance(value, int) else value
        listed = " + ".join(format_count(n) for n in named.values() if n is not None)
        words = f"its parts are {listed} = " if len(named) > 1 else "elsewhere "
        yield Finding(
            f"flow.{key}", "error", key,
            f"{about.label}: {format_count(total)} in total, but {words}"
            f"{format_count(parts.low)}.",
            expected=format_count(parts.low), found=format_count(total),
            fix="Correct the total or its parts; each record or report counts in one part only.",
        )  # fmt: skip


def _check_sources(counts: Counts) -> Iterator[Finding]:
    """Hold all that was identified against where it came from."""
    total = counts.get("identified")
    spans = {key: list_spans(counts, key) for key in ("databases", "registers")}
    known = {key: some[0] for key, some in spans.items() if some}
    if not isinstance(total, int) or not known:
        return
    others = sum(n for key in SOURCES if isinstance(n := counts.get(key), int))
    for reading in product(*(spans[key] for key in known)):
        low, high = (sum(span[end] for span in reading) for end in (0, 1))
        if low <= total <= high or total == low + others:
            return
    low = sum(span.low for span in known.values())
    terms = " + ".join(f"{format_count(span.low)} {KEYS[k].words}" for k, span in known.items())
    yield Finding(
        "flow.identified", "error", "identified",
        f"Records identified: {format_count(total)} reported, but {terms} = "
        f"{format_count(low)}.",
        expected=format_count(low), found=format_count(total),
        fix="Correct one of these numbers, or report the sources that are missing.",
    )  # fmt: skip


def _whole(counts: Counts, key: str) -> Span | None:
    return span_count(counts, f"{key}_total") or span_count(counts, key)


def _check_steps(counts: Counts) -> Iterator[Finding]:
    """Hold each box against those that lead to it."""
    for step in settle_flow(counts).steps:
        if step.verdict:
            yield _describe_step(step, counts)


def _describe_step(step: Step, counts: Counts) -> Finding:
    target, found, words = step.target, step.found, _write_sum(step)
    if found is None:
        target = [term.key for term in step.terms if term.sign < 0][-1]
        said = f"more than there were, {words}."
    elif step.verdict == "note":
        gap = format_count(step.span.high - found)
        said = f"{format_count(found)} reported of {words}; what became of {gap} is not reported."
    else:
        unit = " reports" if target == "new_studies" else ""
        said = f"{format_count(found)} reported, but {words}{unit}."
    if step.bridged and found is not None:
        said += f" Not reported in between: {_join(KEYS[key].label for key in step.bridged)}."
    return Finding(
        f"flow.{target}", step.verdict, target, f"{KEYS[target].label}: {said}",
        expected=_write_span(step.span), found="" if found is None else format_count(found),
        fix=_advise(step, counts),
    )  # fmt: skip


def _write_sum(step: Step) -> str:
    """Return the arithmetic in words: ``321 identified − 78 removed = 243``."""
    words: list[str] = []
    for term in step.terms:
        if term.key and term.span.low < inf and term.span != OPEN:
            n = term.span.low if term.span.high == inf else term.span.high
            sign = "− " if term.sign < 0 else "+ " if words else ""
            words.append(f"{sign}{format_count(n)} {KEYS[term.key].words}")
    low, high = step.span
    if len(words) > 1:
        words.append(f"= {format_count(high if high < inf else low)}")
    return " ".join(words)


def _write_span(span: Span) -> str:
    if span.high == inf:
        return f"{format_count(span.low)} at least"
    most = format_count(span.high)
    if span.exact:
        return most
    return f"{format_count(span.low)} to {most}" if span.low > -inf else f"{most} at most"


def _advise(step: Step, counts: Counts) -> str:
    """Return how to mend a step: by correction, or by a number that explains it."""
    found, (low, high) = step.found, step.span
    if step.verdict == "note":
        return f"Give {_join(f'`{key}`' for key in step.unreported)}, 0 where there were none."
    if step.verdict == "warning":
        return "Give `new_reports` too: a study may have several reports, a report several studies."
    if found is None or step.target not in (*_LEAVE, *_COME):
        return "Correct one of these numbers."
    if found < low:
        keys = (*_LEAVE.get(step.target, ()), "duplicates_removed_later")
        gap = f"{format_count(low - found)} that left"
    else:
        keys, gap = _COME[step.target], f"{format_count(found - high)} that came"
    missing = [f"`{key}`" for key in keys if key not in counts][:2]
    ways = f", for example as {' or '.join(missing)}" if missing else ""
    return f"Correct one of these numbers, or report the {gap} in between{ways}."


def _check_units(counts: Counts) -> Iterator[Finding]:
    """Hold studies against their reports: more studies than reports is rare, but possible."""
    for kind in ("previous", "new", "total"):
        studies, reports = counts.get(f"{kind}_studies"), counts.get(f"{kind}_reports")
        if not isinstance(studies, int) or not isinstance(reports, int):
            continue
        if studies <= reports and (studies or not reports):
            continue
        # An update may find new reports of studies that the review has already.
        if kind == "new" and not studies and choose_template(counts).startswith("updated"):
            continue
        impossible = not studies or not reports
        yield Finding(
            f"flow.{kind}_studies", "error" if impossible else "warning", f"{kind}_studies",
            f"{KEYS[f'{kind}_studies'].label}: {format_count(studies)} in "
            f"{format_count(reports)} reports.",
            expected=f"{format_count(reports)} at most" if studies else "1 at least",
            found=format_count(studies),
            fix="Correct one of these numbers." if impossible else
            "Check that studies and reports are not exchanged; say so if a report holds several.",
        )  # fmt: skip


def _check_meta_analysis(counts: Counts) -> Iterator[Finding]:
    """Hold the studies and reports of the meta-analysis against those of the review."""
    for key, unit in (("in_meta_analysis", "studies"), ("reports_in_meta_analysis", "reports")):
        pooled, whole = counts.get(key), _count_included(counts, unit)
        if not isinstance(pooled, int) or whole is None or pooled <= whole:
            continue
        yield Finding(
            f"flow.{key}", "error", key,
            f"{KEYS[key].label}: {format_count(pooled)} reported, but the review "
            f"includes {format_count(whole)}.",
            expected=f"{format_count(whole)} at most", found=format_count(pooled),
            fix=f"Count {unit}, not results or samples: one study may give several.",
        )  # fmt: skip


def _count_included(counts: Counts, unit: str) -> int | None:
    """Return how many studies or reports a review includes, with those of its last version."""
    total = counts.get(f"total_{unit}")
    if isinstance(total, int):
        return total
    terms = [counts.get(f"new_{unit}")]
    if choose_template(counts).startswith("updated"):
        terms.append(counts.get(f"previous_{unit}"))
    known = [n for n in terms if isinstance(n, int)]
    added = counts.get("added_included", 0)
    assert isinstance(added, int)
    return sum(known) + added if len(known) == len(terms) else None


def _check_reporting(counts: Counts) -> Iterator[Finding]:
    """Name what PRISMA 2020 asks for and the review does not report."""
    implied = settle_flow(counts).implied
    for key in _unreported(counts):
        label, n = KEYS[key].label, implied.get(key)
        follows = f" The numbers around it leave {format_count(n)}." if n is not None else ""
        yield Finding(
            "flow.not_reported", "note", key, f"{label}: not reported.{follows}",
            expected="" if n is None else format_count(n), found="not reported",
            fix=f"Give `{key}` if the review has it, 0 where there were none.",
        )  # fmt: skip
    for key in ("databases", "registers", "reports_excluded", "other_reports_excluded"):
        whole = _whole(counts, key)
        if whole and whole.high and not isinstance(counts.get(key), Mapping):
            part = "reason" if key.endswith("excluded") else "name"
            yield Finding(
                "flow.not_reported", "note", key,
                f"{KEYS[key].label}: one number, not one for each {part}.",
                found="not reported", fix=f"Give `{key}` as {{{part}: n}}.",
            )  # fmt: skip
    for key, name in _unnumbered(counts):
        yield Finding(
            "flow.not_reported", "note", f"{key}:{name}",
            f"{KEYS[key].label}: no number for {name!r}.",
            found="not reported", fix="Give it if the review has it, 0 where there were none.",
        )  # fmt: skip


def _unreported(counts: Counts) -> Iterator[str]:
    """Yield the key of each number that is missing from the template."""
    template = choose_template(counts)
    wanted = ["databases", "registers", *_REMOVED, *_STEPS, "new_studies", "new_reports"]
    wanted += [*SOURCES, *OTHER_STEPS] if template.endswith("v2") else []
    if template.startswith("updated"):
        kinds = product(("previous", "total"), ("studies", "reports"))
        wanted += [f"{kind}_{unit}" for kind, unit in kinds]
    yield from (key for key in wanted if _whole(counts, key) is None)


def _unnumbered(counts: Counts) -> Iterator[tuple[str, str]]:
    """Yield the parts that are named without a number."""
    for key, value in counts.items():
        if isinstance(value, Mapping):
            yield from ((key, name) for name, n in value.items() if n is None)


def _join(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


CHECKS: Mapping[str, Callable[[Counts], Iterable[Finding]]] = MappingProxyType(
    {
        "parts": _check_parts,
        "sources": _check_sources,
        "steps": _check_steps,
        "units": _check_units,
        "meta-analysis": _check_meta_analysis,
        "reporting": _check_reporting,
    }
)
