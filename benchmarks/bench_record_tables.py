"""Time the readers of untagged record formats on made-up files; run by `make bench`."""

import csv
import random

import pytest

from reviewkit.sources.bibtex import read_bibtex
from reviewkit.sources.csl_json import read_csl_json
from reviewkit.sources.endnote_xml import read_endnote_xml
from reviewkit.sources.record_tables import read_record_table
from reviewkit.sources.refer import read_refer

WORDS = [
    "burnout",
    "secondary",
    "traumatic",
    "stress",
    "among",
    "social",
    "workers",
    "in",
    "Spain",
    "a",
    "cross-sectional",
    "study",
    "of",
    "compassion",
    "fatigue",
    "and",
    "vicarious",
    "trauma",
    "prevalence",
    "supervision",
    "caseload",
    "gender",
    "years",
]


def make_records(count):
    """Return rows of title, authors, journal, year, DOI, abstract and keywords."""
    rng = random.Random(count)
    return [
        (
            " ".join(rng.choices(WORDS, k=12)),
            [f"Family{rng.randint(1, 9999)}, A.{at % 7}." for at in range(5)],
            f"Journal of {rng.choice(WORDS)}",
            str(rng.randint(1990, 2025)),
            f"10.1000/{number}",
            " ".join(rng.choices(WORDS, k=180)),
            rng.choices(WORDS, k=8),
        )
        for number in range(count)
    ]


def write_csv(path, records):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["Title", "Authors", "Journal", "Year", "DOI", "Abstract", "Keywords"])
        for title, authors, journal, year, doi, abstract, keywords in records:
            row = [title, "; ".join(authors), journal, year, doi, abstract, "; ".join(keywords)]
            writer.writerow(row)


def write_bibtex(path, records):
    path.write_text(
        "".join(
            f'@article{{key{number},\n  title = {{{{{title}}} M{{\\"u}}ller}},\n'
            f"  author = {{{' and '.join(authors)}}},\n  journal = {{{journal}}},\n"
            f"  year = {year},\n  doi = {{{doi}}},\n  abstract = {{{abstract}}},\n"
            f"  keywords = {{{'; '.join(keywords)}}}\n}}\n\n"
            for number, (title, authors, journal, year, doi, abstract, keywords) in enumerate(
                records
            )
        ),
        encoding="utf-8",
    )


def write_refer(path, records):
    path.write_text(
        "".join(
            f"%0 Journal Article\n%T {title}\n" + "".join(f"%A {name}\n" for name in authors)
            + f"%J {journal}\n%D {year}\n%R {doi}\n%X {abstract}\n%K " + "\n".join(keywords) + "\n\n"
            for title, authors, journal, year, doi, abstract, keywords in records
        ),
        encoding="utf-8",
    )  # fmt: skip


def write_json(path, records):
    import json

    items = [
        {"type": "article-journal", "title": title, "container-title": journal, "DOI": doi,
         "author": [{"family": name, "given": "A."} for name in authors], "abstract": abstract,
         "issued": {"date-parts": [[int(year)]]}, "keyword": "; ".join(keywords)}
        for title, authors, journal, year, doi, abstract, keywords in records
    ]  # fmt: skip
    path.write_text(json.dumps(items), encoding="utf-8")


def write_xml(path, records):
    def run(text):
        return f'<style face="normal" font="default" size="100%">{text}</style>'

    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8" ?><xml><records>')
        for title, authors, journal, year, doi, abstract, keywords in records:
            people = "".join(f"<author>{run(name)}</author>" for name in authors)
            words = "".join(f"<keyword>{run(word)}</keyword>" for word in keywords)
            file.write(
                f'<record><ref-type name="Journal Article">17</ref-type><contributors><authors>'
                f"{people}</authors></contributors><titles><title>{run(title)}</title>"
                f"<secondary-title>{run(journal)}</secondary-title></titles>"
                f"<keywords>{words}</keywords><dates><year>{run(year)}</year></dates>"
                f"<abstract>{run(abstract)}</abstract>"
                f"<electronic-resource-num>{run(doi)}</electronic-resource-num></record>"
            )
        file.write("</records></xml>")


@pytest.mark.parametrize(
    ("read", "write", "count"),
    [
        (read_record_table, write_csv, 10_000),
        (read_record_table, write_csv, 50_000),
        (read_bibtex, write_bibtex, 10_000),
        (read_refer, write_refer, 10_000),
        (read_csl_json, write_json, 10_000),
        (read_endnote_xml, write_xml, 10_000),
    ],
)
def bench_reader(benchmark, tmp_path, read, write, count):
    path = tmp_path / "records"
    write(path, make_records(count))
    raw = benchmark.pedantic(read, args=(path,), rounds=3)
    assert len(raw.records) == count
