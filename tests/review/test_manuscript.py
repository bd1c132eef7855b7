"""Numbers of manuscripts: real prose is unkind, and a proposal says where it comes from."""

from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

import reviewkit as rk
from reviewkit.cli import main
from reviewkit.review.manuscript_numbers import find_counts, read_word
from reviewkit.sources.manuscript_text import read_document

SEED = Path(__file__).parents[2].parent / "shared" / "seeds" / "000_56f2d6c46cdf9e1d.txt"


def read(tmp_path, text, heading="Methods"):
    path = tmp_path / "paper.txt"
    path.write_text(f"{heading}\n\n{text}\n", encoding="utf-8")
    return rk.read_manuscript(path)


def rows_of(found, table, *columns, use="yes"):
    frame = found.proposals.get(table)
    if frame is None:
        return []
    kept = frame[frame["use"] == use] if use else frame
    return [tuple(row) for row in kept[list(columns)].to_numpy().tolist()]


def flow_of(found):
    return {box: int(n) for box, n in rows_of(found, "flow", "box", "n")}


# The flow, in the words that reviews use.


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        (
            ("The search yielded 17,862 records (n equals 17,862), 6504 of which were duplicates. "
            "After screening titles and abstracts, 11,200 were excluded. We assessed 158 full "
            "texts, of which 120 were excluded, and 38 studies were included in the review."),
            {"identified": 17862, "duplicates_removed": 6504, "excluded": 11200, "assessed": 158,
             "reports_excluded": 120, "new_studies": 38},
        ),
        (
            ("Database searches identified 2,310 citations. After removal of duplicates, 1612 "
            "records remained (k = 1612). Title and abstract screening led to the exclusion of "
            "1500 records, leaving 112 articles for full-text review. A further 7 articles were "
            "identified through reference lists. In total, twenty-one studies met the inclusion "
            "criteria."),
            {"identified": 2310, "after_duplicates": 1612, "excluded": 1500, "assessed": 112,
             "citation_searching": 7, "new_studies": 21},
        ),
        (
            ("A total of 4,512 records were retrieved from PubMed (n = 1,200), Embase (n = 2,000) "
            "and PsycINFO (n = 1,312). Another 1626 were removed as duplicates."),
            {"identified": 4512, "databases:PubMed": 1200, "databases:Embase": 2000,
             "databases:PsycINFO": 1312, "duplicates_removed": 1626},
        ),
        (
            ("We screened 1,000 titles and abstracts and excluded 900. Of the 100 reports sought "
            "for retrieval, 5 could not be obtained. Ninety-five full-text articles were assessed "
            "for eligibility; 60 were excluded because of wrong population (n = 30), wrong "
            "outcome (n = 20) and no data (n = 10). Thirty-five studies, described in 40 reports, "
            "were included; 20 were included in the meta-analysis."),
            {"screened": 1000, "excluded": 900, "sought": 100, "not_retrieved": 5, "assessed": 95,
             "reports_excluded_total": 60, "reports_excluded:wrong population": 30,
             "reports_excluded:wrong outcome": 20, "reports_excluded:no data": 10,
             "new_studies": 35, "new_reports": 40, "in_meta_analysis": 20},
        ),
        (
            ("Following de-duplication, 845 unique citations were screened by title and "
            "abstract12, of which 790 were excluded. The full texts of the remaining 55 articles "
            "were read and 12 studies were finally included."),
            {"screened": 845, "excluded": 790, "assessed": 55, "new_studies": 12},
        ),
        (
            ("Of 321 articles found, 21 duplicates were discarded. Three hundred abstracts were "
            "reviewed and 250 were rejected. Fifty papers were retrieved in full text. Thirty did "
            "not meet the criteria. Twenty studies were eligible for inclusion."),
            {"identified": 321, "duplicates_removed": 21, "screened": 300, "excluded": 250,
             "assessed": 50, "reports_excluded": 30, "new_studies": 20},
        ),
        (
            ("- Records identified (n = 90)\n- Duplicate records removed: 10\n"
            "- Records screened (n = 80)\n- Records excluded (n = 60)\n"
            "- Reports assessed for eligibility (n=20)\n- Studies included in review (n = 8)"),
            {"identified": 90, "duplicates_removed": 10, "screened": 80, "excluded": 60,
             "assessed": 20, "new_studies": 8},
        ),
    ],
)  # fmt: skip
def test_a_flow_in_prose(tmp_path, text, flow):
    assert flow_of(read(tmp_path, text)) == flow


