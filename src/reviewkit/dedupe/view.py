"""Evidence on pairs under short names, so that rules read as sentences."""

from __future__ import annotations

import numpy as np

from reviewkit.dedupe.features import Features
from reviewkit.dedupe.titles import TitleMatch

__all__ = ["View"]


class View:
    """Evidence under short names, so that the rules below read as sentences."""

    def __init__(self, f: Features) -> None:
        self.f = f
        t = f.title
        self.same = t == TitleMatch.SAME
        self.typo = t == TitleMatch.TYPO
        self.alike = self.same | self.typo
        self.shorter = t == TitleMatch.SHORTER
        self.near = t == TitleMatch.NEAR
        self.untitled = t == TitleMatch.UNKNOWN
        self.conflict = t == TitleMatch.CONFLICT
        self.related = t >= TitleMatch.NEAR
        authors = f.authors
        self.by_same = np.nan_to_num(authors, nan=0) >= 0.6
        self.by_all = np.nan_to_num(authors, nan=0) >= 0.85
        self.by_unknown = np.isnan(authors)
        self.by_others = np.nan_to_num(authors, nan=1) < 0.4
        self.one_id = ((f.doi == 1) | (f.pmid == 1)) & (f.doi != -1) & (f.pmid != -1)
        self.two_ids = ((f.doi == -1) | (f.pmid == -1)) & (f.doi != 1) & (f.pmid != 1)
        self.mixed_ids = ((f.doi == 1) & (f.pmid == -1)) | ((f.doi == -1) & (f.pmid == 1))
        self.same_year = f.years == 0
        self.near_year = f.years <= 1
        self.far_year = (f.years >= 2) & (f.years < 99)
        apart = (f.journal == -1) & (f.issue == -1)  # a volume and a page may agree by chance
        self.place = (
            (f.page == 1)
            & ~apart
            & ((f.volume == 1) | (f.volume == 0) & (f.journal == 1) & ~self.far_year)
        )
        self.full_place = (
            (f.page == 1) & (f.volume == 1) & ((f.journal == 1) | (f.issue == 1) & (f.journal == 0))
        )
        self.elsewhere = (
            ((f.page == -1) & ((f.volume == -1) | (f.journal == -1) | self.far_year))
            | ((f.journal == -1) & (f.volume == -1) & (f.page != 1))
            | ((f.volume == -1) & self.far_year & (f.page != 1))
        )
        self.no_place = (f.page == 0) & (f.volume == 0) & (f.journal == 0)
