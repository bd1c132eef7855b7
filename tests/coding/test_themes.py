"""Themes are counted in studies: the published review, laws, and misuse."""

import dataclasses
import re

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from coding_cases import CHALLENGES, CODEBOOK, IN_REVIEW, MIND, SEGMENTS, WORK, codings
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.coding.themes import build_themes


@pytest.fixture
def seed():
    return build_themes(SEGMENTS, CODEBOOK)


def counts(themes):
    return dict(themes.to_frame()[["theme", "n_studies"]].itertuples(index=False))


class TestThePublishedReview:
    """Each number was counted by hand in the table of challenges."""

    def test_themes(self, seed):
        frame = seed.to_frame()
        assert frame.columns.tolist() == ["theme", "n_studies", "share", "n_segments", "studies"]
        assert frame["theme"].tolist() == [WORK, MIND]
        assert frame["n_studies"].tolist() == [8, 5]
        assert frame["share"].tolist() == [0.8, 0.5]
        assert frame["n_segments"].tolist() == [9, 7]
        assert frame["studies"].tolist() == [
            ("10", "11", "12", "13", "15", "16", "17", "18"), ("10", "15", "16", "19", "20"),
        ]  # fmt: skip

    def test_ten_studies_are_coded(self, seed):
        assert seed.n_studies == 10
        assert seed.matrix().index.tolist() == [name for name in IN_REVIEW if name != "14"]

    def test_codes(self, seed):
        frame = seed.codes()
        assert frame.columns.tolist() == [
            "code", "theme", "n_studies", "share", "n_segments", "studies",
        ]  # fmt: skip
        assert frame["n_studies"].tolist() == [2, *[1] * 14]
        assert frame["studies"].iloc[0] == ("10", "13")
        book = dict(zip(frame["code"], frame["theme"], strict=True))
        assert book == {code: theme for theme, code, _ in CHALLENGES}

    def test_studies_stand_behind_several_codes(self, seed):
        per_study = seed.matrix(by="code").sum(axis=1)
        several = {"16": 3, "10": 3, "15": 2, "19": 2}
        assert per_study[per_study > 1].to_dict() == several

    def test_network(self, seed):
        graph = seed.network()
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (15, 8)  # 3 + 3 + 1 + 1
        assert {*nx.get_edge_attributes(graph, "weight").values()} == {1}
        assert sorted(map(len, nx.connected_components(graph)))[-4:] == [2, 2, 3, 3]
        node = graph.nodes[CHALLENGES[9][1]]
        assert node == {"theme": WORK, "n_studies": 2, "n_segments": 2}

    def test_themes_share_three_studies(self, seed):
        assert seed.cooccurrence(by="theme").loc[WORK, MIND] == 3  # 10, 15 and 16
        assert seed.network(by="theme").edges[WORK, MIND] == {"weight": 3}

    def test_a_study_without_a_code_counts_in_the_denominator(self):
        named = build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW)
        assert named.n_studies == 11
        assert not named.matrix().loc["14"].any()
        assert named.to_frame()["share"].tolist() == [8 / 11, 5 / 11]
        counted = build_themes(SEGMENTS, CODEBOOK, n_studies=13)
        assert counted.to_frame()["share"].tolist() == [8 / 13, 5 / 13]
        assert len(counted.matrix()) == 10

    def test_the_summary_says_what_shares_are_of(self, seed):
        assert "of 10 studies with codes: " in seed.summary()
        assert f"{WORK}: 8 (80.0 %); {MIND}: 5 (50.0 %)" in str(seed)
        named = build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW)
        assert "of 11 studies in the review: " in named.summary()


