"""xApps: web apps that open inside a wallet, with the one-time token that tells them who opened them.

Owns the tables `one_time_tokens` and `xapp_devices`. Offers launching an xApp for a device, taking what a one-time
token stands for, once, and the addresses at which wallets and browsers find an xApp. Never mints the JWT an xApp gets
for its token, and never tells a caller why a token does not count: the app's log does.
"""
