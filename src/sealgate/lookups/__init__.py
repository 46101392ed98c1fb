"""Look-ups: questions an app asks about itself and the world, answered without changing anything.

Owns no table. Offers `platform/ping` and `jwt/ping`. Never knows sign requests or wallets.
"""
