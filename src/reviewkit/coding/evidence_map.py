"""Where the evidence is, and where there is none: studies by theme, construct and level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_percent
from reviewkit.coding.facets import Facet, Known, order_values, read_facet
from reviewkit.coding.incidence import build_incidence
from reviewkit.coding.inputs import find_denominator, take_segments, take_studies, take_themes
from reviewkit.coding.labels import natural_key
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EvidenceMap", "map_evidence"]

_MOST_ROWS, _MOST_COLUMNS, _MOST_PANELS = 60, 20, 12  # in a picture

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class EvidenceMap(PicturedResult):
    """Sets of studies by two or three facets; a cell without a study is a gap."""

    title: ClassVar[str] = "Evidence map"

    facets: tuple[str, ...]  # rows, columns and, if there are, panels
    categories: tuple[tuple[str, ...], ...]  # of each facet, in order
    cells: tuple[tuple[Key, tuple[str, ...]], ...]  # those that hold a study
    n_studies: int
    denominator: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell, gaps too: the facets, ``n_studies, share, studies``."""
        found = dict(self.cells)
        keys = list(product(*self._axes()))
        sets = [found.get(key, ()) for key in keys]
        columns = {name: [key[at] for key in keys] for at, name in enumerate(self.facets)}
        return pd.DataFrame(
            {
                **columns,
                "n_studies": [len(names) for names in sets],
                "share": [len(names) / self.n_studies for names in sets],
                "studies": pd.Series(sets, dtype=object),
            }
        )

    def gaps(self) -> pd.DataFrame:
        """Return the cells in which no study is."""
        frame = self.to_frame()
        return frame.loc[frame["n_studies"] == 0, [*self.facets]].reset_index(drop=True)

    def panels(self) -> dict[str, pd.DataFrame]:
        """Return counts of studies, rows × columns, by panel."""
        found = {key: len(names) for key, names in self.cells}
        rows, columns, panels = self._axes()
        index = pd.Index([*rows], name=self.facets[0], dtype=object)
        heads = pd.Index([*columns], name=self.facets[1], dtype=object)
        return {
            panel: pd.DataFrame(
                [[found.get((row, column, panel), 0) for column in columns] for row in rows],
                index=index, columns=heads,
            )
            for panel in panels
        }  # fmt: skip

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the map: a disc with its number for each cell, panels side by side or below.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            What has no room is left out, which a note says; :meth:`to_frame` has all.
        """
        from reviewkit.present.evidence import draw_evidence

        drawn = {
            name: frame.iloc[:_MOST_ROWS, :_MOST_COLUMNS]
            for name, frame in [*self.panels().items()][:_MOST_PANELS]
        }
        notes = [f"Numbers are studies, of {self.denominator}; a study may be in several cells."]
        sizes = zip(self.categories, (_MOST_ROWS, _MOST_COLUMNS, _MOST_PANELS), strict=False)
        cut = [
            f"the first {most} of {format_count(len(values))} of {name}"
            for name, (values, most) in zip(self.facets, sizes, strict=False)
            if len(values) > most
        ]
        notes += [f"Drawn: {'; '.join(cut)}."] if cut else []
        return draw_evidence(
            drawn, ax=ax, width=width, title=self.title, text=self._headline(), footer=notes
        )

    def summary(self) -> str:
        """Return headline and the counts of each panel as plain text."""
        parts = [
            f"{name}\n{frame.to_string(max_rows=_MOST_ROWS)}".strip()
            for name, frame in self.panels().items()
        ]
        return "\n\n".join([f"{self.title}\n{self._headline()}", *parts])

    def _axes(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        rows, columns, *rest = self.categories
        return rows, columns, rest[0] if rest else ("",)

    def _headline(self) -> str:
        total = 1
        for values in self.categories:
            total *= len(values)
        facets = " × ".join(
            f"{name} ({len(values)})"
            for name, values in zip(self.facets, self.categories, strict=True)
        )
        key, names = max(self.cells, key=lambda cell: len(cell[1]))
        where = ", ".join(filter(None, key))
        return (
            f"{facets}, from {self.denominator}: {format_count(len(self.cells))} of "
            f"{format_count(total)} cells hold a study, {format_count(total - len(self.cells))} are "
            f"gaps. Most studies: {where}, {format_count(len(names))} "
            f"({format_percent(len(names) / self.n_studies)})."
        )


def map_evidence(
    segments: pd.DataFrame,
    codebook: pd.DataFrame | None = None,
    *,
    rows: str = "theme",
    columns: str = "construct",
    panels: str | None = None,
    studies: pd.DataFrame | Iterable[object] | None = None,
    n_studies: int | None = None,
    order: Mapping[str, Sequence[str]] | None = None,
) -> EvidenceMap:
    """Count studies by two or three facets, as theme × construct × level.

    Parameters
    ----------
    segments : DataFrame
        One row a coded segment, with the columns ``study`` and ``code``.
    codebook : DataFrame, optional
        Themes of the codes, and any facets of them (columns).
    rows, columns : str, default "theme" and "construct"
        Facets: "theme", "code", a column of the segments, of the codebook or of `studies`
        (looked up in this order), or the name of a theme, whose codes are then the values and
        hold for a study as a whole.  Cells may hold several values, separated by semicolons.
    panels : str, optional
        A third facet, as "level" (individual, team, organisational [1]_).
    studies : DataFrame or iterable of str, optional
        All studies of the review: names, or a frame with the column ``study`` and facets.
    n_studies : int, optional
        Only the number of studies of the review, where their names are not at hand.
    order : mapping, optional
        The values of a facet in order, those without a study too, which are then gaps.

    Returns
    -------
    EvidenceMap
        A cell is a set of studies, in which each counts once.  What is not stated is a value
        of its own.

    Raises
    ------
    InputError
        If a facet is not known, or `order` lacks a value; as :func:`build_themes`.

    References
    ----------
    .. [1] May et al. (2024). doi:10.1371/journal.pone.0306757
    .. [2] Miake-Lye et al. (2016). What is an evidence map? doi:10.1186/s13643-016-0204-x

    Examples
    --------
    >>> segments = pd.DataFrame({"study": ["A", "A", "B"], "code": ["Rest", "Load", "Load"],
    ...                          "construct": ["burnout", "burnout", "vicarious trauma"],
    ...                          "level": ["individual", "team", "team"]})
    >>> found = map_evidence(segments, panels="level", rows="code")
    >>> found.panels()["team"].to_numpy().tolist()
    [[1, 1], [0, 0]]
    >>> len(found.gaps())
    9
    """
    named, coded = take_segments(segments)
    frame = studies if isinstance(studies, pd.DataFrame) else None
    if frame is not None and "study" not in frame:
        raise InputError(
            "`studies` must be names, or a frame with the column 'study'. It has none."
        )
    listed = studies if frame is None else frame["study"].drop_duplicates().tolist()
    all_studies = take_studies(listed, named)
    theme_of = take_themes(codebook, coded)
    found = build_incidence(all_studies, named, coded)
    if not coded:
        raise InputError("At least 1 segment must be coded. Got 0 rows in `segments`.")
    total, denominator = find_denominator(
        found, n_studies if frame is None else None, listed=studies is not None
    )
    names = (rows, columns) if panels is None else (rows, columns, panels)
    known = Known(segments, named, coded, codebook, theme_of, frame)
    facets = [read_facet(name, known) for name in names]
    ranks = _rank(theme_of, named, coded)
    values = [order_values(facet, (order or {}).get(facet.name), ranks) for facet in facets]
    cells = _fill(facets, named)
    return EvidenceMap(names, tuple(map(tuple, values)), cells, total, denominator)


def _rank(
    theme_of: Mapping[str, str], named: Sequence[str], coded: Sequence[str]
) -> dict[str, int]:  # fmt: skip
    """Return what puts themes and codes of most studies first."""
    sets: dict[str, set[str]] = {}
    for study, code in zip(named, coded, strict=True):
        for name in (code, theme_of[code]):
            sets.setdefault(name, set()).add(study)
    return {name: -len(found) for name, found in sets.items()}


def _fill(facets: Sequence[Facet], named: Sequence[str]) -> tuple[tuple[Key, tuple[str, ...]], ...]:
    """Return the cells that hold a study, each with its studies in natural order."""
    sets: dict[Key, set[str]] = {}
    third = facets[2].said if len(facets) > 2 else [("",)] * len(named)
    for study, row, column, panel in zip(named, facets[0].said, facets[1].said, third, strict=True):
        for key in product(row, column, panel):
            sets.setdefault((key[0], key[1], key[2]), set()).add(study)
    return tuple(
        (key, tuple(sorted(names, key=natural_key))) for key, names in sorted(sets.items())
    )
