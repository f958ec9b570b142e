# From a fresh clone to a result in one command. Each target does first what it needs, and no more: packages are installed
# when the lockfile changed, the addon is built when C++ changed, the collector when TypeScript changed.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

VERSION ?= $(shell node -p "require('./package.json').version")
IMG ?= ebs-nvme-collector:$(VERSION)
# Debian 12 has it, and another major formats otherwise.
CLANG_FORMAT ?= clang-format-14
PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export PATH
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)

modules := node_modules/.package-lock.json
addon := build/Release/ebs_nvme.node
collector := dist/ebs-nvme-collector.js
typescript := $(shell find receiver pipeline -name '*.ts')
cxx := $(shell find native test -name '*.cc' -o -name '*.h')
scripts := .ci/run .ci/audit $(shell find .ci test -name '*.sh')
# What is measured beside the collector, in TypeScript and in Go.
bench_programs := build/bench/programs/.built
bench_exporter := build/bench/go-exporter
bench_tools := build/bench/floor build/bench/cpu-time
unit_tests := 'test/!(e2e)/**/*.test.ts'

##@ Use

.PHONY: run
run: build ## Run the collector on http://localhost:8090, with ARGS='--config x.yaml' for more; simulated volumes where there are none
	@grep -qs '^Amazon' /sys/class/nvme/*/model || simulate='--simulate 6'; \
	exec $(collector) run $$simulate $(ARGS)

##@ Work

.PHONY: build
build: $(addon) $(collector) ## Build the addon and the collector

.PHONY: test
test: build ## Run every test
	test/install-parts.sh test
	test/native/run.sh
	mocha 'test/**/*.test.ts'

.PHONY: test-unit
test-unit: build ## Run the tests of the parts: all but test/e2e and test/native
	test/install-parts.sh test
	mocha $(unit_tests)

.PHONY: test-container
test-container: $(modules) ## Build the image on a stand-in for its base, without a registry, and check it
	test/install-parts.sh container
	mocha test/container/image.spec.ts

.PHONY: coverage
coverage: build ## Run the unit tests and say what they reach; fails below the threshold
	test/install-parts.sh test
	c8 mocha --reporter dot $(unit_tests)

.PHONY: bench
bench: build $(bench_programs) $(bench_exporter) $(bench_tools) ## Measure what it costs, beside others; ONLY=scrape,memory for parts, BASELINE=FILE to compare
	test/install-parts.sh bench
	@ONLY='$(ONLY)' BASELINE='$(BASELINE)' node --import tsx test/bench/main.ts

.PHONY: bench-docs
bench-docs: $(modules) ## Write docs/benchmarks.md from the last results of bench
	node --import tsx test/bench/write-document.ts

.PHONY: docs
docs: $(modules) ## Write the documents that are made from the code
	UPDATE_GOLDEN=1 mocha --reporter dot 'test/docs/**/*.test.ts'

.PHONY: lint
lint: $(modules) ## Check style and types of TypeScript, C++ and shell
	test/install-parts.sh lint
	oxlint
	prettier --check --log-level warn .
	tsc --noEmit -p tsconfig.json
	$(CLANG_FORMAT) --dry-run -Werror $(cxx)
	shellcheck $(scripts)

.PHONY: format
format: $(modules) ## Rewrite what the formatters would write otherwise
	prettier --write --log-level warn .
	$(CLANG_FORMAT) -i $(cxx)

.PHONY: clean
clean: ## Remove everything that was installed or built here
	rm -rf build coverage dist node_modules

.PHONY: soak
soak: build ## An hour of faults at random, and a ledger of what arrived: SECONDS=60 SEED=7 for another run
	test/install-parts.sh soak
	@SOAK_SECONDS='$(SECONDS)' SOAK_SEED='$(SEED)' node --import tsx test/soak/main.ts

.PHONY: fuzz
fuzz: ## Fuzz what reads bytes that others wrote: RUNS=10000000 executions of each
	test/install-parts.sh fuzz
	test/fuzz/run.sh $(or $(RUNS),10000000)

.PHONY: mutation
mutation: $(modules) ## Change the arithmetic and the queue, and say which changes no test sees: a quarter of an hour
	test/mutation/run.sh

.PHONY: audit
audit: ## Ask the registry for known faults of the packages
	.ci/audit

##@ Ship

# Whichever can build here: a docker without its daemon cannot.
container_tool = $(or $(shell docker info >/dev/null 2>&1 && echo docker),$(shell command -v podman || command -v buildah),\
	$(error no container tool: install docker, podman or buildah))
# Only Docker's format has a health check.
container_format = $(if $(filter docker,$(container_tool)),,--format docker)

.PHONY: docker-build
docker-build: ## Build the image IMG with docker, podman or buildah
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(container_tool) build $(container_format) \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) --tag $(IMG) .

.PHONY: docker-push
docker-push: ## Push the image IMG
	$(container_tool) push $(IMG)

.PHONY: sbom
sbom: $(modules) ## Write build/sbom.cdx.json: the packages that are shipped, with versions, licenses and hashes
	node --import tsx bundle/write-sbom.ts

.PHONY: deploy undeploy
deploy: kubectl ## Apply deploy/, with the image IMG, to the cluster that kubectl points to
	kubectl kustomize deploy | sed 's|image: ebs-nvme-collector:.*|image: $(IMG)|' | kubectl apply -f -
undeploy: kubectl ## Remove from the cluster what deploy applied
	kubectl delete -k deploy --ignore-not-found

.PHONY: kubectl
kubectl:
	@command -v kubectl >/dev/null || { echo 'kubectl is missing: https://kubernetes.io/docs/tasks/tools/' >&2; exit 1; }

.PHONY: help
help: ## Show this
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# npm writes its own copy of the lockfile last.
$(modules): package-lock.json
	npm ci
	@touch $@

$(addon): $(modules) CMakeLists.txt $(shell find native -type f)
	@command -v cmake >/dev/null && command -v c++ >/dev/null || { \
		echo 'the addon needs cmake and a C++ compiler: apt-get install cmake g++ make' >&2; exit 1; }
	MAKEFLAGS=--no-print-directory npm run --silent build:native
	@touch $@

$(bench_programs): $(modules) tsconfig.json test/bench/tsconfig.json $(typescript) $(wildcard test/bench/stock/*.ts test/bench/stages/*.ts)
	rm -rf $(@D)
	tsc -p test/bench/tsconfig.json
	@touch $@

$(bench_exporter): $(wildcard test/bench/go-exporter/*)
	@command -v go >/dev/null || { echo 'the exporter to compare with needs Go 1.26: https://go.dev/dl/' >&2; exit 1; }
	cd test/bench/go-exporter && CGO_ENABLED=0 go build -buildvcs=false -trimpath -o $(CURDIR)/$@ .

$(bench_tools): build/bench/%: test/bench/%/main.cc
	@mkdir -p $(@D)
	$(CXX) -std=c++20 -O2 -Wall -Wextra -Werror -o $@ $<

$(collector): $(modules) package.json tsconfig.json $(typescript) $(wildcard bundle/*.ts)
	node --import tsx bundle/main.ts
