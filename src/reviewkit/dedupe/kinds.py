"""What a record is a record of, where that keeps it apart from a paper of the same title."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from reviewkit.dedupe.identifiers import is_preprint_doi
from reviewkit.dedupe.wording import fold_cached

__all__ = ["KINDS", "tell_kind"]


def tell_kind(kind: str, journal: str, volume: str, doi: str) -> str:
    """Return the class of a record, or "" for a paper and for what cannot be told.

    ``conference`` is what may be an abstract or a whole paper: it keeps no records apart, but
    asks for pages that agree.

    >>> tell_kind("Journal Article", "medRxiv", "", ""), tell_kind("Thesis", "", "", "")
    ('preprint', 'thesis')
    """
    if is_preprint_doi(doi):
        return "preprint"
    return _tell(kind, journal, volume if len(volume) > 12 else "")


@lru_cache(maxsize=200_000)
def _tell(kind: str, journal: str, volume: str) -> str:
    kind, journal, volume = fold_cached(kind), fold_cached(journal), fold_cached(volume)
    for name, (of_kind, of_journal) in KINDS.items():
        if of_kind.search(kind) or of_journal.search(journal):
            return name
    if volume.startswith("conference"):
        return "meeting abstract"
    return "conference" if kind == "conference" else ""


_NEVER = re.compile(r"(?!)")

#: Class → patterns of the kind and of the journal that tell it; the first that fits holds.
KINDS = MappingProxyType(
    {
        "preprint": (
            re.compile(r"preprint|posted.content"),
            re.compile(r"^(?:medrxiv|biorxiv|arxiv|psyarxiv|socarxiv|chemrxiv|ssrn|research square|authorea|"
                       r"preprints|osf preprints|techrxiv|jmir preprints)\b"),
        ),
        "registration": (
            re.compile(r"trial regist|registry record|clinical trial registration"),
            re.compile(r"clinicaltrials\.gov|trialsearch|ictrp|isrctn|anzctr|prospero|trial registry|"
                       r"clinicaltrialsregister|chictr|irct\.(?:ir|behdasht)"),
        ),
        "thesis": (
            re.compile(r"thes[ie]s|^thes$|dissertation"),
            re.compile(r"dissertation abstracts|proquest dissertations"),
        ),
        "notice": (
            re.compile(r"erratum|corrigendum|^correction|retraction of publication|retraction notice"),
            _NEVER,
        ),
        "meeting abstract": (
            re.compile(r"(?:conference|meeting) abstract|^cpaper$"),
            re.compile(r"[.;,] conference(?: publication)?:|\b(?:conference|meeting) abstracts?\b"),
        ),
    }
)  # fmt: skip
