"""Write the denominators that printed percentages of a review allow, up to n = 500.

    python tests/integrity/goldens/pick_denominators.py grim_percent.json > tests/integrity/goldens/denominators.json

They were enumerated by another program; its lists of numbers and ranges stay as they are.
"""

import json
import sys
from pathlib import Path


def pick(path):
    """Return the sets of percentages with their candidates."""
    sets = json.loads(Path(path).read_text(encoding="utf-8"))
    return {
        name: {"percents": found["percents"], "candidates": found["list"]}
        for name, found in sets.items()
        if "percents" in found
    }


if __name__ == "__main__":
    print(json.dumps(pick(sys.argv[1]), indent=1))
