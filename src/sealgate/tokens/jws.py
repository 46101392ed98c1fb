"""One signed JWT in compact form (RFC 7515, 7.1): making it and taking it apart, strictly. No I/O, no clock."""

from typing import Any, cast

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from sealgate.apps.model import SigningAlg
from sealgate.holders.thumbprint import from_base64url
from sealgate.tokens.errors import TokenInvalid, TokenMalformed

MAX_TOKEN_CHARS = 16_384
RSA_BITS = 2048

KeyPair = RSAKey | ECKey
"""A key pair, or its public half alone."""

_decode_claims = msgspec.json.Decoder(dict[str, Any]).decode


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the header of every token of ours says, and nothing else."""

    alg: str
    kid: str
    typ: str


class Parts(msgspec.Struct, frozen=True):
    """A token taken apart, its signature not checked yet."""

    header: Header
    payload: bytes


_decode_header = msgspec.json.Decoder(Header).decode


def generate_key(alg: SigningAlg) -> KeyPair:
    """Return a new key pair; an RSA one takes about a tenth of a second."""
    return RSAKey.generate_key(RSA_BITS) if alg == "RS256" else ECKey.generate_key("P-256")


def private_der(key: KeyPair) -> bytes:
    """Return the pair as PKCS 8."""
    return key.as_der(private=True)


def open_private(der: bytes) -> KeyPair:
    """Return the pair that `private_der` wrote."""
    # It was sealed by us and its seal is whole; testing the primes again would take longer than making a key.
    key = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    if isinstance(key, RSAPrivateKey):
        return RSAKey.import_key(key)
    return ECKey.import_key(cast(EllipticCurvePrivateKey, key))


def open_public(jwk: dict[str, str]) -> KeyPair:
    """Return the public key of a JWK."""
    kind = RSAKey if jwk["kty"] == "RSA" else ECKey
    return kind.import_key({name: value for name, value in jwk.items() if name not in ("use", "alg", "kid")})


def public_jwk(key: KeyPair, alg: SigningAlg) -> dict[str, str]:
    """Return the public half as the JWKS shows it: the members of RFC 7518, `use`, `alg`, and the RFC 7638 `kid`."""
    public = cast("dict[str, str]", key.as_dict(private=False))
    public.pop("kid", None)
    return public | {"use": "sig", "alg": alg, "kid": key.thumbprint()}


def sign(key: KeyPair, header: Header, claims: dict[str, Any]) -> str:
    """Return the token. With an RSA key this takes over a millisecond, so it never runs on the event loop."""
    protected: dict[str, Any] = {"alg": header.alg, "typ": header.typ, "kid": header.kid}
    return jws.serialize_compact(protected, msgspec.json.encode(claims), key, algorithms=[header.alg])


def take_apart(token: str) -> Parts:
    """Return header and payload of a token.

    Every part must be base64url in its one canonical form, so that a token has no second spelling.

    Raises:
        TokenMalformed: it has another form.
        TokenInvalid: its header is not one of ours.
    """
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise TokenMalformed
    parts = [from_base64url(part) for part in token.split(".")]
    if len(parts) != 3 or not all(parts):
        raise TokenMalformed
    header, payload, _signature = cast("list[bytes]", parts)
    try:
        return Parts(_decode_header(header), payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise TokenInvalid(message="The header of this token is not one that this server writes.") from problem


def check_signature(token: str, key: KeyPair, alg: SigningAlg) -> None:
    """Return when `key` signed the token with `alg`, which is the key's and never the token's own word.

    Raises:
        TokenInvalid: it did not.
    """
    try:
        jws.deserialize_compact(token, key, algorithms=[alg])
    except JoseError:
        raise TokenInvalid(message="The signature of this access token is wrong.") from None


def read_claims(payload: bytes) -> dict[str, Any]:
    """Return the claims of a token whose signature is right; TokenInvalid where they are no JSON object."""
    try:
        return _decode_claims(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TokenInvalid(message="The claims of this token are not a JSON object.") from None
