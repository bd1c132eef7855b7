"""All records in the forms in which they are compared: one array a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.dedupe.identifiers import is_second_doi, read_doi, read_pmid, read_trial, stem_doi
from reviewkit.dedupe.inputs import text_of
from reviewkit.dedupe.kinds import tell_kind
from reviewkit.dedupe.marks import ONCE
from reviewkit.dedupe.names import Name, read_authors
from reviewkit.dedupe.places import (
    drop_supplement,
    is_living,
    read_journal,
    read_number,
    read_pages,
    read_supplement,
    read_year,
)
from reviewkit.dedupe.repeats import Repeats, find_repeats
from reviewkit.dedupe.titles import Title, read_title

__all__ = ["Prepared", "code_texts", "prepare_records"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
AnyArray = NDArray[Any]

_START = 30  # letters of a title


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What is compared of n records.  Codes are numbers of like values, -1 where there is none."""

    titles: list[Title]
    spaced: AnyArray  # words of titles, joined by blanks
    authors: list[tuple[Name, ...]]
    journals: list[str]
    abstracts: AnyArray
    key: IntArray  # code of the title
    crossed: (
        IntArray  # code of the journal, if it is long enough to be a title, by the numbers of `key`
    )
    main: IntArray  # code of the main title, by the numbers of `key`
    start: IntArray  # code of the first letters of a title that is long enough
    bag: IntArray  # code of the words of a title, in whatever order
    bilingual: BoolArray
    family: IntArray  # code of the first author's family name
    doi: IntArray
    stem: IntArray  # code of the DOI without its version
    second_doi: BoolArray
    pmid: IntArray
    trial: IntArray
    volume: IntArray
    issue: IntArray
    journal: IntArray
    issn: IntArray
    first: IntArray  # page; 0 where not known
    last: IntArray
    year: IntArray  # 0 where not known
    supplement: IntArray  # 1 in a supplement, 0 in an issue, -1 not known
    living: BoolArray  # of a journal whose works come out anew under one title and number
    kind: AnyArray
    untold: BoolArray  # nothing tells the kind: neither kind nor place nor identifier
    marks: IntArray  # code of the set of marks
    generic: BoolArray
    once: BoolArray  # a title that an issue of a journal has once, as "Editorial"
    brief: BoolArray  # the title is short, or many bear it, and yet it names a topic
    serial: BoolArray

    def __len__(self) -> int:
        return len(self.titles)


def code_texts(values: AnyArray | list[str]) -> IntArray:
    """Return the number of each value, -1 for "".

    >>> code_texts(["b", "", "a", "b"]).tolist()
    [0, -1, 1, 0]
    """
    array = np.asarray(values, dtype=object)
    codes, _ = pd.factorize(array, use_na_sentinel=True)
    return np.where(array == "", -1, _close_gap(codes, array)).astype(np.int64)


def _close_gap(codes: AnyArray, array: AnyArray) -> AnyArray:
    """Return codes counted without the blank."""
    blank = array == ""
    if not blank.any():
        return codes
    own = codes[np.flatnonzero(blank)[0]]
    return np.where(codes > own, codes - 1, codes)


def prepare_records(frame: pd.DataFrame, *, repeats: Repeats | None = None) -> Prepared:
    """Return records in the forms in which they are compared.

    Parameters
    ----------
    repeats : Repeats, optional
        What is known of titles from all records, where `frame` holds some of them only.
    """
    text = {name: text_of(frame, name) for name in _USED}
    titles = [read_title(value) for value in text["title"]]
    authors = [read_authors(value) for value in text["authors"]]
    journals = [read_journal(value) for value in text["journal"]]
    family = code_texts([names[0].family if names else "" for names in authors])
    year = np.array([read_year(value) for value in text["year"]], dtype=np.int64)
    coded = _code_titles(titles, text["journal"])
    journal, volume, issue = (
        code_texts(journals),
        _code_numbers(text["volume"]),
        _code_issues(text["issue"]),
    )
    if repeats is None:
        repeats = find_repeats(coded["key"], family, journal, year, volume, issue)
    generic = repeats.generic | np.array([title.generic for title in titles], dtype=bool)
    brief = repeats.brief | np.array([title.brief for title in titles], dtype=bool)
    return Prepared(
        titles=titles, authors=authors, journals=journals,
        spaced=np.array([" ".join(title.words) for title in titles], dtype=object),
        abstracts=text["abstract"],
        family=family, year=year, journal=journal,
        issn=code_texts([_read_issn(value) for value in text["issn"]]),
        volume=volume, issue=issue, generic=generic, brief=brief & ~generic,
        once=np.array([title.key in ONCE for title in titles], dtype=bool),
        serial=repeats.serial | np.array([title.serial for title in titles], dtype=bool),
        **coded, **_code_identifiers(text), **_read_places(text["pages"]), **_tell_places(text),
    )  # fmt: skip


