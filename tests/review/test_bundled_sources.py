"""The bundled reviews against the material they were made from, where it is present."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from bundled_cases import BURNOUT, INJURIES, REPORTED, rows, settings, squeeze

SHARED = Path(__file__).parents[3] / "shared"


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the source material {name} is not beside this checkout")
    return path


def shared_rows(name):
    with shared(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_flow_agrees():
    told = {
        row["label_as_printed"]: row["n"] for row in shared_rows("seed_review/prisma_counts.csv")
    }
    assert {row["label"]: row["n"] for row in rows(INJURIES, "reported/flow.csv")} == told


def test_the_scale_agrees():
    bands = shared_rows("seed_review/kappa_scale.csv")[:-1]  # the last is the result
    for row, band in zip(rows(INJURIES, "reported/scale.csv"), bands, strict=True):
        assert [row["printed"], row["label"], row["description"]] == list(band.values())[:3]
        for end in ("lower", "upper"):
            assert bool(row[end]) == bool(band[end])
            assert not row[end] or Decimal(row[end]) == Decimal(band[end])


def test_the_study_tables_agree():
    same = {
        "study": "researchers_as_printed",
        "reference": "ref_no",
        "title": "title_as_printed",
        "year": "year_printed",
        "n": "sample_n_printed",
        "instrument": "tool_as_printed",
    }
    source = shared_rows("seed_review/studies.csv")
    for row, study in zip(rows(INJURIES, "reported/rows.csv"), source, strict=True):
        assert f"T{row['table']}-{row['row']}" == study["uid"]
        assert [row[ours] for ours in same] == [study[theirs] for theirs in same.values()]


def test_the_challenges_agree():
    source = shared_rows("seed_review/challenges.csv")
    for row, told in zip(rows(INJURIES, "reported/themes.csv"), source, strict=True):
        assert [row["theme"], row["code"]] == [told["domain"], told["challenge"]]
        assert row["reference"].split("; ") == told["ref_nos"].split(";")
        assert row["quote"] == told["source_as_printed"]


def test_the_percentages_agree():
    source = shared_rows("seed_review/intro_prevalence.csv")
    sets = set()
    for row, told in zip(rows(INJURIES, "reported/percentages.csv"), source, strict=True):
        assert (row["id"], row["sums_to"]) == (told["id"], told["sums_to"])
        assert told["kind"] == {"approximate": "approx"}.get(row["kind"], row["kind"])
        if row["kind"] in ("point", "total"):
            assert row["percent"] + "%" == told["percent_as_printed"]
            sets.add((row["set"], told["group"]))
    assert len(sets) == len({ours for ours, _ in sets}) == len({theirs for _, theirs in sets})


def test_the_search_agrees():
    told = json.loads(shared("seed_review/search_strategies.json").read_text(encoding="utf-8"))
    search = settings(INJURIES)["search"]
    for part in ("databases", "keywords", "languages"):
        assert search[part] == told[part]
    assert [entry["text"] for entry in search["strings"]] == told["strategies_verbatim"]


def test_every_quote_is_printed():
    text = squeeze(shared("seeds/000_56f2d6c46cdf9e1d.txt").read_text(encoding="utf-8"))
    for file in REPORTED:
        for row in rows(INJURIES, file):
            assert all(part in text for part in row["quote"].split(" … ")), row["quote"]


def test_our_own_words_are_our_own():
    text = shared("seeds/000_56f2d6c46cdf9e1d.txt").read_text(encoding="utf-8").lower()
    printed = " ".join(re.findall(r"[\w-]+", text))
    review = settings(INJURIES)
    own = [review["question"], *review["criteria"]["include"], *review["criteria"]["exclude"]]
    own += review["constructs"].values()
    for file, column in [("rows", "finding"), ("claims", "claim"), ("percentages", "outcome")]:
        own += [row[column] for row in rows(INJURIES, f"reported/{file}.csv")]
    for sentence in own:
        words = re.findall(r"[\w-]+", sentence.lower())
        runs = [" ".join(words[start : start + 7]) for start in range(len(words) - 6)]
        assert not [run for run in runs if run in printed]


def test_the_prevalence_agrees():
    source = shared_rows("prevalence/mental_health_workers.csv")
    source = [row for row in source if row["dataset"] == "mh_MBI_EE_high"] + [
        row for row in source if row["dataset"] == "mh_STS_criterion" or row["row_id"] == "M011"
    ]
    source += shared_rows("prevalence/other_health_workers.csv")[:2]
    studies = rows(BURNOUT, "extraction/studies.csv")
    for row, study, told in zip(
        rows(BURNOUT, "extraction/outcomes.csv"), studies, source, strict=True
    ):
        assert (row["events"], row["total"]) == (told["events"], told["n"])
        assert float(row["percent"]) == float(told["percent"])
        assert row["grim_ok"] == told["grim_ok"].lower()
        assert study["doi"] == told["doi"]
        assert study["authors"] == ("" if told["authors"].startswith("(") else told["authors"])
