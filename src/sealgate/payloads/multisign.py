"""Signatures of several, collected until they weigh enough: then one object, signed by all of them.

The payload's row is locked while one is added, so of two last signers the second one sees the first (ADR 30).
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from sealgate.holders.model import Device
from sealgate.infra.tx import Tx
from sealgate.ledger.codec import decode
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.signatures import combine_signatures, verify_signatures
from sealgate.payloads import multisign_store as store
from sealgate.payloads.errors import SignedBefore, TransactionDiffers
from sealgate.payloads.model import CheckedSignature, Contribution, Payload, Rights, SignerList
from sealgate.payloads.template import definitions_for


def with_contributions(tx: Tx, payload: Payload, *, even_if_over: bool = False) -> Payload:
    """Return the payload with the signatures that it has so far, where it waits for several, or has."""
    if not payload.collects or (payload.outcome is not None and not even_if_over):
        return payload
    return replace(payload, contributions=store.contributions_of(tx, payload.id))


def add(tx: Tx, payload: Payload, *, device: Device, verified: CheckedSignature, now: datetime) -> CheckedSignature:
    """Return the signature together with those that came before, and what they weigh.

    It is kept where the payload collects. What was signed by somebody who may not sign any more is dropped.

    Args:
        payload: Locked in this transaction, and open.

    Raises:
        SignedBefore: this signer has signed already.
        TransactionDiffers: others have signed something else.
    """
    listed = verified.signer_list
    assert listed is not None
    if not payload.collects:
        return _weighed(verified, [used.account for used in verified.used_keys], listed)
    # Whoever has another key now may sign again.
    store.drop(tx, payload.id, listed.lost)
    contribution = Contribution(
        signer=verified.multisign_account,
        key_address=verified.signer,
        signer_pubkey=verified.signer_pubkey,
        hex=verified.hex,
        weight=listed.weights[verified.multisign_account],
        quorum=listed.quorum,
        device_uuid=device.uuid,
        signed_at=now,
    )
    if not store.insert_contribution(tx, payload.id, contribution, holder_uuid=device.holder_uuid):
        raise SignedBefore(
            message=f"{contribution.signer} has signed already; the other signatures are waited for.",
            pointer="/multisigned",
        )
    store.reweigh(tx, payload.id, listed)
    counted = [one for one in store.contributions_of(tx, payload.id) if one.weight]
    return _combined(payload, counted, verified, listed)


def _combined(
    payload: Payload, contributions: Sequence[Contribution], verified: CheckedSignature, listed: SignerList
) -> CheckedSignature:
    definitions = definitions_for(payload.terms.tx_type, payload.terms.force_network)
    objects = [decode(bytes.fromhex(one.hex), definitions=definitions) for one in contributions]
    # Those whom the template brought along have signed in each of them.
    signers = {one.signer for one in contributions} | {used.account for used in verified.used_keys}
    try:
        together = combine_signatures(objects, signers, definitions=definitions)
        verify_signatures(together.blob)
    except LedgerError as problem:
        raise TransactionDiffers(
            message=f"Others have signed something else: {problem}.", pointer="/signed_blob"
        ) from None
    whole = replace(verified, hex=together.blob.hex().upper(), txid=together.txid)
    return _weighed(whole, sorted(signers), listed)


def _weighed(verified: CheckedSignature, signers: list[str], listed: SignerList) -> CheckedSignature:
    rights = Rights(
        networks=(listed.network,),
        key="signers",
        signers=tuple(signers),
        weight=sum(listed.weights[signer] for signer in signers),
        quorum=listed.quorum,
    )
    return replace(verified, rights=rights)
