"""Tables of records, tool by tool, dirty rows, and tables that are none."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, shared, write, xls

from reviewkit._core.errors import ParseError
from reviewkit.sources.raw_records import FIELDS
from reviewkit.sources.record_headers import HEADERS, LAYOUTS
from reviewkit.sources.record_tables import is_record_table, read_record_table
from reviewkit.sources.schema import plain_name


def table(header, *rows, separator=",", quoting=csv.QUOTE_MINIMAL):
    """Return a table as text; a header is written in short as names between commas."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, quoting=quoting, lineterminator="\n")
    writer.writerow(header if isinstance(header, list) else header.split(","))
    writer.writerows(rows)
    return file.getvalue()


def read(folder, text, name="export.csv", encoding="utf-8"):
    return read_record_table(write(folder, text, name, encoding))


def values(raw, at=0):
    return raw.records[at].values


def whats(raw):
    return [note.what for note in raw.notes]


EXPORTS = {
    "abstrackr": ("Abstrackr", 10),
    "cochrane": ("Cochrane", 3),
    "covidence": ("Covidence", 10),
    "excel": ("Embase", 10),
    "openalex": ("OpenAlex", 9),
    "pubmed": ("PubMed", 10),
    "rayyan": ("Rayyan", 10),
    "scopus": ("Scopus", 10),
}


class TestAgainstRealExports:
    @pytest.mark.parametrize("name", EXPORTS)
    def test_each_record_is_there_with_its_fields(self, name):
        path = shared("formats", "exports", f"_baseline_{name}.csv")
        source, count = EXPORTS[name]
        raw = read_record_table(path)
        assert (raw.source, len(raw.records), raw.starts) == (source, count, count)
        assert is_record_table(path.read_text(encoding="utf-8-sig")[:65_536])
        for record in raw.records:
            assert set(record.values) <= set(FIELDS)
            assert record.values["title"][0][0].isupper()
            assert record.values["journal"]
            assert all("," not in name or name.count(",") == 1 for name in record.values["authors"])
            assert name == "abstrackr" or record.values["year"][0].isdecimal()
        assert not any("told apart" in what and "not" in what for what in whats(raw))

    @pytest.mark.parametrize("name", ["excel", "pubmed", "rayyan", "scopus", "openalex"])
    def test_dois_are_bare_or_links(self, name):
        path = shared("formats", "exports", f"_baseline_{name}.csv")
        dois = [doi for record in read_record_table(path).records for doi in record.values["doi"]]
        assert all(doi.removeprefix("https://doi.org/").startswith("10.") for doi in dois)
        assert all(" " not in doi for doi in dois)

    def test_one_paper_in_three_tools_has_the_same_authors(self):
        families = []
        for name in ("excel", "rayyan", "covidence", "abstrackr"):
            raw = read_record_table(shared("formats", "exports", f"_baseline_{name}.csv"))
            (record,) = (record for record in raw.records
                         if record.values["title"][0].startswith("A remarkable"))  # fmt: skip
            families.append(
                [name.replace(",", "").rsplit(" ", 1)[0] for name in record.values["authors"]]
            )
        assert families == [["Troiano", "Dos Santos", "Aureliano", "Ghilardi"]] * 4

    @pytest.mark.parametrize(
        "path",
        [("extraction", "twumasi_physician_assistants.csv"), ("prisma", "PRISMA.csv"),
         ("rayyan", "two_rater_decisions_anon_293.csv")],
    )  # fmt: skip
    def test_other_tables_are_not_claimed(self, path):
        path = shared("formats", *path)
        assert not is_record_table(path.read_text(encoding="utf-8-sig"))
        with pytest.raises(ParseError, match="a table without a column for titles"):
            read_record_table(path)


