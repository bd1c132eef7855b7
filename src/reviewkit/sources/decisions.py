"""Who decided what about which record: one row a decision.

A file is told by its content: exports of screening tools by
:data:`~reviewkit.sources.decision_exports.EXPORTS`, else a plain table, long or wide
(:mod:`~reviewkit.sources.decision_layouts`).  Several files are joined by record
(:mod:`~reviewkit.sources.decision_merge`); verdicts and stages go by the spellings in
:mod:`~reviewkit.sources.votes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.decision_counts import count_votes
from reviewkit.sources.decision_files import gather_pieces
from reviewkit.sources.decision_labels import (
    CONSENSUS,
    hide_addresses,
    label_people,
    relabel,
    relabel_repair,
)
from reviewkit.sources.decision_merge import choose_stage, merge_parts, refuse_repeats
from reviewkit.sources.decision_parts import read_part
from reviewkit.sources.repairs import Repair, Repairs
from reviewkit.sources.typed import as_text
from reviewkit.sources.votes import name_stage

__all__ = ["read_decision_files", "read_decisions"]

_COLUMNS = ("record", "rater", "stage", "verdict", "reason", "decided_at")
_OF_RECORD = ("record_reason", "record_labels")


def read_decisions(path: str | PathLike[str], *, stage: str | None = None) -> pd.DataFrame:
    r"""Read the decisions of raters from the export of a screening tool or a plain table.

    Parameters
    ----------
    path : path-like
        A file, told by its content: articles.csv or the customizations log of Rayyan, or its RIS
        or BibTeX; a list or the extraction table of Covidence; a project or csv of ASReview; the
        labels of Abstrackr; a list of conflicts that came back from a meeting; or a plain table
        (csv, tsv, xlsx, xls, ods): one row a record and rater, with the columns ``record, rater,
        verdict`` and perhaps ``stage, reason, decided_at``; or one row a record, with ``record``
        and one column a rater.  Or a folder or zip of such files, joined by record; a file there
        that names no rater is that of the rater whom its own name names.
    stage : {"title_abstract", "full_text"}, optional
        If the files have stages, the one to keep; else the one that all decisions belong to.

    Returns
    -------
    DataFrame
        One row a decision, all text: ``record, rater, stage, verdict, reason, decided_at``;
        ``verdict`` is ``include, exclude`` or ``maybe``.  Verdicts that a team agreed upon are
        those of the rater ``consensus``.  Where a file keeps reasons and labels by record and not
        by rater, they stand in two more columns, ``record_reason`` and ``record_labels``.

        Who has not decided has no row; ``attrs["counts"]`` has, for each stage, how many records
        nobody, one rater and several raters decided, and what each rater did.  ``attrs["log"]``, a
        :class:`~reviewkit.sources.repairs.Repairs`, lists the spellings that were translated and
        what was left out.  In a wide table a reason goes to those who excluded.

    Raises
    ------
    ParseError
        If a file is none of these, holds no decisions, or is an archive that could do harm.
    InputError
        If a verdict or a stage is not known, a record or rater is not named, or somebody decided
        twice on a record at one stage.

    Notes
    -----
    An e-mail address is replaced by "reviewer 1", "reviewer 2", …, in the order of the SHA-256
    hash of the address in lower case over all files that are read at once, and is kept nowhere.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "screening.csv"
    >>> _ = path.write_text("record,Ada,Bo\n7,Included,yes\n9,,Excluded\n")
    >>> frame = read_decisions(path, stage="title/abstract")
    >>> frame[["record", "rater", "verdict"]].to_numpy().tolist()
    [['7', 'Ada', 'include'], ['7', 'Bo', 'include'], ['9', 'Bo', 'exclude']]
    >>> [entry.what for entry in frame.attrs["log"] if entry.column == "Ada"]
    ['verdict: 1 cell', 'undecided: 1 of 2 records']
    >>> print(frame.attrs["counts"].summary().splitlines()[1])
    title_abstract: of 2 records, 1 decided by several raters, 1 by one, 0 by nobody.
    """
    wanted = None if stage is None else name_stage(stage)
    return _read([Path(path)], Path(path), wanted)


def read_decision_files(paths: Sequence[Path]) -> pd.DataFrame:
    """Read several files of one folder as :func:`read_decisions` reads a folder of them.

    Files that are not in `paths` are as if they were not there.  One file alone is read as
    :func:`read_decisions` reads it.
    """
    return _read(paths, paths[0].parent if len(paths) > 1 else paths[0], None)


def _read(paths: Sequence[Path], whole: Path, wanted: str | None) -> pd.DataFrame:
    """Return the decisions of files; errors name nobody by address, their causes neither."""
    try:
        return _join(paths, whole, wanted)
    except (InputError, ParseError) as error:
        shown = hide_addresses(str(error))
        if shown == str(error):
            raise
        hidden = type(error)(shown)
    raise hidden  # here and not above: an error keeps the one that it was raised beside


def _join(paths: Sequence[Path], path: Path, wanted: str | None) -> pd.DataFrame:
    notes: list[Repair] = []
    pieces = [piece for file in paths for piece in gather_pieces(file, notes)]
    if len(paths) > 1:
        pieces = [piece._replace(is_one_of_several=True) for piece in pieces]
    parts = [read_part(piece, wanted, notes) for piece in pieces]
    cells = merge_parts(parts, path, notes)
    labels = label_people([*cells["rater"].unique()])
    named = {name: relabel(name, labels) for name in cells["rater"].unique()}
    cells["rater"] = cells["rater"].map(named).astype(object)
    is_final = cells["rater"].str.casefold() == CONSENSUS
    cells["rater"] = cells["rater"].mask(is_final, CONSENSUS)
    cells = choose_stage(cells, path, wanted, notes)
    refuse_repeats(cells, path)
    decided = cells[cells["verdict"] != ""]
    frame = _make_frame(decided, labels, notes)
    frame.attrs["log"] = _sort_log(notes, labels)
    frame.attrs["counts"] = count_votes(cells)
    return frame


def _make_frame(
    cells: pd.DataFrame, labels: Mapping[str, str], notes: list[Repair]
) -> pd.DataFrame:
    """Return the columns of the frame as text, with NaN where there is none."""
    idle = cells["verdict"] != "exclude"
    cells["reason"] = cells["reason"].mask(cells["is_shared"] & idle, "")
    found = cells[idle & (cells["reason"] != "")]
    for file, rows in found.groupby("file", sort=False):
        what = f"reason on a decision that excludes nothing: {len(rows)}"
        text, line = rows["reason"].iloc[0], int(rows["line"].iloc[0])
        notes.append(Repair(str(file), line, "reason", text, text, what))
    names = [*_COLUMNS, *(name for name in _OF_RECORD if (cells[name] != "").any())]
    columns = {}
    for name in names:
        texts = cells[name].to_numpy(dtype=object)
        if name in ("reason", *_OF_RECORD):
            texts = np.array([hide_addresses(text, labels) for text in texts], dtype=object)
        columns[name] = as_text(np.where(texts == "", np.nan, texts), pd.RangeIndex(len(texts)))
    return pd.DataFrame(columns)


def _sort_log(notes: list[Repair], labels: Mapping[str, str]) -> Repairs:
    """Return the log by file and row, without addresses."""
    files = list(dict.fromkeys(entry.file for entry in notes))
    ranked = sorted(notes, key=lambda entry: (files.index(entry.file), entry.row))
    return Repairs(relabel_repair(entry, labels) for entry in ranked)
