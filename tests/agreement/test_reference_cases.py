"""Every case of the collection of R's answers: matched, or named here with the reason why not."""

import json
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from test_chance import REFERENCE, check_case, frame_of_ratings

from reviewkit.agreement.icc import intraclass_correlation
from reviewkit.agreement.raters import agreement_from_table, rater_agreement

#: Kinds that are no coefficient of agreement of this library.
ELSEWHERE = {
    "data_ratings": "an input",
    "data_table2": "an input",
    "stuart_maxwell": "a test of equal margins, not an agreement",
    "kendall_w": "a concordance of ranks, not an agreement",
}
FORMS = {"oneway": 1, "agreement": 2, "consistency": 3}
RTOL = 1e-8


def check_cohen(case, given):
    """Kappa with the standard error of Fleiss, Cohen and Everitt, and its uncut interval."""
    plain = case["weights"] == "unweighted"
    found = agreement_from_table(given["table"], **({} if plain else {"weights": case["weights"]}))
    row = found.to_frame().loc["cohen_kappa" if plain else "weighted_kappa"]
    result = case["result"]
    assert_allclose(row["estimate"], result["kappa"], rtol=RTOL)
    assert_allclose(row["se"], result["se_nonnull"], rtol=RTOL, atol=1e-12)
    limits = np.clip([result["ci_lb"], result["ci_ub"]], -1, 1)
    assert_allclose([row["ci_low"], row["ci_high"]], limits, rtol=1e-7)
    agreed = found.to_frame().loc[("" if plain else "weighted_") + "percent_agreement", "estimate"]
    assert_allclose(agreed, result["po"], rtol=RTOL)


def check_own_weights(case, given):
    result = case["result"]
    found = agreement_from_table(result["table"], weights=result["disagreement_weights"])
    row = found.to_frame().loc["weighted_kappa"]
    assert_allclose(row["estimate"], result["kappa_w"], rtol=RTOL)
    assert_allclose(row["se"], result["own"]["se_nonnull"], rtol=RTOL)


def check_indices(case, given):
    found, result = agreement_from_table(given["table"]), case["result"]
    rows = found.to_frame()["estimate"]
    assert found.n_items == result["n"]
    names = {
        "percent_agreement": "percent_agreement", "kappa": "cohen_kappa",
        "pabak_brennan_prediger": "pabak", "scott_pi": "scott_pi", "gwet_ac1": "gwet_ac1",
        "krippendorff_nominal": "krippendorff_alpha", "pabak": "pabak",
        "prevalence_index_signed": "prevalence_index", "bias_index_signed": "bias_index",
        "positive_agreement": "positive_agreement", "negative_agreement": "negative_agreement",
    }  # fmt: skip
    for theirs, ours in names.items():
        if isinstance(result.get(theirs), int | float):
            assert_allclose(rows[ours], result[theirs], rtol=RTOL, atol=1e-12)
    if isinstance(result["kappa_max"], int | float):
        assert_allclose(found.maximum_kappa, result["kappa_max"], rtol=RTOL)


def check_epi(case, given):
    """The values; the standard errors of epiR take the cells of one table as independent."""
    rows, result = agreement_from_table(given["table"]).to_frame()["estimate"], case["result"]
    for theirs, ours in (("pindex", "prevalence_index"), ("bindex", "bias_index"),
                         ("pabak", "pabak"), ("kappa", "cohen_kappa")):  # fmt: skip
        assert_allclose(rows[ours], result[theirs]["est"], rtol=RTOL, atol=1e-12)


def check_two(case, given):
    """Cohen's kappa of two raters, and Light's, which is the same."""
    power = {"equal": "linear", "squared": "quadratic"}.get(case.get("weights"))
    found = rater_agreement(frame_of_ratings(given), **({"weights": power} if power else {}))
    value = case["result"]["kappa"]
    row = found.to_frame().loc["weighted_kappa" if power else "cohen_kappa"]
    if isinstance(value, int | float) and not math.isnan(value):
        assert_allclose(row["estimate"], value, rtol=RTOL)
    else:
        assert math.isnan(row["estimate"])


