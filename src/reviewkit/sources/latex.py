# ruff: noqa: RUF001  letters and signs that look like others are what the table is for
r"""LaTeX in bibliographic values, as the characters that it stands for.

What BibTeX files hold is marked-up text: ``{\"o}`` is ö, ``\textendash`` is –, braces only
protect capitals.  A full LaTeX reader would be wrong here: it takes ``%`` for the start of a
comment and drops commands that it does not know, and so would lose text of abstracts that were
never LaTeX.  :func:`decode_latex` replaces what it knows and keeps the rest as it stands.  To
teach it a symbol, add it to :data:`SYMBOLS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["SYMBOLS", "decode_latex", "decode_verbatim", "find_commands"]

_MARKED = re.compile(r"[\\{}$~]|--|``")
#: Accents by their command, as the combining character that they put on a letter.
_ACCENTS = MappingProxyType(
    {
        "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
        ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
        "c": "\u0327", "k": "\u0328", "b": "\u0331",
    }
)  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([`'^~=.\"])[ \t]*|([uvHcdbrk])(?=[ \t{\\])[ \t]*)"
    r"(?:\{[ \t]*\\?([A-Za-z])[ \t]*\}|\\([ij])(?![A-Za-z])[ \t]*|([A-Za-z]))"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\{\}|[ \t]+|(?=\n)|(?![A-Za-z]))")
#: Commands that change how their argument looks, or how what follows looks.
_LOOK_NAMES = (
    "textit textbf textrm textsf texttt textsc textup textsl textmd textnormal text emph mbox "
    "underline ensuremath mathrm mathit mathbf mathsf mathtt mathcal mathbb textsuperscript "
    "textsubscript url path em it bf rm sf tt sc sl itshape bfseries scshape upshape slshape "
    "rmfamily sffamily ttfamily normalfont relax protect noopsort selectlanguage left right "
    "displaystyle nobreak"
)
_LOOKS = frozenset(_LOOK_NAMES.split())
_LINK = re.compile(r"\\href\{([^{}]*)\}")
_MATH = re.compile(r"(?<!\\)\$([^\s$](?:[^$\n]{0,200}?[^\s$\\])?)\$")
_IS_MATH = re.compile(r"[\\_^<>=]|^[A-Za-z]$")
_RAISED = re.compile(r"(?<!\\)[_^](?=[{\w+\-*\\])")
#: Escaped signs, kept aside in the private use area while markup is taken off.
_SIGNS = r"\{}$~_%&#^" + '"'
_ASIDE = {sign: chr(0xE000 + at) for at, sign in enumerate(_SIGNS)}
# translate() would be slow where text has accents
_BACK = re.compile("[{}]".format("".join(_ASIDE.values())))
_ESCAPE = re.compile(r"\\([{}$%&#_\"])")
_SPACE = re.compile(r"\\[,;: ]|(?<!\\)~")
_NOTHING = re.compile(r"\\[!/-]")
_BREAK = re.compile(r"\\\\(?:\[[^\]\n]*\])?[ \t]*")


def decode_latex(text: str) -> str:
    r"""Return text without LaTeX markup.

    >>> decode_latex(r"{\"O}sterreich \& Stra{\ss}e: {DNA} in H$_2$O, p {\textless} 5\%")
    'Österreich & Straße: DNA in H2O, p < 5%'
    >>> decode_latex(r"50% of C:\new \foo{x}, $5 and $10")
    '50% of C:\\new \\foo x, $5 and $10'
    """
    if not _MARKED.search(text):
        return text
    if "$" in text:
        text = _MATH.sub(_open_math, text)
    if "\\" in text:
        text = _decode_commands(text)
    text = _SPACE.sub(" ", text)
    text = text.replace("---", "—").replace("--", "–")
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    text = text.replace("{", "").replace("}", "")
    return _BACK.sub(lambda found: _SIGNS[ord(found[0]) - 0xE000], text)


def decode_verbatim(text: str) -> str:
    r"""Return an address or number without the escapes that BibTeX writers put into it.

    >>> decode_verbatim(r"10.1007/978-3{\_}1~a--b")
    '10.1007/978-3_1~a--b'
    """
    if "\\" in text:
        text = text.replace(r"{\textunderscore}", "_").replace(r"\textunderscore ", "_")
        text = _ESCAPE.sub(r"\1", text.replace(r"\textasciitilde{}", "~").replace(r"\~{}", "~"))
    return text.replace("{", "").replace("}", "")


def find_commands(text: str) -> list[str]:
    r"""Return the commands that are left in decoded text.

    >>> find_commands(decode_latex(r"\alpha \foo{x}"))
    ['\\foo']
    """
    return re.findall(r"\\[A-Za-z]+", text) if "\\" in text else []


def _decode_commands(text: str) -> str:
    text = text.replace(r"\textbackslash{}", _ASIDE["\\"])
    text = _ACCENT.sub(_put_accent, text)
    text = _ESCAPE.sub(lambda found: _ASIDE[found[1]], text)
    text = _LINK.sub(r"\1 ", text)
    text = _COMMAND.sub(_put_symbol, text)
    text = _BREAK.sub(" ", text)
    return _NOTHING.sub("", text)


def _put_accent(found: re.Match[str]) -> str:
    """Return one letter; where none has this accent, a quotation mark was escaped."""
    accent, letter = found[1] or found[2], found[3] or found[4] or found[5]
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    return composed if len(composed) == 1 else accent * (not accent.isalpha()) + letter


def _put_symbol(found: re.Match[str]) -> str:
    name = found[1]
    if name in SYMBOLS:
        symbol = SYMBOLS[name]
        return _ASIDE.get(symbol, symbol)
    if name in _LOOKS:
        return ""
    opens = found.string.startswith("{", found.end())  # its braces will be gone
    return found[0] + " " if opens else found[0]


def _open_math(found: re.Match[str]) -> str:
    """Return what stands between two dollars, if it is a formula and no two prices."""
    inner = found[1]
    return _RAISED.sub("", inner) + "{}" if _IS_MATH.search(inner) else found[0]


_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega"
)
#: Commands, each with the sign behind it.
_SYMBOLS = """
ss ß SS ẞ ae æ AE Æ oe œ OE Œ aa å AA Å o ø O Ø l ł L Ł i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ
ng ŋ NG Ŋ S § P ¶ copyright © textcopyright © textregistered ® texttrademark ™ pounds £
textsterling £ euro € texteuro € textyen ¥ textcent ¢ textsection § textparagraph ¶
textdegree ° degree ° textmu µ textmicro µ textordfeminine ª textordmasculine º
textonehalf ½ textonequarter ¼ textthreequarters ¾ textonesuperior ¹ texttwosuperior ²
textthreesuperior ³ textendash – textemdash — textquoteleft ‘ textquoteright ’
textquotedblleft “ textquotedblright ” textquotesingle ' textquotedbl " quotedblbase „
quotesinglbase ‚ glqq „ grqq “ guillemotleft « guillemotright » guilsinglleft ‹
guilsinglright › textasciitilde ~ textasciicircum ^ textbackslash \\ textunderscore _
textbraceleft { textbraceright } textless < textgreater > textbar | textdollar $
textasciigrave ` textasciiacute ´ textbullet • textperiodcentered · textdagger †
textdaggerdbl ‡ dag † ddag ‡ ldots … dots … textellipsis … cdots … cdot · bullet •
textexclamdown ¡ textquestiondown ¿ texttimes × times × div ÷ pm ± textpm ± mp ∓ leq ≤ le ≤
geq ≥ ge ≥ lt < gt > neq ≠ ne ≠ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ infty ∞ partial ∂
nabla ∇ sum ∑ prod ∏ int ∫ surd √ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ emptyset ∅
forall ∀ exists ∃ neg ¬ wedge ∧ vee ∨ oplus ⊕ otimes ⊗ circ ∘ ast * star ⋆ prime ′ angle ∠
rightarrow → to → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
uparrow ↑ downarrow ↓ mapsto ↦ langle ⟨ rangle ⟩ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ mid |
varepsilon ε vartheta ϑ varphi φ varrho ϱ varsigma ς textmho ℧ textohm Ω
"""


def _list_symbols() -> dict[str, str]:
    pairs = _SYMBOLS.split()
    symbols = dict(zip(pairs[::2], pairs[1::2], strict=True))
    symbols |= {"quad": " ", "qquad": " ", "space": " ", "thinspace": " ", "newline": " "}
    for letter in _GREEK.split():
        name = letter.replace("lamda", "lambda")
        symbols[name] = unicodedata.lookup(f"GREEK SMALL LETTER {letter}")
        symbols[name.capitalize()] = unicodedata.lookup(f"GREEK CAPITAL LETTER {letter}")
        symbols[f"text{name}"] = symbols[name]
    symbols["textmu"] = "µ"
    return symbols


#: What a command without argument stands for.
SYMBOLS: Mapping[str, str] = MappingProxyType(_list_symbols())
