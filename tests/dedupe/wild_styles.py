"""Works as databases write them, and whole searches of such records with their truth.

`make_search(n, seed, ...)` gives a frame with a column `gold`: rows of one number are one
work.  Each database has its own way with authors, titles, pages and what it leaves out.
"""

# ruff: noqa: RUF001 -- names and dashes as databases have them

import random
import unicodedata

import pandas as pd
from wild_relatives import make_family
from wild_words import AMERICAN, GREEK


def strip_accents(text):
    """Return text in plain letters, as old databases have it."""
    text = (
        text.replace("ø", "o")
        .replace("Ø", "O")
        .replace("ß", "ss")
        .replace("ł", "l")
        .replace("ı", "i")
    )
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def transliterate(text):
    """Return German and Nordic letters as two."""
    pairs = {"ä": "ae", "ö": "oe", "ü": "ue", "Ö": "Oe", "Ø": "Oe", "ø": "oe", "å": "aa", "ß": "ss"}
    return "".join(pairs.get(c, c) for c in text)


def write_family_name(rnd, family, eastern, style):
    """Return a family name: particles moved, double names cut, accents lost."""
    if style["plain letters"]:
        family = transliterate(family) if rnd.random() < 0.15 else strip_accents(family)
    particle, _, rest = family.partition(" ")
    if rest and particle.lower() in ("van", "de", "von", "ter", "dos", "da", "le"):
        roll = rnd.random()
        if roll < 0.2:
            return family.title()
        if roll < 0.3:
            return rest
    elif (rest or "-" in family) and not eastern and rnd.random() < 0.3:
        double = family.replace("-", " ").split(" ")
        whole = [" ".join(double), "-".join(double)]
        cut = [double[0], double[-1]] if len(family) > 10 else whole
        return rnd.choice([*whole, *whole, *cut])
    return family.upper() if style["capital names"] else family


def write_author(rnd, author, style, swap):
    """Return one author as "Family, Given" in the style of a database."""
    family, given, middle, eastern = author
    family = write_family_name(rnd, family, eastern, style)
    if style["plain letters"]:
        given = strip_accents(given)
    if eastern and swap:  # family and given name have changed places
        family, given = given, family
    if eastern and len(given) > 4 and rnd.random() < 0.3:
        at = next((i for i in range(2, len(given) - 1) if given[i] in "xmhjglwqpysed"), 2)
        given = f"{given[:at]}-{given[at:].capitalize()}"
    initials = [part[0] for part in given.replace("-", " ").split()]
    form = style["given"]
    if form == "full":
        return f"{family}, {given}{f' {middle}.' if middle else ''}"
    if form == "given first":
        return f"{given} {f'{middle}. ' if middle else ''}{family}"
    letters = [*initials, *([middle] if middle and rnd.random() > 0.06 else [])]
    if form == "dots":
        return f"{family}, {'.'.join(letters)}."
    if form == "wide dots":
        return f"{family}, {'. '.join(letters)}."
    return f"{family}{',' if form == 'letters' else ''} {''.join(letters)}"


def write_authors(rnd, work, style):
    """Return the authors, cut as some databases cut them."""
    authors = work["authors"]
    if not authors or rnd.random() < style["no authors"]:
        return ""
    most = style["most authors"]
    cut = authors[:most] if len(authors) > most else authors
    swap = rnd.random() < 0.12
    names = [write_author(rnd, author, style, swap) for author in cut]
    if rnd.random() < 0.01 and len(names) > 1:
        names = names[:-1]
    if len(cut) < len(authors) and rnd.random() < 0.7:
        names.append("et al.")
    return style["between"].join(names)


def spell(rnd, text, style):
    """Return text in another spelling: American, Greek letters by name, entities, other dashes."""
    if style["american"]:
        for british, american in AMERICAN.items():
            text = text.replace(british, american).replace(
                british.capitalize(), american.capitalize()
            )
    for letter, names in GREEK.items():
        text = text.replace(letter, names[style["greek"]])
    if rnd.random() < style["entities"]:
        text = text.replace(" and ", " &amp; ").replace("'", "&#39;")
    if rnd.random() < 0.06:
        text = text.replace("-", rnd.choice([" ", "\u2010", "\u2013"]))
    if rnd.random() < 0.05:
        text = text.replace(",", "")
    return text


