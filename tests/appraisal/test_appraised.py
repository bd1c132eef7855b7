"""Appraisals as results: frames, counts, pictures, and what pooling takes from them."""

import matplotlib as mpl
import pandas as pd
import pytest
from appraisal_cases import JBI, appraisals, make_long, make_wide
from hypothesis import given, settings

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraising import appraise, build_appraisal
from reviewkit.present.marks import JUDGEMENTS

COUNTS = {"study": [*JBI], "events": [12, 30, 22, 41], "total": [60, 90, 40, 200]}


@pytest.fixture
def jbi():
    return appraise(make_wide(), instrument="jbi-prevalence", overall={"low": 7, "moderate": 5})


@pytest.fixture
def pooled():
    return rk.pool_prevalence(pd.DataFrame(COUNTS).iloc[::-1])


class TestFrames:
    def test_wide_and_long(self, jbi):
        frame = jbi.to_frame()
        assert frame.columns.tolist() == ["study", *(f"Q{at}" for at in range(1, 10)), "overall"]
        assert frame["Q9"].tolist() == ["no", "yes", "not applicable", "unclear"]
        items = jbi.items()
        assert len(items) == 36
        assert items.columns.tolist() == ["study", "item", "title", "judgement", "level", "note"]
        row = items[(items["study"] == "Cy 2015") & (items["item"] == "7")].iloc[0]
        assert (row["title"], row["judgement"], row["level"]) == ("Reliable measurement", "no", "high")  # fmt: skip

    def test_long_input_and_files_give_the_same(self, jbi, tmp_path):
        path = tmp_path / "jbi.csv"
        make_long().to_csv(path, index=False)
        assert appraise(path, overall={"low": 7, "moderate": 5}) == jbi

    def test_counts_of_each_item(self, jbi):
        frame = jbi.counts.set_index("item")
        assert frame.loc["Q9", ["yes", "no", "unclear", "not applicable"]].tolist() == [1] * 4
        assert frame.loc["Q8", "yes"] == 4
        assert (frame.drop(columns="title").sum(axis=1) == 4).all()

    def test_what_is_missing_is_named(self):
        answers = {**JBI, "Ed 2024": ["", *["yes"] * 7, ""]}
        found = appraise(make_wide(answers), instrument="jbi-prevalence")
        assert found.n_missing == 2
        assert found.notes == ("2 answers are missing: Ed 2024 (Q1, Q9).",)
        assert found.counts["no answer"].sum() == 2
        assert "2 answers are missing" in found.summary()
        assert "Ed 2024" in found._repr_html_()

    def test_the_headline(self, jbi):
        assert repr(jbi) == (
            "<Appraisal of studies: 4 studies by JBI checklist for prevalence studies. "
            "Overall: moderate 1; low 2; high 1.>"
        )

    def test_a_frame_is_not_held(self):
        frame = make_wide()
        found = appraise(frame, instrument="jbi-prevalence")
        frame.loc[0, "Q1"] = "no"
        assert found.answers[0][0] == "yes"

    @settings(max_examples=40)
    @given(appraisals())
    def test_every_cell_is_counted_once(self, case):
        one, rows = case
        pairs = [(s, i, a) for s, row in rows.items() for i, a in row.items()]
        frame = pd.DataFrame(pairs, columns=["study", "item", "judgement"]).assign(note=None)
        found = build_appraisal(frame, one, "none", "")
        assert found.counts.drop(columns=["item", "title"]).sum().sum() == len(pairs)
        assert found.n_missing == sum(not a for _, _, a in pairs)


