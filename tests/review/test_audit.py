"""The audit: every machine-checkable fault of the seed review, and each rule on planted faults."""

import pandas as pd
import pytest
from review_cases import FLOW, OUTCOMES, WHOLE, write_folder

import reviewkit as rk
from reviewkit.review.bundled import example
from reviewkit.review.checks import RULES
from reviewkit.review.printed_tables import find_tables, read_count


@pytest.fixture(scope="module")
def seed():
    return rk.open_review(example("psychotherapist-injuries")).audit()


def audit(tmp_path, files):
    return rk.open_review(write_folder(tmp_path, files), broken="report").audit()


def said(findings, rule):
    return [f.message for f in findings if f.rule == rule]


# Columns of a table of studies.
ROWS = "table,row,study,reference,title,location,year,n,instrument,finding\n"


# Against the audit of the seed review made by hand; its letters stand beside each line.


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("flow.not_reported", ["Databases: not reported"]),  # A2
        ("flow.not_reported", ["Duplicate records removed: not reported"]),  # A2
        ("flow.not_reported", ["one number, not one for each reason"]),  # A2
        ("groups.sum", ["3 + 4 + 3 = 10, not 13"]),  # B1
        (
            "groups.tables",
            ["counts 3 studies", "Table 2 holds 4 rows", "4 of 13 is 31 %"],
        ),  # B2, B3
        ("groups.tables", ["counts 4 studies", "Table 3 holds 3 rows and Table 4 holds 3"]),  # B2
        ("groups.sum", ["3 are in no group; their percentages sum to 77 %"]),  # B3
        ("studies.one_study", ["Table 3, row 3", "Table 5, row 1", "12 European Countries"]),  # B4
        ("studies.one_reference", ["Table 4, row 3", "reference 16", "Poland"]),  # B5
        ("studies.label", ["2 names: Van Hoy et al.; Van Hoy and Rzeszutek"]),  # B5
        ("studies.count", ["13 studies are included", "11 references (10, 11, 12"]),  # B6
        ("studies.one_sample", ["Table 3, row 2", "Table 4, row 1", "n 1,214"]),  # B7
        ("claims.table", ["Table 1 is named for studies", "scale of agreement"]),  # C1
        ("claims.subject", ["Table 5", "'self-disclosure'", "Table 4, row 1"]),  # C2
        ("claims.table", ["Table 6 is named for studies", "themes"]),  # C3
        ("claims.rows", ["'personality'", "Table 4, row 3"]),  # C4
        ("claims.rows", ["'self-compassion'", "Table 3, row 1", "Table 3, row 2"]),  # C4
        ("scale.description", ["'Fair'", "'Moderate agreement'"]),  # D1
        ("scale.gap", ["(0.20, 0.21)", "(0.40, 0.41)", "(0.60, 0.61)", "(0.80, 0.81)"]),  # D2
        ("scale.rounding", ["0.805 to 0.815", "Substantial or Very High"]),  # D3
        (
            "agreement.possible",
            ["21 full texts", "exactly 2 disagreements", "3 cross-tables"],
        ),  # D7
        ("agreement.possible", ["243 titles", "7 or 8 disagreements", "21 cross-tables"]),  # D7
        ("agreement.possible", ["321 records", "4 or 5 disagreements", "11 cross-tables"]),  # D7
        ("studies.window", ["4 of 13 rows print no year", "Knox"]),  # E3
        ("studies.unused", ["Schaffler et al. (14)"]),  # F1
        ("studies.terms", ["self-help", "self-compassion"]),  # G6
        ("studies.instrument", ["Table 2, row 2", "in 10 rows"]),  # G6
        ("percentages.set", ["Meldrum", "168, 188, 208, 228, 239"]),  # I
        ("percentages.set", ["Oklahoma City", "34, 68, 102"]),  # I
        ("percentages.set", ["Northridge", "38, 43"]),  # I
        ("percentages.set", ["rural", "112, 145, 187"]),  # I
        ("percentages.set", ["another study", "62, 79, 96"]),  # I
    ],
)
def test_a_fault_that_a_reader_found_is_found(seed, rule, words):
    assert any(all(word in message for word in words) for message in said(seed.findings, rule))


