"""Codes learned from the part that is coded, and proposed for the rest, with the score they earn.

One logistic regression a code over TF-IDF weights of words and pairs of words.  It is
scored on studies that it did not see, for two sentences of one study are alike for other
reasons than their code.  Where too little is coded, nothing is learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number
from reviewkit._core.result import Result
from reviewkit.coding.code_models import (
    Guess,
    Learned,
    fit_codes,
    guess_codes,
    score_code,
    split_codes,
    take_coded,
    validate,
)
from reviewkit.coding.labels import count_of
from reviewkit.coding.proposals import PROPOSAL, take_texts

__all__ = ["LearnedProposals", "propose_codes"]

_CODER = "learned"
_MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class LearnedProposals(Result):
    """Sentences that a model proposes codes for; a person has yet to look at them."""

    title: ClassVar[str] = "Codes proposed by a model"

    guesses: tuple[Guess, ...]
    learned: tuple[Learned, ...]
    left_out: tuple[tuple[str, int, int], ...]  # code, texts, studies: too few to learn from
    n_coded: int
    n_studies: int
    folds: int
    least: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a proposal, as segments, with ``probability, code_f1`` and ``status``."""
        frame = pd.DataFrame([*self.guesses], columns=[*Guess._fields])
        for name in ("study", "code", "text", "source"):
            frame[name] = pd.Series([cell or np.nan for cell in frame[name].tolist()], dtype=str)
        for name in ("start", "end"):
            frame[name] = frame[name].astype("Int64")
        frame.insert(2, "coder", pd.Series([_CODER] * len(frame), dtype=str))
        score = {one.code: one.f1 for one in self.learned}
        frame["code_f1"] = pd.Series([score[code] for code in frame["code"]], dtype=float)
        return frame.assign(status=pd.Series([PROPOSAL] * len(frame), dtype=str))

    def scores(self) -> pd.DataFrame:
        """Return one row a code, with its scores on studies that its model did not see.

        ``average_precision`` is to be held against ``prevalence``, which guessing reaches; a
        code that does not surpass it is not proposed.  Codes with too few texts have no scores.
        """
        rows = [*self.learned]
        nan = float("nan")
        rows += [Learned(*one, nan, nan, nan, nan, nan, False) for one in self.left_out]
        return pd.DataFrame(rows, columns=[*Learned._fields])

    def summary(self) -> str:
        """Return headline, scores and the first proposals as plain text."""
        scores = self.scores().to_string(float_format="{:.3f}".format, max_rows=_MOST_ROWS)
        table = self.to_frame()[["study", "code", "text", "probability"]]
        listed = table.to_string(max_rows=_MOST_ROWS, max_colwidth=60)
        return f"{self.title}\n{self._headline()}\n\n{scores}\n\n{listed}"

    def _headline(self) -> str:
        mean = float(np.mean([one.f1 for one in self.learned]))
        idle = sum(not one.proposed for one in self.learned)
        told = f" {idle} of them no better than guessing, and not proposed." if idle else ""
        few = f" Too few texts: {count_of(len(self.left_out), 'code')}." if self.left_out else ""
        return (
            f"{count_of(len(self.guesses), 'proposal')}. Learned {len(self.learned)} codes from "
            f"{format_count(self.n_coded)} coded texts of {self.n_studies} studies; mean F1 "
            f"{format_number(mean, 2)} in {self.folds}-fold cross-validation by study.{told}{few}"
        )


def propose_codes(
    segments: pd.DataFrame, findings: pd.DataFrame | Mapping[str, str] | str, *,
    least: float = 0.5, min_texts: int = 10, folds: int = 5,
) -> LearnedProposals:  # fmt: skip
    """Learn codes from what is coded, and propose them for sentences of other texts.

    Parameters
    ----------
    segments : DataFrame
        The coded part: ``study``, ``code`` and ``text``.
    findings : DataFrame, mapping or str
        Texts to propose codes for, as for :func:`code_segments`.
    least : float in (0, 1), default 0.5
        Least probability of a proposal.
    min_texts : int, default 10
        Distinct coded texts that a code must have, in 3 studies or more, to be learned.
    folds : int, default 5
        Parts of the cross-validation; all texts of a study are in one part.

    Returns
    -------
    LearnedProposals
        One row a sentence and code, marked as proposals; ``scores()`` has what each code's
        model earns on studies that it did not see.

    Raises
    ------
    InputError
        If a column is missing or an option is out of range; if fewer than 30 distinct texts
        of 3 studies are coded, or fewer than 2 codes have `min_texts` texts in 3 studies.

    Notes
    -----
    What nobody coded is no example of anything: the model tells codes apart, and does not
    know when a sentence deserves none.

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: machine learning in Python. *Journal of Machine
    Learning Research*, 12, 2825-2830.

    Examples
    --------
    >>> words = {"Rest": "rest sleep weekend holiday pause", "Load": "caseload hours overtime duty shift"}
    >>> rows = [(f"Study {n % 6}", code, f"{text.split()[n % 5]} {text.split()[(n + 1) % 5]} case {n}")
    ...         for n in range(20) for code, text in words.items()]
    >>> coded = pd.DataFrame(rows, columns=["study", "code", "text"])
    >>> found = propose_codes(coded, {"New": "The caseload and the hours grew."})
    >>> found.to_frame()[["study", "code", "status"]].to_numpy().tolist()
    [['New', 'Load', 'proposal']]
    >>> found.scores()[["code", "n_texts", "f1"]].to_numpy().tolist()
    [['Load', 20, 1.0], ['Rest', 20, 1.0]]
    """
    if not 0 < least < 1:
        raise InputError(f"`least` must lie between 0 and 1. Got {least!r}.")
    if folds < 2 or min_texts < 2:
        raise InputError(
            f"`folds` and `min_texts` must be 2 or more. Got {folds!r} and {min_texts!r}."
        )
    coded = take_coded(segments)
    texts = take_texts(findings)
    kept, left_out = split_codes(coded, min_texts)
    marks = coded.marks[:, kept]
    codes = [coded.codes[at] for at in kept]
    folds = min(folds, len({*coded.studies}))
    seen = validate(coded, marks, folds)
    learned = tuple(
        score_code(code, marks[:, at], seen[:, at], coded.studies, least)
        for at, code in enumerate(codes)
    )
    model = fit_codes(coded.texts, marks)
    guesses = guess_codes(model, codes, {one.code for one in learned if one.proposed}, texts, least)
    n_studies = len({*coded.studies})
    return LearnedProposals(guesses, learned, left_out, len(coded.texts), n_studies, folds, least)
