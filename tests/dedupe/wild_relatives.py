"""Relatives of works: what is like a work and is another one, as papers of a team, parts, notices, updates.

`make_family(rnd, relatives)` gives the works of one team that belong together; each is a dict
with a `note` that says what it is.  How databases write them is in `wild_styles.py`.
"""

import re

from wild_words import (
    COLUMNS,
    JOURNALS,
    MEETINGS,
    SEVERAL,
    SHORT,
    TRANSLATED,
)
from wild_works import LISTS, make_abstract, make_author, make_title, make_work, name_doi, stand


def _anew(rnd, work, note, **changes):
    """Return another work like this one, with identifiers of its own."""
    year = changes.get("year", work["year"])
    return {**work, "note": note, "doi": name_doi(rnd, year), "pmid": str(rnd.randint(10**6, 4 * 10**7)),
            "early": False, **changes}  # fmt: skip


def _later(rnd, work, years):
    return {"year": work["year"] + years, **stand(rnd, work["journal"], work["year"] + years)}


def _sister(rnd, work):
    """A further paper of the team on the same data, soon after, often in the same volume."""
    topic = dict(work["topic"])
    old = [name for name in topic if name[0] in "opt"]
    if not old:
        return _followup(rnd, work)
    name = rnd.choice(old)
    new = rnd.choice([value for value in LISTS[name[0]] if value != topic[name]])
    title = re.sub(re.escape(topic[name]), lambda _: new, work["title"], flags=re.IGNORECASE)
    if title == work["title"]:
        return _followup(rnd, work)
    topic[name] = new
    authors = work["authors"][:]
    if rnd.random() < 0.4:
        authors[1:] = rnd.sample(authors[1:], len(authors) - 1)
    return _anew(rnd, work, "sister", title=title[0].upper() + title[1:], authors=authors,
                 abstract=make_abstract(rnd, topic), **_later(rnd, work, rnd.choice([0, 0, 0, 1])))  # fmt: skip


def _followup(rnd, work):
    spans = rnd.sample(["6-month", "12-month", "24-month", "two-year", "five-year", "ten-year"], 2)
    ends = [f"{span} {rnd.choice(['follow-up', 'results', 'outcomes'])}" for span in spans]
    work["subtitle"] = ends[0]
    return _anew(rnd, work, "follow-up", subtitle=ends[1], **_later(rnd, work, rnd.choice([0, 1, 3])))  # fmt: skip


def _other_people(rnd, work):
    pair = rnd.choice([("men", "women"), ("boys", "girls"), ("children", "adolescents"), ("Germany", "Austria"),
                       ("patients", "their spouses"), ("rural areas", "urban areas"), ("mothers", "fathers")])  # fmt: skip
    base = work["title"]
    work["title"] = f"{base} in {pair[0]}"
    return _anew(
        rnd,
        work,
        "other people",
        title=f"{base} in {pair[1]}",
        **_later(rnd, work, rnd.choice([0, 0, 1])),
    )


def _part(rnd, work):
    form = rnd.choice(
        ["{}: Part {}", "{}. {}. Outcomes", "{} (Part {})", "{} - {}", "{}: {}. A clinical view"]
    )
    one, two = (
        rnd.choice([("I", "II"), ("1", "2"), ("one", "two")]) if "art" in form else ("I", "II")
    )
    base = work["title"]
    work.update(title=form.format(base, one), subtitle="")
    place = stand(rnd, work["journal"], work["year"])
    if work["last"]:
        place = {name: work[name] for name in ("volume", "issue")}
        place |= {"first": str(int(work["last"]) + 1), "last": str(int(work["last"]) + 9)}
    return _anew(rnd, work, "part", title=form.format(base, two), subtitle="", **place)


def _yearly(rnd, work):
    base, year = work["title"].split(", ")[0], work["year"]
    form = rnd.choice(["Annual report of the registry on {0}: {1}", "{0} statistics, {1}", "{0}: annual review",
                       "The {1} guideline on {0}", "Advances in {0}", "Annual summary of {0}, {1}"])  # fmt: skip
    work.update(title=form.format(base, year), subtitle="")
    years = rnd.randint(1, 3)
    return _anew(
        rnd, work, "yearly", title=form.format(base, year + years), **_later(rnd, work, years)
    )


def _meeting(rnd, work):
    """The abstract of a meeting, in a supplement of the journal itself or elsewhere."""
    own = rnd.random() < 0.3 and not work["first"].startswith("CD")
    year = work["year"] - rnd.choice([0, 1, 1, 2])
    name = rnd.choice(MEETINGS)
    journal = work["journal"] if own else (name, name, "")
    place = stand(rnd, journal, year)
    page = rnd.randint(1, 900)
    number = f"Suppl. {rnd.randint(1, 3)}" if rnd.random() < 0.6 else f"SUPPL. {rnd.randint(1, 4)}"
    return _anew(rnd, work, "meeting", journal=journal, year=year, kind="meeting", volume=place["volume"] or "12",
                 issue=number, first=f"S{page}", last=f"S{page + rnd.choice([0, 0, 1])}",
                 doi=name_doi(rnd, year) if rnd.random() < 0.5 else "", pmid="",
                 authors=work["authors"][: rnd.randint(1, 15)])  # fmt: skip


