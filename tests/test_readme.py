"""The tour of the README runs, and says what the README says it does."""

import re
import runpy
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def read_tour():
    (tour,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return tour


def test_the_tour_is_short_and_runs(tmp_path, monkeypatch):
    tour = read_tour()
    assert len(tour.splitlines()) <= 25
    monkeypatch.chdir(tmp_path)
    Path("tour.py").write_text(tour, encoding="utf-8")
    known = runpy.run_path("tour.py")
    assert (tmp_path / "report.html").exists()
    assert known["pooled"].estimate == pytest.approx(0.4089, abs=5e-5)


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")))
def test_what_the_readme_points_to_is_there(path):
    assert (README.parent / path).exists()
