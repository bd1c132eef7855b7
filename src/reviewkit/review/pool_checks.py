"""Checks of pooled results as printed: against arithmetic, and against what the data give.

A printed estimate is one number in several that must fit each other: it lies in its interval,
the interval is symmetric on the scale on which it was made, I² follows from Q and k.  Where the
studies are there, they are pooled again (:mod:`~reviewkit.review.pool_data_checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number
from reviewkit._core.rounding import count_decimals
from reviewkit.integrity.overlap_titles import fold_letters
from reviewkit.review.pool_data_checks import check_data
from reviewkit.review.pool_scales import SCALES, find_scale, read_choice
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_pools"]

_RECIPE = ("transform", "tau2", "ci")
_ENDS = ("ci_low", "estimate", "ci_high")
_LOPSIDED = 0.1  # of the half-width; an interval symmetric on its scale is nearer than that


class Printed(NamedTuple):
    """A number as printed, as a share of 1, and the half-unit that it may be off."""

    text: str
    value: float
    half: float


def check_pools(review: Review) -> Iterator[Finding]:
    """Hold each printed pooled result against arithmetic, then against the data."""
    for printed in list_rows(review.reported.get("pools")):
        row = {**printed, "outcome": _find_outcome(review, printed["outcome"])}
        where = row.get("where", "") or f"reported/pools.csv, {row['outcome']}"
        numbers = _read_numbers(row)
        sound = True
        for check in (_check_order, _check_scale, _check_heterogeneity):
            for finding in check(row, numbers, where):
                sound = sound and finding.severity != "error"
                yield finding
        yield from _check_recipe(row, where)
        yield from _check_counts(review, row, where)
        if sound:
            yield from check_data(review, row, where)


def _find_outcome(review: Review, name: str) -> str:
    """Return the outcome that a row is of: by its key, or by its title in ``review.toml``."""
    if name in review.pools:
        return name
    titles = {fold_letters(s.title): key for key, s in review.settings.pools.items()}
    keys = {fold_letters(key): key for key in review.pools}
    return {**titles, **keys}.get(fold_letters(name), name)


def _read_numbers(row: Mapping[str, str]) -> dict[str, Printed]:
    """Return estimate and interval as shares; in per cent where a sign or a number above 1 says so."""
    texts = {key: row.get(key, "") for key in (*_ENDS, "pi_low", "pi_high")}
    values = {key: read_number(text) for key, text in texts.items() if text}
    percent = any("%" in text for text in texts.values()) or any(
        value is not None and abs(value) > 1 for value in values.values()
    )
    unit = 100.0 if percent else 1.0
    return {
        key: Printed(texts[key], value / unit, 0.5 / 10 ** count_decimals(texts[key]) / unit)
        for key, value in values.items()
        if value is not None
    }


def _check_order(
    row: Mapping[str, str], numbers: Mapping[str, Printed], where: str
) -> Iterator[Finding]:
    quote = row.get("quote", "") or " ".join(number.text for number in numbers.values())
    for key, number in numbers.items():
        if not -number.half <= number.value <= 1 + number.half:
            yield Finding(
                "pools.range", "error", where,
                f"A prevalence lies between 0 and 100 %; {key.replace('_', ' ')} is {number.text}.",
                quote, "0 to 100 %", number.text, "Correct the number, or its scale.",
            )  # fmt: skip
    for low, high in (("ci_low", "estimate"), ("estimate", "ci_high"), ("pi_low", "ci_low"),
                      ("ci_high", "pi_high")):  # fmt: skip
        first, second = numbers.get(low), numbers.get(high)
        if first and second and first.value - first.half > second.value + second.half:
            severity = "error" if "estimate" in (low, high) else "warning"
            names = (
                f"{low.replace('_', ' ')} {first.text}",
                f"{high.replace('_', ' ')} {second.text}",
            )
            yield Finding(
                "pools.order", severity, where, f"{names[0]} is above {names[1]}.",
                quote, f"{low} ≤ {high}", f"{first.text} > {second.text}",
                "Look for exchanged or mistyped digits.",
            )  # fmt: skip


def _check_scale(
    row: Mapping[str, str], numbers: Mapping[str, Printed], where: str
) -> Iterator[Finding]:
    """Find an interval that is symmetric on another scale than the one it is said to be made on."""
    stated = find_scale(row.get("transform", ""))
    if stated is None or any(key not in numbers for key in _ENDS):
        return
    if read_choice("model", row.get("model", "")) == {"beta-binomial"}:
        return
    fits = {name: _is_symmetric(numbers, scale) for name, scale in SCALES.items()}
    known = [name for name, fit in fits.items() if fit]
    if fits[stated] is False and known:
        yield Finding(
            "pools.symmetry", "warning", where,
            f"Said to be made on the {stated} scale, on which the interval is lopsided; it is "
            f"symmetric on the scale{'s' * (len(known) > 1)} {', '.join(known)}.",
            row.get("quote", ""), stated, ", ".join(known),
            "Say on which scale the studies were pooled.",
        )  # fmt: skip
    elif fits[stated] is False:
        yield Finding(
            "pools.symmetry", "warning", where,
            f"The interval is lopsided on the {stated} scale and on every other: the estimate does "
            f"not belong to it.",
            row.get("quote", ""), "an interval around its estimate",
            " ".join(numbers[key].text for key in _ENDS), "Look for a mistyped number.",
        )  # fmt: skip


def _is_symmetric(numbers: Mapping[str, Printed], scale: Callable[[float], float]) -> bool | None:
    """Return whether the estimate can be the middle; None where the interval is too narrow to tell."""
    low, middle, high = (numbers[key] for key in _ENDS)
    try:
        below = [
            scale(middle.value + s * middle.half) - scale(low.value - s * low.half) for s in (-1, 1)
        ]
        above = [
            scale(high.value - s * high.half) - scale(middle.value + s * middle.half)
            for s in (-1, 1)
        ]
    except ValueError:  # a limit at 0 or 1 has no logit
        return None
    width = scale(high.value) - scale(low.value)
    slack = _LOPSIDED * width / 2
    if min(below) - slack <= max(above) and min(above) - slack <= max(below):
        return True
    return False if width > 0 else None


def _check_heterogeneity(
    row: Mapping[str, str], numbers: Mapping[str, Printed], where: str
) -> Iterator[Finding]:
    """Hold I² against Q and k; I² from tau² can differ a little."""
    i2, q, k = (read_number(row.get(key, "")) for key in ("i2", "q", "k"))
    if i2 is not None:
        share = i2 / 100 if "%" in row.get("i2", "") or i2 > 1 else i2
        if not 0 <= share <= 1:
            yield Finding(
                "pools.i2", "error", where, f"I² lies between 0 and 100 %. Got {row['i2']}.",
                row.get("quote", ""), "0 to 100 %", row["i2"], "Correct I².",
            )  # fmt: skip
        elif q is not None and k is not None and k > 1:
            expected = max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0
            if abs(expected - share) > 0.05:
                yield Finding(
                    "pools.i2", "warning", where,
                    f"Q = {row['q']} on k − 1 = {format_count(k - 1)} gives an I² of "
                    f"{format_number(100 * expected, 1)} %, not {row['i2']}.",
                    row.get("quote", ""), f"{format_number(100 * expected, 1)} %", row["i2"],
                    "Correct Q, k or I²; say which definition of I² it is.",
                )  # fmt: skip


def _check_recipe(row: Mapping[str, str], where: str) -> Iterator[Finding]:
    lacking = [name for name in _RECIPE if not row.get(name)]
    if lacking:
        words = {"transform": "transformation", "tau2": "estimator of τ²", "ci": "kind of interval"}
        yield Finding(
            "pools.recipe", "note", where,
            f"Not reported: {', '.join(words[name] for name in lacking)}. The same studies give "
            f"different numbers with each.",
            row.get("quote", ""), fix="Report the whole recipe.",
        )  # fmt: skip


def _check_counts(review: Review, row: Mapping[str, str], where: str) -> Iterator[Finding]:
    pooled = review.pools.get(row["outcome"])
    if pooled is None:
        return
    for key, own, words in (("k", pooled.k, "studies"), ("n", pooled.n, "people")):
        stated = read_number(row.get(key, ""))
        if stated is not None and stated != own:
            yield Finding(
                "pools.count", "warning", where,
                f"{row[key]} {words} are reported, {format_count(own)} are in extraction/outcomes.",
                row.get("quote", ""), format_count(own), row[key],
                "Say which studies were left out or added.",
            )  # fmt: skip
