"""Pick the cases of tests/agreement/test_chance.py and test_icc.py from R's answers.

    python tests/agreement/goldens/pick_chance.py FOLDER > tests/agreement/goldens/chance.json

FOLDER holds agreement.json.  Picked are three sets of ratings by more than two raters, one of
them with missing ratings, with every coefficient unweighted and with quadratic weights.
"""

import json
import sys
from pathlib import Path

SETS = ("cac.raw4raters", "fleiss1971_diagnoses", "shrout_fleiss1979")
KINDS = ("gwet_ac", "brennan_prediger", "percent_agreement", "fleiss_kappa_gen")
KINDS += ("conger_kappa_gen", "krippendorff_alpha_irrCAC", "light_kappa", "icc")


def pick(folder):
    """Return the goldens as a mapping."""
    reference = json.loads(Path(folder, "agreement.json").read_text(encoding="utf-8"))
    versions = reference["meta"]["versions"]
    sets = {}
    cases = [case for case in reference["cases"] if case["dataset"] in SETS]
    for case in cases:
        if case["kind"] == "data_ratings":
            found = {key: case[key] for key in ("ratings", "levels")}
            sets[case["dataset"]] = {**found, "cases": [], "icc": []}
    for case in cases:
        kept = sets[case["dataset"]]
        if case["kind"] == "icc" and "type" in case:
            keys = ("type", "unit", "model")
            kept["icc"].append([*(case[key] for key in keys), case["result"]])
        elif case["kind"] in KINDS and case.get("weights") in (None, "unweighted", "quadratic"):
            result = case["result"]
            value = result.get("coeff", result.get("kappa"))
            if value is not None:
                kept["cases"].append([case["kind"], case.get("weights"), value, result.get("se")])
    source = {name: versions[name] for name in ("R", "irr", "irrCAC", "psych")}
    return {"source": source, "sets": sets}


if __name__ == "__main__":
    print(json.dumps(pick(sys.argv[1]), ensure_ascii=False))
