#!/usr/bin/env bash
# Remove the environment and every cache. Keys and databases under .sealgate/ are the developer's: they stay.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis build dist
find . -name .git -prune -o -type d \( -name node_modules -o -name __pycache__ \) -prune -exec rm -rf {} +
