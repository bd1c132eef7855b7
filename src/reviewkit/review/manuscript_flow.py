"""The flow of records as prose tells it: which number is which box.

Each number is looked at in its clause.  The words there, and the stage that the sentences before
have reached, decide the box (:mod:`~reviewkit.review.manuscript_boxes`).  Where several numbers
claim one box, those are proposed that add up best, and the rest are kept beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from reviewkit.review.manuscript_boxes import (
    DATABASE,
    THINGS,
    Clause,
    decide_box,
    find_nouns,
    next_stage,
)
from reviewkit.review.manuscript_numbers import Number, find_counts
from reviewkit.sources.manuscript_text import Document, Sentence

__all__ = ["Mention", "choose_mentions", "find_flow"]

_MOST_CHOICES = 400  # combinations of rival numbers that are tried
_CUT = re.compile(
    r"[;:]\s|,\s(?=(?:and|with|of|which|leaving|resulting|then|but|while|whereas|followed|after|\d|another|a further|the|\w+ing)\b)"
    r"|(?<!\d)\s(?=of (?:which|whom|these|those|them)\b)|\s(?=(?:leaving|resulting in|followed by|yielding|but|while|whereas|then|after which)\b)"
    r"|\sand\s(?=(?:\w+\s){0,3}?(?:\d|another|a further|an additional|(?:were|was)?\s?(?:exclu|remov|inclu|assess|screen)\w*))",
    re.IGNORECASE,
)  # fmt: skip
_REASON = re.compile(r"([A-Za-z][^(),;:.]{2,80}?)\s*\(\s*(?:n\s*(?:=|:|equals)\s*)?$")
_LEAD = re.compile(
    r"^(?:.*\b(?:because(?: of)?|due to|owing to|reasons?|as follows)|and|or|for|with|namely|including|were|was|had|excluded)\s+",
    re.IGNORECASE,
)  # fmt: skip


class Mention(NamedTuple):
    """A number of a manuscript that may fill a box of the flow."""

    box: str
    n: int
    quote: str
    label: str  # where the number stands in a list or figure
    sentence: Sentence
    at: int  # in the passage
    score: int  # how sure: 3 named as in a flow chart, 2 told in words, 1 guessed from its place


def find_flow(document: Document) -> list[Mention]:
    """Return every number that may fill a box, with its words and place."""
    found: list[Mention] = []
    stage, nouns = "", frozenset[str]()
    for sentence in document.sentences():
        if sentence.passage.section in ("introduction", "background", "discussion", "conclusion",
                                        "conclusions", "limitations"):  # fmt: skip
            continue
        label = _read_label(sentence, stage)
        if label is not None:
            found.append(label)
            stage = next_stage(label.label.casefold(), stage)
            continue
        mentions, stage, nouns = _read_sentence(sentence, stage, nouns)
        found += mentions
    return found


def _read_label(sentence: Sentence, stage: str) -> Mention | None:
    """Return the number of a line as in a flow chart: "Records screened (n = 243)"."""
    match = _LABEL.match(sentence.text)
    if match is None:
        return None
    label, n = match[1].strip(), int(re.sub(r"\D", "", match[2]))
    if len(label.split()) > 14 or not THINGS.search(label):
        return None
    text = label.casefold()
    clause = Clause(text, text, _stage_of_label(text) or stage, find_nouns(text))
    decided = decide_box(clause)
    if decided is None:
        return None
    return Mention(
        decided[0], n, match[0].strip(), label, sentence, sentence.start + match.start(2), 3
    )


_LABEL = re.compile(
    r"^\s*((?:Number of |Total |Records|Reports|Studies|Articles|Full|Titles|Abstracts|Duplicate|Additional|Citations|Papers|Potential)[^:=(.;]{2,110}?)"
    r"\s*(?::|=|\(\s*[nNkK]\s*(?:=|:)|\(n equals|[nN]\s*=)\s*(\d[\d,’' ]*\d|\d)\s*\)?",
)


def _stage_of_label(text: str) -> str:
    if re.search(r"full|content|eligib|report", text):
        return "full"
    return "abstract" if "abstract" in text else "title" if "title" in text else ""


def _read_sentence(
    sentence: Sentence, stage: str, nouns: frozenset[str]
) -> tuple[list[Mention], str, frozenset[str]]:
    """Return what the clauses of a sentence tell, the stage that they reach, and their nouns.

    "Thirty did not meet the criteria" goes on from the sentence before: its noun is there.
    """
    text = sentence.text
    found: list[Mention] = []
    goes_on = bool(nouns) and any(number.start == 0 for number in find_counts(text)[:1])
    if not _STEP.search(text) or not (THINGS.search(text) or goes_on):
        return found, stage, frozenset()
    verb = ""
    for start, end in _cut(text):
        own = text[start:end]
        nouns = find_nouns(own) or nouns
        stage = next_stage(own, stage)
        counts = find_counts(own)
        said = " ".join(match[0] for match in _VERB.finditer(own))
        verb, main = said or verb, ""
        for number in counts:
            part = _around(own, counts, number)
            borrowed = "" if _VERB.search(part) else said or verb
            own_nouns = _noun_after(own, number) or find_nouns(part) or nouns
            clause = Clause(f"{part} {borrowed}".strip(), part, stage, own_nouns)
            decided = decide_box(clause)
            if main == "reports_excluded" and _is_bracketed(own, number):
                decided = main, 2
            if decided is None or any(
                m.n == number.value and m.at > sentence.start + start for m in found
            ):
                continue
            main = main or decided[0]
            box = _name_reason(decided[0], own, number)
            at = sentence.start + start + number.start
            found.append(Mention(box, number.value, text, "", sentence, at, decided[1]))
    return found, stage, nouns if found else frozenset()


def _is_bracketed(clause: str, number: Number) -> bool:
    return _OPENED.search(clause[: number.start]) is not None


_OPENED = re.compile(r"\(\s*(?:[nNkK]\s*(?:=|:|equals)\s*)?$")
_STEP = re.compile(
    r"exclu|remov|duplicat|screen|includ|eligib|retriev|identif|full[- ]?text|remain|select|yield|search|review of|reviewed|discard|assessed|returned|found|criteria",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:exclud\w+|exclusions?|remov\w+|duplicat\w+|screen\w*|includ\w+|retriev\w+|identif\w+|yield\w*|remain\w*|left|select\w+|reject\w+|discard\w+|assess\w*|review\w*|found|eliminat\w+|located|obtained|returned|met)\b",
    re.IGNORECASE,
)


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """Yield clauses as spans; what stands in brackets stays with the words before it."""
    depth_at = _depths(text)
    start = 0
    for match in _CUT.finditer(text):
        if depth_at[match.start()]:
            continue
        if match.start() > start:
            yield start, match.start()
        start = match.end() if match[0].strip(" ") else match.start()
    if text[start:].strip():
        yield start, len(text)


def _depths(text: str) -> list[int]:
    depth, found = 0, []
    for letter in text:
        depth += letter in "(["
        found.append(depth)
        depth -= letter in ")]" and depth > 0
    return [*found, 0]


def _around(clause: str, counts: Sequence[Number], number: Number) -> str:
    """Return the words that belong to a number where a clause holds several.

    A number in brackets belongs to the words before it, any other to those around it, but for
    what the next one in brackets stands behind.
    """
    if len(counts) == 1:
        return clause
    at = counts.index(number)
    low = counts[at - 1].end if at else 0
    if _is_bracketed(clause, number):
        return clause[low : number.end]
    high = len(clause)
    if at + 1 < len(counts):
        high = counts[at + 1].start
        if _is_bracketed(clause, counts[at + 1]):
            named = [m.start() for m in DATABASE.finditer(clause, number.end, high)]
            high = named[-1] if named else high
    return clause[low if at else 0 : high]


def _noun_after(clause: str, number: Number) -> frozenset[str]:
    """Return what a number counts, where the word stands right behind it."""
    match = THINGS.search(clause, number.end)
    gap = clause[number.end : match.start()] if match else "."
    return (
        frozenset({match[0].casefold()})
        if match and re.fullmatch(r"[\s\w-]{1,40}", gap)
        else frozenset()
    )


def _name_reason(box: str, clause: str, number: Number) -> str:
    """Return the box of one reason where a bracket behind a reason holds the number."""
    if box != "reports_excluded":
        return box
    match = _REASON.search(clause[: number.start])
    if match and not THINGS.search(match[1]):
        reason = _LEAD.sub("", match[1].strip())
        return f"reports_excluded:{reason}"
    return box


def choose_mentions(
    mentions: Sequence[Mention], count_faults: Callable[[Mapping[str, int]], int]
) -> list[bool]:
    """Return for each mention whether it is proposed: one number a box, that add up best.

    Parameters
    ----------
    mentions : sequence of Mention
    count_faults : callable
        From box → n to how many identities fail.
    """
    boxes: dict[str, list[int]] = {}
    for at, mention in enumerate(mentions):
        boxes.setdefault(mention.box, []).append(at)
    options = []
    for places in boxes.values():
        ranked = sorted(places, key=lambda at: (-_weight(mentions, at), at))
        distinct: dict[int, int] = {}
        for at in ranked:
            distinct.setdefault(mentions[at].n, at)
        options.append(list(distinct.values())[:4])
    while options and _size(options) > _MOST_CHOICES:
        longest = max(options, key=len)
        longest.pop()
    best = min(
        product(*options),
        key=lambda choice: (
            count_faults({mentions[at].box: mentions[at].n for at in choice}),
            sum(option.index(at) for option, at in zip(options, choice, strict=True)),
        ),
    ) if options else ()  # fmt: skip
    return [at in best for at in range(len(mentions))]


def _size(options: Sequence[Sequence[int]]) -> int:
    size = 1
    for option in options:
        size *= len(option)
    return size


def _weight(mentions: Sequence[Mention], at: int) -> int:
    """Return how sure a mention is; a number that is told twice weighs more."""
    mention = mentions[at]
    again = sum(m.box == mention.box and m.n == mention.n for m in mentions)
    methods = mention.sentence.passage.section not in ("abstract", "summary")
    return 2 * mention.score + min(again, 3) + methods
