"""Where a number comes from: the records, rows and cells behind it, and how it was made of them.

Every number of a review has a name (:mod:`~reviewkit.review.numbers`).  :func:`trace_number`
leads it back to what was read.  :data:`TRACERS` holds one function a part; one more there makes
the numbers of one more part traceable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.review.headlines import name_stage
from reviewkit.review.numbers import Number, list_numbers
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["TRACERS", "Cell", "Trace", "trace_number"]

_ALIASES = MappingProxyType(
    {
        "flow.excluded_full_text": "flow.reports_excluded", "flow.included": "flow.new_studies",
        "flow.duplicates": "flow.duplicates_removed", "flow.full_text": "flow.assessed",
    }
)  # fmt: skip


class Cell(NamedTuple):
    """A cell that went into a number."""

    file: str
    row: int  # line of a text file or row of a sheet, from 1; 0 where it is not known
    column: str
    text: str
    what: str  # the study, record or box that it belongs to


@dataclass(frozen=True, slots=True)
class Trace(Result):
    """Where a number comes from.

    Attributes
    ----------
    number : Number
        Its name, its words and its value.
    how : tuple of str
        How it was made, in sentences: a recipe, an arithmetic, or that it is as reported.
    cells : tuple of Cell
        The cells of the files that it was made of.
    records : DataFrame or None
        The records behind a count, with reason and citation, where they are known.
    """

    title: ClassVar[str] = "Where a number comes from"

    number: Number
    how: tuple[str, ...]
    cells: tuple[Cell, ...] = ()
    records: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell: ``file, row, column, text, what``."""
        return pd.DataFrame(list(self.cells), columns=list(Cell._fields))

    def summary(self) -> str:
        """Return the number, how it was made, and its first cells and records."""
        lines = [self._headline(), *self.how]
        if self.cells:
            lines += ["", self.to_frame().head(20).to_string(index=False)]
        if self.records is not None and len(self.records):
            lines += ["", self.records.head(20).to_string(index=False)]
        return "\n".join(lines)

    def _headline(self) -> str:
        return f"{self.number.key} = {self.number.text}: {self.number.label}"

    def _repr_html_(self) -> str:
        told = "".join(f"<p>{escape(line)}</p>" for line in self.how)
        cells = self.to_frame().to_html(index=False, border=0) if self.cells else ""
        records = self.records.to_html(index=False, border=0) if self.records is not None else ""
        return f"<h4>{escape(self._headline())}</h4>{told}{cells}{records}"


def trace_number(review: Review, number: str) -> Trace:
    """Return where a number of a review comes from.

    Parameters
    ----------
    review : Review
    number : str
        Its name, as ``pools.ee.estimate`` or ``flow.excluded``; ``review.numbers()`` lists them.

    Raises
    ------
    InputError
        If there is no such number; the message names near ones.
    """
    known = list_numbers(review)
    name = number if number in known else _ALIASES.get(number, number)
    if name not in known:
        whole = _sum_parts(name, known)
        if whole is None:
            near = get_close_matches(number, known, n=3, cutoff=0.4)
            hint = f"Near it: {', '.join(map(repr, near))}." if near else "None is near it."
            raise InputError(
                f"`number` must name a number of this review. Got {number!r}. {hint} "
                f"review.numbers() lists all {format_count(len(known))}."
            )
        return _trace(review, whole)
    return _trace(review, known[name])


def _sum_parts(name: str, known: Mapping[str, Number]) -> Number | None:
    """Return the sum of the parts of a box that is reported in parts only."""
    parts = [number for key, number in known.items() if key.startswith(f"{name}:")]
    if not parts:
        return None
    label = parts[0].label.partition(":")[0]
    return Number(name, parts[0].part, label, sum(part.value for part in parts), "count")


def _trace(review: Review, number: Number) -> Trace:
    head = number.key.partition(".")[0]
    return TRACERS[head](review, number)


def _cells_of(
    review: Review, part: str, at: Sequence[int], columns: Sequence[str], names: Sequence[str]
) -> tuple[Cell, ...]:
    """Return cells of a table that was read, by the positions of its rows."""
    place, texts = review.places.get(part), review.texts.get(part)
    if texts is None:
        return ()
    file = place.file if place is not None else part
    lines = place.rows if place is not None else ()
    cells = {column: texts[column].tolist() for column in columns if column in texts}
    found = [
        Cell(file, lines[row] if row < len(lines) else 0, column, str(values[row]), name)
        for row, name in zip(at, names, strict=True)
        for column, values in cells.items()
        if values[row] != ""
    ]
    return tuple(found)


def _trace_flow(review: Review, number: Number) -> Trace:
    key = number.key.removeprefix("flow.")
    if review.origin.get("flow") == "computed" and review.flow is not None:
        records = review.flow.records(key)
        n = format_count(len(records))
        how = (
            f"Counted from the records and decisions: {n} record{'s' * (len(records) != 1)} in this box.",
        )
        return Trace(number, how, (), records)
    frame = review.reported.get("flow")
    if frame is None:
        return Trace(number, ("As reported.",))
    at = [n for n, box in enumerate(frame["box"]) if box == key or box.startswith(f"{key}:")]
    names = [str(frame["box"].iloc[n]) for n in at]
    cells = _cells_of(review, "reported/flow", at, ("n", "quote", "where", "label"), names)
    return Trace(number, ("As the review reports it; nothing was counted anew.",), cells)


