"""Webhooks: is this delivery genuine, and what does it tell? Checked without asking anybody."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sealgate_client.errors import Misconfigured, WebhookInvalid

TOLERANCE_S = 300
SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with
RESOLVED = "payload.resolved"


@dataclass(frozen=True)
class Event:
    """What happened.

    Attributes:
        type: Such as `payload.signed`; `docs/asyncapi.json` has all of them.
        data: What the event tells, a model of `sealgate_client.models` for the types that this version knows
            (`PayloadSigned` for `payload.signed`), else the object as it came.
        id: The same whenever this event is delivered: remember it, since an event may come twice.
        timestamp: When it happened, as in 2026-01-31T12:00:00Z; empty for `payload.resolved`.
        number: Its place in the app's stream of events, where it came by that.
    """

    type: str
    data: Any
    id: str = ""
    timestamp: str = ""
    number: int | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def payload_uuid(self) -> str | None:
        """The sign request that it is about."""
        if self.type == RESOLVED:
            return str(self._told()["meta"]["payload_uuidv4"])
        return self._told().get("payload_uuid")

    @property
    def identifier(self) -> str | None:
        """Your own identifier of that sign request."""
        if self.type == RESOLVED:
            return (self._told().get("custom_meta") or {}).get("identifier")
        return self._told().get("identifier")

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = getattr(self.data, "raw", self.data)
        return told

    @classmethod
    def of(cls, body: dict[str, Any], *, id: str = "", number: int | None = None) -> Event:
        """Return the event of a body as it was sent."""
        from sealgate_client import models

        if "type" not in body:
            # The one that published SDKs know is the event itself.
            return cls(RESOLVED, models.PayloadResolved(body), id, number=number, raw=body)
        told, kind = body.get("data"), str(body["type"])
        if isinstance(told, dict):
            model = getattr(models, "".join(word.title() for word in kind.replace(".", "_").split("_")), None)
            told = told if model is None else model(told)
        return cls(kind, told, id or str(body.get("id", "")), str(body.get("timestamp", "")), number, body)


def verify_webhook(
    body: bytes | str,
    headers: Mapping[str, str],
    *,
    secret: str | Sequence[str] = (),
    keys: Mapping[str, Any] | None = None,
    api_secret: str | Sequence[str] = (),
    now: float | None = None,
) -> Event:
    """Return the event of a genuine delivery. Give one of the three that the delivery can be checked with.

    Args:
        body: As it came: a body that was decoded and encoded again is another one.
        headers: Of the request.
        secret: Of the endpoint (`whsec_…`), Standard Webhooks; two during a rotation.
        keys: What `/.well-known/sealgate-webhook-keys` answers, for receivers that hold no secret.
        api_secret: Of the app, for `payload.resolved` as published SDKs check it.
        now: Unix seconds; the machine's time without it.

    Raises:
        WebhookInvalid: it is not genuine, or too old; answer 400 then.
    """
    content = body.encode() if isinstance(body, str) else bytes(body)
    given = {name.lower(): value for name, value in headers.items()}
    now = time.time() if now is None else now
    secrets, api_secrets = _several(secret), _several(api_secret)
    name = given.get("webhook-id", "")
    if secrets or keys is not None:
        stamp = given.get("webhook-timestamp", "")
        _check_age(stamp, now)
        signed = f"{name}.{stamp}.".encode() + content
        signatures = [part.partition(",") for part in given.get("webhook-signature", "").split(" ")]
        genuine = _by_secret(signed, signatures, secrets) or (keys is not None and _by_key(signed, signatures, keys))
    elif api_secrets:
        stamp = given.get("x-xumm-request-timestamp", "")
        _check_age(stamp, now)
        genuine = _as_before(stamp.encode() + content, given.get("x-xumm-request-signature", ""), api_secrets)
    else:
        raise Misconfigured(
            "There is nothing to check a delivery with.", code="configuration", hint="Give secret, keys or api_secret."
        )
    if not genuine:
        raise WebhookInvalid(
            "This delivery was signed by somebody else, or changed on the way.",
            code="wrong_signature",
            hint="Check the secret, and that the body is the one that came.",
        )
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise WebhookInvalid("This delivery has no JSON object.", code="malformed")
    return Event.of(told, id=name)


def _several(one_or_more: str | Sequence[str]) -> list[str]:
    return [text for text in ([one_or_more] if isinstance(one_or_more, str) else one_or_more) if text]


def _check_age(stamp: str, now: float) -> None:
    if not (stamp.isascii() and stamp.isdigit()):
        raise WebhookInvalid("This delivery is not signed.", code="unsigned")
    if abs(now - int(stamp)) > TOLERANCE_S:
        raise WebhookInvalid(
            f"This delivery is more than {TOLERANCE_S} seconds old.",
            code="too_old",
            hint="Compare the machines' clocks.",
        )


def _by_secret(signed: bytes, signatures: Sequence[tuple[str, str, str]], secrets: Sequence[str]) -> bool:
    """Check by HMAC-SHA256 (Standard Webhooks, `v1`)."""
    expected = [base64.b64encode(hmac.digest(_key_of(secret), signed, hashlib.sha256)).decode() for secret in secrets]
    given = [signature for version, _, signature in signatures if version == "v1"]
    return any(_equal(one, other) for one in expected for other in given)


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise Misconfigured(
            "This is no secret of a webhook endpoint.", code="configuration", hint="It begins with `whsec_`."
        ) from None


def _by_key(signed: bytes, signatures: Sequence[tuple[str, str, str]], keys: Mapping[str, Any]) -> bool:
    """Check by the server's Ed25519 keys (Standard Webhooks, `v1a`)."""
    from jwt.algorithms import OKPAlgorithm

    algorithm = OKPAlgorithm()
    published = [algorithm.from_jwk({name: key[name] for name in ("kty", "crv", "x")}) for key in keys.get("keys", ())]
    given = [_decoded(signature) for version, _, signature in signatures if version == "v1a"]
    return any(algorithm.verify(signed, key, one) for key in published for one in given)


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except binascii.Error:
        return b""


def _as_before(signed: bytes, signature: str, secrets: Sequence[str]) -> bool:
    # HMAC-SHA1 under the API secret without its first dash: what receivers of published SDKs check (platform-api 19.3).
    expected = [hmac.digest(secret.replace("-", "", 1).encode(), signed, hashlib.sha1).hex() for secret in secrets]
    return any(_equal(one, signature) for one in expected)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
