"""One page of HTML from plain parts: text, numbers, tables, figures, findings.

A :class:`Page` holds sections, a section holds the blocks of
``document_parts.py``, and ``templates/`` says how each is written.

The page is one file that asks nobody for anything.  A content security policy
forbids it the network and every script but its own: one opens what is folded
before the page is printed, and a block may bring one.  Every text is escaped, and freed of characters that
no page may hold; the same parts give the same bytes on any day.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit.present.document_parts import MARKS, Block, Drawing

__all__ = ["Page", "Section", "render_page"]

_SCRIPT = (
    "(function(){var f=[];"
    "addEventListener('beforeprint',function(){f=document.querySelectorAll('details:not([open])');"
    "f.forEach(function(d){d.open=true})});"
    "addEventListener('afterprint',function(){f.forEach(function(d){d.open=false})});"
    # What is folded opens when an address within it is followed.
    "function o(){var a=document.getElementById(location.hash.slice(1)),e=a;"
    "for(;e;e=e.parentElement){if(e.tagName=='DETAILS')e.open=true}if(a)a.scrollIntoView()}"
    "addEventListener('hashchange',o);o()})()"
)
#: Screen pixels a point of a figure: its letters, 8 points high or more, are as high as the text.
_ZOOM = 1.75
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ID = re.compile(r'(?<=\sid=")(?=[^"])')
_REFERENCE = re.compile(r'(?<=url\(#)|(?<=href="#)')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_WIDTH = re.compile(r'\swidth="([\d.]+)pt"')
_OWN = re.compile(r'\s(?:id|width|height|role|aria-\w+)="[^"]*"')
_SAID = re.compile(r"\A(?:\s*<(title|desc)\b[^>]*>[^<]*</\1>)+")
_EVERYTHING = re.compile(r"(<style[^>]*>)\s*\*\s*\{")


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the page; `key` is its address within it."""

    key: str
    heading: str
    blocks: tuple[Block, ...]
    mark: str = ""

    def __post_init__(self) -> None:
        check_choice("mark", self.mark, MARKS)
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise InputError(
                f"The key of a section must be lower-case letters, digits and hyphens. "
                f"Got {self.key!r}. It becomes an address in the page."
            )


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    title: str
    lead: tuple[str, ...]  # lines under the title
    sections: tuple[Section, ...]
    footer: str = ""
    language: str = "en"


def render_page(page: Page) -> str:
    r"""Return a page as HTML.

    Raises
    ------
    InputError
        If two sections have one key.

    Examples
    --------
    >>> from reviewkit.present.document_parts import Prose
    >>> page = Page("Burnout & more", (), (Section("brief", "In brief", (Prose("13 < 21"),)),))
    >>> "<h1 dir=\"auto\">Burnout &amp; more</h1>" in render_page(page)
    True
    """
    keys = [section.key for section in page.sections]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InputError(f"The key of a section must be its own. Got {twice[0]!r} twice.")
    own = {block.script: None for section in page.sections for block in section.blocks}
    scripts = [_SCRIPT, *filter(None, own)]
    numbers = count(1)
    return _environment().get_template("page.html.j2").render(
        page=page,
        scripts=[Markup(script) for script in scripts],
        script_hash="' '".join(map(_hash, scripts)),
        embed=lambda drawing, svg: _embed(drawing, svg, f"figure-{next(numbers)}"),
    )  # fmt: skip


def _hash(script: str) -> str:
    """Return the name under which a page may run a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("reviewkit.present"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
        extensions=[],
    )


def _clean(value: Any) -> Any:
    """Leave out what no page may hold: control characters, halves of characters."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.isascii() and value.isprintable():
        return value
    return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _embed(drawing: Drawing, svg: str, key: str) -> Markup:
    """Return an SVG as a part of a page: its names are its own, its words those of the drawing."""
    start = svg.find("<svg")
    if start < 0:
        raise InputError(f"A drawing must be SVG. Got {svg[:40]!r} as {drawing.title!r}.")
    svg = _METADATA.sub("", svg[start:].strip())
    tag, _, rest = svg.partition(">")
    size = _WIDTH.search(tag)
    rest = _SAID.sub("", rest)
    rest = _TAG.sub(lambda found: _rename(found[0], f"{key}-"), rest)
    rest = _EVERYTHING.sub(rf"\g<1>#{key} *{{", rest)
    width = f' width="{_ZOOM * float(size[1]):.0f}"' if size else ""
    head = Markup('<title id="{0}-title">{1}</title><desc id="{0}-desc">{2}</desc>').format(
        key, _clean(drawing.title), _clean(drawing.text)
    )
    named = f' id="{key}" role="img" aria-labelledby="{key}-title {key}-desc"'
    return Markup(f"{_OWN.sub('', tag)}{width}{named}>{head}{rest}")


def _rename(tag: str, prefix: str) -> str:
    """Put a prefix before the ids in a tag: several figures share a page."""
    return _REFERENCE.sub(prefix, _ID.sub(prefix, tag))
