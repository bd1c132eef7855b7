"""Confidence in qualitative findings: the four components of GRADE-CERQual, judged by people.

Nothing is computed here: a judgement and its reason come from a person, and what lacks is said.
Facts (studies, segments, appraisals) stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.result import Result
from reviewkit.appraisal.appraised import Appraisal
from reviewkit.appraisal.evidence_files import EvidencePage, save_evidence
from reviewkit.appraisal.matching import find_studies
from reviewkit.sources.schema import plain_name
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import read_table, write_table

__all__ = ["COMPONENTS", "ConfidenceTable", "cerqual_table"]

COMPONENTS = ("methodological_limitations", "coherence", "adequacy", "relevance")
_CONFIDENCE = "confidence"
_CONCERNS = (
    "no or very minor concerns", "minor concerns", "moderate concerns", "serious concerns",
)  # fmt: skip
_LEVELS = ("high", "moderate", "low", "very low")
_ALSO = {
    "no concerns": _CONCERNS[0], "very minor concerns": _CONCERNS[0], "none": _CONCERNS[0],
    "minor": _CONCERNS[1], "moderate": _CONCERNS[2], "serious": _CONCERNS[3],
}  # fmt: skip


class Finding(NamedTuple):
    """A finding with the facts about it."""

    finding: str
    n_studies: int | None
    n_segments: int | None
    studies: tuple[str, ...]
    appraised: str  # judgements of its studies, in words
    judged: Mapping[str, tuple[str, str]]  # component -> judgement, reason


@dataclass(frozen=True, slots=True)
class ConfidenceTable(Result):
    """Findings with four judged components and the confidence in each."""

    title: ClassVar[str] = "Confidence in findings, GRADE-CERQual"

    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding.

        ``finding, n_studies, n_segments, studies, appraised``, then each component and
        ``confidence`` with its ``_reason``; missing where nobody judged.
        """
        rows = []
        for one in self.findings:
            row: dict[str, Any] = {
                "finding": one.finding, "n_studies": one.n_studies, "n_segments": one.n_segments,
                "studies": "; ".join(one.studies) or None, "appraised": one.appraised or None,
            }  # fmt: skip
            for component in (*COMPONENTS, _CONFIDENCE):
                judgement, reason = one.judged.get(component, (None, None))
                row |= {component: judgement, f"{component}_reason": reason}
            rows.append(row)
        frame = pd.DataFrame(rows)
        counts = dict.fromkeys(["n_studies", "n_segments"], "Int64")
        return frame.astype({n: counts.get(n, "str") for n in frame.columns})

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not judged, and confidence that was given before its components."""
        told = []
        for one in self.findings:
            lacking = [_label(c).lower() for c in (*COMPONENTS, _CONFIDENCE) if c not in one.judged]
            if lacking:
                told.append(f"{one.finding}: not judged: {', '.join(lacking)}.")
            if _CONFIDENCE in one.judged and len(lacking) > 0:
                told.append(f"{one.finding}: confidence was given without all components.")
        return tuple(told)

    def judgement_sheet(self, path: str | PathLike[str]) -> Path:
        """Write the sheet of judgements, one row a finding and component, as csv or xlsx."""
        rows = [
            {"finding": one.finding, "component": component,
             "judgement": one.judged.get(component, ("", ""))[0],
             "reason": one.judged.get(component, ("", ""))[1],
             "allowed": ", ".join(_allowed(component))}
            for one in self.findings
            for component in (*COMPONENTS, _CONFIDENCE)
        ]  # fmt: skip
        path = Path(path)
        if path.suffix.lower() not in (".csv", ".xlsx"):
            raise InputError(f"The name must end in .csv or .xlsx. Got {path.name!r}. Rename it.")
        frame = pd.DataFrame(rows)
        if path.suffix.lower() == ".csv":
            write_table(frame, path)
        else:
            write_sheet(frame, path)
        return path

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the table as html, docx or csv, as the ending says."""
        return save_evidence(self._page(), self.to_frame(), Path(path))

    def _page(self) -> EvidencePage:
        rows = []
        for one in self.findings:
            facts = [
                f"{one.n_studies} {'study' if one.n_studies == 1 else 'studies'}" if one.n_studies is not None else "",
                f"{one.n_segments} segments" if one.n_segments is not None else "",
                f"appraisal: {one.appraised}" if one.appraised else "",
            ]  # fmt: skip
            cells = [_tell(one.judged.get(component)) for component in COMPONENTS]
            told = "; ".join(f for f in facts if f)
            rows.append((one.finding, told, *cells, _tell(one.judged.get(_CONFIDENCE))))
        heads = ("Finding", "Facts", *map(_label, COMPONENTS), "Confidence")
        lead = ("Each judgement and its reason are a person's; facts stand beside and decide nothing.",)  # fmt: skip
        shares = (1.6, 1.1, *(1.4,) * len(COMPONENTS), 1.4)
        return EvidencePage(self.title, lead, heads, tuple(rows), self.notes, shares, "Not judged")

    def _headline(self) -> str:
        judged = [one.judged[_CONFIDENCE][0] for one in self.findings if _CONFIDENCE in one.judged]
        told = [f"{level} {judged.count(level)}" for level in _LEVELS if level in judged]
        rest = len(self.findings) - len(judged)
        told += [f"not judged {rest}"] if rest else []
        return f"{len(self.findings)} findings; confidence: {', '.join(told)}."

    def _repr_html_(self) -> str:
        page = self._page()
        head = "".join(f"<th>{escape(name)}</th>" for name in page.heads)
        body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in page.rows)  # fmt: skip
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>{table}"


