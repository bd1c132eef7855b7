"""The flow as one page: the figure, what was found, and the numbers as its text alternative.

Loaded when a page is written: it brings matplotlib.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.present.axes import close_axes, render_axes
from reviewkit.present.document import Page, Section, render_page
from reviewkit.present.document_parts import Drawing, Findings, Prose, make_sheet
from reviewkit.present.flow_chart import describe_flow, draw_flow
from reviewkit.present.flow_parts import FlowChart

__all__ = ["render_flow"]


def render_flow(
    wide: tuple[FlowChart, float], narrow: tuple[FlowChart, float], *,
    lead: str, numbers: pd.DataFrame, findings: Iterable[Finding],
) -> str:  # fmt: skip
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    wide, narrow : tuple of FlowChart and float
        The figure and its width in mm, on a screen and on a phone.
    lead : str
        The flow in one line.
    numbers : DataFrame
        As :meth:`~reviewkit.screening.flow.Flow.to_frame` gives it.
    findings : iterable of Finding
        What the checks found.
    """
    chart, found = wide[0], tuple(findings)
    shown = numbers.drop(columns="reported")
    shown["n"] = ["not reported" if pd.isna(n) else format_count(n) for n in numbers["n"]]
    table = make_sheet(shown, "The numbers, box by box")
    drawing = Drawing(
        svg=_render_svg(*wide), title=chart.title, text=describe_flow(chart),
        caption=chart.title, narrow=_render_svg(*narrow),
    )  # fmt: skip
    checks = Findings(found) if found else Prose("Nothing contradicts, nothing is missing.")
    sections = (
        Section("figure", "Figure", (drawing,)),
        Section("numbers", "Numbers", (table,)),
        Section("checks", "What the checks found", (checks,)),
    )
    return render_page(Page(chart.title, (lead,), sections))


def _render_svg(chart: FlowChart, width: float) -> str:
    ax = draw_flow(chart, width_mm=width)
    try:
        return render_axes(ax, "svg").decode()
    finally:
        close_axes(ax)
