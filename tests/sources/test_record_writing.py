"""Records that were written come back as they were, in every format that holds them."""

import tempfile

# ruff: noqa: RUF001 -- letters of many scripts
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from source_cases import patient, write

from reviewkit._core.errors import InputError
from reviewkit.sources.record_entries import BIBTEX_TYPES, RIS_TYPES
from reviewkit.sources.record_sets import COLUMNS
from reviewkit.sources.record_vocabulary import KINDS
from reviewkit.sources.record_writing import WRITERS, write_records
from reviewkit.sources.records import read_records

#: What belongs to the file and not to the record.
PLACE = ["file", "line"]
#: One module a format, for what this package reads through a neighbour.
READERS = {".ris": "tagged", ".bib": "bibtex", ".csv": "record_tables", ".xlsx": "record_tables"}


def need(suffix):
    pytest.importorskip(f"reviewkit.sources.{READERS[suffix]}")


def round_trip(frame, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"records{suffix}"
        write_records(frame, path)
        return read_records(path).to_frame()


def full(**cells):
    """Return a frame of one record with all columns."""
    row = dict.fromkeys(COLUMNS) | {"title": "A title", "kind": "article", "file": "a", "line": 1}
    return pd.DataFrame([row | cells], dtype=object)


words = st.text(
    st.sampled_from(
        "abcXYZ 019éüßøñçÀŁşğ王小明한국からаяЖبتیک{}()[]\"'`~^_%#$&@!?*+=/\\|.,:-–—…“”’<>"
    ),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip())
family = st.sampled_from(
    [
        "Roe",
        "van der Berg",
        "O'Neill",
        "Müller-Łódzki",
        "d'Errico",
        "王",
        "Иванов",
        "رضایی",
        "De Vries",
    ]
)
given_name = st.sampled_from(
    ["Ada", "A. B.", "AB", "J.-P.", "Maria Clara", "小明", "И. И.", "محمد"]
)
person = st.builds(lambda one, two: f"{one}, {two}", family, given_name)
suffixed = st.builds(lambda name: f"{name}, Jr", person)
group = st.sampled_from(
    ["World Health Organization", "WHO", "Médecins Sans Frontières", "The ABC and XYZ Study Group"]
)
authors = st.lists(st.one_of(person, suffixed, group), min_size=1, max_size=4, unique=True)
keyword = st.sampled_from(
    ["burnout", "Models, Biological", "stress & strain", "50 % {off}", "疲労"]
)
rows = st.fixed_dictionaries(
    {
        "title": words,
        "authors": authors.map("; ".join),
        "year": st.one_of(st.none(), st.integers(1500, 2099)),
        "journal": words,
        "volume": st.sampled_from([None, "12", "A7", "12(3)"]),
        "issue": st.sampled_from([None, "3", "Suppl 1", "1-2", "1 January"]),
        "pages": st.sampled_from([None, "1-9", "e1002", "S12-S15", "1279-1297", "5", "1-3, 7"]),
        "doi": st.sampled_from([None, "10.1000/x_y(1)", "10.1002/(sici)1099<1::aid>3.0.co;2-5"]),
        "pmid": st.sampled_from([None, "7", "30922926"]),
        "abstract": st.one_of(st.none(), words),
        "keywords": st.one_of(st.none(), st.lists(keyword, min_size=1, unique=True).map("; ".join)),
        "language": st.sampled_from([None, "English", "English; Persian"]),
        "url": st.sampled_from([None, "https://example.org/a?b=c&d=%20e_f~g#h"]),
        "notes": st.one_of(st.none(), st.lists(words, min_size=1, max_size=3).map("\n".join)),
        "issn": st.sampled_from([None, "1234-567X", "1234-5678; 9783030942847"]),
        "accession": st.sampled_from([None, "WOS:000282053100002", "CN-02677909"]),
        "publisher": st.sampled_from([None, "Wiley & Sons", "{Elsevier}"]),
        "place": st.sampled_from([None, "New York", "東京"]),
        "source": st.sampled_from([None, "Scopus", "APA PsycInfo", "A base of mine"]),
        "kind": st.sampled_from(sorted(set(RIS_TYPES) - {"other"})),
    }
)


class TestRoundTrip:
    @pytest.mark.parametrize("suffix", WRITERS)
    @settings(patient, max_examples=12)
    @given(cells=rows)
    @example(
        cells={"title": "a  - b", "authors": "Roe, Ada", "abstract": "TY  - JOUR", "kind": "book"}
    )
    @example(cells={"title": "=1+1", "notes": "@x{y,\n}", "abstract": "``a'' -- b --- c"})
    @example(cells={"title": "ER  -", "journal": r"\"o \'e $x_1$ {\ss} 5% ~", "keywords": "a, b"})
    def test_nothing_is_lost(self, suffix, cells):
        need(suffix)
        once = round_trip(full(**cells), suffix)  # what is no normal form becomes one
        again = round_trip(once, suffix)
        pd.testing.assert_frame_equal(again.drop(columns=PLACE), once.drop(columns=PLACE))
        for name, cell in cells.items():
            if cell and name not in ("title", "journal", "abstract", "notes", "keywords"):
                assert str(once.loc[0, name]) == str(cell), name

    @pytest.mark.parametrize("suffix", WRITERS)
    @pytest.mark.parametrize(
        "text",
        [
            "Müller’s “naïve” œuvre: 5 % ± 2 – a {DNA} $10 & more #1_2 ~ ^ `code` C:\\new",
            "[Title in brackets]. Part II; reply",
            "王小明 کتاب‌ها ١٢٣ Ёлка 한국어",
            "p < 0.05 and x > 3",
            "A \\ B -- C --- D ``quoted'' 100%",
            '{"Ada"=>"Included"} | {unbalanced',
            "@article{key, title = {x}}",
        ],
    )
    def test_text_of_any_kind(self, suffix, text):
        need(suffix)
        frame = full(title=text, abstract=text, journal=text, notes=f"{text}\n{text} 2")
        back = round_trip(frame, suffix).iloc[0]
        assert back["title"] == back["abstract"] == back["journal"] == text
        assert back["notes"] == f"{text}\n{text} 2"

    @pytest.mark.parametrize("suffix", WRITERS)
    @pytest.mark.parametrize("kind", [k for k in dict.fromkeys(KINDS.values()) if k != "other"])
    def test_every_kind(self, suffix, kind):
        need(suffix)
        assert round_trip(full(kind=kind), suffix)["kind"].tolist() == [kind]

    @pytest.mark.parametrize("suffix", WRITERS)
    def test_ids_and_sources_of_several_files_are_kept(self, suffix, tmp_path):
        need(suffix)
        write(tmp_path, "TY  - JOUR\nTI  - One\nDB  - Scopus\nER  - \n", "one.ris")
        write(tmp_path, "TY  - JOUR\nTI  - Two\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n", "two.ris")
        records = read_records(tmp_path)
        path = tmp_path / f"all{suffix}"
        write_records(records, path)
        back, frame = read_records(path).to_frame(), records.to_frame()
        assert back["record"].tolist() == frame["record"].tolist()
        assert back["record"].is_unique
        assert back["source"].isna().tolist() == [False, True, True]

    @pytest.mark.parametrize("suffix", WRITERS)
    def test_real_records(self, suffix):
        need(suffix)
        from source_cases import shared

        frame = read_records(shared("formats", "exports", "_baseline_pubmed.ris")).to_frame()
        back = round_trip(frame, suffix)
        pd.testing.assert_frame_equal(back.drop(columns=PLACE), frame.drop(columns=PLACE))


class TestFiles:
    @pytest.mark.parametrize("suffix", WRITERS)
    def test_equal_records_make_equal_files(self, suffix, tmp_path):
        for name in ("a", "b"):
            write_records(full(authors="Roe, Ada"), tmp_path / f"{name}{suffix}")
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()

    def test_the_frame_is_not_changed(self, tmp_path):
        frame = full(authors="Médecins Sans Frontières")
        before = frame.copy()
        for suffix in WRITERS:
            write_records(frame, tmp_path / f"a{suffix}")
        pd.testing.assert_frame_equal(frame, before)

    def test_further_columns_stay_in_a_table(self, tmp_path):
        need(".csv")
        write_records(full().assign(included=1), tmp_path / "a.csv")
        assert "included" in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[0]

    def test_no_cell_runs_as_a_formula(self, tmp_path):
        import zipfile

        write_records(full(title='=HYPERLINK("http://x")', notes="+1"), tmp_path / "a.xlsx")
        sheet = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "'=HYPERLINK" in sheet

    def test_years_beside_missing_ones_are_whole(self, tmp_path):
        frame = pd.DataFrame({"title": ["a", "b"], "year": [2020.0, None]})
        write_records(frame, tmp_path / "a.ris")
        assert "PY  - 2020\r\n" in (tmp_path / "a.ris").read_bytes().decode()

    def test_every_kind_has_its_entry(self):
        assert set(RIS_TYPES) == set(KINDS.values())
        assert set(BIBTEX_TYPES) <= set(RIS_TYPES)


class TestMisuse:
    def test_another_ending(self, tmp_path):
        with pytest.raises(
            InputError, match=r"must end in \.ris, \.bib, \.csv, \.xlsx\. Got 'a\.docx'"
        ):
            write_records(full(), tmp_path / "a.docx")

    def test_no_titles(self, tmp_path):
        with pytest.raises(InputError, match=r"must have the column 'title'\. Found 'name'"):
            write_records(pd.DataFrame({"name": ["x"]}), tmp_path / "a.ris")

    @pytest.mark.parametrize("suffix", WRITERS)
    @pytest.mark.parametrize("sign", ["\0", "\x1b", "\ud800"])
    def test_what_no_file_can_hold(self, suffix, sign, tmp_path):
        with pytest.raises(InputError, match=r"whole Unicode characters.*'title', row 0"):
            write_records(full(title=f"a{sign}b"), tmp_path / f"a{suffix}")

    def test_a_cell_that_excel_would_cut(self, tmp_path):
        with pytest.raises(InputError, match=r"at most 32,767 characters\. Got 40,000.*'notes'"):
            write_records(full(notes="x" * 40_000), tmp_path / "a.xlsx")
