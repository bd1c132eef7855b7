"""The flow as a result: its template, table, files, and how it behaves."""

import copy
import pickle
import subprocess
import sys
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from flow_cases import EVERYTHING, EXAMPLES, NEW_V2, SEED, simulated_flows
from hypothesis import given
from hypothesis import strategies as st

import reviewkit as rk
from reviewkit._core.errors import InputError
from reviewkit.screening.flow import Flow, prisma_flow
from reviewkit.sources.spreadsheet import read_table


class TestTemplate:
    @pytest.mark.parametrize(
        "name", ["new-v1", "new-v2", "updated-v1", "updated-v2", "seed", "empty", "everything"]
    )
    def test_is_chosen_by_the_keys(self, name):
        template = {"seed": "new-v1", "empty": "new-v1", "everything": "updated-v2"}.get(name, name)
        assert prisma_flow(EXAMPLES[name]).template == template

    @pytest.mark.parametrize(
        ("key", "template"),
        [("websites", "new-v2"), ("other_reports_excluded", "new-v2"),
         ("previous_reports", "updated-v1"), ("total_studies", "updated-v1"),
         ("in_meta_analysis", "new-v1"), ("added_included", "new-v1")],
    )  # fmt: skip
    def test_one_key_suffices_but_a_blank_one_does_not(self, key, template):
        assert prisma_flow({key: 0}).template == template
        assert prisma_flow({key: None}).template == "new-v1"


class TestTable:
    def test_columns_and_what_is_not_reported(self):
        frame = prisma_flow(SEED).to_frame()
        assert frame.columns.tolist() == ["box", "key", "label", "n", "reported"]
        assert str(frame["n"].dtype) == "Int64"
        rows = frame.set_index("key")
        assert rows.loc["screened"].tolist() == ["screened", "Records screened", 243, True]
        assert pd.isna(rows.loc["sought", "n"])
        assert not rows.loc["sought", "reported"]

    def test_holds_all_parts_those_of_zero_too(self):
        rows = prisma_flow(EVERYTHING).to_frame().set_index("key")["n"]
        assert rows["reports_excluded:Retracted"] == 0
        assert rows["databases:Scopus"] == 400
        assert rows["databases_total"] == 1000

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_makes_the_same_flow_again(self, name):
        flow = prisma_flow(EXAMPLES[name])
        frame = flow.to_frame()
        again = prisma_flow(dict(zip(frame["key"], frame["n"], strict=True)))
        assert again.findings == flow.findings
        assert again.to_frame().sort_values("key").n.tolist() == (
            flow.to_frame().sort_values("key").n.tolist()
        )

    def test_the_headline_tells_the_main_numbers(self):
        assert prisma_flow(SEED)._headline() == (
            "Template new-v1, as reported: 321 records identified, 243 screened, 21 reports "
            "assessed, 13 studies included. No contradictions."
        )
        said = prisma_flow(EXAMPLES["inconsistent"]).summary()
        assert "Contradictions: Records screened: 243 reported, but" in said
        assert "Doubts: Studies" in prisma_flow(SEED | {"new_studies": 14})._headline()
        assert "nothing reported" in prisma_flow({})._headline()


