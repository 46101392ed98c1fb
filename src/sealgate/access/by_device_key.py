"""Wallets by the key of their device: every call is signed (design 4.7; RFC 9421, RFC 9530)."""

from typing import TYPE_CHECKING, Any

from sealgate.access import service
from sealgate.access.errors import (
    BodyNotSigned,
    RateLimited,
    SignatureCoversTooLittle,
    SignatureMissing,
    SignatureReplayed,
    SignatureStale,
    SignatureUnreadable,
    SignatureWrong,
    SignerUnknown,
    TooManyFailures,
)
from sealgate.access.rate_limits import RateLimits
from sealgate.access.signature_policy import (
    SignatureClaims,
    check_age,
    check_body,
    check_cover,
    check_signature,
    read_claims,
    read_signature,
)
from sealgate.apps.checks import is_loopback
from sealgate.base.errors import SealgateError
from sealgate.base.http_signatures import SignatureFields, SignedRequest
from sealgate.base.ids import as_uuid
from sealgate.holders.directory import DeviceDirectory
from sealgate.holders.model import Device, NewDevice
from sealgate.holders.thumbprint import ed25519_thumbprint, from_base64url

if TYPE_CHECKING:
    from sealgate.web.call import Call

ERRORS: tuple[type[SealgateError], ...] = (
    SignatureMissing,
    SignatureUnreadable,
    SignatureStale,
    SignatureReplayed,
    BodyNotSigned,
    SignatureWrong,
    SignerUnknown,
    SignatureCoversTooLittle,
    RateLimited,
    TooManyFailures,
)
ED25519_KEY_BYTES = 32


class DeviceByKey:
    """Recognises a paired device by the signature over the call."""

    errors = ERRORS

    def __init__(self, directory: DeviceDirectory, limits: RateLimits) -> None:
        self._directory = directory
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> Device:
        """Return the device that signed the call; `keyid` is its UUID."""
        fields, claims = _read(call)
        uuid = as_uuid(claims.keyid)
        device = await self._directory.find(uuid, now=call.now) if uuid else None
        if device is None:
            await self._limits.count_failure(call)
            raise SignerUnknown
        await _check(call, fields, claims, device.public_key, self._limits)
        await self._limits.count(call, f"device:{device.uuid}")
        return device


class NewDeviceByKey:
    """Recognises a key that introduces itself: the call carries it, and is signed by it."""

    errors = ERRORS

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> NewDevice:
        """Return the key in the member `public_key` of the body; `keyid` is its RFC 7638 thumbprint."""
        fields, claims = _read(call)
        await self._limits.count_address(call)
        await call.read_body()
        body = call.json()
        given = body.get("public_key") if isinstance(body, dict) else None
        public_key = from_base64url(given) if isinstance(given, str) else None
        if public_key is None or len(public_key) != ED25519_KEY_BYTES:
            raise SignatureUnreadable(
                message="The body has no public_key with 32 bytes of Ed25519 in base64url.", pointer="/public_key"
            )
        if claims.keyid != ed25519_thumbprint(public_key):
            raise SignatureUnreadable(
                message="keyid is not the thumbprint of the public_key in the body.",
                hint="keyid is the RFC 7638 thumbprint of the key: SHA-256, base64url without padding.",
            )
        await _check(call, fields, claims, public_key, self._limits)
        return NewDevice(public_key)


def _read(call: "Call[Any]") -> tuple[SignatureFields, SignatureClaims]:
    fields = read_signature(call.headers.get("signature-input"), call.headers.get("signature"))
    claims = read_claims(fields)
    check_age(claims, call.now)
    return fields, claims


async def _check(
    call: "Call[Any]", fields: SignatureFields, claims: SignatureClaims, public_key: bytes, limits: RateLimits
) -> None:
    body = await call.read_body()
    check_cover(fields, has_body=bool(body))
    check_body(call.headers.get("content-digest"), body)
    try:
        check_signature(fields, _names_of(call), public_key)
    except SignatureWrong:
        await limits.count_failure(call)
        raise
    # Last, since only who has the key may fill this table.
    fresh = await call.db.write(service.spend_nonce, claims.keyid, claims.nonce, created=claims.created)
    if not fresh:
        raise SignatureReplayed


def _names_of(call: "Call[Any]") -> list[SignedRequest]:
    """Return the request under the names it may have been signed by.

    One is the server's public URL; `Host` is not asked, or a call made for another server could be passed on to this
    one. The other is a loopback name, by which only this machine can have meant us.
    """
    query = call.scope["query_string"]
    path = (call.raw_path + (b"?" + query if query else b"")).decode("latin-1")
    origins = [call.settings.public_url]
    host = call.headers.get("host", "")
    if is_loopback(_host_name(host)):
        origins.append(f"{call.scope.get('scheme', 'http')}://{host}")
    return [SignedRequest(call.method, origin + path, call.headers) for origin in origins]


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
