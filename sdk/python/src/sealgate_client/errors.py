"""What may go wrong, one class tree: whatever this package raises on purpose is a `SealgateError`."""

from __future__ import annotations

from typing import Any

__all__ = [
    "Misconfigured",
    "NotFound",
    "OAuthRefused",
    "RateLimited",
    "Refused",
    "SealgateError",
    "SessionEnded",
    "TimedOut",
    "TokenInvalid",
    "Unreachable",
    "WebhookInvalid",
]


class SealgateError(Exception):
    """Something went wrong, and this says what, why and what to do.

    Attributes:
        status: HTTP status of the answer; 0 where there was none.
        code: For programs: a number, or a word of OAuth or of this package; None where there is none.
        reference: Under which the server's log has more; empty where no server was asked.
        message: What happened.
        hint: What to do about it; may be empty.
        pointer: JSON pointer to the member of your body that was refused; may be empty.
        docs: Address of a page about it; may be empty.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: int | str | None = None,
        reference: str = "",
        hint: str = "",
        pointer: str = "",
        docs: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.reference = reference
        self.message = message
        self.hint = hint
        self.pointer = pointer
        self.docs = docs

    def __str__(self) -> str:
        parts = [self.message, self.hint]
        if self.pointer:
            parts.append(f"at {self.pointer}")
        aside = [f"HTTP {self.status}"] if self.status else []
        aside += [f"code {self.code}"] if self.code is not None else []
        aside += [f"reference {self.reference}"] if self.reference else []
        if aside:
            parts.append(f"({', '.join(aside)})")
        return " ".join(part for part in parts if part)

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are pickled by their arguments; ours have keywords.
        return (_restored, (type(self), self.__dict__))


def _restored(kind: type[SealgateError], state: dict[str, Any]) -> SealgateError:
    error = kind.__new__(kind, state.get("message", ""))
    error.__dict__.update(state)
    return error


class Refused(SealgateError):
    """The server answered, and the answer is no."""


class NotFound(Refused):
    """There is no such thing, or it is not this app's."""


class RateLimited(Refused):
    """More calls than the limit, also after waiting as long as this client waits.

    Attributes:
        retry_after_s: Seconds that the server asks to wait; None where it does not say.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None, **members: Any) -> None:
        super().__init__(message, **members)
        self.retry_after_s = retry_after_s


class OAuthRefused(Refused):
    """A refusal of the OAuth endpoints: `code` is the word of RFC 6749, such as `invalid_grant` or `access_denied`."""


class SessionEnded(OAuthRefused):
    """A signed-in user's tokens have run out, and the refresh token was refused: let the user sign in again."""

    @classmethod
    def by(cls, refused: OAuthRefused) -> SessionEnded:
        """Return what a refusal of the refresh token means to whoever made a call with the tokens."""
        told = {name: getattr(refused, name) for name in ("status", "code", "reference", "pointer", "docs")}
        return cls(refused.message, hint="Let the user sign in again.", **told)


class Unreachable(SealgateError):
    """No answer: the connection failed, or broke, more often than this client tries."""


class TimedOut(SealgateError):
    """What was waited for did not happen in the time that was given."""


class TokenInvalid(SealgateError):
    """A token or a receipt that does not count.

    `code` says why: `malformed`, `wrong_alg`, `wrong_kind`, `unknown_key`, `wrong_signature`, `wrong_app`,
    `wrong_issuer`, `wrong_nonce`, `expired`, `not_yet`, `incomplete`.
    """


class WebhookInvalid(SealgateError):
    """A delivery that this server did not send, or not now.

    `code` says why: `unsigned`, `wrong_signature`, `too_old`, `malformed`.
    """


class Misconfigured(SealgateError, ValueError):
    """This client lacks something for what it was asked, such as a key or an address; `hint` says what."""
