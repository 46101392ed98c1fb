"""Signing a person in from a terminal: a public client of any OpenID provider with the device grant (RFC 8628)."""

import platform
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

import httpx
import msgspec

from sealgate.cli.http import TIMEOUT_S, unreachable
from sealgate.cli.output import Refused

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER_BY_S = 5
SLOWEST_S = 60

T = TypeVar("T")


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself, as far as it matters here (OpenID Connect Discovery, 3; RFC 8414, 2)."""

    issuer: str
    token_endpoint: str
    userinfo_endpoint: str
    device_authorization_endpoint: str | None = None
    revocation_endpoint: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """What the person is shown, and what is polled with. Times are seconds (RFC 8628, 3.2)."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    verification_uri_complete: str | None = None
    interval: int = SLOWER_BY_S


class Tokens(msgspec.Struct, frozen=True):
    """What a sign-in gave. `expires_in` is seconds; `refresh_token` is empty or None where there is none."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None
    scope: str | None = None


class OAuthRefused(Refused):
    """The provider said no in the words of RFC 6749, 5.2.

    Attributes:
        word: Its `error`, such as `access_denied`.
    """

    def __init__(self, word: str, message: str, hint: str = "") -> None:
        super().__init__(message=message, hint=hint)
        self.word = word


class Provider:
    """An OpenID provider, as a program without a secret sees it.

    Args:
        issuer: Its address, without a trailing slash.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        # Shown to the person who is asked whether this device is theirs; header values are ASCII.
        agent = f"sealgate on {platform.node()}".encode("ascii", "replace").decode()
        self._client = httpx.Client(headers={"user-agent": agent}, timeout=TIMEOUT_S, verify=issuer.startswith("https"))
        self._metadata: Metadata | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def metadata(self) -> Metadata:
        """What the provider says of itself, read once.

        Raises:
            Refused: it does not answer, is no provider, or calls itself otherwise (OpenID Connect Discovery, 4.3).
        """
        if self._metadata is None:
            found = self._ask("GET", f"{self.issuer}/.well-known/openid-configuration", Metadata)
            if found.issuer.rstrip("/") != self.issuer:
                raise Refused(
                    message=f"The provider at {self.issuer} calls itself {found.issuer}.",
                    hint=f"Use that name: --issuer {found.issuer}",
                )
            self._metadata = found
        return self._metadata

    def begin(self, client_id: str, scope: str) -> Waiting:
        """Ask that somebody sign in for this terminal.

        Raises:
            Refused: the provider does not know the app, or has no device grant for it.
        """
        endpoint = self.metadata.device_authorization_endpoint
        if endpoint is None:
            raise Refused(message=f"No app of {self.issuer} may sign in from a terminal.", hint=_SET_UP)
        return self._ask("POST", endpoint, Waiting, form={"client_id": client_id, "scope": scope})

    def wait(
        self, client_id: str, waiting: Waiting, *, pause: Callable[[float], None], clock: Callable[[], float]
    ) -> Tokens:
        """Return the tokens once somebody signed in.

        Polls no faster than the provider wants, and slower while it does not answer (RFC 8628, 3.5).

        Args:
            pause: Waits so many seconds.
            clock: Monotonic seconds.

        Raises:
            Refused: the person said no, or did not come in time.
        """
        form = {"grant_type": DEVICE_CODE, "device_code": waiting.device_code, "client_id": client_id}
        interval, until = max(1.0, waiting.interval), clock() + waiting.expires_in
        while clock() < until:
            pause(interval)
            try:
                return self._ask("POST", self.metadata.token_endpoint, Tokens, form=form)
            except OAuthRefused as refusal:
                if refusal.word == "slow_down":
                    interval += SLOWER_BY_S
                elif refusal.word == "temporarily_unavailable":
                    interval = min(interval * 2, SLOWEST_S)
                elif refusal.word in _ENDS:
                    raise Refused(message=_ENDS[refusal.word], hint="Run `sealgate login` again.") from None
                elif refusal.word != "authorization_pending":
                    raise
            except _NoAnswer:
                interval = min(interval * 2, SLOWEST_S)
        raise Refused(message=_ENDS["expired_token"], hint="Run `sealgate login` again.")

    def refresh(self, client_id: str, refresh_token: str) -> Tokens:
        """Trade a refresh token for new tokens; the old one is then spent."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
        return self._ask("POST", self.metadata.token_endpoint, Tokens, form=form)

    def revoke(self, client_id: str, token: str) -> None:
        """End a token; that of a refresh token ends all that came of it (RFC 7009)."""
        if self.metadata.revocation_endpoint is not None:
            form = {"token": token, "client_id": client_id}
            self._ask("POST", self.metadata.revocation_endpoint, object, form=form)

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return what the provider tells about the person who signed in; `sub` is text (OpenID Connect Core, 5.3.2)."""
        headers = {"authorization": f"Bearer {access_token}"}
        told = self._ask("GET", self.metadata.userinfo_endpoint, dict[str, Any], headers=headers)
        if not isinstance(told.get("sub"), str):
            raise Refused(message=f"The provider {self.issuer} does not say who signed in.")
        return told

    def _ask(
        self,
        method: str,
        url: str,
        answers: type[T],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        try:
            answer = self._client.request(method, url, data=form, headers=headers)
        except httpx.HTTPError as problem:
            raise _NoAnswer.of(unreachable(self.issuer, problem)) from None
        try:
            if answer.is_success:
                return msgspec.json.decode(answer.content or b"null", type=answers)
            refusal = msgspec.json.decode(answer.content, type=_Error)
        except msgspec.DecodeError:
            raise Refused(
                message=f"{url} answered HTTP {answer.status_code} with something that no OpenID provider says.",
                hint="Is --issuer, or SEALGATE_URL, the address of a Sealgate server?",
            ) from None
        raise OAuthRefused(
            refusal.error,
            f"{refusal.error_description or refusal.error} "
            f"(HTTP {answer.status_code}, {refusal.error}, reference {refusal.reference or '-'})",
            _SET_UP if refusal.error in ("unauthorized_client", "invalid_client") else "",
        )


class _Error(msgspec.Struct):
    error: str
    error_description: str | None = None
    reference: str | None = None


class _NoAnswer(Refused):
    """Nobody answered: trying later may help."""

    @classmethod
    def of(cls, refusal: Refused) -> Self:
        return cls(message=refusal.message, hint=refusal.hint)


_ENDS = {
    "access_denied": "The sign-in was declined.",
    "expired_token": "Nobody signed in before the code expired.",
}
_SET_UP = (
    "Register an app for it: `sealgate app create --type native --grant-type device_code "
    "--grant-type refresh_token`; then give its API key as --client-id."
)