def test_rivals_for_a_box_are_kept_and_the_one_that_adds_up_is_proposed(tmp_path):
    found = read(
        tmp_path,
        "We screened 243 abstracts. We excluded 222 records after screening abstracts. "
        "We excluded 202 records after screening abstracts. Twenty-one full texts were assessed.",
    )
    assert flow_of(found)["excluded"] == 222
    assert rows_of(found, "flow", "box", "n", use="no") == [("excluded", "202")]


def test_a_proposal_says_its_words_and_its_line(tmp_path):
    found = read(tmp_path, "First line.\n\nWe screened 243\nabstracts and excluded 222.")
    frame = found.proposals["flow"]
    assert frame["where"].tolist() == ["Methods, line 5", "Methods, line 6"]
    assert "We screened 243 abstracts" in frame["quote"].iloc[0]


# Numbers that are counts, and those that are not.


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("(n equals 17,862)", [17862]),
        ("(k = 1612)", [1612]),
        ("1 234 records", [1234]),
        ("therapists12 and nurses", []),
        ("empathy fatigue(3) and burnout [4,5]", []),
        ("in 2019 and 2020", []),
        ("2021 records were found", [2021]),
        ("54.8% of 21 studies", [21]),
        ("Table 2 and Figure 1", []),
        ("twenty-one studies", [21]),
        ("one hundred and twelve reports", [112]),
        ("two reviewers over 10 years", []),
        ("two-thirds of them", []),
        ("0.79 (0.73–0.85)", []),
        ("on 12 March 2021", []),
        ("p < 0.05", []),
        ("", []),
    ],
)
def test_counts(text, values):
    assert [number.value for number in find_counts(text)] == values


@given(st.integers(min_value=100, max_value=9_999_999))
def test_a_number_with_thousands_is_read_back(n):
    assert [number.value for number in find_counts(f"a total of {n:,} records")] == [n]


@given(st.text(max_size=200))
def test_any_text_is_searched_for_counts(text):
    for number in find_counts(text):
        assert text[number.start : number.end] == number.text


def test_words_that_are_no_number():
    assert read_word("many") is None
    assert read_word("two thousand three hundred and four") == 2304


# Agreement.


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("the kappa statistic (0.81) was high", ("kappa", "0.81", "", "", "")),
        ("Agreement was substantial (κ = .70).", ("kappa", ".70", "", "", "")),
        ("Reliability was k=0.79 (0.73–0.85).", ("kappa", "0.79", "0.73", "0.85", "")),
        ("Cohen's kappa was 81% between raters.", ("cohen_kappa", "81%", "", "", "")),
        (
            "For full texts, Cohen’s kappa = 0.62 (95% CI: 0.40 to 0.84).",
            ("cohen_kappa", "0.62", "0.40", "0.84", "full_text"),
        ),
        ("Fleiss' kappa for raters was 0.62.", ("fleiss_kappa", "0.62", "", "", "")),
        (
            "Percent agreement was 93% for titles and abstracts.",
            ("percent_agreement", "93%", "", "", "title_abstract"),
        ),
    ],
)
def test_agreement_in_prose(tmp_path, text, row):
    found = read(tmp_path, text)
    columns = ("coefficient", "value", "ci_low", "ci_high", "stage")
    assert rows_of(found, "agreement", *columns) == [row]


def test_two_stages_in_one_sentence(tmp_path):
    text = (
        "Reliability was k=0.79 (0.73–0.85) for title screening and 0.85 for full-text screening."
    )
    assert rows_of(read(tmp_path, text), "agreement", "value", "stage") == [
        ("0.79", "title_abstract"),
        ("0.85", "full_text"),
    ]


