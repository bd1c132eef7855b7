"""The model behind learned codes: what it is given, how it is fitted, scored and asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit.coding.inputs import take_segments
from reviewkit.coding.labels import natural_key
from reviewkit.coding.likeness import plain_words
from reviewkit.coding.proposals import Text
from reviewkit.coding.rules import require_columns
from reviewkit.coding.sentences import find_sentences

__all__ = [
    "Coded", "Guess", "Learned", "fit_codes", "guess_codes", "score_code", "split_codes",
    "take_coded", "validate",
]  # fmt: skip

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_FEWEST_STUDIES = 3
_FEWEST_TEXTS = 30


class Learned(NamedTuple):
    """What is known of one code, from studies that its model did not see."""

    code: str
    n_texts: int
    n_studies: int
    precision: float
    recall: float
    f1: float
    average_precision: float
    prevalence: float  # the average precision of guessing
    proposed: bool


class Guess(NamedTuple):
    """A sentence that a code is proposed for."""

    study: str
    code: str
    text: str
    source: str
    start: int
    end: int
    probability: float


class Coded(NamedTuple):
    """Distinct coded texts, their studies, and the codes of each."""

    texts: list[str]
    studies: list[str]
    codes: list[str]
    marks: BoolArray  # (texts, codes)


def take_coded(segments: pd.DataFrame) -> Coded:
    """Return the distinct coded texts; refuse where these are too few to learn from."""
    require_columns(segments, ("study", "code", "text"), "`segments`")
    studies, codes = take_segments(segments)
    words = [text if isinstance(text, str) else "" for text in segments["text"].tolist()]
    units: dict[tuple[str, str], set[str]] = {}
    for study, code, text in zip(studies, codes, words, strict=True):
        if plain_words(text):
            units.setdefault((study, plain_words(text)), set()).add(code)
    names = sorted({code for found in units.values() for code in found}, key=natural_key)
    place = {name: at for at, name in enumerate(names)}
    marks = np.zeros((len(units), len(names)), dtype=bool)
    for row, found in enumerate(units.values()):
        marks[row, [place[code] for code in found]] = True
    behind = [study for study, _ in units]
    if len(units) < _FEWEST_TEXTS or len({*behind}) < _FEWEST_STUDIES:
        raise InputError(
            f"To learn codes, {_FEWEST_TEXTS} distinct texts of {_FEWEST_STUDIES} studies must be "
            f"coded. Got {len(units)} of {len({*behind})}. Code more by hand, or use keywords "
            f"(code_segments)."
        )
    return Coded([text for _, text in units], behind, names, marks)


def split_codes(coded: Coded, min_texts: int) -> tuple[list[int], tuple[tuple[str, int, int], ...]]:
    """Return the codes that there is enough of, and the others with their counts."""
    studies = np.array(coded.studies)
    kept, few = [], []
    for at, code in enumerate(coded.codes):
        own = coded.marks[:, at]
        n_studies = len({*studies[own].tolist()})
        if own.sum() >= min_texts and n_studies >= _FEWEST_STUDIES and not own.all():
            kept.append(at)
        else:
            few.append((code, int(own.sum()), n_studies))
    if len(kept) < 2:
        most = max((n for _, n, _ in few), default=0)
        raise InputError(
            f"To learn codes, 2 or more must have {min_texts} distinct texts in {_FEWEST_STUDIES} "
            f"studies. {len(kept)} do; the most of the others is {most}. Code more by hand, lower "
            f"`min_texts`, or use keywords (code_segments)."
        )
    return kept, tuple(few)


def fit_codes(texts: Sequence[str], marks: BoolArray) -> Any:
    """Return a model of all codes, one logistic regression each."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(
        token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True, preprocessor=plain_words
    )
    one = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", random_state=0)
    return make_pipeline(words, OneVsRestClassifier(one)).fit([*texts], marks.astype(int))


def validate(coded: Coded, marks: BoolArray, folds: int) -> FloatArray:
    """Return the probability of each code for each text, from models that saw none of its study."""
    from sklearn.model_selection import GroupKFold

    seen = np.zeros(marks.shape)
    for train, test in GroupKFold(folds).split(coded.texts, groups=coded.studies):
        both = marks[train].any(axis=0) & ~marks[train].all(
            axis=0
        )  # else there is nothing to learn
        if both.any():
            model = fit_codes([coded.texts[at] for at in train], marks[train][:, both])
            found = np.asarray(model.predict_proba([coded.texts[at] for at in test]))
            # Of a single code, the classifier gives both answers.
            seen[np.ix_(test, both)] = found[:, -1:] if both.sum() == 1 else found
    return seen


def score_code(
    code: str, marks: BoolArray, seen: FloatArray, studies: Sequence[str], least: float
) -> Learned:
    """Return what a code's model earns, from probabilities that did not see the texts."""
    from sklearn.metrics import average_precision_score

    said = seen >= least
    hits = int((said & marks).sum())
    precision = hits / int(said.sum()) if said.any() else 0.0
    recall = hits / int(marks.sum())
    f1 = 2 * hits / int(said.sum() + marks.sum())
    average = float(average_precision_score(marks, seen))
    prevalence = float(marks.mean())
    behind = len({study for study, mark in zip(studies, marks, strict=True) if mark})
    better = average > prevalence and f1 > 0
    return Learned(
        code, int(marks.sum()), behind, precision, recall, f1, average, prevalence, better
    )


def guess_codes(
    model: Any, codes: Sequence[str], proposed: set[str], texts: Sequence[Text], least: float
) -> tuple[Guess, ...]:
    """Return the sentences and codes that are at least so probable."""
    places = [
        (text, start, end)
        for text in texts
        for start, end in find_sentences(text.text)
        if plain_words(text.text[start:end])
    ]
    if not places:
        return ()
    chances = np.asarray(model.predict_proba([text.text[a:b] for text, a, b in places]))
    found = []
    for (text, start, end), row in zip(places, chances.tolist(), strict=True):
        words = " ".join(text.text[start:end].split())
        found += [
            Guess(text.study, code, words, text.source, start, end, chance)
            for code, chance in zip(codes, row, strict=True)
            if chance >= least and code in proposed
        ]
    return tuple(found)
