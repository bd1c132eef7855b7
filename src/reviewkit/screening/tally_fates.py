"""What became of each record: through which boxes it went, and in which one it ended.

A record of a database or register goes through the levels of screening; one that was found by
other methods is sought at once, as on the form, unless it was known already or not relevant.
Each record ends in exactly one box.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reviewkit.screening.flow_keys import SOURCES
from reviewkit.screening.flow_ledger import LEFT, Citation, Entry
from reviewkit.screening.tally_input import Notebook, Vote
from reviewkit.screening.tally_verdicts import Verdict

__all__ = [
    "AWAITING",
    "LEVELS",
    "NO_REASON",
    "PEOPLE",
    "TOOLS",
    "Case",
    "Trail",
    "choose_copies",
    "move_votes",
    "walk_records",
]

NO_REASON, NO_SOURCE = "Reason not reported", "Source not stated"
PEOPLE, TOOLS = "by human reviewers", "by automation tools"


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of the records."""

    citations: tuple[Citation, ...]
    kinds: Mapping[str, str]  # of each record: databases, registers or one of SOURCES
    copies: Mapping[str, str]  # the record that each duplicate is a copy of
    removed: Mapping[str, Mapping[str, str]]  # by key of the flow
    verdicts: Mapping[tuple[str, str], Verdict]
    levels: tuple[str, ...]
    not_retrieved: Mapping[str, str] | None
    has_tools: bool


@dataclass(slots=True)
class Trail:
    """The entries of each box, and the box in which each record ended."""

    boxes: dict[str, list[Entry]] = field(default_factory=dict)
    ends: dict[str, tuple[str, Entry]] = field(default_factory=dict)

    def enter(self, box: str, entry: Entry) -> None:
        """Put a record into a box that it leaves again."""
        self.boxes.setdefault(box, []).append(entry)

    def end(self, box: str, entry: Entry, part: str = "") -> None:
        """Put a record into the box in which it ends, and there into a part."""
        self.enter(f"{box}:{part}" if part else box, entry)
        self.ends[entry.record] = (box, entry)


def choose_copies(
    citations: Iterable[Citation], clusters: Mapping[str, str], kinds: Mapping[str, str],
    decided: Collection[str],
) -> dict[str, str]:  # fmt: skip
    """Return, for each duplicate, the record of its cluster that stays.

    One from a database or register stays before one found otherwise, then one that was decided
    on, then the first.
    """
    members: dict[str, list[str]] = {}
    for citation in citations:
        if citation.record in clusters:
            members.setdefault(clusters[citation.record], []).append(citation.record)
    copies: dict[str, str] = {}
    for some in members.values():
        kept = min(some, key=lambda record: (kinds[record] in SOURCES, record not in decided))
        copies |= {record: kept for record in some if record != kept}
    return copies


def move_votes(
    votes: Iterable[Vote], copies: Mapping[str, str], notes: Notebook
) -> list[Vote]:  # fmt: skip
    """Give the decisions on duplicates to the record that stays; refuse to hear one twice."""
    found: dict[tuple[str, str, str], Vote] = {}
    twice, moved = [], []
    for vote in votes:
        key = (vote.record, vote.stage, vote.rater.casefold())
        if key in found and vote.rater:
            twice.append(f"{vote.record} by {vote.rater} at {vote.stage}")
            if vote.decided_at and vote.decided_at < found[key].decided_at:
                continue
        elif key in found:
            key = (*key[:2], f"{key[2]} {len(found)}")  # nameless raters are several
        found[key] = vote
    notes.blame("a record decided twice by one person", twice, "the last decision counts")
    heard = []
    for vote in found.values():
        if vote.record in copies:
            moved.append(vote.record)
            vote = vote._replace(record=copies[vote.record])
        heard.append(vote)
    notes.log("decisions on a duplicate", moved, "they count for the record that stays")
    return heard


def walk_records(case: Case, notes: Notebook) -> Trail:
    """Lead each record through the flow."""
    trail = Trail()
    implied: list[str] = []
    nameless = NO_SOURCE if any(citation.source for citation in case.citations) else ""
    for citation in case.citations:
        record, kind = citation.record, case.kinds[citation.record]
        entry = Entry(record)
        part = (citation.source or nameless) if kind not in SOURCES else ""
        trail.enter(f"{kind}:{part}" if part else kind, entry)
        if record in case.copies:
            entry = entry._replace(duplicate_of=case.copies[record])
            if kind in SOURCES:
                trail.end(LEFT, entry._replace(reason="Known already"))
            else:
                trail.end("duplicates_removed", entry)
        elif kind in SOURCES:
            _walk_other(entry, case, trail, implied)
        else:
            _walk_main(entry, case, trail, implied)
    notes.log("decided on at a later stage only", implied, "it counts as passed on before")
    unsought = [entry.record for entry in trail.boxes.get(LEFT, [])]
    notes.log("found by other methods and not sought", unsought, f"the form has no box: {LEFT}")
    _blame_late(case, trail, notes)
    return trail


