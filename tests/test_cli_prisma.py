"""The command ``prisma``: what it reads, writes, prints and returns."""

import pytest

import reviewkit as rk
from reviewkit.cli import main

COUNTS = "box,n\nidentified,321\nother_removed,78\nscreened,243\nexcluded,222\nassessed,21\n"
REASONS = 'reports_excluded:Wrong population,5\nreports_excluded:Wrong outcome,"n = 3"\n'


@pytest.fixture
def counts(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(COUNTS + REASONS + "new_studies,13\n", encoding="utf-8")
    return path


def run(*arguments):
    return main(["prisma", *map(str, arguments)])


def test_without_an_output_it_says_what_the_numbers_say(counts, capsys):
    assert run(counts) == 0
    said = capsys.readouterr().out
    assert "Template new-v1, as reported: 321 records identified, 243 screened" in said
    assert "No contradictions." in said


def test_several_outputs_are_written_at_once(counts, tmp_path, capsys):
    kinds = ("svg", "pdf", "png", "docx", "html", "csv")
    outputs = [tmp_path / f"flow.{kind}" for kind in kinds]
    assert run(counts, *(part for path in outputs for part in ("-o", path)), "--width", 84,
               "--dpi", 72) == 0  # fmt: skip
    assert all(path.stat().st_size for path in outputs)
    assert capsys.readouterr().out.count("Written to") == len(kinds)
    assert run(tmp_path / "flow.csv") == 0, "what it writes it reads"


def test_a_csv_of_the_r_package_is_known_by_its_columns(tmp_path, capsys):
    path = rk.prisma_flow({"screened": 1243, "new_studies": 4}).save_prisma_csv(tmp_path / "P.csv")
    assert run(path) == 0
    assert "1,243 screened, 4 studies included" in capsys.readouterr().out


def test_a_review_folder_has_a_flow(tmp_path, capsys):
    assert run(rk.example("psychotherapist-injuries"), "-o", tmp_path / "flow.svg") == 0
    assert "13 studies included" in capsys.readouterr().out


def test_a_contradiction_makes_the_exit_code_1_and_is_marked(counts, tmp_path, capsys):
    counts.write_text(COUNTS.replace("243", "244"), encoding="utf-8")
    output = tmp_path / "flow.svg"
    assert run(counts, "-o", output) == 1
    assert "error at screened: Records screened: 244 reported, but" in capsys.readouterr().out
    assert "≠" in output.read_text("utf-8")
    assert run(counts, "-o", output, "--unmarked", "asked the authors") == 1
    assert "≠" not in output.read_text("utf-8")
    assert "asked the authors" in output.read_text("utf-8")


def test_a_guideline_has_its_words(counts, tmp_path):
    output = tmp_path / "flow.svg"
    assert run(counts, "-o", output, "--guideline", "PRISMA-ScR") == 0
    assert "Sources of evidence included" in output.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--template", "new-v2"], "must have the template new-v2. Its numbers are those of new-v1"),
        (["-o", "flow.doc"], "must end in one of .svg, .pdf, .png, .docx, .html, .csv. Got 'flow.doc'"),
        (["-o", "flow.png", "--dpi", "5"], "`dpi` must lie between 30 and 2400. Got 5"),
        (["-o", "flow.svg", "--width", "20"], "must be at least"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(counts, tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert run(counts, *arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("flow.*"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,number\na,1\n", "must have the columns box and n"),
        ("box,n\nscreend,1\n", "did you mean 'screened'"),
        ("box,n\nscreened,1\nscreened,2\n", "one row a box. More than one has 'screened'"),
        ("box,n\nscreened,-4\nexcluded,2.5\n", "'-4' at 'screened', negative"),
    ],
)
def test_bad_counts_are_named(tmp_path, capsys, text, message):
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    assert run(path) == 2
    assert message in capsys.readouterr().err


def test_a_file_or_flow_that_is_not_there(tmp_path, capsys):
    assert run(tmp_path / "none.csv") == 2
    assert "none.csv" in capsys.readouterr().err
    (tmp_path / "review.toml").write_text('title = "T"\n', encoding="utf-8")
    assert run(tmp_path) == 2
    assert "Found none in" in capsys.readouterr().err
