"""What the developer is told of a sign request, by webhook and by the stream of the app's events. Pure."""

from collections.abc import Sequence

from sealgate.base.clock import to_unix_s, to_wire
from sealgate.delivery import kinds
from sealgate.delivery.model import NewEvent
from sealgate.ledger.networks import find_network
from sealgate.payloads.model import Payload, Verdict
from sealgate.payloads.return_urls import return_urls
from sealgate.tokens.model import UserToken


def opened(payload: Payload) -> NewEvent:
    """Return the event of the first opening."""
    data = kinds.PayloadOpened(
        payload_uuid=payload.uuid,
        identifier=payload.identifier,
        opened_by_deeplink=bool(payload.opened_by_deeplink),
    )
    return NewEvent(payload.uuid, data)


def cancelled(payload: Payload) -> NewEvent:
    """Return the event of a cancellation."""
    return NewEvent(payload.uuid, kinds.PayloadCancelled(payload_uuid=payload.uuid, identifier=payload.identifier))


def expired(payload: Payload) -> NewEvent:
    """Return the event of a payload that nobody opened in time."""
    data = kinds.PayloadExpired(
        payload_uuid=payload.uuid, identifier=payload.identifier, expired_at=to_wire(payload.expires_at)
    )
    return NewEvent(payload.uuid, data)


def signed(payload: Payload, token: UserToken) -> Sequence[NewEvent]:
    """Return the events of a signature, with the user token that it issued or extended."""
    outcome = payload.outcome
    assert outcome is not None
    permission = _permission(token)
    data = kinds.PayloadSigned(
        payload_uuid=payload.uuid,
        identifier=payload.identifier,
        reference_call_uuid=outcome.reference,
        account=outcome.account,
        txid=outcome.txid,
        network_id=outcome.environment_networkid,
        dispatched_result=outcome.dispatched_result,
        user_token=permission,
    )
    issued = kinds.UserTokenIssued(
        user_token=token.token,
        token_issued=permission.token_issued,
        token_expiration=permission.token_expiration,
        payload_uuid=payload.uuid,
    )
    return (
        NewEvent(payload.uuid, _resolved(payload, permission)),
        NewEvent(payload.uuid, data),
        NewEvent(token.token, issued),
    )


def contributed(payload: Payload, signer: str, token: UserToken) -> Sequence[NewEvent]:
    """Return the event of a signature that others must join."""
    collected = payload.collected
    assert collected is not None
    data = kinds.PayloadContributed(
        payload_uuid=payload.uuid,
        identifier=payload.identifier,
        signer=signer,
        weight=collected.weight,
        quorum=collected.quorum,
        user_token=_permission(token),
    )
    return (NewEvent(payload.uuid, data),)


def validated(payload: Payload, verdict: Verdict) -> NewEvent:
    """Return the event of a transaction that is in a validated ledger."""
    outcome = payload.outcome
    assert outcome is not None
    assert outcome.txid is not None
    assert verdict.result is not None
    assert verdict.ledger_index is not None
    network = find_network(verdict.network)
    data = kinds.PayloadValidated(
        payload_uuid=payload.uuid,
        identifier=payload.identifier,
        txid=outcome.txid,
        ledger_index=verdict.ledger_index,
        result=verdict.result,
        network_id=None if network is None else network.network_id,
        network=verdict.network,
        delivered_amount=verdict.delivered_amount,
    )
    return NewEvent(payload.uuid, data)


def rejected(payload: Payload) -> Sequence[NewEvent]:
    """Return the events of a refusal."""
    outcome = payload.outcome
    assert outcome is not None
    data = kinds.PayloadRejected(
        payload_uuid=payload.uuid,
        identifier=payload.identifier,
        reference_call_uuid=outcome.reference,
        initiator=outcome.reject_initiator,
        reason=outcome.reject_reason,
    )
    return NewEvent(payload.uuid, _resolved(payload, None)), NewEvent(payload.uuid, data)


def _permission(token: UserToken) -> kinds.UserToken:
    return kinds.UserToken(
        user_token=token.token,
        token_issued=to_unix_s(token.issued_at),
        token_expiration=to_unix_s(token.expires_at),
    )


def _resolved(payload: Payload, permission: kinds.UserToken | None) -> kinds.PayloadResolved:
    outcome = payload.outcome
    assert outcome is not None
    # The tag {txblob} stays empty: events hold no signed transaction.
    urls = return_urls(payload, public=True)
    return kinds.PayloadResolved(
        meta=kinds.ResolvedMeta(
            application_uuidv4=payload.app_uuid,
            payload_uuidv4=payload.uuid,
            opened_by_deeplink=bool(payload.opened_by_deeplink),
        ),
        custom_meta=kinds.CustomMeta(
            identifier=payload.identifier, blob=payload.terms.blob, instruction=payload.terms.instruction
        ),
        payload_response=kinds.PayloadResponse(
            payload_uuidv4=payload.uuid,
            reference_call_uuidv4=outcome.reference,
            signed=outcome.signed,
            user_token=permission is not None,
            return_url=kinds.ReturnUrls(app=urls.app, web=urls.web),
            txid=outcome.txid or "",
        ),
        user_token=permission,
    )
