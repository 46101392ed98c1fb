"""Whether a token counts, and why not, in words: its signature, its app, its issuer, its life. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sealgate.base.clock import from_ms, to_unix_s, to_wire
from sealgate.cli.token_reading import KIND_NAMES, Kind, Problem, Reading

LAST_SECOND = 253_402_300_799


def check_secret(reading: Reading, secret: str) -> Problem | None:
    """Check an HS256 signature by the app's API secret; where it fails, look for the usual slip of the pen."""
    if _is_signed(reading, secret):
        return None
    for said, other in _slips(secret):
        if other != secret and _is_signed(reading, other):
            return Problem("wrong_secret", f"The key is the API secret as it was shown, and this one has {said}.")
    if secret == reading.claims.get("client_id"):
        return Problem("wrong_secret", "This is the app's API key; the token is signed with its API secret.")
    if secret.startswith("whsec_"):
        return Problem("wrong_secret", "This is a webhook secret; the token is signed with the app's API secret.")
    app = reading.claims.get("client_id")
    return Problem(
        "wrong_secret",
        "The secret did not sign this token, or the token was changed since.",
        f"It says it is of app {app}: compare. If the secret was rotated, the other live one may have signed it."
        if app
        else "",
    )


def check_jwks(reading: Reading, keys: Sequence[Mapping[str, Any]], *, where: str) -> Problem | None:
    """Check an RS256 or ES256 signature by published keys; `where` they are from is for the words."""
    kid = reading.header.get("kid")
    found = next((key for key in keys if key.get("kid") == kid), None)
    if found is None:
        return Problem(
            "unknown_kid",
            f"None of the {len(keys)} keys at {where} has the kid of this token.",
            "Another server signed it, or the key was withdrawn; a verifier reads the keys again when it meets a new "
            "kid.",
        )
    if {"RSA": "RS256", "EC": "ES256"}.get(str(found.get("kty"))) != reading.alg:
        return Problem("wrong_alg", f"The header says {reading.alg}, and the key with this kid is for another one.")
    if not _is_signed_by(reading, found):
        return Problem("wrong_signature", "The signature is wrong: the token was changed after it was signed.")
    return None


def check_claims(
    reading: Reading, *, now: datetime, audience: str | None, issuer: str | None, wanted: Sequence[Kind]
) -> list[Problem]:
    """Return what is wrong with what a token says.

    Args:
        audience: The API key of the app it should be for, or None where any will do.
        issuer: Who should have issued it; an xApp's JWT names nobody.
        wanted: Which kinds will do.
    """
    problems = []
    if reading.kind not in wanted:
        problems.append(_wrong_kind(reading, wanted))
    app = reading.claims.get("client_id" if reading.kind == "xapp" else "aud")
    if audience is not None and audience not in (app if isinstance(app, list) else [app]):
        problems.append(
            Problem(
                "wrong_app",
                f"It is for the app {_shown(app)}, not for {audience}.",
                "A back end that takes other apps' tokens lets their users in: compare on every call.",
            )
        )
    named = reading.claims.get("iss")
    if reading.kind != "xapp" and issuer is not None and named != issuer:
        problems.append(Problem("wrong_issuer", f"It was issued by {_shown(named)}, not by {issuer}."))
    return problems + _of_life(reading.claims, now)


def _of_life(claims: Mapping[str, Any], now: datetime) -> list[Problem]:
    problems, now_s = [], to_unix_s(now)
    expires_s, issued_s = _second(claims.get("exp")), _second(claims.get("iat"))
    if expires_s is None:
        problems.append(Problem("no_expiry", "It does not say when it ends; every token of ours does."))
    elif now_s >= expires_s:
        problems.append(
            Problem(
                "expired",
                f"It expired {_span(now_s - expires_s)} ago, at {to_wire(from_ms(expires_s * 1000))}.",
                "Sign in again or open the xApp again; a back end may use a refresh token.",
            )
        )
    for name, second in (("iat", issued_s), ("nbf", _second(claims.get("nbf")))):
        if second is not None and second > now_s:
            problems.append(
                Problem(
                    "not_yet",
                    f"Its {name} lies {_span(second - now_s)} ahead, at {to_wire(from_ms(second * 1000))}.",
                    "The clock of this machine may be slow.",
                )
            )
    return problems


def _wrong_kind(reading: Reading, wanted: Sequence[Kind]) -> Problem:
    found = KIND_NAMES[reading.kind] if reading.kind else "a token of another kind"
    expected = " or ".join(KIND_NAMES[kind] for kind in wanted)
    hint = "ID tokens are for the client that signed the user in; calls take the access token."
    return Problem("wrong_kind", f"It is {found}, not {expected}.", hint if reading.kind == "id" else "")


def _is_signed(reading: Reading, secret: str) -> bool:
    # The library warns of keys that no secret of ours looks like, and here people try whatever they have.
    import hmac
    from hashlib import sha256

    signed = reading.text.rpartition(".")[0].encode()
    return bool(secret) and hmac.compare_digest(hmac.digest(secret.encode(), signed, sha256), reading.signature)


def _is_signed_by(reading: Reading, jwk: Mapping[str, Any]) -> bool:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    kind = RSAKey if jwk["kty"] == "RSA" else ECKey
    try:
        key = kind.import_key({name: value for name, value in jwk.items() if name not in ("use", "alg", "kid")})
        jws.deserialize_compact(reading.text, key, algorithms=[reading.alg])
    except (JoseError, ValueError, KeyError, TypeError):
        return False
    return True


def _slips(secret: str) -> list[tuple[str, str]]:
    bare = secret.replace("-", "")
    dashed = "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))
    return [
        ("lost its dashes", dashed),
        ("white space or quotation marks around it", secret.strip(" \t\r\n\"'")),
        ("capital letters", secret.lower()),
        ("lost its dashes and has capital letters", dashed.lower()),
    ]


def _second(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_SECOND:
        return None
    return int(value)


def _span(seconds: int) -> str:
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _shown(value: object) -> str:
    return "nobody" if value is None else str(value)[:200]
