"""The flow as one page: the figure, what was found, and the numbers as its text alternative.

Where the flow knows its records, a click on a box lists them.  Loaded when a page is written: it
brings matplotlib.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from reviewkit._core.format import format_count
from reviewkit.present.axes import close_axes, render_axes
from reviewkit.present.document import Page, Section, render_page
from reviewkit.present.document_parts import Block, Drawing, Findings, Prose, make_sheet
from reviewkit.present.flow_chart import describe_flow, draw_flow
from reviewkit.present.flow_lists import BoxLists, BoxPart, make_lists
from reviewkit.present.flow_parts import FlowChart
from reviewkit.screening.excluded_reports import cite
from reviewkit.screening.flow_boxes import list_entries
from reviewkit.screening.flow_keys import SOURCES
from reviewkit.screening.flow_ledger import LEFT, Ledger

if TYPE_CHECKING:
    from reviewkit.screening.flow_result import Flow

__all__ = ["render_flow"]

_HEADS = ("Record", "Citation", "Source", "Reason", "Study", "Duplicate of")
#: The keys of boxes that list several numbers; of others it is the name of the box.
_OWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "identified": ("databases", "registers"),
        "removed": ("duplicates_removed", "automation_removed", "other_removed"),
        "other_identified": SOURCES,
    }
)


def render_flow(
    flow: Flow, wide: tuple[FlowChart, float], narrow: tuple[FlowChart, float]
) -> str:  # fmt: skip
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    flow : Flow
        What the page is about.
    wide, narrow : tuple of FlowChart and float
        The figure and its width in mm, on a screen and on a phone.
    """
    chart, numbers = wide[0], flow.to_frame()
    shown = numbers.drop(columns="reported")
    shown["n"] = ["not reported" if pd.isna(n) else format_count(n) for n in numbers["n"]]
    table = make_sheet(shown, "The numbers, box by box")
    drawing = Drawing(
        svg=_render_svg(*wide), title=chart.title, text=describe_flow(chart),
        caption=chart.title, narrow=_render_svg(*narrow),
    )  # fmt: skip
    found = flow.findings
    checks = Findings(found) if found else Prose("Nothing contradicts, nothing is missing.")
    figure: tuple[Block, ...] = (drawing,)
    sections = []
    if flow._ledger is not None:
        figure += (_list_boxes(flow, flow._ledger, chart),)
        log = make_sheet(flow.log[["what", "n", "rule"]], "What was decided on the way")
        sections.append(Section("log", "From records to numbers", (log,)))
    sections = [
        Section("figure", "Figure", figure),
        Section("numbers", "Numbers", (table,)),
        Section("checks", "What the checks found", (checks,)),
        *sections,
    ]
    return render_page(Page(chart.title, (flow._headline(),), tuple(sections)))


def _list_boxes(flow: Flow, ledger: Ledger, chart: FlowChart) -> BoxLists:
    """Return the records of each box of the figure."""
    places = {citation.record: place for place, citation in enumerate(ledger.citations)}
    cited = [(c.record, cite(c), c.source) for c in ledger.citations]
    rows = {key: [(places[e.record], e.reason, e.study, e.duplicate_of) for e in entries]
            for key, entries in ledger.boxes}  # fmt: skip
    boxes: dict[str, tuple[str, list[BoxPart]]] = {}
    entries = list_entries(flow.counts, flow.skipped, flow.guideline)
    for box in chart.boxes:
        parts = [_make_part(e.label, e.key, rows[e.key]) for e in entries
                 if e.box == box.id and e.key in rows]  # fmt: skip
        label = box.lines[0].text.rstrip(":*")
        label += ", other methods" * box.id.startswith("other_")
        own = _OWN.get(box.id, (box.id,))
        if parts and (box.id in _OWN or box.id not in (*rows, "included", "total")):
            whole = [row for key, some in rows.items() for row in some
                     if key.partition(":")[0] in own]  # fmt: skip
            parts = [_make_part(label, "", whole), *parts]
        if parts:
            boxes[box.id] = (label, parts)
    if LEFT in rows:
        label = "Found by other methods, not sought"
        boxes[LEFT] = (label, [_make_part(label, LEFT, rows[LEFT])])
    return make_lists(_HEADS, cited, boxes, picture=chart.name)


def _make_part(label: str, key: str, rows: list[tuple[Any, ...]]) -> BoxPart:
    """Return a part of a box; studies are counted once, however many reports they have."""
    studies = key in ("new_studies", "in_meta_analysis")
    n = len({row[2] for row in rows}) if studies else len(rows)
    return BoxPart(label, n, rows)


def _render_svg(chart: FlowChart, width: float) -> str:
    ax = draw_flow(chart, width_mm=width)
    try:
        return render_axes(ax, "svg").decode()
    finally:
        close_axes(ax)