def test_a_number_of_studies_is_no_kappa(tmp_path):
    found = read(tmp_path, "The k of the agreement studies was 12 and raters met twice.")
    assert "agreement" not in found.proposals


@pytest.mark.parametrize(
    "text",
    [
        "Kappa was read as 0.81e1.00 almost perfect, 0.61e0.80 substantial, 0.41e0.60 moderate.",
        "Kappa was read as 1.00–0.81 almost perfect, 0.80–0.61 substantial, 0.60–0.41 moderate.",
        "Kappa: almost perfect (0.81–1.00), substantial (0.61–0.80), moderate (0.41–0.60).",
        (
            "Table 1: Kappa\n\n0.81 - 1.00 Almost perfect\n\n0.61 - 0.80 Substantial\n\n"
            "0.41 - 0.60 Moderate\n\nMore text."
        ),
    ],
)
def test_a_scale(tmp_path, text):
    bands = rows_of(read(tmp_path, text), "scale", "label", "lower", "upper")
    assert [(label.lower(), low, high) for label, low, high in bands] == [
        ("almost perfect", "0.81", "1.00"),
        ("substantial", "0.61", "0.80"),
        ("moderate", "0.41", "0.60"),
    ]


# Percentages, groups, tables, search, pools.


def test_percentages_with_kinds_sums_and_counts(tmp_path):
    found = read(
        tmp_path,
        "In a study of nurses, most (73.5%) were at moderate (23.5%), high (29.4%) or very high "
        "(20.6%) risk. In another study, nearly 90% were tired, and 12 of 40 (30%) left. The 95% "
        "CI was wide and I² was 80%. More than two-thirds of nurses slept badly.",
        "Results",
    )
    rows = rows_of(found, "percentages", "percent", "kind", "events", "n", "sums_to")
    assert rows[0] == ("73.5", "total", "", "", "P02+P03+P04")
    assert ("90", "approximate", "", "", "") in [row for row in rows if row[0] == "90"]
    assert ("30", "point", "12", "40", "") in rows
    assert ("66.7", "bound", "", "", "") in rows
    assert {row[0] for row in rows}.isdisjoint({"95", "80"})
    sets = [row[0] for row in rows_of(found, "percentages", "set")]
    assert len({sets[0], sets[1], sets[2], sets[3]}) == 1
    assert sets[4] != sets[0]


def test_groups_of_studies_with_their_tables(tmp_path):
    found = read(
        tmp_path,
        "Among these 13 articles, 3 focused on burnout (Tables 1 - 2). In 4 other studies, the "
        "impact of style was explored (Table 3). The remaining three articles addressed shame.",
        "Results",
    )
    rows = rows_of(found, "groups", "n", "of", "tables")
    assert rows == [("3", "13", "1; 2"), ("4", "13", "3"), ("3", "13", "")]
    audit = found.review().audit()
    assert any("3 + 4 + 3 = 10, not 13" in finding.message for finding in audit.findings)


def test_the_search(tmp_path):
    found = read(
        tmp_path,
        "We searched PubMed, Web of Science and Noormags from 2010 to 2023 on 12 March 2023 with "
        'keywords such as "burnout," and "therapist." The string was "burnout" AND "therapist" '
        'NOT "client".',
    ).search
    told = {key: frame["text"].tolist() for key, frame in found.groupby("field")}
    assert told["databases"] == ["PubMed", "Web of Science", "Noormags"]
    assert told["strings"] == ['"burnout" AND "therapist" NOT "client"']
    assert told["keywords"] == ["burnout", "therapist"]
    assert told["window"] == ["from 2010 to 2023"]


def test_pooled_results(tmp_path):
    text = "The pooled prevalence of burnout was 40.9% (95% CI 24.7–59.4; I² = 99.2%; k = 11)."
    rows = rows_of(
        read(tmp_path, text, "Results"), "pools", "estimate", "ci_low", "ci_high", "i2", "k"
    )
    assert rows == [("40.9%", "24.7%", "59.4%", "99.2%", "11")]


# Files.


