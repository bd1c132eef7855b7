"""Whether rows of one pool measured the same: one small rule for each way in which they may not.

A rule takes the rows of one pool and yields findings.  To add one, write it and name it in
:data:`RULES`.  Errors are mixtures of different things; warnings are differences that move a
prevalence and may be wanted; notes say what cannot be compared because it is not stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_number
from reviewkit.integrity.construct_names import CONSTRUCTS, FIELDS, NOT_SYNONYMS
from reviewkit.integrity.instruments import INSTRUMENTS, Range
from reviewkit.integrity.measures import Cut, Measure

__all__ = ["RULES", "Row", "Rows"]

_SHOWN = 4  # studies that a message names for each value


class Row(NamedTuple):
    """One row of a pool."""

    study: str
    pool: str
    measure: Measure
    quote: str  # the cells as written


Rows = Sequence[Row]


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return value → studies, values in their order; blank values are left out."""
    found: dict[str, list[str]] = {}
    for value, study in pairs:
        if value:
            found.setdefault(value, []).append(study)
    return found


def _tell(groups: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(
        f"{value} ({list_some(list(dict.fromkeys(studies)), most=_SHOWN)})"
        for value, studies in groups.items()
    )


def _place(rows: Rows) -> str:
    return f"pool {rows[0].pool}" if rows[0].pool else "the rows to be pooled"


def _differ(
    rule: str, severity: str, rows: Rows, groups: Mapping[str, Sequence[str]], what: str, fix: str
) -> Finding:
    return Finding(
        rule, severity, _place(rows), f"{what} {_tell(groups)}.",
        quote=list_some(list(dict.fromkeys(row.quote for row in rows)), most=3, sep=" | "),
        expected="one", found=", ".join(groups), fix=fix,
    )  # fmt: skip


def _check_constructs(rows: Rows) -> Iterator[Finding]:
    groups = _group(
        (CONSTRUCTS[row.measure.construct].label if row.measure.construct else "", row.study)
        for row in rows
    )
    if len(groups) > 1:
        keys = dict.fromkeys(row.measure.construct for row in rows if row.measure.construct)
        why = [text for pair, text in NOT_SYNONYMS.items() if pair <= set(keys)]
        said = f" They are not the same: {'; '.join(why)}." if why else ""
        yield _differ(
            "constructs.mixed", "error", rows, groups,
            "Different constructs stand in one pool.",
            f"Pool them apart.{said}",
        )  # fmt: skip


def _check_direction(rows: Rows) -> Iterator[Finding]:
    groups = _group(
        ({True: "people who do well", False: "people who do badly"}[row.measure.good], row.study)
        for row in rows
        if row.measure.good is not None
        and row.measure.construct
        and CONSTRUCTS[row.measure.construct].good
    )
    if len(groups) > 1:
        yield _differ(
            "constructs.direction", "error", rows, groups,
            "On a scale on which a high score is good, some rows count high scores, some low ones.",
            "Turn the rows the same way: events = total − events.",
        )  # fmt: skip


def _check_scoring(rows: Rows) -> Iterator[Finding]:
    groups = _group((row.measure.scoring, row.study) for row in rows)
    if len(groups) > 1:
        cautions = {_caution(row) for row in rows} - {""}
        yield _differ(
            "constructs.scoring", "error" if {"raw", "T score"} <= set(groups) else "warning",
            rows, groups, "One pool mixes ways of scoring.",
            f"Pool them apart. {' '.join(sorted(cautions))}".strip(),
        )  # fmt: skip


def _caution(row: Row) -> str:
    known = INSTRUMENTS.get(row.measure.instrument or "")
    return known.caution if known else ""


def _check_instruments(rows: Rows) -> Iterator[Finding]:
    groups = _group((_name(row.measure), row.study) for row in rows)
    if len(groups) > 1:
        yield _differ(
            "constructs.instrument", "warning", rows, groups,
            "One pool mixes instruments.",
            "Say why they are comparable, or pool by instrument as a sensitivity analysis.",
        )  # fmt: skip
    lacking = [row.study for row in rows if row.measure.instrument is None]
    if lacking:
        yield Finding(
            "constructs.instrument", "note", _place(rows),
            f"The instrument is not named in {len(lacking)} of {len(rows)} rows: "
            f"{list_some(lacking, most=_SHOWN)}.",
            fix="Look the instrument up in the source.",
        )  # fmt: skip


def _name(measure: Measure) -> str:
    known = INSTRUMENTS.get(measure.instrument or "")
    return known.label if known else measure.instrument or ""


def _check_measured(rows: Rows) -> Iterator[Finding]:
    """Find an instrument of another field than the construct that it is said to measure."""
    for row in rows:
        known, key = INSTRUMENTS.get(row.measure.instrument or ""), row.measure.construct
        field = FIELDS.get(key or "", "")
        if known is None or not known.constructs or not field:
            continue
        if (
            field not in {FIELDS.get(own, "") for own in known.constructs} | {""}
            and key is not None
        ):
            measured = list_some([CONSTRUCTS[own].label for own in known.constructs], sep=", ")
            yield Finding(
                "constructs.measured", "warning", row.study,
                f"{CONSTRUCTS[key].label.capitalize()} is said to be measured by the {known.label}, "
                f"which measures {measured}.",
                row.quote, measured, CONSTRUCTS[key].label,
                "Look up which instrument gave the number, or which construct it is of.",
            )  # fmt: skip


def _check_versions(rows: Rows) -> Iterator[Finding]:
    for key in dict.fromkeys(row.measure.instrument for row in rows):
        if key is not None and key in INSTRUMENTS:
            own = [row for row in rows if row.measure.instrument == key]
            groups = _group((row.measure.version, row.study) for row in own)
            if len(groups) > 1:
                yield _differ(
                    "constructs.version", "warning", own, groups,
                    f"One pool mixes versions of the {INSTRUMENTS[key].label}.",
                    "Say why they are comparable, or leave one version out as a sensitivity analysis.",
                )  # fmt: skip


def _check_cuts(rows: Rows) -> Iterator[Finding]:
    pairs = [(", ".join(_tell_cuts(row.measure)), row.study) for row in rows]
    groups = _group(pairs)
    if len(groups) > 1:
        yield _differ(
            "constructs.cutoff", "warning", rows, groups,
            "One pool mixes cut-offs.",
            "Pool by cut-off, or show that the answer does not hang on it.",
        )  # fmt: skip
    lacking = [study for cut, study in pairs if not cut]
    if lacking:
        yield Finding(
            "constructs.cutoff", "note", _place(rows),
            f"No cut-off as a number in {len(lacking)} of {len(rows)} rows: "
            f"{list_some(lacking, most=_SHOWN)}.",
            fix="Report the cut-off of each study.",
        )  # fmt: skip


def _tell_cuts(measure: Measure) -> list[str]:
    """Write the cut-offs; on the scale that is counted they need no name of it."""
    own = _own_cuts(measure)
    if measure.construct != "burnout":
        own = tuple(
            cut._replace(scale="" if cut.scale == measure.construct else cut.scale) for cut in own
        )
    return [str(cut) for cut in own]


def _own_cuts(measure: Measure) -> tuple[Cut, ...]:
    """Return the cut-offs on the scale that the row counts; all of them for a rule over several."""
    named = [cut for cut in measure.cuts if cut.scale]
    if not named or measure.construct == "burnout":
        return measure.cuts
    return tuple(cut for cut in named if cut.scale == measure.construct)


def _check_ranges(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        known = INSTRUMENTS.get(row.measure.instrument or "")
        if known is None or row.measure.scoring == "T score":
            continue
        for cut in _own_cuts(row.measure):
            span = known.ranges.get(cut.scale or row.measure.construct or "") or known.ranges.get(
                ""
            )
            if span is not None and not span.low <= cut.value <= span.high:
                yield _beyond(row, cut, known.label, span)


def _beyond(row: Row, cut: Cut, label: str, span: Range) -> Finding:
    ends = f"{format_number(span.low, 0)} to {format_number(span.high, 0)}"
    return Finding(
        "constructs.range", "error", row.study,
        f"The cut-off {cut} lies outside the scale of the {label}, {ends}.",
        row.quote, ends, str(cut), "Correct the cut-off, or say how the scale was scored.",
    )  # fmt: skip


def _check_turned(rows: Rows) -> Iterator[Finding]:
    """Find a low score that is counted from a cut-off upwards."""
    for row in rows:
        key = row.measure.construct
        if key is None or not CONSTRUCTS[key].good or row.measure.good is None:
            continue
        for cut in row.measure.cuts:
            if cut.scale == key and cut.upward != row.measure.good:
                wanted = "from a value upwards" if row.measure.good else "up to a value"
                yield Finding(
                    "constructs.direction", "warning", row.study,
                    f"{row.measure.named!r} counts scores {wanted}, but the cut-off is {cut}.",
                    row.quote, wanted, str(cut), "Look up which scores the source counts.",
                )  # fmt: skip


def _check_rules(rows: Rows) -> Iterator[Finding]:
    groups = _group((row.measure.rule, row.study) for row in rows)
    if len(groups) > 1:
        yield _differ(
            "constructs.rule", "warning", rows, groups,
            "One pool mixes rules of who counts as burnt out.",
            "Pool by rule: from the same answers, the rule alone moves the prevalence manifold.",
        )  # fmt: skip


def _check_levels(rows: Rows) -> Iterator[Finding]:
    groups = _group((row.measure.level, row.study) for row in rows)
    if len(groups) > 1:
        yield _differ(
            "constructs.level", "warning", rows, groups,
            "One pool mixes levels of severity.",
            "Pool by level, or turn the rows into the same level where the source allows it.",
        )  # fmt: skip


#: Every rule, in the order in which they run.
RULES: Mapping[str, Callable[[Rows], Iterator[Finding]]] = MappingProxyType(
    {
        "constructs": _check_constructs,
        "direction": _check_direction,
        "scoring": _check_scoring,
        "instruments": _check_instruments,
        "measured": _check_measured,
        "versions": _check_versions,
        "rules": _check_rules,
        "levels": _check_levels,
        "cut-offs": _check_cuts,
        "ranges": _check_ranges,
        "turned": _check_turned,
    }
)
