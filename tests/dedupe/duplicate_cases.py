"""What the tests of duplicates share: a plain record, how a pair is judged, labelled sets."""

from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from defusedxml import ElementTree

from reviewkit.dedupe.matching import find_duplicates

SHARED = Path(__file__).parents[3] / "shared" / "dedupe"

PAPER = {
    "title": "Secondary traumatic stress among hospital social workers: a cross-sectional study",
    "authors": "Lee, Kim; Okoro, Ada B.; van den Berg, Jan", "year": 2019, "kind": "JOUR",
    "journal": "Journal of Traumatic Stress", "volume": "32", "issue": "4", "pages": "512-523",
    "doi": "10.1002/jts.22417", "pmid": "31357242",
}  # fmt: skip


def make_frame(*records):
    """Return records as a frame, numbered."""
    rows = [{"record": f"r{at}", **record} for at, record in enumerate(records)]
    frame = pd.DataFrame(rows)
    for name in ("record", "title"):
        if name not in frame:
            frame[name] = pd.Series(dtype=str)
    return frame


def judge(left, right):
    """Return what two records are held to be."""
    found = find_duplicates(make_frame(left, right))
    if found.n_removed:
        return "sure"
    if len(found.unsure):
        return "unsure"
    return "linked" if len(found.versions) else "distinct"


def vary(record=PAPER, **changes):
    """Return a record with some fields changed; None takes a field out."""
    return {name: value for name, value in {**record, **changes}.items() if value is not None}


BARE = vary(doi=None, pmid=None)


def read_labelled(name):
    """Return records of an EndNote export with labels: whether each is one of several of a work."""
    path = SHARED / f"{name}.xml"
    if not path.exists():
        pytest.skip(f"the labelled set {name} is not beside the checkout")
    rows = [
        _read_record(at, node) for at, node in enumerate(ElementTree.parse(path).iter("record"))
    ]
    return pd.DataFrame(rows)


_PATHS = {
    "title": "titles/title", "journal": "periodical/full-title", "second": "titles/secondary-title",
    "year": "dates/year", "volume": "volume", "issue": "number", "pages": "pages",
    "doi": "electronic-resource-num", "source": "remote-database-name", "label": "caption",
}  # fmt: skip


def _read_record(at, node):
    row = {"record": at, **{name: _text(node.find(path)) for name, path in _PATHS.items()}}
    row["authors"] = "; ".join(map(_text, node.findall("contributors/authors/author")))
    row["journal"] = row["journal"] or row.pop("second")
    row["label"] = row["label"] == "Duplicate"
    return row


def _text(node):
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def list_truth(gold):
    """Return the pairs of positions that are of one work."""
    groups = pd.Series(range(len(gold))).groupby(pd.Series(gold).to_numpy())
    return {
        (one, two)
        for _, rows in groups
        for at, one in enumerate(rows)
        for two in rows.iloc[at + 1 :]
    }  # fmt: skip


def list_pairs(frame, records):
    """Return pairs of a result as positions."""
    at = {record: place for place, record in enumerate(records["record"])}
    return {
        tuple(sorted((at[a], at[b]))) for a, b in zip(frame["left"], frame["right"], strict=True)
    }


def measure(records, found):
    """Return precision of sure pairs, precision and recall of sure and unsure ones, share of unsure."""
    truth = list_truth(records["gold"])
    sure, unsure = (list_pairs(frame, records) for frame in (found.pairs, found.unsure))
    both = sure | unsure
    return {
        "sure precision": len(sure & truth) / len(sure), "sure recall": len(sure & truth) / len(truth),
        "precision": len(both & truth) / len(both), "recall": len(both & truth) / len(truth),
        "unsure": len(unsure) / len(records),
    }  # fmt: skip


def sizes(found, *, with_unsure):
    """Return the size of the group of each record, unsure pairs taken as joined or not."""
    graph = nx.Graph()
    graph.add_nodes_from(found.records["record"])
    graph.add_edges_from(zip(found.pairs["left"], found.pairs["right"], strict=True))
    if with_unsure:
        graph.add_edges_from(zip(found.unsure["left"], found.unsure["right"], strict=True))
    size = {node: len(part) for part in nx.connected_components(graph) for node in part}
    return [size[record] for record in found.records["record"]]
