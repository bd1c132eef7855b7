"""Appraised studies as a result: item answers, the overall judgement by its rule, the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.appraisal.answers import FORESTS
from reviewkit.appraisal.instruments import Instrument
from reviewkit.appraisal.matching import find_studies, study_names
from reviewkit.appraisal.overall import ORDER, Overall
from reviewkit.appraisal.picturing import list_shown, make_picture
from reviewkit.appraisal.summary_bars import SummaryBars, make_bars
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Appraisal"]


@dataclass(frozen=True, slots=True)
class Appraisal(PicturedResult):
    """Studies with their answers to the items of an instrument; answers are kept, not totals."""

    title: ClassVar[str] = "Appraisal of studies"

    instrument: Instrument
    studies: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]  # by study, then item; "" where there is none
    remarks: tuple[tuple[str, ...], ...] = field(repr=False)
    judged: tuple[str, ...]  # overall, by a person; "" where there is none
    by_rule: Overall
    appraiser: str = ""

    @property
    def rule(self) -> str:
        """The rule of the overall judgement, in words."""
        return self.by_rule.words

    @property
    def n_missing(self) -> int:
        """How many items have no answer, over all studies."""
        return sum(row.count("") for row in self.answers)

    @property
    def overall(self) -> pd.Series[str]:
        """The overall judgement of each study, missing where there is none; see :attr:`rule`."""
        index = pd.Index(self.studies, name="study", dtype="str")
        cells = [judgement or None for judgement in self.by_rule.judgements]
        return pd.Series(cells, index=index, name="overall", dtype="str")

    @property
    def counts(self) -> pd.DataFrame:
        """How many studies have each answer, one row an item: ``item, title``, the answers."""
        names = [answer.name for answer in self.instrument.answers]
        rows = []
        for at, item in enumerate(self.instrument.items):
            column = [row[at] for row in self.answers]
            found = {name: column.count(name) for name in names}
            code = self.instrument.code(item)
            rows.append({"item": code, "title": item.title, **found, "no answer": column.count("")})
        return pd.DataFrame(rows)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of these answers; often nothing."""
        told = []
        if self.n_missing:
            lacking = [f"{study} ({', '.join(names)})" for study, names in self._lacking().items()]
            told.append(
                f"{format_count(self.n_missing)} answers are missing: {list_some(lacking)}."
            )
        blank = self.by_rule.judgements.count("")
        if blank and self.by_rule.rule != "none":
            told.append(f"{blank} of {len(self.studies)} studies have no overall judgement.")
        if self.instrument.overall == "worst" and self.by_rule.rule == "judgement":
            told += self._too_mild()
        return tuple(told)

    def _lacking(self) -> dict[str, list[str]]:
        codes = [self.instrument.code(item) for item in self.instrument.items]
        found = {}
        for study, row in zip(self.studies, self.answers, strict=True):
            names = [code for code, answer in zip(codes, row, strict=True) if not answer]
            if names:
                found[study] = names
        return found

    def _too_mild(self) -> list[str]:
        """Return the studies judged milder overall than their worst domain, as a note."""
        mild = []
        for study, row, judged in zip(self.studies, self.answers, self.judged, strict=True):
            pairs = zip(self.instrument.items, row, strict=True)
            levels = [self.instrument.level(item.id, answer) for item, answer in pairs if answer]
            worst = max(levels, key=ORDER.index, default="low")
            overall = self.instrument.level("overall", judged) or "critical"
            if ORDER.index(overall) < ORDER.index(worst):
                mild.append(study)
        if not mild:
            return []
        return [f"Judged milder overall than their worst domain: {list_some(mild, sep=', ')}."]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: ``study``, one column an item (Q1 …) and ``overall``."""
        codes = [self.instrument.code(item) for item in self.instrument.items]
        cells = [[answer or None for answer in row] for row in self.answers]
        frame = pd.DataFrame(cells, columns=codes, dtype="str")
        frame.insert(0, "study", pd.Series(self.studies, dtype="str"))
        frame["overall"] = self.overall.to_numpy()
        return frame.astype({"overall": "str"})

    def items(self) -> pd.DataFrame:
        """Return one row a study and item: ``study, item, title, judgement, level, note``."""
        rows = [
            {"study": study, "item": item.id, "title": item.title, "judgement": answer or None,
             "level": self.instrument.level(item.id, answer) or None, "note": note or None}
            for study, row, remarks in zip(self.studies, self.answers, self.remarks, strict=True)
            for item, answer, note in zip(self.instrument.items, row, remarks, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows, dtype="str")

    def as_judgements(self, studies: Any = None) -> pd.DataFrame:
        """Return signs for a forest plot: ``study``, one column an item, and ``Overall``.

        Words are those that the plot knows: low, some concerns, high, unclear, not applicable;
        what is worse than high is high there.

        Parameters
        ----------
        studies : pooled result, frame or names, optional
            Only these studies, in this order; each must be appraised.
        """
        rows = self._choose(studies, "error")
        frame = pd.DataFrame({"study": [self.studies[at] for at in rows]}, dtype="str")
        for place, item in list_shown(self):
            levels = [self.instrument.level(item.id, self.answers[at][place]) for at in rows]
            frame[item.title] = [FORESTS.get(level) for level in levels]
        if self.by_rule.rule != "none":
            overall = [self._overall_level(at) for at in rows]
            frame["Overall"] = [FORESTS.get(level) for level in overall]
        return frame.astype("str")

    def as_moderator(
        self, item: str = "overall", *, studies: Any = None, missing: str = "error"
    ) -> pd.Series[str]:
        """Return one answer a study, for a comparison of subgroups or as a filter.

        Parameters
        ----------
        item : str
            "overall", or an item by its number or title.
        studies : pooled result, frame or names, optional
            Whose order to follow; without it, all appraised studies.
        missing : {"error", "keep"}
            Whether a study that is not appraised is an error, or has no value.

        Returns
        -------
        Series
            Index ``study``; missing where there is no answer.

        Raises
        ------
        InputError
            If there is no such item, or studies are not appraised; near misses are named.
        """
        check_choice("missing", missing, ("error", "keep"))
        rows = self._choose(studies, missing)
        if item == "overall":
            column, name = self.by_rule.judgements, "overall"
            if self.by_rule.rule == "none":
                raise InputError(
                    "There is no overall judgement. Give appraise a rule, as in overall='worst', "
                    "or choose an item."
                )
        else:
            found = self.instrument.find_item(item)
            if found is None:
                listed = ", ".join(self.instrument.code(one) for one in self.instrument.items)
                raise InputError(f"`item` must be 'overall' or one of {listed}. Got {item!r}.")
            column = tuple(row[self.instrument.items.index(found)] for row in self.answers)
            name = found.title
        names = study_names(studies) if studies is not None else self.studies
        cells = [(column[at] or None) if at >= 0 else None for at in rows]
        return pd.Series(cells, index=pd.Index(names, name="study"), name=name, dtype="str")

    def summary_bars(self, weights: Any = None) -> SummaryBars:
        """Return the shares of answers to each item as a result with a picture.

        Parameters
        ----------
        weights : pooled result, frame or mapping, optional
            The weight of each study, by name; without it, each counts the same.
        """
        return make_bars(self, weights)

    def _choose(self, studies: Any, missing: str) -> list[int]:
        if studies is None:
            return [*range(len(self.studies))]
        return find_studies(study_names(studies), self.studies, missing=missing)

    def _overall_level(self, at: int) -> str:
        return self.instrument.level("overall", self.by_rule.judgements[at])

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the traffic light: studies by items, with a legend of the answers that are used.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
            All studies on one page; :meth:`save_pages` divides many.
        """
        from reviewkit.present.traffic import draw_traffic

        frame, options = make_picture(self)
        return draw_traffic(frame, ax=ax, width=width, **options)

    def save_pages(
        self, path: str | Path, *, height: float = 235.0, width: float = 174.0, dpi: int = 300
    ) -> list[Path]:
        """Write the traffic light of many studies on pages, as ``name-1.pdf``, ``name-2.pdf`` ….

        Parameters
        ----------
        path : str or Path
            Its ending names the format: svg, pdf or png; one page has this very name.
        height, width : float
            Of a page at most, in mm.
        dpi : int
            Dots per inch, for png.

        Returns
        -------
        list of Path
            Each page has headings and legend; the last has the footer.
        """
        from reviewkit.present.axes import close_axes, save_axes
        from reviewkit.present.traffic import draw_traffic_pages

        frame, options = make_picture(self)
        pages = draw_traffic_pages(frame, height=height, width=width, **options)
        base, written = Path(path), []
        for number, ax in enumerate(pages, start=1):
            name = base if len(pages) == 1 else base.with_stem(f"{base.stem}-{number}")
            try:
                written.append(save_axes(ax, name, dpi=dpi))
            finally:
                close_axes(ax)
        return written

    def summary(self) -> str:
        """Return headline, rule, notes and the table as plain text."""
        notes = [f"Note: {note}" for note in self.notes]
        table = self.to_frame().fillna("–").to_string(index=False)
        return "\n".join([self.title, self._headline(), self.rule, *notes, "", table])

    def _headline(self) -> str:
        count = len(self.studies)
        who = f", by {self.appraiser}" if self.appraiser else ""
        told = "; ".join(f"{word} {n}" for word, n in _tally(self.by_rule.judgements).items())
        overall = f" Overall: {told}." if told else ""
        studies = f"{format_count(count)} {'study' if count == 1 else 'studies'}"
        return f"{studies} by {self.instrument.title}{who}.{overall}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        table = self.to_frame().fillna("–").to_html(border=0, index=False)
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>"
        return f"{head}<p>{escape(self.rule)}</p>{notes}{table}"


def _tally(words: tuple[str, ...]) -> Mapping[str, int]:
    return {word: words.count(word) for word in dict.fromkeys(words) if word}
