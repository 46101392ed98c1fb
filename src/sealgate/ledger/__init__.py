"""Knowledge of the XRP Ledger and Xahau: addresses, the binary format, signatures, transaction types, networks.

Owns the packaged definitions of both networks and everything that can be computed from bytes alone.
Offers `codec` (JSON to bytes and back), `walker` and `signatures` (is this blob what it claims to be?),
`transactions` (what a wallet may add to a request, and what it may not), `keys` and `networks`.
Never talks to a network, reads a clock or a setting, or knows of apps, payloads and people.

Import the modules, not this package: the server's start pays only for what it uses.
"""