def test_a_word_document_with_its_tables(tmp_path):
    from docx import Document

    document = Document()
    document.add_heading("Methods")
    document.add_paragraph("We screened 243 abstracts and excluded 222.")
    document.add_heading("Results")
    document.add_paragraph("Table 2. Characteristics of included studies")
    table = document.add_table(rows=1, cols=4)
    for cell, text in zip(
        table.rows[0].cells, ["Author (ref)", "Title", "Country", "n"], strict=True
    ):
        cell.text = text
    for values in (["Ada (10)", "Night", "Peru", "120"], ["Bo (11)", "Day", "Chad", "300"]):
        for cell, text in zip(table.add_row().cells, values, strict=True):
            cell.text = text
    path = tmp_path / "paper.docx"
    document.save(str(path))
    found = rk.read_manuscript(path)
    assert found.kind == "docx"
    assert flow_of(found) == {"screened": 243, "excluded": 222}
    assert rows_of(found, "rows", "table", "study", "reference", "title", "location", "n") == [
        ("2", "Ada (10)", "10", "Night", "Peru", "120"),
        ("2", "Bo (11)", "11", "Day", "Chad", "300"),
    ]


def write_pdf(path, pages):
    """Write pages of text, each a list of (x, y, line), as a PDF with a text layer."""
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(path) as file:
        for page in pages:
            figure = Figure(figsize=(8.27, 11.69))
            for x, y, line in page:
                figure.text(x, y, line, fontsize=9)
            file.savefig(figure)


def test_two_columns_of_a_pdf_are_read_one_after_the_other(tmp_path):
    pytest.importorskip("pdfplumber", reason="reading PDFs is an extra")
    left = ["Methods", "We screened 243", "abstracts of records", "and excluded 222", "of them after", "reading. Full texts"]  # fmt: skip
    right = ["of 21 studies were", "reviewed, and 8", "were excluded due to", "their topic. Finally,", "13 studies were", "included."]  # fmt: skip
    page = [(0.1, 0.9 - 0.02 * n, line) for n, line in enumerate(left)]
    page += [(0.55, 0.9 - 0.02 * n, line) for n, line in enumerate(right)]
    path = tmp_path / "paper.pdf"
    write_pdf(path, [page])
    found = rk.read_manuscript(path)
    assert found.kind == "pdf"
    assert flow_of(found) == {
        "screened": 243, "excluded": 222, "assessed": 21, "reports_excluded": 8, "new_studies": 13,
    }  # fmt: skip
    assert found.proposals["flow"]["where"].iloc[0] == "Methods, page 1"


def test_a_pdf_without_text_and_other_files(tmp_path):
    pytest.importorskip("pdfplumber", reason="reading PDFs is an extra")
    path = tmp_path / "scan.pdf"
    write_pdf(path, [[]])
    with pytest.raises(rk.ParseError, match="a scan needs text recognition"):
        rk.read_manuscript(path)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(rk.ParseError, match="must be a PDF that can be opened"):
        rk.read_manuscript(tmp_path / "broken.pdf")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(rk.ParseError, match="must be a Word document"):
        rk.read_manuscript(tmp_path / "broken.docx")
    (tmp_path / "binary.txt").write_bytes(b"ab\0cd")
    with pytest.raises(rk.ParseError, match="holds binary data"):
        rk.read_manuscript(tmp_path / "binary.txt")
    with pytest.raises(rk.InputError, match="There must be a file"):
        rk.read_manuscript(tmp_path / "nothing.txt")


def test_references_are_not_searched(tmp_path):
    text = "We screened 9 abstracts.\n\nReferences\n\n1. Ada. We screened 500 abstracts. 2019."
    assert flow_of(read(tmp_path, text)) == {"screened": 9}


