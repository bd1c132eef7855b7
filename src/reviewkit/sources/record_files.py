"""The files that a call means: named ones, all of a folder, all that fit a pattern.

What lies in a folder without being an export (hidden files, lock files of an office program,
what a system leaves behind) is passed over, and named.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from glob import glob, has_magic
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from reviewkit._core.errors import InputError

__all__ = ["Found", "find_files"]

_LEFT_BEHIND = frozenset(["thumbs.db", "desktop.ini", "icon\r"])


class Found(NamedTuple):
    """A file, how it is called in results, and whether the caller named it."""

    path: Path
    label: str
    is_named: bool


def find_files(paths: Sequence[str | PathLike[str]]) -> tuple[list[Found], list[str]]:
    """Return the files of paths in their order, those of a folder by name; and the passed over.

    Raises
    ------
    InputError
        If a path leads nowhere, or no file is found at all.
    """
    found: dict[Path, Found] = {}
    passed: list[str] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            entries = [(entry, entry.relative_to(path)) for entry in _walk(path)]
        elif path.exists():
            found.setdefault(path.resolve(), Found(path, path.name, True))
            continue
        elif has_magic(os.fspath(path)):
            names = sorted(glob(os.fspath(path), recursive=True))
            entries = [
                (Path(name), Path(Path(name).name)) for name in names if Path(name).is_file()
            ]
            if not entries:
                raise InputError(f"Some file must fit the pattern {str(given)!r}. None does.")
        else:
            raise InputError(
                f"There must be a file or folder at {str(given)!r}. Found nothing. "
                f"Check the name and the folder."
            )
        for entry, label in entries:
            if _is_left_behind(label):
                passed.append(label.as_posix())
            else:
                found.setdefault(entry.resolve(), Found(entry, label.as_posix(), False))
    if not found:
        listed = ", ".join(repr(str(path)) for path in paths) or "no path at all"
        raise InputError(
            f"`paths` must lead to one file of records or more. Got {listed}, with "
            f"{f'{len(passed)} hidden files' if passed else 'no file'}. Give a file or a folder."
        )
    return _tell_apart(list(found.values())), passed


def _walk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _is_left_behind(label: Path) -> bool:
    """Return whether a file is no export: hidden, a lock, or left by a system."""
    return (
        any(part.startswith(".") or part == "__MACOSX" for part in label.parts)
        or label.name.startswith("~$")
        or label.name.casefold() in _LEFT_BEHIND
    )


def _tell_apart(found: list[Found]) -> list[Found]:
    """Return files with labels that differ: with as many folders as that takes."""
    depth = 1
    while depth < 20:
        counts = Counter(file.label for file in found)
        if max(counts.values()) == 1:
            return found
        depth += 1
        found = [
            file
            if counts[file.label] == 1
            else file._replace(label="/".join(file.path.resolve().parts[-depth:]))
            for file in found
        ]
    return [file._replace(label=str(file.path.resolve())) for file in found]
