"""Chapters of the report about results: flow, agreement, studies, themes, pooled results."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from reviewkit._core.format import (
    format_count,
    format_interval,
    format_number,
    format_p,
    format_percent,
    format_significant,
)
from reviewkit.meta.pooling import PooledPrevalence
from reviewkit.present.document_parts import (
    SHOWN_ROWS,
    Block,
    Facts,
    Findings,
    Fold,
    Prose,
    Subsection,
    make_sheet,
)
from reviewkit.review.agreement_checks import count_disagreements, possible_tables
from reviewkit.review.headlines import name_pool, name_stage
from reviewkit.review.reported import list_rows
from reviewkit.review.workshop import Workshop, fold_sheet

__all__ = [
    "write_agreement",
    "write_appraisal",
    "write_flow",
    "write_pools",
    "write_studies",
    "write_themes",
]


def write_flow(workshop: Workshop) -> Iterator[Block]:
    """Yield the flow diagram, in each way to tell it, and what its checks found."""
    flow = workshop.review.flow
    if flow is None:
        return
    drawings = [*workshop.drawings("flow")]
    if len(drawings) > 1:
        yield Prose(
            "Some records were removed for other reasons before screening. If they were excluded "
            "by their titles, PRISMA 2020 counts them as screened; both ways to tell it follow."
        )
    for (_, drawing), name in zip(drawings, flow.mappings, strict=True):
        yield Subsection(name.capitalize(), (drawing,)) if len(drawings) > 1 else drawing
    grave = tuple(finding for finding in flow.findings if finding.severity != "note")
    yield Findings(grave) if grave else Prose("The numbers of the flow add up.")
    notes = len(flow.findings) - len(grave)
    if notes:
        yield Prose(
            f"{notes} note{'s' * (notes != 1)} on what is not reported "
            f"{'are' if notes != 1 else 'is'} among the findings of the checks, below.",
            quiet=True,
        )


def write_agreement(workshop: Workshop) -> Iterator[Block]:
    """Yield the coefficients, or what the printed ones allow."""
    review = workshop.review
    for (stage, found), sheet in zip(
        review.agreement.items(), workshop.sheets("agreement"), strict=True
    ):
        blocks: list[Block] = [Prose(found._headline()), sheet]
        if found.n_raters == 2:
            first, second = found.raters
            table = found.table.rename_axis(f"{first} ↓, {second} →", axis=0).reset_index()
            cross = make_sheet(table, f"Decisions of {first} (rows) and {second} (columns)")
            blocks.insert(1, cross)
        yield Subsection(name_stage(stage).capitalize(), tuple(blocks))
    for row in list_rows(review.reported.get("agreement")):
        yield from _tell_printed(workshop, row)


def _tell_printed(workshop: Workshop, row: dict[str, str]) -> Iterator[Block]:
    words = {
        "Coefficient": row["coefficient"], "Value": row["value"],
        "In per cent": row.get("percent", ""), "Label": row.get("label", ""),
        "Stage": row.get("stage", "") or "not reported",
        "Records rated": row.get("n", "") or "not reported",
        "Where": row.get("where", ""),
    }  # fmt: skip
    blocks: list[Block] = [Facts(tuple((term, text) for term, text in words.items() if text))]
    for possible in possible_tables(workshop.review, row):
        place, found = possible.place, possible.tables
        if not found.is_possible:
            blocks.append(Prose(f"Over {place}, no cross-table gives this value."))
            continue
        count = count_disagreements(found)
        error = " to ".join(
            dict.fromkeys(format_number(se, 3) for se in (found.se_low, found.se_high))
        )
        blocks.append(Prose(f"Over {place}, it means {count}; its standard error is {error}."))
        if found.n_tables <= SHOWN_ROWS:
            sheet = make_sheet(found.to_frame(), f"Cross-tables over {place} that give it")
            blocks.append(fold_sheet(sheet))
    yield Subsection(f"{row['coefficient'].capitalize()} {row['value']}", tuple(blocks))


def write_studies(workshop: Workshop) -> Iterator[Block]:
    """Yield the table of studies, and that of their outcomes."""
    for sheet in workshop.sheets("studies"):
        yield fold_sheet(sheet) if len(sheet.rows) > 25 else sheet


def write_appraisal(workshop: Workshop) -> Iterator[Block]:
    """Yield each appraisal: what it found, its traffic light, its bars, its answers."""
    drawings = {figure.key: drawing for figure, drawing in workshop.drawings("appraisal")}
    for name, appraisal in workshop.review.appraisals.items():
        blocks: list[Block] = [Prose(appraisal._headline())]
        blocks += [Prose(f"Note: {note}") for note in appraisal.notes]
        blocks += [drawing for key, drawing in drawings.items() if key.endswith(f"-{name}")]
        blocks.append(fold_sheet(workshop.sheet(f"appraisal-{name}")))
        yield Subsection(appraisal.instrument.title, tuple(blocks))


def write_themes(workshop: Workshop) -> Iterator[Block]:
    """Yield the themes, the network of codes and which study stands behind which theme."""
    themes = workshop.review.themes
    if themes is None:
        return
    yield Prose(themes._headline())
    yield Prose("A theme is counted in studies: however often a study is coded, it counts once.")
    yield from (Prose(f"Note: {note}") for note in themes.notes)
    yield workshop.sheet("themes")
    for _, drawing in workshop.drawings("themes"):
        yield drawing


def write_pools(workshop: Workshop) -> Iterator[Block]:
    """Yield each pooled result with its forest plot, its numbers and its recipe."""
    review = workshop.review
    figures = {figure.key: drawing for figure, drawing in workshop.drawings("pools")}
    keys = [key for key, table in workshop.tables.items() if table.part == "pools"][1:]
    for (name, pooled), key in zip(review.pools.items(), keys, strict=True):
        notes = tuple(Prose(f"Note: {note}") for note in pooled.notes)
        shown: tuple[Block, ...] = (figures[key],) if key in figures else (
            Prose("There are too many studies for a forest plot."), workshop.sheet(key),
        )  # fmt: skip
        facts = _pool_facts(pooled)
        address = workshop.anchors.get(f"pools.{name}.estimate", "")
        links = tuple("" if term == "Recipe" else address for term, _ in facts)
        yield Subsection(name_pool(review, name), (Facts(facts, links), *notes, *shown))
    if review.pools:
        yield Fold("All numbers of the pooled results", (workshop.sheet("pools"),))


def _pool_facts(pooled: PooledPrevalence) -> tuple[tuple[str, str], ...]:
    level = format_percent(pooled.method.level, 0)

    def span(low: float, high: float) -> str:
        return "" if isnan(low) else f"{format_interval(100 * low, 100 * high, 1)} %"

    tau2 = format_significant(pooled.tau2)
    if not isnan(pooled.tau2_ci_low):
        ends = (format_significant(end) for end in (pooled.tau2_ci_low, pooled.tau2_ci_high))
        tau2 += f" ({'–'.join(ends)})"
    i2 = f"{format_percent(pooled.i2)} ({span(pooled.i2_ci_low, pooled.i2_ci_high)})"
    q = f"{format_significant(pooled.q)} on {pooled.q_df} degrees of freedom, {format_p(pooled.q_p)}"
    facts = {
        "Prevalence": format_percent(pooled.estimate),
        f"{level} confidence interval": span(pooled.ci_low, pooled.ci_high),
        "Prediction interval": span(pooled.pi_low, pooled.pi_high),
        "Studies": format_count(pooled.k),
        "People": f"{format_count(pooled.events)} of {format_count(pooled.n)}",
        "τ²": tau2,
        "I²": i2.replace(" ()", ""),
        "Q": q,
        "Recipe": pooled.recipe,
    }
    return tuple((term, text) for term, text in facts.items() if text)
