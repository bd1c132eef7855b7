"""R's answers about sensitivity as rows that name our call, and how a row is checked."""

import numpy as np
from meta_cases import read_golden
from numpy.testing import assert_allclose

from reviewkit.meta.contributions import baujat_contributions
from reviewkit.meta.cumulative import cumulative_pool
from reviewkit.meta.diagnostics import influence_measures
from reviewkit.meta.filled import trim_and_fill
from reviewkit.meta.left_out import leave_one_out
from reviewkit.meta.pooling import pool_effects
from reviewkit.meta.selection import selection_model

GOLDENS = read_golden("sensitivity")

RTOL = 1e-9  # closed forms; R's answers carry 15 digits
RTOL_SEARCH = 1e-5  # tau² of R's Fisher scoring at a threshold of 1e-13
#: metafor and meta fit the filled data at their default threshold, a step of 1e-5 in tau².
RTOL_FILLED, ATOL_FILLED = 1e-4, 1e-5
RTOL_SELECTION = 1e-3

METHODS = {
    "EE": {"model": "common"}, "REML": {"tau2": "REML"}, "DL": {"tau2": "DL"}, "ML": {"tau2": "ML"},
}  # fmt: skip
_REFIT = {
    "estimate": "estimate", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub", "q": "Q",
    "q_p": "Qp", "tau2": "tau2", "i2": "I2",
}  # fmt: skip
_MEASURES = {
    name: name for name in ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "hat", "dfbs")
}
_NAMES = {
    "leave1out": _REFIT,
    "cumul": _REFIT,
    "influence": _MEASURES | {"q_del": "QE_del", "weight": "weight", "influential": "is_infl"},
    "baujat": {"heterogeneity": "x", "influence": "y"},
    "trimfill": {
        "n_filled": "k0", "se_missing": "se_k0", "p_value": "p_k0", "estimate": "estimate",
        "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub", "tau2": "tau2", "i2": "I2", "q": "Q",
        "filled": "filled_yi", "filled_variances": "filled_vi",
    },
    "trimfill_auto_side": {"side": "side", "n_filled": "k0", "estimate": "estimate"},
    "meta.trimfill": {
        "n_filled": "k0", "estimate": "TE_random", "se": "seTE_random", "ci_low": "lower_random",
        "ci_high": "upper_random", "tau2": "tau2",
    },
    "selmodel_stepfun": {
        "estimate": "estimate", "transformed_se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub", "tau2": "tau2",
        "tau2_se": "se_tau2", "weights": "delta", "weights_se": "se_delta", "lrt": "LRT",
        "lrt_p": "LRTp", "log_likelihood": "logLik", "counts": "ptable_k",
    },
}  # fmt: skip
_IN_PERCENT = ("i2", "weight")


def to_rows(case):
    """Return a case of the reference as rows; none if it is of another kind."""
    kind, found = case["kind"], case["result"]
    if kind not in _NAMES:
        return []
    key = case.get("key") or f"{case['dataset']}:PLO"
    row = {"key": key, "kind": kind, "method": case.get("method", "REML"), "call": {}}
    row["fails"] = found is None
    row["values"] = {} if found is None else _read(found, _NAMES[kind])
    if kind == "cumul" and case["order"] != "as given":
        row["call"] = {"by": "variance"}
    elif kind == "trimfill":
        row["call"] = {name: case[name] for name in ("side", "estimator")}
    elif kind == "meta.trimfill":
        side = "left" if case["left"] else "right"
        row["call"] = {"side": side, "estimator": f"{case['type']}0", "centre": "common"}
    elif kind == "selmodel_stepfun":
        row["call"] = {name: case[name] for name in ("steps", "alternative")}
        row["method"] = "ML"
    if kind != "baujat":
        return [row]
    plain = _read(found, {"heterogeneity": "x_EE", "influence": "y_EE"})
    return [row, row | {"method": "EE", "values": plain}]


