"""Look-ups: questions an app asks about itself and the world, answered without changing anything.

Owns no table; reads the operator's files and asks the operator's feeds and nodes. Offers `ping`, rates, curated assets,
hook hashes, what is known of accounts, avatars, networks and transactions on the ledger. Never knows sign requests or
wallets.
"""
