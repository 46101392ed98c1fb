"""Answering requests: open, review, sign, hand in; one, or every one that is pushed."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused, note
from sealgate.cli.wallet.node import LedgerNode, node_of
from sealgate.cli.wallet.review import compare, describe
from sealgate.cli.wallet.signing import Request, Signed, choose_network, is_submitted, prepare, sign
from sealgate.cli.wallet.wallets import OpenWallet
from sealgate.ledger.networks import Network

if TYPE_CHECKING:
    from sealgate.cli.wallet.api import WalletApi

RECONNECT_S = 1.0


def answer(
    wallet: OpenWallet,
    environment: Environment,
    uuid: str,
    *,
    origin: str,
    network: str | None = None,
    otherwise: str | None = None,
    ask: Callable[[], None] | None = None,
    show: Callable[..., None] | None = None,
    wait: bool = False,
    account: str | None = None,
) -> dict[str, Any]:
    """Open a request, sign it and hand the signature in; return what was done.

    Args:
        origin: How the request was reached (platform-api 5.3, `origintype`).
        network: Network asked for on the command line.
        otherwise: Network where none is asked for and the request forces none.
        ask: Called before signing; raises to stop.
        show: Gets the lines of the review.
        wait: Stay until the ledger has decided on what was submitted.
        account: Whom to sign for, where the wallet's key is that account's regular key.

    Raises:
        Refused: the wallet or the server says no.
    """
    api, account = wallet.api(environment), account or wallet.keys.address
    request = api.open(uuid, origin=origin)
    chosen = choose_network(request, network, otherwise=otherwise)
    node = node_of(environment, chosen) if is_submitted(request) else None
    if wait and node is None:
        raise Refused(
            message=f"There is nothing to wait for: no node of {chosen.key} is configured, or nothing is submitted.",
            hint="Leave --wait out, or name a node: SEALGATE_NODES=KEY=url. Under `sealgate dev`: --network SANDBOX.",
        )
    ledger = None if node is None else node.facts(account)
    transaction, filled = prepare(request, account, chosen, ledger)
    if show is not None:
        show(*describe(request, compare(request, transaction), network=chosen.key, filled=filled))
    if ask is not None:
        ask()
    signed = sign(request, wallet.keys, chosen, ledger, account=account)
    accepted = api.hand_in(request, signed, network=chosen.key, origin=origin, public_key=wallet.file.public_key)
    dispatched = None if node is None else _submit(api, node, request, signed, chosen)
    ending = node.wait(signed.txid or "", signed.transaction.get("LastLedgerSequence")) if node and wait else None
    return {
        "uuid": uuid,
        "signed": True,
        "account": account,
        "txid": signed.txid,
        "tx_type": request.payload.tx_type,
        "network": chosen.key,
        "filled": list(signed.filled),
        "dispatched": dispatched,
        **({} if ending is None else {"validated": ending.validated, "result": ending.result}),
        **({"collected": accepted["collected"]} if "collected" in accepted else {}),
        "user_token": accepted["user_token"],
        "return_url": accepted["return_url"]["app"],
        "reference": accepted["reference_call_uuidv4"],
    }


def _submit(api: "WalletApi", node: LedgerNode, request: Request, signed: Signed, network: Network) -> dict[str, str]:
    """Hand the transaction to the ledger and tell the server what the node said at first (wallet-api 2.4)."""
    result = node.submit(signed.blob, fail_hard=request.payload.tx_type == "AccountDelete")
    dispatched = {"to": node.url[:256], "nodetype": network.key, "result": result}
    try:
        api.report_dispatch(request.meta.uuid, dispatched)
    except Refused as refusal:
        # The transaction is signed, handed in and submitted: what this report adds is a courtesy.
        note(f"sealgate: the node's answer was not reported: {refusal.message}")
    return dispatched


def watch(
    wallet: OpenWallet, environment: Environment, *, approve: bool, count: int | None
) -> Iterator[dict[str, Any]]:
    """Yield one record for every request pushed to the wallet, those already waiting first.

    A request that cannot be signed is reported with its reason and passed over; messages of xApps are left alone. The
    stream is opened before the list is read, so a request that arrives in between is not lost; one seen twice is
    answered once. A stream that breaks off is taken up behind its last event: a restart of the server loses nothing.
    """
    seen: set[str] = set()
    last_id: str | None = None
    while count is None or len(seen) < count:
        try:
            for event in wallet.api(environment).events(after=last_id):
                last_id = event.id or last_id
                if event.json.get("kind") in ("payload_resolved", "payload_cancelled"):
                    continue
                for request in wallet.api(environment).pending():
                    if request.meta.uuid in seen or request.xapp is not None:
                        continue
                    seen.add(request.meta.uuid)
                    if approve:
                        yield _answered(wallet, environment, request.meta.uuid)
                    else:
                        yield {
                            "uuid": request.meta.uuid,
                            "tx_type": request.payload.tx_type,
                            "app": request.application.name,
                        }
                    if count is not None and len(seen) >= count:
                        return
        except Refused as problem:
            note(f"sealgate: {problem.message} Trying again.")
        time.sleep(RECONNECT_S)


def _answered(wallet: OpenWallet, environment: Environment, uuid: str) -> dict[str, Any]:
    try:
        return answer(wallet, environment, uuid, origin="PUSH_NOTIFICATION")
    except Refused as refusal:
        return {"uuid": uuid, "signed": False, "error": refusal.message}
