"""The PRISMA 2020 flow of a review from its counts.

:func:`prisma_flow` reads counts (:mod:`~reviewkit.screening.flow_counts`), holds them against
each other (:mod:`~reviewkit.screening.identities`) and gives a :class:`Flow`, which draws them
(:mod:`~reviewkit.screening.flow_drawing`).  What is not reported stays that: it is never 0, and
never worked out in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reviewkit._core.errors import InputError
from reviewkit.screening.flow_counts import read_counts
from reviewkit.screening.flow_keys import SKIPPABLE, Counts
from reviewkit.screening.flow_result import Flow, make_flow
from reviewkit.screening.guidelines import PRISMA, check_guideline

__all__ = ["Flow", "prisma_flow"]


def prisma_flow(
    counts: Mapping[str, Any] | Flow, *, skipped: Collection[str] = (), guideline: str = PRISMA
) -> Flow:  # fmt: skip
    """Return the PRISMA 2020 flow of a review from its counts.

    Parameters
    ----------
    counts : mapping or Flow
        Whole numbers, 0 or more, by key; text such as ``"1,234"`` or ``"n = 12"`` is
        read.  A key that is absent, None, NaN, blank or ``"NA"`` is not reported,
        which is never 0.

        - Records: ``databases`` and ``registers`` ({name: n} or a number),
          ``duplicates_removed, automation_removed, other_removed, screened,
          excluded`` (a number or {reason: n}).
        - Reports: ``sought, not_retrieved, assessed, reports_excluded`` ({reason: n}
          or a number).
        - Other methods: ``websites, organisations, citation_searching``, then
          ``other_sought, other_not_retrieved, other_assessed,
          other_reports_excluded``.
        - Included: ``new_studies, new_reports``; in updated reviews
          ``previous_studies, previous_reports, total_studies, total_reports`` too.
        - Totals beside their parts: ``identified, databases_total, registers_total,
          excluded_total, reports_excluded_total``.
        - Steps that the form lacks: ``after_duplicates`` (records left),
          ``duplicates_removed_later, added_at_full_text, added_included,
          in_meta_analysis``.

        - Levels that a review adds: ``titles_screened, titles_excluded; appraised,
          appraisal_excluded`` (quality); and what has no verdict yet:
          ``records_awaiting, reports_awaiting``.

        A part may also have a key of its own, as ``"databases:PubMed"``.
    skipped : collection of str
        Levels that the review does not have: ``screened, sought, assessed,
        other_sought``.  They are left out of the figure, a note says so, and nothing is
        asked of them.
    guideline : {"PRISMA 2020", "PRISMA-ScR"}
        Whose words and title the figure has.

    Returns
    -------
    Flow
        Its `findings` say which numbers contradict each other.

    Raises
    ------
    InputError
        If a key is unknown or a value is no count; the message lists all of them.

    Notes
    -----
    Records, reports and studies are held apart [1]_.  Each box must hold what the boxes
    before it leave; a box that is not reported is bridged.  Where nothing is said of
    what left, fewer may arrive, with a note; more can never arrive.

    References
    ----------
    .. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated
       guideline for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71

    Examples
    --------
    >>> import reviewkit as rk
    >>> flow = rk.prisma_flow({
    ...     "identified": 321, "other_removed": 78, "screened": 243, "excluded": 222,
    ...     "assessed": 21, "reports_excluded": 8, "new_studies": 13,
    ... })
    >>> flow.template, flow.is_consistent
    ('new-v1', True)
    >>> list(flow.mappings)
    ['titles removed before screening', 'titles screened']
    >>> screened = flow.mappings["titles screened"]
    >>> screened.counts["screened"], dict(screened.counts["excluded"])
    (321, {'titles': 78, 'abstracts': 222})
    """
    known = read_counts(counts.counts if isinstance(counts, Flow) else counts)
    return make_flow(known, guideline=check_guideline(guideline), skipped=_skip(skipped, known))


def _skip(levels: Collection[str], counts: Counts) -> tuple[str, ...]:
    """Return the levels that a review does not have, in the order of the form."""
    given = {levels} if isinstance(levels, str) else set(levels)
    wrong = sorted(given - set(SKIPPABLE)) or sorted(
        level for level in given if level in counts or SKIPPABLE[level] in counts
    )
    if wrong or given >= {"screened", "sought", "assessed"}:
        raise InputError(
            f"`skipped` must be some of {', '.join(map(repr, SKIPPABLE))}, not all of them and "
            f"none that has a number. Got {', '.join(map(repr, wrong or sorted(given)))}."
        )
    return tuple(level for level in SKIPPABLE if level in given)
