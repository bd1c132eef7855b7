"""Pooled results of many choices of studies, drawn as one forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import Refits
from reviewkit.meta.sensitivity import print_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["make_refit_rows", "plot_refits"]

_WIDE = 120  # mm, from which on tau² and I² have room beside the panel


def make_refit_rows(
    pooled: Pooled, fits: Refits, labels: Sequence[str], *, whole: bool
) -> pd.DataFrame:
    """Return one row a fit and, if `whole`, a diamond for all studies."""
    ends = {name: fits.shown[name] for name in ("estimate", "ci_low", "ci_high")}
    spread = {"tau2": fits.fit.tau2, "i2": fits.fit.i2}
    rows = pd.DataFrame({"kind": "study", "study": [*labels], **ends, **spread})
    if not whole:
        return rows
    last: dict[str, Any] = {name: getattr(pooled, name) for name in ends}
    last |= {"kind": "pooled", "study": f"All {pooled.k}\u00a0studies"}
    last |= {"tau2": pooled.tau2, "i2": pooled.i2}
    return pd.concat([rows, pd.DataFrame([{"kind": "gap"}, last])], ignore_index=True)


def plot_refits(
    pooled: Pooled, fits: Refits, labels: Sequence[str], *, heading: str, told: str, whole: bool,
    ax: Axes | None, width: float,
) -> Axes:  # fmt: skip
    """Draw fits as rows of a forest plot, `heading` above their names and `told` below."""
    from reviewkit.present.axes import MM, use_points
    from reviewkit.present.forest import draw_forest

    room = width if ax is None else use_points(ax)[0] / MM
    percent = pooled.method.transform is not None
    name = "Prevalence, %" if percent else "Effect"
    level = f"{100 * pooled.method.level:g}% CI"
    columns = {"study": heading, "panel": name, "estimate": f"{name}\n({level})"}
    if room >= _WIDE and np.isfinite(fits.fit.tau2).any():
        columns |= {"tau2": "τ²", "i2": "I²,\n%"}
    return draw_forest(
        make_refit_rows(pooled, fits, labels, whole=whole), ax=ax, width=width, columns=columns,
        scale="percent" if percent else "plain", reference=pooled.estimate,
        level=pooled.method.level, footer=print_lines([told, pooled.recipe]),
    )  # fmt: skip
