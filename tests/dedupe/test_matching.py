"""Which records are merged, which are left to a person, and which never meet."""

import re

import numpy as np
import pandas as pd
import pytest
from duplicate_cases import BARE, PAPER, judge, make_frame, vary
from hypothesis import given, settings
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit.dedupe.matching import find_duplicates

# ruff: noqa: RUF001 -- titles come in all scripts

T = PAPER["title"]
MAIN = "Secondary traumatic stress among hospital social workers"

SAME = {
    "capitals": vary(title=T.upper()),
    "final stop": vary(title=T + "."),
    "markup": vary(title=T.replace("stress", "<i>stress</i>").replace("among", "&#97;mong")),
    "dashes": vary(BARE, title=T.replace("-", "‐"), pages="512–523"),
    "short pages": vary(BARE, pages="512-23"),
    "letters before pages": vary(BARE, pages="S512-S523"),
    "abbreviated journal": vary(BARE, journal="J Trauma Stress"),
    "journal in capitals": vary(BARE, journal="JOURNAL OF TRAUMATIC STRESS"),
    "initials": vary(BARE, authors="Lee, K.; Okoro, A. B.; van den Berg, J."),
    "run-on initials": vary(BARE, authors="Lee, K; Okoro, AB; Berg, J van den"),
    "authors cut": vary(BARE, authors="Lee, K.; et al."),
    "author misspelt": vary(BARE, authors="Lee, K.; Okoroo, A. B.; van den Berg, J."),
    "names swapped": vary(BARE, authors="Kim, Lee; Ada, Okoro; Jan, van den Berg"),
    "no authors": vary(BARE, authors=None),
    "authors of a group added": vary(
        BARE, authors=PAPER["authors"] + "; Hospital Stress Study Group"
    ),
    "year of the web": vary(BARE, year=2018),
    "year as text": vary(BARE, year="2019//"),
    "no year": vary(BARE, year=None),
    "no volume": vary(BARE, volume=None, issue=None),
    "no pages": vary(BARE, pages=None),
    "in press": vary(BARE, volume=None, issue=None, pages=None, year=2018),
    "article number": vary(BARE, pages="e512"),
    "pages of the article": vary(BARE, pages="1-12"),
    "issue and volume swapped": vary(BARE, volume="4", issue="32"),
    "subtitle missing": vary(BARE, title=MAIN),
    "title cut": vary(BARE, title=T[:60]),
    "one letter": vary(BARE, title=T.replace("hospital", "hosptial")),
    "letter over a blank": vary(BARE, title=T.replace("social workers", "socialw orkers")),
    "British": vary(BARE, title=T.replace("hospital", "organisational")) | {"first": 1},
    "review in brackets": vary(BARE, title=T + " [Review]"),
    "language in brackets": vary(BARE, title=f"[{T}] [German]"),
    "retracted": vary(BARE, title=f"RETRACTED: {T}"),
    "DOI as address": vary(pmid=None, doi="https://doi.org/10.1002/JTS.22417"),
    "DOI with a stop": vary(pmid=None, doi="doi:10.1002/jts.22417."),
    "DOI doubled": vary(pmid=None, doi="10.1002/jts.2241710.1002/jts.22417"),
    "DOI in the address": vary(pmid=None, doi=None, url="http://dx.doi.org/10.1002/jts.22417"),
    "second DOI of a library": vary(pmid=None, doi="10.2307/123456"),
    "same DOI, pages differ": vary(pages="1-12", volume=None),
    "same DOI, other year": vary(year=2021),
    "same PMID, translated": vary(
        doi=None, title="Sekundäre traumatische Belastung im Krankenhaus"
    ),
    "same DOI, no title": vary(title=""),
}

