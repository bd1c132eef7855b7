"""Blocks of a BibTeX file, and what can be saved of those that break its rules.

bibtexparser gives up an entry at its first mismatched brace and goes on at the next ``@`` that
starts a line.  What it gave up is read here by a simpler rule: a known field starts a line or
follows a comma, and ends where the next one starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    Entry,
    ExplicitComment,
    ImplicitComment,
    ParsingFailedBlock,
    Preamble,
    String,
)
from bibtexparser.splitter import Splitter

__all__ = ["closes_at_end", "join_value", "save_fields", "split_blocks"]

Fields = list[tuple[int, str, str]]  # line, name and raw value

_HEAD = re.compile(r"\s*@[ \t]*([A-Za-z]+)\s*[{(]\s*([^\s{},=\"]*)")
_FIELD = re.compile(r"(?:^|\n|,)[ \t]*+([A-Za-z][\w-]*)[ \t]*=[ \t]*(?=[{\"\w])")
_SIMPLE = re.compile(r"[^\s{}\"#]+")


def split_blocks(text: str) -> Iterator[tuple[int, str, Any]]:
    """Yield line, kind and content of each block.

    Kinds are ``entry`` and ``string`` (a block of bibtexparser), ``broken`` (the reason and all
    text up to the next block), ``comment``, ``preamble`` and ``text`` (its text).
    """
    blocks = list(Splitter(text).split().blocks)
    at, end = 0, 0
    while at < len(blocks):
        block = blocks[at]
        raw = block.raw or ""
        start = max(text.find(raw, end), end)
        end = start + len(raw)
        line = (block.start_line or 0) + 1
        at += 1
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None:
            while at < len(blocks) and isinstance(blocks[at], ImplicitComment):
                at += 1
            following = blocks[at].raw if at < len(blocks) else None
            end = max(text.find(following, start + 1), start) if following else len(text)
            yield line, "broken", (_name_reason(block), text[start:end].strip())
        else:
            yield line, *_name_block(block)


def _name_block(block: Any) -> tuple[str, Any]:
    if isinstance(block, ParsingFailedBlock):
        inner = block.ignore_error_block  # a key or a field stands twice: nothing is broken
        if isinstance(block, DuplicateBlockKeyBlock) and not isinstance(inner, (Entry, String)):
            return _name_block(inner)
        block = inner
    if isinstance(block, Entry):
        return "entry", block
    if isinstance(block, String):
        return "string", block
    if isinstance(block, ExplicitComment):
        return "comment", block.comment
    if isinstance(block, Preamble):
        return "preamble", block.value
    return "text", block.comment


def _name_reason(block: ParsingFailedBlock) -> str:
    reason = str(getattr(block.error, "abort_reason", block.error))
    if "end of file" in reason:
        return "the file ends within it"
    if "block start" in reason:
        return "a brace or quotation mark is not closed"
    return "braces, commas or quotation marks do not match"


def save_fields(
    text: str, line: int, names: frozenset[str], *, is_rest: bool = False
) -> tuple[tuple[str, str] | None, Fields, bool]:
    """Return type and key, the fields, and whether the entry was closed.

    Only fields called one of `names` are told from text that merely looks like one.  With
    `is_rest`, text is the rest of an entry and has no type and key.
    """
    head = None if is_rest else _HEAD.match(text)
    if head is None and not is_rest:
        return None, [], False
    if head:  # the comma behind the key may be what is missing
        text = f"{text[: head.end()]},{text[head.end() :]}"
    starts = [found for found in _FIELD.finditer(text) if found[1].casefold() in names]
    fields: Fields = []
    ends = [*(found.start() for found in starts), len(text)][1:]
    counted, number = 0, line
    for found, end in zip(starts, ends, strict=True):
        number += text.count("\n", counted, found.start(1))
        counted = found.start(1)
        is_last = end == len(text)
        value = _trim_value(text[found.end() : end], is_last=is_last)
        fields.append((number, found[1].casefold(), value))
    return (head[1], head[2]) if head else None, fields, text.rstrip().endswith(("}", ")"))


def _trim_value(value: str, *, is_last: bool) -> str:
    """Return a value in one pair of braces, without the brace that closes its entry."""
    value = value.strip().rstrip(",").rstrip()
    if is_last:
        value = value.removesuffix("}").rstrip().rstrip(",").rstrip()
    if value[:1] == '"':
        return "{" + value[1:].removesuffix('"') + "}"
    if value[:1] != "{":
        return value.partition("\n")[0].strip(" ,}")
    value = value[1:]
    while value.endswith("}") and value.count("}") > value.count("{"):
        value = value[:-1].rstrip()
    return "{" + value + "}"


def join_value(value: str, strings: Mapping[str, str]) -> str:
    """Return the text of a value: in braces, in quotation marks, an abbreviation or a sum.

    >>> join_value('"A " # jan # { B}', {"jan": "January"})
    'A January B'
    """
    value = value.strip()
    if value[:1] == "{" and closes_at_end(value):
        return value[1:-1]
    if _SIMPLE.fullmatch(value):
        return strings.get(value.casefold(), value)
    parts = []
    for piece in _split_sum(value):
        if piece[:1] in {"{", '"'}:
            parts.append(piece[1:-1])
        else:
            parts.append(strings.get(piece.casefold(), piece))
    return "".join(parts)


def closes_at_end(value: str) -> bool:
    """Return whether the first brace is closed by the last one."""
    if "{" not in value[1:]:
        return value.endswith("}")
    depth = 0
    for found in re.finditer(r"(?<!\\)[{}]", value):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.end() == len(value)
    return value.endswith("}")


def _split_sum(value: str) -> list[str]:
    """Split a value at each ``#`` outside of braces and quotation marks."""
    pieces, depth, start, quoted = [], 0, 0, False
    for found in re.finditer(r"(?<!\\)[{}\"]|#", value):
        sign = found[0]
        if sign == '"' and not depth:
            quoted = not quoted
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == "#" and not depth and not quoted:
            pieces.append(value[start : found.start()].strip())
            start = found.end()
    pieces.append(value[start:].strip())
    return [piece for piece in pieces if piece]
