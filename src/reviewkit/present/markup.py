"""What matplotlib cannot write into an SVG: words, lengths of text, ids for a page.

An SVG is read where other fonts may live, so each of its texts carries the
length it was measured with: a substitute font is squeezed to it, and nothing
leaves its box.  Several pictures may share a page, so each puts a prefix, made
from its content, before its ids; a group of a picture with a name keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape, unescape
from typing import Protocol

from reviewkit.present.lettering import (
    Run,
    clean_text,
    font_names,
    measure_elsewhere,
    wide_fonts,
)

__all__ = ["finish_svg", "make_id", "open_group"]

_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ID = re.compile(r'\bid="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^)"]+)')
_NUMBERED = re.compile(r"[\w.]+_\d+")  # ids that matplotlib counts
_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]*)</text>')
_START, _OLD_TITLE = (
    re.compile(r"(<svg [^<>]*>)"),
    re.compile(r"\A\s*<title(?:/>|>[^<]*</title>)\s*"),
)
_SIZE = re.compile(r"([\d.]+)px")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]+")


class _Titled(Protocol):
    def get_gid(self) -> str | None: ...
    def markup(self, name: str) -> str: ...


def make_id(text: str) -> str:
    """Return an id for any text; two texts never have the same.

    >>> make_id("flow-screened"), make_id("a <b>")
    ('flow-screened', 'a-b-5e7342fd')
    """
    safe = _UNSAFE.sub("-", text).strip("-")
    return safe if safe == text else f"{safe or 'x'}-{_digest(text)}"


def open_group(name: str, title: str, text: str, ids: Iterable[str]) -> str:
    """Return the start tag of a group, with title and description."""
    listed = clean_text(" ".join(ids))
    marked = f' data-ids="{escape(listed)}"' if listed else ""
    said = f"<title>{escape(clean_text(title))}</title>" if title else ""
    said += f"<desc>{escape(clean_text(text))}</desc>" if text else ""
    return f'<g id="{name}"{marked}>{said}'


def finish_svg(svg: str, groups: Sequence[_Titled], title: str, text: str, name: str) -> str:
    """Return an SVG of matplotlib with descriptions, lengths of text and ids for a page.

    `name` begins the gids of the groups; if it is empty, they get a prefix too.
    """
    for name_of_font in wide_fonts():  # which ones are installed here is not for the reader
        svg = svg.replace(f", '{name_of_font}'", "")
    prefix = f"p{_digest(svg)}"
    waiting: dict[str, list[_Titled]] = {}
    for group in groups:
        waiting.setdefault(str(group.get_gid()), []).append(group)
    own = {gid for gid in waiting if name and gid.startswith(name)}
    used: set[str] = set()

    def fix_tag(found: re.Match[str]) -> str:
        tag = _REFERENCE.sub(rf"\1{prefix}-\2", found[0])
        named = _ID.search(tag)
        if named is None:
            return tag
        gid = named[1]
        if gid not in waiting and _NUMBERED.fullmatch(gid):
            return tag.replace(f" {named[0]}", "", 1)
        final = _unused(gid if gid in own else f"{prefix}-{gid}", used)
        if waiting.get(gid):
            end = "</g>" if tag.endswith("/>") else ""  # a group without artists
            return waiting[gid].pop(0).markup(final) + end
        return tag.replace(named[0], f'id="{final}"', 1)

    svg = _TEXT.sub(_fix_length, _TAG.sub(fix_tag, svg))
    labels = f"{prefix}-title {prefix}-desc"
    said = f'<title id="{prefix}-title">{escape(title)}</title>'
    said += f'\n <desc id="{prefix}-desc">{escape(text)}</desc>'
    before, start, rest = _START.split(svg, maxsplit=1)
    start = start.replace("<svg ", f'<svg role="img" aria-labelledby="{labels}" ', 1)
    return f"{before}{start}\n {said}\n {_OLD_TITLE.sub('', rest, count=1)}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _unused(name: str, used: set[str]) -> str:
    """Return a name that no other thing in the picture has, and remember it."""
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name}-{number}"
    used.add(free)
    return free


def _fix_length(found: re.Match[str]) -> str:
    """Add to a text how wide it is, and the fonts that are as wide."""
    style, rest, text = found.groups()
    size = _SIZE.search(style)
    if size is None:
        return found[0]
    run = Run(unescape(text), " 700" in style, "italic" in style)
    used, row = (", ".join(f"'{name}'" for name in names) for names in font_names())
    style = style.replace(used, f"{row}, sans-serif")
    length = f'textLength="{measure_elsewhere(run, float(size[1])):.2f}"'
    return f'<text style="{style}"{rest} {length} lengthAdjust="spacingAndGlyphs">{text}</text>'
