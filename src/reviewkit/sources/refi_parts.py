"""What a REFI-QDA file holds, as plain records, and how its elements are told apart.

Writers differ: they leave out the namespace, prefix it, or take that of a project for a
codebook; they write globally unique ids in braces, in small letters or with typographic
hyphens.  Elements are therefore compared by local name and ids by their 32 digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from reviewkit._core.errors import ParseError
from reviewkit.sources.repairs import Repair

__all__ = [
    "RefiCode", "RefiProject", "RefiSegment", "RefiSource", "clean_guid", "inner_text", "local_name",
    "offspring", "parse_xml",
]  # fmt: skip

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d-]")
_DIGITS = re.compile("[0-9A-F]{32}")


class RefiCode(NamedTuple):
    """A code of a codebook, in the order of the file."""

    guid: str
    name: str
    above: tuple[str, ...]  # ids of its ancestors, the outermost first
    description: str
    colour: str
    codable: bool
    sets: tuple[str, ...]  # names of the sets it is in


class RefiSource(NamedTuple):
    """A document, and the study (case) that it belongs to, if to just one."""

    guid: str
    name: str
    text: str | None  # as the standard counts it; None where there is none
    study: str


class RefiSegment(NamedTuple):
    """A selection under one code; places are standard ones, None where the source is no text."""

    guid: str
    source: str  # id
    code: str  # id
    user: str  # id
    start: int | None
    end: int | None
    memo: str


class RefiProject(NamedTuple):
    """A codebook, and what is coded with it if the file is a project."""

    origin: str
    codes: tuple[RefiCode, ...]
    sources: tuple[RefiSource, ...]
    segments: tuple[RefiSegment, ...]
    users: dict[str, str]  # name by id; names are told apart
    notes: tuple[Repair, ...]
    is_project: bool


def parse_xml(data: bytes, path: Path) -> Element:
    """Return the root of a document that declares no entities."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ParseError(
            f"{path.name!r} must be XML without entities or a document type of its own. "
            f"Found {type(error).__name__}. Export it again."
        ) from None
    except (XmlError, ValueError, LookupError) as error:
        raise ParseError(
            f"{path.name!r} must be well-formed XML. It is not ({error}). Export it again."
        ) from None
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, in small letters."""
    return str(element.tag).rpartition("}")[2].casefold()


def offspring(element: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of this local name."""
    if element is not None:
        yield from (child for child in element if local_name(child) == name.casefold())


def inner_text(element: Element | None, name: str = "Description") -> str:
    """Return the text of the first child of this name."""
    child = next(offspring(element, name), None)
    return "" if child is None else "".join(child.itertext()).strip()


def clean_guid(text: str | None) -> str:
    r"""Return an id in one form; what is no id stays as it is.

    >>> clean_guid("{8e7fddfe\u2010db36\u201048dc-b464-80c3a4decd90}")
    '8E7FDDFE-DB36-48DC-B464-80C3A4DECD90'
    """
    bare = (text or "").strip()
    digits = _DASHES.sub("", bare).strip("{}").upper()
    if not _DIGITS.fullmatch(digits):
        return bare
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
