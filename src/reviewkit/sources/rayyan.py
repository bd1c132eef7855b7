"""Decisions in the notes of Rayyan: its articles.csv, and the same notes in RIS and BibTeX.

Rayyan keeps the verdicts of all reviewers of a record in one cell, as Ruby prints a hash::

    note | RAYYAN-INCLUSION: {"Ada"=>"Included", "Bo"=>"Excluded"} | RAYYAN-LABELS: a,b
    | RAYYAN-EXCLUSION-REASONS: wrong population | USER-NOTES: {"Ada"=>["text"]}

The blocks stand in any order and any may be missing.  A name may hold whatever a name can hold,
braces, arrows and quotation marks too, so the hash is read sign by sign.  Reasons and labels are
those of the record: the file does not say which reviewer gave them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewkit.sources.votes import VERDICTS

__all__ = ["MARK", "RayyanNotes", "read_notes"]

#: What begins the verdicts in a note.
MARK = "RAYYAN-INCLUSION"

_HASH = re.compile(r"(RAYYAN-INCLUSION|USER-NOTES):\s*(?=\{)")
_LIST = re.compile(
    r"(RAYYAN-LABELS|RAYYAN-EXCLUSION-REASONS):[ \t]*(.*?)"
    r"(?=\s*\|\s*(?:RAYYAN-[A-Z-]+|USER-NOTES):|\s*\Z)",
    re.DOTALL,
)
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_PAIR = re.compile(rf"\s*{_TEXT}\s*=>\s*(?:{_TEXT}|nil)\s*(,|\}})", re.DOTALL)
#: The same where a quotation mark in a name is not escaped: a known verdict ends the name.
_LOOSE = re.compile(
    r'\s*"((?:(?!"\s*=>).)*)"\s*=>\s*"(Included|Excluded|Maybe|Undecided)"\s*(,(?=\s*")|\})',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|.)", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " "}


class RayyanNotes(NamedTuple):
    """What a note says: verdicts by the name of the reviewer; reasons and labels of the record."""

    votes: dict[str, str]
    reasons: str
    labels: str
    problem: str = ""  # what of the verdicts cannot be read


def read_notes(note: str) -> RayyanNotes:
    """Return what a note of Rayyan says.

    >>> read_notes('RAYYAN-INCLUSION: {"Ada"=>"Included", "Bo {2}"=>"Maybe"}').votes
    {'Ada': 'include', 'Bo {2}': 'maybe'}
    """
    votes: dict[str, str] = {}
    problem, at = "", 0
    rest: list[str] = []
    while found := _HASH.search(note, at):
        rest.append(note[at : found.start()])
        if found[1] == MARK:
            spelled, at = _read_hash(note, found.end())
            unknown = [text for text in spelled.values() if text.casefold() not in _KNOWN]
            if at < 0 or unknown:
                problem = note[found.start() :][:80]
                at = found.end()
            votes.update({name: _KNOWN.get(text.casefold(), "") for name, text in spelled.items()})
        else:
            at = _skip_hash(note, found.end())
    left = "".join([*rest, note[at:]])
    if MARK in left and not problem:
        problem = left[left.index(MARK) :][:80]
    lists = {name: text.strip(" |\n") for name, text in _LIST.findall(left)}
    reasons = lists.get("RAYYAN-EXCLUSION-REASONS", "")
    return RayyanNotes(votes, reasons, lists.get("RAYYAN-LABELS", ""), problem)


def _read_hash(note: str, start: int) -> tuple[dict[str, str], int]:
    """Return names and verdicts of a hash, and where it ends; -1 if it cannot be read."""
    for pattern in (_PAIR, _LOOSE):
        spelled: dict[str, str] = {}
        at = start + 1
        if note[at : at + 1] == "}":
            return {}, at + 1
        while found := pattern.match(note, at):
            spelled[_unescape(found[1])] = found[2] or ""
            at = found.end()
            if found[3] == "}":
                return spelled, at
    return {}, -1


def _skip_hash(note: str, start: int) -> int:
    """Return where a hash ends, brackets within quotation marks left out; its start if it does not."""
    depth = 0
    for found in re.compile(rf"{_TEXT}|[\[\]{{}}]", re.DOTALL).finditer(note, start):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
            if not depth:
                return found.end()
    return start


def _unescape(text: str) -> str:
    r"""Return a text as Ruby means it.

    >>> _unescape(r'Ann \"Nan\" Lee \u00e9')
    'Ann "Nan" Lee é'
    """
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_replace, text)


def _replace(found: re.Match[str]) -> str:
    number = found[2] or found[3]
    if number:
        return chr(int(number, 16)) if int(number, 16) < 0x110000 else found[0]
    return _LETTERS.get(found[1], found[1])


#: Verdicts of a hash; who is undecided is mostly not in it at all.
_KNOWN = {**VERDICTS, "undecided": "", "": ""}
