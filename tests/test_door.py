"""The one door: quick to open, and exactly the public names behind it."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import reviewkit as rk

SOURCE = Path(rk.__file__).parent
HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "networkx", "jinja2", "typer", "sklearn"}


def test_importing_loads_nothing_heavy():
    code = "import sys, reviewkit; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_tab_lists_exactly_the_public_names():
    assert dir(rk) == sorted(rk.__all__)


@pytest.mark.parametrize("name", rk.__all__)
def test_a_public_name_is_there_and_says_what_it_is(name):
    value = getattr(rk, name)
    assert value.__name__ == name
    assert len(value.__doc__) > 20


@pytest.mark.parametrize("name", [n for n in rk.__all__ if n[0].islower()])
def test_a_public_function_shows_how_it_is_called(name):
    doc = getattr(rk, name).__doc__
    for part in ("Parameters\n", "Returns\n", "Raises\n", "Examples\n", ">>> "):
        assert part in doc, f"the docstring of {name} lacks {part.strip()}"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'poolprevalence'"):
        _ = rk.poolprevalence


def test_types_are_told_of_the_same_names():
    tree = ast.parse((SOURCE / "__init__.pyi").read_text(encoding="utf-8"))
    told = {
        (alias.asname, f"{node.module}.{alias.name}")
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == {(name, f"reviewkit.{rk._HOME[name]}.{name}") for name in rk.__all__}


def test_no_module_bears_the_name_of_a_public_function():
    modules = {path.stem for path in SOURCE.rglob("*.py")} | {p.name for p in SOURCE.iterdir()}
    assert not modules & {name for name in rk.__all__ if name[0].islower()}


def test_only_one_module_imports_pyplot():
    found = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "pyplot" in path.read_text(encoding="utf-8").split('"""', 2)[-1]
    ]
    assert found == ["present/axes.py"]


def test_every_package_face_is_a_docstring_only():
    for path in SOURCE.glob("*/__init__.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert len(tree.body) == 1, path
        assert import_module(f"reviewkit.{path.parent.name}").__doc__
