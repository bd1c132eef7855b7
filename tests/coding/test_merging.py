"""Merged codes: what becomes of segments and codebook, the record, the way back."""

import pandas as pd
import pytest
from coding_cases import codings
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.coding.confirmed import read_merges
from reviewkit.coding.merging import merge_codes
from reviewkit.coding.themes import build_themes

SEGMENTS = pd.DataFrame(
    [
        ("Lee (10)", "Burn-out", "so tired", 3, 11),
        ("Knox (13)", "burnout", "worn out", 7, 15),
        ("Knox (13)", "Stress", "tense", 0, 5),
        ("Berg (17)", "Work stress", "tense at work", 0, 13),
        ("Berg (17)", "Trust", "trust", 20, 25),
    ],
    columns=["study", "code", "text", "start", "end"],
)
BOOK = pd.DataFrame(
    {
        "code": ["Burn-out", "burnout", "Stress", "Work stress", "Night stress", "Trust"],
        "theme": ["Mind", "Mind", "Mind", "Work", "Work", "Bond"],
        "parent": [None, None, None, "Stress", "Work stress", None],
    }
)


def pairs(*rows):
    return pd.DataFrame(rows, columns=["left", "right", "keep", "merge"])


class TestMerging:
    def test_segments_keep_what_they_were_coded_as(self):
        merged = merge_codes(SEGMENTS, pairs(("Burn-out", "burnout", "Burnout", "yes")))
        assert merged.segments["code"].tolist() == [
            "Burnout",
            "Burnout",
            "Stress",
            "Work stress",
            "Trust",
        ]
        assert merged.segments["original_code"].tolist() == SEGMENTS["code"].tolist()
        assert merged.codebook is None
        assert merged.to_frame().iloc[:, :4].to_numpy().tolist() == [
            ["Burn-out", "Burnout", 1, 1], ["burnout", "Burnout", 1, 1],
        ]  # fmt: skip

    def test_the_code_of_most_segments_remains(self):
        more = pd.concat([SEGMENTS, SEGMENTS.iloc[[1]]])
        merged = merge_codes(more, pairs(("Burn-out", "burnout", None, True)))
        assert merged.becomes == (("Burn-out", "burnout"),)

    def test_pairs_that_share_a_code_are_one_group(self):
        confirmed = pairs(
            ("Burn-out", "burnout", "burnout", "x"),
            ("burnout", "Stress", "burnout", 1),
            ("Trust", "Stress", "", ""),
        )
        merged = merge_codes(SEGMENTS, confirmed)
        assert dict(merged.becomes) == {"Burn-out": "burnout", "Stress": "burnout"}
        assert merged.n_undecided == 1
        assert "Undecided: 1 proposed pair." in merged.summary()

    def test_the_codebook_loses_codes_and_no_parent(self):
        merged = merge_codes(
            SEGMENTS, pairs(("Stress", "Work stress", "Work stress", "yes")), codebook=BOOK
        )
        book = merged.codebook.set_index("code")
        assert "Stress" not in book.index
        assert book.loc["Work stress", ["theme", "merged"]].tolist() == ["Work", "Stress"]
        assert pd.isna(book.loc["Work stress", "parent"])
        assert book.loc["Night stress", "parent"] == "Work stress"
        assert merged.to_frame()[["theme", "theme_after"]].to_numpy().tolist() == [["Mind", "Work"]]
        assert "1 moved to another theme" in merged.summary()

    def test_a_grandparent_and_its_grandchild(self):
        merged = merge_codes(
            SEGMENTS.assign(code="Night stress"),
            pairs(("Stress", "Night stress", "Night stress", "yes")),
            codebook=BOOK,
        )
        book = merged.codebook.set_index("code")["parent"]
        assert pd.isna(book["Night stress"])
        assert book["Work stress"] == "Night stress"
        build_themes(merged.segments, merged.codebook)

    def test_undo(self):
        confirmed = pairs(
            ("Burn-out", "burnout", "Burnout", "yes"), ("Stress", "Work stress", "Stress", "yes")
        )
        merged = merge_codes(SEGMENTS, confirmed, codebook=BOOK)
        less = merged.undo("burnout")
        assert less.segments["code"].tolist()[:2] == ["Burnout", "burnout"]
        assert "burnout" in less.codebook["code"].tolist()
        bare = merged.undo()
        assert bare.segments.drop(columns="original_code").equals(SEGMENTS)
        assert bare.codebook["code"].tolist() == BOOK["code"].tolist()
        assert merged.segments["code"].tolist()[:2] == ["Burnout", "Burnout"]

    def test_merged_again(self):
        first = merge_codes(SEGMENTS, pairs(("Burn-out", "burnout", "Burnout", "yes")))
        again = merge_codes(first.segments, pairs(("Burnout", "Stress", "Strain", "yes")))
        assert again.segments["original_code"].tolist() == SEGMENTS["code"].tolist()

    def test_the_trail_from_theme_to_quote(self):
        merged = merge_codes(
            SEGMENTS, pairs(("Burn-out", "burnout", "Burn-out", "yes")), codebook=BOOK
        )
        trail = merged.trail("Mind")
        assert trail[["code", "original_code", "study", "start", "text"]].to_numpy().tolist() == [
            ["Burn-out", "Burn-out", "Lee (10)", 3, "so tired"],
            ["Burn-out", "burnout", "Knox (13)", 7, "worn out"],
            ["Stress", "Stress", "Knox (13)", 0, "tense"],
        ]
        themes = build_themes(merged.segments, merged.codebook)
        quotes = themes.quotes()
        assert quotes.loc[
            quotes["text"] == "worn out", ["code", "original_code"]
        ].to_numpy().tolist() == [["Burn-out", "burnout"]]