def _erratum(rnd, work):
    place = _later(rnd, work, rnd.choice([0, 0, 1]))
    pages = f"{work['first']}-{work['last']}".strip("-")
    text = f"{work['title']}{': ' + work['subtitle'] if work['subtitle'] else ''}"
    form = rnd.choice(["Erratum: {0} ({1} ({2}) {3} ({4}) DOI: {5})", "Correction to: {0}", "{0} (vol {3}, pg {4}, {2})",
                       "Erratum: {0}", 'Corrigendum to "{0}" [{1} {3} ({2}) {4}]', "{0}: Erratum", "Correction: {0}",
                       "Erratum to: {0}", "{0} [corrected and republished]"][:8])  # fmt: skip
    title = form.format(
        text,
        work["journal"][0],
        work["year"],
        work["volume"] or "3",
        pages,
        work["doi"] or "10.1016/x",
    )
    place["last"] = place["first"] if place["last"] else ""
    return _anew(rnd, work, "erratum", title=title, subtitle="", abstract="", **place)


def _reply(rnd, work):
    form = rnd.choice(["Reply to: {}", "Re: {}", "{} - Reply", "{}: reply", "{}: authors' reply", "Comment on: {}", "Response to: {}",
                       'Comments on "{}"', "{} (Commentary)", "In reply: {}", "Letter to the editor re: {}",
                       'Response to "{}"', "Commentary on {}", "{}: invited commentary", "{} Reply"])  # fmt: skip
    same = rnd.random() < 0.5
    return _anew(rnd, work, "reply", title=form.format(work["title"]), subtitle="", abstract="", kind="letter",
                 authors=work["authors"] if same else [make_author(rnd)], **_later(rnd, work, rnd.choice([0, 0, 1])))  # fmt: skip


def _same_letter(rnd, work):
    """A letter of others under the very title of the paper."""
    return _anew(rnd, work, "letter of one title", subtitle="", abstract="", kind="letter",
                 authors=[make_author(rnd) for _ in range(rnd.randint(1, 3))], **_later(rnd, work, rnd.choice([0, 1])))  # fmt: skip


def _cochrane(rnd, work):
    """A Cochrane review and its update: one title, one number, most of the authors."""
    year = max(1998, min(2020, work["year"]))
    journal = next(names for names in JOURNALS if names[0].startswith("Cochrane"))
    work.update(journal=journal, year=year, early=False, subtitle="", **stand(rnd, journal, year))
    stem = f"10.1002/14651858.{work['first']}"
    later = year + rnd.choice([1, 2, 2, 3, 3, 4, 5, 6])
    protocol = rnd.random() < 0.3
    work["doi"] = stem + ("" if protocol else ".pub2")
    place = {**stand(rnd, journal, later), "first": work["first"]}
    authors = work["authors"] if rnd.random() < 0.5 else [*work["authors"], make_author(rnd)]
    return _anew(rnd, work, "cochrane protocol" if protocol else "cochrane update", year=later, authors=authors,
                 **place) | {"doi": f"{stem}.pub{2 if protocol else 3}"}  # fmt: skip


def _protocol(rnd, work):
    form = rnd.choice(["study protocol for a randomised controlled trial", "protocol for a systematic review",
                       "a study protocol", "rationale and design", "protocol of a cohort study"])  # fmt: skip
    journal = rnd.choice(JOURNALS)
    return _anew(rnd, work, "protocol", subtitle=form, journal=journal, year=work["year"] - 2,
                 **stand(rnd, journal, work["year"] - 2))  # fmt: skip


def _preprint(rnd, work):
    house, start = rnd.choice([("medRxiv", "10.1101/2021.03.{}"), ("SSRN Electronic Journal", "10.2139/ssrn.{}"),
                               ("PsyArXiv", "10.31234/osf.io/{}"), ("Research Square", "10.21203/rs.3.rs-{}/v1")])  # fmt: skip
    year = max(2014, work["year"])
    work["year"] = year
    work.update(stand(rnd, work["journal"], year))
    return _anew(rnd, work, "preprint", journal=(house, house, ""), year=year - rnd.choice([0, 1]), volume="", issue="",
                 first="", last="", kind="preprint", pmid="") | {"doi": start.format(rnd.randint(10**5, 10**7))}  # fmt: skip