def test_lines_are_joined_over_hyphens_breaks_and_lists(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text(
        "Full texts of 21 were \n\n - a list \n\nreviewed, work-\nlife.", encoding="utf-8"
    )
    texts = [passage.text for passage in read_document(path).passages]
    assert "a list" in texts
    assert any(text.endswith("work-life.") for text in texts)


# Choices and folders.


def test_choices_are_confirmed_by_a_person(tmp_path):
    found = read(tmp_path, "We screened 243 abstracts and excluded 222.")
    other = found.with_choices(pd.DataFrame({"proposal": ["flow:2"], "use": ["no"]}))
    assert flow_of(other) == {"screened": 243}
    assert flow_of(found) == {"screened": 243, "excluded": 222}, "the first is not changed"
    folder = other.save(tmp_path / "review")
    assert len(pd.read_csv(folder / "proposals.csv")) == 2
    assert rk.open_review(folder).flow.counts["screened"] == 243
    with pytest.raises(rk.InputError, match="must hold no review yet"):
        other.save(tmp_path / "review")


@pytest.mark.parametrize(("proposal", "use"), [("flow:9", "yes"), ("flow:1", "perhaps")])
def test_choices_that_cannot_be_made(tmp_path, proposal, use):
    found = read(tmp_path, "We screened 243 abstracts.")
    with pytest.raises(rk.InputError, match="must name proposals"):
        found.with_choices(pd.DataFrame({"proposal": [proposal], "use": [use]}))


def test_a_manuscript_without_numbers(tmp_path):
    found = read(tmp_path, "Nothing here is counted.")
    assert found.to_frame().empty
    assert "no number was found" in str(found)


def test_the_command_audits_a_manuscript(tmp_path, capsys):
    path = tmp_path / "paper.txt"
    path.write_text(
        "Results\n\nWe screened 243 abstracts and excluded 200. Twenty-one full texts were "
        "assessed.", encoding="utf-8",
    )  # fmt: skip
    code = main(["audit", str(path), "-p", str(tmp_path / "found"), "-o", str(tmp_path / "a.html")])
    said = capsys.readouterr().out
    assert code == 1
    assert "flow." in said
    assert (tmp_path / "found" / "reported" / "flow.csv").is_file()
    assert (tmp_path / "a.html").is_file()


# The seed text, where it lies.


@pytest.mark.skipif(not SEED.is_file(), reason="the seed text is not beside the checkout")
class TestSeed:
    @pytest.fixture(scope="class")
    @classmethod
    def seed(cls):
        return rk.read_manuscript(SEED)

    def test_the_seven_numbers_of_the_flow(self, seed):
        assert flow_of(seed) == {
            "identified": 321, "other_removed": 78, "screened": 243, "excluded": 222,
            "assessed": 21, "reports_excluded": 8, "new_studies": 13,
        }  # fmt: skip

    def test_the_kappa_and_its_scale(self, seed):
        assert rows_of(seed, "agreement", "value", "percent") == [("0.81", "81%")]
        assert [row[0] for row in rows_of(seed, "scale", "label")] == [
            "Poor", "Slight", "Fair", "Good", "Substantial", "Very High", "Excellent",
        ]  # fmt: skip

    def test_all_23_percentages_with_their_sums(self, seed):
        rows = rows_of(seed, "percentages", "percent", "sums_to")
        assert [float(row[0]) for row in rows] == [
            66.7, 90, 27, 54.8, 35.1, 17.7, 18, 24.1, 21.4, 64.7, 44.1, 73.5, 23.5, 29.4, 20.6,
            76.5, 35.3, 26.5, 14.7, 60.5, 23, 31, 23,
        ]  # fmt: skip
        assert [row[1] for row in rows if row[1]] == ["P13+P14+P15", "P17+P18+P19"]

    def test_the_three_groups(self, seed):
        assert rows_of(seed, "groups", "n", "of") == [("3", "13"), ("4", "13"), ("3", "13")]

    def test_the_thirteen_rows(self, seed):
        references = [row[0] for row in rows_of(seed, "rows", "reference")]
        assert references == [
            "10",
            "11",
            "12",
            "13",
            "14",
            "15",
            "16",
            "17",
            "18",
            "16",
            "16",
            "19",
            "20",
        ]

    def test_its_audit(self, seed):
        audit = seed.review().audit()
        assert not audit.errors
        assert {
            "groups.sum",
            "scale.gap",
            "agreement.percent",
            "claims.table",
            "studies.count",
        } <= {finding.rule for finding in audit.warnings}
