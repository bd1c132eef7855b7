"""Axes, colours and files of every picture: the only module that imports pyplot.

A picture is laid out in points (1/72 inch) at its final size.  All that it
depends on is given to each artist, or set while artists are made and files are
written; the reader's ``rcParams`` are neither obeyed nor changed.

Every picture is described in words (:func:`describe_axes`), and what belongs
together in it is a :class:`Group`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.present.colours import COLOURS
from reviewkit.present.lettering import Run, TextStyle, clean_text, find_font, has_wide_letters
from reviewkit.present.markup import finish_svg, make_id, open_group
from reviewkit.present.straight_text import StraightText

__all__ = [
    "COLOURS", "MM", "Group", "close_axes", "describe_axes", "draw_text", "new_axes",
    "plain_settings", "render_axes", "save_axes", "use_points", "write_text",
]  # fmt: skip

MM = 72 / 25.4  # points

_SCREEN_DPI = 144
_PRINT_DPI = 300
#: Hinting makes letters on a screen up to 15 % wider or narrower than they were measured.
_EXACT: Any = MappingProxyType({"text.hinting": "none"})
#: What artists read when they are made, and cannot all be told.
_MAKING: Any = MappingProxyType(
    {**_EXACT, "path.sketch": None, "path.effects": [], "lines.scale_dashes": True}
)
_SAVING: Any = MappingProxyType(
    {
        **_EXACT,
        "svg.fonttype": "none",
        "svg.hashsalt": "reviewkit",
        "svg.id": None,
        "svg.image_inline": True,
        "pdf.fonttype": 42,
        "pdf.compression": 6,
        "pdf.inheritcolor": False,
        "pdf.use14corefonts": False,
        "savefig.bbox": None,
        "savefig.orientation": "portrait",
        "agg.path.chunksize": 0,
        "path.simplify": True,
        "path.simplify_threshold": 1 / 9,
        "path.snap": True,
    }
)
#: What each kind of file calls the title and the text of a picture; None leaves out a date.
_METADATA: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "svg": {"Title": "title", "Creator": "maker", "Date": None},
        "pdf": {"Title": "title", "Subject": "text", "Creator": "maker", "CreationDate": None},
        "png": {"Title": "title", "Description": "text", "Software": "maker"},
    }
)
_MISSING = re.compile(r"Glyph (\d+) .*missing from font")


def plain_settings() -> AbstractContextManager[object]:
    """Make artists inside a ``with`` block as if the reader had no settings of their own."""
    # Loads the backend, which settles what is interactive: for good, so not within the block.
    plt.draw_if_interactive()  # type: ignore[no-untyped-call]
    return mpl.rc_context(dict(_MAKING))


def _exactly() -> AbstractContextManager[object]:
    """Draw letters as wide as they are; this costs nothing while a file is written."""
    exact = mpl.rcParams["text.hinting"] == _EXACT["text.hinting"]
    return nullcontext() if exact else mpl.rc_context(dict(_EXACT))


class Group(Artist):
    """Artists that are one thing to a reader: in SVG a `<g>` with title and description.

    `gid` names the thing within its picture; `ids` names what it shows, which a
    page finds as the attribute ``data-ids``.
    """

    def __init__(
        self, gid: str, artists: Iterable[Artist], *, title: str = "", text: str = "",
        ids: Iterable[str] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self.set_gid(make_id(gid))
        self.artists, self.title, self.text, self.ids = list(artists), title, text, tuple(ids)
        for artist in self.artists:
            artist.set_path_effects([])
            artist.set_sketch_params(None)

    def get_children(self) -> list[Artist]:
        """Return the artists."""
        return self.artists

    def set_figure(self, fig: Figure | SubFigure) -> None:
        """Take the artists along."""
        super().set_figure(fig)
        for artist in self.artists:
            artist.set_figure(fig)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the artists between the tags of a group."""
        renderer.open_group("group", gid=self.get_gid())
        with _exactly():
            for artist in self.artists:
                artist.draw(renderer)
        renderer.close_group("group")
        self.stale = False

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """Return the box around all artists, in pixels."""
        return Bbox.union(self.extents(renderer))

    def extents(self, renderer: RendererBase | None = None) -> list[Bbox]:
        """Return the box around each artist, in pixels."""
        with _exactly():
            return [artist.get_window_extent(renderer) for artist in self.artists]

    def markup(self, name: str) -> str:
        """Return the start tag of the group in SVG, with what a page needs to know."""
        return open_group(name, self.title, self.text, self.ids)


class _About(Artist):
    """What a picture is called and says, kept with its axes; nothing is drawn."""

    def __init__(self, title: str, text: str, name: str) -> None:
        super().__init__()
        self.title, self.text, self.name = title, text, name
        self.set_visible(False)
        self.set_in_layout(False)


