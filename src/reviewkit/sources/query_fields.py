"""Field tags: what each platform calls a field, and which tag names a set of fields.

A tag leads to fields of a record (``title, abstract, keywords, author, journal, year, language,
kind, doi, record``) or to one that no exported record has in full (``heading, affiliation, limit,
other``).  ``all`` is whatever a platform searches without a tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from reviewkit.sources.query_tree import TEXT_FIELDS

__all__ = ["FIELD_NAMES", "KNOWN_FIELDS", "TAGS", "Tag", "find_tag", "name_tag"]

#: Fields that a local record can have.
KNOWN_FIELDS = (
    *TEXT_FIELDS, "all", "author", "journal", "year", "language", "kind", "doi", "record",
)  # fmt: skip
FIELD_NAMES = (*KNOWN_FIELDS, "heading", "affiliation", "limit", "other")


class Tag(NamedTuple):
    """A tag in lower case, and the fields that it names."""

    name: str
    fields: tuple[str, ...]
    explode: bool = False
    keep: bool = False  # it says more than its fields, so it is kept as it is


def find_tag(platform: str, written: str) -> Tag | None:
    """Return what a tag means on a platform; None where it means nothing there.

    >>> find_tag("pubmed", "Title/Abstract").fields
    ('title', 'abstract', 'keywords')
    >>> find_tag("wos", "tiab") is None
    True
    """
    plain = " ".join(written.casefold().split())
    if platform == "generic":
        names = tuple(name.strip() for name in plain.split(","))
        if set(names) <= set(FIELD_NAMES):
            return Tag(plain, names)
        known = (TAGS[key].get(plain) for key in TAGS)
        return next((tag for tag in known if tag), None)
    if platform == "ovid" and "," in plain:
        tags = [TAGS["ovid"].get(name.strip()) for name in plain.split(",")]
        found = [tag for tag in tags if tag]
        if len(found) < len(tags):
            return None
        return Tag(plain, tuple(dict.fromkeys(name for tag in found for name in tag.fields)))
    return TAGS[platform].get(plain)


def name_tag(platform: str, fields: tuple[str, ...], *, explode: bool = False) -> str | None:
    """Return the tag for a set of fields as the platform writes it; None where there is none.

    >>> name_tag("scopus", ("title", "abstract", "keywords")), name_tag("pubmed", ("abstract",))
    ('TITLE-ABS-KEY', None)
    """
    if platform == "generic":
        return ",".join(fields)
    if fields == ("heading",):
        return {("pubmed", True): "Mesh", ("pubmed", False): "Mesh:noexp"}.get(
            (platform, explode), _NAMES[platform].get(fields)
        )
    return _NAMES[platform].get(fields)


def _tags(
    listed: Mapping[str, tuple[str, ...]], *, keep: str = "", explode: str = ""
) -> Mapping[str, Tag]:
    kept, exploded = keep.split(), explode.split()
    return MappingProxyType(
        {
            name: Tag(name, fields, name in exploded, name in kept)
            for names, fields in listed.items()
            for name in names.split("|")
        }
    )


_TI, _AB, _KEY = ("title",), ("abstract",), ("keywords",)
_TIAB, _ALL, _HEAD, _OTHER = ("title", "abstract"), ("all",), ("heading",), ("other",)

#: [tiab] of PubMed takes in the authors' keywords, as TS= and TITLE-ABS-KEY do.
TAGS: Mapping[str, Mapping[str, Tag]] = MappingProxyType(
    {
        "pubmed": _tags(
            {
                "tiab|title/abstract|tw|text word": TEXT_FIELDS, "ti|title": _TI,
                "ot|other term": _KEY, "all|all fields": _ALL,
                "mesh|mh|mesh terms|mesh:noexp|mh:noexp|mesh terms:noexp": _HEAD,
                "majr|mesh major topic|majr:noexp|sh|mesh subheading|subheading|nm": _HEAD,
                "au|author|1au|first author|fau|lastau": ("author",),
                "ta|journal|jour": ("journal",), "la|lang|language": ("language",),
                "dp|pdat|publication date|date - publication|edat|crdt": ("year",),
                "pt|publication type": ("kind",), "doi|aid|lid": ("doi",), "pmid|uid": ("record",),
                "ad|affiliation": ("affiliation",), "sb|filter|subset": ("limit",),
                "gr|pl|is|vi|ip|pg|rn|tt|cn|ed|pa|ps|si": _OTHER,
            },
            keep="tw majr majr:noexp sh nm 1au lastau fau edat crdt filter sb gr pl is vi ip pg rn tt cn ed"
            " pa ps si",
            explode="mesh mh majr",
        ),
        "scopus": _tags(
            {
                "title-abs-key": TEXT_FIELDS, "title-abs": _TIAB, "title": _TI, "abs": _AB,
                "key|authkey": _KEY, "indexterms": _HEAD, "all": _ALL,
                "auth|author-name|author": ("author",), "srctitle": ("journal",),
                "pubyear": ("year",), "language": ("language",), "doctype": ("kind",),
                "doi": ("doi",), "affil": ("affiliation",), "limit-to|exclude": ("limit",),
                "title-abs-key-auth": (*TEXT_FIELDS, "author"), "pmid": ("record",),
                "ref|fund-all|subjarea|srctype|issn|conf": _OTHER,
            },
            keep="authkey limit-to exclude ref fund-all subjarea srctype issn conf",
        ),
        "wos": _tags(
            {
                "ts": TEXT_FIELDS, "ti": _TI, "ab": _AB, "ak|kp": _KEY, "all": _ALL,
                "au": ("author",), "so": ("journal",), "py": ("year",), "la": ("language",),
                "dt": ("kind",), "do": ("doi",), "pmid": ("record",),
                "ad|oo|og": ("affiliation",),
                "wc|su|cu|ci|is|ut|fo|ft|gp|cf|ed|ai|fg|ps|sa|sg|zp|dop": _OTHER,
            },
            keep="kp oo og wc su cu ci is ut fo ft gp cf ed ai fg ps sa sg zp dop",
        ),
        "ovid": _tags(
            {
                "ti": _TI, "ab": _AB, "kw|kf|id": _KEY, "mp|tw": TEXT_FIELDS, "af": _ALL,
                "hw|sh|mh": _HEAD, "heading": _HEAD,
                "au": ("author",), "jn|jx|jw": ("journal",), "yr|dp|(sa_year)": ("year",),
                "la|lg": ("language",), "pt": ("kind",), "do": ("doi",), "in": ("affiliation",),
                "limit": ("limit",), "ot|tc|cs|sj|is|pm|dt|ed|an|rn|nm": _OTHER,
            },
            keep="mp tw hw sh focus exp_focus limit ot tc cs sj is pm dt ed an rn nm",
        ),
        "ebsco": _tags(
            {
                "ti": _TI, "ab": _AB, "kw": _KEY, "tx": _ALL, "mh|de|su|mm|mj": _HEAD,
                "au": ("author",), "so|jn": ("journal",), "py|dt": ("year",), "la": ("language",),
                "pt|zt": ("kind",), "di": ("doi",), "af": ("affiliation",), "tp": TEXT_FIELDS,
                "is|ib|zu|zy|pm": _OTHER,
            },
            keep="de su mm mj tp is ib zu zy pm",
        ),
    }
)  # fmt: skip

_NAMES: Mapping[str, Mapping[tuple[str, ...], str]] = MappingProxyType(
    {
        "pubmed": {
            TEXT_FIELDS: "tiab", _TI: "ti", _KEY: "ot", _ALL: "all", ("author",): "au",
            ("journal",): "ta", ("year",): "dp", ("language",): "la", ("kind",): "pt",
            ("doi",): "doi", ("record",): "pmid", ("affiliation",): "ad",
        },
        "scopus": {
            TEXT_FIELDS: "TITLE-ABS-KEY", _TIAB: "TITLE-ABS", _TI: "TITLE", _AB: "ABS",
            _KEY: "KEY", _ALL: "ALL", _HEAD: "INDEXTERMS", ("author",): "AUTH",
            ("journal",): "SRCTITLE", ("year",): "PUBYEAR", ("language",): "LANGUAGE",
            ("kind",): "DOCTYPE", ("doi",): "DOI", ("record",): "PMID", ("affiliation",): "AFFIL",
            (*TEXT_FIELDS, "author"): "TITLE-ABS-KEY-AUTH",
        },
        "wos": {
            TEXT_FIELDS: "TS", _TI: "TI", _AB: "AB", _KEY: "AK", _ALL: "ALL", ("author",): "AU",
            ("journal",): "SO", ("year",): "PY", ("language",): "LA", ("kind",): "DT",
            ("doi",): "DO", ("record",): "PMID", ("affiliation",): "AD",
        },
        "ovid": {
            TEXT_FIELDS: "ti,ab,id", _TIAB: "ti,ab", _TI: "ti", _AB: "ab", _KEY: "id", _ALL: "af",
            _HEAD: "heading", ("author",): "au", ("journal",): "jn", ("year",): "yr",
            ("language",): "la", ("kind",): "pt", ("doi",): "do", ("affiliation",): "in",
        },
        "ebsco": {
            _TI: "TI", _AB: "AB", _KEY: "KW", _ALL: "TX", _HEAD: "MH", ("author",): "AU",
            ("journal",): "SO", ("year",): "PY", ("language",): "LA", ("kind",): "PT",
            ("doi",): "DI", ("affiliation",): "AF",
        },
    }
)  # fmt: skip