def test_a_consistent_flow_is_called_consistent(seed):
    assert not [f for f in seed.findings if f.rule.startswith("flow") and f.severity != "note"]
    assert not seed.errors, "nothing in it is impossible"


def test_reviews_counted_as_studies(seed):
    where = [f.where for f in seed.warnings if f.rule == "studies.secondary"]
    assert len(where) == 2
    assert "Simionato" in where[0]
    assert "Knox" in where[1]


def test_the_example_of_prevalence_shows_its_dirt():
    found = rk.open_review(example("burnout-prevalence")).audit()
    assert len(said(found.findings, "outcomes.grim")) == 3
    assert len(said(found.findings, "outcomes.shared_sample")) >= 3
    assert said(found.findings, "constructs.version")
    assert not found.errors


# Laws.


def test_a_clean_review_has_no_error_and_no_warning(tmp_path):
    found = audit(tmp_path, WHOLE)
    assert found.is_clean
    assert {row.rule for row in found.checked} == set(RULES)


def test_what_was_checked_and_fine_is_named(seed):
    states = {row.rule: row.state for row in seed.checked}
    assert states["files"] == "fine"
    assert states["groups"] == "found"
    assert states["outcomes"] == "not checked"
    assert "A study enters each pool once. (needs outcomes)" in seed.summary()
    assert len(seed.checked_frame()) == len(RULES)


def test_findings_are_those_of_the_review_the_gravest_first(seed):
    review = rk.open_review(example("psychotherapist-injuries"))
    assert review.findings == seed.findings
    assert len(seed.to_frame()) == len(seed.errors) + len(seed.warnings) + len(seed.notes)


def test_it_is_written_as_csv_and_as_a_page(tmp_path, seed):
    table = seed.save(tmp_path / "audit.csv")
    assert len(pd.read_csv(table)) == len(seed.findings)
    page = seed.save(tmp_path / "audit.html").read_text(encoding="utf-8")
    assert page == seed.save(tmp_path / "again.html").read_text(encoding="utf-8")
    assert "Contradictions and doubts" in page
    assert "Every rule" in page


def test_a_broken_folder_gets_a_list_and_the_rest_is_audited(tmp_path):
    files = {
        **WHOLE,
        "extraction/studies.csv": b"\x89PNG",
        "reported/groups.csv": "group,n,of\na,1,3\nb,1,3\n",
    }
    found = audit(tmp_path, files)
    assert "extraction/studies.csv" in {f.where for f in found.errors}
    assert said(found.findings, "groups.sum")
    with pytest.raises(rk.InputError, match="must be readable"):
        rk.open_review(tmp_path)


# Planted faults.


def test_a_study_in_two_tables_is_one_study(tmp_path):
    rows = ROWS + (
        "2,1,Ada 2019,1,Night shifts,Peru,2019,120,MBI,\n"
        "3,1,Ada 2019,1,Night shifts,Peru,2019,120,MBI,\n"
        "2,2,Bo 2020,2,Day shifts,Chad,2020,300,MBI,\n"
    )
    found = audit(
        tmp_path, {"reported/rows.csv": rows, "reported/flow.csv": "box,n\nnew_studies,2\n"}
    )
    assert found.is_clean


def test_more_studies_than_rows(tmp_path):
    rows = ROWS + "2,1,Ada,1,A,Peru,2019,120,MBI,\n"
    found = audit(
        tmp_path, {"reported/rows.csv": rows, "reported/flow.csv": "box,n\nnew_studies,5\n"}
    )
    assert (
        "5 studies are included, but the tables hold 1 row"
        in said(found.findings, "studies.count")[0]
    )


