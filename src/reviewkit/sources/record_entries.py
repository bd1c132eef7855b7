"""Records written as entries of RIS and of BibTeX.

What :func:`~reviewkit.sources.records.read_records` makes of these entries is what they were
written from.  Where a format has no place for something (in RIS, which file a record was read
from), it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from reviewkit.sources.record_names import tidy_name

__all__ = ["mark_groups", "write_bibtex_entry", "write_ris_entry"]

Row = Mapping[str, str]  # column → text, only what is there

_RANGE = re.compile(r"([^\s-]+)-([^\s-]+)")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|2nd|3rd|4th)\.?", re.IGNORECASE)
#: What BibTeX would take for markup, and how it is written instead.
_ESCAPES = MappingProxyType(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_TO_ESCAPE = re.compile(r"[\\{}$&%#_~^]|-(?=-)|`(?=`)")
_RIS_FIELDS = (
    ("title", "TI"), ("year", "PY"), ("journal", "T2"), ("volume", "VL"), ("issue", "IS"),
    ("pages", "SP"), ("doi", "DO"), ("pmid", "C2"), ("abstract", "AB"), ("keywords", "KW"),
    ("language", "LA"), ("url", "UR"), ("notes", "N1"), ("issn", "SN"), ("accession", "AN"),
    ("publisher", "PB"), ("place", "CY"), ("source", "DB"), ("record", "ID"),
)  # fmt: skip
_BIBTEX_FIELDS = (
    ("title", "title"), ("authors", "author"), ("year", "year"), ("journal", "journal"),
    ("volume", "volume"), ("issue", "number"), ("pages", "pages"), ("doi", "doi"),
    ("pmid", "pmid"), ("abstract", "abstract"), ("keywords", "keywords"),
    ("language", "language"), ("url", "url"), ("notes", "note"), ("issn", "issn"),
    ("accession", "unique-id"), ("publisher", "publisher"), ("place", "address"),
    ("source", "source"), ("record", "record"),
)  # fmt: skip


def split_authors(authors: str) -> list[str]:
    return [name for name in (part.strip() for part in authors.split(";")) if name]


def mark_groups(authors: str) -> str:
    """Return authors with a comma behind each group that would else be taken for a person.

    >>> mark_groups("Roe, Ada; Médecins Sans Frontières; World Health Organization")
    'Roe, Ada; Médecins Sans Frontières,; World Health Organization'
    """
    return "; ".join(map(_mark_group, split_authors(authors)))


def _mark_group(name: str) -> str:
    return name if "," in name or tidy_name(name) == name else f"{name},"


def write_ris_entry(row: Row) -> str:
    r"""Return a record as RIS.

    >>> write_ris_entry({"kind": "article", "authors": "Roe, Ada", "pages": "1-9"})
    'TY  - JOUR\r\nAU  - Roe, Ada\r\nSP  - 1\r\nEP  - 9\r\nER  - \r\n\r\n'
    """
    kind = row.get("kind", "")
    tag, said = RIS_TYPES.get(kind, ("GEN", kind))
    lines = [("TY", tag), ("M3", said)]
    lines += [("AU", _mark_group(name)) for name in split_authors(row.get("authors", ""))]
    for column, tag in _RIS_FIELDS:
        text = row.get(column, "")
        if column == "pages" and (found := _RANGE.fullmatch(text)):
            lines += [("SP", found[1]), ("EP", found[2])]
        elif column == "pmid" and text:
            lines.append((tag, f"PMID: {text}"))
        elif column in ("keywords", "language", "issn"):
            lines += [(tag, part) for part in text.split(";")]
        elif column == "notes":
            lines += [(tag, part) for part in text.splitlines()]
        else:
            lines.append((tag, text))
    told = [(tag, " ".join(text.split())) for tag, text in lines]
    entry = "".join(f"{tag}  - {text}\r\n" for tag, text in told if text)
    return f"{entry}ER  - \r\n\r\n"


def write_bibtex_entry(row: Row) -> str:
    r"""Return a record as BibTeX, its id as the key.

    >>> print(write_bibtex_entry({"record": "r1", "kind": "thesis", "title": "A {B}_1",
    ...                           "authors": "Roe, Ada, Jr; UNESCO"}).strip())
    @phdthesis{r1,
      title = {A \textbraceleft{}B\textbraceright{}\_1},
      author = {Roe, Jr, Ada and {UNESCO}},
      record = {r1}
    }
    """
    kind = row.get("kind", "")
    entry, said = BIBTEX_TYPES.get(kind, ("misc", kind))
    fields = [("type", _escape(said))] if said else []
    for column, name in _BIBTEX_FIELDS:
        text = row.get(column, "")
        if not text:
            continue
        if column == "authors":
            text = " and ".join(map(_write_name, split_authors(text)))
        elif column in ("doi", "url", "pmid", "record"):
            text = re.sub(r"[\\{}]", lambda found: f"%{ord(found[0]):02X}", " ".join(text.split()))
        elif column == "notes":
            text = "\n".join(_escape(line) for line in text.splitlines())
        elif column == "keywords":  # a lone keyword may hold a comma
            text = _escape(text if ";" in text else f"{text};")
        else:
            text = _escape(text)
        if column == "journal" and entry in ("inproceedings", "incollection"):
            name = "booktitle"
        fields.append((name, text))
    body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields)
    return f"@{entry}{{{row.get('record', 'record')},\n{body}\n}}\n\n"


def _write_name(name: str) -> str:
    """Return a name as BibTeX has it: groups in braces, a suffix before the given name."""
    parts = [_escape(part.strip()) for part in name.split(",")]
    if len(parts) == 1 or re.search(r"\band\b", name, re.IGNORECASE):
        return f"{{{_escape(name)}}}"
    if len(parts) == 3 and _SUFFIX.fullmatch(parts[2]):
        parts = [parts[0], parts[2], parts[1]]
    if " " in parts[0]:
        parts[0] = f"{{{parts[0]}}}"
    return ", ".join(parts)


def _escape(text: str) -> str:
    return _TO_ESCAPE.sub(_write_sign, " ".join(text.split()))


def _write_sign(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], f"{found[0]}{{}}")


#: Type of reference in RIS by kind, and what else tells it.
RIS_TYPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "article": ("JOUR", ""), "book": ("BOOK", ""), "chapter": ("CHAP", ""),
        "thesis": ("THES", ""), "conference": ("CPAPER", ""), "report": ("RPRT", ""),
        "preprint": ("JOUR", "Preprint"), "dataset": ("DATA", ""),
        "registration": ("GEN", "Trial registration"), "erratum": ("JOUR", "Erratum"),
        "retraction": ("JOUR", "Retraction of Publication"),
        "retracted": ("JOUR", "Retracted Publication"), "comment": ("JOUR", "Comment"),
        "letter": ("JOUR", "Letter"), "editorial": ("JOUR", "Editorial"), "web": ("ELEC", ""),
        "newspaper": ("NEWS", ""), "patent": ("PAT", ""), "standard": ("STAND", ""),
        "software": ("COMP", ""), "media": ("ADVS", ""), "other": ("GEN", ""),
    }
)  # fmt: skip

#: Type of entry in BibTeX by kind, and what else tells it.
BIBTEX_TYPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "article": ("article", ""), "book": ("book", ""), "chapter": ("incollection", ""),
        "thesis": ("phdthesis", ""), "conference": ("inproceedings", ""),
        "report": ("techreport", ""), "other": ("misc", ""),
        **{kind: ("article", said) for kind, (tag, said) in RIS_TYPES.items()
           if tag == "JOUR" and said},
    }
)  # fmt: skip
