"""What a reader does not read, counted, so that the log names each thing once."""

from __future__ import annotations

from reviewkit.sources.raw_records import Note

__all__ = ["Unread"]


class Unread:
    """Fields or columns that hold something and have no place in a record.

    >>> unread = Unread("field not read")
    >>> unread.see("groups", 3); unread.see("groups", 9)
    >>> unread.notes()
    [Note(line=3, record=-1, what='field not read', text='groups (2 times)')]
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._seen: dict[str, list[int]] = {}

    def see(self, name: str, line: int) -> None:
        """Count one more value under a name, first seen in a line."""
        entry = self._seen.setdefault(name, [line, 0])
        entry[1] += 1

    def notes(self) -> list[Note]:
        """Return one note a name, in the order of the file."""
        return [
            Note(line, -1, self.what, f"{name} ({count} time{'s' if count > 1 else ''})")
            for name, (line, count) in self._seen.items()
        ]
