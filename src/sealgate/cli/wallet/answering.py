"""Answering requests: open, review, sign, hand in; one, or every one that is pushed."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused, note
from sealgate.cli.wallet.review import compare, describe
from sealgate.cli.wallet.signing import choose_network, prepare, sign
from sealgate.cli.wallet.wallets import OpenWallet

RECONNECT_S = 1.0


def answer(
    wallet: OpenWallet,
    environment: Environment,
    uuid: str,
    *,
    origin: str,
    network: str | None = None,
    ask: Callable[[], None] | None = None,
    show: Callable[..., None] | None = None,
) -> dict[str, Any]:
    """Open a request, sign it and hand the signature in; return what was done.

    Args:
        origin: How the request was reached (platform-api 5.3, `origintype`).
        network: Network asked for on the command line.
        ask: Called before signing; raises to stop.
        show: Gets the lines of the review.

    Raises:
        Refused: the wallet or the server says no.
    """
    api = wallet.api(environment)
    request = api.open(uuid, origin=origin)
    chosen = choose_network(request, network)
    transaction, filled = prepare(request, wallet.keys.address, chosen)
    if show is not None:
        show(*describe(request, compare(request, transaction), network=chosen.key, filled=filled))
    if ask is not None:
        ask()
    signed = sign(request, wallet.keys, chosen)
    accepted = api.hand_in(request, signed, network=chosen.key, origin=origin, public_key=wallet.file.public_key)
    return {
        "uuid": uuid,
        "signed": True,
        "account": wallet.keys.address,
        "txid": signed.txid,
        "tx_type": request.payload.tx_type,
        "network": chosen.key,
        "filled": list(signed.filled),
        "user_token": accepted["user_token"],
        "return_url": accepted["return_url"]["app"],
        "reference": accepted["reference_call_uuidv4"],
    }


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
