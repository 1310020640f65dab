# digest-bot: `make demo` shows it, `make test` tests it; both install what they need into .venv.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check -q install
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml
WANT = import sys; sys.version_info >= (3, 11) or sys.exit("digest-bot needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...")
VENV = import importlib.util as u; all(map(u.find_spec, ("venv", "ensurepip"))) or sys.exit("digest-bot needs the venv module of Python: on Debian and Ubuntu, apt-get install python3-venv")

# About how long `make chaos` takes; with fewer it kills less often.
CHAOS_MINUTES ?= 45

.PHONY: demo test check bench chaos lock format clean
demo: .venv/run
	@.venv/bin/digest-bot demo

test: .venv/test
	@.venv/bin/python -m pytest

check: .venv/test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m pytest

bench: .venv/test
	@.venv/bin/python -m tests.benchmarks

chaos: .venv/test
	@.venv/bin/python -m tests.chaos --minutes $(CHAOS_MINUTES)

format: .venv/test
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

.venv/run: constraints.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "digest-bot needs Python 3.11 or newer, and there is no $(PYTHON) here: make PYTHON=... names another"; exit 1; }
	@$(PYTHON) -c '$(WANT); $(VENV)'
	@echo "Installing digest-bot into .venv ..."
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes --only-binary :all: -r constraints.txt
	@$(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: .venv/run tests/constraints.txt
	@echo "Installing what the tests need ..."
	@$(PIP) --require-hashes --only-binary :all: -r tests/constraints.txt
	@touch $@

# Made by hand, with uv on the PATH, when pyproject.toml changes.
lock:
	$(LOCK) --extra build --extra test -o tests/constraints.txt
	$(LOCK) --extra build -c tests/constraints.txt -o constraints.txt

clean:
	rm -rf .venv tests/output
