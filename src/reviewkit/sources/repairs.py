"""The log of a reader: every cell that it changed, dropped or wondered about.

A repair says where (file, row, column), what stood there and what stands there
now.  Where both are the same, nothing was changed and the entry is a finding:
something that a person should look at.  Readers keep their log in
``frame.attrs["log"]``.  pandas copies and compares ``attrs`` on almost every
operation; a log is therefore an immutable tuple, which costs nothing to copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple

import pandas as pd

__all__ = ["Repair", "Repairs", "sort_repairs"]


class Repair(NamedTuple):
    """One change to one cell, or to a whole row, column or file (`row` is then its first line)."""

    file: str  # name of the file, without its folder
    row: int  # line of a text file or row of a sheet, from 1; the header counts
    column: str  # name of the column, "" for a whole row or file
    before: str  # the text in the file
    after: str  # the text that is read instead; the same as `before` for a finding
    what: str  # what was done, or what was found


class Repairs(tuple[Repair, ...]):
    """An immutable sequence of repairs, in the order of the file.

    Examples
    --------
    >>> log = Repairs([Repair("a.csv", 7, "total", "12,599", "12599", "thousands separator")])
    >>> len(log), log[0].after
    (1, '12599')
    >>> print(log)
    1 entry
    1 × thousands separator
    """

    __slots__ = ()

    def __copy__(self) -> Repairs:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Repairs:
        return self

    @property
    def findings(self) -> Repairs:
        """The entries that changed nothing and that a person should look at."""
        return Repairs(entry for entry in self if entry.before == entry.after)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an entry: file, row, column, before, after, what."""
        return pd.DataFrame(list(self), columns=list(Repair._fields))

    def __str__(self) -> str:
        counts = Counter(entry.what.partition(":")[0] for entry in self).most_common()
        headline = f"{len(self)} entr{'y' if len(self) == 1 else 'ies'}"
        return "\n".join([headline, *(f"{count} × {what}" for what, count in counts)])

    def __repr__(self) -> str:
        return f"<Repairs: {len(self)}>"

    def _repr_html_(self) -> str:
        title = f"<h4>What was repaired</h4><p>{escape(str(self).splitlines()[0])}</p>"
        return title + self.to_frame().to_html(index=False, border=0)


def sort_repairs(entries: Iterable[Repair]) -> Repairs:
    """Return entries by row; what one row underwent stays in its order."""
    return Repairs(sorted(entries, key=lambda entry: entry.row))
