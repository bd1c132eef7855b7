"""Run the notebooks: `check` them against what is committed, or `write` their outputs anew.

A notebook is checked twice over.  Its text outputs must be the committed ones, and two
runs must give the same bytes, pictures included: a picture may differ between versions of
matplotlib, but never between two runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"


def run(path: Path) -> Any:
    """Return the notebook, executed where it stands, without metadata of this run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}},
        record_timing=False,
    )  # fmt: skip
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def outputs(notebook: Any, *, pictures: bool) -> list[Any]:
    """Return all outputs, with or without those that are pictures."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = dict(output.get("data", {}))
            if not pictures:
                data = {kind: text for kind, text in data.items() if not kind.startswith("image/")}
            found.append((output.output_type, output.get("text", ""), data))
    return found


def check(path: Path) -> list[str]:
    """Return what is wrong with a notebook."""
    committed = nbformat.read(path, as_version=4)
    first, second = run(path), run(path)
    wrong = []
    if nbformat.writes(first) != nbformat.writes(second):
        wrong.append("two runs differ")
    before, now = (outputs(each, pictures=False) for each in (committed, first))
    if before != now:
        at = next(
            (i for i, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]),
            min(len(before), len(now)),
        )
        wrong.append(
            f"output {at} is not the committed one; 'make refresh' writes it anew:\n"
            f"--- committed\n{before[at : at + 1]}\n--- now\n{now[at : at + 1]}"
        )
    return [f"{path.name}: {said}" for said in wrong]


def main(task: str) -> int:
    """Do the task for every notebook; return how many are wrong."""
    paths = sorted(FOLDER.glob("*.ipynb"))
    wrong = []
    for path in paths:
        if task == "write":
            nbformat.write(run(path), path)
        else:
            wrong += check(path)
    print("\n".join(wrong) or f"{len(paths)} notebooks: {task} done", flush=True)
    return len(wrong)


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["write"]):
        sys.exit("python tools/notebooks.py check | write")
    sys.exit(main(sys.argv[1]))
