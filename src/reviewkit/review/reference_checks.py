"""Checks of citations: one study one reference, each study used in the themes, no strangers there.

Tables cite by number ("12", "[10-13]") or by name ("Ada 2019"); what themes and coded segments
cite is held against the studies in the way that the tables cite them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit.integrity.overlap_titles import fold_letters
from reviewkit.review.printed_tables import list_printed_rows
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_coded", "check_references", "list_references"]

_NUMBER = re.compile(r"\b(\d{1,4})(?:\s*[-–—]\s*(\d{1,4}))?\b")
_BRACKETS = re.compile(r"[\[(]\s*(\d[\d\s,;–—-]*)[\])]")
_NAMED = re.compile(r"[^\W\d_]{2}")
_FIRST_YEAR = 1800  # from here on a number beside a name is a year
_NEARLY_ALL = 0.75  # of the studies that are coded; then one that is not was forgotten
_READABLE = 0.5  # of the citations that must be known, or they are of another kind


def list_references(text: str) -> list[str]:
    """Return the reference numbers of a cell, ranges written out; years are none.

    >>> list_references("10-12; 15"), list_references("Ada 2019 (16)"), list_references("Ada 2019")
    (['10', '11', '12', '15'], ['16'], [])
    """
    if _NAMED.search(text):
        text = " ; ".join(_BRACKETS.findall(text)) or text
    found: list[str] = []
    for first, last in _NUMBER.findall(text):
        if int(first) >= _FIRST_YEAR:
            continue
        ends = int(first), int(last or first)
        wide = ends[0] < ends[1] < ends[0] + 60
        found += map(str, range(ends[0], ends[1] + 1)) if wide else filter(None, (first, last))
    return list(dict.fromkeys(found))


def check_references(review: Review) -> Iterator[Finding]:
    """Hold citation numbers against labels, studies and the themes that cite them."""
    labels: dict[str, list[str]] = {}
    for row in list_printed_rows(review):
        label = re.sub(r"\s*[\[(]\s*\d+\s*[\])]\s*$", "", row.cells["study"]).strip()
        for ref in list_references(row.cells.get("reference", "")):
            known = labels.setdefault(ref, [])
            if _plain(label) not in map(_plain, known):
                known.append(label)
    for ref, names in labels.items():
        if len(names) > 1:
            yield Finding(
                "studies.label", "warning", f"reference {ref}",
                f"One reference bears {len(names)} names: {list_some(names)}.",
                "; ".join(names), "one name", ", ".join(names),
                "Use one name for a study, or give each study its own reference.",
            )  # fmt: skip
    if review.reported.get("themes") is not None:
        yield from _check_used(review, {ref: names[0] for ref, names in labels.items()})


def _plain(label: str) -> str:
    """Return a name of a study without its year and "et al."."""
    return fold_letters(re.sub(r"\bet al\b\.?|\b(?:1[89]|20)\d\d[a-z]?\b", "", label))


def _check_used(review: Review, numbered: Mapping[str, str]) -> Iterator[Finding]:
    """Find studies that no printed theme cites, and citations that are no study."""
    names = dict(numbered) or {fold_letters(name): name for name in _study_names(review)}
    cited: dict[str, tuple[str, str]] = {}
    for row in list_rows(review.reported.get("themes")):
        for key, shown in _read_citations(row.get("reference", ""), names, bool(numbered)):
            cited.setdefault(key, (shown, f"{row['theme']}: {row['code']}"))
    if not names or not cited or sum(key in names for key in cited) < _READABLE * len(cited):
        return
    unused = [key for key in names if key not in cited]
    if unused:
        told = [f"{names[key]} ({key})" if numbered else names[key] for key in unused]
        yield Finding(
            "studies.unused", "warning", "reported/themes.csv",
            f"Included and in no theme: {list_some(told)}.", "; ".join(names[k] for k in unused),
            "each study in a theme", ", ".join(unused if numbered else told),
            "Say what each study contributes, or why it contributes nothing.",
        )  # fmt: skip
    for key, (shown, place) in cited.items():
        if key not in names:
            yield Finding(
                "themes.stranger", "warning", place,
                f"{'Reference ' * bool(numbered)}{shown} is cited, but is no study in the tables.",
                shown, "an included study", shown, "Correct the reference, or add the study.",
            )  # fmt: skip


def _study_names(review: Review) -> list[str]:
    if review.origin.get("studies") == "computed" and review.studies is not None:
        return [str(name) for name in review.studies["study"].dropna().unique()]
    return list(dict.fromkeys(row.cells["study"] for row in list_printed_rows(review)))


def _read_citations(
    text: str, names: Mapping[str, str], numbered: bool
) -> Iterator[tuple[str, str]]:
    """Yield the key of each citation in a cell, and how it is shown."""
    if numbered:
        yield from ((ref, ref) for ref in list_references(text))
        return
    for part in filter(None, (part.strip() for part in text.split(";"))):
        several = [piece.strip() for piece in part.split(",") if piece.strip()]
        if fold_letters(part) not in names and any(fold_letters(p) in names for p in several):
            yield from ((fold_letters(piece), piece) for piece in several)
        else:
            yield fold_letters(part), part


def check_coded(review: Review) -> Iterator[Finding]:
    """Hold the coded studies against the included ones."""
    themes, studies = review.themes, review.studies
    if themes is None or studies is None or review.origin.get("themes") != "computed":
        return
    if review.origin.get("studies") != "computed":
        return
    known = {fold_letters(str(name)): str(name) for name in studies["study"].dropna().unique()}
    coded = dict.fromkeys(_coded_studies(themes.to_frame()["studies"]))
    strangers = [name for name in coded if fold_letters(name) not in known]
    for name in strangers:
        yield Finding(
            "themes.stranger", "warning", "coding/segments",
            f"{name} is coded, but is no study in extraction/studies.",
            name, "an included study", name, "Correct the name, or add the study.",
        )  # fmt: skip
    folded = {fold_letters(name) for name in coded}
    unused = [name for key, name in known.items() if key not in folded]
    if unused and len(known) > len(unused):
        share = 1 - len(unused) / len(known)
        yield Finding(
            "studies.unused", "warning" if share >= _NEARLY_ALL else "note", "coding/segments",
            f"Included and not coded: {list_some(unused)}.", "; ".join(unused),
            "each study in a theme", f"{len(unused)} in none",
            "Say what each study contributes, or why it contributes nothing.",
        )  # fmt: skip


def _coded_studies(cells: Iterable[object]) -> Iterator[str]:
    for cell in cells:
        if isinstance(cell, str):
            yield from filter(None, (name.strip() for name in cell.split(";")))
        elif isinstance(cell, Iterable):
            yield from map(str, cell)
