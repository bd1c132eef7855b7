"""Which records are of one work: the way from a table of records to :class:`Duplicates`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice
from reviewkit._core.progress import Progress, show_progress
from reviewkit.dedupe.blocks import find_candidates
from reviewkit.dedupe.copies import find_copies, pair_copies
from reviewkit.dedupe.deciding import decide_pairs
from reviewkit.dedupe.duplicates import Duplicates
from reviewkit.dedupe.features import compare_pairs
from reviewkit.dedupe.groups import list_uncompared
from reviewkit.dedupe.inputs import take_records
from reviewkit.dedupe.pairs import Pairs, describe_pairs, join_pairs, sort_pairs
from reviewkit.dedupe.prepared import Prepared, prepare_records

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPISubClass

__all__ = ["find_duplicates", "judge_pairs"]

IntArray = NDArray[np.int64]

_CHUNK = 100_000  # pairs compared at a time
_ENGINES = ("memory", "splink")


def find_duplicates(
    records: Any,
    *,
    engine: str = "memory",
    backend: DatabaseAPISubClass | None = None,
    progress: Progress | None = None,
) -> Duplicates:
    """Find records of one work: sure duplicates, unsure pairs for a person, and versions.

    Records are compared that share a DOI, a PMID, a title, a page or rare words; fixed rules
    decide each pair by title, authors, journal, volume, pages, year, DOI and PMID.  A field
    that is missing speaks neither for nor against.  Never merged for sure: parts, errata,
    replies, comments, retraction notices and protocols with the work they are about, a
    preprint or meeting abstract with its paper, different editions or years of a series, and
    records with different DOIs or PMIDs.

    Parameters
    ----------
    records : Records or DataFrame
        What :func:`read_records` returns, or one row a record with the columns ``record`` (an
        id that no other record has) and ``title``.  Used where they are there: ``authors``
        (``"Family, Given; …"``), ``year, journal, volume, issue, pages, doi, pmid, abstract,
        kind, language, issn, url, accession, source``.
    engine : {"memory", "splink"}, default "memory"
        Where candidate pairs are found: in memory, or by Splink on a database, for millions of
        records (needs ``reviewkit[scale]``).  The same rules decide.
    backend : Splink database API, optional
        For ``engine="splink"``: where it runs, as ``splink.SparkAPI(...)``; by default DuckDB.
    progress : callable, optional
        Called with what is done and what is to do.  By default a bar appears after a second.

    Returns
    -------
    Duplicates
        ``.clusters``, ``.pairs``, ``.unsure``, ``.versions``, ``.n_removed``, ``.merged()``,
        ``.with_verdicts()``, ``.undo()``.

    Raises
    ------
    InputError
        If a column is missing, a record has no id or shares it, or the engine is not there.

    References
    ----------
    Borissov, N. et al. (2022). Reducing systematic review burden using Deduklick. *Systematic
    Reviews*, 11, 172. doi:10.1186/s13643-022-02045-9.  Forbes, C. et al. (2024). Automation of
    duplicate record detection for systematic reviews: Deduplicator. *Systematic Reviews*, 13,
    206. doi:10.1186/s13643-024-02619-9.  Fellegi, I. P. and Sunter, A. B. (1969). A theory for
    record linkage. *JASA*, 64, 1183-1210. doi:10.1080/01621459.1969.10501049 (engine "splink")

    Examples
    --------
    >>> import pandas as pd
    >>> records = pd.DataFrame({
    ...     "record": ["m1", "e1", "e2"], "source": ["MEDLINE", "Embase", "Embase"],
    ...     "title": ["Burnout among nurses.", "BURNOUT AMONG NURSES", "Erratum: Burnout among nurses"],
    ...     "authors": ["Lee, K.", "Lee, Kim", "Lee, K."], "year": [2020, 2020, 2021],
    ...     "journal": ["J Adv Nurs", "Journal of Advanced Nursing", "J Adv Nurs"],
    ...     "volume": ["12", "12", "13"], "pages": ["123-9", "123-129", "5"],
    ... })
    >>> found = find_duplicates(records)
    >>> found.n_removed, found.pairs[["left", "right"]].to_numpy().tolist()
    (1, [['m1', 'e1']])
    >>> found.versions["reason"].tolist()[0]
    'one is a notice, reply, comment or protocol on the other (agree: ...'
    """
    check_choice("engine", engine, _ENGINES)
    frame = take_records(records)
    copy_of = find_copies(frame)
    positions = np.flatnonzero(copy_of == np.arange(len(frame)))
    own = frame if len(positions) == len(frame) else frame.iloc[positions]
    with show_progress("Comparing records", progress) as tell:
        if engine == "splink":
            from reviewkit.dedupe.scale import find_pairs_at_scale

            pairs, note = find_pairs_at_scale(own, positions, backend, tell)
        else:
            prepared = prepare_records(own)
            candidates = find_candidates(prepared, tell)
            pairs = judge_pairs(prepared, candidates.left, candidates.right, positions, tell)
            pairs = _complete(prepared, pairs, positions)
            note = candidates.note
    return Duplicates.from_pairs(frame, sort_pairs(join_pairs([pair_copies(copy_of), pairs])), note)


def judge_pairs(
    records: Prepared,
    left: IntArray,
    right: IntArray,
    positions: IntArray,
    tell: Progress | None = None,
) -> Pairs:
    """Return what the rules say of candidate pairs, compared a chunk at a time."""
    parts = []
    for start in range(0, max(len(left), 1), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        features = compare_pairs(records, left[chunk], right[chunk])
        parts.append(describe_pairs(features, decide_pairs(features), positions))
        if tell is not None:
            tell(min(start + _CHUNK, len(left)), max(len(left), 1))
    return sort_pairs(join_pairs(parts))


def _complete(records: Prepared, pairs: Pairs, positions: IntArray) -> Pairs:
    """Compare all records of a cluster that no block brought together: one may contradict another."""
    missing = list_uncompared(pairs)
    if not len(missing):
        return pairs
    at = np.searchsorted(positions, missing)
    return sort_pairs(join_pairs([pairs, judge_pairs(records, at[:, 0], at[:, 1], positions)]))
