"""The app under test, as the platform knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sealgate_client.testing.controls import Controls

if TYPE_CHECKING:
    from sealgate_client import Sealgate
    from sealgate_client.testing.wallet import Wallet


@dataclass(frozen=True)
class SignedIn:
    """Somebody who signed for the app.

    Attributes:
        uuid: Of the request that was signed.
        user_token: What the app may push further requests with.
    """

    account: str
    user_token: str
    uuid: str


class App:
    """An app of the sandbox.

    Attributes:
        uuid: Its API key, and its client id.
        api_secret: For back ends, and the client secret.
        environ: The variables that point a client at it: SEALGATE_URL, SEALGATE_API_KEY, SEALGATE_API_SECRET.
    """

    def __init__(self, controls: Controls, uuid: str, api_secret: str) -> None:
        self._controls = controls
        self.uuid = uuid
        self.api_secret = api_secret
        self.environ = {
            "SEALGATE_URL": controls.url,
            "SEALGATE_API_KEY": uuid,
            "SEALGATE_API_SECRET": api_secret,
        }

    def __repr__(self) -> str:
        return f"App({self.uuid})"

    @property
    def api_key(self) -> str:
        """The same as `uuid`."""
        return self.uuid

    @cached_property
    def client(self) -> Sealgate:
        """A client with the app's key and secret."""
        from sealgate_client import Sealgate

        return Sealgate(self._controls.url, api_key=self.uuid, api_secret=self.api_secret, http=self._controls.http)

    @property
    def settings(self) -> dict[str, Any]:
        """How the app is registered, as the operators' API shows it."""
        found: dict[str, Any] = self._controls.admin("GET", f"/apps/{self.uuid}")
        return found

    def update(self, **settings: Any) -> dict[str, Any]:
        """Change settings of the app and return all of them: `update(redirect_uris=["https://shop.example/back"])`."""
        changed: dict[str, Any] = self._controls.admin("PATCH", f"/apps/{self.uuid}", settings)
        return changed

    def sign_in(self, wallet: Wallet) -> SignedIn:
        """Ask for a sign-in, let the wallet approve it, and return who signed."""
        created = self.client.payloads.create({"TransactionType": "SignIn"})
        wallet.approve(created.uuid)
        payload = self.client.payloads.get(created.uuid)
        assert payload.response.account is not None
        assert payload.application.issued_user_token is not None
        return SignedIn(payload.response.account, payload.application.issued_user_token, created.uuid)

    @classmethod
    def made(cls, controls: Controls, name: str, settings: Mapping[str, Any]) -> App:
        """Register a further app."""
        made = controls.admin("POST", "/apps", {"name": name, **settings})
        return cls(controls, made["api_key"], made["api_secret"])
