"""What can be wrong with one line, as it is cut and read.

To add a kind, add an entry to :data:`KINDS`: severity, message and remedy, in which what stands in
braces is given with the problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reviewkit._core.finding import Finding
from reviewkit.sources.query_platforms import PLATFORMS

__all__ = ["KINDS", "Problems"]

_MOST = 50  # of one kind in one line


class Problems:
    """The findings of one line, in their order."""

    def __init__(self, where: str, platform: str) -> None:
        self.where, self.platform = where, platform
        self.found: list[Finding] = []
        self._counts: dict[str, int] = {}

    def add(self, kind: str, at: int, quote: str, **values: object) -> None:
        """Note a problem; of one kind, so many in a line are enough."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        severity, message, fix = KINDS[kind]
        if kind == "query.lower_case_operator":
            if self._counts[kind] > 1 or self.platform == "ovid":
                return
            severity = "warning" if PLATFORMS[self.platform].upper_case else "note"
        if self._counts[kind] > _MOST:
            return
        values = {"platform": PLATFORMS[self.platform].title, "quote": _shorten(quote), **values}
        place = f"{self.where}, character {at + 1}" if self.where else f"character {at + 1}"
        self.found.append(
            Finding(
                kind,
                severity,
                place,
                message.format(**values),
                quote=_shorten(quote),
                fix=fix.format(**values),
            )
        )

    @property
    def errors(self) -> list[Finding]:
        """What leaves a line not whole."""
        return [finding for finding in self.found if finding.severity == "error"]


def _shorten(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


KINDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "query.empty": ("error", "The search string holds no term.", "Enter at least one term."),
        "query.parentheses": (
            "error", "Parentheses do not pair: {what}.", "Add or delete a parenthesis.",
        ),
        "query.quotes": (
            "error", "Quotation marks do not pair: none closes {quote}.", "Close the quotation.",
        ),
        "query.brackets": ("error", "A square bracket is not closed: {quote}.", "Close the tag."),
        "query.operator": (
            "error", "{operator} must stand between two terms. {what}.", "Add a term or delete it.",
        ),
        "query.proximity": (
            "error", "A proximity operator joins words and lists of words under OR. {quote} is neither.",
            "Join by AND instead, or write out the combinations.",
        ),
        "query.size": ("error", "A line may hold {most} {what}. This one holds more.", "Split it into lines."),
        "query.curly_quotes": (
            "warning", "Curly quotation marks: some platforms take them for letters.",
            'Write straight ones: ".',
        ),
        "query.truncation_in_quotes": (
            "warning", "No wildcard counts within {quote}.", "Take quotation marks instead of braces.",
        ),
        "query.field_tag": (
            "error", "{quote} is a tag of {owner}; {platform} does not read it.", "Translate the string.",
        ),
        "query.unknown_tag": (
            "error", "{quote} is no field tag of {platform}.", "Correct the tag.",
        ),
        "query.lower_case_operator": (
            "warning", "{quote} in lower case: PubMed and others take it for a word.",
            "Write AND, OR and NOT in capitals.",
        ),
        "query.wildcard_unknown": (
            "warning", "{symbol} in {quote} is no wildcard on {platform}; it is read as a blank.",
            "Take * or write out the forms.",
        ),
        "query.short_stem": (
            "warning", "{platform} truncates after {least} letters or more; {stem}* has fewer.",
            "Truncate later or write out the forms.",
        ),
        "query.wildcard_alone": ("error", "{quote} holds no letter to search for.", "Write a word before it."),
        "query.missing_operator": (
            "warning", "No operator stands before {quote}; AND is read.", "Write the operator.",
        ),
        "query.unquoted_words": (
            "note", "{quote} is not in quotation marks: {platform} takes the words one by one, joined by AND.",
            "Put a phrase in quotation marks; else write AND.",
        ),
        "query.tag_on_group": (
            "error", "{quote} follows a parenthesis; PubMed reads tags after single terms only.",
            "Put the tag behind each term.",
        ),
        "query.proximity_wildcard": (
            "warning", "PubMed reads no truncation within a proximity search: {quote}.",
            "Write out the forms.",
        ),
        "query.mixed_operators": (
            "warning", "OR stands beside {other} without parentheses; platforms differ in what comes first.",
            "Set parentheses.",
        ),
    }
)  # fmt: skip
