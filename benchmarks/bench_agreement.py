"""Time agreement and decisions as a user calls them; peers stand beside where there are any."""

import numpy as np
import pandas as pd
import pytest

import reviewkit as rk

N = 50_000


def make_wide():
    votes = np.random.default_rng(0).random((N, 2)) < 0.2
    return pd.DataFrame(np.where(votes, "include", "exclude"), columns=["AB", "CD"])


def make_long(order="one below the other"):
    """Return the same votes as decisions, with text ids."""
    wide = make_wide()
    ids = [f"record-{n}" for n in range(N)]
    parts = [pd.DataFrame({"record": ids, "rater": name, "verdict": wide[name]}) for name in wide]
    long = pd.concat(parts, ignore_index=True)
    if order == "shuffled":
        return long.sample(frac=1, random_state=1, ignore_index=True)
    return long if order == "one below the other" else long.sort_values("record", kind="stable")


def bench_wide(benchmark):
    benchmark(rk.rater_agreement, make_wide())


@pytest.mark.parametrize("order", ["one below the other", "by record", "shuffled"])
def bench_long(benchmark, order):
    benchmark(rk.rater_agreement, make_long(order))


def bench_peer(benchmark):
    """scikit-learn's bare kappa, of the same votes as texts."""
    metrics = pytest.importorskip("sklearn.metrics")
    wide = make_wide()
    benchmark(metrics.cohen_kappa_score, wide["AB"], wide["CD"])


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def bench_bootstrap_of_alpha(benchmark, metric):
    """2,000 draws of 10,000 items by 4 raters."""
    ratings = pd.DataFrame(np.random.default_rng(1).integers(1, 6, (10_000, 4)), columns=[*"ABCD"])
    ratings = ratings.astype(pd.CategoricalDtype(range(1, 6), ordered=True))
    options = {"metric": metric, "interval": "bootstrap", "draws": 2_000, "rng": 1}
    benchmark.pedantic(rk.rater_agreement, (ratings,), options, rounds=3)


def bench_all_pairs_of_30(benchmark):
    votes = np.random.default_rng(2).choice(["include", "exclude", None], (500, 30))
    frame = pd.DataFrame(votes, columns=[f"R{n}" for n in range(30)])
    benchmark.pedantic(rk.compare_raters, (frame,), rounds=3)


@pytest.mark.parametrize("kappa", [0.0, 0.61, 0.81])
def bench_feasible_tables(benchmark, kappa):
    benchmark.pedantic(rk.feasible_tables, (kappa, 5_000), rounds=3)


def bench_read_log(benchmark, tmp_path):
    """50,000 events of two users."""
    rng = np.random.default_rng(3)
    lines = ["created_at,user_id,user_email,article_id,key,value"]
    for n, (who, article, value) in enumerate(
        zip(rng.integers(1, 3, N), rng.integers(0, 20_000, N), rng.integers(-1, 2, N), strict=True)
    ):
        when = pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(seconds=n)
        lines.append(f"{when.isoformat()},{who},r{who}@example.org,{article},included,{value}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(lines))
    benchmark.pedantic(rk.read_decisions, (path,), rounds=3)


def bench_read_articles(benchmark, tmp_path):
    """20,000 records by three reviewers."""
    votes = np.random.default_rng(4).choice(["Included", "Excluded", "Maybe"], (20_000, 3))
    lines = ["key,title,authors,notes"]
    for n, (a, b, c) in enumerate(votes):
        note = f'RAYYAN-INCLUSION: {{""Ada""=>""{a}"", ""Bo""=>""{b}"", ""Cy""=>""{c}""}}'
        lines.append(f'rayyan-{n},Title {n},"Lee, A","{note}"')
    path = tmp_path / "articles.csv"
    path.write_text("\n".join(lines))
    benchmark.pedantic(rk.read_decisions, (path,), rounds=3)


def bench_find_conflicts(benchmark):
    benchmark.pedantic(rk.find_conflicts, (make_long(),), rounds=3)