class TestPooling:
    def test_a_moderator_follows_the_pool(self, jbi, pooled):
        found = jbi.as_moderator("overall", studies=pooled)
        assert found.index.tolist() == pooled.to_frame()["study"].tolist() == [*JBI][::-1]
        assert found.tolist() == ["low", "high", "low", "moderate"]

    def test_groups_of_a_pool(self, jbi, pooled):
        by = jbi.as_moderator("Reliable measurement", studies=pooled)
        frame = rk.compare_subgroups(pooled, by=by).to_frame().set_index("group")
        assert frame.loc["no", ["k", "n"]].tolist() == [2, 240]  # Cy 2015 and Di 2023
        assert frame.loc["yes", ["k", "n"]].tolist() == [2, 150]

    def test_a_filter_of_a_pool(self, jbi):
        data = pd.DataFrame(COUNTS)
        risk = data["study"].map(jbi.overall)
        pooled = rk.pool_prevalence(data[risk != "high"])
        assert pooled.to_frame()["study"].tolist() == ["Ada 2019", "Bo 2021", "Di 2023"]

    def test_items_by_number_code_and_title(self, jbi):
        for name in ("9", "Q9", "Response rate"):
            assert jbi.as_moderator(name).tolist() == ["no", "yes", "not applicable", "unclear"]

    def test_studies_of_another_name(self, jbi):
        with pytest.raises(
            InputError, match=r"1 of 2 are not: 'Ada, 2019' Did you mean 'Ada 2019'"
        ):
            jbi.as_moderator(studies=["Ada, 2019", "Bo 2021"])
        kept = jbi.as_moderator(studies=["Zoe 1999", "Bo 2021"], missing="keep")
        assert kept.isna().tolist() == [True, False]
        with pytest.raises(InputError, match="2 of 2 are not"):
            jbi.as_moderator(studies=["X", "Y"], missing="keep")

    def test_an_unknown_item_or_no_overall(self, jbi):
        with pytest.raises(InputError, match=r"`item` must be 'overall' or one of Q1, .*Got 'Q12'"):
            jbi.as_moderator("Q12")
        with pytest.raises(InputError, match="There is no overall judgement"):
            appraise(make_wide(), instrument="jbi-prevalence").as_moderator()

    def test_signs_are_those_that_a_forest_plot_knows(self, jbi, pooled):
        frame = jbi.as_judgements(pooled)
        assert frame["study"].tolist() == [*JBI][::-1]
        assert frame.columns[1] == "Sample frame"
        assert frame["Overall"].tolist() == ["low", "high", "low", "some concerns"]
        assert set(frame.iloc[:, 1:].to_numpy().ravel()) <= set(JUDGEMENTS)

    def test_a_reversed_answer_is_turned(self):
        rows = {"A": ["yes"] * 20, "B": ["no"] * 20}
        frame = appraise(make_wide(rows), instrument="axis").as_judgements()
        assert frame["Concern by response rate"].tolist() == ["high", "low"]
        assert frame["Clear aims"].tolist() == ["low", "high"]

    def test_signs_are_drawn_in_a_forest_plot(self, jbi, pooled):
        from reviewkit.present.forest import draw_forest

        frame = pooled.to_frame().merge(jbi.as_judgements()[["study", "Sample frame", "Overall"]])
        columns = ["study", "panel", "estimate", "Sample frame", "Overall"]
        assert "Forest plot of 4 studies" in draw_forest(frame, columns=columns).get_label()


class TestBars:
    def test_shares_by_hand(self, jbi):
        frame = jbi.summary_bars(
            {"Ada 2019": 2, "Bo 2021": 1, "Cy 2015": 1, "Di 2023": 0}
        ).to_frame()
        first = frame[frame["item"] == "Sample frame"].set_index("judgement")
        assert first["share"].to_dict() == {"yes": 0.75, "no": 0.25}
        assert first["n"].to_dict() == {"yes": 2, "no": 1}

    def test_weights_of_a_pool(self, jbi, pooled):
        bars = jbi.summary_bars(pooled)
        weights = pooled.to_frame().set_index("study")["weight"]
        frame = bars.to_frame().set_index(["item", "judgement"])["share"]
        assert frame["Response rate", "no"] == pytest.approx(weights["Ada 2019"], abs=1e-12)
        assert bars.to_frame().groupby("item")["share"].sum().to_numpy() == pytest.approx(1)
        assert "weight" in bars.weights

    def test_studies_without_weight_are_told(self, jbi):
        bars = jbi.summary_bars({"Ada 2019": 2, "Bo 2021": 1})
        assert "2 of 4 appraised studies have no weight." in bars.weights

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            ({"Ada 2019": 1, "Bow 2021": 1}, r"'Bow 2021' Did you mean 'Bo 2021'"),
            ({"Ada 2019": float("nan")}, r"Missing or wrong for 'Ada 2019'\. A model of counts"),
            ({"Ada 2019": -1}, r"Missing or wrong for 'Ada 2019'"),
            ({"Ada 2019": 0}, r"not all 0"),
            (3, r"`weights` must be a pooled result.*Got int"),
            (pd.DataFrame({"study": ["A"]}), r"'weight'"),
        ],
    )
    def test_weights_that_cannot_be(self, jbi, weights, message):
        with pytest.raises(InputError, match=message):
            jbi.summary_bars(weights)


