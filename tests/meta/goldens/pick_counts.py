"""Pick the cases of test_glmm and test_betabinomial.

    python tests/meta/goldens/pick_counts.py FOLDER > tests/meta/goldens/counts.json

FOLDER holds pooling.json, pooling_meta.json and datasets/, made in R.  ``exact`` is a
binomial-normal likelihood by 101 adaptive nodes and R's optim; ``rma.glmm`` (metafor) and
``metaprop`` (meta) take 7 nodes, ``glmer`` (lme4) 7 or 25.  ``beta`` is a beta-binomial
likelihood by optim, ``betabin`` that of the package aod.  Errors of R are left out.
"""

import sys

from pick_pooling import read, read_counts, write

KINDS = {
    "exact_ml_logitnormal": "exact",
    "rma.glmm": "rma.glmm",
    "lme4.glmer": "glmer",
    "betabinomial_ml": "beta",
    "aod.betabin": "betabin",
}
PROP = ["TE_random", "seTE_random", "lower_random", "upper_random", "lower_predict"]
PROP += ["upper_predict", "tau2", "Q", "df_Q", "pval_Q"]


def pick(folder):
    """Return the goldens as a mapping."""
    pooling, meta = read(folder, "pooling.json"), read(folder, "pooling_meta.json")
    found = {name: [] for name in KINDS.values()}
    for case in pooling["cases"]:
        kind, result = KINDS.get(case["kind"]), case["result"]
        if kind is None or result is None:
            continue
        keys = {name: case[name] for name in ("dataset", "method", "nAGQ") if name in case}
        kept = {k: v for k, v in result.items() if k not in ("p", "tau2_attempt", "bt_ci", "bt_pi")}
        found[kind].append(keys | kept)
    found["metaprop"] = [
        {"dataset": case["dataset"], "tag": case["tag"]} | {n: case["result"][n] for n in PROP}
        for case in meta["cases"]
        if case["kind"] == "meta.metaprop" and case.get("tag") in ("default_GLMM", "GLMM_HK")
        if case["result"] is not None and case["result"]["method_random"] == "GLMM"
    ]
    names = sorted({row["dataset"] for rows in found.values() for row in rows})
    versions = pooling["meta"]["versions"]
    return {
        "source": {name: versions[name] for name in ("R", "metafor", "meta", "lme4", "aod")},
        "counts": {name: read_counts(folder, name) for name in names},
        **found,
    }


if __name__ == "__main__":
    print(write(pick(sys.argv[1])))
