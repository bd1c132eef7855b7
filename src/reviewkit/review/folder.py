"""A whole review from its folder: what is there is read, built, checked and shown.

:func:`open_review` reads every part that the folder holds (:mod:`.building`), runs the
rules of :mod:`.checks` over it and gives a :class:`Review`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.finding import SEVERITIES, Finding, findings_to_frame
from reviewkit.review.building import REPORTED, build_parts, open_settings
from reviewkit.review.checks import rank_findings, run_rules
from reviewkit.review.headlines import describe_parts
from reviewkit.review.reading import InputFile, Ledger, Place, check_folder
from reviewkit.review.reported import read_reported
from reviewkit.review.settings import Settings
from reviewkit.sources.repairs import Repairs

if TYPE_CHECKING:
    from reviewkit.agreement.raters import Agreement
    from reviewkit.appraisal.appraised import Appraisal
    from reviewkit.coding.themes import Themes
    from reviewkit.dedupe.duplicates import Duplicates
    from reviewkit.meta.pooling import PooledPrevalence
    from reviewkit.review.audit import Audit
    from reviewkit.review.trace import Trace
    from reviewkit.screening.flow import Flow
    from reviewkit.sources.record_sets import Records

__all__ = ["Review", "open_review"]


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """A review as one object; what its folder does not hold is None or empty.

    Attributes
    ----------
    folder : Path
    title : str
        From ``review.toml``, else the name of the folder.
    settings : Settings
        What ``review.toml`` says.
    records : Records or None
        What the search exports hold, with the log of every repair.
    duplicates : Duplicates or None
    decisions : DataFrame or None
        One row a record, rater and stage.
    agreement : mapping
        Stage → Agreement, where two raters or more decided.
    flow : Flow or None
        Counted from records and decisions where both are there, else as reported.
    reported_flow : Flow or None
        As ``reported/flow.csv`` tells it.
    studies, outcomes : DataFrame or None
        One row a study; one row a study and outcome.
    themes : Themes or None
    pools : mapping
        Outcome → PooledPrevalence.
    reported : mapping
        Name → table of the numbers as printed, all cells text.
    findings : tuple of Finding
        What the checks found, the gravest first.
    repairs : Repairs
        What the readers changed in the files.
    notes : tuple of str
        What a person should know: parts that are not filled in, files not read.
    origin : mapping
        Part → "computed" or "reported", for each part that is there.
    inputs : tuple of InputFile
        The files that were read, with their SHA-256.
    faults : tuple of str
        What could not be read, where :func:`open_review` was told to go on all the same.
    appraisals : mapping
        Name of a table in ``appraisal/`` → Appraisal.
    """

    folder: Path
    title: str
    settings: Settings
    records: Records | None = None
    duplicates: Duplicates | None = None
    decisions: pd.DataFrame | None = None
    agreement: Mapping[str, Agreement] = field(default_factory=dict)
    flow: Flow | None = None
    studies: pd.DataFrame | None = None
    outcomes: pd.DataFrame | None = None
    themes: Themes | None = None
    pools: Mapping[str, PooledPrevalence] = field(default_factory=dict)
    reported: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    repairs: Repairs = field(default_factory=Repairs)
    notes: tuple[str, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    faults: tuple[str, ...] = ()
    by_rule: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict, repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, repr=False)  # of rows in files
    texts: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)  # cells as read
    outcome_cells: pd.DataFrame | None = field(default=None, repr=False)  # outcomes as text
    reported_flow: Flow | None = field(default=None, repr=False)
    appraisals: Mapping[str, Appraisal] = field(default_factory=dict)

    @property
    def appraisal(self) -> Appraisal | None:
        """The appraisal of the studies; where there are several, the first by name."""
        return next(iter(self.appraisals.values()), None)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a part: ``part, origin, result``."""
        rows = [(part, self.origin[part], text) for part, text in describe_parts(self)]
        return pd.DataFrame(rows, columns=["part", "origin", "result"], dtype=object)

    def summary(self) -> str:
        """Return the review in a few lines of plain text."""
        lines = [self.title, *([self.settings.question] if self.settings.question else []), ""]
        for part, text in describe_parts(self):
            mark = " (as reported)" if self.origin[part] == REPORTED else ""
            lines.append(f"{part}{mark}: {text}")
        lines += [f"checks: {self._count_findings()}", *(f"note: {note}" for note in self.notes)]
        return "\n".join(lines)

    def audit(self) -> Audit:
        """Run every rule over the review; see :class:`~reviewkit.review.audit.Audit`."""
        from reviewkit.review.audit import audit_review

        return audit_review(self)

    def numbers(self) -> pd.DataFrame:
        """Return one row a number: ``number`` (its name), ``part, label, value, text``.

        The names are what :meth:`trace` takes.
        """
        from reviewkit.review.numbers import list_numbers

        rows = [
            (number.key, number.part, number.label, number.value, number.text)
            for number in list_numbers(self).values()
        ]
        return pd.DataFrame(rows, columns=["number", "part", "label", "value", "text"])

    def trace(self, number: str) -> Trace:
        """Say where a number comes from: its records, rows, cells and recipe.

        Parameters
        ----------
        number : str
            Its name, as ``pools.ee.estimate`` or ``flow.excluded``; :meth:`numbers` lists all.
        """
        from reviewkit.review.trace import trace_number

        return trace_number(self, number)

    def report(self, path: str | Path) -> Path:
        """Write the review as one HTML page that needs no network; return its path.

        The same folder and versions give the same bytes.
        """
        from reviewkit.review.report import write_report

        return write_report(self, Path(path))

    def _count_findings(self) -> str:
        counts = Counter(finding.severity for finding in self.findings)
        told = [f"{counts[s]} {s}{'s' * (counts[s] != 1)}" for s in SEVERITIES if counts[s]]
        return ", ".join(told) if told else "nothing found"

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Review {self.title!r}: {', '.join(self.origin) or 'nothing yet'}>"

    def _repr_html_(self) -> str:
        parts = self.to_frame().to_html(index=False, border=0)
        found = findings_to_frame(self.findings)[["severity", "where", "message", "fix"]]
        table = found.to_html(index=False, border=0) if len(found) else ""
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return (
            f"<h4>{escape(self.title)}</h4><p>{escape(self.settings.question)}</p>{parts}"
            f"<p>Checks: {escape(self._count_findings())}</p>{table}<ul>{notes}</ul>"
        )


