"""The bundled review, all the way: codebook, codes, themes, matrix, network, evidence map."""

import pandas as pd
import pytest

from reviewkit.coding.accumulation import code_saturation
from reviewkit.coding.codebook import read_codebook, read_coding
from reviewkit.coding.evidence_map import map_evidence
from reviewkit.coding.exchange import write_coding
from reviewkit.coding.themes import build_themes
from reviewkit.review.bundled import example

FOLDER = example("psychotherapist-injuries") / "coding"


@pytest.fixture
def coding():
    return read_coding(FOLDER / "segments.csv"), read_codebook(FOLDER / "codebook.csv")


def test_themes_matrix_and_network(coding):
    themes = build_themes(*coding, n_studies=13)
    table = themes.table().set_index("theme")
    assert table["share"].to_dict() == {
        "Professional Challenges": "8 of 13 (61.5 %)",
        "Psychological Challenges": "5 of 13 (38.5 %)",
    }
    assert themes.matrix(by="code").shape == (10, 15)
    assert themes.network().number_of_edges() == 8
    assert max(themes.communities().community) == 4
    assert themes.overlaps().to_frame()["n_studies"].tolist() == [5, 3, 3, 2]
    quotes = themes.quotes()
    assert quotes["source"].notna().all()  # the trail ends at a row of the review's table


def test_the_evidence_map(coding):
    segments, book = coding
    says = {"burnout": "burnout", "compassion fatigue": "fatigue", "stress": "stress|anxiety"}
    cells = [
        "; ".join(
            name
            for name, words in says.items()
            if pd.Series([code]).str.contains(words, case=False)[0]
        )
        for code in book["code"]
    ]
    found = map_evidence(segments, book.assign(construct=cells), n_studies=13)
    panel = found.panels()[""]
    assert panel.loc["Professional Challenges", "burnout"] == 4
    assert panel.loc["Psychological Challenges", "compassion fatigue"] == 1
    assert panel["not stated"].sum() > 0


def test_saturation(coding):
    found = code_saturation(*coding)
    assert (found.n_codes, found.n_once, len(found.studies)) == (15, 14, 10)


@pytest.mark.parametrize("width", [84, 174])
def test_every_picture_is_drawn_and_described(coding, width):
    themes = build_themes(*coding, n_studies=13)
    for result in (
        themes, themes.grid(), themes.overlaps(), themes.overlaps(by="code"), themes.communities(),
        code_saturation(*coding), map_evidence(*coding, columns="source"),
    ):  # fmt: skip
        assert len(result.plot(width=width).get_label()) > 60


def test_as_a_project_and_back(coding, tmp_path):
    segments, book = coding
    path = write_coding(segments, tmp_path / "a.qdpx", codebook=book)
    before, after = build_themes(*coding), build_themes(read_coding(path), read_codebook(path))
    pd.testing.assert_frame_equal(before.to_frame(), after.to_frame())
    pd.testing.assert_frame_equal(before.codes(), after.codes())
