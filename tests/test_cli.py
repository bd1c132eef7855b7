"""The command line: what it prints, writes and returns."""

import subprocess
import sys

import pytest

import reviewkit as rk
from reviewkit.cli import COMMANDS, main


def test_nothing_typed_is_a_lesson(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "start here" in said
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert COMMANDS[name].help in said
    assert "DIR" in said


def test_an_unknown_command_cannot_run(capsys):
    with pytest.raises(SystemExit) as end:
        main(["publish"])
    assert end.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_a_message_and_no_traceback(tmp_path, capsys):
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("reviewkit: ")
    assert "nowhere" in said
    assert "Traceback" not in said


def test_traceback_is_there_for_who_asks(tmp_path):
    with pytest.raises(rk.ReviewkitError):
        main(["check", str(tmp_path / "nowhere"), "--traceback"])


def test_new_check_and_report_follow_one_another(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert main(["new", str(folder)]) == 0
    assert main(["new", str(folder)]) == 2, "what is there must not be overwritten"
    assert main(["check", str(folder)]) == 0
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "Traceback" not in capsys.readouterr().err


def test_check_returns_1_where_something_is_wrong(tmp_path, capsys):
    reported = tmp_path / "reported"
    reported.mkdir()
    (reported / "flow.csv").write_text(
        "box,n\nidentified,321\nother_removed,78\nscreened,244\n", encoding="utf-8"
    )
    assert main(["check", str(tmp_path)]) == 1
    assert "243" in capsys.readouterr().out


def test_the_seed_review_is_checked_and_its_flow_is_consistent(capsys):
    code = main(["check", str(rk.example("psychotherapist-injuries"))])
    said = capsys.readouterr().out
    assert code in (0, 1)
    assert "error: flow" not in said


def test_the_program_runs_as_a_module(tmp_path):
    command = [sys.executable, "-m", "reviewkit.cli", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == f"reviewkit {rk.__version__}"


def test_a_reader_that_has_seen_enough_is_no_error():
    command = (
        f"{sys.executable} -m reviewkit.cli check {rk.example('burnout-prevalence')} | head -1"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Prevalence of burnout")
    assert "Broken pipe" not in done.stderr
