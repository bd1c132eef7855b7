"""Certainty by GRADE: suggestions by hand, who judges, files, and misuse."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from appraisal_cases import make_wide
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraising import appraise
from reviewkit.appraisal.grade import CERTAINTIES, grade_prevalence
from reviewkit.appraisal.grade_domains import DOMAINS, STEPS
from reviewkit.sources.spreadsheet import read_table

NUMBERS = {"k": 12, "n": 4100, "estimate": 0.31, "ci_low": 0.27, "ci_high": 0.35,
           "pi_low": 0.16, "pi_high": 0.51}  # fmt: skip
STUDIES = pd.DataFrame({
    "study": ["Ada 2019", "Bo 2021", "Cy 2015", "Di 2023"],
    "estimate": [0.2, 0.33, 0.55, 0.205], "weight": [0.3, 0.3, 0.15, 0.25],
})  # fmt: skip
RISK = {"Ada 2019": "high", "Bo 2021": "low", "Cy 2015": "critical", "Di 2023": "moderate"}


def suggest(domain, numbers=None, **options):
    """Return suggestion and number of a domain."""
    table = grade_prevalence({"Burnout": {**NUMBERS, **(numbers or {})}}, **options)
    row = table.domains().set_index("domain").loc[domain]
    return ("" if pd.isna(row["suggestion"]) else row["suggestion"]), row["number"]


class TestByHand:
    @pytest.mark.parametrize(
        ("risk", "expected", "number"),
        [
            (RISK, "serious", "45.0 % of the weight is at high risk of bias."),
            (RISK | {"Ada 2019": "low"}, "not serious", "15.0 % of the weight"),
            (RISK | {"Bo 2021": "high"}, "very serious", "75.0 % of the weight"),
            (RISK | {"Di 2023": "unclear"}, "", "45.0 % of the weight is at high risk of bias, 25.0 % unclear or not judged."),
            (RISK | {"Ada 2019": "low", "Di 2023": None}, "", "15.0 %"),
        ],
    )  # fmt: skip
    def test_risk_of_bias_is_a_share_of_the_weight(self, risk, expected, number):
        found = suggest("risk_of_bias", {"studies": STUDIES}, appraisal=risk)
        assert found[0] == expected
        assert found[1].startswith(number)

    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [(0.2, 0.49, "not serious"), (0.16, 0.51, "serious"), (0.05, 0.9, "very serious")],
    )
    def test_inconsistency_is_the_width_of_the_prediction_interval(self, low, high, expected):
        found = suggest("inconsistency", {"pi_low": low, "pi_high": high, "i2": 0.99})
        assert found[0] == expected
        assert "percentage points wide" in found[1]

    def test_inconsistency_without_a_prediction_interval(self):
        without = {"pi_low": np.nan, "pi_high": np.nan}
        found = suggest("inconsistency", {**without, "studies": STUDIES})
        assert found == ("serious", "There is no prediction interval. Estimates of 4 studies go from 20.0 to 55.0 %.")  # fmt: skip
        assert suggest("inconsistency", without)[0] == ""
        assert suggest("inconsistency", {"k": 1})[0] == ""

    def test_thresholds_that_the_prediction_interval_crosses_and_the_confidence_interval_not(self):
        for cuts, expected in (((0.3,), "not serious"), ((0.2, 0.3), "serious"), ((0.2, 0.5), "very serious")):  # fmt: skip
            assert suggest("inconsistency", thresholds=cuts)[0] == expected
        assert suggest("imprecision", thresholds=(0.2, 0.3))[0] == "serious"
        assert suggest("imprecision", thresholds=(0.2, 0.5))[0] == "not serious"
        assert "1 threshold (30.0 %)" in suggest("imprecision", thresholds=(0.2, 0.3))[1]

    @pytest.mark.parametrize(
        ("estimate", "half", "expected"),
        [
            (0.31, 0.05, "not serious"), (0.31, 0.06, "serious"), (0.31, 0.11, "very serious"),
            (0.04, 0.019, "not serious"), (0.04, 0.03, "serious"), (0.96, 0.03, "serious"),
            (0.10, 0.049, "not serious"), (0.5, 0.101, "very serious"),
        ],
    )  # fmt: skip
    def test_imprecision_is_half_the_interval(self, estimate, half, expected):
        ends = {"estimate": estimate, "ci_low": estimate - half, "ci_high": estimate + half}
        assert suggest("imprecision", ends)[0] == expected

    def test_indirectness_is_what_was_declared(self):
        assert suggest("indirectness")[0] == ""
        for told, expected in (([], "not serious"), (["nurses"], "serious"), ("nurses", "serious"), (["a", "b", "c"], "very serious")):  # fmt: skip
            assert suggest("indirectness", indirectness={"Burnout": told})[0] == expected

    def test_publication_bias_has_its_caveat(self):
        assert suggest("publication_bias")[0] == ""
        assert suggest("publication_bias", {"k": 9})[0] == "undetected"
        test = SimpleNamespace(p_value=0.04)
        found = suggest("publication_bias", small_study_p={"Burnout": test})
        assert found == ("strongly suspected", "12 studies; test of small-study effects P = 0.040.")
        assert suggest("publication_bias", small_study_p={"Burnout": 0.4})[0] == "undetected"
        rule = grade_prevalence({"a": NUMBERS}).domains()["rule"].iloc[-1]
        assert "asymmetry mostly comes from heterogeneity" in rule

    def test_limits_of_a_review_are_said(self):
        table = grade_prevalence({"a": NUMBERS}, limits={"spread_serious": 0.4})
        row = table.domains().set_index("domain").loc["inconsistency"]
        assert row["suggestion"] == "not serious"
        assert "from a prediction interval of 40 percentage points on" in row["rule"]


class TestFromPools:
    def test_a_pooled_result(self):
        data = {
            "study": [*STUDIES["study"]],
            "events": [12, 30, 22, 41],
            "total": [60, 90, 40, 200],
        }
        pooled = rk.pool_prevalence(data)
        found = appraise(make_wide(), instrument="jbi-prevalence", overall={"low": 7})
        table = grade_prevalence({"Burnout": pooled}, appraisal=found)
        frame = table.to_frame()
        assert frame.loc[0, ["k", "n", "estimate"]].tolist() == [4, 390, pooled.estimate]
        weights = pooled.to_frame().set_index("study")["weight"]
        high = weights["Ada 2019"] + weights["Cy 2015"]  # below 7 items met
        assert table.domains()["number"].iloc[0].startswith(f"{100 * high:.1f} % of the weight")

    def test_a_model_without_weights_is_weighed_by_people(self):
        data = {
            "study": [*STUDIES["study"]],
            "events": [12, 30, 22, 41],
            "total": [60, 90, 40, 200],
        }
        pooled = rk.pool_prevalence(data, model="glmm")
        found = grade_prevalence({"Burnout": pooled}, appraisal=RISK).domains()["number"].iloc[0]
        assert found == "25.6 % of the people are in studies at high risk of bias."  # 100 of 390

    def test_a_frame(self):
        frame = pd.DataFrame(
            [{"outcome": "a", **NUMBERS}, {"outcome": "b", **NUMBERS, "pi_low": None}]
        )
        assert grade_prevalence(frame).to_frame()["outcome"].tolist() == ["a", "b"]


@pytest.fixture
def table():
    return grade_prevalence({"Burnout": NUMBERS}, indirectness={"Burnout": []})


def judge(table, **words):
    rows = [("Burnout", domain, word, "Because.") for domain, word in words.items()]
    return table.with_judgements(pd.DataFrame(rows, columns=["outcome", "domain", "judgement", "reason"]))  # fmt: skip


FULL = {"risk_of_bias": "serious", "inconsistency": "accept", "indirectness": "accept",
        "imprecision": "accept", "publication_bias": "undetected"}  # fmt: skip


class TestJudging:
    def test_nothing_is_certain_until_a_person_judged_all(self, table):
        assert table.to_frame()["certainty"].isna().all()
        assert table.to_frame()["open"].tolist() == [5]
        part = judge(table, **{k: v for k, v in FULL.items() if k != "imprecision"})
        assert part.to_frame()["certainty"].isna().all()
        done = judge(part, imprecision="accept")
        assert done.to_frame()["certainty"].tolist() == ["low"]  # risk of bias, inconsistency
        assert table.to_frame()["certainty"].isna().all()  # the first table is as it was

    def test_status_and_reason_are_kept(self, table):
        frame = judge(table, **FULL, ).domains().set_index("domain")  # fmt: skip
        assert frame["status"].tolist() == ["overridden", "accepted", "accepted", "accepted", "overridden"]  # fmt: skip
        assert frame.loc["risk_of_bias", ["judgement", "reason"]].tolist() == [
            "serious",
            "Because.",
        ]
        assert frame.loc["inconsistency", "judgement"] == "serious"

    def test_the_summary_says_what_is_suggested_and_what_is_judged(self, table):
        text = judge(table, risk_of_bias="serious").summary()
        assert "Burnout, risk of bias: serious (overridden). There is no appraisal." in text
        assert "Burnout, inconsistency: serious (suggested). The prediction interval, 16.0" in text

    def test_the_start_is_lowered(self):
        low = grade_prevalence({"Burnout": NUMBERS}, indirectness={"Burnout": []}, start={"Burnout": "low"})  # fmt: skip
        assert judge(low, **FULL).to_frame().loc[0, ["start", "certainty"]].tolist() == ["low", "very low"]  # fmt: skip

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_sheet_goes_out_and_comes_back(self, table, tmp_path, ending):
        path = table.judgement_sheet(tmp_path / f"sheet.{ending}")
        sheet = read_table(path).frame
        assert table.with_judgements(path).to_frame()["open"].tolist() == [5]  # blank is undecided
        assert sheet.loc[3, "allowed"].startswith("accept, not serious, serious")
        sheet["judgement"], sheet["reason"], sheet["by"] = [*FULL.values()], "Seen.", "Ada"
        assert table.with_judgements(sheet).to_frame()["certainty"].tolist() == ["low"]

    @settings(max_examples=25)
    @given(st.tuples(*(st.sampled_from(allowed) for _, allowed in DOMAINS.values())))
    def test_certainty_is_the_start_less_the_steps(self, words):
        table = grade_prevalence({"Burnout": NUMBERS})
        found = judge(table, **dict(zip(DOMAINS, words, strict=True))).to_frame()["certainty"][0]
        assert CERTAINTIES.index(found) == max(0, 3 - sum(STEPS[word] for word in words))

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([("Burnout", "imprecision", "serious", "")], r"'serious' overrides 'not serious' without a reason"),
            ([("Burnout", "risk_of_bias", "accept", "")], r"there is no suggestion to accept"),
            ([("Burnout", "imprecision", "bad", "x")], r"'bad' is none of accept, not serious"),
            ([("Burnot", "imprecision", "accept", "")], r"Burnot, imprecision: is not an outcome"),
            ([("Burnout", "precision", "accept", "")], r"is not one of risk_of_bias"),
            ([("Burnout", "imprecision", "accept", "")] * 2, r"is judged twice"),
            ([("Burnout", "publication_bias", "serious", "x")], r"none of accept, undetected, strongly"),
        ],
    )  # fmt: skip
    def test_judgements_that_cannot_be(self, table, rows, message):
        frame = pd.DataFrame(rows, columns=["outcome", "domain", "judgement", "reason"])
        with pytest.raises(InputError, match=message):
            table.with_judgements(frame)


class TestFiles:
    def test_html_marks_what_nobody_judged(self, table, tmp_path):
        text = table.save(tmp_path / "a.html").read_text(encoding="utf-8")
        assert "suggested: serious [2]" in text
        assert "not judged [1]" in text
        assert "31.0 (27.0–35.0)" in text
        assert "12 (4,100)" in text
        assert "⊕" not in text
        done = judge(table, **FULL).save(tmp_path / "b.html").read_text(encoding="utf-8")
        assert "⊕⊕◯◯ low" in done
        assert "suggested: serious" not in done.replace("Suggested: serious", "")

    def test_docx_says_the_same(self, table, tmp_path):
        done = judge(table, **FULL)
        document = Document(done.save(tmp_path / "a.docx"))
        (grid,) = document.tables
        cells = [cell.text for cell in grid.rows[1].cells]
        assert cells[0] == "Burnout"
        assert cells[4] == "⊕⊕◯◯ low"
        assert cells[5:] == ["serious [1]", "serious [2]", "not serious [3]", "not serious [4]", "undetected [5]"]  # fmt: skip
        notes = [p.text for p in document.paragraphs if p.text.startswith("[")]
        assert len(notes) == 5
        assert "Overridden as serious: Because." in notes[0]

    @pytest.mark.parametrize("ending", ["html", "docx", "csv"])
    def test_the_same_bytes(self, table, tmp_path, ending):
        first, second = (table.save(tmp_path / f"{at}.{ending}").read_bytes() for at in range(2))
        assert first == second

    def test_the_notebook_escapes(self):
        table = grade_prevalence({"<b>": NUMBERS})
        assert "<b>" not in table._repr_html_()
        assert re.search("1 of 1 outcomes not judged", repr(table))


class TestMisuse:
    @pytest.mark.parametrize(
        ("outcomes", "message"),
        [
            ({"a": {"k": 3}}, r"'a' has no estimate; 'a' has no ci_low"),
            ({"a": {**NUMBERS, "estimate": 31}}, r"estimate of 'a' is 31"),
            ({"a": {**NUMBERS, "ci_low": 0.4, "ci_high": 0.3}}, r"ci_low of 'a' is above ci_high"),
            ({"a": {**NUMBERS, "ci_low": 0.32}}, r"interval of 'a' does not hold its estimate"),
            ({"a": {**NUMBERS, "k": 0}}, r"k of 'a' is 0"),
            ({}, r"`outcomes` must map names"),
            (3, r"`outcomes` must map names .* Got int"),
            (pd.DataFrame([{"outcome": "a", **NUMBERS}] * 2), r"Each outcome must have one row"),
            (pd.DataFrame([NUMBERS]), r"must have a column 'outcome'"),
        ],
    )
    def test_outcomes(self, outcomes, message):
        with pytest.raises(InputError, match=message):
            grade_prevalence(outcomes)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"start": "highest"}, r"`start` must be one of"),
            ({"thresholds": (10,)}, r"between 0 and 1.* For 10 %, give 0\.1"),
            ({"indirectness": {"Burnot": []}}, r"`indirectness` must be by outcome.*Did you mean 'Burnout'"),
            ({"small_study_p": {"Burnout": 4}}, r"p-values from 0 to 1"),
            ({"limits": {"spread": 1}}, r"`limits` may set .*Got 'spread'"),
            ({"limits": {"spread_serious": 0.7}}, r"`spread_serious` must be below `spread_very`"),
            ({"appraisal": {"Ada 2019": "fine"}}, r"The risk of bias must be one of"),
            ({"appraisal": 3}, r"`appraisal` must be an Appraisal"),
        ],
    )  # fmt: skip
    def test_options(self, options, message):
        with pytest.raises(InputError, match=message):
            grade_prevalence({"Burnout": NUMBERS}, **options)

    def test_a_study_that_is_not_appraised(self):
        with pytest.raises(InputError, match=r"1 of 4 are not: 'Di 2023'"):
            grade_prevalence({"a": {**NUMBERS, "studies": STUDIES}}, appraisal={k: RISK[k] for k in [*RISK][:3]})  # fmt: skip

    def test_an_appraisal_without_overall_judgements(self):
        found = appraise(make_wide(), instrument="jbi-prevalence")
        with pytest.raises(InputError, match="must have an overall judgement of each study"):
            grade_prevalence({"a": NUMBERS}, appraisal=found)

    def test_another_ending(self, table, tmp_path):
        with pytest.raises(InputError, match=r"must end in \.csv, \.html, \.docx"):
            table.save(tmp_path / "a.pdf")
