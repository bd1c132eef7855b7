"""Faults in the studies: counted twice, cited wrongly, outside the window, not studies at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit.review.synthetic_draft import Draft, Rows
from reviewkit.review.synthetic_planting import (
    Change,
    Fault,
    change_cell,
    exchange_digits,
    find_rows,
)

__all__ = ["STUDY_FAULTS"]

_STUDIES, _ROWS, _THEMES = "extraction/studies", "reported/rows", "reported/themes"
_OUTCOMES = "extraction/outcomes"


def _pair(draft: Draft, table: str) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return two rows of a table: the second will become the first once more."""
    rows = draft.tables.get(table, [])
    if len(rows) < 2:
        return None
    first, second = draft.some(rows, 2)
    return first, second


def _respell(draft: Draft, title: str) -> str:
    """Return a title as another database may spell it."""
    ways: list[Callable[[str], str]] = [
        str.upper,
        lambda text: text.replace(" and ", " & ").replace("ü", "ue") + ".",
        lambda text: text.replace("-", " ").replace("traumatised", "traumatized").title(),
        lambda text: text.replace(" among ", " amoung "),
    ]
    return draft.pick(ways)(title)


def _same_title(draft: Draft) -> Change | None:
    """Let a row be another study's, its title in another spelling."""
    found = _pair(draft, _STUDIES)
    if found is None:
        return None
    first, second = found
    title = _respell(draft, first["title"])
    second.pop("doi", None)
    for column in ("country", "population", "n"):
        if column in first:
            second[column] = first[column]
    return change_cell(_STUDIES, second, "title", title) if title != first["title"] else None


def _same_doi(draft: Draft) -> Change | None:
    rows = find_rows(draft, _STUDIES, "doi")
    if len(rows) < 2:
        return None
    first, second = draft.some(rows, 2)
    return change_cell(_STUDIES, second, "doi", f"https://doi.org/{first['doi'].upper()}")


def _same_sample(draft: Draft) -> Change | None:
    """Let a row have the sample of another: its size, place, year and instrument."""
    found = _pair(draft, _ROWS)
    if found is None:
        return None
    first, second = found
    for column in ("location", "year", "population", "instrument"):
        if column in first:
            second[column] = first[column]
    return change_cell(_ROWS, second, "n", first["n"])


def _one_reference(draft: Draft) -> Change | None:
    found = _pair(draft, _ROWS)
    if found is None:
        return None
    first, second = found
    second["study"] = second["study"].replace(f"({second['reference']})", f"({first['reference']})")
    return change_cell(_ROWS, second, "reference", first["reference"])


def _unused(draft: Draft) -> Change | None:
    """Take a study out of every theme."""
    rows = draft.tables.get(_THEMES, [])
    if not rows or len(draft.studies) < 3:
        return None
    ref = draft.pick(draft.studies).reference
    for row in rows:
        parts = row["reference"].replace(",", ";").split(";")
        row["reference"] = "; ".join(p.strip() for p in parts if p.strip() != ref)
    draft.tables[_THEMES] = [row for row in rows if row["reference"]]
    return Change(_THEMES, ref, "") if draft.tables[_THEMES] else None


def _stranger(draft: Draft) -> Change | None:
    rows = draft.tables.get(_THEMES, [])
    if not rows:
        return None
    row, ref = draft.pick(rows), str(int(draft.studies[-1].reference) + draft.whole(1, 9))
    return change_cell(_THEMES, row, "reference", f"{row['reference']}; {ref}")


def _coded_stranger(draft: Draft) -> Change | None:
    rows = draft.tables.get("coding/segments", [])
    if not rows:
        return None
    return change_cell("coding/segments", draft.pick(rows), "study", "Nobody & Noone 2011")


def _outside(draft: Draft) -> Change | None:
    """Let a study be older than the window allows."""
    table = draft.pick([name for name in (_STUDIES, _ROWS) if find_rows(draft, name, "year")])
    row = draft.pick(find_rows(draft, table, "year"))
    return change_cell(table, row, "year", str(draft.whole(1985, 2004)))


def _secondary(draft: Draft) -> Change | None:
    rows = find_rows(draft, _STUDIES, "title")
    if not rows:
        return None
    row, kind = (
        draft.pick(rows),
        draft.pick(("a systematic review", "a meta-analysis", "a scoping review")),
    )
    title = row["title"].partition(":")[0]
    return change_cell(_STUDIES, row, "title", f"{title}: {kind}")


