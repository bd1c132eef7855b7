"""The figures and tables of a review, by key: what the page shows and the demo writes.

One function a part in :data:`FIGURES` and :data:`TABLES`.  A figure is a result
that has a picture; it is drawn when it is asked for, at the width that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from reviewkit._core.finding import findings_to_frame
from reviewkit.present.picture import PicturedResult
from reviewkit.review.appraisal_parts import judge_forest
from reviewkit.review.headlines import name_pool, name_stage
from reviewkit.review.reported import REPORTED
from reviewkit.sources.spreadsheet import write_table

if TYPE_CHECKING:
    from reviewkit.meta.pooling import PooledPrevalence
    from reviewkit.review.folder import Review

__all__ = [
    "FIGURES", "TABLES", "Figure", "TableExhibit", "list_figures", "list_tables", "make_key",
    "pools_to_frame", "table_to_csv",
]  # fmt: skip


#: Columns that a page has room for; files hold all of them.
_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "studies": (
            "study", "year", "title", "country", "location", "population", "n", "instrument",
            "finding",
        ),
        "outcomes": (
            "study", "outcome", "instrument", "cutoff", "events", "total", "percent",
        ),
    }
)  # fmt: skip
_MOST_COLUMNS = 8
_MOST_DRAWN = 250  # studies in a forest plot: three pages of a journal


class Figure(NamedTuple):
    """A result that has a picture."""

    part: str
    key: str  # name of its file
    caption: str
    result: PicturedResult
    tables: tuple[str, ...]  # keys of the tables behind it


class TableExhibit(NamedTuple):
    """A table at full precision."""

    part: str
    key: str
    caption: str
    frame: pd.DataFrame
    display: pd.DataFrame | None = None  # for the page, where it has no room for all


def list_figures(review: Review) -> list[Figure]:
    """Return all figures that a review can show."""
    return [figure for make in FIGURES.values() for figure in make(review)]


def list_tables(review: Review) -> list[TableExhibit]:
    """Return all tables that a review can show."""
    return [table for make in TABLES.values() for table in make(review)]


def make_key(text: str) -> str:
    """Return a name for a file; what is no plain letter or digit becomes a hyphen.

    >>> make_key("Titles screened"), make_key("疲労")
    ('titles-screened', 'other')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:60].strip("-") or "other"


def table_to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as the bytes of a csv file that starts no formula."""
    with TemporaryDirectory() as place:
        path = Path(place) / "table.csv"
        write_table(frame, path)
        return path.read_bytes()


def pools_to_frame(pools: Mapping[str, PooledPrevalence]) -> pd.DataFrame:
    """Return one row a pooled result, at full precision, with its recipe."""
    columns = (
        "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "tau2_ci_low",
        "tau2_ci_high", "i2", "i2_ci_low", "i2_ci_high", "h2", "q", "q_df", "q_p", "k", "n",
        "events", "recipe",
    )  # fmt: skip
    rows = [{"outcome": key, **{c: getattr(p, c) for c in columns}} for key, p in pools.items()]
    return pd.DataFrame(rows, columns=["outcome", *columns])


def _turn_pools(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a number: a page is too narrow for one row a result."""
    turned = frame.set_index("outcome").drop(columns="recipe").T
    return pd.DataFrame(
        {
            "number": turned.index.tolist(),
            **{key: [f"{value:.6g}" for value in turned[key]] for key in turned.columns},
        }
    )


def _number_keys(prefix: str, names: list[str]) -> dict[str, str]:
    """Return name → key; names whose keys would be one are numbered."""
    keys: dict[str, str] = {}
    for name in names:
        key, number = f"{prefix}-{make_key(name)}", 1
        while key in keys.values():
            number += 1
            key = f"{prefix}-{make_key(name)}-{number}"
        keys[name] = key
    return keys


def _flow_figures(review: Review) -> Iterator[Figure]:
    if review.flow is None:
        return
    for name, flow in review.flow.mappings.items():
        several = len(review.flow.mappings) > 1
        key = f"flow-{make_key(name)}" if several else "flow"
        told = f", {name}" if several else ""
        caption = f"PRISMA 2020 flow diagram{told}. Numbers as the review reports them."
        yield Figure("flow", key, caption, flow, (key,))


def _theme_figures(review: Review) -> Iterator[Figure]:
    if review.themes is None:
        return
    yield Figure(
        "themes", "codes",
        "Codes as a network: a line joins codes that share studies.",
        review.themes, ("codes",),
    )  # fmt: skip
    yield Figure(
        "themes", "theme-matrix", "Which study stands behind which theme.",
        review.themes.grid(), ("theme-matrix",),
    )  # fmt: skip


