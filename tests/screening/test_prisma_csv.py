"""The csv of the R package PRISMA2020: read, written, and read again."""

from pathlib import Path

import pytest
from flow_cases import EVERYTHING, NEW_V1, NEW_V2, REASONS, UPDATED_V2
from hypothesis import given, settings
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.screening.flow import prisma_flow
from reviewkit.screening.prisma_csv import ROWS, read_prisma_csv
from reviewkit.sources.spreadsheet import read_table

REAL = Path(__file__).parents[3] / "shared/formats/prisma/PRISMA.csv"
real = pytest.mark.skipif(not REAL.exists(), reason="the template of the package is not here")


#: A semicolon is what separates reasons in this format.
PLAIN = {"reports_excluded": {name.replace(";", ","): n for name, n in REASONS.items()}}
V1, V2, UPDATED = (counts | PLAIN for counts in (NEW_V1, NEW_V2, UPDATED_V2))

MESSY = """data,boxtext,n
database_results,D,"1,200"
register_results,R,n = 12
database_specific_results,D,"MEDLINE (Ovid), 1,000; Embase, n = 200"
records_screened,S,NA
records_excluded,S,
dbr_notretrieved_reports,S,0
dbr_excluded,E,"Wrong n, age 18, 10; Old: 5;; No data, xxx"
new_studies,N,7
"""


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


class TestReferences:
    @real
    def test_the_template_of_the_package(self):
        flow = read_prisma_csv(REAL)
        assert flow.template == "updated-v2"
        assert dict(flow.counts["databases"]) == dict.fromkeys(
            ["Database 1", "Database 2", "Database 3"]
        )
        assert dict(flow.counts["reports_excluded"]) == dict.fromkeys(
            ["Reason1", "Reason2", "Reason3"]
        )
        assert flow.counts["screened"] == 0
        assert flow.is_consistent

    @real
    def test_rows_are_those_of_the_package(self, tmp_path):
        ours = read_table(prisma_flow(V1).save_prisma_csv(tmp_path / "x.csv")).frame
        theirs = read_table(REAL).frame
        for column in ("data", "node", "box"):
            assert ours[column].replace("NA", "").tolist() == (
                theirs[column].replace("NA", "").tolist()
            )
        assert ours["boxtext"].tolist() == theirs["boxtext"].tolist()
        assert ours.columns.tolist() == theirs.columns.tolist()

    def test_numbers_as_people_write_them(self, tmp_path):
        path = write(tmp_path / "x.csv", MESSY)
        counts = read_prisma_csv(path).counts
        assert dict(counts["databases"]) == {"MEDLINE (Ovid)": 1000, "Embase": 200}
        assert "databases_total" not in counts
        assert counts["registers"] == 12
        assert dict(counts["reports_excluded"]) == {"Wrong n, age 18": 10, "Old": 5,
                                                    "No data": None}  # fmt: skip
        assert "screened" not in counts
        assert "excluded" not in counts
        assert counts["not_retrieved"] == 0

    def test_a_total_that_differs_from_its_parts_is_kept(self, tmp_path):
        path = write(tmp_path / "x.csv", "data,n\ndatabase_results,9\n"
                     'database_specific_results,"A, 4; B, 4"\n')  # fmt: skip
        flow = read_prisma_csv(path)
        assert flow.counts["databases_total"] == 9
        assert not flow.is_consistent

    def test_a_template_chooses_the_columns(self, tmp_path):
        path = prisma_flow(UPDATED).save_prisma_csv(tmp_path / "x.csv")
        for template in ("new-v1", "new-v2", "updated-v1", "updated-v2"):
            assert read_prisma_csv(path, template=template).template == template


class TestLaws:
    @pytest.mark.parametrize("counts", [V1, V2, UPDATED, {}], ids=["v1", "v2", "u2", ""])
    def test_round_trip(self, tmp_path, counts):
        flow = prisma_flow(counts)
        assert rk.read_prisma_csv(flow.save_prisma_csv(tmp_path / "x.csv")) == flow

    @given(st.dictionaries(st.sampled_from([row.key for row in ROWS if row.key and not row.parts]),
                           st.integers(0, 10**6)))  # fmt: skip
    @settings(max_examples=20)
    def test_any_numbers(self, tmp_path_factory, counts):
        path = tmp_path_factory.mktemp("csv") / "x.csv"
        again = read_prisma_csv(prisma_flow(counts).save_prisma_csv(path))
        assert again.to_frame().n.tolist() == prisma_flow(counts).to_frame().n.tolist()

    def test_the_same_flow_gives_the_same_bytes_without_a_mark_that_r_reads_as_a_letter(
        self, tmp_path
    ):
        one, two = (prisma_flow(V2).save_prisma_csv(tmp_path / f"{n}.csv") for n in "ab")
        assert one.read_bytes() == two.read_bytes()
        assert one.read_bytes().startswith(b"data,node,box,description,boxtext,tooltips,url,n\n")


class TestMisuse:
    def test_what_has_no_row_is_told(self, tmp_path):
        with pytest.warns(
            ReviewkitWarning, match="left out: .*after_duplicates.*parts of excluded"
        ):
            prisma_flow(EVERYTHING).save_prisma_csv(tmp_path / "x.csv")

    def test_a_semicolon_in_a_name_is_told(self, tmp_path):
        with pytest.warns(ReviewkitWarning, match="the semicolon in 'Conference abstract only; "):
            path = prisma_flow(NEW_V1).save_prisma_csv(tmp_path / "x.csv")
        assert sum(read_prisma_csv(path).counts["reports_excluded"].values()) == 2065

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("box,n\nscreened,3\n", "must have the columns 'data', 'n'"),
            ("data,n\nrecords_screend,3\n", r"Not known: 'records_screend' \(line 2\)"),
            ("data,n\nnew_studies,3\nnew_studies,4\n", "Twice: 'new_studies'"),
            ("data,n\nnew_studies,many\n", "'many' at 'new_studies', no number"),
            ("data,n\nnew_studies,-3\n", "negative"),
            ("data,n\nnew_studies,2.5\n", "no whole number"),
            ('data,n\ndbr_excluded,"Old, 3; Old, 4"\n', "Got 'Old' twice"),
        ],
    )
    def test_bad_files(self, tmp_path, text, message):
        with pytest.raises(InputError, match=message):
            read_prisma_csv(write(tmp_path / "x.csv", text))

    def test_an_unknown_template(self, tmp_path):
        path = write(tmp_path / "x.csv", "data,n\nnew_studies,3\n")
        with pytest.raises(InputError, match="`template` must be one of 'new-v1'"):
            read_prisma_csv(path, template="v3")
