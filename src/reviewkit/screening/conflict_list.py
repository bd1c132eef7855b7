"""The list of conflicts as a result: a frame, a file for the meeting, and final verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from os import PathLike
from pathlib import Path
from typing import ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.agreement.verdicts import CONSENSUS
from reviewkit.sources.decisions import read_decisions
from reviewkit.sources.spreadsheet import write_table
from reviewkit.sources.votes import VERDICTS

__all__ = ["Conflict", "Conflicts", "Vote"]

_SHOWN = 20  # conflicts that a summary prints


class Vote(NamedTuple):
    """What one rater said."""

    rater: str
    verdict: str
    reason: str


class Conflict(NamedTuple):
    """A record on which raters disagree."""

    record: str
    stage: str  # "" where the decisions have none
    kind: str  # as "include/exclude"
    votes: tuple[Vote, ...]
    record_reason: str  # reasons that are not known to be a rater's
    title: str
    authors: str
    final: str  # "" until it is settled
    final_reason: str


@dataclass(frozen=True, slots=True)
class Conflicts(Result):
    """Records on which raters disagree, and what was agreed upon in the end."""

    title: ClassVar[str] = "Conflicts for the consensus meeting"

    rows: tuple[Conflict, ...]
    raters: tuple[str, ...]
    n_compared: int  # records and stages that two raters or more decided
    n_single: int  # that one rater decided: nobody to disagree with
    maybe: str  # what "maybe" counts as
    with_records: bool  # whether titles and authors are known

    @property
    def n_open(self) -> int:
        """Conflicts without a final verdict."""
        return sum(not row.final for row in self.rows)

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many conflicts there are of each kind, the commonest first."""
        return dict(Counter(row.kind for row in self.rows).most_common())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a record and stage, as the list for the meeting has it."""
        columns: dict[str, list[str]] = {
            "record": [row.record for row in self.rows],
            "stage": [row.stage for row in self.rows],
            "kind": [row.kind for row in self.rows],
        }
        if self.with_records:
            columns["title"] = [row.title for row in self.rows]
            columns["authors"] = [row.authors for row in self.rows]
        cast = [{vote.rater: vote for vote in row.votes} for row in self.rows]
        for rater in self.raters:
            votes = [own.get(rater, Vote(rater, "", "")) for own in cast]
            columns[f"verdict: {rater}"] = [vote.verdict for vote in votes]
            if any(vote.reason for vote in votes):
                columns[f"reason: {rater}"] = [vote.reason for vote in votes]
        if any(row.record_reason for row in self.rows):
            columns["reasons of the record"] = [row.record_reason for row in self.rows]
        columns["final"] = [row.final for row in self.rows]
        columns["final_reason"] = [row.final_reason for row in self.rows]
        return pd.DataFrame(columns, dtype=object)

    def to_decisions(self) -> pd.DataFrame:
        """Return the final verdicts as decisions of the rater "consensus", to stand beside the votes."""
        settled = [row for row in self.rows if row.final]
        columns = {
            "record": [row.record for row in settled],
            "rater": [CONSENSUS] * len(settled),
            "stage": [row.stage or None for row in settled],
            "verdict": [row.final for row in settled],
            "reason": [row.final_reason or None for row in settled],
            "decided_at": [None] * len(settled),
        }
        return pd.DataFrame(columns, dtype="str")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the list for the meeting, as csv or xlsx by the ending of the name.

        Parameters
        ----------
        path : path-like
            Where to write; the columns `final` and `final_reason` are to be filled in there.

        Returns
        -------
        Path
            Of the written file.

        Raises
        ------
        InputError
            If the name ends with neither .csv nor .xlsx.
        """
        path = Path(path)
        if path.suffix.lower() == ".csv":
            write_table(self.to_frame(), path)
        elif path.suffix.lower() == ".xlsx":
            from reviewkit.screening.conflict_workbook import write_workbook

            write_workbook(self.to_frame(), path)
        else:
            raise InputError(
                f"`path` must end with .csv or .xlsx. Got {path.name!r}. Rename it, as "
                f"'conflicts.xlsx'."
            )
        return path

    def with_verdicts(self, final: str | PathLike[str] | pd.DataFrame) -> Conflicts:
        """Return the list with final verdicts, from a file or frame that was filled in.

        Parameters
        ----------
        final : path-like or DataFrame
            The list as it came back: `record`, `stage` if there are several, `final` and
            perhaps `final_reason`.  A blank `final` leaves the conflict open.

        Returns
        -------
        Conflicts
            A new list; ``.n_open`` counts what is still unanswered.

        Raises
        ------
        InputError
            If a verdict is not known, or a record is not on this list.
        """
        answers = _read_frame(final) if isinstance(final, pd.DataFrame) else _read_file(final)
        places = {(row.record, row.stage): at for at, row in enumerate(self.rows)}
        by_record = Counter(row.record for row in self.rows)
        if not any(stage for _, stage in answers):  # a list without stages, where one is enough
            first = {row.record: row.stage for row in self.rows if by_record[row.record] == 1}
            answers = {(r, first.get(r, stage)): a for (r, stage), a in answers.items()}
        strangers = [repr(record) for record, stage in answers if (record, stage) not in places]
        if strangers:
            raise InputError(
                f"Final verdicts must be on records of this list. Not on it: "
                f"{list_some(strangers, sep=', ')}. Correct the record, or the stage beside it."
            )
        rows = [
            row._replace(final=answers[key][0], final_reason=answers[key][1])
            if (key := (row.record, row.stage)) in answers
            else row
            for row in self.rows
        ]
        return replace(self, rows=tuple(rows))

    def summary(self) -> str:
        """Return title, headline and the first conflicts."""
        table = self.to_frame().head(_SHOWN).to_string()
        more = len(self.rows) - _SHOWN
        rest = f"\n… and {format_count(more)} more" if more > 0 else ""
        return f"{self.title}\n{self._headline()}\n\n{table}{rest}"

    def _repr_html_(self) -> str:
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>"
        return head + self.to_frame().to_html(max_rows=_SHOWN, border=0)

    def _headline(self) -> str:
        kinds = ", ".join(f"{format_count(n)} {kind}" for kind, n in self.kinds.items())
        many = len(self.rows)
        text = (
            f"{format_count(many)} conflict{'s' * (many != 1)} among "
            f"{format_count(self.n_compared)} record{'s' * (self.n_compared != 1)} that several "
            f"raters decided"
        )
        text += f" ({kinds})." if kinds else "."
        if many:
            text += f" {format_count(self.n_open)} without a final verdict."
        if self.maybe != "separate":
            text += f" Maybe counts as {self.maybe}."
        if self.n_single:
            text += f" {format_count(self.n_single)} decided by one rater only."
        return text


def _read_file(path: str | PathLike[str]) -> dict[tuple[str, str], tuple[str, str]]:
    frame = read_decisions(path)
    frame = frame[frame["rater"] == CONSENSUS].astype(object).fillna("")
    keys = zip(frame["record"], frame["stage"], strict=True)
    return dict(zip(keys, zip(frame["verdict"], frame["reason"], strict=True), strict=True))


def _read_frame(frame: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    check_columns(frame.columns, {"record": "record", "final": "final"})
    columns = ("record", "stage", "final", "final_reason")
    texts = {name: frame.get(name, "") for name in columns}
    cells = pd.DataFrame(texts, index=frame.index).astype(object)
    cells = cells.where(cells.notna(), "").astype(str).apply(lambda column: column.str.strip())
    words = {text: VERDICTS.get(text.casefold(), "") for text in set(cells["final"]) if text}
    unknown = sorted(repr(text) for text, verdict in words.items() if not verdict)
    if unknown:
        raise InputError(
            f"`final` must hold include, exclude or maybe, or nothing. Got "
            f"{list_some(unknown, sep=', ')}. Correct it."
        )
    return {
        (row.record, row.stage): (words[row.final], row.final_reason)
        for row in cells.itertuples(index=False)
        if row.final
    }
