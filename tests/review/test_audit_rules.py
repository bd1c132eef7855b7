"""Single rules of the audit: where each should speak, and habits of authors at which it should not."""

import pytest
from review_cases import write_folder

import reviewkit as rk
from reviewkit.review.agreement_checks import read_stage
from reviewkit.review.pool_scales import read_choice
from reviewkit.review.reference_checks import list_references
from reviewkit.review.reported import read_number

STUDIES = (
    "study,year,country,n\nAda 2019,2019,Peru,120\nBo 2020,2020,Chad,310\nCy 2021,2021,Fiji,99\n"
)
FULL = "box,n\nassessed,10\nreports_excluded,7\nnew_studies,3\n"
EE = "study,outcome,construct,instrument,cutoff,events,total,percent\n"


def audit(tmp_path, files):
    return rk.open_review(write_folder(tmp_path, files), broken="report").audit()


def rules(audit):
    return sorted({f.rule for f in (*audit.errors, *audit.warnings)})


def search(**keys):
    """Return a review.toml with a search."""
    listed = {"databases": '["PubMed", "Scopus"]', "last_searched": '"2024-03-01"', **keys}
    strings = listed.pop("strings", ())
    lines = ["[search]", *(f"{key} = {value}" for key, value in listed.items())]
    for database, text in strings:
        lines += ["[[search.strings]]", f'database = "{database}"', f"text = '{text}'"]
    return {"review.toml": "\n".join(lines) + "\n"}


BOTH = (
    ("PubMed", "burnout[tiab] AND therapist*[tiab]"),
    ("Scopus", "TITLE-ABS-KEY(burnout AND therapist*)"),
)

