"""The commands of the sandbox ledger: a node's, by their names. Source: xrpl.org "Public API Methods"."""

from collections.abc import Callable
from typing import Any, Final

from sealgate.devtools.ledger.commands import accounts, ledgers, server, subscriptions, transactions
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Asked

COMMANDS: Final[dict[str, Callable[[Asked], dict[str, Any]]]] = {
    "account_info": accounts.account_info,
    "account_lines": accounts.account_lines,
    "account_objects": accounts.account_objects,
    "account_tx": transactions.account_tx,
    "fee": server.fee,
    "ledger": ledgers.ledger,
    "ledger_accept": ledgers.ledger_accept,
    "ledger_closed": ledgers.ledger_closed,
    "ledger_current": ledgers.ledger_current,
    "ledger_entry": ledgers.ledger_entry,
    "ping": server.ping,
    "server_definitions": server.server_definitions,
    "server_info": server.server_info,
    "server_state": server.server_state,
    "submit": transactions.submit,
    "submit_multisigned": transactions.submit_multisigned,
    "subscribe": subscriptions.subscribe,
    "tx": transactions.tx,
    "unsubscribe": subscriptions.unsubscribe,
}


def answer(name: Any, asked: Asked) -> dict[str, Any]:
    """Answer a command.

    Raises:
        CommandRefused: it cannot be answered, or the sandbox ledger does not know it.
    """
    if not isinstance(name, str) or not name:
        raise CommandRefused("missingCommand")
    command = COMMANDS.get(name)
    if command is None:
        known = ", ".join(COMMANDS)
        raise CommandRefused("notSupported", f"The sandbox ledger does not support {name[:64]}; it knows {known}.")
    return command(asked)
