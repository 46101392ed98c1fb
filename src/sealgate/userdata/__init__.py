"""User data: one JSON document per app, and named JSON values per app and user.

Owns the tables `app_documents` and `user_values`. Offers reading, setting and deleting them, within their limits. Never
lets one app, or one user of it, see what another stored.
"""
