"""Works of medicine and psychology as they were printed: what `wild_relatives.py` and `wild_styles.py` build on."""

import re

from wild_words import (
    CONDITIONS,
    DESIGNS,
    EASTERN,
    FAMILIES,
    GIVEN,
    JOURNALS,
    OUTCOMES,
    PATTERNS,
    PEOPLE,
    PLACES,
    SCALES,
    SENTENCES,
    SYLLABLES,
    TREATMENTS,
)

LISTS = {"c": CONDITIONS, "p": PEOPLE, "t": TREATMENTS, "o": OUTCOMES, "l": PLACES, "s": SCALES}
_NUMBERED = ("PLoS ONE", "International Journal of Environmental Research and Public Health", "BMJ")


def fill(rnd, pattern, topic):
    """Return a pattern with words of a topic, which grows by what it lacks."""

    def pick(found):
        name = found[1]
        if name == "n":
            return str(rnd.randint(2, 98))
        if name not in topic:
            topic[name] = rnd.choice(LISTS[name[0]])
        return topic[name]

    return re.sub(r"{(\w\d?)}", pick, pattern)


def make_title(rnd, topic):
    """Return a title without subtitle."""
    text = fill(rnd, rnd.choice(PATTERNS), topic)
    return text[0].upper() + text[1:]


def make_author(rnd):
    """Return family name, given name, middle initial, and whether the name is of the east."""
    if rnd.random() < 0.18:
        two = "".join(rnd.sample(SYLLABLES, 2)).capitalize()
        return rnd.choice(EASTERN), two if rnd.random() < 0.8 else rnd.choice(SYLLABLES), "", True
    middle = rnd.choice("ABCDEFGHJKLMPRSTW") if rnd.random() < 0.55 else ""
    return rnd.choice(FAMILIES), rnd.choice(GIVEN), middle, False


def make_abstract(rnd, topic):
    """Return an abstract on a topic."""
    chosen = rnd.sample(SENTENCES, rnd.randint(5, 11))
    return " ".join(fill(rnd, sentence, topic) for sentence in chosen)


def stand(rnd, journal, year):
    """Return volume, issue and pages in one year of a journal."""
    start = 1900 + sum(map(ord, journal[0])) % 90
    volume = max(1, year - start)
    if journal[0] == "Cochrane Database of Systematic Reviews":
        return {"volume": str(year) if rnd.random() < 0.3 else "", "issue": str(rnd.randint(1, 12)),
                "first": f"CD{rnd.randint(1000, 14999):06d}", "last": ""}  # fmt: skip
    if journal[0] in _NUMBERED and year > 2008:
        return {"volume": str(volume), "issue": str(rnd.randint(1, 12)),
                "first": f"e{rnd.randint(1000, 298000)}", "last": ""}  # fmt: skip
    first = rnd.randint(1, 2400)
    return {"volume": str(volume), "issue": str(rnd.randint(1, 12)) if rnd.random() < 0.93 else "",
            "first": str(first), "last": str(first + rnd.choice([1, 3, 5, 6, 7, 8, 9, 10, 12, 15, 21]))}  # fmt: skip


def name_doi(rnd, year):
    """Return a DOI in the manner of some house; older works often have none."""
    if rnd.random() > (0.93 if year > 2005 else 0.6):
        return ""
    number = rnd.randint(10**4, 10**8)
    return rnd.choice(
        [
            f"10.1016/j.{rnd.choice(['jad', 'psychres', 'jpsychores', 'drugalcdep'])}.{year}.{number % 100:02d}.{number % 1000:03d}{number % 7}",
            f"10.1002/{rnd.choice(['gps', 'eat', 'jts', 'pon'])}.{number}", f"10.1186/s{number % 99999:05d}-0{year % 100:02d}-{number % 9999:04d}-{number % 9}",
            f"10.1037/{rnd.choice(['a', 'tra', 'ccp'])}{number:07d}", f"10.1371/journal.pone.{number:07d}",
            f"10.1017/S{number:010d}{year}", f"10.1111/j.1365-{number % 9999:04d}.{year}.{number % 99999:05d}.x",
        ]
    )  # fmt: skip


def make_work(rnd):
    """Return a work as it was printed."""
    topic = {}
    title = make_title(rnd, topic)
    year = min(2024, max(1978, int(rnd.gauss(2012, 8))))
    journal = rnd.choice(JOURNALS)
    size = 1 + min(14, int(rnd.expovariate(0.25)))
    return {
        "note": "", "title": title, "subtitle": rnd.choice(DESIGNS) if rnd.random() < 0.42 else "",
        "authors": [make_author(rnd) for _ in range(size)], "year": year, "journal": journal,
        "doi": name_doi(rnd, year), "pmid": str(rnd.randint(10**6, 4 * 10**7)),
        "abstract": make_abstract(rnd, topic), "kind": "article", "language": "eng", "foreign": "",
        "topic": topic, "early": rnd.random() < (0.0 if journal[1].startswith("Cochrane") else 0.12), **stand(rnd, journal, year),
    }  # fmt: skip
