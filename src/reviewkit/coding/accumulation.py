"""Code saturation: how many codes are known after so many studies, in one order and in all.

The mean and the standard deviation over all orders of the studies are exact: a code that
f of N studies have is unknown after n of them with probability C(N - f, n) / C(N, n).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number, format_percent
from reviewkit.coding.incidence import Incidence, build_incidence
from reviewkit.coding.inputs import take_segments, take_studies, take_themes
from reviewkit.coding.labels import count_of
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CodeSaturation", "code_saturation"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CodeSaturation(PicturedResult):
    """Known codes after each study."""

    title: ClassVar[str] = "Code saturation over studies"

    studies: tuple[str, ...]  # in order
    new: tuple[int, ...]  # codes that a study is the first to have
    mean: tuple[float, ...]  # known codes, over all orders
    sd: tuple[float, ...]
    by: str
    n_once: int  # codes of one study alone
    n_estimated: float  # Chao's lower bound of the number of codes
    reached: int  # studies before the run that shows saturation; 0 if there is none
    base: int
    run: int
    threshold: float

    @property
    def n_codes(self) -> int:
        """Number of codes that any study has."""
        return sum(self.new)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study, in order: ``study, new, known, share, mean, sd``.

        ``share`` is `known` of all codes found (:attr:`n_codes`).
        """
        known = np.cumsum(self.new)
        return pd.DataFrame(
            {
                "study": [*self.studies],
                "new": [*self.new],
                "known": known,
                "share": known / self.n_codes if self.n_codes else np.full(len(known), nan),
                "mean": [*self.mean],
                "sd": [*self.sd],
            }
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw known codes against studies, with the mean over all orders.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            Its label is a sentence for those who cannot see the picture.
        """
        from reviewkit.present.saturation import draw_saturation

        told = "Points: the order of coding. Grey line and band: mean and sd over all orders."
        notes = [told, self._tell_rule()]
        return draw_saturation(
            self.to_frame(), ax=ax, width=width, counted=f"{self.by.capitalize()}s known",
            reached=self.reached or None, text=self._headline(), footer=notes,
        )  # fmt: skip

    def _tell_rule(self) -> str:
        share = format_percent(self.threshold, 0)
        rule = (
            f"{self.run} studies in a row bring at most {share} of the {self.by}s of the first "
            f"{self.base}"
        )
        if self.reached:
            return f"Saturation after study {self.reached}: the next {rule}."
        return f"No saturation by the rule that {rule}."

    def _headline(self) -> str:
        last = [n for n, new in enumerate(self.new, start=1) if new]
        told = (
            f"{count_of(self.n_codes, self.by)} in {count_of(len(self.studies), 'study', 'studies')}; "
            f"the last new one in study {last[-1] if last else 0}. "
            f"{format_count(self.n_once)} of one study alone"
        )
        bound = f"; at least {format_number(self.n_estimated, 1)} are estimated (Chao2)"
        return f"{told}{bound}. {self._tell_rule()}"


def code_saturation(
    segments: pd.DataFrame,
    codebook: pd.DataFrame | None = None,
    *,
    by: str = "code",
    order: Iterable[object] | None = None,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
) -> CodeSaturation:
    """Count how many codes are known after each study, and whether new ones still come.

    Parameters
    ----------
    segments : DataFrame
        One row a coded segment, with the columns ``study`` and ``code``.
    codebook : DataFrame, optional
        Needed to count themes.
    by : {"code", "theme"}, default "code"
        What is counted.
    order : iterable of str, optional
        All studies in the order in which they were coded, those without a code too; by default
        as they first appear in `segments`.
    base, run : int, default 4 and 2
        Saturation is reached where so many studies in a row (`run`) bring few new codes, against
        those of the first studies (`base`) [1]_.
    threshold : float in [0, 1], default 0.05
        What is few: the new codes of a run, as a share of the codes of the base.

    Returns
    -------
    CodeSaturation
        With the exact mean and standard deviation of known codes over all orders [2]_, and
        Chao's lower bound of how many codes there are, met or not [3]_.

    Raises
    ------
    InputError
        If a column is missing, a study with codes is not in `order`, a study is there twice, or
        an option is out of range.

    Notes
    -----
    A flat curve says that these studies, coded by these people, bring no new codes; not that
    there are none.

    References
    ----------
    .. [1] Guest, Namey & Chen (2020). doi:10.1371/journal.pone.0232076
    .. [2] Colwell et al. (2012). doi:10.1093/jpe/rtr044
    .. [3] Chao (1987). doi:10.2307/2531532

    Examples
    --------
    >>> segments = pd.DataFrame({"study": ["A", "A", "B", "C", "C"],
    ...                          "code": ["Stress", "Trust", "Stress", "Trust", "Pay"]})
    >>> found = code_saturation(segments)
    >>> found.to_frame()[["study", "new", "known", "mean"]].round(2).to_numpy().tolist()
    [['A', 2, 2, 1.67], ['B', 0, 2, 2.67], ['C', 1, 3, 3.0]]
    """
    check_choice("by", by, ("code", "theme"))
    _check_rule(base, run, threshold)
    named, coded = take_segments(segments)
    studies = [*dict.fromkeys(named)] if order is None else take_studies(order, named)
    twice = sorted({study for study in studies if studies.count(study) > 1})
    if twice:
        raise InputError(f"`order` must name each study once. Got twice: {list_some(twice)}.")
    if not studies:
        raise InputError("At least 1 study must be coded. Got none.")
    if by == "theme":
        theme_of = take_themes(codebook, coded)
        coded = [theme_of[code] for code in coded]
    found = build_incidence(studies, named, coded)
    new = _count_new(studies, named, coded)
    mean, sd = _average_orders(found)
    counts = found.n_studies
    return CodeSaturation(
        tuple(studies), tuple(new), tuple(mean.tolist()), tuple(sd.tolist()), by,
        int((counts == 1).sum()), _bound(counts, len(studies)),
        _find_saturation(new, base, run, threshold), base, run, threshold,
    )  # fmt: skip


def _check_rule(base: int, run: int, threshold: float) -> None:
    if base < 1 or run < 1:
        raise InputError(f"`base` and `run` must be 1 or more. Got {base!r} and {run!r}.")
    if not 0 <= threshold <= 1:
        raise InputError(f"`threshold` must be from 0 to 1. Got {threshold!r}. For 5 %, give 0.05.")


def _count_new(studies: Sequence[str], named: Sequence[str], coded: Sequence[str]) -> list[int]:
    place = {study: at for at, study in enumerate(studies)}
    first: dict[str, int] = {}
    for study, code in zip(named, coded, strict=True):
        first[code] = min(first.get(code, len(studies)), place[study])
    new = [0] * len(studies)
    for at in first.values():
        new[at] += 1
    return new


def _average_orders(found: Incidence) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of known codes after 1, 2 ... studies."""
    from scipy.special import gammaln

    total, counts = len(found.studies), found.n_studies
    n, u = np.arange(1, total + 1)[:, None], np.arange(total + 1)[None, :]
    rest = np.maximum(total - u - n, 0)
    logs = gammaln(total - u + 1) - gammaln(rest + 1) - gammaln(total + 1) + gammaln(total - n + 1)
    unknown = np.where(total - u >= n, np.exp(logs), 0.0)  # (n, u): none of u studies among n
    single = np.bincount(counts, minlength=total + 1)
    missed = unknown @ single
    # Two codes are both unknown if the studies of either are: count pairs by that number.
    pairs = np.convolve(single, single).astype(float)
    shared = found.count_shared().tocoo()
    both = counts[shared.row] + counts[shared.col]
    np.subtract.at(pairs, both, 1.0)
    np.add.at(pairs, both - shared.data, 1.0)
    variance = unknown @ pairs[: total + 1] - missed**2
    return np.asarray(len(counts) - missed), np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _bound(counts: NDArray[np.int64], total: int) -> float:
    """Return Chao's bound in the form that needs no code of two studies."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    found = int((counts > 0).sum())
    return found + (total - 1) / total * once * (once - 1) / (2 * (twice + 1))


def _find_saturation(new: Sequence[int], base: int, run: int, threshold: float) -> int:
    """Return how many studies come before the first run that brings little; 0 if none does."""
    known = sum(new[:base])
    for start in range(base, len(new) - run + 1):
        if known and sum(new[start : start + run]) <= threshold * known + 1e-9:
            return start
    return 0
