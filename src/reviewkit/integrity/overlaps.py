"""Whether two rows of a review are one study, or two studies of one sample.

One sample counted twice makes a pool look more certain than it is.  :func:`find_overlaps`
compares every two studies and says what they share; the signs are in
:mod:`~reviewkit.integrity.overlap_signs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from reviewkit._core.check import check_columns
from reviewkit._core.finding import Finding
from reviewkit._core.result import Result
from reviewkit.integrity.overlap_signs import KINDS, Pair, compare_studies, read_studies

__all__ = ["Overlaps", "find_overlaps"]

_SHOWN = 20  # pairs that a summary tells


@dataclass(frozen=True, slots=True)
class Overlaps(Result):
    """Pairs of studies that may be one study, or rest on one sample."""

    title: ClassVar[str] = "Studies that may overlap"

    pairs: tuple[Pair, ...]
    n_studies: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair: ``first, second, kind, severity, shared, differs, reason``."""
        columns = ["first", "second", "kind", "severity", "shared", "differs", "reason"]
        rows = [
            (
                pair.first, pair.second, pair.kind, KINDS[pair.kind].severity,
                ", ".join(pair.shared), ", ".join(pair.differs), pair.reason,
            )
            for pair in self.pairs
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns, dtype=object)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs as findings, the gravest first."""
        return tuple(
            Finding(
                f"studies.{pair.kind.replace(' ', '_')}", KINDS[pair.kind].severity,
                f"{pair.first} / {pair.second}", pair.reason, pair.quote, "two samples",
                ", ".join(pair.shared), KINDS[pair.kind].fix,
            )
            for pair in self.pairs
        )  # fmt: skip

    def summary(self) -> str:
        """Return title, headline and one line a pair."""
        lines = [f"{KINDS[pair.kind].severity}: {pair.reason}" for pair in self.pairs[:_SHOWN]]
        more = len(self.pairs) - _SHOWN
        lines += [f"and {more} more pairs: see to_frame()"] if more > 0 else []
        return "\n".join([self.title, self._headline(), *lines])

    def _headline(self) -> str:
        if not self.pairs:
            return f"No two of {self.n_studies} studies share so much that they may be one."
        counts = {kind: sum(pair.kind == kind for pair in self.pairs) for kind in KINDS}
        told = ", ".join(f"{kind}: {n}" for kind, n in counts.items() if n)
        return f"Of {self.n_studies} studies, pairs that may overlap: {told}."


def find_overlaps(studies: pd.DataFrame, *, study: str = "study") -> Overlaps:
    """Find pairs of studies that are likely one study, or rest on one sample.

    Parameters
    ----------
    studies : DataFrame
        One row a study, as a table of included studies or an extraction table.  Used where they
        are there: ``title, authors, year, n`` (or ``total``), ``location`` (or ``country``),
        ``population, instrument, reference, doi``.
    study : str, default "study"
        The column that names the studies.  Rows of one name are one study.

    Returns
    -------
    Overlaps
        One row a pair, with what the two share, where they differ and a reason in words.
        The kinds: ``one study`` (the same DOI or title, or the same reference and place),
        ``one reference`` (one reference on rows that differ), ``one sample`` (one sample size with
        the same place, year or instrument), ``one team`` (the same first author in one place).

    Raises
    ------
    InputError
        If the column of studies is not there.

    Notes
    -----
    A sign is not a proof: two surveys can have the same size.  Only numbers of 20 people and more
    count as a sign, and only beside another.

    References
    ----------
    von Elm et al. (2004) on duplicate publication. doi:10.1001/jama.291.8.974

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({
    ...     "study": ["Heinonen 2021", "Berg 2021"], "n": [1214, 1214], "year": [2021, 2021],
    ...     "location": ["International", "International"],
    ... })
    >>> find_overlaps(rows).to_frame()[["kind", "shared"]].to_numpy().tolist()
    [['one sample', 'n 1,214, place International, year 2021']]
    """
    check_columns(studies.columns, {"study": study})
    known = read_studies(studies, study)
    order = list(KINDS)
    pairs = sorted(compare_studies(known), key=lambda pair: order.index(pair.kind))
    return Overlaps(tuple(pairs), len(known))
