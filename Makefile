# make help lists what can be asked for. `make demo` and `make test` work on a fresh clone.

VENV := .venv
PYTEST_ARGS ?=

# A sourced ROS 2 distribution is used as it is; otherwise ROS 2 comes from wheels.
ifneq ($(and $(AMENT_PREFIX_PATH),$(ROS_DISTRO)),)
ROS := $(ROS_DISTRO)
# The interfaces live in the environment, beside the distribution.
export AMENT_PREFIX_PATH := $(CURDIR)/$(VENV):$(AMENT_PREFIX_PATH)
export LD_LIBRARY_PATH := $(CURDIR)/$(VENV)/lib:$(LD_LIBRARY_PATH)
else
ROS := wheels
endif

# The default of ROS 2 announces every node to the whole network.
export ROS_AUTOMATIC_DISCOVERY_RANGE := LOCALHOST

DEMO_ARGS ?= --world two_arm_cell --orders orders/first_shift.yaml

# Tests of live nodes are one worker's, one after the other; the rest is shared out.
PYTEST = $(VENV)/bin/python -m pytest -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## Make the environment in .venv, or bring it up to date
	@scripts/make_environment.sh $(VENV) $(ROS)

demo: setup ## Run a simulated shift, with the supervisor's terminal if there is one
	@headless=; test -t 0 && test -t 1 || headless=--headless; \
	$(VENV)/bin/cobot-alloc run $(DEMO_ARGS) $$headless

test: setup ## Run the tests; PYTEST_ARGS="-k name" chooses
	@$(PYTEST) $(PYTEST_ARGS)

check: setup ## Everything a change has to pass: format, lint, types, imports, tests
	@$(VENV)/bin/ruff format --check --quiet . || { echo 'run make format'; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PYTEST) $(PYTEST_ARGS)

format: setup ## Format the code and mend what can be mended
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

clean: ## Remove the environment and everything built
	rm -rf $(VENV) build install log dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache

# Seconds of killing; TORTURE_ARGS takes what `python -m torture --help` lists.
TORTURE_S ?= 60
TORTURE_ARGS ?=

.PHONY: torture
torture: setup ## Kill the real processes at random for TORTURE_S seconds, then check what is left
	@PYTHONPATH=test $(VENV)/bin/python -m torture --seconds $(TORTURE_S) $(TORTURE_ARGS)

# BENCH_ARGS takes what `bench/bench_journal.py --help` lists.
BENCH_ARGS ?=

.PHONY: bench-journal
bench-journal: setup ## Durable accepts beside bare commits, and restarts with an old journal
	@$(VENV)/bin/python bench/bench_journal.py $(BENCH_ARGS)
	@$(VENV)/bin/python bench/bench_journal.py --restart $(BENCH_ARGS)
	@$(VENV)/bin/python bench/latency.py

# The worlds to run; each is a story with an order and the answers of a scripted person.
WORLDS ?= two_arm_cell hazard_cell assembly_cell dark_line

.PHONY: worlds
worlds: setup ## Run each of WORLDS to its end, without a terminal; takes minutes
	@scripts/run_worlds.sh $(VENV) $(WORLDS)

.PHONY: bench-sim
bench-sim: setup ## The simulated cell's speed beside bare stepSimulation; BENCH_ARGS="--arms 1 8" chooses
	@$(VENV)/bin/python bench/bench_sim.py $(BENCH_ARGS)

.PHONY: bench-decision
bench-decision: setup ## What a decision costs while 100, 1,000 and 10,000 tasks wait
	@$(VENV)/bin/python bench/bench_decision.py $(BENCH_ARGS)

.PHONY: bench-planning
bench-planning: setup ## How long ways take to be planned, beside the simulated time granted for it
	@$(VENV)/bin/python bench/bench_planning.py $(BENCH_ARGS)

.PHONY: bench-allocation
bench-allocation: setup ## Dispatch and planner beside classic rules and a peer; BENCH_ARGS="--part scale" chooses
	@$(VENV)/bin/python -m pip install --disable-pip-version-check -qq -c constraints.txt -e ".[bench]"
	@$(VENV)/bin/python bench/bench_allocation.py $(BENCH_ARGS)
	@$(VENV)/bin/python bench/bench_learning.py

# Simulated hours; PHYSICS=1 takes the real simulation, which is slower.
HOURS ?= 24
PHYSICS ?=

.PHONY: long-run
long-run: setup ## A simulated shift of HOURS hours in one process: memory, files, journal by the hour
	@$(VENV)/bin/python bench/long_run.py --hours $(HOURS) $(if $(PHYSICS),--physics)

# Seconds of property tests; empty: until Ctrl-C. SOAK_ARGS takes what
# `python -m simulation --help` lists.
PROPERTIES_S ?= 60
SOAK_ARGS ?=

.PHONY: soak soak-properties
soak: soak-properties ## Property tests with new examples, then cells from new seeds until Ctrl-C
	@PYTHONPATH=test $(VENV)/bin/python -m simulation $(SOAK_ARGS)

soak-properties: setup ## Property tests with ever new examples for PROPERTIES_S seconds
	@scripts/soak_properties.sh $(VENV) $(PROPERTIES_S)

# PICTURES="hazard_cell" draws some of them only.
PICTURES ?=

.PHONY: pictures
pictures: setup ## Run the shipped worlds with a recording and draw docs/images anew
	@scripts/draw_pictures.sh $(VENV) $(PICTURES)

.PHONY: soak-optimum
soak-optimum: setup ## What the planner calls proved, against trying everything: ten thousand problems
	@$(PYTEST) -m long test/unit/planning/test_optimum.py
