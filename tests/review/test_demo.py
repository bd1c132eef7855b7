"""The demonstration: all of both reviews, the same bytes twice, told step by step."""

import hashlib
import json

import pytest

from reviewkit._core.errors import InputError
from reviewkit.review.bundled import example, example_names
from reviewkit.review.demo import write_demo
from reviewkit.sources.spreadsheet import read_table


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder, steps = tmp_path_factory.mktemp("demo") / "new" / "demo", []
    reviews = write_demo(folder, progress=lambda *step: steps.append(step))
    return folder, reviews, steps


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_review_has_report_figures_and_tables(demo):
    folder, reviews, _ = demo
    assert [review.folder.name for review in reviews] == list(example_names())
    for name in example_names():
        assert (folder / name / "report.html").stat().st_size > 50_000
        kinds = {path.suffix for path in (folder / name / "figures").iterdir()}
        assert kinds == {".svg", ".pdf", ".png"}
        for path in (folder / name / "tables").glob("*.csv"):
            assert len(read_table(path).frame) > 0
    names = {path.name for path in (folder / "psychotherapist-injuries" / "figures").iterdir()}
    assert {"flow-titles-removed-before-screening.svg", "flow-titles-screened.pdf"} <= names
    assert (folder / "burnout-prevalence" / "figures" / "pool-ee.png").exists()


def test_figures_are_174_mm_wide(demo):
    folder, _, _ = demo
    for path in folder.glob("*/figures/*.svg"):
        text = path.read_text(encoding="utf-8")
        assert 'width="493.2' in text, path.name


def test_a_second_run_writes_the_same_bytes(demo, tmp_path):
    write_demo(tmp_path)
    assert digests(tmp_path) == digests(demo[0])


def test_the_manifest_names_inputs_and_versions_and_no_date(demo):
    folder, reviews, _ = demo
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert list(manifest) == ["inputs", "versions"]
    assert list(manifest["inputs"]) == sorted(manifest["inputs"])
    assert len(manifest["inputs"]) == sum(len(review.inputs) for review in reviews)
    path = example("burnout-prevalence") / "review.toml"
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["inputs"]["burnout-prevalence/review.toml"] == expected
    assert list(manifest["versions"]) == [
        "matplotlib", "numpy", "pandas", "python", "reviewkit", "scipy",
    ]  # fmt: skip


def test_progress_goes_from_nothing_to_all(demo):
    *_, steps = demo
    done = [step[0] for step in steps]
    assert done == list(range(len(steps)))
    assert {step[1] for step in steps} == {len(steps) - 1}
    assert steps[-1][2] == "done"
    assert any("report.html" in step[2] for step in steps)


def test_a_file_of_that_name(tmp_path):
    path = tmp_path / "demo"
    path.touch()
    with pytest.raises(InputError, match=r"is a file\. Choose another name"):
        write_demo(path)
