"""Made-up records and trees for the tests of search strings."""

import pandas as pd
from hypothesis import strategies as st

from reviewkit.sources.query_fields import name_tag
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_tree import (
    TEXT_FIELDS,
    LineRef,
    Near,
    Term,
    Without,
    join_nodes,
)

REAL = [key for key in PLATFORMS if key != "generic"]
WORDS = ("burnout", "stress", "therapist", "harm", "client", "job")
FIELDS = (
    (), TEXT_FIELDS, ("title", "abstract"), ("title",), ("abstract",), ("keywords",), ("all",),
)  # fmt: skip


def make_records():
    """Return a few records with what real exports have: accents, hyphens, Persian, blanks."""
    rows = [
        ("r1", "Burn-out among psychotherapists", "Stress and harm in sessions.", "burnout; stress", 2016, "English"),
        ("r2", "Therapist harm in psychotherapy", "Client injury is studied too.", "therapists", 2019, "eng"),
        ("r3", "Harm to therapists", "Therapists are harmed in psychotherapy.", "", 2012, "English"),
        ("r4", "Naïve clients' behaviour", "Behavior of women; a woman.", "behaviour", None, ""),
        ("r5", "فرسودگی شغلي درمان‌گران", "", "", 2021, "Persian"),
        ("r6", None, "Counsellor injury was more frequent than therapist burnout", None, 2020, "English"),
    ]  # fmt: skip
    columns = ["record", "title", "abstract", "keywords", "year", "language"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def fields_of(platform):
    """Return the fields that one tag of a platform names."""
    return [fields for fields in FIELDS if not fields or name_tag(platform, fields)]


@st.composite
def terms(draw, platform, fields=None):
    """Draw a term as its platform can say it."""
    symbols = set(PLATFORMS[platform].wildcards.values())
    forms = [*WORDS, "therap*"]
    forms += ["wom?n"] * ("?" in symbols) + ["behavio$r"] * ("$" in symbols)
    forms += ["stress*{2}"] * (platform == "ovid")
    words = draw(st.lists(st.sampled_from(forms), min_size=1, max_size=2))
    bare = PLATFORMS[platform].joins_words == "phrase" or len(words) == 1
    quoted = draw(st.booleans()) if bare else True
    if fields is None:
        fields = draw(st.sampled_from(fields_of(platform)))
    return Term(" ".join(words), fields, quoted=quoted)


@st.composite
def special_terms(draw, platform):
    """Draw a heading or years."""
    if platform != "wos" and draw(st.booleans()):
        explode = platform in ("pubmed", "ovid", "ebsco") and draw(st.booleans())
        text = draw(st.sampled_from(["Burnout, Professional", "Stress"]))
        return Term(text, ("heading",), quoted=True, explode=explode)
    spans = ["2015-", "-2019", "2020"] + ["2015-2024"] * (platform != "scopus")
    return Term(draw(st.sampled_from(spans)), ("year",))


@st.composite
def nears(draw, platform):
    """Draw a proximity search."""
    fields = draw(st.sampled_from(fields_of(platform)))
    distance = draw(st.integers(0, 6))
    if platform == "pubmed":
        fields = draw(st.sampled_from([("title",), TEXT_FIELDS]))
        words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3))
        return Near(tuple(Term(word, fields) for word in words), distance, window=True)
    ordered = platform in ("scopus", "ebsco", "generic") and draw(st.booleans())
    part = terms(platform, fields) | st.lists(terms(platform, fields), min_size=2, max_size=3).map(
        lambda parts: join_nodes("OR", *parts)
    )
    parts = draw(st.lists(part, min_size=2, max_size=3))
    return Near(tuple(parts), distance, ordered)


def trees(platform, *, special=True, near=True, references=False):
    """Draw trees that a platform can say as they are."""
    leaves = terms(platform)
    if special:
        leaves |= special_terms(platform)
    if references:
        leaves |= st.integers(1, 9).map(lambda number: LineRef(str(number)))
    if near:
        leaves |= nears(platform)

    def grow(inner):
        groups = st.tuples(
            st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)
        ).map(lambda pair: join_nodes(pair[0], *pair[1]))
        return groups | st.builds(Without, inner, inner)

    return st.recursive(leaves, grow, max_leaves=8)
