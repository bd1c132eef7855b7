"""From a table of answers to an :class:`~reviewkit.appraisal.appraised.Appraisal`."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraised import Appraisal
from reviewkit.appraisal.instruments import Instrument
from reviewkit.appraisal.overall import decide_overall
from reviewkit.appraisal.reading import OVERALL, tidy_appraisal

__all__ = ["Appraisal", "appraise", "build_appraisal"]


def appraise(
    data: pd.DataFrame | str | PathLike[str],
    *,
    instrument: str | PathLike[str] | Instrument | None = None,
    overall: str | Mapping[str, float] | None = None,
    appraiser: str | None = None,
) -> Appraisal:
    """Bring the answers of an appraisal together, with an overall judgement by a stated rule.

    Parameters
    ----------
    data : DataFrame or path-like
        The frame of :func:`~reviewkit.appraisal.reading.read_appraisal`, a frame with one column an
        item, or a file with either.
    instrument : str, path-like or Instrument, optional
        As in :func:`~reviewkit.appraisal.reading.read_appraisal`.
    overall : str or mapping, optional
        "judgement" takes the overall judgements of the table, "worst" that of the worst item,
        "none" none.  A mapping gives thresholds of items met (stars of a scale of stars), as
        ``{"low": 7, "moderate": 4}``, the rest is high; or shares of the items that apply, as
        ``{"low": 0.7}``.  Without it: as judged where somebody judged, else by the rule of the
        instrument (RoB 2, ROBINS-I: worst), else none.
    appraiser : str, optional
        Whose answers to take, where there are several people's.

    Returns
    -------
    Appraisal
        With ``.overall`` and ``.rule``, ``.counts``, ``.items()``, ``.as_judgements()`` for a
        forest plot, ``.as_moderator()``, ``.summary_bars()`` and ``.plot()``.  Where a missing
        answer could change the overall judgement, that is missing too.

    Raises
    ------
    InputError
        As :func:`~reviewkit.appraisal.reading.read_appraisal`; if several people appraised and
        none is chosen; if a rule is unknown.

    Notes
    -----
    JBI advises against sum scores, AXIS and MMAT have none, and the overall risk of Hoy's tool is a
    judgement [1]_.  Thresholds are a rule of the review: its words stand under each picture.

    References
    ----------
    .. [1] Hoy et al. (2012). doi:10.1016/j.jclinepi.2011.11.014

    Examples
    --------
    >>> frame = pd.DataFrame({"study": ["Ada 2019", "Bo 2021"], "D1": ["low", "low"],
    ...     "D2": ["low", "high"], "D3": ["low", "low"], "D4": ["some concerns", "low"],
    ...     "D5": ["low", "low"]})
    >>> found = appraise(frame, instrument="rob-2")
    >>> found.overall.tolist()
    ['some concerns', 'high']
    >>> found.rule
    'Overall risk of bias: the worst item; lacking information is worse than some concern, better than high.'
    """
    frame = tidy_appraisal(data, instrument)
    one = frame.attrs["instrument"]
    if "appraiser" in frame:
        frame = _choose(frame, appraiser)
        appraiser = str(frame["appraiser"].iloc[0])
    elif appraiser is not None:
        raise InputError(
            f"`appraiser` must be named in a column 'appraiser'. There is none, and {appraiser!r} "
            f"was asked for. Leave it out."
        )
    return build_appraisal(frame, one, overall, appraiser or "")


def build_appraisal(
    frame: pd.DataFrame,
    instrument: Instrument,
    overall: str | Mapping[str, float] | None,
    appraiser: str,
) -> Appraisal:
    """Return the appraisal of a frame of one person, in the form of ``read_appraisal``."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    cells = (["" if pd.isna(v) else str(v) for v in frame[n]] for n in _COLUMNS)
    for study, item, answer, note in zip(*cells, strict=True):
        found.setdefault(study, {})[item] = (answer, note)
    # A study that has no row of an item of a group for a design is not of that design.
    lacking = "not applicable" if instrument.by_design else ""
    ids = [item.id for item in instrument.items]
    rows = [{i: one.get(i, (lacking, "")) for i in ids} for one in found.values()]
    answers = [{i: answer for i, (answer, _) in row.items()} for row in rows]
    judged = tuple(one.get(OVERALL, ("", ""))[0] for one in found.values())
    return Appraisal(
        instrument=instrument,
        studies=tuple(found),
        answers=tuple(tuple(row.values()) for row in answers),
        remarks=tuple(tuple(note for _, note in row.values()) for row in rows),
        judged=judged,
        by_rule=decide_overall(instrument, answers, judged, overall),
        appraiser=appraiser,
    )


_COLUMNS = ("study", "item", "judgement", "note")


def _choose(frame: pd.DataFrame, appraiser: str | None) -> pd.DataFrame:
    """Return the rows of one appraiser."""
    names = [*dict.fromkeys(frame["appraiser"].fillna(""))]
    if appraiser is None and len(names) == 1:
        return frame
    listed = list_some([*map(repr, names)], sep=", ")
    if appraiser is None:
        raise InputError(
            f"One person's answers must be chosen. Got those of {listed}. Choose one, as in "
            f"appraiser={names[0]!r}, or reconcile them with compare_appraisals."
        )
    if appraiser not in names:
        raise InputError(f"`appraiser` must be one of {listed}. Got {appraiser!r}.")
    return frame[frame["appraiser"] == appraiser].reset_index(drop=True)
