"""How far a long computation has come, shown where somebody may be waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

__all__ = ["Progress", "show_progress"]

Progress = Callable[[int, int], object]

_PATIENCE = 1.0  # seconds before a bar appears


@contextmanager
def show_progress(what: str, progress: Progress | None = None) -> Iterator[Progress]:
    """Give a function to be called with what is done and what is to do.

    `progress` is called each time, if there is one.  Else a bar appears on
    standard error after a second, on a terminal or in a notebook only.
    """
    if progress is not None:
        yield progress
        return
    with ExitStack() as stack:
        yield _Bar(what, stack)


class _Bar:
    """A bar that appears once it is worth it."""

    def __init__(self, what: str, stack: ExitStack) -> None:
        self._what, self._stack = what, stack
        self._due = monotonic() + _PATIENCE
        self._advance: Progress | None = None

    def __call__(self, done: int, total: int) -> None:
        if self._advance is None:
            if monotonic() < self._due:
                return
            self._advance = _open_bar(self._what, self._stack)
        self._advance(done, total)


def _open_bar(what: str, stack: ExitStack) -> Progress:
    """Return what moves a bar; nothing is shown where nobody would see it."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        return lambda done, total: None
    bar: Any = stack.enter_context(Bar(console=console, transient=True))
    task = bar.add_task(what, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)
