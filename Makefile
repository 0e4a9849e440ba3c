# uv does not read pip's configuration: hand it the folder of local wheels, where somebody has one.
export UV_FIND_LINKS ?= $(shell python3 -m pip config get global.find-links 2>/dev/null)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# A busy machine collapses when OpenMP threads spin instead of sleeping.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: run test lint fresh

run: .venv/.stamp  ## set everything up, run the pipeline on what is in data/, say where the report is
	dvc repro
	@echo "The report: $(CURDIR)/reports/index.html"

test: .venv/.stamp  ## set everything up, lint, type-check and run the tests
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	OMP_NUM_THREADS=1 python -m pytest -n auto --dist loadfile

fresh: .venv/.stamp  ## take away what the demo brought (data, labels, split); what is yours stays
	anechoic fresh

.venv/.stamp: pyproject.toml constraints.txt
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/python -m pip install -q -c constraints.txt uv 2>/dev/null
	.venv/bin/uv pip install -q -p .venv/bin/python --compile-bytecode -c constraints.txt --group dev -e .
	touch $@
