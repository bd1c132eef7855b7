"""Codes learned from the coded part: scores on unseen studies, and refusals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from reviewkit._core.errors import InputError
from reviewkit.coding.code_models import score_code
from reviewkit.coding.learning import propose_codes

WORDS = {
    "Load": "caseload hours overtime duty shift workload demand pressure",
    "Rest": "sleep weekend holiday pause breathing calm leisure rest",
    "Bond": "alliance trust rupture empathy rapport client closeness bond",
}


def make_coded(n=20, studies=6, seed=0):
    rng = np.random.default_rng(seed)
    rows = [
        (
            f"Study {number % studies}",
            code,
            " ".join(rng.choice(text.split(), 4)) + f" case {number}",
        )
        for number in range(n)
        for code, text in WORDS.items()
    ]
    return pd.DataFrame(rows, columns=["study", "code", "text"])


class TestLearning:
    def test_what_can_be_learned_is(self):
        texts = {"New": "The caseload and the overtime grew. Sleep and leisure helped. 42."}
        found = propose_codes(make_coded(), texts)
        frame = found.to_frame()
        assert frame[["code", "text", "start", "status", "coder"]].to_numpy().tolist() == [
            ["Load", "The caseload and the overtime grew.", 0, "proposal", "learned"],
            ["Rest", "Sleep and leisure helped.", 36, "proposal", "learned"],
        ]
        assert (found.scores()["f1"] > 0.9).all()
        assert "5-fold cross-validation by study" in found.summary()
        assert frame["probability"].between(0.5, 1).all()

    def test_noise_is_not_proposed(self):
        coded = make_coded(30)
        rng = np.random.default_rng(1)
        coded["code"] = rng.permutation(coded["code"].to_numpy())
        found = propose_codes(coded, {"New": "caseload hours"})
        assert found.scores()["f1"].mean() < 0.5
        proposed = set(found.scores().query("proposed")["code"])
        assert set(found.to_frame()["code"]) <= proposed

    def test_the_same_again(self):
        first, again = (propose_codes(make_coded(), {"New": "sleep and trust"}) for _ in range(2))
        pd.testing.assert_frame_equal(first.to_frame(), again.to_frame())
        pd.testing.assert_frame_equal(first.scores(), again.scores())

    def test_rare_codes_are_left_out_and_listed(self):
        coded = pd.concat(
            [
                make_coded(),
                pd.DataFrame({"study": ["Study 1"], "code": ["Pay"], "text": ["low pay"]}),
            ]
        )
        found = propose_codes(coded, {"New": "low pay"})
        row = found.scores().set_index("code").loc["Pay"]
        assert (row["n_texts"], row["n_studies"], row["proposed"]) == (1, 1, False)
        assert "Too few texts: 1 code." in found.summary()

    def test_scores_are_those_of_scikit_learn(self):
        rng = np.random.default_rng(2)
        marks, seen = rng.random(50) < 0.4, rng.random(50)
        found = score_code("A", marks, seen, [str(n % 5) for n in range(50)], 0.5)
        assert found.f1 == pytest.approx(f1_score(marks, seen >= 0.5))
        assert found.n_studies == len({str(n % 5) for n in range(50) if marks[n]})


class TestMisuse:
    def test_too_little_is_coded(self):
        with pytest.raises(
            InputError, match=r"30 distinct texts of 3 studies must be coded\. Got 15 of 5"
        ):
            propose_codes(make_coded(5), {"New": "x"})
        with pytest.raises(InputError, match="Got 60 of 2"):
            propose_codes(make_coded(studies=2), {"New": "x"})
        with pytest.raises(InputError, match=r"0 do; the most of the others is 20"):
            propose_codes(make_coded(), {"New": "x"}, min_texts=21)

    def test_options(self):
        with pytest.raises(InputError, match="`least` must lie between"):
            propose_codes(make_coded(), {"New": "x"}, least=1)
        with pytest.raises(InputError, match="`folds` and `min_texts`"):
            propose_codes(make_coded(), {"New": "x"}, folds=1)
        with pytest.raises(InputError, match="'text' is missing"):
            propose_codes(make_coded().drop(columns="text"), {"New": "x"})

    def test_texts_without_words(self):
        assert propose_codes(make_coded(), {"New": " ... "}).to_frame().empty
