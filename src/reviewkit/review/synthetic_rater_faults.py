"""Faults in agreement: kappas that cannot be, or are called what they are not, and scales."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_planting import Change, Fault, change_cell, find_rows

__all__ = ["RATER_FAULTS"]

_TABLE, _SCALE = "reported/agreement", "reported/scale"
_MOST = 120  # records for which all cross-tables are counted


def _kappas(draft: Draft) -> list[dict[str, str]]:
    rows = find_rows(draft, _TABLE, "value")
    return [row for row in rows if "agreement" not in row["coefficient"]]


def _whole(text: str) -> int:
    return int("".join(letter for letter in text if letter.isdigit()))


def _all_kappas(n: int, included: int) -> np.ndarray:
    """Return the kappas of all cross-tables of n records of which so many went on."""
    found = []
    both, apart = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    fits = (both <= included) & (both + apart >= included) & (both + apart <= n)
    for a, s in zip(both[fits].tolist(), apart[fits].tolist(), strict=True):
        first = np.arange(s + 1)
        yes = (a + first) / n, (a + s - first) / n
        chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
        some = chance < 1
        found.append((1 - s / n - chance[some]) / (1 - chance[some]))
    return np.concatenate(found)


def _impossible(draft: Draft) -> Change | None:
    """Print a kappa that no cross-table of these records gives."""
    for row in _kappas(draft):
        if not (row.get("n") and row.get("included")) or _whole(row["n"]) > _MOST:
            continue
        known = _all_kappas(_whole(row["n"]), _whole(row["included"]))
        for hundredths in draft.rng.permutation(range(60, 100)).tolist():
            if np.abs(known - hundredths / 100).min() > 0.0051:
                for column in ("percent", "label", "ci_low", "ci_high"):
                    row.pop(column, None)
                _drop_shares(draft)
                return change_cell(_TABLE, row, "value", f"{hundredths / 100:.2f}")
    return None


def _drop_shares(draft: Draft) -> None:
    draft.tables[_TABLE] = _kappas(draft)


def _as_percent(draft: Draft) -> Change:
    row = draft.pick(_kappas(draft))
    _drop_shares(draft)
    share = f"{100 * float(row['value']):.{max(0, len(row['value']) - 4)}f}%"
    if draft.chance(0.5):
        row.pop("percent", None)
        return change_cell(_TABLE, row, "value", share)
    return change_cell(_TABLE, row, "percent", share)


def _bound(draft: Draft) -> Change | None:
    """Print a raw agreement that is too low for its kappa: kappa is 2 Po − 1 at most, and a little."""
    rows = [row for row in _kappas(draft) if float(row["value"]) > 0.55]
    if not rows:
        return None
    row = draft.pick(rows)
    _drop_shares(draft)
    kappa = float(row["value"])
    po = (1 + kappa) / 2 - draft.pick((0.06, 0.08, 0.1))
    apart = 1 - po - 0.001
    chance = (1 - apart * apart) / 2
    if (po + 0.001 - chance) / (1 - chance) >= kappa - 0.006 or abs(po - kappa) < 0.01:
        return None
    return change_cell(_TABLE, row, "percent", f"{100 * po:.1f}")


def _share(draft: Draft) -> Change | None:
    """Print a raw agreement that no whole number of the records gives."""
    for row in _kappas(draft):
        n = _whole(row["n"]) if row.get("n") else 0
        for tenths in draft.rng.permutation(range(850, 999)).tolist() if 0 < n < 300 else ():
            if min(abs(tenths / 10 - 100 * x / n) for x in range(n + 1)) > 0.06:
                _drop_shares(draft)
                return change_cell(_TABLE, row, "percent", f"{tenths / 10:.1f}")
    return None


def _identity(draft: Draft) -> Change | None:
    """Print a kappa that its raw and chance agreement do not give."""
    rows = [row for row in _kappas(draft) if float(row["value"]) < 0.88]
    if not rows or len(rows) == len(draft.tables[_TABLE]):
        return None
    row = draft.pick(rows)
    value = float(row["value"]) + draft.pick((0.05, 0.07, 0.1))
    return change_cell(_TABLE, row, "value", f"{value:.{len(row['value']) - 2}f}")


def _label(draft: Draft) -> Change | None:
    rows = [row for row in _kappas(draft) if row.get("label")]
    labels = [row["label"] for row in draft.tables.get(_SCALE, [])]
    if not rows or not labels:
        return None
    row = draft.pick(rows)
    value = float(row["value"])
    bounds = {float(r["upper"]) for r in draft.tables[_SCALE] if r["upper"]}
    if min(abs(value - bound) for bound in bounds) < 0.011:
        return None  # rounding decides
    return change_cell(_TABLE, row, "label", draft.pick([x for x in labels if x != row["label"]]))


def _outside_interval(draft: Draft) -> Change | None:
    rows = [row for row in _kappas(draft) if row.get("ci_low")]
    if not rows:
        return None
    row = draft.pick(rows)
    low = float(row["value"]) + draft.pick((0.03, 0.06))
    return change_cell(_TABLE, row, "ci_low", f"{low:.2f}")


def _recomputed(draft: Draft) -> Change | None:
    """Print another kappa than the decisions give."""
    if "screening/decisions" not in draft.tables:
        return None
    stages = {row["stage"] for row in draft.tables["screening/decisions"]}
    rows = [row for row in _kappas(draft) if row["stage"] in stages]
    if not rows:
        return None
    row = draft.pick(rows)
    value = float(row["value"]) - draft.pick((0.04, 0.09))
    return change_cell(_TABLE, row, "value", f"{value:.2f}")


def _records(draft: Draft) -> Change | None:
    if "screening/decisions" not in draft.tables:
        return None
    stages = {row["stage"] for row in draft.tables["screening/decisions"]}
    rows = [row for row in _kappas(draft) if row["stage"] in stages and row.get("n")]
    if not rows:
        return None
    row = draft.pick(rows)
    return change_cell(_TABLE, row, "n", str(_whole(row["n"]) + draft.whole(2, 9)))


def _more_than_n(draft: Draft) -> Change | None:
    rows = [row for row in _kappas(draft) if row.get("n") and row.get("included")]
    if not rows:
        return None
    row = draft.pick(rows)
    return change_cell(_TABLE, row, "included", str(_whole(row["n"]) + draft.whole(1, 9)))


def _bands(draft: Draft) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    rows = draft.tables.get(_SCALE, [])
    yield from ((a, b) for a, b in itertools.pairwise(rows) if a["upper"] and a["lower"])


def _gap(draft: Draft) -> Change:
    """Begin each band a hundredth above the end of the one before it."""
    for _, after in _bands(draft):
        after["lower"] = f"{float(after['lower']) + 0.01:.2f}"
    return Change(_SCALE, "no gap", "gaps of a hundredth")


def _overlap(draft: Draft) -> Change:
    band, _ = draft.pick([*_bands(draft)])
    return change_cell(_SCALE, band, "upper", f"{float(band['upper']) + 0.05:.2f}")


def _description(draft: Draft) -> Change:
    rows = draft.tables[_SCALE]
    first, second = draft.some(rows, 2)
    return change_cell(_SCALE, first, "description", f"{second['label'].lower()} agreement")


_RATED = ("flow", "agreement", "n", "included")
RATER_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "agreement.impossible": Fault("No cross-table gives the kappa.", _impossible, _RATED,
                                      ("agreement.impossible",)),
        "agreement.percent": Fault("Kappa is printed in per cent.", _as_percent, ("agreement",),
                                   ("agreement.percent",)),
        "agreement.bound": Fault("Raw agreement is too low for the kappa.", _bound, ("agreement",),
                                 ("agreement.bound", "agreement.disagree")),
        "agreement.share": Fault("No whole number of records is the raw agreement.", _share,
                                 ("flow", "agreement", "n"), ("agreement.share",)),
        "agreement.identity": Fault("Po and Pe do not give the kappa.", _identity, ("agreement", "pe"),
                                    ("agreement.identity", "agreement.bound")),
        "agreement.order": Fault("Kappa lies outside its interval.", _outside_interval,
                                 ("agreement", "ci"), ("agreement.order",)),
        "agreement.included": Fault("More records went on than were rated.", _more_than_n, _RATED,
                                    ("agreement.included",)),
        "agreement.recomputed": Fault("The decisions give another kappa.", _recomputed,
                                      ("agreement", "decisions"),
                                      ("agreement.recomputed",)),
        "agreement.records": Fault("The decisions are of other records.", _records,
                                   ("agreement", "decisions", "n"), ("agreement.records",)),
        "scale.label": Fault("The label is not the one of the scale.", _label,
                             ("agreement", "scale", "label"), ("scale.label",)),
        "scale.gap": Fault("The scale has gaps.", _gap, ("agreement", "scale"), ("scale.gap",)),
        "scale.overlap": Fault("Bands of the scale overlap.", _overlap, ("agreement", "scale"),
                               ("scale.overlap",)),
        "scale.description": Fault("A description is the label of another band.", _description,
                                   ("agreement", "scale"), ("scale.description",)),
    }
)  # fmt: skip