def _code_titles(titles: list[Title], journals: AnyArray) -> dict[str, AnyArray]:
    """Return codes of titles; those of whole and main titles, and of journals, are comparable."""
    mains = [title.main for title in titles]
    long = [_read_crossed(value) for value in journals]
    key, main, crossed = np.split(code_texts([*(t.key for t in titles), *mains, *long]), 3)
    return {
        "key": key, "main": main, "crossed": crossed,
        "start": code_texts([t.key[:_START] if len(t.key) >= _START else "" for t in titles]),
        "bag": code_texts([" ".join(sorted(title.words)) for title in titles]),
        "bilingual": np.array([bool(title.others) for title in titles], dtype=bool),
        "marks": code_texts(["+".join(sorted(title.marks)) for title in titles]),
    }  # fmt: skip


def _code_identifiers(text: dict[str, AnyArray]) -> dict[str, AnyArray]:
    """Return codes of DOI, PMID and trial number, and what the DOI tells of the kind."""
    both = zip(text["doi"], text["url"], strict=True)
    dois = [read_doi(doi) or read_doi(url) for doi, url in both]
    told = zip(text["kind"], text["journal"], text["volume"], dois, strict=True)
    return {
        "doi": code_texts(dois), "stem": code_texts([stem_doi(doi) for doi in dois]),
        "second_doi": np.array([is_second_doi(doi) for doi in dois], dtype=bool),
        "pmid": code_texts([read_pmid(value) for value in text["pmid"]]),
        "trial": _read_trials(text),
        "kind": np.array([tell_kind(*row) for row in told], dtype=object),
        "untold": _are_untold(text, dois),
    }  # fmt: skip


_USED = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract",
    "kind", "issn", "url", "accession",
)  # fmt: skip


def _are_untold(text: dict[str, AnyArray], dois: list[str]) -> BoolArray:
    """Tell which records say nothing of what they are records of."""
    names = ("kind", "journal", "volume", "issue", "pmid")
    pages = [read_pages(value).first for value in text["pages"]]
    told = zip(dois, pages, *(text[name] for name in names), strict=True)
    return np.array([not any(row) for row in told], dtype=bool)


def _read_trials(text: dict[str, AnyArray]) -> IntArray:
    names = ("accession", "url", "journal", "title")
    return code_texts(
        [read_trial(*row) for row in zip(*(text[name] for name in names), strict=True)]
    )


def _read_crossed(journal: str) -> str:
    """Return what stands in the place of a journal as the key of a title, if it is long enough."""
    return read_title(journal).key if journal.count(" ") >= 5 else ""


def _read_issn(text: str) -> str:
    bare = "".join(char for char in text[:9] if char.isalnum()).lower()
    return bare if len(bare) == 8 and bare[:7].isdigit() else ""


def _code_numbers(values: AnyArray | list[str]) -> IntArray:
    """Return numbers as they are, -1 where there is none."""
    read = (read_number(value) for value in values)
    return np.array(
        [int(number) if number and len(number) < 10 else -1 for number in read], dtype=np.int64
    )


def _code_issues(values: AnyArray) -> IntArray:
    """Return numbers of issues; of a supplement that of its issue, 4 of "4 Suppl. 1"."""
    return _code_numbers([drop_supplement(value) for value in values])


def _tell_places(text: dict[str, AnyArray]) -> dict[str, AnyArray]:
    """Return what is told beside numbers: whether it is a supplement, and of a living work."""
    rows = zip(text["issue"], text["volume"], text["pages"], strict=True)
    named = zip(text["journal"], text["pages"], strict=True)
    return {
        "supplement": np.array([read_supplement(*row) for row in rows], dtype=np.int64),
        "living": np.array([is_living(*row) for row in named], dtype=bool),
    }


def _read_places(texts: AnyArray) -> dict[str, AnyArray]:
    """Return first and last page, 0 where they are not known."""
    large = np.iinfo(np.int64).max
    pages = [read_pages(value) for value in texts]
    return {
        "first": np.array([min(page.first, large) for page in pages], dtype=np.int64),
        "last": np.array([min(page.last, large) for page in pages], dtype=np.int64),
    }
