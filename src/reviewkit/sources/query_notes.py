"""What a translation says of each thing that it cannot carry over."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NOTES"]

#: What a note says.
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "heading": "The heading {quote} is kept as a heading; look up in {found} whether {target} has it.",
        "left_out": "The limit {quote} is left out: set it on {target} itself.",
        "untagged": "{quote} and perhaps more terms name no field: {target} decides where it looks.",
        "explode": "The heading {quote} is searched in {found}, without its narrower headings.",
        "heading_words": "{target} has no headings: {quote} is searched as words in {found}.",
        "wildcard": "{target} lacks a wildcard of {quote}: {found} finds more.",
        "exact": "{quote} was exact; {target} takes variants of the words too.",
        "tag": "The tag {found} of {quote} says more than {target} can: its plain field stands instead.",
        "wider": "{target} has no tag for the field of {quote}: {found} finds more.",
        "field_lost": "{target} has no field for {found} of {quote}: it is searched as words, without a field"
        " there.",
        "window": "{quote} limited all words together; {target} limits each pair that follows.",
        "order": "{target} does not hold the order of {quote}: it finds more.",
        "distance": "{target} cannot hold the distance of {quote}: {found} finds more.",
    }
)