class TestResult:
    @given(simulated_flows(extras=True), st.randoms(use_true_random=False))
    def test_the_order_of_keys_is_irrelevant_and_inputs_stay(self, counts, random):
        keys = [key for key in counts if ":" not in key]  # parts keep the order they are given in
        random.shuffle(keys)
        parts = {key: n for key, n in counts.items() if ":" in key}
        before = copy.deepcopy(counts)
        assert prisma_flow({key: counts[key] for key in keys} | parts) == prisma_flow(counts)
        assert counts == before

    def test_can_be_compared_hashed_pickled_and_copied(self):
        flow = prisma_flow(EVERYTHING)
        for other in (prisma_flow(EVERYTHING), pickle.loads(pickle.dumps(flow)),
                      copy.deepcopy(flow)):  # fmt: skip
            assert other == flow
            assert hash(other) == hash(flow)
        assert flow != prisma_flow(SEED)

    def test_cannot_be_changed(self):
        flow = prisma_flow(SEED)
        with pytest.raises(TypeError):
            flow.counts["screened"] = 3
        with pytest.raises(TypeError):
            flow.mappings["mine"] = flow
        with pytest.raises(AttributeError):
            flow.template = "new-v2"

    def test_consistent_means_without_errors(self):
        assert prisma_flow(SEED).is_consistent
        assert prisma_flow(SEED | {"new_studies": 14}).is_consistent  # a doubt is no error
        assert not prisma_flow(EXAMPLES["inconsistent"]).is_consistent

    def test_stands_in_the_door(self):
        assert isinstance(rk.prisma_flow(SEED), rk.Flow)
        assert rk.Flow is Flow

    def test_numbers_need_no_matplotlib(self):
        code = (
            "import sys, reviewkit as rk\n"
            "flow = rk.prisma_flow({'other_removed': 3, 'screened': 9})\n"
            "flow.to_frame(), flow.summary(), flow.mappings\n"
            "sys.exit('matplotlib' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "start"),
        [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("PNG", b"\x89PNG")],
    )
    def test_pictures(self, tmp_path, kind, start):
        path = prisma_flow(SEED).save(tmp_path / f"flow.{kind}", width=84)
        assert path == tmp_path / f"flow.{kind}"
        assert path.read_bytes().startswith(start)

    def test_names_the_template_in_the_file(self, tmp_path):
        root = ET.parse(prisma_flow(NEW_V2).save(tmp_path / "flow.svg")).getroot()
        assert root.find("{http://www.w3.org/2000/svg}title").text == (
            "PRISMA 2020 flow diagram (new-v2)"
        )
        assert "Records screened (n = 21,146)" in root.find("{http://www.w3.org/2000/svg}desc").text

    @pytest.mark.parametrize("kind", ["svg", "pdf", "png", "html", "csv"])
    def test_the_same_flow_gives_the_same_bytes(self, tmp_path, kind):
        one, two = (prisma_flow(SEED).save(tmp_path / f"{n}.{kind}") for n in "ab")
        assert one.read_bytes() == two.read_bytes()

    def test_csv_is_read_back(self, tmp_path):
        counts = EVERYTHING | {"reports_excluded": {"=HYPERLINK(1)": 50, "Wrong outcome, é": 20}}
        table = read_table(prisma_flow(counts).save(tmp_path / "flow.csv")).frame
        again = prisma_flow(dict(zip(table["key"], table["n"], strict=True)))
        assert again == prisma_flow(counts)

    def test_html_stands_alone_and_is_safe(self, tmp_path):
        counts = SEED | {"reports_excluded": {"<script>alert(1)</script>": 5, "Wrong & old": 3}}
        page = prisma_flow(counts).save(tmp_path / "flow.html", width=120).read_text("utf-8")
        assert "<svg" in page
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "http://" not in page.replace("http://www.w3.org/", "")
        for said in ("Records screened", "321 records identified", "not reported", "<table"):
            assert said in page

    def test_html_shows_the_numbers_of_the_figure(self, tmp_path):
        page = prisma_flow(NEW_V2).save(tmp_path / "flow.html").read_text("utf-8")
        assert ">21,146<" in page
        assert "21146" not in page

    def test_html_of_a_wrong_flow_says_so(self, tmp_path):
        page = prisma_flow(EXAMPLES["inconsistent"]).save(tmp_path / "flow.html").read_text("utf-8")
        assert "This flow contradicts itself" in page
        assert "321 identified − 87 removed for other reasons = 234" in page

    @pytest.mark.parametrize("name", ["flow.doc", "flow", "flow.svg.gz"])
    def test_another_ending_is_refused(self, tmp_path, name):
        with pytest.raises(InputError, match=r"must end in one of \.svg, .* Got 'flow"):
            prisma_flow(SEED).save(tmp_path / name)
        assert not list(tmp_path.iterdir())
