"""The command line: the whole job without a notebook.

Exit codes: 0 all is well, 1 the checks found something, 2 it could not run.  A
message goes to standard error, without a traceback; ``--traceback`` shows it to
whoever hunts a bug.  A command is a function of the parsed arguments that
returns an exit code; :data:`COMMANDS` names it, its help and its arguments.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import reviewkit
from reviewkit._core.errors import ReviewkitError, ReviewkitWarning
from reviewkit.cli_audit import AUDIT_ARGUMENTS, run_audit, run_diff, run_lock
from reviewkit.cli_prisma import PRISMA_ARGUMENTS, run_prisma

__all__ = ["COMMANDS", "main"]

FINE, FOUND, FAILED = 0, 1, 2

ABOUT = "Take a systematic review from its files to its published numbers, and prove each one."
START = """\
start here:
  reviewkit demo                two real reviews: reports, figures, tables in demo/
  reviewkit new my-review       a folder ready to fill
  reviewkit check my-review     what does not add up, and how to mend it
  reviewkit audit my-review     every number against every other, also those printed
  reviewkit report my-review    one HTML page to read, send or print

exit codes: 0 all is well, 1 the checks found something, 2 it could not run
"""


class Command(NamedTuple):
    """What a command does, in a line and at length, and what it takes."""

    run: Callable[[argparse.Namespace], int]
    line: str
    help: str
    arguments: tuple[tuple[tuple[str, ...], Mapping[str, object]], ...]


def run_demo(options: argparse.Namespace) -> int:
    """Open the bundled reviews and write all that can be made of them."""
    from reviewkit.review.demo import write_demo

    with show_progress() as advance:
        reviews = write_demo(options.folder, progress=advance)
    for review in reviews:
        print(review.summary())
        for finding in review.findings:
            if finding.severity != "note":
                print(f"  {finding.severity} at {finding.where}: {finding.message}")
        print(f"Open {options.folder / review.folder.name / 'report.html'}\n")
    return FINE


def run_new(options: argparse.Namespace) -> int:
    """Make a folder to fill."""
    from reviewkit.review.starter import write_starter

    write_starter(options.folder)
    print(f"Made {options.folder}. Read README.txt in it, fill in what you have, then run:")
    print(f"  reviewkit check {options.folder}\n  reviewkit report {options.folder}")
    return FINE


def run_check(options: argparse.Namespace) -> int:
    """Say what does not add up."""
    from reviewkit.review.folder import open_review

    review = open_review(options.folder)
    print(review.summary())
    for finding in review.findings:
        print(f"\n{finding}")
    return FOUND if any(f.severity != "note" for f in review.findings) else FINE


def run_report(options: argparse.Namespace) -> int:
    """Write the report."""
    from reviewkit.review.folder import open_review

    path = options.output or options.folder / "report.html"
    print(f"Written to {open_review(options.folder).report(path)}")
    return FINE


@contextmanager
def show_progress() -> Iterator[Callable[[int, int, str], None]]:
    """Show how far a task has come, on standard error and only on a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def advance(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield advance


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="reviewkit", description=ABOUT, epilog=START, formatter_class=plain, allow_abbrev=False
    )
    version = f"reviewkit {reviewkit.__version__}"
    parser.add_argument("--version", action="version", version=version)
    common = argparse.ArgumentParser(add_help=False)
    for to, default in ((parser, False), (common, argparse.SUPPRESS)):
        to.add_argument(
            "--traceback", action="store_true", default=default,
            help="show where in the program an error arose",
        )  # fmt: skip
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name, help=command.line, description=command.help, formatter_class=plain,
            parents=[common], allow_abbrev=False,
        )  # fmt: skip
        sub.set_defaults(run=command.run)
        for names, how in command.arguments:
            sub.add_argument(*names, **how)  # type: ignore[arg-type]
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the program; return its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        What follows the name of the program; left out, what was typed.

    Returns
    -------
    int
        0 all is well, 1 the checks found something, 2 it could not run.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that knows no τ prints a question mark
            stream.reconfigure(errors="replace")
    if arguments is None:
        arguments = sys.argv[1:]
    parser = build_parser()
    if not arguments:
        parser.print_help()
        return FINE
    options = parser.parse_args(arguments)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ReviewkitWarning)
        code = _run(options)
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        print(f"Note: {text}", file=sys.stderr)
    return code


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except BrokenPipeError:  # whoever reads has seen enough, as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except (ReviewkitError, OSError) as error:
        if options.traceback:
            raise
        print(f"reviewkit: {error}", file=sys.stderr)
        return FAILED


