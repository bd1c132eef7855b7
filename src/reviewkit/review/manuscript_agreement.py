"""Agreement as prose prints it: coefficients with their values, intervals and stage; scale tables.

Real prose writes "kappa statistic (0.81)", "κ = .70", "k=0.79 (0.73–0.85)" and "Cohen's kappa was
81 %"; scales stand in tables, in sentences, from low to high or from high to low, and a dash may
have become an "e" on the way through a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewkit.sources.manuscript_text import Document, Passage, Sentence

__all__ = ["AgreementMention", "Band", "find_agreement", "find_scale"]

_NUMBER = r"[-−]?(?:\d+(?:[.,·]\d+)?|[.·]\d+)\s*%?"
_NAMES = (
    ("weighted_kappa", r"(?:linear(?:ly)?|quadratic(?:ally)?)?[- ]?weighted (?:cohen[’']?s )?kappa"),
    ("fleiss_kappa", r"fleiss[’']?s? kappa"),
    ("light_kappa", r"light[’']?s kappa"),
    ("cohen_kappa", r"cohen[’']?s? (?:kappa|[kκ]\b|coefficient)"),
    ("gwet_ac1", r"\bAC1\b|gwet[’']?s"),
    ("krippendorff_alpha", r"krippendorff[’']?s?(?: alpha| α)?"),
    ("pabak", r"\bPABAK\b|prevalence[- ]adjusted"),
    ("icc", r"\bICC\b|intra-?class correlation"),
    ("kappa", r"kappas?\b|κ|(?<![\w.])[kK](?=\s*[=≈:]\s*[-−]?[01]?[.·,]\d)"),
    ("percent_agreement",
     r"(?:percent(?:age)?|raw|observed|overall|absolute|proportion(?:ate)?|crude|inter-?rater|reviewer|consensus) (?:of )?agreement|agreement (?:rate|percentage)|agreement(?= (?:was|of|between|reached|at|=)\b[^;]{0,40}?\d\s*%)"),
)  # fmt: skip
_COEFFICIENT = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES), re.IGNORECASE)  # fmt: skip
_VALUE = re.compile(
    rf"(?P<join>[\s\w,:()’'/-]{{0,70}}?(?:=|≈|:|\bof\b|\bwas\b|\bwere\b|\bis\b|\(|\breached\b|\bat\b|\bfor\b[^.;]{{0,40}}?|\bto be\b|\bvalue\b)\s*\(?\s*)(?P<value>{_NUMBER})(?![\d.]*\s*(?:years?|records|articles|studies|abstracts|full))"
)
_INTERVAL = re.compile(
    rf"^\s*[,;(\[]*\s*(?:(?:9\d|99\.\d)\s*%?\s*(?:CI|confidence interval)\s*[:=,]?\s*[(\[]?\s*)?(?P<low>{_NUMBER})\s*(?:-|–|—|−|to|,|;|e)\s*(?P<high>{_NUMBER})\s*[)\]]"
)
_CI = re.compile(rf"(?:9\d|99\.\d)\s*%?\s*(?:CI|confidence interval)[\s:=,(\[]*(?P<low>{_NUMBER})\s*(?:-|–|—|−|to|,|;|e)\s*(?P<high>{_NUMBER})", re.IGNORECASE)  # fmt: skip
_AFTER_VALUE = re.compile(rf"^[\s,(]*(?:and|,|;|/)?\s*(?P<value>{_NUMBER})\s*(?:for|at|in|during)\s+(?:the\s+)?(?P<stage>[^.;,()]{{3,60}})")  # fmt: skip
_FULL = re.compile(
    r"full[- ]?text|full[- ]?article|eligib|second (?:stage|phase|level)", re.IGNORECASE
)
_TITLE = re.compile(
    r"titles?|abstracts?|(?<!full-text )(?<!full text )screening|first (?:stage|phase|level)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(almost perfect|near[- ]perfect|perfect|excellent|very (?:high|good|strong)|substantial|strong|high|good|moderate|fair|slight|weak|minimal|poor|low)\b(?:\s+(?:level of\s+)?(?:inter[- ]?\w+\s+)?(?:agreement|reliability|concordance|consistency))?",
    re.IGNORECASE,
)  # fmt: skip
_N = re.compile(r"(?<![\d.,])(\d[\d,]*)\s+(?:\w+\s){0,2}(?:records|abstracts|articles|titles|papers|citations|studies|full[- ]texts)", re.IGNORECASE)  # fmt: skip


class AgreementMention(NamedTuple):
    """A coefficient and its value as printed."""

    coefficient: str
    value: str
    percent: str
    ci_low: str
    ci_high: str
    stage: str
    label: str
    n: str
    sentence: Sentence
    at: int


def find_agreement(document: Document) -> list[AgreementMention]:
    """Return the coefficients of agreement that sentences print."""
    found: list[AgreementMention] = []
    for sentence in document.sentences():
        if not re.search(
            r"agree|reliab|\bICC\b|kappa|κ|concordan|consisten|inter-?rater|inter-?coder|reviewers?|raters?",
            sentence.text,
            re.IGNORECASE,
        ):
            continue
        if _BAND.search(sentence.text) and len(_BAND.findall(sentence.text)) > 1:
            continue  # a scale, not a result
        for mention in _read_sentence(sentence):
            _add(mention, found)
    return found


def _add(mention: AgreementMention, found: list[AgreementMention]) -> None:
    """Add a mention; one that says the same number again only fills what is blank."""
    for at, other in enumerate(found):
        same = mention.value == other.value or f"{mention.percent}" == f"{other.percent}" != ""
        kappas = {mention.coefficient, other.coefficient} - {"kappa"}
        stages = {mention.stage, other.stage} - {""}
        if same and len(kappas) <= 1 and len(stages) <= 1:
            filled = {
                key: new
                for key, new in mention._asdict().items()
                if new and not getattr(other, key) and isinstance(new, str)
            }
            if other.coefficient == "kappa":
                filled["coefficient"] = mention.coefficient
            found[at] = AgreementMention(**{**other._asdict(), **filled})
            return
    found.append(mention)


def _read_sentence(sentence: Sentence) -> Iterator[AgreementMention]:
    text = sentence.text
    matches = list(_COEFFICIENT.finditer(text))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        rest = text[match.end() : end]
        name = str(match.lastgroup)
        value = _VALUE.match(rest) or re.match(rf"(?P<join>\s*)(?P<value>{_NUMBER})", rest)
        if value is None or not _is_value(name, value["value"]):
            continue
        after = rest[value.end() :]
        yield _make(sentence, match, name, value["value"], rest, after, value.end("join"))
        interval = _INTERVAL.match(after)
        passed = interval.end() if interval else 0
        beyond = re.match(
            r"\s*(?:for|at|in|during)\s+[^.;,()]{3,60}?(?=\s+and\b|,)", after[passed:]
        )
        passed += beyond.end() if beyond else 0
        more = _AFTER_VALUE.match(after[passed:])
        if more and _is_value(name, more["value"]):
            at = value.end() + passed + more.start("value")
            yield _make(sentence, match, name, more["value"], more["stage"], "", at)


def _make(
    sentence: Sentence,
    match: re.Match[str],
    name: str,
    printed: str,
    words: str,
    after: str,
    at: int,
) -> AgreementMention:
    text = sentence.text
    value = printed.strip()
    percent = value if value.endswith("%") else ""
    also = re.match(rf"\s*(?:,?\s*or|\(|,|=|i\.e\.,?)\s*(?P<value>{_NUMBER})", after)
    if also and also["value"].strip().endswith("%") and not percent:
        percent = also["value"].strip()
    interval = _INTERVAL.match(after) or _CI.search(after)
    label = _LABEL.search(text[match.end() :]) or _LABEL.search(text)
    n = _N.search(text)
    return AgreementMention(
        name, "" if name != "percent_agreement" and value.endswith("%") else value, percent,
        interval["low"].strip() if interval else "", interval["high"].strip() if interval else "",
        _find_stage(words, text), label[1].capitalize() if label else "", n[1] if n else "",
        sentence, sentence.start + match.end() + at,
    )  # fmt: skip


def _find_stage(words: str, text: str) -> str:
    for part in (words, text):
        full, title = _FULL.search(part), _TITLE.search(part)
        if full and not title:
            return "full_text"
        if title and not full:
            return "title_abstract"
        if full and title:
            return "title_abstract" if title.start() < full.start() and part is words else ""
    return ""


def _is_value(name: str, printed: str) -> bool:
    """Return whether a number can be such a coefficient: a share, or a percentage."""
    text = printed.strip().replace("−", "-").replace("·", ".").replace(",", ".")
    percent = text.endswith("%")
    try:
        value = float(text.rstrip("% "))
    except ValueError:
        return False
    if name == "percent_agreement":
        return percent and 0 <= value <= 100
    if percent:
        return -100 <= value <= 100
    return -1 <= value <= 1 and ("." in text or value in (0.0, 1.0))


# Scales.

_DASH = r"(?:-|–|—|−|to|e(?=[\d.]))"
_POINT = r"(?:[01](?:[.·,]\d+)?|[.·]\d+)"
_BAND = re.compile(
    rf"(?:(?P<low>{_POINT})\s*{_DASH}\s*(?P<high>{_POINT})"
    rf"|(?P<under>(?:less than|below|under|lower than|<|≤)\s*=?\s*(?P<under_at>{_POINT}))"
    rf"|(?P<over>(?:more than|above|over|greater than|higher than|>|≥)\s*=?\s*(?P<over_at>{_POINT})))",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"^[\s:,=()–—-]*(?:(?:was|were|is|as|indicat\w+|represent\w+|consider\w+|interpret\w+|suggest\w+|denot\w+|signif\w+|regarded)\s+)*(?:as\s+)?(?:an?\s+)?(?P<label>(?:[A-Za-z]+(?:[- ](?:to[- ])?[A-Za-z]+){0,4}))",
)
_BEFORE = re.compile(r"(?P<label>(?:almost |near(?:ly)? |very )?[A-Za-z]+(?: to [A-Za-z]+)?)(?:\s+agreement)?\s*[(\[:]?\s*(?:kappa|κ|k)?\s*$", re.IGNORECASE)  # fmt: skip
_KNOWN = re.compile(r"\b(?:almost perfect|near(?:ly)? perfect|perfect|excellent|very (?:high|good|strong)|substantial|strong|high|good|moderate|fair(?: to good)?|slight|weak|minimal|poor|low|none(?: to slight)?|no)\b", re.IGNORECASE)  # fmt: skip


class Band(NamedTuple):
    """A row of a scale as printed."""

    label: str
    lower: str
    upper: str
    description: str
    printed: str
    passage: Passage
    at: int


def find_scale(document: Document) -> list[Band]:
    """Return the bands of the first scale of agreement: rows of a table, or parts of a sentence."""
    rows: list[Band] = []
    for passage in document.passages:
        if passage.section in ("references", "bibliography"):
            continue
        bands = [band for band in _read_bands(passage) if band.label]
        if len(bands) >= 3:
            return bands
        if len(bands) == 1 and passage.text.strip().startswith(bands[0].printed[:3]):
            rows += bands
        elif rows and len(rows) < 3:
            rows = []
        if len(rows) >= 3 and not bands:
            return rows
    return rows if len(rows) >= 3 else []


def _read_bands(passage: Passage) -> Iterator[Band]:
    text = passage.text
    matches = list(_BAND.finditer(text))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        start = matches[number - 1].end() if number else 0
        after, before = text[match.end() : end], text[start : match.start()]
        label, description = _name_band(before, after)
        if match["low"]:
            ends = sorted((match["low"], match["high"]), key=_as_number)
        elif match["under"]:
            ends = ["", match["under_at"]]
        else:
            ends = [match["over_at"], ""]
        yield Band(label, ends[0], ends[1], description, match[0].strip(), passage, match.start())


def _as_number(text: str) -> float:
    return float(text.replace("·", ".").replace(",", "."))


def _name_band(before: str, after: str) -> tuple[str, str]:
    """Return the label of a band and what describes it."""
    known = list(_KNOWN.finditer(after))
    opened = re.search(r"[(\[]\s*(?:kappa|κ|k)?\s*[=:]?\s*$", before) is not None
    if known and not opened and known[0].start() <= 30:
        label = known[0][0]
        rest = after[known[0].end() :].strip(" ,;.():")
        described = rest if known[0].end() < len(after) and _KNOWN.search(rest) else ""
        return label, re.sub(r"\s*(?:,|;|and)\s*$", "", described)
    last = list(_KNOWN.finditer(before))
    if last and len(before) - last[-1].end() <= 25:
        return last[-1][0], ""
    return "", ""
