"""A pooled result as the frame and the footer of a forest plot.

Orders of studies stand in :data:`ORDERS`; to add one, write a sort key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice
from reviewkit.meta.models import MODELS
from reviewkit.meta.notes import write_notes
from reviewkit.meta.pooled import Pooled, PooledPrevalence
from reviewkit.meta.print_lines import join_signs, name_prediction
from reviewkit.meta.recipes import describe_heterogeneity, write_recipe

__all__ = ["ORDERS", "list_left_out", "list_studies", "make_forest", "rank_rows", "tell_order"]


class Order(NamedTuple):
    """A way to sort studies."""

    label: str
    key: Callable[[Pooled], NDArray[Any]]


def make_forest(pooled: Pooled, order: str | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a forest plot, and the options with which to draw them."""
    rows = list_studies(pooled).iloc[np.argsort(rank_rows(pooled, order))]
    parts = [rows, list_left_out(pooled)]
    if pooled.k > 1:
        parts.append(pd.DataFrame(_result_rows(pooled)))
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    scale = "percent" if isinstance(pooled, PooledPrevalence) else "plain"
    footer = _write_footer(pooled, f"Studies {tell_order(order)}.")
    return frame, {"scale": scale, "footer": footer, "level": pooled.method.level}


def list_studies(pooled: Pooled) -> pd.DataFrame:
    """Return a row a study; those of one name are a cluster."""
    rows = pooled.to_frame().assign(kind="study")
    rows["study"] = [str(label) for label in rows["study"]]
    if pooled.likelihood is not None:
        rows = rows.drop(columns="weight")  # it has none: squares then show sample sizes
    if pooled.studies.repeated:
        rows["cluster"] = rows["study"]
    return rows


def list_left_out(pooled: Pooled) -> pd.DataFrame:
    """Return a grey row for each study that is not pooled because a number is missing."""
    return pd.DataFrame({"study": [*pooled.studies.left_out]}).assign(kind="excluded")


def rank_rows(result: Any, order: str | None) -> NDArray[np.intp]:
    """Return the place of each study in an order; `result` has ``studies`` and a frame of them."""
    ranks = np.arange(len(result.studies.study))
    if order is not None:
        key = ORDERS[check_choice("order", order, ORDERS)].key(result)
        ranks[np.argsort(key, kind="stable")] = np.arange(len(ranks))
    return ranks


def tell_order(order: str | None) -> str:
    """Return how rows are sorted, for a sentence."""
    return "in the order of the table" if order is None else ORDERS[order].label


def _write_footer(pooled: Pooled, told: str) -> list[str]:
    """Return heterogeneity, recipe, order and what may mislead; no advice, it is for print."""
    lines = [write_recipe(pooled)]
    if pooled.k > 1:
        lines = [f"{describe_heterogeneity(pooled)}.", *lines, told]
    if pooled.likelihood is not None:
        lines.append("Squares show sample sizes: a likelihood of counts gives studies no weights.")
    if pooled.studies.repeated:
        lines.append("Shaded: rows of one study.")
    if pooled.studies.left_out:
        lines.append("Grey: not pooled.")
    lines += [note.fact for note in write_notes(pooled)]
    return [*map(join_signs, lines)]


def _result_rows(pooled: Pooled) -> list[dict[str, Any]]:
    """Return a gap, the diamond and, where there is one, the prediction interval."""
    model = MODELS[pooled.method.model]
    named = model.varies and pooled.likelihood is None
    label = f"{model.label} ({pooled.method.tau2})" if named else model.label
    ends = {name: getattr(pooled, name) for name in ("estimate", "ci_low", "ci_high")}
    row = {"kind": "pooled", "study": f"{label}, k\u00a0=\u00a0{pooled.k}", **ends}
    if pooled.likelihood is None:
        row["weight"] = 1.0
    if isinstance(pooled, PooledPrevalence):
        row |= {"events": pooled.events, "total": pooled.n}
    result: list[dict[str, Any]] = [{"kind": "gap"}, row]
    if not np.isnan(pooled.pi_low):
        limits = {"pi_low": pooled.pi_low, "pi_high": pooled.pi_high}
        name = name_prediction(pooled.method.level)
        result.append({"kind": "prediction", "study": name, **limits})
    return result


def _by_name(pooled: Pooled) -> NDArray[Any]:
    return np.array([str(label).casefold() for label in pooled.studies.study])


#: Orders of studies in a figure, by name.
ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "estimate": Order(
            "by estimate, smallest first", lambda pooled: pooled.to_frame()["estimate"].to_numpy()
        ),
        "precision": Order("by precision, highest first", lambda pooled: pooled.studies.variances),
        "study": Order("by name", _by_name),
    }
)
