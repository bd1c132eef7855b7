"""The records behind the boxes of a flow drawing, as a block of a page: a click lists them.

Each record is in the page once; boxes name records by their place.  All text enters the page as
text, never as markup, and without JavaScript the drawing stays a picture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, NamedTuple

from markupsafe import Markup

from reviewkit.present.document_parts import Block

__all__ = ["BoxLists", "BoxPart", "make_lists"]


class BoxPart(NamedTuple):
    """A box or a part of it: its label and number, and each record: its place and what is said."""

    label: str
    n: int
    rows: Sequence[tuple[Any, ...]]


@cache
def _read_script() -> str:
    return (files("reviewkit.present") / "templates" / "box_lists.js").read_text(encoding="utf-8")


class _Script:
    """Read when a page is written, not when the module is loaded."""

    def __get__(self, block: object, kind: object = None) -> str:
        return _read_script()


@dataclass(frozen=True)
class BoxLists(Block):
    """Records by box; `picture` is the name of the drawing whose boxes open them."""

    kind: ClassVar[str] = "box_lists"
    script: ClassVar[Any] = _Script()
    data: Markup
    picture: str
    lead: str


def make_lists(
    heads: Sequence[str], records: Sequence[Sequence[str]],
    boxes: Mapping[str, tuple[str, Sequence[BoxPart]]], *, picture: str = "flow",
) -> BoxLists:  # fmt: skip
    r"""Return the lists of a flow drawing.

    Parameters
    ----------
    heads : sequence of str
        Headings: of what a record is, then of what is said of it in a box.
    records : sequence of sequences of str
        What each record is.
    boxes : mapping
        By id of a box its label and its parts, the whole box first.
    picture : str
        Name of the drawing.

    Examples
    --------
    >>> block = make_lists(["Record"], [["</script>"]], {"screened": ("S", [BoxPart("S", 1, [(0,)])])})
    >>> "</script>" in block.data
    False
    """
    content = {
        "heads": list(heads),
        "records": [list(record) for record in records],
        "boxes": {key: {"label": label, "parts": [part._asdict() for part in parts]}
                  for key, (label, parts) in boxes.items()},
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":  # what could end a script or begin a comment
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    lead = "Click a box of the figure, or choose one here, to list its records."
    return BoxLists(Markup(text), picture, lead)
