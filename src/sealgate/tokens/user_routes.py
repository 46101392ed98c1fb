"""Where pages call with a user's access token: the JWT API's two names, and what their browsers may do there."""

from collections.abc import Callable
from typing import Any, TypeVar

from sealgate.tokens.model import User
from sealgate.web.routing import Cors, Handler

C = TypeVar("C")
R = TypeVar("R")

FAMILIES = ("/api/v1/jwt", "/api/v1/xapp-jwt")
"""Two names for one API, the older one last (platform-api 1.1)."""

CORS = Cors(
    # The secret is let through so that its refusal can be read in the page that must not have it (platform-api 1.7).
    request_headers=("Content-Type", "Authorization", "Idempotency-Key", "x-api-key", "x-api-ott", "x-api-secret"),
    exposed_headers=("X-Call-Ref", "X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After"),
)
"""Any page, without cookies: who calls is told by the token alone."""


def for_users(
    declare: Callable[..., Callable[[Handler[C, R]], Handler[C, R]]], path: str, **how: Any
) -> Callable[[Handler[C, R]], Handler[C, R]]:
    """Declare a route of the JWT API under both of its names; the API reference lists the newer one.

    Args:
        declare: A method of the slice's router, such as `router.get`.
        path: Below `jwt/`.
        how: As `Router.route` takes it; the caller is a `User` unless said otherwise.
    """
    how = {"caller": User, "cors": CORS, **how}
    name, older_name = (f"{family}/{path}" for family in FAMILIES)
    listed, unlisted = declare(name, **how), declare(older_name, **{**how, "listed": False})
    return lambda handler: unlisted(listed(handler))
