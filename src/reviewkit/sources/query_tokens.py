"""A line of a search string, cut into words, phrases, operators and tags.

Each thing that a platform writes in its own way has a method here that either takes it at the
present place or leaves it.  Tags of other platforms are understood and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from reviewkit.sources.query_combined import read_limit, read_sets
from reviewkit.sources.query_fields import TAGS, Tag, find_tag
from reviewkit.sources.query_platforms import PLATFORMS
from reviewkit.sources.query_problems import Problems
from reviewkit.sources.query_tree import WILDCARD, LineRef, Node, Term
from reviewkit.sources.query_values import read_years, respell_wildcards

__all__ = ["Token", "cut_line"]

_NEXT = re.compile(r"\s*(\w+|[().])")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r'[^\s()"\[\]{}“”„‟«»]+')
_QUOTES = {"“": "”“", "”": "”“", "„": "“”", "‟": "”", "«": "»"}
_BRACKET = re.compile(r"\[\s*([^\[\]:]*?)\s*(?:(:noexp)|:\s*~\s*(\d+))?\s*\]", re.IGNORECASE)
_PREFIX = re.compile(r"([A-Za-z]{2,4})\s*=\s*")
_FUNCTION = re.compile(r"([A-Z][A-Z-]+)\s*(?=\()")
_PUBYEAR = re.compile(r"PUBYEAR\s*(>|<|=|AFT|BEF|IS)\s*(\d{4})", re.IGNORECASE)
_SUFFIX = re.compile(
    r"\.\s*(\(sa_year\)|limit|[a-z]{2}(?:\s*,\s*[a-z]{2})*)\s*(?:\.|(?=[\s)]|$))", re.IGNORECASE
)
_HEADING = re.compile(
    r'(?!(?:and|or|not)\s)(exp\s+)?(\*)?(?:"([^"]+)"|((?:(?!\s(?:and|or|not)\s)[^()"/\[\]]){1,200}?))/(?=[\s)]|$)',
    re.IGNORECASE,
)
_SETS = re.compile(r"(or|and)/(\d+(?:\s*[-,]\s*\d+)*)", re.IGNORECASE)
_LIMIT = re.compile(r"limit\s+(\d+)\s+to\s+(.+)", re.IGNORECASE)
_CODE = re.compile(r'([A-Z]{2})\s+(?=[(“"\w])')
_NEAR = re.compile(r"(?:NEAR(?:/(\d+))?|W/(\d+)|(PRE|NEXT)/(\d+))$", re.IGNORECASE)
_ADJ = re.compile(r"ADJ(\d*)$", re.IGNORECASE)
_WITHIN = re.compile(r"([NWnw])(\d{1,3})$")
_DATES = re.compile(
    r'"?(\d{4})[\d/]*"?\s*(?:\[[^\]]*\]\s*)?:\s*"?(\d{4})[\d/]*"?\s*\[\s*([^\]]*?)\s*\]'
)


class Token(NamedTuple):
    """A piece of a line: `kind` is one of ( ) words phrase operator near prefix suffix node."""

    kind: str
    text: str
    at: int
    tag: Tag | None = None
    distance: int = 0
    ordered: bool = False
    node: Node | None = None


def cut_line(text: str, platform: str, problems: Problems) -> list[Token]:
    """Return the tokens of one line; what is wrong with it goes to `problems`."""
    return _Cutter(text, platform, problems).run()


class _Cutter:
    """One pass over one line."""

    def __init__(self, text: str, platform: str, problems: Problems) -> None:
        self.text, self.platform, self.problems = text, platform, problems
        self.at, self.tokens = 0, list[Token]()
        self.only_numbers = not re.search(r"[^\W\d_]", re.sub(r"(?i)\b(and|or|not)\b", "", text))

    def run(self) -> list[Token]:
        takers: tuple[Callable[[], bool], ...] = (
            self.take_dates, self.take_parenthesis, self.take_phrase,
            self.take_braces, self.take_bracket, self.take_special, self.take_prefix,
            self.take_suffix, self.take_word,
        )  # fmt: skip
        words = (self.take_dates, self.take_special, self.take_prefix, self.take_word)
        self.take_space()
        while self.at < len(self.text):
            starts_word = self.text[self.at].isalnum()
            if not any(take() for take in (words if starts_word else takers)):
                self.at += 1  # a stray bracket or brace, already told of
            self.take_space()
        return self.tokens

    def add(self, kind: str, text: str, end: int, **more: object) -> bool:
        self.tokens.append(Token(kind, text, self.at, **more))  # type: ignore[arg-type]
        self.at = end
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.text, self.at)

    def take_space(self) -> None:
        if found := self.match(_SPACE):
            self.at = found.end()

    def take_dates(self) -> bool:
        """Take a range of dates as PubMed writes it."""
        found = self.match(_DATES)
        tag = find_tag("pubmed", found[3]) if found else None
        if not found or not tag or tag.fields != ("year",):
            return False
        years = read_years(f"{found[1]}:{found[2]}")
        self.tell_foreign("pubmed", f"[{found[3]}]")
        return self.add("node", found[0], found.end(), node=Term(years, ("year",)))

    def take_parenthesis(self) -> bool:
        char = self.text[self.at]
        return char in "()" and self.add(char, char, self.at + 1)

    def take_phrase(self) -> bool:
        """Take what stands in quotation marks, straight or curly."""
        char = self.text[self.at]
        if char != '"' and char not in _QUOTES:
            return False
        closing = '"' + _QUOTES.get(char, "”")
        ends = [self.text.find(mark, self.at + 1) for mark in closing]
        end = min((place for place in ends if place >= 0), default=-1)
        if char in _QUOTES or (end >= 0 and self.text[end] != '"'):
            self.problems.add("query.curly_quotes", self.at, char)
        if end < 0:
            self.problems.add("query.quotes", self.at, self.text[self.at : self.at + 40])
            end = len(self.text)
        inner = self.text[self.at + 1 : end]
        written = respell_wildcards(inner, self.platform, self.problems, self.at)
        return self.add_words("phrase", written, end + 1)

    def add_words(self, kind: str, written: str, end: int) -> bool:
        if re.search(r"\w", WILDCARD.sub("", written)):
            return self.add(kind, written, end)
        if kind == "phrase" or "*" in written or "?" in written:
            self.problems.add("query.wildcard_alone", self.at, self.text[self.at : end])
        return self.skip(end)

    def skip(self, end: int) -> bool:
        self.at = end
        return True

    def take_braces(self) -> bool:
        """Take an exact phrase of Scopus, in which no wildcard counts."""
        if self.text[self.at] != "{":
            return False
        end = self.text.find("}", self.at)
        if end < 0:
            self.problems.add("query.quotes", self.at, self.text[self.at : self.at + 40])
            end = len(self.text)
        inner = self.text[self.at + 1 : end]
        if re.search(r"[*?]", inner):
            self.problems.add("query.truncation_in_quotes", self.at, f"{{{inner}}}")
        plain = " ".join(re.sub(r"[*?]", " ", inner).split())
        self.tell_foreign("scopus", f"{{{inner}}}")
        return self.add("node", inner, end + 1, node=Term(plain, quoted=True, exact=True))

    def tell_foreign(self, owner: str, written: str) -> None:
        if self.platform not in (owner, "generic"):
            self.problems.add("query.field_tag", self.at, written, owner=PLATFORMS[owner].title)

    def take_bracket(self) -> bool:
        """Take a tag in square brackets, with the distance of a proximity search."""
        if self.text[self.at] != "[":
            return False
        found = self.match(_BRACKET)
        if not found:
            self.problems.add("query.brackets", self.at, self.text[self.at : self.at + 30])
            return False
        name = found[1] + (found[2] or "").lower()
        if self.platform == "ovid" and name.startswith("mp="):
            return self.skip(found.end())  # Ovid prints what .mp. means behind it
        owner = "pubmed" if self.platform != "generic" else "generic"
        tag = find_tag(owner, name)
        if tag is None:
            self.problems.add("query.unknown_tag", self.at, found[0])
            tag = Tag(name.casefold(), ("other",), keep=True)
        else:
            self.tell_foreign("pubmed", found[0])
        return self.add("suffix", found[0], found.end(), tag=tag, distance=int(found[3] or -1))

    def take_special(self) -> bool:
        """Take headings, sets and limits of Ovid, and years of Scopus."""
        if self.at and self.text[self.at - 1] not in " (\t":
            return False
        if found := self.match(_PUBYEAR):
            years = read_years(f"{found[1]} {found[2]}")
            return self.add("node", found[0], found.end(), node=Term(years, ("year",)))
        if self.platform != "ovid":
            return False
        if found := self.match(_SETS):
            return self.add("node", found[0], found.end(), node=read_sets(found[1], found[2]))
        if found := self.match(_LIMIT):
            return self.add("node", found[0], len(self.text), node=read_limit(found[1], found[2]))
        if (found := self.match(_HEADING)) and not found[0].lstrip("*")[:1].isdigit():
            parts = ("focus" if found[2] else "", "exp" if found[1] else "")
            tag = "_".join(reversed([part for part in parts if part])) if found[2] else ""
            text = " ".join((found[3] or found[4]).split())
            heading = Term(text, ("heading",), quoted=True, explode=bool(found[1]), tag=tag)
            return self.add("node", found[0], found.end(), node=heading)
        return False

    def take_prefix(self) -> bool:
        """Take ``TS=``, ``TITLE-ABS-KEY(`` or ``TI`` before what they hold for."""
        for owner, pattern in (("wos", _PREFIX), ("scopus", _FUNCTION), ("ebsco", _CODE)):
            found = self.match(pattern)
            if not found or (owner == "ebsco" and self.platform != "ebsco"):
                continue
            tag = TAGS[owner].get(found[1].casefold())
            if tag is None and owner == "wos" and self.platform in ("wos", "generic"):
                self.problems.add("query.unknown_tag", self.at, found[0])
                tag = Tag(found[1].casefold(), ("other",), keep=True)
            if tag is None:
                continue
            self.tell_foreign(owner, found[0].strip())
            if tag.fields == ("limit",):
                return self.take_function(tag, found.end())
            return self.add("prefix", found[0], found.end(), tag=tag)
        return False

    def take_function(self, tag: Tag, start: int) -> bool:
        """Take ``LIMIT-TO(…)`` whole."""
        end = self.text.find(")", start)
        end = len(self.text) if end < 0 else end
        inner = " ".join(self.text[start + 1 : end].split())
        if not inner:
            return self.skip(end + 1)
        node = Term(inner, tag.fields, tag=tag.name, quoted=True)
        language = re.fullmatch(r'LANGUAGE\s*,\s*"?(\w+)"?', inner, re.IGNORECASE)
        if language and tag.name == "limit-to":
            node = Term(language[1], ("language",))
        return self.add("node", self.text[self.at : end + 1], end + 1, node=node)

    def take_suffix(self) -> bool:
        """Take ``.ti,ab.`` after a phrase or a parenthesis."""
        found = self.match(_SUFFIX) if self.text[self.at] == "." else None
        tag = find_tag("ovid", found[1]) if found else None
        if not found or not tag:
            return False
        self.tell_foreign("ovid", found[0])
        return self.add("suffix", found[0], found.end(), tag=tag, distance=-1)

    def take_word(self) -> bool:
        """Take a word: an operator, the number of a line, or a part of a term."""
        if not (found := self.match(_WORD)):
            return False
        word = found[0]
        if self.take_operator(word) or self.take_reference(word):
            return True
        if self.platform in ("ovid", "generic") or word.endswith("."):
            for place in (m.start() for m in re.finditer(r"\.", word)):
                ending = _SUFFIX.match(self.text, self.at + place)
                if place and ending and find_tag("ovid", ending[1]):
                    word = word[:place]
                    break
        end = self.at + len(word)
        plain = word if find_tag("ovid", word.strip(".")) else word.rstrip(";.")
        written = respell_wildcards(plain, self.platform, self.problems, self.at)
        return self.add_words("words", written, end)

    def take_operator(self, word: str) -> bool:
        upper, end = word.upper(), self.at + len(word)
        if upper == "SAME" and self.platform == "wos":
            word = upper = "AND"
        if upper in ("AND", "OR", "NOT"):
            if word != upper:
                self.problems.add("query.lower_case_operator", self.at, word)
            return self.add("operator", upper, end)
        if found := _NEAR.match(word) if self.platform in ("wos", "scopus", "generic") else None:
            number = found[1] or found[2] or found[4] or "15"  # NEAR alone is NEAR/15
            return self.add("near", word, end, distance=int(number), ordered=bool(found[3]))
        if found := _ADJ.match(word) if self.platform in ("ovid", "generic") else None:
            between = max(int(found[1] or 1) - 1, 0)
            return self.add("near", word, end, distance=between, ordered=not found[1])
        reads_within = self.platform == "ebsco" or (self.platform == "generic" and word == upper)
        if found := _WITHIN.match(word) if reads_within else None:
            return self.add(
                "near", word, end, distance=int(found[2]), ordered=found[1].upper() == "W"
            )
        return False

    def take_reference(self, word: str) -> bool:
        number = re.fullmatch(r"#(\d+)", word)
        if not number and self.platform == "ebsco":
            number = re.fullmatch(r"[Ss](\d+)", word)
        if not number and (self.platform == "ovid" or self.only_numbers):
            number = re.fullmatch(r"(\d{1,3})", word) if self.stands_alone(word) else None
        return bool(number) and self.add(
            "node",
            word,
            self.at + len(word),
            node=LineRef(number[1]),  # type: ignore[index]
        )

    def stands_alone(self, word: str) -> bool:
        """Return whether only operators and parentheses are beside a number."""
        before = self.tokens[-1].kind if self.tokens else "("
        after = _NEXT.match(self.text, self.at + len(word))
        return before in ("(", "operator") and (
            not after or after[1].upper() in ("AND", "OR", "NOT", ")")
        )
