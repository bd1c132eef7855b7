"""Flows as documents to edit and as pages that list their records, the latter in a real browser."""

import shutil
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from flow_cases import EVERYTHING, EXAMPLES, NEW_V2, SEED
from tally_cases import CLUSTERS, DECISIONS, LINKS, RECORDS, make_decisions, make_records

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.present.axes import render_axes

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>&amp"


def read_cells(path):
    """Return the texts of all cells, merged ones once, in the order of reading."""
    table = docx.Document(str(path)).tables[-1]
    seen, texts = set(), []
    for row in table.rows:
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                texts.append(" ".join(cell.text.split()))
    return [text for text in texts if text]


def tally(**options):
    return rk.tally_flow(RECORDS, CLUSTERS, DECISIONS, **options)


class TestWord:
    @pytest.mark.parametrize("name", EXAMPLES)
    @pytest.mark.parametrize("width", [84, 174])
    def test_the_cells_say_what_the_figure_says(self, tmp_path, name, width):
        flow = rk.prisma_flow(EXAMPLES[name])
        cells = read_cells(flow.save(tmp_path / "flow.docx", width=width))
        for box in flow.chart(width).boxes:
            text = " ".join(box.text.split())
            assert text in cells or f"≠ {text}" in cells, box.id
        stages = [stage.text for stage in flow.chart(width, fit=False).stages]
        assert [text for text in cells if text in set(stages)] == stages

    def test_all_files_show_the_same_numbers(self, tmp_path):
        flow = rk.prisma_flow(NEW_V2)
        cells = " ".join(read_cells(flow.save(tmp_path / "flow.docx")))
        root = ET.fromstring(render_axes(flow.plot(), "svg"))
        drawn = "".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
        page = flow.save(tmp_path / "flow.html").read_text("utf-8")
        frame = flow.to_frame()
        drawn_n = frame.loc[~frame["key"].str.endswith("reports_excluded"), "n"]  # its reasons are
        for n in drawn_n.dropna():
            for place in (cells, drawn.replace("\xa0", " "), page.replace("\xa0", " ")):
                assert f"(n = {n:,})" in place

    def test_properties_of_cells_stand_in_the_order_of_the_format(self, tmp_path):
        path = rk.prisma_flow(EXAMPLES["inconsistent"]).save(tmp_path / "flow.docx")
        root = ET.fromstring(zipfile.ZipFile(path).read("word/document.xml"))
        order = ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "textDirection", "vAlign"]
        for properties in root.iter(f"{WORD}tcPr"):
            places = [order.index(one.tag.removeprefix(WORD)) for one in properties]
            assert places == sorted(set(places))

    def test_a_contradiction_is_marked_unless_there_is_a_reason(self, tmp_path):
        flow = rk.prisma_flow(EXAMPLES["inconsistent"])
        marked = docx.Document(str(flow.save(tmp_path / "a.docx")))
        assert "This flow contradicts itself." in marked.tables[0].cell(0, 0).text
        plain = docx.Document(str(flow.save(tmp_path / "b.docx", unmarked="under review")))
        assert len(plain.tables) == 1
        assert plain.core_properties.subject == "under review"

    def test_the_same_flow_gives_the_same_bytes(self, tmp_path):
        one, two = (rk.prisma_flow(SEED).save(tmp_path / f"{n}.docx") for n in "ab")
        assert one.read_bytes() == two.read_bytes()
        assert docx.Document(str(one)).core_properties.author == ""

    def test_letters_that_no_document_holds_are_left_out(self, tmp_path):
        flow = rk.prisma_flow({"reports_excluded": {"Bell \x07 null \x00 \ufffe <b>": 3}})
        assert "Reports excluded: Bell null <b> (n = 3)" in read_cells(
            flow.save(tmp_path / "flow.docx")
        )


class TestMarks:
    def test_the_reason_goes_into_the_description_and_the_mark_away(self):
        flow = rk.prisma_flow(EXAMPLES["inconsistent"])
        svg = render_axes(flow.plot(unmarked="The journal was told."), "svg").decode()
        said = "Its numbers contradict each other and are not marked: The journal was told."
        assert said in svg
        assert "≠" not in svg
        assert "≠" in render_axes(flow.plot(), "svg").decode()

    def test_a_reason_is_words(self):
        with pytest.raises(InputError, match=r"must be the reason, in words\. Got True"):
            rk.prisma_flow(SEED).plot(unmarked=True)

    def test_a_sound_flow_has_nothing_to_excuse(self):
        flow = rk.prisma_flow(SEED)
        assert render_axes(flow.plot(unmarked="why"), "svg") == render_axes(flow.plot(), "svg")


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        window = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield window
        window.close()


