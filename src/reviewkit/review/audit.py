"""The audit of a review: what every rule found, what was looked at, and what could not be.

The rules are in :mod:`~reviewkit.review.checks`.  An audit says more than what is wrong: a rule
that had what it needed and found nothing is named too, for a consistent flow is worth knowing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.finding import SEVERITIES, Finding, findings_to_frame
from reviewkit._core.result import Result
from reviewkit.review.checks import RULES, rank_findings, run_rules

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["Audit", "Checked", "audit_review"]


class Checked(NamedTuple):
    """What one rule did."""

    rule: str
    says: str
    state: str  # "fine", "found" or "not checked"
    lacks: str  # what a rule that did not run would need


@dataclass(frozen=True, slots=True)
class Audit(Result):
    """What an audit found, the gravest first, and what it looked at.

    Attributes
    ----------
    review : str
        Title of the review.
    findings : tuple of Finding
        ``error``: impossible.  ``warning``: a contradiction that may have an explanation, or
        improbable.  ``note``: not reported, and so not checkable.
    checked : tuple of Checked
        Each rule: whether it ran, found something, or lacked what it needs.
    """

    title: ClassVar[str] = "Audit of a review"

    review: str
    findings: tuple[Finding, ...]
    checked: tuple[Checked, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What is impossible."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What contradicts something, or is improbable."""
        return self._of("warning")

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is not reported, and so cannot be checked."""
        return self._of("note")

    @property
    def is_clean(self) -> bool:
        """Whether there is no error and no warning."""
        return not self.errors and not self.warnings

    def _of(self, severity: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding: ``rule, severity, where, message, quote, expected, found, fix``."""
        return findings_to_frame(self.findings)

    def checked_frame(self) -> pd.DataFrame:
        """Return one row a rule: ``rule, says, state, lacks``."""
        return pd.DataFrame(list(self.checked), columns=list(Checked._fields), dtype=object)

    def summary(self) -> str:
        """Return all findings as plain text, then what was fine and what could not be checked."""
        lines = [f"{self.title}: {self.review}", self._headline()]
        for finding in self.findings:
            lines += ["", *_tell(finding)]
        for state, words in (("fine", "Checked and fine"), ("not checked", "Not checked")):
            told = [
                f"  {row.says}{f' (needs {row.lacks})' if row.lacks else ''}"
                for row in self.checked
                if row.state == state
            ]
            lines += ["", f"{words}:", *told] if told else []
        return "\n".join(lines)

    def save(self, path: str | Path) -> Path:
        """Write the findings as csv, or findings and what was checked as one page (html).

        Parameters
        ----------
        path : str or Path
            Where to write; its ending names the format.

        Returns
        -------
        Path
            Of the written file.

        Raises
        ------
        InputError
            If the ending is neither csv nor html.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind == ".csv":
            from reviewkit.sources.spreadsheet import write_table

            write_table(self.to_frame(), path)
        elif kind == ".html":
            from reviewkit.review.audit_page import render_audit

            path.write_text(render_audit(self), encoding="utf-8", newline="\n")
        else:
            raise InputError(
                f"The name of the file must end in .csv or .html. Got {path.name!r}. Rename it."
            )
        return path

    def _headline(self) -> str:
        counts = Counter(finding.severity for finding in self.findings)
        told = [f"{counts[s]} {s}{'s' * (counts[s] != 1)}" for s in SEVERITIES]
        states = Counter(row.state for row in self.checked)
        ran = len(self.checked) - states["not checked"]
        return (
            f"{', '.join(told)}. {ran} of {len(self.checked)} rules had what they need; "
            f"{states['fine']} found nothing."
        )

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, border=0)
        checked = self.checked_frame().to_html(index=False, border=0)
        head = (
            f"<h4>{escape(self.title)}: {escape(self.review)}</h4><p>{escape(self._headline())}</p>"
        )
        return f"{head}{table}<details><summary>What was checked</summary>{checked}</details>"


def _tell(finding: Finding) -> Sequence[str]:
    """Return a finding in lines: what and where, the quote, what was expected, how to mend it."""
    lines = [f"{finding.severity}: {finding.rule} at {finding.where}", f"  {finding.message}"]
    if finding.quote:
        lines.append(f"  Printed: {finding.quote}")
    if finding.expected and finding.found:
        lines.append(f"  Expected: {finding.expected}. Found: {finding.found}.")
    if finding.fix:
        lines.append(f"  {finding.fix}")
    return lines


def audit_review(review: Review) -> Audit:
    """Return what every rule found in a review, and what it looked at."""
    found = review.by_rule or run_rules(review)
    checked = []
    for name, rule in RULES.items():
        lacks = rule.lacks(review)
        state = "not checked" if lacks else "found" if found[name] else "fine"
        checked.append(Checked(name, rule.says, state, lacks))
    return Audit(review.title, rank_findings(found), tuple(checked))
