"""The reporting guidelines whose flow a review draws: what each calls the flow and the studies.

PRISMA-ScR reviews sources of evidence, which need not be studies; its flow is that of PRISMA
otherwise [1]_.  One more entry in :data:`GUIDELINES` is one more guideline.

References
----------
.. [1] Tricco AC, Lillie E, Zarin W, et al. PRISMA extension for scoping reviews (PRISMA-ScR):
   checklist and explanation. Ann Intern Med 2018;169:467-473. doi:10.7326/M18-0850
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.errors import InputError

__all__ = ["GUIDELINES", "PRISMA", "Guideline", "check_guideline"]

PRISMA = "PRISMA 2020"


class Guideline(NamedTuple):
    """What a guideline calls things."""

    studies: str  # what is included
    source: str  # the line below the figure

    def reword(self, label: str) -> str:
        """Return a label of the form in the words of the guideline.

        >>> GUIDELINES["PRISMA-ScR"].reword("Reports of included studies")
        'Reports of included sources of evidence'
        """
        plural = self.studies
        label = label.replace("Studies", plural[0].upper() + plural[1:])
        return label.replace("studies", plural)


def check_guideline(name: str) -> str:
    """Return the name of a guideline, however it is spelled.

    >>> check_guideline("prisma-scr")
    'PRISMA-ScR'
    """
    found = {key.casefold(): key for key in GUIDELINES}.get(str(name).casefold().strip())
    if found is None:
        known = ", ".join(map(repr, GUIDELINES))
        raise InputError(f"`guideline` must be one of {known}. Got {name!r}.")
    return found


#: By name, as it stands in the title of the figure.
GUIDELINES: Mapping[str, Guideline] = MappingProxyType(
    {
        PRISMA: Guideline(
            "studies", "Drawn after PRISMA 2020: Page MJ, et al. BMJ 2021;372:n71."
        ),
        "PRISMA-ScR": Guideline(
            "sources of evidence",
            "Drawn after PRISMA 2020: Page MJ, et al. BMJ 2021;372:n71; for scoping reviews: "
            "Tricco AC, et al. Ann Intern Med 2018;169:467-473.",
        ),
    }
)  # fmt: skip