# Habits at which nothing is to be said.


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "reported/flow.csv": FULL,
                "reported/rows.csv": "table,study,reference,location,year,n,finding\n"
                "1,Ada et al. (5),5,Peru,2019,120,\n1,Bo et al. (6),6,Chad,2020,310,\n"
                "1,Cy et al. (7),7,Fiji,2021,99,\n2,Ada et al. (5),5,,,,EE in 30 %\n"
                "2,Bo et al. (6),6,,,,EE in 25 %\n2,Cy et al. (7),7,,,,EE in 22 %\n",
                "reported/claims.csv": "claim\nTable 1 shows the characteristics of the studies.\n"
                "Two of the three studies come from Africa (Table 1).\n"
                "Table 2 summarises the prevalence of burnout.\n",
                "reported/groups.csv": "grouping,group,n,percent,of\ncontinent,Africa,2,66.7,3\n"
                "continent,Oceania,1,33.3,3\n",
            },
            id="two tables of the same studies",
        ),
        pytest.param(
            {
                "extraction/studies.csv": STUDIES,
                "reported/themes.csv": "theme,code,reference\nWork,Hours,Ada 2019; Bo 2020\n"
                'Home,Sleep,"Cy 2021, Ada 2019"\n',
            },
            id="themes cite by name",
        ),
        pytest.param(
            {
                "reported/rows.csv": "study,reference\nAda,10\nBo,11\nCy,12\nDi,15\n",
                "reported/themes.csv": "theme,code,reference\nWork,Hours,[10–12]\nHome,Sleep,15\n",
            },
            id="themes cite a range",
        ),
        pytest.param(
            {
                "reported/agreement.csv": "stage,coefficient,value,percent,n,ci_low,ci_high\n"
                "Title/abstract,Cohen's kappa,.78,95,1000,.71,.85\n"
                "full-text,Cohen's kappa,0.85,93.3%,60,0.72,0.98\n"
            },
            id="agreement without a zero, stages in words",
        ),
        pytest.param(
            {
                "extraction/outcomes.csv": EE
                + "A,EE,Emotional exhaustion (high),MBI-HSS,≥27,30,100,30.0\n"
                "B,EE,High emotional exhaustion,Maslach Burnout Inventory,EE ≥ 27,20,90,22.2\n"
                "C,EE,EE high,MBI,score of 27 or more,20,85,23.5\nD,EE,high EE,MBI,> 26,2,9,22.2\n"
            },
            id="one cut-off in four ways",
        ),
        pytest.param(
            search(
                databases='["PubMed/MEDLINE", "PsycINFO", "Web of Science Core Collection"]',
                registers='["ICTRP"]',
                keywords='["burnout", "therapists", "mental health professionals"]',
                strings=(
                    ("PubMed", 'burnout[tiab] AND (therapist*[tiab] OR "mental health professionals"[tiab])'),
                    ("APA PsycInfo", 'TI (burnout) AND AB (therapist* OR "mental health professional*")'),
                    ("Web of Science", "TS=(burnout AND therapist*)"),
                ),
            ),
            id="databases by other names, PsycINFO on EBSCOhost",
        ),
        pytest.param(search(last_searched='""'), id="databases and no more"),
        pytest.param(search(strings=(("", "burnout AND therapist*"),)), id="one string for all"),
        pytest.param(
            {
                **search(window='"from inception to 2022"'),
                "extraction/studies.csv": "study,year\nA,1955\nB,2022\n",
            },
            id="a window without a start",
        ),
        pytest.param(
            {
                **search(last_searched='"2022-12-30"'),
                "extraction/studies.csv": "study,year\nA,1955\nB,2023\n",
            },
            id="online before its issue",
        ),
        pytest.param(
            {
                "reported/flow.csv": "box,n\nprevious_studies,1\ndatabases,50\nduplicates_removed,5\n"
                "screened,45\nexcluded,40\nassessed,5\nreports_excluded,3\nnew_studies,2\ntotal_studies,3\n",
                "extraction/studies.csv": STUDIES,
            },
            id="an update lists old and new studies",
        ),
        pytest.param(
            {"reported/groups.csv": "grouping,group,n,percent\nc,a,4,30.8\nc,b,9,69.2\n"},
            id="groups without a whole",
        ),
        pytest.param(
            {"reported/percentages.csv": "id,set,percent,kind,n,events\nP,s,12.5,point,1 200,150\n"
             'Q,t,"12,5 %",point,n = 40,5\n'},
            id="sample sizes as papers write them",
        ),
        pytest.param(
            {"reported/groups.csv": "group,n,percent,of\na,3,23.0,13\nb,10,77.0,13\n",
             "reported/percentages.csv": "id,set,percent,kind,n,events\nP,s,33.0,point,3,1\n"
             "Q,s,67.0,point,3,2\nR,t,23.0,point,13,3\n"},
            id="a zero behind every point",
        ),
        pytest.param(
            {"extraction/studies.csv": "study,title\nA,Peer review and burnout of editors\n"
             "B,Burnout of editorial staff\nC,Metacognition and burnout\n"},
            id="titles that name a review and are none",
        ),
        pytest.param(
            {"extraction/outcomes.csv": "study,events,total,percent\nA,3,9,.33\nB,5,10,.50\nC,8,11,.73\n"},
            id="shares under percent",
        ),
        pytest.param(
            {"extraction/outcomes.csv": EE.replace("percent", "weight") + "A,EE,EE,MBI,,1,9,33.3\n"
             "B,EE,EE,MBI,,2,9,33.3\nC,EE,EE,MBI,,3,9,33.3\n"},
            id="weights that sum after rounding",
        ),
    ],
)  # fmt: skip
def test_a_habit_is_no_fault(tmp_path, files):
    found = audit(tmp_path, files)
    assert not [str(finding) for finding in (*found.errors, *found.warnings)]


# What each rule finds.


