"""What the endpoints for programs have in common: who may call them from a page, and that nobody keeps the answer."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from sealgate.web import Call, Cors

R = TypeVar("R")

CORS = Cors(request_headers=("Authorization", "Content-Type", "DPoP"), max_age_s=600)
"""Any page may call, without cookies (oauth2 B17)."""

PUBLIC_CACHE = "public, max-age=3600"


def answers_program(handler: Callable[[Call[Any]], Awaitable[R]]) -> Callable[[Call[Any]], Awaitable[R]]:
    """Mark every answer of a handler, refusals too, as not to be kept, also for HTTP/1.0 (RFC 6749, 5.1)."""

    @wraps(handler)
    async def answer(call: Call[Any]) -> R:
        call.response_headers["pragma"] = "no-cache"
        return await handler(call)

    return answer
