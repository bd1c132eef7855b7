"""Faults in what is pooled: other constructs, instruments, versions, cut-offs, ways of scoring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reviewkit.review.synthetic_draft import Draft
from reviewkit.review.synthetic_planting import Change, Fault, change_cell

__all__ = ["MEASURE_FAULTS"]

_TABLE = "extraction/outcomes"


def _turn(key: str, **cells: str) -> Callable[[Draft], Change | None]:
    """Return a planter that writes cells into one row of an outcome; at least two others stay."""

    def plant(draft: Draft) -> Change | None:
        rows = [row for row in draft.tables.get(_TABLE, []) if row["outcome"] == key]
        if len(rows) < 3:
            return None
        row = draft.pick(rows)
        changes = [change_cell(_TABLE, row, column, text) for column, text in cells.items()]
        return changes[0]

    return plant


def _other_instrument(draft: Draft) -> Change | None:
    """Let all rows of an outcome name an instrument that does not measure it."""
    rows = [row for row in draft.tables.get(_TABLE, []) if row["outcome"] == "sts"]
    for row in rows:
        row |= {"instrument": "MBI-HSS", "cutoff": "≥ 27"}
    return Change(f"{_TABLE}, outcome sts, instrument", "STSS", "MBI-HSS") if rows else None


def _synonym(draft: Draft) -> Change:
    terms = draft.settings.setdefault("constructs", {})
    text = draft.pick(
        (
            "Compassion fatigue, also known as secondary traumatic stress",
            "Vicarious trauma (also called secondary traumatic stress)",
            "Compassion fatigue and burnout are used interchangeably",
            "Secondary traumatic stress, a synonym of vicarious traumatization",
        )
    )
    terms["terms"] = text
    return Change("review.toml, constructs", "", text)


def _of(says: str, key: str, *rules: str, **cells: str) -> Fault:
    return Fault(says, _turn(key, **cells), (f"outcome:{key}",), rules)


MEASURE_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "constructs.mixed": _of("Two constructs stand in one pool.", "ee", "constructs.mixed",
                                construct="secondary traumatic stress", instrument="STSS", cutoff="≥ 38"),
        "constructs.subscale": _of("Two subscales stand in one pool.", "ee", "constructs.mixed",
                                   construct="high depersonalisation", cutoff="DP ≥ 10"),
        "constructs.direction": _of("High and low accomplishment stand in one pool.", "pa",
                                    "constructs.direction", construct="high personal accomplishment",
                                    cutoff="PA ≥ 39"),
        "constructs.version": _of("Two versions of an instrument stand in one pool.", "ee",
                                  "constructs.version", instrument="MBI-GS"),
        "constructs.instrument": _of("Two instruments stand in one pool.", "dep",
                                     "constructs.instrument", instrument="DASS-21"),
        "constructs.cutoff": _of("Two cut-offs stand in one pool.", "dp", "constructs.cutoff",
                                 cutoff="DP ≥ 13"),
        "constructs.range": _of("A cut-off lies outside the scale.", "sts", "constructs.range",
                                cutoff="≥ 95"),
        "constructs.scoring": _of("Raw and T scores stand in one pool.", "bo", "constructs.scoring",
                                  cutoff="T score ≥ 57"),
        "constructs.level": _of("Two levels of severity stand in one pool.", "sts", "constructs.level",
                                construct="secondary traumatic stress, severe"),
        "constructs.turned": _of("A low score is counted from a value upwards.", "pa",
                                 "constructs.direction", cutoff="PA ≥ 33"),
        "constructs.measured": Fault("The instrument does not measure the construct.", _other_instrument,
                                     ("outcome:sts",), ("constructs.measured",)),
        "constructs.synonym": Fault("Two terms are used as one that are not.", _synonym, (),
                                    ("constructs.synonym",)),
    }
)  # fmt: skip
