"""How often duplicates are found and are right: the table of docs/duplicates.md, anew.

`python benchmarks/accuracy_dedupe.py` measures labelled searches (as they are, and with fields
taken away or written otherwise), made sets and searches in the styles of thirteen databases.
`--size 20000 --seed 9` makes larger ones and others; `--only wild` measures one group.
"""

import argparse
import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "dedupe"))

from duplicate_cases import SHARED, measure, read_labelled, sizes
from made_records import PROFILES, make_records
from wild_styles import SEARCHES, make_search

from reviewkit.dedupe.matching import find_duplicates


def drop(*names):
    """Return a change that takes fields away."""
    return lambda records: records.drop(columns=list(names))


def rewrite(name, change, share):
    """Return a change of one field of a share of the records, DOIs taken away."""

    def apply(records):
        rnd = random.Random(1)
        records = records.drop(columns="doi")
        values = [change(v) if v and rnd.random() < share else v for v in records[name]]
        return records.assign(**{name: values})

    return apply


def write_plain(authors):
    """Return authors as "Smith JA, Jones B"."""
    names = []
    for name in authors.split(";"):
        family, _, given = name.strip().partition(",")
        letters = "".join(word[0] for word in re.findall(r"\w+", given)).upper()
        names.append(f"{family} {letters}".strip())
    return ", ".join(names)


def cut_title(title, most=60):
    """Return a title cut off after a word."""
    return title if len(title) <= most else title[:most].rsplit(" ", 1)[0] + "..."


CHANGES = {
    "as it is": lambda records: records,
    "no DOI": drop("doi"),
    "title, authors, year and journal only": drop("doi", "volume", "issue", "pages"),
    "no DOI, no authors": drop("doi", "authors"),
    "no DOI, no year": drop("doi", "year"),
    "no DOI, no pages": drop("doi", "pages"),
    "no DOI, titles of half cut at 60 letters": rewrite("title", cut_title, 0.5),
    "no DOI, half without subtitle": rewrite("title", lambda title: re.split(r": |\? ", title)[0], 0.5),
    "no DOI, authors of half as `Smith JA, Jones B`": rewrite("authors", write_plain, 0.5),
    "no DOI, half with the first author only": rewrite("authors", lambda names: names.split(";")[0] + "; et al.", 0.5),
    "no DOI, half in lower case": rewrite("title", str.lower, 0.5),
}  # fmt: skip


def measure_labelled(records, found):
    """Return the same figures as `measure`, by record: labels tell whether it is one of several."""
    label = records["label"].tolist()
    told = {}
    for name, with_unsure in (("sure ", False), ("", True)):
        grouped = [size > 1 for size in sizes(found, with_unsure=with_unsure)]
        right = sum(a and b for a, b in zip(grouped, label, strict=True))
        told[f"{name}precision"] = right / max(sum(grouped), 1)
        told[f"{name}recall"] = right / sum(label)
    return told | {"unsure": len(found.unsure) / len(records)}


def list_sets(size, seed):
    """Give group, name, records and how they are measured."""
    if SHARED.exists():
        for name in ("copper", "tafenoquine"):
            records = read_labelled(name)
            for what, change in CHANGES.items():
                yield "labelled", f"{name}, {what}", change(records), measure_labelled
    for name, options in PROFILES.items():
        yield "made", f"made, {name}", make_records(size, seed, **options), measure
    for name, options in SEARCHES.items():
        yield "wild", f"search, {name}", make_search(size, seed, **options), measure


def main():
    """Print one row of a table a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7_001)
    parser.add_argument("--only", choices=["labelled", "made", "wild"])
    given = parser.parse_args()
    for group, name, records, judge in list_sets(given.size, given.seed):
        if given.only in (None, group):
            told = judge(records, find_duplicates(records))
            names = ("sure precision", "sure recall", "precision", "recall")
            figures = " | ".join(f"{told[key]:.4f}" for key in names)
            print(f"| {name} | {figures} | {100 * told['unsure']:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
