"""Draw the pictures of the README from the bundled reviews."""

from __future__ import annotations

from pathlib import Path

import reviewkit as rk

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def main() -> None:
    """Write each picture at the width of two columns of a journal."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    injuries = rk.open_review(rk.example("psychotherapist-injuries"))
    burnout = rk.open_review(rk.example("burnout-prevalence"))
    injuries.flow.save(FOLDER / "flow.png", dpi=150)
    injuries.themes.save(FOLDER / "themes.png", dpi=150)
    burnout.pools["ee"].save(FOLDER / "forest.png", dpi=150)


if __name__ == "__main__":
    main()
