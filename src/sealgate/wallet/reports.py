"""How a wallet answers a request: the body of `PATCH /api/v1/app/payload/{uuid}` (wallet-api 2.4)."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from sealgate.payloads.errors import BlobMissing
from sealgate.payloads.model import (
    Collected,
    DispatchReport,
    Environment,
    Initiator,
    Origin,
    RejectReport,
    SignMethod,
    SignReport,
)
from sealgate.wallet.errors import AnswerUnclear

NodeUrl = Annotated[str, Meta(max_length=256)]
NodeType = Annotated[str, Meta(max_length=32, description="Network key, such as MAINNET")]


class EnvironmentIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the wallet was when it answered."""

    nodeuri: NodeUrl | None = None
    nodetype: NodeType | None = None


class DispatchIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What a node said to the submitted transaction: preliminary, never proof."""

    to: NodeUrl
    nodetype: NodeType
    result: Annotated[str, Meta(min_length=1, max_length=64)]


class PermissionIn(Struct, frozen=True):
    """Sent by wallets of old. Permissions are granted by signing and last as the server says, so nothing is read."""


class AnswerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one answer: a signature, a rejection, or the report of a submission.

    Attributes:
        signed_blob: Hex of the signed object, 64 KiB of bytes at most; of a payment channel claim its signature.
        tx_id: Hash of the blob; absent for a claim.
        signpubkey: The key that signed, 33 bytes as hex.
        multisigned: The signer's address where the request asks for multi-signing, else empty.
        dispatched: Beside `signed_blob`, or alone in a second call.
        reject: True declines.
        reject_initiator: USER declined, or APP could not process the request.
        reject_reason: For the developer, or for nobody.
    """

    signed_blob: str | None = None
    tx_id: Annotated[str, Meta(max_length=128)] | None = None
    signmethod: SignMethod | None = None
    signpubkey: Annotated[str, Meta(max_length=130)] | None = None
    multisigned: Annotated[str, Meta(max_length=64)] | None = None
    environment: EnvironmentIn = EnvironmentIn()
    permission: PermissionIn | None = None
    origintype: Origin = "UNKNOWN"
    dispatched: DispatchIn | None = None
    reject: bool = False
    reject_initiator: Initiator = "USER"
    reject_reason: Annotated[str, Meta(max_length=1000)] | None = None


class ReturnUrlOut(Struct, frozen=True):
    """Where to go now: `app` for the wallet, `web` for the browser that shows the sign page; null where nowhere."""

    app: str | None
    web: str | None


class AnsweredOut(Struct, frozen=True):
    """The answer is accepted and durable.

    Attributes:
        reference_call_uuidv4: UUID of the call that settled the request.
        user_token: Whether the app holds a permission by this signature.
        collected: Only where others must sign as well: the request stays open for them.
    """

    reference_call_uuidv4: str
    signed: bool
    user_token: bool
    return_url: ReturnUrlOut
    collected: Collected | UnsetType = UNSET


def read_report(body: AnswerIn) -> SignReport | RejectReport | DispatchReport:
    """Return which of the three answers the body is.

    Raises:
        AnswerUnclear: it is two at once.
        BlobMissing: it is none.
    """
    environment = Environment(nodeuri=body.environment.nodeuri, nodetype=body.environment.nodetype)
    dispatch = _dispatch(body.dispatched)
    if body.reject:
        if body.signed_blob is not None or dispatch is not None:
            raise AnswerUnclear(message="The body declines and signs or submits at the same time.")
        return RejectReport(
            initiator=body.reject_initiator,
            reason=body.reject_reason,
            environment=environment,
            origintype=body.origintype,
        )
    if body.signed_blob is not None:
        return SignReport(
            signed_blob=body.signed_blob,
            tx_id=body.tx_id,
            signpubkey=body.signpubkey,
            signmethod=body.signmethod,
            multisigned=body.multisigned or "",
            environment=environment,
            origintype=body.origintype,
            dispatched=dispatch,
        )
    if dispatch is None:
        raise BlobMissing
    return dispatch


def _dispatch(reported: DispatchIn | None) -> DispatchReport | None:
    if reported is None:
        return None
    return DispatchReport(to=reported.to, nodetype=reported.nodetype, result=reported.result)
