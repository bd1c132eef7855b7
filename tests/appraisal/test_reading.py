"""Reading appraisals: layouts, spellings, how the instrument is told, and what is refused."""

import pandas as pd
import pytest
from appraisal_cases import JBI, appraisals, make_long, make_wide
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.appraisal.instruments import INSTRUMENTS
from reviewkit.appraisal.reading import read_appraisal, tidy_appraisal
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import write_table


def read(tmp_path, text, name="jbi.csv", **options):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_appraisal(path, **options)


def cells(frame):
    return {
        (r["study"], r["item"]): None if pd.isna(r["judgement"]) else r["judgement"]
        for r in frame.to_dict("records")
    }


# Laws


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_long_and_wide_files_say_the_same(tmp_path, ending):
    write = write_table if ending == "csv" else write_sheet
    for name, frame in (("jbi_wide", make_wide()), ("jbi_long", make_long())):
        write(frame, tmp_path / f"{name}.{ending}")
    wide, long = (read_appraisal(tmp_path / f"jbi_{n}.{ending}") for n in ("wide", "long"))
    pd.testing.assert_frame_equal(wide, long)
    assert cells(wide) == {(s, str(i)): a for s, row in JBI.items() for i, a in enumerate(row, 1)}
    assert wide.columns.tolist() == ["study", "item", "judgement", "note"]


@settings(max_examples=25)
@given(appraisals(names=("jbi-prevalence", "hoy-2012", "axis", "nos-cohort", "rob-2", "robins-i")))
def test_what_is_written_wide_is_read_back(case):
    one, rows = case
    if not any(answer for row in rows.values() for answer in row.values()):
        return
    frame = pd.DataFrame([{"study": s, **{i: a.upper() for i, a in r.items()}} for s, r in rows.items()])  # fmt: skip
    found = tidy_appraisal(frame, one)
    assert cells(found) == {(s, i): a or None for s, r in rows.items() for i, a in r.items()}
    again = tidy_appraisal(found, None)
    pd.testing.assert_frame_equal(again, found)


def test_the_callers_frame_is_not_changed():
    frame = make_wide()
    before = frame.copy()
    tidy_appraisal(frame, "jbi-prevalence")
    pd.testing.assert_frame_equal(frame, before)


# Spellings and layouts


def test_spellings_of_languages_are_read_and_logged(tmp_path):
    frame = read(tmp_path, "study,1,2,3,4,5,6,7,8,9\nA,JA,oui,Sí,Nein,N/A,Unklar,是,1,Y.\n")
    assert frame["judgement"].tolist() == [
        "yes", "yes", "yes", "no", "not applicable", "unclear", "yes", "yes", "yes",
    ]  # fmt: skip
    log = frame.attrs["log"].to_frame()
    assert set(log["what"]) == {
        "instrument told by its file name: jbi-prevalence", "spelling of an answer",
    }  # fmt: skip
    assert log.loc[log["before"] == "Nein", ["row", "column", "after"]].to_numpy().tolist() == [[2, "4", "no"]]  # fmt: skip


def test_na_is_an_answer_and_blank_is_none(tmp_path):
    frame = read(tmp_path, "study,1,2,3,4,5,6,7,8,9\nA,NA,,yes,yes,yes,yes,yes,yes,yes\n")
    assert cells(frame)[("A", "1")] == "not applicable"
    assert cells(frame)[("A", "2")] is None
    assert [e.what for e in frame.attrs["log"].findings][1:] == ["no answer: A, item 2"]


def test_items_without_a_row_are_there_without_an_answer(tmp_path):
    frame = read(tmp_path, "study,item,judgement,note\nA,1,yes,page 3\nA,9,no,\n")
    assert len(frame) == 9
    assert frame["judgement"].notna().sum() == 2
    assert frame.loc[0, "note"] == "page 3"


