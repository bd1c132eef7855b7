"""Flows for all tests of flows: counts of real reviews, complete ones, and of any review.

Counts are also simulated record by record, and drawn as any of the four templates.
"""

from collections import Counter

from hypothesis import strategies as st

from reviewkit._core.finding import Finding
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_drawing import chart_flow
from reviewkit.screening.flow_keys import KEYS, OTHER_STEPS, SOURCES, TEMPLATES, UPDATED

#: The review of psychotherapists' injuries as it reports itself.
SEED = {
    "identified": 321, "other_removed": 78, "screened": 243, "excluded": 222, "assessed": 21,
    "reports_excluded": 8, "new_studies": 13,
}  # fmt: skip

REASONS = {
    "Wrong population: trainees and students, not yet licensed": 1204,
    "Wrong outcome: no measure of burnout or traumatic stress": 311,
    "Not primary research (review, editorial or commentary)": 204,
    "No prevalence and no data from which to calculate it": 117,
    "Instrument without a published cut-point or manual of use": 96,
    "Sample overlaps with that of a larger included study": 54,
    "Full text in a language that no reviewer could read": 31,
    "Conference abstract only; authors did not answer": 22,
    "Fewer than 30 therapists in the sample that was analysed": 14,
    "Data collected before 1990, before the instrument": 9,
    "Retracted": 2,
    "Published as a preprint that a later article replaced, same n": 1,
}
NEW_V1 = {
    "databases": {"MEDLINE (Ovid)": 12480, "Embase (Ovid)": 15322, "PsycINFO (EBSCOhost)": 4310},
    "registers": {"ClinicalTrials.gov": 118, "WHO ICTRP": 64},
    "duplicates_removed": 9871, "automation_removed": 1240, "other_removed": 37,
    "screened": 21146, "excluded": 18702, "sought": 2444, "not_retrieved": 96, "assessed": 2348,
    "reports_excluded": REASONS, "new_studies": 270, "new_reports": 283,
}  # fmt: skip
OTHER = {
    "websites": 41, "organisations": 18, "citation_searching": 263,
    "other_sought": 322, "other_not_retrieved": 11, "other_assessed": 311,
    "other_reports_excluded": {"Wrong population": 171, "Wrong outcome": 82, "Duplicate report": 19},
}  # fmt: skip
NEW_V2 = NEW_V1 | OTHER | {"new_studies": 287, "new_reports": 322}
PREVIOUS = {"previous_studies": 41, "previous_reports": 48}
UPDATED_V1 = NEW_V1 | PREVIOUS | {"total_studies": 311, "total_reports": 331}
UPDATED_V2 = NEW_V2 | PREVIOUS | {"total_studies": 328, "total_reports": 370}

#: Every key that there is.
EVERYTHING = {
    "identified": 1020, "databases": {"PubMed": 600, "Scopus": 400}, "databases_total": 1000,
    "registers": {"ICTRP": 20}, "registers_total": 20,
    "duplicates_removed": 200, "after_duplicates": 820, "automation_removed": 10,
    "other_removed": 10, "titles_awaiting": 1, "titles_screened": 799, "titles_excluded": 40,
    "records_awaiting": 9, "screened": 750, "excluded": {"titles": 450, "abstracts": 196},
    "excluded_total": 646, "duplicates_removed_later": 5, "sought": 99, "not_retrieved": 5,
    "added_at_full_text": 10, "reports_awaiting": 4, "assessed": 100,
    "reports_excluded": {"Wrong population": 50, "Wrong outcome": 20, "Retracted": 0},
    "reports_excluded_total": 70, "appraised": 30, "appraisal_excluded": {"Low quality": 1},
    "websites": 5, "organisations": 2, "citation_searching": 10,
    "other_sought": 16, "other_not_retrieved": 1, "other_reports_awaiting": 1,
    "other_assessed": 14,
    "other_reports_excluded": {"Wrong design": 3}, "new_reports": 42, "new_studies": 40,
    "added_included": 2, "previous_studies": 10, "previous_reports": 12, "total_studies": 50,
    "total_reports": 54, "in_meta_analysis": 33, "reports_in_meta_analysis": 35,
}  # fmt: skip
EXAMPLES = {
    "empty": {}, "seed": SEED, "new-v1": NEW_V1, "new-v2": NEW_V2, "updated-v1": UPDATED_V1,
    "updated-v2": UPDATED_V2, "everything": EVERYTHING,
    "inconsistent": SEED | {"other_removed": 87},
}  # fmt: skip

#: What becomes of a record or report, by the key that counts it.
FATES = ("duplicates_removed", "automation_removed", "other_removed", "excluded:titles",
         "excluded:abstracts", "not_retrieved", "reports_excluded:Wrong population",
         "reports_excluded:Wrong outcome", "included")  # fmt: skip
