"""Pick the cases of tests/agreement/test_raters.py from R's answers.

    python tests/agreement/goldens/pick_agreement.py FOLDER > tests/agreement/goldens/agreement.json

FOLDER holds agreement.json and propci.json.
Picked are all cross-tables of two raters, with kappa and its sampling standard error by the
formula of Fleiss, Cohen and Everitt and by irrCAC, and four sets of ratings by two raters,
and Wilson's interval of shares of up to 1,000 items.
Left out are psych's variances of weighted kappa, which are wrong, and epiR's standard errors of
its indices, which take the cells of one table as independent.
"""

import json
import sys
from pathlib import Path

MOST_ITEMS = 1000
PLAIN = {
    ("cohen_kappa_irr", "unweighted"): "kappa",
    ("percent_agreement", "unweighted"): "coeff",
}
WEIGHTS = ("unweighted", "linear", "quadratic")
INDICES = ("prevalence_index_signed", "bias_index_signed", "positive_agreement")
INDICES += ("negative_agreement", "pabak_brennan_prediger", "specific_agreement_per_category")


def pick(folder):
    """Return the goldens as a mapping."""
    reference = json.loads(Path(folder, "agreement.json").read_text(encoding="utf-8"))
    shares = json.loads(Path(folder, "propci.json").read_text(encoding="utf-8"))
    tables, ratings = {}, {}
    for case in reference["cases"]:
        name, kind = case["dataset"], case["kind"]
        if kind == "data_table2":
            tables[name] = {"table": case["table"], "kappa": {}}
        elif kind == "data_ratings" and case["n_raters"] == 2:
            ratings[name] = {"ratings": case["ratings"]}
        elif name in tables:
            add_to_table(tables[name], case)
        elif name in ratings and (kind, case.get("weights")) in PLAIN:
            ratings[name][kind] = case["result"][PLAIN[kind, case["weights"]]]
    versions = reference["meta"]["versions"]
    source = {name: versions[name] for name in ("R", "irr", "irrCAC")}
    wilson = [
        [case["x"], case["n"], case["level"], *case["result"]["wilson"]]
        for case in shares["cases"]
        if case["n"] <= MOST_ITEMS and case["level"] == 0.95
    ]
    return {"source": source, "tables": tables, "ratings": ratings, "wilson": wilson}


def add_to_table(golden, case):
    """Add what one case says about a cross-table."""
    kind, result = case["kind"], case["result"]
    if kind == "cohen_kappa":
        keys = ("po", "kappa", "se_nonnull", "ci_lb", "ci_ub")
        golden["kappa"][case["weights"]] = {key: result[key] for key in keys}
    elif kind == "cohen_kappa_irrCAC" and case["weights"] in WEIGHTS:
        golden["kappa"][case["weights"]]["irrCAC"] = [result["coeff"], result["se"]]
    elif (kind == "percent_agreement" and case["weights"] == "unweighted") or (
        kind == "brennan_prediger" and case["weights"] == "unweighted"
    ):
        golden[kind] = [result["coeff"], result["se"]]
    elif kind == "indices":
        golden[kind] = {key: result[key] for key in INDICES if key in result}
    elif kind == "epiR":
        golden[kind] = {key: result[key]["est"] for key in ("pindex", "bindex", "pabak")}


if __name__ == "__main__":
    print(json.dumps(pick(sys.argv[1])).replace('{"table"', '\n{"table"'))
