"""A meta-regression as the frames of a bubble plot: its studies, and its line with bands.

Where there are other moderators, the line is what the studies would have on average
if all had this value of the one that is shown: rows of the design are averaged over
the studies, so that factors and interactions need no reference value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.print_lines import join_signs, write_heading
from reviewkit.meta.regression_text import describe_regression

if TYPE_CHECKING:
    from reviewkit.meta.regression import MetaRegression

__all__ = ["make_bubbles"]

_POINTS = 60  # along the line
_MOST_ROWS = 2_000_000  # of designs that are averaged


def make_bubbles(
    found: MetaRegression, x: str | None, label: tuple[str, ...] | str
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Return the points, the line, and the options with which to draw them."""
    frame = found.design.frame
    name = _choose(found, x)
    levels = found.design.levels.get(name)
    values = frame[name].cat.codes.to_numpy() if levels else frame[name].to_numpy(dtype=float)
    studies, counted = found.studies, found.method.transform is not None
    names = [str(study) for study in studies.study]
    y = studies.effects
    if counted:
        assert studies.events is not None
        assert studies.total is not None
        y = studies.events / studies.total
    weight = found.weights
    if found.likelihood is not None:  # it weighs no studies: bubbles then show sample sizes
        assert studies.total is not None
        weight = studies.total / studies.total.sum()
    points = pd.DataFrame({"study": names, "x": values, "y": y, "weight": weight})
    line = _line(found, name, levels)
    options = {
        "scale": "percent" if counted else "plain",
        "heading": write_heading(name),
        "levels": tuple(map(str, levels or ())),
        "label": _check_labels(names, label),
        "level": found.method.level,
        "footer": _write_footer(found, name),
    }
    return points, line, options


def _choose(found: MetaRegression, x: str | None) -> str:
    """Return the moderator that goes on the horizontal axis."""
    names = [*map(str, found.design.frame)]
    if not names:
        raise InputError(
            "A bubble plot must have a moderator. Got a formula with an intercept only. "
            "Plot the pooled result instead."
        )
    if x is not None:
        return check_choice("x", x, names)
    # In the order of the formula, numbers before factors.
    ordered = sorted(names, key=lambda n: (n in found.design.levels, found.formula.find(n)))
    return ordered[0]


def _line(found: MetaRegression, name: str, levels: tuple[Any, ...] | None) -> pd.DataFrame:
    """Return expected effects and their intervals along the axis."""
    frame = found.design.frame
    others = frame.drop(columns=name)
    single = others.empty or not len(others.columns)
    rest = frame.iloc[:1] if single else frame
    if levels:
        places, grid = np.arange(len(levels), dtype=float), pd.Series([*levels])
    else:
        count = max(2, min(_POINTS, _MOST_ROWS // len(rest)))
        places = np.linspace(float(frame[name].min()), float(frame[name].max()), count)
        grid = pd.Series(places)
    table = pd.concat([rest] * len(grid), ignore_index=True)
    values = grid.repeat(len(rest)).reset_index(drop=True)
    rows = found.design.code(table.assign(**{name: values}))
    mean = rows.reshape(len(grid), len(rest), -1).mean(axis=1)
    numbers = found.predict_rows(mean)
    kept = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]
    return numbers[kept].assign(x=places)


def _check_labels(names: list[str], label: tuple[str, ...] | str) -> tuple[str, ...]:
    """Return the studies to name; all of them must be there."""
    if label == "all":
        return tuple(names)
    wanted = (label,) if isinstance(label, str) else tuple(map(str, label))
    unknown = [repr(study) for study in wanted if study not in names]
    if unknown:
        raise InputError(
            f"`label` must name studies of the result, or be 'all'. Not there: "
            f"{list_some(unknown, sep=', ')}. The studies are {list_some(names, sep=', ')}."
        )
    return wanted


def _write_footer(found: MetaRegression, name: str) -> tuple[str, ...]:
    """Return what the picture shows, the finding and the recipe; no advice, it is for print."""
    level = f"{100 * found.method.level:g}%"
    shown = f"Line: expected effect; dark band: {level} confidence interval"
    if found.varies:
        shown += f"; pale band: {level} prediction interval"
    shown += "; area of a bubble: "
    shown += "weight of the study." if found.likelihood is None else "people in the study."
    if len(found.design.frame.columns) > 1:
        shown += f" Averaged over what the studies have of the moderators other than {name}."
    finding = re.sub(r"^all ", "All ", describe_regression(found))
    lines = [shown, f"{finding}.", found.recipe]
    return tuple(map(join_signs, lines))