NEVER_SURE = {
    "erratum": vary(BARE, title=f"Erratum to: {T}", pages="600", issue="5"),
    "erratum in brackets": vary(BARE, title=f"{T} (Erratum)", pages="600"),
    "erratum, as one database writes it": vary(BARE, title=f"{T} (vol 32, pg 512, 2019)", pages="600"),
    "erratum in Persian": vary(BARE, title=f"اصلاحیه: {T}", pages="600"),
    "corrigendum, one DOI": vary(title=f"Corrigendum: {T}"),
    "author correction": vary(BARE, title=f"Author Correction: {T}"),
    "reply": vary(BARE, title=f"Reply to: {T}", pages="530"),
    "re": vary(BARE, title=f"Re: {T}", pages="530", authors="Roe, J."),
    "comment": vary(BARE, title=f"Comment on: {T}", pages="530"),
    "comment in quotation marks": vary(BARE, title=f"Comment on “{T}”", pages="530"),
    "comment in brackets": vary(BARE, title=f"{T} (Comment)", pages="530"),
    "retraction notice": vary(BARE, title=f"Retraction notice to: {T}"),
    "retraction": vary(BARE, title=f"Retraction: {T}", year=2021, volume="34", pages="1"),
    "expression of concern": vary(BARE, title=f"Expression of concern: {T}"),
    "protocol": vary(BARE, title=f"{MAIN}: study protocol for a cohort", year=2017, pages="5-9", volume="30"),
    "protocol for": vary(BARE, title=f"Protocol for a review: {T}", year=2017),
    "part II": vary(BARE, title=f"{T}, part II", pages="524-530"),
    "part 2 without pages": vary(BARE, title=f"{T}. Part 2", pages=None),
    "preprint": vary(doi="10.1101/2018.01.02.12345678", journal="medRxiv", volume=None, issue=None, pages=None,
                     year=2018, pmid=None),
    "preprint without DOI": vary(BARE, journal="PsyArXiv", volume=None, issue=None, pages=None, kind="Preprint"),
    "meeting abstract": vary(BARE, journal="European Psychiatry", volume="41", pages="S101", year=2018,
                             kind="Conference Abstract"),
    "meeting abstract by its journal": vary(BARE, journal="Journal of Traumatic Stress. Conference: 12th Annual Meeting",
                                            volume="31", pages="S26", year=2018),
    "meeting abstract in the same volume": vary(BARE, pages="S26", kind="Conference Abstract"),
    "from a conference, another page": vary(BARE, pages="S26", kind="conference"),
    "page of a supplement": vary(BARE, pages="S26", issue="Suppl 1"),
    "meeting abstract without pages": vary(BARE, pages=None, kind="Conference Abstract"),
    "meeting abstract without kind": vary(BARE, journal="European Psychiatry", volume="41", pages="101-102", year=2018),
    "thesis": vary(BARE, journal=None, volume=None, issue=None, pages=None, kind="Thesis", year=2018),
    "registration": vary(BARE, journal="https://clinicaltrials.gov/show/NCT01234567", volume=None, issue=None,
                         pages=None, kind="Trial registry record"),
    "other DOI": vary(doi="10.1016/j.x.2019.01.001", pmid=None),
    "DOI longer by a letter": vary(doi="10.1002/jts.22417b", pmid=None),
    "other PMID": vary(pmid="31357299", doi=None),
    "book review": vary(BARE, title=f"Book review: {T}"),
    "other authors": vary(BARE, authors="Roe, J.; Doe, S."),
    "an update": vary(BARE, title=f"{T}: an update", year=2023, volume="36", pages="9-19"),
    "other journal": vary(BARE, journal="Social Work", volume="50", pages="9-19"),
    "five years on": vary(BARE, year=2024, volume="37", pages="9-19"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_a_duplicate_is_sure(name):
    first = (
        vary(BARE, title=T.replace("hospital", "organizational")) if "first" in SAME[name] else None
    )
    first = first or (PAPER if {"doi", "pmid"} & SAME[name].keys() or "url" in SAME[name] else BARE)
    other = vary(SAME[name], first=None)
    assert judge(first, other) == "sure"


@pytest.mark.parametrize("name", NEVER_SURE)
def test_never_merged_for_sure(name):
    other = NEVER_SURE[name]
    first = PAPER if {"doi", "pmid"} & other.keys() else BARE
    assert judge(other, first) != "sure"
    # With a third record that fits both, they still do not meet.
    third = vary(BARE, pages=None, issue=None)
    labels = find_duplicates(make_frame(first, other, third)).clusters["cluster"].tolist()
    assert labels[0] != labels[1]


@pytest.mark.parametrize("name", ["erratum", "reply", "protocol", "preprint", "meeting abstract",
                                  "meeting abstract by its journal", "thesis",
                                  "retraction"])  # fmt: skip
def test_what_belongs_together_is_told_and_counted_apart(name):
    other = NEVER_SURE[name]
    found = find_duplicates(make_frame(PAPER if "doi" in other else BARE, other))
    assert found.n_removed == 0
    assert found.versions[["left", "right"]].to_numpy().tolist() == [["r0", "r1"]]
    assert len(found.versions["reason"][0]) > 20


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("10.1002/14651858.CD001.pub2", "10.1002/14651858.CD001.pub3", "linked"),
        ("10.1002/14651858.CD001", "10.1002/14651858.CD001.pub2", "linked"),
        ("10.12688/f1000research.123.1", "10.12688/f1000research.123.2", "linked"),
        ("10.21203/rs.3.rs-1/v1", "10.21203/rs.3.rs-1/v2", "linked"),
        ("10.1037//0003-066X.55.1.5", "10.1037/0003-066x.55.1.5", "sure"),
        ("10.1016/S0140-6736(00)02352-7", "10.1016/s0140-6736(00)02352-7", "sure"),
        ("10.1002/(SICI)1097(199)1:1&lt;1::AID-X&gt;3.0.CO;2-Y", "10.1002/(sici)1097(199)1:1<1::aid-x>3.0.co;2-y", "sure"),
        ("10.1007/s1-2-3/full", "10.1007/s1-2-3", "sure"),
        ("10.1002/central/CN-001", "10.1007/s1-2-3", "sure"),
    ],
)  # fmt: skip
def test_which_dois_are_of_one_work(left, right, expected):
    records = [vary(doi=doi, pmid=None, pages=None, issue=None) for doi in (left, right)]
    assert judge(*records) == expected


