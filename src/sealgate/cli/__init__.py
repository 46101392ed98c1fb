"""The command line: `sealgate dev | serve | worker | migrate | app | payload | wallet | …` (design 5).

Owns what people and scripts type, and the reference wallet that keeps its keys in a file. Every command but those
that run the server speaks HTTP to a server, like any other client. Offers `main`, the console script. Never holds a
rule of the platform: what may be done is decided by the server.
"""

from sealgate.cli.main import main

__all__ = ["main"]