def test_numbers_as_floats_of_a_frame_are_items_and_answers():
    frame = pd.DataFrame({"study": ["A"] * 2, "item": [1.0, 2.0], "judgement": [1.0, 0.0]})
    assert tidy_appraisal(frame, "jbi-prevalence")["judgement"].tolist()[:2] == ["yes", "no"]


def test_questions_titles_and_notes_as_headings(tmp_path):
    head = "Author,Q1 Was the frame suitable?,Sampling method,3. Sample size,4,5,6,7,8,9,Q9 comment,Sample size,Year,Total score"  # fmt: skip
    frame = read(tmp_path, f"{head}\nA 2019,y,y,n,y,y,y,y,y,no,12 % responded,412,2019,7\n")
    assert frame["judgement"].tolist() == ["yes", "yes", "no", *["yes"] * 5, "no"]
    assert frame.loc[8, "note"] == "12 % responded"
    told = {e.column: e.what for e in frame.attrs["log"].findings}
    assert told["Sample size"] == told["Year"] == "column is no item"
    assert told["Total score"] == "total left out, the items are kept"


def test_hoys_lacking_information_is_high_and_says_so(tmp_path):
    frame = read(tmp_path, "study," + ",".join(map(str, range(1, 12))) + "\nA" + ",low" * 9 + ",unclear,moderate\n", "hoy.csv")  # fmt: skip
    assert cells(frame)[("A", "10")] == "high"
    assert cells(frame)[("A", "overall")] == "moderate"
    assert "lacking information counts as high in this instrument" in {e.what for e in frame.attrs["log"]}  # fmt: skip


def test_mmat_asks_of_a_study_only_its_designs(tmp_path):
    frame = read(tmp_path, "study,S1,S2,1.1,1.2,1.3,1.4,1.5,4.1,4.2,4.3,4.4,4.5\nA,Y,Y,Y,Y,Y,N,Y,,,,,\nB,Y,Y,,,,,,Y,can’t tell,Y,,Y\n", "mmat.csv")  # fmt: skip
    assert [*frame.loc[frame["study"] == "A", "item"]] == ["S1", "S2", "1.1", "1.2", "1.3", "1.4", "1.5"]  # fmt: skip
    assert cells(frame)[("B", "4.4")] is None
    assert cells(frame)[("B", "4.2")] == "can't tell"


def test_sixty_studies_and_one(tmp_path):
    for k in (1, 60):
        frame = make_wide({f"Study {at}": ["yes"] * 9 for at in range(k)})
        write_table(frame, tmp_path / "jbi.csv")
        assert read_appraisal(tmp_path / "jbi.csv")["study"].nunique() == k


def test_names_that_look_alike_are_two_studies_and_noted(tmp_path):
    frame = read(
        tmp_path, "study,1,2,3,4,5,6,7,8,9\nLee 2019" + ",y" * 9 + "\nlee  2019" + ",n" * 9
    )
    assert frame["study"].nunique() == 2
    assert frame.attrs["log"].findings[-1].what == "differs from 'Lee 2019' by case or spaces only"


@pytest.mark.parametrize("column", [["low", "low", "low"], ["", "low", ""], ["low", "", ""]])
def test_an_overall_column_of_a_long_table_may_be_repeated(column):
    frame = make_long({"A": ["yes"] * 3}).assign(overall=column)
    assert cells(tidy_appraisal(frame, "jbi-prevalence"))[("A", "overall")] == "low"


# How the instrument is told


@pytest.mark.parametrize(
    ("name", "count", "answer", "expected"),
    [
        ("quality.csv", 5, "some concerns", "rob-2"), ("table.csv", 7, "serious", "robins-i"),
        ("jbi_2014.csv", 10, "yes", "jbi-prevalence-2014"), ("jbi.csv", 9, "yes", "jbi-prevalence"),
        ("a.csv", 20, "yes", "axis"), ("b.csv", 9, "yes", "jbi-prevalence"),
        ("hoy_final.csv", 10, "low", "hoy-2012"), ("nos.csv", 7, "1", "nos-cross-sectional"),
    ],
)  # fmt: skip
def test_the_instrument_is_told(tmp_path, name, count, answer, expected):
    head = ",".join(f"Q{at}" for at in range(1, count + 1))
    found = read(tmp_path, f"study,{head}\nA{f',{answer}' * count}\n", name)
    assert found.attrs["instrument"] == INSTRUMENTS[expected]


