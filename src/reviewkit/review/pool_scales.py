"""Scales on which prevalences are pooled, and the words that papers use for a recipe.

A word may mean several choices of the library ("arcsine" is used for the double arcsine too); one
that is not known means nothing, and is held against nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

__all__ = ["SCALES", "WORDS", "find_scale", "read_choice"]


def find_scale(text: str) -> str | None:
    """Return the scale that a word for a transformation means; None if it is not known.

    >>> find_scale("Freeman–Tukey double arcsine"), find_scale("PLOGIT"), find_scale("by hand")
    ('arcsine', 'logit', None)
    """
    found = read_choice("transform", text)
    names = {"arcsine" if name == "freeman-tukey" else name for name in found}
    return names.pop() if len(names) == 1 else None


def read_choice(kind: str, text: str) -> frozenset[str]:
    """Return the choices that a word may mean; none if it is not known.

    >>> sorted(read_choice("tau2", "restricted maximum likelihood")), read_choice("ci", "95 %")
    (['REML'], frozenset())
    """
    plain = " ".join(re.sub(r"[-–—\u2010_/]+", " ", text.casefold()).split())
    for pattern, meant in WORDS[kind]:
        if plain and pattern.search(plain):
            return frozenset(meant.split())
    return frozenset()


def _logit(p: float) -> float:
    return math.log(p / (1 - p)) if 0 < p < 1 else _no_place(p)


def _log(p: float) -> float:
    return math.log(p) if p > 0 else _no_place(p)


def _arcsine(p: float) -> float:
    return math.asin(math.sqrt(min(max(p, 0.0), 1.0)))


def _no_place(p: float) -> float:
    raise ValueError(f"{p} has no place on this scale")


def _words(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), meant) for pattern, meant in pairs)


#: Scales on which an interval may be symmetric.  The double arcsine is the arcsine but for n.
SCALES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {"logit": _logit, "log": _log, "arcsine": _arcsine, "raw": float}
)
#: Kind of choice → words for it, the first that fits, and the choices of the library they may mean.
WORDS: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = MappingProxyType(
    {
        "model": _words(
            (r"glmm|mixed|binomial normal|logistic", "glmm"),
            (r"beta", "beta-binomial"),
            (r"fixed|common", "common"),
            (r"random", "random"),
        ),
        "transform": _words(
            (r"double|freeman|tukey|\bfta?\b|\bpft\b", "freeman-tukey"),
            (r"square root|sqrt|single|\bpas\b", "arcsine"),
            (r"arc ?sin|angular", "arcsine freeman-tukey"),
            (r"logit|log odds|\bplo\b", "logit"),
            (r"\blog|\bpln\b|\bln\b", "log"),
            (r"\bp?raw\b|\bnone\b|untransformed|identity|no transformation", "raw"),
        ),
        "tau2": _words(
            (r"reml|restricted|residual", "REML"),
            (r"\bdl\b|dersimonian|\bd ?[&+] ?l\b|\bd l\b", "DL"),
            (r"\bpm\b|paule|\beb\b|empirical bayes", "PM EB"),
            (r"\bml\b|maximum likelihood", "ML"),
            (r"\bhe\b|\bho\b|hedges|cochran", "HE"),
            (r"\bhsk?\b|hunter", "HS"),
            (r"\bsj\b|sidik", "SJ"),
        ),
        "ci": _words(
            (r"(?:ad ?hoc|modified).*(?:hk|knapp)|(?:hk|knapp).*(?:ad ?hoc|modified)", "HK-adhoc"),
            # Some programs widen it where it is narrower than the classic one, and do not say so.
            (r"\bhk|knapp|hartung|knha", "HK HK-adhoc"),
            (r"wald|normal|classic|\bz\b", "z"),
            (r"\bt\b|student", "t"),
        ),
    }
)
