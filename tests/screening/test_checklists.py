"""Checklists: all items, and nothing claimed that is not known."""

import docx
import pandas as pd
import pytest
from flow_cases import NEW_V1, SEED
from hypothesis import given
from hypothesis import strategies as st
from tally_cases import CLUSTERS, DECISIONS, RECORDS

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.screening.checklist_items import CHECKLISTS, FACTS
from reviewkit.screening.checklists import WRITERS, prisma_checklist
from reviewkit.sources.spreadsheet import read_table

every_form = pytest.mark.parametrize("form", CHECKLISTS)


def known(checklist):
    rows = checklist.to_frame()
    return dict(rows.loc[rows["status"] == "known", ["item", "known"]].to_numpy())


class TestItems:
    def test_as_many_as_the_statements_have(self):
        numbers = {form: len(items) for form, items in CHECKLISTS.items()}
        assert numbers == {"PRISMA 2020": 42, "PRISMA 2020 abstract": 12, "PRISMA-ScR": 22,
                           "PRISMA-S": 16}  # fmt: skip
        whole = {item.number.rstrip("abcdef") for item in CHECKLISTS["PRISMA 2020"]}
        assert whole == {str(n) for n in range(1, 28)}
        assert [i.number for i in CHECKLISTS["PRISMA-ScR"] if i.optional] == ["12", "16"]

    @every_form
    def test_numbers_are_their_own_and_facts_lead_to_items(self, form):
        numbers = [item.number for item in CHECKLISTS[form]]
        assert len(set(numbers)) == len(numbers)
        assert all(set(fact.items(form)) <= set(numbers) for fact in FACTS.values())
        assert {number for one, number in WRITERS if one == form} <= set(numbers)


class TestFacts:
    @every_form
    def test_nothing_known_claims_nothing(self, form):
        frame = prisma_checklist(form=form).to_frame()
        assert set(frame["status"]) == {"to be filled in"}
        assert (frame[["known", "location"]] == "").all(axis=None)

    def test_each_fact_fills_its_items_and_no_other(self):
        for name, fact in FACTS.items():
            for form in CHECKLISTS:
                found = known(prisma_checklist({name: "words"}, form=form))
                assert found == dict.fromkeys(fact.items(form), f"{fact.label}: words")

    def test_values_of_all_kinds(self):
        found = known(prisma_checklist(
            {"title": " A  title ", "question": None, "criteria": float("nan"), "funding": ""},
            databases={"PubMed": 1200, "Scopus": None}, dates=["2024-01-02", None],
            raters=2, registration=True, outcomes=pd.Series(["burnout"]),
        ))  # fmt: skip
        assert found == {
            "1": "Title: A title", "6": "Databases: PubMed: 1,200; Scopus. Dates of searches: "
            "2024-01-02.", "8": "Reviewers who screened: 2", "10a": "Outcomes: burnout",
            "24a": "Registration: yes",
        }  # fmt: skip

    def test_a_flow_of_counts_knows_reasons_but_no_reports(self):
        found = known(prisma_checklist(flow=rk.prisma_flow(NEW_V1)))
        assert found["16a"] == ("Flow: 32,294 records identified, 21,146 screened, 2,348 reports "
                                "assessed, 270 studies included")  # fmt: skip
        assert found["16b"].startswith("Reasons are known, the excluded reports are not: Wrong")
        assert "16b" not in known(prisma_checklist(flow=rk.prisma_flow(SEED)))

    def test_a_flow_of_records_knows_its_reports(self):
        flow = rk.tally_flow(RECORDS, CLUSTERS, DECISIONS)
        assert known(prisma_checklist(flow=flow))["16b"].startswith("1 reports excluded")
        assert known(prisma_checklist(flow=flow, form="PRISMA-S")) == {
            "15": "Records identified from databases and registers: 6",
            "16": "Duplicate records removed: 1; how is not known",
        }

    def test_a_flow_that_contradicts_itself_is_told(self):
        flow = rk.prisma_flow(SEED | {"other_removed": 87})
        assert "contradict each other" in known(prisma_checklist(flow=flow))["16a"]

    def test_locations_are_what_authors_say(self):
        frame = prisma_checklist(location={"16a": "Figure 1"}).to_frame().set_index("item")
        assert frame.loc["16a", ["status", "location"]].tolist() == ["to be filled in", "Figure 1"]

    @given(st.dictionaries(st.sampled_from(list(FACTS)), st.text(max_size=20)))
    def test_keywords_and_a_mapping_are_the_same(self, facts):
        assert prisma_checklist(facts) == prisma_checklist(**facts)


class TestFiles:
    @pytest.mark.parametrize("kind", ["docx", "csv", "html"])
    def test_the_same_checklist_gives_the_same_bytes(self, tmp_path, kind):
        one, two = (prisma_checklist(title="T").save(tmp_path / f"{n}.{kind}") for n in "ab")
        assert one.read_bytes() == two.read_bytes()

    def test_all_files_hold_all_items(self, tmp_path):
        checklist = prisma_checklist(title="<b>T</b>", funding="None\x07")
        table = docx.Document(str(checklist.save(tmp_path / "x.docx"))).tables[0]
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[0] == ["Section", "Item", "Topic", "Known from the data", "Location"]
        assert [row[1] for row in rows[1:]] == [i.number for i in CHECKLISTS["PRISMA 2020"]]
        assert rows[1][3] == "Title: <b>T</b>"
        page = checklist.save(tmp_path / "x.html").read_text("utf-8")
        assert page.count("<tr>") == 43
        assert "<b>T" not in page
        assert len(read_table(checklist.save(tmp_path / "x.csv")).frame) == 42


class TestMisuse:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            ({"databasis": "PubMed"}, "Got 'databasis'. Near it: 'databases'"),
            ({"form": "PRISMA"}, "`form` must be one of 'PRISMA 2020'"),
            ({"location": {"99": "p. 1"}}, "must name items of PRISMA 2020. Got 99"),
        ],
    )
    def test_bad_input(self, call, message):
        with pytest.raises(InputError, match=message):
            prisma_checklist(**call)

    def test_another_ending(self, tmp_path):
        with pytest.raises(InputError, match=r"end in one of \.docx, \.csv, \.html\. Got 'x\.pdf'"):
            prisma_checklist().save(tmp_path / "x.pdf")
