"""The parts of a page: frozen records of text, each a kind of block.

A block names its `kind`, which is the macro in ``templates/blocks.html.j2``
that writes it: a new kind of block is a class here and a macro there.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit._core.format import format_count, format_number

__all__ = [
    "MARKS", "SHOWN_ROWS", "Block", "Drawing", "Facts", "Findings", "Fold", "Items", "KeyNumbers",
    "Prose", "Sheet", "Subsection", "label_column", "make_sheet",
]  # fmt: skip

#: What a heading or number can be marked with.
MARKS = ("", "as reported", "computed")
#: Rows that a table shows; its file holds all of them.
SHOWN_ROWS = 200


class Block:
    """A part of a section; `kind` names the macro that writes it, `script` what brings it alive."""

    __slots__ = ()
    kind: ClassVar[str]
    script: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Prose(Block):
    """A paragraph."""

    kind: ClassVar[str] = "prose"
    text: str
    quiet: bool = False  # smaller, for what stands beside the matter


@dataclass(frozen=True, slots=True)
class KeyNumbers(Block):
    """The few numbers that a reader came for: (value, label, mark) each.

    `links` are addresses within the page, one a number, empty where there is none.
    """

    kind: ClassVar[str] = "key_numbers"
    items: tuple[tuple[str, str, str], ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts(Block):
    """Terms and what they are; `links` as those of :class:`KeyNumbers`."""

    kind: ClassVar[str] = "facts"
    items: tuple[tuple[str, str], ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items(Block):
    """A list."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet(Block):
    """A table of text, made by :func:`make_sheet`."""

    kind: ClassVar[str] = "sheet"
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]  # which columns are numbers
    wide: tuple[bool, ...]  # which columns hold sentences
    note: str = ""
    name: str = ""  # of the file to download; none without
    csv: bytes = b""
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)  # row, column → address

    @property
    def link(self) -> str:
        """Return the file as an address, empty where there is none."""
        return f"data:text/csv;base64,{base64.b64encode(self.csv).decode()}" if self.name else ""


@dataclass(frozen=True, slots=True)
class Drawing(Block):
    """A figure with its text alternative, and the data behind it."""

    kind: ClassVar[str] = "drawing"
    svg: str
    title: str
    text: str  # a sentence for who cannot see it
    caption: str
    narrow: str = ""  # the same as SVG for a small screen
    data: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings(Block):
    """What the checks found, the gravest first."""

    kind: ClassVar[str] = "findings"
    findings: tuple[Finding, ...]

    @property
    def ranked(self) -> list[Finding]:
        """Return the findings in the order of their weight."""
        return sorted(self.findings, key=lambda finding: SEVERITIES.index(finding.severity))


@dataclass(frozen=True, slots=True)
class Fold(Block):
    """Blocks behind a line to click; printed open.  A link to its `anchor` opens it."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: tuple[Block, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Subsection(Block):
    """Blocks under a smaller heading, with a mark such as "as reported"."""

    kind: ClassVar[str] = "subsection"
    heading: str
    blocks: tuple[Block, ...]
    mark: str = ""

    def __post_init__(self) -> None:
        check_choice("mark", self.mark, MARKS)


def make_sheet(
    frame: pd.DataFrame,
    caption: str,
    *,
    heads: Mapping[str, str] | None = None,
    decimals: Mapping[str, int] | None = None,
    percents: Sequence[str] = (),
    note: str = "",
    name: str = "",
    csv: bytes = b"",
) -> Sheet:
    """Return a frame as a table of text.

    Parameters
    ----------
    frame : DataFrame
        One row a line of the table; its first column heads the rows.
    caption : str
        What the table shows.
    heads : mapping, optional
        Headings of columns; others are their names without underscores.
    decimals : mapping, optional
        Decimals of columns; without, as many as tell the values apart, four at most.
    percents : sequence of str
        Columns of proportions to be written as percentages, with one decimal.
    note : str
        A line under the table.
    name, csv : str and bytes
        A file to download with the table.

    Returns
    -------
    Sheet
        With at most :data:`SHOWN_ROWS` rows, and a note if there are more.  Years have no comma.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": ["Ewer"], "estimate": [0.199], "total": [412]})
    >>> make_sheet(frame, "Studies", percents=["estimate"]).rows
    (('Ewer', '19.9 %', '412'),)
    """
    places, labels, shown = decimals or {}, heads or {}, frame.iloc[:SHOWN_ROWS]
    columns: list[list[str]] = []
    numeric = []
    for place, column in enumerate(map(str, frame.columns)):
        values = shown.iloc[:, place]
        number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        write = _writer(values, places.get(column), column in percents) if number else _plain
        if number and column.endswith("year"):
            write = _write_year
        columns.append([write(value) for value in values])
        numeric.append(number)
    if len(frame) > len(shown):
        rest = f"The first {len(shown)} of {format_count(len(frame))} rows."
        held = " The file holds all of them." if name else ""
        note = f"{rest}{held} {note}".strip()
    return Sheet(
        caption=caption,
        heads=tuple(labels.get(c, label_column(c)) for c in map(str, frame.columns)),
        rows=tuple(zip(*columns, strict=True)),
        numeric=tuple(numeric),
        wide=tuple(max(map(len, column), default=0) > 45 for column in columns),
        note=note,
        name=name,
        csv=csv,
    )


def label_column(name: str) -> str:
    """Return the name of a column as a heading.

    >>> label_column("ci_low"), label_column("k")
    ('CI low', 'k')
    """
    words = name.replace("_", " ").strip()
    words = re.sub(r"\b(ci|pi|doi|id)\b", lambda word: word[0].upper(), words)
    return words[:1].upper() + words[1:] if len(words) > 1 else words


def _writer(values: pd.Series, decimals: int | None, percent: bool) -> Callable[[Any], str]:
    """Return the function that writes the numbers of a column."""
    if decimals is not None:
        places = decimals
    else:
        places = 1 if percent else _count_places(values.dropna().astype(float))

    def write(value: Any) -> str:
        if pd.isna(value):
            return ""
        number = format_number(100 * float(value) if percent else float(value), places)
        return f"{number} %" if percent else number

    return write


def _count_places(values: pd.Series) -> int:
    """Return the decimals that a column needs, four at most."""
    return next((d for d in range(4) if (values.round(d) == values.round(4)).all()), 4)


def _write_year(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:.0f}"


def _plain(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
