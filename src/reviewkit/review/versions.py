"""Which versions made a result: for the report and the manifest."""

from __future__ import annotations

import platform
from importlib.metadata import version

import reviewkit

__all__ = ["list_versions"]

_PACKAGES = ("matplotlib", "numpy", "pandas", "scipy")


def list_versions() -> dict[str, str]:
    """Return name → version of Python, reviewkit and what it computes and draws with.

    >>> sorted(list_versions())
    ['matplotlib', 'numpy', 'pandas', 'python', 'reviewkit', 'scipy']
    """
    own = {"python": platform.python_version(), "reviewkit": reviewkit.__version__}
    return dict(sorted({**own, **{name: version(name) for name in _PACKAGES}}.items()))