def _read(found, names):
    """Return R's numbers under our names; what it does not have is left out."""
    values = {}
    for ours, theirs in names.items():
        value = found.get(theirs)
        if value is None or value == "NaN":
            continue
        if ours in _IN_PERCENT:
            value = (np.array(value, dtype=float) / 100).tolist()
        values[ours] = value
    return values


def pool_row(data, row):
    """Pool the data of a row as R did."""
    k = len(data["yi"])
    table = {
        "study": [f"Study {i}" for i in range(k)],
        "effect": data["yi"],
        "variance": data["vi"],
    }
    table["row"] = np.arange(k)
    return pool_effects(table, **{"ci": "z", **METHODS[row["method"]]})


def find(data, row):
    """Return our numbers for a row, by name."""
    pooled, call = pool_row(data, row), row["call"]
    kind = row["kind"].removeprefix("meta.")
    if kind == "leave1out":
        return leave_one_out(pooled).to_frame()
    if kind == "cumul":
        return cumulative_pool(pooled, by=call.get("by", "row")).to_frame()
    if kind == "influence":
        return influence_measures(pooled).to_frame()
    if kind == "baujat":
        return baujat_contributions(pooled).to_frame()
    if kind == "selmodel_stepfun":
        steps = np.atleast_1d(call["steps"])
        return as_mapping(selection_model(pooled, steps=steps, alternative=call["alternative"]))
    filled = trim_and_fill(pooled, **call)
    some = slice(pooled.k, None)
    return as_mapping(filled) | {
        "se": filled.fits.fit.se[0], "se_missing": filled.missing.se,
        "filled": filled.studies.effects[some], "filled_variances": filled.studies.variances[some],
    }  # fmt: skip


def as_mapping(result):
    """Return what a result knows, by name."""
    names = (name for name in dir(type(result)) if not name.startswith("_"))
    kept = {name: getattr(result, name) for name in names if name != "title"}
    return {name: value for name, value in kept.items() if not callable(value)}


def assert_finds(data, row):
    """Compare all numbers of a row with ours."""
    found, values = find(data, row), row["values"]
    assert values, row
    for name, value in values.items():
        ours, message = (
            found[name],
            f"{row['key']} {row['kind']} {row['method']} {row['call']} {name}",
        )
        if isinstance(value, str):
            assert ours == value, message
            continue
        rtol, atol = find_tolerance(row, name)
        if rtol is not None:
            theirs = np.array(value, dtype=float)  # null is NaN: R has no answer there
            ours = np.where(np.isnan(theirs), np.nan, np.asarray(ours, dtype=float))
            assert_allclose(ours, theirs, rtol=rtol, atol=atol, err_msg=message)
    if row["kind"] == "selmodel_stepfun":
        assert found["log_likelihood"] >= values["log_likelihood"] - 1e-9, row


def find_tolerance(row, name):
    """Return relative and absolute tolerance; None where R's number is none to match."""
    kind, exact = row["kind"], row["method"] in ("DL", "EE")
    if kind == "selmodel_stepfun":
        return _find_selection_tolerance(row["values"], name)
    if kind in ("trimfill", "trimfill_auto_side", "meta.trimfill") and not exact:
        whole = name in ("n_filled", "se_missing", "p_value", "filled_variances")
        return (RTOL, 1e-12) if whole else (RTOL_FILLED, ATOL_FILLED)
    return (RTOL, 1e-12) if exact else (RTOL_SEARCH, 1e-10)


def _find_selection_tolerance(values, name):
    """Return tolerances of a selection model.

    R stops where the likelihood is nearly flat: where an interval of p is empty its weight
    rises to the limit of 100, and R stops at 70 to 99.9; its tau² cannot be 0, and it
    stops at up to 3e-6.  The rest is then off by a few thousandths (of a standard error, for limits near 0).  That our likelihood is never
    the lower one is checked too.
    """
    empty = 0 in values["counts"]
    if empty and name in ("weights", "weights_se", "lrt", "lrt_p"):
        return None, None
    stopped = empty or values["tau2"] < 1e-5
    return (5e-3, 2e-3 * values["transformed_se"]) if stopped else (RTOL_SELECTION, 1e-5)
