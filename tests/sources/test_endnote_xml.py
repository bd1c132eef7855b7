"""EndNote XML: fields, repairs, bounds on memory, and attacks."""

import subprocess
import sys
from collections import Counter
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, shared, write

from reviewkit._core.errors import ParseError
from reviewkit.sources.endnote_xml import is_endnote_xml, read_endnote_xml


def run(text):
    return f'<style face="normal" font="default" size="100%">{text}</style>'


RECORD = (
    '<record><database name="a.enl" path="C:\\Users\\ada\\a.enl">a.enl</database>'
    '<source-app name="EndNote" version="20.0">EndNote</source-app><rec-number>7</rec-number>'
    '<foreign-keys><key app="EN" db-id="x">7</key></foreign-keys>'
    '<ref-type name="Journal Article">17</ref-type><contributors><authors>'
    f"<author>{run('Ada, L.')}</author><author>{run('World Health Organization,')}</author>"
    f"</authors></contributors><titles><title>{run('Growth of ')}"
    f'<style face="italic">E. coli</style>{run(" &amp; others")}</title>'
    f"<secondary-title>{run('Journal of Growth')}</secondary-title></titles>"
    f"<periodical><full-title>{run('Journal of Growth')}</full-title></periodical>"
    f"<pages>{run('1-9')}</pages><volume>{run('7')}</volume><number>{run('2')}</number>"
    f"<keywords><keyword>{run('growth')}</keyword><keyword>{run('*copper')}</keyword></keywords>"
    f"<dates><year>{run('2018')}</year><pub-dates><date>{run('Mar')}</date></pub-dates></dates>"
    f"<isbn>{run('1111-1111&#xD;2222-2222')}</isbn><accession-num>{run('123')}</accession-num>"
    f"<caption>{run('Duplicate')}</caption><notes>{run('One&#xD;Two')}</notes>"
    f"<abstract>{run('All about it')}</abstract><urls><related-urls>"
    f"<url>{run('https://example.org/a?b=1&amp;c=2')}</url></related-urls>"
    "<pdf-urls><url>internal-pdf://123/a.pdf</url></pdf-urls></urls>"
    f"<electronic-resource-num>{run('10.1/X')}</electronic-resource-num>"
    f"<remote-database-provider>{run('NLM')}</remote-database-provider>"
    f"<language>{run('eng')}</language></record>"
)
HEAD = '<?xml version="1.0" encoding="UTF-8" ?><xml><records>'
TAIL = "</records></xml>"
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">'


def titled(title):
    return f"<record><titles><title>{title}</title></titles></record>"


def read(folder, text):
    return read_endnote_xml(write(folder, text, "library.xml"))


class TestAgainstReferences:
    @pytest.mark.parametrize(
        ("name", "records", "marked"), [("copper", 505, 281), ("tafenoquine", 179, 114)]
    )
    def test_labelled_libraries(self, name, records, marked):
        path = shared("dedupe", f"{name}.xml")
        raw = read_endnote_xml(path)
        assert (len(raw.records), raw.starts, raw.ends) == (records, records, records)
        notes = [note for record in raw.records for note in record.values.get("notes", [])]
        assert Counter(notes)["caption: Duplicate"] == marked
        assert all(record.values["title"] and record.values["year"] for record in raw.records)
        with path.open(encoding="utf-8") as file:
            assert is_endnote_xml(file.read(65_536))


