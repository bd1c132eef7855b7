"""In a notebook a picture shows by itself, the second as well as the first."""

import nbformat
from nbclient import NotebookClient

DRAW = "import reviewkit as rk\nflow = rk.prisma_flow({'screened': 3})\nflow.plot();"


def test_every_picture_of_a_notebook_is_shown():
    cells = [nbformat.v4.new_code_cell(text) for text in (DRAW, "flow.plot();", "flow")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [[set(out.get("data", {})) for out in cell.outputs] for cell in notebook.cells]
    assert all(any("image/png" in data for data in cell) for cell in shown[:2])
    assert {"text/html", "text/plain"} <= shown[2][0]
