"""Searches, duplicates and decisions of a folder, and the flow that is counted from them."""

import pandas as pd
import pytest
from review_cases import write_folder

from reviewkit.review.folder import open_review
from reviewkit.review.record_parts import match_records


def ris(*rows):
    """Return records as RIS from (title, author, year, doi)."""
    records = [
        f"TY  - JOUR\nTI  - {title}\nAU  - {author}\nPY  - {year}\nJO  - J Work\nDO  - {doi}\nER  - \n"
        for title, author, year, doi in rows
    ]
    return "\n".join(records)


ONE = ("Burnout among nurses in Peru", "Ada, Eva", 2019, "10.1000/a")
TWO = ("Sleep of therapists at sea", "Bo, Li", 2020, "10.1000/b")
THREE = ("Pay and fatigue in clinics", "Cy, Jo", 2021, "10.1000/c")
SEARCHES = {
    "review.toml": '[search]\ndatabases = ["PubMed", "PsycINFO"]\n',
    "searches/pubmed-2024.ris": ris(ONE, TWO),
    "searches/psycinfo.ris": ris(ONE, THREE),
}


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path, SEARCHES)


def decide(folder, verdicts, **files):
    """Write decisions by the title of a record: stage, rater, verdict, reason."""
    frame = open_review(folder).records.to_frame()
    ids = {title: rows["record"].iloc[0] for title, rows in frame.groupby("title")}
    rows = [f"{ids[title]},{','.join(rest)}" for title, *rest in verdicts]
    text = "record,stage,rater,verdict,reason\n" + "\n".join(rows) + "\n"
    write_folder(folder, {"screening/decisions.csv": text, **files})
    return open_review(folder)


VERDICTS = [
    (ONE[0], "title_abstract", "A", "include", ""), (ONE[0], "title_abstract", "B", "include", ""),
    (TWO[0], "title_abstract", "A", "exclude", ""), (TWO[0], "title_abstract", "B", "exclude", ""),
    (THREE[0], "title_abstract", "A", "include", ""), (THREE[0], "title_abstract", "B", "include", ""),
    (ONE[0], "full_text", "A", "include", ""),
    (THREE[0], "full_text", "A", "exclude", "Wrong outcome"),
]  # fmt: skip


def test_exports_are_read_and_named_by_their_databases(folder):
    review = open_review(folder)
    assert review.records.to_frame()["source"].tolist().count("PubMed") == 2
    assert review.records.counts["records"].tolist() == [2, 2]
    assert review.origin["records"] == "computed"
    assert review.duplicates.n_removed == 1
    assert {entry.name for entry in review.inputs} == set(SEARCHES)


def test_the_flow_is_counted_and_each_box_knows_its_records(folder):
    review = decide(folder, VERDICTS)
    assert review.origin["flow"] == "computed"
    counts = review.flow.counts
    assert dict(counts["databases"]) == {"PsycINFO": 2, "PubMed": 2}
    assert (counts["duplicates_removed"], counts["screened"], counts["excluded"]) == (1, 3, 1)
    assert (counts["assessed"], counts["new_studies"]) == (2, 1)
    assert review.flow.is_consistent
    trace = review.trace("flow.excluded_full_text")
    assert trace.records["title"].tolist() == [THREE[0]]
    assert trace.records["reason"].tolist() == ["Wrong outcome"]
    assert review.agreement["title_abstract"].n_items == 3
    page = review.report(folder / "report.html").read_text(encoding="utf-8")
    assert THREE[0] in page


def test_a_reported_flow_is_held_against_the_counted_one(folder):
    told = {"reported/flow.csv": "box,n\nscreened,4\nexcluded,1\n"}
    review = decide(folder, VERDICTS, **told)
    (finding,) = [f for f in review.findings if f.rule == "flow.counted"]
    assert "4 are reported, but records and decisions give 3" in finding.message
    assert review.reported_flow.counts["screened"] == 4
    fine = {"reported/flow.csv": "box,n\nscreened,3\nexcluded,1\n"}
    assert "flow.counted" not in {f.rule for f in decide(folder, VERDICTS, **fine).findings}


def test_verdicts_on_duplicates_are_worked_in(folder):
    frame = open_review(folder).records.to_frame()
    first, second = frame.loc[frame["title"] == ONE[0], "record"]
    table = f"left,right,duplicate\n{first},{second},no\n"
    review = open_review(write_folder(folder, {"screening/duplicates.csv": table}))
    assert review.duplicates.n_removed == 0


def test_links_and_reports_not_retrieved(folder):
    frame = open_review(folder).records.to_frame()
    ids = frame.drop_duplicates("title").set_index("title")["record"]
    files = {
        "screening/not_retrieved.csv": f"record\n{ids[THREE[0]]}\n",
        "screening/links.csv": f"report,study\n{ids[ONE[0]]},Ada 2019\n",
    }
    review = decide(folder, VERDICTS[:7], **files)
    assert review.flow.counts["not_retrieved"] == 1
    assert review.flow.counts["new_studies"] == 1


def test_ids_of_a_screening_tool_are_matched():
    records = pd.DataFrame(
        {"record": ["a", "b", "c"], "accession": ["rayyan-1", "rayyan-2", "rayyan-2"], "pmid": ["7", "8", ""]}
    )  # fmt: skip
    decisions = pd.DataFrame({"record": ["7", "8"], "rater": ["A", "A"]})
    assert match_records(records, decisions)["record"].tolist() == ["a", "b"]
    single = match_records(records, pd.DataFrame({"record": ["rayyan-1"]}))
    assert single["record"].tolist() == ["a"], "an id of two records names neither"
    assert match_records(records, pd.DataFrame({"record": ["x", "y", "7"]})) is None


def test_decisions_on_other_records_give_no_flow(folder):
    text = "record,stage,rater,verdict\nx1,title_abstract,A,include\n"
    review = open_review(write_folder(folder, {"screening/decisions.csv": text}))
    assert review.flow is None
    assert any("name other ids than the records have" in note for note in review.notes)


def test_decisions_without_stages_give_no_flow(folder):
    ids = open_review(folder).records.to_frame()["record"]
    text = "record,rater,verdict\n" + "".join(f"{one},A,include\n" for one in ids)
    review = open_review(write_folder(folder, {"screening/decisions.csv": text}))
    assert review.flow is None
    assert any("name no stage" in note for note in review.notes)


def test_a_file_that_is_no_export_is_told(folder):
    review = open_review(
        write_folder(folder, {"searches/notes.txt": "call the library"}), broken="report"
    )
    said = [f.message for f in review.findings]
    assert any(
        "notes.txt" in f.where or "notes.txt" in text
        for f, text in zip(review.findings, said, strict=True)
    )
