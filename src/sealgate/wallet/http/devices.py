"""Pairing: the server's card, devices and invitations."""

import asyncio
from urllib.parse import urlencode

from sealgate.base.clock import to_wire
from sealgate.base.settings import Settings
from sealgate.holders import service
from sealgate.holders.directory import DeviceDirectory
from sealgate.holders.errors import (
    DevicePairedElsewhere,
    DeviceRevoked,
    DeviceUnknown,
    InvitationUnknown,
    PairingClosed,
    TooManyDevices,
    TooManyInvitations,
)
from sealgate.holders.model import Device, NewDevice
from sealgate.payloads import qr
from sealgate.tokens.view_key import ViewKeys
from sealgate.wallet.http.router import router
from sealgate.wallet.wire import (
    DeviceOut,
    DevicesOut,
    InvitationOut,
    PairedOut,
    PairIn,
    Ref,
    RevokedOut,
    ServerOut,
)
from sealgate.web.call import Call
from sealgate.web.callers import Anyone


@router.get("/api/v1/app/server", caller=Anyone, answers=ServerOut)
async def get_server(call: Call[Anyone]) -> ServerOut:
    """Tell a wallet, before it pairs, which server this is, which key signs its views, and what time it is."""
    return _server(call)


@router.post(
    "/api/v1/app/devices",
    caller=NewDevice,
    takes=PairIn,
    answers=PairedOut,
    raises=(
        PairingClosed,
        InvitationUnknown,
        DeviceRevoked,
        DevicePairedElsewhere,
        TooManyDevices,
    ),
    limit="pairing",
)
async def post_device(call: Call[NewDevice]) -> PairedOut:
    """Pair a wallet. The call is signed by the key it introduces; `keyid` is that key's RFC 7638 thumbprint.

    The same key again gets the same device, so a lost answer costs nothing.
    """
    asked: PairIn = call.body
    device = await call.db.write(
        service.register_device,
        call.caller,
        name=asked.name,
        platform=asked.platform,
        invitation=asked.invitation,
        pairing_open=call.settings.pairing == "open",
        now=call.now,
    )
    return PairedOut(Ref(device.holder_uuid), Ref(device.uuid), _server(call))


@router.post(
    "/api/v1/app/devices/invitations", caller=Device, answers=InvitationOut, raises=(TooManyInvitations, DeviceRevoked)
)
async def post_invitation(call: Call[Device]) -> InvitationOut:
    """Make an invitation with which one more device joins the same user: one use, ten minutes."""
    invitation = await call.db.write(service.invite_device, call.caller, now=call.now)
    link = pairing_link(call.settings, invitation.secret)
    web_link = f"{call.settings.public_url}/wallet/welcome#" + urlencode({"invitation": invitation.secret})
    if not call.settings.web_wallet:
        web_link = link
    modules = await asyncio.to_thread(qr.matrix, web_link, "m")
    return InvitationOut(
        invitation.secret,
        to_wire(invitation.expires_at),
        link,
        web_link,
        ["".join("1" if dark else "0" for dark in row) for row in modules],
    )


@router.get("/api/v1/app/devices", caller=Device, answers=DevicesOut)
async def get_devices(call: Call[Device]) -> DevicesOut:
    """List the user's devices, oldest first, the revoked ones included."""
    devices = await call.db.read(service.devices_of, call.caller.holder_uuid)
    return DevicesOut([DeviceOut.of(device, asking=call.caller) for device in devices])


@router.delete(
    "/api/v1/app/devices/{uuid:uuid}", caller=Device, answers=RevokedOut, raises=(DeviceUnknown, DeviceRevoked)
)
async def delete_device(call: Call[Device]) -> RevokedOut:
    """Revoke one of the user's devices, also the one that asks, at once and for good.

    After the last one nobody can act for this user any more; pairing again makes a new user.
    """
    uuid = call.path["uuid"]
    left = await call.db.write(service.revoke_device, call.caller, uuid, now=call.now)
    # The news is on its way over the bus; this process does not wait for it.
    call.context.get(DeviceDirectory).forget(uuid)
    return RevokedOut(revoked=True, devices_left=left)


def pairing_link(settings: Settings, invitation: str) -> str:
    """Return the link that opens a wallet with an invitation in hand."""
    return "sealgate://pair?" + urlencode({"server": settings.public_url, "invitation": invitation})


def _server(call: Call[Anyone] | Call[NewDevice]) -> ServerOut:
    keys = call.context.get(ViewKeys)
    settings = call.settings
    return ServerOut(
        name="Sealgate",
        public_url=settings.public_url,
        issuer=settings.issuer_url,
        view_key=keys.current,
        earlier_view_keys=keys.earlier,
        pairing=settings.pairing,
        time=to_wire(call.now),
    )
