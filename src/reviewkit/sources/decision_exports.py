"""Tables that are no plain layout, told by their headers: one entry a tool and file.

To read another export, write what tells it and what brings its table into the form of
:mod:`~reviewkit.sources.decision_cells`, and name both in :data:`EXPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from reviewkit.sources import abstrackr, asreview, covidence, rayyan_articles, rayyan_log
from reviewkit.sources.decision_final import arrange_final, tells_final
from reviewkit.sources.repairs import Repair
from reviewkit.sources.spreadsheet import Table

__all__ = ["EXPORTS", "Export", "tell_export"]


class Export(NamedTuple):
    """How to tell a table, and how to read it: with its log, and the rater that its file names."""

    tells: Callable[[Table], bool]
    arrange: Callable[[Table, list[Repair], str], pd.DataFrame]


def tell_export(table: Table) -> str:
    """Return the name of the export that a table is, or nothing."""
    return next((name for name, export in EXPORTS.items() if export.tells(table)), "")


#: Exports by name, the most telling headers first.
EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        "conflicts": Export(tells_final, arrange_final),
        "rayyan log": Export(rayyan_log.tells_log, rayyan_log.arrange_log),
        "rayyan articles": Export(rayyan_articles.tells_articles, rayyan_articles.arrange_articles),
        "abstrackr": Export(abstrackr.tells_abstrackr, abstrackr.arrange_abstrackr),
        "asreview": Export(asreview.tells_labels, asreview.arrange_labels),
        "covidence extraction": Export(covidence.tells_extraction, covidence.arrange_extraction),
        "covidence list": Export(covidence.tells_list, covidence.arrange_list),
        "reliability": Export(covidence.tells_reliability, covidence.refuse_reliability),
    }
)
