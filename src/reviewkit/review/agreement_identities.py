"""Checks of printed agreement by arithmetic: what kappa, raw and chance agreement allow each other.

Kappa is (Po − Pe) / (1 − Pe).  Two of the three give the third; raw agreement alone bounds kappa
from above, for two raters with so few disagreements cannot be expected to agree by chance less
than they do when each says yes to half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_number, format_percent
from reviewkit._core.rounding import count_decimals
from reviewkit.review.agreement_checks import possible_tables, printed_kappa, read_stage
from reviewkit.review.headlines import name_stage
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_identities", "check_interval", "check_kappa_words", "check_shares"]

_SHARES = {
    "po": re.compile(r"^(?:po|p_o|percent[_ ]agreement|(?:observed|raw|overall|percent(?:age)?|%) agreement|agreement)$", re.IGNORECASE),
    "pe": re.compile(r"^(?:pe|p_e|(?:expected|chance)(?: agreement)?|agreement by chance)$", re.IGNORECASE),
}  # fmt: skip
_KINDS = ("cohen", "fleiss", "weighted", "light", "conger", "scott", "siegel", "brennan", "pabak")


class Span(NamedTuple):
    """A printed share of 1 as the closed interval that it stands for."""

    text: str
    low: float
    high: float


def _read_span(printed: str) -> Span | None:
    """Return a share; above 1, or with a sign, it is in per cent."""
    value = read_number(printed)
    if value is None:
        return None
    unit = 100.0 if "%" in printed or value > 1 else 1.0
    half = 0.5 / 10 ** count_decimals(printed) / unit
    return Span(printed.strip(), value / unit - half, value / unit + half)


def check_kappa_words(review: Review) -> Iterator[Finding]:
    """Find a kappa that is printed as a percentage, or without its kind and interval."""
    for row in list_rows(review.reported.get("agreement")):
        kappa = printed_kappa(row)
        if kappa is None or not -1 <= kappa[0] <= 1:
            continue
        where, quote = row.get("where", "") or "reported/agreement.csv", row.get("quote", "")
        percent = read_number(row.get("percent", ""))
        in_percent = "%" in row["value"] or (
            percent is not None and abs(percent - 100 * kappa[0]) < 1e-9
        )
        if in_percent:
            shown = row["value"] if "%" in row["value"] else row["percent"]
            yield Finding(
                "agreement.percent", "warning", where,
                f"Kappa {format_number(*kappa)} is printed as {shown.removesuffix('%').strip()} %. "
                f"It is no percentage: it is agreement beyond chance, and can be below 0.",
                quote, format_number(*kappa), shown, "Print kappa as a number, raw agreement in %.",
            )  # fmt: skip
        lacking = []
        if not any(kind in row["coefficient"].casefold() for kind in _KINDS):
            lacking.append("which kind of kappa it is")
        if not row.get("ci_low") and not row.get("ci"):
            lacking.append("its interval")
        if lacking:
            yield Finding(
                "agreement.not_reported", "note", where,
                f"Kappa {format_number(*kappa)}: not reported is {' and '.join(lacking)}.",
                quote, fix="Report the coefficient by name, with its interval.",
            )  # fmt: skip


def check_interval(review: Review) -> Iterator[Finding]:
    """Find a kappa outside its interval, and an interval whose ends are exchanged or impossible."""
    for row in list_rows(review.reported.get("agreement")):
        kappa = printed_kappa(row)
        texts = [row.get(column, "") for column in ("ci_low", "ci_high")]
        low, high = (read_number(text) for text in texts)
        if kappa is None or low is None or high is None:
            continue
        unit = 100.0 if max(abs(low), abs(high)) > 1.5 or "%" in "".join(texts) else 1.0
        ends = low / unit, high / unit
        half = max(0.5 / 10 ** count_decimals(text) / unit for text in texts) + 0.5 / 10 ** kappa[1]
        if ends[0] - half <= kappa[0] <= ends[1] + half:
            continue
        yield Finding(
            "agreement.order", "error", row.get("where", "") or "reported/agreement.csv",
            f"Kappa {format_number(*kappa)} lies outside its interval, {texts[0]} to {texts[1]}.",
            row.get("quote", "") or f"{row['value']}, {texts[0]} to {texts[1]}",
            f"{texts[0]} to {texts[1]}", row["value"], "Look for exchanged or mistyped digits.",
        )  # fmt: skip


def check_shares(review: Review) -> Iterator[Finding]:
    """Find a raw agreement that no whole number of the records gives."""
    for row in list_rows(review.reported.get("agreement")):
        n, kappa = read_number(row.get("n", "")), printed_kappa(row)
        raw = row.get("percent", "")
        if _SHARES["po"].match(row["coefficient"].strip()):
            raw = row["value"] or raw
        span = _read_span(raw)
        if n is None or n < 1 or span is None or not 0 <= span.low + span.high <= 2:
            continue
        if kappa is not None and abs(span.low + span.high - 2 * kappa[0]) < 1e-9:
            continue  # kappa in per cent
        if math.floor(span.high * n + 1e-9) < math.ceil(span.low * n - 1e-9):
            below = math.floor(span.low * n)
            near = f"{format_percent(below / n, 2)} or {format_percent((below + 1) / n, 2)}"
            yield Finding(
                "agreement.share", "warning", row.get("where", "") or "reported/agreement.csv",
                f"No whole number of {row['n']} records is a raw agreement of {span.text}: {below} and "
                f"{below + 1} are {near}.",
                row.get("quote", "") or span.text, near, span.text,
                "Correct the agreement, or say how many records both rated.",
            )  # fmt: skip


def check_identities(review: Review) -> Iterator[Finding]:
    """Hold kappa, raw agreement and chance agreement of one stage against each other."""
    rows = list_rows(review.reported.get("agreement"))
    for row in rows:
        kappa = printed_kappa(row)
        if kappa is None or not -1 <= kappa[0] <= 1:
            continue
        half = 0.5 / 10 ** kappa[1]
        span = Span(format_number(*kappa), kappa[0] - half, kappa[0] + half)
        stage = read_stage(row.get("stage", ""))
        shares = _find_shares(rows, stage)
        percent = _read_span(row.get("percent", ""))
        if "po" not in shares and percent and abs(percent.low + percent.high - 2 * kappa[0]) > 1e-9:
            shares["po"] = percent
        where = row.get("where", "") or "reported/agreement.csv"
        if "po" in shares:
            told = f" at {name_stage(stage)}" if stage else ""
            yield from _judge(review, row, span, shares, where, told)


def _find_shares(rows: list[dict[str, str]], stage: str) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for row in rows:
        for key, pattern in _SHARES.items():
            if read_stage(row.get("stage", "")) == stage and pattern.match(
                row["coefficient"].strip()
            ):
                span = _read_span(row["value"] or f"{row.get('percent', '')} %")
                if span is not None:
                    found[key] = span
    return found


def _judge(
    review: Review,
    row: Mapping[str, str],
    kappa: Span,
    shares: Mapping[str, Span],
    where: str,
    told: str,
) -> Iterator[Finding]:
    po, pe = shares["po"], shares.get("pe")
    quote = row.get("quote", "") or f"{po.text}, {kappa.text}"
    if pe is not None:
        ends = [_kappa(a, b) for a in (po.low, po.high) for b in (pe.low, pe.high)]
        if not (min(ends) <= kappa.high and max(ends) >= kappa.low):
            middle = _kappa((po.low + po.high) / 2, (pe.low + pe.high) / 2)
            expected = format_number(middle, 4)
            yield Finding(
                "agreement.identity", "error", where,
                f"Po {po.text} and Pe {pe.text}{told} give a kappa of (Po − Pe) / (1 − Pe) = "
                f"{expected}, not {kappa.text}.",
                quote, expected, kappa.text, "Correct one of the three, or report the cross-table.",
            )  # fmt: skip
        return
    most = _greatest_kappa(po.high)
    if kappa.low > most + 1e-12:
        yield Finding(
            "agreement.bound", "error", where,
            f"Raw agreement of {po.text}{told} allows a kappa of {format_number(most, 3)} at most, "
            f"not {kappa.text}.",
            quote, f"{format_number(most, 3)} at most", kappa.text,
            "Correct one of the two, or report the cross-table.",
        )  # fmt: skip
        return
    yield from _judge_tables(review, row, po, kappa, where, quote)


def _judge_tables(
    review: Review, row: Mapping[str, str], po: Span, kappa: Span, where: str, quote: str
) -> Iterator[Finding]:
    """Look among the tables that give kappa for one that gives the raw agreement too."""
    for possible in possible_tables(review, row):
        tables = possible.tables
        if not (possible.own or row.get("stage")) or not tables.is_possible:
            continue
        n = possible.stage.n
        shares = [1 - count / n for count in tables.disagreements]
        if not any(po.low - 1e-12 <= share <= po.high + 1e-12 for share in shares):
            span = " to ".join(
                dict.fromkeys(format_percent(share) for share in (min(shares), max(shares)))
            )
            yield Finding(
                "agreement.disagree", "error", where,
                f"Over {possible.place}, a kappa of {kappa.text} means raw agreement of {span}, "
                f"not {po.text}.",
                quote, span, po.text, "Correct one of the two, or report the cross-table.",
            )  # fmt: skip


def _kappa(po: float, pe: float) -> float:
    return (po - pe) / (1 - pe) if pe < 1 else float("-inf")


def _greatest_kappa(po: float) -> float:
    """Return the greatest kappa of two raters whose raw agreement is `po`.

    Their shares of yes differ by 1 − po at most; chance agreement is least where one says yes
    that much more often than the other, around a half.
    """
    apart = 1 - min(po, 1.0)
    return _kappa(po, (1 - apart * apart) / 2)
