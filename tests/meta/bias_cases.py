"""R's answers about small-study effects as rows that name our test, and how a row is checked."""

import math
from types import SimpleNamespace

import numpy as np
from meta_cases import read_golden
from numpy.testing import assert_allclose

from reviewkit.meta.pooling import pool_effects

GOLDENS = read_golden("bias")

#: Our predictors by metafor's.
PREDICTOR = {
    "sei": "se", "vi": "variance", "ni": "n", "ninv": "1/n", "sqrtni": "sqrt(n)", "sqrtninv": "1/sqrt(n)",
}  # fmt: skip
#: Our tests by those of R's meta.
METABIAS = {
    "Egger": "egger", "Begg": "begg-normal", "Thompson": "egger-mixed", "Harbord": "harbord",
    "Macaskill": "egger", "Peters": "peters", "Schwarzer": "schwarzer", "Deeks": "deeks",
    "Pustejovsky": "pustejovsky",
}  # fmt: skip
#: Columns of R's tables under our names.
COLUMNS = {"ni": "total", "ai": "events_1", "n1i": "total_1", "ci": "events_2", "n2i": "total_2"}

RTOL = 1e-9  # closed forms; R's answers carry 15 digits
#: tau² of R's regression stops at a step of 1e-13; meta's at 1e-5, whatever the scale.
RTOL_MIXED, RTOL_META = 1e-5, 1e-4

_KINDS = {
    "egger_classical": ("egger", {"estimate": "intercept", "se": "se", "statistic": "t",
                                  "p_value": "p", "df": "df", "limit": "slope"}),
    "ranktest": ("begg", {"estimate": "tau", "p_value": "pval"}),
    "begg_metabias_style": ("begg-normal", {"statistic": "z", "p_value": "p"}),
    "lfk_doi": ("lfk", {"estimate": "lfk"}),
    "peters": ("peters", {"estimate": "slope", "se": "se", "statistic": "t", "p_value": "p",
                          "limit": "intercept"}),
    "macaskill": ("macaskill", {"estimate": "slope", "se": "se", "statistic": "t", "p_value": "p"}),
    "harbord": ("harbord", {"estimate": "intercept", "se": "se", "statistic": "t", "p_value": "p"}),
    "peters_proportion": ("peters", {"estimate": "slope", "se": "se", "statistic": "t",
                                     "p_value": "p", "limit": "intercept"}),
}  # fmt: skip
_REGTEST = {
    "statistic": "stat", "p_value": "pval", "limit": "limit_est", "limit_ci_low": "ci_lb",
    "limit_ci_high": "ci_ub",
}  # fmt: skip


def to_row(case):
    """Return a case of the reference as a row, or None if it is of another kind or an error."""
    kind, found = case["kind"], case["result"]
    if case["error"] or found is None:
        return None
    options, rtol, names = {"ci": "z", "tau2": "REML"}, RTOL, None
    if kind in _KINDS:
        test, names = _KINDS[kind]
        test = {"test": test}
    elif kind == "regtest":
        classical = case["model"] == "lm"
        test = {"test": "egger" if classical else "egger-mixed"}
        test["predictor"] = PREDICTOR[case["predictor"]]
        names, rtol = _REGTEST, RTOL if classical else RTOL_MIXED
        options |= {"tau2": "DL"} if '"DL"' in case["r_call"] else {}
        options |= {"model": "common"} if '"EE"' in case["r_call"] else {}
        options |= {"ci": "HK"} if "knha" in case["r_call"] else {}
    elif kind == "meta.metabias":
        test = {"test": METABIAS[case["method_bias"]]}
        if case["method_bias"] == "Macaskill":
            test["predictor"] = "n"
        names = {"statistic": "statistic", "p_value": "pval", "df": "df"}
        options, rtol = {**options, "ci": "t"}, RTOL_META if "Thompson" in case["r_call"] else RTOL
    if names is None:
        return None
    values = {ours: found.get(theirs) for ours, theirs in names.items()}
    key = case.get("key") or f"{case['dataset']}:{'PLO' if case.get('sm') else 'OR'}"
    return {"key": key, "kind": kind, "options": options, "test": test, "rtol": rtol,
            "values": {name: value for name, value in values.items() if value is not None}}  # fmt: skip


def table_of(data, row):
    """Return a data set of the reference as a table; meta drops studies that say nothing."""
    table = {"study": [f"Study {i}" for i in range(len(data["yi"]))]}
    table |= {"effect": data["yi"], "variance": data["vi"]}
    table |= {ours: data[theirs] for theirs, ours in COLUMNS.items() if theirs in data}
    table = {name: np.array(column) for name, column in table.items()}
    if "events_1" in table and row["kind"] in ("meta.metabias", "harbord"):
        events = table["events_1"] + table["events_2"]
        kept = (events > 0) & (events < table["total_1"] + table["total_2"])
        table = {name: column[kept] for name, column in table.items()}
    return table


def pool_row(data, row):
    """Pool the data of a row as its test asks."""
    return pool_effects(table_of(data, row), **row["options"])


def assert_finds(result, row):
    """Compare a result with all numbers of a row."""
    assert row["values"], row
    for name, value in row["values"].items():
        expected = float(value) if not isinstance(value, str) else math.inf
        message = f"{row['key']} {row['kind']} {row['test']} {name}"
        found = getattr(result, name)
        assert_allclose(found, expected, rtol=row["rtol"], atol=1e-12, err_msg=message)


def rows_of_goldens():
    """Return the picked rows."""
    return [SimpleNamespace(**row).__dict__ for row in GOLDENS["rows"]]
