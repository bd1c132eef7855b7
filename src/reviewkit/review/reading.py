"""How a review folder is read: every file once, every fault kept until all are known.

A :class:`Ledger` goes through the folder with the reader.  It remembers which
files were read, what was repaired in them, what could not be read and what a
person should know; :meth:`Ledger.close` raises one error that lists all faults.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ReviewkitError, ReviewkitWarning
from reviewkit.sources.repairs import Repair, Repairs
from reviewkit.sources.spreadsheet import Table, read_table

T = TypeVar("T")

__all__ = ["PARTS", "SUFFIXES", "InputFile", "Ledger", "Place", "check_folder"]

#: What a review folder may hold, for messages.
PARTS = (
    "review.toml",
    "searches/",
    "screening/decisions.csv",
    "extraction/studies.csv",
    "extraction/outcomes.csv",
    "coding/codebook.csv",
    "coding/segments.csv",
    "appraisal/jbi.csv",
    "reported/*.csv",
)
#: Endings of files that may hold a table.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")


class Place(NamedTuple):
    """Where the rows of a table stand."""

    file: str  # path within the folder
    rows: tuple[int, ...]  # line or row of each row of the table, from 1


class InputFile(NamedTuple):
    """A file that a review was made from."""

    name: str  # path within the folder, with slashes
    sha256: str


def check_folder(folder: str | Path) -> Path:
    """Return the path of a folder that is there."""
    path = Path(folder)
    if not path.is_dir():
        found = "a file" if path.exists() else "nothing"
        raise InputError(
            f"A review is a folder. At {str(path)!r} there is {found}. "
            f"Check the name, or make a folder with `reviewkit new`."
        )
    return path


@dataclass(slots=True)
class Ledger:
    """What happens while a folder is read."""

    folder: Path
    inputs: list[InputFile] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)  # part → where its rows stand
    texts: dict[str, pd.DataFrame] = field(default_factory=dict)  # part → its cells as text

    def files(self, place: str) -> list[Path]:
        """Return the files of a part of the folder, by name; hidden ones are left out."""
        found = (self.folder / place).glob("*")
        return sorted(p for p in found if p.is_file() and not p.name.startswith((".", "~$")))

    def tables(self, place: str) -> list[Path]:
        """Return the files of a part that may hold a table."""
        return [path for path in self.files(place) if path.suffix.lower() in SUFFIXES]

    def find(self, name: str) -> Path | None:
        """Return the table of this name without ending; two of them are a fault."""
        place, _, stem = name.rpartition("/")
        found = [path for path in self.tables(place) if path.stem.lower() == stem]
        if len(found) > 1:
            listed = ", ".join(path.name for path in found)
            self.faults.append(f"{place}/: {stem} must be one file. Found {listed}. Keep one.")
            return None
        return found[0] if found else None

    def name(self, path: Path) -> str:
        """Return the path of a file within the folder."""
        return path.relative_to(self.folder).as_posix()

    def note_input(self, path: Path) -> None:
        """Remember that a file belongs to the review."""
        entry = InputFile(self.name(path), sha256(path.read_bytes()).hexdigest())
        if entry not in self.inputs:
            self.inputs.append(entry)

    def attempt(self, place: str, read: Callable[..., T], *given: Any, **options: Any) -> T | None:
        """Return what `read` gives; None if it fails, which becomes a fault.

        Warnings become notes.
        """
        return self._call(self.faults, place, read, given, options)

    def consider(self, place: str, make: Callable[..., T], *given: Any, **options: Any) -> T | None:
        """Return what `make` gives; None if it cannot be made from what was read: a note."""
        return self._call(self.notes, place, make, given, options)

    def _call(
        self,
        sink: list[str],
        place: str,
        call: Callable[..., T],
        given: tuple[Any, ...],
        options: dict[str, Any],
    ) -> T | None:
        found: T | None = None
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                found = call(*given, **options)
            except (ReviewkitError, OSError) as error:
                sink.append(f"{place}: {error}")
        for warning in caught:
            if issubclass(warning.category, ReviewkitWarning):
                self.notes.append(f"{place}: {warning.message}")
            else:
                warnings.warn_explicit(
                    warning.message, warning.category, warning.filename, warning.lineno
                )
        return found

    def is_filled(self, path: Path) -> bool:
        """Return whether a table has rows; what cannot be told is for its reader to say."""
        self.note_input(path)
        try:
            filled = not read_table(path).frame.empty
        except ReviewkitError:
            return True
        if not filled:
            self.notes.append(f"{self.name(path)} holds a heading only: not filled in yet.")
        return filled

    def table(self, path: Path, required: Sequence[str] = ()) -> Table | None:
        """Return a table as text; None if it is broken or holds a heading only."""
        if not self.is_filled(path):
            return None
        table = self.attempt(self.name(path), read_table, path, required=required)
        if table is not None:
            self.log(path, table.repairs)
            self.remember(path, table)
        return table

    def remember(self, path: Path, table: Table) -> None:
        """Keep the cells of a table and their lines, so that a number can be traced to them."""
        part = self.name(path).rpartition(".")[0]
        self.places[part] = Place(self.name(path), table.lines)
        self.texts[part] = table.frame

    def log(self, path: Path, repairs: Sequence[Repair]) -> None:
        """Keep what a reader repaired, under the path within the folder."""
        name = self.name(path)
        self.repairs += [entry._replace(file=name) for entry in repairs]

    def close(
        self, *, strict: bool = True
    ) -> tuple[tuple[InputFile, ...], Repairs, tuple[str, ...]]:
        """Return inputs, repairs and notes.

        Raises
        ------
        InputError
            If anything could not be read and `strict`; the message lists all of it.  If there is
            nothing to read.
        """
        if self.faults and strict:
            listed = "\n".join(f"  {fault}" for fault in self.faults[:20])
            more = f"\n  and {len(self.faults) - 20} more" if len(self.faults) > 20 else ""
            count = len(self.faults)
            raise InputError(
                f"Every file of a review must be readable. In {str(self.folder)!r} "
                f"{count} {'is' if count == 1 else 'are'} not:\n{listed}{more}\n"
                f"Correct what is listed; a part that is not needed may be taken out of the folder."
            )
        if not self.inputs:
            raise InputError(
                f"A review folder must hold at least one of {list_some(PARTS, sep=', ')}. "
                f"Found none in {str(self.folder)!r}. `reviewkit new` makes a folder to fill in."
            )
        return tuple(sorted(self.inputs)), Repairs(self.repairs), tuple(dict.fromkeys(self.notes))
