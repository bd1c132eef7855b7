"""A folder becomes a review: what is there is built, what is missing is missing, faults are listed."""

import dataclasses
import hashlib

import pandas as pd
import pytest
from review_cases import FLOW, OUTCOMES, WHOLE, write_folder

from reviewkit.review.building import PARTS
from reviewkit.review.bundled import example
from reviewkit.review.folder import open_review
from reviewkit.review.headlines import HEADLINES

INJURIES, BURNOUT = "psychotherapist-injuries", "burnout-prevalence"


@pytest.fixture(scope="module")
def injuries():
    return open_review(example(INJURIES))


@pytest.fixture(scope="module")
def burnout():
    return open_review(example(BURNOUT))


# The bundled reviews.


def test_the_seed_review_as_it_reports_itself(injuries):
    assert dict(injuries.origin) == {
        "flow": "reported", "agreement": "reported", "studies": "reported", "themes": "computed",
    }  # fmt: skip
    assert injuries.flow.is_consistent
    assert list(injuries.flow.mappings) == ["titles removed before screening", "titles screened"]
    assert len(injuries.studies) == 13
    assert injuries.themes.n_studies == 13
    assert len(injuries.themes.codes()) == 15
    assert not injuries.agreement
    assert injuries.records is injuries.appraisal is injuries.outcomes is injuries.decisions is None
    assert len(injuries.reported["percentages"]) == 23


def test_the_pooled_prevalence_of_the_burnout_review(burnout):
    # metafor 3.8-1, REML with Knapp-Hartung; half a unit of the four digits it was noted to.
    answers = {"ee": (0.4089, 0.2466, 0.5939), "sts": (0.1852, 0.1339, 0.2504)}
    for key, answer in answers.items():
        pooled = burnout.pools[key]
        found = (pooled.estimate, pooled.ci_low, pooled.ci_high)
        assert found == pytest.approx(answer, abs=5e-5)
    assert "40.9 %" in burnout.summary()
    assert dict(burnout.origin) == dict.fromkeys(("studies", "outcomes", "pools"), "computed")


@pytest.mark.parametrize("name", ["injuries", "burnout"])
def test_a_review_can_be_read_in_every_way(name, request):
    review = request.getfixturevalue(name)
    frame = review.to_frame()
    assert frame.columns.tolist() == ["part", "origin", "result"]
    assert {*frame["part"]} == {*review.origin}
    assert review.title in str(review)
    assert review.title in review._repr_html_()
    assert "<Review" in repr(review)
    assert "0x" not in repr(review)
    with pytest.raises(dataclasses.FrozenInstanceError):
        review.title = "other"


def test_every_file_is_an_input_with_its_hash(injuries):
    folder = example(INJURIES)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    assert [entry.name for entry in injuries.inputs] == sorted(files)
    for entry in injuries.inputs:
        assert entry.sha256 == hashlib.sha256(files[entry.name].read_bytes()).hexdigest()


# Any part may be missing.


@pytest.fixture
def whole(tmp_path):
    return write_folder(tmp_path, WHOLE)


def test_a_whole_folder(whole):
    review = open_review(whole)
    assert {*review.origin} == {*PARTS} - {"records", "duplicates", "appraisal"}
    assert {*PARTS} == {*HEADLINES}
    assert review.title == "A small review"
    assert list(review.agreement) == ["full_text"]
    assert review.agreement["full_text"].n_items == 3
    assert list(review.pools) == ["ee", "sts"]
    assert review.pools["ee"].k == 3
    assert review.themes.to_frame().set_index("theme")["n_studies"].to_dict() == {
        "mind": 1, "work": 1,
    }  # fmt: skip
    assert review.themes.n_studies == 3
    assert "no record has two raters at stage title_abstract" in " ".join(review.notes)


@pytest.mark.parametrize("name", WHOLE)
def test_without_any_one_file(whole, name):
    (whole / name).unlink()
    review = open_review(whole)
    assert name not in [entry.name for entry in review.inputs]
    assert review.summary()


@pytest.mark.parametrize("name", WHOLE)
def test_with_any_one_file_alone(tmp_path, name):
    content = WHOLE[name].partition("[pools")[0]  # these name outcomes
    review = open_review(write_folder(tmp_path, {name: content}))
    assert [entry.name for entry in review.inputs] == [name]


@pytest.mark.parametrize("name", [name for name in WHOLE if name.endswith(".csv")])
def test_a_heading_alone_is_not_filled_in_yet(whole, name):
    heading = WHOLE[name].splitlines()[0]
    write_folder(whole, {name: f"{heading}\n", "review.toml": 'title = "t"\n'})
    review = open_review(whole)
    assert f"{name} holds a heading only: not filled in yet." in review.notes


def test_the_name_of_the_folder_is_the_title_of_last_resort(tmp_path):
    review = open_review(write_folder(tmp_path / "my-review", {"reported/flow.csv": FLOW}))
    assert review.title == "my-review"


def test_a_path_as_text(whole):
    assert open_review(str(whole)).title == "A small review"


def test_files_of_other_kinds_are_no_part(whole):
    before = open_review(whole)
    extra = {"notes.docx": "x", "screening/readme.md": "x", "reported/.hidden.csv": "x",
             "extraction/~$studies.xlsx": "x", "report.html": "x"}  # fmt: skip
    after = open_review(write_folder(whole, extra))
    assert after.inputs == before.inputs


