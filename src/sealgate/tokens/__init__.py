"""Tokens: every credential the server mints, and the keys it signs with.

Owns user tokens (one per app and holder), the RSA and EC keys that sign access and ID tokens, the deny list, and the
Ed25519 key that signs what wallets are shown. Offers `service` for user tokens, `importing` for those from elsewhere,
`signing` and `verifying` for the JWTs of sign-ins, `xapp_tokens` for those of xApps, `bearers` where either counts,
`deny_list` to end them, `view_key` for the wallets' key. Never decides who may sign in, never stores a bearer
readable: a user token is none, it is useless without the credentials of its app (design 4.2).
"""
