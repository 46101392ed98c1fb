"""A signed-in user's tokens, renewed before they end: once for everybody who calls with them."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sealgate_client.errors import OAuthRefused, SealgateError, SessionEnded

if TYPE_CHECKING:
    from sealgate_client._calls import Server
    from sealgate_client.oauth import Tokens

RENEWED_BEFORE_S = 60.0
OnTokens = Callable[[Any], object] | None
"""Is given new tokens. What it returns is awaited where that can be."""


class Session:
    """What a signed-in user's calls are made with.

    A refresh token counts once: whoever trades one that was traded before ends the session. So threads and tasks that
    share a client, and clients in one process that were made of the same tokens, share one of these.

    Attributes:
        tokens: The newest.
    """

    def __init__(self, app: Server, tokens: Tokens) -> None:
        self._app = app
        self._lock = app.transport.new_lock()
        self._refusal: OAuthRefused | None = None
        self._take(tokens)

    async def access_token(self, on_tokens: OnTokens) -> str:
        """Return an access token that counts, as far as this machine's clock tells.

        Raises:
            SessionEnded: it has expired, and the refresh token was refused.
        """
        tokens = self.tokens
        if time.time() >= self._renewed_at and tokens.refresh_token:
            try:
                await self.renew(tokens.access_token, on_tokens)
            except SealgateError as problem:
                # What still counts is good for this call; the next one tries again.
                still_counts = self.tokens is tokens and time.time() < tokens.expires_at
                if isinstance(problem, SessionEnded) or not still_counts:
                    raise
        return self.tokens.access_token

    async def renew(self, refused: str, on_tokens: OnTokens) -> bool:
        """Get new tokens, unless somebody has since this access token was taken; False where there is no way to.

        Raises:
            SessionEnded: the refresh token was refused.
        """
        if not self.tokens.refresh_token:
            return False
        # Who gives up waiting must not lose the answer: it has the only refresh token that still counts.
        await self._app.transport.whole(self._renewed(refused, on_tokens))
        return True

    async def _renewed(self, refused: str, on_tokens: OnTokens) -> None:
        async with self._lock:
            old = self.tokens
            if old.access_token != refused:
                return
            new = await self._traded(old)
            self._take(new)
            self._app.remember(self)
        # Outside the lock: what it does may call with these tokens.
        if on_tokens is not None:
            told = on_tokens(new)
            if inspect.isawaitable(told):
                await told

    async def _traded(self, old: Tokens) -> Tokens:
        from sealgate_client.oauth import renewed

        if self._refusal is None:
            try:
                return await renewed(self._app, old)
            except OAuthRefused as refused:
                if refused.code != "invalid_grant":
                    raise
                self._refusal = refused
        raise SessionEnded.by(self._refusal) from self._refusal

    def _take(self, tokens: Tokens) -> None:
        left_s = tokens.expires_at - time.time()
        self.tokens = tokens
        # Tokens of a few minutes, as operators may choose, must not be renewed at every call.
        self._renewed_at = tokens.expires_at - min(RENEWED_BEFORE_S, max(0.0, left_s) / 10)