def new_axes(width_mm: float, height_mm: float) -> Axes:
    """Return axes that fill a new white figure of this size."""
    with plain_settings():
        figure = plt.figure(
            figsize=(width_mm * MM / 72, height_mm * MM / 72),
            dpi=_SCREEN_DPI,
            facecolor=COLOURS["paper"],
            edgecolor="none",
            layout="none",
        )
        return figure.add_axes((0, 0, 1, 1), frameon=False)


def use_points(ax: Axes) -> tuple[float, float]:
    """Let the data of `ax` be points, x to the right and y down; return width and height."""
    scale = 72 / _figure(ax).dpi
    box = ax.get_window_extent()
    ax.set_axis_off()
    ax.set(xlim=(0, box.width * scale), ylim=(box.height * scale, 0), autoscale_on=False)
    return box.width * scale, box.height * scale


def close_axes(ax: Axes) -> None:
    """Release the figure that holds `ax`."""
    plt.close(_figure(ax))


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def draw_text(x: float, y: float, run: Run, size: float, ax: Axes, **style: Any) -> Text:
    """Return text, letter by letter and no mathematics, whose baseline starts at (x, y)."""
    text = clean_text(run.text)
    return StraightText(
        x,
        y,
        text,
        fontproperties=find_font(size, run.bold, run.italic, has_wide_letters(text)),
        transform=ax.transData,
        parse_math=False,
        usetex=False,
        antialiased=True,
        **{"color": COLOURS["ink"], "ha": "left", "va": "baseline", "rotation_mode": "anchor"}
        | style,
    )


def write_text(
    x: float, y: float, text: str, style: TextStyle, ax: Axes, align: str = "left"
) -> Text:
    """Return text in a style; `align` is ``left``, ``right`` or ``center``."""
    colour = COLOURS[style.colour]
    return draw_text(x, y, style.run(text), style.size, ax, color=colour, ha=align)


def describe_axes(ax: Axes, *, title: str, text: str, name: str = "") -> None:
    """Say what the picture in `ax` is called and, to who cannot see it, what it shows.

    `name` begins the gid of every group, so that these are good ids on a page
    of several pictures: two pictures on one page need two names.  Without a
    name, each SVG puts a prefix of its own before all its ids.
    """
    for old in _abouts(ax):
        old.remove()
    ax.add_artist(_About(title, text, name))
    ax.set_label(text)


def _abouts(ax: Axes) -> list[_About]:
    return [artist for artist in ax.get_children() if isinstance(artist, _About)]


def save_axes(
    ax: Axes, path: str | Path, *, title: str | None = None, text: str | None = None,
    dpi: int = _PRINT_DPI,
) -> Path:  # fmt: skip
    """Write the figure of `ax` to a file whose name ends in .svg, .pdf or .png.

    `title` and `text` go into the file; they default to what
    :func:`describe_axes` was told.  The same picture gives the same bytes on
    any day.
    """
    path = Path(path)
    kind = path.suffix.removeprefix(".").lower()
    path.write_bytes(render_axes(ax, kind, title=title, text=text, dpi=dpi))
    return path


def render_axes(
    ax: Axes, kind: str, *, title: str | None = None, text: str | None = None,
    dpi: int = _PRINT_DPI,
) -> bytes:  # fmt: skip
    """Return the figure of `ax` as the bytes of an SVG, PDF or PNG file."""
    if kind not in _METADATA:
        known = ", ".join(map(repr, _METADATA))
        raise InputError(f"The kind of a picture must be one of {known}. Got {kind!r}.")
    about = next(iter(_abouts(ax)), _About("", "", ""))
    title, text = about.title if title is None else title, about.text if text is None else text
    said = {"title": clean_text(title), "text": clean_text(text), "maker": "reviewkit", None: None}
    metadata = {key: said[what] for key, what in _METADATA[kind].items()}
    figure, file = _figure(ax), BytesIO()
    with mpl.rc_context(dict(_SAVING)), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(
            file, format=kind, dpi=dpi, facecolor=COLOURS["paper"], edgecolor="none",
            transparent=False, metadata=metadata,
        )  # fmt: skip
    _warn_of_missing_letters(caught, kind)
    if kind != "svg":
        return file.getvalue()
    groups = [group for group in figure.findobj(Group) if isinstance(group, Group)]
    svg = file.getvalue().decode()
    return finish_svg(svg, groups, clean_text(title), clean_text(text), about.name).encode()


def _warn_of_missing_letters(caught: list[warnings.WarningMessage], kind: str) -> None:
    """Turn matplotlib's one warning a letter into one warning a file; pass on all others."""
    missing = set()
    for warning in caught:
        found = _MISSING.match(str(warning.message))
        if found:
            missing.add(chr(int(found[1])))
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    if missing and kind != "svg":  # an svg is drawn with the fonts of who reads it
        listed = ", ".join(sorted(missing)[:10])
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        warnings.warn(
            f"Every letter should be in Liberation Sans, DejaVu Sans or an installed font such as "
            f"Noto Sans CJK. These are not and show as boxes: {listed}{more}. Install such a font, "
            f"or save as svg, where the reader's own fonts are used.",
            ReviewkitWarning,
            stacklevel=3,
        )