def test_one_doi_for_a_whole_supplement():
    titles = "Sleep in paramedics after night work", "Burnout in midwives and how they cope"
    one, two = (
        vary(title=title, pmid=None, pages=f"S{12 + at}-S{13 + at}")
        for at, title in enumerate(titles)
    )
    assert judge(one, two) == "distinct"
    assert judge(one, two | {"authors": "Roe, J."}) == "distinct"


@pytest.mark.parametrize(
    "title", ["Editorial", "Introduction", "Book review", "Letter to the Editor", "سرمقاله"]
)
def test_titles_that_many_works_bear(title):
    one = vary(BARE, title=title)
    assert (
        judge(
            one, vary(one, journal="J Trauma Stress", pages="512-23", authors="Lee, K.; Okoro, A.")
        )
        == "sure"
    )
    assert judge(one, vary(one, pages="3-4", issue="1")) == "distinct"
    assert judge(one, vary(one, volume="33", year=2020, pages=None)) == "distinct"
    assert judge(vary(one, pages=None, issue=None), vary(one, pages=None, issue="5")) != "sure"
    # All fields the same, but they say too little.
    assert (
        judge({"title": title, "journal": "Lancet"}, {"title": title, "journal": "Lancet"})
        != "sure"
    )


def test_reports_of_different_years():
    report = vary(BARE, title="Annual report on the wellbeing of staff", issue=None, pages=None)
    assert judge(report, vary(report, year=2020, volume="33")) != "sure"
    assert judge(report, vary(report, year=2020, volume=None)) != "sure"
    assert (
        judge(
            vary(report, title="Wellbeing of staff in 2018"),
            vary(report, title="Wellbeing of staff in 2019"),
        )
        == "distinct"
    )
    editions = [
        vary(BARE, title=f"Handbook of trauma work{end}", pages=None)
        for end in ("", ", 2nd edition", " (third edition)")
    ]
    assert find_duplicates(make_frame(*editions)).n_removed == 0


