"""What a person said of proposed merges, read back and brought to groups of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.coding.labels import read_labels
from reviewkit.coding.rules import Problem, refuse, require_columns
from reviewkit.sources.spreadsheet import read_table

__all__ = ["Verdicts", "join_confirmed", "read_merges"]

_YES = frozenset({"yes", "y", "x", "1", "1.0", "true", "merge", "ja", "j"})
_NO = frozenset({"no", "n", "0", "0.0", "false", "keep", "nein"})


class Verdicts(NamedTuple):
    """Pairs with what is to become of them, as text."""

    left: list[str]
    right: list[str]
    keep: list[str]
    merge: list[bool | None]


def read_merges(path: str | PathLike[str]) -> pd.DataFrame:
    r"""Read which proposed merges a person confirmed.

    Parameters
    ----------
    path : path-like
        A table (csv, xlsx ...) with the columns ``left``, ``right`` and ``merge``, and if it has
        it ``keep``, as :meth:`MergeSuggestions.write` makes it.  Yes, y, x, 1 and true confirm;
        no, n, 0 and false refuse; blank is undecided.

    Returns
    -------
    DataFrame
        ``left, right, keep, merge``, with True, False or ``<NA>`` in ``merge``.

    Raises
    ------
    InputError
        If a column is missing, a name is missing, or ``merge`` holds another word.
    ParseError
        If the file is no table.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "merges.csv"
    >>> _ = path.write_text("left,right,keep,merge\nBurn-out,burnout,Burnout,yes\n")
    >>> read_merges(path).iloc[0].to_dict()
    {'left': 'Burn-out', 'right': 'burnout', 'keep': 'Burnout', 'merge': True}
    """
    table = read_table(path, required=("left", "right", "merge"))
    places = [f"line {line}" for line in table.lines]
    found = take_verdicts(table.frame, places, f"{table.path.name!r}")
    return pd.DataFrame(
        {
            "left": pd.Series(found.left, dtype=str),
            "right": pd.Series(found.right, dtype=str),
            "keep": pd.Series([name or np.nan for name in found.keep], dtype=str),
            "merge": pd.Series([pd.NA if v is None else v for v in found.merge], dtype="boolean"),
        }
    )


def take_verdicts(frame: pd.DataFrame, places: Sequence[str], what: str) -> Verdicts:
    """Return the pairs of a frame, whose words for yes and no are known."""
    require_columns(frame, ("left", "right", "merge"), what)
    left, right = read_labels(frame["left"]), read_labels(frame["right"])
    keep = read_labels(frame["keep"]) if "keep" in frame else [""] * len(left)
    words = [word.casefold() for word in read_labels(frame["merge"])]
    problems = [
        Problem(row, f"no name of a code: {one!r}, {other!r}")
        for row, (one, other) in enumerate(zip(left, right, strict=True))
        if not one or not other
    ]
    problems += [
        Problem(row, f"merge is {word!r}")
        for row, word in enumerate(words)
        if word and word not in _YES | _NO
    ]
    if problems:
        raise refuse(
            problems, places, f"{what} must name two codes in each row, and yes, no or nothing.",
            "Correct these rows.",
        )  # fmt: skip
    return Verdicts(left, right, keep, [None if not word else word in _YES for word in words])


def join_confirmed(found: Verdicts, counts: Counter[str], known: Sequence[str]) -> dict[str, str]:
    """Return what each merged code becomes; the code that remains is not among them.

    Raises
    ------
    InputError
        If a code is not known, a pair is refused whose codes others join, or one group is to
        have two names.
    """
    import networkx as nx

    pairs = list(zip(found.left, found.right, found.keep, found.merge, strict=True))
    strangers = sorted(
        {name for one, other, _, merge in pairs if merge for name in (one, other)} - {*known}
    )
    if strangers:
        raise InputError(
            f"Each code of `confirmed` must be in the segments or the codebook. Not found: "
            f"{list_some([*map(repr, strangers)], sep=', ')}. Write them as they are there."
        )
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((one, other) for one, other, _, merge in pairs if merge)
    group_of = {name: at for at, part in enumerate(nx.connected_components(graph)) for name in part}
    _refuse_contradictions(pairs, group_of)
    wanted: dict[int, dict[str, None]] = {}
    for one, _, keep, merge in pairs:
        if merge and keep:
            wanted.setdefault(group_of[one], {})[keep] = None
    return _name_groups(group_of, wanted, counts)


def _refuse_contradictions(
    pairs: Sequence[tuple[str, str, str, bool | None]], group_of: Mapping[str, int]
) -> None:
    wrong = [
        f"{one!r} and {other!r}"
        for one, other, _, merge in pairs
        if merge is False and one in group_of and group_of[one] == group_of.get(other)
    ]
    if wrong:
        raise InputError(
            f"A pair with no must not be joined by other pairs. These are: {list_some(wrong)}. "
            f"Refuse one of the pairs between them, or confirm this one."
        )


def _name_groups(
    group_of: Mapping[str, int], wanted: Mapping[int, Mapping[str, None]], counts: Counter[str]
) -> dict[str, str]:
    """Return the new name of each code whose name changes."""
    members: dict[int, list[str]] = {}
    for name, group in group_of.items():
        members.setdefault(group, []).append(name)
    becomes: dict[str, str] = {}
    for group, names in members.items():
        options = [*wanted.get(group, {})] or names
        fresh = [name for name in options if name not in names]
        if len(fresh) > 1 or (fresh and len(options) > 1 and not {*options} - {*fresh} <= {*names}):
            raise InputError(
                f"Codes that become one must get one name. Got {list_some([*map(repr, fresh)], sep=', ')} "
                f"for {list_some([*map(repr, sorted(names))], sep=', ')}. Write one of them under `keep`."
            )
        # A name that a person wrote wins over those that were proposed.
        kept = fresh[0] if fresh else max(sorted(options), key=lambda name: counts[name])
        becomes |= {name: kept for name in names if name != kept}
    return becomes
