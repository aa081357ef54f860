# Every command a person types. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
PORT ?= 8000
ES_PORT ?= 9200
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
MANAGE := $(BIN)/python manage.py
DEV := DJANGO_SETTINGS_MODULE=portal.settings.dev
TEST := DJANGO_SETTINGS_MODULE=portal.settings.test

.DEFAULT_GOAL := help
.PHONY: help run serve test lint audit format reset bench campaign requirements elasticsearch

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.production: requirements/production.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (make run PYTHON=python3.12)") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/production.txt
	@touch $@

$(VENV)/.development: requirements/development.txt $(VENV)/.production
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/development.txt
	@touch $@

run: $(VENV)/.production ## Set everything up, load a demonstration community and serve it (PORT=8000)
	@$(DEV) $(MANAGE) prepare
	@$(DEV) $(MANAGE) serve $(PORT)

elasticsearch: ## Serve a real Elasticsearch from var/elasticsearch (ES_PORT=9200; needs a JDK 17+ and Maven)
	@elasticsearch/build
	@echo "In another terminal: ELASTICSEARCH_URL=http://127.0.0.1:$(ES_PORT) make run"
	@exec elasticsearch/run $(ES_PORT) var/elasticsearch

test: $(VENV)/.development ## Run everything that must hold
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

lint: $(VENV)/.development ## Check style, import contracts, types, templates, migrations and deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	git ls-files -z --cached --others --exclude-standard -- 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/djlint templates --lint --quiet
	$(TEST) $(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=portal.settings.base SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  ALLOWED_HOSTS=portail.example DATABASE_URL=sqlite:///unused.sqlite3 $(MANAGE) check --deploy --fail-level WARNING

audit: $(VENV)/.development ## Compare the pinned versions with the published vulnerabilities
	$(BIN)/pip-audit --requirement requirements/production.txt --require-hashes --disable-pip --strict --progress-spinner off $(AUDIT)

format: $(VENV)/.development ## Format code and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files -z --cached --others --exclude-standard -- 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2

reset: ## Erase the local database, index and files (the next `make run` starts afresh)
	rm -rf var

bench: $(VENV)/.development ## Measure what the product promises about speed (long)
	$(BIN)/python -m benchmarks

campaign: $(VENV)/.development ## Tests too long for every change
	$(BIN)/python -m pytest -m campaign

requirements: ## Pin the dependencies of pyproject.toml again (needs uv)
	uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements/production.txt
	uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements/development.txt
