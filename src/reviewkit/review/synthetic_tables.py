"""What a synthetic review prints of its studies: tables, groups, themes, claims, coded segments."""

from __future__ import annotations

import re
from collections import Counter

from reviewkit.review.synthetic_draft import Draft, Rows, Study
from reviewkit.review.synthetic_words import MEASURES, SUBJECTS

__all__ = ["add_coding", "add_groups", "add_study_tables", "add_themes"]

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _subjects(draft: Draft) -> list[str]:
    return list(dict.fromkeys(study.subject for study in draft.studies))


def _table_of(draft: Draft, study: Study) -> str:
    return str(2 + _subjects(draft).index(study.subject))


def _label(study: Study, numbered: bool) -> str:
    """Return how tables name a study: after its authors, and with its reference or not."""
    family = re.split(r" et al\.|,? \(?\d{4}", study.name)[0]
    return f"{family} et al. ({study.reference})" if numbered else study.name


def add_study_tables(draft: Draft) -> None:
    """Write ``reported/rows``, one table a subject, and what the text says of the tables."""
    if not draft.has("rows", 0.7):
        return
    numbered = draft.has("numbered", 0.6)
    tools = {o.study: MEASURES[o.key].instrument for o in draft.outcomes}
    rows: Rows = []
    for table in dict.fromkeys(_table_of(draft, study) for study in draft.studies):
        own = [study for study in draft.studies if _table_of(draft, study) == table]
        for number, study in enumerate(own, 1):
            row = {
                "table": table, "row": str(number), "study": _label(study, numbered),
                "title": study.title, "population": study.population, "location": study.country,
                "year": str(study.year), "n": draft.count(study.n), "finding": study.finding,
                **draft.place(f"Table {table}, row {number}"),
            }  # fmt: skip
            if numbered:
                row["reference"] = study.reference
            if study.name in tools:
                row["instrument"] = tools[study.name]
            rows.append(row)
    keep = (
        ("title", "location", "n", "year", "instrument", "finding")
        if "cells" in draft.wants
        else ()
    )
    optional = (
        "population",
        "location",
        "instrument",
        "row",
        "n",
        "year",
        *(() if numbered else ("finding",)),
    )
    draft.tables["reported/rows"] = draft.thin(rows, optional, keep)
    if draft.has("claims", 0.6):
        draft.tables["reported/claims"] = _write_claims(draft)


def _write_claims(draft: Draft) -> Rows:
    k, rows = len(draft.studies), []
    sizes = Counter(study.subject for study in draft.studies)
    for at, subject in enumerate(_subjects(draft)):
        table, n = 2 + at, sizes[subject]
        words = _WORDS[n] if n < len(_WORDS) and draft.chance(0.5) else str(n)
        said = draft.pick(
            (
                f"Of the {k} studies, {words} are about {subject} (Table {table}).",
                f"Among these {k} articles, {words} focused on {subject}, in Table {table}.",
                f"{words.capitalize()} studies examined {subject} (Table {table}).",
            )
        )
        rows.append({"claim": said, "references": f"Table {table}", **draft.place("Results")})
        if draft.chance(0.5):
            rows.append({"claim": f"Table {table} holds studies of {subject}.",
                         "references": f"Table {table}", **draft.place("Results")})  # fmt: skip
    return rows


def add_groups(draft: Draft) -> None:
    """Write ``reported/groups``: how the text divides the studies."""
    if not draft.has("groups", 0.65):
        return
    groupings = {"subject": Counter(study.subject for study in draft.studies)}
    if draft.has("country groups", 0.4):
        groupings["country"] = Counter(study.country for study in draft.studies)
    if draft.chance(0.4):
        groupings["design"] = Counter(study.design for study in draft.studies)
    if draft.chance(0.3):
        groupings["decade"] = Counter(f"{study.year // 10 * 10}s" for study in draft.studies)
    k, printed = len(draft.studies), draft.has("percent", 0.7)
    rows = []
    for grouping, sizes in groupings.items():
        for group, n in sizes.items():
            row = {"grouping": grouping, "group": group, "n": str(n), "of": str(k),
                   **draft.place("Results"), **draft.quoted(f"{n} studies")}  # fmt: skip
            if printed:
                row["percent"] = draft.percent(n, k)
            rows.append(row)
    rows = (
        rows if len(groupings) > 1 or "grouping" in draft.wants else draft.thin(rows, ("grouping",))
    )
    draft.tables["reported/groups"] = rows


def add_themes(draft: Draft) -> None:
    """Write ``reported/themes``: each study stands behind one code or more."""
    if not draft.has("themes", 0.5) or "reported/rows" not in draft.tables:
        return
    numbered = "reference" in draft.tables["reported/rows"][0]
    rows = []
    join = draft.pick(("; ", ", ")) if numbered else "; "
    names = [s.reference if numbered else s.name for s in draft.studies]
    for theme, codes in _codes(draft).items():
        for code, members in codes.items():
            cited = join.join(names[i] for i in members)
            rows.append(
                {"theme": theme, "code": code, "reference": cited, **draft.place("Table 9")}
            )
    draft.tables["reported/themes"] = rows


def _codes(draft: Draft) -> dict[str, dict[str, list[int]]]:
    """Return theme → code → places of studies; each study is in one code or two."""
    found: dict[str, dict[str, list[int]]] = {}
    known = {subject.name: subject for subject in SUBJECTS}
    for i, study in enumerate(draft.studies):
        codes = found.setdefault(f"Theme of {study.subject}", {})
        codes.setdefault(study.finding.rstrip("."), []).append(i)
        if draft.chance(0.25):
            other = draft.pick(known[study.subject].findings).rstrip(".")
            if i not in (members := codes.setdefault(other, [])):
                members.append(i)
    return found


def add_coding(draft: Draft) -> None:
    """Write ``coding/``: a codebook and coded segments."""
    if not draft.has("coding", 0.35) or "extraction/studies" not in draft.tables:
        return
    segments, book = [], []
    for theme, codes in _codes(draft).items():
        for code, members in codes.items():
            book.append({"code": code, "theme": theme})
            segments += [
                {"study": draft.studies[i].name, "code": code, "coder": draft.pick(("A", "B"))}
                for i in members
            ]
    draft.tables["coding/codebook"] = book
    draft.tables["coding/segments"] = draft.thin(segments, ("coder",))