def misprint(rnd, text, rate):
    """Return text with a rare slip of a letter, never in a number."""
    if rnd.random() >= rate or len(text) < 12:
        return text
    at = rnd.randrange(2, len(text) - 2)
    if not text[at : at + 2].isalpha():
        return text
    return rnd.choice([text[:at] + text[at + 1 :], text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                       text[:at] + text[at] + text[at:], text[:at] + rnd.choice("aeioustr") + text[at + 1 :]])  # fmt: skip


def write_title(rnd, work, style):
    """Return the title as a database has it."""
    title, subtitle = work["title"], work["subtitle"]
    roll = rnd.random()
    if subtitle and roll < style["no subtitle"]:
        subtitle = ""
    elif subtitle and roll < style["no subtitle"] + 0.01:  # "a systematic review" comes first
        title, subtitle = f"{subtitle[0].upper()}{subtitle[1:]}: {title}", ""
    joint = rnd.choice([": ", ": ", ": ", ". ", " - ", "--", " : "]) if rnd.random() < 0.3 else ": "
    if title.endswith("?"):
        joint = " "
    begin = subtitle[:1].upper() if rnd.random() < 0.4 else subtitle[:1]
    text = title + (f"{joint}{begin}{subtitle[1:]}" if subtitle else "")
    text = misprint(rnd, spell(rnd, text, style), style["misprints"])
    if style["title case"] and rnd.random() < style["title case"]:
        text = text.title()
    if rnd.random() < style["capitals"]:
        text = text.upper()
    if len(text) > style["longest title"]:
        text = text[: style["longest title"]].rsplit(" ", 1)[0] + rnd.choice(["…", "...", ""])
    if work["foreign"]:
        text = {"brackets": f"[{text}].", "both": f"{text} [{work['foreign']}]", "equals": f"{work['foreign']} = {text}",
                "original": work["foreign"] if rnd.random() < 0.25 else text, "plain": text}[style["foreign"]]  # fmt: skip
    return text + (rnd.choice(style["endings"]) if rnd.random() < 0.5 else "")


def write_pages(rnd, work, style):
    """Return the pages: short, whole, the first only, or the number of the article."""
    first, last = work["first"], work["last"]
    if not first or rnd.random() < style["no pages"]:
        return rnd.choice(["", "", style["nothing"]])
    if not last:
        if rnd.random() < style["no numbers"]:
            return ""
        bare = first.lstrip("e")
        return rnd.choice([first, first, bare]) if first.startswith("e") else first
    if style["first page only"] and rnd.random() < style["first page only"]:
        return first
    if style["short pages"] and first.isdigit() and len(first) == len(last):
        same = next((i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), 0)
        last = last[same:]
    return f"{first}{style['dash']}{last}" + (style["count"] if rnd.random() < 0.5 else "")


def write_journal(rnd, work, style):
    """Return the journal: whole, abbreviated, with its place; in capitals; or a slip."""
    full, short, long = work["journal"]
    name = {"full": full, "short": short, "long": long or full}[style["journal"]]
    if rnd.random() < 0.04:
        name = rnd.choice([full, short])
    return "" if rnd.random() < 0.01 else name.upper() if style["capital journals"] else name


