"""The flow as a figure: from counts to boxes, arrows and stages in the manner of PRISMA 2020.

Loaded when something is drawn: it brings matplotlib.  What stands in a box is said by
:mod:`~reviewkit.screening.flow_boxes`; here stands where the boxes are and how their text is set.
The footnotes of the template, which instruct authors, become facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import inf
from types import MappingProxyType
from typing import Any

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.present.axes import MM
from reviewkit.present.flow_layout import lay_out
from reviewkit.present.flow_parts import Box, FlowChart, Line
from reviewkit.present.lettering import Run
from reviewkit.screening.flow_boxes import Entry, list_entries
from reviewkit.screening.flow_keys import Counts, choose_template
from reviewkit.screening.flow_notes import write_notes
from reviewkit.screening.flow_places import (
    ARMS,
    REASONS,
    Plan,
    order_boxes,
    place_boxes,
    stacks_at,
)  # fmt: skip
from reviewkit.screening.guidelines import GUIDELINES, PRISMA

__all__ = ["MOST_HEIGHT", "chart_flow", "fit_chart", "write_count"]

#: In mm: how high a figure may be in the journals whose columns are 84 and 174 mm wide.
MOST_HEIGHT = 234.0
_FEW = 14  # boxes, with their headings, that no page is too low for
_LONG = 250  # letters in one box

_TITLES = MappingProxyType(
    {
        "previous": "Previous studies",
        "databases": "Identification of {new}studies via databases and registers",
        "other": "Identification of {new}studies via other methods",
    }
)
_BEFORE = Line.of("Records removed ", Run("before screening", italic=True), ":")
#: The first line of boxes that list numbers.
_HEADS = MappingProxyType(
    {
        "identified": Line.of("Records identified from*:"),
        "removed": _BEFORE,
        "other_identified": Line.of("Records identified from:"),
    }
)
_STARS = MappingProxyType({"excluded": "**"})


def chart_flow(
    counts: Counts, *, findings: Iterable[Finding] = (), stacked: bool = False,
    below: Collection[str] = (), skipped: Collection[str] = (), guideline: str = PRISMA,
    mapping: str = "", notes: Iterable[str] = (), unmarked: str = "", is_dense: bool = False,
) -> FlowChart:  # fmt: skip
    """Return the description of a flow.

    Parameters
    ----------
    counts : mapping
        What is reported.
    findings : iterable of Finding
        The errors among them are printed above the figure and marked in their boxes.
    stacked : bool
        Whether the ways into the review stand one below the other, for a single
        column of a journal, and not side by side as in the template.
    below : collection of str
        Boxes of reasons that take a row of their own, for lists too long.
    skipped : collection of str
        Levels that the review does not have.
    guideline : str
        Whose words and title the figure has.
    mapping : str
        The name of the reading of the counts, if it is not as printed.
    notes : iterable of str
        Further notes below the figure.
    unmarked : str
        Why errors are not marked; goes into the description.
    is_dense : bool
        Whether height is short.

    Examples
    --------
    >>> chart = chart_flow({"screened": 1243})
    >>> chart.title, chart.box("screened").text
    ('PRISMA 2020 flow diagram (new-v1)', 'Records screened (n = 1,243)')
    """
    template, entries = choose_template(counts), list_entries(counts, skipped, guideline)
    names = list(dict.fromkeys(entry.box for entry in entries))
    plan = place_boxes(names, stacked=stacked, below=[box for box in below if box in names])
    boxes = [*_head_boxes(plan, template, guideline), *_number_boxes(counts, entries, plan)]
    faults = _find_faults(entries, findings)
    return FlowChart(
        title=f"{guideline} flow diagram ({template}{', ' * bool(mapping)}{mapping})",
        boxes=tuple(sorted(boxes, key=lambda box: order_boxes(box.id))),
        arrows=plan.arrows,
        stages=plan.stages,
        notes=(*write_notes(counts, skipped), *notes, GUIDELINES[guideline].source),
        faults=MappingProxyType({}) if unmarked else faults,
        excuse=unmarked if faults else "",
        is_dense=is_dense,
        name="flow" + "".join(f"-{word}" for word in mapping.split()),
    )


def fit_chart(
    width: float, counts: Counts, *, fit: bool = True, **options: Any
) -> FlowChart:  # fmt: skip
    """Return the description of a flow as it fits a page: no higher than it must be.

    At first reasons stand beside the reports they exclude, as in the template.  Where that is
    higher than :data:`MOST_HEIGHT`, long lists take the whole width below; where that is not
    enough, type and space become smaller, and last the ways into the review stand one below the
    other.  The first of these that fits is taken, else the lowest.
    """
    stacked = stacks_at(choose_template(counts), width)
    best = chart_flow(counts, stacked=stacked, **options)
    if not fit or (len(best.boxes) < _FEW and not any(map(_is_long, best.boxes))):
        return best
    long = [box.id for box in best.boxes if box.id in REASONS and _is_long(box)]
    # Side by side, the way that stands on the right would have to cross its own reasons.
    below = long if stacked else [box for box in long if box == REASONS[0]]
    tries: list[dict[str, Any]] = [{}, {"below": below}, {"below": below, "is_dense": True}]
    tries += [] if stacked else [{"stacked": True, "below": long},
                                 {"stacked": True, "below": long, "is_dense": True}]  # fmt: skip
    lowest = inf
    for tried in tries:
        chart = chart_flow(counts, **{"stacked": stacked} | options | tried)
        height = lay_out(chart, width * MM).height
        if height < lowest:
            best, lowest = chart, height
        if height <= MOST_HEIGHT * MM:
            break
    return best


def _is_long(box: Box) -> bool:
    return len(box.text) > _LONG


def _head_boxes(plan: Plan, template: str, guideline: str) -> Iterator[Box]:
    new = "new " if template.startswith("updated") else ""
    for arm in ARMS:
        if f"{arm}-head" in plan.place:
            title = GUIDELINES[guideline].reword(_TITLES[arm].format(new=new))
            look = "head" if arm == "databases" else "side-head"
            words = (Line((Run(title, bold=True),)),)
            yield Box(f"{arm}-head", *plan.place[f"{arm}-head"], words, look=look,
                      across=plan.across[arm])  # fmt: skip


def _number_boxes(counts: Counts, entries: Iterable[Entry], plan: Plan) -> Iterator[Box]:
    for name, group in groupby(entries, lambda entry: entry.box):
        listed = list(group)
        lines = _lines(counts, name, listed)
        keys = dict.fromkeys(entry.key.partition(":")[0] for entry in listed)
        side = name == "previous" or name.startswith("other_")
        wide = plan.across.get(name, 1)
        yield Box(name, *plan.place[name], tuple(lines), tuple(keys), "side" if side else "step",
                  wide)  # fmt: skip


def _lines(counts: Counts, box: str, entries: Sequence[Entry]) -> Iterator[Line]:
    """Yield the text of a box."""
    if box.endswith("reports_excluded"):
        yield from _write_reasons(counts, box, entries)
        return
    if box in _HEADS:
        yield _HEADS[box]
    for entry in entries:
        if entry.level or box == "previous":
            yield Line.of(f"{entry.label} {write_count(entry.n)}", level=entry.level)
        else:
            yield Line.of(entry.label + _STARS.get(entry.key.removesuffix("_total"), ""))
            yield Line.of(write_count(entry.n))


def _write_reasons(counts: Counts, box: str, entries: Sequence[Entry]) -> Iterator[Line]:
    """Yield reasons with their numbers; those of 0 are left out."""
    first, *rest = entries
    printed = f" {write_count(first.n)}" if f"{box}_total" in counts else ""
    yield Line.of(f"{first.label}{printed}:")
    parts = [entry for entry in rest if ":" in entry.key]
    shown = [f"{part.label} {write_count(part.n)}" for part in parts if part.n != 0]
    if not shown:
        nameless = not parts and first.n
        shown = [
            f"Reasons not reported {write_count(first.n)}" if nameless else write_count(first.n)
        ]
    late = [f"{entry.label} {write_count(entry.n)}" for entry in rest if ":" not in entry.key]
    yield from (Line.of(text, level=1) for text in shown + late)


def write_count(n: int | None) -> str:
    r"""Return a number as the templates print it; the spaces do not break.

    >>> write_count(1243), write_count(None)
    ('(n\xa0=\xa01,243)', '(n\xa0=\xa0not\xa0reported)')
    """
    said = "not reported" if n is None else format_count(n)
    return f"(n = {said})".replace(" ", "\u00a0")


def _find_faults(entries: Iterable[Entry], findings: Iterable[Finding]) -> Mapping[str, str]:
    """Return what is wrong with the numbers of a box, by box."""
    box_of = {entry.key.removesuffix("_total"): entry.box for entry in entries}
    said: dict[str, list[str]] = {}
    for finding in findings:
        if finding.severity == "error":
            said.setdefault(box_of[finding.where], []).append(finding.message)
    return MappingProxyType({box: " ".join(words) for box, words in said.items()})