class TestWhatCounts:
    def test_without_a_codebook_a_code_is_a_theme(self):
        themes = build_themes(SEGMENTS)
        assert themes.to_frame()["theme"].tolist() == themes.codes()["code"].tolist()
        assert (themes.codes()["theme"] == themes.codes()["code"]).all()

    def test_a_code_without_a_segment_is_there_with_nothing(self):
        more = pd.concat([CODEBOOK, pd.DataFrame({"code": ["new"], "theme": ["Idle"]})])
        themes = build_themes(SEGMENTS, more)
        assert counts(themes)["Idle"] == 0
        assert themes.to_frame()["studies"].iloc[-1] == ()
        assert "1 of 16 codes have no study behind them." in themes.notes
        assert themes.network().degree("new") == 0

    def test_a_review_in_which_nothing_is_coded(self):
        themes = build_themes(SEGMENTS.iloc[:0], CODEBOOK, studies=IN_REVIEW)
        assert themes.to_frame()["n_studies"].tolist() == [0, 0]
        assert themes.to_frame()["share"].tolist() == [0.0, 0.0]
        assert themes.network().number_of_edges() == 0

    def test_one_study(self):
        themes = build_themes(pd.DataFrame({"study": ["a"], "code": ["x"]}))
        assert themes.to_frame()["share"].tolist() == [1.0]
        assert "1 code in 1 theme; of 1 study with codes: x: 1 (100.0 %)." in themes.summary()

    def test_a_theme_is_inherited_from_a_parent(self):
        book = pd.DataFrame(
            {"code": ["x", "y"], "theme": ["M", None], "parent": [None, "x"]}, dtype=object
        )
        themes = build_themes(pd.DataFrame({"study": ["a", "b"], "code": ["x", "y"]}), book)
        assert counts(themes) == {"M": 2}

    def test_numbers_may_be_names(self):
        segments = pd.DataFrame({"study": [9, 10, 10], "code": ["x", "x", "x"]})
        themes = build_themes(segments, studies=[9.0, 10, 13])
        assert themes.matrix().index.tolist() == ["9", "10", "13"]

    def test_lookalikes_are_counted_apart_and_noted(self):
        segments = pd.DataFrame({"study": ["Lee (10)", "Lee(10)"], "code": ["burn-out", "Burnout"]})
        themes = build_themes(segments)
        assert themes.n_studies == 2
        rule = "that differ by case, dashes and spaces only are counted apart:"
        assert themes.notes == (
            f"Studies {rule} 'Lee (10)' and 'Lee(10)'.",
            f"Codes {rule} 'burn-out' and 'Burnout'.",
        )
        assert "Note: Studies that" in themes.summary()

    def test_a_theme_may_be_named_as_a_code(self):
        book = pd.DataFrame({"code": ["x", "y"], "theme": ["y", "y"]})
        themes = build_themes(pd.DataFrame({"study": ["a"], "code": ["x"]}), book)
        assert counts(themes) == {"y": 1}
        assert themes.codes().set_index("code")["n_studies"].to_dict() == {"x": 1, "y": 0}


class TestLaws:
    @given(codings(), st.integers(2, 4))
    def test_repeated_rows_change_no_count_of_studies(self, coding, times):
        segments, book = coding
        once = build_themes(segments, book)
        often = build_themes(pd.concat([segments] * times), book)
        assert often.to_frame()["n_segments"].sum() == times * len(segments)
        for name in ("to_frame", "codes"):
            pd.testing.assert_frame_equal(
                getattr(once, name)().drop(columns="n_segments"),
                getattr(often, name)().drop(columns="n_segments"),
            )

    @given(codings(), st.randoms(use_true_random=False))
    def test_the_order_of_rows_is_irrelevant(self, coding, random):
        segments, book = coding
        rows, codes = [*range(len(segments))], [*range(len(book))]
        random.shuffle(rows)
        random.shuffle(codes)
        assert build_themes(segments.iloc[rows], book.iloc[codes]) == build_themes(segments, book)

    @given(codings())
    def test_counts_are_sizes_of_sets(self, coding):
        segments, book = coding
        themes = build_themes(segments, book)
        theme_of = dict(book.itertuples(index=False))
        for name, by in (("theme", segments["code"].map(theme_of)), ("code", segments["code"])):
            sets = segments["study"].groupby(by).agg(set).to_dict()
            frame = themes.to_frame() if name == "theme" else themes.codes()
            assert {row[name]: {*row["studies"]} for row in frame.to_dict("records")} == {
                label: sets.get(label, set()) for label in frame[name]
            }
            assert frame["n_studies"].tolist() == [len(one) for one in frame["studies"]]
            assert (frame["share"] == frame["n_studies"] / segments["study"].nunique()).all()
            assert frame["n_studies"].is_monotonic_decreasing

    @given(codings(), st.sampled_from(["theme", "code"]))
    def test_matrix_network_and_table_agree(self, coding, by):
        themes = build_themes(*coding)
        frame = (themes.to_frame() if by == "theme" else themes.codes()).set_index(by)
        matrix, shared = themes.matrix(by=by), themes.cooccurrence(by=by)
        assert matrix.dtypes.eq(bool).all()
        assert matrix.sum().to_dict() == frame["n_studies"].to_dict()
        whole = matrix.to_numpy().astype(int)
        assert (shared.to_numpy() == whole.T @ whole).all()
        assert np.diag(shared).tolist() == frame["n_studies"].tolist()
        graph = themes.network(by=by)
        weights = np.triu(shared.to_numpy(), 1)
        assert (
            nx.to_numpy_array(graph, nodelist=[*frame.index]).tolist()
            == (weights + weights.T).tolist()
        )

    @given(codings())
    def test_new_names_change_only_names(self, coding):
        segments, book = coding
        new = {name: f"study {name}!" for name in segments["study"]}
        themes = build_themes(segments, book)
        renamed = build_themes(segments.assign(study=segments["study"].map(new)), book)
        assert {theme: {new[study] for study in studies} for theme, studies in sets(themes)} == {
            theme: {*studies} for theme, studies in sets(renamed)
        }

    @given(codings(), st.integers(0, 5))
    def test_a_larger_review_scales_all_shares(self, coding, more):
        themes = build_themes(*coding)
        larger = build_themes(*coding, n_studies=themes.n_studies + more)
        ratio = themes.n_studies / larger.n_studies
        np.testing.assert_allclose(
            larger.to_frame()["share"], themes.to_frame()["share"] * ratio, rtol=1e-14
        )

    def test_inputs_are_not_changed(self):
        segments, book = SEGMENTS.copy(), CODEBOOK.copy()
        build_themes(segments, book)
        pd.testing.assert_frame_equal(segments, SEGMENTS)
        pd.testing.assert_frame_equal(book, CODEBOOK)

    def test_a_result_is_frozen_comparable_and_hashable(self, seed):
        assert hash(seed) == hash(build_themes(SEGMENTS, CODEBOOK))
        with pytest.raises(dataclasses.FrozenInstanceError):
            seed.n_studies = 3
        frame = seed.to_frame()
        frame.loc[0, "n_studies"] = 99
        assert seed.to_frame()["n_studies"].tolist() == [8, 5]


