"""Commands by which a WebSocket says what it wants to hear."""

from typing import Any, Final

from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Asked, Subscription
from sealgate.devtools.ledger.shapes import ledger_news
from sealgate.ledger.addresses import is_classic_address

STREAMS: Final = frozenset({"ledger", "transactions"})
MOST_ACCOUNTS: Final = 1000


def subscribe(asked: Asked) -> dict[str, Any]:
    """Hear of ledgers, of all transactions, or of those of some accounts."""
    subscription, streams, accounts = _read(asked)
    if len(subscription.accounts | accounts) > MOST_ACCOUNTS:
        raise CommandRefused("invalidParams", f"The sandbox ledger follows up to {MOST_ACCOUNTS} accounts for one.")
    subscription.api_version = asked.api_version
    subscription.streams |= streams
    subscription.accounts |= accounts
    return ledger_news(asked.chain.closed, asked.chain.first_index) if "ledger" in streams else {}


def unsubscribe(asked: Asked) -> dict[str, Any]:
    """Hear no longer of them."""
    subscription, streams, accounts = _read(asked)
    subscription.streams -= streams
    subscription.accounts -= accounts
    return {}


def _read(asked: Asked) -> tuple[Subscription, set[str], set[str]]:
    params = asked.params
    if asked.subscription is None:
        raise CommandRefused("notSupported", "Subscribe over a WebSocket: the sandbox ledger calls nobody back.")
    for name in ("books", "accounts_proposed", "url"):
        if params.get(name):
            raise CommandRefused("notSupported", f"The sandbox ledger does not support {name}.")
    streams, accounts = params.get("streams") or [], params.get("accounts") or []
    if not isinstance(streams, list) or not isinstance(accounts, list):
        raise CommandRefused("invalidParams")
    for stream in streams:
        if not isinstance(stream, str):
            raise CommandRefused("malformedStream")
        if stream not in STREAMS:
            known = " and ".join(sorted(STREAMS))
            raise CommandRefused("notSupported", f"The sandbox ledger has the streams {known}, not {stream[:64]}.")
    if not all(is_classic_address(account) for account in accounts):
        raise CommandRefused("actMalformed")
    return asked.subscription, set(streams), set(accounts)