def cerqual_table(
    findings: Any,
    judgements: pd.DataFrame | str | PathLike[str] | None = None,
    *,
    appraisal: Appraisal | None = None,
) -> ConfidenceTable:
    """Lay out the confidence in qualitative findings as people judged it.

    Parameters
    ----------
    findings : Themes, DataFrame or sequence of str
        Findings or themes: the result of :func:`~reviewkit.coding.themes.build_themes`, a frame
        with ``finding`` (or ``theme``) and, if need be, ``n_studies, n_segments, studies``, or
        only their words.
    judgements : DataFrame or path-like, optional
        ``finding, component, judgement, reason``, one row each.  Components are
        methodological_limitations, coherence, adequacy, relevance (no or very minor, minor,
        moderate or serious concerns) and confidence (high, moderate, low, very low).  Blank is not
        judged; a judgement without a reason is an error.
    appraisal : Appraisal, optional
        To count the overall judgements of the studies behind each finding.

    Returns
    -------
    ConfidenceTable
        ``.to_frame()``, ``.judgement_sheet(path)`` to fill in, ``.save(path)`` as html, docx, csv.

    Raises
    ------
    InputError
        If a finding, a component or a judgement is unknown, one is there twice, or a reason lacks:
        all are listed.

    Notes
    -----
    The approach and its levels are those of Lewin and others [1]_.  Nothing is suggested: counts
    of studies do not make adequacy.

    References
    ----------
    .. [1] Lewin et al. (2018). doi:10.1186/s13012-017-0689-2

    Examples
    --------
    >>> judged = pd.DataFrame([("Shame", "coherence", "minor", "One study tells of pride.")],
    ...     columns=["finding", "component", "judgement", "reason"])
    >>> table = cerqual_table(["Shame"], judged)
    >>> table.to_frame().loc[0, "coherence"], len(table.notes)
    ('minor concerns', 1)
    """
    found = _read_findings(findings)
    judged = {} if judgements is None else _read_judged(judgements, [one.finding for one in found])
    return ConfidenceTable(
        tuple(
            one._replace(
                judged=judged.get(one.finding, {}), appraised=_count(one.studies, appraisal)
            )
            for one in found
        )
    )


