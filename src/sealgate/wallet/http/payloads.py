"""Sign requests: the pending list, opening, answering."""

import asyncio
from typing import Annotated

from msgspec import UNSET, Meta, Struct, field

from sealgate.base.errors import SealgateError
from sealgate.holders.errors import DeviceRevoked
from sealgate.holders.model import Device
from sealgate.infra.nodes import Nodes
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import (
    DispatchRefused,
    PayloadCancelled,
    PayloadExpired,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
    PayloadSigned,
    PayloadUnknown,
    SignatureRefusal,
)
from sealgate.payloads.model import CheckedSignature, Origin, Payload, RejectReport, SignReport, came_by_link
from sealgate.payloads.return_urls import return_urls, ticket_of
from sealgate.payloads.signer_rights import check_rights, networks_to_ask
from sealgate.tokens.errors import NotSignable
from sealgate.tokens.view_key import ViewKeys
from sealgate.wallet import service
from sealgate.wallet.errors import AnswerUnclear, AppSwitchedOff
from sealgate.wallet.http.router import router
from sealgate.wallet.reports import AnsweredOut, AnswerIn, ReturnUrlOut, read_report
from sealgate.wallet.view import OpenedView, PendingOut, SignedView, statement, wallet_view
from sealgate.web.call import Call

# Hex characters of 4 KiB: what is longer is decoded off the event loop (design 3).
REPEAT = "idempotency-key"
INLINE_HEX_CHARS = 8192


class OpenQuery(Struct, frozen=True):
    """How the wallet got to the request."""

    origin: Annotated[Origin, Meta(description="How the wallet got to the request")] = field(
        default="UNKNOWN", name="from"
    )


@router.get("/api/v1/app/pending-payloads", caller=Device, answers=PendingOut, raises=(DeviceRevoked,))
async def get_pending(call: Call[Device]) -> PendingOut:
    """List the requests sent to this user that nobody has answered and that have not expired, newest first.

    What is listed is not signed by the server: open a request before showing it for signing.
    """
    waiting = await call.db.read(service.pending_requests, call.caller, now=call.now)
    return PendingOut([wallet_view(*shown, settings=call.settings, now=call.now) for shown in waiting])


@router.get(
    "/api/v1/app/payload/{uuid:uuid}",
    caller=Device,
    query=OpenQuery,
    answers=OpenedView,
    raises=(
        DeviceRevoked,
        PayloadUnknown,
        PayloadOfAnother,
        PayloadExpired,
        PayloadCancelled,
        PayloadResolved,
        PayloadSigned,
        NotSignable,
        AppSwitchedOff,
    ),
)
async def get_payload(call: Call[Device]) -> OpenedView:
    """Open a request: from now on it can be answered, whenever, and no longer be cancelled.

    `view.payload` is what the server vouches for under its view key; a wallet shows and signs by that.
    """
    shown = await call.db.write(
        service.open_request, call.path["uuid"], device=call.caller, origin=call.asked.origin, now=call.now
    )
    keys = call.context.get(ViewKeys)
    view = wallet_view(*shown, settings=call.settings, now=call.now)
    stated = statement(view, shown.payload, issuer=call.settings.issuer_url, device=call.caller, now=call.now)
    if len(shown.payload.terms.request_json) > INLINE_HEX_CHARS:
        signature = await asyncio.to_thread(keys.sign, stated)
    else:
        signature = keys.sign(stated)
    return OpenedView(
        meta=view.meta,
        application=view.application,
        payload=view.payload,
        xapp=view.xapp,
        view=SignedView(payload=stated, signature=signature, kid=keys.current.kid),
    )


