"""From any number back to what it was made of, in Python and on the page."""

import re
import shutil

import pytest
from review_cases import WHOLE, write_folder

import reviewkit as rk
from reviewkit.review.bundled import example, example_names
from reviewkit.review.numbers import list_numbers

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def review(tmp_path):
    return rk.open_review(write_folder(tmp_path, WHOLE))


def test_a_pooled_number_leads_to_the_cells_of_its_studies(review):
    trace = review.trace("pools.ee.estimate")
    cells = trace.to_frame()
    assert set(cells["file"]) == {"extraction/outcomes.csv"}
    assert cells.loc[cells["column"] == "events", ["row", "text", "what"]].to_numpy().tolist() == [
        [2, "12", "Ada 2019"], [3, "30", "Bo 2020"], [4, "0", "Cy 2021"],
    ]  # fmt: skip
    assert "REML" in trace.how[0]
    assert "3 studies: 42 of 185 people" in trace.how[1]


def test_agreement_leads_to_the_decisions_that_two_raters_made(review):
    trace = review.trace("agreement.full_text.cohen_kappa.estimate")
    assert sorted(trace.records["record"].unique()) == ["r1", "r2", "r3"]
    assert "2 raters on 3 records" in trace.how[0]
    assert "cross-table" in trace.how[1]


def test_a_theme_leads_to_its_studies_and_segments(review):
    trace = review.trace("themes.mind.n_studies")
    assert "Ada 2019" in trace.how[0]
    cells = trace.to_frame()
    assert cells["row"].tolist() == [2, 3, 5]
    assert cells["text"].tolist() == ["stress", "sleep", "stress"]


def test_a_reported_box_leads_to_its_cell(review):
    trace = review.trace("flow.screened")
    assert trace.to_frame().to_numpy().tolist() == [
        ["reported/flow.csv", 4, "n", "243", "screened"]
    ]
    assert "as the review reports it" in trace.how[0].lower()


def test_a_box_in_parts_and_another_name_for_a_box(tmp_path):
    flow = "box,n\nassessed,21\nreports_excluded:Topic,5\nreports_excluded:Design,3\n"
    review = rk.open_review(write_folder(tmp_path, {"reported/flow.csv": flow}))
    for name in ("flow.reports_excluded", "flow.excluded_full_text"):
        trace = review.trace(name)
        assert trace.number.value == 8
        assert trace.to_frame()["text"].tolist() == ["5", "3"]


@pytest.mark.parametrize("name", example_names())
def test_every_number_of_a_review_can_be_traced(name):
    review = rk.open_review(example(name))
    for key, number in list_numbers(review).items():
        trace = review.trace(key)
        assert trace.number == number
        assert trace.how
        assert trace.cells or trace.records is not None
    assert review.numbers()["number"].tolist() == list(list_numbers(review))


def test_cells_are_what_stands_in_the_file(review):
    lines = (review.folder / "extraction" / "outcomes.csv").read_text(encoding="utf-8").split("\n")
    for cell in review.trace("pools.ee.n").cells:
        assert cell.text in lines[cell.row - 1].split(",")


def test_a_trace_is_read_as_text_and_html(review):
    trace = review.trace("pools.ee.estimate")
    assert str(trace).startswith("pools.ee.estimate = ")
    assert "extraction/outcomes.csv" in trace._repr_html_()


def test_a_number_that_is_not_there(review):
    with pytest.raises(
        rk.InputError, match=r"Got 'pools.ee.estimat'. Near it: 'pools.ee.estimate'"
    ):
        review.trace("pools.ee.estimat")


def test_each_number_of_the_page_leads_to_a_fold(review, tmp_path):
    page = review.report(tmp_path / "report.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r'class="trace" href="#([\w-]+)"', page))
    assert len(addresses) > 8
    assert addresses <= set(re.findall(r'<span id="([\w-]+)">', page))


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
def test_a_click_on_a_number_opens_what_it_was_made_of(review, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    path = review.report(tmp_path / "report.html")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        number = page.locator("ul.numbers a.trace").last
        target = number.get_attribute("href")
        fold = page.locator(f"details:has(> {target})")
        assert fold.get_attribute("open") is None
        number.click()
        assert fold.get_attribute("open") is not None
        assert "extraction/outcomes.csv" in fold.inner_text()
        browser.close()