@pytest.mark.parametrize(
    ("files", "rule", "words"),
    [
        (search(strings=BOTH, keywords='["burnout", "moral injury"]'), "search.keyword_unused",
         "moral injury"),
        (search(strings=BOTH[:1]), "search.database_without_string", "Scopus"),
        (search(strings=(*BOTH, ("LILACS", "burnout AND x"))), "search.unknown_database", "LILACS"),
        (search(strings=BOTH, window='"2000-2025"'), "search.dates", "ends in 2025"),
        ({"reported/groups.csv": "group,n,percent,of\na,,40,\nb,,45,\n"}, "groups.percent_sum", "85 %"),
        ({"reported/groups.csv": "group,n,percent\na,4,30.8\nb,9,60.2\n"}, "groups.percent",
         "no number of studies"),
        ({"reported/groups.csv": "grouping,group,n,of\ncountry,Peru,2,3\ncountry,Chad,0,3\n"
          "country,Fiji,1,3\n", "extraction/studies.csv": STUDIES}, "groups.studies", "holds 1"),
        ({"extraction/studies.csv": STUDIES, "extraction/outcomes.csv": EE + "Bo 2021,ee,EE,MBI,27,1,9,\n"},
         "outcomes.stranger", "Is it Bo 2020?"),
        ({"extraction/studies.csv": STUDIES, "reported/rows.csv": "study,n\nAda 2019,102\nBo 2020,310\n"},
         "studies.differ", "102 in the table, 120"),
        ({"extraction/studies.csv": STUDIES, "coding/segments.csv": "study,code\nAda 2019,a\nDi 2020,a\n"},
         "themes.stranger", "Di 2020 is coded"),
        ({"extraction/studies.csv": "study,year\nMüller 2019,2019\nMueller 2019,2019\n"}, "studies.one_name",
         "two spellings"),
        ({"extraction/studies.csv": "study,doi\nA,10.1/x\nB,https://doi.org/10.1/X\n"}, "studies.one_study", "doi"),
        ({"reported/agreement.csv": "coefficient,value,ci_low,ci_high\nkappa,0.81,0.85,0.95\n"},
         "agreement.order", "outside its interval"),
        ({"reported/agreement.csv": "coefficient,value,n\npercent agreement,95%,21\n"},
         None, ""),
        ({"reported/agreement.csv": "coefficient,value,n\npercent agreement,93%,21\n"},
         "agreement.share", "95.24 %"),
        ({"reported/agreement.csv": "coefficient,value,label\nkappa,0.55,Substantial\n"}, "scale.label",
         "moderate on landis-koch"),
        ({"reported/agreement.csv": "coefficient,value,label\nkappa,0.55,good\nkappa,0.6,Good agreement\n"},
         "scale.label", "0.55 is called good"),
        ({"extraction/outcomes.csv": EE + "A,b,burnout,ProQOL 5,42,1,9,\nB,b,burnout,ProQOL 5 (T scores),,2,9,\n"},
         "constructs.scoring", "raw (A), T score (B)"),
        ({"extraction/outcomes.csv": EE + "A,b,EE,MBI,27,10,90,\nB,b,EE,MBI,27,20,80,\nC,b,EE,MBI,27,50,99,\n",
          "reported/pools.csv": "outcome,estimate,ci_low,ci_high,i2,transform\n"
          "b,26.3%,2.6%,82.9%,41%,logit\n"}, "pools.i2", "not 41%"),
        ({"extraction/outcomes.csv": EE + "A,s,secondary traumatic stress,MBI-HSS,,1,9,\n"},
         "constructs.measured", "Maslach Burnout Inventory"),
        ({"extraction/outcomes.csv": EE.replace("percent", "weight") + "A,e,EE,MBI,,1,9,40\nB,e,EE,MBI,,2,9,66\n"},
         "pools.weights", "sum to 106 %"),
        ({"extraction/outcomes.csv": EE.replace("percent", "weight") + "A,e,EE,MBI,,1,9,140\n"},
         "pools.weights", "between 0 and 100"),
        ({"reported/percentages.csv": "id,percent,kind\nP,<5,point\n"}, "percentages.words", "<5 % is a bound"),
        ({"review.toml": '[constructs]\na = "compassion fatigue and burnout are used interchangeably"\n'},
         "constructs.synonym", "used as one"),
        ({"review.toml": '[constructs]\na = "burnout is not the same as compassion fatigue"\n'}, None, ""),
        ({"screening/decisions.csv": "record,rater,stage,verdict\n" + "".join(
            f"r{i},{who},full_text,{verdict}\n" for i in range(20) for who, verdict in
            (("A", "include" if i < 10 else "exclude"), ("B", "include" if i < 9 else "exclude"))),
          "reported/agreement.csv": "stage,coefficient,value,n\nFull text,kappa,0.8,22\n"},
         "agreement.recomputed", "give a kappa of 0.90, not 0.8"),
        ({"screening/decisions.csv": "record,rater,stage,verdict\nr1,A,full_text,include\nr2,A,full_text,exclude\n",
          "reported/flow.csv": "box,n\nassessed,1\nnew_studies,1\n"}, "flow.decisions", "2 full texts"),
    ],
)  # fmt: skip
def test_a_contradiction_is_found(tmp_path, files, rule, words):
    found = audit(tmp_path, files)
    if rule is None:
        assert rules(found) == []
    else:
        said = [f.message for f in (*found.errors, *found.warnings) if f.rule == rule]
        assert any(words in message for message in said), rules(found)


