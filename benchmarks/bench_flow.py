"""Time flows: reading counts, checking, drawing, and the tally of 50,000 records; by `make bench`."""

import numpy as np
import pandas as pd
import pytest

from reviewkit.screening.flow import prisma_flow
from reviewkit.screening.tallies import tally_flow

SEED = {"identified": 321, "other_removed": 78, "screened": 243, "excluded": 222, "assessed": 21,
        "reports_excluded": 8, "new_studies": 13}  # fmt: skip
REASONS = {f"Reason {i:02} in as many letters as a long reason has, that is 60": 40 - i
           for i in range(12)}  # fmt: skip
LARGE = {
    "databases": {"MEDLINE": 12480, "Embase": 15322, "PsycINFO": 4310}, "registers": {"ICTRP": 64},
    "duplicates_removed": 9871, "automation_removed": 1240, "other_removed": 37,
    "screened": 21028, "excluded": 18702, "sought": 2326, "not_retrieved": 96, "assessed": 2230,
    "reports_excluded": REASONS, "websites": 41, "organisations": 18, "citation_searching": 263,
    "other_sought": 322, "other_not_retrieved": 11, "other_assessed": 311,
    "other_reports_excluded": {"Wrong population": 171, "Wrong outcome": 82},
    "new_studies": 1800, "new_reports": 1874,
}  # fmt: skip
FLOWS = {"usual": SEED, "large": LARGE,
         "updated": LARGE | {"previous_studies": 41, "total_studies": 1841}}  # fmt: skip


def make_review(n):
    """Return records, clusters and decisions of two raters, as a review has them."""
    rng = np.random.default_rng(n)
    ids = [f"r{i}" for i in range(n)]
    records = pd.DataFrame({"record": ids, "source": rng.choice(["PubMed", "Scopus", "CINAHL"], n),
                            "title": ids, "authors": "Doe, Jane", "year": 2020})  # fmt: skip
    clusters = pd.DataFrame({"record": ids, "cluster": rng.integers(0, int(0.8 * n), n)})
    kept = clusters.drop_duplicates("cluster")["record"].to_numpy()
    passed = rng.random(len(kept)) < 0.1
    stage = [("title_abstract", kept, passed), ("full_text", kept[passed], passed[passed] > 0)]
    rows = [pd.DataFrame({"record": who, "rater": rater, "stage": name, "reason": "Wrong outcome",
                          "verdict": np.where(ok, "include", "exclude")})
            for name, who, ok in stage for rater in ("Ada", "Bo")]  # fmt: skip
    return records, clusters, pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize("name", FLOWS)
def bench_counts_to_findings(benchmark, name):
    benchmark(prisma_flow, FLOWS[name])


@pytest.mark.parametrize("kind", ["svg", "pdf", "png", "docx", "html"])
@pytest.mark.parametrize("name", FLOWS)
def bench_file(benchmark, tmp_path, name, kind):
    flow = prisma_flow(FLOWS[name])
    benchmark(flow.save, tmp_path / f"flow.{kind}")


@pytest.mark.parametrize("n", [1_000, 50_000])
def bench_tally(benchmark, n):
    benchmark(tally_flow, *make_review(n))
