"""What changed between two versions of a review, in words: the update page of a living review."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_interval, format_number
from reviewkit._core.result import Result
from reviewkit.review.lock import LOCK, Snapshot, read_lock, take_snapshot
from reviewkit.review.numbers import Number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["Changes", "compare_reviews"]


class Change(NamedTuple):
    """A number that is not what it was."""

    part: str
    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes(Result):
    """What changed between two versions of a review.

    Attributes
    ----------
    sentences : tuple of str
        The changes in words, the pooled results first.
    files : tuple of str
        Files that were added, removed or changed, with what happened to each.
    """

    title: ClassVar[str] = "Changes of a review"

    review: str
    sentences: tuple[str, ...]
    changes: tuple[Change, ...]
    files: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether no number and no file changed."""
        return not self.changes and not self.files and not self.sentences

    def to_frame(self) -> pd.DataFrame:
        """Return one row a number that changed: ``part, key, label, before, after``."""
        return pd.DataFrame(list(self.changes), columns=list(Change._fields), dtype=object)

    def summary(self) -> str:
        """Return the changes in words."""
        lines = [f"{self.title}: {self.review}", self._headline(), *self.sentences]
        return "\n".join([*lines, *(f"file {file}" for file in self.files)])

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the changes as one page (html) or table (csv).

        Parameters
        ----------
        path : path-like
            Where to write; its ending names the format.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the ending is neither html nor csv.
        """
        path = Path(path)
        if path.suffix.lower() == ".csv":
            from reviewkit.sources.spreadsheet import write_table

            write_table(self.to_frame(), path)
        elif path.suffix.lower() == ".html":
            path.write_text(self._page(), encoding="utf-8", newline="\n")
        else:
            raise InputError(
                f"The name of the file must end in .csv or .html. Got {path.name!r}. Rename it."
            )
        return path

    def _page(self) -> str:
        from reviewkit.present.document import Page, Section, render_page
        from reviewkit.present.document_parts import Items, Prose, make_sheet

        sections = (
            [Section("changes", "In words", (Items(self.sentences),))] if self.sentences else []
        )
        if self.changes:
            frame = self.to_frame()[["label", "before", "after"]]
            sheet = make_sheet(frame, "Every number that changed")
            sections.append(Section("numbers", "Numbers", (sheet,)))
        if self.files:
            sections.append(Section("files", "Files", (Items(self.files),)))
        if not sections:
            sections.append(Section("same", "Changes", (Prose("Nothing changed."),)))
        return render_page(
            Page(f"What changed: {self.review}", (self._headline(),), tuple(sections))
        )

    def _headline(self) -> str:
        if self.is_same:
            return "Nothing changed."
        n, files = len(self.changes), len(self.files)
        return f"{n} number{'s' * (n != 1)} and {files} file{'s' * (files != 1)} changed."

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences)
        table = self.to_frame().to_html(index=False, border=0) if self.changes else ""
        head = (
            f"<h4>{escape(self.title)}: {escape(self.review)}</h4><p>{escape(self._headline())}</p>"
        )
        return f"{head}<ul>{items}</ul>{table}"


def compare_reviews(
    old: Review | str | PathLike[str], new: Review | str | PathLike[str]
) -> Changes:
    """Say what changed between two versions of a review: flow, agreement, themes and pools.

    Parameters
    ----------
    old, new : Review or path-like
        A review, its folder, or a lock that :func:`~reviewkit.review.lock.lock_review` wrote.

    Returns
    -------
    Changes
        ``.sentences`` in words, ``.to_frame()`` every number, ``.save("changes.html")`` a page.

    Raises
    ------
    InputError
        If one of them is neither a review nor a folder nor a lock.

    Examples
    --------
    >>> import reviewkit as rk
    >>> review = rk.open_review(rk.example("burnout-prevalence"))
    >>> rk.compare_reviews(review, review).is_same
    True
    """
    before, after = _snapshot("old", old), _snapshot("new", new)
    changes = [*_list_changes(before, after)]
    sentences = [*_tell_pools(before, after), *_tell_flow(before, after),
                 *_tell_agreement(before, after), *_tell_themes(before, after)]  # fmt: skip
    return Changes(after.title, tuple(sentences), tuple(changes), tuple(_list_files(before, after)))


def _snapshot(name: str, given: Review | str | PathLike[str]) -> Snapshot:
    from reviewkit.review.folder import Review, open_review

    if isinstance(given, Review):
        return take_snapshot(given)
    if isinstance(given, str | PathLike):
        path = Path(given)
        return take_snapshot(open_review(path)) if path.is_dir() else read_lock(path)
    raise InputError(
        f"`{name}` must be a review, its folder or a lock. Got {type(given).__name__}. "
        f"Open the review first, or name its {LOCK}."
    )


def _list_changes(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for key in dict.fromkeys([*before.numbers, *after.numbers]):
        old, new = before.numbers.get(key), after.numbers.get(key)
        known = new or old
        if known is not None and not _is_equal(old, new):
            yield Change(known.part, key, known.label, _text(old), _text(new))


def _is_equal(old: Number | None, new: Number | None) -> bool:
    if old is None or new is None:
        return old is new
    if math.isnan(old.value) or math.isnan(new.value):
        return math.isnan(old.value) and math.isnan(new.value)
    return math.isclose(old.value, new.value, rel_tol=1e-9, abs_tol=1e-12)


def _text(number: Number | None) -> str:
    return number.text if number is not None else "not there"


def _tell_pools(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for outcome in dict.fromkeys([*before.studies, *after.studies]):
        old, new = before.numbers, after.numbers
        title = (new.get(f"pools.{outcome}.estimate") or old[f"pools.{outcome}.estimate"]).label
        if outcome not in after.studies or outcome not in before.studies:
            yield f"{title}: {'new' if outcome in after.studies else 'no longer there'}."
            continue
        yield from _tell_pool(outcome, title, before, after)


def _tell_pool(outcome: str, title: str, before: Snapshot, after: Snapshot) -> Iterator[str]:
    def get(numbers: Mapping[str, Number], field: str) -> float:
        return numbers[f"pools.{outcome}.{field}"].value

    old, new = get(before.numbers, "estimate"), get(after.numbers, "estimate")
    studies = _tell_studies(before.studies[outcome], after.studies[outcome])
    recipe = before.recipes.get(outcome) != after.recipes.get(outcome)
    limits = [get(numbers, field) for numbers in (before.numbers, after.numbers) for field in ("ci_low", "ci_high")]  # fmt: skip
    same = math.isclose(old, new, rel_tol=1e-9) and not studies
    if same and not recipe:
        return
    if math.isclose(old, new, rel_tol=1e-9):
        moved = f"pooled prevalence stays {format_number(100 * new, 1)} %"
    else:
        moved = f"pooled prevalence {format_number(100 * old, 1)} → {format_number(100 * new, 1)} %"
    parts = [moved, *studies]
    low, high = limits[2:]
    spans = [format_interval(100 * a, 100 * b, 1) for a, b in (limits[:2], limits[2:])]
    if not any(map(math.isnan, limits)):
        held = "still includes" if low <= old <= high else "no longer includes"
        parts.append(f"the interval {spans[0]} → {spans[1]} % {held} the earlier estimate")
    if recipe:
        parts.append(f"the recipe changed: {after.recipes.get(outcome, '')}")
    yield f"{title}: {', '.join(parts)}."


def _tell_studies(
    old: Mapping[str, tuple[int, int]], new: Mapping[str, tuple[int, int]]
) -> list[str]:
    added = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    other = [name for name in new if name in old and old[name] != new[name]]
    told = []
    for names, word in ((added, "added"), (gone, "removed"), (other, "with other counts")):
        if names:
            count = f"{len(names)} {'study' if len(names) == 1 else 'studies'} {word}"
            told.append(f"{count} ({list_some(names, most=5)})")
    return told


def _tell_flow(before: Snapshot, after: Snapshot) -> Iterator[str]:
    moved = [
        f"{change.label} {change.before} → {change.after}"
        for change in _list_changes(before, after)
        if change.part == "flow"
    ]
    if moved:
        yield f"Flow: {list_some(moved, most=12)}."


def _tell_agreement(before: Snapshot, after: Snapshot) -> Iterator[str]:
    moved = [
        f"{change.label} {change.before} → {change.after}"
        for change in _list_changes(before, after)
        if change.part == "agreement"
        and change.key.rpartition(".")[2] not in ("ci_low", "ci_high")
        and any(name in change.key for name in ("kappa", "alpha", "percent_agreement", "reported"))
    ]
    if moved:
        yield f"Agreement: {list_some(moved, most=6)}."


def _tell_themes(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for theme in dict.fromkeys([*before.themes, *after.themes]):
        old, new = before.themes.get(theme), after.themes.get(theme)
        if old is None or new is None:
            yield f"Theme {theme}: {'new' if old is None else 'no longer there'}."
            continue
        added, gone = sorted(set(new) - set(old)), sorted(set(old) - set(new))
        told = [f"{len(added)} added ({list_some(added, most=5)})"] if added else []
        told += [f"{len(gone)} removed ({list_some(gone, most=5)})"] if gone else []
        if told:
            yield f"Theme {theme}: {len(old)} → {len(new)} studies, {', '.join(told)}."


def _list_files(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name in sorted({*before.inputs, *after.inputs}):
        old, new = before.inputs.get(name), after.inputs.get(name)
        if old != new:
            yield f"{name}: {'added' if old is None else 'removed' if new is None else 'changed'}"
