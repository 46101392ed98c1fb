"""The sandbox ledger: a small ledger in memory, so that everything can be tried without a node.

Owns accounts, trust lines, signer lists, tickets and the chain of ledgers of one `sealgate dev`; nothing of it is
stored, so a restart or a reset begins at the genesis. Offers the part of a node's public API that wallets and client
libraries use, under `/__dev/ledger`. Checks signatures, sequences, fees and reserves for real, and refuses by name
whatever it cannot do. Never pretends to be a network: `server_info` says `sandbox: true`.

`chain` and what it imports is pure: no clock, no network. `host` brings it together with the process.
"""
