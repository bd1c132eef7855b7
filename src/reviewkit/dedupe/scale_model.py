"""What Splink is told: keys to join on, comparisons, and how much each of them says.

Weights are the logarithms of m/u: how often two records of one work agree so, and how often
two records of different works do.  They are of the order that bibliographic databases show
and are the same for all data; nothing is learnt, so nothing has to be downloaded or labelled.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

__all__ = ["COMPARISONS", "KEYS", "make_settings"]

#: Column of which a common value brings two records together → how many may share the value;
#: a column that says little is of use for small blocks only.
KEYS: MappingProxyType[str, int] = MappingProxyType(
    {
        "doi": 60, "stem": 60, "pmid": 60, "title_key": 60, "head": 60, "title_family": 60,
        "title_page": 60, "page_volume": 60, "page_year": 60, "page_family": 60, "family_year": 30,
        "family_volume": 60, "family_start": 60, "rare": 60,
    }
)  # fmt: skip

_NEAR = "levenshtein(title_l, title_r) <= {} * greatest(length(title_l), length(title_r))"

#: Comparison → its levels, from the closest on: condition in SQL, m, u.  The last is all else.
COMPARISONS: MappingProxyType[str, tuple[tuple[str, float, float], ...]] = MappingProxyType(
    {
        "title": (
            ("title_key_l = title_key_r", 0.80, 1e-4),
            ("head_l = title_key_r or title_key_l = head_r or title_key_l = crossed_r or crossed_l = title_key_r",
             0.05, 1e-4),
            ("start_l = start_r", 0.04, 2e-4),
            (_NEAR.format(0.08), 0.06, 1e-4),
            (_NEAR.format(0.25), 0.03, 1e-3),
            ("true", 0.02, 0.9986),
        ),
        "family": (("family_l = family_r", 0.92, 5e-3), ("true", 0.08, 0.995)),
        "year": (
            ("year_l = year_r", 0.93, 0.05), ("abs(year_l - year_r) <= 1", 0.05, 0.08), ("true", 0.02, 0.87),
        ),
        "page": (("page_l = page_r", 0.94, 2e-3), ("true", 0.06, 0.998)),
        "volume": (("volume_l = volume_r", 0.96, 0.02), ("true", 0.04, 0.98)),
        "doi": (("doi_l = doi_r", 0.98, 1e-6), ("stem_l = stem_r", 0.01, 1e-6), ("true", 0.01, 0.999998)),
        "pmid": (("pmid_l = pmid_r", 0.99, 1e-6), ("true", 0.01, 0.999999)),
    }
)  # fmt: skip

_PRIOR = 1e-3  # share of joined pairs that are of one work, at the least


def make_settings() -> Any:
    """Return the settings of a Splink model with all its weights."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import SettingsCreator, block_on

    built: list[Any] = []
    for name, rows in COMPARISONS.items():
        listed: list[Any] = [levels.NullLevel(name)]
        for place, (condition, m, u) in enumerate(rows):
            last = place == len(rows) - 1
            level = levels.ElseLevel() if last else levels.CustomLevel(condition)
            listed.append(level.configure(m_probability=m, u_probability=u))
        built.append(comparisons.CustomComparison(listed, output_column_name=name))
    rules: list[Any] = [block_on(name) for name in KEYS if name != "rare"]
    rules.append(block_on("rare", arrays_to_explode=["rare"]))
    rules += ["l.title_key = r.crossed", "l.crossed = r.title_key"]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=built,
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=_PRIOR,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