@pytest.mark.parametrize(
    ("window", "year", "wrong"),
    [
        ("2010-2020", 2009, True),
        ("2010-2020", 2010, False),
        ("2010 to 2020", 2021, True),
        ("since 2015", 2014, True),
        ("since 2015", 2019, False),
        ("last ten years", 2014, True),
        ("last 10 years", 2015, False),
        ("no limits", 1950, False),
    ],
)
def test_a_study_outside_the_window(tmp_path, window, year, wrong):
    toml = f'[search]\nwindow = "{window}"\nlast_searched = "2025-03-01"\n'
    studies = f"study,year\nAda,{year}\n"
    found = audit(tmp_path, {"review.toml": toml, "extraction/studies.csv": studies})
    assert bool(said(found.warnings, "studies.window")) is wrong


def test_a_theme_that_cites_no_study(tmp_path):
    rows = ROWS + "2,1,Ada,1,A,Peru,2019,120,MBI,\n"
    themes = "theme,code,reference\nmind,stress,1; 9\n"
    found = audit(tmp_path, {"reported/rows.csv": rows, "reported/themes.csv": themes})
    assert "Reference 9" in said(found.warnings, "themes.stranger")[0]


def test_one_study_twice_in_a_pool(tmp_path):
    outcomes = OUTCOMES + "Ada 2019,ee,exhaustion,MBI,27,10,40,25,article\n"
    schema = "extraction/outcomes.csv"
    found = audit(tmp_path, {schema: outcomes.replace("Ada 2019,sts", "Di 2022,sts")})
    dependent = said(found.findings, "outcomes.dependent")
    unreadable = said(found.findings, "folder.unreadable")
    assert dependent or any("same study" in text for text in unreadable)


@pytest.mark.parametrize(
    ("rows", "rule", "words"),
    [
        # A printed case: kappa of titles and abstracts, where Po and Pe give another.
        ("t,Po,71.91%\nt,Pe,55.31%\nt,kappa,0.4367\n", "agreement.identity", "0.3714"),
        ("t,Po,92.86%\nt,Pe,56.38%\nt,kappa,0.8363\n", None, ""),
        ("t,percent agreement,80%\nt,kappa,0.85\n", "agreement.bound", "at most"),
        ("t,percent agreement,95%\nt,kappa,0.85\n", None, ""),
    ],
)
def test_kappa_against_raw_and_chance_agreement(tmp_path, rows, rule, words):
    found = audit(tmp_path, {"reported/agreement.csv": "stage,coefficient,value\n" + rows})
    if rule is None:
        assert not found.errors
    else:
        assert words in said(found.errors, rule)[0]


def test_kappa_that_needs_another_raw_agreement(tmp_path):
    text = "stage,coefficient,value,percent,n,included\nfull_text,cohen_kappa,0.81,95.2,21,13\n"
    found = audit(tmp_path, {"reported/agreement.csv": text})
    assert "raw agreement of 90.5 %, not 95.2" in said(found.errors, "agreement.disagree")[0]
    fine = text.replace("95.2", "90.5")
    assert not audit(tmp_path, {"reported/agreement.csv": fine}).errors


def test_a_kappa_that_is_printed_in_per_cent(tmp_path):
    text = "coefficient,value,percent\nkappa,0.81,81%\n"
    found = audit(tmp_path, {"reported/agreement.csv": text})
    assert said(found.warnings, "agreement.percent")


@pytest.fixture(scope="module")
def outcomes():
    folder = example("burnout-prevalence") / "extraction"
    return (folder / "outcomes.csv").read_text(encoding="utf-8")


