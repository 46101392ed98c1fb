"""The apps that may send requests to the user (wallet-api 7.3)."""

from datetime import timedelta

from sealgate.base.clock import to_wire
from sealgate.holders.errors import DeviceRevoked
from sealgate.holders.model import Device
from sealgate.wallet import service
from sealgate.wallet.errors import PermissionUnknown
from sealgate.wallet.http.router import router
from sealgate.wallet.service import Permission
from sealgate.wallet.waking import MutedOut
from sealgate.wallet.wire import CommitOut, Grant, GrantedApp, GrantUrls, PermissionOut
from sealgate.web.call import Call

_DAY = timedelta(days=1)


@router.get("/api/v1/app/third-party-permissions", caller=Device, answers=list[PermissionOut], raises=(DeviceRevoked,))
async def get_permissions(call: Call[Device]) -> list[PermissionOut]:
    """List the apps that may send requests to this user, newest permission first."""
    granted = await call.db.read(service.permissions, call.caller, now=call.now)
    return [_permission(one, call.settings.public_url) for one in granted]


@router.delete(
    "/api/v1/app/third-party-permissions/{app:uuid}",
    caller=Device,
    answers=CommitOut,
    raises=(PermissionUnknown, DeviceRevoked),
)
async def delete_permission(call: Call[Device]) -> CommitOut:
    """End an app's permission at once. Signing for the app again grants a new one."""
    await call.db.write(service.revoke_permission, call.path["app"], device=call.caller, now=call.now)
    return CommitOut(commit=True)


@router.put(
    "/api/v1/app/third-party-permissions/{app:uuid}/mute",
    caller=Device,
    answers=MutedOut,
    raises=(PermissionUnknown, DeviceRevoked),
)
async def put_mute(call: Call[Device]) -> MutedOut:
    """Let the app's requests wake none of the user's devices. They are listed as before, and its permission stays."""
    await call.db.write(service.mute_app, call.path["app"], device=call.caller, now=call.now)
    return MutedOut(muted=True)


@router.delete(
    "/api/v1/app/third-party-permissions/{app:uuid}/mute", caller=Device, answers=MutedOut, raises=(DeviceRevoked,)
)
async def delete_mute(call: Call[Device]) -> MutedOut:
    """Let the app's requests wake the user's devices again."""
    await call.db.write(service.unmute_app, call.path["app"], device=call.caller)
    return MutedOut(muted=False)


def _permission(granted: Permission, public_url: str) -> PermissionOut:
    app, token, muted = granted
    return PermissionOut(
        app=GrantedApp(app.uuid, app.name, app.description or "", app.icon(public_url)),
        urls=GrantUrls(),
        grant=Grant(
            validity=(token.expires_at - token.issued_at) // _DAY,
            issued=to_wire(token.issued_at),
            expires=to_wire(token.expires_at),
        ),
        muted=muted,
    )
