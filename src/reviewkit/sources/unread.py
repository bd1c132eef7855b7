"""What a reader does not read, counted, so that the log names each thing once."""

from __future__ import annotations

from reviewkit.sources.raw_records import Note

__all__ = ["Unread"]


class Unread:
    """Fields or columns that hold something and have no place in a record.

    >>> unread = Unread("field not read")
    >>> unread.see("groups", 3, 0); unread.see("groups", 9, 1)
    >>> unread.notes()
    [Note(line=3, record=0, what='field not read', text='groups (2 times)')]
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._seen: dict[str, list[int]] = {}

    def see(self, name: str, line: int, record: int) -> None:
        """Count one more value under a name; the first one gives the line and the record."""
        entry = self._seen.setdefault(name, [line, record, 0])
        entry[2] += 1

    def notes(self) -> list[Note]:
        """Return one note a name, in the order of the file."""
        return [
            Note(line, record, self.what, f"{name} ({count} time{'s' if count > 1 else ''})")
            for name, (line, record, count) in self._seen.items()
        ]
