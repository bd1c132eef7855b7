"""Proposals for each table of ``reported/``, from what the readers of a manuscript find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit._core.errors import InputError
from reviewkit.review.manuscript_agreement import AgreementMention, find_agreement, find_scale
from reviewkit.review.manuscript_flow import choose_mentions, find_flow
from reviewkit.review.manuscript_groups import find_claims, find_groups, find_studies
from reviewkit.review.manuscript_percentages import find_percentages
from reviewkit.review.manuscript_search import find_pools
from reviewkit.sources.manuscript_text import Document, Passage

__all__ = ["KEEP", "LEAVE", "READERS", "Places", "cut_quote"]

Rows = list[dict[str, str]]
#: Whether a proposal is taken.
KEEP, LEAVE = "yes", "no"
_MOST_QUOTED = 300  # letters of a sentence that a proposal quotes


class Places:
    """Where things stand, in words."""

    def __init__(self, document: Document) -> None:
        self._pages = document.kind == "pdf"
        self._captions: dict[int, str] = {}
        caption = ""
        for passage in document.passages:
            if passage.kind == "heading":
                caption = ""
            elif passage.kind == "caption":
                caption = " ".join(passage.text.split()[:2]).rstrip(".:") if passage.text.casefold().startswith("table") else ""  # fmt: skip
            self._captions[id(passage)] = caption

    def tell(self, passage: Passage, at: int = 0) -> str:
        """Return section (or table) and line (or page) of a place."""
        line = passage.locate(at)
        place = f"page {line.page}" if self._pages else f"line {line.number}"
        name = passage.section.capitalize()
        return f"{name}, {place}" if name else place.capitalize()

    def table(self, passage: Passage) -> str:
        """Return the table under whose caption a passage stands, or ""."""
        return self._captions.get(id(passage), "")


def cut_quote(text: str) -> str:
    """Return a sentence, shortened at a word where it is long."""
    return text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED].rsplit(" ", 1)[0] + " …"


def _propose_flow(document: Document, places: Places) -> Rows:
    from reviewkit.screening.flow import prisma_flow
    from reviewkit.screening.flow_keys import KEYS

    def count_faults(counts: Mapping[str, int]) -> int:
        # Reasons and their total may stand side by side in prose; the flow wants one of them.
        listed = {key.partition(":")[0] for key in counts if ":" in key}
        plain = {key: n for key, n in counts.items() if key not in listed}
        try:
            findings = prisma_flow(plain).findings
        except InputError:
            return 99
        return sum(finding.severity != "note" for finding in findings)

    mentions = [m for m in find_flow(document) if m.box.partition(":")[0] in KEYS]
    chosen = choose_mentions(mentions, count_faults)
    rows, seen = [], set[tuple[str, int]]()
    for mention in mentions:
        if (mention.box, mention.n) in seen:
            continue
        seen.add((mention.box, mention.n))
        again = [
            u
            for m, u in zip(mentions, chosen, strict=True)
            if (m.box, m.n) == (mention.box, mention.n)
        ]
        rows.append(
            {
                "use": KEEP if any(again) else LEAVE, "box": mention.box, "n": str(mention.n),
                "label": mention.label, "where": places.tell(mention.sentence.passage, mention.at),
                "quote": cut_quote(mention.quote),
            }
        )  # fmt: skip
    return _leave_totals(rows)


def _leave_totals(rows: Rows) -> Rows:
    """Name a total beside its parts by the key that such a total has."""
    parts = {
        row["box"].partition(":")[0] for row in rows if ":" in row["box"] and row["use"] == KEEP
    }
    totals = {"reports_excluded": "reports_excluded_total", "excluded": "excluded_total",
              "databases": "databases_total", "registers": "registers_total"}  # fmt: skip
    return [
        {**row, "box": totals[row["box"]]} if row["box"] in parts and row["box"] in totals else row
        for row in rows
    ]


def _propose_agreement(document: Document, places: Places) -> Rows:
    labels = [band.label for band in find_scale(document)]
    return [
        {
            "use": KEEP, "stage": m.stage, "coefficient": m.coefficient,
            "value": m.value or m.percent, "percent": m.percent if m.value else "", "n": m.n,
            "label": _find_label(m, labels, document), "ci_low": m.ci_low, "ci_high": m.ci_high,
            "where": places.tell(m.sentence.passage, m.at), "quote": cut_quote(m.sentence.text),
        }
        for m in find_agreement(document)
    ]  # fmt: skip


def _find_label(mention: AgreementMention, labels: list[str], document: Document) -> str:
    """Return the label that the text gives a value; one of the printed scale where there is one."""
    if not labels:
        return mention.label
    value = mention.value or mention.percent
    ranked = sorted(labels, key=len, reverse=True)
    for passage in document.passages:
        behind = passage.text.partition(value)[2] if value in passage.text else ""
        near = behind[:60].casefold()
        found = next((label for label in ranked if label.casefold() in near), None)
        if found and not near.lstrip(" )").startswith(("-", "–", "to ")):
            return found
    return ""


def _propose_scale(document: Document, places: Places) -> Rows:
    rows = []
    for number, band in enumerate(find_scale(document), 1):
        table = places.table(band.passage)
        where = f"{table}, row {number}" if table else places.tell(band.passage, band.at)
        rows.append(
            {
                "use": KEEP, "label": band.label, "lower": band.lower, "upper": band.upper,
                "description": band.description, "printed": band.printed, "where": where,
                "quote": cut_quote(band.passage.text),
            }
        )  # fmt: skip
    return rows


def _propose_percentages(document: Document, places: Places) -> Rows:
    return [
        {
            "use": KEEP, "id": m.id, "set": m.set, "percent": m.percent, "kind": m.kind, "n": m.n,
            "events": m.events, "sums_to": m.sums_to,
            "where": places.tell(m.sentence.passage, m.at), "quote": cut_quote(m.sentence.text),
        }
        for m in find_percentages(document)
    ]  # fmt: skip


def _propose_groups(document: Document, places: Places) -> Rows:
    return [
        {
            "use": KEEP, "grouping": "studies", "group": m.group, "n": str(m.n),
            "percent": m.percent, "of": m.of, "tables": m.tables,
            "where": places.tell(m.sentence.passage, m.at), "quote": cut_quote(m.sentence.text),
        }
        for m in find_groups(document)
    ]  # fmt: skip


def _propose_rows(document: Document, places: Places) -> Rows:
    columns = ("table", "row", "study", "reference", "title", "population", "location", "year", "n",
               "instrument", "finding")  # fmt: skip
    rows = []
    for mention in find_studies(document):
        cells = {column: mention.cells.get(column, "") for column in columns}
        where = (
            f"Table {cells['table']}, row {cells['row']}" if cells["table"] else "table of studies"
        )
        rows.append({"use": KEEP, **cells, "where": where, "quote": cut_quote(mention.quote)})
    return rows


def _propose_claims(document: Document, places: Places) -> Rows:
    return [
        {
            "use": KEEP, "claim": m.claim, "references": m.references,
            "where": places.tell(m.sentence.passage, m.sentence.start), "quote": cut_quote(m.claim),
        }
        for m in find_claims(document)
    ]  # fmt: skip


def _propose_pools(document: Document, places: Places) -> Rows:
    return [
        {
            "use": KEEP, "outcome": m.outcome, "estimate": m.estimate, "ci_low": m.ci_low,
            "ci_high": m.ci_high, "i2": m.i2, "k": m.k, "n": m.n, "transform": "", "tau2": "", "ci": "",
            "where": places.tell(m.sentence.passage, m.sentence.start),
            "quote": cut_quote(m.sentence.text),
        }
        for m in find_pools(document)
    ]  # fmt: skip


#: What proposes each table of ``reported/``.
READERS: Mapping[str, Callable[[Document, Places], Rows]] = MappingProxyType(
    {
        "flow": _propose_flow,
        "agreement": _propose_agreement,
        "scale": _propose_scale,
        "percentages": _propose_percentages,
        "groups": _propose_groups,
        "rows": _propose_rows,
        "claims": _propose_claims,
        "pools": _propose_pools,
    }
)
