"""Boolean search strings: read, searched in local records, checked, translated.

The grammar is in :mod:`~reviewkit.sources.query_parser`, the platforms in
:mod:`~reviewkit.sources.query_platforms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit._core.finding import Finding
from reviewkit._core.result import Result
from reviewkit.sources.query_hits import SearchHits, apply_lines
from reviewkit.sources.query_lines import Numbered, split_lines
from reviewkit.sources.query_parser import parse_line
from reviewkit.sources.query_platforms import PLATFORMS, find_platform, guess_platform
from reviewkit.sources.query_print import print_node
from reviewkit.sources.query_readings import add_readings
from reviewkit.sources.query_tree import LineRef, Node, iterate_nodes, iterate_terms, show_node

if TYPE_CHECKING:
    from reviewkit.sources.query_translation import Translation

__all__ = ["Query", "QueryLine", "parse_query", "read_text", "search_records"]


class QueryLine(NamedTuple):
    """One line of a search strategy."""

    name: str  # its number, from "1"
    text: str  # as it was written, blanks tidied
    node: Node


@dataclass(frozen=True, slots=True)
class Query(Result):
    """A search string, or the numbered lines of one.

    Attributes
    ----------
    platform : str
        Key of the platform whose rules it was read by.
    text : str
        As it was given.
    lines : tuple of QueryLine
        ``name``, ``text`` and ``node``, the tree.  The last line is the whole search.
    findings : tuple of Finding
        What was doubtful while it was read; :func:`~reviewkit.sources.query_rules.check_query` says more.
    """

    title: ClassVar[str] = "Search string"

    platform: str
    text: str
    lines: tuple[QueryLine, ...]
    findings: tuple[Finding, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms once, without quotation marks, in their order."""
        found = (term.text for line in self.lines for term in iterate_terms(line.node))
        return tuple(dict.fromkeys(found))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a term: ``line, term, fields, quoted, explode``."""
        rows = [
            (line.name, term.text, ", ".join(term.fields), term.quoted, term.explode)
            for line in self.lines
            for term in iterate_terms(line.node)
        ]
        return pd.DataFrame(rows, columns=["line", "term", "fields", "quoted", "explode"])

    def to_string(self) -> str:
        """Return the string with all parentheses, as its platform reads it; a row a line."""
        printed = [print_node(line.node, self.platform) for line in self.lines]
        if len(printed) == 1:
            return printed[0]
        return "\n".join(
            f"{line.name}. {text}" for line, text in zip(self.lines, printed, strict=True)
        )

    def apply(self, records: Any, *, included: Iterable[object] | None = None) -> SearchHits:
        """Search local records; see :func:`search_records`."""
        return apply_lines(self.lines, records, included)

    def translate(self, to: str) -> Translation:
        """Return the string as another platform writes it, with notes on what changes.

        Parameters
        ----------
        to : str
            A platform, by key or name: PubMed, Scopus, Web of Science, Ovid, EBSCOhost.

        Returns
        -------
        Translation
            ``.text``, ``.query`` and ``.notes``, a finding for all that cannot be carried over.
        """
        from reviewkit.sources.query_translation import translate_lines

        return translate_lines(self, find_platform(to))

    def _headline(self) -> str:
        whole = show_node(self.lines[-1].node)
        many = f"{len(self.lines)} lines, " if len(self.lines) > 1 else ""
        shown = whole if len(whole) <= 300 else f"{whole[:299]}…"
        return (
            f"{many}{len(self.terms)} terms, read as {PLATFORMS[self.platform].title} does: {shown}"
        )


def parse_query(text: str | Sequence[str], *, platform: str | None = None) -> Query:
    r"""Read a Boolean search string.

    Parameters
    ----------
    text : str or sequence of str
        One string, wrapped over rows or not; or numbered lines (``1. …``, ``#1 …``, ``S1 …``), as a
        text or one by one, the last of which is the whole search.
    platform : str, optional
        PubMed, Scopus, Web of Science, Ovid (PsycINFO), EBSCOhost or generic, by key or name.  By
        default the one whose own marks the string bears, else generic.

    Returns
    -------
    Query
        Its trees hold phrases, wildcards, fields, proximity and references to lines.

    Raises
    ------
    ParseError
        If parentheses or quotation marks do not pair, an operator has no term beside it, a tag is
        of another platform, there is no term at all, or more than 10,000 terms or 100 levels are
        in one line; the message lists all of these.  A reference to a line that is not there is a
        finding; it stops a search, not the reading.
    InputError
        If the platform is not known.

    Notes
    -----
    Without parentheses, PubMed reads from left to right; Scopus takes OR first, then W/n and PRE/n,
    AND, AND NOT [1]_; Web of Science takes NEAR, NOT, AND, OR [2]_, and so do Ovid, EBSCOhost and a
    generic string here.  Words without an operator between them are a phrase on Ovid and EBSCOhost,
    else they are joined by AND.  ``[tiab]`` takes in authors' keywords, as ``TS=`` and
    ``TITLE-ABS-KEY`` do.  Distances count the words between: ``adj3`` is 2, ``NEAR/2`` is 2.

    References
    ----------
    .. [1] Elsevier. Scopus: boolean operators. Order of precedence rules.
    .. [2] Clarivate. Web of Science: search operators. Search operator precedence.

    Examples
    --------
    >>> import reviewkit as rk
    >>> query = rk.parse_query('"Therapist harm" AND "Psychotherapy" NOT "Client injury"')
    >>> query.terms
    ('Therapist harm', 'Psychotherapy', 'Client injury')
    >>> rk.parse_query("(burnout adj3 therapist$).ti,ab. or exp Burnout/").platform
    'ovid'
    >>> rk.parse_query("burnout[ti] OR stress[ti] AND therapist*[tiab]").to_string()
    '(burnout[ti] OR stress[ti]) AND therapist*[tiab]'
    """
    query, findings = read_text(text, platform)
    wrong = [
        finding
        for finding in findings
        if finding.severity == "error" and finding.rule != "query.line_reference"
    ]
    if wrong or query is None:
        listed = list_some(
            list(dict.fromkeys(f"{finding.message} ({finding.where})" for finding in wrong)),
            most=8,
            sep=" ",
        )
        fixes = list_some(list(dict.fromkeys(finding.fix for finding in wrong)), most=4, sep=" ")
        raise ParseError(f"A search string must be whole. Found: {listed} {fixes}".rstrip())
    return query


def search_records(
    records: Any,
    query: str | Sequence[str] | Query,
    *,
    platform: str | None = None,
    included: Iterable[object] | None = None,
) -> SearchHits:
    """Search local records with a Boolean string.

    Parameters
    ----------
    records : Records or DataFrame
        One row a record, with one or more of ``title, abstract, keywords``; ``record`` is the id,
        else the index.  ``authors, journal, year, language, kind, doi, pmid`` are searched where a
        tag asks for them.
    query : str, sequence of str or Query
        As :func:`parse_query` takes or returns it.
    platform : str, optional
        As there.
    included : iterable, optional
        Ids of included studies: each line says which of them it finds, and for which terms.

    Returns
    -------
    SearchHits
        Counts a line, the records found, those lost to NOT.

    Raises
    ------
    ParseError
        If the string is not whole.
    InputError
        If the records have no text or an id twice, or a line refers to none before it.

    Notes
    -----
    Case, accents, hyphens and other punctuation do not matter; Persian and Arabic letters count in
    one form.  Word forms are not guessed: a platform that finds plurals on its own finds more.
    Terms in headings with their hierarchy, affiliations and limits are *unknown*, never found or
    missed: what hangs on them is counted apart.  A tag for all fields, or none, means title,
    abstract and keywords here.

    Examples
    --------
    >>> import pandas as pd, reviewkit as rk
    >>> records = pd.DataFrame({"record": ["a", "b", "c"], "title": [
    ...     "Burn-out of therapists", "Harm to clients of therapists", "Burnout and client injury"]})
    >>> text = '(burn*out OR "burn out") NOT "client injury"'
    >>> hits = rk.search_records(records, text, included=["b"])
    >>> hits.found, hits.lost_frame()[["record", "lost_by"]].to_numpy().tolist()
    (('a',), [['c', '"client injury"']])
    >>> hits.included_frame()["terms"].tolist()
    ['none of burn*out, "burn out"']
    """
    read = query if isinstance(query, Query) else parse_query(query, platform=platform)
    return read.apply(records, included=included)


def read_text(
    text: str | Sequence[str], platform: str | None
) -> tuple[Query | None, tuple[Finding, ...]]:
    """Return a query as far as it can be read, and what was found on the way."""
    if not isinstance(text, str) and not all(isinstance(line, str) for line in text):
        raise InputError("`text` must be a string or a sequence of strings. Got something else.")
    whole = text if isinstance(text, str) else "\n".join(text)
    key = guess_platform(whole) if platform is None else find_platform(platform)
    rows = split_lines(text)
    findings: list[Finding] = []
    lines: list[QueryLine] = []
    for row in rows or [Numbered("1", "")]:
        parsed = parse_line(row.text, key, where=f"line {row.name}" if len(rows) > 1 else "")
        findings += add_readings(parsed.findings, row.text, key)
        if parsed.node is not None:
            findings += _check_references(parsed.node, row.name, [line.name for line in lines])
            lines.append(QueryLine(row.name, row.text, parsed.node))
    query = Query(key, whole, tuple(lines), tuple(findings)) if lines else None
    return query, tuple(findings)


def _check_references(node: Node, name: str, before: Sequence[str]) -> Iterable[Finding]:
    missing = [
        part.name
        for part in iterate_nodes(node)
        if isinstance(part, LineRef) and part.name not in before
    ]
    for other in dict.fromkeys(missing):
        yield Finding(
            "query.line_reference", "error", f"line {name}",
            f"Line {other} is not among the lines before it.", quote=other,
            expected=", ".join(before) or "no reference", fix="Correct the number.",
        )  # fmt: skip
