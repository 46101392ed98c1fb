"""Access: who is calling, may they, how often, and what was called.

Owns the tables `call_log`, `app_notices` and `device_nonces`. Offers the resolver that turns the credentials of a call
into its caller (an app by key and secret, an app by key alone, a signed-in user by access token, an admin by token, a
wallet device by signature), rate limits, and the call log. Never answers a call itself, but for questions about it.
"""
