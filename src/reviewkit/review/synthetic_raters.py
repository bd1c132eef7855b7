"""The raters of a synthetic review: their decisions, their agreement and the scale that names it."""

from __future__ import annotations

import math
from typing import NamedTuple

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_words import SCALES

__all__ = ["Judged", "add_raters"]

_MOST_DECISIONS = 400  # records; a longer list would only make the folder large
_NAMES = ("Ana", "Björn", "Chidi", "Dilek", "Eun-ji", "Zoë")


class Judged(NamedTuple):
    """Records that two raters judged."""

    stage: str
    both: int
    first: int
    second: int
    neither: int
    went_on: int

    @property
    def n(self) -> int:
        """How many records."""
        return self.both + self.first + self.second + self.neither

    @property
    def agreement(self) -> float:
        """The share on which they agreed."""
        return (self.both + self.neither) / self.n

    @property
    def chance(self) -> float:
        """The share on which they would have agreed by chance."""
        yes = (self.both + self.first) / self.n, (self.both + self.second) / self.n
        return yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])

    @property
    def kappa(self) -> float:
        """Cohen's kappa."""
        return (self.agreement - self.chance) / (1 - self.chance)

    @property
    def se(self) -> float:
        """Its standard error, in the simple form that papers use."""
        return math.sqrt(self.agreement * (1 - self.agreement) / self.n) / (1 - self.chance)


def add_raters(draft: Draft) -> None:
    """Draw what two raters decided; write decisions, agreement and scale."""
    boxes = draft.flow
    stages = {
        "title_abstract": (boxes["screened"], boxes["sought"]),
        "full_text": (boxes["assessed"], boxes["assessed"] - boxes["reports_excluded_total"]),
    }
    chosen = [s for s in stages if s == "full_text" or draft.chance(0.4)]
    judged = [
        found for stage in chosen if (found := _judge(draft, stage, *stages[stage])) is not None
    ]
    if not judged:
        return
    if draft.has("raters", 0.4):
        draft.settings["raters"] = {"names": draft.some(_NAMES, 2)}
    names = draft.settings.get("raters", {}).get("names") or ["A", "B"]
    if draft.has("decisions", 0.4):
        rows = [r for one in judged if one.n <= _MOST_DECISIONS for r in _decide(one, names)]
        if rows:
            draft.tables["screening/decisions"] = rows
    if draft.has("agreement", 0.75):
        _print(draft, judged)


def _judge(draft: Draft, stage: str, n: int, went_on: int) -> Judged | None:
    """Return a cross-table in which the two mostly agree, and some of the rest went on."""
    if n < 12 or not 0 < went_on < n:
        return None
    apart = max(1, int(n * draft.rng.uniform(0.02, 0.09)))
    in_doubt = int(draft.rng.binomial(apart, 0.5))  # of these the raters let go on
    in_doubt = min(in_doubt, went_on - 1)
    both, first = went_on - in_doubt, int(draft.rng.binomial(apart, 0.5))
    if both + apart > n:
        return None
    return Judged(stage, both, first, apart - first, n - both - apart, went_on)


def _decide(one: Judged, names: list[str]) -> list[dict[str, str]]:
    verdicts = (
        [("include", "include")] * one.both
        + [("include", "exclude")] * one.first
        + [("exclude", "include")] * one.second
        + [("exclude", "exclude")] * one.neither
    )
    return [
        {
            "record": f"r{i:04d}", "rater": name, "stage": one.stage, "verdict": verdict,
            "reason": "Wrong population" if verdict == "exclude" and one.stage == "full_text" else "",
        }
        for i, pair in enumerate(verdicts, 1)
        for name, verdict in zip(names, pair, strict=True)
    ]  # fmt: skip


def _print(draft: Draft, judged: list[Judged]) -> None:
    scale = draft.pick(list(SCALES))
    told = draft.has("scale", 0.5)
    decimals = draft.pick((2, 2, 3))
    word = draft.pick(("Cohen's kappa", "cohen_kappa", "kappa", "Cohen kappa", "κ"))
    po, split = draft.has("po", 0.6), draft.has("pe", 0.3)
    with_label = draft.has("label", 0.6)
    rows = []
    for one in judged:
        shared = {"stage": one.stage, "n": draft.count(one.n), "included": draft.count(one.went_on),
                  **draft.place("Methods")}  # fmt: skip
        row = {"coefficient": word, "value": f"{one.kappa:.{decimals}f}", **shared}
        if with_label:
            row["label"] = _label(scale, one.kappa)
        if draft.has("ci", 0.4):
            ends = (one.kappa - 1.96 * one.se, min(1.0, one.kappa + 1.96 * one.se))
            row |= {"ci_low": f"{ends[0]:.2f}", "ci_high": f"{ends[1]:.2f}"}
        raw = f"{100 * one.agreement:.1f}"
        if po and not split:
            row["percent"] = raw
        rows.append(row)
        if split:
            rows += [
                {"coefficient": "percent agreement", "value": f"{raw}%", **shared},
                {"coefficient": "chance agreement", "value": f"{100 * one.chance:.1f}%", **shared},
            ]
    draft.tables["reported/agreement"] = draft.thin(rows, ("included", "n"))
    if told:
        draft.tables["reported/scale"] = [
            {"label": label, "lower": low, "upper": high, "description": said}
            for label, low, high, said in SCALES[scale]
        ]


def _label(scale: str, kappa: float) -> str:
    """Return the word of a scale for an unrounded kappa."""
    return [name for name, low, _, _ in SCALES[scale] if low in ("", "-1") or kappa >= float(low)][
        -1
    ]
