"""Coded segments become themes, counted in studies.

The model is a table of studies × codes in which each cell says whether the
study stands behind the code (:mod:`~reviewkit.coding.incidence`).  A theme is a
set of codes, so the studies behind it are the union of theirs: a study with
three codes of one theme counts once.  Every share has the same denominator, all
studies of the review if these are named, else all that are coded.

``by`` says what is counted, ``"theme"`` or ``"code"``.  To add a way to look at
the table, write a method on top of :class:`Themes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_percent
from reviewkit.coding.communities import CodeCommunities, find_communities
from reviewkit.coding.incidence import Incidence, build_incidence, frame_counts
from reviewkit.coding.inputs import find_denominator, take_segments, take_studies, take_themes
from reviewkit.coding.labels import find_lookalikes, quote_lookalikes
from reviewkit.coding.overlaps import ThemeOverlaps, find_overlaps_of
from reviewkit.coding.quotes import Quote, frame_quotes, table_themes, take_quotes
from reviewkit.coding.study_grid import StudyGrid
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

__all__ = ["Themes", "build_themes"]

_BY = ("theme", "code")
_MOST_ROWS = 60  # of a table in text or HTML; to_frame() has all


@dataclass(frozen=True, slots=True)
class Themes(PicturedResult):
    """Themes and codes with the sets of studies behind them."""

    title: ClassVar[str] = "Themes, counted in studies"

    by_code: Incidence
    by_theme: Incidence
    theme_of: tuple[str, ...]  # the theme of each code, in the order of `by_code`
    n_studies: int  # denominator of every share
    denominator: str  # what that is, in words
    segments: tuple[Quote, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these counts; often nothing."""
        notes = []
        for what, labels in (
            ("Studies", self.by_code.studies),
            ("Codes", self.by_code.labels),
            ("Themes", self.by_theme.labels),
        ):
            groups = [quote_lookalikes(group) for group in find_lookalikes(labels)]
            if groups and (what != "Themes" or labels != self.by_code.labels):
                notes.append(
                    f"{what} that differ by case, dashes and spaces only are counted apart: "
                    f"{list_some(groups)}."
                )
        idle = int((self.by_code.n_studies == 0).sum())
        if idle:
            notes.append(f"{idle} of {len(self.theme_of)} codes have no study behind them.")
        return tuple(notes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a theme, those of most studies first.

        Columns are ``theme``, ``n_studies``, ``share`` (of :attr:`n_studies`, in [0, 1]),
        ``n_segments`` (rows of coding, however many coders and studies) and ``studies`` (a
        tuple of names).  A theme without a study is there, with 0.
        """
        return frame_counts(self.by_theme, "theme", self.n_studies)

    def codes(self) -> pd.DataFrame:
        """Return one row a code, as :meth:`to_frame`, with its theme."""
        frame = frame_counts(self.by_code, "code", self.n_studies)
        frame.insert(1, "theme", [*self.theme_of])
        return frame

    def matrix(self, *, by: str = "theme") -> pd.DataFrame:
        """Return whether a study (row) stands behind a theme or code (column).

        Studies are in natural order, columns in that of the frame; all studies of the review
        are there if they were named to :func:`build_themes`.
        """
        found = self._pick(by)
        studies = pd.Index(found.studies, name="study", dtype=object)
        columns = pd.Index(found.labels, name=by, dtype=object)
        return pd.DataFrame(found.to_matrix(), index=studies, columns=columns)

    def cooccurrence(self, *, by: str = "code") -> pd.DataFrame:
        """Return how many studies stand behind both codes; the diagonal is ``n_studies``."""
        found = self._pick(by)
        labels = pd.Index(found.labels, name=by, dtype=object)
        return pd.DataFrame(found.count_shared().toarray(), index=labels, columns=labels)

    def network(self, *, by: str = "code") -> nx.Graph[str]:
        """Return codes (or themes) as a graph, an edge where two share a study.

        Nodes carry ``n_studies`` and ``n_segments``, codes their ``theme`` too; the ``weight``
        of an edge is the number of studies behind both.
        """
        import networkx as nx

        frame = self.codes() if by == "code" else self.to_frame()
        found = self._pick(by)
        graph: nx.Graph[str] = nx.Graph()
        rows = frame.drop(columns=["share", "studies", by]).to_dict("records")
        graph.add_nodes_from(
            (label, {str(name): value for name, value in row.items()})
            for label, row in zip(found.labels, rows, strict=True)
        )
        graph.add_weighted_edges_from(
            (found.labels[left], found.labels[right], weight)
            for left, right, weight in found.list_shared()
        )
        return graph

    def communities(
        self, *, by: str = "code", resolution: float = 1.0, seed: int = 0
    ) -> CodeCommunities:
        """Return communities of codes that share studies; a seed gives the same ones again."""
        found = self._pick(by)
        of = self.theme_of if by == "code" else found.labels
        return find_communities(found, by, of, self.denominator, resolution=resolution, seed=seed)

    def overlaps(self, *, by: str = "theme") -> ThemeOverlaps:
        """Return the exact combinations of themes (or codes), each study in just one."""
        return find_overlaps_of(self._pick(by), by, self.n_studies, self.denominator)

    def quotes(self) -> pd.DataFrame:
        """Return one row a segment, theme by theme, in its words and with its place.

        Columns are ``theme, code, original_code, study, source, start, end, coder, text``.
        """
        return frame_quotes(self.segments, self._find_themes())

    def table(self, *, quotes: int = 2) -> pd.DataFrame:
        """Return the table of a report: ``theme, n_studies, share, studies, quotes``.

        ``share`` is text with its denominator, as "5 of 13 (38.5 %)"; up to so many `quotes` a
        theme, of different studies first, each with its place.
        """
        if quotes < 0:
            raise InputError(f"`quotes` must be 0 or more. Got {quotes!r}.")
        counts, of = self.to_frame(), self._find_themes()
        return table_themes(counts, self.segments, of, self.n_studies, quotes)

    def _find_themes(self) -> dict[str, str]:
        of = dict(zip(self.by_code.labels, self.theme_of, strict=True))
        rank = {theme: at for at, theme in enumerate(self.by_theme.labels)}
        return dict(sorted(of.items(), key=lambda pair: rank[pair[1]]))

    def grid(self, *, by: str = "theme") -> StudyGrid:
        """Return the matrix as a result with a picture: which study stands behind what."""
        return StudyGrid(self._pick(by), by, self.n_studies, self.denominator)

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the codes as a network: linked where they share studies, grouped by theme.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            Its label is a sentence for those who cannot see the picture.  Where there are more
            codes or links than a reader can tell apart, the picture shows those of most studies
            and says so; :meth:`network` has all.
        """
        from reviewkit.coding.code_network import plot_codes

        return plot_codes(self, ax=ax, width=width)

    def summary(self) -> str:
        """Return headline, notes and the table of themes as plain text."""
        table = self._table().to_string(float_format="{:.4f}".format, max_rows=_MOST_ROWS)
        notes = [f"Note: {note}" for note in self.notes]
        return "\n".join([self.title, self._headline(), *notes, "", table])

    def _headline(self) -> str:
        told = [
            f"{label}: {format_count(count)} ({format_percent(count / self.n_studies)})"
            for label, count in zip(
                self.by_theme.labels[:3], self.by_theme.n_studies.tolist(), strict=False
            )
        ]
        more = len(self.by_theme.labels) - len(told)
        told += [f"and {more} more"] if more else []
        codes, themes = len(self.by_code.labels), len(self.by_theme.labels)
        return (
            f"{codes} {'code' if codes == 1 else 'codes'} in {themes} "
            f"{'theme' if themes == 1 else 'themes'}; of {self.denominator}: {'; '.join(told)}."
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        table = self._table().to_html(
            float_format="{:.4f}".format, border=0, max_rows=_MOST_ROWS, index=False
        )
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>"
        return f"{head}{notes}{table}"

    def _table(self) -> pd.DataFrame:
        return self.to_frame().assign(studies=["; ".join(names) for names in self.by_theme.sets])

    def _pick(self, by: str) -> Incidence:
        return self.by_theme if check_choice("by", by, _BY) == "theme" else self.by_code


def build_themes(
    segments: pd.DataFrame,
    codebook: pd.DataFrame | None = None,
    *,
    studies: Iterable[object] | None = None,
    n_studies: int | None = None,
) -> Themes:
    """Count the studies behind each code and each theme.

    Parameters
    ----------
    segments : DataFrame
        One row a coded segment, with the columns ``study`` and ``code``, as from
        :func:`~reviewkit.coding.codebook.read_coding`.
    codebook : DataFrame, optional
        One row a code, with the columns ``code`` and ``theme`` and if need be ``parent``, as
        from :func:`~reviewkit.coding.codebook.read_codebook`.  A code has one theme.  Without
        a codebook, each code is a theme of its own.
    studies : iterable of str, optional
        All studies of the review, by the names that the segments use.  A study without a code
        is then in the matrix and in the denominator of each share.
    n_studies : int, optional
        Only the number of studies of the review, where their names are not at hand.

    Returns
    -------
    Themes
        Counts are sizes of sets of studies: repeated rows change none of them.  Without
        `studies` and `n_studies`, shares are of the studies that are coded.

    Raises
    ------
    InputError
        If a column is missing; if a segment has no study or no code; if codes are not in the
        codebook, or studies not in `studies` (near misses are named); if the codebook breaks a
        rule of :mod:`~reviewkit.coding.rules`; if nothing is coded and no study is named.

    References
    ----------
    Thomas, J. and Harden, A. (2008). Methods for the thematic synthesis of qualitative research
    in systematic reviews. *BMC Medical Research Methodology*, 8, 45. doi:10.1186/1471-2288-8-45

    Examples
    --------
    >>> segments = pd.DataFrame({
    ...     "study": ["Lee (10)", "Lee (10)", "Knox (13)", "Berg (17)"],
    ...     "code": ["Stress", "Low well-being", "Stress", "Trust"],
    ... })
    >>> codebook = pd.DataFrame({
    ...     "code": ["Stress", "Low well-being", "Trust"], "theme": ["Mind", "Mind", "Work"],
    ... })
    >>> themes = build_themes(segments, codebook, n_studies=4)
    >>> themes.to_frame()[["theme", "n_studies", "share", "n_segments"]]
      theme  n_studies  share  n_segments
    0  Mind          2   0.50           3
    1  Work          1   0.25           1
    >>> [*themes.network().edges(data="weight")]
    [('Stress', 'Low well-being', 1)]
    """
    named, coded = take_segments(segments)
    known = take_studies(studies, named)
    theme_of = take_themes(codebook, coded)
    by_code = build_incidence(known, named, coded, labels=theme_of)
    if not by_code.studies or not by_code.labels:
        raise InputError(
            "At least 1 segment must be coded. Got 0 rows in `segments`. "
            "For a review in which no study has a code, give `studies` and `codebook`."
        )
    groups = tuple(theme_of[code] for code in by_code.labels)
    total, denominator = find_denominator(by_code, n_studies, listed=studies is not None)
    by_theme = by_code.merge(groups)
    quotes = take_quotes(segments, named, coded)
    return Themes(by_code, by_theme, groups, total, denominator, quotes)
