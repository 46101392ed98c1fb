"""Fetch a network's definitions from a node and print them as the packaged files have them.

    python scripts/fetch_definitions.py https://xahau.network > src/sealgate/ledger/data/xahau.json

Takes a node's JSON-RPC address, or the path of a saved `server_definitions` answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from sealgate.ledger.definitions import Definitions
from sealgate.ledger.errors import InvalidDefinitions

PARTS: Final = (
    "FIELDS",
    "LEDGER_ENTRY_TYPES",
    "TRANSACTION_FORMATS",
    "TRANSACTION_RESULTS",
    "TRANSACTION_TYPES",
    "TYPES",
)


def read_answer(source: str) -> Any:
    """Return the answer of the node at an http(s) address, or of a file."""
    if source.startswith(("http://", "https://")):
        question = json.dumps({"method": "server_definitions", "params": [{}]}).encode()
        request = Request(source, question, {"Content-Type": "application/json"})  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())
    return json.loads(Path(source).read_bytes())


def packed(answer: Any) -> str:
    """Return the parts we need, checked, without white space.

    Raises:
        InvalidDefinitions: not a `server_definitions` answer.
    """
    Definitions.from_json(answer)
    document = answer.get("result", answer)
    return json.dumps({part: document[part] for part in PARTS if part in document}, separators=(",", ":"))


def main() -> int:
    """Print the definitions; exit 1 with the reason if there are none."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(packed(read_answer(sys.argv[1])))
    except (OSError, ValueError, InvalidDefinitions) as problem:
        print(f"No definitions from {sys.argv[1]}: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
