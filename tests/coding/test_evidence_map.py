"""Evidence maps: where facets come from, what a cell is, gaps and misuse."""

import pandas as pd
import pytest
from coding_cases import codings
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.coding.evidence_map import map_evidence

CODED = pd.DataFrame(
    [
        ("A", "Rest", "burnout"), ("A", "Load", "burnout; vicarious trauma"), ("A", "Rest", "burnout"),
        ("B", "Load", "vicarious trauma"), ("C", "Talk", None),
    ],
    columns=["study", "code", "construct"],
)  # fmt: skip
BOOK = pd.DataFrame(
    {
        "code": ["Rest", "Load", "Talk"],
        "theme": ["Care", "Work", "Care"],
        "level": ["individual", "organizational", "team"],
    }
)
STUDIES = pd.DataFrame({"study": list("ABCD"), "design": ["survey", "interview", None, "survey"]})


def count(found, **cell):
    frame = found.to_frame()
    for name, value in cell.items():
        frame = frame[frame[name] == value]
    return frame["n_studies"].sum()


class TestFacets:
    def test_theme_construct_and_level(self):
        found = map_evidence(CODED, BOOK, panels="level", studies=STUDIES)
        assert found.categories == (
            ("Care", "Work"), ("burnout", "vicarious trauma", "not stated"), ("individual", "team", "organizational"),
        )  # fmt: skip
        assert (
            count(found, theme="Care", construct="burnout", level="individual") == 1
        )  # A counts once
        assert count(found, theme="Work", construct="vicarious trauma") == 2
        assert count(found, construct="not stated") == 1
        assert len(found.gaps()) == 18 - 4
        assert found.n_studies == 4
        assert found.to_frame()["share"].max() == 0.5

    def test_columns_of_studies(self):
        found = map_evidence(CODED, BOOK, columns="design", studies=STUDIES)
        assert found.panels()[""].loc["Care"].to_dict() == {
            "interview": 0,
            "survey": 1,
            "not stated": 1,
        }

    def test_codes_of_a_theme_hold_for_a_study(self):
        found = map_evidence(CODED, BOOK, rows="Care", columns="Work")
        assert found.panels()[""].to_dict() == {
            "Load": {"Rest": 1, "Talk": 0, "not stated": 1}, "not stated": {"Rest": 0, "Talk": 1, "not stated": 0},
        }  # fmt: skip

    def test_an_order_keeps_gaps(self):
        order = {"construct": ["burnout", "compassion fatigue", "vicarious trauma"]}
        found = map_evidence(CODED, BOOK, order=order)
        assert found.categories[1] == (
            "burnout",
            "compassion fatigue",
            "vicarious trauma",
            "not stated",
        )
        assert count(found, construct="compassion fatigue") == 0
        levels = map_evidence(CODED.head(1), BOOK, columns="level").categories[1]
        assert levels == ("individual", "team", "organisational")

    @settings(max_examples=25)
    @given(codings())
    def test_themes_by_codes_are_counts_of_sets(self, drawn):
        coding, book = drawn
        found = map_evidence(coding, book, columns="code")
        frame = coding.merge(book, on="code").drop_duplicates(["study", "code", "theme"])
        expected = frame.groupby(["theme", "code"]).size().to_dict()
        cells = found.to_frame().set_index(["theme", "code"])["n_studies"]
        assert cells[cells > 0].to_dict() == expected


class TestPicture:
    def test_what_is_left_out_is_said(self):
        coding = pd.DataFrame({"study": "A", "code": [f"c{n}" for n in range(80)], "kind": "x"})
        ax = map_evidence(coding, rows="code", columns="kind").plot(width=84)
        words = [text.get_text() for group in ax.get_children() if hasattr(group, "artists")
                 for text in group.artists if hasattr(text, "get_text")]  # fmt: skip
        assert "Drawn: the first 60 of 80 of code." in " ".join(words)


class TestMisuse:
    def test_facets(self):
        with pytest.raises(InputError, match=r"'constructs' is none\. Did you mean 'construct'"):
            map_evidence(CODED, BOOK, columns="constructs")
        with pytest.raises(InputError, match="must name all values of 'construct'"):
            map_evidence(CODED, BOOK, order={"construct": ["burnout"]})
        with pytest.raises(InputError, match="a frame with the column 'study'"):
            map_evidence(CODED, BOOK, studies=pd.DataFrame({"name": ["A"]}))
        with pytest.raises(InputError, match="At least 1 segment"):
            map_evidence(CODED.head(0), BOOK)
