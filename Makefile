# Each target only calls a script that can be called without make.

.PHONY: run test check setup docs quality env stack-check
run:      ; @exec scripts/run
test:     ; @exec scripts/test
check:    ; @exec scripts/check
setup:    ; @exec scripts/setup dev
docs:     ; @scripts/setup dev && exec .venv/bin/python -m scripts.docs
quality:  ; @scripts/setup dev && exec .venv/bin/python -m scripts.quality
env:      ; @exec scripts/env
stack-check: ; @exec scripts/stack-check
