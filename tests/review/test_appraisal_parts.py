"""Appraisal in a review folder: read, told, drawn, and beside the forest plot."""

import pytest
from matplotlib.text import Text
from review_cases import WHOLE, write_folder

import reviewkit as rk
from reviewkit.review.appraisal_parts import JudgedForest, judge_forest

JBI = "study,item,judgement\n" + "".join(
    f"{study},{item},{answer}\n"
    for study, answer in (("Ada 2019", "yes"), ("Bo 2020", "no"), ("Cy 2021", "unclear"))
    for item in range(1, 10)
)


def texts_of(ax):
    return {text.get_text() for text in ax.figure.findobj(Text)}


@pytest.fixture
def review(tmp_path):
    return rk.open_review(write_folder(tmp_path, {**WHOLE, "appraisal/jbi.csv": JBI}))


def test_it_is_read_and_told(review):
    assert list(review.appraisals) == ["jbi"]
    assert review.appraisal is review.appraisals["jbi"]
    assert review.origin["appraisal"] == "computed"
    assert "appraisal: 3 studies by JBI checklist" in review.summary()


def test_the_forest_plot_has_its_columns(review):
    forest = judge_forest(review, review.pools["ee"])
    assert isinstance(forest, JudgedForest)
    assert forest.to_frame()["Sample frame"].tolist() == ["low", "high", "unclear"]
    heading = "JBI checklist for prevalence studies"
    assert heading in texts_of(forest.plot(width=174))
    assert heading not in texts_of(forest.plot(width=84))


def test_the_page_shows_it(review, tmp_path):
    page = review.report(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Appraisal of the studies" in page
    assert page.count("JBI checklist for prevalence studies") > 3


def test_studies_of_other_names_leave_the_forest_as_it_is(tmp_path):
    other = JBI.replace("Ada 2019", "X").replace("Bo 2020", "Y").replace("Cy 2021", "Z")
    review = rk.open_review(write_folder(tmp_path, {**WHOLE, "appraisal/jbi.csv": other}))
    assert judge_forest(review, review.pools["ee"]) is review.pools["ee"]


def test_without_an_appraisal(tmp_path):
    review = rk.open_review(write_folder(tmp_path, WHOLE))
    assert review.appraisal is None
    assert judge_forest(review, review.pools["ee"]) is review.pools["ee"]


def test_an_appraisal_that_cannot_be_read_is_told(tmp_path):
    files = {**WHOLE, "appraisal/jbi.csv": JBI.replace("unclear", "perhaps")}
    with pytest.raises(rk.InputError, match=r"appraisal/jbi\.csv"):
        rk.open_review(write_folder(tmp_path, files))