class TestTools:
    def test_scopus_full_names_and_article_numbers(self, tmp_path):
        text = table(
            "Authors,Author full names,Author(s) ID,Title,Year,Source title,Volume,Art. No.,Page start,Page end,DOI,Link,Author Keywords,Index Keywords,Document Type,Source,EID",
            ["Ada L.; Bo M.", "Ada, Lovelace (57190394669); Bo, Marcel (57190394670)", "1; 2", "One", "2024", "J", "1", "2864", "", "", "10.1/x", "https://example.org", "k", "Models, Biological; l", "Article", "Scopus", "2-s2.0-1"],
            ["Ada L.", "", "1", "Two", "2024", "J", "1", "", "10", "19", "", "", "", "", "Review", "Scopus", "2-s2.0-2"],
            quoting=csv.QUOTE_ALL,
        )  # fmt: skip
        raw = read(tmp_path, "\ufeff" + text)
        assert raw.source == "Scopus"
        assert values(raw)["authors"] == ["Ada, Lovelace", "Bo, Marcel"]
        assert values(raw)["pages"] == ["2864"]
        assert values(raw)["keywords"] == ["k", "Models, Biological", "l"]
        assert values(raw, 1)["authors"] == ["Ada L."]
        assert values(raw, 1)["pages"] == ["10-19"]

    def test_old_scopus_separates_authors_by_commas(self, tmp_path):
        text = table("Authors,Title,Year,Source title,EID", ["Ada L., Bo M., Cy N.", "T", "2009", "J", "2-s2.0-1"])  # fmt: skip
        raw = read(tmp_path, text)
        assert values(raw)["authors"] == ["Ada L.", "Bo M.", "Cy N."]
        assert "authors told apart at commas" in whats(raw)

    @pytest.mark.parametrize(
        ("database", "source"), [("ccm", "CINAHL"), ("psyh", "PsycINFO"), ("xyz", "EBSCO")]
    )
    def test_ebsco_guards_dates_and_database(self, tmp_path, database, source):
        text = (
            "Article Title,Author,Journal Title,ISSN,ISBN,Publication Date,Volume,Issue,First Page,Page Count,Accession Number,DOI,Publisher,Doctype,Subjects,Keywords,Abstract,PLink\n"
            '"A title","Ada, Lovelace; Bo, M.","J Nurs","=""19326203""",,"=""4/3/2024""","=""12""","=""3""","=""101""",10,"=""123""",10.1/x,Wiley,Article,"Burnout; Nurses",,"Abs",'
            f'"https://search.ebscohost.com/login.aspx?direct=true&db={database}&AN=123"\n'
        )
        raw = read(tmp_path, text)
        found = values(raw)
        assert raw.source == source
        assert (found["issn"], found["year"], found["volume"]) == (
            ["19326203"],
            ["4/3/2024"],
            ["12"],
        )
        assert found["authors"] == ["Ada, Lovelace", "Bo, M."]
        assert found["pages"] == ["101"]
        guards = {note.text for note in raw.notes if note.what == "spreadsheet guard taken off"}
        assert "ISSN (1 time)" in guards

    def test_embase_has_lines_above_its_header(self, tmp_path):
        text = (
            '"SEARCH QUERY";"burnout:ti"\n-----\n;;\nTitle;Author Names;Source title;Source;PUI;First Page;Last Page\n'
            "One;Ada L., Bo M.;J;J (2020) 1:1;L1;3;9\n"
        )
        raw = read(tmp_path, text)
        assert (raw.source, raw.records[0].line) == ("Embase", 5)
        assert values(raw)["journal"] == ["J"]
        assert [note.text for note in raw.notes if note.what == "text above the header"] == [
            "SEARCH QUERY burnout:ti",
            "-----",
        ]

    def test_embase_with_fields_by_row(self, tmp_path):
        text = (
            '"SEARCH QUERY","burnout:ti"\n\n"TITLE","One, title"\n"AUTHOR NAMES","Ada L.","Bo M."\n'
            '"SOURCE","J (2020) 1:1"\n"PUBLICATION YEAR","2020"\n"DOI","10.1/x"\n"PUI","L1"\n\n'
            '"TITLE","Two"\n"AUTHOR NAMES","Ada L."\n"PUBLICATION YEAR","2021"\n'
        )
        assert is_record_table(text)
        raw = read(tmp_path, text)
        assert [record.line for record in raw.records] == [3, 10]
        assert values(raw)["authors"] == ["Ada L.", "Bo M."]
        assert (values(raw)["doi"], values(raw)["accession"]) == (["10.1/x"], ["L1"])
        assert values(raw, 1) == {"title": ["Two"], "authors": ["Ada L."], "year": ["2021"]}
        assert raw.notes[0] == (1, -1, "text outside records", "SEARCH QUERY burnout:ti")

    def test_its_own_table(self, tmp_path):
        row = ["r1", "Embase", "a.ris", "1", "article", "T", "Ada, L.; Bo, M.", "2020", "J", "99"]
        text = table("record,source,file,line,kind,title,authors,year,journal,pmid", row)
        raw = read(tmp_path, text)
        assert values(raw)["kind"] == ["article"]
        assert (values(raw)["source"], raw.source) == (["Embase"], "Embase")

    def test_pubmed_pages_stand_in_its_citation(self, tmp_path):
        header = "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI"
        rows = [
            ["1", "One", "Ada L, Bo M.", "J. 2020 Feb;63(2):103-40. doi: 10.1/x. Epub 2019.", "", "J", "2020", "", "", "", "10.1/x"],
            ["2", "Two", "Ada L.", "Elife. 2022 Nov 30;11:e80092. doi: 10.1/y.", "", "Elife", "2022", "", "", "", "10.1/y"],
            ["3", "Three", "", "J. 2022 Nov 30. doi: 10.1/z. Online ahead of print.", "", "J", "2022", "", "", "", ""],
        ]  # fmt: skip
        raw = read(tmp_path, "\ufeff" + table(header, *rows))
        assert raw.source == "PubMed"
        assert [record.values.get("pages") for record in raw.records] == [
            ["103-40"],
            ["e80092"],
            None,
        ]
        assert (values(raw)["volume"], values(raw)["issue"]) == (["63"], ["2"])
        assert values(raw)["authors"] == ["Ada L", "Bo M"]

    def test_rayyan(self, tmp_path):
        header = "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id"
        notes = 'L1 | a note | RAYYAN-INCLUSION: {"Ada"=>"Included", "O\'Connor"=>"Maybe"} | RAYYAN-LABELS: a,b'
        row = ["rayyan-7", "T", "2019//", "1", "", "J", '["1932-8494", "1932-8486"]', "1", "2", "3-9", "Ada, L. and Dos Santos, Maria Clara", "https://example.org     U2  - L1", "English", "", "", "abs", notes, "10.1/x     LK  - https://example.org", "a;b", "99", ""]  # fmt: skip
        raw = read(tmp_path, table(header, row))
        found = values(raw)
        assert (raw.source, found["accession"]) == ("Rayyan", ["rayyan-7"])
        assert found["notes"] == [notes]
        assert found["authors"] == ["Ada, L.", "Dos Santos, Maria Clara"]
        assert (found["doi"], found["url"]) == (["10.1/x"], ["https://example.org"])
        assert found["issn"] == ["1932-8494", "1932-8486"]
        assert (found["year"], found["pmid"]) == (["2019//"], ["99"])
        assert [note.text for note in raw.notes if note.what == "swallowed neighbour cut off"] == [
            "U2  - L1",
            "LK  - https://example.org",
        ]

    def test_abstrackr_names_its_labellers_in_columns(self, tmp_path):
        text = (
            "(internal) id,(source) id,pubmed id,keywords,abstract,title,journal,authors,tags,consensus,labeled_at,Ada,labeled_at\n"
            '41,7,0,"a,b","abs\n",One,J,"Ada, L.\n and Bo, M.\n",,o,,1,2024-08-15\n'
            "citations that are not yet labeled by anyone\n"
            '42,8,99,,,Two,J,"Bo, M.\n"\n'
        )
        raw = read(tmp_path, text)
        assert [record.line for record in raw.records] == [2, 7]
        assert values(raw)["notes"] == ["consensus: o", "Ada: 1"]
        assert values(raw)["authors"] == ["Ada, L.", "Bo, M."]
        assert "pmid" not in values(raw)
        assert values(raw, 1)["pmid"] == ["99"]
        (note,) = (note for note in raw.notes if note.what == "text between records")
        assert (note.line, note.text) == (6, "citations that are not yet labeled by anyone")

    def test_covidence_and_asreview_keep_labels_in_notes(self, tmp_path):
        covidence = table("Title,Authors,Abstract,Published Year,Journal,Covidence #,Study,Notes,Tags", ["T", "Ada, L.; Bo, M.", "a", "2020", "J", "#7", "Ada 2020", "Exclusion reason: x", "t"])  # fmt: skip
        raw = read(tmp_path, covidence)
        assert raw.source == "Covidence"
        assert values(raw)["notes"] == ["Study: Ada 2020", "Exclusion reason: x", "t"]
        assert values(raw)["accession"] == ["#7"]
        asreview = table("record_id,title,authors,abstract,included,asreview_ranking", ["0", "T", "['Ada, L.', 'Bo, M.']", "nan", "-1", "3"])  # fmt: skip
        raw = read(tmp_path, asreview)
        assert raw.source == "ASReview"
        assert values(raw)["notes"] == ["included: -1", "asreview_ranking: 3"]
        assert values(raw)["authors"] == ["Ada, L.", "Bo, M."]
        assert "abstract" not in values(raw)

    def test_zotero(self, tmp_path):
        header = "Key,Item Type,Publication Year,Author,Title,Publication Title,ISBN,ISSN,DOI,Url,Abstract Note,Date,Pages,Issue,Volume,Journal Abbreviation,Publisher,Place,Language,Type,Library Catalog,Extra,Notes,Manual Tags,Automatic Tags,Editor,Number,Conference Name"
        row = ["A1", "journalArticle", "2020", "Ada, Lovelace; Bo, M.", "T", "J", "", "1111-1111", "10.1/x", "u", "abs", "2020-05-01", "1-9", "2", "7", "JA", "P", "Berlin", "en", "", "PubMed", "PMID: 9", "<p>n</p>", "k; l", "m", "Ed, E.", "", ""]  # fmt: skip
        raw = read(tmp_path, "\ufeff" + table(header, row, quoting=csv.QUOTE_ALL))
        found = values(raw)
        assert raw.source == "PubMed"
        assert (found["year"], found["journal"], found["issue"]) == (["2020"], ["J"], ["2"])
        assert found["authors"] == ["Ada, Lovelace", "Bo, M."]
        assert found["keywords"] == ["k", "l", "m"]
        assert found["notes"] == ["PMID: 9", "<p>n</p>"]

    @pytest.mark.parametrize(
        ("source", "text", "expected"),
        [
            ("Google Scholar",
             'Authors,Title,Publication,Volume,Number,Pages,Year,Publisher\n"Ada, Lovelace; Bo, M; ",T,J,1,2,3-4,2018,P\n',
             {"journal": ["J"], "issue": ["2"], "authors": ["Ada, Lovelace", "Bo, M"]}),
            ("Publish or Perish",
             'Cites,Authors,Title,Year,Source,Publisher,ArticleURL,CitesURL,GSRank,QueryDate,Type,DOI,ISSN,CitationURL,Volume,Issue,StartPage,EndPage,ECC,Abstract,FullTextURL\n12,"L Ada, M Bo",T,1935,J,P,https://a,https://b,1,2020,PDF,10.1/x,,,47,10,777,780,12,abs,https://c\n',
             {"journal": ["J"], "pages": ["777-780"], "url": ["https://a"], "authors": ["L Ada", "M Bo"]}),
            ("Dimensions",
             '"About the data: Exported on Sep 30, 2026. Criteria: ""x, y"""\n"Rank","Publication ID","DOI","PMID","Title","Source title","Publication Date","PubYear","Pagination","Authors","Authors (Raw Affiliation)","Dimensions URL","Publication Date"\n"1","pub.1","10.1/x","9","T","J","2020-03-01","2020","3-4","Ada, Lovelace; Bo, M","Ada (X)","https://a","2020"\n',
             {"journal": ["J"], "year": ["2020"], "accession": ["pub.1"], "authors": ["Ada, Lovelace", "Bo, M"]}),
            ("Lens",
             "Lens ID,Title,Date Published,Publication Year,Publication Type,Source Title,ISSNs,Author/s,Abstract,Volume,Issue Number,Start Page,End Page,Fields of Study,External URL,PMID,DOI\n000-1,T,2020-01-01,2020,journal article,J,12345678,Lovelace Ada; M Bo,Abs,1,2,3,4,Psych; Med,u,99,10.1/x\n",
             {"issue": ["2"], "pages": ["3-4"], "year": ["2020"], "keywords": ["Psych", "Med"], "url": ["u"]}),
            ("RefWorks",
             'Reference Type,"Authors, Primary",Title Primary,Periodical Full,Periodical Abbrev,Pub Year,Volume,Issue,Start Page,Other Pages,Keywords,DOI\nJournal Article,"Ada,L.;Bo,M.",T,J of X,JX,2019//,1,2,3,9,k;l,10.1/x\n',
             {"journal": ["J of X"], "year": ["2019//"], "pages": ["3-9"], "authors": ["Ada,L.", "Bo,M."]}),
            ("ProQuest",
             "Title,Abstract,StoreId,Authors,documentType,pubtitle,year,volume,issue,pages,language,subjectTerms,digitalObjectIdentifier,DocumentURL\nT,abs,17,\"Ada, L; Bo, M\",Article,J,2020,1,2,3-9,English,\"k; l\",10.1/x,u\n",
             {"journal": ["J"], "doi": ["10.1/x"], "accession": ["17"], "keywords": ["k", "l"]}),
            ("IEEE Xplore",
             '"Document Title","Authors","Author Affiliations","Publication Title","Publication Year","Start Page","End Page","ISSN","DOI","PDF Link","Author Keywords","IEEE Terms","Document Identifier"\n"T","L. Ada; M. Bo","X; Y","IEEE Access","2024","1","14","2169-3536","10.1/x","u","k;l","m","IEEE Journals"\n',
             {"journal": ["IEEE Access"], "pages": ["1-14"], "keywords": ["k", "l", "m"]}),
            ("Cochrane",
             '"Cochrane Review ID","Author(s)","Title","Source","Year","DOI","URL","Cochrane Review Group Code"\n"CD1","Ada, L; Bo, M","T","Cochrane Database of Systematic Reviews","2020","10.1/x","u","G"\n',
             {"journal": ["Cochrane Database of Systematic Reviews"], "authors": ["Ada, L", "Bo, M"]}),
            ("EBSCO",
             'id,title,abstract,contributors,publicationDate,subjects,source,longDBName,doi\n1,T,abs,"Ada, L.; Bo, M.",20200101,"k; l",J,PsycInfo,10.1/x\n',
             {"journal": ["J"], "source": ["PsycInfo"], "year": ["20200101"]}),
            ("ERIC",
             "id,title,author,source,publicationdateyear,description,subject,peerreviewed\nEJ1,T,\"Ada, L.; Bo, M.\",J,2020,abs,\"k; l\",T\n",
             {"accession": ["EJ1"], "abstract": ["abs"], "year": ["2020"], "journal": ["J"]}),
        ],
        ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
    )  # fmt: skip
    def test_other_tools(self, tmp_path, source, text, expected):
        raw = read(tmp_path, text)
        assert raw.source in {source, "PsycInfo"}
        assert len(raw.records) == 1
        assert values(raw)["title"] == ["T"]
        assert {name: values(raw)[name] for name in expected} == expected

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_web_of_science_with_tabs_quotes_nothing(self, tmp_path, encoding):
        text = (
            "PT\tAU\tAF\tTI\tSO\tPY\tVL\tBP\tEP\tDI\tUT\n"
            'J\tAda, L; Bo, M\tAda, Lovelace; Bo, Marcel\t"Burnout" in nurses\tNATURE\t2024\t1\t3\t9\t10.1/x\tWOS:1\n'
            'J\tBo, M\tBo, Marcel\t"Stress\tNATURE"\t2024\t1\t\t\t\tWOS:2\n'
        )
        raw = read(tmp_path, text, "savedrecs.txt", encoding)
        assert (raw.source, raw.format, len(raw.records)) == ("Web of Science", "tsv", 2)
        assert values(raw)["title"] == ['"Burnout" in nurses']
        assert values(raw)["authors"] == ["Ada, Lovelace", "Bo, Marcel"]
        assert values(raw)["pages"] == ["3-9"]
        assert values(raw, 1)["title"] == ['"Stress']

    def test_workbooks(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.append(["How this was searched"])
        sheet = book.create_sheet("savedrecs")
        sheet.append(["Search: burnout"])
        sheet.append(["Publication Type", "Authors", "Author Full Names", "Article Title", "Source Title", "Publication Year", "Start Page", "Pubmed Id", "UT (Unique WOS ID)"])  # fmt: skip
        sheet.append(["J", "Ada, L", "Ada, Lovelace; Bo, M", "T", "J", 2020, 7, 123, "WOS:1"])
        book.save(tmp_path / "savedrecs.xls")  # the name is wrong on purpose
        raw = read_record_table(tmp_path / "savedrecs.xls")
        assert (raw.format, raw.source, raw.records[0].line) == ("xlsx", "Web of Science", 3)
        assert (values(raw)["year"], values(raw)["pmid"]) == (["2020"], ["123"])
        assert whats(raw)[:2] == ["sheet not read", "text above the header"]

    def test_old_workbooks(self, tmp_path):
        content = xls([["Title", "Authors", "Year"], ["T", "Ada, L.; Bo, M.", 2020.0]])
        raw = read_record_table(write(tmp_path, content, "a.xls"))
        assert (raw.format, values(raw)["year"]) == ("xls", ["2020"])
        assert values(raw)["authors"] == ["Ada, L.", "Bo, M."]


class TestPlainTables:
    @pytest.mark.parametrize(
        ("header", "row"),
        [
            ("Title;Authors;Year;Journal", "T;Ada, L.;2020;J"),
            ("TITEL;Autor(en);Jahr;Zeitschrift", "T;Ada, L.;2020;J"),
            ("Título;Autores;Año;Revista", "T;Ada, L.;2020;J"),
            ("titre;auteurs;année;revue", "T;Ada, L.;2020;J"),
            ("عنوان;نویسندگان;سال;مجله", "T;Ada, L.;2020;J"),
            ("标题;作者;年份;期刊", "T;Ada, L.;2020;J"),
            ("Название;Авторы;Год;Журнал", "T;Ada, L.;2020;J"),
            ("article_title;author names;publication-year;journal name", "T;Ada, L.;2020;J"),
            ("Title (English);Author;YEAR ;Journal/Book", "T;Ada, L.;2020;J"),
        ],
    )
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_headers_in_many_languages(self, tmp_path, header, row, separator):
        text = table(header.split(";"), row.split(";"), separator=separator)
        raw = read(tmp_path, text)
        assert values(raw) == {
            "title": ["T"],
            "authors": ["Ada, L."],
            "year": ["2020"],
            "journal": ["J"],
        }
        assert is_record_table(text)

    def test_near_headers_are_read_and_noted(self, tmp_path):
        raw = read(tmp_path, "Titel,Abstrct,Sample size\nT,x,12\n")
        assert values(raw) == {"title": ["T"], "abstract": ["x"]}
        assert (1, 0, "header read as abstract", "Abstrct") in raw.notes
        assert (2, 0, "column not read", "Sample size (1 time)") in raw.notes

    def test_titles_alone(self, tmp_path):
        raw = read(tmp_path, "Title\nOne\nTwo\n")
        assert [record.values for record in raw.records] == [{"title": ["One"]}, {"title": ["Two"]}]

    def test_values_stay_as_they_are(self, tmp_path):
        raw = read(tmp_path, "Title,Year\nT,2019//\nU,in press\nV,n.d.\n")
        assert [record.values["year"] for record in raw.records] == [
            ["2019//"],
            ["in press"],
            ["n.d."],
        ]

    def test_lists_and_empty_words_of_pandas(self, tmp_path):
        raw = read(
            tmp_path,
            "title,authors,keywords,doi\nT,\"['O''Neil, A.', \"\"D'Arc, J.\"\"]\",\"['a', 'b']\",nan\n",
        )
        assert values(raw)["keywords"] == ["a", "b"]
        assert "doi" not in values(raw)
        assert "cell without a value" in whats(raw)

    def test_source_beside_a_journal_is_the_database(self, tmp_path):
        raw = read(tmp_path, "title,journal,source\nT,J,Embase\n")
        assert (values(raw)["source"], raw.source) == (["Embase"], "Embase")
        assert values(read(tmp_path, "title,source\nT,J\n"))["journal"] == ["J"]


class TestRows:
    def test_lines_are_those_of_the_file(self, tmp_path):
        text = 'Title,Abstract\n"One\nline",a\n\nTwo,"b\n\nc"\nThree,d\n'
        for end in ("\n", "\r\n", "\r"):
            raw = read(tmp_path, text.replace("\n", end))
            assert [record.line for record in raw.records] == [2, 5, 8]

    def test_records_and_notes_add_up(self, tmp_path):
        text = "Title,Year,Journal\nOne,2020,J\nTitle,Year,Journal\n,,\nA line of text\n,2021,\nTwo\n,,,\n"
        raw = read(tmp_path, text)
        assert [record.line for record in raw.records] == [2, 6]
        assert [(note.line, note.what) for note in raw.notes] == [
            (3, "header repeated"),
            (4, "blank row"),
            (5, "text between records"),
            (7, "text between records"),
            (8, "blank row"),
        ]

    def test_rows_that_are_too_long_or_too_short(self, tmp_path):
        raw = read(tmp_path, "Title,Year,Journal\nOne,2020\nTwo,2020,J,more\n")
        assert values(raw) == {"title": ["One"], "year": ["2020"]}
        assert raw.notes == [(3, 1, "4 cells under 3 headers", "more")]

    def test_cells_beyond_the_limit_of_the_csv_module(self, tmp_path):
        references = "a reference; " * 20_000
        raw = read(tmp_path, table("Title,References", ["One", references], ["Two", 'a "b"']))
        assert [record.values["title"] for record in raw.records] == [["One"], ["Two"]]
        assert whats(raw) == ["column not read"]

    def test_quotation_marks_within_cells(self, tmp_path):
        raw = read(tmp_path, 'Title,Year\n"He said "no" twice",2020\n"open,2021\n"b",2022\n')
        assert [record.values["title"] for record in raw.records] == [
            ['He said "no" twice'], ['"open'], ["b"]
        ]  # fmt: skip
        assert [(note.line, note.record) for note in raw.notes] == [(2, 0), (3, 1)]

    @pytest.mark.parametrize("cell", ["It is\nlong, and", "It is"])
    def test_a_file_that_is_cut_off(self, tmp_path, cell):
        raw = read(tmp_path, f'Title,Year,Abstract\nOne,2020,a\nTwo,2021,"{cell}')
        assert values(raw, 1)["abstract"] == [cell]
        assert (raw.starts, raw.ends) == (2, 1)
        (note,) = raw.notes
        assert note[:3] == (3, 1, "record without its end: the file ends within a cell")

    cells = st.text("aé,;\t|\"\n '=", max_size=8)

    @settings(patient, max_examples=60)
    @given(st.lists(st.tuples(cells, cells), min_size=1), st.sampled_from(",;\t|"))
    def test_quoted_cells_hold_anything(self, tmp_path_factory, rows, separator):
        rows = [(f"x{title}x", f"y{text}y") for title, text in rows]
        text = table("title,abstract", *rows, separator=separator, quoting=csv.QUOTE_ALL)
        raw = read(tmp_path_factory.mktemp("csv"), text)
        assert [(record.values["title"], record.values["abstract"]) for record in raw.records] == [
            ([title], [text]) for title, text in rows
        ]

    @settings(patient, max_examples=60)
    @given(st.text('aT,"\n', max_size=60))
    def test_any_text_below_a_header_is_read_or_refused(self, tmp_path_factory, text):
        path = write(tmp_path_factory.mktemp("csv"), f"Title,Year\nOne,2020\n{text}")
        try:
            raw = read_record_table(path)
        except ParseError as error:
            assert "close each quotation mark" in str(error)  # noqa: PT017
        else:
            assert raw.records[0].values["title"] == ["One"]
            lines = {record.line for record in raw.records} | {note.line for note in raw.notes}
            unseen = [number for number, line in enumerate(f"x\nx\n{text}".split("\n"), 1)
                      if line.strip(" ,\"") and number > 2 and number not in lines]  # fmt: skip
            assert not unseen or '"' in text


class TestMisuse:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("study,events,total\nAda,1,2\n", "a table without a column for titles"),
            ("Title,Year\n", "a header and no record below it"),
            ('Title,Year\n"Cut off in the mid\nof, a long\n', r"in line 2, which opens .* is never closed"),
            ("Title,Year\n\0,1\n", "a NUL byte in line 2"),
            ("", "nothing: the file is empty"),
            ("Title,Year\n" + '"a,' * 100_000, "is never closed"),
            ('"' * 100_000, "a table without a column for titles"),
            ("," * 100_000, "a table without a column for titles"),
        ],
        ids=["none", "header", "cut", "nul", "empty", "quotes", "marks", "commas"],
    )  # fmt: skip
    def test_is_named(self, tmp_path, text, message):
        with pytest.raises(ParseError, match=message) as error:
            read(tmp_path, text)
        assert "'export.csv'" in str(error.value)

    def test_endless_cells_are_read(self, tmp_path):
        assert len(read(tmp_path, "Title,Authors\nA," + "x, " * 100_000 + "\n").records) == 1

    @pytest.mark.parametrize("content", [b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0garbage"])
    def test_damaged_workbooks(self, tmp_path, content):
        with pytest.raises(ParseError, match=r"'a\.xlsx' must hold"):
            read_record_table(write(tmp_path, content, "a.xlsx"))

    def test_a_workbook_that_unpacks_to_gigabytes(self, tmp_path, monkeypatch):
        book = openpyxl.Workbook()
        book.active.append(["Title"])
        book.active.append(["T"])
        book.save(tmp_path / "a.xlsx")
        monkeypatch.setattr("reviewkit.sources.workbook_guard.MOST_UNPACKED", 1000)
        with pytest.raises(ParseError, match="MB when it is unpacked"):
            read_record_table(tmp_path / "a.xlsx")

    def test_a_workbook_with_cells_in_opposite_corners(self, tmp_path):
        book = openpyxl.Workbook()
        book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "Title", "T", "x"
        book.save(tmp_path / "a.xlsx")  # as a grid, it would take 400 GB
        with pytest.raises(ParseError, match="a sheet of 1,048,576 rows and 16,384 columns"):
            read_record_table(tmp_path / "a.xlsx")

    @pytest.mark.parametrize(
        ("at", "value"),
        [(30, 32), (76, 0x00FFFFFF), (512 + 4 * 3, 2), (512 + 4 * 3, 3), (512 + 4 * 9, 2)],
        ids=["sector", "outside", "circle", "itself", "circle at the end"],
    )
    def test_an_old_workbook_whose_sectors_cannot_be(self, tmp_path, at, value):
        content = bytearray(xls([["Title"], ["T"]]))
        content[at : at + 4] = value.to_bytes(4, "little")
        with pytest.raises(ParseError, match=r"workbook that can be read\. Its content is damaged"):
            read_record_table(write(tmp_path, bytes(content), "a.xls"))

    def test_an_old_workbook_with_a_cell_outside(self, tmp_path):
        content = xls([["Title", "x"], ["T", "y"]])
        label = b"\x04\x02" + (9 + 2).to_bytes(2, "little") + b"\x01\x00\x01\x00"
        assert content.count(label) == 1
        wrong = content.replace(label, label[:6] + b"\xff\xff")
        with pytest.raises(ParseError, match=r"workbook that can be read\. Its content is damaged"):
            read_record_table(write(tmp_path, wrong, "a.xls"))

    def test_a_workbook_without_records(self, tmp_path):
        book = openpyxl.Workbook()
        book.active.append(["study", "events"])
        book.save(tmp_path / "a.xlsx")
        with pytest.raises(ParseError, match="a table without a column for titles"):
            read_record_table(tmp_path / "a.xlsx")

    @pytest.mark.parametrize(
        "head",
        ["TY  - JOUR\nTI  - A title\n", "PMID- 1\nTI  - A title\n", "@article{a,\n title = {T},\n",
         "%0 Book\n%T Title\n", "FN Clarivate\nPT J\nTI A title\n", "Some text\n\nTitle\n\nMore\n", ""],
    )  # fmt: skip
    def test_other_formats_are_not_claimed(self, head):
        assert not is_record_table(head)

    @pytest.mark.parametrize("head", ["PK\x03\x04", "ÐÏ\x11à¡±\x1aá"])
    def test_workbooks_are_claimed(self, head):
        assert is_record_table(head)


class TestRegistry:
    roles = {"citation", "notes:", "", "pages<", "pages>"} | set(FIELDS) | {f"{n}?" for n in FIELDS}

    @pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.source)
    def test_layouts_are_sound(self, layout):
        assert set(layout.roles.values()) <= self.roles
        assert all(plain_name(name) == name for name in layout.marks | set(layout.roles))
        known = {layout.roles.get(name, HEADERS.get(name)) for name in layout.marks}
        assert {"title", "title?"} & known

    def test_headers_are_sound(self):
        assert set(HEADERS.values()) <= self.roles
        assert all(plain_name(name) == name for name in HEADERS)
