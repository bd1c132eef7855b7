"""Raters against each other, against the consensus, and over time: one row a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit.agreement.agreed import Agreement
from reviewkit.agreement.raters import rater_agreement
from reviewkit.agreement.scales import Scale
from reviewkit.agreement.verdicts import CONSENSUS, as_frame, rows_of_stage
from reviewkit.screening.rater_pairs import RaterComparison, Row

__all__ = ["RaterComparison", "compare_raters", "compare_with_consensus", "track_agreement"]

_PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def compare_raters(
    ratings: pd.DataFrame | Mapping[str, Any],
    *,
    stage: str | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    maybe: str = "separate",
) -> RaterComparison:
    """Compute the agreement of each pair of raters.

    Parameters
    ----------
    ratings, stage, level, scale, maybe
        As in :func:`rater_agreement`.

    Returns
    -------
    RaterComparison
        One row a pair; its picture is a heat map of kappa.

    Raises
    ------
    InputError
        If there are fewer than two raters, or verdicts cannot be read.

    References
    ----------
    Cohen (1960). doi:10.1177/001316446002000104

    Examples
    --------
    >>> ratings = {"Ada": [1, 0, 1, 0], "Bo": [1, 0, 0, 0], "Cy": [1, 0, 1, None]}
    >>> compare_raters(ratings).to_frame()[["first", "second", "n", "cohen_kappa"]]
      first second  n  cohen_kappa
    0   Ada     Bo  4          0.5
    1   Ada     Cy  3          1.0
    2    Bo     Cy  3          0.4
    """
    wide, stage = _as_wide(ratings, stage)
    options = {"level": level, "scale": scale, "maybe": maybe}
    names = list(wide.columns)
    _require_two(names)
    rows = [_compare(wide, pair, "", options) for pair in combinations(names, 2)]
    return RaterComparison(tuple(rows), tuple(map(str, names)), stage)


def compare_with_consensus(
    ratings: pd.DataFrame | Mapping[str, Any],
    consensus: str | pd.Series[Any] | Mapping[Any, Any] = CONSENSUS,
    *,
    stage: str | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    maybe: str = "separate",
) -> RaterComparison:
    """Compute the agreement of each rater with the consensus.

    Parameters
    ----------
    ratings, stage, level, scale, maybe
        As in :func:`rater_agreement`; verdicts from before the consensus.
    consensus : str, Series or mapping, default "consensus"
        The rater, or column, that holds the final verdicts; or a final verdict by record.

    Returns
    -------
    RaterComparison
        One row a rater.

    Raises
    ------
    InputError
        If nobody bears the name of the consensus or nobody else decided, or verdicts cannot be
        read.

    Examples
    --------
    >>> ratings = {"Ada": [1, 0, 1, 0], "Bo": [1, 0, 0, 0]}
    >>> found = compare_with_consensus(ratings, {0: 1, 1: 0, 2: 1, 3: 0})
    >>> found.to_frame()["cohen_kappa"].tolist()
    [1.0, 0.5]
    """
    wide, stage = _as_wide(ratings, stage, with_consensus=True)
    if isinstance(consensus, str):
        if consensus not in wide.columns:
            listed = list_some([repr(name) for name in wide.columns], sep=", ")
            raise InputError(f"`consensus` must be one of {listed}. Got {consensus!r}.")
        final = consensus
    else:
        final = CONSENSUS
        wide = wide.drop(columns=final, errors="ignore")
        wide[final] = pd.Series(consensus, dtype=object).reindex(wide.index)
    options = {"level": level, "scale": scale, "maybe": maybe}
    names = [name for name in wide.columns if name != final]
    if not names:
        raise InputError(
            f"At least 1 rater must be compared with {final!r}. Got none. Read the file that holds "
            f"the votes of each rater."
        )
    rows = [_compare(wide, (name, final), "", options) for name in names]
    return RaterComparison(tuple(rows), (*map(str, names), final), stage)


def track_agreement(
    decisions: pd.DataFrame,
    *,
    every: str = "month",
    stage: str | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    maybe: str = "separate",
) -> RaterComparison:
    """Compute the agreement of each pair of raters over time, to see whether it drifts.

    Parameters
    ----------
    decisions : DataFrame
        Decisions, one row each, with a column `decided_at`.
    every : {"day", "week", "month", "quarter", "year"}, default "month"
        Length of a period.  A record belongs to the one in which its later verdict fell.
    stage, level, scale, maybe
        As in :func:`rater_agreement`.

    Returns
    -------
    RaterComparison
        One row a pair and period; records that lack a time are left out and counted.

    Raises
    ------
    InputError
        If there are fewer than two raters, no column `decided_at` or no time in it, or times or
        verdicts cannot be read.

    Examples
    --------
    >>> decisions = pd.DataFrame({
    ...     "record": ["a", "b", "a", "b"], "rater": ["Ada", "Ada", "Bo", "Bo"],
    ...     "verdict": ["include", "exclude", "include", "include"],
    ...     "decided_at": ["2025-01-03", "2025-01-09", "2025-01-05", "2025-02-01"]})
    >>> track_agreement(decisions).to_frame()[["period", "n", "percent_agreement"]]
        period  n  percent_agreement
    0  2025-01  1                1.0
    1  2025-02  1                0.0
    """
    check_choice("every", every, _PERIODS)
    frame = as_frame(decisions)
    if "decided_at" not in frame.columns:
        raise InputError(
            f"`decisions` must have the column 'decided_at'. The columns are "
            f"{list_some([repr(name) for name in frame.columns], sep=', ')}. "
            f"Without times, use compare_raters."
        )
    verdicts, stage = _as_wide(frame, stage)
    _require_two(list(verdicts.columns))
    times, _ = _as_wide(frame, stage or None, "decided_at")
    times = _read_times(times)
    if times.isna().all(axis=None):
        raise InputError("`decided_at` must hold times. Got none. Use compare_raters.")
    options = {"level": level, "scale": scale, "maybe": maybe}
    rows = []
    for first, second in combinations(verdicts.columns, 2):
        both = times[[first, second]].dropna()
        period = both.max(axis=1).dt.to_period(_PERIODS[every])
        rows += [
            _compare(
                verdicts.loc[period.index[period == when]], (first, second), str(when), options
            )
            for when in sorted(period.unique())
        ]
    decided = verdicts.notna().sum(axis=1) > 1
    timeless = int((decided & (times.notna().sum(axis=1) < 2)).sum())
    return RaterComparison(tuple(rows), tuple(map(str, verdicts.columns)), stage, timeless)


def _require_two(names: list[Any]) -> None:
    if len(names) < 2:
        raise InputError(
            f"At least 2 raters must be compared. Got {names}. Add another's verdicts."
        )


def _read_times(texts: pd.DataFrame) -> pd.DataFrame:
    """Return times; a text that is none is an error and no missing time."""
    found = pd.DataFrame(
        {
            rater: pd.to_datetime(texts[rater], errors="coerce", utc=True, format="ISO8601")
            for rater in texts
        }
    )
    bad = np.argwhere(_filled(texts) & found.isna().to_numpy())
    if len(bad):
        listed = [
            f"{texts.iloc[row, side]!r} ({texts.columns[side]} on {texts.index[row]!r})"
            for row, side in bad
        ]
        raise InputError(
            f"`decided_at` must hold times as 2024-03-12 or 2024-03-12T09:30:00Z. Got "
            f"{list_some(listed, most=5)}. Correct them, or leave them blank."
        )
    return pd.DataFrame({rater: found[rater].dt.tz_localize(None) for rater in found})


def _as_wide(
    ratings: pd.DataFrame | Mapping[str, Any], stage: str | None, value: str = "verdict", *,
    with_consensus: bool = False,
) -> tuple[pd.DataFrame, str]:  # fmt: skip
    """Return one column a rater, one row a record, and the stage; a consensus is nobody's vote."""
    frame = as_frame(ratings)
    rows, stage = rows_of_stage(frame, stage)
    frame = frame if rows is None else frame.loc[rows]
    if {"record", "rater", "verdict"} <= set(frame.columns):
        if not with_consensus:
            frame = frame[frame["rater"].astype(str).str.casefold() != CONSENSUS]
        twice = frame.duplicated(["record", "rater"], keep=False)
        if twice.any():
            cells = frame.loc[twice, ["record", "rater"]].drop_duplicates()
            listed = [f"{record!r} of {rater}" for record, rater in cells.itertuples(index=False)]
            raise InputError(
                f"Each rater must have one verdict on a record. Got several for "
                f"{list_some(listed)}. Keep the final decision of each rater."
            )
        wide = frame.set_index(["record", "rater"])[value].unstack("rater")  # noqa: PD010
        return wide, stage or ""
    frame = frame.set_index("record") if "record" in frame.columns else frame
    return frame.drop(columns="stage", errors="ignore").copy(), stage or ""


def _compare(
    wide: pd.DataFrame, pair: tuple[Any, Any], period: str, options: dict[str, Any]
) -> Row:
    """Compare two columns; without a common item, the note says so."""
    first, second = pair
    two = wide[[first, second]]
    if not _filled(two).all(axis=1).any():
        return Row(str(first), str(second), period, 0, nan, nan, nan, nan, nan, "", nan,
                   "no item that both decided")  # fmt: skip
    found: Agreement = rater_agreement(two, **options)
    rows = {row.coefficient: row for row in found.rows}
    kappa = rows["cohen_kappa"]
    return Row(
        str(first), str(second), period, found.n_items, rows["percent_agreement"].estimate,
        kappa.estimate, kappa.se, kappa.ci_low, kappa.ci_high, kappa.label,
        rows["gwet_ac1"].estimate, kappa.note,
    )  # fmt: skip


def _filled(frame: pd.DataFrame) -> NDArray[np.bool_]:
    blank = frame.isna() | frame.astype(str).apply(lambda column: column.str.strip() == "")
    return np.asarray(~blank.to_numpy(dtype=bool))