def test_several_instruments_that_fit_are_named(tmp_path):
    with pytest.raises(InputError, match=r"Several fit.*it may be jbi-prevalence-2014, hoy-2012"):
        read(tmp_path, "study," + ",".join(map(str, range(1, 11))) + "\nA" + ",yes" * 10, "t.csv")
    with pytest.raises(InputError, match=r"Several fit.*nos-cohort, nos-case-control"):
        read(tmp_path, "study," + ",".join(map(str, range(1, 9))) + "\nA" + ",1" * 8, "nos.csv")


# Misuse


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study,score\nA,7\n", r"must hold the answer to each item, not a total.*Got only 'score'"),
        ("study,Total\nA,7\n", r"a sum hides which item failed"),
        ("study,item,judgement\nA,1,yes\nA,1,no\n", r"line 3.*'A' has item 1 in line 2 already"),
        ("study,1,2\nA,yes,no\nA,yes,no\n", r"line 3, column '1': 'A' has item 1 in line 2"),
        ("study,item,judgement\nA,12,yes\nA,1,maybe\n", r"2 do not:\n.*'12' is no item of jbi-prevalence.*\n.*'maybe' is no answer to item 1 \(yes, no, unclear, not applicable\)"),
        ("study,item,judgement\n,1,yes\n", r"line 2.*no study is named"),
        ("study,item,judgement\nA,Sample frme,yes\nA,1,yes", r"Did you mean 'Sample frame'"),
        ("study,appraiser,1,2\nA,Ada,y,n\nA,Bo,,\n", r"line 3: appraiser 'Bo' has no answer"),
        ("study,1,2\nA,,\n", r"the table has no answer"),
        ("study,Q1,Sampling procedure,Q3\nA,y,y,n\n", r"'Sampling procedure' holds answers, and is no item of jbi-prevalence\. Did you mean 'Sampling method'"),
        ("study,author,1\nA,B,yes\n", r"One column of 'jbi\.csv' must name the study"),
        ("item,judgement\n1,yes\n", r"must have a column 'study'"),
        ("study,item,judgement\n", r"must have a row\. It has a header only"),
        ("study,country\nA,Peru\n", r"Got 'country', and no item"),
        ("study,item,judgement,overall\nA,1,yes,low\nA,2,yes,high\n", r"line 3, column 'overall': 'A' has overall 'low' in line 2 already"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_listed(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


def test_ones_and_zeros_are_no_answers_where_users_count_them_both_ways(tmp_path):
    with pytest.raises(InputError, match=r"'1' is no answer.* 1 and 0 in both directions"):
        read(tmp_path, "study,1,2\nA,1,0\n", "hoy.csv")


def test_two_stars_where_one_is_the_most(tmp_path):
    with pytest.raises(InputError, match=r"'\*\*' is no answer to item 2 \(no star, 1 star\)"):
        read(tmp_path, "study,1,2\nA,*,**\n", instrument="nos-cohort")


def test_an_unknown_instrument(tmp_path):
    with pytest.raises(InputError, match=r"`instrument` must be one of .*Got 'jbi'"):
        read(tmp_path, "study,1\nA,yes\n", instrument="jbi")


def test_no_table_at_all():
    with pytest.raises(InputError, match=r"must be a frame or a file\. Got int"):
        tidy_appraisal(5, None)


def test_a_column_twice():
    frame = pd.DataFrame([["A", "yes", "no"]], columns=["study", "1", "1"])
    with pytest.raises(InputError, match="Each column"):
        tidy_appraisal(frame, "jbi-prevalence")
