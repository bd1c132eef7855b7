"""Pick the cases of the tests of sensitivity.

    PYTHONPATH=tests/meta python tests/meta/goldens/pick_sensitivity.py FOLDER

FOLDER holds regression_bias.json, regression_inputs.json and pooling_meta.json, made in R with
metafor 5.0-1 and meta 8.3-0.  Kept are: of leave-one-out, cumulative analyses, influence
measures and Baujat's, six data sets (studies that are influential or not, tau² = 0, equal
studies, three studies); of trim and fill, three of these and one in which Q0 has no
root; of selection models, three, with peaks at tau² = 0 and with empty intervals.
"""

import json
import sys
from pathlib import Path

KEYS = (
    "bcg:RR", "hahn2001:OR", "normand1999:SMD", "crisafulli2020:PFT", "syn_homog:PLO",
    "syn_k3_zero1:PLO",
)  # fmt: skip
PICKED = {
    **dict.fromkeys(("leave1out", "cumul", "influence", "baujat", "trimfill_auto_side"), KEYS),
    "trimfill": ("bcg:RR", "crisafulli2020:PFT", "syn_homog:PLO", "egger2001:OR"),
    "meta.trimfill": ("pritz1997:PLO", "crisafulli2020:PLO"),
    "selmodel_stepfun": ("egger2001:OR", "raudenbush1985:ES", "hackshaw1998:ES"),
}


def read(folder, name):
    """Return the cases of a reference file."""
    return json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def pick(folder):
    """Return the inputs and the rows of the tests."""
    from sensitivity_cases import to_rows

    cases = read(folder, "regression_bias") + read(folder, "pooling_meta")
    rows = [row for case in cases for row in to_rows(case) if row["key"] in PICKED[row["kind"]]]
    keys = {row["key"] for row in rows}
    inputs = {
        case["key"]: {name: case[name] for name in ("yi", "vi")}
        for case in read(folder, "regression_inputs")
        if case["key"] in keys
    }
    source = {"R": "4.2.2", "metafor": "5.0-1", "meta": "8.3-0"}
    return {"source": source, "inputs": inputs, "rows": rows}


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
    target = Path(__file__).parent / "sensitivity.json"
    target.exists() or target.write_text("{}", encoding="utf-8")
    write(target, pick(sys.argv[1]))
