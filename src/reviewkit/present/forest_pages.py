"""The pages of a forest plot that is too high for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewkit.present.forest_plan import Plan
from reviewkit.present.forest_rows import Row

__all__ = ["Page", "split_pages"]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page; of several, its number among them."""

    rows: Sequence[Row]
    number: int = 1
    count: int = 1

    @property
    def last(self) -> bool:
        """Say whether no page follows."""
        return self.number == self.count

    @property
    def label(self) -> str:
        """Return which page this is; nothing if there is but one."""
        if self.count == 1:
            return ""
        more = "" if self.last else "; continued on the next page"
        return f"Page {self.number} of {self.count}{more}"


def split_pages(plan: Plan, height: float) -> list[Page]:
    """Return the pages of at most `height` points.

    No page ends on a heading; one that begins within a block repeats the heading of
    the block, "(continued)".
    """
    if plan.height(plan.rows, last=True) <= height:
        return [Page(plan.rows)]
    parts = [*_split(plan, list(plan.rows), height)]
    return [Page(rows, number, len(parts)) for number, rows in enumerate(parts, 1)]


def _split(plan: Plan, rows: list[Row], height: float) -> Iterator[list[Row]]:
    """Yield the rows of each page."""
    while rows:
        count = len(rows)
        while count > 1 and not _fits(plan, rows[:count], height, last=count == len(rows)):
            count -= 1
        while 1 < count < len(rows) and rows[count - 1].kind in ("heading", "gap"):
            count -= 1
        yield rows[:count]
        rows, heading = rows[count:], _find_heading(rows[:count])
        while rows and rows[0].kind == "gap":
            rows, heading = rows[1:], None
        if rows and rows[0].kind != "heading" and heading is not None and count > 1:
            rows = [replace(heading, continued=plan.break_label(heading, "(continued)")), *rows]


def _fits(plan: Plan, rows: Sequence[Row], height: float, *, last: bool) -> bool:
    return plan.height(rows, last=last, numbered=True) <= height


def _find_heading(rows: Sequence[Row]) -> Row | None:
    """Return the heading of the block in which these rows end."""
    for row in reversed(rows):
        if row.kind == "heading":
            return row
        if not row.in_block:
            return None
    return None
