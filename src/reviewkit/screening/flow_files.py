"""How a flow is written to a file, by the ending of its name, and read from one.

One more entry in :data:`WRITERS` is one more kind of file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.guidelines import PRISMA

if TYPE_CHECKING:
    from reviewkit.screening.flow_result import Flow

__all__ = ["WRITERS", "check_path", "read_flow", "save_flow"]

_NARROW = 84.0  # mm, for a phone


class _Look(NamedTuple):
    width: float
    dpi: int
    unmarked: str


def save_flow(flow: Flow, path: Path, *, width: float, dpi: int, unmarked: str) -> Path:
    """Write a flow; see :meth:`~reviewkit.screening.flow_result.Flow.save`."""
    check_path(path, WRITERS)
    if not 30 <= dpi <= 2400:
        raise InputError(f"`dpi` must lie between 30 and 2400. Got {dpi!r}. Journals ask for 300.")
    WRITERS[path.suffix.lower()](flow, path, _Look(width, dpi, unmarked))
    return path


def check_path(path: Path, kinds: Collection[str]) -> None:
    """Refuse the name of a file whose ending is not known."""
    if path.suffix.lower() not in kinds:
        raise InputError(
            f"The name of the file must end in one of {', '.join(kinds)}. Got {path.name!r}."
        )


def read_flow(path: Path, *, guideline: str = PRISMA) -> Flow:
    """Return the flow that a file holds: rows of `box, n`, or the csv of PRISMA2020.

    Raises
    ------
    InputError
        If it is neither, or a box stands in two rows.
    """
    from reviewkit.screening.flow import prisma_flow
    from reviewkit.screening.prisma_csv import read_prisma_csv
    from reviewkit.sources.spreadsheet import read_table

    table = read_table(path)
    names = {name.casefold(): name for name in map(str, table.frame.columns)}
    if {"data", "n"} <= names.keys():
        counts = read_prisma_csv(path).counts
        return prisma_flow(counts, guideline=guideline)
    # A file that a flow has written has the keys in `key`, and in `box` where they stand.
    key = names.get("key") or names.get("box")
    if key is None or "n" not in names:
        raise InputError(
            f"{path.name!r} must have the columns box and n, or be a csv of the R package "
            f"PRISMA2020. Found: {list_some([*map(repr, table.frame.columns)], sep=', ')}."
        )
    boxes = table.frame[key]
    twice = boxes[boxes.duplicated()].unique().tolist()
    if twice:
        raise InputError(
            f"{path.name!r} must have one row a box. More than one has "
            f"{list_some([*map(repr, twice)], sep=', ')}. Name the parts of a box, as "
            f"reports_excluded:Wrong population."
        )
    return prisma_flow(dict(zip(boxes, table.frame[names["n"]], strict=True)), guideline=guideline)


def _write_picture(flow: Flow, path: Path, look: _Look) -> None:
    from reviewkit.present.axes import close_axes, save_axes

    ax = flow.plot(width=look.width, unmarked=look.unmarked)
    try:
        save_axes(ax, path, dpi=look.dpi)
    finally:
        close_axes(ax)


def _write_docx(flow: Flow, path: Path, look: _Look) -> None:
    from reviewkit.present.flow_document import write_flow_document

    write_flow_document(flow.chart(look.width, unmarked=look.unmarked, fit=False), path)


def _write_csv(flow: Flow, path: Path, look: _Look) -> None:
    from reviewkit.sources.spreadsheet import write_table

    write_table(flow.to_frame(), path)


def _write_html(flow: Flow, path: Path, look: _Look) -> None:
    from reviewkit.screening.flow_page import render_flow

    sizes = (look.width, min(look.width, _NARROW))
    wide, narrow = ((flow.chart(width, unmarked=look.unmarked), width) for width in sizes)
    path.write_text(render_flow(flow, wide, narrow), encoding="utf-8", newline="\n")


#: By the ending of the name, in lower case.
WRITERS: Mapping[str, Callable[[Flow, Path, _Look], None]] = MappingProxyType(
    {
        ".svg": _write_picture,
        ".pdf": _write_picture,
        ".png": _write_picture,
        ".docx": _write_docx,
        ".html": _write_html,
        ".csv": _write_csv,
    }
)