def test_a_study_that_alone_is_not_coded_was_forgotten(tmp_path):
    studies = "study\n" + "".join(f"S{i}\n" for i in range(8))
    coded = "study,code\n" + "".join(f"S{i},a\n" for i in range(7))
    files = {"extraction/studies.csv": studies, "coding/segments.csv": coded}
    found = audit(tmp_path / "most", files)
    assert rules(found) == ["studies.unused"]
    few = audit(tmp_path / "few", {**files, "coding/segments.csv": "study,code\nS1,a\nS2,a\n"})
    assert rules(few) == []
    assert "studies.unused" in {f.rule for f in few.notes}


def test_one_size_among_many_studies_may_be_chance(tmp_path):
    head = "study,country,year,n,instrument\n"
    few = head + "A,Peru,2019,120,MBI\nB,Peru,2019,120,MBI\nC,Chad,2018,90,MBI\n"
    assert rules(audit(tmp_path / "few", {"extraction/studies.csv": few})) == ["studies.one_sample"]
    many = head + "".join(f"S{i},Peru,2019,{120 + i // 2},MBI\n" for i in range(60))
    assert rules(audit(tmp_path / "many", {"extraction/studies.csv": many})) == []


# Readers of cells.


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("tau2", "DerSimonian–Laird", {"DL"}),
        ("tau2", "restricted maximum-likelihood", {"REML"}),
        ("tau2", "maximum likelihood", {"ML"}),
        ("tau2", "0.38", set()),
        ("ci", "Hartung-Knapp-Sidik-Jonkman", {"HK", "HK-adhoc"}),
        ("ci", "modified Knapp–Hartung", {"HK-adhoc"}),
        ("ci", "Wald-type", {"z"}),
        ("ci", "95 %", set()),
        ("transform", "double arcsine", {"freeman-tukey"}),
        ("transform", "arcsine", {"arcsine", "freeman-tukey"}),
        ("transform", "PLOGIT", {"logit"}),
        ("transform", "log", {"log"}),
        ("model", "random-effects", {"random"}),
        ("model", "generalised linear mixed model (random intercept)", {"glmm"}),
        ("model", "fixed effect", {"common"}),
        ("model", "", set()),
    ],
)
def test_words_for_a_recipe(kind, text, meant):
    assert read_choice(kind, text) == meant


@pytest.mark.parametrize(
    ("text", "refs"),
    [("12", ["12"]), ("[3-5, 9]", ["3", "4", "5", "9"]), ("Ada (16)", ["16"]), ("Ada 2019", []),
     ("", []), ("7; 7", ["7"]), ("9-3", ["9", "3"])],
)  # fmt: skip
def test_references_in_a_cell(text, refs):
    assert list_references(text) == refs


@pytest.mark.parametrize(
    ("text", "stage"),
    [("Titles and abstracts", "title_abstract"), ("Full-text", "full_text"), ("coding ", "coding")],
)
def test_stages_in_words(text, stage):
    assert read_stage(text) == stage


@pytest.mark.parametrize(
    ("text", "value"), [("0,210", 0.21), ("1,210", 1210), ("12,210", 12210), ("-0,210", -0.21)]
)
def test_a_comma_behind_a_lone_zero_is_a_decimal_comma(text, value):
    assert read_number(text) == value
