"""Appraisals in files and frames: told apart, spelled alike, and every repair logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.answers import fold
from reviewkit.appraisal.instrument_choice import find_facts, tell_instrument
from reviewkit.appraisal.instruments import Instrument, Item, choose_instrument
from reviewkit.appraisal.layouts import (
    Cell,
    Sheet,
    find_roles,
    is_total,
    list_cells,
    make_sheet,
    note_subject,
)
from reviewkit.sources.repairs import Repair, sort_repairs
from reviewkit.sources.spreadsheet import read_table
from reviewkit.sources.suggestions import suggest_name

__all__ = ["OVERALL", "read_appraisal", "tidy_appraisal"]

OVERALL = "overall"

Key = tuple[str, str, str]  # appraiser, study, item


class _Answer(NamedTuple):
    answer: str
    note: str
    row: int


def read_appraisal(
    path: str | PathLike[str], *, instrument: str | PathLike[str] | Instrument | None = None
) -> pd.DataFrame:
    r"""Read the answers to the items of an instrument, as one or more people gave them.

    Parameters
    ----------
    path : path-like
        A csv, tsv, xlsx, xls or ods file.  Long: ``study, item, judgement`` and, if need be,
        ``note, appraiser``; the overall judgement is an item ``overall``.  Or wide: ``study`` and
        one column an item, headed by its number (1, Q1, D1), its title or its question.
    instrument : str, path-like or Instrument, optional
        A name of :func:`~reviewkit.appraisal.instruments.list_instruments`, or a TOML file of your
        own.  Without it, file name and cells tell the instrument, which the log says.

    Returns
    -------
    DataFrame
        One row a study and item, ``study, item, judgement, note`` (and ``appraiser``), in the
        order of studies and items; items are the numbers of the instrument, judgements its
        answers.  An item without an answer has a missing judgement.  ``attrs["log"]`` is a
        :class:`~reviewkit.sources.repairs.Repairs`, ``attrs["instrument"]`` the instrument.

    Raises
    ------
    InputError
        If items or answers are unknown, an item is answered twice, a row names no study, or an
        appraiser has no answer: one message lists them all.  If there are totals and no items.
    ParseError
        If the file is no table.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "jbi.csv"
    >>> _ = path.write_text("study,Q1,Q2,Q3,Q4,Q5,Q6,Q7,Q8,Q9\nAda 2019,Y,y,No,yes,U,Y,Y,Y,n/a\n")
    >>> frame = read_appraisal(path)
    >>> frame["judgement"].tolist()[:5], frame.attrs["instrument"].name
    (['yes', 'yes', 'no', 'yes', 'unclear'], 'jbi-prevalence')
    """
    table = read_table(path)
    sheet = Sheet(table.frame, table.lines, table.path.name)
    return _tidy(
        sheet, None if instrument is None else choose_instrument(instrument), table.repairs
    )


def tidy_appraisal(
    data: pd.DataFrame | str | PathLike[str],
    instrument: str | PathLike[str] | Instrument | None,
) -> pd.DataFrame:
    """Return a file or a frame of any layout as :func:`read_appraisal` does."""
    if not isinstance(data, pd.DataFrame | str | PathLike):
        raise InputError(
            f"An appraisal must be a frame or a file. Got {type(data).__name__}. Give the frame of "
            f"read_appraisal, or the path of a table."
        )
    if not isinstance(data, pd.DataFrame):
        return read_appraisal(data, instrument=instrument)
    given = data.attrs.get("instrument") if instrument is None else instrument
    return _tidy(make_sheet(data), None if given is None else choose_instrument(given), ())


def _tidy(sheet: Sheet, instrument: Instrument | None, repairs: Iterable[Repair]) -> pd.DataFrame:
    roles = find_roles(sheet)
    if sheet.frame.empty:
        raise InputError(f"{sheet.name!r} must have a row. It has a header only. Fill it in.")
    cells, is_long = list_cells(sheet, roles)
    notes = [*repairs]
    if instrument is None:
        instrument, how = tell_instrument(cells, sheet.name)
        what = f"instrument told by {how}: {instrument.name}"
        notes.append(Repair(sheet.name, 1, "", instrument.name, instrument.name, what))
    reader = _Reader(sheet, instrument, notes)
    facts = set() if is_long else find_facts(cells, instrument)
    for cell in cells:
        if cell.heading in facts or (not is_long and note_subject(cell.heading)):
            reader.others.setdefault(cell.heading, []).append(cell)
        else:
            reader.take(cell, named=is_long and cell.column == roles["judgement"])
    frame = reader.finish(with_appraiser="appraiser" in roles)
    frame.attrs["log"] = sort_repairs(notes)
    frame.attrs["instrument"] = instrument
    return frame


class _Reader:
    """Answers as they are read, with what was repaired and what cannot be."""

    def __init__(self, sheet: Sheet, instrument: Instrument, notes: list[Repair]) -> None:
        self.sheet, self.instrument, self.notes = sheet, instrument, notes
        self.problems: list[tuple[int, str]] = []
        self.answers: dict[Key, _Answer] = {}
        self.item_notes: dict[Key, str] = {}
        self.studies: dict[str, dict[str, int]] = {}  # by appraiser, with the row
        self.active: set[str] = set()  # appraisers who wrote something
        self.others: dict[str, list[Cell]] = {}  # cells under headings that are no items

    def take(self, cell: Cell, *, named: bool) -> None:
        """Take a cell; `named` says that its heading must be an item."""
        if not cell.study:
            if cell.text or cell.heading == cell.column:
                self._blame(cell, "no study is named")
            return
        self.studies.setdefault(cell.appraiser, {}).setdefault(cell.study, cell.row)
        if cell.text and (named or self.instrument.find_item(cell.heading)):
            self.active.add(cell.appraiser)
        item = self.instrument.find_item(cell.heading)
        is_overall = item is None and self.instrument.names_overall(cell.heading)
        if item is None and not is_overall:
            if named:
                known = [one.title for one in self.instrument.items]
                hint = suggest_name(cell.heading, known) if cell.heading else ""
                self._blame(cell, f"{cell.heading!r} is no item of {self.instrument.name}.{hint}")
            else:
                self.others.setdefault(cell.heading, []).append(cell)
            return
        self._keep(cell, item, named=named)

    def _keep(self, cell: Cell, item: Item | None, *, named: bool) -> None:
        """Keep the answer of a cell to an item, or to none: the overall judgement."""
        key = (cell.appraiser, cell.study, OVERALL if item is None else item.id)
        answer = self.instrument.read(item, cell.text) if cell.text else ""
        if cell.text and not answer:
            allowed = ", ".join(self.instrument.allowed(item))
            why = f" {self.instrument.numbers}" if cell.text in ("0", "1") else ""
            where = "overall" if item is None else f"item {item.id}"
            self._blame(cell, f"{cell.text!r} is no answer to {where} ({allowed}).{why}")
            return
        before = self.answers.get(key)
        # A column of a long table may repeat the overall judgement in each row of a study.
        spread = item is None and not named
        if before is not None:
            if spread and (not answer or answer == before.answer):
                return
            if not spread or before.answer:
                line = self.sheet.lines[before.row]
                what = f"overall {before.answer!r}" if item is None else f"item {item.id}"
                self._blame(cell, f"{cell.study!r} has {what} in line {line} already")
                return
        self.answers[key] = _Answer(answer, cell.note, cell.row)
        self._log(cell, item, answer)

    def _log(self, cell: Cell, item: Item | None, answer: str) -> None:
        if cell.text == answer:
            return
        what = "spelling of an answer"
        if self.instrument.is_assumed(item, cell.text):
            what = f"lacking information counts as {answer} in this instrument"
        elif fold(cell.text) == answer:
            what = "case of an answer"
        line = self.sheet.lines[cell.row]
        self.notes.append(Repair(self.sheet.name, line, cell.column, cell.text, answer, what))

    def _blame(self, cell: Cell, reason: str) -> None:
        line = self.sheet.lines[cell.row]
        self.problems.append((cell.row, f"line {line}, column {cell.column!r}: {reason}"))

    def _sort_others(self) -> None:
        """Take notes on items; refuse what looks like an item, and log what is left out."""
        for heading, cells in self.others.items():
            subject = note_subject(heading)
            item = self.instrument.find_item(subject) if subject else None
            if item is not None:
                pairs = ((c, (c.appraiser, c.study, item.id)) for c in cells if c.text)
                self.item_notes |= {key: cell.text for cell, key in pairs}
                continue
            texts = {cell.text for cell in cells} - {""}
            readable = texts and all(
                self.instrument.read(self.instrument.items[0], t) for t in texts
            )
            if readable and not is_total(heading):
                known = [one.title for one in self.instrument.items]
                self._blame(cells[0], f"{heading!r} holds answers, and is no item of "
                            f"{self.instrument.name}.{suggest_name(heading, known)}")  # fmt: skip
                continue
            what = (
                "total left out, the items are kept" if is_total(heading) else "column is no item"
            )
            self.notes.append(Repair(self.sheet.name, 1, heading, heading, heading, what))

    def _check(self) -> None:
        self._sort_others()
        for appraiser, studies in self.studies.items():
            if appraiser not in self.active:
                who = f"appraiser {appraiser!r}" if appraiser else "the table"
                row = min(studies.values())
                self.problems.append((row, f"line {self.sheet.lines[row]}: {who} has no answer"))
        if not self.studies and not self.problems:
            self.problems.append((0, "there is no study"))
        if self.problems:
            listed = list(dict.fromkeys(text for _, text in sorted(self.problems)))
            count = len(listed)
            raise InputError(
                f"{self.sheet.name!r} must hold an answer of {self.instrument.name} in each cell. "
                f"{count} {'does' if count == 1 else 'do'} not:\n  "
                + list_some(listed, sep="\n  ")
                + "\nCorrect them; for items or answers of your own, give `instrument` a TOML file."
            )

    def _note_lookalikes(self) -> None:
        """Note studies whose names differ by case and spaces only: they are two."""
        for studies in self.studies.values():
            plain: dict[str, str] = {}
            for study, row in studies.items():
                other = plain.setdefault(" ".join(study.casefold().split()), study)
                if other != study:
                    what = f"differs from {other!r} by case or spaces only"
                    line = self.sheet.lines[row]
                    self.notes.append(Repair(self.sheet.name, line, "study", study, study, what))

    def finish(self, *, with_appraiser: bool) -> pd.DataFrame:
        """Return all answers in order, those that lack too."""
        self._check()
        self._note_lookalikes()
        rows: list[dict[str, str | None]] = []
        by_study: dict[tuple[str, str], dict[str, _Answer]] = {}
        for (appraiser, study, item), answer in self.answers.items():
            by_study.setdefault((appraiser, study), {})[item] = answer
        for appraiser, studies in self.studies.items():
            for study, row in studies.items():
                found = by_study.get((appraiser, study), {})
                rows += self._rows(appraiser, study, row, found)
        frame = pd.DataFrame(rows, columns=["study", "item", "judgement", "note", "appraiser"])
        frame = frame.astype(dict.fromkeys(frame.columns, "str"))
        return frame if with_appraiser else frame.drop(columns="appraiser")

    def _rows(
        self, appraiser: str, study: str, row: int, found: Mapping[str, _Answer]
    ) -> Iterable[dict[str, str | None]]:
        for item in _asked(self.instrument, found):
            answer = found.get(item.id)
            if answer is None or not answer.answer:
                what = f"no answer: {study}, item {item.id}"
                line = self.sheet.lines[row if answer is None else answer.row]
                self.notes.append(Repair(self.sheet.name, line, self.instrument.code(item), "", "", what))  # fmt: skip
            note = self.item_notes.get((appraiser, study, item.id), answer.note if answer else "")
            yield _row(study, item.id, answer.answer if answer else "", note, appraiser)
        overall = found.get(OVERALL)
        if overall is not None and overall.answer:
            yield _row(study, OVERALL, overall.answer, overall.note, appraiser)


def _row(study: str, item: str, answer: str, note: str, who: str) -> dict[str, str | None]:
    return {"study": study, "item": item, "judgement": answer or None, "note": note or None,
            "appraiser": who}  # fmt: skip


def _asked(instrument: Instrument, found: Mapping[str, _Answer]) -> list[Item]:
    """Return the items that a study must answer: of groups for a design, those that it began."""
    if not instrument.by_design:
        return [*instrument.items]
    first = instrument.items[0].group
    begun = {first} | {i.group for i in instrument.items if i.id in found and found[i.id].answer}
    return [item for item in instrument.items if item.group in begun]
