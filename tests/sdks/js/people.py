"""Who else the tests in JavaScript reach through the stage's door."""

from typing import Any

from tests.compat.stage import GENESIS, Stage
from tests.compat.tab import Tab


class Visitor:
    """Somebody with a browser and alice's wallet."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def goesThrough(self, address: str) -> str:  # noqa: N802 - called by this name from JavaScript
        """Sign in at an authorization URL and return the address that the browser is sent to."""
        tab = Tab(self._stage.platform.url)
        try:
            return tab.sign_in(address, self._stage.alice)
        finally:
            tab.close()

    def confirms(self, address: str) -> None:
        """Say on the page of a device that it is one's own, and sign."""
        tab = Tab(self._stage.platform.url)
        try:
            tab.approve_device(address, self._stage.alice)
        finally:
            tab.close()


class Developer:
    """Who owns the demo app, at the command line."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def hooks(self, url: str, *events: str) -> str:
        """Add a webhook endpoint for the demo app; return its secret."""
        chosen = [word for event in events for word in ("--event", event)]
        key = self._stage.platform.env["SEALGATE_API_KEY"]
        return str(self._stage.platform.sealgate("app", "webhook", "add", key, url, *chosen)["secret"])

    def names(self, url: str) -> None:
        """Give the demo app a webhook URL, as receivers of old have it."""
        self._stage.platform.sealgate(
            "app", "update", self._stage.platform.env["SEALGATE_API_KEY"], "--webhook-url", url
        )

    def lists_alice(self) -> str:
        """Put alice on the list of those who sign for an account of the sandbox, of two; return the account."""
        self._stage.platform.sealgate("trigger", "payload.contributed")
        return GENESIS

    def contributes(self, uuid: str) -> None:
        """Have alice sign a request of the sandbox's network, at the command line."""
        self._stage.platform.sealgate("wallet", "sign", uuid)

    def cuts(self) -> None:
        """End every status socket without a word."""
        self._stage.platform.sealgate("sandbox", "cut-sockets")


def with_people(stage: Stage) -> Stage:
    """Let the tests in JavaScript reach everybody."""
    stage.admits(Visitor(stage))
    stage.admits(Developer(stage))
    stage.open_door()
    return stage


def environ_of(stage: Stage) -> dict[str, Any]:
    """Return the environment of a program that plays against a stage."""
    return {**stage.platform.environ, "STAGE_DOOR": stage.door_url, "STAGE_ALICE": stage.alice.account}
