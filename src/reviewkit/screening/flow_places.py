"""Where the boxes of a flow stand: rows and columns, the arrows between them, the stages.

The ways into the review stand side by side, as in the template, or one below the other for a
single column of a journal.  Only boxes that the flow has take a row: levels that a review adds
or lacks move the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from reviewkit.present.flow_parts import Stage

__all__ = ["ARMS", "REASONS", "Plan", "order_boxes", "place_boxes", "stacks_at"]

Place = dict[str, tuple[int, int]]  # row and column by box

#: The ways into a review and their boxes, each with the box beside it.
ARMS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "previous": (("previous-head", ""), ("previous", "")),
        "databases": (("databases-head", ""), ("identified", "removed"),
                      ("titles_screened", "titles_excluded"), ("screened", "excluded"),
                      ("sought", "not_retrieved"), ("assessed", "reports_excluded"),
                      ("appraised", "appraisal_excluded")),
        "other": (("other-head", ""), ("other_identified", ""),
                  ("other_sought", "other_not_retrieved"),
                  ("other_assessed", "other_reports_excluded")),
    }
)  # fmt: skip
#: Boxes of reasons, which may need a row of their own below the box that they belong to.
REASONS = ("reports_excluded", "other_reports_excluded")
#: The least width in mm, by the number of columns, at which they stand side by side.
_ABREAST = MappingProxyType({2: 0.0, 3: 120.0, 4: 120.0, 5: 150.0})


class Plan(NamedTuple):
    """Where everything stands."""

    place: Place
    across: Mapping[str, int]  # columns by way into the review, or by box
    arrows: tuple[tuple[str, str], ...]
    stages: tuple[Stage, ...]


def place_boxes(
    boxes: Collection[str], *, stacked: bool, below: Collection[str] = ()
) -> Plan:  # fmt: skip
    """Return where boxes stand; those in `below` in rows of their own, for lists too long.

    >>> plan = place_boxes(["identified", "screened", "excluded", "included"], stacked=False)
    >>> plan.place["excluded"], plan.arrows
    ((2, 1), (('identified', 'screened'), ('screened', 'excluded'), ('screened', 'included')))
    """
    arms = {name: _steps(name, boxes, below) for name in ARMS if _has(name, boxes)}
    rows = None if stacked else _share_rows(arms)
    place: Place = {}
    column = row = 0
    for name, steps in arms.items():
        for number, (box, beside) in enumerate(steps):
            at = rows[_level(box)] if rows else row + number
            place[box] = (at, column)
            place |= {beside: (at, column + 1)} if beside else {}
        row += len(steps)
        column += 0 if stacked else 1 if name == "previous" else 2
    main = place["identified"][1]
    ends = [box for box in ("included", "total") if box in boxes]
    last = 1 + max(at for at, _ in place.values())
    place |= {box: (last + number, main) for number, box in enumerate(ends)}
    across = {name: 1 if name == "previous" and not stacked else 2 for name in arms}
    across |= dict.fromkeys(below, 2)
    stages = _name_stages(place, arms, last, last + len(ends) - 1)
    return Plan(place, MappingProxyType(across), tuple(_draw_arrows(boxes)), stages)


def stacks_at(template: str, width: float) -> bool:
    """Return whether the ways into the review must stand one below the other.

    >>> stacks_at("new-v1", 84), stacks_at("new-v2", 84), stacks_at("new-v2", 174)
    (False, True, False)
    """
    columns = 2 + template.startswith("updated") + 2 * template.endswith("v2")
    return width < _ABREAST[columns]


def order_boxes(box: str) -> int:
    """Return the place of a box in the order of reading."""
    names = [name for arm in ARMS.values() for pair in arm for name in pair]
    return [*names, "included", "total"].index(box)


def _has(arm: str, boxes: Collection[str]) -> bool:
    return any(name in boxes for pair in ARMS[arm] for name in pair)


def _steps(arm: str, boxes: Collection[str], below: Collection[str]) -> list[tuple[str, str]]:
    """Return the boxes of a way into the review that the flow has, each with that beside it."""
    steps: list[tuple[str, str]] = []
    for box, beside in ARMS[arm]:
        if box.endswith("-head") or box in boxes:
            lone = beside in below
            steps.append((box, "" if lone or beside not in boxes else beside))
            steps += [(beside, "")] if lone and beside in boxes else []
    return steps


def _level(box: str) -> str:
    """Return the level of a box: the same for both ways into the review."""
    if box.endswith("-head"):
        return "head"
    return "identified" if box == "previous" else box.removeprefix("other_")


def _share_rows(arms: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, int]:
    """Return the rows of all levels, which are the same side by side."""
    order = [_level(box) for pair in ARMS["databases"] for box in pair if box]
    levels = {_level(box) for steps in arms.values() for box, _ in steps}
    return {level: row for row, level in enumerate(sorted(levels, key=order.index))}


def _draw_arrows(boxes: Collection[str]) -> list[tuple[str, str]]:
    """Return the arrows, past levels that the flow lacks."""
    arrows = []
    for arm in ("databases", "other"):
        pairs = [pair for pair in ARMS[arm] if pair[0] in boxes]
        way = [box for box, _ in pairs] + ["included"]
        for (box, beside), (_, after) in zip(pairs, pairwise(way), strict=True):
            arrows += [(box, beside)] if beside in boxes else []
            arrows += [(box, after)] if after in boxes else []
    ends = (("included", "total"), ("previous", "total"))
    return arrows + [pair for pair in ends if set(pair) <= set(boxes)]


def _name_stages(
    place: Place, arms: Mapping[str, Sequence[tuple[str, str]]], first: int, last: int
) -> tuple[Stage, ...]:
    """Name the rows; stacked ways into the review have stages of their own."""
    top = min(place[box][0] for box in ("previous", "identified") if box in place)
    stages = [Stage("Identification", top, place["identified"][0])]
    stages += _screening(place, arms["databases"])
    if "other" in arms and place["other-head"][0] > 0:
        row = place["other_identified"][0]
        stages += [Stage("Identification", row, row), *_screening(place, arms["other"])]
    elif "other" in arms:  # side by side, its reasons may reach further down
        row = max(place[box][0] for box, _ in arms["other"])
        stages[-1] = replace(stages[-1], last=max(row, stages[-1].last))
    return (*stages, Stage("Included", first, last))


def _screening(place: Place, steps: Sequence[tuple[str, str]]) -> list[Stage]:
    rows = [place[box][0] for box, _ in steps[2:]]
    return [Stage("Screening", rows[0], rows[-1])] if rows else []
