"""The rules, in the order in which they are tried, each with its reason in words.

The first rule that holds decides a pair.  A rule is a condition on arrays of evidence
(:class:`~reviewkit.dedupe.features.Features`, and the short names of
:class:`~reviewkit.dedupe.view.View`); to add one, write it into the registry where it is to
be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.dedupe.features import Features
from reviewkit.dedupe.view import View

__all__ = ["RULES", "Decision", "Rule"]

BoolArray = NDArray[np.bool_]


class Decision(IntEnum):
    """What a pair is held to be."""

    DISTINCT = 0
    LINKED = 1  # versions of one work, or a notice and its paper: told, never merged
    UNSURE = 2
    SURE = 3


Condition = Callable[[View, Features], BoolArray]


class Rule(NamedTuple):
    """One rule: what it decides, why, and when it holds."""

    decision: Decision
    reason: str
    holds: Condition
    bars: bool = False  # whether the pair must not meet in a cluster by way of others


_SURE, _UNSURE, _LINKED, _NOT = Decision.SURE, Decision.UNSURE, Decision.LINKED, Decision.DISTINCT

#: Name → rule, in the order in which they are tried.
RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        # What keeps records apart, however alike they are.
        "notice, one identifier": Rule(
            _UNSURE, "one is marked as a notice, reply or comment, yet both bear one identifier",
            lambda v, f: f.marks & v.one_id & v.alike & ~v.by_others, bars=True),
        "notice, one place": Rule(
            _UNSURE, "one is marked as a notice, reply or protocol, yet authors and range of pages are the same",
            lambda v, f: f.marks & v.related & v.by_all & v.full_place & f.span & ~v.two_ids
            & v.near_year & ~f.generic, bars=True),
        "notice": Rule(
            _LINKED, "one is a notice, reply, comment or protocol on the other",
            lambda v, f: f.marks & v.related & ~v.one_id, bars=True),
        "marks": Rule(
            _NOT, "one is a notice, reply, comment or protocol",
            lambda v, f: f.marks, bars=True),
        "part, one identifier": Rule(
            _UNSURE, "titles differ by a number or a telling word, yet both bear one identifier",
            lambda v, f: v.conflict & v.one_id & v.by_same & (f.page != -1), bars=True),
        "part, one place": Rule(
            _UNSURE, "titles differ by a number or a telling word, yet authors and range of pages are the same",
            lambda v, f: v.conflict & v.by_all & v.full_place & f.span & ~v.two_ids
            & (f.likeness >= 0.9), bars=True),
        "part": Rule(
            _NOT, "titles differ by a number or a telling word, as parts, years and editions do",
            lambda v, f: v.conflict, bars=True),
        "version": Rule(
            _LINKED, "two versions of one work by their DOIs",
            lambda v, f: f.versions & v.related, bars=True),
        "living, another year": Rule(
            _LINKED, "a review that comes out anew under its title, in another year or issue",
            lambda v, f: f.living & v.related & ~v.one_id & ~v.by_others & (f.volume != 1)
            & (v.far_year | (f.years == 1) & ((f.issue == -1) | (f.volume == -1))), bars=True),
        "living, perhaps anew": Rule(
            _UNSURE, "a review that comes out anew under its title: year or issue differ",
            lambda v, f: f.living & (v.alike | v.shorter) & v.by_same & ~v.one_id & (f.volume != 1)
            & ((f.years == 1) | v.same_year & (f.issue == -1))),
        "preprint": Rule(
            _LINKED, "a preprint and its paper",
            lambda v, f: f.kinds & f.preprint & (f.doi != 1) & v.related & ~v.by_others, bars=True),
        "another kind": Rule(
            _LINKED, "one is a thesis, registration, notice or meeting abstract, the other a paper",
            lambda v, f: f.kinds & ~v.one_id & ~v.place & v.related & ~v.by_others & ~(
                f.meeting & (f.journal == 1) & v.same_year & (f.page != -1)
                & (f.volume != -1)), bars=True),
        "perhaps another kind": Rule(
            _UNSURE, "one is a preprint, thesis or abstract; nothing tells what the other is",
            lambda v, f: f.perhaps & v.alike & v.by_same & v.near_year & ~f.generic),
        "one registration": Rule(
            _SURE, "one registered trial or review, one title",
            lambda v, f: f.registered & (f.trial == 1) & (v.alike | v.shorter) & ~v.two_ids),
        "one registration, another title": Rule(
            _UNSURE, "one registered trial or review under two titles",
            lambda v, f: f.registered & (f.trial == 1) & ~v.two_ids),
        "trials": Rule(
            _NOT, "two registered trials", lambda v, f: (f.trial == -1) & ~v.one_id & ~v.place, bars=True),
        "identifiers contradict": Rule(
            _UNSURE, "DOIs agree and PMIDs do not, or the other way round",
            lambda v, f: v.mixed_ids & v.alike & ~v.by_others),
        "two identifiers, one place": Rule(
            _UNSURE, "different DOIs or PMIDs, yet title, authors and place agree",
            lambda v, f: v.two_ids & v.alike & ~v.by_others & ~f.generic & (v.place | (f.page == 0)
            & (f.journal == 1) & (f.volume == 1) & (f.issue == 1) & v.same_year), bars=True),
        "two identifiers": Rule(
            _LINKED, "same title and authors under different DOIs or PMIDs",
            lambda v, f: v.two_ids & v.alike & v.by_same & ~f.generic, bars=True),
        "other identifiers": Rule(_NOT, "different DOIs or PMIDs", lambda v, f: v.two_ids, bars=True),
        # One identifier.
        "identifier and title": Rule(
            _SURE, "one identifier, one title",
            lambda v, f: v.one_id & (v.alike | v.shorter) & ~(f.generic & (f.page == -1))),
        "identifier and near title": Rule(
            _SURE, "one identifier, titles and authors alike",
            lambda v, f: v.one_id & v.near & (v.by_same | v.by_unknown & (f.page != -1))),
        "identifier, no title": Rule(
            _SURE, "one identifier; a title is missing",
            lambda v, f: v.one_id & v.untitled & ~v.by_others & (f.page != -1)),
        "identifier and place": Rule(
            _SURE, "one identifier, one first page and the same authors; titles differ, as a translation does",
            lambda v, f: v.one_id & v.by_same & ((f.page == 1) | (f.abstract == 1))),
        "identifier and authors": Rule(
            _UNSURE, "one identifier and the same authors, but titles differ",
            lambda v, f: v.one_id & v.by_same & (f.page == 0) & v.near_year & (f.journal != -1) & ~f.few),
        "identifier, else nothing": Rule(
            _NOT, "one identifier, but titles and authors differ, as in a supplement",
            lambda v, f: v.one_id),
        # The same title.
        "generic": Rule(
            _SURE, "a title that many works bear, but the same authors and one place",
            lambda v, f: f.generic & v.alike & v.by_same & v.place & (f.journal >= 0) & v.near_year),
        "generic, another place": Rule(
            _NOT, "a title that many works bear, in different places",
            lambda v, f: f.generic & ((f.page == -1) | (f.volume == -1) | (f.issue == -1))
            & (f.page != 1), bars=True),
        "generic, once an issue": Rule(
            _SURE, "a title that comes once in an issue; the same authors, journal, issue and year",
            lambda v, f: f.generic & f.once & v.same & v.by_all & (f.journal == 1)
            & (f.volume >= 0) & (f.issue == 1) & (f.page != -1) & ~f.lone & v.same_year),
        "generic, no pages": Rule(
            _UNSURE, "a title that many works bear; the same authors, journal, and volume or issue",
            lambda v, f: f.generic & v.alike & v.by_same & (f.journal >= 0) & (f.volume >= 0)
            & (f.issue >= 0) & (f.page != -1) & ~f.lone & v.near_year
            & ((f.issue == 1) & ((f.volume == 1) | v.same_year) | ~f.few & (f.volume == 1))),
        "generic, no authors, one place": Rule(
            _SURE, "a title that many works bear; one journal, volume, year and range of pages, authors missing",
            lambda v, f: f.generic & v.same & v.by_unknown & (f.journal == 1) & (f.volume == 1)
            & f.span & v.same_year & (f.issue != -1)),
        "generic, once an issue, no authors": Rule(
            _UNSURE, "a title that comes once in an issue; one journal, volume, issue and year, authors missing",
            lambda v, f: f.generic & f.once & v.same & v.by_unknown & (f.journal == 1)
            & (f.volume == 1) & (f.issue == 1) & (f.page != -1) & ~f.lone & v.same_year),
        "generic, no authors": Rule(
            _UNSURE, "a title that many works bear; authors are missing, but pages are the same",
            lambda v, f: f.generic & v.alike & v.by_unknown & v.place & f.span & v.near_year),
        "generic, apart": Rule(
            _NOT, "a title that many works bear, and too little else", lambda v, f: f.generic),
        "another place": Rule(
            _LINKED, "same title and authors, published in another place",
            lambda v, f: v.alike & v.by_same & v.elsewhere, bars=True),
        "another page": Rule(
            _LINKED, "same title and authors on other pages, as an abstract or a reply and its paper have",
            lambda v, f: v.alike & v.by_same & (f.page == -1) & (f.conference | (f.issue != 1)),
            bars=True),
        "another journal": Rule(
            _LINKED, "same title and authors in another journal, with no volume or page in common",
            lambda v, f: v.alike & v.by_same & (f.journal == -1) & (f.page != 1)
            & (f.volume != 1) & ((f.abstract != 1) | f.conference)),
        "title and place": Rule(
            _SURE, "one title, one place",
            lambda v, f: v.alike & v.place & ~v.by_others & (~f.brief | v.by_same | v.full_place)
            & (v.near_year | (f.years == 99) | v.full_place)),
        "title and place, other authors": Rule(
            _UNSURE, "one title and one place, but authors differ",
            lambda v, f: v.alike & v.full_place & v.by_others),
        "title as journal": Rule(
            _UNSURE, "the title of one stands as journal in the other",
            lambda v, f: f.crossed & (v.by_same | v.by_unknown) & v.near_year
            & ((f.page == 1) | (f.volume == 1) | v.by_same) & (f.page != -1) & ~v.two_ids),
        "other authors": Rule(_NOT, "authors differ", lambda v, f: v.by_others),
        "abstract or paper, pages differ": Rule(
            _UNSURE, "one may be the abstract of a meeting and the other the paper: first pages differ",
            lambda v, f: v.alike & v.by_same & (f.journal >= 0) & (f.volume != -1) & v.near_year
            & ~f.serial & f.lone & (f.conference | (f.issue == -1)), bars=True),
        "abstract or paper, another issue": Rule(
            _LINKED, "same title and authors, one in a supplement and one in an issue or in press, as an abstract and its paper",
            lambda v, f: v.alike & v.by_same & (f.journal >= 0) & f.conference & (f.page == 0)
            & ((f.issue == -1) | f.unprinted & f.supplement), bars=True),
        "abstract or paper": Rule(
            _UNSURE, "one may be the abstract of a meeting and the other the paper: pages are missing",
            lambda v, f: v.alike & v.by_same & (f.journal >= 0) & (f.volume != -1) & v.near_year
            & ~f.serial & f.conference & (f.page == 0)),
        "title, authors, volume": Rule(
            _SURE, "one title, the same authors, one journal and volume",
            lambda v, f: v.alike & v.by_same & (f.volume == 1) & (f.journal >= 0)
            & (f.page != -1) & ~v.far_year),
        "title, authors, page": Rule(
            _SURE, "one title, the same authors, one first page",
            lambda v, f: v.alike & v.by_same & (f.page == 1) & v.near_year
            & ((f.volume != -1) | f.span & (f.journal == 1))),
        "title, authors, pages": Rule(
            _SURE, "one title, the same authors, one journal, the same range of pages",
            lambda v, f: v.alike & v.by_same & f.span & (f.journal == 1) & (f.volume != -1)
            & (f.years <= 2)),
        "title, authors, journal": Rule(
            _SURE, "one title, the same authors, one journal; years agree or are missing",
            lambda v, f: v.alike & v.by_same & (f.journal == 1) & (f.page != -1)
            & (v.same_year | (f.years == 99) & (f.words >= 8) & ~f.serial & ~f.living) & (f.volume != -1)
            & (v.same | v.by_all & (f.likeness >= 0.93))),
        "in press": Rule(
            _SURE, "one title, the same authors and journal; one is from before print, a year apart at most",
            lambda v, f: v.same & v.by_all & (~f.few | (f.abstract == 1) | (f.words >= 8)) & (f.journal == 1)
            & v.near_year & ~f.serial & ~f.conference & f.unprinted),
        "title, authors, year": Rule(
            _SURE, "one title, the same authors and year; nothing is known of the place",
            lambda v, f: v.same & v.by_all & v.same_year & v.no_place & (f.words >= 5) & ~f.serial),
        "title and abstract": Rule(
            _SURE, "one title and one abstract",
            lambda v, f: v.alike & (f.abstract == 1) & ~v.elsewhere & (v.same_year | v.by_same
            & v.near_year & (f.journal == 1))
            & (f.page != -1) & (f.volume != -1) & (f.journal != -1) & (f.issue != -1)
            & ~f.serial & ~f.conference),
        "title and authors": Rule(
            _UNSURE, "one title and the same authors, but journal, volume or pages do not settle it",
            lambda v, f: v.alike & v.by_same & ~f.serial & (v.same_year | (f.years == 99))
            & ((f.page != -1) | v.same & (f.issue == 1) & (f.words >= 5))
            & ((f.page == 1) | (f.volume >= 0) & ((f.page == 0) | (f.journal == 1)))),
        "another volume": Rule(
            _LINKED, "same title and authors in another volume",
            lambda v, f: v.alike & v.by_same & (f.volume == -1) & (f.page != 1)),
        "title and authors, a year apart": Rule(
            _UNSURE, "one title and the same authors a year apart; journal, volume and pages do not settle it",
            lambda v, f: v.alike & v.by_same & ~f.serial & (f.years == 1) & (f.volume >= 0)
            & (f.page >= 0) & ((f.journal >= 0) | (f.volume == 1) & (f.issue == 1))),
        "title and volume": Rule(
            _SURE, "one title, one journal and volume; authors are missing",
            lambda v, f: v.same & v.by_unknown & (f.journal == 1) & (f.volume == 1)
            & (f.page != -1) & v.near_year & (f.issue != -1)
            & (f.words >= 5) & ~f.brief & ~f.serial & ~f.lone & ~f.conference),
        "long title, journal, year": Rule(
            _SURE, "one long title, one journal and year; authors are missing",
            lambda v, f: v.same & v.by_unknown & (f.journal == 1) & v.same_year & (f.words >= 8)
            & (f.volume >= 0) & (f.issue >= 0) & (f.page >= 0) & ~f.lone & ~f.serial & ~f.conference),
        "title alone": Rule(
            _UNSURE, "one title; authors are missing",
            lambda v, f: v.alike & v.by_unknown & ~f.serial
            & (v.same_year | (f.years == 99) | v.near_year & ((f.volume == 1)
            | f.unprinted & (f.journal == 1) & (f.words >= 6)))
            & (f.words >= 5) & (f.page != -1) & (f.volume != -1) & (f.journal >= 0)),
        # A title that is cut or lacks its subtitle.
        "shorter title and place": Rule(
            _SURE, "one title lacks words of the other; same authors, one place",
            lambda v, f: v.shorter & v.by_same & v.place & ~v.far_year),
        "shorter title, volume": Rule(
            _SURE, "one title lacks words of the other; same authors, journal, volume and year",
            lambda v, f: v.shorter & v.by_all & (f.volume == 1) & (f.journal == 1)
            & (f.page != -1) & ~f.lone & v.near_year
            & (f.issue != -1) & ~f.conference & (~f.few | (f.abstract == 1))),
        "shorter title, abstract": Rule(
            _SURE, "one title lacks words of the other; same authors, journal, year and abstract",
            lambda v, f: v.shorter & v.by_all & (f.abstract == 1) & (f.journal == 1) & v.same_year
            & (f.page >= 0) & (f.volume >= 0) & (f.issue >= 0) & ~f.lone & ~f.conference & ~f.serial),
        "shorter title": Rule(
            _UNSURE, "one title lacks words of the other; authors and year agree",
            lambda v, f: v.shorter & v.by_all & v.near_year & (f.page != -1) & (f.volume != -1)
            & (f.journal != -1) & ((f.volume == 1) | (f.page == 1) | (f.journal == 1)
            & v.same_year | (f.abstract == 1)) & ~f.serial),
        "shorter title, no authors": Rule(
            _UNSURE, "one title lacks words of the other; one place",
            lambda v, f: v.shorter & v.by_unknown & v.near_year
            & (v.full_place | v.place & f.span & (f.journal == 1))),
        # Titles that are near, or in another language.
        "near title and place": Rule(
            _SURE, "titles alike; same authors, one place, the same range of pages",
            lambda v, f: v.near & v.by_same & v.full_place & f.span & v.near_year & (f.likeness >= 0.8)),
        "near title": Rule(
            _UNSURE, "titles alike; same authors, one place",
            lambda v, f: v.near & v.by_same & v.place & v.near_year),
        "no title, one place": Rule(
            _SURE, "a title is missing; same authors, one place",
            lambda v, f: v.untitled & v.by_same & v.full_place & v.near_year),
        "another title, one place": Rule(
            _UNSURE, "titles differ; same authors and the same range of pages in one volume, as a translation has",
            lambda v, f: v.by_all & v.full_place & f.span & v.near_year & (f.doi == 0)),
    }
)  # fmt: skip
