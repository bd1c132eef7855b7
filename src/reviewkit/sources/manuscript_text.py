"""A manuscript as passages of text, each with its section and place.

Text, Word documents and PDFs with a text layer are read.  What typesetting did to the words is
undone: wrapped lines are joined, also over a column or page break, soft hyphens and ligatures
are resolved, running heads are left out.  Each passage remembers the line (page, for a PDF) of
every part of it, so that a number found in it can be shown where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from reviewkit._core.errors import ParseError
from reviewkit.sources.content import read_bytes
from reviewkit.sources.manuscript_files import (
    CAPTION,
    Line,
    WordTable,
    clean_text,
    read_docx,
    read_pdf,
    read_text,
)

__all__ = ["Document", "Line", "Passage", "Sentence", "read_document", "split_sentences"]

#: Headings that begin a section, in the words of most journals.
HEADINGS = (
    "abstract", "summary", "background", "introduction", "objectives", "aims", "methods", "method",
    "materials and methods", "methodology", "search strategy", "study selection", "eligibility criteria",
    "data extraction", "quality assessment", "research tools", "results", "findings", "discussion",
    "limitations", "conclusion", "conclusions", "references", "bibliography", "literature cited",
    "acknowledgements", "acknowledgments", "funding", "appendix", "supplementary material",
)  # fmt: skip
_END = ("references", "bibliography", "literature cited")
_NUMBERED = re.compile(r"^\s*(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")
_BULLET = re.compile(r"^\s*[-–—•●▪◦*·]\s+(?=\S)")
_CLOSED = re.compile(r"[.:;!?…][\"'”’)\]]*\s*$")
_SHORT = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|vs|cf|fig|figs|no|nos|dr|prof|st|approx|ca|resp|incl|suppl|ref|refs|vol|pp?|eds?|[A-Z])|^[A-Z])\.$",
    re.IGNORECASE,
)  # fmt: skip
_BREAK = re.compile(r"[.!?][\"'”’)\]]*(?P<gap>\s+)(?=[\"'“‘(\[]?[A-Z0-9])")
_MOST = 20_000_000  # characters of a manuscript


class Passage(NamedTuple):
    """Joined lines: a paragraph, an item of a list, a heading or a caption."""

    text: str
    section: str
    kind: str  # "prose", "item", "heading", "caption" or "cell"
    starts: tuple[int, ...]  # where each line begins in `text`
    lines: tuple[Line, ...]

    def locate(self, at: int) -> Line:
        """Return the line in which a place of the text lies."""
        return self.lines[max(0, bisect_right(self.starts, at) - 1)]


class Sentence(NamedTuple):
    """A sentence and where it begins in its passage."""

    text: str
    start: int
    passage: Passage


class Document(NamedTuple):
    """A manuscript."""

    name: str
    kind: str  # "text", "docx" or "pdf"
    passages: tuple[Passage, ...]
    tables: tuple[WordTable, ...]  # caption, rows of cells
    lines: tuple[Line, ...]

    def sentences(self) -> Iterator[Sentence]:
        """Yield all sentences of prose, items and captions, before the references."""
        for passage in self.passages:
            if passage.kind != "heading" and passage.section not in _END:
                yield from split_sentences(passage)


def read_document(path: str | PathLike[str]) -> Document:
    """Read a manuscript; its content tells what it is.

    Raises
    ------
    InputError
        If there is no such file.
    ParseError
        If it is neither text nor a Word document nor a PDF with a text layer.
    """
    path = Path(path)
    data = read_bytes(path)
    tables: list[WordTable] = []
    if data.startswith((b"%PDF", b"\xef\xbb\xbf%PDF")):
        kind, lines = "pdf", read_pdf(path)
    elif data.startswith(b"PK\x03\x04"):
        kind = "docx"
        lines, tables = read_docx(path)
    else:
        kind, lines = "text", read_text(data, path)
    lines = [line._replace(text=clean_text(line.text)) for line in lines]
    if sum(len(line.text) for line in lines) > _MOST:
        raise ParseError(
            f"{path.name!r} must be one manuscript. It holds more than {_MOST:,} letters. "
            f"Give the manuscript alone."
        )
    if not any(line.text.strip() for line in lines):
        raise ParseError(
            f"{path.name!r} must hold text. Found none: a scan needs text recognition first."
        )
    kept = _drop_running_heads(lines) if kind == "pdf" else lines
    return Document(path.name, kind, tuple(_join(kept)), tuple(tables), tuple(kept))


def _drop_running_heads(lines: Sequence[Line]) -> list[Line]:
    """Leave out lines that stand at the edge of many pages, but for their numbers the same."""
    pages = max((line.page for line in lines), default=1)
    if pages < 3:
        return list(lines)
    edges: Counter[str] = Counter()
    last = Counter(line.page for line in lines)
    for line in lines:
        if line.text.strip() and (line.number <= 2 or line.number >= last[line.page] - 2):
            edges[re.sub(r"\d+", "#", line.text.strip())] += 1
    heads = {text for text, n in edges.items() if n >= max(3, pages // 2)}
    return [line for line in lines if re.sub(r"\d+", "#", line.text.strip()) not in heads]


def _join(lines: Iterable[Line]) -> Iterator[Passage]:
    """Yield passages: lines are joined up to a blank one, a heading, an item or a caption."""
    section = ""
    for kind, group in _cut_blocks(list(lines)):
        if kind == "heading":
            section = _plain_heading(group[0].text)
        yield _make_passage(group, section, kind)


def _cut_blocks(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    blocks: list[tuple[str, list[Line]]] = []
    fresh = True
    for line in lines:
        text = line.text.strip()
        if not text:
            fresh = True
            continue
        if _is_heading(line.text):
            blocks.append(("heading", [line]))
            fresh = True
            continue
        kind = (
            "item"
            if _BULLET.match(line.text)
            else "caption"
            if CAPTION.match(line.text)
            else "prose"
        )
        if (
            not blocks
            or kind != "prose"
            or blocks[-1][0] == "heading"
            or (fresh and not _goes_on(blocks, text))
        ):
            blocks.append((kind, [line]))
        else:
            _append(blocks, line, fresh)
        fresh = False
    return blocks


def _append(blocks: list[tuple[str, list[Line]]], line: Line, fresh: bool) -> None:
    """Add a line to the last block; over a break, to the last prose that is not closed."""
    if fresh:
        for kind, block in reversed(blocks):
            if kind == "prose" and not _CLOSED.search(block[-1].text):
                block.append(line)
                return
    blocks[-1][1].append(line)


def _goes_on(blocks: Sequence[tuple[str, list[Line]]], text: str) -> bool:
    """Return whether a line after a break goes on with a sentence before it."""
    kind, block = blocks[-1]
    return kind == "prose" and text[0].islower() and not _CLOSED.search(block[-1].text)


def _is_heading(text: str) -> bool:
    plain = _NUMBERED.sub("", text).strip()
    return (
        len(plain) <= 60
        and plain[:1].isupper()
        and not plain.endswith(".")
        and (_plain_heading(text) in HEADINGS)
    )


def _plain_heading(text: str) -> str:
    return _NUMBERED.sub("", text).strip().rstrip(":.").casefold()


def _make_passage(lines: Sequence[Line], section: str, kind: str) -> Passage:
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for line in lines:
        text = " ".join(_BULLET.sub("", line.text).split())
        if parts and parts[-1].endswith("-") and len(parts[-1]) > 1 and parts[-1][-2].isalpha():
            joint = ""  # "work-" + "life", "psycho-" + "therapy": the hyphen stays, words are whole
        else:
            joint = " " if parts else ""
        starts.append(length + len(joint))
        parts.append(joint + text)
        length += len(joint) + len(text)
    return Passage("".join(parts), section, kind, tuple(starts), tuple(lines))


def split_sentences(passage: Passage) -> Iterator[Sentence]:
    """Yield the sentences of a passage.

    >>> line = Line("Lau et al. (2021) found 54.8%. Of 21, 8 fell.", 1, 1)
    >>> [s.text for s in split_sentences(_make_passage([line], "", "prose"))]
    ['Lau et al. (2021) found 54.8%.', 'Of 21, 8 fell.']
    """
    text, start = passage.text, 0
    for match in _BREAK.finditer(text):
        end = match.start("gap")
        if _SHORT.search(text[start:end]):
            continue
        yield Sentence(text[start:end].strip(), start, passage)
        start = match.end()
    if text[start:].strip():
        yield Sentence(text[start:].strip(), start, passage)