@router.patch(
    "/api/v1/app/payload/{uuid:uuid}",
    caller=Device,
    takes=AnswerIn,
    answers=AnsweredOut,
    reads_headers={REPEAT: "The answer may be a repeated one, and then gets what the first one got."},
    raises=(
        DeviceRevoked,
        PayloadUnknown,
        PayloadOfAnother,
        PayloadExpired,
        PayloadCancelled,
        PayloadResolved,
        PayloadNotOpened,
        DispatchRefused,
        AnswerUnclear,
        AppSwitchedOff,
        *SignatureRefusal.__subclasses__(),
    ),
)
async def patch_payload(call: Call[Device]) -> AnsweredOut:
    """Answer an opened request: hand in a signature, decline, or report what a node said to the transaction.

    The first accepted answer settles the request; who comes later is told 409. Where several must sign, `collected`
    tells how far they are, and the last of them settles it. Whoever sends an `Idempotency-Key` along may repeat a call
    whose answer was lost: the same answer of the same device is answered as it was.
    """
    uuid, device = call.path["uuid"], call.caller
    report = read_report(call.body)
    if isinstance(report, SignReport):
        payload = await _sign(call, report)
    elif isinstance(report, RejectReport):
        payload = await _reject(call, report)
    else:
        payload = await call.db.write(service.report_dispatch, uuid, device=device, dispatch=report, now=call.now)
    outcome = payload.outcome
    if outcome is None:
        return AnsweredOut(call.ref, True, True, ReturnUrlOut(*return_urls(payload)), payload.collected or UNSET)
    # Scanned or pushed, a sign-in goes on in the browser that shows the code: then the phone's is left alone.
    ticket = ticket_of(call.context.sealer, uuid, device.uuid) if came_by_link(payload) else None
    urls = return_urls(payload, ticket=ticket)
    return AnsweredOut(outcome.reference, outcome.signed, outcome.signed, ReturnUrlOut(*urls))


def may_repeat(call: Call[Device]) -> bool:
    """Tell whether the wallet asks for a repeated answer to count as one; whatever its key, the answer itself is it."""
    return REPEAT in call.headers


async def _sign(call: Call[Device], report: SignReport) -> Payload:
    uuid, device = call.path["uuid"], call.caller
    asked, home = await call.db.read(service.request_to_answer, uuid, device)
    if may_repeat(call) and service.is_answered_so(asked, device, report):
        return asked
    nodes = call.context.get(Nodes)
    networks = networks_to_ask(asked, report, home=home, known=nodes.keys)
    txid = report.tx_id
    try:
        verified = await _check(asked, report, foreign_keys=bool(networks))
        txid = verified.txid
        verified = await check_rights(nodes, networks, asked, verified)
        return await call.db.write(
            service.sign_request,
            uuid,
            device=device,
            report=report,
            verified=verified,
            now=call.now,
            reference=call.ref,
            token_days=call.settings.user_token_days,
            followed_on=nodes.keys,
        )
    except (
        SignatureRefusal,
        PayloadResolved,
        PayloadExpired,
        PayloadCancelled,
        PayloadNotOpened,
        AppSwitchedOff,
    ) as refusal:
        # The wallet may have submitted the transaction all the same (wallet-api 3.5).
        await _keep_record(call, refusal, txid)
        raise


async def _reject(call: Call[Device], report: RejectReport) -> Payload:
    uuid, device = call.path["uuid"], call.caller
    if may_repeat(call):
        asked, _ = await call.db.read(service.request_to_answer, uuid, device)
        if service.is_answered_so(asked, device, report):
            return asked
    return await call.db.write(
        service.reject_request, uuid, device=device, reject=report, now=call.now, reference=call.ref
    )


async def _check(asked: Payload, report: SignReport, *, foreign_keys: bool) -> CheckedSignature:
    if len(report.signed_blob) > INLINE_HEX_CHARS:
        return await asyncio.to_thread(check_signature, asked, report, foreign_keys=foreign_keys)
    return check_signature(asked, report, foreign_keys=foreign_keys)


async def _keep_record(call: Call[Device], refusal: SealgateError, txid: str | None) -> None:
    await call.db.write(
        service.record_refusal, call.path["uuid"], device=call.caller, refusal=refusal, txid=txid, now=call.now
    )
