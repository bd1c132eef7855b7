"""A review with its figures and tables, ready to be put on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pandas as pd

from reviewkit.present.axes import close_axes, render_axes
from reviewkit.present.document_parts import SHOWN_ROWS, Drawing, Fold, Sheet, make_sheet
from reviewkit.review.exhibits import (
    Figure,
    TableExhibit,
    list_figures,
    list_tables,
    make_key,
    table_to_csv,
)
from reviewkit.review.trace_sections import find_anchors

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["Workshop", "fold_sheet"]

WIDE, NARROW = 174.0, 84.0  # mm: on a screen or on paper, and on a phone

_SHARES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "weight", "share", "i2")
_HEADS = {"n_studies": "Studies", "n_segments": "Rows", "studies": "Which studies"}
#: The column that names the numbers of a table, and the column that holds them.
_NUMBERED = {
    "flow": ("key", "n"), "agreement": ("coefficient", "estimate"), "themes": ("theme", "n_studies"),
}  # fmt: skip
_SVG = "{http://www.w3.org/2000/svg}"


class Workshop:
    """What the chapters of the report take their blocks from."""

    def __init__(self, review: Review) -> None:
        self.review = review

    @cached_property
    def tables(self) -> dict[str, TableExhibit]:
        """Tables by key."""
        return {table.key: table for table in list_tables(self.review)}

    @cached_property
    def anchors(self) -> dict[str, str]:
        """Addresses within the page at which numbers are traced, by the name of the number."""
        return find_anchors(self.review)

    def sheet(self, key: str) -> Sheet:
        """Return a table as a block that can be downloaded; its numbers lead to their traces."""
        table = self.tables[key]
        shown = table.frame if table.display is None else table.display
        more = len({*table.frame.columns} - {*shown.columns}) if table.part == "studies" else 0
        made = make_sheet(
            shown,
            table.caption,
            heads=_HEADS,
            # Agreement and effects have columns of the same names that are no shares.
            percents=_SHARES if table.part in ("pools", "themes") else (),
            note=f"The file has {more} more column{'s' * (more > 1)}." if more else "",
            name=f"{table.key}.csv",
            csv=table_to_csv(table.frame),
        )
        return replace(made, links=self._find_links(table, shown))

    def _find_links(self, table: TableExhibit, shown: pd.DataFrame) -> dict[tuple[int, int], str]:
        """Return the address of each cell that is a number of the review, by row and column."""
        name, column = _NUMBERED.get(table.part, ("", ""))
        if name not in shown or column not in shown:
            return {}
        stage = next(
            (s for s in self.review.agreement if table.key == f"agreement-{make_key(s)}"), ""
        )
        prefix = f"agreement.{stage}" if table.part == "agreement" else table.part
        place = shown.columns.get_loc(column)
        found = {}
        for row, own in enumerate(shown[name].head(SHOWN_ROWS)):
            key = f"{prefix}.{own}" if table.part == "flow" else f"{prefix}.{own}.{column}"
            if key in self.anchors:
                found[row, int(place)] = self.anchors[key]  # type: ignore[arg-type]
        return found

    def sheets(self, part: str) -> Iterator[Sheet]:
        """Yield all tables of a part."""
        for key, table in self.tables.items():
            if table.part == part:
                yield self.sheet(key)

    def drawings(self, part: str) -> Iterator[tuple[Figure, Drawing]]:
        """Yield the figures of a part, each for a wide and a narrow page."""
        for figure in list_figures(self.review):
            if figure.part == part:
                wide, narrow = (_draw(figure, width) for width in (WIDE, NARROW))
                title, text = _read_words(wide)
                data = tuple(self.sheet(key) for key in figure.tables)
                yield figure, Drawing(wide, title, text, figure.caption, narrow, data)


def fold_sheet(sheet: Sheet) -> Fold:
    """Return a table behind its caption and the number of its rows."""
    n = len(sheet.rows)
    return Fold(f"{sheet.caption}: {n} row{'s' * (n != 1)}", (sheet,))


def _draw(figure: Figure, width: float) -> str:
    ax = figure.result.plot(width=width)
    try:
        return render_axes(ax, "svg").decode()
    finally:
        close_axes(ax)


def _read_words(svg: str) -> tuple[str, str]:
    """Return title and description that a picture carries."""
    root = ElementTree.fromstring(svg)
    return root.findtext(f"{_SVG}title", ""), root.findtext(f"{_SVG}desc", "")
