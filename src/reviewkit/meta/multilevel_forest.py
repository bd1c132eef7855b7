"""A three-level result as the frame and the footer of a forest plot: a block a cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reviewkit.meta.multilevel_results import PooledMultilevel
from reviewkit.meta.multilevel_text import describe_levels, write_multilevel_notes
from reviewkit.meta.pooled_forest import rank_rows, tell_order
from reviewkit.meta.print_lines import join_signs, name_prediction, write_heading

__all__ = ["make_cluster_forest"]


def make_cluster_forest(
    result: PooledMultilevel, order: str | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a forest plot, and the options with which to draw them."""
    rows = result.to_frame().assign(kind="study")
    ranks = rank_rows(result, order)
    names = [str(label) for label in rows["study"]]
    labels = [str(label) for label in result.clusters.labels]
    rows["study"] = _name_rows(names, [labels[at] for at in result.clusters.numbers])
    blocks: list[pd.DataFrame] = []
    for number, (label, size) in enumerate(zip(labels, result.clusters.sizes, strict=True)):
        at = np.flatnonzero(result.clusters.numbers == number)
        block = rows.iloc[at[np.argsort(ranks[at])]].assign(cluster=label)
        if size > 1:
            named = f"{write_heading(result.clusters.name)}: {label}"
            named = label if result.clusters.name == "study" else named
            blocks.append(pd.DataFrame([{"kind": "heading", "study": named}]))
        elif size == 1 and not names[block.index[0]].startswith(label):
            block = block.assign(study=f"{label}: {names[block.index[0]]}")
        blocks += [block, pd.DataFrame([{"kind": "gap", "study": ""}])]
    ends = {name: getattr(result, name) for name in ("estimate", "ci_low", "ci_high")}
    size_of = f"k\u00a0=\u00a0{result.k} in {result.n_clusters} clusters"
    pooled = {"kind": "pooled", "study": f"Three-level model, {size_of}", **ends, "weight": 1.0}
    if result.n is not None:
        pooled |= {"events": result.events, "total": result.n}
    limits = {"pi_low": result.pi_low, "pi_high": result.pi_high}
    name = name_prediction(result.method.level)
    tail = [pooled, {"kind": "prediction", "study": name, **limits}]
    frame = pd.concat([*blocks, pd.DataFrame(tail)], ignore_index=True)
    lines = [
        f"{describe_levels(result)}.",
        result.recipe,
        *write_multilevel_notes(result, advice=False),
    ]
    if (result.clusters.sizes > 1).any():
        lines.append(
            f"Shaded: rows of one {result.clusters.name}; within each {tell_order(order)}."
        )
    options = {"scale": "percent" if result.method.transform else "plain"}
    return frame, {**options, "footer": [*map(join_signs, lines)], "level": result.method.level}


def _name_rows(names: list[str], clusters: list[str]) -> list[str]:
    """Return the names of rows; those that have that of their cluster are numbered in it."""
    seen: dict[str, int] = {}
    told = []
    for name, cluster in zip(names, clusters, strict=True):
        seen[cluster] = seen.get(cluster, 0) + 1
        alone = name == cluster and clusters.count(cluster) > 1
        told.append(f"Row {seen[cluster]}" if alone else name)
    return told