def test_a_spreadsheet_may_stand_for_a_csv(tmp_path):
    (tmp_path / "extraction").mkdir()
    frame = pd.DataFrame({"study": ["a", "b"], "outcome": "ee", "events": [1, 2], "total": [9, 9]})
    frame.to_excel(tmp_path / "extraction" / "outcomes.xlsx", index=False)
    assert open_review(tmp_path).pools["ee"].k == 2


def test_a_reported_table_that_no_check_knows(whole):
    review = open_review(write_folder(whole, {"reported/flows.csv": "box,n\na,1\n"}))
    assert "reported/flows.csv is shown, but no check knows it. Did you mean flow?" in review.notes
    assert review.reported["flows"]["box"].tolist() == ["a"]


def test_what_only_the_manuscript_has_is_marked_as_reported(tmp_path):
    files = {
        "reported/agreement.csv": "coefficient,value\nkappa,0.81\n",
        "reported/rows.csv": "study,n\nAda,12\n",
        "reported/themes.csv": "theme,code,reference\nmind,stress,10; 12\nwork,pay,10\n",
        "reported/pools.csv": "outcome,estimate\nee,0.41\n",
    }
    review = open_review(write_folder(tmp_path, files))
    assert {*review.origin.values()} == {"reported"}
    assert review.themes.to_frame()["n_studies"].tolist() == [2, 1]
    assert "pools (as reported): ee: 0.41" in review.summary()


# How pools are made.


def pool(tmp_path, text, settings=""):
    return open_review(
        write_folder(tmp_path, {"extraction/outcomes.csv": text, "review.toml": settings})
    )


def test_options_come_from_the_settings(tmp_path):
    review = pool(tmp_path, OUTCOMES, '[pools.ee]\nmodel = "common"\nci = "z"\n')
    assert review.pools["ee"].method.model == "common"
    assert review.pools["sts"].method.model == "random"


def test_constructs_are_pooled_where_no_outcome_is_named(tmp_path):
    text = "study,construct,events,total\na,burnout,1,9\nb,burnout,2,9\nc,stress,3,9\n"
    assert {key: p.k for key, p in pool(tmp_path, text).pools.items()} == {
        "burnout": 2,
        "stress": 1,
    }


def test_rows_without_counts_are_left_out_and_named(tmp_path):
    text = "study,outcome,events,total\na,ee,1,9\nb,ee,,9\nc,ee,2,9\nd,sts,,\n"
    review = pool(tmp_path, text)
    assert review.pools["ee"].k == 2
    notes = " ".join(review.notes)
    assert "outcome 'ee': left out, for a count is missing" in notes
    assert "outcome 'sts': no row has both events and total: not pooled." in notes


def test_the_reader_of_outcomes_says_what_it_repaired(tmp_path):
    review = pool(tmp_path, 'study,outcome,events,total\na,ee,12,"12,599"\nb,ee,3,40\n')
    entry = next(entry for entry in review.repairs if entry.before == "12,599")
    assert entry.file == "extraction/outcomes.csv"
    assert (entry.row, entry.column, entry.after) == (2, "total", "12599")


def test_one_study_is_a_pool_of_one(tmp_path):
    assert pool(tmp_path, "study,outcome,events,total\na,ee,1,9\n").pools["ee"].k == 1


def test_a_hundred_thousand_rows(tmp_path):
    rows = "\n".join(f"s{i},ee,{i % 7},{10 + i % 5},{100 * (i % 7) / (10 + i % 5):.1f}"
                     for i in range(100_000))  # fmt: skip
    review = pool(tmp_path, f"study,outcome,events,total,percent\n{rows}\n")
    assert review.pools["ee"].k == 100_000
    page = review.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The first 200 of 100,000 rows." in page


@pytest.mark.parametrize("stage", ["", ",title_abstract"])
def test_agreement_comes_from_the_reviewers_table(tmp_path, stage):
    head = "record,rater,verdict" + (",stage" if stage else "")
    votes = [("AB", "include"), ("CD", "include")] * 3 + [("AB", "exclude"), ("CD", "exclude")]
    rows = [f"r{i // 2},{rater},{verdict}{stage}" for i, (rater, verdict) in enumerate(votes)]
    (tmp_path / "screening").mkdir()
    table = tmp_path / "screening" / "decisions.csv"
    table.write_text("\n".join([head, *rows, f"r9,AB,exclude{stage}"]), encoding="utf-8")
    review = open_review(tmp_path)
    ((name, found),) = review.agreement.items()
    assert name == ("title_abstract" if stage else "stage not stated")
    assert (found.n_items, found.n_single) == (4, 1)
    assert found.to_frame().loc["cohen_kappa", "estimate"] == 1.0
    said = "titles and abstracts" if stage else "stage not stated"
    assert said in review.report(tmp_path / "r.html").read_text("utf-8").lower()


def test_a_project_of_coding_stands_for_both_tables(whole):
    from reviewkit.coding.codebook import read_codebook, read_coding
    from reviewkit.coding.exchange import write_coding

    coding = whole / "coding"
    before = open_review(whole).themes.to_frame()
    segments, codebook = (
        read_coding(coding / "segments.csv"),
        read_codebook(coding / "codebook.csv"),
    )
    write_coding(segments, coding / "project.qdpx", codebook=codebook)
    (coding / "segments.csv").unlink()
    (coding / "codebook.csv").unlink()
    review = open_review(whole)
    assert "coding/project.qdpx" in {entry.name for entry in review.inputs}
    assert review.themes.to_frame()["n_studies"].tolist() == before["n_studies"].tolist()
    assert review.trace("themes.mind.n_studies").how
