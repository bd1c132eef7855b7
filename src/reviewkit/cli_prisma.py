"""The command ``reviewkit prisma``: from the counts of a flow to its figure and files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reviewkit._core.errors import InputError

if TYPE_CHECKING:
    from reviewkit.screening.flow_result import Flow

__all__ = ["PRISMA_ARGUMENTS", "run_prisma"]


def run_prisma(options: argparse.Namespace) -> int:
    """Check the counts of a flow, and write its figure and files."""
    from reviewkit.screening.flow_files import WRITERS, check_path

    for path in options.output or ():
        check_path(path, WRITERS)  # before anything is read or written
    flow = _find_flow(options)
    print(f"{flow.title}\n{flow.headline}")
    for finding in flow.findings:
        if finding.severity != "note":
            print(f"  {finding.severity} at {finding.where}: {finding.message} {finding.fix}")
    for path in options.output or ():
        flow.save(path, width=options.width, dpi=options.dpi, unmarked=options.unmarked)
        print(f"Written to {path}")
    return 0 if flow.is_consistent else 1


def _find_flow(options: argparse.Namespace) -> Flow:
    """Return the flow of a folder or of a file, if it has the template that is wanted."""
    from reviewkit.screening.flow_files import read_flow

    if options.source.is_dir():
        from reviewkit.review.folder import open_review

        flow = open_review(options.source).flow
        if flow is None:
            raise InputError(
                f"The folder must hold a flow. Found none in {options.source}. Add "
                f"reported/flow.csv with the columns box and n."
            )
    else:
        flow = read_flow(options.source, guideline=options.guideline)
    if options.template and flow.template != options.template:
        raise InputError(
            f"The flow must have the template {options.template}. Its numbers are those of "
            f"{flow.template}. Leave out --template, or the boxes that do not belong there."
        )
    return flow


PRISMA_ARGUMENTS: tuple[tuple[tuple[str, ...], Mapping[str, object]], ...] = (
    (
        ("source",),
        {"metavar": "FILE|DIR", "type": Path, "help": "counts, or a review folder"},
    ),
    (
        ("-o", "--output"),
        {
            "metavar": "OUT",
            "type": Path,
            "action": "append",
            "help": "svg, pdf, png, docx, html or csv, as its ending says; may be repeated",
        },
    ),
    (
        ("--template",),
        {
            "choices": ("new-v1", "new-v2", "updated-v1", "updated-v2"),
            "help": "the template that the flow must have",
        },
    ),
    (
        ("--guideline",),
        {
            "choices": ("PRISMA 2020", "PRISMA-ScR"),
            "default": "PRISMA 2020",
            "help": "whose words a figure of FILE has (default: PRISMA 2020)",
        },
    ),
    (
        ("--width",),
        {
            "metavar": "MM",
            "type": float,
            "default": 174.0,
            "help": "of the figure (default: 174; one column of a journal: 84)",
        },
    ),
    (
        ("--dpi",),
        {
            "metavar": "N",
            "type": int,
            "default": 300,
            "help": "dots per inch of a png (default: 300)",
        },
    ),
    (
        ("--unmarked",),
        {
            "metavar": "REASON",
            "default": "",
            "help": "why a flow that contradicts itself shall bear no mark",
        },
    ),
)
