"""What was found: clusters, pairs with reasons, unsure pairs and versions; and how to change it.

A result holds the records and all decisions, so that a verdict of a person is worked in
at once, without comparing anything anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from os import PathLike
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.format import format_count, format_percent
from reviewkit._core.result import Result
from reviewkit.dedupe.groups import Grouped, group_records
from reviewkit.dedupe.merging import merge_records
from reviewkit.dedupe.pairs import Pairs
from reviewkit.dedupe.rules import Decision
from reviewkit.dedupe.tables import (
    lay_side_by_side,
    list_cluster_pairs,
    list_open_pairs,
    number_questions,
)
from reviewkit.dedupe.verdicts import Verdict, add_verdicts, read_verdicts, undo_merge

__all__ = ["Duplicates"]

IntArray = NDArray[np.int64]

_MOST_ROWS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates(Result):
    """Records of one work, as :func:`find_duplicates` finds them.

    Attributes
    ----------
    records : DataFrame
        The records as given.
    found : Pairs
        All pairs on which more was to be said than that they differ.
    grouped : Grouped
        Clusters that follow from pairs and verdicts.
    verdicts : tuple of Verdict
        What persons decided.
    note : str
        What was not compared, and why; "" if nothing.
    """

    title: ClassVar[str] = "Duplicate records"

    records: pd.DataFrame
    found: Pairs
    grouped: Grouped
    verdicts: tuple[Verdict, ...] = ()
    note: str = ""

    @classmethod
    def from_pairs(cls, records: pd.DataFrame, found: Pairs, note: str = "") -> Duplicates:
        """Return the result of decided pairs."""
        return cls(records, found, group_records(len(records), found), (), note)

    @property
    def clusters(self) -> pd.DataFrame:
        """One row a record: ``record`` and ``cluster``, the id of the first record of its cluster."""
        ids = self.records["record"]
        return pd.DataFrame({"record": ids, "cluster": ids.to_numpy()[self.grouped.labels]})

    @property
    def pairs(self) -> pd.DataFrame:
        """Pairs of records in one cluster: ``left, right, score, reason``.

        Clusters of up to 30 records have all their pairs, larger ones those that hold them
        together.  Scores, in (0, 1), put pairs in order; they are no probabilities.
        """
        return self._frame(list_cluster_pairs(self.found, self.grouped.labels))

    @property
    def unsure(self) -> pd.DataFrame:
        """Pairs for a person to decide, the likeliest first.

        Columns are ``left, right, score, reason, duplicate`` (blank: fill in yes or no and hand
        the frame to :meth:`with_verdicts`), ``question`` (pairs of the same two clusters have
        one number; one answer settles them), then both records side by side: ``title_left,
        title_right`` and so on.
        """
        pairs = list_open_pairs(self.found, self.grouped, self.verdicts, Decision.UNSURE)
        frame = self._frame(pairs)
        frame["duplicate"] = pd.Series(pd.NA, index=frame.index, dtype="boolean")
        frame["question"] = number_questions(pairs, self.grouped.labels)
        return lay_side_by_side(frame, self.records, pairs)

    @property
    def versions(self) -> pd.DataFrame:
        """Pairs that belong together and are not duplicates: ``left, right, score, reason``.

        A preprint and its paper, an erratum and its article, a meeting abstract and what came
        of it.  Each counts as a record of its own; two clusters are told once.
        """
        pairs = list_open_pairs(self.found, self.grouped, self.verdicts, Decision.LINKED)
        return lay_side_by_side(self._frame(pairs), self.records, pairs)

    @property
    def n_records(self) -> int:
        """Number of records given."""
        return len(self.records)

    @property
    def n_clusters(self) -> int:
        """Number of works: clusters, those of one record among them."""
        return len(np.unique(self.grouped.labels))

    @property
    def n_removed(self) -> int:
        """Records that go when one of each cluster stays: "duplicate records removed" of PRISMA."""
        return self.n_records - self.n_clusters

    def count_removed(self) -> pd.DataFrame:
        """Return how many records go, by the source of the one that stays and of the one that goes.

        Columns are ``kept, removed, n``; ``n`` adds up to :attr:`n_removed`.  The first record of
        a cluster stays.
        """
        source = self.records.get("source", pd.Series("", index=self.records.index))
        names = source.astype(object).where(source.notna(), "").astype(str).to_numpy(dtype=object)
        gone = np.flatnonzero(self.grouped.labels != np.arange(self.n_records))
        frame = pd.DataFrame(
            {"kept": names[self.grouped.labels[gone]], "removed": names[gone]}, dtype=str
        )
        return frame.groupby(["kept", "removed"]).size().rename("n").reset_index()

    def merged(self, *, origins: bool = True) -> pd.DataFrame:
        """Return one row a cluster, with the most complete value of each field.

        Parameters
        ----------
        origins : bool, default True
            Whether to add, for each field, the id of the record it came from (``title_from`` …).

        Returns
        -------
        DataFrame
            The columns of the records, of which ``record`` is that of the first one; then
            ``cluster, n_records, records, sources``.
        """
        return merge_records(self.records, self.grouped.labels, origins=origins)

    def with_verdicts(self, frame: pd.DataFrame | str | PathLike[str]) -> Duplicates:
        """Return the result with the verdicts of a person worked in, at once.

        Parameters
        ----------
        frame : DataFrame or path
            Columns ``left, right, duplicate``, as :attr:`unsure` filled in, or its file.
            ``duplicate`` is yes or no, true or false, 1 or 0; blank is undecided.  Any two
            records may be named, so that a merge is undone by "no".  A later verdict on a pair
            replaces an earlier one.

        Raises
        ------
        InputError
            If a record is not known, a verdict cannot be read, or verdicts contradict each
            other, as a = b, b = c and a ≠ c do.
        """
        given = read_verdicts(frame, self.records["record"])
        verdicts = add_verdicts(self.verdicts, given, self.records["record"])
        together = [verdict[:2] for verdict in verdicts if verdict.duplicate]
        apart = [verdict[:2] for verdict in verdicts if not verdict.duplicate]
        grouped = group_records(self.n_records, self.found, together=together, apart=apart)
        return replace(self, grouped=grouped, verdicts=verdicts)

    def undo(self, *records: Any) -> Duplicates:
        """Return the result without a merge.

        Parameters
        ----------
        *records : record ids
            Two records or more: each pair of them is held apart.  One record: it leaves its
            cluster, and the rest of it stays together.

        Raises
        ------
        InputError
            If a record is not known, or one alone is in no cluster.
        """
        verdicts = undo_merge(records, self.records["record"], self.grouped.labels)
        return self.with_verdicts(verdicts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a record: ``record, cluster, size`` and whether it is ``kept``."""
        labels = self.grouped.labels
        sizes = np.bincount(labels, minlength=self.n_records)[labels] if len(labels) else labels
        return self.clusters.assign(size=sizes, kept=labels == np.arange(self.n_records))

    def _frame(self, pairs: Pairs) -> pd.DataFrame:
        ids = self.records["record"].to_numpy()
        return pd.DataFrame(
            {
                "left": ids[pairs.left], "right": ids[pairs.right], "score": pairs.score,
                "reason": pd.Series(pairs.reason, dtype=str),
            }
        )  # fmt: skip

    def _headline(self) -> str:
        n, left = self.n_records, self.n_clusters
        share = f" ({format_percent(self.n_removed / n)})" if n else ""
        sizes = np.bincount(self.grouped.labels) if n else np.zeros(0, dtype=np.int64)
        return (
            f"{_count(n, 'record')}: {_count(self.n_removed, 'duplicate')} removed{share}, "
            f"{_count(left, 'record')} left; {_count(int((sizes > 1).sum()), 'cluster')} of "
            f"duplicates, {_count(len(self.unsure), 'unsure pair')} for a person to decide, "
            f"{_count(len(self.versions), 'pair')} of versions, counted apart."
        )

    def _notes(self) -> list[str]:
        told = [self.note] if self.note else []
        if self.verdicts:
            yes = sum(verdict.duplicate for verdict in self.verdicts)
            told.append(
                f"{_count(len(self.verdicts), 'verdict')} of a person: {format_count(yes)} yes, "
                f"{format_count(len(self.verdicts) - yes)} no."
            )
        return told

    def summary(self) -> str:
        """Return headline, notes, removed records by source, and the first unsure pairs, as text."""
        parts = [self.title, self._headline(), *(f"Note: {note}" for note in self._notes())]
        for label, frame in self._tables():
            parts += ["", label, frame.to_string(index=False, max_rows=_MOST_ROWS)]
        return "\n".join(parts)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        unsure = self.unsure.drop(columns="duplicate")
        shown = [name for name in ("left", "right", "reason", "title_left") if name in unsure]
        tables = [("Removed, by source of the record that stays", self.count_removed()),
                  ("Unsure", unsure[shown].head(_MOST_ROWS))]  # fmt: skip
        return [(label, frame) for label, frame in tables if len(frame)]

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self._notes())
        tables = "".join(
            f"<p>{escape(label)}</p>{frame.to_html(index=False, border=0, max_rows=_MOST_ROWS)}"
            for label, frame in self._tables()
        )
        return f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>{notes}{tables}"


def _count(n: int, noun: str) -> str:
    return f"{format_count(n)} {noun}{'' if n == 1 else 's'}"
