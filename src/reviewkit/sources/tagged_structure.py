"""Where records begin and end in a tagged file, whatever is missing.

A record runs from its start tag to its end tag, or to the next start.  One that lost its start
is recognised by its title.  Each difference from start, end, start, end ... is noted with its
line, and so is all text that stands in no record.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from reviewkit.sources.tagged_lines import Index, Lines, Mask

__all__ = ["Structure", "find_records"]

#: What stands before a record, where the one before it was never closed.
_PREAMBLE = re.compile(
    r"\d+\.|<\d+>|Record #\d+ of \d+|Provider: .*|Content: text/plain.*", re.IGNORECASE
)


class Structure:
    """The records of a file."""

    def __init__(self, starts: Index, n_starts: int, n_ends: int) -> None:
        self.starts = starts  # the line of each record, from 0
        self.n_starts = n_starts
        self.n_ends = n_ends


def find_records(lines: Lines) -> Structure:
    """Give each line its record, and each wrapped line to the tag that it continues."""
    dialect = lines.dialect
    begins = _find_starts(lines)
    n_starts = int(begins.sum())
    ends = lines.find(dialect.end) if dialect.end else np.zeros_like(begins)
    begins &= ~_find_doubled(lines, begins, ends)
    inside = _find_inside(begins, ends)
    lost = _find_lost_starts(lines, begins, ends, inside)
    if lost.any():
        begins |= lost
        inside = _find_inside(begins, ends)
    lines.records = np.where(inside, np.cumsum(begins, dtype=np.int32) - 1, -1)
    starts = np.flatnonzero(begins)
    if dialect.end:
        _note_ends(lines, starts, ends)
    _join_wrapped(lines)
    return Structure(starts, n_starts, int(ends.sum()) if dialect.end else n_starts)


def _find_starts(lines: Lines) -> Mask:
    begins = lines.find(lines.dialect.start)
    if not begins.any() and not lines.dialect.end and lines.codes.any():
        # Databases other than PubMed begin records with a tag of their own.
        begins = lines.codes == lines.codes[np.flatnonzero(lines.codes)[0]]
    return begins


def _find_doubled(lines: Lines, begins: Mask, ends: Mask) -> Mask:
    """Return the starts that follow another one at once: the same start, given twice."""
    tags = np.flatnonzero(lines.codes)
    doubled = np.zeros_like(begins)
    if lines.dialect.end:
        doubled[tags[1:][begins[tags[1:]] & begins[tags[:-1]]]] = True
        for at in np.flatnonzero(doubled).tolist():
            lines.note(at, "start given twice")
    return doubled


def _find_inside(begins: Mask, ends: Mask) -> Mask:
    """Return which lines are within a record, from its start up to its end."""
    # Between two bounds, a start or the line behind an end, all lines are of one sort.
    starts, after = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    bounds = np.concatenate([[0], starts, after[after < len(begins)], [len(begins)]])
    is_inside = np.zeros(len(bounds), dtype=bool)
    is_inside[1 : len(starts) + 1] = True
    order = np.lexsort([is_inside, bounds])  # a start counts where it follows an end at once
    inside: Mask = np.repeat(is_inside[order][:-1], np.diff(bounds[order]))
    return inside


def _find_lost_starts(lines: Lines, begins: Mask, ends: Mask, inside: Mask) -> Mask:
    """Return where records begin that have a title and yet no start."""
    found = np.zeros_like(begins)
    titles = [tag for tag, field in lines.dialect.fields.items() if field == "title"]
    outside = np.flatnonzero(lines.find(*titles) & ~inside)
    if not len(outside) or not lines.dialect.end:
        return found
    pieces = np.cumsum(begins) + np.concatenate([[0], np.cumsum(ends)[:-1]])
    is_tag = (lines.codes != 0) & ~lines.find(*lines.dialect.furniture)
    for piece in np.unique(pieces[outside]).tolist():
        first = int(np.flatnonzero((pieces == piece) & is_tag & ~inside)[0])
        found[first] = True
        lines.note(first, "record without a start")
    return found


def _note_ends(lines: Lines, starts: Index, ends: Mask) -> None:
    """Note records without an end and ends without a record; take back what follows the former."""
    at_end = np.flatnonzero(ends)
    odd = (lines.records[at_end] < 0) | lines.may_have_value(at_end)
    for at in at_end[odd].tolist():
        if lines.records[at] < 0:
            lines.note(at, "end without a record")
        elif lines.value(at):
            lines.note(at, "text after an end")
    is_open = np.ones(len(starts) + 1, dtype=bool)
    is_open[lines.records[ends]] = False  # the last one stands for the lines outside
    bounds = [*starts.tolist(), len(lines.records)]
    for record in np.flatnonzero(is_open[:-1]).tolist():
        start, stop = bounds[record : record + 2]
        lines.note(start, "record without an end")
        for at in range(stop - 1, start, -1):
            if lines.codes[at] or not (
                lines.is_blank[at] or _PREAMBLE.fullmatch(lines.text(at).strip())
            ):
                break
            lines.records[at] = -1


def _join_wrapped(lines: Lines) -> None:
    """Join lines without a tag to the value before them, or make them values of their own."""
    dialect = lines.dialect
    wrapped = np.flatnonzero((lines.codes == 0) & ~lines.is_blank & (lines.records >= 0))
    if not len(wrapped):
        return
    tags = np.flatnonzero(lines.codes)
    owners = tags[np.searchsorted(tags, wrapped) - 1]
    codes = lines.codes[owners]
    names = {code: lines.name(code) for code in np.unique(codes).tolist()}
    bounds = (dialect.start, dialect.end) if dialect.end else ()
    known = {*dialect.fields, *dialect.choices} - {*bounds, *dialect.listed}
    is_bound, is_listed, is_known = (
        np.isin(codes, [code for code, name in names.items() if name in some])
        for some in (bounds, dialect.listed.difference(bounds), known)
    )
    for line in wrapped[is_bound].tolist():
        lines.note(line, "text without a tag")
    for line, code in zip(wrapped[is_listed].tolist(), codes[is_listed].tolist(), strict=True):
        lines.mend(line, names[code], lines.text(line).strip())
    rest = ~is_bound & ~is_listed & ~is_known
    lines.codes[wrapped[rest]] = codes[rest]  # dropped as that tag is
    lines.is_wrapped[wrapped[rest]] = True
    _join_values(lines, owners[is_known], wrapped[is_known])


def _join_values(lines: Lines, owners: Index, wrapped: Index) -> None:
    """Join wrapped lines to the lines that they belong to."""
    bounds = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
    for begin, end in pairwise(bounds if len(owners) else []):
        owner, last = int(owners[begin]), int(wrapped[end - 1])
        if last - owner == end - begin:  # nothing stands between them
            head, *texts = lines.text_of(owner, last).split("\n")
        else:
            head, *texts = lines.text(owner), *lines.texts(wrapped[begin:end])
        lines.change(owner, " ".join([head.rstrip(), *map(str.strip, texts)]))
