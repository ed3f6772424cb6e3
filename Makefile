# Commands for development. Each installs what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Compiled modules are cached, whatever the caller's setting: pytest compiles every test in every worker otherwise.
unexport PYTHONDONTWRITEBYTECODE

# One process more than cores, each with adjacent modules, so that most fixtures of a module are set up once.
PYTEST_OPTIONS := -n auto --dist worksteal

.PHONY: serve test test-slow test-all lint hooks bench bench-peers docs docs-site docs-serve types vendor chromium node postgres nginx wrk clean

serve: $(VENV)/installed
	$(BIN)/mockorders $(ARGS)

# All tests except those marked "slow": Docker, large data, package builds, and the rest of exhaustive tests. COVERAGE=1
# also measures branch coverage and fails below the limit in pyproject.toml; tests with a limit in seconds then run
# separately, without coverage.
test: $(VENV)/tools chromium postgres nginx
ifdef COVERAGE
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PYTEST_OPTIONS) -m "not slow and not timing" $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python -m pytest $(PYTEST_OPTIONS) -m "timing and not slow" $(ARGS)
else
	$(BIN)/python -m pytest $(PYTEST_OPTIONS) -m "not slow" $(ARGS)
endif

# The tests marked "slow"; those of the image run in one process, which builds it.
test-slow: $(VENV)/tools chromium node postgres nginx
	$(BIN)/python -m pytest -n auto --dist loadgroup --timeout 600 -m slow $(ARGS)

test-all: test test-slow

lint: $(VENV)/tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Git hooks that format and check before each commit.
hooks: $(VENV)/tools
	$(PIP) install -c constraints.txt --group dev
	$(BIN)/pre-commit install

bench: $(VENV)/tools wrk
	$(BIN)/python -m bench $(ARGS)

# Compare with other mock servers, installed from npm and PyPI into bench/.peers.
bench-peers: $(VENV)/tools wrk
	$(BIN)/python -m bench $(ARGS) fixture peers

# Install the load generator wrk, and nginx, from Debian if available; otherwise bench/ uses a slower load generator.
wrk:
	@{ command -v wrk && command -v nginx; } >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends wrk nginx-light >/dev/null; } \
	  || echo "without wrk the benchmarks use a slower load generator; without nginx, multiple processes are not measured" >&2

docs: $(VENV)/tools
	$(BIN)/python -m tools.fidelity docs/reference/fidelity.md
	$(BIN)/python -m tools.coverage_page docs/reference/coverage.md
	$(BIN)/python -m tools.errors_page docs/reference/errors.md
	$(BIN)/python -m tools.python_page docs/reference/python.md
	$(BIN)/python -m tools.docs_site llms docs/llms.txt

# The documentation site, in build/site.
docs-site: $(VENV)/tools
	$(BIN)/python -m tools.docs_site build

docs-serve: $(VENV)/tools
	$(BIN)/python -m tools.docs_site serve $(ARGS)

types: $(VENV)/installed node
	$(BIN)/python -m tools.client_types mockorders/client/apis
	$(BIN)/mockorders openapi --control | npm --prefix clients/js run --silent generate

vendor:
	$(PYTHON) tools/vendor.py

# Install a browser for the tests unless the system has one: from Debian if available, otherwise from Playwright.
chromium: $(VENV)/tools
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; } \
	  || $(BIN)/python -m playwright install --with-deps chromium

# Install PostgreSQL and nginx from Debian if available; without them, the tests of replicas are skipped.
postgres:
	@{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends postgresql >/dev/null; } \
	  || echo "PostgreSQL is not installed: the store of replicas is not tested" >&2

nginx:
	@{ command -v nginx || command -v /usr/sbin/nginx; } >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends nginx-light >/dev/null; } \
	  || echo "nginx is not installed: load balancing is not tested" >&2

# Install what the JavaScript package needs, and Node.js from Debian if available; without it, its tests are skipped.
node:
	@command -v npm >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y --no-install-recommends nodejs npm >/dev/null; } \
	  || echo "Node.js is not installed: the JavaScript package is not tested" >&2
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory clients/js/node_modules/.package-lock.json

clients/js/node_modules/.package-lock.json: clients/js/package-lock.json
	npm --prefix clients/js --cache clients/js/.npm ci --ignore-scripts --silent
	@touch $@

$(VENV)/installed: pyproject.toml constraints.txt mockorders/__version__.py
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/tools: $(VENV)/installed
	$(PIP) install 'pip>=25.1' # the first version that installs dependency groups
	$(PIP) install -c constraints.txt --group test --group lint -e .
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache .cache .coverage .coverage.*
	rm -rf clients/js/node_modules clients/js/.npm clients/js/dist
