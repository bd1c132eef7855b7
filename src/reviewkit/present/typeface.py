"""Which letters a picture is drawn with.

They are those of Liberation Sans, which comes with the package: the same on
every machine, and as wide as Arial's, so that a viewer's Arial or Helvetica can
stand in for them.  Letters that it lacks are DejaVu Sans, which comes with
matplotlib.  Neither has Chinese, Japanese or Korean letters: texts with these are drawn
with the first font of ``_WIDE`` that is installed and has them.  To change the font, change the files in ``fonts/`` and the names of
fonts with the same widths in ``_ROWS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from matplotlib.font_manager import FontEntry, FontProperties, fontManager, get_font

__all__ = ["CAP_HEIGHT", "find_font", "font_names", "wide_fonts"]

CAP_HEIGHT = 0.7  # of capitals and figures, in sizes of the text

_FOLDER = Path(__file__).parent / "fonts"
#: A name of our own, so that no other edition of the font on this machine is taken for it.
_OWN, _FALLBACK = "Reviewkit Sans", "DejaVu Sans"
_FILES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "Regular": ("normal", 400),
        "Bold": ("normal", 700),
        "Italic": ("italic", 400),
        "BoldItalic": ("italic", 700),
    }
)
#: Fonts of one row have the same widths, so that one may stand in for another.
_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _OWN: ("Arial", "Helvetica", "Liberation Sans", "Arimo", "Nimbus Sans"),
        _FALLBACK: (_FALLBACK, "Verdana"),
    }
)


#: Fonts of East Asian letters on Linux, Windows and macOS; serifs only where there is no other.
_WIDE = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK TC",
    "Source Han Sans SC", "Source Han Sans", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "SimHei", "Yu Gothic",
    "Hiragino Sans", "MS Gothic", "IPAexGothic", "IPAGothic", "TakaoPGothic", "Malgun Gothic",
    "Apple SD Gothic Neo", "NanumGothic", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Arial Unicode MS", "Noto Serif CJK SC", "Noto Serif CJK JP",
)  # fmt: skip


@lru_cache(maxsize=1)
def wide_fonts() -> tuple[str, ...]:
    """Return the installed fonts with Chinese, Japanese or Korean letters; often none."""
    here = {font.name for font in fontManager.ttflist}
    return tuple(name for name in _WIDE if name in here)


@lru_cache(maxsize=1)
def font_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fonts to draw with, and all that may stand in for the first elsewhere."""
    name = _OWN if _register() else _FALLBACK
    return tuple(dict.fromkeys((name, _FALLBACK))), _ROWS[name]


def _register() -> bool:
    """Make matplotlib know the fonts of this package; say whether all of them can be read."""
    if any(font.name == _OWN for font in fontManager.ttflist):
        return True
    entries = []
    for name, (style, weight) in _FILES.items():
        path = _FOLDER / f"LiberationSans-{name}.ttf"
        try:
            get_font(str(path)).load_char(ord("n"))
        except (OSError, RuntimeError):  # no such file, or none that is a font
            return False
        entries.append(
            FontEntry(
                fname=str(path), name=_OWN, style=style, variant="normal", weight=weight,
                stretch="normal", size="scalable",
            )
        )  # fmt: skip
    fontManager.ttflist.extend(entries)
    return True


@lru_cache(maxsize=64)
def find_font(size: float, bold: bool, italic: bool, wide: bool = False) -> FontProperties:
    """Return the font of a style, with nothing left to ``rcParams``.

    A text with `wide` letters, East Asian ones, has fonts of this machine behind ours.
    """
    return FontProperties(
        family=[*font_names()[0], *(wide_fonts() if wide else ())],
        size=size,
        weight="bold" if bold else "normal",
        style="italic" if italic else "normal",
        variant="normal",
        stretch="normal",
    )
