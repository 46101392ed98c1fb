"""What a wallet's signature must be like to count (design 4.7). Pure: fields in, refusal or nothing out."""

from datetime import datetime

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import VerifyKey

from sealgate.access.errors import (
    BodyNotSigned,
    SignatureCoversTooLittle,
    SignatureMissing,
    SignatureStale,
    SignatureUnreadable,
    SignatureWrong,
)
from sealgate.base.clock import to_unix_s, to_wire
from sealgate.base.content_digest import DigestMalformed, digest_matches
from sealgate.base.http_signatures import (
    ComponentUnavailable,
    SignatureFields,
    SignatureMalformed,
    SignedRequest,
    parse_signature,
    signature_base,
)

WINDOW_S = 60
"""How far `created` may be from the server's clock, either way."""

NONCE_CHARS = range(16, 65)
MOST_KEYID_CHARS = 64
SIGNATURE_BYTES = 64

_KINDS: dict[str, type] = {"created": int, "expires": int, "nonce": str, "keyid": str, "alg": str}
_NEEDED = ("created", "nonce", "keyid")
_ANOTHER_TARGET = ("@authority", "@path", "@query")


class SignatureClaims:
    """The readable parameters of a signature, checked for kind and bounds, not yet for truth."""

    __slots__ = ("created", "expires", "keyid", "nonce")

    def __init__(self, *, created: int, expires: int | None, keyid: str, nonce: str) -> None:
        self.created = created
        self.expires = expires
        self.keyid = keyid
        self.nonce = nonce


def read_signature(signature_input: str | None, signature: str | None) -> SignatureFields:
    """Return the one signature of a call.

    Raises:
        SignatureMissing: a field is missing.
        SignatureUnreadable: the fields break RFC 9421, or there are several signatures.
    """
    if signature_input is None or signature is None:
        raise SignatureMissing
    try:
        return parse_signature(signature_input, signature)
    except SignatureMalformed as problem:
        raise _unreadable(f"The signature fields of this call cannot be read: {problem}.") from None


def read_claims(fields: SignatureFields) -> SignatureClaims:
    """Return the parameters of a signature.

    Raises:
        SignatureUnreadable: one is missing, unknown, of the wrong kind or out of bounds, or `alg` is not ed25519.
    """
    given = fields.parameters
    for name, value in given.items():
        if name not in _KINDS:
            raise _unreadable(f"The signature has a parameter that is not used here: {name}.")
        if type(value) is not _KINDS[name]:
            raise _unreadable(f"The signature parameter {name} is of the wrong kind.")
    for name in _NEEDED:
        if name not in given:
            raise _unreadable(f"The signature parameter {name} is missing.")
    if given.get("alg", "ed25519") != "ed25519":
        raise _unreadable('The signature algorithm must be "ed25519".')
    created, expires, keyid, nonce = (given.get(name) for name in ("created", "expires", "keyid", "nonce"))
    assert isinstance(created, int)
    assert expires is None or isinstance(expires, int)
    assert isinstance(keyid, str)
    assert isinstance(nonce, str)
    if len(nonce) not in NONCE_CHARS:
        raise _unreadable(f"The nonce has {len(nonce)} characters; it must have 16 to 64.")
    if not 1 <= len(keyid) <= MOST_KEYID_CHARS:
        raise _unreadable(f"keyid has {len(keyid)} characters; it must have 1 to {MOST_KEYID_CHARS}.")
    if len(fields.signature) != SIGNATURE_BYTES:
        raise _unreadable(f"The signature has {len(fields.signature)} bytes; Ed25519 makes {SIGNATURE_BYTES}.")
    return SignatureClaims(created=created, expires=expires, keyid=keyid, nonce=nonce)


def check_age(claims: SignatureClaims, now: datetime) -> None:
    """Refuse with SignatureStale what was not made within the minute around `now`, or has expired."""
    now_s = to_unix_s(now)
    age_s = now_s - claims.created
    if age_s > WINDOW_S:
        raise _stale(f"The signature was made {age_s} seconds ago, by the server's clock ({to_wire(now)}).")
    if age_s < -WINDOW_S:
        raise _stale(f"The signature was made {-age_s} seconds in the future, by the server's clock ({to_wire(now)}).")
    if claims.expires is not None and claims.expires <= now_s:
        raise _stale(f"The signature has expired, by the server's clock ({to_wire(now)}).")


def check_cover(fields: SignatureFields, *, has_body: bool) -> None:
    """Refuse with SignatureCoversTooLittle what could be moved to another method, URL or body."""
    covered = set(fields.components)
    missing = [] if "@method" in covered else ["@method"]
    if "@target-uri" not in covered and not covered.issuperset(_ANOTHER_TARGET):
        missing.append("@target-uri")
    if has_body and "content-digest" not in covered:
        missing.append("content-digest")
    if missing:
        raise SignatureCoversTooLittle(message=f"The signature does not cover {', '.join(missing)}.")


def check_body(content_digest: str | None, body: bytes) -> None:
    """Refuse with BodyNotSigned a body that is not the one in the Content-Digest field."""
    if content_digest is None:
        if body:
            raise BodyNotSigned(message="The call has a body and no Content-Digest.")
        return
    try:
        matches = digest_matches(content_digest, body)
    except DigestMalformed as problem:
        raise BodyNotSigned(message=f"Content-Digest cannot be used: {problem}.") from None
    if not matches:
        raise BodyNotSigned(message="The body is not the one in Content-Digest: it was changed after it was signed.")


def check_signature(fields: SignatureFields, requests: list[SignedRequest], public_key: bytes) -> None:
    """Refuse with SignatureWrong what the key did not sign, under any of the names the request may have.

    Raises:
        SignatureWrong: see above.
        SignatureCoversTooLittle: a covered component is not part of the call.
    """
    key = VerifyKey(public_key)
    for request in requests:
        try:
            key.verify(signature_base(fields.components, fields.parameters_text, request), fields.signature)
        except ComponentUnavailable as problem:
            raise SignatureCoversTooLittle(message=f"The signature cannot be checked: {problem}.") from None
        except (BadSignatureError, CryptoError):
            continue
        return
    raise SignatureWrong


def _unreadable(message: str) -> SignatureUnreadable:
    return SignatureUnreadable(message=message)


def _stale(message: str) -> SignatureStale:
    return SignatureStale(message=message)
