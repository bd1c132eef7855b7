"""Confidence in findings: people's judgements kept as they are, what lacks is said, and misuse."""

import pandas as pd
import pytest
from appraisal_cases import make_wide
from docx import Document

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraising import appraise
from reviewkit.appraisal.cerqual import COMPONENTS, cerqual_table
from reviewkit.sources.spreadsheet import read_table

FINDINGS = pd.DataFrame({
    "finding": ["Shame keeps therapists silent", "Peers help"], "n_segments": [9, 4],
    "studies": [("Ada 2019", "Cy 2015", "Zoe 1999"), ("Bo 2021",)],
})  # fmt: skip
COLUMNS = ["finding", "component", "judgement", "reason"]


def judged(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


FULL = judged(
    *((FINDINGS["finding"][0], part, "Minor concerns", f"About {part}.") for part in COMPONENTS),
    (FINDINGS["finding"][0], "confidence", "Moderate", "Minor concerns in all four."),
)


class TestTable:
    def test_judgements_are_as_they_were_given(self):
        frame = cerqual_table(FINDINGS, FULL).to_frame()
        assert frame.loc[0, "coherence"] == "minor concerns"
        assert frame.loc[0, "coherence_reason"] == "About coherence."
        assert frame.loc[0, "confidence"] == "moderate"
        assert frame.loc[1, [*COMPONENTS, "confidence"]].isna().all()
        assert frame["n_studies"].tolist() == [3, 1]

    def test_nothing_is_computed(self):
        frame = cerqual_table(FINDINGS).to_frame()
        assert frame[[*COMPONENTS, "confidence"]].isna().all().all()

    def test_what_lacks_is_said(self):
        part = FULL.drop(index=1)
        table = cerqual_table(FINDINGS, part)
        assert table.notes == (
            "Shame keeps therapists silent: not judged: coherence.",
            "Shame keeps therapists silent: confidence was given without all components.",
            "Peers help: not judged: methodological limitations, coherence, adequacy, relevance, confidence.",
        )  # fmt: skip
        assert repr(table).endswith("2 findings; confidence: moderate 1, not judged 1.>")

    def test_appraisals_of_the_studies_stand_beside(self):
        found = appraise(make_wide(), instrument="jbi-prevalence", overall={"low": 7})
        frame = cerqual_table(FINDINGS, appraisal=found).to_frame()
        assert frame["appraised"].tolist() == ["high 2, not appraised 1", "low 1"]

    def test_themes_are_findings(self):
        segments = pd.DataFrame({"study": ["A", "B", "B"], "code": ["Shame", "Shame", "Peers"]})
        frame = cerqual_table(rk.build_themes(segments)).to_frame()
        assert frame[["finding", "n_studies", "n_segments", "studies"]].to_numpy().tolist() == [
            ["Shame", 2, 2, "A; B"], ["Peers", 1, 1, "B"],
        ]  # fmt: skip

    def test_a_list_of_words(self):
        frame = cerqual_table(["One", "Two"]).to_frame()
        assert frame["n_studies"].isna().all()


class TestFiles:
    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_sheet_goes_out_and_comes_back(self, tmp_path, ending):
        table = cerqual_table(FINDINGS, FULL)
        path = table.judgement_sheet(tmp_path / f"sheet.{ending}")
        assert len(read_table(path).frame) == 10
        assert cerqual_table(FINDINGS, path) == table

    def test_html_and_docx(self, tmp_path):
        table = cerqual_table(FINDINGS, FULL)
        text = table.save(tmp_path / "a.html").read_text(encoding="utf-8")
        assert "Moderate. Minor concerns in all four." in text
        assert "Not judged" in text
        (grid,) = Document(table.save(tmp_path / "a.docx")).tables
        assert [cell.text for cell in grid.rows[2].cells][2:] == ["Not judged"] * 5
        assert read_table(table.save(tmp_path / "a.csv")).frame["confidence"].tolist() == ["moderate", ""]  # fmt: skip
        assert "9 segments" in table._repr_html_()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("Peers help", "coherence", "minor", "")], r"'minor concerns' has no reason"),
        (
            [("Peers help", "coherence", "high", "x")],
            r"'high' is none of no or very minor concerns",
        ),
        ([("Peers help", "confidence", "minor", "x")], r"'minor' is none of high, moderate"),
        ([("Peers", "coherence", "minor", "x")], r"Peers, coherence: is not a finding"),
        ([("Peers help", "richness", "minor", "x")], r"is not one of methodological_limitations"),
        ([("Peers help", "coherence", "minor", "x")] * 2, r"is judged twice"),
    ],
)
def test_judgements_that_cannot_be(rows, message):
    with pytest.raises(InputError, match=message):
        cerqual_table(FINDINGS, judged(*rows))


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        (["a", "a"], r"words of its own\. Got 'a' twice"),
        ([], r"Got a blank one, or none"),
        (3, r"`findings` must be themes"),
        (pd.DataFrame({"topic": ["a"]}), r"'theme'"),
    ],
)
def test_findings_that_cannot_be(findings, message):
    with pytest.raises(InputError, match=message):
        cerqual_table(findings)
