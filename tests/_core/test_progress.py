"""Progress is reported to who asks for it, and shown where somebody waits."""

import io
import sys

import pytest

from reviewkit._core import progress
from reviewkit._core.progress import show_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def patience(monkeypatch):
    """Set how long nothing is shown."""
    return lambda seconds: monkeypatch.setattr(progress, "_PATIENCE", seconds)


def test_a_callback_is_called_each_time():
    calls = []
    with show_progress("Pooling", lambda *done: calls.append(done)) as report:
        report(1, 2)
        report(2, 2)
    assert calls == [(1, 2), (2, 2)]


def test_nothing_is_shown_at_first(patience, monkeypatch):
    patience(1000)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with show_progress("Pooling") as report:
        report(1, 2)
    assert terminal.getvalue() == ""


def test_a_bar_appears_on_a_terminal(patience, monkeypatch):
    patience(0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with show_progress("Pooling subsets") as report:
        report(1, 2)
        report(2, 2)
    assert "Pooling subsets" in terminal.getvalue()


def test_a_file_stays_clean(patience, monkeypatch):
    patience(0)
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with show_progress("Pooling") as report:
        report(1, 2)
    assert file.getvalue() == ""


def test_an_error_inside_gets_out(patience):
    patience(0)

    def fail():
        with show_progress("Pooling") as report:
            report(1, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
