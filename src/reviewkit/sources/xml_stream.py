"""XML from strangers, read piece by piece: repaired where exports break it, refused where it attacks.

Exports carry control characters, bare ampersands and bytes of Windows-1252, each of which makes
a file ill-formed; these are repaired on the way to the parser and counted.  Declarations of
document types and entities, external references, deep nesting and endless records are refused,
so that memory stays bounded whatever the file holds.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import numpy as np
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from reviewkit._core.errors import ParseError
from reviewkit.sources.raw_records import Note
from reviewkit.sources.record_text import MOST_BYTES, no_records
from reviewkit.sources.unread import Unread

__all__ = ["DEEPEST", "LONGEST_RECORD", "Handler", "parse_stream"]

DEEPEST = 64  # levels of elements; EndNote uses eight
LONGEST_RECORD = 1 << 25  # characters of one record

_CHUNK = 1 << 18
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9})));")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#x[0-9A-Fa-f]{1,8}|#[0-9]{1,9});)")
_CUT_OFF = re.compile("no element found|unclosed .*|partial character")
_RECORD_ENDS = ("</record>", "</RECORD>")
_LONGEST_HELD = 12  # characters of "&#x0010FFFF;", and more than of "</record>"


class Handler(ContentHandler):
    """What a reader must offer: the count of whole records, and how deep it stands."""

    whole = 0  # records that are complete
    depth = 0

    @property
    def line(self) -> int:
        """Line in the file that is being read, from 1."""
        return int(self._locator.getLineNumber() or 1)  # type: ignore[attr-defined]


def parse_stream(path: Path, handler: Handler) -> list[Note]:
    """Feed a file to a handler, and return what was repaired.

    Raises
    ------
    ParseError
        If the file is no whole XML, or attacks; it names the line and the records before it.
    """
    if path.stat().st_size > MOST_BYTES:
        raise no_records(path, f"more than {MOST_BYTES / 1e6:,.0f} MB", "Export it in parts.")
    parser = _Parser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    cleaner = _Cleaner()
    whole, since = 0, 0
    try:
        for piece in cleaner.pieces(path):
            parser.feed(piece)
            since = since + len(piece) if handler.whole == whole else 0
            whole = handler.whole
            if since > LONGEST_RECORD:
                raise _broken(path, handler, f"a record of more than {since / 1e6:,.0f} MB")
        parser.close()
    except DefusedXmlException as error:
        kind = type(error).__name__.removesuffix("Forbidden").lower()
        found = {"dtd": "a document type declaration", "entities": "an entity declaration"}
        raise _broken(path, handler, found.get(kind, "an external reference")) from None
    except SAXParseException as error:
        reason = _CUT_OFF.sub("no end: it is cut off", str(error.getMessage()))
        raise _broken(path, handler, reason, error.getLineNumber()) from None
    except UnicodeError as error:
        raise _broken(path, handler, f"damaged text ({error.__class__.__name__})") from None
    finally:
        # The two know each other: apart, all that was read is let go as soon as it is not needed.
        parser.setContentHandler(ContentHandler())
    return cleaner.notes()


def _broken(path: Path, handler: Handler, found: str, line: int | None = None) -> ParseError:
    count = handler.whole
    return ParseError(
        f"{path.name!r} must be whole, plain XML. In line {line or handler.line}, after {count} "
        f"whole record{'' if count == 1 else 's'}, it has {found}. Export it again."
    )


def check_depth(path: Path, handler: Handler) -> None:
    """Refuse elements that stand within each other without end."""
    if handler.depth > DEEPEST:
        raise _broken(path, handler, f"elements nested more than {DEEPEST} deep")


class _Parser(DefusedExpatParser):  # type: ignore[misc]
    """The parser that hands elements on at once: there are a million, and few have attributes."""

    def reset(self) -> None:
        super().reset()
        self._parser.StartElementHandler = self._cont_handler.startElement
        self._parser.EndElementHandler = self._cont_handler.endElement


class _Cleaner:
    """The text of a file in pieces, without what makes XML ill-formed."""

    def __init__(self) -> None:
        self._line, self._record = 1, 0
        self._controls = Unread("control character replaced by a blank")
        self._marks = Unread("ampersand not escaped")
        self._foreign = Unread("Windows-1252 within UTF-8")

    def notes(self) -> list[Note]:
        return self._controls.notes() + self._marks.notes() + self._foreign.notes()

    def pieces(self, path: Path) -> Iterator[str]:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
            decoder = _choose_decoder(head)
            rest, chunk = "", head
            while chunk:
                text = rest + decoder.decode(chunk)
                chunk = file.read(_CHUNK)
                cut = max(text.rfind(sign, len(text) - _LONGEST_HELD) for sign in "&<")
                cut = cut if chunk and len(text) > _LONGEST_HELD else -1
                rest = text[cut:] if cut >= 0 else ""
                yield self._clean(text[:cut] if cut >= 0 else text)
        last = rest + decoder.decode(b"", final=True)
        if last:
            yield self._clean(last)

    def _clean(self, text: str) -> str:
        if _may_be_bad(text):
            text = _BAD.sub(lambda found: self._replace(found, text), text)
        if "&#" in text:
            text = _REFERENCE.sub(lambda found: self._check(found, text), text)
        if "&" in text:
            text = _AMPERSAND.sub(lambda found: self._escape(found, text), text)
        self._line += text.count("\n")
        self._record += sum(map(text.count, _RECORD_ENDS))
        return text

    def _place(self, found: re.Match[str], text: str) -> tuple[int, int]:
        """Return line and record of a match."""
        line = self._line + text.count("\n", 0, found.start())
        ends = sum(text.count(end, 0, found.start()) for end in _RECORD_ENDS)
        return line, self._record + ends

    def _replace(self, found: re.Match[str], text: str) -> str:
        code = ord(found[0])
        if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
            self._foreign.see(f"byte 0x{code - 0xDC00:02x}", *self._place(found, text))
            return bytes([code - 0xDC00]).decode("cp1252", errors="replace")
        self._controls.see(f"U+{code:04X}", *self._place(found, text))
        return " "

    def _check(self, found: re.Match[str], text: str) -> str:
        """Return a reference to a character, or a blank where XML does not allow that one."""
        if found[1]:
            return found[0]
        code = int(found[2], 16) if found[2] else int(found[3])
        if code <= 0x10FFFF and not _BAD.match(chr(code)):
            return found[0]
        self._controls.see(f"U+{code:04X}", *self._place(found, text))
        return " "

    def _escape(self, found: re.Match[str], text: str) -> str:
        after = text[found.start() : found.start() + 8].split(None, 1)[0]
        self._marks.see(after, *self._place(found, text))
        return "&amp;"


def _may_be_bad(text: str) -> bool:
    """Return whether text may have a character that XML does not allow: faster than a search."""
    try:
        data = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
    except UnicodeEncodeError:  # half a character
        return True
    control = data[data < 32]
    is_allowed = (control == 9) | (control == 10) | (control == 13)
    return not is_allowed.all() or "\ufffe" in text or "\uffff" in text


def _choose_decoder(head: bytes) -> codecs.IncrementalDecoder:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return codecs.getincrementaldecoder("utf-16")()
    declared = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf").lstrip())
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        name = codecs.lookup(name).name
    except LookupError:
        name = "utf-8"
    if name in {"utf-8", "ascii"} or name.startswith("utf-16"):
        return codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
    return codecs.getincrementaldecoder(name)(errors="replace")