class TestLaws:
    @settings(max_examples=25)
    @given(codings(), st.data())
    def test_no_segment_is_lost_and_undo_is_whole(self, drawn, data):
        segments, book = drawn
        codes = sorted({*book["code"]})
        chosen = data.draw(
            st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(codes)), max_size=4)
        )
        confirmed = pairs(*[(left, right, "", "yes") for left, right in chosen])
        merged = merge_codes(segments, confirmed, codebook=book)
        assert len(merged.segments) == len(segments)
        assert merged.segments["original_code"].tolist() == segments["code"].tolist()
        assert merged.undo().segments["code"].tolist() == segments["code"].tolist()
        after = build_themes(merged.segments, merged.codebook)
        before = build_themes(segments, book)
        assert after.n_studies == before.n_studies
        assert sum(after.by_code.n_segments) == len(segments)


class TestMisuse:
    def test_a_pair_with_no_that_others_join(self):
        confirmed = pairs(
            ("Burn-out", "burnout", "", "yes"),
            ("burnout", "Stress", "", "yes"),
            ("Burn-out", "Stress", "", "no"),
        )
        with pytest.raises(InputError, match="'Burn-out' and 'Stress'"):
            merge_codes(SEGMENTS, confirmed)

    def test_two_names_for_one_group(self):
        confirmed = pairs(
            ("Burn-out", "burnout", "Fatigue", "yes"), ("burnout", "Stress", "Strain", "yes")
        )
        with pytest.raises(InputError, match=r"must get one name\. Got 'Fatigue', 'Strain'"):
            merge_codes(SEGMENTS, confirmed)

    def test_a_new_name_in_two_themes(self):
        with pytest.raises(InputError, match="would have 'Mind' and 'Work'"):
            merge_codes(SEGMENTS, pairs(("Stress", "Work stress", "Strain", "yes")), codebook=BOOK)

    def test_codes_and_words_that_are_not_known(self):
        with pytest.raises(InputError, match="Not found: 'Burnot'"):
            merge_codes(SEGMENTS, pairs(("Burnot", "burnout", "", "yes")))
        with pytest.raises(InputError, match="merge is 'perhaps'"):
            merge_codes(SEGMENTS, pairs(("Burn-out", "burnout", "", "perhaps")))
        with pytest.raises(InputError, match="Not merged: 'Trust'"):
            merge_codes(SEGMENTS, pairs(("Burn-out", "burnout", "", "yes"))).undo("Trust")
        with pytest.raises(InputError, match="`theme` must be one of"):
            merge_codes(SEGMENTS, pairs(), codebook=BOOK).trail("Body")
        with pytest.raises(InputError, match="'merge' is missing"):
            merge_codes(SEGMENTS, pairs().drop(columns="merge"))

    def test_a_file_names_its_lines(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_text("left,right,merge\nA,B,yes\nA,,no\nA,C,hm\n")
        with pytest.raises(InputError, match=r"(?s)line 3: no name.*line 4: merge is 'hm'"):
            read_merges(path)