def write_record(rnd, work, source, options):
    """Return a work as a database has it."""
    style = STYLES[source]
    roll = rnd.random
    year, early = work["year"], work["early"] and roll() < 0.3
    volume, issue, pages = work["volume"], work["issue"], write_pages(rnd, work, style)
    if early:  # known from before print
        year, volume, issue, pages = year - (roll() < 0.6), "", "", ""
    elif roll() < style["other year"]:
        year += rnd.choice([-1, -1, 1])
    if volume and roll() < style["no volume"]:
        volume = ""
    if issue and roll() < style["no issue"]:
        issue = ""
    abstract = work["abstract"] if roll() < style["abstracts"] and options["abstracts"] else ""
    if abstract and roll() < 0.2:
        abstract = abstract[: rnd.randint(250, 900)]
    doi = style["doi form"].format(work["doi"]) if work["doi"] and roll() < style["dois"] else ""
    record = {
        "gold": work["gold"], "note": work["note"], "source": source, "title": write_title(rnd, work, style),
        "authors": write_authors(rnd, work, style), "year": f"{year}{style['after year']}",
        "journal": write_journal(rnd, work, style), "volume": volume, "issue": issue, "pages": pages,
        "doi": doi if options["dois"] else "", "pmid": work["pmid"] if style["pmids"] and options["dois"] else "",
        "abstract": abstract + (style["copyright"] if abstract and roll() < 0.5 else ""),
        "kind": style["kinds"].get(work["kind"], "") if options["kinds"] else "",
        "language": work["language"] if roll() < 0.4 else "",
    }  # fmt: skip
    for name in options["without"]:
        record[name] = ""
    return record


_PLAIN = {
    "given": "dots", "between": "; ", "most authors": 99, "no authors": 0.01, "plain letters": False, "capital names": False,
    "american": False, "greek": 2, "entities": 0.0, "misprints": 0.012, "no subtitle": 0.015, "title case": 0.0,
    "capitals": 0.0, "longest title": 400, "foreign": "plain", "endings": [""], "no pages": 0.04, "no numbers": 0.1,
    "nothing": "", "first page only": 0.0, "short pages": False, "dash": "-", "count": "", "journal": "full",
    "capital journals": False, "other year": 0.02, "no volume": 0.02, "no issue": 0.06, "abstracts": 0.85, "dois": 0.85,
    "doi form": "{}", "pmids": False, "after year": "", "copyright": "", "kinds": {},
}  # fmt: skip

#: Database → how it writes; what is not told is as in `_PLAIN`.
STYLES = {
    name: {**_PLAIN, **style}
    for name, style in {
        "PubMed": {"given": "full", "journal": "long", "endings": ["."], "short pages": True, "foreign": "brackets", "pmids": True,
                   "dois": 0.8, "kinds": {"article": "Journal Article", "letter": "Comment", "preprint": "Preprint"}},
        "PubMed csv": {"given": "plain", "between": ", ", "journal": "short", "endings": ["."], "short pages": True,
                       "foreign": "brackets", "pmids": True, "abstracts": 0.0, "dois": 0.8},
        "MEDLINE Ovid": {"given": "letters", "journal": "full", "short pages": True, "foreign": "both", "endings": [".", " [Review]"],
                         "after year": "//", "american": True, "dois": 0.6, "doi form": "https://dx.doi.org/{}", "other year": 0.03},
        "Embase": {"given": "dots", "american": True, "greek": 0, "no issue": 0.1, "dois": 0.7, "plain letters": True, "other year": 0.04,
                   "doi form": "http://dx.doi.org/{}", "copyright": " Copyright © Elsevier B.V. All rights reserved.",
                   "kinds": {"article": "Journal: Article", "meeting": "Conference Abstract", "letter": "Journal: Letter"}},
        "Scopus": {"given": "dots", "between": "; ", "foreign": "both", "dois": 0.88, "no issue": 0.08, "no numbers": 0.5,
                   "kinds": {"article": "Article", "meeting": "Conference Paper", "letter": "Letter", "chapter": "Book Chapter"}},
        "Web of Science": {"given": "letters", "capital journals": True, "title case": 0.5, "plain letters": True, "dois": 0.75,
                           "greek": 0, "no numbers": 0.7, "most authors": 60, "capital names": False, "entities": 0.02,
                           "kinds": {"meeting": "Meeting Abstract", "article": "Article"}},
        "PsycINFO": {"given": "full", "nothing": "No Pagination Specified", "no pages": 0.08, "american": True, "after year": "//",
                     "doi form": "https://doi.org/{}", "endings": [".", " [References]."], "dois": 0.7, "other year": 0.04,
                     "kinds": {"article": "Journal Article", "thesis": "Dissertation Abstract", "chapter": "Book Chapter"}},
        "CINAHL": {"given": "full", "title case": 0.8, "journal": "full", "count": " 9p", "no pages": 0.06, "dois": 0.35, "no issue": 0.08,
                   "abstracts": 0.7, "endings": ["."], "most authors": 20},
        "CENTRAL": {"given": "letters", "capitals": 0.12, "dash": "‐", "endings": ["", "."], "no issue": 0.25, "no pages": 0.1,
                    "no volume": 0.06, "dois": 0.5, "american": True, "plain letters": True, "other year": 0.05, "foreign": "brackets",
                    "longest title": 240, "misprints": 0.03},
        "Google Scholar": {"given": "given first", "between": " and ", "most authors": 5, "longest title": 95, "no pages": 0.35,
                           "no volume": 0.2, "no issue": 0.4, "abstracts": 0.0, "dois": 0.0, "other year": 0.08, "no subtitle": 0.05,
                           "capitals": 0.02, "foreign": "original", "plain letters": True},
        "ProQuest": {"given": "full", "no authors": 0.04, "no pages": 0.15, "no issue": 0.15, "first page only": 0.4, "dois": 0.5,
                     "title case": 0.4, "entities": 0.05, "misprints": 0.03, "other year": 0.04},
        "OpenAlex": {"given": "given first", "doi form": "https://doi.org/{}", "dois": 0.95, "no pages": 0.1, "other year": 0.06,
                     "no subtitle": 0.03, "entities": 0.02, "foreign": "original", "abstracts": 0.6},
        "LILACS": {"given": "full", "foreign": "equals", "dois": 0.2, "no pages": 0.1, "journal": "short", "misprints": 0.03},
    }.items()
}  # fmt: skip

