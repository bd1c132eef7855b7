"""Scales as reviews print them: their gaps, overlaps and contradictions.

What is printed is kept apart from what is used: a :class:`Scale` without gaps comes
out, and a list of what was wrong with the print.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.finding import Finding
from reviewkit._core.rounding import count_decimals
from reviewkit.agreement.scales import SCALES, Band, Scale

__all__ = ["PrintedScale", "check_printed_value", "read_scale"]


_NEEDED = ("label", "lower", "upper")
_COLUMNS = (*_NEEDED, "description", "where", "quote")


class PrintedScale(NamedTuple):
    """A scale as a review prints it, made free of gaps, and what is wrong with it."""

    scale: Scale
    findings: tuple[Finding, ...]


class _Row(NamedTuple):
    """A band as printed."""

    label: str
    lower: Decimal | None  # none: everything below `upper`
    upper: Decimal | None  # none: everything from `lower`
    description: str
    where: str
    quote: str

    def __str__(self) -> str:
        if self.lower is None:
            return f"below {self.upper}"
        return f"{self.lower}–{self.upper}" if self.upper is not None else f"from {self.lower}"

    @property
    def start(self) -> Decimal:
        return Decimal(-1) if self.lower is None else self.lower

    @property
    def end(self) -> Decimal:
        return Decimal(1) if self.upper is None else self.upper


def read_scale(frame: pd.DataFrame, *, name: str = "printed") -> PrintedScale:
    """Read a printed scale, close its gaps by the rule of `scales`, and report them.

    Parameters
    ----------
    frame : DataFrame
        One row a band: `label`, `lower`, `upper`, as text if the decimals matter; a bound is
        blank where the band has none ("less than 0").  `description`, `where` and `quote` if there.
    name : str
        What to call the scale.

    Returns
    -------
    PrintedScale
        `scale`, and `findings` on gaps (``scale.gap``), overlaps (``scale.overlap``) and
        descriptions that use the word of another band (``scale.description``).

    Raises
    ------
    InputError
        If a column is missing, a bound is no number, or two bands begin at one value.

    Examples
    --------
    >>> table = {"label": ["low", "high"], "lower": ["", "0.51"], "upper": ["0.50", "1"]}
    >>> scale, findings = read_scale(pd.DataFrame(table))
    >>> scale.label(0.505), findings[0].message
    ('low', 'Values in (0.50, 0.51) have no label.')
    """
    needed = [name for name in _COLUMNS if name in _NEEDED or name in frame.columns]
    check_columns(frame.columns, {name: name for name in needed})
    rows = _read_rows(frame, name)
    starts = [-1.0, *(float(row.start) for row in rows[1:])]
    bands = tuple(Band(row.label, start) for row, start in zip(rows, starts, strict=True))
    findings = (*_check_bounds(rows, name), *_check_descriptions(rows))
    caution = " ".join(finding.message for finding in findings)
    return PrintedScale(Scale(name, "as printed", bands, caution), findings)


def _read_rows(frame: pd.DataFrame, name: str) -> list[_Row]:
    """Return the bands in ascending order, or name the rows that are none."""
    cells = frame.reindex(columns=list(_COLUMNS)).astype(object)
    rows, wrong = [], []
    for number, row in enumerate(cells.itertuples(index=False, name=None), start=1):
        label, low, high, *texts = ("" if pd.isna(cell) else str(cell).strip() for cell in row)
        try:
            read = _Row(label, _read_bound(low), _read_bound(high), *texts)
        except InvalidOperation:
            read = _Row("", None, None, "", "", "")
        if not label or read.start >= read.end or read.lower is read.upper:
            wrong.append(f"row {number}: {label!r} from {low!r} to {high!r}")
        rows.append(read._replace(where=read.where or f"row {number}"))
    rows.sort(key=lambda row: row.start)
    if not rows or wrong or len({row.start for row in rows}) < len(rows):
        found = list_some(wrong or [f"{row.label!r} {row}" for row in rows]) or "no row"
        raise InputError(
            f"Each row of the scale {name!r} must have a label and bounds from −1 to 1, the lower "
            f"below the upper; only the first may lack the lower one, and no two may begin at one value. "
            f"Got {found}. Correct the table."
        )
    return rows


def _read_bound(text: str) -> Decimal | None:
    """Return a bound of a band; none for a blank."""
    if not text:
        return None
    bound = Decimal(text.replace(",", ".").replace("−", "-"))
    if not -1 <= bound <= 1:
        raise InvalidOperation
    return bound


def _check_bounds(rows: list[_Row], name: str) -> list[Finding]:
    """Report the values that no band claims, and those that two do."""
    gaps = [f"[−1, {rows[0].start})"] if rows[0].start > -1 else []
    gaps += [f"({a.end}, {b.start})" for a, b in pairwise(rows) if a.end < b.start]
    gaps += [f"({rows[-1].end}, 1]"] if rows[-1].end < 1 else []
    findings = []
    if gaps:
        findings.append(
            Finding(
                "scale.gap",
                "warning",
                name,
                f"Values in {list_some(gaps, sep=', ')} have no label.",
                expected="every value from −1 to 1 has one label",
                found=f"{len(gaps)} gap{'s' * (len(gaps) > 1)}",
                fix="Begin each band where the one before it ends, and label unrounded values.",
            )
        )
    for a, b in pairwise(rows):
        shared = a.lower is not None and a.end == b.start  # "less than 0" leaves 0 to the next
        if a.end > b.start or shared:
            what = f"The value {b.start} is" if shared else f"Values from {b.start} to {a.end} are"
            findings.append(
                Finding(
                    "scale.overlap",
                    "note" if shared else "error",
                    b.where,
                    f"{what} both {a.label!r} ({a}) and {b.label!r} ({b}).",
                    quote=b.quote,
                    fix="Let each band end below the next.",
                )
            )
    return findings


def _check_descriptions(rows: list[_Row]) -> list[Finding]:
    """Report rows whose description uses the word of another band and not its own."""
    words = {row.label.casefold(): "this scale" for row in rows}
    for scale in SCALES.values():
        for band in scale.bands:
            words.setdefault(band.label.casefold(), scale.name)
    findings = []
    for row in rows:
        text = row.description.casefold()
        used = [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)]
        if used and row.label.casefold() not in used:
            word = max(used, key=len)
            findings.append(
                Finding(
                    "scale.description",
                    "warning",
                    row.where,
                    f"{row} is labelled {row.label!r} but described as {row.description!r}; "
                    f"{word!r} is a label of its own in {words[word]}.",
                    quote=row.quote,
                    expected=row.label,
                    found=row.description,
                    fix="Use one word for the band.",
                )
            )
    return findings


def check_printed_value(
    scale: Scale, printed: str, *, label: str = "", where: str = "kappa"
) -> tuple[Finding, ...]:
    """Hold a coefficient as printed, with its printed label, against a scale.

    >>> [finding.rule for finding in check_printed_value(SCALES["kamkar-2025"], "0.81")]
    ['scale.rounding']
    """
    low, high = _rounding_interval(printed, where)
    labels = scale.labels_between(float(low), float(high))
    words = f"{' or '.join(labels)} on the scale {scale.name}"
    findings = []
    if len(labels) > 1:
        message = f"{printed} stands for {low} to {high}, which is {words}: rounding decides."
        fix = "Label the unrounded value."
        findings.append(
            Finding("scale.rounding", "note", where, message, quote=printed, found=label, fix=fix)
        )
    if label and label.casefold() not in {known.casefold() for known in labels}:
        findings.append(
            Finding(
                "scale.label",
                "error",
                where,
                f"{printed} is {words}, not {label}.",
                quote=printed,
                expected=" or ".join(labels),
                found=label,
                fix="Correct the label, or name the scale that it comes from.",
            )
        )
    return tuple(findings)


def _rounding_interval(printed: str, where: str) -> tuple[Decimal, Decimal]:
    """Return the least and greatest coefficient that round to a printed one."""
    try:
        value = _read_bound(printed.strip())
    except InvalidOperation:
        value = None
    if value is None:
        raise InputError(
            f"A printed coefficient must be a number from −1 to 1. Got {printed!r} at {where}. "
            f"Give the figure alone, as in '0.81'."
        )
    half = Decimal(5).scaleb(-count_decimals(printed) - 1)
    return max(value - half, Decimal(-1)), min(value + half, Decimal(1))