def _thesis(rnd, work):
    issue = rnd.choice(["Dissertation Abstracts International: Section B: The Sciences and Engineering",
                        "ProQuest Dissertations and Theses", "Dissertation Abstracts International"])  # fmt: skip
    return _anew(rnd, work, "thesis", journal=(issue, issue, ""), year=work["year"] - rnd.choice([1, 2]), kind="thesis",
                 authors=work["authors"][:1], volume=str(rnd.randint(50, 80)), issue=f"{rnd.randint(1, 12)}-B",
                 first=str(rnd.randint(1, 7000)), last="", doi="", pmid="")  # fmt: skip


def _column(rnd, work):
    """Two columns of one person in one journal: the title tells nothing."""
    title = rnd.choice(COLUMNS)
    work.update(
        title=title,
        subtitle="",
        abstract="",
        authors=work["authors"][: rnd.randint(1, 2)],
        note="column",
    )
    own = rnd.random() < 0.6
    authors = work["authors"] if own else [make_author(rnd)]
    place = _later(rnd, work, rnd.choice([0, 0, 1]))
    if rnd.random() < 0.1 and place["last"] and title in SEVERAL:
        place["issue"] = work["issue"]
    elif place["issue"] == work["issue"] and place["volume"] == work["volume"]:
        place["issue"] = str(int(work["issue"] or 12) % 12 + 1)
    return _anew(rnd, work, "column", authors=authors, **place)


def _short(rnd, work):
    """Two works of different people under one short title."""
    work.update(title=rnd.choice(SHORT), subtitle="", note="short title")
    journal = work["journal"] if rnd.random() < 0.4 else rnd.choice(JOURNALS)
    year = work["year"] + rnd.choice([0, 0, 1, 4])
    return _anew(rnd, work, "short title", journal=journal, authors=[make_author(rnd) for _ in range(rnd.randint(1, 5))],
                 year=year, abstract=make_abstract(rnd, {}), **stand(rnd, journal, year))  # fmt: skip


def _chapter(rnd, work):
    """Two chapters of one book; or one chapter in two editions."""
    book = f"Handbook of {work['topic'].get('o', 'rehabilitation')}"
    first = rnd.randint(1, 400)
    work.update(journal=(book, book, ""), volume="", issue="", kind="chapter", doi="", pmid="", early=False,
                first=str(first), last=str(first + 20))  # fmt: skip
    if rnd.random() < 0.5:
        return _anew(rnd, work, "edition", year=work["year"] + rnd.randint(3, 8), first=str(first + 40), doi="", pmid="",
                     journal=(f"{book}, 2nd ed", book, ""), last=str(first + 61))  # fmt: skip
    return _anew(
        rnd,
        work,
        "chapter",
        title=make_title(rnd, {}),
        first=str(first + 21),
        last=str(first + 39),
        doi="",
        pmid="",
    )


def _copublished(rnd, work):
    """A guideline that several journals print."""
    journal = rnd.choice([names for names in JOURNALS if names != work["journal"]])
    year = work["year"] + rnd.choice([0, 0, 1])
    return _anew(rnd, work, "copublished", journal=journal, year=year, **stand(rnd, journal, year))


def _registration(rnd, work):
    number = f"NCT{rnd.randint(10**6, 6 * 10**6):08d}"
    return _anew(rnd, work, "registration", journal=(f"https://clinicaltrials.gov/show/{number}", "ClinicalTrials.gov", ""),
                 kind="registration", year=work["year"] - 3, volume="", issue="", first="", last="", authors=[], doi="",
                 pmid="", abstract=make_abstract(rnd, dict(work["topic"])))  # fmt: skip


#: Relative → how to make it, and how common it is.
RELATIVES = {
    "sister": (_sister, 10), "people": (_other_people, 3), "follow-up": (_followup, 3), "part": (_part, 4),
    "yearly": (_yearly, 4), "meeting": (_meeting, 14), "erratum": (_erratum, 8), "reply": (_reply, 10),
    "letter": (_same_letter, 3), "cochrane": (_cochrane, 5), "protocol": (_protocol, 7), "preprint": (_preprint, 6),
    "thesis": (_thesis, 3), "column": (_column, 8), "short": (_short, 6), "chapter": (_chapter, 4),
    "copublished": (_copublished, 2), "registration": (_registration, 4),
}  # fmt: skip


def _translate(rnd, work):
    language = rnd.choice(sorted(TRANSLATED))
    work.update(
        language=language,
        foreign=rnd.choice(TRANSLATED[language]) + f" en {work['year']}",
        subtitle="",
    )


def make_family(rnd, relatives, weights=None):
    """Return works that belong together: mostly one, with relatives as often as told."""
    work = make_work(rnd)
    if rnd.random() < 0.05:
        _translate(rnd, work)
        return [work]
    if rnd.random() >= relatives:
        return [work]
    chances = {name: (weights or {}).get(name, often) for name, (_, often) in RELATIVES.items()}
    name = rnd.choices(list(chances), list(chances.values()))[0]
    other = RELATIVES[name][0](rnd, work)
    return [work, other]
