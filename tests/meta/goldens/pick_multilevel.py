"""Pick the cases of test_multilevel and test_robust.

    python tests/meta/goldens/pick_multilevel.py FOLDER > tests/meta/goldens/multilevel.json

FOLDER holds regression_bias.json and datasets/, made in R 4.2.2 with metafor 5.0-1 (rma.mv at
rel.tol 1e-10) and clubSandwich 0.5.8.  All cases of three-level models and of robust
inference are kept; they have one data set, the 56 schools of Konstantopoulos (2011).
"""

import csv
import json
import sys
from pathlib import Path

KINDS = ("rma.mv", "rma.mv_LRT", "robust_on_rma.uni")


def pick(folder):
    """Return the goldens as a mapping."""
    folder = Path(folder)
    found = json.loads((folder / "regression_bias.json").read_text(encoding="utf-8"))
    cases = [case for case in found["cases"] if case["kind"] in KINDS]
    with (folder / "datasets" / "konstantopoulos2011.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    data = {
        "district": [row["district"] for row in rows],
        "study": [row["study"] for row in rows],
        "year": [int(row["year"]) for row in rows],
        "effect": [float(row["yi"]) for row in rows],
        "variance": [float(row["vi"]) for row in rows],
    }
    return {"versions": found["meta"]["versions"], "data": data, "cases": cases}


if __name__ == "__main__":
    json.dump(pick(sys.argv[1]), sys.stdout, indent=1)
