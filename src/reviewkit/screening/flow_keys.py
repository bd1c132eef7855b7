"""The numbers that a flow knows, by key, and the four templates of PRISMA 2020.

A key is what a caller writes, a label what the official form prints [1]_, and its words follow
a number in a sentence.  Keys without a place on the form are steps that real reviews have.  One
more line in :data:`KEYS` makes one more number readable; where it is drawn stands in
:mod:`~reviewkit.screening.flow_boxes`, how it adds up in :mod:`~reviewkit.screening.arithmetic`.

References
----------
.. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated guideline
   for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["KEYS", "OTHER_STEPS", "SKIPPABLE", "SOURCES", "TEMPLATES", "UPDATED", "Count",
           "Counts", "Frozen", "Key", "choose_template", "freeze_counts", "thaw_counts"]  # fmt: skip

#: A number, or the numbers of named parts; a part may be known by its name alone.
Count = int | Mapping[str, int | None]
Counts = Mapping[str, Count]  # only what is reported

#: The same, in a form that can be compared, hashed and pickled.
Frozen = tuple[tuple[str, int | tuple[tuple[str, int | None], ...]], ...]

TEMPLATES = ("new-v1", "new-v2", "updated-v1", "updated-v2")

#: Where the other methods find records, and what becomes of these.
SOURCES = ("websites", "organisations", "citation_searching")
OTHER_STEPS = ("other_sought", "other_not_retrieved", "other_assessed", "other_reports_excluded")
#: The levels that a review may lack, with what leaves there.
SKIPPABLE = MappingProxyType(
    {"screened": "excluded", "sought": "not_retrieved", "assessed": "reports_excluded",
     "other_sought": "other_not_retrieved"}
)  # fmt: skip
UPDATED = ("previous_studies", "previous_reports", "total_studies", "total_reports")


class Key(NamedTuple):
    """A number of a flow."""

    label: str  # on the form
    words: str  # in a sentence, after the number
    listed: bool = False  # may also be given as {name: n}


def freeze_counts(counts: Counts) -> Frozen:
    """Return counts as tuples."""
    return tuple((key, n if isinstance(n, int) else tuple(n.items())) for key, n in counts.items())


def thaw_counts(frozen: Frozen) -> Counts:
    """Return counts as mappings that cannot be changed.

    >>> thaw_counts(freeze_counts({"screened": 9, "excluded": {"titles": 4}}))["screened"]
    9
    """
    return MappingProxyType(
        {key: n if isinstance(n, int) else MappingProxyType(dict(n)) for key, n in frozen}
    )


def choose_template(keys: Collection[str]) -> str:
    """Return the template that has a place for these keys.

    >>> choose_template({"screened", "websites"}), choose_template({"previous_studies"})
    ('new-v2', 'updated-v1')
    """
    updated, other = (any(key in keys for key in some) for some in (UPDATED, SOURCES + OTHER_STEPS))
    return TEMPLATES[2 * updated + other]


#: In the order of the form.
KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "previous_studies": Key("Studies included in previous version of review",
                                "studies of the previous version"),
        "previous_reports": Key("Reports of studies included in previous version of review",
                                "reports of the previous version"),
        "identified": Key("Databases and registers", "identified"),
        "databases": Key("Databases", "from databases", listed=True),
        "databases_total": Key("Databases", "from databases"),
        "registers": Key("Registers", "from registers", listed=True),
        "registers_total": Key("Registers", "from registers"),
        "duplicates_removed": Key("Duplicate records removed", "duplicates removed"),
        "after_duplicates": Key("Records after duplicates removed", "left after duplicates"),
        "automation_removed": Key("Records marked as ineligible by automation tools",
                                  "removed by automation tools"),
        "other_removed": Key("Records removed for other reasons", "removed for other reasons"),
        "titles_awaiting": Key("Records awaiting a verdict", "awaiting a verdict"),
        "titles_screened": Key("Records screened by title", "screened by title"),
        "titles_excluded": Key("Records excluded by title", "excluded by title"),
        "records_awaiting": Key("Records awaiting a verdict", "awaiting a verdict"),
        "screened": Key("Records screened", "screened"),
        "excluded": Key("Records excluded", "excluded", listed=True),
        "excluded_total": Key("Records excluded", "excluded"),
        "duplicates_removed_later": Key("Duplicates removed later", "duplicates removed later"),
        "sought": Key("Reports sought for retrieval", "sought"),
        "not_retrieved": Key("Reports not retrieved", "not retrieved"),
        "added_at_full_text": Key("Reports added at full text", "added at full text"),
        "reports_awaiting": Key("Reports awaiting a verdict", "awaiting a verdict"),
        "assessed": Key("Reports assessed for eligibility", "assessed"),
        "reports_excluded": Key("Reports excluded", "reports excluded", listed=True),
        "reports_excluded_total": Key("Reports excluded", "reports excluded"),
        "appraised": Key("Reports appraised for quality", "appraised for quality"),
        "appraisal_excluded": Key("Reports excluded after quality appraisal",
                                  "excluded after quality appraisal", listed=True),
        "websites": Key("Websites", "from websites"),
        "organisations": Key("Organisations", "from organisations"),
        "citation_searching": Key("Citation searching", "from citation searching"),
        "other_sought": Key("Reports sought for retrieval", "sought by other methods"),
        "other_not_retrieved": Key("Reports not retrieved", "of other methods not retrieved"),
        "other_reports_awaiting": Key("Reports awaiting a verdict",
                                      "of other methods awaiting a verdict"),
        "other_assessed": Key("Reports assessed for eligibility", "assessed by other methods"),
        "other_reports_excluded": Key("Reports excluded", "of other methods excluded",
                                      listed=True),
        "new_studies": Key("Studies included in review", "studies included"),
        "new_reports": Key("Reports of included studies", "reports included"),
        "added_included": Key("Added at inclusion", "added at inclusion"),
        "total_studies": Key("Total studies included in review", "studies in total"),
        "total_reports": Key("Reports of total included studies", "reports in total"),
        "in_meta_analysis": Key("Studies included in meta-analysis", "studies in meta-analysis"),
        "reports_in_meta_analysis": Key("Reports of studies included in meta-analysis",
                                        "reports in meta-analysis"),
    }
)  # fmt: skip