def sets(themes):
    return themes.to_frame()[["theme", "studies"]].itertuples(index=False)


class TestHtml:
    def test_names_are_escaped(self):
        segments = pd.DataFrame({"study": ["<script>a</script>"], "code": ["<b>x</b>"]})
        html = build_themes(segments)._repr_html_()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert "<b>" not in html


class TestMisuse:
    def test_missing_columns(self):
        with pytest.raises(
            InputError, match=r"`segments` must .*'study' is missing\. Did you mean 'Study'"
        ):
            build_themes(SEGMENTS.rename(columns={"study": "Study"}), CODEBOOK)
        with pytest.raises(
            InputError, match=r"`codebook` must .*'theme' is missing\. Did you mean 'themes'"
        ):
            build_themes(SEGMENTS, CODEBOOK.rename(columns={"theme": "themes"}))
        with pytest.raises(InputError, match="'code' is there 2 times"):
            build_themes(SEGMENTS.set_axis(["code", "code"], axis=1), CODEBOOK)

    def test_segments_without_study_or_code(self):
        segments = pd.DataFrame({"study": ["a", None, " "], "code": [None, "x", None]})
        with pytest.raises(InputError) as caught:
            build_themes(segments)
        assert str(caught.value).splitlines()[1:-1] == [
            "  index 0: no code", "  index 1: no study", "  index 2: no study and no code",
        ]  # fmt: skip

    def test_codes_that_are_not_in_the_codebook(self):
        segments = pd.concat(
            [SEGMENTS, pd.DataFrame({"study": ["10", "11"], "code": ["Burn-out due to psychological stress", "Else"]})]
        )  # fmt: skip
        told = "2 not found: 'Burn-out due to psychological stress'. Did you mean 'Burnout due to psychological stress'? 'Else'."
        with pytest.raises(InputError, match=re.escape(told)):
            build_themes(segments, CODEBOOK)

    def test_a_codebook_that_contradicts_itself(self):
        book = pd.DataFrame({"code": ["x", "x", None], "theme": ["A", "B", "C"]}, index=[5, 6, 7])
        with pytest.raises(InputError) as caught:
            build_themes(pd.DataFrame({"study": ["a"], "code": ["x"]}), book)
        assert str(caught.value).splitlines()[1:-1] == [
            "  index 6: the code 'x' again, with theme 'B' instead of 'A'",
            "  index 7: no code; the theme 'C' has none here",
        ]

    def test_studies_that_are_not_in_the_list(self):
        with pytest.raises(InputError, match=r"1 not found: '20'\. "):
            build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW[:-1])
        with pytest.raises(InputError, match=r"`studies` must be names\. Got 1 missing"):
            build_themes(SEGMENTS, CODEBOOK, studies=[*IN_REVIEW, None])
        with pytest.raises(
            InputError, match=r"`studies` must be a list of names\. Got the text '10'"
        ):
            build_themes(SEGMENTS, CODEBOOK, studies="10")

    @pytest.mark.parametrize("n_studies", [9, 0, -1, 10.5, "13", True])
    def test_a_denominator_that_cannot_be(self, n_studies):
        with pytest.raises(InputError, match=rf"`n_studies` must .*\(10\)\. Got {n_studies!r}"):
            build_themes(SEGMENTS, CODEBOOK, n_studies=n_studies)

    def test_two_denominators(self):
        with pytest.raises(InputError, match="Give `studies` or `n_studies`, not both"):
            build_themes(SEGMENTS, CODEBOOK, studies=IN_REVIEW, n_studies=11)

    def test_nothing_at_all(self):
        with pytest.raises(InputError, match="At least 1 segment must be coded"):
            build_themes(SEGMENTS.iloc[:0], CODEBOOK)
        with pytest.raises(InputError, match="At least 1 segment must be coded"):
            build_themes(SEGMENTS.iloc[:0], studies=["a"])

    @pytest.mark.parametrize("method", ["matrix", "cooccurrence", "network", "grid"])
    def test_an_unknown_unit(self, seed, method):
        with pytest.raises(InputError, match=r"`by` must be one of 'theme', 'code'\. Got 'codes'"):
            getattr(seed, method)(by="codes")