def _trace_pool(review: Review, number: Number) -> Trace:
    _, outcome, name = _split(number.key, review.pools)
    pooled, frame = review.pools[outcome], review.outcomes
    how = [f"Recipe: {pooled.recipe.rstrip('.')}."]
    if frame is None:
        return Trace(number, tuple(how))
    column = next(c for c in ("outcome", "construct") if c in frame and (frame[c] == outcome).any())
    counted = frame["events"].notna() & frame["total"].notna()
    rows = [n for n, (value, ok) in enumerate(zip(frame[column], counted, strict=True)) if value == outcome and ok]  # fmt: skip
    how.append(
        f"Made of {format_count(pooled.k)} studies: {format_count(pooled.events)} of "
        f"{format_count(pooled.n)} people."
    )
    if pooled.studies.left_out:
        listed = list_some([*pooled.studies.left_out], sep=", ")
        how.append(f"Left out, for a count is missing: {listed}.")
    if name in ("k", "n", "events"):
        how[0] = "Counted; no model is needed."
    studies = frame["study"].tolist()
    names = [str(studies[n]) for n in rows]
    columns = ("events", "total", "percent", "source")
    cells = _cells_of(review, "extraction/outcomes", rows, columns, names)
    return Trace(number, tuple(how), cells)


def _split(key: str, known: Mapping[str, object]) -> tuple[str, str, str]:
    """Return part, name and field of a key whose name may hold points."""
    part, _, rest = key.partition(".")
    name = max((name for name in known if rest.startswith(f"{name}.")), key=len)
    return part, name, rest[len(name) + 1 :]


def _trace_agreement(review: Review, number: Number) -> Trace:
    _, stage, _ = _split(number.key, review.agreement)
    found, frame = review.agreement[stage], review.decisions
    how = [
        (
            f"From the decisions of {found.n_raters} raters on {format_count(found.n_items)} records, "
            f"{name_stage(stage)}; {format_count(found.n_single)} that one rater decided alone are left out."
        )
    ]
    if found.n_raters == 2:
        table = found.table
        counts = "; ".join(
            f"{row} / {column}: {format_count(int(table.loc[row, column]))}"
            for row in table.index
            for column in table.columns
        )
        how.append(f"The cross-table: {counts}.")
    if frame is None:
        return Trace(number, tuple(how))
    stages = frame["stage"].fillna("stage not stated")
    votes = frame[stages == stage]
    twice = votes["record"].isin(votes.groupby("record")["rater"].nunique().loc[lambda n: n > 1].index)  # fmt: skip
    return Trace(number, tuple(how), (), votes[twice].reset_index(drop=True))


def _trace_decisions(review: Review, number: Number) -> Trace:
    frame = review.decisions
    listed = None if frame is None else frame[["record"]].drop_duplicates().reset_index(drop=True)
    return Trace(number, ("Records with a decision in screening/.",), (), listed)


def _trace_studies(review: Review, number: Number) -> Trace:
    computed = review.origin.get("studies") == "computed"
    part = "extraction/studies" if computed else "reported/rows"
    frame = review.studies
    if frame is None:
        return Trace(number, ("As reported.",))
    names = [str(name) for name in frame["study"]]
    cells = _cells_of(review, part, range(len(frame)), ("study",), names)
    return Trace(number, ("Different names of studies.",), cells)


def _trace_themes(review: Review, number: Number) -> Trace:
    theme = number.key.removeprefix("themes.").removesuffix(".n_studies")
    themes = review.themes
    if themes is None:
        return Trace(number, ("As reported.",))
    codes = themes.codes()
    own = set(codes.loc[codes["theme"] == theme, "code"])
    row = next(row for row in themes.to_frame().to_dict("records") if row["theme"] == theme)
    listed = list_some([*map(str, row["studies"])], sep=", ") or "none"
    how = [f"The set of studies with a segment under a code of the theme: {listed}."]
    how.append(f"Its codes: {list_some(sorted(map(str, own)))}.")
    for part, column in (("coding/segments", "code"), ("reported/themes", "code")):
        texts = review.texts.get(part)
        if texts is None or column not in texts:
            continue
        at = [n for n, code in enumerate(texts[column]) if code in own]
        study = "study" if "study" in texts else "reference"
        names = [str(texts[study].iloc[n]) if study in texts else "" for n in at]
        columns = ("code", "text", "source", "start", "end", "reference", "where", "quote")
        return Trace(number, tuple(how), _cells_of(review, part, at, columns, names))
    return Trace(number, tuple(how))


def _trace_reported(review: Review, number: Number) -> Trace:
    table, at = number.key.removeprefix("reported.").rsplit(".", 1)
    row = list_rows(review.reported.get(table))[int(at) - 1]
    columns = tuple(row)
    cells = _cells_of(review, f"reported/{table}", [int(at) - 1], columns, [number.label])
    return Trace(number, ("As the review reports it; nothing was computed anew.",), cells)


#: What traces the numbers of each part, by the first word of their names.
TRACERS: Mapping[str, Callable[[Review, Number], Trace]] = MappingProxyType(
    {
        "flow": _trace_flow,
        "decisions": _trace_decisions,
        "agreement": _trace_agreement,
        "studies": _trace_studies,
        "themes": _trace_themes,
        "pools": _trace_pool,
        "reported": _trace_reported,
    }
)
