"""Every kind of fault that a synthetic review can hold, by name.

A fault is a small function that changes the tables of a draft and says what it did, with the parts
that it needs and the rules of the audit that should find it.  To add one, write it in one of the
modules below, or a new one, and name it in its registry.  It must make something impossible, or
contradict what another table prints: a change into another consistent review is no fault, and the
function returns None where that is all it could do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from reviewkit._core.finding import Finding
from reviewkit.review.synthetic_flow_faults import FLOW_FAULTS
from reviewkit.review.synthetic_group_faults import GROUP_FAULTS
from reviewkit.review.synthetic_measure_faults import MEASURE_FAULTS
from reviewkit.review.synthetic_number_faults import NUMBER_FAULTS
from reviewkit.review.synthetic_planting import Fault, Planted
from reviewkit.review.synthetic_pool_faults import POOL_FAULTS
from reviewkit.review.synthetic_rater_faults import RATER_FAULTS
from reviewkit.review.synthetic_search_faults import SEARCH_FAULTS
from reviewkit.review.synthetic_study_faults import STUDY_FAULTS

__all__ = ["FAULTS", "Fault", "Planted", "is_found"]


def is_found(planted: Planted, findings: Iterable[Finding]) -> bool:
    """Return whether an error or a warning of a rule that should find a fault is there."""
    said = {finding.rule for finding in findings if finding.severity != "note"}
    return any(
        rule in said or (rule.endswith(".") and any(name.startswith(rule) for name in said))
        for rule in planted.rules
    )


#: Kinds of fault by name.
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        **FLOW_FAULTS,
        **GROUP_FAULTS,
        **STUDY_FAULTS,
        **NUMBER_FAULTS,
        **RATER_FAULTS,
        **MEASURE_FAULTS,
        **POOL_FAULTS,
        **SEARCH_FAULTS,
    }
)
