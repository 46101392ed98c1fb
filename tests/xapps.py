"""What tests of xApps need: apps that open in a wallet, devices with an account, launches."""

from collections.abc import Mapping
from typing import Any

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft
from sealgate.base.settings import Settings
from sealgate.holders import store as holders
from sealgate.holders.model import Account, Device
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.xapps import service
from sealgate.xapps.model import Launched, LaunchOrder
from tests.conftest import NOON
from tests.payloads import ALICE, a_wallet
from tests.wallet_side import Answer, Wallet, WalletSide

XAPP_ID = "shop.corner"
XAPP_URL = "https://shop.example/xapp"


def an_xapp(tx: Tx, sealer: Sealer, **values: Any) -> App:
    """Store an app with an xApp; a listed one, unless said otherwise."""
    status = values.pop("xapp_status", "listed")
    draft = AppDraft(**{"name": "Corner Shop", "xapp_url": XAPP_URL, "xapp_status": status, **values})
    return apps.create_app(tx, sealer, draft, now=NOON).app


def a_holder(tx: Tx, *, address: str = ALICE.address) -> Device:
    """Pair a device and give its holder an account, as a proof would."""
    device = a_wallet(tx)
    holders.insert_account(tx, device.holder_uuid, Account(address, ALICE.public_key.hex().upper(), NOON))
    return device


def launched(
    tx: Tx, app: App, device: Device, order: LaunchOrder | None = None, *, settings: Settings | None = None, **how: Any
) -> Launched:
    """Launch an xApp at noon, from a documentation address."""
    return service.launch(
        tx,
        app.xapp_id or app.uuid,
        device,
        order or LaunchOrder(),
        **{"settings": settings or Settings(), "ip": "192.0.2.7", "now": NOON, **how},
    )


async def make_xapp(side: WalletSide, **values: Any) -> dict[str, str]:
    """Register an app with an xApp on a running server; return its credentials as headers."""

    def make(tx: Tx) -> tuple[str, str]:
        made = apps.create_app(
            tx,
            side.context.sealer,
            AppDraft(**{"name": "Corner Shop", "xapp_url": XAPP_URL, "xapp_status": "listed", **values}),
            now=side.clock.now(),
        )
        return made.app.uuid, made.secret.text

    key, secret = await side.context.db.write(make)
    return {"x-api-key": key, "x-api-secret": secret}


async def proves_account(wallet: Wallet) -> None:
    """Add the wallet's account to its user."""
    challenge = await wallet.call("POST", "accounts/challenge")
    proof = wallet.ownership_proof(challenge.json["nonce"])
    added = await wallet.call("POST", "accounts", {"account": wallet.key.address, "txblob": proof})
    assert added.status == 200, added


async def opens_xapp(wallet: Wallet, xapp: str, order: Mapping[str, Any] | None = None) -> Answer:
    """Ask the server to open an xApp."""
    return await wallet.call("POST", f"xapp/launch/{xapp}", dict(order or {}))
