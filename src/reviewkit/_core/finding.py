"""What a check has to say about a number: the audit's unit of speech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import pandas as pd

from reviewkit._core.check import check_choice

__all__ = ["SEVERITIES", "Finding", "findings_to_frame"]

#: From impossible, over a contradiction that may have an explanation, to not checkable.
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found; every field is a sentence or a few words.

    Examples
    --------
    >>> print(Finding("flow.screened", "error", "screened", "321 − 78 is not 244.",
    ...               expected="243", found="244", fix="Correct one of the boxes."))
    error: flow.screened at screened: 321 − 78 is not 244. Correct one of the boxes.
    """

    rule: str  # dotted name of the check, as "flow.screened"
    severity: str  # one of SEVERITIES
    where: str  # box, row, section or file
    message: str  # what is wrong, with the arithmetic in words
    quote: str = ""  # what was printed
    expected: str = ""
    found: str = ""
    fix: str = ""  # how to mend it

    def __post_init__(self) -> None:
        check_choice("severity", self.severity, SEVERITIES)

    def __str__(self) -> str:
        return f"{self.severity}: {self.rule} at {self.where}: {self.message} {self.fix}".rstrip()


def findings_to_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return one row a finding, the gravest first.

    >>> findings_to_frame([]).columns.tolist()
    ['rule', 'severity', 'where', 'message', 'quote', 'expected', 'found', 'fix']
    """
    ranked = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    columns = [field.name for field in fields(Finding)]
    return pd.DataFrame([asdict(finding) for finding in ranked], columns=columns, dtype=object)
