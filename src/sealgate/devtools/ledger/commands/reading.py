"""The parameters that commands have in common."""

from typing import Any, Final

from sealgate.devtools.ledger.chain import Chain
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Asked
from sealgate.ledger.addresses import is_classic_address

MOST_ROWS: Final = 400
USUAL_ROWS: Final = 200


def read_account(params: dict[str, Any], name: str = "account") -> str:
    """Return an address.

    Raises:
        CommandRefused: it is missing, or is none.
    """
    if params.get(name) is None:
        raise CommandRefused("invalidParams", f"Missing field '{name}'.")
    if not is_classic_address(params[name]):
        raise CommandRefused("actMalformed")
    return str(params[name])


def refuse_binary(params: dict[str, Any]) -> None:
    """Refuse to answer in the binary format.

    Raises:
        CommandRefused: that is what was asked for.
    """
    if params.get("binary"):
        raise CommandRefused("notSupported", "The sandbox ledger does not support binary: true.")


def read_limit(params: dict[str, Any]) -> int:
    """Return how many rows to answer at most.

    Raises:
        CommandRefused: not a number above zero.
    """
    limit = params.get("limit", USUAL_ROWS)
    if limit.__class__ is not int or limit < 1:
        raise CommandRefused("invalidParams", "Invalid field 'limit'.")
    return min(int(limit), MOST_ROWS)


def read_index(chain: Chain, params: dict[str, Any], default: str = "current") -> int:
    """Return the index of the ledger that is asked for.

    Raises:
        CommandRefused: there is no such ledger, or not any more.
    """
    wanted = params.get("ledger_hash")
    if wanted is not None:
        for header in reversed(chain.headers.values()):
            if header.hash == str(wanted).upper():
                return header.index
        raise CommandRefused("lgrNotFound")
    asked = params.get("ledger_index", default)
    if asked in ("validated", "closed"):
        return chain.closed.index
    if asked == "current":
        return chain.open_index
    if asked.__class__ is int or (isinstance(asked, str) and asked.isascii() and asked.isdigit() and len(asked) < 11):
        index = int(asked)
        if index in chain.headers or index == chain.open_index:
            return index
        raise CommandRefused("lgrNotFound")
    raise CommandRefused("invalidParams", "Invalid field 'ledger_index'.")


def read_state_at(asked: Asked, default: str = "current") -> dict[str, Any]:
    """Return the members that name the ledger whose state is asked for.

    Raises:
        CommandRefused: there is no such ledger, or its state is gone.
    """
    chain = asked.chain
    index = read_index(chain, asked.params, default)
    if index == chain.open_index:
        return {"ledger_current_index": index, "validated": False}
    if index < chain.changed_index:
        text = f"The sandbox ledger keeps one state only, that of the ledgers from {chain.changed_index} on."
        raise CommandRefused("lgrNotFound", text)
    return {"ledger_hash": chain.headers[index].hash, "ledger_index": index, "validated": True}
