"""The status socket, seen from a client: one frame after another until the request is over (platform-api 20)."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec

from sealgate.cli.output import Refused

RECONNECT_S = 1.0
GIVE_UP_AFTER = 30


class Frame(msgspec.Struct, frozen=True):
    """One message of the socket."""

    content: dict[str, Any]

    @property
    def is_last(self) -> bool:
        """Whether nothing more can come: resolved, expired or cancelled."""
        return "signed" in self.content or "expired" in self.content

    @property
    def words(self) -> str:
        """The message in plain words."""
        content = self.content
        if "signed" in content:
            return "signed" if content["signed"] else "rejected"
        if "expired" in content:
            return "expired or cancelled"
        if "expires_in_seconds" in content:
            return f"{content['expires_in_seconds']} s left to open it"
        if "collected" in content:
            return "signed by some of those who must: {weight} of {quorum}".format(**content["collected"])
        for name, text in _WORDS.items():
            if name in content:
                return text
        return str(content.get("message", content))


_WORDS = {
    "opened": "opened in a wallet",
    "pre_signed": "being signed",
    "dispatched": "handed to a node",
    "devapp_fetched": "read by the application",
}


def follow(url: str, payload: str) -> Iterator[Frame]:
    """Yield the socket's frames, connecting again when the connection breaks.

    Raises:
        Refused: the server cannot be reached, or knows no such payload.
    """
    from websockets.exceptions import ConnectionClosed, InvalidHandshake
    from websockets.sync.client import connect

    address = f"ws{url.removeprefix('http')}/sign/{payload}"
    failures = 0
    while True:
        try:
            with connect(address, open_timeout=10, compression=None) as socket:
                failures = 0
                for text in socket:
                    frame = Frame(msgspec.json.decode(text))
                    if "Invalid payload" in f"{frame.content.get('message')} {frame.content.get('reason')}":
                        raise Refused(message=f"The server knows no sign request {payload}.")
                    yield frame
                return
        except InvalidHandshake:
            raise Refused(message=f"{payload} is not the UUID of a sign request.") from None
        except (ConnectionClosed, OSError) as problem:
            failures += 1
            if failures > GIVE_UP_AFTER:
                raise Refused(message=f"The status socket of {url} cannot be reached: {problem}") from None
            time.sleep(RECONNECT_S)
