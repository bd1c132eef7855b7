"""Certainty of the evidence on prevalence, in the domains of GRADE: suggested, then judged.

Numbers suggest (:mod:`~reviewkit.appraisal.grade_domains`); a person accepts a suggestion or
overrides it with a reason; only what a person settled makes a certainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.result import Result
from reviewkit.appraisal.evidence_files import save_evidence
from reviewkit.appraisal.grade_domains import (
    DOMAINS,
    STEPS,
    Suggestion,
    read_limits,
    suggest_all,
)
from reviewkit.appraisal.grade_inputs import Body, read_bodies, read_levels
from reviewkit.appraisal.grade_judging import Judgement, read_judgements, write_judgement_sheet
from reviewkit.appraisal.grade_options import Options
from reviewkit.appraisal.grade_page import make_page

__all__ = ["CERTAINTIES", "EvidenceTable", "grade_prevalence"]

#: Levels of certainty, the lowest first.
CERTAINTIES = ("very low", "low", "moderate", "high")


class Graded(NamedTuple):
    """An outcome with what is suggested and what was judged."""

    body: Body
    start: str
    suggested: Mapping[str, Suggestion]
    judged: Mapping[str, Judgement]

    def certainty(self, *, suggested: bool = False) -> str:
        """Return the certainty by what was judged, or by suggestions where nothing was; "" if a domain lacks."""
        found = []
        for domain in DOMAINS:
            judgement = self.judged.get(domain)
            word = judgement.judgement if judgement else ""
            if suggested and not word:
                word = self.suggested[domain].suggestion
            found.append(word)
        if not all(found):
            return ""
        down = sum(STEPS[word] for word in found)
        return CERTAINTIES[max(0, CERTAINTIES.index(self.start) - down)]


@dataclass(frozen=True, slots=True)
class EvidenceTable(Result):
    """A summary of findings: outcomes with numbers, domains and certainty."""

    title: ClassVar[str] = "Summary of findings, certainty by GRADE"

    outcomes: tuple[Graded, ...]
    limits: tuple[tuple[str, float], ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row an outcome.

        Numbers (``k, n, estimate, ci_low`` …), ``start``, a column a domain with what a person
        judged (missing: nobody did), ``certainty`` (missing until all five are judged),
        ``suggested_certainty`` and ``open``, the domains to judge.
        """
        rows = []
        for one in self.outcomes:
            numbers = {name: getattr(one.body, name) for name in _NUMBERS}
            judged = {d: one.judged[d].judgement if d in one.judged else None for d in DOMAINS}
            rows.append({
                "outcome": one.body.outcome, **numbers, "start": one.start, **judged,
                "certainty": one.certainty() or None,
                "suggested_certainty": one.certainty(suggested=True) or None,
                "open": len(DOMAINS) - len(one.judged),
            })  # fmt: skip
        frame = pd.DataFrame(rows)
        texts = ["outcome", "start", *DOMAINS, "certainty", "suggested_certainty"]
        return frame.astype({**dict.fromkeys(texts, "str"), "n": "Int64"})

    def domains(self) -> pd.DataFrame:
        """Return one row an outcome and domain.

        ``outcome, domain, suggestion, number, rule, judgement, reason, by, status``; the status is
        ``suggested``, ``no suggestion``, ``accepted`` or ``overridden``.
        """
        rows = []
        for one in self.outcomes:
            for domain, (suggestion, number, rule) in one.suggested.items():
                judged = one.judged.get(domain)
                status = "suggested" if suggestion else "no suggestion"
                rows.append({
                    "outcome": one.body.outcome, "domain": domain, "suggestion": suggestion or None,
                    "number": number, "rule": rule or None,
                    "judgement": judged.judgement if judged else None,
                    "reason": (judged.reason or None) if judged else None,
                    "by": (judged.by or None) if judged else None,
                    "status": judged.status if judged else status,
                })  # fmt: skip
        return pd.DataFrame(rows).astype("str")

    def with_judgements(self, judgements: pd.DataFrame | str | PathLike[str]) -> EvidenceTable:
        """Return the table with what a person accepts or overrides.

        Parameters
        ----------
        judgements : DataFrame or path-like
            ``outcome, domain, judgement`` and, if need be, ``reason, by``.  The judgement
            "accept" takes the suggestion; another one needs a reason.  Blank is undecided.

        Returns
        -------
        EvidenceTable

        Raises
        ------
        InputError
            If an outcome, a domain or a judgement is unknown, one is judged twice, there is no
            suggestion to accept, or an override has no reason; all are listed.
        """
        known = {one.body.outcome: one.suggested for one in self.outcomes}
        found = read_judgements(judgements, known)
        graded = [
            one._replace(judged={**one.judged, **found.get(one.body.outcome, {})})
            for one in self.outcomes
        ]
        return replace(self, outcomes=tuple(graded))

    def judgement_sheet(self, path: str | PathLike[str]) -> Path:
        """Write the sheet for :meth:`with_judgements`, as csv or xlsx, with suggestions and rules."""
        return write_judgement_sheet(self.domains(), Path(path))

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the table as html, docx or csv, as the ending says.

        In html and docx each domain has a number that leads to its explanation; what nobody
        judged is marked as suggested, and a certainty that is not settled too.

        Parameters
        ----------
        path : path-like
            What is there is replaced.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the ending is another.
        """
        return save_evidence(make_page(self), self.to_frame(), Path(path))

    def summary(self) -> str:
        """Return headline, numbers and, a line each, the domains with what is behind them."""
        numbers = self.to_frame()[["outcome", *_NUMBERS, "start", "certainty", "open"]]
        lines = [self.title, self._headline(), "", numbers.to_string(index=False), ""]
        for row in self.domains().fillna("").to_dict("records"):
            told = row["judgement"] or row["suggestion"] or "not judged"
            domain = str(row["domain"]).replace("_", " ")
            lines.append(f"{row['outcome']}, {domain}: {told} ({row['status']}). {row['number']}")
        return "\n".join(lines)

    def _headline(self) -> str:
        settled = [one for one in self.outcomes if one.certainty()]
        told = [f"{one.body.outcome}: {one.certainty()}" for one in settled]
        rest = len(self.outcomes) - len(settled)
        if rest:
            told.append(f"{rest} of {len(self.outcomes)} outcomes not judged to the end")
        return f"Certainty of the evidence. {list_some(told)}."

    def _repr_html_(self) -> str:
        page = make_page(self)
        head = "".join(f"<th>{escape(name)}</th>" for name in page.heads)
        body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in page.rows)  # fmt: skip
        notes = "".join(f"<p>{escape(note)}</p>" for note in (*page.lead, *page.notes))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>{table}{notes}"


def grade_prevalence(
    outcomes: Mapping[str, Any] | pd.DataFrame,
    *,
    appraisal: Any = None,
    start: str | Mapping[str, str] = "high",
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] = (),
    indirectness: Mapping[str, Sequence[str]] | None = None,
    small_study_p: Mapping[str, Any] | None = None,
    limits: Mapping[str, float] | None = None,
) -> EvidenceTable:
    """Make a summary-of-findings table of prevalence, with suggestions that a person judges.

    Parameters
    ----------
    outcomes : mapping or DataFrame
        Pooled results by the name of their outcome; or numbers: ``k, n, estimate, ci_low, ci_high,
        pi_low, pi_high`` in [0, 1] and, if need be, ``studies``, a frame of ``study, estimate,
        weight``.  Or a frame with a row an outcome.
    appraisal : Appraisal or mapping, optional
        The overall risk of bias of each study.
    start : str or mapping, default "high"
        The certainty from which it goes down: "high", "moderate" or "low"; by outcome, if it
        differs.  High is usual for representative observational studies of prevalence.
    thresholds : sequence of float or mapping, optional
        Prevalences in (0, 1) at which a decision would change; by outcome, if they differ.
        They replace the limits of imprecision and inconsistency.
    indirectness : mapping, optional
        By outcome, in what the evidence departs from the question; an empty list says in nothing.
    small_study_p : mapping, optional
        By outcome, the p-value of a test of small-study effects, or a result that has one.
    limits : mapping, optional
        Other limits than :data:`~reviewkit.appraisal.grade_domains.LIMITS`.

    Returns
    -------
    EvidenceTable
        ``.to_frame()``, ``.domains()``, ``.with_judgements(frame)``, ``.save(path)``.

    Raises
    ------
    InputError
        If a number is missing or impossible, a study is not appraised, or an option is unknown.

    Notes
    -----
    GRADE has no official guidance for prevalence.  Practice takes the five domains of
    interventions, as for overall prognosis [1]_.  Inconsistency is read from the prediction
    interval and the estimates, not from I², which is high in nearly all meta-analyses of
    prevalence [2]_.  The margin of imprecision, 5 points, or half of a prevalence below 10 %, is
    that of sample sizes [3]_; all other limits are conventions of this project, and each
    explanation states its own.

    References
    ----------
    .. [1] Iorio et al. (2015). doi:10.1136/bmj.h870
    .. [2] Borges Migliavaca et al. (2022). doi:10.1002/jrsm.1547
    .. [3] Naing et al. (2006). Archives of Orofacial Sciences 1:9-14.

    Examples
    --------
    >>> numbers = {"k": 12, "n": 4100, "estimate": 0.31, "ci_low": 0.24, "ci_high": 0.39,
    ...     "pi_low": 0.09, "pi_high": 0.67}
    >>> table = grade_prevalence({"Burnout": numbers}, indirectness={"Burnout": []})
    >>> table.domains()[["domain", "suggestion"]].fillna("none").to_numpy().tolist()[1:4]
    [['inconsistency', 'serious'], ['indirectness', 'not serious'], ['imprecision', 'serious']]
    """
    bodies = read_bodies(outcomes)
    chosen = read_limits(limits)
    options = Options(start, thresholds, indirectness or {}, small_study_p or {})
    graded = []
    for first, facts, body in options.spread(bodies, read_levels(appraisal), chosen):
        check_choice("start", first, CERTAINTIES[1:])
        graded.append(Graded(body, first, suggest_all(body, facts), {}))
    return EvidenceTable(tuple(graded), tuple(chosen.items()))


_NUMBERS = ("k", "n", "estimate", "ci_low", "ci_high", "pi_low", "pi_high")
