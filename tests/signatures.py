"""What wallets sign in tests, checked in one place by another implementation: xrpl.js."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "compat/js"


def check_signatures(handed_in: Iterable[Mapping[str, Any]]) -> int:
    """Have xrpl.js verify answers of wallets; return how many there were.

    Args:
        handed_in: Bodies of answers with `signed_blob`, `signpubkey` and `multisigned`; those of channel claims with
            `claim`, the channel and the amount that were asked for.

    Raises:
        AssertionError: A signature is wrong.
    """
    distinct = list({one["signed_blob"]: dict(one) for one in handed_in}.values())
    if distinct:
        done = subprocess.run(
            ["node", "check_signatures.cjs"],
            cwd=FOLDER,
            input=json.dumps(distinct),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return len(distinct)