def _pool_figures(review: Review) -> Iterator[Figure]:
    keys = _number_keys("pool", [*review.pools])
    for name, pooled in review.pools.items():
        if pooled.k > _MOST_DRAWN:
            continue
        caption = (
            f"{name_pool(review, name)}. A square is a study, its area the weight; the diamond is "
            f"the pooled prevalence, the bar below it where that of a further study is expected."
        )
        yield Figure("pools", keys[name], caption, judge_forest(review, pooled), (keys[name],))


def _appraisal_figures(review: Review) -> Iterator[Figure]:
    for name, found in review.appraisals.items():
        tool, table = found.instrument.title, (f"appraisal-{name}",)
        yield Figure("appraisal", f"traffic-light-{name}", f"{tool}: each study, item by item.", found, table)  # fmt: skip
        bars = found.summary_bars()
        yield Figure("appraisal", f"appraisal-bars-{name}", f"{tool}: shares of the studies.", bars, table)  # fmt: skip


def _flow_tables(review: Review) -> Iterator[TableExhibit]:
    if review.flow is not None:
        for name, flow in review.flow.mappings.items():
            several = len(review.flow.mappings) > 1
            key = f"flow-{make_key(name)}" if several else "flow"
            caption = f"Flow of records{f', {name}' if several else ''}"
            frame = flow.to_frame()
            display = frame[["label", "key", "n"]].astype({"n": object})
            display["n"] = display["n"].where(frame["reported"], "not reported")
            yield TableExhibit("flow", key, caption, frame, display)


def _agreement_tables(review: Review) -> Iterator[TableExhibit]:
    for stage, found in review.agreement.items():
        key, caption = f"agreement-{make_key(stage)}", f"Agreement at {name_stage(stage)}"
        yield TableExhibit("agreement", key, caption, found.to_frame().reset_index())


def _study_tables(review: Review) -> Iterator[TableExhibit]:
    for key, caption, frame in (
        ("studies", "Studies", review.studies),
        ("outcomes", "Outcomes", review.outcomes),
    ):
        if frame is not None:
            known = [column for column in frame.columns if column in _SHOWN[key]]
            shown = known if len(known) > 1 else frame.columns[:_MOST_COLUMNS]
            yield TableExhibit("studies", key, caption, frame, frame[[*shown]])


def _appraisal_tables(review: Review) -> Iterator[TableExhibit]:
    for name, found in review.appraisals.items():
        yield TableExhibit(
            "appraisal", f"appraisal-{name}", f"{found.instrument.title}: answers", found.items(),
            found.to_frame(),
        )  # fmt: skip


def _theme_tables(review: Review) -> Iterator[TableExhibit]:
    if review.themes is None:
        return
    frames = {"themes": review.themes.to_frame(), "codes": review.themes.codes()}
    for key, frame in frames.items():
        listed = frame.assign(studies=["; ".join(map(str, names)) for names in frame["studies"]])
        yield TableExhibit("themes", key, f"{key.capitalize()}, counted in studies", listed)
    matrix = review.themes.matrix().astype(int).reset_index()
    caption = "Which study stands behind which theme (1) and which does not (0)"
    yield TableExhibit("themes", "theme-matrix", caption, matrix)


def _pool_tables(review: Review) -> Iterator[TableExhibit]:
    if review.pools:
        frame = pools_to_frame(review.pools)
        yield TableExhibit(
            "pools", "pools", "All numbers, as shares of 1", frame, _turn_pools(frame)
        )
    keys = _number_keys("pool", [*review.pools])
    for name, pooled in review.pools.items():
        caption = f"Studies: {name_pool(review, name)}"
        yield TableExhibit("pools", keys[name], caption, pooled.to_frame())


def _reported_tables(review: Review) -> Iterator[TableExhibit]:
    keys = _number_keys("reported", [*review.reported])
    for name, frame in review.reported.items():
        title = REPORTED[name].title if name in REPORTED else name
        yield TableExhibit("reported", keys[name], f"{title}, as printed", frame)


def _check_tables(review: Review) -> Iterator[TableExhibit]:
    if review.findings:
        frame = findings_to_frame(review.findings)
        yield TableExhibit("checks", "findings", "What the checks found", frame)
    if review.repairs:
        frame = review.repairs.to_frame()
        yield TableExhibit("repairs", "repairs", "What was repaired in the files", frame)


#: Figures by part.
FIGURES: Mapping[str, Callable[[Review], Iterator[Figure]]] = MappingProxyType(
    {
        "flow": _flow_figures,
        "appraisal": _appraisal_figures,
        "themes": _theme_figures,
        "pools": _pool_figures,
    }
)

#: Tables by part.
TABLES: Mapping[str, Callable[[Review], Iterator[TableExhibit]]] = MappingProxyType(
    {
        "flow": _flow_tables,
        "agreement": _agreement_tables,
        "studies": _study_tables,
        "appraisal": _appraisal_tables,
        "themes": _theme_tables,
        "pools": _pool_tables,
        "reported": _reported_tables,
        "checks": _check_tables,
    }
)