def test_near_titles_of_one_team():
    other = vary(BARE, title=T.replace("social workers", "midwives"), pages="524-530")
    assert judge(BARE, other) == "distinct"
    assert judge(vary(BARE, pages=None), vary(other, pages=None)) == "distinct"
    opposite = vary(BARE, title="Hypotension in pregnancy and work", pages=None)
    assert judge(opposite, vary(opposite, title="Hypertension in pregnancy and work")) != "sure"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("فرسودگی شغلی در میان روان‌درمانگران و مراقبت از خود", "فرسودگي شغلي در ميان روان درمانگران و مراقبت از خود"),
        ("كيفيت زندگي كاري پرستاران در سال ۱۳۹۸", "کیفیت زندگی کاری پرستاران در سال 1398"),
        ("Выгорание у врачей скорой помощи: обзор", "ВЫГОРАНИЕ У ВРАЧЕЙ СКОРОЙ ПОМОЩИ: ОБЗОР"),
        ("Émotions et épuisement à l'hôpital", "Emotions et epuisement a l'hopital"),
        ("护士职业倦怠与心理健康的关系研究", "护士职业倦怠与心理健康的关系研究。"),
        ("Effects of β-blockers on TNF-α", "Effects of beta-blockers on TNF-alpha"),
        ("CO<sub>2</sub> &amp; sleep in nurses", "CO2 and sleep in nurses"),
        ("Type II trauma: 1,000 cases", "Type 2 trauma: 1000 cases"),
        ("[Burnout bei Pflegenden] [Burnout among nursing staff]", "Burnout among nursing staff"),
        ("Burnout bei Pflegenden = Burnout among nursing staff", "Burnout among nursing staff"),
    ],
)  # fmt: skip
def test_titles_in_all_scripts(left, right):
    assert judge(vary(BARE, title=left), vary(BARE, title=right)) == "sure"


def test_titles_in_two_languages_are_for_a_person():
    assert judge(vary(BARE, title="فرسودگی شغلی در مددکاران بیمارستان"), BARE) == "unsure"


def test_a_title_in_the_place_of_the_journal():
    crossed = vary(BARE, title=PAPER["journal"], journal=T)
    assert judge(BARE, crossed) == "unsure"


class TestOddInput:
    def test_nothing_at_all(self):
        found = find_duplicates(make_frame())
        assert (found.n_records, found.n_removed, len(found.pairs), len(found.unsure)) == (
            0,
            0,
            0,
            0,
        )
        assert list(found.clusters.columns) == ["record", "cluster"]
        assert "0 records" in found.summary()

    def test_one_record(self):
        found = find_duplicates(make_frame(PAPER))
        assert found.clusters.to_numpy().tolist() == [["r0", "r0"]]
        assert len(found.merged()) == 1

    def test_all_identical(self):
        found = find_duplicates(make_frame(*[PAPER] * 3_000))
        assert found.n_removed == 2_999
        assert found.clusters["cluster"].unique().tolist() == ["r0"]

    def test_identical_but_for_the_source(self):
        found = find_duplicates(make_frame(*[vary(source=f"s{at % 3}") for at in range(30)]))
        assert found.n_removed == 29
        assert found.count_removed()["n"].sum() == 29

    def test_one_title_ten_thousand_times(self):
        rng = np.random.default_rng(1)
        frame = make_frame(
            *({"title": "Burnout among nurses in hospitals", "authors": f"Name{at}, A.", "year": 1990 + at % 30,
               "pages": f"{at}-{at + 9}"} for at in rng.permutation(9_998) + 1),
            *[{"title": "Burnout among nurses in hospitals", "authors": "Lee, K.", "year": 2000, "pages": p, "volume": "3"}
              for p in ("77-9", "77-79")],
        )  # fmt: skip
        found = find_duplicates(frame)
        assert found.n_removed == 1
        assert "were not compared directly" in found.note
        assert "were not compared directly" in found.summary()

    def test_titles_alone(self):
        frame = pd.DataFrame(
            {"record": [1, 2, 3], "title": [T, T.upper(), "Another title of a work"]}
        )
        found = find_duplicates(frame)
        assert found.n_removed == 0
        assert found.unsure[["left", "right"]].to_numpy().tolist() == [[1, 2]]

    def test_no_titles(self):
        frame = make_frame(
            {"title": None, "authors": "Lee, K."},
            {"title": "", "authors": "Lee, K."},
            {"title": " "},
        )
        assert find_duplicates(frame).n_removed == 0
        place = {name: BARE[name] for name in ("authors", "journal", "volume", "pages", "year")}
        assert judge(place | {"title": None}, place | {"title": "", "volume": "032"}) == "sure"

    def test_years_and_pages_of_all_kinds(self):
        odd = [{"year": "n.d."}, {"year": "in press"}, {"year": 2019.0}, {"pages": "No-Specified"},
               {"pages": "12 p"}, {"volume": "Conference: 22nd World Congress"}, {"authors": "et al."},
               {"authors": "; ;"}, {"doi": "n/a"}, {"volume": "9" * 40}]  # fmt: skip
        found = find_duplicates(make_frame(BARE, *(vary(BARE, **change) for change in odd)))
        assert found.n_removed == len(odd)
        # another page than that of what a volume tells to be a meeting abstract
        page, volume = {"pages": "9" * 40}, {"volume": "Conference: 22nd World Congress"}
        assert judge(BARE, vary(BARE, **page)) == "sure"
        assert judge(vary(BARE, **page), vary(BARE, **volume)) == "unsure"

    def test_records_object(self):
        class Holder:
            def to_frame(self):
                return make_frame(PAPER, vary(title=T.upper()))

        assert find_duplicates(Holder()).n_removed == 1
        assert rk.find_duplicates(make_frame(PAPER, PAPER).to_dict("list")).n_removed == 1

    def test_input_is_not_changed(self):
        frame = make_frame(PAPER, vary(title=T.upper()))
        before = frame.copy(deep=True)
        merged = find_duplicates(frame).merged()
        merged.loc[0, "title"] = "changed"
        pd.testing.assert_frame_equal(frame, before)

    def test_missing_values_of_all_kinds(self):
        frame = make_frame(PAPER, PAPER, PAPER)
        frame["doi"] = [None, np.nan, pd.NA]
        frame["pmid"] = pd.array([1234567, pd.NA, 1234567], dtype="Int64")
        frame["year"] = pd.array([2019, 2019, pd.NA], dtype="Int64")
        assert find_duplicates(frame).n_removed == 2


