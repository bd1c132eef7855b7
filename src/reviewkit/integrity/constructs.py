"""Whether the studies of a pool measured the same thing, and whether a text keeps terms apart.

Burnout is not secondary traumatic stress, high exhaustion is not high accomplishment, and one
instrument cut at 27 and at 31 gives two prevalences from the same answers.  What is known of
constructs and instruments stands in :mod:`~reviewkit.integrity.construct_names` and
:mod:`~reviewkit.integrity.instruments`, the rules in
:mod:`~reviewkit.integrity.construct_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from reviewkit._core.check import check_columns
from reviewkit._core.errors import InputError
from reviewkit._core.finding import SEVERITIES, Finding
from reviewkit.integrity.construct_names import CONSTRUCTS, NOT_SYNONYMS, locate_constructs
from reviewkit.integrity.construct_rules import RULES, Row
from reviewkit.integrity.measures import read_measure

__all__ = ["check_constructs", "check_synonyms", "refuse_mix"]

_CELLS = ("construct", "instrument", "cutoff")
_SAME = re.compile(
    r"\b(?:also (?:known|referred to|called|termed|named)(?: as)?|a\.?k\.?a\.?|"
    r"synonym(?:s|ous)?(?: (?:of|for|with))?|the same as|interchangeabl\w+(?: with)?|i\.e\.,?|=)",
    re.IGNORECASE,
)
_AND = re.compile(r"[\s,\"'”’]*(?:and|or|&|/)[\s\"'“‘]*", re.IGNORECASE)
#: What may follow "A and B": that they are one.
_AFTER = re.compile(
    r"[\"'”’]?(?:\s+(?:\([^)]*\)|are|were|is|being|often|frequently|here|both|as|used|treated|terms))*\s+"
    r"(?:interchangeabl|synonym|the same\b|equivalent|one and the same)",
    re.IGNORECASE,
)
_APART_FROM = re.compile(
    r"\b(?:not|never|neither|differs?|different|distinct|unlike)\b|n['’]t\b", re.IGNORECASE
)
_APART = 45  # characters between two names in an "also known as"


def check_constructs(studies: pd.DataFrame, *, by: str | None = None) -> tuple[Finding, ...]:
    """Say where rows of one pool did not measure the same.

    Parameters
    ----------
    studies : DataFrame
        One row a study and outcome, with ``study`` and any of ``construct, instrument, cutoff``
        as text, as in an extraction table.
    by : str, optional
        The column that says which rows are pooled together; by default ``outcome`` where there
        is one, else all rows are one pool.

    Returns
    -------
    tuple of Finding
        The gravest first.  ``constructs.mixed``, ``constructs.direction`` (high and low scores of
        a scale on which high is good) and raw against T scores are errors; instruments, versions,
        cut-offs, levels of severity and rules that differ are warnings; a blank cell, which cannot
        be compared, is a note.

    Raises
    ------
    InputError
        If there is no column ``study``, or not the one that `by` names.

    References
    ----------
    Rotenstein et al. (2018) found 142 definitions of burnout in 182 studies.
    doi:10.1001/jama.2018.12777

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({
    ...     "study": ["Ada 2019", "Bo 2021"],
    ...     "construct": ["MBI EE high", "secondary traumatic stress"],
    ... })
    >>> found = check_constructs(rows)[0]
    >>> found.rule, found.severity, found.found
    ('constructs.mixed', 'error', 'emotional exhaustion, secondary traumatic stress')
    """
    column = by if by is not None else "outcome" if "outcome" in studies.columns else None
    needed = {"study": "study", **({"by": column} if column else {})}
    check_columns(studies.columns, needed)
    rows = _read_rows(studies, column)
    # That a table lacks a column is known; a note for every pool would only repeat it.
    silent = {f"constructs.{name}" for name in _CELLS if name not in studies.columns}
    found = [
        finding
        for pool in dict.fromkeys(row.pool for row in rows)
        for rule in RULES.values()
        for finding in rule([row for row in rows if row.pool == pool])
        if not (finding.severity == "note" and finding.rule in silent)
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _read_rows(studies: pd.DataFrame, column: str | None) -> list[Row]:
    cells = studies.reindex(columns=["study", *([column] if column else []), *_CELLS])
    texts = [
        ["" if pd.isna(cell) else str(cell).strip() for cell in row]
        for row in cells.astype(object).itertuples(index=False, name=None)
    ]
    rows = []
    for study, *rest in texts:
        pool = rest.pop(0) if column else ""
        quote = "; ".join(filter(None, rest))
        rows.append(Row(study, pool, read_measure(*rest), quote))
    return rows


def refuse_mix(studies: pd.DataFrame) -> None:
    """Raise an InputError if rows that are to be pooled measure different things.

    Only what is certain is refused: different constructs, high with low scores of a scale on
    which high is good, raw with T scores.

    >>> refuse_mix(pd.DataFrame({"study": ["A", "B"], "construct": ["MBI PA high", "MBI PA low"]}))
    Traceback (most recent call last):
    reviewkit._core.errors.InputError: Rows of one pool must measure the same thing. ...
    """
    if not {"construct", "instrument", "cutoff"} & set(studies.columns):
        return
    pool = studies.drop(columns=["outcome"], errors="ignore")
    wrong = [finding for finding in check_constructs(pool) if finding.severity == "error"]
    wrong = [finding for finding in wrong if finding.rule != "constructs.range"]
    if wrong:
        said = " ".join(f"{finding.message} {finding.fix}" for finding in wrong)
        raise InputError(
            f"Rows of one pool must measure the same thing. {said} To pool them all the same, "
            f"say so with mix='allow'."
        )


def check_synonyms(text: str, *, where: str = "text") -> tuple[Finding, ...]:
    """Say where a text calls two constructs by one name.

    Parameters
    ----------
    text : str
        Prose, as a section of a manuscript.
    where : str, default "text"
        What to call the place in the findings.

    Returns
    -------
    tuple of Finding
        One warning for each pair of terms, with the words that join them as its quote.

    Raises
    ------
    InputError
        If `text` is no text.

    Examples
    --------
    >>> found = check_synonyms("Compassion fatigue, also known as secondary traumatic stress, ...")
    >>> found[0].rule, found[0].quote
    ('constructs.synonym', 'Compassion fatigue, also known as secondary traumatic stress')
    """
    if not isinstance(text, str):
        raise InputError(f"`text` must be a text. Got {type(text).__name__}. Give a string.")
    found: dict[frozenset[str], Finding] = {}
    for pair, quote in _find_equated(" ".join(text.split())):
        if pair in NOT_SYNONYMS and pair not in found:
            first, second = sorted(CONSTRUCTS[key].label for key in pair)
            found[pair] = Finding(
                "constructs.synonym", "warning", where,
                f"{first.capitalize()} and {second} are used as one: {NOT_SYNONYMS[pair]}.",
                quote, fix="Define each term, and say which one each study measured.",
            )  # fmt: skip
    return tuple(found.values())


def _find_equated(text: str) -> Iterator[tuple[frozenset[str], str]]:
    """Yield pairs of constructs that a text joins by "also known as" and the like."""
    spans = locate_constructs(text)
    for at, (start, end, key) in enumerate(spans):
        joined = False
        for first, last, other in spans[at + 1 :]:
            between = text[end:first]
            if first - end > 2 * _APART or re.search(r"[.;:!?]\s", between):
                break
            said = _SAME.search(between) or (_AND.fullmatch(between) and _AFTER.match(text[last:]))
            if _APART_FROM.search(between) or (not joined and (len(between) > _APART or not said)):
                break
            joined = True
            if other != key:
                yield frozenset({key, other}), text[start:last]
