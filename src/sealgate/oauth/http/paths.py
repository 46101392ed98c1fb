"""Where the endpoints stand: at the root, and once more under `/oauth` (oauth2 W1)."""


def both(path: str) -> tuple[str, str]:
    """Return the two paths of an endpoint: `/token` gives `/token` and `/oauth/token`."""
    return path, f"/oauth{path}"
