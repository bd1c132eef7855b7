"""The one place where the values of all formats are made alike.

A field has one rule in :data:`RULES`: how its values are tidied and how several become one.
What a rule changes, joins or leaves out is noted with the original, so that nothing that
stood in a file is lost.  To add a field, name it in
:data:`~reviewkit.sources.raw_records.FIELDS` and give it a rule.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from reviewkit.sources.raw_columns import RawColumns
from reviewkit.sources.record_columns import Column, Fields, Rule, is_changed, join_all, keep_first
from reviewkit.sources.record_identifiers import take_doi, take_pmid
from reviewkit.sources.record_names import PLAIN_NAMES, tidy_name
from reviewkit.sources.record_numbers import find_issns, read_pmid
from reviewkit.sources.record_values import (
    clean_number,
    clean_pages,
    clean_plain,
    clean_text,
    read_year,
)
from reviewkit.sources.record_vocabulary import (
    SPECIAL,
    is_no_kind,
    name_database,
    name_kind,
    name_languages,
    tell_database,
)
from reviewkit.sources.swallowed import cut_neighbour

__all__ = ["RULES", "tidy_fields"]

_COPYRIGHT = re.compile(
    r"(?:Copyright of .{1,300} is the property of .*|(?:\(c\)|©|Copyright) .{0,200}(?:all rights "
    r"reserved|[12]\d\d\d).{0,200})",
    re.IGNORECASE,
)
_NO_ABSTRACT = re.compile(
    r"\W*(?:no abstract(?: is)?(?: available)?|abstract (?:is )?not available|n/?a)\W*",
    re.IGNORECASE,
)
_SEMICOLONS = ";؛；"  # noqa: RUF001 -- of other scripts
_SHORT = 50  # characters: an abstract that may say that there is none
_NO_KEYWORD = frozenset(["", "n/a", "na", "none", "null", "undefined"])
#: Lines that are a keyword without markup, odd blanks and letters beyond ASCII.
_PLAIN_KEYWORDS = re.compile(
    r"(?:(?!(?i:n/a|na|none|null|undefined)\n)[!#-%'-;=-\[\]-~]++(?: [!#-%'-;=-\[\]-~]++)*+\n)*+"
)
#: Lines that are a number of a page, or a range of two in which the last is written in full.
_PLAIN_PAGES = re.compile(
    r"(?:(?:[A-Za-z]{0,2}[1-9]\d*+|(\d++)-(?!\1\n)"
    r"(?:(?<=^\d-)\d++|(?<=^\d\d-)\d{2,}+|(?<=^\d{3}-)\d{3,}+|(?<=^\d{4}-)\d{4,}+))\n)*+",
    re.MULTILINE | re.ASCII,
)
_RANKS = {kind: rank for rank, kind in enumerate(SPECIAL)}
#: What several databases hand out; where the record itself says more, that counts.
_VAGUE = frozenset(["", "MEDLINE", "EBSCOhost", "ProQuest"])
_HOST = re.compile(r"\w+://[^/]*(?:/central)?(?:.*?\b(db=\w+))?")


def tidy_fields(raw: RawColumns) -> Fields:
    """Return the values of a file made alike, one a record and field."""
    fields = Fields(raw)
    for name, rule in RULES.items():
        rule.work(fields, name, rule)
    return fields


def _tidy_short(text: str) -> str:
    return clean_text(cut_neighbour(text)[0])


def _tidy_url(text: str) -> str:
    if " " not in text and "&" not in text and text.isprintable():
        return text
    short = _tidy_short(text)
    return re.split(r"\s+(?=https?://)", short)[0] if " " in short else short


def _tidy_number(text: str) -> str:
    return clean_number(cut_neighbour(text)[0])


def _tidy_pages(text: str) -> str:
    return clean_pages(clean_text(cut_neighbour(text)[0]))


def _tidy_keyword(text: str) -> str:
    keyword = clean_text(text)
    return "" if keyword.casefold() in _NO_KEYWORD else keyword


def _tidy_issns(text: str) -> str:
    found = find_issns(text)
    return text if found == [text] else "; ".join(found)


def _take_abstract(fields: Fields, name: str, rule: Rule) -> None:
    """Join what differs; notices of copyright are left out."""
    records, texts = fields.take(name)
    column: Column = [None] * fields.n
    notices, repeated, changed, nothing = [], [], [], []
    more: defaultdict[int, dict[str, None]] = defaultdict(dict)
    tidy = clean_plain if fields.raw.is_plain else clean_text
    for record, text in zip(records, texts, strict=True):
        value, held = tidy(text), column[record]
        if value is not text and is_changed(value, text):
            changed.append((record, text))
        if len(value) < _SHORT and _NO_ABSTRACT.fullmatch(value):
            nothing.append((record, text))
        elif _COPYRIGHT.fullmatch(value):
            notices.append((record, text))
        elif held is None:
            column[record] = value or None
        elif value in held or value in more[record]:  # the same, or a part of it
            repeated.append((record, text))
        else:
            more[record][value] = None
    for record, values in more.items():
        column[record] = " ".join([column[record] or "", *values])
    fields.columns[name] = column
    fields.note(f"{name}: changed", changed)
    fields.note(f"{name}: says nothing", nothing)
    fields.note(f"{name}: notice of copyright", notices)
    fields.note(f"{name}: given twice", repeated)


def _take_year(fields: Fields, name: str, rule: Rule) -> None:
    records, texts = fields.take(name)
    known = {text: read_year(text) for text in set(texts)}
    chosen: list[tuple[int, str]] = []
    other = []
    for record, text in zip(records, texts, strict=True):
        year, what = known[text]
        if fields.years[record] is None and year is not None:
            fields.years[record] = year
            if what:
                chosen.append((record, text))
        elif text != str(fields.years[record]):
            other.append((record, text))
    for what in dict.fromkeys(known[text][1] for _, text in chosen):
        fields.note(f"{name}: {what}", [pair for pair in chosen if known[pair[1]][1] == what])
    fields.note(f"{name}: no year", [pair for pair in other if known[pair[1]][0] is None])
    fields.note(f"{name}: another value", [pair for pair in other if known[pair[1]][0] is not None])


def _take_kind(fields: Fields, name: str, rule: Rule) -> None:
    """Keep the first kind that is known, unless a later one says more."""
    records, texts = _split_all(*fields.take(name))
    known = {text: name_kind(text) for text in set(texts)}
    column: Column = [None] * fields.n
    for record, text in zip(records, texts, strict=True):
        kind, held = known[text], column[record]
        if held is None:
            column[record] = kind or None
        elif kind != held and (held == "other" or _rank(kind) < _rank(held)):
            column[record] = kind or held
    if not all(known.values()):
        rest = [(at, text) for at, text in zip(records, texts, strict=True) if not known[text]]
        for record, text in rest:
            if column[record] in (None, "other"):
                column[record] = None if is_no_kind(text) else clean_text(text) or None
        fields.note("kind: says nothing", [pair for pair in rest if column[pair[0]] != pair[1]])
    fields.columns[name] = column
    _note_spellings(fields, records, texts, known)


def _rank(kind: str) -> int:
    return _RANKS.get(kind, len(_RANKS))


def _split_all(records: list[int], texts: list[str]) -> tuple[list[int], list[str]]:
    """Part values at semicolons."""
    if not any(";" in text for text in set(texts)):
        return records, texts
    pairs = [
        (record, part.strip())
        for record, text in zip(records, texts, strict=True)
        for part in text.split(";")
        if part.strip()
    ]
    return [record for record, _ in pairs], [part for _, part in pairs]


def _note_spellings(
    fields: Fields, records: list[int], texts: list[str], known: dict[str, str]
) -> None:
    """Note once what each spelling is read as: it is the same in all records."""
    for text, count in Counter(texts).items():
        if known[text] and known[text] != text:
            said = f"{text} ({count} {'record' if count == 1 else 'records'})"
            fields.note(f"read as {known[text]}", [(records[texts.index(text)], said)])


def _take_language(fields: Fields, name: str, rule: Rule) -> None:
    records, texts = fields.take(name)
    known = {text: "; ".join(name_languages(clean_text(text))) for text in set(texts)}
    column: Column = [None] * fields.n
    for record, text in zip(records, texts, strict=True):
        held = column[record]
        if held is None:
            column[record] = known[text] or None
        elif known[text] and known[text] != held:
            parts = dict.fromkeys([*held.split("; "), *known[text].split("; ")])
            column[record] = "; ".join(parts)
    fields.columns[name] = column
    if not all(known.values()):
        pairs = zip(records, texts, strict=True)
        fields.note("language: says nothing", [pair for pair in pairs if not known[pair[1]]])
    _note_spellings(fields, records, texts, known)


def _take_source(fields: Fields, name: str, rule: Rule) -> None:
    """Tell the database of each record by its name, its number or its address."""
    records, texts = fields.take(name)
    known = {text: name_database(clean_text(text)) for text in set(texts)}
    column: Column = [None] * fields.n
    for record, text in zip(records, texts, strict=True):
        if (column[record] or "") in _VAGUE and known[text]:
            column[record] = known[text]
    hosts: dict[str, str] = {}
    accessions, urls = fields.columns["accession"], fields.columns["url"]
    for at in [at for at, held in enumerate(column) if (held or "") in _VAGUE]:
        held, accession, url = column[at], accessions[at], urls[at]
        told = tell_database(accession, "") if accession else ""
        if not told and url and (host := _HOST.match(url)):
            if host[0] not in hosts:
                hosts[host[0]] = tell_database("", f"{host[0]}/")
            told = hosts[host[0]]
        column[at] = told or held or fields.raw.source or None
    named = [value for value in column if value]
    if len(set(named)) == 1 and len(named) > 0.9 * fields.n and not fields.take("record")[1]:
        column = [named[0]] * fields.n  # the rest of the file comes from where these do
    fields.columns[name] = column
    _note_spellings(fields, records, texts, known)


#: The rule of each field.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "kind": Rule(_take_kind),
        "title": Rule(keep_first, is_common=False),
        "authors": Rule(join_all, tidy_name, _SEMICOLONS, plain=PLAIN_NAMES),
        "year": Rule(_take_year),
        "journal": Rule(keep_first, _tidy_short),
        "volume": Rule(keep_first, _tidy_number),
        "issue": Rule(keep_first, _tidy_number),
        "pages": Rule(keep_first, _tidy_pages, is_common=False, plain=_PLAIN_PAGES),
        "doi": Rule(take_doi),
        "pmid": Rule(take_pmid, read_pmid, is_common=False),
        "abstract": Rule(_take_abstract),
        "keywords": Rule(join_all, _tidy_keyword, _SEMICOLONS, plain=_PLAIN_KEYWORDS),
        "language": Rule(_take_language),
        "url": Rule(keep_first, _tidy_url, is_common=False),
        "notes": Rule(join_all, parted="\n", glue="\n"),
        "issn": Rule(join_all, _tidy_issns),
        "accession": Rule(keep_first, _tidy_short, is_common=False),
        "publisher": Rule(keep_first, _tidy_short),
        "place": Rule(keep_first, _tidy_short),
        "source": Rule(_take_source),
        "record": Rule(keep_first, _tidy_short),
    }
)
