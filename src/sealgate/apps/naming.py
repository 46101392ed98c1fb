"""Names that an app gets where its developer chose none. Pure, but for chance."""

import re
import secrets

MAX_SLUG_CHARS = 40


def new_xapp_id(name: str) -> str:
    """Return an xApp identifier: what is left of the app's name in ASCII, and 12 hex digits that nobody else has."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())[:MAX_SLUG_CHARS].strip("-")
    return f"{slug or 'xapp'}.{secrets.token_hex(6)}"
