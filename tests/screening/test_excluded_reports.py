"""The list of excluded reports: every one of them, with its reason."""

import docx
import pytest
from hypothesis import given, settings
from tally_cases import make_decisions, make_records, reviews

from reviewkit.screening.flow_boxes import find_count
from reviewkit.screening.tallies import tally_flow
from reviewkit.sources.spreadsheet import read_table

RECORDS = make_records(*["PubMed"] * 4, "Google")
DECISIONS = make_decisions(
    *[(f"r{i}", "Ada", "ft", "exclude", why) for i, why in
      enumerate(["Old", "=cmd(A0)", "Old", "", "Old"])],
)  # fmt: skip


def listed():
    return tally_flow(RECORDS, None, DECISIONS).excluded_reports()


def test_frequent_reasons_come_first_and_missing_ones_last():
    frame = listed().to_frame()
    assert frame["reason"].tolist() == ["Old", "Old", "Old", "=cmd(A0)",
                                        "Reason not reported"]  # fmt: skip
    assert frame["found_by"].tolist()[2] == "other methods"
    assert frame["citation"].iloc[0] == "Author, 0. Title 0. J. 2000. doi:10.1/0"
    assert listed()._headline().startswith("5 excluded. Old (n = 3); =cmd")


@pytest.mark.parametrize("kind", ["docx", "csv", "html"])
def test_the_same_list_gives_the_same_bytes(tmp_path, kind):
    one, two = (listed().save(tmp_path / f"{n}.{kind}") for n in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_files_hold_all_reports_and_run_nothing(tmp_path):
    table = docx.Document(str(listed().save(tmp_path / "x.docx"))).tables[0]
    assert [row.cells[2].text for row in table.rows[1:]] == listed().to_frame()["reason"].tolist()
    text = listed().save(tmp_path / "x.csv").read_text("utf-8-sig")
    assert "\n'=cmd" in text
    assert read_table(tmp_path / "x.csv").frame["record"].tolist() == [
        row[2].record for row in listed().rows
    ]
    assert listed().save(tmp_path / "x.html").read_text("utf-8").count("<tr>") == 6


@given(reviews())
@settings(max_examples=15)
def test_as_many_as_the_boxes_say(review):
    flow = tally_flow(**review)
    boxes = ("reports_excluded", "appraisal_excluded", "other_reports_excluded")
    assert len(flow.excluded_reports().rows) == sum(find_count(flow.counts, b) or 0 for b in boxes)


def test_many_authors_are_not_all_cited():
    names = [f"Doe, {letter}" for letter in "ABCDEFG"]
    records = make_records("PubMed").assign(authors="; ".join(names))
    decisions = make_decisions(("r0", "Ada", "ft", "exclude", "Old"))
    frame = tally_flow(records, None, decisions).excluded_reports().to_frame()
    assert frame["citation"][0].startswith("Doe, A; Doe, B; Doe, C; et al. Title 0.")
    assert frame["authors"][0] == "; ".join(names)
