"""Search exports of any kind as one table of records, with a log of all that was touched.

A file goes through four hands: its format is told
(:mod:`~reviewkit.sources.record_formats`), its reader takes it apart, its values are made
alike (:mod:`~reviewkit.sources.record_fields`), and here files become one table, each record
with an id that does not depend on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError, ReviewkitError
from reviewkit.sources.raw_columns import RawColumns
from reviewkit.sources.record_columns import Fields
from reviewkit.sources.record_fields import tidy_fields
from reviewkit.sources.record_files import Found, find_files
from reviewkit.sources.record_formats import read_raw
from reviewkit.sources.record_sets import Records, make_records
from reviewkit.sources.record_text import no_records

__all__ = ["Records", "read_records"]


def read_records(
    *paths: str | PathLike[str], source: str | Mapping[str, str] | None = None
) -> Records:
    r"""Read bibliographic records from exports of databases and reference managers.

    Parameters
    ----------
    *paths : path-like
        Files, folders (with all below them) or patterns as ``"searches/*.ris"``.  What a file is
        is told by its content: RIS in all dialects, MEDLINE (.nbib), Web of Science (.txt, .ciw),
        EndNote XML and .enw, BibTeX, CSL-JSON, and tables (csv, tsv, xlsx) of databases.
    source : str or mapping, optional
        The database that all records come from, or one for each file by name or pattern, as in
        ``{"pubmed*": "PubMed"}``.  By default the content tells it where it can.

    Returns
    -------
    Records
        ``to_frame()`` has one row a record; ``log`` names every line and tag that was dropped or
        repaired, and every value that was changed; ``counts`` holds records in against records
        out for each file, and ``findings`` says where they differ.

    Raises
    ------
    ParseError
        If a file that is named cannot be read, or no file of a folder can.  Other files of a
        folder that cannot be read are in ``counts``, ``log`` and ``findings``.
    InputError
        If a path leads nowhere.

    Notes
    -----
    A record's id is made from the name of its file and from its title, authors, year, journal,
    DOI and the like: adding a file or a record changes no other id.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "search.ris"
    >>> _ = path.write_text("1.\nTY  - JOUR\nTI  - Burnout\nAU  - Ada Roe\nPY  - 2019//\n"
    ...                     "DO  - https://doi.org/10.1000/X1.\nER  - \n")
    >>> records = read_records(path, source="Ovid")
    >>> records.to_frame()[["title", "authors", "year", "doi", "source"]].to_numpy().tolist()
    [['Burnout', 'Roe, Ada', 2019, '10.1000/x1', 'Ovid']]
    >>> records.log[["line", "what", "text"]].to_numpy().tolist()[:2]
    [[1, 'text outside records', '1.'], [2, 'read as article', 'JOUR (1 record)']]
    """
    found, passed = find_files(paths)
    _check_patterns(found, source)
    files: list[tuple[str, Fields | str, str]] = []
    for file in found:
        try:
            fields = tidy_fields(_open(file.path))
        except ReviewkitError as error:
            if file.is_named:
                raise
            files.append((file.label, str(error), ""))
            continue
        files.append((file.label, fields, _choose_source(file, source)))
    unread = [why for _, why, _ in files if isinstance(why, str)]
    if len(unread) == len(files):
        raise ParseError(
            f"One file or more must hold records. Of {len(files)} files none does. "
            f"{list_some(unread, most=3, sep=' ')}"
        )
    return make_records(files, passed)


def _open(path: Path) -> RawColumns:
    try:
        return read_raw(path)
    except OSError as error:
        raise no_records(
            path, f"out of reach ({error.strerror})", "Check the rights to read it."
        ) from None


def _check_patterns(found: Sequence[Found], source: str | Mapping[str, str] | None) -> None:
    if source is None or isinstance(source, str):
        return
    idle = [pattern for pattern in source if not any(_fits(file, pattern) for file in found)]
    if idle:
        raise InputError(
            f"`source` must name files that are read, or patterns for them. None fits "
            f"{', '.join(map(repr, idle))}. "
            f"The files are {list_some([repr(file.label) for file in found], sep=', ')}."
        )


def _choose_source(file: Found, source: str | Mapping[str, str] | None) -> str:
    if source is None or isinstance(source, str):
        return source or ""
    return next((name for pattern, name in source.items() if _fits(file, pattern)), "")


def _fits(file: Found, pattern: str) -> bool:
    names = (file.label, file.path.name, file.path.stem)
    return any(fnmatchcase(name, pattern) for name in names)
