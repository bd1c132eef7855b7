"""Signs that two studies are one: what they share, where they differ, and what that means.

:data:`KINDS` names the kinds of overlap from the surest to the faintest.  Titles are compared by
their letters alone, so that case, dashes and punctuation do not hide a likeness.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.format import format_count
from reviewkit.integrity.overlap_titles import SAME, compare_titles, fold_letters

__all__ = ["KINDS", "Kind", "Pair", "Study", "compare_studies", "read_studies"]

_MOST_ALIKE = 300  # studies that share a sign; beyond, it tells nothing
_SHOWN = 40  # letters of a cell that a reason quotes
_LEAST_N = 20  # people; smaller samples agree by chance too often
#: Pairs of so much in common that a review of so many studies may hold by chance: the more, the
#: surer the signs that are shared beside the size.
_BY_CHANCE = (
    ({"place", "year", "instrument"}, 0.1),
    ({"place", "year"}, 0.02),
    (set[str](), 0.005),
)
_DENSITY = 0.4  # of sample sizes n around n, times n; theirs are spread over an order or more
_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title", "title_as_printed"),
        "authors": ("authors", "author", "researchers"),
        "year": ("year", "year_printed"),
        "n": ("n", "total", "sample_size", "sample_n", "sample_n_printed"),
        "place": ("location", "country", "place", "setting", "location_as_printed"),
        "population": ("population", "participants", "population_as_printed"),
        "instrument": ("instrument", "tool", "measure", "tool_as_printed"),
        "reference": ("reference", "ref_no", "citation_number"),
        "doi": ("doi",),
    }
)
_NAME = re.compile(r"[^\W\d_][\w'’-]+", re.UNICODE)
_SMALL = frozenset(
    {"van", "von", "de", "der", "den", "la", "le", "di", "da", "del", "al", "el", "and", "et"}
)
#: Words that begin the label of a study and are nobody's name.
_NO_NAMES = frozenset(
    {"article", "cohort", "group", "paper", "project", "report", "row", "sample", "site", "study",
     "survey", "table", "the", "trial"}
)  # fmt: skip
_DOI = re.compile(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/)?(?:doi:?\s*)?", re.IGNORECASE)
_UMLAUT = re.compile("(?<=[aou])e")  # ue for ü
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d(?!\w)")  # no letter behind it, which tells two papers apart
_SIZE = re.compile(r"\s*(?:n\s*=\s*)?(\d{1,3}(?:[,'’\s]\d{3})+|\d+)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"^(?:international|worldwide|global|online|several countries)?$", re.IGNORECASE
)


class Study(NamedTuple):
    """What is known of a study; blank where it is not."""

    name: str
    cells: Mapping[str, str]  # as written
    keys: Mapping[str, str]  # for comparison: letters and digits alone


class Pair(NamedTuple):
    """Two studies and what they share."""

    first: str
    second: str
    kind: str
    shared: tuple[str, ...]
    differs: tuple[str, ...]
    reason: str
    quote: str


class Kind(NamedTuple):
    """A kind of overlap."""

    severity: str
    words: str  # after "A and B"
    fix: str


def read_studies(frame: pd.DataFrame, study: str) -> list[Study]:
    """Return the studies of a frame, each name once; the first filled cell of a column counts."""
    columns = {
        key: [name for name in names if name in frame.columns and name != study]
        for key, names in _COLUMNS.items()
    }
    found: dict[str, dict[str, str]] = {}
    for row in frame.astype(object).to_dict("records"):
        name = str(row[study]).strip()
        values = found.setdefault(name, {})
        for key, names in columns.items():
            for column in names:
                text = _write(row[column])
                if text and key not in values:
                    values[key] = text
    studies = []
    for name, values in found.items():
        keys = {key: fold_letters(text) for key, text in values.items()}
        if size := _SIZE.match(values.get("n", "")):
            keys["n"] = re.sub(r"\D", "", size[1])
        if "doi" in keys:
            keys["doi"] = fold_letters(_DOI.sub("", values["doi"].strip()))
        keys["name"] = _fold_name(name) if _YEAR.search(name) else ""
        keys["author"] = _find_author(values.get("authors", "") or name)
        studies.append(Study(name, values, {key: text for key, text in keys.items() if text}))
    return studies


def _write(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    text = str(cell).strip()
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def _find_author(text: str) -> str:
    """Return the first author's family name, folded; particles are left out.

    "Müller" and "Mueller" are one name.
    """
    none = _SMALL | _NO_NAMES
    names = [word for word in _NAME.findall(text) if word.casefold() not in none]
    folded = fold_letters(names[0]) if names else ""
    return _UMLAUT.sub("", folded)


def _fold_name(text: str) -> str:
    """Return a name word by word without marks, so that "Müller et al." is "Mueller et al."."""
    return "".join(_UMLAUT.sub("", fold_letters(word)) for word in text.split())


def compare_studies(studies: Sequence[Study]) -> Iterator[Pair]:
    """Yield the pairs that share enough to be one study, sample, reference or team."""
    alike = compare_titles([study.cells.get("title", "") for study in studies])
    common = _count_values(studies)
    for i, j in sorted(_candidates(studies) | set(alike)):
        pair = _judge(studies[i], studies[j], alike.get((i, j), ""), common)
        if pair is not None:
            yield pair


class _Common(NamedTuple):
    """How common the values of a review are: a shared one says the less, the more share it."""

    pairs: float  # of studies
    counts: Mapping[str, Counter[str]]  # by sign

    def expect(self, shared: Mapping[str, str], study: Study, size: int) -> float:
        """Return how many pairs would share a size and these signs by chance."""
        found = self.pairs * _DENSITY / size
        for key in _SIGNS:
            if key in shared:
                counts = self.counts[key]
                # But for the one that may be the other's copy.
                found *= (counts[study.keys[key]] - 1) / max(1, counts.total() - 1)
        return found


def _count_values(studies: Sequence[Study]) -> _Common:
    n = len(studies)
    counts = {key: Counter(s.keys[key] for s in studies if key in s.keys) for key in _SIGNS}
    return _Common(n * (n - 1) / 2, counts)


def _candidates(studies: Sequence[Study]) -> set[tuple[int, int]]:
    """Return pairs that share a DOI, a reference, a sample size or a first author in one place.

    What very many studies share, as a size of 100 or a name that is none, is no sign.
    """
    found: set[tuple[int, int]] = set()
    for keys in (("doi",), ("reference",), ("n",), ("author", "place"), ("author", "n"), ("name",)):
        groups: dict[tuple[str, ...], list[int]] = {}
        for at, study in enumerate(studies):
            if all(key in study.keys for key in keys):
                groups.setdefault(tuple(study.keys[key] for key in keys), []).append(at)
        for members in groups.values():
            if len(members) > _MOST_ALIKE:
                continue
            found |= {(i, j) for at, i in enumerate(members) for j in members[at + 1 :]}
    return found


def _judge(first: Study, second: Study, likeness: str, common: _Common) -> Pair | None:
    shared, differs = {}, []
    for key in ("doi", "reference", "n", "place", "year", "instrument", "population", "author"):
        one, two = first.keys.get(key), second.keys.get(key)
        if one and two:
            if one == two:
                shared[key] = _tell(key, first)
            elif key != "author":
                differs.append(f"{key} {_cut(first.cells[key])} / {_cut(second.cells[key])}")
    if likeness:
        shared["title"] = "title" if likeness == SAME else f"title ({likeness})"
    if first.keys.get("name") and first.keys.get("name") == second.keys.get("name"):
        shared["name"] = "name but for its spelling"
    kind = _name_kind(shared, first, second, common, likeness)
    if kind is None:
        return None
    told = tuple(text for key, text in shared.items() if text)
    apart = f" They differ in {', '.join(differs)}." if differs else ""
    reason = (
        f"{first.name} and {second.name} {KINDS[kind].words}: both have {', '.join(told)}.{apart}"
    )
    quote = " … ".join(filter(None, (first.cells.get("title"), second.cells.get("title"))))
    return Pair(first.name, second.name, kind, told, tuple(differs), reason, quote)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _tell(key: str, study: Study) -> str:
    if key == "author":
        return f"first author {study.keys['author'].capitalize()}"
    value = _cut(study.cells[key])
    if key == "n" and value.isdecimal():
        value = format_count(int(value))
    return f"{key} {value}"


def _name_kind(
    shared: Mapping[str, str], first: Study, second: Study, common: _Common, likeness: str
) -> str | None:
    """Return the surest kind of overlap that what is shared speaks for."""
    size = first.keys.get("n", "")
    sized = "n" in shared and size.isdecimal() and int(size) >= _LEAST_N
    both_sized = "n" in first.keys and "n" in second.keys
    place = "place" in shared and not _VAGUE.match(first.cells["place"])
    elsewhere = "place" not in shared and "place" in first.keys and "place" in second.keys
    if "doi" in shared or ("title" in shared and (sized or not both_sized) and not elsewhere):
        return "one study"
    if "reference" in shared:
        return "one study" if place and (sized or not both_sized) else "one reference"
    signs = [key for key in _SIGNS if key in shared]
    if sized and len(signs) >= 2 and {"place", "year", "author"} & set(signs) and not elsewhere:
        most = next(limit for needed, limit in _BY_CHANCE if needed <= shared.keys())
        rare = common.expect(shared, first, int(size)) <= most
        return "one sample" if rare else "one size"
    if "title" in shared:
        apart = elsewhere or (both_sized and not sized)
        return "like title" if apart and likeness != SAME else "one title"
    if sized and signs:
        return "one size"
    if "name" in shared:
        return "one name"
    return "one team" if "author" in shared and place else None


#: What may be shared besides a size: each says something, the less the more studies have it.
_SIGNS = ("place", "year", "instrument", "population", "author")
#: Kinds of overlap, the surest first.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "one study": Kind(
            "warning", "are likely one study", "Count it once, or say how the two rows differ."
        ),
        "one reference": Kind(
            "warning", "have one reference and are not the same", "Give each study a reference of its own."
        ),
        "one sample": Kind(
            "warning", "likely rest on one sample",
            "Look both up; if it is one sample, count it once or use a model for dependent estimates.",
        ),
        "one title": Kind(
            "warning", "have one title", "Look both up: versions or parts of one study are counted once."
        ),
        "one name": Kind(
            "warning", "have one name in two spellings",
            "Look both up: if they are two studies, give them names that differ.",
        ),
        "like title": Kind(
            "note", "have titles that differ in spelling", "Look both up: is it one study?"
        ),
        "one size": Kind(
            "note", "may rest on one sample", "Look both up: is it one sample, or one number by chance?"
        ),
        "one team": Kind(
            "note", "come from one team and place", "Look both up: do the samples overlap?"
        ),
    }
)  # fmt: skip
