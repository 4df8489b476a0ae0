# Everything a clone needs, from a machine that has Python 3.11+ and make and nothing else.
#
#   make demo    set up and serve Anyborough Council at http://127.0.0.1:8000 (Ctrl-C stops it)
#   make test    set up, check the code and run every test
#   make lint    check the code only
#   make bench   measure the checkout, and the back office over 10,000,000 transactions
#   make chaos   pay 200 times while the provider fails and processes are killed; count what is lost
#   make docs    build the manual into site/
#   make wheel   build the package into dist/
#   make messages  bring the translation catalogues up to date with the code
#   make lock    choose the newest allowed dependencies and lock them
#   make clean   remove all that the above have made, the demo's data excepted

.DEFAULT_GOAL := help
.PHONY: help install assets demo test lint bench chaos docs wheel messages lock clean

PYTHONS = $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
RUN = .venv/bin/python
STAMP = .venv/installed
PYTEST = -n 2 --dist worksteal --quiet

export PYTHONUNBUFFERED = 1

help:
	@sed -n 's/^#   //p' Makefile

install: $(STAMP)

$(STAMP): requirements.lock
	@found=; for python in $(PYTHONS); do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        found=$$python; break; \
	    fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "ims_wagtail needs Python 3.11 or newer and found: $$(python3 --version 2>&1)." >&2; \
	    echo "Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; \
	    exit 1; \
	fi; \
	if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then \
	    echo "Making a virtual environment in .venv with $$($$found --version) ..."; \
	    $$found -m venv --clear .venv || { \
	        echo "$$found cannot make virtual environments." >&2; \
	        echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	        exit 1; }; \
	fi
	@echo "Installing the locked packages (a few minutes the first time) ..."
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
	    -r requirements.lock
	@touch $@

assets: install
	@$(RUN) tools/assets.py
	@$(RUN) tools/messages.py compile

demo: assets
	@exec $(RUN) -m example_site.demo

test: install
	@$(RUN) tools/assets.py --for-tests
	@$(RUN) tools/messages.py compile
	@$(RUN) tools/browser.py
	@$(RUN) tools/lint.py
	@$(RUN) -m pytest $(PYTEST)

lint: install
	@$(RUN) tools/lint.py

bench: assets
	@$(RUN) example_site/manage.py ims_bench $(if $(ONLY),--only $(ONLY)) $(if $(ROWS),--rows $(ROWS))

chaos: assets
	@$(RUN) -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(PAYMENTS),--payments $(PAYMENTS))

docs: install
	@$(RUN) -m mkdocs build --strict --quiet
	@echo "The manual is in site/index.html"

wheel: assets
	@$(RUN) -m build --wheel --no-isolation

messages: install
	@$(RUN) tools/messages.py

lock: install
	@echo "Locking the newest allowed packages in requirements.lock ..."
	@$(RUN) -m venv .venv/lock
	@.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	@.venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --group dev --extra stripe --generate-hashes --no-header --no-annotate \
	    -o requirements.lock pyproject.toml

clean:
	rm -rf .venv node_modules dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache ims_wagtail/ui/static/ims_wagtail/govuk .data/static .data/test-postgres \
	    .data/chaos .data/chaos-postgres
