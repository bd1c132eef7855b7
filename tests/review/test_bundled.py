"""The bundled reviews: found wherever they lie, complete, clean, and consistent."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from bundled_cases import BURNOUT, FILES, INJURIES, NAMES, REPORTED, rows, settings, squeeze

from reviewkit._core.errors import InputError
from reviewkit._core.rounding import count_decimals, percent_fits
from reviewkit.meta.engine import fit_batch
from reviewkit.review import bundled
from reviewkit.review.bundled import example, example_names

# Where they are found.


@pytest.fixture
def empty_root(tmp_path):
    root = tmp_path / "site-packages" / "reviewkit" / "data"
    root.mkdir(parents=True)
    (root / "README.md").touch()
    (root / "notes").mkdir()  # a folder without review.toml is no review
    return root


@pytest.fixture
def full_root(tmp_path):
    for name in ("second", "first"):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "review.toml").touch()
    return tmp_path / "data"


def test_every_folder_with_a_review_is_an_example():
    assert example_names() == (BURNOUT, INJURIES)
    for name in example_names():
        assert example(name).is_absolute()
        assert (example(name) / "review.toml").is_file()
        assert {path.as_posix() for path in example(name).rglob("*.csv")} == {
            (example(name) / file).as_posix() for review, file, *_ in FILES if review == name
        }


def test_a_wheel_and_a_checkout_are_both_looked_at(monkeypatch, empty_root, full_root):
    package = Path(bundled.__file__).resolve().parents[1]
    assert list(bundled._ROOTS) == [package / "data", package.parents[1] / "data"]
    for roots in [(full_root, empty_root), (empty_root, full_root), (full_root / "no", full_root)]:
        monkeypatch.setattr(bundled, "_ROOTS", roots)
        assert example_names() == ("first", "second")
        assert example("second") == full_root / "second"


def test_the_examples_of_a_wheel_come_before_a_folder_that_happens_to_be_near(
    monkeypatch, tmp_path, full_root
):
    (tmp_path / "wheel" / "own").mkdir(parents=True)
    (tmp_path / "wheel" / "own" / "review.toml").touch()
    monkeypatch.setattr(bundled, "_ROOTS", (tmp_path / "wheel", full_root))
    assert example_names() == ("own",)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "burnout", f"../data/{BURNOUT}", f"{BURNOUT}/extraction"]
)
def test_an_unknown_name_lists_those_there_are(name):
    with pytest.raises(InputError, match=f"'{BURNOUT}', '{INJURIES}'. Got {re.escape(repr(name))}"):
        example(name)


def test_no_examples_at_all_names_the_places(monkeypatch, empty_root):
    monkeypatch.setattr(bundled, "_ROOTS", (empty_root,))
    with pytest.raises(InputError, match=f"must lie in {re.escape(str(empty_root))}.*again"):
        example(BURNOUT)


# What every file keeps to.


@pytest.mark.parametrize(("review", "file", "columns", "count"), FILES, ids=NAMES)
def test_columns_and_rows(review, file, columns, count):
    found = rows(review, file)
    assert ",".join(found[0]) == columns
    assert len(found) == count


@pytest.mark.parametrize(("review", "file"), [spec[:2] for spec in FILES], ids=NAMES)
def test_plain_utf8_that_starts_no_formula(review, file):
    content = (example(review) / file).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    table = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    assert {len(line) for line in table} == {len(table[0])}
    for cell in (cell for line in table for cell in line):
        assert cell == squeeze(cell)
        assert not cell.startswith(("=", "+", "-", "@"))
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\n").writerows(table)
    assert again.getvalue().encode() == content


@pytest.mark.parametrize("file", REPORTED)
def test_a_quote_is_a_figure_and_a_word_or_two(file):
    for row in rows(INJURIES, file):
        assert row["where"]
        assert 0 < len(row["quote"]) <= 60
        for part in row["quote"].split(" … "):
            assert len(part.split()) <= 6, part
            assert not re.search(r"[.!?](\s|$)", part.replace("et al.", "")), part


# The review as it reports itself.


def test_the_flow_adds_up_as_the_review_says():
    n = {row["box"]: int(row["n"]) for row in rows(INJURIES, "reported/flow.csv")}
    assert n["identified"] - n["other_removed"] == n["screened"] == 243
    assert n["screened"] - n["excluded"] == n["assessed"] == 21
    assert n["assessed"] - n["reports_excluded"] == n["new_studies"] == 13


def test_the_groups_and_their_shares_are_the_percentages_of_the_discussion():
    groups = rows(INJURIES, "reported/groups.csv")
    last = rows(INJURIES, "reported/percentages.csv")[-3:]
    for group, percent in zip(groups, last, strict=True):
        told = (group["n"], group["of"], group["percent"])
        assert told == (percent["events"], percent["n"], percent["percent"])
        assert percent_fits(int(told[0]), int(told[1]), float(told[2]), 0)
    assert [group["n"] for group in groups] == ["3", "4", "3"]  # 10 of 13: as the review has it


def test_totals_name_the_percentages_they_are_made_of():
    found = {row["id"]: row for row in rows(INJURIES, "reported/percentages.csv")}
    assert list(found) == [f"P{i:02}" for i in range(1, 24)]
    totals = [row for row in found.values() if row["sums_to"]]
    assert [row["id"] for row in totals if row["kind"] == "total"] == ["P12", "P16"]
    for total in totals:
        parts = [found[part] for part in total["sums_to"].split("+")]
        assert {part["set"] for part in parts} == {total["set"]}
        assert sum(Decimal(part["percent"]) for part in parts) == Decimal(total["percent"])


def test_codes_themes_and_segments_tell_one_story():
    book = {row["code"]: row["theme"] for row in rows(INJURIES, "coding/codebook.csv")}
    themes = rows(INJURIES, "reported/themes.csv")
    assert [(row["code"], row["theme"]) for row in themes] == list(book.items())
    assert sorted(book.values()).count("Psychological Challenges") == 7
    assert sorted(book.values()).count("Professional Challenges") == 8
    cited = {
        (row["code"], reference, row["where"])
        for row in themes
        for reference in row["reference"].split("; ")
    }
    segments = rows(INJURIES, "coding/segments.csv")
    labels = {row["study"] for row in segments}
    number = {label: re.search(r"\((\d+)\)$", label)[1] for label in labels}
    assert {(row["code"], number[row["study"]], row["source"]) for row in segments} == cited
    assert len(labels) == len(set(number.values())) == 10


def test_the_search_stands_as_printed():
    search = settings(INJURIES)["search"]
    assert search["databases"] == ["PubMed", "PsycINFO", "Scopus", "Noormags"]
    assert len(search["keywords"]) == 6
    assert [entry["text"] for entry in search["strings"]] == [
        '"Therapist harm" AND "Psychotherapy" NOT "Client injury"',
        '"Counselor injury" OR "Therapist burnout"',
        '"Mental health professional risks" AND "Psychologists"',
    ]


# The prevalence data.


def outcome(key):
    found = [row for row in rows(BURNOUT, "extraction/outcomes.csv") if row["outcome"] == key]
    return found, *(np.array([int(row[c]) for row in found]) for c in ("events", "total"))


def test_every_outcome_belongs_to_a_study_and_a_pool():
    studies = [row["study"] for row in rows(BURNOUT, "extraction/studies.csv")]
    found = rows(BURNOUT, "extraction/outcomes.csv")
    assert len(set(studies)) == len(studies)
    assert [row["study"] for row in found] == studies
    review = settings(BURNOUT)
    assert {row["outcome"] for row in found} == set(review["pools"])
    assert {row["construct"] for row in found} == set(review["constructs"])
    assert all(row["where_read"] for row in rows(BURNOUT, "extraction/studies.csv"))


@pytest.mark.parametrize(
    ("key", "k", "people", "answer"),
    [("ee", 11, 8426, [0.4089, 0.2466, 0.5939]), ("sts", 8, 3885, [0.1852, 0.1339, 0.2504])],
)
def test_the_pooled_answers_come_out(key, k, people, answer):
    _, events, total = outcome(key)
    assert (len(events), total.sum()) == (k, people)
    assert ((events > 0) & (events < total)).all()
    fit = fit_batch(np.log(events / (total - events)), 1 / events + 1 / (total - events))
    logits = np.array([fit.estimate[0], fit.ci_low[0], fit.ci_high[0]])
    # metafor 3.8-1, REML with Knapp-Hartung; half a unit of the four digits it was noted to.
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), answer, rtol=0, atol=5e-5)


@pytest.mark.parametrize("key", ["ee", "sts"])
def test_events_and_flags_follow_from_what_is_printed(key):
    found, events, total = outcome(key)
    percent = np.array([float(row["percent"]) for row in found])
    places = np.array([count_decimals(row["percent"]) for row in found])
    derived = np.array([row["events_source"] == "derived" for row in found])
    flagged = np.array([row["grim_ok"] for row in found])
    assert (np.rint(percent * total / 100) == events)[derived].all()
    assert set(np.unique([row["events_source"] for row in found])) <= {"derived", "reported"}
    assert (np.where(percent_fits(events, total, percent, places), "yes", "no") == flagged).all()