class TestLaws:
    @settings(max_examples=30)
    @given(
        st.lists(st.sampled_from([*SAME, *NEVER_SURE]), min_size=2, max_size=8),
        st.randoms(use_true_random=False),
    )
    def test_order_does_not_matter(self, names, random):
        records = [vary(({**SAME, **NEVER_SURE})[name], first=None) for name in names]
        frame = make_frame(*records)
        mixed = frame.sample(frac=1, random_state=random.randrange(1000)).reset_index(drop=True)
        one, two = find_duplicates(frame), find_duplicates(mixed)
        assert one.n_removed == two.n_removed
        assert self._as_sets(one) == self._as_sets(two)

    @staticmethod
    def _as_sets(found):
        return {frozenset(group["record"]) for _, group in found.clusters.groupby("cluster")}

    @settings(max_examples=40)
    @given(st.lists(st.fixed_dictionaries({
        "title": st.text(max_size=40), "authors": st.text(max_size=20), "year": st.integers(0, 3000),
        "doi": st.text(max_size=12), "pages": st.text(max_size=8), "volume": st.text(max_size=4)}), max_size=6))  # fmt: skip
    def test_any_text_goes(self, records):
        found = find_duplicates(make_frame(*records))
        assert found.n_removed + found.n_clusters == len(records)
        assert found.n_removed == found.count_removed()["n"].sum()
        assert len(found.merged()) == found.n_clusters


class TestMisuse:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (3, "must be what read_records returns"),
            (pd.DataFrame({"record": ["a"]}), "must have the column 'title'"),
            (pd.DataFrame({"title": ["a"]}), "must have the column 'record'"),
            (pd.DataFrame({"record": ["a", "a"], "title": ["x", "y"]}), r"id must be that of one record.*'a'"),
            (pd.DataFrame({"record": ["a", None], "title": ["x", "y"]}), r"must have an id\. Got none in row 1"),
        ],
    )  # fmt: skip
    def test_records_that_are_none(self, given, message):
        with pytest.raises(rk.InputError, match=message):
            find_duplicates(given)

    def test_an_unknown_engine(self):
        with pytest.raises(
            rk.InputError, match=re.escape("`engine` must be one of 'memory', 'splink'")
        ):
            find_duplicates(make_frame(PAPER), engine="spark")


def test_progress_is_told():
    told = []
    find_duplicates(
        make_frame(PAPER, PAPER, BARE), progress=lambda done, total: told.append((done, total))
    )
    assert told
    assert all(0 <= done <= total for done, total in told)
