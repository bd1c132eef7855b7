"""Texts to be coded, as a frame: from plain text files, folders, and REFI-QDA projects."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import pandas as pd

from reviewkit._core.errors import InputError, ParseError
from reviewkit.coding.labels import natural_key
from reviewkit.coding.refi_frames import frame_texts
from reviewkit.sources.content import STRANGERS, read_bytes
from reviewkit.sources.refi import looks_like_refi, read_refi
from reviewkit.sources.refi_archive import is_zip
from reviewkit.sources.refi_offsets import plain_text

__all__ = ["read_texts"]


def read_texts(*paths: str | PathLike[str]) -> pd.DataFrame:
    r"""Read texts that are to be coded, or that are coded.

    Parameters
    ----------
    *paths : path-like
        Plain text files, folders of them (``*.txt``), or REFI-QDA projects (qdpx).

    Returns
    -------
    DataFrame
        One row a text: ``study`` (the case of a project that holds it, else the name of its
        file), ``source`` (name of the file or of the project's source) and ``text``, with line
        ends of one character and no byte order mark, so that places count as in REFI-QDA.

    Raises
    ------
    InputError
        If there is no such file, or a folder without texts.
    ParseError
        If a file is no text.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "lee.txt"
    >>> _ = path.write_bytes(b"\xef\xbb\xbfBurnout.\r\nRest.")
    >>> read_texts(path).iloc[0].to_dict()
    {'study': 'lee', 'source': 'lee.txt', 'text': 'Burnout.\nRest.'}
    """
    rows = [row for path in _expand(map(Path, paths)) for row in _read(path)]
    return pd.DataFrame(rows, columns=["study", "source", "text"]).astype(str)


def _expand(paths: Iterable[Path]) -> list[Path]:
    found = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(path.glob("*.txt"), key=lambda one: natural_key(one.name))
        if not inside:
            raise InputError(f"A folder of texts must hold files *.txt. {str(path)!r} has none.")
        found += inside
    if not found:
        raise InputError("At least 1 file must be named. Got none.")
    return found


def _read(path: Path) -> list[tuple[str, str, str]]:
    data = path.read_bytes() if path.is_file() and not path.stat().st_size else read_bytes(path)
    if looks_like_refi(data, path):
        return frame_texts(read_refi(data, path))
    stranger = next((name for start, name in STRANGERS.items() if data.startswith(start)), "")
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if stranger or is_zip(data) or (b"\0" in data and not is_wide):
        raise ParseError(
            f"{path.name!r} must be plain text. Its content is {stranger or 'binary data'}. "
            f"Save its text as txt in UTF-8."
        )
    try:
        text = data.decode("utf-16" if is_wide else "utf-8")
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise ParseError(
                f"{path.name!r} must be text in UTF-8. Byte {error.start} is not. Save it as UTF-8."
            ) from None
    return [(path.stem, path.name, plain_text(text))]
