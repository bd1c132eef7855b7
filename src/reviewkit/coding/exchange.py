"""Codebooks and segments to files, for this library and for others.

The format follows from the ending of the name.  To add one, name it in :data:`_BOOKS` or
:data:`_CODINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit.coding.foreign import STEP
from reviewkit.coding.inputs import take_segments, take_themes
from reviewkit.coding.outgoing import collect_codes, collect_sets, collect_sources, collect_users
from reviewkit.coding.rules import parse_codebook, settle_themes
from reviewkit.sources.refi_writing import pack_project, write_codes
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import write_table

__all__ = ["write_codebook", "write_coding"]

_LAYOUTS = ("reviewkit", "taguette")


def write_codebook(
    codebook: pd.DataFrame, path: str | PathLike[str], *, layout: str = "reviewkit"
) -> Path:
    r"""Write a codebook as csv, xlsx, txt (QualCoder) or REFI-QDA (qdc, qdpx).

    Parameters
    ----------
    codebook : DataFrame
        One row a code, with the columns ``code`` and ``theme``, and if it has them ``parent``,
        ``definition``, ``colour`` (as #46AA00), ``sets`` (names, separated by a semicolon) and
        ``guid``, as from :func:`read_codebook`.
    path : path-like
        The ending tells the format: csv, xlsx, txt, qdc or qdpx.  An existing file is replaced.
    layout : {"reviewkit", "taguette"}, default "reviewkit"
        Of csv and xlsx; "taguette" writes ``tag, description, parent``, which Taguette imports.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    InputError
        If the codebook breaks a rule, the ending is not known, or a text cannot be written.

    Notes
    -----
    In REFI-QDA, a theme is a code that cannot be assigned (``isCodable="false"``), which
    QualCoder takes for a category, unless it bears the name of its outermost code.  The same
    codebook gives the same bytes: no time is written, and ids that are not given are made
    from the names.

    References
    ----------
    Evers et al. (2020). doi:10.17169/fqs-21.2.3439

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from reviewkit.coding.codebook import read_codebook
    >>> book = pd.DataFrame({"code": ["Stress", "Work stress"], "theme": ["Mind", "Mind"],
    ...                      "parent": [None, "Stress"]})
    >>> path = write_codebook(book, Path(mkdtemp()) / "codes.qdc")
    >>> read_codebook(path)[["code", "theme", "parent"]].fillna("").to_numpy().tolist()
    [['Stress', 'Mind', ''], ['Work stress', 'Mind', 'Stress']]
    """
    path = Path(path)
    check_choice("layout", layout, _LAYOUTS)
    write = _BOOKS[_find_ending(path, _BOOKS)]
    take_themes(codebook, [])  # for its rules
    write(_as_tags(codebook) if layout == "taguette" else codebook, path)
    return path


def write_coding(
    segments: pd.DataFrame, path: str | PathLike[str], *, codebook: pd.DataFrame | None = None,
    texts: pd.DataFrame | Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Write coded segments as csv, xlsx or as a REFI-QDA project (qdpx).

    Parameters
    ----------
    segments : DataFrame
        One row a segment, with the columns ``study`` and ``code``, and if it has them ``coder``,
        ``text``, ``source``, ``start``, ``end`` and ``memo``, as from :func:`read_coding`.
    path : path-like
        The ending tells the format: csv, xlsx or qdpx.  An existing file is replaced.
    codebook : DataFrame, optional
        For a project: themes, parents and definitions of the codes.
    texts : DataFrame or mapping, optional
        For a project: ``source`` and ``text``, as from :func:`read_texts`, and ``study`` where
        two studies have sources of one name; or the text of each source by its name.  Places
        count in these.  A source without a text here gets its coded words, one segment a line,
        and places in those.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    InputError
        If a segment has no study or no code, a code is not in the codebook, a place is beyond
        its text or holds other words than the segment, or the ending is not known.

    Notes
    -----
    A project holds a source for each study and source, a case for each study, and a user for
    each coder.  Segments without words and without a place are about their source as a whole.

    References
    ----------
    Evers et al. (2020). doi:10.17169/fqs-21.2.3439

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from reviewkit.coding.codebook import read_coding
    >>> segments = pd.DataFrame({"study": ["Lee (10)"], "code": ["Trust"], "coder": ["Ada"],
    ...                          "source": ["lee.txt"], "start": [6], "end": [11]})
    >>> texts = pd.DataFrame({"source": ["lee.txt"], "text": ["Where trust grows."]})
    >>> path = write_coding(segments, Path(mkdtemp()) / "review.qdpx", texts=texts)
    >>> read_coding(path)[["study", "coder", "text", "start", "end"]].to_numpy().tolist()
    [['Lee (10)', 'Ada', 'trust', 6, 11]]
    """
    path = Path(path)
    ending = _find_ending(path, _CODINGS)
    _, coded = take_segments(segments)
    if ending != ".qdpx":
        _CODINGS[ending](segments, path)
        return path
    take_themes(codebook, coded)  # for its rules
    book = codebook if codebook is not None else _plain_book(coded)
    codes, ids = collect_codes(book)
    users = collect_users(segments)
    sources = collect_sources(segments, texts, ids, users)
    named = {guid: name for name, guid in users.items()}
    path.write_bytes(pack_project(codes, collect_sets(book, ids), named, sources, path.stem))
    return path


def _plain_book(coded: list[str]) -> pd.DataFrame:
    names = [*dict.fromkeys(coded)]
    return pd.DataFrame({"code": names, "theme": names})


def _find_ending(path: Path, known: Mapping[str, object]) -> str:
    ending = path.suffix.casefold()
    if ending not in known:
        raise InputError(
            f"The name of the file must end in {', '.join(known)}. Got {path.name!r}. "
            f"Name the format that you want."
        )
    return ending


def _as_tags(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return a codebook as Taguette imports it; themes are tags above the codes."""
    codes, _ = settle_themes(parse_codebook(codebook)[0])
    names = {code.code for code in codes}
    themes = [*dict.fromkeys(code.theme for code in codes if code.theme not in names)]
    rows = [(theme, "", "") for theme in themes]
    for code in codes:
        above = code.parent or (code.theme if code.theme != code.code else "")
        rows.append((code.code, code.definition, above))
    return pd.DataFrame(rows, columns=["tag", "description", "parent"])


def _write_list(codebook: pd.DataFrame, path: Path) -> None:
    """Write ``theme>>parent>>code`` and memo, as QualCoder imports them."""
    codes, _ = settle_themes(parse_codebook(codebook)[0])
    book = {code.code: code for code in codes}
    lines = []
    for code in codes:
        steps = [code.code]
        while book[steps[0]].parent:
            steps.insert(0, book[steps[0]].parent)
        steps = steps if steps[0] == code.theme else [code.theme, *steps]
        bad = [step for step in steps if STEP in step or "\t" in step]
        if bad:
            raise InputError(
                f"Names in a list for QualCoder must be without {STEP!r} and tabs. "
                f"Got {bad[0]!r}. Rename it, or write qdc."
            )
        memo = " ".join(code.definition.split())
        lines.append(
            STEP.join(" ".join(step.split()) for step in steps) + (f"\t{memo}" if memo else "")
        )
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


def _write_qdc(codebook: pd.DataFrame, path: Path) -> None:
    codes, ids = collect_codes(codebook)
    path.write_bytes(write_codes(codes, collect_sets(codebook, ids)))


def _write_qdpx(codebook: pd.DataFrame, path: Path) -> None:
    codes, ids = collect_codes(codebook)
    path.write_bytes(pack_project(codes, collect_sets(codebook, ids), {}, (), path.stem))


#: How a codebook is written, by the ending of the file.
_BOOKS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = MappingProxyType(
    {
        ".csv": write_table,
        ".xlsx": write_sheet,
        ".txt": _write_list,
        ".qdc": _write_qdc,
        ".qdpx": _write_qdpx,
    }
)
#: How segments are written; a project needs more than the segments.
_CODINGS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = MappingProxyType(
    {".csv": write_table, ".xlsx": write_sheet, ".qdpx": write_table}
)
