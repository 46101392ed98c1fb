"""What this server has found out itself about a signed request: the member `verified` of its view, and the receipt.

`response` repeats what the wallet reported, and a wallet reports what its node said at first. Here stands only what was
checked here.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from sealgate.base.clock import to_unix_s, to_wire
from sealgate.ledger.codec import decode
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.networks import find_network
from sealgate.payloads.judging import is_partial
from sealgate.payloads.model import Departure, Payload, Rights, Verdict

RECEIPT_TYPE = "payload-receipt+jwt"


class Verified(Struct, frozen=True, kw_only=True):
    """What was verified of a signed request.

    Attributes:
        signature: Every signature is valid and of a key that may sign, as far as anybody could tell: always true,
            anything else is refused.
        binding: What was signed answers this very request: the same transaction, or the challenge of a SignIn.
        rights: What the ledger's nodes said of the keys that signed; null where none could be asked, and then they are
            the accounts' own.
        network: Key of the network that the transaction is for; null for what reaches no ledger.
        validated: Whether it is in a validated ledger. False: it never will be. Null: not known, or not yet.
        result: The final result, such as `tesSUCCESS`; null unless validated.
        delivered_amount: What the receiver got, in the ledger's form of amounts.
        delivered_in_full: False where that is less than the `Amount` of the payment; null where nothing is known.
        ledger_index: The ledger that holds it.
        ledger_closed_at: When that ledger closed.
        differences: Where the signed transaction is not the request, in ways that wallets are allowed.
    """

    signature: bool
    binding: bool
    rights: Rights | None
    network: str | None
    validated: bool | None
    result: str | None
    delivered_amount: str | dict[str, str] | None
    delivered_in_full: bool | None
    ledger_index: int | None
    ledger_closed_at: str | None
    differences: tuple[Departure, ...]

    @classmethod
    def of(cls, payload: Payload, verdict: Verdict | None) -> "Verified | None":
        """Return what is known of a payload, None unless it is signed."""
        outcome = payload.outcome
        if outcome is None or not outcome.signed:
            return None
        delivered = None if verdict is None else verdict.delivered_amount
        return cls(
            signature=True,
            binding=True,
            rights=None if outcome.rights is None else msgspec.convert(outcome.rights, Rights),
            network=outcome.network,
            validated=None if verdict is None else verdict.validated,
            result=None if verdict is None else verdict.result,
            delivered_amount=delivered,
            delivered_in_full=None if delivered is None else _is_whole(payload, delivered),
            ledger_index=None if verdict is None else verdict.ledger_index,
            ledger_closed_at=None if verdict is None or verdict.closed_at is None else to_wire(verdict.closed_at),
            differences=tuple(msgspec.convert(one, Departure) for one in outcome.differences or ()),
        )


def receipt_claims(payload: Payload, verdict: Verdict | None, *, issuer: str, now: datetime) -> dict[str, Any] | None:
    """Return what a receipt states, None unless the payload is signed. No signed transaction is in it, only its hash.

    Claims of RFC 7519: `iss` this server, `aud` the app, `sub` the account that signed, `jti` the payload, `iat` when
    it was stated. It has no end: what was verified stays so.
    """
    verified, outcome = Verified.of(payload, verdict), payload.outcome
    if verified is None or outcome is None or payload.resolved_at is None:
        return None
    return {
        "iss": issuer,
        "aud": payload.app_uuid,
        "sub": outcome.account,
        "jti": payload.uuid,
        "iat": to_unix_s(now),
        "payload": {
            "uuid": payload.uuid,
            "identifier": payload.identifier,
            "tx_type": payload.terms.tx_type,
            "request_json": msgspec.json.decode(payload.terms.request_json),
            "resolved_at": to_wire(payload.resolved_at),
            "txid": outcome.txid,
            "account": outcome.account,
            "signer": outcome.signer,
        },
        "verified": msgspec.to_builtins(verified),
    }


def _is_whole(payload: Payload, delivered: Any) -> bool | None:
    """Tell whether all that was signed for was delivered; None for what names no amount."""
    outcome = payload.outcome
    assert outcome is not None
    network = find_network(outcome.network or "")
    try:
        definitions = load_definitions(network.definitions if network is not None else "xrpl")
        signed = decode(bytes.fromhex(outcome.hex or ""), definitions=definitions)
    except (LedgerError, ValueError):
        return None
    if signed.get("TransactionType") != "Payment":
        return None
    return not is_partial(signed) or signed.get("Amount") == delivered
