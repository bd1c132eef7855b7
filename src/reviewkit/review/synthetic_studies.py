"""The studies of a synthetic review: who they are, whom they asked, how many answered how."""

from __future__ import annotations

import numpy as np

from reviewkit.review.synthetic_draft import Draft, Outcome, Study
from reviewkit.review.synthetic_words import (
    COUNTRIES,
    DESIGNS,
    FAMILIES,
    JOURNALS,
    MEASURES,
    POPULATIONS,
    SUBJECTS,
    MeasureWords,
)

__all__ = ["add_outcomes", "add_studies"]

_FIRST, _LAST = 2008, 2023
_LABELS = ("{first} {year}", "{first} et al. {year}", "{first}, {year}", "{first} ({year})")


def add_studies(draft: Draft, n_studies: int | None) -> None:
    """Draw the studies, and write ``extraction/studies``."""
    k = n_studies or _draw_size(draft)
    # One kind of people, or two that the title of the review joins.
    people = draft.some(POPULATIONS, draft.whole(1, 2))
    subjects = draft.some(SUBJECTS, 1 if k < 6 else draft.whole(2, 3))
    label = draft.pick(_LABELS)
    families = _draw_families(draft, k)
    sizes = _draw_sizes(draft, k)
    first_reference = draft.whole(8, 40)
    for i in range(k):
        year, subject = draft.whole(_FIRST, _LAST), subjects[i % len(subjects)]
        country, population = draft.pick(COUNTRIES), draft.pick(people)
        first, others = families[i], draft.some(FAMILIES, draft.whole(1, 3))
        draft.studies.append(
            Study(
                name=label.format(first=first, year=year),
                authors="; ".join(f"{name} {'ABDEJKLMST'[j]}." for j, name in enumerate((first, *others))),
                year=year,
                title=_entitle(draft, f"{subject.title} among {population} in {country}"),
                journal=draft.pick(JOURNALS),
                doi=f"10.5555/rk.{draft.whole(10_000, 99_999)}{i:03d}",
                country=country,
                population=population,
                design=draft.pick(DESIGNS),
                n=sizes[i],
                subject=subject.name,
                finding=draft.pick(subject.findings),
                reference=str(first_reference + i),
            )
        )  # fmt: skip
    draft.studies = _tell_apart(draft.studies)
    if draft.has("studies", 0.85):
        draft.tables["extraction/studies"] = _write_studies(draft)


def _draw_size(draft: Draft) -> int:
    """Return how many studies there are: often few, now and then many."""
    low, high = ((5, 12), (13, 28), (30, 60))[int(draft.rng.choice(3, p=[0.72, 0.22, 0.06]))]
    return draft.whole(low, high)


def _draw_families(draft: Draft, k: int) -> list[str]:
    """Return first authors; with many studies some lead two of them."""
    order = draft.rng.permutation(len(FAMILIES)).tolist()
    return [FAMILIES[order[i % len(order)]] for i in range(k)]


def _draw_sizes(draft: Draft, k: int) -> list[int]:
    """Return sample sizes; no two are equal, for that would be a sign."""
    sizes: list[int] = []
    while len(sizes) < k:
        size = int(np.exp(draft.rng.normal(5.2, 0.8))) + 25
        if size not in sizes:
            sizes.append(size)
    return sizes


def _entitle(draft: Draft, title: str) -> str:
    """Return a title that no study has yet, often with a subtitle."""
    taken = {study.title for study in draft.studies}
    kinds = ("", ": a national survey", ": results of a registry", " and its correlates",
             ": who is at risk?", f": wave {draft.whole(2, 30)} of a panel")  # fmt: skip
    # A bare title beside one with a subtitle would be two titles of one study.
    if any(other.startswith(title) for other in taken):
        title = f"{len(taken)} months later: {title[0].lower()}{title[1:]}"
    return title + draft.pick(kinds)


def _tell_apart(studies: list[Study]) -> list[Study]:
    """Give studies of one author and year letters, as authors do."""
    names = [study.name for study in studies]
    seen: dict[str, int] = {}
    found = []
    for study in studies:
        name = study.name
        if names.count(name) > 1:
            letter = "abcdefgh"[seen.setdefault(name, 0)]
            seen[name] += 1
            year = str(study.year)
            study = study._replace(name=name.replace(year, year + letter))
        found.append(study)
    return found


def _write_studies(draft: Draft) -> list[dict[str, str]]:
    rows = [
        {
            "study": s.name, "authors": s.authors, "year": str(s.year), "title": s.title,
            "journal": s.journal, "doi": s.doi, "country": s.country, "population": s.population,
            "design": s.design, "n": draft.count(s.n),
        }
        for s in draft.studies
    ]  # fmt: skip
    optional = ("authors", "title", "journal", "doi", "population", "design", "n", "country")
    keep = ("title", "country", "n") if "study cells" in draft.wants else ()
    return draft.thin(rows, optional, keep)


def add_outcomes(draft: Draft) -> None:
    """Draw what the studies counted, and write ``extraction/outcomes``."""
    wanted = [key for key in MEASURES if f"outcome:{key}" in draft.wants]
    if not (draft.has("outcomes", 0.85) or wanted):
        return
    keys = wanted or draft.some(list(MEASURES), draft.whole(1, 3))
    rows = []
    for key in keys:
        measure = MEASURES[key]
        asked = draft.studies
        if len(keys) > 1 and len(draft.studies) > 6 and draft.chance(0.5):
            asked = draft.some(draft.studies, max(5, int(0.7 * len(draft.studies))))
        rows += _count(draft, measure, asked)
    draft.tables["extraction/outcomes"] = draft.thin(rows, ("source",))
    _settle_pools(draft, keys)


def _count(draft: Draft, measure: MeasureWords, asked: list[Study]) -> list[dict[str, str]]:
    """Draw events from a logit-normal prevalence; write them as reviewers type them."""
    tau = draft.pick((0.2, 0.5, 0.9))
    rows = []
    ways = measure.cutoff if draft.chance(0.5) else (draft.pick(measure.cutoff),)
    names = measure.construct if draft.chance(0.3) else (draft.pick(measure.construct),)
    plain = draft.chance(0.85)  # percentages are given
    for study in asked:
        total = study.n - (draft.whole(0, study.n // 12) if draft.chance(0.4) else 0)
        logit = draft.rng.normal(measure.logit, tau)
        events = int(draft.rng.binomial(total, 1 / (1 + np.exp(-logit))))
        draft.outcomes.append(Outcome(study.name, measure.key, events, total))
        row = {
            "study": study.name, "outcome": measure.key, "construct": draft.pick(names),
            "instrument": measure.instrument, "cutoff": draft.pick(ways), "events": str(events),
            "total": draft.count(total), "source": draft.pick(("article", "Table 2", "abstract")),
        }  # fmt: skip
        if plain or "percent" in draft.wants:
            # A person writes 25 or 25.0; a spreadsheet would make all of a column one of them.
            row["percent"] = f"{100 * events / total:.{draft.habit.decimals}f}"
        rows.append(row)
    return rows


def _settle_pools(draft: Draft, keys: list[str]) -> None:
    pools = {}
    for key in keys:
        table = {"title": MEASURES[key].construct[0].capitalize()}
        if draft.chance(0.3):
            table |= {"transform": "logit", "tau2": draft.pick(("REML", "DL", "PM"))}
        if draft.chance(0.7):
            pools[key] = table
    if pools:
        draft.settings["pools"] = pools
