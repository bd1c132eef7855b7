"""Signs of a traffic light: a fill and a glyph for each level, and a legend of those used.

No level is told by its colour alone: each has a glyph of its own, and an outline where its
fill is pale.  To add a level, name it in :data:`LOOKS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.present.axes import COLOURS, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle
from reviewkit.present.marks import draw_judgement

__all__ = ["LEGEND", "LOOKS", "Entry", "Look", "draw_legend", "draw_look", "list_entries", "pack_entries", "read_looks"]  # fmt: skip

LEGEND = 1.9  # em from line to line of a legend
_AIR = 3.4  # em that a sign and the space behind its words take


@dataclass(frozen=True, slots=True)
class Look:
    """How a level is drawn."""

    sign: str  # a judgement of the forest plot that has this sign, or ""
    fill: str  # keys of COLOURS
    ink: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: a level, and the words that stand for it."""

    look: str
    words: str


def read_looks(words: Iterable[str], looks: Mapping[str, str] | None) -> dict[str, str]:
    """Return the level of each word; "" is that of no answer.

    Raises
    ------
    InputError
        If a word has no level, or a level is unknown; the message lists them.
    """
    given = {**_USUAL, **(looks or {}), "": "missing"}
    unknown = sorted({word for word in words if word not in given})
    wrong = sorted({level for level in given.values() if level not in LOOKS})
    if unknown or wrong:
        raise InputError(
            f"Each judgement must have one of the levels {', '.join(LOOKS)}. Got "
            f"{list_some([*map(repr, [*unknown, *wrong])], sep=', ')}. Name it in `looks`."
        )
    return given


def list_entries(
    items: Iterable[str], overall: Iterable[str], looks: Mapping[str, str], *, missing: str
) -> tuple[Entry, ...]:
    """Return the levels that are used, with the words of items and of the overall judgement."""
    entries = []
    for level in LOOKS:
        own = [word for word in dict.fromkeys(items) if looks[word] == level and word]
        whole = [word for word in dict.fromkeys(overall) if looks[word] == level and word]
        extra = [word for word in whole if word not in own]
        if level == "missing" and "" in (*items, *overall):
            own = [missing]
        parts = [", ".join(own), f"overall: {', '.join(extra)}" if extra else ""]
        told = "; ".join(part for part in parts if part)
        if told:
            entries.append(Entry(level, told))
    return tuple(entries)


def pack_entries(
    entries: Sequence[Entry], style: TextStyle, width: float
) -> tuple[tuple[Entry, ...], ...]:
    """Return entries on as many lines as they need."""
    lines: list[list[Entry]] = []
    room = 0.0
    for entry in entries:
        need = measure_entry(entry, style)
        if not lines or need - 1.8 * style.size > room:
            lines.append([])
            room = width
        lines[-1].append(entry)
        room -= need
    return tuple(map(tuple, lines))


def measure_entry(entry: Entry, style: TextStyle) -> float:
    """Return the width of an entry and the air behind it."""
    return style.measure(entry.words) + _AIR * style.size


def draw_legend(
    lines: Sequence[Sequence[Entry]], left: float, top: float, style: TextStyle, ax: Axes
) -> list[Artist]:
    """Return signs with their words, from the upper left."""
    art: list[Artist] = []
    size = style.size
    for row, entries in enumerate(lines):
        x, y = left, top + (row + 0.5) * LEGEND * size
        for entry in entries:
            gid = f"mark-legend-{entry.look}".replace(" ", "-")
            art += draw_look(ax, x + 0.55 * size, y, 1.05 * size, entry.look, gid)
            base = y + CAP_HEIGHT / 2 * size
            art.append(write_text(x + 1.5 * size, base, entry.words, style, ax))
            x += measure_entry(entry, style)
    return art


def draw_look(ax: Axes, x: float, y: float, size: float, look: str, gid: str) -> list[Artist]:
    """Return the sign of a level; `size` is its diameter."""
    shown = LOOKS[look]
    if shown.sign:
        return draw_judgement(ax, x, y, size, shown.sign, gid)
    style = TextStyle(0.8 * size, bold=True, colour=shown.ink)
    glyph = write_text(x, y + 0.4 * size * CAP_HEIGHT, shown.glyph, style, ax, "center")
    glyph.set_gid(f"{gid}-glyph")
    if not shown.fill:
        return [glyph]
    ring = Circle(
        (x, y), 0.5 * size, facecolor=COLOURS[shown.fill], edgecolor=COLOURS["ink"],
        linewidth=0.5, antialiased=True, transform=ax.transData, gid=gid,
    )  # fmt: skip
    return [ring, glyph]


#: Levels in the order of legends and bars.
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "low": Look("low", "low", "ink", "+"),
        "some": Look("some concerns", "some", "ink", "-"),
        "high": Look("high", "high", "paper", "x"),
        "critical": Look("", "alarm", "paper", "!"),
        "unclear": Look("unclear", "none", "ink", "?"),
        "not applicable": Look("not applicable", "paper", "ink", ""),
        "missing": Look("", "", "soft", "–"),
    }
)

_USUAL: Mapping[str, str] = MappingProxyType(
    {"low": "low", "yes": "low", "some concerns": "some", "moderate": "some", "high": "high",
     "no": "high", "serious": "high", "critical": "critical", "very high": "critical",
     "unclear": "unclear", "no information": "unclear", "not applicable": "not applicable"}
)  # fmt: skip