#: Mixes of databases, as searches have them.
MIXES = {
    "clinic": ["PubMed", "Embase", "CENTRAL", "Web of Science"],
    "psychology": ["PsycINFO", "MEDLINE Ovid", "Scopus", "ProQuest"],
    "nursing": ["CINAHL", "PubMed csv", "Embase", "PsycINFO", "Scopus"],
    "wide": list(STYLES),
    "open": ["OpenAlex", "Google Scholar", "PubMed", "LILACS", "Scopus"],
}


def make_search(
    n, seed, *, mix="clinic", dois=True, abstracts=True, kinds=True, relatives=0.1, weights=None,
    alone=0.5, without=(),
):  # fmt: skip
    """Return n records in a random order, with a column `gold`."""
    rnd = random.Random(seed)
    options = {"dois": dois, "abstracts": abstracts, "kinds": kinds, "without": without}
    names, rows, gold = MIXES[mix], [], 0
    while len(rows) < n:
        for work in make_family(rnd, relatives, weights):
            gold += 1
            work["gold"] = gold
            count = 1 if rnd.random() < alone else rnd.randint(2, min(5, len(names)))
            sources = rnd.sample(names, count)
            if rnd.random() < 0.02:  # a search that was run again
                sources.append(sources[0])
            rows += [write_record(rnd, work, source, options) for source in sources]
    rnd.shuffle(rows)
    frame = pd.DataFrame(rows[:n])
    frame.insert(0, "record", [f"W{at:06d}" for at in range(len(frame))])
    return frame


#: Searches with different troubles, as options of make_search.
SEARCHES = {
    "clinic": {"mix": "clinic"},
    "psychology": {"mix": "psychology"},
    "nursing": {"mix": "nursing"},
    "wide, no DOI or PMID": {"mix": "wide", "dois": False},
    "clinic, no DOI, no abstract, no kind": {"mix": "clinic", "dois": False, "abstracts": False, "kinds": False},
    "open": {"mix": "open"},
    "wide, every third work with a relative": {"mix": "wide", "relatives": 0.33},
    "nursing, no DOI, every third with a relative": {"mix": "nursing", "dois": False, "relatives": 0.33},
}  # fmt: skip
