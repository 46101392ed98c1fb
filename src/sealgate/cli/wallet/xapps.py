"""Launching xApps: what the person typed becomes an order, the server's answer an address."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused
from sealgate.cli.wallet.reference import WALLET_VERSION, xapp_reference
from sealgate.cli.wallet.wallets import OpenWallet

Style = Literal["light", "dark", "moonlight", "royal"]

# Under which name a wallet tells the link it followed (wallet-api 8.1).
_LINKED = {"QR": "content", "DEEP_LINK": "url"}


def launch(
    wallet: OpenWallet,
    environment: Environment,
    reference: str,
    *,
    version: str = WALLET_VERSION,
    parameters: Mapping[str, Any] | None = None,
    navigate: Mapping[str, Any] | None = None,
    network: str | None = None,
    style: Style = "light",
    origin: str = "QR",
    event: str | None = None,
) -> dict[str, Any]:
    """Have the server open an xApp for a wallet; return its answer: `url`, `ott`, `user_agent`, `network` and more.

    Args:
        reference: Identifier, detect URL or QR text; the parameters of a link count.
        version: Of the wallet that the xApp is told it runs in.
        parameters: More of them, which win.
        navigate: The `xAppNavigate` command of the xApp that leads here.
        network: Key of the network the wallet is on; None for the first that suits the xApp.
        origin: How the xApp is said to have been reached (platform-api 16.2).
        event: UUID of the event that was opened.

    Raises:
        Refused: the reference names no xApp of this server, or the server says no.
    """
    pairing = wallet.file.pairing
    known = (environment.get("SEALGATE_URL"), *((pairing.public_url, pairing.url) if pairing else ()))
    identifier, in_link = xapp_reference(reference, origins=tuple(dict.fromkeys(filter(None, known))))
    sent = {**in_link, **(parameters or {})}
    order = {
        "version": version,
        "locale": "en",
        "currency": "USD",
        "style": style,
        "nodetype": network,
        "origin": {"type": origin, "data": _origin_data(origin, identifier, sent, event, wallet)},
        "parameters": sent,
        "account": wallet.file.account,
        "xAppNavigateData": dict(navigate or {}),
    }
    return wallet.api(environment).launch_xapp(identifier, order)


def _origin_data(
    origin: str, identifier: str, parameters: Mapping[str, Any], event: str | None, wallet: OpenWallet
) -> dict[str, str]:
    if origin in ("EVENT_LIST", "PUSH_NOTIFICATION"):
        return {} if event is None else {"payload": event}
    if origin not in _LINKED or wallet.file.pairing is None:
        return {}
    query = f"?{urlencode(parameters)}" if parameters else ""
    return {_LINKED[origin]: f"{wallet.file.pairing.public_url}/detect/xapp:{identifier}{query}"}


def read_parameters(texts: Sequence[str]) -> dict[str, str]:
    """Return `name=value` texts by name.

    Raises:
        Refused: one has no name.
    """
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise Refused(message=f"{text!r} is no parameter.", hint="Write it as name=value.")
        found[name] = value
    return found
