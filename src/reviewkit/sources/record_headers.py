# ruff: noqa: RUF001  headers in many scripts
"""Which column of a table holds which field, tool by tool.

Headers are compared without case, spaces and marks.  :data:`HEADERS` holds the spellings that
mean the same wherever they stand; a :class:`Layout` adds what one tool means otherwise, and the
headers by which its tables are known.  To read the table of another tool, add a layout; a
header that any tool may use goes to :data:`HEADERS`.

A role is a field of a record, or one of these: ``title?`` is used where the record has no title
(so for every field), ``pages<`` and ``pages>`` are its first and its last page, ``notes:``
goes to the notes behind its header, ``citation`` is a citation as PubMed writes it, and ``""`` is
not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from reviewkit.sources.schema import plain_name

__all__ = ["HEADERS", "LAYOUTS", "Layout", "find_layout", "name_role", "near_role"]


_ASIDE = re.compile(r"[(\[{].*")  # "Title (German)"


class Layout(NamedTuple):
    """The table of one tool."""

    source: str  # database or tool
    marks: frozenset[str]  # headers that it has, and that no other tool has together
    roles: Mapping[str, str]  # role by header, where it is not as in HEADERS
    by: str = ""  # what separates authors, where the tool fixes it
    stop: str = ""  # what ends a list of authors
    keeps_rest: bool = False  # whether columns without a role are labels that go to the notes


def find_layout(headers: list[str]) -> Layout | None:
    """Return the layout of a table with these headers.

    >>> find_layout(["PMID", "Title", "Authors", "Citation", "Journal/Book"]).source
    'PubMed'
    """
    names = {plain_name(header) for header in headers}
    found = [layout for layout in LAYOUTS if layout.marks <= names]
    return max(found, key=lambda layout: len(layout.marks)) if found else None


def name_role(header: str, layout: Layout | None) -> str | None:
    """Return the role of a column, or None if its header is not known.

    >>> name_role("Título", None), name_role("Sample size", None)
    ('title', None)
    """
    name = plain_name(header)
    if layout and name in layout.roles:
        return layout.roles[name]
    return HEADERS.get(name)


@cache
def near_role(header: str) -> tuple[str, str] | None:
    """Return a header that is spelled nearly so, and its role; None if there is none.

    >>> near_role("Abstrct"), near_role("Title (German)"), near_role("Sample size")
    (('abstract', 'abstract'), ('title', 'title'), None)
    """
    bare = plain_name(_ASIDE.sub("", header))
    near = [bare] if bare in HEADERS else get_close_matches(bare, HEADERS, n=1, cutoff=0.85)
    return (near[0], HEADERS[near[0]]) if near and len(bare) > 3 else None


def _layout(
    source: str,
    marks: str,
    roles: str = "",
    *,
    by: str = "",
    stop: str = "",
    keeps_rest: bool = False,
) -> Layout:
    """Return a layout; marks and roles are written as in a table of ours, for reading."""
    pairs = [entry.split("=") for entry in roles.split()]
    return Layout(
        source,
        frozenset(marks.split()),
        MappingProxyType({name: role for name, role in pairs}),
        by,
        stop,
        keeps_rest,
    )


#: Headers by role, in the languages in which tables of records are kept.
_SPELLINGS = {
    "title": """title titles article_title document_title paper_title item_title primary_title
        title_primary record_title study_title titel titre título titulo titolo tytuł başlık titulus
        название заглавие заголовок عنوان عنوان_مقاله عنوان_المقال 标题 標題 題名 题名 タイトル 제목""",
    "title?": "original_title display_name translated_title title_english short_title",
    "authors": """authors author author_s author_names authors_primary primary_authors creators
        creator contributors autor autoren verfasser auteur auteurs autores autore autori autor_es
        autorzy yazar yazarlar авторы автор نویسنده نویسندگان مؤلف المؤلف المؤلفون 作者 著者 저자""",
    "authors?": "editors editor first_author book_authors group_authors",
    "year": """year publication_year published_year pub_year pubyear year_of_publication
        year_published publicationyear jahr erscheinungsjahr année annee año ano anno rok yıl год
        سال سال_انتشار السنة 年 年份 発行年 연도""",
    "year?": """date publication_date date_published publicationdate pubdate date_of_publication
        publicationdateyear published date_primary cover_date online_date datum дата تاریخ""",
    "journal": """journal journal_title journal_book journal_name source_title publication_title
        publication journal_publication pubtitle periodical periodical_full secondary_title
        container_title jt zeitschrift revue revista rivista czasopismo dergi журнал مجله نشریه
        المجلة 期刊 雑誌 저널""",
    "journal?": """abbreviated_source_title journal_abbreviation periodical_abbrev book_title
        anthology_title conference_title conference_name meeting_name booktitle source venue""",
    "volume": "volume vol journal_volume volume_number band tome volumen tom cilt том دوره جلد 卷 巻",
    "issue": """issue number issue_number journal_issue no heft nummer numéro numero número sayı
        выпуск номер شماره 期 号""",
    "pages": """pages page pagination page_range page_s page_numbers page_info seiten páginas
        paginas pagine strony страницы صفحات صفحه 页码 ページ""",
    "pages<": "first_page start_page page_start beginning_page startpage sp biblio_first_page",
    "pages>": "last_page end_page page_end ending_page endpage other_pages ep biblio_last_page",
    "pages?": "article_number art_no article_no elocation_id",
    "doi": "doi digital_object_identifier digitalobjectidentifier item_doi doi_number ids_doi",
    "pmid": "pmid pubmed_id pubmed_identifier medline_pmid pubmedid medline_id ids_pmid",
    "abstract": """abstract abstract_note abstracts abstract_text summary description
        zusammenfassung résumé resume resumen resumo riassunto streszczenie özet аннотация реферат
        چکیده خلاصه الملخص 摘要 要旨 초록""",
    "abstract?": "original_abstract",
    "keywords": """keywords keyword author_keywords index_keywords keywords_plus subject subjects
        subject_terms subjectterms subject_headings manual_tags automatic_tags mesh_terms mesh
        descriptors descriptor_s keywords_display_name mh schlüsselwörter schlagwörter mots_clés
        palabras_clave palavras_chave parole_chiave słowa_kluczowe anahtar_kelimeler
        ключевые_слова کلیدواژه کلیدواژه_ها کلمات_کلیدی 关键词 キーワード 키워드""",
    "language": """language languages article_language language_of_original_document la sprache
        langue idioma lingua język dil язык زبان اللغة 语言 言語 언어""",
    "url": """url urls link links plink doi_link fulltext_url full_text_url full_text_link
        articleurl article_url documenturl document_url dimensions_url source_linkout
        primary_location_landing_page_url external_url embase_link pdf_link""",
    "kind": """kind type item_type document_type publication_type reference_type doctype documenttype
        content_type entry_type articletype publicationtype art tipo""",
    "issn": "issn isbn eissn e_issn print_issn issns isbns issn_isbn eisbn journal_issn isbn_issn",
    "accession": """accession_number accession accession_no an embase_accession_id pui eid
        lens_id publication_id central_id ut_unique_wos_id unique_id covidence storeid""",
    "publisher": """publisher book_publisher verlag éditeur editorial editore издательство ناشر
        出版社""",
    "place": """place location publisher_city place_of_publication placeofpublication
        publisher_location city""",
    "source": "database database_name library_catalog source_database longdbname db data_source",
    "notes": """notes note comments comment extra tags user_notes remarks bemerkungen notas
        یادداشت 备注""",
    "notes:": """label labels included include decision screening_decision exclusion_reason
        exclusion_reasons reason final_included label_included included_label included_final
        included_flag asreview_label asreview_note asreview_prior asreview_tags asreview_time
        asreview_ranking asreview_reason consensus""",
}

#: Roles by plain header.
HEADERS: Mapping[str, str] = MappingProxyType(
    {name: role for role, names in _SPELLINGS.items() for name in names.split()}
)

#: Tables by tool; of several that fit, the one with the most marks is taken.
LAYOUTS: tuple[Layout, ...] = (
    _layout("Scopus", "title source_title eid",
            "authors=authors? author_full_names=authors source=source affiliations= "
            "editors= art_no=pages? link=url"),
    _layout("Scopus", "title source_title author_s_id",
            "authors=authors? author_full_names=authors source=source affiliations= "
            "editors= art_no=pages? link=url"),
    _layout("PubMed", "pmid title citation journal_book",
            "citation=citation first_author= create_date=", stop="."),
    _layout("Embase", "title author_names source_title pui",
            "source= author_names=authors embase_accession_id=accession emtree_drug_index_terms_major_focus=keywords "
            "emtree_drug_index_terms=keywords emtree_medical_index_terms_major_focus=keywords "
            "emtree_medical_index_terms=keywords open_url_link= editors="),
    _layout("Embase", "title author_names source embase_link",
            "source=journal? emtree_drug_index_terms=keywords emtree_medical_index_terms=keywords "
            "open_url_link="),
    _layout("EBSCO", "article_title author journal_title plink",
            "article_title=title publication_date=year keywords=keywords"),
    _layout("EBSCO", "title contributors publicationdate subjects",
            "source=journal publicationdate=year longdbname=source an=accession "
            "doctypes=kind pubtypes=kind plink=url"),
    _layout("Cochrane", "author_s title central_id",
            "source=journal database_name=source central_id=accession"),
    _layout("Cochrane", "title author_s source cochrane_review_group_code",
            "source=journal database_name=source"),
    _layout("Web of Science", "article_title source_title ut_unique_wos_id",
            "authors=authors? author_full_names=authors article_number=pages? book_editors= "
            "web_of_science_index= doi_link=url? publication_date=year?"),
    _layout("Web of Science", "pt au ti so ut",
            "pt= au=authors? af=authors ti=title so=journal py=year pd=year? vl=volume is=issue "
            "bp=pages< ep=pages> ar=pages? di=doi pm=pmid ab=abstract de=keywords id=keywords "
            "la=language dt=kind sn=issn ei=issn bn=issn ut=accession pu=publisher pi=place "
            "ji=journal? j9=journal? an=accession", by=";"),
    _layout("Dimensions", "publication_id title dimensions_url",
            "authors_raw_affiliation= source_linkout=url? publication_date=year? source_title=journal"),
    _layout("Lens", "lens_id title source_title",
            "author_s=authors source_urls=url external_url=url? issue_number=issue "
            "fields_of_study=keywords date_published=year?"),
    _layout("OpenAlex", "id display_name authorships_author_display_name",
            "id=accession source= author= authorships_author_display_name=authors "
            "authorships_raw_author_name=authors? primary_location_source_display_name=journal "
            "host_venue_display_name=journal primary_location_source_issn=issn biblio_volume=volume "
            "biblio_issue=issue type=kind ids_doi= doi=doi publication_date=year? "
            "primary_location_source_host_organization_name=publisher", by="|"),
    _layout("OpenAlex", "id display_name publication_year",
            "id=accession type=kind primary_location_display_name=journal source= "
            "author_names=authors", by="|"),
    _layout("Google Scholar", "authors title publication number pages year publisher",
            "publication=journal number=issue", by=";"),
    _layout("Publish or Perish", "cites authors title gsrank",
            "source=journal articleurl=url citationurl= fulltexturl=url? startpage=pages< "
            "endpage=pages> type=kind abstract=abstract"),
    _layout("Zotero", "key item_type title publication_title",
            "author=authors editor=authors? date=year? extra=notes conference_name=journal? "
            "type=kind? book_author= short_title= number=issue? key=", by=";"),
    _layout("Rayyan", "key title authors notes issn",
            "key=accession pubmed_id=pmid pmc_id= location=place", by="and"),
    _layout("Covidence", "title authors published_year covidence",
            "study=notes: notes=notes tags=notes ref= covidence=accession", by=";"),
    _layout("Abstrackr", "internal_id source_id title consensus",
            "internal_id=accession source_id= labeled_at=", keeps_rest=True),
    _layout("RefWorks", "title_primary authors_primary",
            "author_secondary=authors? reference_type=kind title_secondary=journal? "
            "publication_year=year identifier="),
    _layout("RefWorks", "reference_type title authors periodical_full",
            "authors=authors ref_id="),
    _layout("ProQuest", "title authors pubtitle storeid", "documenturl=url pubdate=year?"),
    _layout("IEEE Xplore", "document_title authors author_affiliations",
            "ieee_terms=keywords pdf_link=url publication_title=journal document_identifier=kind",
            by=";"),
    _layout("Springer", "item_title item_doi publication_title", "authors=authors", by="|"),
    _layout("Europe PMC", "source external_id title author_string",
            "source= external_id=accession author_string=authors pubtype=kind"),
    _layout("ERIC", "id title author source publicationdateyear",
            "id=accession source=journal publicationdateyear=year description=abstract"),
    _layout("LILACS", "title authors source journal database accession_number",
            "source= publication_country=place"),
    _layout("Semantic Scholar", "paperid title authors", "paperid=accession externalids="),
    _layout("Paperpile", "item_type authors title arxiv_id", "arxiv_id="),
    _layout("", "record source file line title authors",
            "record=record source=source file= line= number=issue", by=";"),
    _layout("ASReview", "title asreview_label", "record_id="),
    _layout("ASReview", "title included asreview_ranking", "record_id="),
)  # fmt: skip
