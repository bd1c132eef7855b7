"""How alike codes are: by their wording, and by the words that are coded with them.

Wording is the cosine of TF-IDF weights over character trigrams within words, after case
and dashes are taken off: it finds other endings, other order and slips of the pen in any
script.  Meaning is the cosine of TF-IDF weights over the words of all text that bears a
code.  Both are sparse and go in blocks, so that 5,000 codes are a matter of seconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = [
    "Pairs",
    "Space",
    "compare_texts",
    "compare_words",
    "find_pairs",
    "plain_words",
    "read_pairs",
]

_BLOCK = 512
_DASHES = re.compile(r"[\W_]+")
_COMMON = 0.2  # a word in more texts than this share tells little, and costs most
_FEW = 25  # texts, up to which no word is too common

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Space(NamedTuple):
    """Codes as rows of unit length; a row of zeros is not known."""

    rows: csr_matrix
    terms: NDArray[Any]
    known: NDArray[np.bool_]


class Pairs(NamedTuple):
    """Pairs of codes, the left before the right, and how alike they are."""

    left: IntArray
    right: IntArray
    score: FloatArray


def plain_words(text: str) -> str:
    """Return a text as words without case, dashes and marks.

    >>> plain_words("Burn–out (Work-related)")
    'burn out work related'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _DASHES.sub(" ", folded).strip() or folded.strip()


def compare_words(labels: Sequence[str]) -> Space:
    """Return labels by their character trigrams."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True, lowercase=False,
        dtype=np.float32, preprocessor=None,
    )  # fmt: skip
    words = [plain_words(label) or label for label in labels]
    rows = made.fit_transform(words)
    return Space(rows, made.get_feature_names_out(), np.ones(len(labels), dtype=bool))


def compare_texts(texts: Sequence[str]) -> Space | None:
    """Return what is coded by its words; None where no text holds a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    plain = [plain_words(text) if text.strip() else "" for text in texts]
    filled = sum(map(bool, plain))
    most = max(_FEW, int(_COMMON * filled))
    made = TfidfVectorizer(
        token_pattern=r"\S+", sublinear_tf=True, lowercase=False, dtype=np.float32, max_df=most
    )
    try:
        rows = made.fit_transform(plain)
    except ValueError:  # no word at all
        return None
    return Space(rows, made.get_feature_names_out(), np.diff(rows.indptr) > 0)


def find_pairs(space: Space, least: float) -> Pairs:
    """Return all pairs that are at least so alike."""
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    turned = space.rows.T.tocsr()
    for start in range(0, space.rows.shape[0], _BLOCK):
        block = (space.rows[start : start + _BLOCK] @ turned).tocoo()
        left, right = block.row.astype(np.int64) + start, block.col.astype(np.int64)
        kept = (left < right) & (block.data >= least - 1e-6)
        found.append((left[kept], right[kept], block.data[kept].astype(float)))
    left, right, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Pairs(left, right, np.minimum(score, 1.0))


def read_pairs(space: Space | None, left: IntArray, right: IntArray) -> FloatArray:
    """Return how alike these pairs are, NaN where one of them is not known."""
    if space is None or not left.size:
        return np.full(left.size, np.nan)
    parts = [
        np.asarray(
            space.rows[left[at : at + 4096]].multiply(space.rows[right[at : at + 4096]]).sum(axis=1)
        ).ravel()
        for at in range(0, left.size, 4096)
    ]
    scores: FloatArray = np.minimum(np.concatenate(parts).astype(float), 1.0)
    scores[~(space.known[left] & space.known[right])] = np.nan
    return scores


def shared_terms(space: Space, left: int, right: int, most: int = 3) -> list[str]:
    """Return the terms that make two rows alike, the weightiest first."""
    both = space.rows[[left]].multiply(space.rows[[right]]).tocoo()
    order = np.lexsort((space.terms[both.col].astype(str), -both.data))
    return [str(space.terms[both.col[at]]) for at in order[:most]]
