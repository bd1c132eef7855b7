"""The traffic light: what was judged of each study, item by item.

It is measured first (:mod:`~reviewkit.present.traffic_plan`); levels and their signs are in
:mod:`~reviewkit.present.traffic_marks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, clean_text
from reviewkit.present.marks import draw_band, draw_rule
from reviewkit.present.page import (
    HIGHEST,
    LEAST_WIDTH,
    RIM,
    add_groups,
    open_page,
    page_style,
    page_width,
    write_beside,
    write_lines,
    write_over,
    write_upright,
)
from reviewkit.present.traffic_marks import draw_legend, draw_look, list_entries, read_looks
from reviewkit.present.traffic_plan import Page, Plan, Table, plan_traffic, split_rows

__all__ = ["draw_traffic", "draw_traffic_pages"]


def draw_traffic(
    frame: pd.DataFrame,
    *,
    looks: Mapping[str, str] | None = None,
    overall: str | None = None,
    codes: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    width: float = 174.0,
    title: str = "Traffic light",
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw judgements of studies, one column an item, as signs with a legend of those used.

    Parameters
    ----------
    frame : DataFrame
        ``study`` and one column an item, headed by its title; cells are words, or missing.
    looks : mapping, optional
        The level of each word, a key of :data:`~reviewkit.present.traffic_marks.LOOKS`; usual
        words (yes, no, low, some concerns, high, unclear …) are known.
    overall : str, optional
        The column of the overall judgement, which stands last and apart.
    codes : mapping, optional
        Short names of columns, used with a key below where titles are too wide for the page;
        by default their numbers.
    ax : Axes, optional
        Draw here, from the top; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    title, text : str
        What the picture is called, and the picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs below: instrument, rule of the overall judgement.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If there is no study or item, a study is there twice, a word has no level, or the page is
        too narrow or the axes are too low.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": ["Ada 2019", "Bo 2021"], "Sample": ["yes", "no"]})
    >>> draw_traffic(frame, width=84).get_label()
    'Traffic light of 2 studies and 1 item. Sample: yes 1, no 1.'
    """
    table = _read_table(frame, looks, overall, codes)
    plan = _measure(table, page_width(ax, width), footer)
    every = range(len(table.studies))
    height = plan.height(every)
    if height > HIGHEST:
        raise InputError(
            f"A traffic light must fit a page of {HIGHEST / MM / 1000:.0f} m. {len(every)} studies "
            f"need {height / MM / 1000:.1f} m. Draw pages."
        )
    ax = _draw_page(plan, Page(every), ax)
    describe_axes(ax, title=title, text=text or _tell(frame, overall))
    return ax


def draw_traffic_pages(
    frame: pd.DataFrame,
    *,
    looks: Mapping[str, str] | None = None,
    overall: str | None = None,
    codes: Mapping[str, str] | None = None,
    height: float = 235.0,
    width: float = 174.0,
    title: str = "Traffic light",
    text: str = "",
    footer: Sequence[str] = (),
) -> list[Axes]:
    """Draw many studies on pages of at most `height` mm, all with headings and legend.

    Options are those of :func:`draw_traffic`; key and footer are on the last page.
    """
    table = _read_table(frame, looks, overall, codes)
    plan = _measure(table, width * MM, footer)
    pages = split_rows(plan, height * MM)
    drawn = [_draw_page(plan, page, None) for page in pages]
    for page, ax in zip(pages, drawn, strict=True):
        number = f" Page {page.number} of {page.count}." if page.count > 1 else ""
        describe_axes(ax, title=title, text=f"{text or _tell(frame, overall)}{number}")
    return drawn


