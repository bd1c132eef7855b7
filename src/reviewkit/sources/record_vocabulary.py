"""Kinds of publication, languages and databases under one name each.

Databases call a journal article ``JOUR``, ``Journal Article``, ``Article`` or
``article-journal``, and English ``eng``, ``en-US`` or ``English``.  To teach one more
spelling, add it to :data:`KINDS`, :data:`LANGUAGES` or :data:`DATABASES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "DATABASES",
    "KINDS",
    "LANGUAGES",
    "SPECIAL",
    "is_no_kind",
    "name_database",
    "name_kind",
    "name_languages",
    "tell_database",
]

_UNWANTED = re.compile(r"[^\w&/'. -]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_KIND = frozenset(
    ["pdf", "html", "htm", "citation", "doc", "docx", "ps", "rtf", "ppt", "xls", "txt"]
)
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)?", re.IGNORECASE)
_PARTED = re.compile(r"\s*(?:[;,/|]|\band\b|\.\s+(?=[A-Z]))\s*")


def name_kind(text: str) -> str:
    """Return the kind of publication that a spelling stands for; nothing where it is unknown.

    >>> name_kind("JOUR"), name_kind("Conference Abstract"), name_kind("bookSection")
    ('article', 'conference', 'chapter')
    """
    plain = _plain(text)
    known = KINDS.get(plain, "") or KINDS.get(plain.partition(",")[0].strip(), "")
    return known or KINDS.get(_plain(_HUMP.sub(" ", text)), "")


def is_no_kind(text: str) -> bool:
    """Return whether what stands for a kind tells the format of a file, and nothing of the work.

    >>> is_no_kind("PDF"), is_no_kind("Poster")
    (True, False)
    """
    return _plain(text) in _NO_KIND


def name_languages(text: str) -> list[str]:
    """Return the English names of the languages in a value; what is unknown stays as it is.

    >>> name_languages("eng"), name_languages("English, Persian"), name_languages("pt-BR")
    (['English'], ['English', 'Persian'], ['Portuguese'])
    """
    found = []
    for part in _PARTED.split(text.strip(" .;")):
        plain = part.strip(" .()[]").casefold()
        code = _CODE.fullmatch(plain)
        name = LANGUAGES.get(plain) or LANGUAGES.get(code[1] if code else "")
        if name or plain not in _NO_LANGUAGE:
            found.append(name or part.strip())
    return list(dict.fromkeys(found))


def name_database(text: str) -> str:
    """Return the name of a database; what is unknown stays as it is.

    >>> name_database("APA PsycInfo <2021>"), name_database("aph"), name_database("Noormags")
    ('APA PsycInfo', 'Academic Search', 'Noormags')
    """
    plain = re.sub(r"\s*(?:<[^<>]*>|\([^()]*\)|\d{4}\s*(?:to|-).*)", "", text).strip(" .")
    known = DATABASES.get(plain.casefold(), "")
    if not known:
        key = plain.casefold()
        known = next((name for start, name in _STARTS.items() if key.startswith(start)), "")
    return known or plain


def tell_database(accession: str, url: str) -> str:
    """Return the database that gave a record its number or address; nothing where none did.

    >>> tell_database("WOS:000282053100002", ""), tell_database("", "https://www.embase.com/x")
    ('Web of Science', 'Embase')
    """
    for pattern, name in _ACCESSIONS:
        if accession and pattern.match(accession):
            return name
    for part, name in _ADDRESSES.items():
        if part in url:
            return name
    return ""


def _plain(text: str) -> str:
    return " ".join(_UNWANTED.sub(" ", text.casefold().replace("-", " ")).split()).strip(" .")


def _spell(**names: str) -> dict[str, str]:
    return {
        spelling.strip(): kind.replace("_", " ")
        for kind, spellings in names.items()
        for spelling in spellings.split("|")
    }


#: Kinds that say more than "article": where a record has several, the first of these counts.
SPECIAL = (
    "retraction", "retracted", "erratum", "comment", "letter", "editorial", "preprint", "registration",
    "conference", "thesis", "chapter", "report",
)  # fmt: skip

#: Spellings, in lower case and with blanks for hyphens → kind.
KINDS: Mapping[str, str] = MappingProxyType(
    _spell(
        article="jour|ejour|jfull|inpr|abst|mgzn|article|article journal|journal article|"
        "journal articles|journal|article in press|review|systematic review|short survey|data paper|"
        "article magazine|magazine article|journalarticle|scholarlyarticle|scholarly article|"
        "research article|original article|original paper|review article|early access|"
        "meta analysis|randomized controlled trial|clinical trial|case reports|j|peer reviewed journal|"
        "electronic article|academic journal|journal article or review|"
        "article; early access|review; early access|clinical trial protocol|brief report|note",
        book="book|ebook|edbook|mvbook|whole book|books|collection|b|edited book|monograph|"
        "electronic book|authored book|proceedings book|booklet|book whole",
        chapter="chap|echap|chapter|book chapter|book section|inbook|incollection|s|encyc|"
        "entry encyclopedia|entry dictionary|entry|dict|encyclopedia|encyclopedia article|"
        "dictionary entry|electronic book section|book part|reference entry|bookitem",
        thesis="thes|thesis|dissertation|phdthesis|mastersthesis|dissertation/thesis|"
        "doctoral dissertation|dissertation abstract|dissertations/theses|phd thesis|"
        "dissertations/theses doctoral dissertations|dissertations/theses masters theses|"
        "academic dissertation|masters thesis|master's thesis",
        conference="conf|cpaper|conference|conference paper|paper conference|inproceedings|"
        "proceedings|proceedings paper|proceedings article|meeting abstract|conference abstract|"
        "conference review|conference proceedings|conference proceeding|conference item|congress|"
        "congresses|speeches/meeting papers|journal conference abstract|conferencepaper|"
        "meeting abstracts|speech|slide|abstract|journal article; conference proceeding|"
        "journal article conference proceeding|journal conference review|journal conference paper|p",
        report="rprt|report|techreport|technical report|govdoc|gen report|government document|"
        "reports research|reports evaluative|reports descriptive|working paper|manual|guideline|"
        "practice guideline|unpb|unpublished|unpublished work|manuscript|pamp|pamphlet|brochure|"
        "reports general|numerical/quantitative data|hear|hearing|bill|case|stat|legislation|"
        "legal case|statute|legal_case|report series|monograph report|draft",
        preprint="preprint|posted content|ppr|posted_content|eprint",
        dataset="data|dataset|dataset data|dbase|aggr|aggregated database|data set|"
        "online database|data study",
        registration="trial registry record|trial registry|trial registration|"
        "journal article trial registry record|clinical trial registration|clinicaltrial|registration",
        erratum="erratum|errata|correction|published erratum|corrigendum|addendum|"
        "erratum/correction|correction addition|corrected and republished article|journal erratum",
        retraction="retraction|retraction of publication|retraction notice|withdrawal notice|"
        "expression of concern",
        retracted="retracted|retracted publication|retracted article|withdrawn publication",
        comment="comment|reply|comment/reply|commentary|discussion|author response|"
        "rebuttal|author's reply",
        letter="letter|icomm|pcomm|personal communication|personal_communication|journal letter",
        editorial="editorial|editorial material|journal editorial|introductory journal article",
        web="elec|web|web page|webpage|website|blog|post weblog|post|webpage post|internet|misc web|"
        "web site|online|blog post|webdoc|electronic resource|electronic source|forum post",
        newspaper="news|newspaper|article newspaper|newspaper article|news item|press release",
        patent="pat|patent",
        standard="stand|standard",
        software="comp|software|computer program|computer file|source code",
        media="media|advs|mpct|sound|video|map|art|music|figure|graphic|motion_picture|song|broadcast|"
        "film or broadcast|audiovisual material|interview|motion picture|podcast|artwork|video game",
        other="gen|generic|misc|other|document|ctlg|ser|serial|gen other|catalog|classical work|"
        "clswk|ancient text|equation|eqn|chart|grant|blog other|standard other|unknown|component",
    )
)

_NO_LANGUAGE = frozenset(["", "und", "mul", "mis", "zxx", "n/a", "undetermined", "unknown", "none"])


def _list_languages() -> dict[str, str]:
    rows = """
    English en eng|Persian fa per fas farsi فارسی|Arabic ar ara العربية عربي|Spanish es spa español
    castellano|Portuguese pt por português|French fr fre fra français|German de ger deu deutsch
    |Italian it ita italiano|Dutch nl dut nld flemish nederlands|Chinese zh chi zho mandarin 中文
    |Japanese ja jpn 日本語|Korean ko kor 한국어|Russian ru rus русский|Turkish tr tur türkçe
    |Polish pl pol polski|Ukrainian uk ukr|Czech cs cze ces|Slovak sk slo slk|Slovenian sl slv
    slovene|Croatian hr hrv scr|Serbian sr srp scc|Bosnian bs bos|Bulgarian bg bul|Macedonian mk mac
    mkd|Romanian ro rum ron moldavian|Hungarian hu hun|Greek el gre ell|Hebrew he heb iw|Swedish sv
    swe|Norwegian no nor nb nn nob nno|Danish da dan|Finnish fi fin|Icelandic is ice isl|Estonian et
    est|Latvian lv lav|Lithuanian lt lit|Albanian sq alb sqi|Armenian hy arm hye|Georgian ka geo kat
    |Azerbaijani az aze|Kazakh kk kaz|Uzbek uz uzb|Kurdish ku kur|Pashto ps pus|Urdu ur urd|Hindi hi
    hin|Bengali bn ben|Tamil ta tam|Telugu te tel|Marathi mr mar|Gujarati gu guj|Punjabi pa pan
    |Nepali ne nep|Sinhala si sin|Thai th tha|Vietnamese vi vie|Indonesian id ind|Malay ms may msa
    |Tagalog tl tgl filipino fil|Burmese my bur mya|Khmer km khm|Lao lo lao|Mongolian mn mon
    |Swahili sw swa|Amharic am amh|Afrikaans af afr|Zulu zu zul|Hausa ha hau|Yoruba yo yor|Catalan
    ca cat|Galician gl glg|Basque eu baq eus|Irish ga gle|Welsh cy wel cym|Latin la lat|Esperanto eo
    epo|Maltese mt mlt|Belarusian be bel|Tajik tg tgk|Serbo-Croatian sh
    """
    table: dict[str, str] = {}
    for row in rows.split("|"):
        name, *spellings = row.split()
        table |= dict.fromkeys([name.casefold(), *spellings], name)
    return table


#: Codes of ISO 639 and names, in lower case → English name.
LANGUAGES: Mapping[str, str] = MappingProxyType(_list_languages())

#: Names and short names of databases, in lower case → name.
DATABASES: Mapping[str, str] = MappingProxyType(
    {
        "scopus": "Scopus", "embase": "Embase", "embase classic+embase": "Embase",
        "medline": "MEDLINE", "pubmed": "PubMed", "nlm": "PubMed", "pmc": "PubMed Central",
        "pubmed central": "PubMed Central", "pmid": "PubMed", "web of science": "Web of Science",
        "wos": "Web of Science", "psycinfo": "APA PsycInfo", "apa psycinfo": "APA PsycInfo",
        "psyh": "APA PsycInfo", "apa psycarticles": "APA PsycArticles", "pdh": "APA PsycArticles",
        "cinahl": "CINAHL", "cinahl plus": "CINAHL", "cinahl complete": "CINAHL", "cin20": "CINAHL",
        "c8h": "CINAHL", "ccm": "CINAHL", "rzh": "CINAHL", "jlh": "CINAHL", "cul": "CINAHL",
        "ebscohost": "EBSCOhost",
        "aph": "Academic Search", "a9h": "Academic Search", "asn": "Academic Search",
        "cmedm": "MEDLINE", "mdc": "MEDLINE", "mnh": "MEDLINE", "eric": "ERIC", "sih": "SocINDEX",
        "cochrane": "Cochrane Library", "cochrane library": "Cochrane Library",
        "central": "Cochrane Library", "google scholar": "Google Scholar", "openalex": "OpenAlex",
        "proquest": "ProQuest", "crossref": "Crossref", "arxiv": "arXiv", "arxiv.org": "arXiv",
        "noormags": "Noormags", "lilacs": "LILACS", "scielo": "SciELO", "rayyan": "",
    }
)  # fmt: skip
_STARTS = {
    "clarivate": "Web of Science", "isi export": "Web of Science", "web of science": "Web of Science",
    "ovid medline": "MEDLINE", "medline": "MEDLINE", "embase": "Embase", "apa psyc": "APA PsycInfo",
    "psycinfo": "APA PsycInfo", "cinahl": "CINAHL", "academic search": "Academic Search",
    "eric": "ERIC", "cochrane": "Cochrane Library",
}  # fmt: skip
_ACCESSIONS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:WOS|BCI|BIOSIS|KJD|RSCI|SCIELO|MEDLINE):\w", "Web of Science"),
        (r"CN-\d", "Cochrane Library"),
        (r"2-s2\.0-\d", "Scopus"),
        (r"E[JD]\d{5,7}\Z", "ERIC"),
        (r"L\d{6,12}\Z", "Embase"),
        (r"\d{4}-\d{5}-\d{3}\Z", "APA PsycInfo"),
    )
)
_ADDRESSES = {
    "scopus.com/": "Scopus", "embase.com/": "Embase", "cochranelibrary.com/central": "Cochrane Library",
    "webofscience.com/": "Web of Science", "webofknowledge.com": "Web of Science",
    "pubmed.ncbi.nlm.nih.gov": "PubMed", "ncbi.nlm.nih.gov/pubmed": "PubMed",
    "db=psyh": "APA PsycInfo", "db=cin20": "CINAHL", "db=c8h": "CINAHL", "db=ccm": "CINAHL",
    "db=rzh": "CINAHL", "db=jlh": "CINAHL", "db=cul": "CINAHL",
    "db=aph": "Academic Search", "db=a9h": "Academic Search", "db=asn": "Academic Search",
    "db=cmedm": "MEDLINE", "db=mdc": "MEDLINE", "db=mnh": "MEDLINE", "db=eric": "ERIC",
    "eric.ed.gov": "ERIC", "search.proquest.com": "ProQuest", "proquest.com/": "ProQuest",
    "openalex.org/": "OpenAlex", "noormags": "Noormags", "scholar.google": "Google Scholar",
}  # fmt: skip
