"""Handing events to a program on this machine as a webhook would arrive there: same body, same headers."""

import time
from collections.abc import Callable

import httpx
import msgspec

from sealgate.cli.app_events import AppEvent
from sealgate.delivery import model
from sealgate.delivery.bodies import COMPAT_KIND, Signers, build, event_uuid

TIMEOUT_S = 15
WAITS_S = (0.5, 1.0, 2.0)
"""Between the tries where nobody answers: about as long as a program takes that starts again."""


class Forwarded(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    Attributes:
        status: Of the answer; None where none came.
        latency_ms: Of the last try.
        attempts: How many tries it took.
        error: Why there was no answer.
    """

    status: int | None
    latency_ms: int
    attempts: int
    error: str | None = None

    @property
    def words(self) -> str:
        """The same for people."""
        tries = f", {self.attempts} tries" if self.attempts > 1 else ""
        if self.status is None:
            return f"no answer ({self.error}{tries})"
        return f"{self.status} in {self.latency_ms} ms{tries}"


class Forwarder:
    """Posts events to one URL.

    Args:
        api_secret: The app's: it makes the signature of old.
        webhook_secret: `whsec_…`; it makes the signature of Standard Webhooks.
        verify: Whether a certificate must be one that this machine trusts.
    """

    def __init__(
        self,
        url: str,
        *,
        api_secret: str,
        webhook_secret: str,
        verify: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url
        self._signers = Signers(api_secret=api_secret, webhook_secrets=(webhook_secret,))
        # A proxy of the environment is for the way out, and this stays here.
        self._client = httpx.Client(timeout=TIMEOUT_S, verify=verify and url.startswith("https:"), trust_env=False)
        # What a webhook has not got, an event should not have either.
        self._client.headers.clear()
        self._pause = pause

    def forward(self, event: AppEvent) -> Forwarded:
        """Post an event; a connection that fails is tried again, an answer is an answer."""
        attempt = 1
        while True:
            began = time.monotonic()
            try:
                status, error = self._post(event, attempt), None
            except httpx.ReadTimeout:
                status, error = None, f"silent for {TIMEOUT_S} s"
            except httpx.HTTPError as problem:
                status, error = None, str(problem) or type(problem).__name__
                if attempt <= len(WAITS_S):
                    self._pause(WAITS_S[attempt - 1])
                    attempt += 1
                    continue
            latency_ms = int((time.monotonic() - began) * 1000)
            return Forwarded(status=status, latency_ms=latency_ms, attempts=attempt, error=error)

    def close(self) -> None:
        """Close the connection that is kept."""
        self._client.close()

    def _post(self, event: AppEvent, attempt: int) -> int:
        from sealgate.base.clock import SystemClock

        prepared = build(_recorded(event), self._url, self._signers, now=SystemClock().now(), attempt=attempt)
        return self._client.post(self._url, content=prepared.body, headers=prepared.headers).status_code


def _recorded(event: AppEvent) -> model.AppEvent:
    """Return the event as the server has recorded it."""
    return model.AppEvent(
        seq=event.number,
        id=event_uuid(event.id),
        app_uuid="",
        kind=event.type,
        subject=event.about if event.type == COMPAT_KIND else "",
        data=event.data,
        created_at=event.timestamp,
    )