@pytest.fixture
def visit(chromium, tmp_path):
    """Return how to open the page of a flow; no request may leave it, and no error may come."""
    pages = []

    def open_page(flow, width=1200):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.faults = []
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("dialog", lambda dialog: page.faults.append(dialog.message))
        page.on("request", lambda request: page.faults.append(request.url))
        pages.append(page)
        page.goto(flow.save(tmp_path / "flow.html").as_uri())
        assert page.faults[0].startswith("file:")
        del page.faults[0]
        return page

    yield open_page
    for page in pages:
        assert page.faults == []
        page.close()


def shape(page, box):
    return page.locator(f"svg g[id$='-flow-{box}']:visible").first


@browser
class TestBrowser:
    def test_a_click_on_a_box_lists_its_records(self, visit):
        flow = tally(links=LINKS, not_retrieved=["r4"])
        page = visit(flow)
        for box in ("screened", "excluded", "sought", "not_retrieved", "assessed"):
            shape(page, box).click()
            listed = page.locator(".panel tbody th").all_inner_texts()
            assert listed == flow.records(box)["record"].tolist()
        shape(page, "identified").click()
        parts = page.locator(".panel p button").all_inner_texts()
        assert parts == ["Records identified from (n = 6)", "PubMed (n = 2)", "Scopus (n = 3)",
                         "ISRCTN (n = 1)"]  # fmt: skip
        page.get_by_role("button", name="Scopus").click()
        assert page.locator(".panel tbody tr").count() == 3
        shape(page, "included").click()
        assert page.locator(".panel p button").first.inner_text() == (
            "Studies included in review (n = 1)"
        )

    def test_a_box_says_reason_and_citation(self, visit):
        page = visit(tally())
        shape(page, "reports_excluded").click()
        assert page.locator(".panel thead th").all_inner_texts() == ["Record", "Citation",
                                                                     "Source", "Reason"]  # fmt: skip
        assert page.locator(".panel tbody td").all_inner_texts() == [
            "Author, 1. Title 1. J. 2001. doi:10.1/1", "PubMed", "Wrong outcome"
        ]  # fmt: skip

    def test_the_keyboard_does_all(self, visit):
        page = visit(tally())
        box = shape(page, "assessed")
        assert box.get_attribute("role") == "button"
        assert (
            box.get_attribute("aria-label") == "Reports assessed for eligibility: show the records"
        )
        box.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.textContent") == (
            "Reports assessed for eligibility"
        )
        page.keyboard.press("Escape")
        assert not page.locator(".panel").is_visible()
        assert page.evaluate("document.activeElement.id").endswith("-flow-assessed")
        page.get_by_role("button", name="Records screened (n = 5)").press(" ")
        assert page.locator(".panel tbody tr").count() == 5

    def test_many_records_come_in_pages_and_can_be_searched(self, visit):
        records = make_records(*["PubMed"] * 230)
        decisions = make_decisions(*[(f"r{i}", "Ada", "ta", "exclude") for i in range(230)])
        page = visit(rk.tally_flow(records, None, decisions))
        shape(page, "excluded").click()
        assert page.locator(".panel tbody tr").count() == 100
        page.get_by_role("button", name="Show 100 more of 230").click()
        assert page.locator(".panel tbody tr").count() == 200
        page.get_by_role("searchbox").fill("title 117")
        assert page.locator(".panel tbody th").all_inner_texts() == ["r117"]

    def test_hostile_text_stays_text(self, visit):
        records = RECORDS.assign(title=HOSTILE, authors=HOSTILE, source=HOSTILE)
        decisions = DECISIONS.replace({"reason": {"Wrong outcome": HOSTILE.replace(";", ",")}})
        page = visit(rk.tally_flow(records, CLUSTERS, decisions))
        shape(page, "reports_excluded").click()
        assert "<img src=x onerror=alert(1)></script>" in page.locator(".panel tbody").inner_text()
        assert page.locator(".panel img").count() == 0

    def test_a_small_screen_has_its_own_figure(self, visit):
        page = visit(tally(), width=390)
        shape(page, "screened").click()
        assert page.locator(".panel tbody tr").count() == 5
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    def test_a_flow_of_counts_has_a_picture_only(self, visit):
        page = visit(rk.prisma_flow(EVERYTHING))
        assert page.locator(".box-lists").count() == 0
        assert page.locator("svg[role='img']:visible").count() == 1
