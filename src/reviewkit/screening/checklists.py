"""Reporting checklists, prefilled from what is known of a review and from nothing else.

A fact fills the items that it speaks to (:mod:`~reviewkit.screening.checklist_items`).  Whether
the manuscript reports it, and where, is for its authors to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.screening.checklist_items import CHECKLISTS, FACTS, Item
from reviewkit.screening.flow_boxes import count_identified, find_count
from reviewkit.screening.flow_result import Flow
from reviewkit.screening.table_files import TablePage, save_page

__all__ = ["WRITERS", "Checklist", "prisma_checklist"]

_LEAD = (
    "What is filled in is known from the data of the review. Whether and where the text reports "
    "it is for its authors to say."
)
KNOWN, OPEN = "known", "to be filled in"


@dataclass(frozen=True, slots=True)
class Checklist(Result):
    """A reporting checklist: each item, what is known of it, and where the text reports it."""

    title: ClassVar[str] = "Reporting checklist"

    form: str
    rows: tuple[tuple[Item, str, str], ...]  # item, what is known, location

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: ``section, item, topic, status, known, location``."""
        columns = ["section", "item", "topic", "status", "known", "location"]
        cells = [(item.section, item.number, item.topic + " (optional)" * item.optional,
                  KNOWN if known else OPEN, known, place) for item, known, place in self.rows]  # fmt: skip
        return pd.DataFrame(cells, columns=columns, dtype=str)

    def save(self, path: str | Path) -> Path:
        """Write the checklist as docx, csv or html, as the ending of the name says.

        Returns
        -------
        Path
            Of the written file.
        """
        frame = self.to_frame()
        lead = (self._headline(), _LEAD)
        page = TablePage(
            f"{self.form} checklist", lead, _show(frame), (24.0, 11.0, 44.0, 67.0, 28.0)
        )
        return save_page(page, frame, path)

    def _headline(self) -> str:
        known = sum(bool(text) for _, text, _ in self.rows)
        return f"{self.form}: something is known for {known} of {len(self.rows)} items."


def prisma_checklist(
    known: Mapping[str, Any] | None = None, *, form: str = "PRISMA 2020",
    location: Mapping[str, str] | None = None, **facts: Any,
) -> Checklist:  # fmt: skip
    """Return a reporting checklist, prefilled from what is known.

    Parameters
    ----------
    known : mapping, optional
        Facts by keyword, as :data:`~reviewkit.screening.checklist_items.FACTS` names them:
        ``title, question, criteria, databases, registers, dates, search_strings, raters, tools,
        agreement, outcomes, appraisal_tool, effect_measure, synthesis, flow, registration,
        protocol, funding, interests`` and so on.  A value is text, a number, a list, a mapping,
        or for ``flow`` a :class:`~reviewkit.screening.flow.Flow`; None and blank are not known.
    form : {"PRISMA 2020", "PRISMA 2020 abstract", "PRISMA-ScR", "PRISMA-S"}
        Which checklist.
    location : mapping, optional
        Where the text reports an item, by its number, as ``{"16a": "Figure 1"}``.
    **facts
        More facts; they win over those in `known`.

    Returns
    -------
    Checklist
        `save` writes docx, csv or html.

    Raises
    ------
    InputError
        If a fact, a form or the number of an item is not known.

    Notes
    -----
    PRISMA 2020 has 27 items, 42 with their parts [1]_; items are named by short titles.  An
    item is filled from facts only: nothing is said to be done that is not known.

    References
    ----------
    .. [1] Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement: an updated
       guideline for reporting systematic reviews. BMJ 2021;372:n71. doi:10.1136/bmj.n71

    Examples
    --------
    >>> import reviewkit as rk
    >>> flow = rk.prisma_flow({"identified": 321, "screened": 321, "new_studies": 13})
    >>> checklist = rk.prisma_checklist(flow=flow, databases=["PubMed", "Scopus"])
    >>> frame = checklist.to_frame().set_index("item")
    >>> len(frame), frame.loc["6", "known"], frame.loc["7", "status"]
    (42, 'Databases: PubMed, Scopus', 'to be filled in')
    """
    check_choice("form", form, CHECKLISTS)
    given = {**(known or {}), **facts}
    strange = [name for name in given if name not in FACTS]
    if strange:
        near = get_close_matches(str(strange[0]), FACTS, n=3, cutoff=0.5)
        hint = f"Near it: {', '.join(map(repr, near))}." if near else f"Known: {', '.join(FACTS)}."
        raise InputError(
            f"Facts must be those that a checklist can use. Got "
            f"{list_some([*map(repr, strange)], sep=', ')}. {hint}"
        )
    items = CHECKLISTS[form]
    places = {str(number): str(text) for number, text in (location or {}).items()}
    lost = sorted(places.keys() - {item.number for item in items})
    if lost:
        raise InputError(f"`location` must name items of {form}. Got {list_some(lost, sep=', ')}.")
    said: dict[str, list[str]] = {item.number: [] for item in items}
    for name, fact in FACTS.items():
        for number in fact.items(form):
            said[number] += _tell(name, given.get(name), number, form)
    return Checklist(
        form, tuple((item, " ".join(_stop(said[item.number])), places.get(item.number, ""))
                    for item in items)
    )  # fmt: skip


