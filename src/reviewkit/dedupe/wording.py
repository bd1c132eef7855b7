"""Text as it is compared: markup, scripts, accents, capitals and spellings made alike.

Only what is compared is changed; what is shown stays as it was.  To have a further
script or letter folded, add it to the tables at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import unescape

from reviewkit._core.script import matching_text

# ruff: noqa: RUF001 -- letters that look alike are what this module is about

__all__ = [
    "CONTENT_FREE",
    "OPPOSITES",
    "PARTS",
    "PART_NUMBERS",
    "clean_markup",
    "fold_cached",
    "fold_spelling",
    "fold_text",
    "in_figures",
    "list_words",
    "split_words",
]


def list_words(text: str, sep: str | None = None) -> tuple[str, ...]:
    """Return the words of a text: so a table of words is best written and read."""
    return tuple(text.split(sep))


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,120}>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos);", re.IGNORECASE)
_COMMAND = re.compile(r"\\(?:text\w*|math\w*|emph|it|bf|sub|sup)\b|[{}$\\^]")
_WORD = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")


def clean_markup(text: str) -> str:
    r"""Return text without HTML, XML, entities and LaTeX.

    >>> clean_markup("Effects of CO<sub>2</sub> &amp; <i>H. pylori</i>, p &lt; 0.05")
    'Effects of CO2 & H. pylori, p < 0.05'
    """
    if "&" in text:
        text = unescape(unescape(_ENTITY.sub(lambda found: found[0].lower(), text)))
    if "<" in text:
        text = _TAG.sub("", text)
    if "\\" in text or "$" in text or "{" in text:
        text = _COMMAND.sub("", text)
    return text


def fold_text(text: str) -> str:
    """Return text in lower case and one form of each letter, its punctuation kept.

    >>> fold_text("Überdrüssig: β-Blockers, Łódź"), fold_text("كيفي"), fold_text("ЁЖ")
    ('uberdrussig: beta-blockers, lodz', 'کیفی', 'еж')
    """
    if text.isascii():
        return text.lower()
    return _FOREIGN.sub(_fold_run, text.casefold().translate(_SIGNS))


def _fold_run(found: re.Match[str]) -> str:
    """Return letters beyond ASCII as they are matched; a blank for signs, nothing for accents."""
    run = found[0]
    return matching_text(run) or ("" if all(map(unicodedata.combining, run)) else " ")


def split_words(text: str) -> list[str]:
    """Return the words of folded text, Roman numerals and ordinals as figures.

    A numeral of one letter counts as such after a word as "part", or at the end.

    >>> split_words("type ii diabetes: the 2nd of twelve trials, 1,000 women. part i")
    ['type', '2', 'diabetes', 'the', '2', 'of', 'twelve', 'trials', '1000', 'women', 'part', '1']
    """
    if "," in text:
        text = _THOUSANDS.sub("", text)
    words = _WORD.findall(text)
    for at, word in enumerate(words):
        if word in _CHANGED:
            words[at] = _CHANGED[word]
        elif len(word) == 1 and at and not word.isdigit():
            if word in "ivx" and (at == len(words) - 1 or words[at - 1] in COUNTED):
                words[at] = _ROMAN[word]
            elif words[at - 1] in COUNTED:  # part A is not part B; "a" alone says nothing
                words[at] = f"{word}0"
        elif word[0].isdigit() and word[-2:] in _ORDINALS and word[:-2].isdigit():
            words[at] = word[:-2]
    return words


def fold_spelling(text: str) -> str:
    """Return folded text in one spelling, neither British nor American: long words only.

    >>> fold_spelling("behavioural counselling of hospitalised women with anaemia and diarrhoea")
    'behavioral counseling of hospitalized women with anemia and diarrhea'
    """
    return _SPELT.sub(_respell, text) if _MAY_BE_SPELT.search(text) else text


def _respell(found: re.Match[str]) -> str:
    return _AMERICAN[found[0]]


def in_figures(words: Iterable[str]) -> list[str]:
    """Return words, those that are numbers as figures.

    >>> in_figures(["second", "of", "twelve"])
    ['2', 'of', '12']
    """
    return [_NUMBERS.get(word, word) for word in words]


@lru_cache(maxsize=100_000)
def fold_cached(text: str) -> str:
    """Return :func:`fold_text` of a text that comes again and again, as a journal does."""
    return fold_text(clean_markup(text))


_GREEK = list_words(
    "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu "
    "ν nu ξ xi ο omicron π pi ρ rho σ sigma ς sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega"
)
_GREEK_NAMES = dict(zip(_GREEK[::2], _GREEK[1::2], strict=True))

#: Signs that text for matching would drop, and that tell a title's parts or a word from another.
_SIGNS = str.maketrans(
    {**_GREEK_NAMES, "µ": "mu", **dict.fromkeys("‐‑‒–—―−﹘－", "-"), **dict.fromkeys("’‘ʼ`´′", "'"),
     **dict.fromkeys("“”„«»", '"'), "：": ":", "。": ". ", "（": "(", "）": ")", "［": "[", "］": "]",
     "？": "?", "؟": "?", "؛": ";", "\u200c": ""}
)  # fmt: skip
_FOREIGN = re.compile(r"[^\x00-\x7f]+")

#: Spellings in the middle of words, after two letters or more and before others.
_AMERICAN = {
    "our": "or", "ae": "e", "oe": "e", "isation": "ization", "ising": "izing", "ised": "ized",
    "ise": "ize", "yse": "yze", "ysing": "yzing", "lling": "ling", "lled": "led", "llor": "lor",
    "sulph": "sulf",
}  # fmt: skip
_MAY_BE_SPELT = re.compile("|".join(_AMERICAN))  # a plain search, for most titles have none
_SPELT = re.compile(
    r"(?<=[a-z]{3})our(?=[a-z]|\b)|(?<=[a-z])(?:(?:ae|oe)(?=[a-z]{3})|oe(?=a))|\b(?:ae|oe)(?=[a-z]{4})"
    r"|(?<=[a-z]{4})(?:isation|ising|ised|ise|yse|ysing)|(?<=[a-z]{5})(?:lling|lled|llor)|sulph"
)

_ROMAN = {
    word: str(at)
    for at, word in enumerate(
        list_words("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"), 1
    )
}
_COUNTS = list_words("two three four five six seven eight nine ten eleven twelve")
_RANKS = list_words("first second third fourth fifth sixth seventh eighth ninth tenth")
_NUMBERS = {
    **{word: str(at) for at, word in enumerate(_COUNTS, 2)},
    **{word: str(at) for at, word in enumerate(_RANKS, 1)},
}
#: Words that are read as others: long Roman numerals, and spellings more than a letter apart.
_CHANGED = {
    **{word: number for word, number in _ROMAN.items() if len(word) > 1},
    "programme": "program", "programmes": "programs", "catalogue": "catalog",
}  # fmt: skip
_ORDINALS = frozenset({"st", "nd", "rd", "th"})

#: Words after which a number tells one part of a work from another.
COUNTED = frozenset(
    list_words(
        "part pt parts teil parte partie deel phase type stage study trial chapter section paper "
        "report volume vol no number series grade class level edition book experiment step module "
        "часть قسمت بخش جلد فصل"
    )
)

#: Those of them that, with a number, tell a part of a publication whatever stands beside them.
PARTS = frozenset(list_words("part pt parts teil parte partie deel часть قسمت بخش"))
#: Numbers of parts that are written as words, beside those of :func:`in_figures`.
PART_NUMBERS = frozenset(
    list_words(
        "one eins zwei drei un une deux trois uno una dos tres primera segunda tercera первая "
        "вторая третья اول یکم دوم سوم چهارم یک دو سه"
    )
)

#: Words that a typist or a database leaves out without changing what a title says.
CONTENT_FREE = frozenset(
    list_words(
        "a an the and of in on for to with by at from as its their is are und der die das la le les "
        "el los las de des du en et y para por con в и на و در از به"
    )
)

#: Word beginnings and words that look alike and say the opposite, or another thing; both ways.
OPPOSITES = tuple(
    two
    for pair in list_words(
        "hypo/hyper inter/intra pre/post ante/post anti/pro male/female men/women boys/girls "
        "mono/bi uni/bi micro/macro endo/exo over/under in/out in/ex mother/father low/slow "
        "abduc/adduc absor/adsor ileum/ilium perineal/peroneal prednisone/prednisolone"
    )
    for one in [tuple(pair.split("/"))]
    for two in (one, one[::-1])
)
