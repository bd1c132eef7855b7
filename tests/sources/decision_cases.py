"""Look-alikes of the exports of screening tools, for the tests of decisions."""

import csv
import io
import json
import sqlite3
import zipfile

ARTICLE = [
    "key",
    "title",
    "year",
    "month",
    "day",
    "journal",
    "issn",
    "volume",
    "issue",
    "pages",
    "authors",
    "url",
    "language",
    "publisher",
    "location",
    "abstract",
    "notes",
    "doi",
    "keywords",
    "pubmed_id",
    "pmc_id",
]
LOG = ("created_at", "user_id", "user_email", "article_id", "key", "value")


def table(header, rows):
    """Return csv as a tool writes it: every cell that needs it in quotation marks."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([header, *rows])
    return stream.getvalue()


def articles(notes, first=1):
    """Return an article export of Rayyan with these notes."""
    rows = []
    for number, note in enumerate(notes, start=first):
        row = dict.fromkeys(ARTICLE, "")
        row |= {"key": f"rayyan-{number}", "title": f"Title {number}", "notes": note}
        rows.append(list(row.values()))
    return table(ARTICLE, rows)


def inclusion(**votes):
    """Return the block of verdicts in a note."""
    listed = ", ".join(f'"{name}"=>"{verdict}"' for name, verdict in votes.items())
    return f"RAYYAN-INCLUSION: {{{listed}}}"


def log(events):
    """Return a log of Rayyan; an event is (time, address, article, key, value)."""
    rows = [
        (
            time,
            str(sum(map(ord, who))),
            who,
            article,
            key if key == "included" else f'"{key}"',
            value,
        )
        for time, who, article, key, value in events
    ]
    return table(LOG, rows)


def archive(members):
    """Return a zip archive of texts by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return stream.getvalue()


RESULTS_1 = (
    "record_id INTEGER, label INTEGER, classifier TEXT, query_strategy TEXT, balance_strategy TEXT,"
    " feature_extraction TEXT, training_set INTEGER, labeling_time INTEGER, notes TEXT"
)
RESULTS_2 = (
    "record_id INTEGER PRIMARY KEY, label INTEGER, classifier TEXT, querier TEXT, balancer TEXT,"
    " feature_extractor TEXT, training_set INTEGER, time FLOAT, note TEXT, user_id INTEGER"
)


def database(rows, records, version=2, statements=()):
    """Return the database of a project of ASReview; a row maps columns of results to values."""
    with sqlite3.connect(":memory:") as base:
        base.execute(f"CREATE TABLE results ({RESULTS_2 if version == 2 else RESULTS_1})")
        base.execute(f"CREATE TABLE {'record' if version == 2 else 'record_table'} (record_id INT)")
        name = "record" if version == 2 else "record_table"
        base.executemany(f"INSERT INTO {name} VALUES (?)", [(record,) for record in records])
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            base.execute(f"INSERT INTO results ({names}) VALUES ({marks})", list(row.values()))
        for statement in statements:
            base.execute(statement)
        base.commit()
        return base.serialize()


def project(rows, records=(0, 1, 2), version=2, **more):
    """Return a project of ASReview."""
    end = "db" if version == 2 else "sql"
    return archive(
        {
            "project.json": json.dumps({"id": "x", "mode": more.pop("mode", "oracle")}),
            f"reviews/abc/results.{end}": database(rows, records, version, **more),
        }
    )


COVIDENCE = [
    "Title",
    "Authors",
    "Abstract",
    "Published Year",
    "Published Month",
    "Journal",
    "Volume",
    "Issue",
    "Pages",
    "Accession Number",
    "DOI",
    "Ref",
    "Covidence #",
    "Study",
    "Notes",
    "Tags",
]


def references(numbers, notes=""):
    """Return a list of references of Covidence."""
    rows = []
    for number in numbers:
        row = dict.fromkeys(COVIDENCE, "")
        row |= {"Title": f"Title {number}", "Covidence #": f"#{number}", "Notes": notes}
        rows.append(list(row.values()))
    return table(COVIDENCE, rows)
