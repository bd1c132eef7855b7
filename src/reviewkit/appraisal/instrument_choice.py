"""Which instrument a table was filled in with: told by its file name and by its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.instruments import INSTRUMENTS, Instrument
from reviewkit.appraisal.layouts import Cell, is_total, note_subject
from reviewkit.sources.schema import plain_name

__all__ = ["find_facts", "tell_instrument"]

Texts = Mapping[str, frozenset[str]]  # what stands under each heading


def tell_instrument(cells: Iterable[Cell], name: str) -> tuple[Instrument, str]:
    """Return the instrument of the cells of a file, and how it was told.

    Those whose names fit the file are tried, or else all: each cell under an item must be an
    answer.  One whose items are all there is preferred.

    Raises
    ------
    InputError
        If there are totals and no items, or no instrument fits, or several do.
    """
    texts = _by_heading(cells)
    named = [one for one in INSTRUMENTS.values() if _fits_name(one, name)]
    pool = named or [*INSTRUMENTS.values()]
    if not any(one.find_item(heading) for one in pool for heading in texts):
        raise _no_items(texts, name)
    fits = [one for one in pool if _reads(one, texts)]
    whole = [one for one in fits if _found(one, texts) == {item.id for item in one.items}]
    current = [one for one in fits if not one.older]
    how = "its file name" if named else "its items"
    for found in (whole, current):
        if len(found) == 1:
            return found[0], how
    if len(named) == 1:
        return named[0], how  # what does not fit is listed when it is read
    if not fits and named:
        return min(named, key=lambda one: (_count_faults(one, texts), one.older)), how
    choice = whole or fits or [*INSTRUMENTS.values()]
    raise InputError(
        f"{name!r} must say which instrument it holds. "
        f"{'Several fit' if fits else 'None fits'}: its items and answers are "
        f"{list_some([repr(heading) for heading in texts], most=6, sep=', ')}. Name it, as in "
        f"instrument={choice[0].name!r}; it may be {', '.join(one.name for one in choice)}, "
        f"or a TOML file of your own."
    )


def _by_heading(cells: Iterable[Cell]) -> Texts:
    found: dict[str, set[str]] = {}
    for cell in cells:
        if cell.heading == cell.column and note_subject(cell.heading):
            continue
        found.setdefault(cell.heading, set()).add(cell.text)
    return {heading: frozenset(texts - {""}) for heading, texts in found.items() if heading}


def _fits_name(one: Instrument, name: str) -> bool:
    stem = f"_{plain_name(Path(name).stem)}"
    return any(f"_{start}" in stem for start in one.files)


def _found(one: Instrument, texts: Texts) -> set[str]:
    return {item.id for heading in texts if (item := one.find_item(heading))}


def _reads(one: Instrument, texts: Texts) -> bool:
    return bool(_found(one, texts)) and not _count_faults(one, texts)


def _count_faults(one: Instrument, texts: Texts) -> int:
    """Return how many cells are under no item, or are no answer to theirs."""
    faults = 0
    for heading, cells in texts.items():
        item = one.find_item(heading)
        if item is not None:
            faults += sum(not one.read(item, text) for text in cells)
        elif not one.names_overall(heading) and _is_numbered(heading):
            faults += 1
    return faults


def _is_numbered(heading: str) -> bool:
    """Say whether a heading looks like the number of an item."""
    return any(one.find_item(heading) for one in INSTRUMENTS.values())


def _no_items(texts: Texts, name: str) -> InputError:
    totals = [repr(heading) for heading in texts if is_total(heading)]
    found = list_some([repr(heading) for heading in texts], most=8, sep=", ")
    what = f"only {', '.join(totals)}, a total" if totals else f"{found or 'nothing'}, and no item"
    return InputError(
        f"{name!r} must hold the answer to each item, not a total: a sum hides which item failed. "
        f"Got {what}. Give one row a study and item (study, item, judgement, note), or one "
        f"column an item (1, Q1, D1 or its title); for items of your own, give `instrument` a "
        f"TOML file."
    )


def find_facts(cells: Iterable[Cell], instrument: Instrument) -> set[str]:
    """Return headings that sound like an item, have no answer to it, and are beside its column.

    A table may have a column Q3 with answers and a column "Sample size" with numbers.
    """
    columns: dict[str, dict[str, bool]] = {}
    for cell in cells:
        if item := instrument.find_item(cell.heading):
            reads = columns.setdefault(item.id, {})
            reads[cell.heading] = reads.get(cell.heading, False) or bool(
                cell.text and instrument.read(item, cell.text)
            )
    return {
        heading
        for reads in columns.values()
        for heading, is_answer in reads.items()
        if any(reads.values()) and not is_answer
    }