def check_spread(case, given):
    """Coefficients of counts a category, which any raters may have made."""
    rows = []
    for counts in case["result"]["input"]:
        chosen = [k for k, count in enumerate(counts, start=1) for _ in range(count)]
        rows.append([*chosen, *[None] * (6 - len(chosen))])
    levels = list(range(1, len(case["result"]["input"][0]) + 1))
    weighted = case["weights"] != "unweighted"
    frame = frame_of_ratings({"ratings": rows, "levels": levels})
    found = rater_agreement(frame, **({"weights": case["weights"]} if weighted else {}))
    name = {"pa.coeff.dist": "percent_agreement", "gwet.ac1.dist": "gwet_ac1",
            "fleiss.kappa.dist": "fleiss_kappa", "krippen.alpha.dist": "krippendorff_alpha",
            "bp.coeff.dist": "pabak"}[case["fun"]]  # fmt: skip
    name = {"gwet_ac1": "gwet_ac2"}.get(name, f"weighted_{name}") if weighted else name
    row, result = found.to_frame().loc[name], case["result"]["coeff"]
    assert_allclose(row["estimate"], result["coeff"], rtol=RTOL)
    if case["fun"] != "krippen.alpha.dist":  # 1.5 % off irrCAC's own answer for single ratings
        assert_allclose(row["se"], result["stderr"], rtol=RTOL)


def check_icc(case, given):
    found = intraclass_correlation(pd.DataFrame(given["ratings"], dtype=float)).to_frame()
    result = case["result"]
    if "model" not in case:
        assert_allclose(found["estimate"], result["ICC"], rtol=1e-9, atol=1e-12)
        return
    number = FORMS[case["model"] if case["model"] == "oneway" else case["type"]]
    row = found.loc[f"ICC({number},{1 if case['unit'] == 'single' else 'k'})"]
    assert_allclose(row["estimate"], result["ICC"], rtol=1e-9, atol=1e-12)


def check_agree(case, given):
    """The share of items on which all agree: of two raters that is percent agreement."""
    if given["n_raters"] > 2:
        raise NotMatchedError("share of items on which all of many raters agree")
    found = rater_agreement(frame_of_ratings(given)).to_frame()
    assert_allclose(found.loc["percent_agreement", "estimate"] * 100, case["result"]["percent"])


class NotMatchedError(Exception):
    """Why a case does not apply."""


CHECKS = {
    "cohen_kappa": check_cohen,
    "cohen_kappa_custom_weights": check_own_weights,
    "indices": check_indices,
    "epiR": check_epi,
    "cohen_kappa_irr": check_two,
    "dist_coeff": check_spread,
    "icc": check_icc,
    "agree": check_agree,
}


def check(case, inputs):
    """Match a case, or say why it does not apply."""
    kind, given = case["kind"], inputs.get(case["dataset"], {})
    if kind in ELSEWHERE:
        raise NotMatchedError(ELSEWHERE[kind])
    if case["error"]:
        raise NotMatchedError("an error of R")
    if kind in CHECKS:
        CHECKS[kind](case, given)
    elif kind == "light_kappa" and given["n_raters"] == 2:
        check_two(case, given)
    elif not check_case(case, inputs):
        raise NotMatchedError("R counts items of one of two raters, which are left out here")


def test_all_cases():
    if not REFERENCE.exists():
        pytest.skip(f"R's answers are not beside this checkout: {REFERENCE.name}")
    cases = json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]
    inputs = {c["dataset"]: c for c in cases if c["kind"].startswith("data_")}
    left = Counter()
    for case in cases:
        try:
            check(case, inputs)
        except NotMatchedError as reason:
            left[str(reason)] += 1
        except AssertionError as error:
            raise AssertionError(f"{case['dataset']}: {case['r_call']}") from error
    assert left == {
        "an input": 18,
        "a test of equal margins, not an agreement": 4,
        "a concordance of ranks, not an agreement": 2,
        "an error of R": 1,
        "share of items on which all of many raters agree": 7,
        "R counts items of one of two raters, which are left out here": 30,
    }
