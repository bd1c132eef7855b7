"""The files of the bundled reviews, and how the tests read them."""

import csv
import io
import tomllib

from reviewkit.review.bundled import example

INJURIES, BURNOUT = "psychotherapist-injuries", "burnout-prevalence"

# What the format asks of outcomes.csv; further columns follow.
FORMAT = "study,outcome,construct,instrument,cutoff,events,total,percent,source"

# Review, file, columns, number of rows.
FILES = [
    (INJURIES, "reported/flow.csv", "box,n,where,quote,label", 7),
    (
        INJURIES,
        "reported/agreement.csv",
        "stage,coefficient,value,percent,n,included,label,where,quote",
        1,
    ),
    (INJURIES, "reported/scale.csv", "label,lower,upper,description,where,quote,printed", 7),
    (INJURIES, "reported/groups.csv", "grouping,group,n,percent,of,where,quote", 3),
    (
        INJURIES,
        "reported/rows.csv",
        "table,row,study,reference,title,population,location,year,n,instrument,finding,where,quote",
        13,
    ),
    (
        INJURIES,
        "reported/percentages.csv",
        "id,set,percent,kind,n,events,sums_to,outcome,population,where,quote",
        23,
    ),
    (INJURIES, "reported/themes.csv", "theme,code,reference,where,quote", 15),
    (INJURIES, "reported/claims.csv", "claim,references,where,quote", 35),
    (INJURIES, "coding/codebook.csv", "code,theme,parent,definition", 15),
    (INJURIES, "coding/segments.csv", "study,code,coder,text,source,start,end", 16),
    (
        BURNOUT,
        "extraction/studies.csv",
        "study,authors,year,title,journal,doi,country,population,where_read",
        19,
    ),
    (
        BURNOUT,
        "extraction/outcomes.csv",
        f"{FORMAT},events_source,grim_ok,note",
        19,
    ),
]
NAMES = [f"{review}/{file}" for review, file, *_ in FILES]
REPORTED = [file for review, file, *_ in FILES if file.startswith("reported/")]


def rows(review, file):
    """Return the rows of a file, every cell as it stands."""
    text = (example(review) / file).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def settings(review):
    """Return what review.toml holds."""
    return tomllib.loads((example(review) / "review.toml").read_text(encoding="utf-8"))


def squeeze(text):
    """Return a text with single blanks."""
    return " ".join(text.split())
