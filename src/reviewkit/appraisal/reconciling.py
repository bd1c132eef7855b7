"""The sheet on which two appraisers settle what they disagree on, written and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.appraisal.instruments import Instrument
from reviewkit.appraisal.reading import OVERALL
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import read_table, write_table

__all__ = ["settle", "write_reconciliation"]

Key = tuple[str, str]


def write_reconciliation(
    disagreements: pd.DataFrame, appraisers: tuple[str, str], path: Path
) -> Path:
    """Write the disagreements with both names, and columns to fill in."""
    first, second = appraisers
    names = {
        "first": f"answer of {first}", "second": f"answer of {second}",
        "note_first": f"note of {first}", "note_second": f"note of {second}",
    }  # fmt: skip
    frame = disagreements.rename(columns=names).assign(final="", reason="")
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"The name must end in .csv or .xlsx. Got {path.name!r}. Rename it.")
    if path.suffix.lower() == ".csv":
        write_table(frame, path)
    else:
        write_sheet(frame, path)
    return path


def settle(
    disagreements: pd.DataFrame,
    sheet: pd.DataFrame | str | PathLike[str],
    agreed: Mapping[Key, tuple[str, str]],
    order: Sequence[Key],
    instrument: Instrument,
) -> pd.DataFrame:
    """Return agreed and settled answers in the form of ``read_appraisal``."""
    table = sheet if isinstance(sheet, pd.DataFrame) else read_table(sheet).frame
    check_columns(table.columns, {name: name for name in ("study", "item", "final")})
    open_ = {(s, i) for s, i in zip(disagreements["study"], disagreements["item"], strict=True)}
    final, problems = _read_final(table, open_, instrument)
    problems += [f"{s}, item {i}: undecided" for s, i in sorted(open_ - set(final))]
    if problems:
        raise InputError(
            f"Each disagreement must have one final answer. {len(problems)} have not:\n  "
            + list_some(problems, sep="\n  ")
            + "\nFill in `final`."
        )
    found = {**agreed, **final}
    rows = [
        {"study": key[0], "item": key[1], "judgement": found[key][0] or None, "note": found[key][1] or None}
        for key in order
        if key in found
    ]  # fmt: skip
    columns = ["study", "item", "judgement", "note"]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns, "str"))
    frame.attrs["instrument"] = instrument
    return frame


def _read_final(
    table: pd.DataFrame, open_: set[Key], instrument: Instrument
) -> tuple[dict[Key, tuple[str, str]], list[str]]:
    """Return final answers with their reasons, and what is wrong with the sheet."""
    final: dict[Key, tuple[str, str]] = {}
    problems = []
    for row in table.astype(object).to_dict("records"):
        cells = {str(n): "" if pd.isna(v) else str(v).strip() for n, v in row.items()}
        key = (cells["study"], cells["item"])
        place = f"{key[0]}, item {key[1]}"
        if key not in open_:
            problems.append(f"{place}: is no disagreement")
        elif key in final:
            problems.append(f"{place}: is there twice")
        elif cells["final"]:
            item = None if key[1] == OVERALL else instrument.get(key[1])
            answer = instrument.read(item, cells["final"])
            if not answer:
                allowed = ", ".join(instrument.allowed(item))
                problems.append(f"{place}: {cells['final']!r} is no answer ({allowed})")
            final[key] = (answer, cells.get("reason", ""))
    return final, problems
