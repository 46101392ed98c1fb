"""Developers in the console of the server of `wallet_side`: a browser each, signed in by wallet."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft
from sealgate.console import service as console
from sealgate.console.cookies import session_cookie
from sealgate.console.model import Role
from tests.sign_in import Browser, scans_and_signs
from tests.wallet_side import Stream, Wallet, WalletSide

_CSRF = re.compile(r'<input type="hidden" name="csrf" value="([^"]+)">')


class ConsoleBrowser:
    """A browser at the console.

    Attributes:
        wallet: With which its person signs in.
    """

    def __init__(self, side: WalletSide, wallet: Wallet) -> None:
        self.browser = Browser(side)
        self.wallet = wallet
        self._csrf = ""

    @property
    def account(self) -> str:
        """The account its person is known by."""
        return self.wallet.key.address

    async def opens(self, path: str) -> httpx.Response:
        """Open a page below `/console`."""
        page = await self.browser.get(f"/console{path}")
        if found := _CSRF.search(page.text):
            self._csrf = found[1]
        return page

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        """Send a form below `/console`, as the page opened last would."""
        return await self.browser.post(f"/console{path}", {"csrf": self._csrf, **fields})

    @asynccontextmanager
    async def follows(self, path: str) -> AsyncIterator[Stream]:
        """Follow a stream below `/console`."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        stream = Stream(self.browser.side.app, f"/console{path}", {"cookie": cookie})
        try:
            yield stream
        finally:
            await stream.leave()

    async def signs_in(self, link: str = "/console/sign-in") -> httpx.Response:
        """Go through the sign-in and return where it ends: a redirect into the console, or the page that refuses."""
        begun = await self.browser.get(link)
        asked = await self.browser.get(begun.headers["location"])
        uuid = asked.headers["location"].removeprefix("/sign/")
        await scans_and_signs(self.wallet, uuid)
        returned = await self.browser.goes_on(uuid)
        place = urlsplit(returned.headers["location"])
        ended = await self.browser.get(f"{place.path}?{place.query}")
        if ended.status_code == 303:
            await self.opens("/account")
        return ended


async def new_developer(side: WalletSide, *, operator: bool = False) -> ConsoleBrowser:
    """Make a developer with a session; how one comes about by wallet is the story of `test_console_door.py`."""
    visitor = ConsoleBrowser(side, await side.wallet())
    await side.context.db.write(console.add_developer, visitor.account, operator=operator, now=side.clock.now())
    secret, _ = await side.context.db.write(
        console.sign_in,
        visitor.account,
        invitation=None,
        open_to_all=False,
        user_agent="Mozilla/5.0 Chrome",
        address="127.0.0.1",
        now=side.clock.now(),
    )
    visitor.browser.takes_cookie(session_cookie(side.settings, secret))
    await visitor.opens("/account")
    return visitor


async def new_app(side: WalletSide, *owners: ConsoleBrowser, **values: Any) -> App:
    """Register an app that these developers own."""
    draft = AppDraft(**{"name": "Corner Shop", **values})
    made = await side.context.db.write(apps.create_app, side.context.sealer, draft, now=side.clock.now())
    for owner in owners:
        await side.context.db.write(console.add_owner, made.app.uuid, owner.account, now=side.clock.now())
    return made.app


async def joins(side: WalletSide, app: App, owner: ConsoleBrowser, member: ConsoleBrowser, role: Role) -> None:
    """Share an app with a developer."""
    await side.context.db.write(
        console.share, app.uuid, member.account, role, actor=owner.account, now=side.clock.now()
    )