def _read_findings(given: Any) -> list[Finding]:
    if hasattr(given, "to_frame") and not isinstance(given, pd.DataFrame | pd.Series):
        given = given.to_frame()
    if isinstance(given, Sequence | pd.Series) and not isinstance(given, str):
        given = pd.DataFrame({"finding": [*map(str, given)]})
    if not isinstance(given, pd.DataFrame):
        raise InputError(
            f"`findings` must be themes, a frame with 'finding' or 'theme', or a list of findings. "
            f"Got {type(given).__name__}."
        )
    name = "finding" if "finding" in given else "theme"
    check_columns(given.columns, {"findings": name})
    texts = [" ".join(str(v).split()) if not pd.isna(v) else "" for v in given[name]]
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if not texts or twice or "" in texts:
        got = f"Got {list_some([*map(repr, twice)])} twice" if twice else "Got a blank one, or none"
        raise InputError(f"Each finding must have words of its own. {got}. Correct `findings`.")
    found = []
    for text, row in zip(texts, given.astype(object).to_dict("records"), strict=True):
        studies = row.get("studies")
        names = studies.split(";") if isinstance(studies, str) else (studies if isinstance(studies, Sequence) else ())  # fmt: skip
        own = tuple(str(n).strip() for n in names if str(n).strip())
        counts = [_whole(row.get(key)) for key in ("n_studies", "n_segments")]
        counts[0] = len(own) if counts[0] is None and own else counts[0]
        found.append(Finding(text, counts[0], counts[1], own, "", {}))
    return found


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _count(studies: Sequence[str], appraisal: Appraisal | None) -> str:
    """Return the overall judgements of the studies behind a finding, in words."""
    if appraisal is None or not studies:
        return ""
    places = find_studies(studies, appraisal.studies, missing="keep")
    words = [appraisal.by_rule.judgements[at] or "no overall judgement" if at >= 0 else "not appraised" for at in places]  # fmt: skip
    return ", ".join(f"{word} {words.count(word)}" for word in dict.fromkeys(words))


def _read_judged(
    given: pd.DataFrame | str | PathLike[str], known: Sequence[str]
) -> dict[str, dict[str, tuple[str, str]]]:
    frame = given if isinstance(given, pd.DataFrame) else read_table(given).frame
    needed = ("finding", "component", "judgement", "reason")
    check_columns(frame.columns, {name: name for name in needed})
    found: dict[str, dict[str, tuple[str, str]]] = {}
    problems = []
    for row in frame[list(needed)].itertuples(index=False, name=None):
        finding, component, judgement, reason = ("" if pd.isna(v) else " ".join(str(v).split()) for v in row)  # fmt: skip
        part = plain_name(component)
        place = f"{finding}, {component}"
        if finding not in known or part not in (*COMPONENTS, _CONFIDENCE):
            what = "a finding" if finding not in known else f"one of {', '.join((*COMPONENTS, _CONFIDENCE))}"  # fmt: skip
            problems.append(f"{place}: is not {what}")
        elif part in found.get(finding, {}):
            problems.append(f"{place}: is judged twice")
        elif judgement:
            word = judgement.lower()
            word = _ALSO.get(word, word) if part != _CONFIDENCE else word
            if word not in _allowed(part):
                problems.append(f"{place}: {judgement!r} is none of {', '.join(_allowed(part))}")
            elif not reason:
                problems.append(f"{place}: {word!r} has no reason")
            found.setdefault(finding, {})[part] = (word, reason)
    if problems:
        raise InputError(
            f"Each judgement must be one of CERQual's, with its reason. {len(problems)} are not:\n  "
            + list_some(problems, sep="\n  ")
            + "\nCorrect the judgements."
        )
    return found


def _allowed(component: str) -> tuple[str, ...]:
    return _LEVELS if component == _CONFIDENCE else _CONCERNS


def _label(component: str) -> str:
    return component.replace("_", " ").capitalize()


def _tell(judged: tuple[str, str] | None) -> str:
    return f"{judged[0].capitalize()}. {judged[1]}" if judged else "Not judged"
