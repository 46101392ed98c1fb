"""Devtools: what `sealgate dev` has beyond a server: a way back, a moving clock, faults, a wallet, a ledger.

Owns `/__dev/…` and nothing that is stored. Only `cli/dev.py` installs it, so under `serve` and `worker` it does not
exist, whatever the settings say. Never changes how the platform itself works: it moves its clock, stands in for the
network, and holds a wallet and a ledger that are called like any other.
"""
