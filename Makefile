# Two commands do everything on a fresh machine with Python >= 3.11, git and make:
#   make demo    environment, installation, the reference network, its report
#   make test    environment, installation, every check and test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
DEMO   := demo

.PHONY: demo test quick lint types unit docs peers lock clean kernels help

help:
	@sed -n 's/^#  *\(make .*\)/\1/p' Makefile

demo: $(VENV)/.installed
	$(BIN)/qqnet run qqnet-3 -o $(DEMO)
	@echo "Open $(DEMO)/report.html in a browser."

test: lint types unit docs

# The tests without the slow ones and without documentation.
quick: lint types
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow"

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	tools/browser.sh
	$(BIN)/pytest -q -n 2 --dist loadfile

docs: $(VENV)/.installed-dev
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "QQNet needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.created
	$(PIP) install -q --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@echo "compiling the kernels, once"
	$(BIN)/qqnet -q run lunar-relay -o $(VENV)/first-run > /dev/null
	$(BIN)/qqnet -q orbits qqnet-3 --duration "6 h" --step "1 h" -o $(VENV)/first-run/orbits.csv
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install -q --require-hashes -r requirements-dev.lock
	touch $@

#   make peers   environments of the Python peers that benchmarks run beside this project
# Each has its own: they want other versions of what this project uses.
PEERS := aiodtnsim pydtnsim
peers: $(PEERS:%=.venv-peers/%/.installed)

.venv-peers/%/.installed: benchmarks/peers/%.txt
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check install -q --require-hashes -r $<
	touch $@

# Needs uv on the PATH. The lock files hold hashes and name no registry.
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --no-header
LOCK := $(COMPILE) pyproject.toml --extra build
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test --extra docs --constraint requirements.lock -o requirements-dev.lock
	for peer in $(PEERS); do $(COMPILE) benchmarks/peers/$$peer.in -o benchmarks/peers/$$peer.txt; done

# Compiled kernels are kept by the file that holds them: one that calls a changed one in another file stays as it was.
kernels:
	find src -name '*.nbi' -delete -o -name '*.nbc' -delete

clean:
	rm -rf $(VENV) .venv-peers $(DEMO) docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
