"""The numbers that a manuscript prints, proposed for a person to confirm.

:func:`read_manuscript` reads a text, a Word document or a PDF and proposes the tables of
``reported/``: each row with the words that it was taken from and the place where they stand.
A proposal is never more than that.  What reads each table stands in the registry ``READERS`` of
:mod:`~reviewkit.review.manuscript_tables`; one more function there is one more table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.result import Result
from reviewkit.review.manuscript_search import find_search
from reviewkit.review.manuscript_tables import KEEP, LEAVE, READERS, Places, cut_quote
from reviewkit.sources.manuscript_text import read_document

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["Manuscript", "read_manuscript"]


@dataclass(frozen=True, slots=True)
class Manuscript(Result):
    """What a manuscript prints, as proposals.

    Attributes
    ----------
    name : str
        Of the file.
    kind : str
        ``text``, ``docx`` or ``pdf``.
    proposals : mapping of str to DataFrame
        Table of ``reported/`` → rows, all text, with ``use`` ("yes" or "no"), ``where`` and ``quote``.
    search : DataFrame
        What is said of the search: ``field, text, where, quote``.
    """

    title: ClassVar[str] = "Numbers of a manuscript, proposed"

    name: str
    kind: str
    proposals: Mapping[str, pd.DataFrame] = field(repr=False, compare=False)
    search: pd.DataFrame = field(repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a proposal: ``proposal, table, use, what, value, where, quote``.

        `proposal` is its name, as ``flow:3``; change `use` and hand the frame to
        :meth:`with_choices`.
        """
        rows = []
        for table, frame in self.proposals.items():
            what, value = _TELL.get(table, ("", ""))
            for number, row in enumerate(frame.to_dict("records"), 1):
                rows.append(
                    {
                        "proposal": f"{table}:{number}", "table": table, "use": row["use"],
                        "what": row.get(what, ""), "value": row.get(value, ""),
                        "where": row["where"], "quote": row["quote"],
                    }
                )  # fmt: skip
        columns = ["proposal", "table", "use", "what", "value", "where", "quote"]
        return pd.DataFrame(rows, columns=columns, dtype=object)

    def with_choices(self, choices: pd.DataFrame) -> Manuscript:
        """Return the manuscript with other choices.

        Parameters
        ----------
        choices : DataFrame
            With ``proposal`` and ``use``; proposals that it does not name stay as they are.

        Returns
        -------
        Manuscript

        Raises
        ------
        InputError
            If a proposal is not known, or ``use`` is neither yes nor no.
        """
        check_columns(choices.columns, {"proposal": "proposal", "use": "use"})
        wanted = {str(name): str(use).strip().casefold() for name, use in zip(choices["proposal"], choices["use"], strict=True)}  # fmt: skip
        known = set(self.to_frame()["proposal"])
        strangers = sorted(set(wanted) - known)
        wrong = sorted({use for use in wanted.values() if use not in (KEEP, LEAVE)})
        if strangers or wrong:
            raise InputError(
                f"`choices` must name proposals of this manuscript and say yes or no. Got "
                f"{list_some([*map(repr, strangers), *map(repr, wrong)])}. See to_frame()."
            )
        tables = {}
        for table, frame in self.proposals.items():
            use = [wanted.get(f"{table}:{n}", old) for n, old in enumerate(frame["use"], 1)]
            tables[table] = frame.assign(use=use)
        return replace(self, proposals=MappingProxyType(tables))

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write a review folder from what is chosen, and all proposals beside it.

        Parameters
        ----------
        folder : path-like
            Made where it is not there; it must hold no review yet.

        Returns
        -------
        Path
            Of the folder: ``review.toml``, ``reported/*.csv``, and ``proposals.csv`` with every
            proposal, its quote and its place.

        Raises
        ------
        InputError
            If the folder holds a review already.
        """
        from reviewkit.sources.spreadsheet import write_table

        path = Path(folder)
        if (path / "review.toml").exists() or (path / "reported").exists():
            raise InputError(
                f"The folder must hold no review yet. {str(path)!r} does. Name another folder."
            )
        (path / "reported").mkdir(parents=True)
        (path / "review.toml").write_text(_write_settings(self), encoding="utf-8", newline="\n")
        for table, frame in self.proposals.items():
            chosen = frame[frame["use"] == KEEP].drop(columns="use")
            if len(chosen):
                write_table(chosen, path / "reported" / f"{table}.csv")
        write_table(self.to_frame(), path / "proposals.csv")
        return path

    def review(self) -> Review:
        """Return the review that the chosen proposals make, ready to be audited."""
        from reviewkit.review.folder import open_review

        with TemporaryDirectory(prefix="reviewkit-") as place:
            found = open_review(self.save(Path(place) / Path(self.name).stem), broken="report")
        return replace(found, folder=Path(Path(self.name).stem))

    def _headline(self) -> str:
        told = [
            f"{table}: {int((frame['use'] == KEEP).sum())} of {len(frame)}"
            for table, frame in self.proposals.items()
        ]
        return (
            f"{self.name}: {', '.join(told) or 'no number was found'} proposed. Confirm each "
            f"against its quote."
        )


def read_manuscript(path: str | PathLike[str]) -> Manuscript:
    r"""Propose the reported numbers of a manuscript, each with its quote and place.

    Parameters
    ----------
    path : path-like
        Plain text, docx, or a PDF with a text layer (which needs ``reviewkit[docs-in]``).

    Returns
    -------
    Manuscript
        Proposals for the flow, agreement and its scale, percentages, groups of studies, tables of
        studies, sentences about tables, pooled results and the search.  Where several numbers
        claim one box of the flow, those that add up best say ``use = yes``, the others ``no``.

    Raises
    ------
    InputError
        If there is no such file, or reading a PDF is not installed.
    ParseError
        If the file is none of these, or holds no text.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "paper.txt"
    >>> _ = path.write_text("Methods\n\nWe screened 243 abstracts and excluded 222. "
    ...                     "Agreement was high (kappa = 0.81).")
    >>> found = read_manuscript(path)
    >>> found.to_frame()[["what", "value", "where"]].to_numpy().tolist()
    [['screened', '243', 'Methods, line 3'], ['excluded', '222', 'Methods, line 3'], ['kappa', '0.81', 'Methods, line 3']]
    """
    document = read_document(path)
    places = Places(document)
    tables = {}
    for name, read in READERS.items():
        rows = read(document, places)
        if rows:
            frame = pd.DataFrame(rows, dtype=object).fillna("")
            tables[name] = frame
    said = [
        {
            "field": mention.field, "text": mention.text,
            "where": places.tell(mention.sentence.passage, mention.sentence.start),
            "quote": cut_quote(mention.sentence.text),
        }
        for mention in find_search(document)
    ]  # fmt: skip
    search = pd.DataFrame(said, columns=["field", "text", "where", "quote"], dtype=object)
    return Manuscript(document.name, document.kind, MappingProxyType(tables), search)


def _write_settings(manuscript: Manuscript) -> str:
    """Return a ``review.toml`` with what the manuscript says of its search."""

    def said(name: str) -> list[str]:
        frame = manuscript.search
        return list(dict.fromkeys(frame.loc[frame["field"] == name, "text"]))

    lines = [f"title = {_quote(Path(manuscript.name).stem)}", "", "[search]"]
    for name in ("databases", "languages", "keywords"):
        if found := said(name):
            lines.append(f"{name} = [{', '.join(map(_quote, found))}]")
    for name in ("window", "last_searched"):
        if found := said(name):
            lines.append(f"{name} = {_quote(found[0])}")
    for text in said("strings"):
        lines += ["", "[[search.strings]]", 'database = ""', f"text = {_quote(text)}"]
    return "\n".join(lines) + "\n"


def _quote(text: Any) -> str:
    return json.dumps(str(text), ensure_ascii=False)


#: Column that says what a row is, and column of its number, for :meth:`Manuscript.to_frame`.
_TELL: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "flow": ("box", "n"),
        "agreement": ("coefficient", "value"),
        "scale": ("label", "printed"),
        "percentages": ("set", "percent"),
        "groups": ("group", "n"),
        "rows": ("study", "n"),
        "claims": ("references", ""),
        "pools": ("outcome", "estimate"),
    }
)