_FOLDER = (
    ("folder",),
    {"metavar": "DIR", "type": Path, "help": "a review folder; 'reviewkit new' makes one"},
)

#: Commands by name, in the order of the help.
COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "demo": Command(
            run_demo,
            "open the two bundled reviews and write all that can be made of them",
            "Open the two bundled reviews; write a report each, all figures (svg, pdf, png) and\n"
            "tables (csv), and a manifest of inputs and versions; print the findings.",
            (
                (
                    ("folder",),
                    {
                        "metavar": "DIR",
                        "type": Path,
                        "nargs": "?",
                        "default": Path("demo"),
                        "help": "where to write (default: demo)",
                    },
                ),
            ),
        ),
        "new": Command(
            run_new,
            "make a folder ready to fill",
            "Make a folder ready to fill: review.toml, empty tables with their columns, a guide.\n"
            "Nothing that is there is overwritten. Any part of a review may be missing.",
            (_FOLDER,),
        ),
        "check": Command(
            run_check,
            "say what in a review does not add up",
            "Read a review and say what does not add up. Errors are impossible numbers, warnings\n"
            "contradictions that may have an explanation; both make the exit code 1. Notes say\n"
            "what is not reported and so cannot be checked; they leave it at 0.",
            (_FOLDER,),
        ),
        "audit": Command(
            run_audit,
            "check every number of a review against every other",
            "Check every number of a review, your own or a published one, against every other: with\n"
            "the arithmetic, the quote, the place and how to mend it. Files that cannot be read are\n"
            "findings; the rest is audited. Of a manuscript (txt, docx, pdf) the numbers that were\n"
            "found in it are audited: read each finding beside its quote. Errors and warnings make\n"
            "the exit code 1.",
            AUDIT_ARGUMENTS,
        ),
        "lock": Command(
            run_lock,
            "write down the hashes of a review's files and all its numbers",
            "Write review.lock: the hashes of all files and every number that came of them. Keep it\n"
            "beside what you publish; 'reviewkit diff' says later what changed.",
            (
                _FOLDER,
                (
                    ("-o", "--output"),
                    {"metavar": "FILE", "type": Path, "help": "default: review.lock in DIR"},
                ),
            ),
        ),
        "diff": Command(
            run_diff,
            "say what changed between two versions of a review",
            "Say in words what changed in flow, agreement, themes and pools. Each of the two is a\n"
            "review folder or a lock; one folder alone is compared with its own review.lock. The\n"
            "exit code is 1 where something changed.",
            (
                (
                    ("old",),
                    {"metavar": "DIR|LOCK", "type": Path, "help": "a review folder or a lock"},
                ),
                (
                    ("new",),
                    {"metavar": "DIR", "type": Path, "nargs": "?", "help": "the later one"},
                ),
                (
                    ("-o", "--output"),
                    {"metavar": "FILE", "type": Path, "help": "write it as .html or .csv too"},
                ),
            ),
        ),
        "report": Command(
            run_report,
            "write a review as one HTML page",
            "Write the review as one HTML page that needs no network, to read, send or print:\n"
            "flow, agreement, studies, themes, pooled results, and the data behind each figure.",
            (
                _FOLDER,
                (
                    ("-o", "--output"),
                    {"metavar": "FILE", "type": Path, "help": "default: report.html in DIR"},
                ),
            ),
        ),
        "prisma": Command(
            run_prisma,
            "check the counts of a PRISMA flow and draw it",
            "Read the counts of a PRISMA 2020 flow, say what does not add up, and write its figure.\n"
            "FILE has the columns box and n, or is a csv of the R package PRISMA2020; of a review\n"
            "folder DIR the flow is taken. A flow that contradicts itself is marked in the figure,\n"
            "and makes the exit code 1.",
            PRISMA_ARGUMENTS,
        ),
    }
)

if __name__ == "__main__":
    sys.exit(main())