def _walk_main(entry: Entry, case: Case, trail: Trail, implied: list[str]) -> None:
    for box, listed in case.removed.items():
        if entry.record in listed:
            trail.end(box, entry._replace(reason=listed[entry.record]))
            return
    for stage in case.levels:
        level = LEVELS[stage]
        if stage == "full_text" and not _retrieve(entry, case, trail, ""):
            return
        verdict = _verdict(entry.record, stage, case, implied)
        if verdict is None:
            trail.end(level.awaiting, entry)
            return
        trail.enter(level.box, entry)
        if verdict.verdict == "exclude":
            part = _part(verdict, stage, case)
            trail.end(level.left, entry._replace(reason=verdict.reason), part)
            return
    trail.end("new_reports", entry)


def _walk_other(entry: Entry, case: Case, trail: Trail, implied: list[str]) -> None:
    """Lead a record that was found by other methods: the form has no screening there."""
    record = entry.record
    for listed in case.removed.values():
        if record in listed:
            trail.end(LEFT, entry._replace(reason=listed[record] or "Removed before screening"))
            return
    for stage in case.levels[: case.levels.index("full_text")]:
        verdict = case.verdicts.get((record, stage), Verdict("include"))
        if verdict.verdict != "include":
            why = verdict.reason or ("Not relevant" if verdict.verdict == "exclude" else "")
            trail.end(LEFT, entry._replace(reason=why or "Awaiting a verdict"))
            return
    if not _retrieve(entry, case, trail, "other_"):
        return
    verdict = case.verdicts.get((record, "full_text"), Verdict("open"))
    if verdict.verdict == "open":
        trail.end("other_reports_awaiting", entry)
        return
    trail.enter("other_assessed", entry)
    appraised = case.verdicts.get((record, "appraisal"), Verdict("include"))
    last = verdict if verdict.verdict == "exclude" else appraised
    if last.verdict == "exclude":
        why = last.reason or NO_REASON
        trail.end("other_reports_excluded", entry._replace(reason=last.reason), why)
    else:
        trail.end("new_reports", entry)


def _retrieve(entry: Entry, case: Case, trail: Trail, arm: str) -> bool:
    """Seek the report of a record; return whether it was retrieved."""
    trail.enter(f"{arm}sought", entry)
    if case.not_retrieved is None or entry.record not in case.not_retrieved:
        return True
    trail.end(f"{arm}not_retrieved", entry._replace(reason=case.not_retrieved[entry.record]))
    return False


def _verdict(record: str, stage: str, case: Case, implied: list[str]) -> Verdict | None:
    """Return the verdict at a stage, if there is one; who got to a later one has passed."""
    found = case.verdicts.get((record, stage))
    if found is not None and found.verdict != "open":
        return found
    later = case.levels[case.levels.index(stage) + 1 :]
    if stage == "appraisal" or any((record, other) in case.verdicts for other in later):
        implied.append(record)
        return Verdict("include")
    return None


def _part(verdict: Verdict, stage: str, case: Case) -> str:
    """Return the part of a box in which an excluded record counts."""
    if stage == "title_abstract":
        return "" if not case.has_tools else TOOLS if verdict.by_tool else PEOPLE
    return verdict.reason or NO_REASON if stage in ("full_text", "appraisal") else ""


def _blame_late(case: Case, trail: Trail, notes: Notebook) -> None:
    """Note what happened to records after they had left."""
    late: dict[str, list[str]] = {}
    place = {stage: number for number, stage in enumerate(case.levels)}
    reached = {LEVELS[stage].left: number for stage, number in place.items()}
    retrieval = place["full_text"] - 1
    reached |= dict.fromkeys(("not_retrieved", "other_not_retrieved", LEFT), retrieval)
    reached |= dict.fromkeys(case.removed, -1)
    reached["other_reports_excluded"] = len(place)  # at full text, or at appraisal
    for record, stage in case.verdicts:
        box = trail.ends[record][0]
        if place[stage] > reached.get(box, len(place)):
            late.setdefault(f"a decision at {stage} on a record that is in {box}", []).append(
                record
            )
    for record in case.not_retrieved or ():
        box = trail.ends[record][0]
        if not box.endswith("not_retrieved"):
            late.setdefault(f"in `not_retrieved`, but also in {box}", []).append(record)
    for key, listed in case.removed.items():
        wrong = [r for r in listed if trail.ends[r][0] not in (key, LEFT, "duplicates_removed")]
        late.setdefault(f"in `{key}`, but also removed otherwise", []).extend(wrong)
    for what, records in late.items():
        notes.blame(what, records, "left out: what happened first counts")


@dataclass(frozen=True, slots=True)
class _Level:
    box: str
    left: str
    awaiting: str


#: The levels of screening by the stage of their decisions.
LEVELS: Mapping[str, _Level] = MappingProxyType(
    {
        "title": _Level("titles_screened", "titles_excluded", "titles_awaiting"),
        "title_abstract": _Level("screened", "excluded", "records_awaiting"),
        "full_text": _Level("assessed", "reports_excluded", "reports_awaiting"),
        "appraisal": _Level("appraised", "appraisal_excluded", "reports_awaiting"),
    }
)
#: The boxes of what has no verdict.
AWAITING = ("titles_awaiting", "records_awaiting", "reports_awaiting", "other_reports_awaiting")
