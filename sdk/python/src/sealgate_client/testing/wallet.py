"""A person's wallet, which does what the test wants."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sealgate_client.testing.controls import ControlRefused, Controls

if TYPE_CHECKING:
    from sealgate_client.testing.browser import Callback
    from sealgate_client.testing.platform import SignRequest

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LIMIT_S = 15.0


@dataclass(frozen=True)
class Answer:
    """What a wallet did with a request.

    Attributes:
        uuid: Of the request.
        done: `signed`, `rejected`, `opened`, or `refused`: the wallet or the platform would not have it.
        account: Who signed.
        txid: Of the signed transaction.
        network: The wallet's word for the network it signed for.
        why: Of what was refused.
    """

    uuid: str
    done: str
    account: str | None = None
    txid: str | None = None
    network: str | None = None
    why: str = ""


class Wallet:
    """A wallet of the sandbox. It hands in its answers by the calls that any wallet makes; nothing is faked.

    Where a method takes a `request`, that is the UUID, the address of the sign page, or what a client's `create`
    returned; without one it is the next request that waits, for at most 15 seconds.

    Attributes:
        name: `alice` is there from the start.
        account: Its address.
        user: UUID of the person.
        network: What it signs for where the request forces none; `SANDBOX` is the sandbox's own ledger.
    """

    def __init__(
        self, controls: Controls, known: Mapping[str, str], next_request: Callable[[float], SignRequest]
    ) -> None:
        self._controls = controls
        self._next_request = next_request
        self.name = known["name"]
        self.account = known["account"]
        self.user = known["user"]
        self.network = "SANDBOX"

    def __repr__(self) -> str:
        return f"Wallet({self.name!r}, {self.account})"

    def wait_for_request(self, *, timeout_s: float = LIMIT_S) -> SignRequest:
        """Return the next request that waits for an answer and was not returned before.

        Raises:
            AssertionError: none came in time; the text says what there is.
        """
        return self._next_request(timeout_s)

    def approve(self, request: Any = None, *, delay_s: float = 0, via: str = "QR") -> Answer:
        """Open a request and sign it.

        Args:
            delay_s: How long the person thinks first.
            via: How the request was reached: `QR`, `DEEP_LINK`, `PUSH_NOTIFICATION`, `EVENT_LIST` or `XAPP`.

        Raises:
            ControlRefused: the wallet or the platform would not have it; says why.
        """
        return self._insists(request, "approve", delay_s=delay_s, via=via)

    def reject(self, request: Any = None, *, reason: str | None = None, delay_s: float = 0, via: str = "QR") -> Answer:
        """Open a request and decline it, with a reason for the app."""
        return self._insists(request, "reject", reason=reason, delay_s=delay_s, via=via)

    def open(self, request: Any = None, *, delay_s: float = 0, via: str = "QR") -> Answer:
        """Open a request and leave it."""
        return self._insists(request, "ignore", delay_s=delay_s, via=via)

    def wrong_account(self, request: Any = None, *, delay_s: float = 0, via: str = "QR") -> Answer:
        """Open a request and sign it with another account of the same person.

        Where the request names its signers the platform refuses that: `done` is `refused` then.
        """
        return self._answer(request, "wrong_account", delay_s=delay_s, via=via)

    def wrong_network(self, request: Any = None, *, delay_s: float = 0, via: str = "QR") -> Answer:
        """Open a request and sign it on a network that was not asked for.

        Where the request forces a network the wallet refuses that: `done` is `refused` then.
        """
        return self._answer(request, "wrong_network", delay_s=delay_s, via=via)

    def later(self, action: str = "approve", request: Any = None, **how: Any) -> threading.Thread:
        """Do the same in the background, for code under test that waits: `later("approve", delay_s=0.5)`.

        Args:
            action: The name of a method above.
        """
        thread = threading.Thread(target=getattr(self, action), args=(request,), kwargs=how, daemon=True)
        thread.start()
        return thread

    @contextmanager
    def approving(self, *, delay_s: float = 0) -> Iterator[None]:
        """Sign every request that is new or pushed while the block runs."""
        with self.answering("approve", delay_s=delay_s):
            yield

    @contextmanager
    def rejecting(self, *, reason: str | None = None, delay_s: float = 0) -> Iterator[None]:
        """Decline every request that is new or pushed while the block runs."""
        with self.answering("reject", reason=reason, delay_s=delay_s):
            yield

    @contextmanager
    def answering(self, action: str, *, reason: str | None = None, delay_s: float = 0) -> Iterator[None]:
        """Answer every request that is new or pushed while the block runs.

        Args:
            action: `approve`, `reject`, `ignore`, `wrong_account` or `wrong_network`.
        """
        script = {**self._how(action, reason, delay_s), "unpushed": True}
        self._controls.dev("PUT", "/wallet/script", script)
        try:
            yield
        finally:
            self._controls.dev("DELETE", "/wallet/script", {"wallet": self.name})

    def sign_in(self, url: str) -> Callback:
        """Go to an authorization URL in a browser of one's own, sign in, and return what the app is called back with.

        Args:
            url: Where the app sends people to sign in: `…/auth?client_id=…`.

        Raises:
            AssertionError: the sign-in did not lead back to the app; the text is what the page says.
        """
        from sealgate_client.testing.browser import Browser

        return Browser(self._controls.url).signs_in(url, self.approve)

    def refuse_sign_in(self, url: str) -> Callback:
        """Go to an authorization URL, decline in the wallet, and return what the app is called back with."""
        from sealgate_client.testing.browser import Browser

        return Browser(self._controls.url).signs_in(url, self.reject)

    def _insists(self, request: Any, action: str, *, reason: str | None = None, delay_s: float, via: str) -> Answer:
        answer = self._answer(request, action, reason=reason, delay_s=delay_s, via=via)
        if answer.done == "refused":
            raise ControlRefused(f"{self.name} could not answer {answer.uuid}: {answer.why}", code="refused")
        return answer

    def _answer(self, request: Any, action: str, *, reason: str | None = None, delay_s: float, via: str) -> Answer:
        uuid = self.wait_for_request().uuid if request is None else uuid_of(request)
        asked = {"payload": uuid, "origin": via, **self._how(action, reason, delay_s)}
        done = self._controls.dev("POST", "/wallet/answers", asked)
        refused = done.get("refused") or {}
        why = " ".join(filter(None, (refused.get("message"), refused.get("hint"))))
        return Answer(uuid, done["done"], done.get("account"), done.get("txid"), done.get("network"), why)

    def _how(self, action: str, reason: str | None, delay_s: float) -> dict[str, Any]:
        how = {"wallet": self.name, "action": action, "reason": reason, "delay_s": delay_s}
        return {**how, "network": self.network}


def uuid_of(request: Any) -> str:
    """Return the UUID of a request, however it is named.

    Raises:
        TypeError: it names none.
    """
    if isinstance(request, Mapping):
        request = request.get("uuid")
    elif not isinstance(request, str):
        request = getattr(getattr(request, "created", request), "uuid", None)
    found = _UUID.search(str(request))
    if found is None:
        raise TypeError(f"{request!r} names no sign request: give its UUID, its sign page, or what `create` returned.")
    return found.group().lower()
