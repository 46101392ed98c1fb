"""A platform that relying parties sign in with: over https, with apps, a person at a browser, and keys that rotate."""

import sqlite3
from dataclasses import asdict
from typing import Any

import httpx

from tests.compat.stage import Alice, Stage
from tests.local_ca import TlsFiles
from tests.oauth_browser import Answer, Browser, Page
from tests.platform import Platform

CALLBACK = "https://rp.example/callback"
CALLBACK_WITH_QUERY = f"{CALLBACK}?tenant=7"
LOOPBACK = "http://127.0.0.1/callback"
GOODBYE = "https://rp.example/goodbye"
DAY_MS = 24 * 3600 * 1000

_COMMON = {
    "name": "Relying Party",
    "post_logout_redirect_uris": [GOODBYE],
    "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
}


class Visitor:
    """A person with a browser; alice's wallet answers for them. What is returned can be written as JSON."""

    def __init__(self, origin: str, tls: TlsFiles, alice: Alice) -> None:
        self._origin = origin
        self._tls = tls.context()
        self._alice = alice
        self.browser = Browser(origin, tls=self._tls)

    def signs_in(self, url: str) -> dict[str, Any]:
        """Go through a sign-in, agreeing to all that is asked."""
        return asdict(self.browser.signs_in(url, self._alice))

    def is_declined(self, url: str) -> dict[str, Any]:
        """Begin a sign-in and decline it in the wallet."""
        return asdict(self.browser.is_declined(url, self._alice))

    def approves_device(self, url: str) -> str:
        """Confirm a device's code and sign in for it; return the words of the last page."""
        return self.browser.approves_device(url, self._alice).words

    def goes_to(self, url: str) -> dict[str, Any]:
        """Go to an address and stay where that leads."""
        found: Page | Answer = self.browser.goes_to(url)
        if isinstance(found, Answer):
            return asdict(found)
        return {"page": found.url, "status": found.status, "words": found.words}

    def takes_another_browser(self) -> None:
        """Go on in a browser that knows nothing of the last one."""
        self.browser.close()
        self.browser = Browser(self._origin, tls=self._tls)


class KeyKeeper:
    """The operator, as far as signing keys go."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def rotates_keys(self) -> list[dict[str, Any]]:
        """Publish the next keys; they take over in a day. Return all that are published."""
        return list(self._platform.sealgate("keys", "rotate")["keys"])

    def replaces_keys(self) -> list[dict[str, Any]]:
        """Withdraw every key at once and return the new ones."""
        return list(self._platform.sealgate("keys", "rotate", "--now")["keys"])

    def waits_a_day(self) -> list[dict[str, Any]]:
        """Let a day of the keys' life go by, over a restart; return the keys that are published then."""
        database = sqlite3.connect(self._platform.data_dir / "sealgate.db", timeout=10)
        try:
            with database:
                moved = database.execute("UPDATE signing_keys SET activates_at = activates_at - ?", (DAY_MS,))
            assert moved.rowcount > 0
        finally:
            database.close()
        self._platform.pause()
        self._platform.start()
        return list(self._platform.sealgate("keys", "list")["keys"])


class SignInStage(Stage):
    """A stage with apps to sign in to, as their developers would register them.

    Attributes:
        server: An app with a back end, which may leave PKCE out; `api_key`, `api_secret`.
        native: A program on people's machines, without a secret.
        visitor: Who signs in.
        keeper: Who rotates the keys.
    """

    def __init__(self, platform: Platform, tls: TlsFiles) -> None:
        super().__init__(platform)
        self.tls = tls
        self.issuer = platform.url
        self.server = self.registers(redirect_uris=[CALLBACK, CALLBACK_WITH_QUERY], require_pkce=False)
        self.native = self.registers(redirect_uris=[LOOPBACK], type="native")
        self.visitor = Visitor(platform.url, tls, self.alice)
        self.keeper = KeyKeeper(platform)
        self.admits(self.visitor)
        self.admits(self.keeper)

    @property
    def environ(self) -> dict[str, str]:
        """What a test in another language needs to know."""
        self.open_door()
        return self.platform.environ | {
            "STAGE_DOOR": self.door_url,
            "STAGE_ALICE": self.alice.account,
            "STAGE_ISSUER": self.issuer,
            "STAGE_CALLBACK": CALLBACK,
            "STAGE_LOOPBACK": LOOPBACK,
            "STAGE_GOODBYE": GOODBYE,
            "STAGE_SERVER_ID": self.server["api_key"],
            "STAGE_SERVER_SECRET": self.server["api_secret"],
            "STAGE_NATIVE_ID": self.native["api_key"],
        }

    def registers(self, **options: Any) -> dict[str, Any]:
        """Register an app; `options` are members of the admin API."""
        answer = httpx.post(
            f"{self.issuer}/api/v1/admin/apps",
            json={**_COMMON, **options},
            headers={"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"},
            verify=self.tls.context(),
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def close(self) -> None:
        self.visitor.browser.close()
        super().close()
