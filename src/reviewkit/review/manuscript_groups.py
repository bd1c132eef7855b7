"""How a text divides its studies, what it says of its tables, and the studies that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewkit.review.manuscript_numbers import find_counts
from reviewkit.review.printed_tables import find_tables
from reviewkit.sources.manuscript_text import Document, Passage, Sentence

__all__ = [
    "ClaimMention",
    "GroupMention",
    "StudyMention",
    "find_claims",
    "find_groups",
    "find_studies",
]

_WHOLE = re.compile(
    r"\b(?:(?:among|of|out of|from)(?:\s+(?:all|the|these|those|our))*|in\s+(?:the|these|those))\s+(\S+)\s+(?:\w+[\s-]){0,2}?(?:studies|articles|sources|papers|reports|publications|included)\b",
    re.IGNORECASE,
)  # fmt: skip
_GROUP = re.compile(
    r"(?:^|[,;.:]\s+|\band\s+|\bin\s+|\bthe remaining\s+|\bof (?:these|which|them),?\s+|\bwhile\s+)(?P<n>\d+|[a-z]+(?:-[a-z]+)?)\s+(?:other |more |additional |further |remaining )?(?P<noun>studies|study|articles?|sources?|papers?|reports?|trials?)?,?\s*(?:\(\s*\d[\d.]*\s*%\s*\)\s*)?"
    r"(?P<verb>specifically\s+|also\s+|mainly\s+)?(?:(?:were|was|are|is|had|have|has|used|focus\w*|address\w*|examin\w*|investigat\w*|assess\w*|explor\w*|evaluat\w*|report\w*|measur\w*|concern\w*|describ\w*|deal\w*|came|the impact|conducted|cover\w*|took|looked|studied|includ\w*|applied|employed)\b)(?P<rest>[^.;]{3,200})",
    re.IGNORECASE,
)  # fmt: skip
_STOP = re.compile(
    r"\s*(?:\(|,\s*(?:and|while|whereas)\s+(?=\w+\s+(?:stud|artic|sourc|paper|focus|address|used|were))|\bwere (?:examined|investigated|reviewed|studied)\b|$)"
)
_FLOW_WORDS = re.compile(r"exclud|remov|duplicat|screen|retriev|identif|full[- ]?text|eligib|inclusion|selected|met the", re.IGNORECASE)  # fmt: skip
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_ROW = re.compile(
    r"^(?P<row>\d{1,3})?[\s.)]*(?P<study>[A-ZÀ-Ý][\w’'.-]+(?:(?:,?\s+(?:and|&|et al\.?,?|[A-ZÀ-Ý][\w’'.-]*))*))\s*,?\s*[(\[]?\s*(?:(?P<year>(?:19|20)\d\d)[a-z]?\s*[)\]]?\s*)?(?:[(\[]\s*(?P<ref>\d{1,3})\s*[)\]])?(?=\s|$|[A-Z])"
)
_TABLE = re.compile(r"^\s*table\s+(\w{1,3})\s*[.:\-–]?\s*(.*)$", re.IGNORECASE)
_STUDY_TABLE = re.compile(r"stud|article|characteristic|included|summary of (?:the )?(?:paper|research)|impact|effect", re.IGNORECASE)  # fmt: skip
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_SIZE = re.compile(r"\bn\s*=\s*(\d[\d,]*)|(?<![\d.])(\d{2,6}|\d{1,3}(?:,\d{3})+)(?=\s+(?:\w+[\s-]){0,4}(?:participants|therapists|psychotherapists|nurses|workers|professionals|respondents|counsell?ors|psychologists|trainees|clinicians|physicians|social workers|people|staff)\b)", re.IGNORECASE)  # fmt: skip
_COLUMNS = {
    "study": r"author|study|researcher|reference|source|citation",
    "title": r"title",
    "year": r"year|date",
    "location": r"country|location|setting|place|region",
    "population": r"population|participants|sample(?! size)|subjects|profession",
    "n": r"^n$|sample size|\bn\b|number of|size",
    "instrument": r"instrument|tool|measure|scale|questionnaire|data collection",
    "finding": r"finding|result|outcome|conclusion",
    "percent": r"prevalence|%|percent",
    "design": r"design|method",
}


class GroupMention(NamedTuple):
    """A group of studies that a text counts."""

    group: str
    n: int
    percent: str
    of: str
    tables: str
    sentence: Sentence
    at: int


class ClaimMention(NamedTuple):
    """A sentence about a table."""

    claim: str
    references: str
    sentence: Sentence


class StudyMention(NamedTuple):
    """A row of a table of studies."""

    cells: dict[str, str]
    quote: str
    passage: Passage | None


def find_groups(document: Document) -> list[GroupMention]:
    """Return the groups that a text divides its studies into."""
    found: list[GroupMention] = []
    whole = ""
    for sentence in document.sentences():
        if sentence.passage.section in ("introduction", "background", "abstract", "summary", ""):
            continue
        text = sentence.text
        if match := _WHOLE.search(text):
            counted = find_counts(f"{match[1]} studies")
            whole = str(counted[0].value) if counted else whole
        if _FLOW_WORDS.search(text) or not re.search(
            r"stud|article|source|paper|report|trial", text, re.IGNORECASE
        ):
            continue
        for group in _read_groups(sentence, whole):
            if not any((g.group, g.n) == (group.group, group.n) for g in found):
                found.append(group)
    return found if len(found) > 1 else []


def _read_groups(sentence: Sentence, whole: str) -> Iterator[GroupMention]:
    text = sentence.text
    for match in _GROUP.finditer(text):
        counted = find_counts(f"{match['n']} studies")
        if not counted or not (match["noun"] or whole) or (whole and counted[0].value > int(whole)):
            continue
        if whole and counted[0].value == int(whole):
            continue
        rest = match["rest"]
        stop = _STOP.search(rest)
        name = rest[: stop.start()] if stop and stop.start() > 2 else rest
        name = re.sub(r"^\s*(?:on|to|in|the|that|of|,)\s+", "", name).strip(" ,")
        name = re.sub(r"\s+(?:was|were|is|are|has been|have been)\s+\w+ed$", "", name)
        percent = _PERCENT.search(match[0])
        own = text[match.start() : match.end() + 40]
        tables = "; ".join(find_tables(own))
        if len(name) >= 3:
            yield GroupMention(name, counted[0].value, percent[1] if percent else "", whole, tables, sentence, sentence.start + match.start("n"))  # fmt: skip


def find_claims(document: Document) -> list[ClaimMention]:
    """Return the sentences that say what a table holds."""
    return [
        ClaimMention(sentence.text, "; ".join(f"Table {table}" for table in tables), sentence)
        for sentence in document.sentences()
        if sentence.passage.kind != "caption" and (tables := find_tables(sentence.text))
    ]


def find_studies(document: Document) -> list[StudyMention]:
    """Return the rows of tables of studies: real tables of Word, else rows that the text keeps."""
    found = [row for caption, rows in document.tables for row in _read_word_table(caption, rows)]
    return found or list(_read_text_rows(document))


def _read_word_table(caption: str, rows: tuple[tuple[str, ...], ...]) -> Iterator[StudyMention]:
    if len(rows) < 2:
        return
    names = [_name_column(cell) for cell in rows[0]]
    if "study" not in names or len(set(names) - {None}) < 2:
        return
    table = m[1] if (m := _TABLE.match(caption)) else ""
    for number, row in enumerate(rows[1:], 1):
        cells = {"table": table, "row": str(number)}
        for name, cell in zip(names, row, strict=False):
            if name and cell:
                cells.setdefault(name, cell)
        if cells.get("study"):
            reference = re.search(r"[(\[]\s*(\d{1,3})\s*[)\]]\s*$", cells["study"])
            cells["reference"] = reference[1] if reference else ""
            if "year" not in cells and (year := _YEAR.search(cells["study"])):
                cells["year"] = year[1]
            yield StudyMention(cells, " | ".join(row), None)


def _name_column(header: str) -> str | None:
    plain = header.strip().casefold()
    return next((name for name, p in _COLUMNS.items() if re.search(p, plain)), None)


def _read_text_rows(document: Document) -> Iterator[StudyMention]:
    """Yield rows that begin with an author and a reference, under a caption of a table of studies."""
    table, rows, expected = "", list[tuple[re.Match[str], list[str], Passage]](), 1
    for passage in document.passages:
        caption = _TABLE.match(passage.text) if passage.kind == "caption" else None
        if caption or passage.kind == "heading":
            yield from _close(table, rows)
            rows, expected = [], 1
            table = caption[1] if caption and _STUDY_TABLE.search(caption[2]) else ""
            continue
        if not table:
            continue
        match = _ROW.match(passage.text)
        numbered = bool(match and match["row"] and int(match["row"]) == expected)
        if match and (numbered or (match["ref"] and not rows)):
            rows.append((match, [passage.text[match.end() :]], passage))
            expected += 1
        elif rows:
            rows[-1][1].append(passage.text)
    yield from _close(table, rows)


def _close(
    table: str, rows: list[tuple[re.Match[str], list[str], Passage]]
) -> Iterator[StudyMention]:
    for number, (match, texts, passage) in enumerate(rows, 1):
        rest = " ".join(" ".join(texts).split())
        year = match["year"] or (m[1] if (m := _YEAR.search(rest)) else "")
        size = next((g for m in [_SIZE.search(rest)] if m for g in m.groups() if g), "")
        study = match["study"].strip(" ,")
        if match["ref"]:
            study = f"{study} ({match['ref']})"
        cells = {
            "table": table, "row": match["row"] or str(number), "study": study,
            "reference": match["ref"] or "", "year": year, "n": size.replace(",", ""),
            "finding": rest[:600],
        }  # fmt: skip
        yield StudyMention(cells, rest[:200], passage)
