"""The search as prose tells it: databases, strings, keywords, dates; and pooled results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewkit.review.manuscript_boxes import DATABASE, DATABASES, canonical_name
from reviewkit.sources.manuscript_text import Document, Sentence

__all__ = ["PoolMention", "SearchMention", "find_pools", "find_search"]

_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b")
_QUOTED = re.compile(r"[\"“”]([^\"“”]{2,60})[\"“”]|‘([^’]{2,60})’")
_KEYWORDS = re.compile(r"\b(?:key ?words|search terms?|terms|descriptors|MeSH)\b(?:\s+\w+){0,4}?\s*(?:such as|like|includ\w+|were|used|:|of)", re.IGNORECASE)  # fmt: skip
_WINDOW = re.compile(
    r"\b(?:last|past|previous) (?:\w+ )?(?:\d+|ten|five|two|three|twenty|fifteen|decade)\b(?: years?)?"
    r"|\b(?:between|from)\s+(?:\w+ )?(?:19|20)\d\d\s+(?:and|to|until|till|-|–|through)\s+(?:\w+ )?(?:19|20)\d\d"
    r"|\bsince (?:\w+ )?(?:19|20)\d\d|\b(?:19|20)\d\d\s*(?:-|–|to)\s*(?:19|20)\d\d\b(?=[^.]*(?:publish|search|includ|limit))",
    re.IGNORECASE,
)  # fmt: skip
_SEARCHED = re.compile(
    r"\b(?:search(?:es|ed)?|updated|conducted|performed|run|inception)\b[^.;]{0,80}?\b(?:on|in|to|until|till|up to|through|by)\s+((?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\s+(?:\d{1,2},?\s+)?)?(?:19|20)\d\d)\b",
    re.IGNORECASE,
)  # fmt: skip
_ABOUT_SEARCH = re.compile(
    r"\bsearch|\bdatabase|\bindexed|information sources|\bretriev", re.IGNORECASE
)
_LANGUAGES = re.compile(r"\b(English|Persian|French|German|Spanish|Portuguese|Chinese|Arabic|Italian|Dutch|Turkish|Japanese|Korean|Russian)\b")  # fmt: skip
_NUMBER = r"(\d{1,3}(?:[.·]\d+)?)"
_POOL = re.compile(
    rf"(?P<what>(?:pooled|overall|summary|combined|estimated|weighted)[^.;%]{{0,110}}?)(?:was|were|is|=|:|of|at|\()\s*{_NUMBER}\s*%\s*[,;]?\s*[(\[]?\s*(?:95\s*%\s*)?(?:CI|confidence interval|CrI)?\s*[:=,]?\s*[(\[]?\s*{_NUMBER}\s*%?\s*(?:-|–|—|−|to|,|;)\s*{_NUMBER}\s*%?(?P<rest>[^.]*(?:\.\d[^.]*)*)",
    re.IGNORECASE,
)
_I2 = re.compile(rf"\bI\s?[²2]\s*(?:=|:|of|was)\s*{_NUMBER}\s*%?", re.IGNORECASE)
_K = re.compile(r"\bk\s*=\s*(\d+)|\b(\d+|\w+)\s+studies\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b[nN]\s*=\s*(\d[\d,]*)|\b(\d[\d,]*)\s+(?:participants|people|therapists|nurses|workers|respondents)\b")  # fmt: skip


class SearchMention(NamedTuple):
    """Something that a text says of its search."""

    field: str  # "databases", "strings", "keywords", "window", "last_searched" or "languages"
    text: str
    sentence: Sentence


class PoolMention(NamedTuple):
    """A pooled result as printed."""

    outcome: str
    estimate: str
    ci_low: str
    ci_high: str
    i2: str
    k: str
    n: str
    sentence: Sentence


def find_search(document: Document) -> list[SearchMention]:
    """Return what a text says of its search, each thing once."""
    found: dict[tuple[str, str], SearchMention] = {}
    for sentence in document.sentences():
        if sentence.passage.section in (
            "introduction",
            "background",
            "discussion",
            "conclusion",
            "references",
        ):
            continue
        for mention in _read_sentence(sentence):
            found.setdefault((mention.field, mention.text.casefold()), mention)
    return list(found.values())


def _read_sentence(sentence: Sentence) -> Iterator[SearchMention]:
    text = sentence.text
    quoted = [next(filter(None, groups)).strip(" ,.;") for groups in _QUOTED.findall(text)]
    string = _find_string(text)
    if string:
        yield SearchMention("strings", string, sentence)
    elif _KEYWORDS.search(text):
        yield from (SearchMention("keywords", term, sentence) for term in quoted)
    if _ABOUT_SEARCH.search(text):
        for match in DATABASE.finditer(text):
            yield SearchMention("databases", canonical_name(match[0], DATABASES), sentence)
        if searched := _SEARCHED.search(text):
            yield SearchMention("last_searched", searched[1], sentence)
    window = _WINDOW.search(text)
    if window and re.search(r"search|publish|articles|studies|limit|inclu", text, re.IGNORECASE):
        yield SearchMention("window", window[0], sentence)
    if re.search(r"\bpublished in\b|\blanguages?\b", text, re.IGNORECASE):
        for match in _LANGUAGES.finditer(text):
            yield SearchMention("languages", match[0], sentence)


def _find_string(text: str) -> str:
    """Return the Boolean string in a sentence: terms in quotes or brackets joined by operators."""
    operators = list(_OPERATOR.finditer(text))
    if not operators or not re.search(r"[\"“”(]", text):
        return ""
    first = re.search(r"[\"“(]", text)
    ends = [m.end() for m in re.finditer(r"[\"”)*\]]", text)]
    if first is None or not ends or first.start() > operators[0].start():
        return ""
    string = text[first.start() : max(ends)]
    return (
        string
        if _OPERATOR.search(string)
        and len(string.split()) >= 3
        and "," not in _OPERATOR.sub("", string)[:3]
        else ""
    )


def find_pools(document: Document) -> list[PoolMention]:
    """Return pooled prevalences with their intervals."""
    found: list[PoolMention] = []
    for sentence in document.sentences():
        for match in _POOL.finditer(sentence.text):
            rest = match["rest"]
            i2, k, n = _I2.search(rest), _K.search(sentence.text), _PEOPLE.search(sentence.text)
            size = next((g for g in k.groups() if g), "") if k else ""
            people = next((g for g in n.groups() if g), "") if n else ""
            what = re.sub(r"\s+", " ", match["what"]).strip(" (,")
            low, high = f"{match[3]}%", f"{match[4]}%"
            mention = PoolMention(
                what, f"{match[2]}%", low, high, f"{i2[1]}%" if i2 else "", size if size.isdigit() else "",
                people.replace(",", ""), sentence,
            )  # fmt: skip
            if not any(m[1:4] == mention[1:4] for m in found):
                found.append(mention)
    return found
