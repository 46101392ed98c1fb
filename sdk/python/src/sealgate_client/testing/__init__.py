"""Test an app against the real platform: a pytest plugin that starts `sealgate dev`, once a run, on a free port.

    def test_a_purchase(shop, wallet, ledger):
        ledger.fund(wallet)
        with wallet.approving():
            order = shop.buy("book")          # your code; it asks for a signature and waits for it
        assert order.paid

It is there as soon as `sealgate-client` is installed beside pytest, and does nothing until a test asks for one of its
fixtures: `platform`, `app`, `wallet`, `clock`, `webhooks`, `ledger`. Each test begins with the platform as new. The
program is found by SEALGATE_BIN, on PATH, or as `python -m sealgate`; with SEALGATE_URL a platform that runs already
is used. Without pytest: `with start_platform() as platform: …`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sealgate_client.testing.app import App as App
    from sealgate_client.testing.app import SignedIn as SignedIn
    from sealgate_client.testing.browser import Callback as Callback
    from sealgate_client.testing.clock import Clock as Clock
    from sealgate_client.testing.controls import ControlRefused as ControlRefused
    from sealgate_client.testing.ledger import Ledger as Ledger
    from sealgate_client.testing.platform import Platform as Platform
    from sealgate_client.testing.platform import SignRequest as SignRequest
    from sealgate_client.testing.platform import start_platform as start_platform
    from sealgate_client.testing.server import NotStarted as NotStarted
    from sealgate_client.testing.wallet import Answer as Answer
    from sealgate_client.testing.wallet import Wallet as Wallet
    from sealgate_client.testing.webhooks import Delivery as Delivery
    from sealgate_client.testing.webhooks import Webhooks as Webhooks

_HOMES = {
    "Answer": "wallet",
    "App": "app",
    "Callback": "browser",
    "Clock": "clock",
    "ControlRefused": "controls",
    "Delivery": "webhooks",
    "Ledger": "ledger",
    "NotStarted": "server",
    "Platform": "platform",
    "SignRequest": "platform",
    "SignedIn": "app",
    "Wallet": "wallet",
    "Webhooks": "webhooks",
    "start_platform": "platform",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
