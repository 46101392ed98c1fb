"""What a text is that somebody takes for a token: taken apart, or said in words what it is instead. No I/O."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from sealgate.base.ids import as_uuid
from sealgate.holders.thumbprint import from_base64url

Kind = Literal["xapp", "access", "id"]

KIND_NAMES: Mapping[Kind, str] = {
    "xapp": "the JWT of an xApp",
    "access": "the access token of a sign-in",
    "id": "the ID token of a sign-in",
}
SIGNATURE_BYTES = {"HS256": 32, "ES256": 64, "RS256": 256}
MAX_CHARS = 16_384


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a token. `code` is for scripts; message and hint are a sentence each."""

    code: str
    message: str
    hint: str = ""


class NotAToken(Exception):
    """The text is no signed JWT."""

    def __init__(self, message: str, hint: str = "", *, code: str = "not_a_jwt") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, hint)


class Reading(msgspec.Struct, frozen=True):
    """A token taken apart, nothing of it checked.

    Attributes:
        text: The token itself, without what was around it.
    """

    text: str
    header: dict[str, Any]
    claims: dict[str, Any]
    signature: bytes

    @property
    def alg(self) -> str:
        """The algorithm that the header names."""
        return str(self.header.get("alg"))

    @property
    def app(self) -> str | None:
        """API key of the app that it says it is for."""
        named = self.claims.get("client_id" if self.kind == "xapp" else "aud")
        first = named[0] if isinstance(named, list) and len(named) == 1 else named
        return first if isinstance(first, str) else None

    @property
    def kind(self) -> Kind | None:
        """Which of our tokens has such a header; None for those of others."""
        typ, has_kid = self.header.get("typ"), "kid" in self.header
        if self.alg == "HS256" and typ == "JWT" and not has_kid:
            return "xapp"
        if self.alg in ("RS256", "ES256") and has_kid:
            return "access" if typ == "at+jwt" else "id" if typ == "JWT" else None
        return None


def read_token(text: str) -> Reading:
    """Take a token apart, forgiving what people copy with it: white space, `Bearer`, quotation marks.

    Raises:
        NotAToken: it is none; the message says what it is instead.
    """
    token = text.strip().strip("\"'").strip()
    if token[:7].lower() == "bearer ":
        token = token[7:].strip()
    if not token:
        raise NotAToken("There is no token: the text is empty.", "Is the variable that should hold it set?")
    if len(token) > MAX_CHARS:
        raise NotAToken(f"This text has {len(token):,} characters; a token has at most {MAX_CHARS:,}.")
    parts = token.split(".")
    if len(parts) != 3:
        raise _not_three_parts(token, parts)
    raw = [from_base64url(part) for part in parts]
    if raw[0] is None or raw[1] is None:
        raise NotAToken(
            f"The {'first' if raw[0] is None else 'second'} of the three parts is not base64url.",
            "Something was changed or cut out on the way; copy the token again.",
        )
    header, claims = _json_object(raw[0]), _json_object(raw[1])
    if header is None:
        raise NotAToken("The first of the three parts is no JSON object, so this is not a JWT.")
    if claims is None:
        raise NotAToken("The second of the three parts is no JSON object: the claims are damaged.")
    if raw[2] is None:
        raise NotAToken("The signature is not base64url: it is cut off or damaged.", code="truncated")
    return Reading(token, header, claims, raw[2])


def problem_of_form(reading: Reading) -> Problem | None:
    """Say what is wrong with header or signature before any key is looked at; None where both can be ours."""
    alg = reading.header.get("alg")
    if alg not in SIGNATURE_BYTES:
        named = "none: nobody signed it" if str(alg).lower() == "none" else repr(alg)
        return Problem(
            "wrong_alg",
            f"The header names the algorithm {named}. Ours are HS256 for xApps, RS256 and ES256 for sign-ins.",
            "A verifier must name the algorithms it takes, and never take the token's word for it.",
        )
    if not reading.signature:
        return Problem("truncated", "The signature is missing: the token ends with its second dot.")
    if len(reading.signature) < SIGNATURE_BYTES[alg]:
        return Problem(
            "truncated",
            f"The signature has {len(reading.signature)} bytes where {alg} has {SIGNATURE_BYTES[alg]}: the end of the "
            "token is cut off.",
            "Copy it whole; a column or a log line may be too short for it.",
        )
    if reading.kind is None:
        return Problem(
            "foreign_header",
            "No token of this platform has such a header: HS256 goes with typ JWT and no kid, RS256 and ES256 with a "
            "kid and typ at+jwt or JWT.",
            "It comes from another issuer, or was put together by hand.",
        )
    return None


def _not_three_parts(token: str, parts: list[str]) -> NotAToken:
    if as_uuid(token) is not None:
        return NotAToken(
            "This is a UUID and no token: an API key, a user token, or the xAppToken that a page gets in its URL.",
            "An xAppToken is traded for a token by GET /api/v1/jwt/authorize, with x-api-key and x-api-ott.",
        )
    if token in ("undefined", "null", "None"):
        return NotAToken(f"This is the word {token!r}: the program had no token when it printed one.")
    if len(parts) == 5:
        return NotAToken("This has five parts, so it is an encrypted token (JWE); ours are signed and readable.")
    if len(parts) == 2 and _json_object(from_base64url(parts[0])) is not None:
        return NotAToken("This has two parts: the third, its signature, is missing.", code="truncated")
    if len(parts) == 1:
        return NotAToken("This is one word without dots, and a JWT has three parts separated by dots: a code perhaps?")
    return NotAToken(f"A JWT has three parts separated by dots, and this has {len(parts)}.")


def _json_object(raw: bytes | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
