"""User data: what apps keep here, one JSON document for each app and small JSON objects for each of its users.

Owns the tables `app_documents` and `user_values`, their limits, and the routes `platform/app-storage` and
`jwt/userdata` in `http`. Offers nothing to other slices. Never looks into what it keeps: a document comes back as it
was sent, number for number and member for member. Never gives one app what another stored, nor one user's values to
another.
"""
