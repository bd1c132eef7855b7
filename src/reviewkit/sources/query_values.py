"""Values within search strings: years, and wildcards in their one spelling."""

from __future__ import annotations

import re

from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_problems import Problems

__all__ = ["read_years", "respell_wildcards", "split_years"]

_SYMBOL = re.compile(r"([*$])(\d+)(?!\w)|[*?$#]|(?<=\w):(?=\s|$)")


def read_years(text: str) -> str:
    """Return years as ``2015-2024``, ``2015-``, ``-2024`` or ``2020``.

    >>> [read_years(t) for t in ("2015:2024", "> 2014", "BEF 2020", "2015 -Current", "2015:3000")]
    ['2015-2024', '2015-', '-2019', '2015-', '2015-']
    >>> read_years("2015:2024/12/31")
    '2015-2024'
    """
    years = [int(year) for year in re.findall(r"\d{4}", text)]
    if not years:
        return text.strip()
    if re.match(r"\s*(>|AFT)", text, re.IGNORECASE):
        return f"{years[0] + 1}-"
    if re.match(r"\s*(<|BEF)", text, re.IGNORECASE):
        return f"-{years[0] - 1}"
    if re.fullmatch(r"\s*[-:]\s*\d{4}\s*", text):
        return f"-{years[0]}"
    if len(years) > 1:  # 1000 and 3000 stand for no limit
        first, last = (years[0] if years[0] > 1000 else ""), (years[1] if years[1] < 2900 else "")
        return f"{first}-{last}"
    return f"{years[0]}-" if re.search(r"\d{4}\s*[-–:]", text) else str(years[0])


def split_years(text: str) -> tuple[int, int] | None:
    """Return the first and last year of such a text; None where it holds none.

    >>> split_years("2015-2024"), split_years("-2019"), split_years("2020"), split_years("soon")
    ((2015, 2024), (0, 2019), (2020, 2020), None)
    """
    found = re.fullmatch(r"(\d{4})?(-)?(\d{4})?", text.strip())
    if not found or not (found[1] or found[3]):
        return None
    first = int(found[1] or 0)
    last = int(found[3]) if found[3] else 9999 if found[2] else first
    return first, last


def respell_wildcards(text: str, platform: str, problems: Problems, at: int) -> str:
    """Return a term with wildcards in their one spelling, single blanks and no others' symbols."""
    known = PLATFORMS[platform].wildcards

    def respell(found: re.Match[str]) -> str:
        if found[1]:
            if platform == "ovid":
                return f"*{{{found[2]}}}"
            return known.get(found[1], " ") + found[2]
        symbol = found[0]
        if symbol in known:
            return known[symbol]
        if symbol == "#" and text[found.end() : found.end() + 1].isdigit():
            return symbol
        if symbol == "?" and found.end() == len(text) and text.count(" ") > 1:
            return " "  # the question mark of a sentence
        if symbol != ":":
            problems.add("query.wildcard_unknown", at, text, symbol=symbol)
        return " "

    plain = " ".join(_SYMBOL.sub(respell, text).replace('"', " ").split())
    stems = re.findall(r"(?<!\S)([^\s*]*)\*", plain)
    least = PLATFORMS[platform].least_stem
    short = [stem for stem in stems if 0 < len(stem) < least]
    if short:
        problems.add("query.short_stem", at, text, least=least, stem=short[0])
    return plain
