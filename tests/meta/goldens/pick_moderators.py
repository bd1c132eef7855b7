"""Pick the cases of test_moderators from R's answers on meta-regression and subgroups.

    python tests/meta/goldens/pick_moderators.py FOLDER > tests/meta/goldens/moderators.json

FOLDER holds regression_bias.json, regression_inputs.json and pooling_meta.json, made in R
with metafor (tight convergence) and meta.  Kept are the data sets that try
something: a number, a factor, their product, no intercept, missing moderators, variances
of 1e-6, a factor of numbers, groups of unequal size.
"""

import json
import sys
from pathlib import Path

REGRESSIONS = {
    ("bcg:RR", "~ablat"),
    ("bcg:RR", "~alloc-1"),
    ("bcg:RR", "~ablat*year"),
    ("bangertdrowns2004:ES", "~length+factor(grade)"),
    ("crisafulli2020:PFT", "~mod"),
}
GROUPS = {
    ("bcg:RR", "alloc"),
    ("bangertdrowns2004:ES", "grade"),
    ("crisafulli2020:PLO", "subgroup"),
}
PREVALENCE = ("debruin2009", "hannum2020")
WAYS = ("PLOGIT_REML_HK", "PFT_DL_classic", "GLMM")
SUMS = ("fitted", "vcov")  # long; the first case of a formula keeps them


def read(folder, name):
    """Return the content of a reference file."""
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def pick_regressions(cases):
    """Return regressions; all estimators of one formula, REML and DL of the others."""
    picked, seen = [], set()
    for case in cases:
        key = (case.get("key"), case.get("mods"))
        if case["kind"] != "meta_regression" or key not in REGRESSIONS:
            continue
        if key[1] != "~ablat" and case["method"] not in ("REML", "DL", "EE"):
            continue
        drop = {"resid_rstandard_z", *(SUMS if (key, case["test"]) in seen else ())}
        seen.add((key, case["test"]))
        result = {n: v for n, v in case["result"].items() if n not in drop}
        kept = {n: case[n] for n in ("kind", "key", "mods", "method", "test")}
        picked.append(kept | {"result": result})
    return picked


def pick_groups(cases):
    """Return comparisons of groups by metafor."""
    kinds = ("subgroup_separate_tau2", "subgroup_common_tau2")
    return [
        {n: case[n] for n in ("kind", "key", "subgroup", "method", "test", "result")}
        for case in cases
        if case["kind"] in kinds and (case["key"], case["subgroup"]) in GROUPS
    ]


def pick_prevalence(cases):
    """Return comparisons of groups by meta."""
    names = ("sm", "method", "method_tau", "method_random_ci", "subgroup")
    return [
        {"kind": case["kind"], "dataset": case["dataset"], "tag": case["tag"],
         "result": {n: case["result"][n] for n in names}}
        for case in cases
        if case["dataset"] in PREVALENCE
        and case.get("tag", "").startswith("subgroup")
        and any(way in case["tag"] for way in WAYS)
        and not ("GLMM" in case["tag"] and "TRUE" in case["tag"])
    ]  # fmt: skip


def pick(folder):
    """Return the goldens as a mapping."""
    import csv

    bias = read(folder, "regression_bias.json")
    regressions, groups = pick_regressions(bias["cases"]), pick_groups(bias["cases"])
    prevalence = pick_prevalence(read(folder, "pooling_meta.json")["cases"])
    keys = {case["key"] for case in [*regressions, *groups]}
    inputs = {c["key"]: c for c in read(folder, "regression_inputs.json")["cases"]}
    wanted = {"yi", "vi", "ablat", "year", "alloc", "length", "grade", "mod", "subgroup"}
    counts = {}
    for name in PREVALENCE:
        with (Path(folder) / "datasets" / f"{name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        counts[name] = {
            "events": [int(row["x"]) for row in rows],
            "total": [int(row["n"]) for row in rows],
            "subgroup": [row["subgroup"] for row in rows],
        }
    others = [
        c for c in bias["cases"] if c["kind"] in ("vif", "permutest_exact", "predict_newmods")
    ]
    return {
        "source": {n: bias["meta"]["versions"][n] for n in ("R", "metafor", "meta")},
        "inputs": {
            key: {n: v for n, v in inputs[key].items() if n in wanted} for key in sorted(keys)
        },
        "counts": counts,
        "regressions": regressions,
        "groups": groups,
        "prevalence": prevalence,
        "others": [{n: c[n] for n in ("kind", "key", "r_call", "result")} for c in others],
    }


def write(goldens):
    """Return the goldens as JSON, one case a line."""
    parts = []
    for name, value in goldens.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            parts.append(f'"{name}": [\n{rows}\n]')
        else:
            parts.append(f'"{name}": {json.dumps(value, separators=(",", ":"))}')
    return "{" + ",\n".join(parts) + "}"


if __name__ == "__main__":
    print(write(pick(sys.argv[1])))
