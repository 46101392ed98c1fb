"""Apps: the applications developers register, with their API keys, secrets and addresses.

Owns the tables `apps` and `app_secrets`. Offers creating, changing, disabling and listing apps, rotating their secrets,
and a directory that answers "whose key is this" without a database statement. Never decides whether a call may pass:
that is `access`.
"""