class TestFields:
    def test_of_one_record(self, tmp_path):
        raw = read(tmp_path, HEAD + RECORD + TAIL)
        (record,) = raw.records
        assert record.values == {
            "kind": ["Journal Article"],
            "authors": ["Ada, L.", "World Health Organization,"],
            "title": ["Growth of E. coli & others"],
            "journal": ["Journal of Growth"],
            "pages": ["1-9"],
            "volume": ["7"],
            "issue": ["2"],
            "keywords": ["growth", "*copper"],
            "year": ["2018"],
            "issn": ["1111-1111", "2222-2222"],
            "accession": ["123"],
            "pmid": ["123"],
            "notes": ["caption: Duplicate", "One\nTwo"],
            "abstract": ["All about it"],
            "url": ["https://example.org/a?b=1&c=2"],
            "doi": ["10.1/X"],
            "source": ["PubMed"],
            "language": ["eng"],
        }
        assert (raw.format, raw.source) == ("endnote_xml", "PubMed")

    def test_no_folder_of_a_user_is_kept(self, tmp_path):
        raw = read(tmp_path, HEAD + RECORD + TAIL)
        assert "Users" not in repr(raw)
        assert "internal-pdf" not in repr(raw)
        assert {note.text for note in raw.notes} >= {"database (1 time)", "pdf-urls/url (1 time)"}

    def test_editors_stand_in_for_authors(self, tmp_path):
        people = "<contributors><secondary-authors><author>Roe, R.</author></secondary-authors>{}"
        one = (
            f"<record>{people.format('')}</contributors><titles><title>A</title></titles></record>"
        )
        two = one.replace(
            "</contributors>", "<authors><author>Ada</author></authors></contributors>"
        )
        raw = read(tmp_path, HEAD + one + two + TAIL)
        assert [record.values["authors"] for record in raw.records] == [["Roe, R."], ["Ada"]]

    def test_the_old_names_of_elements(self, tmp_path):
        text = (
            "<XML><RECORDS><RECORD><REFERENCE_TYPE>0</REFERENCE_TYPE><AUTHORS><AUTHOR>Ada</AUTHOR>"
            "</AUTHORS><YEAR>1999</YEAR><TITLE>Old</TITLE></RECORD></RECORDS></XML>"
        )
        assert read(tmp_path, text).records[0].values["title"] == ["Old"]
        assert is_endnote_xml(text)

    def test_lines(self, tmp_path):
        text = f"{HEAD}\n{titled('A')}\n\n{titled('B')}{titled('C')}{TAIL}"
        assert [record.line for record in read(tmp_path, text).records] == [2, 4, 4]

    @settings(patient, max_examples=50)
    @given(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip),
            min_size=1,
        )
    )
    def test_any_title_comes_back(self, tmp_path_factory, titles):
        titles = [title.replace("\ufffe", "").replace("\uffff", "") or "x" for title in titles]
        folder = tmp_path_factory.mktemp("xml")
        raw = read(
            folder,
            HEAD + "".join(titled(f"<style>{escape(title)}</style>") for title in titles) + TAIL,
        )
        assert [record.values.get("title", [""]) for record in raw.records] == [
            [title.strip()] for title in titles
        ]


class TestRepairs:
    def test_control_characters(self, tmp_path):
        text = HEAD + "\n" + titled("a\x0bb&#x1F;c&#11;d\x00e") + TAIL
        raw = read(tmp_path, text)
        assert raw.records[0].values["title"] == ["a b c d e"]
        what = "control character replaced by a blank"
        assert [(note.line, note.text) for note in raw.notes if note.what == what] == [
            (2, "U+000B (2 times)"), (2, "U+0000 (1 time)"), (2, "U+001F (1 time)")
        ]  # fmt: skip

    def test_bare_ampersands(self, tmp_path):
        raw = read(tmp_path, HEAD + titled("A & B &nbsp; C &amp; D &lt; &#233;") + TAIL)
        assert raw.records[0].values["title"] == ["A & B &nbsp; C & D < é"]
        assert "ampersand not escaped" in {note.what for note in raw.notes}

    def test_repairs_across_the_pieces_of_a_file(self, tmp_path):
        for shift in range(14):
            text = (
                HEAD + "x" * (2**18 - len(HEAD) - 8 - shift) + titled("a&#x1F;b &amp; c & d") + TAIL
            )
            assert read(tmp_path, text).records[0].values["title"] == ["a b & c & d"]

    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [
            ("cp1252", "UTF-8"),
            ("latin-1", "ISO-8859-1"),
            ("utf-16", "UTF-16"),
            ("utf-8-sig", "UTF-8"),
        ],
    )
    def test_encodings(self, tmp_path, encoding, declared):
        text = (
            f'<?xml version="1.0" encoding="{declared}"?><xml><records>{titled("Müller–ß")}{TAIL}'
        )
        text = text.replace("–", "-") if encoding == "latin-1" else text
        raw = read(tmp_path, text.encode(encoding))
        assert raw.records[0].values["title"][0].replace("–", "-") == "Müller-ß"
        foreign = [note for note in raw.notes if note.what == "Windows-1252 within UTF-8"]
        assert bool(foreign) == (encoding == "cp1252")