def _read_table(
    frame: pd.DataFrame,
    looks: Mapping[str, str] | None,
    overall: str | None,
    codes: Mapping[str, str] | None,
) -> Table:
    check_columns(frame.columns, {"study": "study"} | ({"overall": overall} if overall else {}))
    items = [name for name in frame.columns if name not in ("study", overall)]
    if frame.empty or not items:
        raise InputError(
            f"A traffic light must have a study and an item. Got {len(frame)} studies and "
            f"{len(items)} items."
        )
    names = [clean_text(str(name)).strip() or "–" for name in frame["study"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"Each study must have one row. Got more for {list_some([*map(repr, twice)])}. "
            f"Choose an appraiser, or the consensus."
        )
    columns = [*items, *([overall] if overall else [])]
    words = [["" if pd.isna(v) else str(v) for v in frame[name]] for name in columns]
    levels = read_looks((word for some in words for word in some), looks)
    own = words[: len(items)]
    entries = list_entries(
        [word for some in own for word in some], words[-1] if overall else [], levels,
        missing="no answer",
    )  # fmt: skip
    short = [(codes or {}).get(name, str(at)) for at, name in enumerate(items, start=1)]
    rows = tuple(tuple(levels[word] for word in row) for row in zip(*words, strict=True))
    whole = [overall.capitalize()] if overall else []
    heads = [*(clean_text(str(name)) or "–" for name in items), *whole]
    return Table(tuple(names), tuple(heads), (*map(str, short), *whole), rows, bool(overall), entries)  # fmt: skip


def _measure(table: Table, points: float, footer: Sequence[str]) -> Plan:
    """Return the plan of a traffic light that fits its page."""
    plan = plan_traffic(table, points, page_style(points), footer)
    if plan is None or points < LEAST_WIDTH - 0.5:
        raise InputError(
            f"A traffic light must be wide enough for labels and signs, "
            f"{LEAST_WIDTH / MM:.0f} mm at least. Got {points / MM:.0f} mm. Draw a wider figure."
        )
    return plan


def _draw_page(plan: Plan, page: Page, ax: Axes | None) -> Axes:
    height = plan.height(page.rows, last=page.last, numbered=page.count > 1)
    drawn = open_page(ax, plan.width, height, "the studies", "Leave `ax` out, or draw pages.")
    add_groups(drawn, lambda: _groups(plan, page, drawn, height))
    return drawn


def _groups(plan: Plan, page: Page, ax: Axes, height: float) -> Iterator[Group]:
    """Yield all that is drawn, block by block, then legend, key and footer."""
    tall, table = plan.block_height(page.rows), plan.table
    for number, columns in enumerate(plan.blocks):
        top = RIM + number * tall
        yield Group(f"traffic-head-{number}", _draw_heads(plan, columns, top, ax))
        starts = accumulate(map(plan.row_height, page.rows), initial=top + plan.head)
        for row, y in zip(page.rows, starts, strict=False):
            art = _draw_row(plan, row, columns, (y, y + plan.row_height(row)), ax)
            told = "; ".join(f"{table.columns[at]}: {table.looks[row][at]}" for at in columns)
            yield Group(f"traffic-row-{number}-{row}", art, title=table.studies[row], text=told)
    top = RIM + len(plan.blocks) * tall
    yield Group("traffic-legend", draw_legend(plan.legend, RIM, top, plan.style, ax))
    top += plan.legend_height + 0.5 * plan.style.size
    soft = plan.style.change(colour="soft")
    lines = [*plan.key, *plan.footer] if page.last else []
    yield Group("traffic-foot", write_lines(RIM, top + CAP_HEIGHT * soft.size, lines, soft, ax))
    if page.count > 1:
        said = f"Page {page.number} of {page.count}" + ("" if page.last else ", continued")
        base = height - RIM
        yield Group("traffic-page", [write_text(plan.width - RIM, base, said, soft, ax, "right")])


def _draw_heads(plan: Plan, columns: range, top: float, ax: Axes) -> list[Artist]:
    """Return the headings and the rule below them."""
    size, bottom = plan.style.size, top + plan.head
    middles = plan.middles(columns)
    rule = bottom - 0.2 * size
    end = middles[-1] + plan.pitch / 2
    art: list[Artist] = [draw_rule(ax, (RIM, rule), (end, rule), gid="rule-head")]
    for at, x in zip(columns, middles, strict=True):
        is_overall = plan.table.overall and at == len(plan.table.columns) - 1
        style = plan.style.change(bold=is_overall)
        if plan.mode == "upright":
            art += write_upright(x, bottom - 0.6 * size, plan.heads[at], style, ax)
        else:
            art += write_over(x, bottom - 0.65 * size, plan.heads[at], style, ax)
    return art


def _draw_row(
    plan: Plan, row: int, columns: range, down: tuple[float, float], ax: Axes
) -> list[Artist]:
    """Return a study with its label and signs."""
    middle, middles = sum(down) / 2, plan.middles(columns)
    art: list[Artist] = []
    if row % 2 == 0:
        art.append(draw_band(ax, (RIM, middles[-1] + plan.pitch / 2), down))
    art += write_beside(RIM, middle, plan.labels[row], plan.style, ax)
    for at, x in zip(columns, middles, strict=True):
        art += draw_look(ax, x, middle, plan.sign, plan.table.looks[row][at], f"mark-{row}-{at}")
    return art


def _tell(frame: pd.DataFrame, overall: str | None) -> str:
    """Return the counts in words."""
    items = [name for name in frame.columns if name not in ("study", overall)]
    told = []
    for name in [*items, *([overall] if overall else [])]:
        counts = Counter("no answer" if pd.isna(v) or not v else str(v) for v in frame[name])
        said = ", ".join(f"{word} {number}" for word, number in counts.most_common())
        told.append(f"{str(name).capitalize() if name == overall else name}: {said}")
    studies = f"{len(frame)} {'study' if len(frame) == 1 else 'studies'}"
    shown = list_some(told, most=25)
    return f"Traffic light of {studies} and {len(items)} item{'s' * (len(items) != 1)}. {shown}."
