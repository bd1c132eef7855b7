"""Quotes, tables, communities and overlaps of themes."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from coding_cases import CODEBOOK, IN_REVIEW, SEGMENTS, codings, make_coding
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.coding.themes import build_themes

QUOTED = pd.DataFrame(
    [
        ("Lee (10)", "Stress", "Ada", "so tired", "lee.txt", 3, 11),
        ("Lee (10)", "Stress", "Bo", "so tired", "lee.txt", 3, 11),
        ("Lee (10)", "Load", "Ada", "too many", "lee.txt", 20, 28),
        ("Knox (13)", "Stress", "Ada", "worn out", "knox.txt", 7, 15),
        ("Berg (17)", "Trust", None, None, "Table 2", None, None),
    ],
    columns=["study", "code", "coder", "text", "source", "start", "end"],
)
BOOK = pd.DataFrame({"code": ["Stress", "Load", "Trust"], "theme": ["Mind", "Mind", "Bond"]})


class TestQuotes:
    def test_the_table_of_a_report(self):
        table = build_themes(QUOTED, BOOK, n_studies=4).table()
        assert table["theme"].tolist() == ["Mind", "Bond"]
        assert table["share"].tolist() == ["2 of 4 (50.0 %)", "1 of 4 (25.0 %)"]
        assert table["studies"].tolist() == ["Knox (13); Lee (10)", "Berg (17)"]
        # One quote a study first, and a quote of two coders once.
        assert table["quotes"].tolist() == [
            "“worn out” (Knox (13), knox.txt, 7–15)\n“so tired” (Lee (10), lee.txt, 3–11)",
            "Berg (17), Table 2",
        ]
        assert build_themes(QUOTED, BOOK).table(quotes=9)["quotes"][0].count("“") == 3

    def test_a_row_a_segment(self):
        quotes = build_themes(QUOTED, BOOK).quotes()
        assert len(quotes) == len(QUOTED)
        assert quotes["theme"].tolist() == ["Mind"] * 4 + ["Bond"]
        assert quotes["original_code"].tolist() == quotes["code"].tolist()
        assert quotes["start"].isna().tolist() == [False] * 4 + [True]

    def test_a_long_quote_is_cut_at_a_word(self):
        long = QUOTED.assign(text="word " * 100)
        assert (
            build_themes(long, BOOK).table()["quotes"][0].splitlines()[0].startswith("“word word")
        )
        assert " …”" in build_themes(long, BOOK).table()["quotes"][0]

    def test_misuse(self):
        with pytest.raises(InputError, match="`quotes` must be 0 or more"):
            build_themes(QUOTED, BOOK).table(quotes=-1)


class TestCommunities:
    def test_two_blocks_are_found(self):
        blocks = [(study, block, code) for block in "ab" for study in range(3) for code in range(4)]
        rows = [(f"S{study}{block}", f"{block}{code}") for study, block, code in blocks]
        rows += [("S9", "alone"), ("S0b", "a0")]
        found = build_themes(pd.DataFrame(rows, columns=["study", "code"])).communities()
        of = found.to_frame().set_index("code")["community"]
        assert len({of[f"a{n}"] for n in range(1, 4)}) == 1
        assert len({of[f"b{n}"] for n in range(4)}) == 1
        assert of["a1"] != of["b1"]
        assert of["alone"] == 0
        assert "Without a shared study: 1." in found.summary()

    @settings(max_examples=15)
    @given(codings())
    def test_modularity_is_that_of_networkx_and_the_seed_decides(self, drawn):
        themes = build_themes(*drawn)
        found, again = themes.communities(seed=3), themes.communities(seed=3)
        pd.testing.assert_frame_equal(found.to_frame(), again.to_frame())
        frame = found.to_frame()
        assert frame[["x", "y"]].abs().to_numpy().max() <= 1
        parts = [set(own["code"]) for at, own in frame.groupby("community") if at]
        if parts:
            graph = themes.network().subgraph(set().union(*parts))
            assert found.modularity == pytest.approx(nx.community.modularity(graph, parts))
        else:
            assert np.isnan(found.modularity)

    def test_misuse(self):
        with pytest.raises(InputError, match="`resolution` must be above 0"):
            build_themes(QUOTED).communities(resolution=0)


class TestOverlaps:
    def test_the_review_of_15_challenges(self):
        found = build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW).overlaps()
        frame = found.to_frame()
        told = {
            tuple(label.split()[0] for label in labels): n
            for labels, n in zip(frame["themes"], frame["n_studies"], strict=True)
        }
        assert told == {
            ("Professional",): 5,
            ("Professional", "Psychological"): 3,
            ("Psychological",): 2,
            (): 1,
        }
        assert frame["share"].sum() == pytest.approx(1)

    def test_studies_without_a_name_are_counted(self):
        frame = build_themes(SEGMENTS, CODEBOOK, n_studies=13).overlaps().to_frame()
        bare = frame[frame["n_themes"] == 0].iloc[0]
        assert (bare["n_studies"], bare["studies"]) == (3, ())

    @settings(max_examples=25)
    @given(codings())
    def test_each_study_is_in_one_combination(self, drawn):
        themes = build_themes(*drawn)
        for by in ("theme", "code"):
            frame = themes.overlaps(by=by).to_frame()
            studies = [study for names in frame["studies"] for study in names]
            assert sorted(studies) == sorted(themes.by_code.studies)
            counts = dict.fromkeys(themes.matrix(by=by).columns, 0)
            for labels, n in zip(frame[f"{by}s"], frame["n_studies"], strict=True):
                for label in labels:
                    counts[label] += n
            assert counts == themes.matrix(by=by).sum().to_dict()

    @pytest.mark.parametrize("width", [84, 174])
    def test_many_sets_are_cut_and_it_is_said(self, width):
        themes = build_themes(*make_coding(40))
        ax = themes.overlaps(by="code").plot(width=width)
        words = " ".join(text.get_text() for group in ax.get_children() if hasattr(group, "artists")
                         for text in group.artists if hasattr(text, "get_text"))  # fmt: skip
        assert "The 25 codes of most studies, of 40." in words
