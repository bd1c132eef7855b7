# Two commands do everything: `make demo` and `make test`.
# On Windows, or without make, the README says the same in pip's words.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS   := -c requirements/constraints.txt

.PHONY: demo test lint types unit notebooks wheel bench refresh clean

demo: $(VENV)/.installed  ## open both bundled reviews, write demo/, print the findings
	$(BIN)/reviewkit demo

test: lint types unit notebooks wheel  ## everything that must hold

lint: $(VENV)/.developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developed
	$(BIN)/mypy

unit: $(VENV)/.developed  ## tests and doctests, on all cores
	$(BIN)/python -m pytest -q -n auto

notebooks: $(VENV)/.developed  ## run all, compare with what is committed
	$(BIN)/python tools/notebooks.py check

wheel: $(VENV)/.developed  ## build it, install it elsewhere, run the demo there
	$(BIN)/python tools/smoke.py

bench: $(VENV)/.developed
	$(BIN)/python -m pytest -q benchmarks -o python_files="bench_*.py" -o python_functions="bench_*" --benchmark-only

refresh: $(VENV)/.developed  ## write outputs of notebooks and pictures of the README anew
	$(BIN)/python tools/notebooks.py write
	$(BIN)/python tools/pictures.py

clean:
	rm -rf $(VENV) build dist demo

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml requirements/constraints.txt | $(VENV)/bin/python
	$(PIP) install $(PINS) --editable .
	touch $@

$(VENV)/.developed: $(VENV)/.installed
	$(PIP) install $(PINS) --group dev
	touch $@
