"""Codes that become one: recorded, undone at will, with the trail back to each quote.

A result keeps the segments with the codes that they had; what each code becomes is a
table beside them.  To undo is to leave entries out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.coding.confirmed import join_confirmed, take_verdicts
from reviewkit.coding.inputs import take_segments, take_themes
from reviewkit.coding.labels import count_of, read_labels
from reviewkit.coding.rules import CodeRow, parse_codebook, settle_themes

__all__ = ["MergedCodes", "merge_codes"]

_TRAIL = ("theme", "code", "original_code", "study", "source", "start", "end", "coder", "text")


class Kept(NamedTuple):
    """A frame that cannot change."""

    names: tuple[str, ...]
    columns: tuple[tuple[Any, ...], ...]
    dtypes: tuple[Any, ...]

    @classmethod
    def take(cls, frame: pd.DataFrame) -> Kept:
        """Return the cells of a frame."""
        columns = tuple(tuple(frame.iloc[:, at].tolist()) for at in range(frame.shape[1]))
        return cls(tuple(map(str, frame.columns)), columns, tuple(frame.dtypes))

    def frame(self) -> pd.DataFrame:
        """Return the frame again."""
        return pd.DataFrame(
            {
                name: pd.Series([*cells], dtype=dtype)
                for name, cells, dtype in zip(self.names, self.columns, self.dtypes, strict=True)
            }
        )


@dataclass(frozen=True, slots=True)
class MergedCodes(Result):
    """Segments and codebook after merges, and the record of these."""

    title: ClassVar[str] = "Merged codes"

    becomes: tuple[tuple[str, str], ...]  # code and the one that it became, in order
    original: Kept  # segments with the codes that they had
    book: Kept | None  # the codebook before
    n_undecided: int

    @property
    def segments(self) -> pd.DataFrame:
        """The segments, numbered from 0; ``original_code`` is what each was coded as."""
        frame = self.original.frame()
        codes = read_labels(frame["code"])
        new = dict(self.becomes)
        before = read_labels(frame["original_code"]) if "original_code" in frame else codes
        frame["code"] = pd.Series([new.get(code, code) for code in codes], dtype=str)
        frame["original_code"] = pd.Series(
            [old or code for old, code in zip(before, codes, strict=True)], dtype=str
        )
        return frame

    @property
    def codebook(self) -> pd.DataFrame | None:
        """The codebook with merged codes; ``merged`` lists what became one."""
        return None if self.book is None else _merge_book(self.book.frame(), dict(self.becomes))

    def to_frame(self) -> pd.DataFrame:
        """Return the record: one row a code that became another.

        Columns are ``code, merged_into, n_segments, n_studies`` (of the code before), ``theme``
        and ``theme_after``.
        """
        frame = self.original.frame()
        codes, studies = read_labels(frame["code"]), read_labels(frame["study"])
        segments = Counter(codes)
        behind: dict[str, set[str]] = {}
        for code, study in zip(codes, studies, strict=True):
            behind.setdefault(code, set()).add(study)
        before, after = self._themes(self.book and self.book.frame()), self._themes(self.codebook)
        rows = [
            (
                code,
                into,
                segments[code],
                len(behind.get(code, ())),
                before.get(code, ""),
                after.get(into, ""),
            )
            for code, into in self.becomes
        ]
        columns = ["code", "merged_into", "n_segments", "n_studies", "theme", "theme_after"]
        return pd.DataFrame(rows, columns=columns)

    def undo(self, *codes: str) -> MergedCodes:
        """Return the result without the merges of these codes; without all if none is named."""
        merged = {code for code, _ in self.becomes}
        strangers = sorted({*codes} - merged)
        if strangers:
            raise InputError(
                f"Only merged codes can be undone. Not merged: "
                f"{list_some([*map(repr, strangers)], sep=', ')}. "
                f"Merged are {list_some([*map(repr, sorted(merged))], sep=', ') or 'none'}."
            )
        left = tuple(pair for pair in self.becomes if codes and pair[0] not in codes)
        return replace(self, becomes=left)

    def trail(self, theme: str | None = None) -> pd.DataFrame:
        """Return the way from each theme, or one, to its quotes.

        One row a segment: ``theme, code, original_code, study, source, start, end, coder,
        text``; what the segments have no column for is missing.
        """
        frame = self.segments
        themes = self._themes(self.codebook)
        codes = read_labels(frame["code"])
        frame["theme"] = pd.Series([themes.get(code, code) for code in codes], dtype=str)
        for name in _TRAIL:
            if name not in frame:
                frame[name] = pd.Series([np.nan] * len(frame), dtype=str)
        frame = frame[[*_TRAIL]]
        if theme is not None:
            known = [*dict.fromkeys(frame["theme"])]
            if theme not in known:
                raise InputError(
                    f"`theme` must be one of {list_some([*map(repr, known)], sep=', ')}. Got {theme!r}."
                )
            frame = frame[frame["theme"] == theme]
        return frame.sort_values(["theme", "code"], kind="stable").reset_index(drop=True)

    def _themes(self, book: pd.DataFrame | None) -> dict[str, str]:
        if book is None:
            return {}
        return {code.code: code.theme for code in settle_themes(parse_codebook(book)[0])[0]}

    def _headline(self) -> str:
        record = self.to_frame()
        into = len({name for _, name in self.becomes})
        moved = int((record["theme"] != record["theme_after"]).sum())
        codes, segments = len(record), int(record["n_segments"].sum())
        told = (
            f"{format_count(codes)} {'code' if codes == 1 else 'codes'} became one of "
            f"{format_count(into)} {'other' if into == 1 else 'others'}; "
            f"{format_count(segments)} {'segment' if segments == 1 else 'segments'} changed code."
        )
        told += f" {format_count(moved)} moved to another theme." if moved else ""
        pairs = self.n_undecided
        return told + (f" Undecided: {count_of(pairs, 'proposed pair')}." if pairs else "")


def merge_codes(
    segments: pd.DataFrame, confirmed: pd.DataFrame, *, codebook: pd.DataFrame | None = None
) -> MergedCodes:
    """Merge the codes that a person confirmed to be one.

    Parameters
    ----------
    segments : DataFrame
        One row a coded segment, with the columns ``study`` and ``code``; never changed.
    confirmed : DataFrame
        Pairs with the columns ``left``, ``right``, ``merge`` (True, or yes; False, or no; blank
        is undecided) and if need be ``keep``, the name that remains, as from
        :func:`read_merges`.  Pairs that share a code are one group.
    codebook : DataFrame, optional
        Loses the merged codes; what they were parents of gets the remaining code as its parent.

    Returns
    -------
    MergedCodes
        With :attr:`~MergedCodes.segments`, :attr:`~MergedCodes.codebook`, the record
        (:meth:`~MergedCodes.to_frame`), :meth:`~MergedCodes.undo`, and the way from theme to
        quote (:meth:`~MergedCodes.trail`).

    Raises
    ------
    InputError
        If a column is missing; if a code is not known; if a pair with no is joined by others;
        if one group is to have two new names; if a new name would be in two themes.

    References
    ----------
    Thomas, J. and Harden, A. (2008). doi:10.1186/1471-2288-8-45

    Examples
    --------
    >>> segments = pd.DataFrame({"study": ["Lee (10)", "Knox (13)"], "code": ["Burn-out", "burnout"]})
    >>> confirmed = pd.DataFrame({"left": ["Burn-out"], "right": ["burnout"], "keep": ["Burnout"],
    ...                           "merge": [True]})
    >>> merged = merge_codes(segments, confirmed)
    >>> merged.segments.to_numpy().tolist()
    [['Lee (10)', 'Burnout', 'Burn-out'], ['Knox (13)', 'Burnout', 'burnout']]
    >>> merged.undo("burnout").segments["code"].tolist()
    ['Burnout', 'burnout']
    """
    _, codes = take_segments(segments)
    places = [f"index {label!r}" for label in confirmed.index]
    verdicts = take_verdicts(confirmed, places, "`confirmed`")
    known = [*codes]
    if codebook is not None:
        known += take_themes(codebook, codes)
    becomes = join_confirmed(verdicts, Counter(codes), known)
    if codebook is not None:
        _merge_book(codebook, becomes)  # for its rules
    return MergedCodes(
        tuple(sorted(becomes.items())), Kept.take(segments.reset_index(drop=True)),
        None if codebook is None else Kept.take(codebook), verdicts.merge.count(None),
    )  # fmt: skip


def _merge_book(book: pd.DataFrame, becomes: Mapping[str, str]) -> pd.DataFrame:
    """Return a codebook in which merged codes are one, and no parent is lost."""
    codes, _ = settle_themes(parse_codebook(book)[0])
    by_name = {code.code: code for code in codes}
    groups: dict[str, list[str]] = {}
    for code in codes:
        if code.code in becomes or code.code in becomes.values():
            groups.setdefault(becomes.get(code.code, code.code), []).append(code.code)
    kept_rows = [code for code in codes if code.code not in becomes]
    for name, members in groups.items():
        if name not in by_name:
            kept_rows.append(_invent(name, [by_name[one] for one in members]))
    kept_rows.sort(key=lambda code: code.row)
    frame = book.iloc[[code.row for code in kept_rows]].reset_index(drop=True)
    names = [code.code for code in kept_rows]
    frame["code"] = pd.Series(names, dtype=str)
    frame["theme"] = pd.Series([code.theme for code in kept_rows], dtype=str)
    parents = [_find_parent(code, by_name, becomes) for code in kept_rows]
    frame["parent"] = pd.Series([parent or np.nan for parent in parents], dtype=str)
    told = ["; ".join(one for one in groups.get(name, ()) if one != name) for name in names]
    frame["merged"] = pd.Series([text or np.nan for text in told], dtype=str)
    return frame


def _invent(name: str, members: Sequence[CodeRow]) -> CodeRow:
    """Return the row of a code that is new, like the first of those that become it."""
    themes = sorted({code.theme for code in members})
    if len(themes) > 1:
        raise InputError(
            f"A code has one theme. {name!r} would have {' and '.join(map(repr, themes))}, from "
            f"{list_some([repr(code.code) for code in members], sep=', ')}. Write under `keep` the "
            f"code whose theme is right."
        )
    first = min(members, key=lambda code: code.row)
    return first._replace(code=name)


def _find_parent(code: CodeRow, book: Mapping[str, CodeRow], becomes: Mapping[str, str]) -> str:
    """Return the nearest code above that is not, nor stands below, what became this code."""
    chain, parent = [], code.parent
    while parent:
        chain.append(parent)
        parent = book[parent].parent
    own = [at for at, name in enumerate(chain) if becomes.get(name, name) == code.code]
    above = chain[own[-1] + 1 :] if own else chain
    return becomes.get(above[0], above[0]) if above else ""
