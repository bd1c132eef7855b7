"""The commands ``reviewkit audit``, ``lock`` and ``diff``: numbers against each other, and over time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

__all__ = ["AUDIT_ARGUMENTS", "run_audit", "run_diff", "run_lock"]


def run_audit(options: argparse.Namespace) -> int:
    """Audit a review folder, or the numbers that a manuscript prints."""
    from reviewkit.review.folder import open_review
    from reviewkit.review.manuscript import read_manuscript

    if options.review.is_file():
        manuscript = read_manuscript(options.review)
        if options.proposals:
            print(f"Proposals written to {manuscript.save(options.proposals)}: confirm them there.")
        print(f"{manuscript._headline()}\n")
        audit = manuscript.review().audit()
    else:
        audit = open_review(options.review, broken="report").audit()
    print(audit.summary())
    for path in options.output or ():
        print(f"Written to {audit.save(path)}")
    return 0 if audit.is_clean else 1


def run_lock(options: argparse.Namespace) -> int:
    """Write down hashes and numbers of a review."""
    from reviewkit.review.folder import open_review
    from reviewkit.review.lock import lock_review

    print(f"Written to {lock_review(open_review(options.folder), options.output)}")
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Say what changed between two versions of a review."""
    from reviewkit.review.changes import compare_reviews
    from reviewkit.review.lock import LOCK

    old, new = options.old, options.new
    if new is None:  # one folder: against its own lock
        old, new = options.old / LOCK, options.old
    changes = compare_reviews(old, new)
    print(changes.summary())
    if options.output:
        print(f"Written to {changes.save(options.output)}")
    return 0 if changes.is_same else 1


#: What ``reviewkit audit`` takes.
AUDIT_ARGUMENTS: tuple[tuple[tuple[str, ...], Mapping[str, object]], ...] = (
    (
        ("review",),
        {
            "metavar": "DIR|FILE",
            "type": Path,
            "help": "a review folder, or a manuscript as txt, docx or pdf",
        },
    ),
    (
        ("-p", "--proposals"),
        {
            "metavar": "DIR",
            "type": Path,
            "help": "write what was found in a manuscript to a folder, to be confirmed",
        },
    ),
    (
        ("-o", "--output"),
        {
            "metavar": "FILE",
            "type": Path,
            "action": "append",
            "help": "write the audit as .csv or .html too; may be given several times",
        },
    ),
)
