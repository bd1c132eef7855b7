"""Build the wheel, install it into a clean environment and run the demo there, far from the source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def call(*command: str | Path, **options: object) -> str:
    """Run a command; return what it prints; end with its output if it fails."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return str(done.stdout)


def build(folder: Path) -> Path:
    """Return the path of a fresh wheel."""
    call(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


def install(wheel: Path, folder: Path) -> Path:
    """Return the scripts folder of a new environment that holds the wheel and its needs."""
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pins = ROOT / "requirements" / "constraints.txt"
    call(scripts / "python", "-m", "pip", "install", "--quiet", "-c", pins, wheel)
    return scripts


def try_out(scripts: Path, folder: Path) -> None:
    """Run every command of the installed program as a newcomer would."""
    folder.mkdir()
    said = call(scripts / "reviewkit", "demo", "first", cwd=folder)
    call(scripts / "reviewkit", "demo", "second", cwd=folder)
    first = {p.relative_to(folder / "first"): p.read_bytes() for p in files(folder / "first")}
    second = {p.relative_to(folder / "second"): p.read_bytes() for p in files(folder / "second")}
    differ = sorted(str(p) for p in first.keys() | second.keys() if first.get(p) != second.get(p))
    reports = sorted(str(p) for p in first if p.name == "report.html")
    kinds = {p.suffix for p in first}
    manifest = json.loads((folder / "first" / "manifest.json").read_text(encoding="utf-8"))
    call(scripts / "reviewkit", "new", "mine", cwd=folder)
    for command in ("check", "audit", "lock", "diff"):
        call(scripts / "reviewkit", command, "mine", cwd=folder)
    counts = folder / "counts.csv"
    counts.write_text("box,n\nscreened,243\nexcluded,222\nassessed,21\n", encoding="utf-8")
    call(scripts / "reviewkit", "prisma", counts, "-o", "flow.svg", "-o", "flow.docx", cwd=folder)
    paper = folder / "paper.txt"
    paper.write_text("Results\n\nWe screened 243 abstracts and excluded 222.\n", encoding="utf-8")
    call(scripts / "reviewkit", "audit", paper, cwd=folder)
    if differ or len(reports) != 2 or not kinds >= {".svg", ".pdf", ".png", ".csv"}:
        sys.exit(f"The demo must be whole and the same twice. Differ: {differ}; {reports}; {kinds}")
    if "40.9" not in said or not manifest:
        sys.exit(f"The demo must print its findings. Got:\n{said}")
    print(f"wheel: {len(first)} files written twice the same, {', '.join(reports)}")


def files(folder: Path) -> list[Path]:
    """Return all files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def main() -> None:
    """Build, install, try out; leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="reviewkit-"))
    try:
        scripts = install(build(folder / "dist"), folder / "environment")
        try_out(scripts, folder / "trial")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