def open_review(folder: str | Path, *, broken: str = "raise") -> Review:
    """Read, build and check everything that a review folder holds.

    Parameters
    ----------
    folder : str or Path
        A folder with any of ``review.toml``, ``searches/``, ``screening/``, ``extraction/``,
        ``coding/`` and ``reported/``; `reviewkit new` makes one to fill in.
    broken : {"raise", "report"}, default "raise"
        Whether files that cannot be read are an error, or are listed in `faults` and among the
        findings while the rest is read.

    Returns
    -------
    Review
        Any part may be missing.  A table with a heading and no rows counts as not
        filled in yet.

    Raises
    ------
    InputError
        If there is no such folder, it holds nothing readable, or files cannot be
        read: one message lists all that is wrong, file by file.

    Examples
    --------
    >>> import reviewkit as rk
    >>> review = rk.open_review(rk.example("burnout-prevalence"))
    >>> list(review.pools), round(review.pools["ee"].estimate, 4)
    (['ee', 'sts'], 0.4089)
    """
    check_choice("broken", broken, ("raise", "report"))
    ledger = Ledger(check_folder(folder))
    settings = open_settings(ledger)
    reported = read_reported(ledger)
    parts, origin = build_parts(ledger, settings, reported)
    inputs, repairs, notes = ledger.close(strict=broken == "raise")
    review = Review(
        folder=ledger.folder,
        title=settings.title or ledger.folder.resolve().name,
        settings=settings,
        reported=MappingProxyType(reported),
        repairs=repairs,
        notes=notes,
        origin=MappingProxyType(origin),
        inputs=inputs,
        faults=tuple(ledger.faults),
        places=MappingProxyType(ledger.places),
        texts=MappingProxyType(ledger.texts),
        **parts,
    )
    by_rule = run_rules(review)
    return replace(review, findings=rank_findings(by_rule), by_rule=MappingProxyType(by_rule))
