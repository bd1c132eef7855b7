"""The example reviews that come with reviewkit, found by looking.

A review is a folder with a ``review.toml``.  A wheel carries the examples inside
the package; a checkout that is installed in place keeps them beside ``src/``.
One more folder there is one more example: no list names them.
"""

from __future__ import annotations

from pathlib import Path

from reviewkit._core.errors import InputError

__all__ = ["example", "example_names"]

_PACKAGE = Path(__file__).resolve().parents[1]
#: Where examples may lie: in a wheel, in a checkout.  The first that holds any counts.
_ROOTS = (_PACKAGE / "data", _PACKAGE.parents[1] / "data")


def example(name: str) -> Path:
    """Return the folder of a bundled review.

    Parameters
    ----------
    name : str
        Name of the folder: "psychotherapist-injuries", a published review as it
        reports itself, or "burnout-prevalence", real study-level prevalence.

    Returns
    -------
    Path
        Absolute.  The folder belongs to the installation: copy it before you
        change anything in it.

    Raises
    ------
    InputError
        If there is no such example; the message lists those there are.

    Examples
    --------
    >>> import reviewkit as rk
    >>> sorted(path.name for path in rk.example("burnout-prevalence").iterdir())
    ['extraction', 'review.toml']
    """
    found = _find_examples()
    if not found:
        places = " or ".join(str(root) for root in _ROOTS)
        raise InputError(
            f"Bundled reviews must lie in {places}. Found none. Install reviewkit again."
        )
    if name not in found:
        raise InputError(
            f"`name` must be a bundled review: {', '.join(map(repr, found))}. Got {name!r}. "
            f"For a review of your own, give its folder to open_review."
        )
    return found[name]


def example_names() -> tuple[str, ...]:
    """Return the names of all bundled reviews, in alphabetical order.

    >>> example_names()
    ('burnout-prevalence', 'psychotherapist-injuries')
    """
    return tuple(_find_examples())


def _find_examples() -> dict[str, Path]:
    """Return name → folder of the examples in the first root that holds any."""
    for root in _ROOTS:
        found = {path.parent.name: path.parent for path in sorted(root.glob("*/review.toml"))}
        if found:
            return found
    return {}
