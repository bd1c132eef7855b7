"""The flow as a figure: from counts to boxes, arrows and stages in the manner of PRISMA 2020.

Loaded when something is drawn: it brings matplotlib.  What stands in a box is said by
:mod:`~reviewkit.screening.flow_boxes`; here stands where the boxes are and how their text is set.
The footnotes of the template, which instruct authors, become facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.present.flow_parts import Box, FlowChart, Line, Stage
from reviewkit.present.lettering import Run
from reviewkit.screening.flow_boxes import Entry, find_count, list_entries
from reviewkit.screening.flow_keys import Counts, choose_template

__all__ = ["chart_flow", "stacks_at"]

Place = dict[str, tuple[int, int]]  # row and column by box

#: The ways into a review and their boxes, each with the box beside it.
_ARMS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "previous": (("previous-head", ""), ("previous", "")),
        "databases": (("databases-head", ""), ("identified", "removed"), ("screened", "excluded"),
                      ("sought", "not_retrieved"), ("assessed", "reports_excluded")),
        "other": (("other-head", ""), ("other_identified", ""),
                  ("other_sought", "other_not_retrieved"),
                  ("other_assessed", "other_reports_excluded")),
    }
)  # fmt: skip
#: The row of a box where the ways stand side by side.
_ROWS = MappingProxyType(
    {"head": 0, "identified": 1, "previous": 1, "screened": 2, "sought": 3, "assessed": 4}
)
_TITLES = MappingProxyType(
    {
        "previous": "Previous studies",
        "databases": "Identification of {new}studies via databases and registers",
        "other": "Identification of {new}studies via other methods",
    }
)
_BEFORE = Line.of("Records removed ", Run("before screening", italic=True), ":")
#: The first line of boxes that list numbers.
_HEADS = MappingProxyType(
    {
        "identified": Line.of("Records identified from*:"),
        "removed": _BEFORE,
        "other_identified": Line.of("Records identified from:"),
    }
)
_STARS = MappingProxyType({"excluded": "**"})
_ARROWS = (
    ("identified", "removed"), ("identified", "screened"), ("screened", "excluded"),
    ("screened", "sought"), ("sought", "not_retrieved"), ("sought", "assessed"),
    ("assessed", "reports_excluded"), ("assessed", "included"),
    ("other_identified", "other_sought"), ("other_sought", "other_not_retrieved"),
    ("other_sought", "other_assessed"), ("other_assessed", "other_reports_excluded"),
    ("other_assessed", "included"), ("included", "total"), ("previous", "total"),
)  # fmt: skip
#: The least width in mm, by the number of columns, at which they stand side by side.
_ABREAST = MappingProxyType({2: 0.0, 3: 120.0, 4: 120.0, 5: 150.0})
_MACHINE = re.compile(r"automat|machine|classifier|algorithm|\btools?\b", re.IGNORECASE)
_SOURCE = "Drawn after PRISMA 2020: Page MJ, et al. BMJ 2021;372:n71."


def chart_flow(
    counts: Counts, *, findings: Iterable[Finding] = (), stacked: bool = False,
    mapping: str = "", notes: Iterable[str] = (),
) -> FlowChart:  # fmt: skip
    """Return the description of a flow.

    Parameters
    ----------
    counts : mapping
        What is reported.
    findings : iterable of Finding
        The errors among them are printed above the figure and marked in their boxes.
    stacked : bool
        Whether the ways into the review stand one below the other, for a single
        column of a journal, and not side by side as in the template.
    mapping : str
        The name of the reading of the counts, if it is not as printed.
    notes : iterable of str
        Further notes below the figure.

    Examples
    --------
    >>> chart = chart_flow({"screened": 1243})
    >>> chart.title, chart.box("screened").text
    ('PRISMA 2020 flow diagram (new-v1)', 'Records screened (n = 1,243)')
    """
    template, entries = choose_template(counts), list_entries(counts)
    arms = [arm for arm in _ARMS if _has(arm, template)]
    place, across = (_stack if stacked else _set_abreast)(arms)
    last = 1 + max(row for row, _ in place.values())
    place |= {"included": (last, place["assessed"][1]), "total": (last + 1, place["assessed"][1])}
    boxes = [*_head_boxes(arms, place, across, template),
             *_number_boxes(counts, entries, place, across)]  # fmt: skip
    names = {box.id for box in boxes}
    return FlowChart(
        title=f"PRISMA 2020 flow diagram ({template}{', ' * bool(mapping)}{mapping})",
        boxes=tuple(sorted(boxes, key=lambda box: _order(box.id))),
        arrows=tuple(pair for pair in _ARROWS if names.issuperset(pair)),
        stages=_stages(place, arms, last, max(box.row for box in boxes)),
        notes=(*_write_notes(counts), *notes, _SOURCE),
        faults=_find_faults(entries, findings),
        name="flow" + "".join(f"-{word}" for word in mapping.split()),
    )


def stacks_at(template: str, width: float) -> bool:
    """Return whether the ways into the review must stand one below the other.

    >>> stacks_at("new-v1", 84), stacks_at("new-v2", 84), stacks_at("new-v2", 174)
    (False, True, False)
    """
    columns = 2 + template.startswith("updated") + 2 * template.endswith("v2")
    return width < _ABREAST[columns]


def _has(arm: str, template: str) -> bool:
    return {"previous": "updated" in template, "other": "v2" in template}.get(arm, True)


def _set_abreast(arms: Sequence[str]) -> tuple[Place, dict[str, int]]:
    """Return places side by side, the same steps in the same rows, and widths of arms."""
    place: Place = {}
    column = 0
    for arm in arms:
        for box, beside in _ARMS[arm]:
            row = _ROWS[re.sub(r"^(?:other_|.*-)", "", box)]
            place[box] = (row, column)
            place |= {beside: (row, column + 1)} if beside else {}
        column += 1 if arm == "previous" else 2
    return place, {arm: 1 if arm == "previous" else 2 for arm in arms}


def _stack(arms: Sequence[str]) -> tuple[Place, dict[str, int]]:
    """Return places one below the other, and widths of arms."""
    steps = [step for arm in arms for step in _ARMS[arm]]
    place = {box: (row, 0) for row, (box, _) in enumerate(steps)}
    place |= {beside: (row, 1) for row, (_, beside) in enumerate(steps) if beside}
    return place, dict.fromkeys(arms, 2)


def _order(box: str) -> int:
    """Return the place of a box in the order of reading."""
    names = [name for arm in _ARMS.values() for pair in arm for name in pair]
    return [*names, "included", "total"].index(box)


def _head_boxes(
    arms: Iterable[str], place: Place, across: Mapping[str, int], template: str
) -> Iterator[Box]:
    new = "new " if template.startswith("updated") else ""
    for arm in arms:
        title = Line((Run(_TITLES[arm].format(new=new), bold=True),))
        look = "head" if arm == "databases" else "side-head"
        yield Box(f"{arm}-head", *place[f"{arm}-head"], (title,), look=look, across=across[arm])


def _number_boxes(
    counts: Counts, entries: Iterable[Entry], place: Place, across: Mapping[str, int]
) -> Iterator[Box]:
    for name, group in groupby(entries, lambda entry: entry.box):
        listed = list(group)
        lines = _lines(counts, name, listed)
        keys = dict.fromkeys(entry.key.partition(":")[0] for entry in listed)
        side = name == "previous" or name.startswith("other_")
        wide = across["previous"] if name == "previous" else 1
        yield Box(name, *place[name], tuple(lines), tuple(keys), "side" if side else "step", wide)


def _lines(counts: Counts, box: str, entries: Sequence[Entry]) -> Iterator[Line]:
    """Yield the text of a box."""
    if box.endswith("reports_excluded"):
        yield from _write_reasons(counts, box, entries)
        return
    if box in _HEADS:
        yield _HEADS[box]
    for entry in entries:
        if entry.level or box == "previous":
            yield Line.of(f"{entry.label} {_write(entry.n)}", level=entry.level)
        else:
            yield Line.of(entry.label + _STARS.get(entry.key.removesuffix("_total"), ""))
            yield Line.of(_write(entry.n))


def _write_reasons(counts: Counts, box: str, entries: Sequence[Entry]) -> Iterator[Line]:
    """Yield reasons with their numbers; those of 0 are left out."""
    first, *rest = entries
    printed = f" {_write(first.n)}" if f"{box}_total" in counts else ""
    yield Line.of(f"{first.label}{printed}:")
    parts = [entry for entry in rest if ":" in entry.key]
    shown = [f"{part.label} {_write(part.n)}" for part in parts if part.n != 0]
    if not shown:
        nameless = not parts and first.n
        shown = [f"Reasons not reported {_write(first.n)}" if nameless else _write(first.n)]
    late = [f"{entry.label} {_write(entry.n)}" for entry in rest if ":" not in entry.key]
    yield from (Line.of(text, level=1) for text in shown + late)


def _write(n: int | None) -> str:
    r"""Return a number as the templates print it; the spaces do not break.

    >>> _write(1243), _write(None)
    ('(n\xa0=\xa01,243)', '(n\xa0=\xa0not\xa0reported)')
    """
    said = "not reported" if n is None else format_count(n)
    return f"(n = {said})".replace(" ", "\u00a0")


def _stages(place: Place, arms: Sequence[str], first: int, last: int) -> tuple[Stage, ...]:
    """Name the rows; stacked ways into the review have stages of their own."""
    top = min(place[box][0] for box in ("previous", "identified") if box in place)
    stages = [Stage("Identification", top, place["identified"][0]),
              Stage("Screening", place["screened"][0], place["assessed"][0])]  # fmt: skip
    if "other" in arms and place["other-head"][0] > 0:
        row = place["other_identified"][0]
        stages += [Stage("Identification", row, row),
                   Stage("Screening", place["other_sought"][0], place["other_assessed"][0])]  # fmt: skip
    return (*stages, Stage("Included", first, last))


def _find_faults(entries: Iterable[Entry], findings: Iterable[Finding]) -> Mapping[str, str]:
    """Return what is wrong with the numbers of a box, by box."""
    box_of = {entry.key.removesuffix("_total"): entry.box for entry in entries}
    said: dict[str, list[str]] = {}
    for finding in findings:
        if finding.severity == "error":
            said.setdefault(box_of[finding.where], []).append(finding.message)
    return MappingProxyType({box: " ".join(words) for box, words in said.items()})


def _write_notes(counts: Counts) -> Iterator[str]:
    """Yield the facts that the footnotes of the template ask authors for."""
    bare = [key for key in ("databases", "registers")
            if not isinstance(counts.get(key), Mapping) and find_count(counts, key) != 0]  # fmt: skip
    if bare:
        yield f"*Records of each {' or '.join(key[:-1] for key in bare)} were not reported."
    else:
        yield "*Each database or register searched is listed with its number of records."
    excluded = counts.get("excluded")
    parts = excluded if isinstance(excluded, Mapping) else {}
    if any(_MACHINE.search(name) for name in parts):
        yield "**Records excluded by humans and by automation tools are listed apart."
    else:
        yield "**How many records automation tools excluded was not reported."