class TestMisuse:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (HEAD + "\n" + titled("A") * 3 + "<record><titles><title>cut",
             "In line 2, after 3 whole records, it has no end: it is cut off"),
            (HEAD + titled("A") + "</record>" + TAIL, "after 1 whole record, it has mismatched tag"),
            (HEAD + "<record>" + "<a>" * 100_000, "elements nested more than 64 deep"),
            (BOMB + f"<xml><records>{titled('&c;')}{TAIL}", "a document type declaration"),
            (OUTSIDE + f"<xml><records>{titled('A')}{TAIL}", "a document type declaration"),
            (HEAD + TAIL, "XML without a record of EndNote"),
            ("<html><body/></html>", "XML without a record of EndNote"),
        ],
        ids=["cut", "tag", "nested", "bomb", "external", "empty", "html"],
    )  # fmt: skip
    def test_is_named(self, tmp_path, text, message):
        with pytest.raises(ParseError, match=message) as error:
            read(tmp_path, text)
        assert "'library.xml'" in str(error.value)

    def test_an_endless_record_is_given_up_before_it_fills_the_memory(self, tmp_path):
        with pytest.raises(ParseError, match="a record of more than 34 MB"):
            read(tmp_path, HEAD + "<record><titles><title>" + "x" * 50_000_000)

    def test_a_huge_file_is_not_opened(self, tmp_path):
        path = tmp_path / "library.xml"
        with path.open("wb") as file:
            file.truncate(2 << 30)  # a hole: it takes no space
        with pytest.raises(ParseError, match="more than 1,074 MB"):
            read_endnote_xml(path)

    def test_a_sniffer_knows_an_attack_for_what_it_claims_to_be(self):
        assert is_endnote_xml('<!DOCTYPE x [<!ENTITY a "b">]><xml><records><record>')
        assert not is_endnote_xml("<xml><items><record>")
        assert not is_endnote_xml("records <record>")


MEASURE = """
import resource, sys
from pathlib import Path
from reviewkit.sources.endnote_xml import read_endnote_xml
raw = read_endnote_xml(Path(sys.argv[1]))
print(len(raw.records), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_grows_with_what_is_kept_and_not_with_the_markup(tmp_path):
    """A line of 10 MB in at most 30 MB more than one record: 100 MB stay far below 400 MB."""
    pytest.importorskip("resource")
    path = tmp_path / "library.xml"
    peaks = []
    for count in (1, 10_000_000 // len(RECORD)):
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            file.writelines(RECORD.replace("All about it", f"{at} " * 20) for at in range(count))
            file.write(TAIL)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
        )
        found, peak = map(int, done.stdout.split())
        assert found == count
        peaks.append(peak / (1024 if sys.platform != "darwin" else 1024**2))
    assert peaks[1] - peaks[0] < 30


MEASURE_ALL = """
import resource, sys
from reviewkit import read_records
frame = read_records(sys.argv[1]).to_frame()
print(len(frame), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_long_abstracts_are_not_in_memory_twice(tmp_path):
    """40 MB of abstracts beyond ASCII, which Python holds in 80 MB, in less than 160 MB."""
    pytest.importorskip("resource")
    pytest.importorskip("pyarrow")  # without it, columns of text are objects of Python
    path = tmp_path / "library.xml"
    peaks = []
    for count in (1, 4000):
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            for at in range(count):
                file.write(
                    RECORD.replace("All about it", f"{at} burnout ≥5 of " + "ten words " * 1000)
                )
            file.write(TAIL)
        done = subprocess.run(
            [sys.executable, "-c", MEASURE_ALL, str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        found, peak = map(int, done.stdout.split())
        assert found == count
        peaks.append(peak / (1024 if sys.platform != "darwin" else 1024**2))
    assert peaks[1] - peaks[0] < 160
