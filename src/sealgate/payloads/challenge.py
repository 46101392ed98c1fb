"""The challenge in every SignIn: one memo that binds a signature to one payload of one app (design 4.6).

A plain SignIn is the same bytes every time and for every app (wallet-api 0.4), so its signature alone proves nothing.
Fresh means that the payload is still open: a challenge needs no lifetime of its own.
"""

import secrets
from datetime import datetime
from typing import Any

import msgspec

from sealgate.base.clock import to_unix_s
from sealgate.payloads.model import Payload, Presentation, Terms

MEMO_TYPE = "sealgate-challenge"
MEMO_FORMAT = "application/json"
_MEMO_TYPE_HEX = MEMO_TYPE.encode().hex().upper()
_MEMO_FORMAT_HEX = MEMO_FORMAT.encode().hex().upper()


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a SignIn's memo says.

    Attributes:
        payload: UUID of the payload.
        domain: Host of the server that asks.
        app: UUID of the app the person signs in to.
        origin: Web origin that started the sign-in, where there is one.
        nonce: 128 random bits, so that no two challenges are alike.
        iat: When it was made, Unix seconds.
        txn_hash: For OAuth: hash of the authorization transaction.
        number: For OAuth: the number shown in the browser, to be compared in the wallet.
    """

    v: int = 1
    payload: str
    domain: str
    app: str
    origin: str | None
    nonce: str
    iat: int
    txn_hash: str | msgspec.UnsetType = msgspec.UNSET
    number: str | msgspec.UnsetType = msgspec.UNSET


def with_challenge(
    terms: Terms,
    *,
    payload_uuid: str,
    domain: str,
    app_uuid: str,
    presentation: Presentation | None = None,
    now: datetime,
) -> Terms:
    """Return a SignIn's terms with its challenge behind the developer's own memos."""
    challenge = Challenge(
        payload=payload_uuid,
        domain=domain,
        app=app_uuid,
        origin=presentation.origin if presentation else None,
        nonce=secrets.token_hex(16),
        iat=to_unix_s(now),
        txn_hash=(presentation and presentation.txn_hash) or msgspec.UNSET,
        number=(presentation and presentation.matching_number) or msgspec.UNSET,
    )
    template = msgspec.json.decode(terms.request_json)
    template["Memos"] = [*template.get("Memos", ()), memo_of(challenge)]
    return msgspec.structs.replace(terms, request_json=msgspec.Raw(msgspec.json.encode(template)))


def memo_of(challenge: Challenge) -> dict[str, Any]:
    """Return the challenge as an entry of `Memos`."""
    data = msgspec.json.encode(challenge).hex().upper()
    return {"Memo": {"MemoType": _MEMO_TYPE_HEX, "MemoData": data, "MemoFormat": _MEMO_FORMAT_HEX}}


def is_challenge(entry: object) -> bool:
    """Return whether an entry of `Memos` claims to be a challenge, whatever else it holds."""
    memo = entry.get("Memo") if isinstance(entry, dict) else None
    kind = memo.get("MemoType") if isinstance(memo, dict) else None
    return isinstance(kind, str) and kind.upper() == _MEMO_TYPE_HEX


def answers_challenge(signed: dict[str, Any], payload: Payload) -> bool:
    """Return whether a signed SignIn carries the payload's challenge: that memo once, unchanged, and bound to it.

    Unchanged covers the domain, the nonce and the rest, since the memo asked for is of our own making.

    Args:
        signed: The decoded signed object.
    """
    asked = _challenges(msgspec.json.decode(payload.terms.request_json))
    given = _challenges(signed)
    if len(asked) != 1 or given != asked:
        return False
    try:
        challenge = msgspec.json.decode(bytes.fromhex(given[0]["Memo"]["MemoData"]), type=Challenge)
    except (KeyError, ValueError):
        return False
    return challenge.payload == payload.uuid and challenge.app == payload.app_uuid


def _challenges(transaction: dict[str, Any]) -> list[dict[str, Any]]:
    memos = transaction.get("Memos")
    return [entry for entry in memos if is_challenge(entry)] if isinstance(memos, list) else []
