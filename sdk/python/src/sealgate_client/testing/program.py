"""Finding the program `sealgate`."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from sealgate_client.errors import Misconfigured


def find_program(environ: Mapping[str, str] | None = None) -> Sequence[str]:
    """Return how `sealgate` is started: SEALGATE_BIN, else what PATH has, else `python -m sealgate`.

    Raises:
        Misconfigured: there is none.
    """
    environ = os.environ if environ is None else environ
    if named := environ.get("SEALGATE_BIN"):
        found = shutil.which(named, path=environ.get("PATH"))
        if found is None:
            raise Misconfigured(
                f"SEALGATE_BIN names {named}, which is no program that can be started.",
                code="configuration",
                hint="Name the program `sealgate`, or leave the variable out.",
            )
        return [found]
    if found := shutil.which("sealgate", path=environ.get("PATH")):
        return [found]
    if find_spec("sealgate") is not None:
        return [sys.executable, "-m", "sealgate"]
    raise Misconfigured(
        "The program `sealgate` is not installed.",
        code="configuration",
        hint="pip install sealgate, or name it by SEALGATE_BIN, or a running `sealgate dev` by SEALGATE_URL.",
    )


def fingerprint(program: Sequence[str]) -> str:
    """Return what changes when another version of the program is installed."""
    path = Path(program[0]).resolve()
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    if program[1:]:
        spec = find_spec("sealgate")
        path = Path(spec.origin) if spec is not None and spec.origin else path
        stamp = path.stat().st_mtime_ns
    return hashlib.sha256(f"{path} {stamp}".encode()).hexdigest()[:16]
