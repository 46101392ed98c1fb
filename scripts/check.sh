#!/usr/bin/env bash
# Every check that needs no running server. All of them run; the first failure does not hide the next.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()

check() {
    local name=$1
    shift
    local output
    if output=$("$@" 2>&1); then
        echo "  ok      $name"
    else
        echo "  FAILED  $name"
        printf '%s\n' "$output"
        failed+=("$name")
    fi
}

check "lint (ruff check)" .venv/bin/ruff check .
check "format (ruff format)" .venv/bin/ruff format --check .
check "types (mypy)" .venv/bin/mypy
# The client for Python promises Python 3.10, a version older than the server's.
check "types of sdk/python (mypy)" .venv/bin/mypy --config-file sdk/python/pyproject.toml sdk/python/src/sealgate_client sdk/python/samples
check "imports (import-linter)" .venv/bin/lint-imports --no-cache
check "generated docs" .venv/bin/python -m scripts.docs --check

if ((${#failed[@]})); then
    echo "Failed: ${failed[*]}. \`make fix\` repairs lint and format, \`make docs\` the generated docs."
    exit 1
fi
