"""The items of reporting checklists, by short titles, and which facts of a review speak to them.

One more entry in :data:`CHECKLISTS` is one more checklist; one more line in :data:`FACTS` is one
more thing that a review can know.  Titles are short names of the items, not their wording: that
stands in the statements themselves [1]_ [2]_ [3]_ [4]_.

References
----------
.. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement. BMJ 2021;372:n71.
   doi:10.1136/bmj.n71 (checklist of 27 items, 42 with their parts; abstracts: 12)
.. [2] Tricco AC, Lillie E, Zarin W, et al. PRISMA extension for scoping reviews. Ann Intern Med
   2018;169:467-473. doi:10.7326/M18-0850 (22 items, two of them optional)
.. [3] Rethlefsen ML, Kirtley S, Waffenschmidt S, et al. PRISMA-S. Syst Rev 2021;10:39.
   doi:10.1186/s13643-020-01542-z (16 items)
.. [4] Beller EM, Glasziou PP, Altman DG, et al. PRISMA for abstracts. PLoS Med 2013;10:e1001419.
   doi:10.1371/journal.pmed.1001419
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["CHECKLISTS", "FACTS", "Fact", "Item"]


class Item(NamedTuple):
    """An item of a checklist."""

    number: str
    section: str
    topic: str
    optional: bool = False


class Fact(NamedTuple):
    """Something that a review can know."""

    label: str
    prisma: tuple[str, ...] = ()  # items of PRISMA 2020
    abstract: tuple[str, ...] = ()
    scoping: tuple[str, ...] = ()
    searching: tuple[str, ...] = ()

    def items(self, form: str) -> tuple[str, ...]:
        """Return the numbers of the items that it speaks to."""
        listed = (self.prisma, self.abstract, self.scoping, self.searching)
        return dict(zip(CHECKLISTS, listed, strict=True))[form]


def _list_items(text: str) -> tuple[Item, ...]:
    """Return the items of a plain text: a section in a line, then its items."""
    items, section = [], ""
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        if line.startswith("#"):
            section = line[1:].strip()
            continue
        number, _, topic = line.partition(" ")
        optional = topic.endswith("?")
        items.append(Item(number, section, topic.rstrip("?").strip(), optional))
    return tuple(items)


#: By name; a question mark marks what is optional.
CHECKLISTS: Mapping[str, tuple[Item, ...]] = MappingProxyType(
    {
        "PRISMA 2020": _list_items("""
            # Title
            1 Title
            # Abstract
            2 Abstract
            # Introduction
            3 Rationale
            4 Objectives
            # Methods
            5 Eligibility criteria
            6 Information sources
            7 Search strategy
            8 Selection process
            9 Data collection process
            10a Data items: outcomes
            10b Data items: other variables
            11 Study risk of bias assessment
            12 Effect measures
            13a Synthesis methods: studies in each synthesis
            13b Synthesis methods: preparation of data
            13c Synthesis methods: tables and figures
            13d Synthesis methods: model and software
            13e Synthesis methods: causes of heterogeneity
            13f Synthesis methods: sensitivity analyses
            14 Reporting bias assessment
            15 Certainty assessment
            # Results
            16a Study selection: flow
            16b Study selection: excluded near misses
            17 Study characteristics
            18 Risk of bias in studies
            19 Results of individual studies
            20a Results of syntheses: characteristics and risk of bias
            20b Results of syntheses: statistical results
            20c Results of syntheses: causes of heterogeneity
            20d Results of syntheses: sensitivity analyses
            21 Reporting biases
            22 Certainty of evidence
            # Discussion
            23a Discussion: interpretation
            23b Discussion: limitations of the evidence
            23c Discussion: limitations of the review
            23d Discussion: implications
            # Other information
            24a Registration and protocol: registration
            24b Registration and protocol: protocol
            24c Registration and protocol: amendments
            25 Support
            26 Competing interests
            27 Availability of data, code and other materials
        """),
        "PRISMA 2020 abstract": _list_items("""
            # Title
            1 Title
            # Background
            2 Objectives
            # Methods
            3 Eligibility criteria
            4 Information sources
            5 Risk of bias
            6 Synthesis of results: methods
            # Results
            7 Included studies
            8 Synthesis of results
            # Discussion
            9 Limitations of evidence
            10 Interpretation
            # Other
            11 Funding
            12 Registration
        """),
        "PRISMA-ScR": _list_items("""
            # Title
            1 Title
            # Abstract
            2 Structured summary
            # Introduction
            3 Rationale
            4 Objectives
            # Methods
            5 Protocol and registration
            6 Eligibility criteria
            7 Information sources
            8 Search
            9 Selection of sources of evidence
            10 Data charting process
            11 Data items
            12 Critical appraisal of sources of evidence?
            13 Synthesis of results: methods
            # Results
            14 Selection of sources of evidence: flow
            15 Characteristics of sources of evidence
            16 Critical appraisal within sources of evidence?
            17 Results of individual sources of evidence
            18 Synthesis of results
            # Discussion
            19 Summary of evidence
            20 Limitations
            21 Conclusions
            # Funding
            22 Funding
        """),
        "PRISMA-S": _list_items("""
            # Information sources and methods
            1 Database name
            2 Multi-database searching
            3 Study registries
            4 Online resources and browsing
            5 Citation searching
            6 Contacts
            7 Other methods
            # Search strategies
            8 Full search strategies
            9 Limits and restrictions
            10 Search filters
            11 Prior work
            12 Updates
            13 Dates of searches
            # Peer review
            14 Peer review
            # Managing records
            15 Total records
            16 Deduplication
        """),
    }
)

#: What a review can know, by keyword, and which items of each checklist it speaks to.
FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "title": Fact("Title", ("1",), ("1",), ("1",)),
        "question": Fact("Question", ("4",), ("2",), ("4",)),
        "criteria": Fact("Eligibility criteria", ("5",), ("3",), ("6",)),
        "databases": Fact("Databases", ("6",), ("4",), ("7",), ("1",)),
        "registers": Fact("Registers", ("6",), ("4",), ("7",), ("3",)),
        "other_sources": Fact("Other sources", ("6",), (), ("7",), ("7",)),
        "dates": Fact("Dates of searches", ("6",), ("4",), ("7",), ("13",)),
        "search_strings": Fact("Search strings", ("7",), (), ("8",), ("8",)),
        "limits": Fact("Limits of the search", ("7",), (), ("8",), ("9",)),
        "peer_review": Fact("Peer review of the search", (), (), (), ("14",)),
        "raters": Fact("Reviewers who screened", ("8",), (), ("9",)),
        "tools": Fact("Automation tools", ("8",), (), ("9",)),
        "agreement": Fact("Agreement of reviewers", ("8",), (), ("9",)),
        "data_collection": Fact("Data collection", ("9",), (), ("10",)),
        "outcomes": Fact("Outcomes", ("10a",), (), ("11",)),
        "variables": Fact("Other variables", ("10b",), (), ("11",)),
        "appraisal_tool": Fact("Appraisal tool", ("11",), ("5",), ("12",)),
        "effect_measure": Fact("Effect measure", ("12",)),
        "synthesis": Fact("Model of the synthesis", ("13d",), ("6",), ("13",)),
        "heterogeneity": Fact("Causes of heterogeneity explored by", ("13e",)),
        "sensitivity": Fact("Sensitivity analyses", ("13f",)),
        "reporting_bias": Fact("Assessment of reporting bias", ("14",)),
        "certainty": Fact("Assessment of certainty", ("15",)),
        "flow": Fact("Flow", ("16a", "16b"), ("7",), ("14",), ("15", "16")),
        "excluded_reports": Fact("Excluded reports", ("16b",)),
        "characteristics": Fact("Studies described", ("17",), (), ("15",)),
        "appraisal": Fact("Studies appraised", ("18",), (), ("16",)),
        "study_results": Fact("Results of studies", ("19",), (), ("17",)),
        "pooled": Fact("Pooled results", ("20b",), ("8",), ("18",)),
        "sensitivity_results": Fact("Results of sensitivity analyses", ("20d",)),
        "reporting_bias_results": Fact("Results on reporting bias", ("21",)),
        "certainty_results": Fact("Certainty of evidence", ("22",)),
        "registration": Fact("Registration", ("24a",), ("12",), ("5",)),
        "protocol": Fact("Protocol", ("24b",), (), ("5",)),
        "amendments": Fact("Amendments", ("24c",)),
        "funding": Fact("Funding", ("25",), ("11",), ("22",)),
        "interests": Fact("Competing interests", ("26",)),
        "data_availability": Fact("Data", ("27",)),
        "code_availability": Fact("Code", ("27",)),
    }
)
