"""The pictures of themes: what the network and the grid show, and what they leave out and say."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from coding_cases import CODEBOOK, IN_REVIEW, MIND, SEGMENTS, WORK, make_coding
from matplotlib.text import Text

from reviewkit.coding.themes import build_themes
from reviewkit.present.axes import render_axes

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    mpl.pyplot.close("all")


@pytest.fixture
def seed():
    return build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW)


def say(ax):
    """Return all that is written in a picture."""
    texts = [text.get_text() for text in ax.findobj(Text)]
    return " ".join(text for text in texts if text.strip()).replace("\u00a0", " ")


class TestNetwork:
    @pytest.mark.parametrize("width", [84, 174])
    def test_the_published_review(self, seed, width):
        said = say(seed.plot(width=width))
        for code, n_studies in seed.codes()[["code", "n_studies"]].itertuples(index=False):
            assert f"{code} (n = {n_studies})" in said
        assert f"{WORK}: 8 of 11 studies" in said
        assert f"{MIND}: 5 of 11 studies" in said
        assert "1 study shared" in said

    def test_the_count_of_a_theme_that_runs_from_right_to_left_stays_together(self):
        names = CODEBOOK["theme"].replace({WORK: "\u0627\u0644\u0642\u0644\u0642"})
        themes = build_themes(SEGMENTS, CODEBOOK.assign(theme=names), studies=IN_REVIEW)
        assert "\u0627\u0644\u0642\u0644\u0642 (n = 8 of 11 studies)" in say(themes.plot())

    def test_is_told_to_who_cannot_see(self, seed):
        assert seed.plot().get_label() == (
            "Network of 15 codes in 2 themes, from 11 studies in the review. 8 pairs share studies; "
            "the strongest link: “Work-related burnout influenced by the severity of clients' "
            "mental health issues” and “Burnout due to psychological stress” share 1 study, "
            "as 7 other pairs do."
        )
        lone = build_themes(pd.DataFrame({"study": ["a", "b"], "code": ["x", "y"]}))
        assert lone.plot().get_label() == (
            "Network of 2 codes in 2 themes, from 2 studies with codes. No two codes share a study."
        )
        pair = build_themes(pd.DataFrame({"study": ["a", "a"], "code": ["x", "y"]}))
        assert (
            pair.plot()
            .get_label()
            .endswith(
                "1 pair of codes shares studies; the strongest link: “x” and “y” share 1 study."
            )
        )

    def test_links_join_codes_that_share_studies(self, seed):
        svg = render_axes(seed.plot(), "svg").decode()
        links = re.findall(r"<title>(\d+) – (\d+): 1 study</title>", svg)
        assert len(links) == seed.network().number_of_edges() == 8
        drawn = dict(re.findall(r'network-node-(\d+)"><title>([^<]+)</title>', svg))
        told = {frozenset((drawn[left], drawn[right])) for left, right in links}
        unescape = {name.replace("'", "&#x27;"): name for name in seed.codes()["code"]}
        assert {frozenset(map(unescape.get, pair)) for pair in told} == {
            frozenset(edge) for edge in seed.network().edges
        }

    def test_without_a_codebook_there_are_no_groups(self):
        assert "studies" not in re.sub(
            r"\d+ studies( shared)?", "", say(build_themes(SEGMENTS).plot())
        )

    def test_what_is_left_out_is_said(self):
        segments, book = make_coding(80, n_studies=30, per_code=20)
        themes = build_themes(segments, book)
        wide, narrow = (say(themes.plot(width=width)) for width in (174, 84))
        assert "The 60 codes of most studies, of 80." in wide
        assert "The 40 codes of most studies, of 80." in narrow
        assert re.search(r"Links of \d+ or more studies: \d+ of [\d,]+\.", wide)
        labels = themes.codes()["code"]
        assert labels[59] in wide
        assert labels[60] not in wide
        assert themes.plot().get_label().startswith("Network of 80 codes in 3 themes")

    def test_500_codes(self):
        assert "of 500." in say(build_themes(*make_coding(500, n_studies=100)).plot())

    def test_saves_safe_files(self, tmp_path):
        bad = "<script>a</script> 🙂 שלום"
        themes = build_themes(pd.DataFrame({"study": [bad, bad], "code": [bad, "x"]}))
        path = themes.save(tmp_path / "network.svg", width=84)
        root = ElementTree.parse(path).getroot()
        assert not [element for element in root.iter() if element.tag.endswith("script")]


class TestGrid:
    def test_is_the_matrix_turned(self, seed):
        for by in ("theme", "code"):
            frame = seed.grid(by=by).to_frame()
            pd.testing.assert_frame_equal(frame.T, seed.matrix(by=by))

    def test_shows_counts_and_shares(self, seed):
        said = say(seed.grid().plot())
        for part in (WORK, MIND, "73 %", "45 %", "Share: of 11 studies in the review.", *IN_REVIEW):
            assert part in said

    def test_is_told_to_who_cannot_see(self, seed):
        assert seed.grid().plot().get_label() == (
            "Grid of 2 themes and the studies behind them, of 11 studies in the review. "
            "Professional Challenges has the most, 8, the fewest 5."
        )

    def test_what_is_left_out_is_said(self):
        grid = build_themes(*make_coding(70)).grid(by="code")
        assert grid.to_frame().shape[0] == 70
        assert "The 60 codes of most studies, of 70." in say(grid.plot())

    def test_saves(self, seed, tmp_path):
        path = seed.grid(by="code").save(tmp_path / "grid.svg")
        assert "<svg" in path.read_text(encoding="utf-8")

    def test_summary(self, seed):
        assert "Grid of 2 themes" in seed.grid().summary()
