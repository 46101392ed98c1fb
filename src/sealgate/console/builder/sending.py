"""Sending what was composed, as the app; and composing an earlier request again."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.console import audit
from sealgate.holders import service as holders
from sealgate.infra.tx import Tx
from sealgate.ledger.pseudo import SIGN_IN_MARKER
from sealgate.payloads import service as payloads
from sealgate.payloads.challenge import is_challenge
from sealgate.payloads.draft import CheckedDraft
from sealgate.payloads.members import DEFAULT_EXPIRE_MIN
from sealgate.payloads.model import NULL, SIGN_IN, Payload
from sealgate.tokens import service as tokens

MOST_PEOPLE = 25


def send(
    tx: Tx,
    app: App,
    draft: CheckedDraft,
    *,
    domain: str,
    may_push: bool,
    actor: str,
    reference: str,
    now: datetime,
) -> Payload:
    """Make the request as the app itself would, and note who did.

    Raises:
        IdentifierTaken: another payload of the app has this identifier.
    """
    payload = payloads.create_payload(tx, app, draft, uuid=reference, domain=domain, may_push=may_push, now=now)
    details = {"payload": payload.uuid, "type": payload.terms.tx_type}
    audit.record(tx, actor, "payload.sent", app_uuid=app.uuid, details=details, reference=reference, now=now)
    return payload


def people_of(tx: Tx, app_uuid: str, *, now: datetime) -> list[tuple[str, str]]:
    """Return the people the app may push to, who gave their permission last first: user token and first account."""
    live, _ = tokens.tokens_of_app(tx, app_uuid, live=True, limit=MOST_PEOPLE, now=now)
    found = []
    for token in live:
        accounts = holders.accounts_of(tx, token.holder_uuid)
        found.append((token.token, accounts[0].address if accounts else "no account"))
    return found


def body_again(payload: Payload) -> dict[str, Any]:
    """Return the body that asks for the same once more; the identifier, which is used up, is left out."""
    terms = payload.terms
    transaction: dict[str, Any] = msgspec.json.decode(terms.request_json)
    if terms.tx_type == SIGN_IN:
        transaction.pop(SIGN_IN_MARKER, None)
        transaction = {"TransactionType": SIGN_IN, **transaction}
        memos = [entry for entry in transaction.pop("Memos", []) if not is_challenge(entry)]
        if memos:
            transaction["Memos"] = memos
    minutes = (payload.expires_at - payload.created_at) // timedelta(minutes=1)
    options = {
        "submit": None if terms.submit or terms.is_pseudo else False,
        "multisign": terms.multisign or None,
        "pathfinding": terms.pathfinding or None,
        "pathfinding_fallback": terms.pathfinding_fallback or None,
        "expire": None if minutes == DEFAULT_EXPIRE_MIN else minutes,
        "force_network": terms.force_network,
        "signers": list(terms.signers) if terms.signers else None,
        "immutable": terms.immutable,
        "force_account": terms.force_account,
        "return_url": _present({"app": terms.return_url_app, "web": terms.return_url_web}) or None,
    }
    meta = {
        "instruction": terms.instruction,
        "blob": None if bytes(terms.blob) == bytes(NULL) else msgspec.json.decode(terms.blob),
    }
    groups = {"options": _present(options), "custom_meta": _present(meta)}
    return {"txjson": transaction, **{name: group for name, group in groups.items() if group}}


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