def _miscounted(draft: Draft) -> Change | None:
    """Leave a study out of the tables."""
    rows: Rows = draft.tables[_ROWS]
    lost = draft.pick(rows)
    left = [row for row in rows if row is not lost]
    if any(n == len(left) for key, n in draft.flow.items() if "studies" in key or "reports" in key):
        return None
    if draft.flow.get("in_meta_analysis") == len(left):
        return None
    draft.tables[_ROWS] = left
    for name in ("reported/themes", "reported/groups", "reported/claims"):
        draft.tables.pop(name, None)
    return Change(_ROWS, lost["study"], "")


def _unknown_name(draft: Draft) -> Change | None:
    """Let an outcome be of a study that the table of studies does not have."""
    if _STUDIES not in draft.tables or _OUTCOMES not in draft.tables:
        return None
    row = draft.pick(draft.tables[_OUTCOMES])
    year = row["study"][-5:]
    return change_cell(_OUTCOMES, row, "study", f"Quispe {year}".replace("  ", " "))


def _differs(draft: Draft) -> Change | None:
    """Exchange two digits of a sample size in the printed table."""
    rows = find_rows(draft, _ROWS, "n")
    if not rows or not find_rows(draft, _STUDIES, "n", "title"):
        return None
    row = draft.pick(rows)
    others = list(exchange_digits(row["n"]))
    return change_cell(_ROWS, row, "n", draft.pick(others)) if others else None


def _same_name(draft: Draft) -> Change | None:
    """Add a study once more, its name in another spelling and nothing else known of it."""
    rows = draft.tables.get(_STUDIES, [])
    spelled = [row for row in rows if any(letter in row["study"] for letter in "üöä")]
    if not spelled or any(c.isalpha() for c in spelled[0]["study"].rstrip(")")[-1]):
        return None
    name = spelled[0]["study"]
    other = name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae")
    rows.append({"study": other, "year": spelled[0]["year"]})
    return Change(f"{_STUDIES}, {other}", name, other)


def _twice_in_pool(draft: Draft) -> Change | None:
    rows = draft.tables.get(_OUTCOMES, [])
    if not rows:
        return None
    row = dict(draft.pick(rows))
    rows.append(row)
    return Change(f"{_OUTCOMES}, {row['study']}", "one row", "two rows")


STUDY_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "studies.same_title": Fault("One study stands under two names and spellings.", _same_title,
                                    ("studies", "study cells"),
                                    ("studies.one_study", "studies.one_title")),
        "studies.same_name": Fault("One study stands under two spellings of its name.", _same_name,
                                   ("studies",), ("studies.one_name", "studies.one_study")),
        "studies.same_doi": Fault("Two studies have one DOI.", _same_doi, ("studies", "doi"),
                                  ("studies.one_study",)),
        "studies.same_sample": Fault("Two studies have one sample.", _same_sample, ("rows", "cells"),
                                     ("studies.one_sample", "studies.one_study")),
        "studies.one_reference": Fault("Two studies have one reference.", _one_reference,
                                       ("rows", "numbered"),
                                       ("studies.one_reference", "studies.label", "studies.one_study")),
        "studies.unused": Fault("A study is in no theme.", _unused, ("rows", "numbered", "themes"),
                                ("studies.unused",)),
        "themes.stranger": Fault("A theme cites what is no included study.", _stranger,
                                 ("rows", "numbered", "themes"), ("themes.stranger",)),
        "themes.coded_stranger": Fault("A coded study is not among the included.", _coded_stranger,
                                       ("studies", "coding"), ("themes.stranger",)),
        "studies.window": Fault("A study is older than the window.", _outside,
                                ("studies", "search", "window", "dates"), ("studies.window",)),
        "studies.secondary": Fault("A review is counted as a study.", _secondary,
                                   ("studies", "study cells"), ("studies.secondary",)),
        "studies.count": Fault("The tables hold fewer studies than are included.", _miscounted,
                               ("flow", "rows"), ("studies.count",)),
        "outcomes.stranger": Fault("A pooled study is not among the included.", _unknown_name,
                                   ("studies", "outcomes"), ("outcomes.stranger",)),
        "studies.differ": Fault("Two tables print other sample sizes.", _differs,
                                ("studies", "study cells", "rows", "cells"), ("studies.differ",)),
        "outcomes.dependent": Fault("A study enters a pool twice.", _twice_in_pool, ("outcomes",),
                                    ("outcomes.dependent", "folder.unreadable")),
    }
)  # fmt: skip
