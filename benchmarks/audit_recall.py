"""Measure the audit on synthetic reviews: how many planted faults it finds, how often it cries wolf.

    python benchmarks/audit_recall.py                 # 500 clean reviews, 6 of each kind of fault
    python benchmarks/audit_recall.py 2000 20 --from 900000
    python benchmarks/audit_recall.py 0 40 flow. pools.recipe

Prints each kind with its recall, what was missed, and every false alarm.  A finding of a rule that
is not named for a fault is listed as a side effect: one wrong number often contradicts several.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import reviewkit as rk
from reviewkit.review.synthetic_faults import FAULTS, is_found


def audit(seed, faults=()):
    with tempfile.TemporaryDirectory() as place:
        made = rk.make_review(seed, faults, folder=Path(place))
        return made, made.review().findings


def measure_clean(seeds):
    """Return how many reviews have an error or a warning; print each."""
    wrong = 0
    for seed in seeds:
        said = [str(finding) for finding in audit(seed)[1] if finding.severity != "note"]
        wrong += bool(said)
        for line in said:
            print(f"  false alarm, seed {seed}: {line}")
    return wrong


def measure_faults(seeds, kinds):
    """Return faults planted and found by kind; print a line for each."""
    planted, found = Counter(), Counter()
    for kind in kinds:
        missed, beside = [], Counter()
        for seed in seeds:
            made, findings = audit(seed, [kind])
            (one,) = made.planted
            hit = is_found(one, findings)
            planted[kind] += 1
            found[kind] += hit
            missed += [] if hit else [(seed, one.where, one.was[-40:], one.became[-40:])]
            rules = {finding.rule for finding in findings if finding.severity != "note"}
            beside.update(r for r in rules if not any(r.startswith(own) for own in one.rules))
        told = ", ".join(f"{rule} {n}" for rule, n in beside.most_common(3))
        print(
            f"{kind:26} {found[kind]:3} of {planted[kind]:3}   {f'beside: {told}' if told else ''}"
        )
        for miss in missed:
            print("  missed:", *miss, sep=" | ")
    return planted, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clean", type=int, nargs="?", default=500, help="clean reviews")
    parser.add_argument(
        "each", type=int, nargs="?", default=6, help="reviews for each kind of fault"
    )
    parser.add_argument("kinds", nargs="*", help="beginnings of kinds; all if none")
    parser.add_argument("--from", type=int, default=100_000, dest="first", help="first seed")
    given = parser.parse_args()
    begun = time.process_time()
    kinds = [k for k in FAULTS if not given.kinds or k.startswith(tuple(given.kinds))]
    wrong = measure_clean(range(given.first, given.first + given.clean))
    seeds = range(given.first, given.first + given.each)
    planted, found = measure_faults(seeds, kinds)
    n, hits = planted.total(), found.total()
    print(f"\n{wrong} of {given.clean} clean reviews with a false alarm")
    print(
        f"{hits} of {n} planted faults found ({100 * hits / max(n, 1):.1f} %), {len(kinds)} kinds"
    )
    print(f"{time.process_time() - begun:.0f} s of processor")


if __name__ == "__main__":
    main()
