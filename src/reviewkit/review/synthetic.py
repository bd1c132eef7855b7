"""Reviews that no one made: whole folders with known truth, clean or with planted faults.

:func:`make_review` draws a review from a seed, step by step (:data:`STEPS`): studies, what they
counted, a flow that leads to them, raters, tables, pooled results, as a careful author with
habits of their own would print them.  Faults are planted last; each contradicts what is printed
elsewhere, or what numbers can be (:mod:`~reviewkit.review.synthetic_faults`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit._core.result import Result
from reviewkit.review.synthetic_draft import Draft, draw_habit, render_files
from reviewkit.review.synthetic_faults import FAULTS, Planted
from reviewkit.review.synthetic_flow import add_flow
from reviewkit.review.synthetic_numbers import add_percentages, add_pools
from reviewkit.review.synthetic_raters import add_raters
from reviewkit.review.synthetic_search import add_search
from reviewkit.review.synthetic_studies import add_outcomes, add_studies
from reviewkit.review.synthetic_tables import add_coding, add_groups, add_study_tables, add_themes

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["STEPS", "SyntheticReview", "draft_review", "make_review"]

_TRIES = 25  # drafts, until one has room for all faults


@dataclass(frozen=True, slots=True)
class SyntheticReview(Result):
    """A review that no one made, and what is wrong with it.

    It is a path too: ``rk.open_review(rk.make_review(1))`` opens its folder.

    Attributes
    ----------
    seed : int
    folder : Path
    planted : tuple of Planted
        Each fault: ``fault, where, was, became, rules`` (those of the audit that should find
        it), ``says``.
    files : mapping
        Path within the folder → bytes.
    """

    title: ClassVar[str] = "Synthetic review"

    seed: int
    folder: Path
    planted: tuple[Planted, ...]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def truth(self) -> pd.DataFrame:
        """The planted faults: one row each, ``fault, where, was, became, rules, says``."""
        return self.to_frame()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a planted fault; none of a clean review."""
        rows = [
            (p.fault, p.where, p.was, p.became, ", ".join(p.rules), p.says) for p in self.planted
        ]
        columns = ["fault", "where", "was", "became", "rules", "says"]
        return pd.DataFrame(rows, columns=columns, dtype=object)

    def review(self) -> Review:
        """Open the folder; see :func:`~reviewkit.review.folder.open_review`."""
        from reviewkit.review.folder import open_review

        return open_review(self.folder, broken="report")

    def __fspath__(self) -> str:
        return str(self.folder)

    def _headline(self) -> str:
        n = len(self.planted)
        planted = f"{n} planted fault{'s' * (n != 1)}" if n else "clean"
        return f"Seed {self.seed}, {len(self.files)} files, {planted}."

    def summary(self) -> str:
        """Return what was made, and each planted fault, as plain text."""
        lines = [f"{p.fault} at {p.where}: {p.was!r} became {p.became!r}." for p in self.planted]
        return "\n".join([self.title, self._headline(), *lines])

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, border=0) if self.planted else ""
        return f"<h4>{self.title}</h4><p>{self._headline()}</p>{table}"


def make_review(
    seed: int,
    faults: str | Iterable[str] = (),
    *,
    folder: str | PathLike[str] | None = None,
    n_studies: int | None = None,
) -> SyntheticReview:
    """Write a whole review folder with known truth, clean or with planted faults.

    Parameters
    ----------
    seed : int, 0 or more
        The same seed and arguments give the same bytes.
    faults : str or iterable of str, default ()
        What to plant, by names of ``reviewkit.review.synthetic_faults.FAULTS``, as
        ``"flow.screened"`` or ``"percentages.grim"``.
    folder : path, optional
        Where to write: a new folder, or one that is empty.  Without one, a new folder among the
        temporary files of the system; it stays until someone deletes it.
    n_studies : int, optional
        Included studies, 4 to 400; by default drawn, 5 to 60, mostly few.

    Returns
    -------
    SyntheticReview
        `folder`; `truth`, a frame of what was planted where, what it was and became, and the
        rules that should find it; `review()`.

    Raises
    ------
    InputError
        If `seed` or `n_studies` is no such number, a fault is unknown, the folder holds files, or
        no draft had room for all faults at once.

    Notes
    -----
    A clean review is consistent by construction: percentages come from counts, kappa from a
    cross-table, pooled results from the studies, the flow from the number of studies.  Not
    everything is reported, as in life; that gives notes in an audit, no errors and no warnings.
    A fault makes something impossible, or contradicts what another table prints.

    Examples
    --------
    >>> import tempfile
    >>> import reviewkit as rk
    >>> with tempfile.TemporaryDirectory() as place:
    ...     made = rk.make_review(7, ["groups.sum"], folder=place)
    ...     found = {finding.rule for finding in made.review().audit().warnings}
    >>> made.truth[["fault", "rules"]].to_numpy().tolist(), found
    ([['groups.sum', 'groups.sum']], {'groups.sum'})
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError(f"`seed` must be a whole number, 0 or more. Got {seed!r}.")
    if n_studies is not None and n_studies not in range(4, 401):
        raise InputError(f"`n_studies` must be a whole number from 4 to 400. Got {n_studies!r}.")
    names = (faults,) if isinstance(faults, str) else tuple(faults)
    for name in names:
        check_choice("faults", name, FAULTS)
    draft, planted = draft_review(int(seed), names, n_studies)
    files = render_files(draft)
    where = _open_folder(folder)
    for name, content in files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return SyntheticReview(int(seed), where, planted, MappingProxyType(files))


def draft_review(
    seed: int, faults: tuple[str, ...], n_studies: int | None = None
) -> tuple[Draft, tuple[Planted, ...]]:
    """Return a draft with its faults planted; several are tried until there is room for all."""
    wants = frozenset(need for name in faults for need in FAULTS[name].needs)
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed, attempt])
        draft = Draft(rng, wants, draw_habit(rng))
        add_studies(draft, n_studies)
        for step in STEPS.values():
            step(draft)
        planted = _plant(draft, faults)
        if planted is not None:
            return draft, planted
    raise InputError(
        f"No review of seed {seed} has room for {', '.join(faults)} together. Plant fewer at once."
    )


def _plant(draft: Draft, faults: tuple[str, ...]) -> tuple[Planted, ...] | None:
    found = []
    for name in faults:
        planted = FAULTS[name].plant(draft)
        if planted is None or planted.was == planted.became:
            return None
        where, was, became = planted
        found.append(Planted(name, where, was, became, FAULTS[name].rules, FAULTS[name].says))
    return tuple(found)


def _open_folder(folder: str | PathLike[str] | None) -> Path:
    if folder is None:
        return Path(mkdtemp(prefix="review-"))
    path = Path(folder)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(
            f"`folder` must be new or empty: nothing is overwritten. {str(path)!r} is not. "
            f"Choose another name."
        )
    return path


#: What is drawn after the studies, in this order.
STEPS: Mapping[str, Callable[[Draft], None]] = MappingProxyType(
    {
        "outcomes": add_outcomes,
        "search": add_search,
        "flow": add_flow,
        "raters": add_raters,
        "tables": add_study_tables,
        "groups": add_groups,
        "themes": add_themes,
        "coding": add_coding,
        "percentages": add_percentages,
        "pools": add_pools,
    }
)
