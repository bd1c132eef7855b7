"""Words of a formula: which are columns, which are functions, and what R means by them.

What R writes and Python reads otherwise is translated: ``^`` raises to a power (Python's
``^`` compares bits), ``factor(…)`` makes levels.  Functions that look at all studies, as
``mean``, keep what they found there, so that new values are measured by the same yardstick.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError

if TYPE_CHECKING:
    from formulaic import SimpleFormula

__all__ = ["find_columns", "list_functions", "translate"]

#: Names in backticks and texts in quotes stay as they are.
_WORD = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\bfactor\(|\^")
_TRANSLATED = {"factor(": "C(", "^": "**"}
_QUOTED = re.compile(r"`([^`]*)`")
_LEAST = 2  # studies that have a standard deviation


def translate(formula: str) -> str:
    """Return a formula of R as formulaic reads it.

    >>> translate("~ factor(grade) + I(year^2) + `a^b`")
    '~ C(grade) + I(year**2) + `a^b`'
    """
    return _WORD.sub(lambda found: _TRANSLATED.get(found[0], found[0]), formula)


@cache
def list_functions() -> Mapping[str, Any]:
    """Return what a formula may call beside the transformations of formulaic, by name."""
    from formulaic.utils.stateful_transforms import stateful_transform

    def mean(data: ArrayLike, _state: Any = None) -> float:
        return float(_state.setdefault("mean", np.mean(np.asarray(data, dtype=float))))

    def sd(data: ArrayLike, _state: Any = None) -> float:
        values = np.asarray(data, dtype=float)
        return float(
            _state.setdefault("sd", np.std(values, ddof=1) if len(values) >= _LEAST else 0)
        )

    simple = {"sqrt": np.sqrt, "abs": np.abs, "round": np.round}
    return MappingProxyType(simple | {f.__name__: stateful_transform(f) for f in (mean, sd)})


def find_columns(formula: SimpleFormula, written: str) -> list[str]:
    """Return the columns that a formula needs, sorted.

    Read from its terms and not from formulaic, which overlooks the arguments of ``center``,
    ``scale``, ``poly`` and other functions that look at all values.

    Raises
    ------
    InputError
        If the formula calls a function that is not known.
    """
    from formulaic.parser.types import Factor
    from formulaic.transforms import TRANSFORMS

    functions = {*TRANSFORMS, *list_functions()}
    constants = {name for name in functions if not name[0].islower()} | {"np", "contr"}
    columns: set[str] = set()
    for factor in {factor for term in formula for factor in term.factors}:
        if factor.eval_method is Factor.EvalMethod.LOOKUP:
            columns.add(factor.expr)
        elif factor.eval_method is Factor.EvalMethod.PYTHON:
            called, named = _read_names(factor.expr)
            unknown = sorted(called - functions)
            if unknown:
                raise InputError(
                    f"`formula` may call functions that it knows. Got {written!r}, which calls "
                    f"{list_some([*map(repr, unknown)], sep=', ')}. Known are "
                    f"{', '.join(sorted(_readable(functions)))}; or compute a column beforehand."
                )
            columns |= named - constants
    return sorted(columns)


def _readable(functions: set[str]) -> set[str]:
    """Return the functions worth naming in a message."""
    return {name for name in functions if name[0].islower() and name not in ("np", "contr")} | {"I"}


def _read_names(code: str) -> tuple[set[str], set[str]]:
    """Return the functions that an expression calls, and the other names in it."""
    aliases: dict[str, str] = {}

    def hide(found: re.Match[str]) -> str:
        alias = f"column_{len(aliases)}_"
        aliases[alias] = found[1]
        return alias

    tree = ast.parse(_QUOTED.sub(hide, code).strip(), mode="eval")
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return called, {aliases.get(name, name) for name in names - called}
