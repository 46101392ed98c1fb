"""The command line: `sealgate dev | serve | worker | migrate | app | payload | wallet | …` (design 5).

Owns what people and scripts type, and the reference wallet that keeps its keys in a file. Every command but those
that run the server speaks HTTP to a server, like any other client. Offers `main`, the console script. Never holds a
rule of the platform: what may be done is decided by the server.
"""

import sys

# httpx loads a command line of its own, and with it rich, wherever that is installed: 0.2 s of every command here.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

from sealgate.cli.main import main  # noqa: E402

__all__ = ["main"]
