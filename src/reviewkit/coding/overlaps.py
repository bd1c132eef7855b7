"""Which themes stand together: each study counts once, in the one combination that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.format import format_count, format_percent
from reviewkit.coding.incidence import Incidence
from reviewkit.coding.labels import count_of
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ThemeOverlaps", "find_overlaps_of"]

_MOST_DRAWN = 25  # sets in a picture


class Combination(NamedTuple):
    """Labels that stand together, and the studies that have just these."""

    labels: tuple[str, ...]
    studies: tuple[str, ...]  # by name
    n: int  # with those of the review that are not named


@dataclass(frozen=True, slots=True)
class ThemeOverlaps(PicturedResult):
    """Exact combinations of themes or codes, with the studies that have them."""

    title: ClassVar[str] = "Themes that stand together"

    incidence: Incidence
    by: str
    combinations: tuple[Combination, ...]  # those of most studies first
    n_studies: int
    denominator: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a combination: ``themes, n_themes, n_studies, share, studies``.

        A study is in one row only; the empty combination holds the studies without a theme, of
        which some may have no name here.
        """
        name = f"{self.by}s"
        return pd.DataFrame(
            {
                name: pd.Series([one.labels for one in self.combinations], dtype=object),
                f"n_{name}": [len(one.labels) for one in self.combinations],
                "n_studies": [one.n for one in self.combinations],
                "share": [one.n / self.n_studies for one in self.combinations],
                "studies": pd.Series([one.studies for one in self.combinations], dtype=object),
            }
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw each combination as a column: above, how many studies; below, which themes.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            Of more than 25 themes, those of most studies are drawn and a note says so; of
            combinations, as many as the page has room for.
        """
        from reviewkit.present.upset import draw_upset

        labels = self.incidence.labels[:_MOST_DRAWN]
        merged: dict[tuple[bool, ...], int] = {}
        for one in self.combinations:
            key = tuple(label in one.labels for label in labels)
            merged[key] = merged.get(key, 0) + one.n
        rows = sorted(merged.items(), key=lambda pair: -pair[1])
        notes = [f"Bars count studies, of {self.denominator}; each study is in one column."]
        if len(labels) < len(self.incidence.labels):
            total = format_count(len(self.incidence.labels))
            notes.append(f"The {_MOST_DRAWN} {self.by}s of most studies, of {total}.")
        return draw_upset(
            pd.DataFrame([key for key, _ in rows], columns=[*labels]), [n for _, n in rows],
            sizes=self.incidence.n_studies[:_MOST_DRAWN].tolist(), ax=ax, width=width,
            title=self.title, text=self._headline(), footer=notes,
        )  # fmt: skip

    def _headline(self) -> str:
        count = len(self.combinations)
        first = self.combinations[0]
        names = " and ".join(f"“{label}”" for label in first.labels) or f"no {self.by}"
        share = format_percent(first.n / self.n_studies)
        several = sum(one.n for one in self.combinations if len(one.labels) > 1)
        labels = count_of(len(self.incidence.labels), self.by)
        return (
            f"{count_of(count, 'combination')} of {labels} in {self.denominator}; "
            f"{count_of(several, 'study', 'studies')} with more than one. Most often {names}: "
            f"{format_count(first.n)} ({share})."
        )


def find_overlaps_of(found: Incidence, by: str, n_studies: int, denominator: str) -> ThemeOverlaps:
    """Return the exact combinations of labels, studies without any in one of their own."""
    own: list[list[str]] = [[] for _ in found.studies]
    for at, label, _ in found.cells:
        own[at].append(found.labels[label])
    groups: dict[tuple[str, ...], list[str]] = {}
    for study, labels in zip(found.studies, own, strict=True):
        groups.setdefault(tuple(labels), []).append(study)
    unnamed = n_studies - len(found.studies)
    if unnamed:
        groups.setdefault((), [])
    rows = [
        Combination(key, tuple(names), len(names) + (0 if key else unnamed))
        for key, names in groups.items()
    ]
    rows.sort(key=lambda one: (-one.n, -len(one.labels)))
    return ThemeOverlaps(found, by, tuple(rows), n_studies, denominator)
