"""The sources of a REFI-QDA project: their texts, and what is coded in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree.ElementTree import Element

from reviewkit.sources.refi_archive import Archive
from reviewkit.sources.refi_offsets import STANDARD, Selection, find_count, plain_text
from reviewkit.sources.refi_parts import (
    RefiSegment,
    RefiSource,
    clean_guid,
    inner_text,
    local_name,
    offspring,
)
from reviewkit.sources.repairs import Repair

__all__ = ["SOURCES", "Reader"]

_INTERNAL = "internal://"


class Reader:
    """Collects sources and segments of one project; what is odd goes to the notes."""

    def __init__(
        self, path: Path, archive: Archive | None, codes: set[str], users: Mapping[str, str],
        notes: list[Repair],
    ) -> None:  # fmt: skip
        self._path, self._archive, self._codes = path, archive, codes
        self._users, self._notes = users, notes
        self._studies: dict[str, list[str]] = {}
        self._cases: set[str] = set()
        self.sources: list[RefiSource] = []
        self.segments: list[RefiSegment] = []

    def read_cases(self, cases: Element | None) -> None:
        """Remember which study (a case with a name) each source belongs to."""
        for case in offspring(cases, "Case"):
            self._cases.add(clean_guid(case.get("guid")))
            name = " ".join((case.get("name") or "").split())
            for reference in offspring(case, "SourceRef") if name else ():
                self._studies.setdefault(clean_guid(reference.get("targetGUID")), []).append(name)

    def read_sources(self, sources: Element | None) -> None:
        """Read every source that holds selections, in the order of the file."""
        for element in sources if sources is not None else ():
            kind = local_name(element)
            if kind not in SOURCES:
                self._note("source", kind, "", "source of a kind that is not known left out")
                continue
            self._read_source(element)

    def _read_source(self, element: Element) -> None:
        guid = clean_guid(element.get("guid"))
        name = " ".join((element.get("name") or "").split()) or guid
        studies = [*dict.fromkeys(self._studies.get(guid, ()))]
        if len(studies) > 1:
            self._note("source", name, name, f"in {len(studies)} cases; the source is the study")
        parts = [element, *offspring(element, "Representation"), *offspring(element, "Transcript")]
        text: str | None = None
        for part in parts:
            found = self._read_text(part, name)
            text = found if text is None else text
            self._read_text_selections(part, guid, name, found)
            for child in part:
                if local_name(child) in _NO_TEXT:
                    self._note("source", name, name, _NO_TEXT[local_name(child)])
                    self._add(child, guid, name, None, None)
            self._add(part, guid, name, None, None)
        study = studies[0] if len(studies) == 1 else ""
        self.sources.append(
            RefiSource(guid, name, None if text is None else plain_text(text), study)
        )

    def _read_text(self, element: Element, name: str) -> str | None:
        """Return the text of a source as its file has it."""
        inline = next(offspring(element, "PlainTextContent"), None)
        if inline is not None:
            return "".join(inline.itertext())
        place = (element.get("plainTextPath") or "").strip()
        if not place:
            return None
        if self._archive is None or not place.casefold().startswith(_INTERNAL):
            self._note("source", name, name, f"text outside the project is not read: {place}")
            return None
        bare = place[len(_INTERNAL) :].lstrip("/")
        entry = self._archive.find(f"sources/{bare}", bare)
        if entry is None and clean_guid(Path(bare).stem) != Path(bare).stem:
            entry = self._archive.find(f"sources/{clean_guid(Path(bare).stem)}{Path(bare).suffix}")
        if entry is None:
            self._note("source", name, name, f"text is not in the project: {place}")
            return None
        data = self._archive.read(entry)
        try:
            return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
        except UnicodeDecodeError:
            self._note("source", name, name, "text is not UTF-8; read as Windows-1252")
            return data.decode("cp1252", errors="replace")

    def _read_text_selections(
        self, part: Element, guid: str, name: str, raw: str | None
    ) -> None:  # fmt: skip
        selections = list(offspring(part, "PlainTextSelection"))
        told = []
        for one in selections:
            given = [_whole(one.get(key)) for key in ("startPosition", "endPosition")]
            start, end = (place if place is not None else -1 for place in given)
            told.append(Selection(start, max(start, end), one.get("name") or ""))
        way, places = find_count(raw or "", told if raw is not None else [])
        if way != STANDARD:
            self._note("source", name, name, f"places counted in {way}; moved to the standard's")
        for element, (start, end, _) in zip(selections, told, strict=True):
            if raw is None or start < 0:
                self._add(
                    element, guid, name, start if start >= 0 else None, end if start >= 0 else None
                )
                continue
            last = len(places) - 1
            if end > last:
                said = f"places {start} to {end} are beyond the text of {last} characters"
                self._note("source", name, name, said)
            moved = [int(places[at]) if at <= last else at for at in (start, end)]
            self._add(element, guid, name, moved[0], moved[1])

    def _add(
        self, element: Element, source: str, name: str, start: int | None, end: int | None
    ) -> None:
        """Add a segment for each code of a selection, or of a source as a whole."""
        memo = inner_text(element) if "selection" in local_name(element) else ""
        codings = list(offspring(element, "Coding"))
        if not codings and "selection" in local_name(element):
            what = (
                "selection with a memo and no code left out"
                if memo
                else "selection without a code left out"
            )
            self._note("code", memo, "", what)
        for coding in codings:
            reference = next(offspring(coding, "CodeRef"), None)
            code = clean_guid(reference.get("targetGUID")) if reference is not None else ""
            if code not in self._codes:
                kind = (
                    "coding to a case left out"
                    if code in self._cases
                    else "coding to no code of the codebook left out"
                )
                self._note("code", code or name, "", kind)
                continue
            user = clean_guid(coding.get("creatingUser") or element.get("creatingUser"))
            guid = clean_guid(coding.get("guid") or element.get("guid"))
            if user and user not in self._users:
                self._note("coder", user, user, "coder is not among the users")
            self.segments.append(RefiSegment(guid, source, code, user, start, end, memo))

    def _note(self, column: str, before: str, after: str, what: str) -> None:
        self._notes.append(Repair(self._path.name, 1, column, before, after, what))


def _whole(text: str | None) -> int | None:
    """Return a whole number of 0 or more, if the text is one."""
    bare = (text or "").strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 16 else None


#: Elements that are sources.
SOURCES = frozenset({"textsource", "pdfsource", "picturesource", "audiosource", "videosource"})
#: Selections that are no stretch of text, and what the log says of them.
_NO_TEXT: Mapping[str, str] = MappingProxyType(
    {
        "pictureselection": "selection in a picture: its place is not read",
        "pdfselection": "selection on a page: its place is not read",
        "audioselection": "selection in a recording: its place is not read",
        "videoselection": "selection in a recording: its place is not read",
        "transcriptselection": "selection between times: its place is not read",
    }
)
