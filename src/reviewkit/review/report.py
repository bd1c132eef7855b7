"""The report: a review as one page, chapter by chapter.

:data:`SECTIONS` names the chapters in their order; each is a function from a
:class:`Workshop`, which holds the review with its figures and tables, to blocks.
A chapter without blocks is left out.  How a block looks is for
:mod:`reviewkit.present.document` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reviewkit.present.document import Page, Section, render_page
from reviewkit.present.document_parts import Block
from reviewkit.review import brief_sections, result_sections, trace_sections
from reviewkit.review.versions import list_versions
from reviewkit.review.workshop import Workshop

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["SECTIONS", "Chapter", "make_page", "write_report"]


class Chapter(NamedTuple):
    """A chapter of the report."""

    heading: str
    write: Callable[[Workshop], Iterator[Block]]
    part: str = ""  # its origin marks the chapter


def make_page(review: Review) -> Page:
    """Return the report of a review, ready to be rendered."""
    workshop = Workshop(review)
    sections = []
    for key, chapter in SECTIONS.items():
        blocks = tuple(chapter.write(workshop))
        if blocks:
            mark = "as reported" if review.origin.get(chapter.part) == "reported" else ""
            sections.append(Section(key, chapter.heading, blocks, mark))
    version = list_versions()["reviewkit"]
    return Page(
        title=review.title,
        lead=(review.settings.question,),
        sections=tuple(sections),
        footer=f"Made with reviewkit {version}. The same files give the same page on any day.",
    )


def write_report(review: Review, path: Path) -> Path:
    """Write the report of a review; return its path."""
    page = render_page(make_page(review))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page.encode("utf-8"))
    return path


#: The chapters, in order, by their address in the page.
SECTIONS: Mapping[str, Chapter] = MappingProxyType(
    {
        "brief": Chapter("The review in brief", brief_sections.write_brief),
        "search": Chapter("Search and criteria", brief_sections.write_search),
        "flow": Chapter("Flow of records", result_sections.write_flow, "flow"),
        "agreement": Chapter(
            "Agreement of the reviewers", result_sections.write_agreement, "agreement"
        ),
        "studies": Chapter(
            "Characteristics of the studies", result_sections.write_studies, "studies"
        ),
        "appraisal": Chapter(
            "Appraisal of the studies", result_sections.write_appraisal, "appraisal"
        ),
        "themes": Chapter("Themes", result_sections.write_themes, "themes"),
        "pools": Chapter("Pooled results", result_sections.write_pools, "pools"),
        "checks": Chapter("What the checks found", brief_sections.write_checks),
        "reported": Chapter("Numbers as printed", brief_sections.write_reported),
        "repairs": Chapter("What was repaired in the files", brief_sections.write_repairs),
        "traces": Chapter("Where each number comes from", trace_sections.write_traces),
        "making": Chapter("How this page was made", brief_sections.write_making),
    }
)