class TestPools:
    HEAD = "outcome,estimate,ci_low,ci_high,i2,q,k,n,transform,tau2,ci\n"

    def check(self, tmp_path, row, **files):
        return audit(tmp_path, {"reported/pools.csv": self.HEAD + row, **files})

    @pytest.mark.parametrize(
        ("row", "rule"),
        [
            ("ee,40.9%,45.0%,59.4%,,,,,logit,REML,HK\n", "pools.order"),
            ("ee,40.9%,24.7%,30.4%,,,,,logit,REML,HK\n", "pools.order"),
            ("ee,140.9%,24.7%,159.4%,,,,,logit,REML,HK\n", "pools.range"),
            ("ee,40.9%,24.7%,59.4%,140,,11,,logit,REML,HK\n", "pools.i2"),
        ],
    )
    def test_what_no_pool_can_give(self, tmp_path, row, rule):
        assert said(self.check(tmp_path, row).errors, rule)

    @pytest.mark.parametrize(
        ("row", "rule"),
        [
            ("ee,40.9%,24.7%,59.4%,50,1298,11,,logit,REML,HK\n", "pools.i2"),
            ("ee,20.0%,10.0%,30.0%,,,,,logit,REML,HK\n", "pools.symmetry"),
            ("ee,20.0%,18.0%,60.0%,,,,,raw,REML,HK\n", "pools.symmetry"),
        ],
    )
    def test_what_needs_an_explanation(self, tmp_path, row, rule):
        assert said(self.check(tmp_path, row).warnings, rule)

    def test_a_sound_pool_is_fine(self, tmp_path):
        row = "ee,40.9%,24.7%,59.4%,99.2,1298.7,11,,logit,REML,HK\n"
        assert self.check(tmp_path, row).is_clean

    def held_against(self, tmp_path, outcomes, row):
        return self.check(tmp_path, row, **{"extraction/outcomes.csv": outcomes})

    def test_the_recipe_that_is_stated_gives_it(self, tmp_path, outcomes):
        row = "ee,40.89%,24.66%,59.39%,,,11,8426,logit,REML,HK\n"
        found = self.held_against(tmp_path, outcomes, row).findings
        assert not [f for f in found if f.rule.startswith("pools.")]

    def test_another_recipe_gives_it(self, tmp_path, outcomes):
        row = "ee,40.89%,24.66%,59.39%,,,11,8426,Freeman-Tukey,REML,HK\n"
        found = self.held_against(tmp_path, outcomes, row).warnings
        assert said(found, "pools.recipe") or said(found, "pools.symmetry")

    def test_exchanged_digits_are_named(self, tmp_path, outcomes):
        row = "ee,40.89%,26.46%,59.39%,,,11,8426,,,\n"
        (error,) = said(self.held_against(tmp_path, outcomes, row).errors, "pools.estimate")
        assert "24.66% for 26.46% a recipe fits" in error

    def test_a_study_too_many_is_seen(self, tmp_path, outcomes):
        row = "ee,40.89%,24.66%,59.39%,,,12,8426,logit,REML,HK\n"
        found = self.held_against(tmp_path, outcomes, row).warnings
        assert said(found, "pools.count") == [
            "12 studies are reported, 11 are in extraction/outcomes."
        ]

    def test_a_recipe_that_is_not_told_is_a_note(self, tmp_path):
        found = self.check(tmp_path, "ee,40.9%,24.7%,59.4%,,,,,,,\n")
        assert found.is_clean
        assert (
            "transformation, estimator of τ², kind of interval"
            in said(found.notes, "pools.recipe")[0]
        )


def test_terms_that_a_definition_uses_as_one(tmp_path):
    toml = '[constructs]\nCF = "Compassion fatigue, also known as secondary traumatic stress"\n'
    found = audit(tmp_path, {"review.toml": toml, "reported/flow.csv": FLOW})
    assert said(found.warnings, "constructs.synonym")


@pytest.mark.parametrize(
    ("text", "tables"),
    [("Table 2", ["2"]), ("Tables 2 – 4", ["2", "3", "4"]), ("tables 1, 2", ["1", "2"]), ("", [])],
)
def test_tables_are_found_in_words(text, tables):
    assert find_tables(text) == tables


@pytest.mark.parametrize(
    ("claim", "n"),
    [
        ("Among these 13 articles, 3 focused on burnout.", 3),
        ("In 4 other studies, styles were examined.", 4),
        ("The remaining three articles addressed shame.", 3),
        ("Table 2 reports studies of burnout.", None),
    ],
)
def test_counts_are_found_in_words(claim, n):
    assert read_count(claim) == n


def test_an_ending_that_is_not_known(seed, tmp_path):
    with pytest.raises(rk.InputError, match=r"must end in \.csv or \.html"):
        seed.save(tmp_path / "audit.docx")


def test_a_way_with_broken_files_that_is_not_known():
    with pytest.raises(rk.InputError, match="`broken` must be one of"):
        rk.open_review(example("burnout-prevalence"), broken="ignore")
