"""The report: whole, well-formed, safe, the same twice; marked where numbers are as reported."""

import base64
import io
import re

import pandas as pd
import pytest
from review_cases import WHOLE, load_page_checks, write_folder

from reviewkit.review.bundled import example
from reviewkit.review.exhibits import FIGURES, TABLES, list_figures, list_tables, make_key
from reviewkit.review.folder import open_review
from reviewkit.review.report import SECTIONS, make_page
from reviewkit.review.versions import list_versions

PAGES = load_page_checks()
find_pictures, read_page = PAGES.find_pictures, PAGES.read_page

INJURIES, BURNOUT = "psychotherapist-injuries", "burnout-prevalence"

NASTY = (
    "<script>alert(1)</script> \"quoted\", 'so' & <b>; 🧠疲労 إرهاق </title></svg> {{ 7*7 }} "
    + "x" * 300
)


def write(folder, tmp_path):
    review = open_review(folder)
    return review, review.report(tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    place = tmp_path_factory.mktemp("pages")
    return {name: write(example(name), place / name) for name in (INJURIES, BURNOUT)}


# The bundled reviews.


@pytest.mark.parametrize("name", [INJURIES, BURNOUT])
def test_a_bundled_review_is_a_good_page(pages, name):
    review, html = pages[name]
    reader = read_page(html)
    shown = " ".join("".join(reader.text).split())
    assert review.title in shown
    for finding in review.findings:
        assert " ".join(finding.message.split()) in shown
    for entry in review.inputs:
        assert entry.sha256 in shown
    for package, version in list_versions().items():
        assert f"{package}{version}" in shown.replace(" ", "")


def test_the_seed_review_shows_both_ways_to_tell_its_flow(pages):
    _, html = pages[INJURIES]
    pictures = find_pictures(html)
    assert len(pictures) == 8, "two flows, the codes and the matrix, each wide and narrow"
    assert "Titles removed before screening" in html
    assert "Titles screened" in html
    assert html.count("n = 243") >= 2
    assert html.count("n = 300") >= 2


def test_what_is_as_reported_says_so(pages):
    _, html = pages[INJURIES]
    headings = re.findall(r"<h2 id=\"([a-z]+)-heading\">[^<]*(?:<span class=\"mark)?", html)
    marked = re.findall(r'<h2 id="([a-z]+)-heading">[^<]* <span class="mark as-reported">', html)
    assert marked == ["flow", "agreement", "studies"]
    assert "themes" in headings
    assert "as-reported" not in pages[BURNOUT][1].partition("</style>")[2]


def test_the_pooled_results_come_with_their_recipe(pages):
    review, html = pages[BURNOUT]
    text = "".join(read_page(html).text)
    for pooled in review.pools.values():
        assert pooled.recipe in text
    for number in ("40.9 %", "24.7–59.4", "5.1–89.9", "18.5 %", "13.4–25.0"):
        assert number in text
    assert len(find_pictures(html)) == 4


def test_the_data_behind_a_figure_can_be_taken_along(pages):
    review, html = pages[BURNOUT]
    link = re.search(r'download="pool-ee.csv" href="data:text/csv;base64,([^"]*)"', html)
    frame = pd.read_csv(io.BytesIO(base64.b64decode(link[1])))
    pd.testing.assert_frame_equal(frame, review.pools["ee"].to_frame(), check_dtype=False)


@pytest.mark.parametrize("name", [INJURIES, BURNOUT])
def test_the_same_folder_gives_the_same_bytes(pages, name, tmp_path):
    _, again = write(example(name), tmp_path)
    assert again == pages[name][1]


def test_every_chapter_is_in_the_contents(pages):
    review, html = pages[INJURIES]
    for section in make_page(review).sections:
        assert f'<li><a href="#{section.key}">{SECTIONS[section.key].heading}</a></li>' in html


# Any review.


def test_a_whole_review_has_every_chapter(tmp_path):
    # Spaces around a number are repaired, which is a chapter of its own.
    spaced = WHOLE["extraction/outcomes.csv"].replace(",12,", ", 12 ,")
    folder = write_folder(tmp_path, {**WHOLE, "extraction/outcomes.csv": spaced})
    review, html = write(folder, tmp_path)
    read_page(html)
    keys = [section.key for section in make_page(review).sections]
    assert keys == [key for key in SECTIONS if key not in ("search", "appraisal")]
    assert "Decisions of Ann (rows) and Ben (columns)" in html


@pytest.mark.parametrize("name", WHOLE)
def test_a_review_of_one_file(tmp_path, name):
    content = WHOLE[name].partition("[pools")[0]
    read_page(write(write_folder(tmp_path, {name: content}), tmp_path)[1])


def cell(text):
    return '"' + text.replace('"', '""') + '"'


def make_hostile(text):
    """Return the files of a review that holds `text` wherever it can."""
    c, toml = cell(text), "'''" + text.replace("'", "’") + "'''"
    return {
        "review.toml": (
            f"title = {toml}\nquestion = {toml}\n[citation]\nauthors = {toml}\nnote = {toml}\n"
            f"[search]\ndatabases = [{toml}]\nkeywords = [{toml}]\nwindow = {toml}\n"
            f"[[search.strings]]\ndatabase = {toml}\ntext = {toml}\n"
            f"[criteria]\ninclude = [{toml}]\n[raters]\nnames = [{toml}]\n"
        ),
        "screening/decisions.csv": (
            f"record,rater,stage,verdict,reason\nr1,{c},full_text,include,{c}\n"
            f"r1,Ben,full_text,exclude,{c}\n{c},{c},full_text,exclude,\n{c},Ben,full_text,exclude,\n"
        ),
        "extraction/studies.csv": f"study,title,{c}\n{c},{c},{c}\nB,b,b\n",
        "extraction/outcomes.csv": (
            f"study,outcome,instrument,events,total,percent\n{c},{c},{c},1,9,12\nB,{c},b,3,9,33\n"
        ),
        "coding/codebook.csv": f"code,theme,definition\n{c},{c},{c}\nd,{c},\n",
        "coding/segments.csv": f"study,code,text\n{c},{c},{c}\nB,d,x\n",
        "reported/flow.csv": (
            f"box,n,where,quote\nscreened,9,{c},{c}\nexcluded,8,{c},{c}\nassessed,3,{c},{c}\n"
            f"{cell('reports_excluded:' + text)},2,{c},{c}\n"
        ),
        "reported/agreement.csv": (
            f"stage,coefficient,value,n,label,where,quote\n{c},kappa,0.81,21,{c},{c},{c}\n"
        ),
        "reported/groups.csv": f"grouping,group,n,of,where\n{c},{c},1,9,{c}\n{c},b,2,9,{c}\n",
        "reported/percentages.csv": f"id,set,percent,kind,where\n{c},{c},12,point,{c}\n",
        "reported/claims.csv": f"claim,references\n{c},{c}\n",
    }


@pytest.mark.parametrize(
    "text", [NASTY, "=HYPERLINK(1)", "@SUM(1)", "$x^2$ \\frac", "a<b", "إرهاق المعالجين", "&#60;"]
)
def test_hostile_text_in_every_field(tmp_path, text):
    review, html = write(write_folder(tmp_path, make_hostile(text)), tmp_path)
    assert {*review.origin} >= {"flow", "agreement", "studies", "outcomes", "themes", "pools"}
    reader = read_page(html)
    assert "".join(reader.text).count(text[:30].replace("'", "’")[:15]) > 20
    for link in re.findall(r"data:text/csv;base64,([^\"]*)", html):
        for line in base64.b64decode(link).decode("utf-8-sig").splitlines():
            assert not re.match(r'"?[=@+]', line), "a csv must start no formula"


# Exhibits.


def test_keys_of_files_are_their_own(tmp_path):
    text = "study,outcome,events,total\na,E E,1,9\na,e-e,1,9\na,疲労,1,9\na,ストレス,1,9\n"
    review = open_review(write_folder(tmp_path, {"extraction/outcomes.csv": text}))
    keys = [figure.key for figure in list_figures(review)]
    assert keys == ["pool-e-e", "pool-e-e-2", "pool-other", "pool-other-2"]
    tables = [table.key for table in list_tables(review)]
    assert len(set(tables)) == len(tables)


def test_the_data_of_every_figure_is_a_table(tmp_path):
    for folder in (write_folder(tmp_path, WHOLE), example(INJURIES)):
        review = open_review(folder)
        keys = {table.key for table in list_tables(review)}
        assert all({*figure.tables} <= keys for figure in list_figures(review))
        assert {figure.part for figure in list_figures(review)} <= {*FIGURES}
        assert {table.part for table in list_tables(review)} <= {*TABLES, "repairs"}


def test_a_key_is_short_and_plain():
    assert re.fullmatch(r"[a-z0-9-]{1,60}", make_key(NASTY))
