"""Who calls, as a type: what `web/` knows of callers. `access/` implements the protocols, `asgi.py` wires them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sealgate.base.errors import SealgateError

if TYPE_CHECKING:
    from sealgate.web.call import Call


ABOUT_APP = "about_app"
"""The note in which a call of an operator leaves the UUID of the app that it makes, for the record of changes."""
ABOUT_VALUES = "about_values"
"""The note in which it leaves what is recorded instead of its body, where that is long or holds credentials."""


class Anyone:
    """A caller who shows no credential and needs none."""


class Admin:
    """An operator of this server, by the bearer admin token."""


class CallerResolver(Protocol):
    """Finds out who calls and whether they may."""

    async def resolve(self, kind: type[Any], call: "Call[Any]") -> object:
        """Return the caller as an instance of `kind`.

        Runs after routing and before the body is read (`await call.read_body()` where a signature covers it).
        Applies the rate limit named by `call.route.limit` and may add to `call.response_headers`.

        Raises:
            SealgateError: the credential is missing or wrong, or the caller calls too often.
        """

    def errors_of(self, kind: type[Any]) -> Sequence[type[SealgateError]]:
        """Return what `resolve` may raise for `kind`, for the API reference."""


class Observer(Protocol):
    """Hears of every answered API call, for the call log."""

    def answered(self, call: "Call[Any]", status: int, error_code: int | str | None, duration_s: float) -> None:
        """Take note of one answered call; cheap, never waits. `call.caller` is None where nobody was recognised."""


class OpenDoor:
    """A resolver for apps whose routes all take `Anyone`."""

    async def resolve(self, kind: type[Any], call: "Call[Any]") -> object:
        """Return `Anyone()`; no other kind can be told apart here."""
        if kind is not Anyone:
            raise TypeError(f"nothing here recognises {kind.__name__}")
        return Anyone()

    def errors_of(self, kind: type[Any]) -> Sequence[type[SealgateError]]:
        """Return nothing: nobody is refused."""
        return ()
