"""Tokens: every credential the server mints, and the keys it signs with.

Owns user tokens (one per app and holder) and the Ed25519 key that signs what wallets are shown. Offers `service`
for user tokens, `view_key` for the key. Never decides who may sign in, never stores a bearer readable: a user token
is none, it is useless without the credentials of its app (design 4.2).
"""
