"""BibTeX: dialects, what broken entries keep, and hostile input."""

import logging
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import patient, write

from reviewkit._core.errors import ParseError
from reviewkit.sources.bibtex import is_bibtex, read_bibtex
from reviewkit.sources.bibtex_repairs import join_value

RAYYAN = r"""
@article{rayyan-913079810,
  title={Burnout of "Helpers": a {DNA} study},
  year={2021},
  journal={J. Stress},
  issn={25228595 (ISSN); 9783030942847 (ISBN)},
  author={Ada, L. and Bo, M. and Others, T.},
  url={https://example.org/?id=L1&from=export     U2  - L1},
  doi={10.1000/x     LK  - https://example.org/link},
  note={Export Date: 1 May 2022; Cited By: 3
References: Roe, R., A "quoted" title, (2010);
 Doe, D., Another, = with signs, (2011) | RAYYAN-INCLUSION: {"Alison"=>"Excluded", "O'Connor"=>"Maybe"} | RAYYAN-EXCLUSION-REASONS: duplicate,out of scope},
  keywords={burnout;stress}
}
"""


def read(folder, text):
    """Return a file as it is read; what is noted of all citation keys has a test of its own."""
    raw = read_bibtex(write(folder, text, "records.bib"))
    return raw._replace(notes=[note for note in raw.notes if "citation key" not in note.text])


def is_balanced(text):
    """Return whether braces close each other, and none starts a block."""
    depth = 0
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"\n\s*@", text)


def whats(raw):
    return [note.what for note in raw.notes]


class TestDialects:
    def test_rayyan(self, tmp_path):
        raw = read(tmp_path, RAYYAN)
        (record,) = raw.records
        values = record.values
        assert (record.line, raw.source, raw.format) == (2, "Rayyan", "bibtex")
        assert values["accession"] == ["rayyan-913079810"]
        assert values["title"] == ['Burnout of "Helpers": a DNA study']
        assert values["authors"] == ["Ada, L.", "Bo, M.", "Others, T."]
        assert values["issn"] == ["25228595 (ISSN); 9783030942847 (ISBN)"]
        assert values["doi"] == ["10.1000/x"]
        assert values["url"] == ["https://example.org/?id=L1&from=export"]
        assert values["keywords"] == ["burnout", "stress"]
        assert '{"Alison"=>"Excluded", "O\'Connor"=>"Maybe"}' in values["notes"][0]
        assert values["notes"][0].startswith("Export Date: 1 May 2022; Cited By: 3\nReferences")
        assert whats(raw).count("swallowed neighbour cut off") == 2

    def test_scopus(self, tmp_path):
        text = (
            "Scopus\nEXPORT DATE: 1 January 2026\n\n@ARTICLE{Ada2020,\n"
            "\tauthor = {Ada, Lovelace and Bo, Marcel},\n\ttitle = {A title},\n"
            "\tjournal = {Nurs. Res.},\n\tyear = {2020},\n\tpages = {117 -- 155},\n"
            "\tauthor_keywords = {Burnout; Stress},\n\ttype = {Review},\n\tsource = {Scopus},\n"
            "\tabbrev_source_title = {NR}\n}\n"
        )
        raw = read(tmp_path, text)
        assert is_bibtex(text)
        assert raw.source == "Scopus"
        assert raw.records[0].line == 4
        assert raw.records[0].values["kind"] == ["article", "Review"]
        assert raw.records[0].values["pages"] == ["117 - 155"]
        assert raw.notes[0][2:] == ("text outside records", "Scopus\nEXPORT DATE: 1 January 2026")
        assert "field not read" in whats(raw)

    def test_strings_months_and_sums(self, tmp_path):
        text = (
            '@string{jts = "Journal of Stress"}\n@STRING(pt = {Part })\n'
            '@article(a, journal = JTS, title = pt # "Two" # { of Two}, month = jan # "~1",\n'
            "  volume = 12, number = 3, year = 1999)\n"
        )
        values = read(tmp_path, text).records[0].values
        assert values["journal"] == ["Journal of Stress"]
        assert values["title"] == ["Part Two of Two"]
        assert (values["volume"], values["issue"], values["year"]) == (["12"], ["3"], ["1999"])

    def test_names(self, tmp_path):
        text = (
            r"@book{a, author = {M{\"u}ller, J{\"o}rg and {World Health Organization} and "
            "{\\'E}. Dupont\n  and others}, editor = {Roe, R.}, title={T}}\n"
            "@book{b, editor = {Roe, R. and Doe, D.}, title={T}}\n"
            "@book{c, author = {{World Health Organization}}, title={T}}\n"
            "@book{d, author = {Smith J., Doe A., Roe B.}, title={T}}\n"
        )
        raw = read(tmp_path, text)
        assert [record.values["authors"] for record in raw.records] == [
            ["Müller, Jörg", "World Health Organization,", "É. Dupont", "et al."],
            ["Roe, R.", "Doe, D."],
            ["World Health Organization,"],
            ["Smith J.", "Doe A.", "Roe B."],
        ]

    def test_empty_braces_are_no_name_and_no_value(self, tmp_path):
        raw = read(tmp_path, "@book{a, author = {Ada, L. and {}}, title = {T}, note = {{}}}")
        assert raw.records[0].values == {"kind": ["book"], "authors": ["Ada, L."], "title": ["T"]}

    def test_biblatex_and_web_of_science(self, tmp_path):
        text = (
            "@online{x, date = {2020-05-01}, url = {https://example.org/a_b~c--d}, title = {T}}\n"
            "@article{ WOS:000123, Author = {Ada, L.}, Title = {{A title}}, Year = {{2020}},\n"
            "Article-Number = {{e17}}, Unique-ID = {{WOS:000123}}}\n"
        )
        first, second = read(tmp_path, text).records
        assert first.values["year"] == ["2020-05-01"]
        assert first.values["url"] == ["https://example.org/a_b~c--d"]
        assert second.values["title"] == ["A title"]
        assert second.values["pages"] == ["e17"]
        assert second.values["accession"] == ["WOS:000123", "WOS:000123"]

    def test_comments_are_noted(self, tmp_path):
        text = '@comment{jabref-meta: x;}\n@preamble{"y"}\n@article{a, title={T}}\n'
        assert whats(read(tmp_path, text)) == ["comment", "preamble"]


