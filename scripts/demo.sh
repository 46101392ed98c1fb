#!/usr/bin/env bash
# One sign request from end to end on the platform that `make run` started here: ask, watch, sign, read.
set -euo pipefail
cd "$(dirname "$0")/.."

sealgate() { .venv/bin/sealgate "$@"; }
field() { .venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

[[ -f .sealgate/dev.env ]] || { echo "Nothing runs here: start \`make run\` in another terminal." >&2; exit 1; }

echo "1. An app asks for a signature"
uuid=$(sealgate payload create --sign-in --json | field uuid)
echo "   $uuid"

echo "2. The wallet \"alice\" shows what it would sign"
sealgate wallet show "$uuid"

echo "3. alice signs"
sealgate wallet sign "$uuid"

echo "4. The app reads the verified outcome"
sealgate payload get "$uuid"
