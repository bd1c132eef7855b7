"""Writing REFI-QDA files that other programs open: the same content gives the same bytes.

Ids that are not given are made from what they stand for.  Order of elements and required
attributes are those of the published schemas (Codebook 1.0, Project 1.0); each selection
holds its code first, each text source has its own plain text file without a byte order
mark, and no time is written, for these are what QualCoder and others rely on.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reviewkit._core.errors import InputError
from reviewkit._core.packing import EPOCH
from reviewkit.sources.refi_parts import clean_guid

__all__ = [
    "ORIGIN",
    "OutCode",
    "OutSegment",
    "OutSource",
    "make_guid",
    "pack_project",
    "write_codes",
]

_SPACE = uuid.UUID("6f1b7b0e-9a3c-5d43-8d53-0b6f7f6e2c11")
_GUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ORIGIN = "reviewkit"
_NAME = 60  # letters of a selection that are written as its name


class OutCode(NamedTuple):
    """A code or category to be written, after its parent."""

    guid: str
    name: str
    parent: str  # id, "" at the top
    description: str
    colour: str
    codable: bool


class OutSegment(NamedTuple):
    """A segment to be written; without places it is about its source as a whole."""

    guid: str
    code: str
    user: str
    start: int | None
    end: int | None
    name: str
    memo: str


class OutSource(NamedTuple):
    """A source to be written."""

    guid: str
    name: str
    study: str
    text: str
    segments: tuple[OutSegment, ...]


def make_guid(*parts: object, given: str = "") -> str:
    """Return an id: the given one if it is valid, else one made from the parts.

    >>> make_guid("code", "Stress") == make_guid("code", "Stress")
    True
    """
    found = clean_guid(given)
    if _GUID.fullmatch(found):
        return found
    return str(uuid.uuid5(_SPACE, "\0".join(map(str, parts)))).upper()


def write_codes(codes: Sequence[OutCode], sets: Mapping[str, Sequence[str]]) -> bytes:
    """Return a codebook file (.qdc); `sets` has the ids of the codes of each set."""
    root = Element("CodeBook", {"xmlns": "urn:QDA-XML:codebook:1.0", "origin": ORIGIN})
    _add_codes(root, codes)
    _add_sets(root, sets, "guid")
    return _finish(root)


def pack_project(
    codes: Sequence[OutCode], sets: Mapping[str, Sequence[str]], users: Mapping[str, str],
    sources: Sequence[OutSource], name: str,
) -> bytes:  # fmt: skip
    """Return a project file (.qdpx); `users` has the name of each coder by id."""
    root = Element(
        "Project", {"xmlns": "urn:QDA-XML:project:1.0", "name": _legal(name), "origin": ORIGIN}
    )
    if users:
        group = SubElement(root, "Users")
        for guid, user in users.items():
            SubElement(group, "User", {"guid": guid, "name": _legal(user)})
    _add_codes(SubElement(root, "CodeBook"), codes)
    _add_cases(root, sources)
    if sources:
        group = SubElement(root, "Sources")
        for source in sources:
            _add_source(group, source)
    _add_sets(root, sets, "targetGUID")
    entries = {"project.qde": _finish(root)}
    for source in sources:
        entries[f"Sources/{source.guid}.txt"] = source.text.encode("utf-8")
    return _zip(entries)


def _add_codes(book: Element, codes: Sequence[OutCode]) -> None:
    places = {"": SubElement(book, "Codes")}
    for code in codes:
        given = {
            "guid": code.guid,
            "name": _legal(code.name),
            "isCodable": "true" if code.codable else "false",
        }
        if _COLOUR.fullmatch(code.colour):
            given["color"] = code.colour
        places[code.guid] = SubElement(places[code.parent], "Code", given)
        if code.description:
            SubElement(places[code.guid], "Description").text = _legal(code.description)


def _add_sets(root: Element, sets: Mapping[str, Sequence[str]], key: str) -> None:
    group = SubElement(root, "Sets") if sets else root
    for name, members in sets.items():
        one = SubElement(group, "Set", {"guid": make_guid("set", name), "name": _legal(name)})
        for guid in members:
            SubElement(one, "MemberCode", {key: guid})


def _add_cases(root: Element, sources: Sequence[OutSource]) -> None:
    """Make a case of each study that bears another name than its one source."""
    studies: dict[str, list[OutSource]] = {}
    for source in sources:
        studies.setdefault(source.study, []).append(source)
    told = {
        study: own for study, own in studies.items() if study and [s.name for s in own] != [study]
    }
    group = SubElement(root, "Cases") if told else root
    for study, own in told.items():
        case = SubElement(group, "Case", {"guid": make_guid("case", study), "name": _legal(study)})
        for source in own:
            SubElement(case, "SourceRef", {"targetGUID": source.guid})


def _add_source(group: Element, source: OutSource) -> None:
    path = f"internal://{source.guid}.txt"
    given = {"guid": source.guid, "name": _legal(source.name), "plainTextPath": path}
    element = SubElement(group, "TextSource", given)
    for one in source.segments:
        if one.start is not None:
            _add_selection(element, one)
    for one in source.segments:
        if one.start is None:
            _add_coding(element, one)


def _add_selection(element: Element, one: OutSegment) -> None:
    name = " ".join(_ILLEGAL.sub(" ", one.name).split())
    name = name if len(name) <= _NAME else name[:_NAME].rstrip() + "..."
    places = {"startPosition": str(one.start), "endPosition": str(one.end)}
    given = {"guid": make_guid("selection", one.guid), "name": name, **places}
    given |= {"creatingUser": one.user} if one.user else {}
    selection = SubElement(element, "PlainTextSelection", given)
    if one.memo:
        SubElement(selection, "Description").text = _legal(one.memo)
    _add_coding(selection, one)


def _add_coding(element: Element, one: OutSegment) -> None:
    user = {"creatingUser": one.user} if one.user else {}
    coding = SubElement(element, "Coding", {"guid": one.guid} | user)
    SubElement(coding, "CodeRef", {"targetGUID": one.code})


def _finish(root: Element) -> bytes:
    indent(root, " ")
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _legal(text: str) -> str:
    """Return a text that XML can hold."""
    bad = _ILLEGAL.search(text)
    if bad:
        raise InputError(
            f"Text must be whole, printable characters to be written as XML. Got {bad[0]!r} in "
            f"{text[:60]!r}. Remove it from the frame."
        )
    return text


def _zip(entries: Mapping[str, bytes]) -> bytes:
    """Return an archive without times."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    return file.getvalue()