OTHER_FATES = ("known", "other_not_retrieved", "other_reports_excluded:Wrong design", "included")
LATE = ("late while screening", "late at retrieval", "late at full text")
#: Keys whose boxes a review may leave unmentioned without a contradiction.
BOXES = ("identified", "after_duplicates", "screened", "sought", "assessed", "new_reports",
         "new_studies", "other_sought", "other_assessed", "total_studies", "total_reports")  # fmt: skip


def _count(fates, start):
    return sum(n for fate, n in fates.items() if fate.startswith(start))


@st.composite
def simulated_flows(draw, *, extras=False):
    """Draw the counts of a review from what became of each of its records.

    With `extras`, steps that the form lacks take part.
    """
    where = st.sampled_from(["databases:PubMed", "databases:Scopus", "registers:ICTRP"])
    what = st.sampled_from(FATES + (LATE if extras else ()))
    records = draw(st.lists(st.tuples(where, what), max_size=60))
    fates = Counter(fate for _, fate in records)
    parts = ("databases:PubMed", "databases:Scopus", "registers:ICTRP",
             *(fate for fate in FATES if fate != "included"))  # fmt: skip
    sources = Counter(source for source, _ in records)
    counts = {key: sources[key] + fates[key] for key in parts}
    late = [fates[fate] for fate in LATE]
    place = draw(st.integers(0, 2))
    late = [sum(late) if i == place else 0 for i in range(3)]  # found at one step of the review
    added = draw(st.integers(0, 4)) if extras else 0
    counts["identified"] = len(records)
    counts["screened"] = len(records) - sum(fates[fate] for fate in FATES[:3])
    counts["sought"] = counts["screened"] - _count(fates, "excluded") - late[0]
    counts["assessed"] = counts["sought"] - fates["not_retrieved"] - late[1] + added
    reports = counts["assessed"] - _count(fates, "reports_excluded") - late[2]
    if extras:
        revised = draw(st.integers(0, 3))
        early = draw(st.booleans())
        removed = fates["automation_removed"] + fates["other_removed"] if early else 0
        counts |= {"duplicates_removed_later": sum(late), "added_at_full_text": added,
                   "added_included": revised,
                   "after_duplicates": len(records) - fates["duplicates_removed"] - removed}  # fmt: skip
        reports += revised
    return _finish(draw, counts, reports)


def _finish(draw, counts, reports):
    """Add other methods and the previous version of the review, or not; count what is included."""
    if draw(st.booleans()):
        ways = st.sampled_from(["websites", "organisations", "citation_searching"])
        found = draw(st.lists(st.tuples(ways, st.sampled_from(OTHER_FATES)), max_size=20))
        fates = Counter(fate for _, fate in found)
        counts |= {key: 0 for key in ("websites", "organisations", "citation_searching")}
        counts |= Counter(way for way, _ in found)
        counts |= {fate: fates[fate] for fate in OTHER_FATES[1:3]}
        counts["other_sought"] = len(found) - fates["known"]
        counts["other_assessed"] = counts["other_sought"] - fates["other_not_retrieved"]
        reports += fates["included"]
    counts["new_reports"] = reports
    counts["new_studies"] = draw(st.integers(min(1, reports), reports))
    if draw(st.booleans()):
        before = draw(st.integers(0, 30))
        counts |= {"previous_studies": draw(st.integers(min(1, before), before)),
                   "previous_reports": before}  # fmt: skip
        counts |= {f"total_{unit}": counts[f"previous_{unit}"] + counts[f"new_{unit}"]
                   for unit in ("studies", "reports")}  # fmt: skip
    return counts


#: What a check may find in a flow, whatever its counts.
FAULT = Finding("flow.screened", "error", "screened",
                "Records screened: 243 printed, but 321 identified − 87 removed = 234.")  # fmt: skip


def flow_chart(counts, template, **options):
    """Describe the flow of a review by one of the four templates: what has no place is left out."""
    counts = dict(read_counts(counts))
    for keys, here in ((UPDATED, "updated"), ((*SOURCES, *OTHER_STEPS), "v2")):
        if here not in template:
            counts = {key: n for key, n in counts.items() if key not in keys}
        elif not counts.keys() & set(keys):
            counts[keys[0]] = 0
    chart = chart_flow(counts, **options)
    assert f"({template}" in chart.title
    return chart


def contents():
    """Draw counts of any review, sound or not, with whatever names people give to things."""
    letters = st.characters(min_codepoint=32, max_codepoint=0x24F, categories=["L", "N", "P", "S"])
    name = st.text(letters, min_size=1, max_size=60)
    named = st.dictionaries(name, st.none() | st.integers(0, 10**6), min_size=1, max_size=12)
    number = st.integers(0, 10**7)
    fields = {key: named | number if about.listed else number for key, about in KEYS.items()
              if not key.endswith("_total")}  # fmt: skip
    return st.fixed_dictionaries({}, optional=fields)


assert set(TEMPLATES) < set(EXAMPLES)
