"""Candidate pairs of millions of records, by Splink on a database; the same rules decide them.

Splink joins records on keys in SQL and weighs each pair by the model of Fellegi and Sunter.
Its weights are written down here and not learnt, so that results do not hang on the data
or on chance.  They only thin out candidates: what is left, a few pairs a record, is decided
by :mod:`~reviewkit.dedupe.rules`, a batch at a time.  The database is DuckDB, or any other
that Splink knows, as Spark.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.progress import Progress
from reviewkit.dedupe.deciding import decide_pairs
from reviewkit.dedupe.features import compare_pairs
from reviewkit.dedupe.groups import list_uncompared
from reviewkit.dedupe.inputs import text_of
from reviewkit.dedupe.pairs import Pairs, describe_pairs, join_pairs, sort_pairs
from reviewkit.dedupe.prepared import code_texts, prepare_records
from reviewkit.dedupe.repeats import find_repeats
from reviewkit.dedupe.scale_model import KEYS, make_settings
from reviewkit.dedupe.scale_table import build_table, drop_large_blocks

__all__ = ["find_pairs_at_scale"]

IntArray = NDArray[np.int64]

_BATCH = 50_000  # pairs decided at a time
_LEAST_WEIGHT = 0.0  # of a candidate: below, chance brings together more than it keeps apart


def find_pairs_at_scale(
    frame: pd.DataFrame, positions: IntArray, backend: Any, tell: Progress
) -> tuple[Pairs, str]:
    """Return decided pairs of records, and a note on what was not compared.

    Raises
    ------
    InputError
        If Splink or DuckDB is not installed.
    """
    splink = _import_splink()
    table = build_table(frame, tell)
    judge = _Judge(frame, positions, table)
    if len(frame) < 2:
        nobody = np.zeros(0, dtype=np.int64)
        return judge.decide(nobody, nobody, tell), ""
    dropped = drop_large_blocks(table, KEYS)
    api = backend if backend is not None else splink.DuckDBAPI()
    linker = splink.Linker(api.register(table), make_settings(), log_level=logging.ERROR)
    found = linker.inference.predict(threshold_match_weight=_LEAST_WEIGHT, warning_mode="never")
    pairs = found.as_pandas_dataframe()[["unique_id_l", "unique_id_r"]]
    left, right = (pairs[name].to_numpy(dtype=np.int64) for name in pairs.columns)
    decided = judge.decide(np.minimum(left, right), np.maximum(left, right), tell)
    note = (
        f"{format_count(dropped)} keys are borne by too many records and were not used to find pairs; "
        f"other keys of these records were."
        if dropped
        else ""
    )
    return judge.complete(decided, tell), note


def _import_splink() -> Any:
    try:
        import duckdb  # noqa: F401
        import splink
    except ImportError as error:
        raise InputError(
            f"`engine='splink'` needs Splink and DuckDB. Got: {error}. Install them with "
            f"pip install 'reviewkit[scale]', or use engine='memory'."
        ) from error
    return splink


class _Judge:
    """Decides pairs a batch at a time, with no more than a batch of records prepared at once."""

    def __init__(self, frame: pd.DataFrame, positions: IntArray, table: pd.DataFrame) -> None:
        self._frame, self._positions = frame, positions
        key, family, volume, issue = (
            code_texts(table[name].where(table[name].notna(), "").to_numpy(dtype=object))
            for name in ("title_key", "family", "volume", "issue")
        )
        year = table["year"].where(table["year"].notna(), 0).to_numpy(dtype=np.int64)
        journal = code_texts(text_of(frame, "journal"))
        self._repeats = find_repeats(key, family, journal, year, volume, issue)

    def decide(self, left: IntArray, right: IntArray, tell: Progress) -> Pairs:
        """Return what the rules say of pairs, given by their places in the frame."""
        order = np.lexsort((right, left))
        left, right = left[order], right[order]
        parts = []
        for start in range(0, max(len(left), 1), _BATCH):
            mine, yours = left[start : start + _BATCH], right[start : start + _BATCH]
            used, at = np.unique(np.concatenate([mine, yours]), return_inverse=True)
            records = prepare_records(self._frame.iloc[used], repeats=self._repeats.take(used))
            features = compare_pairs(records, at[: len(mine)], at[len(mine) :])
            parts.append(describe_pairs(features, decide_pairs(features), self._positions[used]))
            tell(min(start + _BATCH, len(left)), max(len(left), 1))
        return sort_pairs(join_pairs(parts))

    def complete(self, pairs: Pairs, tell: Progress) -> Pairs:
        """Compare all records of a cluster: one may contradict another."""
        missing = list_uncompared(pairs)
        if not len(missing):
            return pairs
        at = np.searchsorted(self._positions, missing)
        return sort_pairs(join_pairs([pairs, self.decide(at[:, 0], at[:, 1], tell)]))
