"""A review at one moment: hashes of its files, and every number that came of them.

``review.lock`` is a text file that belongs beside a publication.  A later version of the review
is compared with it (:mod:`~reviewkit.review.changes`), also when the old files are gone.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reviewkit._core.errors import InputError, ParseError
from reviewkit.review.numbers import Number, list_numbers
from reviewkit.review.versions import list_versions

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["LOCK", "Snapshot", "lock_review", "read_lock", "take_snapshot"]

#: The name of the file in a review folder.
LOCK = "review.lock"
_FORM = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a review was at one moment."""

    title: str
    inputs: Mapping[str, str]  # file → SHA-256
    numbers: Mapping[str, Number]
    studies: Mapping[str, Mapping[str, tuple[int, int]]]  # outcome → study → events, total
    themes: Mapping[str, tuple[str, ...]]  # theme → studies
    recipes: Mapping[str, str] = field(default_factory=dict)  # outcome → recipe


def take_snapshot(review: Review) -> Snapshot:
    """Return the hashes and numbers of a review."""
    studies = {
        outcome: {
            str(name): (int(x), int(n))
            for name, x, n in zip(
                pooled.to_frame()["study"], pooled.to_frame()["events"], pooled.to_frame()["total"],
                strict=True,
            )
        }
        for outcome, pooled in review.pools.items()
    }  # fmt: skip
    themes = (
        {}
        if review.themes is None
        else {
            str(row["theme"]): tuple(map(str, row["studies"]))
            for row in review.themes.to_frame().to_dict("records")
        }
    )
    return Snapshot(
        title=review.title,
        inputs=MappingProxyType({entry.name: entry.sha256 for entry in review.inputs}),
        numbers=MappingProxyType(list_numbers(review)),
        studies=MappingProxyType(studies),
        themes=MappingProxyType(themes),
        recipes=MappingProxyType({key: pooled.recipe for key, pooled in review.pools.items()}),
    )


def lock_review(review: Review, path: str | PathLike[str] | None = None) -> Path:
    """Write down the hashes of a review's files and all of its numbers.

    Parameters
    ----------
    review : Review
    path : path-like, optional
        By default ``review.lock`` in the folder of the review; what is there is replaced.

    Returns
    -------
    Path
        Of the written file: TOML, the same bytes for the same files and versions.

    Raises
    ------
    InputError
        If `review` is no review.

    Examples
    --------
    >>> import reviewkit as rk
    >>> from tempfile import mkdtemp
    >>> review = rk.open_review(rk.example("burnout-prevalence"))
    >>> path = rk.lock_review(review, Path(mkdtemp()) / "review.lock")
    >>> rk.compare_reviews(path, review).is_same
    True
    """
    if not hasattr(review, "inputs"):
        raise InputError(f"`review` must be a Review. Got {type(review).__name__}. Open one first.")
    path = review.folder / LOCK if path is None else Path(path)
    now = take_snapshot(review)
    lines = [f"form = {_FORM}", f"title = {_text(now.title)}", ""]
    lines += ["[versions]", *(f"{_text(k)} = {_text(v)}" for k, v in list_versions().items()), ""]
    lines += ["[inputs]", *(f"{_text(k)} = {_text(v)}" for k, v in now.inputs.items()), ""]
    for number in now.numbers.values():
        lines += [
            f"[numbers.{_text(number.key)}]", f"part = {_text(number.part)}",
            f"label = {_text(number.label)}", f"value = {_float(number.value)}",
            f"kind = {_text(number.kind)}", "",
        ]  # fmt: skip
    for outcome, rows in now.studies.items():
        lines += [f"[studies.{_text(outcome)}]"]
        lines += [f"{_text(name)} = [{x}, {n}]" for name, (x, n) in rows.items()]
        lines.append("")
    lines += ["[themes]"]
    lines += [f"{_text(k)} = [{', '.join(map(_text, v))}]" for k, v in now.themes.items()]
    lines += ["", "[recipes]", *(f"{_text(k)} = {_text(v)}" for k, v in now.recipes.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def _text(text: str) -> str:
    # JSON and TOML escape alike, but for this one control character.
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _float(value: float) -> str:
    return "nan" if math.isnan(value) else f"{'-' if value < 0 else ''}inf" if math.isinf(value) else repr(float(value))  # fmt: skip


def read_lock(path: str | PathLike[str]) -> Snapshot:
    """Return what :func:`lock_review` wrote.

    Raises
    ------
    InputError
        If there is no such file.
    ParseError
        If it is no lock, or one of a later version.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"There must be a lock at {str(path)!r}. Found nothing. Write one with lock_review."
        )
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        if found.get("form") != _FORM:
            raise ParseError(
                f"{path.name!r} must be a lock of form {_FORM}. Got {found.get('form')!r}. "
                f"Use the version of reviewkit that wrote it."
            )
        return Snapshot(
            title=found["title"],
            inputs=MappingProxyType(found.get("inputs", {})),
            numbers=MappingProxyType(
                {key: Number(key, **cells) for key, cells in found.get("numbers", {}).items()}
            ),
            studies=MappingProxyType(
                {
                    outcome: {name: (int(x), int(n)) for name, (x, n) in rows.items()}
                    for outcome, rows in found.get("studies", {}).items()
                }
            ),
            themes=MappingProxyType({k: tuple(v) for k, v in found.get("themes", {}).items()}),
            recipes=MappingProxyType(found.get("recipes", {})),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, ParseError):
            raise
        raise ParseError(
            f"{path.name!r} must be a lock as lock_review writes it. It is not ({error}). Write it anew."
        ) from None
