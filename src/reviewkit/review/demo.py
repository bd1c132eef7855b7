"""The demonstration: both bundled reviews, and all that can be made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from reviewkit._core.errors import InputError
from reviewkit.review.bundled import example, example_names
from reviewkit.review.exhibits import Figure, list_figures, list_tables
from reviewkit.review.folder import Review, open_review
from reviewkit.review.versions import list_versions
from reviewkit.sources.spreadsheet import write_table

__all__ = ["write_demo"]

_KINDS = ("svg", "pdf", "png")
_WIDTH = 174.0  # mm: two columns of a journal

Progress = Callable[[int, int, str], object]


def write_demo(folder: str | Path, *, progress: Progress | None = None) -> tuple[Review, ...]:
    """Write a report, all figures and all tables of each bundled review.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; files of the same names are replaced.
    progress : callable, optional
        Called with the steps done, the steps in all, and what comes next.

    Returns
    -------
    tuple of Review
        The reviews, in the order of their names.

    Raises
    ------
    InputError
        If there is a file of that name.

    Notes
    -----
    Each review has a folder: ``report.html``, ``audit.html``, ``figures/`` as svg, pdf and png of
    174 mm, ``tables/`` as csv.  ``manifest.json`` holds the SHA-256 of every file read and the
    versions used, and no date: a second run writes the same bytes.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"The demo must have a folder to write to. {folder} is a file. Choose another name."
        )
    names = example_names()
    reviews = tuple(open_review(example(name)) for name in names)
    steps = [step for review in reviews for step in _list_steps(review, folder)]
    for done, (what, run) in enumerate(steps):
        if progress is not None:
            progress(done, len(steps), what)
        run()
    _write_manifest(folder / "manifest.json", reviews)
    if progress is not None:
        progress(len(steps), len(steps), "done")
    return reviews


def _list_steps(review: Review, folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is to be written for a review, each with its name."""
    name = review.folder.name
    place = folder / name
    for part in ("figures", "tables"):
        (place / part).mkdir(parents=True, exist_ok=True)
    for table in list_tables(review):
        path = place / "tables" / f"{table.key}.csv"
        yield f"{name}: {path.name}", partial(write_table, table.frame, path)
    for figure in list_figures(review):
        stem = place / "figures" / figure.key
        yield f"{name}: {figure.key}", partial(_save_figure, figure, stem)
    yield f"{name}: audit.html", partial(review.audit().save, place / "audit.html")
    yield f"{name}: report.html", partial(review.report, place / "report.html")


def _save_figure(figure: Figure, stem: Path) -> None:
    for kind in _KINDS:
        figure.result.save(stem.with_name(f"{stem.name}.{kind}"), width=_WIDTH)


def _write_manifest(path: Path, reviews: tuple[Review, ...]) -> None:
    content = {
        "inputs": {
            f"{review.folder.name}/{entry.name}": entry.sha256
            for review in reviews
            for entry in review.inputs
        },
        "versions": list_versions(),
    }
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    path.write_bytes(text.encode("utf-8"))
