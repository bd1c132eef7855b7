"""REFI-QDA: the codebooks (.qdc) and projects (.qdpx) that programs for coding exchange.

A code is known by its id, for two parents may have codes of one name.  Every selection
becomes one segment a code; what holds no code, or refers to what is not there, is in the
log.  To read one more kind of source, name its elements in :data:`SOURCES`.

References
----------
Evers, J. C., Caprioli, M. U., Nöst, S. and Wiedemann, G. (2020). What is the REFI-QDA
standard. *Forum Qualitative Sozialforschung*, 21(2). doi:10.17169/fqs-21.2.3439
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree.ElementTree import Element

from reviewkit._core.errors import ParseError
from reviewkit.sources.refi_archive import holds_project, is_zip, open_archive
from reviewkit.sources.refi_parts import (
    RefiCode,
    RefiProject,
    clean_guid,
    inner_text,
    local_name,
    offspring,
    parse_xml,
)
from reviewkit.sources.refi_sources import Reader
from reviewkit.sources.repairs import Repair

__all__ = ["looks_like_refi", "read_refi"]

_ROOTS = ("codebook", "project")


def looks_like_refi(data: bytes, path: Path) -> bool:
    """Say whether a file is a codebook or a project, by its content."""
    if is_zip(data):
        return holds_project(data, path)
    start = data[:4000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    told = start.lower()
    return start.startswith(b"<") and any(
        mark in told for mark in (b"qda-xml", b"codebook", b":project", b"<project")
    )


def read_refi(data: bytes, path: Path) -> RefiProject:
    """Read a codebook or a project.

    Raises
    ------
    ParseError
        If the file is damaged, unsafe, or holds neither.
    """
    archive = open_archive(data, path) if is_zip(data) else None
    if archive is not None:
        name = archive.find("project.qde") or next(
            (name for name in archive.names if name.casefold().endswith(".qde")), None
        )
        if name is None:
            raise ParseError(f"{path.name!r} must hold a project file (.qde). It has none.")
        data = archive.read(name)
    root = parse_xml(data, path)
    kind = local_name(root)
    if kind not in _ROOTS:
        raise ParseError(
            f"{path.name!r} must be a REFI-QDA codebook or project. Its root is {kind!r}. "
            f"Export a codebook (.qdc) or a project (.qdpx)."
        )
    book = root if kind == "codebook" else next(offspring(root, "CodeBook"), None)
    notes: list[Repair] = []
    sets = next(offspring(book, "Sets"), None) if kind == "codebook" else None
    codes = _read_codes(book, _read_sets([sets, *offspring(root, "Sets")]), path, notes)
    users = _read_users(root, path, notes)
    reader = Reader(path, archive, {code.guid for code in codes}, users, notes)
    if kind == "project":
        reader.read_cases(next(offspring(root, "Cases"), None))
        reader.read_sources(next(offspring(root, "Sources"), None))
    return RefiProject(
        root.get("origin") or "", codes, tuple(reader.sources), tuple(reader.segments), users,
        tuple(notes), kind == "project",
    )  # fmt: skip


def _read_sets(groups: list[Element | None]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the sets of each code."""
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        for one in offspring(group, "Set"):
            for member in offspring(one, "MemberCode"):
                guid = clean_guid(member.get("guid") or member.get("targetGUID"))
                found.setdefault(guid, {})[(one.get("name") or "").strip()] = None
    return MappingProxyType({guid: tuple(names) for guid, names in found.items()})


def _read_codes(
    book: Element | None, sets: Mapping[str, tuple[str, ...]], path: Path, notes: list[Repair]
) -> tuple[RefiCode, ...]:
    """Return all codes, each after its parent."""
    codes: dict[str, RefiCode] = {}
    for element, above in _walk(next(offspring(book, "Codes"), None)):
        guid = clean_guid(element.get("guid"))
        name = " ".join((element.get("name") or "").split())
        if not guid or guid in codes:
            said = f"{name!r} has that of {codes[guid].name!r}" if guid else f"{name!r} has none"
            raise ParseError(
                f"{path.name!r} must give each code an id (guid) of its own. {said}. "
                f"Export the codebook again."
            )
        if not name:
            name = guid
            notes.append(Repair(path.name, 1, "code", "", name, "code without a name"))
        codable = (element.get("isCodable") or "true").strip().casefold() not in ("false", "0")
        codes[guid] = RefiCode(
            guid, name, above, inner_text(element), (element.get("color") or "").strip(), codable,
            sets.get(guid, ()),
        )  # fmt: skip
    strangers = [guid for guid in sets if guid not in codes]
    notes += [
        Repair(path.name, 1, "set", guid, "", "member of a set is no code") for guid in strangers
    ]
    return tuple(codes.values())


def _walk(codes: Element | None) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield every code with the ids above it, in the order of the file; no recursion."""
    waiting = [(child, ()) for child in reversed([*offspring(codes, "Code")])]
    stack: list[tuple[Element, tuple[str, ...]]] = [*waiting]
    while stack:
        element, above = stack.pop()
        yield element, above
        below = (*above, clean_guid(element.get("guid")))
        stack += [(child, below) for child in reversed([*offspring(element, "Code")])]


def _read_users(root: Element, path: Path, notes: list[Repair]) -> dict[str, str]:
    """Return the names of coders by id; two of one name get a number."""
    elements = list(offspring(next(offspring(root, "Users"), None), "User"))
    users, seen = {}, Counter[str]()
    for user in elements:
        guid = clean_guid(user.get("guid"))
        name = " ".join((user.get("name") or user.get("id") or guid).split())
        seen[name] += 1
        if seen[name] > 1:
            told = f"{name} ({seen[name]})"
            notes.append(Repair(path.name, 1, "coder", name, told, "two coders of one name"))
            name = told
        users[guid] = name
    return users
