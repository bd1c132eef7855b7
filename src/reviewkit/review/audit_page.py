"""An audit as one page, to send to an author or an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewkit.present.document import Page, Section, render_page
from reviewkit.present.document_parts import Block, Findings, Prose, make_sheet
from reviewkit.review.versions import list_versions

if TYPE_CHECKING:
    from reviewkit.review.audit import Audit

__all__ = ["render_audit"]

_HEADINGS = {
    "error": "Impossible",
    "warning": "Contradictions and doubts",
    "note": "Not reported, and so not checkable",
}


def render_audit(audit: Audit) -> str:
    """Return the page as HTML that needs no other file; the same audit gives the same bytes."""
    sections = []
    for severity, heading in _HEADINGS.items():
        found = tuple(finding for finding in audit.findings if finding.severity == severity)
        if found:
            sections.append(Section(f"{severity}s", heading, (Findings(found),)))
    if audit.is_clean:
        clean: tuple[Block, ...] = (Prose("No number contradicts another."),)
        sections.insert(0, Section("clean", "Errors and warnings", clean))
    frame = audit.checked_frame().rename(
        columns={"rule": "Rule", "says": "What must hold", "state": "State", "lacks": "Would need"}
    )
    sections.append(Section("checked", "What was checked", (make_sheet(frame, "Every rule"),)))
    version = list_versions()["reviewkit"]
    return render_page(
        Page(
            f"Audit: {audit.review}", (audit._headline(),), tuple(sections),
            footer=f"Made with reviewkit {version}.",
        )
    )  # fmt: skip
