"""Pick the cases of test_bias and test_comparisons.

    PYTHONPATH=tests/meta python tests/meta/goldens/pick_bias.py FOLDER

FOLDER holds regression_bias.json, regression_inputs.json, pooling_meta.json and datasets/, made in R
with metafor 5.0-1, meta 8.3-0 and metasens 1.5-2.  Kept are all tests of eight data sets: two
groups with and without empty cells, effects of which some tie, and proportions that are
rare, near 1, equal or three; and of the effects, both data sets of two groups that have
an empty cell, means and correlations.
"""

import csv
import json
import sys
from pathlib import Path

KEYS = (
    "bcg:OR", "hahn2001:OR", "raudenbush1985:ES", "hackshaw1998:ES", "pritz1997:PLO",
    "crisafulli2020:PFT", "syn_homog:PLO", "syn_k3_zero1:PLO",
)  # fmt: skip
MEASURES = {
    "OR": "log-odds-ratio", "RR": "log-risk-ratio", "RD": "risk-difference",
    "MD": "mean-difference", "SMD": "hedges-g", "ZCOR": "fisher-z",
}  # fmt: skip
RENAMED = {
    "ai": "events_1", "n1i": "total_1", "ci": "events_2", "n2i": "total_2", "m1i": "mean_1",
    "sd1i": "sd_1", "m2i": "mean_2", "sd2i": "sd_2", "ri": "correlation", "ni": "total",
}  # fmt: skip


def read(folder, name):
    """Return the content of a reference file."""
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def is_default(case):
    """Say whether R's call has the zero handling and the variance that are ours."""
    call = case["r_call"]
    if case["measure"] in ("OR", "RR", "RD"):
        return "only0" in call or "default" in call
    return 'LS"' in call and "..." not in call


def pick_effects(folder, datasets):
    """Return effects of the reference with the columns that they are made of."""
    rows = []
    for case in read(folder, "regression_bias.json")["cases"]:
        known = case["kind"] == "escalc" and case["measure"] in MEASURES
        if not known or case["dataset"] not in datasets or not is_default(case):
            continue
        path = Path(folder) / "datasets" / f"{case['dataset']}.csv"
        with path.open(encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        columns = {
            ours: [float(row[theirs]) for row in table]
            for theirs, ours in RENAMED.items()
            if theirs in table[0]
        }
        found = case["result"]
        rows.append({"effect": MEASURES[case["measure"]], "dataset": case["dataset"],
                     "columns": columns, "yi": found["yi"], "vi": found["vi"]})  # fmt: skip
    return rows


def pick_bias(folder):
    """Return the inputs and the rows of the tests."""
    from bias_cases import to_row

    inputs = {c["key"]: c for c in read(folder, "regression_inputs.json")["cases"]}
    cases = (
        read(folder, "regression_bias.json")["cases"] + read(folder, "pooling_meta.json")["cases"]
    )
    rows = [row for row in map(to_row, cases) if row and row["key"] in KEYS]
    names = ("yi", "vi", "ni", "ai", "n1i", "ci", "n2i")
    kept = {key: {n: inputs[key][n] for n in names if n in inputs[key]} for key in KEYS}
    return {"source": {"R": "4.2.2", "metafor": "5.0-1", "meta": "8.3-0", "metasens": "1.5-2"},
            "inputs": kept, "rows": rows}  # fmt: skip


def write(path, goldens):
    """Write goldens as JSON, one row a line."""
    parts = []
    for name, value in goldens.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            parts.append(f'"{name}": [\n{lines}\n]')
        else:
            parts.append(f'"{name}": {json.dumps(value)}')
    path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    here, folder = Path(__file__).parent, sys.argv[1]
    (here / "bias.json").exists() or (here / "bias.json").write_text("{}", encoding="utf-8")
    write(here / "bias.json", pick_bias(folder))
    effects = pick_effects(folder, ("bcg", "hahn2001", "normand1999", "mcdaniel1994"))
    write(here / "comparisons.json", {"source": {"metafor": "5.0-1"}, "rows": effects})
