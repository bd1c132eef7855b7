"""Verbal scales: which word a kappa deserves.

Printed scales have gaps: "0.41–0.60 moderate, 0.61–0.80 substantial" says nothing
of 0.605.  One rule closes them all: **a band begins at its printed lower bound and
runs up to, but not including, the next one's.**  It is applied to the unrounded
value and agrees with every value that has as many decimals as the scale.  To add a
scale, name it in :data:`SCALES`; :mod:`reviewkit.agreement.printed_scales` reads one
from a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nextafter
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError

__all__ = ["SCALES", "Band", "Scale", "choose_scale"]

_ROUNDING = 1e-9  # what arithmetic may add to a coefficient of 1


class Band(NamedTuple):
    """A word and where it begins; it ends where the next band begins."""

    label: str
    lower: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Words for coefficients from -1 to 1, in bands without gaps.

    Examples
    --------
    >>> SCALES["landis-koch"].label(0.605), SCALES["landis-koch"].label(0.61)
    ('moderate', 'substantial')
    """

    name: str
    source: str  # authors, year, DOI
    bands: tuple[Band, ...]  # ascending; the first begins at -1
    caution: str = ""  # what is wrong with the scale as printed

    def __post_init__(self) -> None:
        starts = [band.lower for band in self.bands]
        if starts[:1] != [-1] or starts != sorted(set(starts)):
            raise InputError(
                f"The bands of a scale must begin at −1 and ascend. Got lower bounds {starts} "
                f"in {self.name!r}. Sort the bands, and begin the first one at −1."
            )

    def label(self, value: float) -> str:
        """Return the word for an unrounded value; none for one that is missing."""
        return "" if isnan(value) else self.bands[self._place(value)].label

    def labels_between(self, low: float, high: float) -> tuple[str, ...]:
        """Return the words of all bands that an interval touches, both ends included."""
        if isnan(low) or isnan(high):
            return ()
        touched = self.bands[self._place(low) : self._place(high) + 1]
        return tuple(band.label for band in touched)

    def _place(self, value: float) -> int:
        if abs(value) > 1 + _ROUNDING:
            raise InputError(
                f"A coefficient must lie between −1 and 1. Got {value!r}. If it is in per cent, "
                f"divide by 100."
            )
        return max(i for i, band in enumerate(self.bands) if band.lower <= max(value, -1.0))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a band, from `lower` up to, but not including, `upper`; the last to 1."""
        starts = [band.lower for band in self.bands]
        labels = [band.label for band in self.bands]
        return pd.DataFrame({"label": labels, "lower": starts, "upper": [*starts[1:], 1.0]})


def choose_scale(scale: str | Scale) -> Scale:
    """Return a scale by its name, or the scale itself."""
    if isinstance(scale, Scale):
        return scale
    return SCALES[check_choice("scale", scale, SCALES)]


def _above(bound: float) -> float:
    """Return where a band begins that is printed as "above" its bound."""
    return nextafter(bound, 1.0)


def _scale(name: str, source: str, *bands: tuple[str, float], caution: str = "") -> Scale:
    return Scale(name, source, tuple(Band(*band) for band in bands), caution)


#: Scales by name.  Where the print begins at 0, its first word is used below 0 too.
SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        scale.name: scale
        for scale in (
            _scale(
                "landis-koch",
                "Landis & Koch (1977), doi:10.2307/2529310",
                ("poor", -1.0),
                ("slight", 0.0),
                ("fair", 0.21),
                ("moderate", 0.41),
                ("substantial", 0.61),
                ("almost perfect", 0.81),
            ),
            _scale(
                "fleiss",
                "Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd ed.",
                ("poor", -1.0),
                ("fair to good", 0.40),
                ("excellent", _above(0.75)),
            ),
            _scale(
                "altman",
                "Altman (1991), Practical Statistics for Medical Research",
                ("poor", -1.0),
                ("fair", 0.21),
                ("moderate", 0.41),
                ("good", 0.61),
                ("very good", 0.81),
            ),
            _scale(
                "cicchetti",
                "Cicchetti (1994), doi:10.1037/1040-3590.6.4.284",
                ("poor", -1.0),
                ("fair", 0.40),
                ("good", 0.60),
                ("excellent", 0.75),
            ),
            _scale(
                "mchugh",
                "McHugh (2012), doi:10.11613/BM.2012.031",
                ("none", -1.0),
                ("minimal", 0.21),
                ("weak", 0.40),
                ("moderate", 0.60),
                ("strong", 0.80),
                ("almost perfect", _above(0.90)),
            ),
            _scale(
                "krippendorff",
                "Krippendorff (2004), Content Analysis, 2nd ed.",
                ("discard", -1.0),
                ("tentative", 0.667),
                ("rely", 0.800),
            ),
            _scale(
                "kamkar-2025",
                "Kamkar et al. (2025), Rev Clin Med 12(1), table 1",
                ("Poor", -1.0),
                ("Slight", 0.0),
                ("Fair", 0.21),
                ("Good", 0.41),
                ("Substantial", 0.61),
                ("Very High", 0.81),
                ("Excellent", 0.91),
                caution="Printed with five gaps, without a source, and with its 0.21–0.40, "
                "'Fair', described as moderate.",
            ),
        )
    }
)