def _show(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a reader fills in; what is not known stays blank."""
    return rows[["section", "item", "topic", "known", "location"]].rename(
        columns={"section": "Section", "item": "Item", "topic": "Topic", "known": "Known from the data",
                 "location": "Location"}
    )  # fmt: skip


def _tell(name: str, value: Any, number: str, form: str) -> Iterator[str]:
    """Yield what a fact says about an item."""
    if isinstance(value, Flow):
        yield from WRITERS.get((form, number), _tell_nothing)(value)
        return
    text = _write(value)
    if text:
        yield f"{FACTS[name].label}: {text}"


def _stop(sentences: list[str]) -> list[str]:
    """End all sentences but a single one."""
    many = len(sentences) > 1
    return [text if text.endswith(".") or not many else f"{text}." for text in sentences]


def _write(value: Any) -> str:
    """Return a fact in words; nothing where nothing is known."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, Mapping):
        parts = [(str(key).strip(), _write(one)) for key, one in value.items()]
        return "; ".join(f"{key}: {text}" if text else key for key, text in parts if key)
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format_count(value)
    if isinstance(value, list | tuple | set | frozenset | pd.Series | pd.Index):
        texts = [_write(one) for one in (sorted(value) if isinstance(value, set | frozenset)
                                         else value)]  # fmt: skip
        return ", ".join(filter(None, texts))
    if isinstance(value, pd.DataFrame):
        return f"{format_count(len(value))} rows"
    return " ".join(str(value).split())


def _tell_nothing(flow: Flow) -> Iterator[str]:
    yield from ()


def _tell_flow(flow: Flow) -> Iterator[str]:
    """Yield the main numbers of a flow, and whether they contradict each other."""
    told = [
        (count_identified(flow.counts), "records identified"),
        (find_count(flow.counts, "screened"), "screened"),
        (find_count(flow.counts, "assessed"), "reports assessed"),
        (find_count(flow.counts, "new_studies"), "studies included"),
    ]
    listed = [f"{format_count(n)} {what}" for n, what in told if n is not None]
    if listed:
        yield f"Flow: {', '.join(listed)}"
    if not flow.is_consistent:
        yield "The numbers of the flow contradict each other: mend them first"


def _tell_excluded(flow: Flow) -> Iterator[str]:
    value = flow.counts.get("reports_excluded")
    parts = value if isinstance(value, Mapping) else {}
    if flow.has_records:
        n = len(flow.excluded_reports().rows)
        yield f"{format_count(n)} reports excluded at full text are listed with their reasons"
    elif parts:
        reasons = "; ".join(f"{name} (n = {format_count(n)})" for name, n in parts.items()
                            if n is not None)  # fmt: skip
        yield f"Reasons are known, the excluded reports are not: {reasons}"


def _tell_included(flow: Flow) -> Iterator[str]:
    n = find_count(flow.counts, "new_studies")
    if n is not None:
        yield f"Studies included: {format_count(n)}"


def _tell_identified(flow: Flow) -> Iterator[str]:
    n = count_identified(flow.counts)
    if n is not None:
        yield f"Records identified from databases and registers: {format_count(n)}"


def _tell_duplicates(flow: Flow) -> Iterator[str]:
    n = find_count(flow.counts, "duplicates_removed")
    if n is not None:
        yield f"Duplicate records removed: {format_count(n)}; how is not known"


#: What a flow says, by form and item.
WRITERS: Mapping[tuple[str, str], Callable[[Flow], Iterator[str]]] = MappingProxyType(
    {
        ("PRISMA 2020", "16a"): _tell_flow,
        ("PRISMA 2020", "16b"): _tell_excluded,
        ("PRISMA 2020 abstract", "7"): _tell_included,
        ("PRISMA-ScR", "14"): _tell_flow,
        ("PRISMA-S", "15"): _tell_identified,
        ("PRISMA-S", "16"): _tell_duplicates,
    }
)
