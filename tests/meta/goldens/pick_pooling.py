"""Pick the cases of test_effects, test_study_intervals, test_heterogeneity and test_pooling.

    python tests/meta/goldens/pick_pooling.py FOLDER > tests/meta/goldens/pooling.json

FOLDER holds pooling.json, propci.json and datasets/, made in R with metafor at tight
convergence (threshold 1e-13).  Of the logit scale every case is kept; of the other
four scales, which share all code but their two directions, those data sets that try
something: counts of all, rates of 2e-4, no events at all, one of three, one study.
Rows are lists, in the order of the columns named beside them.
"""

import csv
import json
import sys
from pathlib import Path

OTHERS = ("pritz1997", "crisafulli2020", "syn_k1", "syn_k3_zero1", "syn_allzero")
OTHER_METHODS = ("EE", "DL", "REML")
NUMBERS = ["estimate", "se", "ci_lb", "ci_ub", "tau2", "I2", "H2"]
LIMITS = ["ci", "pi_metafor_default", "pi_tkm1", "pi_hts_tkm2"]
INTERVALS = ["clopper_pearson", "wilson", "agresti_coull_clipped", "jeffreys_boundary_modified"]
INTERVALS += ["mid_p", "arcsine"]


def as_list(value):
    """Return R's scalar as a list of one."""
    return value if isinstance(value, list) else [value]


def read(folder, name):
    """Return the content of a reference file."""
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def read_counts(folder, name):
    """Return the counts of a data set."""
    with (Path(folder) / "datasets" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {"events": [int(r["x"]) for r in rows], "total": [int(r["n"]) for r in rows]}


def is_picked(case):
    """Say whether a fit is kept."""
    if case["kind"] != "rma.uni":
        return False
    other = case["dataset"] in OTHERS and case["method"] in OTHER_METHODS
    return case["measure"] == "PLO" or (other and case["test"] in ("z", "knha"))


def pick(folder):
    """Return the goldens as a mapping."""
    pooling = read(folder, "pooling.json")
    effects, fits, profiles, tests = [], [], [], []
    for case in pooling["cases"]:
        key, found = [case["dataset"], case.get("measure")], case["result"]
        if case["kind"] == "escalc" and "default: effective" in case["r_call"]:
            back = found.get("bt_individual_n", {})
            own = [as_list(back[name]) for name in ("lb", "est", "ub")] if back else None
            effects.append([*key, as_list(found["yi"]), as_list(found["vi"]), own])
        if not is_picked(case):
            continue
        numbers = [found[name] for name in NUMBERS]
        limits = [found["bt"][name] for name in LIMITS]
        row = [*key, case["method"], case["test"], *numbers, found["bt"]["estimate"], *limits]
        fits.append(row)
        if case["method"] == "REML" and case["test"] == "z":
            q = found.get("confint_QP")
            profiles.append([*key, *([q[n] for n in ("tau2", "I2", "H2")] if q else [None] * 3)])
            tests.append([*key, found["Q"], found["Q_df"], found["Q_pval"]])
            tests[-1].append(as_list(found["weights_pct"]))
    names = sorted({row[0] for row in effects})
    intervals = [
        [case["x"], case["n"], case["level"], *(case["result"][name] for name in INTERVALS)]
        for case in read(folder, "propci.json")["cases"]
    ]
    own = ["dataset", "measure"]
    return {
        "source": {name: pooling["meta"]["versions"][name] for name in ("R", "metafor")},
        "columns": {
            "effects": [*own, "yi", "vi", "own_interval"],
            "fits": [*own, "method", "test", *NUMBERS, "proportion", *LIMITS],
            "profiles": [*own, "tau2", "I2", "H2"],
            "tests": [*own, "Q", "Q_df", "Q_pval", "weights_pct"],
            "intervals": ["events", "total", "level", *INTERVALS],
        },
        "counts": {name: read_counts(folder, name) for name in names},
        "effects": effects,
        "fits": fits,
        "profiles": profiles,
        "tests": tests,
        "intervals": intervals,
    }


def write(goldens):
    """Return the goldens as JSON, one row a line."""
    parts = []
    for name, value in goldens.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            parts.append(f'"{name}": [\n{rows}\n]')
        else:
            parts.append(f'"{name}": {json.dumps(value)}')
    return "{" + ",\n".join(parts) + "}"


if __name__ == "__main__":
    print(write(pick(sys.argv[1])))