class TestPictures:
    def test_the_traffic_light_says_its_counts_and_rule(self, jbi):
        ax = jbi.plot(width=84)
        assert "Response rate: no 1, yes 1, not applicable 1, unclear 1" in ax.get_label()
        texts = " ".join(text.get_text() for text in ax.findobj(mpl.text.Text))
        assert "low from 7 of 9 items met" in texts.replace("\n", " ")

    def test_designs_that_no_study_has_are_not_drawn(self, tmp_path):
        path = tmp_path / "mmat.csv"
        path.write_text("study,S1,S2,1.1,1.2,1.3,1.4,1.5\nA,y,y,y,y,n,y,y\n", encoding="utf-8")
        found = appraise(path)
        assert found.answers[0].count("not applicable") == 20
        assert "7 items" in found.plot().get_label()

    def test_pages_of_forty_five_studies(self, tmp_path):
        found = appraise(make_wide({f"Study {at}": ["yes"] * 9 for at in range(45)}), instrument="jbi-prevalence")  # fmt: skip
        written = found.save_pages(tmp_path / "light.svg")
        assert [path.name for path in written] == ["light-1.svg", "light-2.svg"]
        text = "".join(path.read_text(encoding="utf-8") for path in written)
        assert all(f">Study {at}<" in text for at in range(45))
        (one,) = found.save_pages(tmp_path / "one.svg", height=600)
        assert one.name == "one.svg"

    @settings(max_examples=8)
    @given(appraisals(most=3))
    def test_every_instrument_is_drawn(self, case):
        one, rows = case
        pairs = [(s, i, a) for s, row in rows.items() for i, a in row.items()]
        frame = pd.DataFrame(pairs, columns=["study", "item", "judgement"]).assign(note=None)
        found = build_appraisal(frame, one, "worst", "")
        if found.by_rule.rule and any(a not in ("", "not applicable") for _, _, a in pairs):
            found.plot()
            found.summary_bars().plot(width=84)
        mpl.pyplot.close("all")

    def test_files_of_both_are_the_same_each_time(self, jbi, tmp_path):
        for result in (jbi, jbi.summary_bars()):
            first, second = (result.save(tmp_path / f"{at}.svg").read_bytes() for at in range(2))
            assert first == second


class TestMisuse:
    def test_several_appraisers(self):
        frame = pd.concat([make_wide(appraiser="Ada"), make_wide(appraiser="Bo")])
        with pytest.raises(InputError, match=r"Got those of 'Ada', 'Bo'\. Choose one, as in"):
            appraise(frame, instrument="jbi-prevalence")
        found = appraise(frame, instrument="jbi-prevalence", appraiser="Bo")
        assert found.appraiser == "Bo"
        with pytest.raises(InputError, match=r"one of 'Ada', 'Bo'\. Got 'Cy'"):
            appraise(frame, instrument="jbi-prevalence", appraiser="Cy")

    def test_an_appraiser_whom_no_column_names(self):
        with pytest.raises(InputError, match="There is none, and 'Ada' was asked for"):
            appraise(make_wide(), instrument="jbi-prevalence", appraiser="Ada")
