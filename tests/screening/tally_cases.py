"""Records, duplicates and decisions: of a small review, and of any review."""

import pandas as pd
from hypothesis import strategies as st

COLUMNS = ["record", "rater", "stage", "verdict", "reason", "decided_at"]
LEVELS = ("title", "title_abstract", "full_text", "appraisal")
SOURCES = ("PubMed", "Scopus", "ClinicalTrials.gov", "citation searching", "websites", "")


def make_records(*sources, **columns):
    """Return records r0, r1, … from these sources."""
    n = range(len(sources))
    return pd.DataFrame({
        "record": [f"r{i}" for i in n], "source": sources, "title": [f"Title {i}" for i in n],
        "authors": [f"Author, {i}" for i in n], "year": pd.array([2000 + i for i in n], "Int64"),
        "journal": ["J"] * len(sources), "doi": [f"10.1/{i}" for i in n], **columns,
    })  # fmt: skip


def make_decisions(*rows):
    """Return decisions from (record, rater, stage, verdict[, reason[, decided_at]])."""
    full = [(*row, *[""] * (len(COLUMNS) - len(row))) for row in rows]
    stages = {"ta": "title_abstract", "ft": "full_text"}
    return pd.DataFrame(full, columns=COLUMNS, dtype=str).replace({"stage": stages})


def make_clusters(**clusters):
    """Return duplicates from the cluster of each record."""
    return pd.DataFrame({"record": list(clusters), "cluster": list(clusters.values())}, dtype=str)


#: Six records, one of them twice; four reports, one not retrieved; two reports of one study.
RECORDS = make_records("PubMed", "PubMed", "Scopus", "Scopus", "Scopus", "ISRCTN")
CLUSTERS = make_clusters(r0="a", r2="a", r1="b")
DECISIONS = make_decisions(
    ("r0", "Ada", "ta", "include"), ("r0", "Bo", "ta", "include"),
    ("r1", "Ada", "ta", "include"), ("r1", "Bo", "ta", "maybe"),
    ("r3", "Ada", "ta", "exclude"), ("r3", "Bo", "ta", "exclude"),
    ("r4", "Ada", "ta", "include"), ("r4", "Bo", "ta", "exclude"),
    ("r4", "consensus", "ta", "include"), ("r5", "Ada", "ta", "include"),
    ("r0", "Ada", "ft", "include"), ("r1", "Ada", "ft", "exclude", "Wrong outcome"),
    ("r5", "Ada", "ft", "include"),
)  # fmt: skip
LINKS = {"r0": "Doe 2000", "r5": "Doe 2000"}


@st.composite
def reviews(draw):
    """Draw any records, clusters and decisions, sound or not, and the options to tally them."""
    n = draw(st.integers(0, 14))
    ids = [f"r{i}" for i in range(n)]
    one = st.sampled_from(ids) if n else st.nothing()
    some = st.lists(one, max_size=4, unique=True) if n else st.just([])
    levels = draw(st.sets(st.sampled_from(LEVELS))) | {"full_text"}
    rows = st.tuples(
        one, st.sampled_from(["Ada", "Bo", "consensus", "Robot"]), st.sampled_from(sorted(levels)),
        st.sampled_from(["include", "exclude", "maybe", "Included", "NO", ""]),
        st.sampled_from(["", "Wrong outcome", "Old; Wrong outcome", "Wrong population"]),
        st.sampled_from(["", "2024-01-01", "2024-01-02"]),
    )  # fmt: skip
    return {
        "records": make_records(*draw(st.lists(st.sampled_from(SOURCES), min_size=n, max_size=n))),
        "duplicates": make_clusters(**{i: draw(st.sampled_from("abcd")) for i in draw(some)}),
        "decisions": make_decisions(*draw(st.lists(rows, max_size=5 * n if n else 0))),
        "links": {i: draw(st.sampled_from(["S1", "S2", "S3"])) for i in draw(some)},
        "not_retrieved": draw(some), "automation_removed": draw(some), "other_removed": draw(some),
        "in_meta_analysis": draw(some), "levels": sorted(levels),
        "previous": draw(st.sampled_from([None, {"studies": 3, "reports": 4}])),
        "tools": draw(st.sampled_from([(), ("Robot",)])),
        "conflicts": draw(st.sampled_from(["leave", "include", "exclude"])),
        "maybe": draw(st.sampled_from(["include", "conflict"])),
        "reason_order": draw(st.sampled_from([None, ["Wrong outcome", "Old"]])),
        "contradictions": "log",
    }  # fmt: skip
