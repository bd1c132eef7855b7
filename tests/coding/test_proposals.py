"""Keywords and patterns in texts: what is found, where, and in which sentence."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.coding.proposals import code_segments
from reviewkit.coding.sentences import find_sentences, sentence_at
from reviewkit.coding.texts import read_texts
from reviewkit.coding.themes import build_themes

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


SEED_BOOK = pd.DataFrame(
    [
        ("burnout", "Construct", "burn-out"),
        ("compassion fatigue", "Construct", "compassion fatigue; empathy fatigue"),
        ("secondary traumatic stress", "Construct", "secondary traumatic stress; secondary trauma"),
        ("vicarious trauma", "Construct", "vicarious trauma*"),
        ("emotional exhaustion", "Symptom", "emotional* exhaust*; emotional exhaustion"),
        ("sleep", "Symptom", "insomnia; hypersomnia; sleep d*"),
        ("self-care", "Strategy", "self-care"),
        ("supervision", "Strategy", "supervision"),
        ("individual", "Level", "individual; individual level"),
        ("team", "Level", "team; peer support"),
        ("organisational", "Level", "organisation*; organization*; agencies"),
    ],
    columns=["code", "theme", "keywords"],
)  # fmt: skip


def found(text, *keywords, pattern=None):
    book = pd.DataFrame({"code": ["A"], "keywords": ["; ".join(keywords)], "pattern": [pattern]})
    return code_segments(text, book).to_frame()


class TestKeywords:
    @pytest.mark.parametrize(
        ("keyword", "text", "words"),
        [
            ("burn-out", "Burnout, burn out, burn-out, BURN–OUT; burnouts", ["Burnout", "burn out", "burn-out", "BURN–OUT"]),
            ("self care", "self-care, selfcare, self\ncare", ["self-care", "self care"]),
            ("traumati*", "traumatic; traumatising; trauma", ["traumatic", "traumatising"]),
            ("client's", "the client’s and the clients", ["client’s"]),
            ("C++", "C++ and C", ["C++"]),
            ("é", "e\u0301 and é, né", ["é", "é"]),
            ("倦怠", "職業倦怠が多い", ["倦怠"]),
            ("الإرهاق", "يعاني من الإرهاق.", ["الإرهاق"]),
            ("rest", "arrest, resting, rest_1", ["rest"]),
        ],
    )  # fmt: skip
    def test_what_a_keyword_finds(self, keyword, text, words):
        import unicodedata

        frame = found(text, keyword)
        assert [unicodedata.normalize("NFC", word) for word in frame["text"]] == words

    def test_overlapping_places_of_a_code_are_one(self):
        frame = found("compassion fatigue", "compassion fatigue", "fatigue", pattern="compass")
        assert frame[["text", "matched"]].to_numpy().tolist() == [
            ["compassion fatigue", "compass; compassion fatigue; fatigue"]
        ]

    def test_places_are_those_of_the_text(self):
        text = "\ufeffOne.\r\nTwo 😀 burnout.\r\n"
        row = found(
            pd.DataFrame({"study": ["S"], "source": ["a.txt"], "text": [text]}), "burnout"
        ).iloc[0]
        plain = "One.\nTwo 😀 burnout.\n"
        assert plain[row["start"] : row["end"]] == "burnout"
        assert (
            plain[row["sentence_start"] : row["sentence_end"]]
            == row["sentence"]
            == "Two 😀 burnout."
        )
        assert (row["study"], row["source"], row["coder"], row["status"]) == (
            "S",
            "a.txt",
            "codebook",
            "proposal",
        )

    def test_empty_texts_are_counted(self):
        book = pd.DataFrame({"code": ["A", "B"], "keywords": ["burnout", "trust"]})
        proposed = code_segments({"S": "burnout", "T": "", "U": "  "}, book)
        assert (proposed.n_texts, proposed.n_empty, proposed.silent) == (3, 2, ("B",))
        assert proposed.counts().to_numpy().tolist() == [[1, 1], [0, 0]]
        assert "Without words: 2 texts." in proposed.summary()

    def test_proposals_are_segments(self):
        book = pd.DataFrame(
            {"code": ["A", "B"], "theme": ["T", "T"], "keywords": ["burnout", "rest"]}
        )
        frame = code_segments({"S": "burnout and rest", "U": "rest"}, book).to_frame()
        assert build_themes(frame, book).to_frame()["n_studies"].tolist() == [2]

    @given(st.text(max_size=60), st.sampled_from(["burn-out", "a b*", "é"]))
    def test_any_text(self, text, keyword):
        from reviewkit.sources.refi_offsets import plain_text

        plain = plain_text(text + " burn out a be é")
        for row in found(text + " burn out a be é", keyword).itertuples():
            assert plain[row.start : row.end].split() == row.text.split()
            assert row.sentence_start <= row.start < row.end <= row.sentence_end


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "sentences"),
        [
            ("It is 3.5 % (p. 4). Next.", ["It is 3.5 % (p. 4).", "Next."]),
            (
                "See Lee et al. (2010) and Fig. 2. Dr. Knox agrees!",
                ["See Lee et al. (2010) and Fig. 2.", "Dr. Knox agrees!"],
            ),
            (
                "What Is Burnout?\nBurnout is\n\na state.",
                ["What Is Burnout?", "Burnout is", "a state."],
            ),
            ("Common:\n- sleep\n- rest\n• work", ["Common:", "- sleep", "- rest", "• work"]),
            ("“Why?” she said. [1] Then", ["“Why?” she said.", "[1] Then"]),
            ("倦怠です。休む。", ["倦怠です。", "休む。"]),
            ("هل تتعب؟ نعم", ["هل تتعب؟", "نعم"]),
            ("", []),
            (" \n ", []),
        ],
    )
    def test_where_they_end(self, text, sentences):
        assert [text[start:end] for start, end in find_sentences(text)] == sentences

    def test_lines_set_by_a_machine_are_joined(self):
        lines = [
            "Burnout is a state of emotional exhaustion that",
            "comes from long work with people who suffer and",
            "hurts.",
        ]
        text = "\n".join(
            [*lines, "Rest helps the therapist to work on for years in", "this trade."]
        )
        assert [" ".join(text[a:b].split()) for a, b in find_sentences(text)] == [
            " ".join(lines), "Rest helps the therapist to work on for years in this trade.",
        ]  # fmt: skip

    @given(st.text(st.sampled_from("aB. !?\n•-1"), max_size=40))
    def test_sentences_hold_all_letters_and_do_not_overlap(self, text):
        spans = find_sentences(text)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
        for start, end in spans:
            assert sentence_at(spans, start, end) == (start, end)


@pytest.fixture(scope="module")
def coded():
    paths = sorted(SEEDS.glob("00[1-4]_*.txt"))
    if len(paths) != 4:
        pytest.skip("the four texts are not beside the checkout")
    texts = read_texts(*paths).assign(study=[path.name[:3] for path in paths])
    return texts.set_index("study")["text"], code_segments(texts, SEED_BOOK).to_frame()


class TestSeeds:
    """Four texts on the wellbeing of mental health workers, read where they are."""

    def test_each_hit_has_its_place_and_its_sentence(self, coded):
        texts, frame = coded
        assert len(frame) > 60
        for row in frame.itertuples():
            text = texts[row.study]
            assert text[row.start : row.end].split() == row.text.split()
            assert text[row.sentence_start : row.sentence_end].split() == row.sentence.split()
            assert len(row.sentence) < 420

    def test_what_the_texts_are_about(self, coded):
        _, frame = coded
        behind = frame.groupby("code")["study"].agg(
            lambda studies: "".join(sorted({*studies})).replace("00", "")
        )
        assert behind.to_dict() == {
            "burnout": "1234", "compassion fatigue": "1234", "secondary traumatic stress": "1234",
            "vicarious trauma": "14", "emotional exhaustion": "123", "sleep": "12", "self-care": "123",
            "supervision": "123", "individual": "4", "team": "24", "organisational": "124",
        }  # fmt: skip

    def test_the_sentence_on_levels(self, coded):
        _, frame = coded
        said = frame[(frame["study"] == "004") & (frame["code"] == "team")]["sentence"].tolist()
        assert len(said) == 1
        assert said[0].startswith("Studies were grouped according to the level")
        assert said[0].endswith("individual; team or organisational.")


class TestMisuse:
    def test_codebooks(self):
        with pytest.raises(InputError, match=r"'keywords'.*or 'pattern'"):
            code_segments("x", pd.DataFrame({"code": ["A"]}))
        with pytest.raises(
            InputError,
            match=r"(?s)index 0: the pattern '\(' is no regular.*index 1: the keyword '--'",
        ):
            code_segments(
                "x",
                pd.DataFrame(
                    {"code": ["A", "B"], "pattern": ["(", None], "keywords": [None, "--"]}
                ),
            )
        with pytest.raises(InputError, match="matches nothing at all"):
            found("x", pattern="a*")
        with pytest.raises(InputError, match="a keyword or a pattern for 1 code"):
            code_segments("x", pd.DataFrame({"code": ["A"], "keywords": [None]}))

    def test_texts(self):
        book = pd.DataFrame({"code": ["A"], "keywords": ["a"]})
        with pytest.raises(InputError, match="'text' is missing"):
            code_segments(pd.DataFrame({"words": ["a"]}), book)
        with pytest.raises(InputError, match="Got float for 'S'"):
            code_segments({"S": 1.0}, book)
