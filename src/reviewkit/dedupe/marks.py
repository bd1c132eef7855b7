"""What a title says about its kind: a notice, a reply, a protocol.

Each entry of a registry at the end is a pattern of folded text.  A mark that one of two
records bears and the other does not keeps them apart, however alike they are.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from reviewkit.dedupe.wording import fold_spelling, list_words

__all__ = ["GENERIC", "MARKS", "ONCE", "SERIAL", "TELLING", "find_marks", "strip_decorations"]


def strip_decorations(text: str) -> str:
    """Return a folded title without what databases add to it.

    >>> strip_decorations("retracted article: burnout in nurses at work. [review]")
    'burnout in nurses at work'
    """
    text = _LEADING.sub("", text.strip())
    while (shorter := _TRAILING.sub("", text)) != text:
        text = shorter
    return text


def find_marks(text: str) -> tuple[str, frozenset[str]]:
    """Return a folded title without its marks, and the marks.

    >>> text, marks = find_marks("erratum to: burnout in nurses")
    >>> text, sorted(marks)
    ('burnout in nurses', ['correction'])
    """
    if not _ANY.search(text):
        return text, _NONE
    found: set[str] = set()
    for _ in range(_NESTED):
        before = text
        for mark, pattern in MARKS.items():
            shorter = pattern.sub(" ", text).strip(" .:;,-")
            if shorter and shorter != text.strip(" .:;,-"):
                found.add(mark)
                text = shorter
        if text == before:
            break
    return text, frozenset(found)


_NESTED = 3  # as in "Erratum: Author Correction: ..."
_NONE: frozenset[str] = frozenset()


def _notice(words: str, *, joined: str = "to|on|for") -> re.Pattern[str]:
    """Return the pattern of a notice before a title, in brackets after it, or after a colon."""
    before = rf"^[\[(]?(?:{words})(?: notice| note| statement)?[\])]?\s*(?:(?:{joined})\b\s*[:\"“]?|[:.\-])\s*(?=\S)"
    after = rf"\s*[\[(](?:{words})[^\])]{{0,60}}[\])]\s*\.?$|[:.]\s*(?:an? )?(?:{words})\s*\.?$"
    return re.compile(f"{before}|{after}")


_CORRECTION = (
    r"errat(?:um|a)|corrigend(?:um|a)|(?:author |publisher |editorial )?corrections?|addendum|"
    r"publisher'?s? note|fe de erratas?|rectificatif|berichtigung|اصلاحیه|исправление"
)
_REPLY = (
    r"re|repl(?:y|ies)|in reply|response|rejoinder|(?:the )?authors?'?s? (?:reply|response)|"
    r"reply (?:by|of|from) (?:the )?authors?|antwort|respuesta|ответ|پاسخ"
)
_COMMENT = r"(?:invited |editorial )?comment(?:s|ary|aries)?|discussion|kommentar|commentaire|comentario|комментарий"

#: Mark → its pattern; what the pattern matches is no part of the title proper.
MARKS = MappingProxyType(
    {
        "retraction": _notice(r"(?:notice of )?retraction(?: of publication)?", joined="to|of|for"),
        "correction": re.compile(
            rf"{_notice(_CORRECTION).pattern}|\s*\(vol\.? ?\w+,? (?:pg|p|pp|page)\.? ?\w+.{{0,12}}\)\s*\.?$"
        ),
        "expression of concern": _notice(r"(?:editorial )?expression of concern"),
        "withdrawn": _notice("withdrawn(?: article)?"),
        "reply": _notice(_REPLY),
        "comment": _notice(_COMMENT),
        "book review": _notice("book reviews?|review of the book"),
        "protocol": re.compile(
            r"^(?:an? |the )?(?:study|trial|research|review) protocol\s*[:.-]+\s+(?=\S)"
            r"|[:.,(\[-]?\s*\b(?:an? |the )?(?:study|trial|research|review) protocol\b.*$"
            r"|[:(\[-]\s*(?:an? |the )?(?:[\w-]+ ){0,3}?protocol\b.*$"
            r"|^(?:[\w-]+ ){0,2}?protocol (?:for|of) (?:an? |the )?"
            r"|[:,-]?\s*\b(?:rationale,? (?:and|&)|design and rationale)(?: study)? ?(?:design)?\b.*$"
        ),
    }
)

_ANY = re.compile(
    r"retraction|errat|corrig|correction|addendum|publisher|fe de|rectif|bericht|اصلاحیه|исправление"
    r"|\(vol|concern|withdrawn|^.?re\b|repl(?:y|ies)|response|rejoinder|antwort|respuesta|ответ|پاسخ"
    r"|comment|discussion|kommentar|комментарий|book review|review of the book|protocol|rationale"
)

_LEADING = re.compile(
    r"^(?:[\[(]?retracted(?: article| paper)?[\])]?\s*[:.\-]?\s+|abstract\s+(?:no\.?\s*)?[\w.\-]+\s*:\s*"
    r"|(?:short|brief|case|original|research|review|letter|editorial|rapid|technical|poster|oral|special|scientific)"
    r"(?: report| article| research| letter| communication| note| presentation| to the editor| abstract| paper)?"
    r"s?\s*[:.]\s+(?=\S+\s+\S+\s+\S+))+"
)
_TRAILING = re.compile(
    r"\s*[\[(](?:[^\[\]()]*\b(?:review|abstract|letter|editorial|article|transl|translation|see comments?|"
    r"references|\d+ refs?|corrected|proceedings|news|poster|presentation|retracted|in (?:german|french|spanish|persian|"
    r"russian|chinese|japanese|portuguese|italian|polish|turkish|korean|arabic))\b[^\[\]()]{0,40}|"
    r"german|french|spanish|persian|farsi|russian|chinese|japanese|portuguese|italian|polish|"
    r"turkish|korean|arabic|dutch|czech|hungarian|danish|swedish|norwegian|hebrew|ukrainian)[\])]\s*\.?\s*$"
    r"|[\s.]+$|\s*\(vol(?:ume)?[^()]*retracted[^()]*\)$"
)

#: Words that, in one of two titles only, make another work of it.
TELLING = frozenset(
    list_words(
        "update updated revised revisited protocol reply erratum corrigendum retraction interim final "
        "abstract comment commentary followup follow abridged supplement supplementary appendix not "
        "without never non no part addendum response children adults"
    )
)

#: Titles, as joined words, that thousands of works bear and an issue of a journal bears once.
ONCE = frozenset(
    "".join(fold_spelling(title).split())
    for title in list_words(
        "editorial/guest editorial/introduction/foreword/preface/afterword/prologue/epilogue/"
        "contents/table of contents/index/author index/subject index/presidential address/"
        "president s message/presidents message/message from the president/from the president/"
        "from the editor/from the editors/editors note/editor s note/editors introduction/"
        "editor s introduction/editors choice/editor s choice/in this issue/about this issue/"
        "introduction to the special issue/introduction to special issue/"
        "introduction to this special issue/guest editors introduction/guest editor s introduction/"
        "special issue/annual report/calendar/contributors/list of contributors/"
        "سرمقاله/مقدمه/سخن سردبیر/предисловие/введение/от редакции/vorwort/einleitung/avant propos/prologo",
        "/",
    )
)

#: Titles, as joined words, that thousands of works bear.
GENERIC = ONCE | frozenset(
    "".join(fold_spelling(title).split())
    for title in list_words(
        "editorials/book review/book reviews/books/letter/letters/letter to the editor/"
        "letters to the editor/correspondence/news/news and notes/obituary/in memoriam/abstract/"
        "abstracts/erratum/errata/corrigendum/correction/corrections/commentary/invited commentary/"
        "editorial comment/editorial commentary/comment/comments/reply/response/author reply/"
        "authors reply/the authors reply/reply by authors/author response/authors response/"
        "reply to the editor/reply to letter/reply to the letter to the editor/"
        "in reply/discussion/conclusion/conclusions/summary/overview/background/case report/case reports/"
        "case records/case of the month/image of the month/journal club/clinical pearls/"
        "questions and answers/quiz/in brief/highlights/research highlights/announcement/announcements/"
        "conference report/meeting report/meeting abstracts/report/reports/untitled/no title/"
        "not available/n a/acknowledgements/acknowledgments/conference abstracts/"
        "poster presentations/oral presentations/notes/notice/retraction/viewpoint/perspective/"
        "نامه به سردبیر/рецензия/buchbesprechung/leserbrief/compte rendu/resena",
        "/",
    )
)

#: Words of works that come out again under one title, year after year.
SERIAL = frozenset(
    list_words(
        "annual yearly yearbook bulletin proceedings abstracts almanac digest newsletter "
        "jahresbericht informe سالنامه ежегодник"
    )
)
