# Every target is a command of tools/dev, which sets up by itself whatever it needs.
.DEFAULT_GOAL := help
ARGS ?=
DEV := tools/dev

.PHONY: help demo stop clean test test-branching lint format bench

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

demo: ## NetBox with the plugin, a LibreNMS and a demo network; prints the address
	@$(DEV) demo $(ARGS)

stop: ## End everything that was started
	@$(DEV) stop

clean: ## Stop, and delete everything that was made (the folder .dev); ARGS=--cache: the cache too
	@$(DEV) clean

test: ## All tests; a part of them: make test ARGS="-k interfaces"
	@$(DEV) test $(ARGS)

test-branching: ## The tests with NetBox's branching plugin
	@$(DEV) test-branching $(ARGS)

lint: ## flake8, format, length of templates, import layers, types
	@$(DEV) lint $(ARGS)

format: ## isort and black
	@$(DEV) format $(ARGS)

bench: ## Time, queries and memory of the long work
	@$(DEV) bench $(ARGS)