class TestNothingIsLost:
    def test_keys_that_are_not_kept_are_noted_once(self, tmp_path):
        entries = "@misc{roe2020, title={A}}\n@misc{WOS:1, title={B}}\n@misc{doe2021, title={C}}\n"
        raw = read_bibtex(write(tmp_path, entries, "records.bib"))
        assert raw.notes == [(1, 0, "field not read", "citation key (2 times)")]
        assert [record.values.get("accession") for record in raw.records] == [None, ["WOS:1"], None]

    def test_a_key_that_stands_twice(self, tmp_path):
        raw = read(tmp_path, "@article{a, title={One}}\n@article{a, title={Two}}\n")
        assert [record.values["title"] for record in raw.records] == [["One"], ["Two"]]
        assert raw.notes == [(2, 1, "key used twice", "a")]
        assert (raw.starts, raw.ends) == (2, 2)

    def test_a_field_that_stands_twice(self, tmp_path):
        raw = read(tmp_path, "@article{a, note={One}, note={Two}, title={T}}\n")
        assert raw.records[0].values["notes"] == ["One", "Two"]
        assert whats(raw) == ["field given twice"]

    def test_an_open_brace(self, tmp_path):
        text = (
            "@article{a, title={Fine}}\n\n@article{b,\n  title = {An {open title},\n"
            "  author = {Ada, L. and Bo, M.},\n  year = {2003},\n}\n\n@article{c, title={Fine}}\n"
        )
        raw = read(tmp_path, text)
        assert [record.line for record in raw.records] == [1, 3, 9]
        assert raw.records[1].values == {
            "kind": ["article"],
            "title": ["An open title"],
            "authors": ["Ada, L.", "Bo, M."],
            "year": ["2003"],
        }
        (note,) = raw.notes
        assert (note.line, note.record) == (3, 1)
        assert note.what == "entry repaired: a brace or quotation mark is not closed"

    def test_a_brace_too_many(self, tmp_path):
        raw = read(tmp_path, "@article{a, title={T}},\n year={2004}, doi={10.1/x}}\n")
        assert raw.records[0].values["doi"] == ["10.1/x"]
        assert raw.notes[0].what == "entry repaired: closed too early"

    def test_text_behind_an_entry_is_no_part_of_it(self, tmp_path):
        raw = read(tmp_path, "@article{a, title={T}}\nSome text, year unknown\n")
        assert whats(raw) == ["text outside records"]
        assert "year" not in raw.records[0].values

    @pytest.mark.parametrize("gap", ["\n ", " "])
    def test_a_missing_comma(self, tmp_path, gap):
        raw = read(
            tmp_path,
            f"@misc{{a{gap} title = {{T}},\n  year = {{2005}}\n}}\n@misc{{b, title={{U}}}}\n",
        )
        assert [record.values["title"] for record in raw.records] == [["T"], ["U"]]
        assert whats(raw) == ["entry repaired: braces, commas or quotation marks do not match"]

    def test_a_file_that_is_cut_off(self, tmp_path):
        raw = read(
            tmp_path, "@article{a, title={One}}\n@article{b,\n title={Two},\n abstract={It i"
        )
        assert raw.records[1].values["title"] == ["Two"]
        assert raw.records[1].values["abstract"] == ["It i"]
        assert raw.notes == [
            (2, 1, "record without its end: the file ends within it", "@article{b,")
        ]
        assert (raw.starts, raw.ends) == (2, 1)

    def test_an_entry_that_cannot_be_read(self, tmp_path):
        raw = read(
            tmp_path, "@article{a, title={One}}\n@article{b, nonsense {\n@misc{c, title={T}}"
        )
        assert len(raw.records) == 2
        assert raw.starts == 3
        assert raw.notes[0].what.startswith("record without fields")

    def test_bibtexparser_prints_nothing(self, tmp_path, capsys):
        read(tmp_path, "@article{a, title={One}}\n@article{b, title={Open\n@misc{c, title={T}}")
        assert capsys.readouterr() == ("", "")
        assert logging.getLogger("bibtexparser").level == logging.NOTSET

    @settings(patient, max_examples=50)
    @given(
        st.lists(st.text('aé {}",=@#%&\n', max_size=20).filter(is_balanced), min_size=1),
        st.text("ab =,.\n", max_size=20),
    )
    def test_records_and_values_come_back_whatever_they_hold(self, tmp_path_factory, titles, text):
        folder = tmp_path_factory.mktemp("bib")
        entries = [f"@misc{{k, year = {{{at}}}, abstract = {{x{title}x}}}}\n{text}\n"
                   for at, title in enumerate(titles)]  # fmt: skip
        raw = read(folder, "".join(entries))
        assert [record.values["year"] for record in raw.records] == [
            [str(at)] for at in range(len(titles))
        ]
        assert [record.values["abstract"] for record in raw.records] == [
            [f"x{title}x".replace("{", "").replace("}", "")] for title in titles
        ]
        outside = sum(note.what == "text outside records" for note in raw.notes)
        assert outside == (len(titles) if text.strip() else 0)

    @settings(patient, max_examples=50)
    @given(st.text('ab {}",=#\n\\', max_size=40))
    def test_noise_harms_its_own_entry_only(self, tmp_path_factory, noise):
        folder = tmp_path_factory.mktemp("bib")
        text = f"@misc{{a, title={{A}}}}\n@article{{b, note={noise}\n@misc{{c, title={{C}}}}\n"
        raw = read(folder, text)
        assert raw.records[0].values["title"] == ["A"]
        assert raw.records[-1].values["title"] == ["C"]
        assert len(raw.records) in {2, 3}
        assert len(raw.records) == 3 or any("without fields" in note.what for note in raw.notes)


