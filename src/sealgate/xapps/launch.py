"""Opening an xApp for a device: the checks in their order, and the token that comes of them."""

from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.ids import as_uuid, new_uuid
from sealgate.base.settings import Settings
from sealgate.holders import service as holders
from sealgate.holders.model import Device
from sealgate.infra.tx import Tx
from sealgate.ledger.networks import Network, find_network
from sealgate.xapps import store
from sealgate.xapps.addresses import launch_url
from sealgate.xapps.context import build_context
from sealgate.xapps.errors import AccountNotYours, NetworkNotSupported, XAppNotOpen, XAppSwitchedOff, XAppUnknown
from sealgate.xapps.model import Launched, LaunchOrder, OneTimeToken
from sealgate.xapps.origins import data_of_origin
from sealgate.xapps.policy import Access, access_of


def launch(
    tx: Tx, reference: str, device: Device, order: LaunchOrder, *, settings: Settings, ip: str | None, now: datetime
) -> Launched:
    """Open an xApp for a device: return its address with a one-time token that stands for this launch.

    Args:
        reference: Identifier of the xApp in any case, or UUID of its app.
        ip: Address the wallet calls from.

    Raises:
        DeviceRevoked: the device was revoked since the call was let in.
        XAppUnknown, XAppSwitchedOff, XAppNotOpen: as `openable`.
        NetworkNotSupported: the xApp does not work on the wallet's network.
        AccountNotYours: the account is none of the user's, or there is none.
        EventUnknown: the event that was opened is not there any more.
    """
    holders.require_active(tx, device)
    app, access = openable(tx, reference, device, settings=settings)
    nodetype = _network(app, order)
    network = find_network(nodetype)
    account = _account(tx, device, order)
    context = build_context(
        order,
        account=account,
        nodetype=nodetype,
        nodewss=order.nodewss or _node_of(network),
        networkid=network.network_id if network else None,
        user=device.holder_uuid,
        platform=device.platform,
        event=data_of_origin(tx, order, app_uuid=app.uuid, holder_uuid=device.holder_uuid, now=now),
    )
    ott = new_uuid()
    token = OneTimeToken(
        ott_hash=hash_ott(ott),
        app_uuid=app.uuid,
        holder_uuid=device.holder_uuid,
        device_uuid=device.uuid,
        account=account,
        debug=access == "debug",
        ip=ip,
        context=msgspec.json.encode(context).decode(),
        created_at=now,
        expires_at=now + timedelta(seconds=settings.one_time_token_s),
    )
    store.insert_ott(tx, token)
    assert app.xapp_url is not None
    return Launched(ott=ott, url=launch_url(app.xapp_url, ott, context["style"]), app=app, network=nodetype)


def openable(tx: Tx, reference: str, device: Device, *, settings: Settings) -> tuple[App, Access]:
    """Return the xApp, and as what a device may open it.

    Raises:
        XAppUnknown: there is none, or it has no address.
        XAppSwitchedOff: its app is disabled.
        XAppNotOpen: it is not published, and the device is not on its list.
    """
    app = apps.find_xapp(tx, reference)
    if app is None or app.xapp_url is None:
        raise XAppUnknown
    if app.disabled:
        raise XAppSwitchedOff
    access = access_of(app, store.find_device_kind(tx, app.uuid, device.uuid), dev=settings.dev)
    if access is None:
        raise XAppNotOpen
    return app, access


def hash_ott(ott: str) -> bytes:
    """Return the form in which a one-time token is stored: SHA-256 of its lower-case text."""
    return sha256(ott.encode()).digest()


def read_ott(text: str) -> str | None:
    """Return a one-time token as it was made, or None where this cannot be one; clients change its case."""
    return as_uuid(text)


def _network(app: App, order: LaunchOrder) -> str:
    if order.nodetype is None:
        return app.xapp_networks[0] if app.xapp_networks else app.network
    if app.xapp_networks and order.nodetype not in app.xapp_networks:
        raise NetworkNotSupported(
            message=f"The xApp does not work on {order.nodetype}.",
            hint=f"Switch the wallet to {' or '.join(app.xapp_networks)}.",
        )
    return order.nodetype


def _node_of(network: Network | None) -> str | None:
    """Return a public node of the network: xApps look the ledger up there, whether the wallet names one or not."""
    endpoints = network.endpoints if network else ()
    return next((endpoint.url for endpoint in endpoints if endpoint.url.startswith("wss:")), None)


def _account(tx: Tx, device: Device, order: LaunchOrder) -> str:
    # The xApp takes this account for its user's: what is only watched must not stand for anybody.
    own = [account.address for account in holders.accounts_of(tx, device.holder_uuid)]
    if order.account is None and own:
        return own[0]
    if order.account not in own:
        raise AccountNotYours
    return order.account
