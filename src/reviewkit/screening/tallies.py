"""The flow of a review from its records and decisions: every number knows its records.

What is given is made plain (:mod:`~reviewkit.screening.tally_input`), verdicts of several raters
become one (:mod:`~reviewkit.screening.tally_verdicts`), each record is led through the boxes
(:mod:`~reviewkit.screening.tally_fates`), and reports are gathered into studies
(:mod:`~reviewkit.screening.tally_studies`).  A number is the size of a set: it cannot disagree
with the data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_keys import SOURCES
from reviewkit.screening.flow_ledger import Citation
from reviewkit.screening.flow_result import Flow, make_flow
from reviewkit.screening.guidelines import PRISMA, check_guideline
from reviewkit.screening.tally_counts import count_boxes, warn_of_waiting, write_ledger
from reviewkit.screening.tally_fates import (
    LEVELS,
    Case,
    choose_copies,
    move_votes,
    walk_records,
)  # fmt: skip
from reviewkit.screening.tally_input import (
    Notebook,
    read_citations,
    read_clusters,
    read_ids,
    read_pairs,
    read_votes,
)  # fmt: skip
from reviewkit.screening.tally_studies import count_previous, gather_pooled, gather_studies
from reviewkit.screening.tally_verdicts import RULES, settle_votes

__all__ = ["KINDS", "tally_flow"]


def tally_flow(
    records: Any, duplicates: Any, decisions: Any, *, links: Any = None,
    sources: Mapping[str, str] | None = None, not_retrieved: Any = None,
    automation_removed: Any = None, other_removed: Any = None,
    in_meta_analysis: Any = None, previous: Any = None,
    consensus: Collection[str] = ("consensus",), tools: Collection[str] = (),
    conflicts: str = "error", maybe: str = "include", reason_order: Sequence[str] | None = None,
    levels: Sequence[str] = ("title_abstract", "full_text"), contradictions: str = "error",
    guideline: str = PRISMA,
) -> Flow:  # fmt: skip
    """Return the PRISMA 2020 flow of a review from its records and decisions.

    Parameters
    ----------
    records : Records or DataFrame
        One row a record, with ``record`` (its id) and perhaps ``source, title, authors, year,
        journal, doi``.
    duplicates : Duplicates or DataFrame or None
        Which records are the same: ``record, cluster``.  Of a cluster one record stays: one
        from a database or register before one found otherwise, then one that was decided on,
        then the first.  None: duplicates were removed elsewhere, their number is not reported.
    decisions : DataFrame
        As :func:`reviewkit.read_decisions` gives it: ``record, rater, stage, verdict, reason,
        decided_at``.
    links : DataFrame or mapping, optional
        ``report`` (the id of its record) and ``study``; several reports may be of one study,
        a report may hold several.  A report without a link is a study of its own.
    sources : mapping, optional
        What each name in ``source`` is: ``databases, registers, websites, organisations`` or
        ``citation_searching``.  Well-known names (:data:`KINDS`) need not be told; all others
        are databases, and that is logged.
    not_retrieved : DataFrame, ids or str, optional
        Reports that were sought and not retrieved: a frame with ``record`` and perhaps
        ``reason``, some ids, or the name of a column of `records`.  None: not reported.
    automation_removed, other_removed : DataFrame, ids or str, optional
        Records removed before screening, by automation tools or for other reasons.
    in_meta_analysis : ids, optional
        Studies, or records of reports, in the meta-analysis.
    previous : DataFrame or mapping, optional
        Of an updated review: one row a report with ``study``, or ``studies`` and ``reports``
        as numbers.  A new report of such a study is a new report, not a new study.
    consensus : collection of str
        Raters whose verdict is final.
    tools : collection of str
        Raters that are automation tools.  They count where no person decided, and what they
        excluded is a line of its own.
    conflicts : {"error", "leave", "include", "exclude", "majority"}
        What to do where people disagree and no consensus row says what holds: refuse; leave
        the record without a verdict, with a warning; include if anybody does; exclude if
        anybody does; follow more than half of the raters, and refuse where there are none.
    maybe : {"include", "conflict"}
        Whether a *maybe* at title and abstract passes a record on.
    reason_order : sequence of str, optional
        Reasons, the most important first.  A report with several is counted under the first of
        them; without an order, under the first that is named.  Reasons in one cell are
        separated by a semicolon or a bar; by a comma only if each part is in the order.
    levels : sequence of str
        The stages of this review, of ``title, title_abstract, full_text, appraisal``.
    contradictions : {"error", "log"}
        Whether contradictions are refused, or logged with what was done: a record decided
        twice by one person (the last decision counts), a decision on a record that had left
        before, an id that no record has (both left out).
    guideline : {"PRISMA 2020", "PRISMA-ScR"}
        Whose words the figure uses.

    Returns
    -------
    Flow
        Its `records` gives the records of each box, its `log` what was decided on the way.

    Raises
    ------
    InputError
        If columns are missing, ids are not unique, raters disagree without a rule, or the
        data contradict each other; the message lists the records.

    Notes
    -----
    A record is a title in a database, a report a document, a study what was done [1]_.  After
    duplicates are removed, each record stands for one report.  Records that nobody decided on
    are never counted as screened: they are *records awaiting a verdict*, and so are reports.

    References
    ----------
    .. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated
       guideline for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71

    Examples
    --------
    >>> import pandas as pd, reviewkit as rk
    >>> records = pd.DataFrame({
    ...     "record": ["a", "b", "c", "d"], "source": ["PubMed", "PubMed", "Scopus", "Scopus"],
    ...     "title": ["Burnout", "Stress", "Burnout", "Coping"]})
    >>> same = pd.DataFrame({"record": ["a", "c"], "cluster": [1, 1]})
    >>> decisions = pd.DataFrame(
    ...     [("a", "Ada", "title_abstract", "include", ""), ("a", "Ada", "full_text", "include", ""),
    ...      ("b", "Ada", "title_abstract", "include", ""),
    ...      ("b", "Ada", "full_text", "exclude", "Wrong outcome"),
    ...      ("d", "Ada", "title_abstract", "exclude", "")],
    ...     columns=["record", "rater", "stage", "verdict", "reason"])
    >>> flow = rk.tally_flow(records, same, decisions)
    >>> flow.counts["screened"], dict(flow.counts["reports_excluded"]), flow.is_consistent
    (3, {'Wrong outcome': 1}, True)
    >>> flow.records("excluded_full_text")[["record", "title", "reason"]].values.tolist()
    [['b', 'Stress', 'Wrong outcome']]
    """
    check_choice("conflicts", conflicts, RULES)
    check_choice("maybe", maybe, ("include", "conflict"))
    check_choice("contradictions", contradictions, ("error", "log"))
    guideline, stages, notes = check_guideline(guideline), _check_levels(levels), Notebook()
    citations = read_citations(records, notes)
    known = {citation.record for citation in citations}
    told = _read_lists({"not_retrieved": not_retrieved, "automation_removed": automation_removed,
                        "other_removed": other_removed}, known, notes, records)  # fmt: skip
    pairs, votes = read_pairs(links, known, notes), read_votes(decisions, known, stages, notes)
    kinds = _name_kinds(citations, sources or {}, notes)
    clusters = read_clusters(duplicates, known, notes)
    seen = {vote.record for vote in votes}.union(pairs, *told.values())
    copies = choose_copies(citations, clusters, kinds, seen)
    heard = move_votes(votes, copies, notes)
    _refuse(notes, contradictions)
    verdicts = settle_votes(
        heard, consensus=consensus, tools=tools, rule=conflicts,
        maybe=maybe, reason_order=reason_order, notes=notes,
    )  # fmt: skip
    unseen = told.pop("not_retrieved", None)
    case = Case(citations, kinds, copies, told, verdicts, stages,
                None if unseen is None else _move(unseen, copies), bool(tools))  # fmt: skip
    trail = walk_records(case, notes)
    earlier, old = count_previous(previous)
    studies = gather_studies(trail, _move_links(pairs, copies), old, notes)
    pooled = gather_pooled(trail, in_meta_analysis, copies, studies | old, notes)
    _refuse(notes, contradictions)
    counts = count_boxes(case, trail, duplicates is not None, earlier, pooled)
    ledger = write_ledger(citations, trail, counts, notes)
    return make_flow(
        read_counts(counts), guideline=guideline, ledger=ledger, more=warn_of_waiting(ledger),
        skipped=() if "title_abstract" in stages else ("screened",),
    )  # fmt: skip


def _read_lists(
    lists: Mapping[str, Any], known: Collection[str], notes: Notebook, records: Any
) -> dict[str, dict[str, str]]:
    """Return the lists of ids that are given; a list that is not given is not reported."""
    read = {key: read_ids(given, key, known, notes, records) for key, given in lists.items()}
    return {key: ids for key, ids in read.items() if ids is not None}


def _check_levels(levels: Sequence[str]) -> tuple[str, ...]:
    given = (levels,) if isinstance(levels, str) else tuple(levels)
    ordered = tuple(stage for stage in LEVELS if stage in given)
    if set(given) - set(LEVELS) or "full_text" not in given:
        raise InputError(
            f"`levels` must be some of {', '.join(map(repr, LEVELS))}, and full_text among them. "
            f"Got {list(given)}."
        )
    return ordered


def _name_kinds(
    citations: Iterable[Citation], sources: Mapping[str, str], notes: Notebook
) -> dict[str, str]:
    """Return what the source of each record is."""
    told = {str(name).casefold().strip(): kind for name, kind in sources.items()}
    for kind in told.values():
        check_choice("sources", kind, ("databases", "registers", *SOURCES))
    kinds, guessed = {}, {}
    for citation in citations:
        name = citation.source.casefold()
        if name not in told and name:
            guessed[citation.source] = KINDS.get(name, "databases")
        kinds[citation.record] = told.get(name, KINDS.get(name, "databases"))
    nameless = [citation.record for citation in citations if not citation.source]
    notes.log("records without a source", nameless, "they count with the databases")
    for kind in dict.fromkeys(guessed.values()):
        names = [name for name, one in guessed.items() if one == kind]
        notes.log(
            f"sources taken for {kind.replace('_', ' ')}", names, "say otherwise in `sources`"
        )
    return kinds


def _move(listed: Mapping[str, str], copies: Mapping[str, str]) -> dict[str, str]:
    return {copies.get(record, record): why for record, why in listed.items()}


def _move_links(
    links: Mapping[str, list[str]], copies: Mapping[str, str]
) -> dict[str, list[str]]:  # fmt: skip
    moved: dict[str, list[str]] = {}
    for record, studies in links.items():
        kept = moved.setdefault(copies.get(record, record), [])
        kept += [study for study in studies if study not in kept]
    return moved


def _refuse(notes: Notebook, contradictions: str) -> None:
    if notes.faults and contradictions == "error":
        raise InputError(
            f"Records, decisions and lists must not contradict each other. "
            f"Got {list_some(notes.faults)}. Correct them, or give contradictions='log' to leave "
            f"them out and have each in the log."
        )


#: What well-known sources are, by their names in lower case; all others are databases.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("clinicaltrials.gov", "who ictrp", "ictrp", "isrctn", "isrctn registry", "anzctr",
             "chictr", "drks", "eu clinical trials register", "eu ctr", "umin-ctr", "prospero"),
            "registers",
        ),
        **dict.fromkeys(("website", "websites", "google", "web search"), "websites"),
        **dict.fromkeys(("organisation", "organisations", "organization", "organizations"),
                        "organisations"),
        **dict.fromkeys(
            ("citation searching", "citation search", "citations", "reference lists", "references",
             "backward citation searching", "forward citation searching", "hand search",
             "handsearching", "hand searching", "snowballing"),
            "citation_searching",
        ),
    }
)  # fmt: skip