@given(st.text('ab{}"# \\', max_size=20))
def test_any_value_can_be_joined(value):
    assert isinstance(join_value(value, {}), str)


class TestMisuse:
    @pytest.mark.parametrize("text", ["no entry at all\n", "@comment{x}\n", "@string{a = {b}}\n"])
    def test_no_entry(self, tmp_path, text):
        with pytest.raises(ParseError, match=r"'records\.bib' must hold .* no BibTeX entry"):
            read(tmp_path, text)

    @pytest.mark.parametrize(
        "text",
        [
            "@a{k, title={" + "{" * 200_000 + "}" * 200_000 + "}}",
            "@a{k, title={x}" + "," * 100_000 + "}",
            "@a{k," + " " * 100_000 + "title={x}}",
            "@" * 100_000 + "\n@a{k, title={x}}",
            "@a{k, author={" + " and " * 50_000 + "}, title={x}}",
            "\n@a{k, title={x}" * 2_000,
        ],
        ids=["nested", "commas", "blanks", "signs", "and", "open"],
    )
    def test_hostile_text_ends(self, tmp_path, text):
        assert read(tmp_path, text).records

    def test_a_sniffer_is_not_fooled(self):
        assert not is_bibtex("TY  - JOUR\nAU  - a@b.org\n")
        assert not is_bibtex("% a comment\n@ home {x}\n")
        assert not is_bibtex("@x{" + " " * 60_000)
        assert is_bibtex("% a comment\n\n@InProceedings{a-b:2020,\n")
